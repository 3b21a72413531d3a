"""One file over real HTTP on loopback: what a server may do wrong, and what comes of it."""

from __future__ import annotations

import base64
import contextlib
import io
import re
import socket
import threading
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stub_server import (
    answer,
    cut,
    drip,
    drip_continues,
    drip_headers,
    endless,
    paced,
    plain,
    serving,
    silent,
    stalling,
)

from hotspot_gaps.errors import DownloadError
from hotspot_gaps.sources import web
from hotspot_gaps.sources.addresses import is_web, longer, shown
from hotspot_gaps.sources.web import Limits, download

QUICK = Limits(connect_s=5, read_s=5, tries=3, wait_s=0)
BODY = bytes(range(256)) * 2_000


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
    with serving() as started:
        started.files["/a.tif"] = BODY
        yield started


def got(server, path="/a.tif", limits=QUICK, **options):
    file = io.BytesIO()
    download(server.address + path, file, limits=limits, **options)
    return file.getvalue()


def told(server, path="/a.tif", limits=QUICK):
    with pytest.raises(DownloadError) as failure:
        got(server, path, limits)
    message = str(failure.value)
    assert message.startswith(f"{server.address}{path}: ")
    return message


def test_a_file_comes_whole_and_its_progress_is_told(server):
    steps = []
    assert got(server, progress=lambda *step: steps.append(step)) == BODY
    assert steps[-1] == (len(BODY), len(BODY))
    assert steps == sorted(steps)
    assert len(steps) > 1


def test_a_cut_connection_goes_on_where_it_ended(server):
    server.rules["/a.tif"] = [cut(10 * web.BLOCK), cut(20 * web.BLOCK + 5), plain]
    assert got(server) == BODY
    ranges = [headers.get("Range") for _, headers in server.asked]
    assert ranges == [None, f"bytes={10 * web.BLOCK}-", f"bytes={20 * web.BLOCK}-"]
    assert all("If-Range" in headers for _, headers in server.asked[1:])


def test_a_server_without_ranges_begins_again(server):
    server.ranges = False
    server.rules["/a.tif"] = [cut(100_000), plain]
    assert got(server) == BODY
    assert len(server.asked) == 2


@pytest.mark.parametrize(("tag", "dated"), [(None, False), ('W/"1"', False)])
def test_without_a_strong_validator_nothing_is_resumed(server, tag, dated):
    server.tag, server.dated = tag, dated
    server.rules["/a.tif"] = [cut(100_000), plain]
    assert got(server) == BODY
    assert "Range" not in server.asked[1][1]


def test_a_file_that_changes_between_two_attempts_is_not_pieced_together(server):
    def change(handler):
        server.files["/a.tif"], server.tag = b"new" * 70_000, '"2"'
        handler.give()

    server.tag, server.dated = '"1"', False
    server.rules["/a.tif"] = [cut(100_000), change]
    assert got(server) == b"new" * 70_000
    assert server.asked[1][1]["If-Range"] == '"1"'


def test_another_part_than_was_asked_for_is_thrown_away(server):
    wrong = answer(206, b"x" * 10, content_range=f"bytes 5-14/{len(BODY)}")
    server.rules["/a.tif"] = [cut(100_000), wrong, plain]
    assert got(server) == BODY
    assert "Range" not in server.asked[2][1]


@settings(max_examples=20, deadline=None)
@given(
    cuts=st.lists(st.integers(0, len(BODY) - 1), max_size=5),
    ranges=st.booleans(),
    tag=st.sampled_from([None, '"1"', 'W/"1"']),
)
def test_wherever_it_is_cut_the_bytes_are_the_same(cuts, ranges, tag):
    with pytest.MonkeyPatch.context() as patch, serving() as server:
        patch.setenv("NO_PROXY", "127.0.0.1")
        server.files["/a.tif"], server.ranges, server.tag = BODY, ranges, tag
        server.rules["/a.tif"] = [*(cut(at) for at in sorted(cuts)), plain]
        assert got(server, limits=Limits(tries=7, wait_s=0)) == BODY


def test_attempts_that_bring_much_are_not_failures(server):
    server.files["/a.tif"] = body = BODY * 12
    most = range(1_200_000, len(body), 1_200_000)
    server.rules["/a.tif"] = [*map(cut, most), plain]
    assert got(server, limits=Limits(tries=2, wait_s=0)) == body
    assert len(server.asked) == len(most) + 1


def test_cut_for_ever(server):
    server.rules["/a.tif"] = [cut(163_840)]
    assert "the connection is cut after 163,840 of 512,000 bytes, 3 times in a row" in told(server)
    server.ranges = False
    assert "3 times in a row" in told(server)


def test_cut_for_ever_after_much_each_time_without_ranges(server):
    server.files["/a.tif"], server.ranges = BODY * 12, False
    server.rules["/a.tif"] = [cut(1_500_000)]
    assert "3 times in a row" in told(server)


