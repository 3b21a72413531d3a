"""Larger layers: roads, people and districts, as the settings name them or as they were fetched."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hotspot_gaps.errors import MissingInputError
from hotspot_gaps.sources.files import check_inside
from hotspot_gaps.sources.layer_cache import fetched
from hotspot_gaps.sources.roads import road_files

if TYPE_CHECKING:
    from hotspot_gaps.settings import Settings
    from hotspot_gaps.sources.layer_cache import Layer

CHECKPOINTS = "road_border_crossings.geojson"
RASTERS = (".tif", ".tiff")


@dataclass(frozen=True)
class LargerLayers:
    """Where the larger layers are.

    Attributes
    ----------
    roads
        A folder or a file, as `load_roads` takes it; None for none.
    checkpoints
        As `load_checkpoints` takes it; None for none.
    population
        GeoTIFFs; empty for none.
    districts
        As `load_districts` takes them; empty for those of Natural Earth.
    attributions
        What must be said of the sources, by layer.
    """

    roads: Path | None
    checkpoints: Path | None
    population: tuple[Path, ...]
    districts: tuple[Path, ...]
    attributions: dict[str, str]

    def files(self) -> dict[str, list[Path]]:
        """Return every file of the layers, by layer, in the order of their names."""
        roads = [] if self.roads is None else road_files(self.roads)
        found = {
            "roads": roads,
            "checkpoints": [] if self.checkpoints is None else [self.checkpoints],
            "population": list(self.population),
            "districts": list(self.districts),
        }
        return {layer: files for layer, files in found.items() if files}


def larger_layers(settings: Settings) -> LargerLayers:
    """Find the larger layers: what the settings name, or what was fetched; without any network.

    Parameters
    ----------
    settings
        `roads`, `checkpoints`, `population` (a GeoTIFF, or a folder of them), `districts`.

    Raises
    ------
    MissingInputError
        A layer that the settings name is not there.
    """
    own = {
        "roads": settings.roads, "checkpoints": settings.checkpoints,
        "population": settings.population, "districts": settings.districts,
    }  # fmt: skip
    for layer, path in own.items():
        if path is not None and not _exists(path):
            name = path.name[:80]
            raise MissingInputError(f"{name}: there is no such file or folder ({layer}).")
    cache = {layer: fetched(layer) for layer in ("roads", "population", "admin2")}
    roads, people, districts = cache["roads"], cache["population"], cache["admin2"]
    posts = [path for path in (roads.paths if roads else ()) if path.name == CHECKPOINTS]
    attributions = {
        layer: _attribution(found)
        for layer, found in zip(("roads", "population", "districts"), cache.values(), strict=True)
        if found is not None and own[layer] is None
    }
    attributions |= {layer: path.name for layer, path in own.items() if path is not None}
    if settings.roads is not None and _of_openstreetmap(settings.roads):
        attributions["roads"] += ", © OpenStreetMap contributors (ODbL 1.0)"
    return LargerLayers(
        roads=settings.roads or (roads.folder if roads else None),
        checkpoints=settings.checkpoints or (posts[0] if posts else None),
        population=tuple(_inside(settings.population, RASTERS))
        if settings.population is not None
        else people.paths if people else (),
        districts=(settings.districts,)
        if settings.districts is not None
        else districts.paths if districts else (),
        attributions=attributions,
    )  # fmt: skip


def _exists(path: Path) -> bool:
    """Say whether a file or folder is there; what the system cannot even ask for is not."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def _attribution(layer: Layer) -> str:
    """Join the attributions of the files of a layer, none that a longer one says already."""
    kept: dict[str, str] = {}
    for licence, attribution in sorted(layer.terms, key=lambda term: -len(term[1])):
        if not any(other.startswith(attribution) for other in kept):
            kept[attribution] = f"{attribution} ({licence})"
    return "; ".join(sorted(kept.values()))


def _inside(path: Path, endings: tuple[str, ...]) -> list[Path]:
    """Return a file, or the files of a folder that have one of the endings."""
    if not path.is_dir():
        return [path]
    found = sorted(file for file in path.iterdir() if file.name.lower().endswith(endings))
    for file in found:
        check_inside(file, path)
    if not found:
        wanted = " or ".join(endings)
        raise MissingInputError(f"{path.name}: this folder has no file that ends in {wanted}.")
    return found


def _of_openstreetmap(roads: Path) -> bool:
    """Say whether roads are extracts of OpenStreetMap."""
    names = [path.name for path in roads.iterdir()] if roads.is_dir() else [roads.name]
    return any(name.endswith(".osm.pbf") for name in names)
