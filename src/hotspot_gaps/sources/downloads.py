"""Layers on request: roads, people and districts, from upstream or from a mirror, checked."""

from __future__ import annotations

import contextlib
import io
import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING

from hotspot_gaps.errors import DownloadError, HotspotGapsError
from hotspot_gaps.sources.addresses import is_address, longer, shown
from hotspot_gaps.sources.catalogue import SIGNATURES, Source, layer_sources, read_catalogue
from hotspot_gaps.sources.files import regular_file
from hotspot_gaps.sources.layer_cache import (
    RECORD,
    Layer,
    LayerFile,
    cache_folder,
    check_layer_name,
    fetched,
    remove_leftovers,
    replaced_together,
    sha256,
)
from hotspot_gaps.sources.web import LIMITS, Limits, download

if TYPE_CHECKING:
    import logging
    from collections.abc import Callable, Iterator

    Progress = Callable[[str, int, int | None], None]


def fetch(
    layer: str,
    *,
    mirror: str | Path | None = None,
    cache: str | Path | None = None,
    progress: Progress = lambda _file, _got, _total: None,
    limits: Limits = LIMITS,
    catalogue: str | Path | None = None,
) -> Layer:
    """Fetch a layer into the cache, all of its files or none.

    Parameters
    ----------
    layer
        roads, population or admin2.
    mirror
        A folder, or an http or https address, that stands in for upstream.
    cache
        As for `fetched`.
    progress
        Called with the name of a file, its bytes so far, and all its bytes or None when that is
        not known. Not called when the cache has the layer already.
    limits
        Times, sizes and attempts that are borne of a server.
    catalogue
        Another table of addresses and checksums, with the columns of the built-in
        `downloads.csv`.

    Returns
    -------
    Layer

    Raises
    ------
    DownloadError
        A server or a checksum failed, or the cache cannot be written. The cache is as it was.
    InputError
        The catalogue cannot be used, or a file of the mirror's folder is none.
    MissingInputError
        The mirror's folder, a file in it, or the catalogue is not there.
    SettingsError
        There is no such layer, or the mirror is an address of another kind.

    Notes
    -----
    A layer whose files in the cache have the right checksums is not fetched again, and one that a
    mirror gave stays until a mirror with other files is named or its folder is deleted. Where a
    checksum changes with each day, or none is published, the files that are there are kept;
    delete the layer's folder to fetch newer ones.
    """
    check_layer_name(layer)
    sources = layer_sources(read_catalogue(catalogue), layer, mirror)
    root = cache_folder(cache)
    remove_leftovers(root)
    found = fetched(layer, cache=cache)
    if found is not None and (_is_asked(found, sources) or (mirror is None and _by_mirror(found))):
        return found
    today = datetime.now(UTC).date().isoformat()
    try:
        with replaced_together(layer, root) as new:
            files = tuple(_fetch_file(source, new, limits, progress) for source in sources)
            made = Layer(layer, root / layer, sources[0].route, today, files)
            text = json.dumps(made.record(), ensure_ascii=False, indent=1)
            (new / RECORD).write_text(text + "\n", encoding="utf-8")
    except DownloadError as error:
        raise DownloadError(f"{error} {_fix(layer, mirror)}") from None
    except HotspotGapsError:
        raise
    except OSError as error:
        what = f"{root}: cannot write here ({error.strerror}); the cache is as it was."
        fix = "Make room, or name another folder in HOTSPOT_GAPS_CACHE."
        raise DownloadError(f"{what} {fix}") from error
    return made


def _by_mirror(layer: Layer) -> bool:
    """Say whether a mirror gave a layer."""
    return layer.route == "mirror"


def _is_asked(found: Layer, sources: list[Source]) -> bool:
    """Say whether a layer of the cache has the files that are asked for."""
    have = {file.name: f"sha256:{file.sha256}" for file in found.files}
    fixed = {row.file: row.checksum for row in sources if row.checksum.startswith("sha256:")}
    return set(have) == {row.file for row in sources} and fixed.items() <= have.items()