def test_the_same_bytes_again_are_no_headway(server):
    server.files["/a.tif"], server.ranges = BODY * 12, False
    server.rules["/a.tif"] = [*[cut(1_500_000), cut(0)] * 5, plain]
    assert "3 times in a row" in told(server)


def test_more_is_promised_than_sent(server):
    server.rules["/a.tif"] = [answer(200, BODY, content_length=len(BODY) + 7)]
    assert "the connection is cut after 507,904 of 512,007 bytes" in told(server)


def test_less_is_promised_than_sent(server):
    server.rules["/a.tif"] = [answer(200, BODY, content_length=1000)]
    assert got(server) == BODY[:1000]  # the checksum tells it, test_downloads.py


def test_whether_the_end_was_seen(server):
    def open_ended(handler):
        handler.send_response(200)
        handler.end_headers()
        handler.wfile.write(b"some")
        handler.close_connection = True

    def chunked(handler):
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        handler.wfile.write(b"4\r\nsome\r\n0\r\n\r\n")

    server.rules = {"/open": [open_ended], "/chunked": [chunked]}
    ends = {
        path: download(server.address + path, io.BytesIO(), limits=QUICK)
        for path in ("/a.tif", "/chunked", "/open")
    }
    assert ends == {"/a.tif": True, "/chunked": True, "/open": False}


@pytest.mark.parametrize("rule", [silent, stalling])
def test_a_slow_server(server, rule):
    server.rules["/a.tif"] = [rule]
    slow = Limits(connect_s=5, read_s=0.2, tries=2, wait_s=0)
    assert "no answer in 0.2 s" in told(server, limits=slow)
    server.rules["/a.tif"] = [rule, plain]
    assert got(server, limits=slow) == BODY


HURRIED = Limits(connect_s=5, read_s=5, wait_s=0, headway_s=0.3)


@pytest.mark.parametrize("rule", [drip, drip_headers, drip_continues])
def test_a_server_that_drips_is_ended(server, rule):
    server.rules["/a.tif"] = [rule]
    assert "comes too slowly: less than 1 MB in 0.3 s." in told(server, limits=HURRIED)
    assert len(server.asked) == 1


def test_a_server_that_drips_on_the_way_is_ended(server):
    server.rules["/a.tif"] = [answer(302, location="/b.tif")]
    server.rules["/b.tif"] = [cut(0), drip_headers]
    server.files["/b.tif"] = BODY
    assert "comes too slowly" in told(server, limits=HURRIED)


def test_a_handshake_that_drips_is_ended():
    def hello(listening):
        client, _ = listening.accept()
        with client, contextlib.suppress(OSError):
            client.sendall(b"\x16\x03\x03\x40\x00")  # a record of TLS that has yet to come
            while not over.wait(0.02):
                client.sendall(b"\x02")

    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=hello, args=(listening,), daemon=True)
        thread.start()
        place = SimpleNamespace(address=f"https://127.0.0.1:{listening.getsockname()[1]}")
        try:
            assert "comes too slowly" in told(place, limits=HURRIED)
        finally:
            over.set()
            thread.join()


def test_what_arrives_buys_time(server):
    server.files["/a.tif"] = body = bytes(4_000_000)
    server.rules["/a.tif"] = [paced(0.5)]
    assert got(server, limits=Limits(headway_s=1.5, tries=1)) == body


def test_no_watch_is_left(server):
    got(server)
    assert not [thread for thread in threading.enumerate() if "_wait" in thread.name]


def test_a_cut_download_of_unknown_size_is_tried_again(server):
    def cut_chunk(handler):
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        handler.wfile.write(b"9000\r\n" + bytes(0x9000))
        handler.close_connection = True

    server.rules["/a.tif"] = [cut_chunk, plain]
    assert got(server) == BODY
    server.rules["/a.tif"] = [cut_chunk]
    assert re.search(r"is cut after [\d,]+ bytes, 3 times in a row", told(server))


