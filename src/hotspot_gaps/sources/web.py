"""One file from a web address: bounded, resumed when it is cut, and told when it fails."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import urljoin

from hotspot_gaps.errors import DownloadError
from hotspot_gaps.sources.addresses import is_web, shown
from hotspot_gaps.sources.cells import printable
from hotspot_gaps.sources.sessions import Deadline, web_session

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import requests

# What a cut may lose: a block is written when it is full.
BLOCK = 1 << 14
# An attempt that brings this much is not one of the failures in a row, and it buys new time.
HEADWAY_BYTES = 1_000_000


@dataclass(frozen=True)
class Limits:
    """What is borne of a server.

    Attributes
    ----------
    connect_s, read_s
        Seconds to wait for a connection, and for the next bytes.
    headway_s
        Seconds within which each next 1 MB of a file, or its end, must come, headers and all.
    tries
        Attempts in a row that may bring less than 1 MB of new bytes each.
    wait_s
        Seconds between two attempts; it grows by as much with each.
    max_bytes
        Largest file.
    redirects
        How often a server may point elsewhere.
    """

    connect_s: float = 10
    read_s: float = 30
    headway_s: float = 600
    tries: int = 4
    wait_s: float = 1
    max_bytes: int = 2_000_000_000
    redirects: int = 5


LIMITS = Limits()


class _CutError(Exception):
    """An attempt failed; another may go on where it ended."""


class _RefusedError(_CutError):
    """The server does not go on where the last attempt ended: begin again."""


def download(
    address: str,
    file: IO[bytes],
    *,
    limits: Limits = LIMITS,
    progress: Callable[[int, int | None], None] = lambda _got, _total: None,
) -> bool:
    """Write what is at an address to a file; a cut connection goes on where it ended.

    Parameters
    ----------
    address
        http or https.
    file
        Open for writing and seeking, empty. A failed download may leave bytes in it.
    limits
        Times, sizes and attempts that are borne.
    progress
        Called with the bytes written so far, and all bytes or None when that is not known.

    Returns
    -------
    bool
        Whether the server told where the file ends, so that it cannot have been cut unseen.

    Raises
    ------
    DownloadError
        What happened at which address.

    Notes
    -----
    An attempt goes on with `Range` and `If-Range` (RFC 9110, sections 13.1.5 and 14.2) when the
    server named a strong entity tag or a date of change; otherwise it begins again.
    """
    with Deadline(limits.headway_s, HEADWAY_BYTES) as deadline, web_session(deadline) as session:
        try:
            ended = _download(session, deadline, address, file, limits=limits, progress=progress)
        except DownloadError:
            if not deadline.passed:
                raise
        # What a connection that was ended from outside looks like is no matter.
        if deadline.passed:
            what = f"this comes too slowly: less than 1 MB in {limits.headway_s:g} s."
            raise DownloadError(f"{shown(address)}: {what}")
        return ended


def _download(
    session: requests.Session,
    deadline: Deadline,
    address: str,
    file: IO[bytes],
    *,
    limits: Limits,
    progress: Callable[[int, int | None], None],
) -> bool:
    """Make attempts until one comes to the end; as `download`."""
    import requests

    def step(got: int, count: int, total: int | None) -> None:
        deadline.arrived(count)
        progress(got, total)

    validator, furthest, failures = "", 0, 0
    while True:
        start = file.tell() if validator else 0
        try:
            with _open(session, address, start, validator, limits) as answer:
                total = _total(answer, start, shown(address))
                resumed = answer.status_code == 206
                validator = _validator(answer) or (validator if resumed else "")
                if not resumed and file.tell():
                    file.seek(0)
                    file.truncate()
                _receive(answer, file, total, shown(address), limits=limits, step=step)
                chunked = "chunked" in answer.headers.get("Transfer-Encoding", "")
                return total is not None or chunked
        except _CutError as cut:
            what, validator = str(cut), "" if isinstance(cut, _RefusedError) else validator
        except requests.exceptions.SSLError:
            what = "there is no safe connection (its certificate or protocol is not accepted)."
            raise DownloadError(f"{shown(address)}: {what}") from None
        except (requests.ConnectionError, requests.Timeout) as error:
            what = _reason(error, limits)
        except (requests.RequestException, ValueError) as error:
            what = f"this cannot be asked for ({type(error).__name__})."
            raise DownloadError(f"{shown(address)}: {what}") from None
        headway = file.tell() - furthest >= HEADWAY_BYTES
        furthest = max(furthest, file.tell())
        failures = 1 if headway else failures + 1
        if failures >= limits.tries or deadline.passed:
            raise DownloadError(f"{shown(address)}: {what}, {failures} times in a row.")
        time.sleep(limits.wait_s * failures)


def _open(
    session: requests.Session, address: str, start: int, validator: str, limits: Limits
) -> requests.Response:
    """Ask for an address from a byte on, and follow where it points, never to less safety."""
    # Packed bytes could be neither counted nor resumed.
    headers = {"Accept-Encoding": "identity"}
    if start:
        headers |= {"Range": f"bytes={start}-", "If-Range": validator}
    url = address
    for _ in range(limits.redirects + 1):
        answer = session.get(
            url, headers=headers, stream=True, timeout=(limits.connect_s, limits.read_s)
        )
        target = answer.headers.get("Location") if 300 <= answer.status_code < 400 else None
        if target is None:
            return answer
        answer.close()
        before, url = url, urljoin(url, target)
        if not is_web(url) or (before.startswith("https:") and url.startswith("http:")):
            what = f"it points to {shown(url)}, which is not followed."
            raise DownloadError(f"{shown(address)}: {what}")
    raise DownloadError(
        f"{shown(address)}: it points elsewhere more than {limits.redirects} times."
    )


def _total(answer: requests.Response, start: int, where: str) -> int | None:
    """Return the size of the whole file by the answer's headers, or refuse the answer."""
    code = answer.status_code
    if answer.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise DownloadError(f"{where}: the server sends it packed, which was not asked for.")
    if code == 206:
        part = re.fullmatch(r"bytes (\d+)-\d+/(\d+|\*)", answer.headers.get("Content-Range", ""))
        if not start or part is None or int(part[1]) != start:
            raise _RefusedError("the server sends another part than was asked for")
        return None if part[2] == "*" else int(part[2])
    if code == 200:
        length = answer.headers.get("Content-Length", "")
        return int(length) if length.isdecimal() else None
    what = f"the server answers {code} {printable(answer.reason or '')}".rstrip()
    if code in (408, 416, 429) or code >= 500:
        raise _RefusedError(what)
    raise DownloadError(f"{where}: {what}.")


