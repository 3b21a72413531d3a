"""The cache of fetched layers: a folder a layer, whole and recorded, or not there."""

from __future__ import annotations

import contextlib
import difflib
import hashlib
import json
import os
import shutil
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hotspot_gaps.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterator

RECORD = "layer.json"
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
        None when it was not fetched, or when a file is missing or altered.

    Raises
    ------
    SettingsError
        There is no such layer.
    """
    check_layer_name(layer)
    folder = cache_folder(cache) / layer
    try:
        record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
        files = tuple(LayerFile(**file) for file in record.pop("files"))
        found = Layer(folder=folder, files=files, **record)
        whole = found.name == layer and files and all(is_whole(folder, file) for file in files)
    except (OSError, ValueError, TypeError, LookupError, AttributeError):
        return None
    return found if whole else None


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