def _fetch_file(source: Source, folder: Path, limits: Limits, progress: Progress) -> LayerFile:
    """Fetch one file into a folder, check it, and return what is recorded of it."""
    import pooch

    def write(place: str, output: str, _pooch: object) -> None:
        with Path(output).open("wb") as file:
            ended = _transfer(place, file, limits, partial(progress, source.file))
        _check_kind(Path(output), source)
        if not ended and not checksum:
            what = "neither size nor checksum is told, so nobody can say whether this is whole."
            raise DownloadError(f"{shown(place)}: {what}")

    checksum = source.checksum
    if checksum == ".md5":
        checksum = _published_md5(longer(source.place, checksum), limits)
    with _quiet(pooch.get_logger()):
        try:
            path = pooch.retrieve(
                source.place, checksum or None, source.file, folder, downloader=write
            )
        except HotspotGapsError:
            raise
        except ValueError as error:
            what = str(error).partition(" Deleted")[0]
            raise DownloadError(f"{shown(source.place)}: {what}") from None
    file = Path(path)
    return LayerFile(
        source.file, source.country, file.stat().st_size, sha256(file), checksum,
        shown(source.place) if is_address(source.place) else source.address,
        source.licence, source.attribution,
    )  # fmt: skip


def _transfer(
    place: str, file: IO[bytes], limits: Limits, progress: Callable[[int, int | None], None]
) -> bool:
    """Write what is at an address or in a local file; say whether its end was seen."""
    if is_address(place):
        return download(place, file, limits=limits, progress=progress)
    path = regular_file(place)
    try:
        original = path.open("rb")
    except OSError as error:
        raise DownloadError(f"{shown(place)}: cannot be read ({error.strerror}).") from error
    with original:
        while block := original.read(1 << 20):
            file.write(block)
            progress(file.tell(), path.stat().st_size)
    return True


def _published_md5(place: str, limits: Limits) -> str:
    """Return the MD5 that is published in a small file of its own."""
    text = io.BytesIO()
    _transfer(place, text, replace(limits, max_bytes=10_000), lambda _got, _total: None)
    digits = text.getvalue().split()[:1]
    if not digits or not re.fullmatch(rb"[0-9a-fA-F]{32}", digits[0]):
        raise DownloadError(f"{shown(place)}: this holds no MD5 checksum.")
    return f"md5:{digits[0].decode().lower()}"


def _check_kind(path: Path, source: Source) -> None:
    """Refuse what does not begin as a file of its kind does, such as a page of excuses."""
    offset, beginnings = SIGNATURES[Path(source.file).suffix]
    with path.open("rb") as file:
        start = file.read(64)
    if not start[offset:].startswith(beginnings):
        kind = "a web page" if start.lstrip().startswith(b"<") else "something else"
        what = f"this is {kind}, not the file {source.file}."
        raise DownloadError(f"{shown(source.place)}: {what}")


@contextlib.contextmanager
def _quiet(logger: logging.Logger) -> Iterator[None]:
    """Keep pooch from printing addresses, which may hold a password."""
    level = logger.level
    logger.setLevel("WARNING")
    try:
        yield
    finally:
        logger.setLevel(level)


def _fix(layer: str, mirror: str | Path | None) -> str:
    """Say what to do when a download failed."""
    kept = "Nothing was kept."
    if mirror is None:
        return (
            f"{kept} Try again later; or name another source with --mirror; or get the files with "
            f"a browser into FOLDER/{layer} (docs/downloads.md lists them) and run: "
            f"hotspot-gaps fetch {layer} --mirror FOLDER"
        )
    if is_address(str(mirror)):
        return f"{kept} Try again, or name another --mirror."
    return f"{kept} Get this file of the mirror anew, or leave --mirror out."
