"""The cache of fetched layers: a folder a layer, whole and recorded, or not there."""

from __future__ import annotations

import contextlib
import difflib
import hashlib
import json
import os
import shutil
import tempfile
import time
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hotspot_gaps.errors import SettingsError
from hotspot_gaps.sources.cells import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

RECORD = "layer.json"
MAX_RECORD_BYTES = 1_000_000
LEFTOVER_AFTER_S = 24 * 3600.0
# Names, and what each is for.
LAYERS = {
    "roads": "travel times",
    "population": "people within reach",
    "admin2": "people by district",
}


@dataclass(frozen=True)
class LayerFile:
    """A file of a layer.

    Attributes
    ----------
    name, country
        Its name in the layer's folder, and the countries that it is for (empty: all).
    size_bytes, sha256
        As it was when it was fetched.
    checked
        The checksum that it was held against then; empty when none is published.
    source
        Address, or path below the mirror's folder; without user, password or query.
    licence, attribution
        Terms of its data.
    """

    name: str
    country: str
    size_bytes: int
    sha256: str
    checked: str
    source: str
    licence: str
    attribution: str


@dataclass(frozen=True)
class Layer:
    """A fetched layer.

    Attributes
    ----------
    name
        roads, population or admin2.
    folder
        Where its files are.
    route
        upstream or mirror: which of the two sets of files this is.
    fetched_on
        Date (UTC, ISO).
    files
        In the order of the catalogue.
    """

    name: str
    folder: Path
    route: str
    fetched_on: str
    files: tuple[LayerFile, ...]

    @property
    def paths(self) -> tuple[Path, ...]:
        """Paths of the files."""
        return tuple(self.folder / file.name for file in self.files)

    @property
    def size_bytes(self) -> int:
        """Size of all files."""
        return sum(file.size_bytes for file in self.files)

    @property
    def terms(self) -> tuple[tuple[str, str], ...]:
        """Licence and attribution, each pair once."""
        return tuple(dict.fromkeys((file.licence, file.attribution) for file in self.files))

    def record(self) -> dict[str, Any]:
        """Return the layer as plain values, without its folder."""
        values = asdict(self)
        del values["folder"]
        return values


def fetched(layer: str, *, cache: str | Path | None = None) -> Layer | None:
    """Return a layer from the cache, without any network.

    Parameters
    ----------
    layer
        roads, population or admin2.
    cache
        The cache folder; when not given, the environment variable HOTSPOT_GAPS_CACHE, or the
        user's cache folder of this computer.

    Returns
    -------
    Layer or None
        None when it was not fetched, when a file is missing or altered, or when its folder holds
        anything else: what reads a folder would read that, too.

    Raises
    ------
    SettingsError
        There is no such layer.
    """
    check_layer_name(layer)
    folder = cache_folder(cache) / layer
    try:
        present = _regular_files(folder)
        found = _read_record(folder)
        recorded = [RECORD, *(file.name for file in found.files)]
        whole = (
            found.name == layer
            and len(recorded) > 1
            and sorted(recorded) == present
            and all(is_whole(folder, file) for file in found.files)
        )
    except (OSError, ValueError, TypeError, LookupError, AttributeError, RecursionError):
        return None
    return found if whole else None


def _regular_files(folder: Path) -> list[str]:
    """Return the sorted names in a folder; refuse one with pipes, links or folders in it."""
    with os.scandir(folder) as found:
        entries = sorted(found, key=lambda entry: entry.name)
    if not all(entry.is_file(follow_symlinks=False) for entry in entries):
        raise ValueError(folder)
    return [entry.name for entry in entries]


def _read_record(folder: Path) -> Layer:
    """Read the record of a layer; whatever is not as `Layer.record` makes it is refused."""
    path = folder / RECORD
    if path.stat().st_size > MAX_RECORD_BYTES:
        raise ValueError(path)
    record = json.loads(path.read_text(encoding="utf-8"))
    files = tuple(LayerFile(**_checked(file, LayerFile)) for file in record.pop("files"))
    return Layer(folder=folder, files=files, **_checked(record, Layer))


def _checked(values: dict[str, Any], kind: type[LayerFile | Layer]) -> dict[str, Any]:
    """Return values of the types that a record has, text without control characters."""
    types = {field.name: int if field.type == "int" else str for field in fields(kind)}
    if not all(type(value) is types[name] for name, value in values.items()):
        raise TypeError(kind)
    return {
        # A half of a letter that JSON can spell cannot be written anywhere.
        name: printable(value.encode().decode()) if isinstance(value, str) else value
        for name, value in values.items()
    }


def is_whole(folder: Path, file: LayerFile) -> bool:
    """Say whether a file is there as it was recorded."""
    path = folder / file.name
    inside = path.parent == folder and path.name == file.name
    return inside and path.stat().st_size == file.size_bytes and sha256(path) == file.sha256


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def check_layer_name(layer: str) -> None:
    """Refuse a layer that there is none of, and name the nearest."""
    if layer in LAYERS:
        return
    close = difflib.get_close_matches(str(layer).lower(), LAYERS, n=1, cutoff=0.4)
    hint = f"Did you mean {close[0]}? " if close else ""
    raise SettingsError(
        f"layer {layer!r}: there is no such layer. {hint}Layers: {', '.join(LAYERS)}."
    )


def cache_folder(cache: str | Path | None) -> Path:
    """Return the cache folder: the one given, the environment's, or the user's."""
    chosen = cache or os.environ.get("HOTSPOT_GAPS_CACHE")
    if chosen:
        return Path(chosen).absolute()
    import pooch

    return Path(pooch.os_cache("hotspot_gaps"))


def remove_leftovers(cache: Path) -> None:
    """Remove what fetches that were killed left aside: folders that nothing wrote to for a day."""
    oldest = time.time() - LEFTOVER_AFTER_S
    # What cannot be looked at is not ours to remove; what keeps a fetch from writing is told there.
    with contextlib.suppress(OSError):
        for aside in (path for layer in LAYERS for path in cache.glob(f".{layer}-????????")):
            if not aside.is_dir() or aside.is_symlink():
                continue
            ours = {path.name for path in aside.iterdir()} <= {"new", "old"}
            paths = [aside, *aside.rglob("*")]
            if ours and max(path.lstat().st_mtime for path in paths) < oldest:
                shutil.rmtree(aside, ignore_errors=True)


@contextlib.contextmanager
def replaced_together(layer: str, cache: Path) -> Iterator[Path]:
    """Give an empty folder to fill; at the end it takes the place of the layer's, or nothing does.

    Whatever ends it early, Ctrl-C too, leaves the cache as it was.
    """
    made = [folder for folder in (cache, *cache.parents) if not folder.exists()]
    aside, done = None, False
    try:
        cache.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=f".{layer}-", dir=cache))
        new = aside / "new"
        new.mkdir()
        yield new
        _replace(cache / layer, new, aside / "old")
        done = True
    finally:
        if aside is not None:
            shutil.rmtree(aside, ignore_errors=True)
        for folder in () if done else made:
            with contextlib.suppress(OSError):
                folder.rmdir()


def _replace(target: Path, new: Path, old: Path) -> None:
    """Move a folder in, keeping the one that it replaces until it has arrived."""
    try:
        if target.exists():
            target.rename(old)
        new.rename(target)
    except BaseException:  # Ctrl-C as well: what was there must come back
        if old.exists() and not target.exists():
            old.rename(target)
        raise
