"""The manifest of a run: what went in, which settings and versions, what came out."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import platform
from importlib.metadata import version
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from hotspot_gaps.outputs.privacy import public_organizations
from hotspot_gaps.settings import LAYERS, TABLES
from hotspot_gaps.sources.builtin import builtin_path

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd

    from hotspot_gaps.settings import Settings

BUILTIN_FILES = {
    "hotspots": "hotspots.csv",
    "hotspot_lists": "hotspot_lists.csv",
    "organizations": "organizations.csv",
    "supports": "supports.csv",
    "programmes": "programmes.csv",
    "places": "places.csv",
    "country_totals": "country_totals.csv",
    "themes": "themes.csv",
    "boundaries": "countries.gpkg",
    "admin1": "admin1.gpkg",
    "relief": "relief.tif",
}
SECRET_TABLES = ("organizations", "supports")
# What decides numbers and pictures; the rest is in constraints.txt.
LIBRARIES = (
    "contextily", "geopandas", "highspy", "jinja2", "matplotlib", "numpy", "openpyxl", "pandas",
    "pandera", "pyarrow", "pyogrio", "pyproj", "rasterio", "scipy", "shapely", "typst",
    "XStatic-Leaflet",
)  # fmt: skip


def file_entry(path: Path, *, builtin: bool = False) -> dict[str, Any]:
    """Describe a file by name, size and SHA-256; never by where it lies."""
    with path.open("rb") as opened:  # a layer may be larger than memory
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
    entry = {"file": path.name, "bytes": path.stat().st_size, "sha256": digest}
    return {**entry, "builtin": builtin}


def parts(path: Path) -> list[Path]:
    """Return the files that a path stands for: a Shapefile is several."""
    if path.suffix.lower() != ".shp":
        return [path]
    suffixes = (".cpg", ".dbf", ".prj", ".shp", ".shx")
    beside = [p for p in path.parent.iterdir() if p.stem == path.stem]
    return sorted(p for p in beside if p.suffix.lower() in suffixes)


def input_entries(
    settings: Settings, layers: dict[str, list[Path]], *, secret: bool
) -> dict[str, list[dict[str, Any]]]:
    """Describe every file that a run rests on, table by table, and layer by layer.

    Parameters
    ----------
    settings
        Settings of the run.
    layers
        Files of the larger layers, by layer.
    secret
        Whether the user's organizations have restricted rows. Their tables are then told by name
        alone: whoever knows the other cells could try towns until the checksum fits.
    """
    entries: dict[str, list[dict[str, Any]]] = {}
    for table, name in BUILTIN_FILES.items():
        path = getattr(settings, table, None)
        if path is None:
            entries[table] = [file_entry(builtin_path(name), builtin=True)]
        elif secret and table in SECRET_TABLES:
            said = "no checksum: the organizations have restricted rows"
            entries[table] = [{"file": path.name, "builtin": False, "withheld": said}]
        else:
            entries[table] = [file_entry(file) for file in parts(path)]
    for layer, files in layers.items():
        entries[layer] = [file_entry(file) for file in files]
    return entries


def row_counts(
    gaps: gpd.GeoDataFrame, organizations: gpd.GeoDataFrame
) -> dict[str, dict[str, int]]:
    """Count the rows of each table: read, placed, and shown."""
    return {
        "hotspots": {
            "read": len(gaps),
            "placed": int(gaps.geometry.notna().sum()),
            "in_question": int(gaps["in_question"].sum()),
            "judged": int(gaps["is_gap"].notna().sum()),
        },
        "organizations": {
            "read": len(organizations),
            "placed": int(organizations.geometry.notna().sum()),
            "supported": int(organizations["supported"].sum()),
            "shown": len(public_organizations(organizations)),
        },
    }


def build_manifest(
    settings: Settings,
    *,
    inputs: dict[str, list[dict[str, Any]]],
    counts: dict[str, Any],
    withheld: dict[str, Any],
    outputs: list[Path],
    findings: dict[str, Any],
    background: str,
    attributions: dict[str, str],
) -> dict[str, Any]:
    """Put the manifest together.

    Parameters
    ----------
    settings
        Settings of the run; paths are told by file name alone.
    inputs
        Entries from `file_entry`, by table.
    counts
        Row counts at each step.
    withheld
        What was withheld and coarsened, from `withheld_report`.
    findings
        What each analysis found, by its name.
    outputs
        Files that the run wrote.
    background
        What the map's background is, in words.
    attributions
        What must be said of the larger layers, by layer.

    Returns
    -------
    dict
        Ready for JSON. `created` is the only field with a clock in it; the environment variable
        SOURCE_DATE_EPOCH fixes it.
    """
    from hotspot_gaps import __version__

    told = settings.model_dump(mode="json", exclude={"out"})
    for key in (*TABLES, *LAYERS):
        value = getattr(settings, key)
        told[key] = value.name if value is not None else None
    if settings.basemap is not None:  # the address may hold a key
        told["basemap"] = urlsplit(settings.basemap).hostname
    return {
        "hotspot_gaps": __version__,
        "created": created(),
        "settings": told,
        "inputs": inputs,
        "attributions": attributions,
        "counts": counts,
        "withheld": withheld,
        "findings": findings,
        "background": background,
        "outputs": {path.name: _digest(path) for path in sorted(outputs)},
        "versions": versions(),
    }


def versions() -> dict[str, str]:
    """Return the versions of everything that decides numbers and pictures."""
    import pyogrio
    import pyproj
    import rasterio
    import shapely

    return {
        "python": platform.python_version(),
        **{name: version(name) for name in LIBRARIES},
        "proj": pyproj.proj_version_str,
        "geos": shapely.geos_version_string,
        "gdal (tables)": pyogrio.__gdal_version_string__,
        "gdal (rasters)": rasterio.__gdal_version__,
    }


def _digest(path: Path) -> dict[str, Any]:
    entry = file_entry(path)
    return {"bytes": entry["bytes"], "sha256": entry["sha256"]}


def created() -> str:
    """Return the time of the run, or of SOURCE_DATE_EPOCH, in UTC."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    moment = dt.datetime.fromtimestamp(int(epoch), dt.UTC) if epoch else dt.datetime.now(dt.UTC)
    return moment.replace(microsecond=0).isoformat()


def write_manifest(manifest: dict[str, Any], path: Path) -> None:
    """Write the manifest as indented JSON."""
    path.write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