def test_no_password_of_netrc_is_sent(server, tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login ana password secret\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    assert got(server) == BODY
    download(f"http://bob:own@127.0.0.1:{server.server_port}/a.tif", io.BytesIO(), limits=QUICK)
    sent = [headers.get("Authorization") for _, headers in server.asked]
    assert sent == [None, "Basic " + base64.b64encode(b"bob:own").decode()]


def test_a_proxy_of_the_environment_is_used_and_watched(server, monkeypatch):
    monkeypatch.setenv("http_proxy", server.address)
    elsewhere = SimpleNamespace(address="http://elsewhere.invalid")
    server.files["http://elsewhere.invalid/a.tif"] = BODY
    assert got(elsewhere) == BODY
    server.rules["http://elsewhere.invalid/a.tif"] = [drip_headers]
    assert "comes too slowly" in told(elsewhere, limits=HURRIED)


def test_nobody_listens():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        gone = SimpleNamespace(address=f"http://127.0.0.1:{port}")
        assert "the connection is refused, 3 times in a row" in told(gone)


def test_a_name_that_nobody_has():
    gone = SimpleNamespace(address="http://nowhere.invalid")
    assert "no way to this name" in told(gone) or "refused" in told(gone)


def test_no_safe_connection_is_final(server):
    plain_server = SimpleNamespace(address=server.address.replace("http", "https"))
    assert "there is no safe connection" in told(plain_server)
    assert server.asked == []


def test_an_address_that_cannot_be_asked_for():
    assert "cannot be asked for (InvalidURL)" in told(SimpleNamespace(address="http://*"))


def test_404_is_final(server):
    assert "the server answers 404 Not Found." in told(server, "/none.tif")
    assert len(server.asked) == 1


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_server_is_asked_again(server, status):
    server.rules["/a.tif"] = [answer(status), plain]
    assert got(server) == BODY
    server.rules["/a.tif"] = [answer(status)]
    assert f"the server answers {status}" in told(server)


def test_an_endless_body_is_ended(server):
    server.rules["/a.tif"] = [endless]
    limits = Limits(max_bytes=1_000_000, tries=1)
    assert "does not end within 1 MB" in told(server, limits=limits)


def test_a_file_too_large_is_not_begun(server):
    file = io.BytesIO()
    with pytest.raises(DownloadError, match="1 MB is more than 0 MB"):
        download(server.address + "/a.tif", file, limits=Limits(max_bytes=400_000))
    assert file.getvalue() == b""


def test_packed_bytes_are_refused(server):
    server.rules["/a.tif"] = [answer(200, b"xx", content_encoding="gzip")]
    assert "sends it packed" in told(server)
    assert server.asked[0][1]["Accept-Encoding"] == "identity"


def test_redirects_are_followed_without_the_password(server):
    elsewhere = f"http://localhost:{server.server_port}/a.tif"
    server.rules["/old"] = [answer(302, location="/older")]
    server.rules["/older"] = [answer(301, location=elsewhere)]
    file = io.BytesIO()
    download(f"http://ana:secret@127.0.0.1:{server.server_port}/old", file, limits=QUICK)
    assert file.getvalue() == BODY
    sent = [headers.get("Authorization") for _, headers in server.asked]
    assert sent[0]
    assert sent[2] is None


def test_a_redirect_loop_ends(server):
    server.rules["/a.tif"] = [answer(302, location="/a.tif")]
    assert "points elsewhere more than 5 times" in told(server)
    assert len(server.asked) == 6


def test_an_endless_body_of_a_redirect_is_not_read(server):
    def rule(handler):
        handler.send_response(302)
        handler.send_header("Location", "/a.tif")
        handler.send_response = lambda _: None  # the status is sent already
        endless(handler)

    server.rules["/old"] = [rule]
    assert got(server, "/old") == BODY


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("https://example.org/a", "http://example.org/a"),
        ("https://example.org/a", "http://ana:secret@example.org/a"),
        ("http://example.org/a", "file:///etc/passwd"),
        ("http://example.org/a", "ftp://example.org/a"),
    ],
)
def test_redirects_to_less_safety_are_not_followed(before, after):
    class Session:
        def get(self, url, **_):
            assert url == before
            return SimpleNamespace(status_code=302, headers={"Location": after}, close=lambda: None)

    with pytest.raises(DownloadError, match="which is not followed") as failure:
        web._open(Session(), before, 0, "", QUICK)
    assert "secret" not in str(failure.value)


def test_no_password_and_no_query_in_messages(server):
    address = f"http://ana:secret@127.0.0.1:{server.server_port}/none?token=hidden"
    for limits in (QUICK, Limits(tries=1, read_s=0.1)):
        server.rules["/none"] = [answer(404)] if limits is QUICK else [silent]
        with pytest.raises(DownloadError) as failure:
            download(address, io.BytesIO(), limits=limits)
        assert "/none: " in str(failure.value)
        assert not any(word in str(failure.value) for word in ("secret", "ana", "hidden"))
        assert failure.value.__cause__ is None


def test_a_full_disk_is_an_error_of_the_disk(server):
    with open("/dev/full", "r+b", buffering=0) as full:  # noqa: PTH123
        with pytest.raises(OSError, match="No space left"):
            download(server.address + "/a.tif", full, limits=QUICK)


@pytest.mark.parametrize(
    ("address", "good"),
    [
        ("http://127.0.0.1:8000", True),
        ("https://example.org/a", True),
        ("file:///etc/passwd", False),
        ("/vsicurl/http://example.org", False),
        ("ftp://example.org", False),
        ("http://", False),
        ("http://[", False),
        ("http://a:99999", False),
    ],
)
def test_which_addresses_are_of_the_web(address, good):
    assert is_web(address) is good


def test_what_is_shown_of_a_place():
    assert shown("http://[") == "this address"
    assert shown("a\x1b[31m/b") == "a[31m/b"
    assert shown("http://u:p@h:8/a?b#c") == "http://h:8/a"
    assert longer("a/b", ".md5") == "a/b.md5"
    assert longer("http://h/a.pbf?k=1", ".md5") == "http://h/a.pbf.md5?k=1"