def _receive(
    answer: requests.Response,
    file: IO[bytes],
    total: int | None,
    where: str,
    *,
    limits: Limits,
    step: Callable[[int, int, int | None], None],
) -> None:
    """Write the body of an answer behind what is there."""
    import requests

    most, got = limits.max_bytes, file.tell()
    if total is not None and total > most:
        raise DownloadError(f"{where}: {total / 1e6:,.0f} MB is more than {most / 1e6:,.0f} MB.")
    what = "the connection is cut"
    try:
        for block in answer.iter_content(BLOCK):
            got += len(block)
            if got > most:
                raise DownloadError(f"{where}: this does not end within {most / 1e6:,.0f} MB.")
            file.write(block)
            step(got, len(block), total)
    except requests.RequestException as error:
        what = _reason(error, limits)
    else:
        if total is None or got >= total:
            return
    of_all = "" if total is None else f" of {total:,}"
    raise _CutError(f"{what} after {got:,}{of_all} bytes")


def _validator(answer: requests.Response) -> str:
    """Return what tells that a file is still the same; without it nothing is resumed."""
    tag = str(answer.headers.get("ETag", ""))
    strong = tag if tag.startswith('"') else ""
    return strong or str(answer.headers.get("Last-Modified", ""))


def _reason(error: Exception, limits: Limits) -> str:
    """Say in plain words what ended a connection; the library's own text holds the query."""
    import socket

    causes = list(_causes(error))
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return "there is no way to this name (is there a network?)"
    if any(isinstance(cause, ConnectionRefusedError) for cause in causes):
        return "the connection is refused"
    names = " ".join(type(cause).__name__ for cause in causes)
    if "Timeout" in names:
        wait = limits.connect_s if "ConnectTimeout" in names else limits.read_s
        return f"no answer in {wait:g} s"
    return "the connection is cut"


def _causes(error: Any) -> Iterator[BaseException]:
    """Give an error and those that it wraps, in any of the ways that libraries do."""
    waiting, seen = [error], set()
    while waiting:
        cause = waiting.pop()
        if isinstance(cause, BaseException) and id(cause) not in seen:
            seen.add(id(cause))
            yield cause
            reason = getattr(cause, "reason", None)
            waiting += [*cause.args, reason, cause.__cause__, cause.__context__]
