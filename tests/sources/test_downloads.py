"""Layers on request: whole and checked, or the cache as it was before, byte for byte."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import logging
import resource
import socket
from dataclasses import asdict
from pathlib import Path

import pytest
from stub_server import answer, cut, endless, plain, serving, silent

from hotspot_gaps.errors import DownloadError, InputError, MissingInputError, SettingsError
from hotspot_gaps.sources.catalogue import Source, read_catalogue
from hotspot_gaps.sources.downloads import fetch
from hotspot_gaps.sources.layer_cache import LAYERS, cache_folder, fetched
from hotspot_gaps.sources.web import Limits

QUICK = Limits(connect_s=5, read_s=5, tries=3, wait_s=0)
TIF, PBF = b"II*\0" + bytes(90_000), b"\0\0\0\r\n\tOSMHeader" + bytes(range(256)) * 300
ROADS, CROSSINGS = b"PAR1" + bytes(70_000), b'{"type": "FeatureCollection"}'
PAGE = b"<!doctype html><title>Please log in</title>"
MIRRORED = {"roads/roads.parquet": ROADS, "border/crossings.geojson": CROSSINGS, "p/5.tif": TIF}


def digest(body, kind="sha256"):
    return f"{kind}:{hashlib.new(kind, body).hexdigest()}"


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serving() as started:
        started.files |= {f"/{path}": body for path, body in MIRRORED.items()}
        started.files["/geofabrik/kosovo-latest.osm.pbf"] = PBF
        md5 = digest(PBF, "md5").partition(":")[2]
        text = f"{md5}  kosovo-260101.osm.pbf\n".encode()
        started.files["/geofabrik/kosovo-latest.osm.pbf.md5"] = text
        started.files["/worldpop/kos.tif"] = TIF
        yield started


@pytest.fixture
def catalogue(server, tmp_path):
    """Write a small catalogue whose upstream is the stub server."""
    upstream = (
        ("roads", f"{server.address}/geofabrik/kosovo-latest.osm.pbf", ".md5"),
        ("population", f"{server.address}/worldpop/kos.tif", ""),
    )
    mirrored = (
        ("population" if path.endswith("tif") else "roads", path, digest(body))
        for path, body in MIRRORED.items()
    )
    rows = [
        Source(
            layer, route, "XK", place.rpartition("/")[2], place, checksum, "ODbL 1.0", "© us", ""
        )
        for route, group in (("upstream", upstream), ("mirror", mirrored))
        for layer, place, checksum in group
    ]
    columns = list(asdict(rows[0]))[:-1]
    with (tmp_path / "catalogue.csv").open("w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, columns, extrasaction="ignore")
        table.writeheader()
        table.writerows(map(asdict, rows))
    return tmp_path / "catalogue.csv"


@pytest.fixture
def folder(tmp_path):
    for path, body in MIRRORED.items():
        file = tmp_path / "mirror" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(body)
    return tmp_path / "mirror"


@pytest.fixture
def get(catalogue, tmp_path):
    """Fetch with the small catalogue into a cache of this test."""

    def call(layer="roads", **options):
        given = {"catalogue": catalogue, "cache": tmp_path / "cache", "limits": QUICK}
        return fetch(layer, **{**given, **options})

    return call


def tree(folder):
    """Return everything in a folder: names, and bytes of files."""
    paths = sorted(folder.rglob("*")) if folder.exists() else [None]
    return [(p, p.read_bytes() if p and p.is_file() else None) for p in paths]


def contents(layer):
    return {path.name: path.read_bytes() for path in layer.paths}


WANTED = {"roads.parquet": ROADS, "crossings.geojson": CROSSINGS}


def test_from_a_folder(get, folder, tmp_path):
    before = tree(folder)
    layer = get(mirror=folder)
    assert contents(layer) == WANTED
    assert not any(path.is_symlink() for path in layer.paths)
    assert tree(folder) == before
    assert layer == fetched("roads", cache=tmp_path / "cache")
    assert sorted(p.name for p in (tmp_path / "cache").iterdir()) == ["roads"]
    assert sorted(p.name for p in layer.folder.iterdir()) == sorted([*WANTED, "layer.json"])
    assert str(tmp_path) not in (layer.folder / "layer.json").read_text()


@pytest.mark.parametrize("end", ["", "/"])
def test_from_an_address(get, server, end):
    layer = get(mirror=server.address + end)
    assert contents(layer) == WANTED
    assert [path for path, _ in server.asked] == [
        "/roads/roads.parquet",
        "/border/crossings.geojson",
    ]
    assert layer.files[0].source == f"{server.address}/roads/roads.parquet"
    assert layer.files[0].checked == digest(ROADS) == f"sha256:{layer.files[0].sha256}"


@pytest.mark.parametrize("layer", LAYERS)
def test_the_real_layers_from_a_folder_and_over_http(layer, shared_data, server, tmp_path):
    local = fetch(layer, mirror=shared_data, cache=tmp_path / "local")
    rows = [row for row in read_catalogue(None) if (row.layer, row.route) == (layer, "mirror")]
    for row in rows:
        server.files[f"/data/{row.address}"] = (shared_data / row.address).read_bytes()
        server.rules[f"/data/{row.address}"] = [cut(20_000), plain]
    web = fetch(layer, mirror=f"{server.address}/data", cache=tmp_path / "web", limits=QUICK)
    assert contents(web) == contents(local)
    assert [file.name for file in web.files] == [row.file for row in rows]


def test_upstream_with_a_checksum_beside_it(get, server):
    layer = get()
    assert contents(layer) == {"kosovo-latest.osm.pbf": PBF}
    assert server.asked[0][0].endswith(".md5")
    assert layer.files[0].checked == digest(PBF, "md5")
    assert layer.route == "upstream"


def test_upstream_with_another_checksum_beside_it(get, server):
    server.files["/geofabrik/kosovo-latest.osm.pbf"] = PBF[:-1] + b"x"
    with pytest.raises(DownloadError, match=r"expected md5:\w+ but got \w+\. Nothing was kept"):
        get()


@pytest.mark.parametrize("body", [b"", PAGE, b"d41d8cd9  short.pbf"])
def test_a_checksum_file_that_holds_none(get, server, body):
    server.files["/geofabrik/kosovo-latest.osm.pbf.md5"] = body
    with pytest.raises(DownloadError, match=r"\.md5: this holds no MD5 checksum"):
        get()
    server.rules["/geofabrik/kosovo-latest.osm.pbf.md5"] = [endless]
    with pytest.raises(DownloadError, match="does not end"):
        get()


def test_upstream_without_a_checksum_keeps_that_of_the_first_download(get, server, tmp_path):
    layer = get("population")
    assert layer.files[0].checked == ""
    assert f"sha256:{layer.files[0].sha256}" == digest(TIF)
    server.files["/worldpop/kos.tif"] = TIF + b"newer"
    assert contents(get("population")) == {"kos.tif": TIF}
    layer.paths[0].write_bytes(TIF[:-1] + b"x")
    assert fetched("population", cache=tmp_path / "cache") is None
    assert contents(get("population")) == {"kos.tif": TIF + b"newer"}


def test_neither_size_nor_checksum(get, server):
    def open_ended(handler):
        handler.send_response(200)
        handler.end_headers()
        handler.wfile.write(TIF)
        handler.close_connection = True

    server.rules["/worldpop/kos.tif"] = [open_ended]
    with pytest.raises(DownloadError, match="nobody can say whether this is whole"):
        get("population")


def test_files_that_were_fetched_by_hand(get, tmp_path):
    hand = tmp_path / "hand" / "roads"
    hand.mkdir(parents=True)
    (hand / "kosovo-latest.osm.pbf").write_bytes(PBF)
    with pytest.raises(MissingInputError, match=r"kosovo-latest\.osm\.pbf\.md5: there is no"):
        get(mirror=hand.parent)
    md5 = digest(PBF, "md5").partition(":")[2]
    (hand / "kosovo-latest.osm.pbf.md5").write_text(f"{md5}  x")
    layer = get(mirror=hand.parent)
    assert contents(layer) == {"kosovo-latest.osm.pbf": PBF}
    assert (layer.route, layer.files[0].source) == ("upstream", "roads/kosovo-latest.osm.pbf")


def test_a_second_time_nothing_is_fetched(get, server, folder, tmp_path):
    first, asked, steps = get(mirror=server.address), len(server.asked), []
    before = tree(tmp_path / "cache")
    again = get(mirror=server.address, progress=lambda *step: steps.append(step))
    other = get(mirror=folder)
    assert first == again == other
    assert (len(server.asked), steps) == (asked, [])
    assert tree(tmp_path / "cache") == before


def test_a_mirror_takes_the_place_of_upstream_and_stays(get, folder):
    assert contents(get()) == {"kosovo-latest.osm.pbf": PBF}
    layer = get(mirror=folder)
    assert contents(layer) == WANTED
    assert {p.name for p in layer.folder.iterdir()} == {*WANTED, "layer.json"}
    assert get() == layer


def test_an_altered_or_missing_file_is_fetched_again(get, folder, tmp_path):
    layer = get(mirror=folder)
    for spoil in (
        lambda: layer.paths[0].write_bytes(ROADS[:-1] + b"x"),
        layer.paths[1].unlink,
        lambda: (layer.folder / "layer.json").write_text("{"),
    ):
        spoil()
        assert fetched("roads", cache=tmp_path / "cache") is None
        assert contents(get(mirror=folder)) == WANTED


def test_fetched_asks_nobody(get, folder, tmp_path, monkeypatch):
    get(mirror=folder)

    def no_network(*_, **__):
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", no_network)
    assert fetched("roads", cache=tmp_path / "cache") is not None
    assert fetched("population", cache=tmp_path / "cache") is None
    assert fetched("population", cache=tmp_path / "none") is None


def interrupt(*_):
    raise KeyboardInterrupt


FAULTS = {
    "cut for ever": ([cut(20_000)], {}, DownloadError, "is cut after 16,384 of 70,004 bytes"),
    "wrong checksum": ([answer(200, ROADS + b"x")], {}, DownloadError, "SHA256 .*expected sha256:"),
    "too short": ([answer(200, ROADS, content_length=999)], {}, DownloadError, "does not match"),
    "404": ([answer(404)], {}, DownloadError, "answers 404 Not Found"),
    "a page": ([answer(200, PAGE)], {}, DownloadError, "a web page, not the file roads.parquet"),
    "something": ([answer(200, b"x" * 90)], {}, DownloadError, "something else, not the file"),
    "nothing": ([answer(200, b"")], {}, DownloadError, "something else, not the file"),
    "endless": ([endless], {"max_bytes": 500_000}, DownloadError, "does not end within"),
    "silence": ([silent], {"read_s": 0.2}, DownloadError, r"no answer in 0\.2 s"),
    "loop": ([answer(302, location="/roads/roads.parquet")], {}, DownloadError, "points elsewhere"),
}


@pytest.mark.parametrize("had", ["no cache", "an empty cache", "another route", "an altered file"])
@pytest.mark.parametrize("fault", FAULTS)
def test_a_failure_leaves_the_cache_as_it_was(get, server, tmp_path, fault, had):
    rules, limits, error, words = FAULTS[fault]
    cache = tmp_path / "deep" / "cache"
    if had == "an empty cache":
        cache.mkdir(parents=True)
    elif had != "no cache":
        layer = get(cache=cache)
        if had == "an altered file":
            layer.paths[0].write_bytes(b"altered")
    before = tree(tmp_path)
    server.rules["/roads/roads.parquet"] = rules
    with pytest.raises(error, match=words) as failure:
        get(mirror=server.address, cache=cache, limits=Limits(**{**asdict(QUICK), **limits}))
    assert str(failure.value).endswith("Nothing was kept. Try again, or name another --mirror.")
    assert tree(tmp_path) == before


def test_a_failure_of_the_last_file_keeps_none(get, server, tmp_path):
    server.rules["/border/crossings.geojson"] = [answer(500)]
    before = tree(tmp_path)
    with pytest.raises(DownloadError, match="answers 500"):
        get(mirror=server.address)
    assert tree(tmp_path) == before


def test_an_interrupt_leaves_nothing(get, server, folder, tmp_path):
    before = tree(tmp_path)
    for mirror in (server.address, folder, None):
        with pytest.raises(KeyboardInterrupt):
            get(mirror=mirror, progress=interrupt)
        assert tree(tmp_path) == before


def test_an_interrupt_while_the_new_folder_moves_in(get, folder, tmp_path, monkeypatch):
    get()
    before, rename = tree(tmp_path), Path.rename

    def interrupted(path, target):
        if path.name == "new":
            raise KeyboardInterrupt
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", interrupted)
    with pytest.raises(KeyboardInterrupt):
        get(mirror=folder)
    assert tree(tmp_path) == before


def test_a_disk_that_takes_no_more(get, folder, tmp_path):
    before = tree(tmp_path)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, hard))
    try:
        with pytest.raises(DownloadError, match=r"cannot write here .*HOTSPOT_GAPS_CACHE"):
            get(mirror=folder)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert tree(tmp_path) == before


def test_a_cache_that_is_a_file(get, folder, tmp_path):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(DownloadError, match="cannot write here"):
        get(mirror=folder, cache=tmp_path / "file")
    assert (tmp_path / "file").read_text() == "mine"


def test_what_to_do_is_said_by_source(get, server, folder):
    server.files["/geofabrik/kosovo-latest.osm.pbf"] = PBF + b"x"
    with pytest.raises(DownloadError, match=r"browser into FOLDER/roads .*--mirror FOLDER"):
        get()
    (folder / "roads" / "roads.parquet").write_bytes(ROADS + b"x")
    with pytest.raises(DownloadError, match="Get this file of the mirror anew"):
        get(mirror=folder)


def test_no_password_is_kept_printed_or_told(get, server, capfd):
    import pooch

    lines = io.StringIO()
    handler = logging.StreamHandler(lines)
    pooch.get_logger().addHandler(handler)
    level = pooch.get_logger().level
    mirror = f"http://ana:secret@127.0.0.1:{server.server_port}/?token=hidden"
    layer = get(mirror=mirror)
    path, headers = server.asked[0]
    assert (path, "Authorization" in headers) == ("/roads/roads.parquet?token=hidden", True)
    server.rules["/p/5.tif"] = [answer(200, TIF + b"x")]
    with pytest.raises(DownloadError) as failure:
        get("population", mirror=mirror)
    pooch.get_logger().removeHandler(handler)
    printed = [lines.getvalue(), *capfd.readouterr()]
    assert printed == ["", "", ""]
    assert pooch.get_logger().level == level
    texts = [(layer.folder / "layer.json").read_text(), str(failure.value)]
    assert not any(word in text for text in texts for word in ("secret", "hidden", "ana:"))


@pytest.mark.parametrize(
    "mirror",
    ["file:///etc", "ftp://example.org", "/vsicurl/http://example.org", "http://", "zip://a.zip"],
)
def test_mirrors_that_are_none(get, mirror):
    with pytest.raises(SettingsError, match="not an http or https address"):
        get(mirror=mirror)


@pytest.mark.parametrize("mirror", ["nowhere", "/vsizip/a.zip", "catalogue.csv", "a\0b"])
def test_folders_that_are_none(get, mirror, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(MissingInputError, match="there is no such folder"):
        get(mirror=mirror)


def test_a_mirror_without_the_files(get, folder, tmp_path):
    (folder / "roads" / "roads.parquet").unlink()
    with pytest.raises(MissingInputError, match=r"roads\.parquet: there is no such file"):
        get(mirror=folder)
    (tmp_path / "empty").mkdir()
    with pytest.raises(MissingInputError, match=r"has no roads/roads\.parquet nor roads/kosovo"):
        get(mirror=tmp_path / "empty")
    (folder / "roads" / "roads.parquet").write_bytes(b"")
    with pytest.raises(InputError, match="empty"):
        get(mirror=folder)
    assert not (tmp_path / "cache").exists()


def test_an_unknown_layer_names_the_nearest(get, tmp_path):
    for call in (lambda: get("raods"), lambda: fetched("raods")):
        with pytest.raises(
            SettingsError, match=r"Did you mean roads\? .*roads, population, admin2"
        ):
            call()
    with pytest.raises(SettingsError, match="Layers: roads"):
        get("../x")
    with pytest.raises(SettingsError, match="catalogue: it has no files of the layer admin2"):
        get("admin2")


def test_where_the_cache_is(monkeypatch, tmp_path):
    monkeypatch.setenv("HOTSPOT_GAPS_CACHE", str(tmp_path / "env"))
    assert cache_folder(None) == tmp_path / "env"
    assert cache_folder(tmp_path / "own") == tmp_path / "own"
    monkeypatch.delenv("HOTSPOT_GAPS_CACHE")
    assert cache_folder(None).name == "hotspot_gaps"


HEADER = "layer,route,country,file,address,checksum,licence,attribution,note\n"


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("roads,mirror,,../../../out.pbf,a.pbf,,x,x,\n", "row 2, column file .*no plain name"),
        ("roads,mirror,,/tmp/out.pbf,a.pbf,,x,x,\n", "no plain name"),
        ("roads,mirror,,C:out.pbf,a.pbf,,x,x,\n", "no plain name"),
        ("roads,mirror,,.pbf,a.pbf,,x,x,\n", "no plain name"),
        ("roads,mirror,,,a.pbf,,x,x,\n", "no plain name"),
        ("roads,mirror,,layer.json,a.pbf,,x,x,\n", "no plain name .*endings .tif, .pbf"),
        ("roads,mirror,,a.xyz,a.pbf,,x,x,\n", "no plain name"),
        (2 * "roads,mirror,,a.pbf,a.pbf,,x,x,\n", "row 3, column file .*stands twice"),
        ("roads,mirror,,a.pbf,a,,x,x,\nroads,mirror,,A.pbf,b,,x,x,\n", "stands twice"),
        ("roads,mirror,,a.pbf\n", "row 2: this row has 4 cells"),
        ("roads,mirror,,a.pbf,a.pbf,,x,x,,more\n", "row 2: this row has 10 cells"),
        ("roads,mirror,,a.pbf,a.pbf,,x\x1b[2J,x,\n", "row 2, column licence: .*control"),
    ],
)  # fmt: skip
def test_a_catalogue_that_cannot_be(get, folder, tmp_path, rows, words):
    (tmp_path / "bad.csv").write_text(HEADER + rows)
    (folder / "a.pbf").write_bytes(PBF)
    before = tree(tmp_path)
    with pytest.raises(InputError, match=words):
        get(mirror=folder, catalogue=tmp_path / "bad.csv")
    assert tree(tmp_path) == before


def test_a_catalogue_with_other_columns(tmp_path):
    (tmp_path / "bad.csv").write_text("layer,route,file,url\nroads,mirror,a.pbf,b\n")
    with pytest.raises(InputError, match="column address: this column is missing") as failure:
        read_catalogue(tmp_path / "bad.csv")
    assert "column url: this column is none of a catalogue" in str(failure.value)
    with pytest.raises(MissingInputError, match="there is no such file"):
        read_catalogue(tmp_path / "none.csv")


def test_the_built_in_catalogue():
    rows = read_catalogue(None)
    for layer in LAYERS:
        routes = {
            r: [s for s in rows if (s.layer, s.route) == (layer, r)] for r in ("upstream", "mirror")
        }
        upstream = {row.country for row in routes["upstream"]}
        assert upstream == {"AL", "BA", "ME", "MK", "RS", "XK"}
        assert all(row.address.startswith("https://") for row in routes["upstream"])
        assert all(row.checksum.startswith("sha256:") for row in routes["mirror"])
        for files in routes.values():
            assert len({row.file for row in files}) == len(files)
    assert all(row.licence and row.attribution for row in rows)


def test_the_record_is_plain(get, folder):
    layer = get(mirror=folder)
    record = json.loads((layer.folder / "layer.json").read_text(encoding="utf-8"))
    assert record == json.loads(json.dumps(layer.record()))
    assert record["files"][0]["attribution"] == "© us"
    assert layer.size_bytes == len(ROADS) + len(CROSSINGS)
    assert layer.terms == (("ODbL 1.0", "© us"),)
