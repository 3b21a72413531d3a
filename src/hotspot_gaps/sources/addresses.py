"""Places that a file is fetched from: web addresses, and paths on this computer."""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit

from hotspot_gaps.sources.cells import printable


def is_address(place: str) -> bool:
    """Say whether a place is an address, of whatever kind, rather than a path."""
    return "://" in place


def is_web(address: str) -> bool:
    """Say whether an address is http or https, with a host and a port that can be."""
    try:
        parts = urlsplit(address)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def shown(place: str) -> str:
    """Return a place as it may be printed and kept: no user, password or query.

    >>> shown("https://ana:secret@example.org/roads/a.tif?token=1")
    'https://example.org/roads/a.tif'
    """
    if not is_address(place):
        return printable(place)
    try:
        parts = urlsplit(place)
    except ValueError:
        return "this address"
    return printable(f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}")


def longer(place: str, ending: str) -> str:
    """Return a place with more at the end of its path, before any query.

    >>> longer("https://example.org/data/?token=1", "/a.tif")
    'https://example.org/data/a.tif?token=1'
    """
    if not is_address(place):
        return place + ending
    parts = urlsplit(place)
    path = parts.path.removesuffix("/") + ending
    return urlunsplit(parts._replace(path=path, fragment=""))
