"""Layers: GeoPackage and Shapefile through GDAL, and any layer brought to EPSG:4326."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from hotspot_gaps.errors import InputError, Problem
from hotspot_gaps.sources.files import (
    check_cells,
    check_layer,
    check_ogr_path,
    check_rows,
    file_error,
    found_file,
    local_file,
)
from hotspot_gaps.sources.geopackages import check_database
from hotspot_gaps.sources.reference_systems import reads_files
from hotspot_gaps.sources.wording import first_told

if TYPE_CHECKING:
    import pandas as pd


def read_gpkg(path: Path, layer: str | None) -> pd.DataFrame:
    """Read a layer of a GeoPackage, the only one unless it is named."""
    with path.open("rb") as opened:
        head = opened.read(72)
    if not head.startswith(b"SQLite format 3\0") or head[68:70] != b"GP":
        raise file_error(path.name, "this is not a GeoPackage.", "Export the layer as GeoPackage.")
    check_database(path)
    import pyogrio

    check_ogr_path(path)
    layers = [(str(name), kind) for name, kind in pyogrio.list_layers(path)]
    spatial = [name for name, kind in layers if kind is not None]
    # QGIS keeps its styles in a table of their own.
    names = spatial or [name for name, _ in layers if name != "layer_styles"]
    check_layer(layer, [name for name, _ in layers], path.name, "layer")
    if layer is None and len(names) != 1:
        what = f"this has {len(names)} layers: {', '.join(names)}."
        raise file_error(path.name, what, "Name one of them, or keep one in the file.")
    return _read_ogr(path, "GPKG", layer or names[0])


def read_shapefile(path: Path, _: str | None) -> pd.DataFrame:
    """Read a Shapefile with all its parts."""
    with path.open("rb") as opened:
        head = opened.read(4)
    if head != b"\x00\x00\x27\x0a":
        raise file_error(path.name, "this is not a Shapefile.", "Export the layer again.")
    parts = {part.suffix.lower(): part for part in path.parent.iterdir() if part.stem == path.stem}
    for suffix in (".shx", ".dbf"):
        if suffix not in parts:
            what = f"the {suffix} file that belongs to it is missing."
            raise file_error(path.name, what, f"Put {path.stem}{suffix} beside it.")
    for part in parts.values():
        # The one that was named may itself have been a link.
        local_file(found_file(part, path.parent))
    _check_index(parts[".shx"], path)
    check_ogr_path(path)
    return _read_ogr(path, "ESRI Shapefile", None, encoding=_dbf_encoding(parts))


def _check_index(index: Path, path: Path) -> None:
    """Refuse an index that points to one shape again and again, which would fill the memory."""
    entries = np.frombuffer(index.read_bytes()[100:], dtype=">u4")
    lengths = entries[1::2].astype(np.uint64) * 2  # in 16-bit words
    if int(lengths.sum()) > path.stat().st_size:
        what = "the shapes of its index are longer than the file."
        raise file_error(index.name, what, "Export the layer again.")


def _dbf_encoding(parts: dict[str, Path]) -> str | None:
    """Tell the encoding of attributes where no .cpg file and no language byte does."""
    if ".cpg" in parts:
        return None
    raw = parts[".dbf"].read_bytes()
    if raw[29:30] != b"\0":
        return None
    try:
        raw[32:].decode("utf-8")
    except UnicodeDecodeError:
        return "cp1250"
    return "utf-8"


def _read_ogr(
    path: Path, driver: str, layer: str | None, encoding: str | None = None
) -> pd.DataFrame:
    import pyogrio

    info = pyogrio.read_info(path, layer=layer, encoding=encoding, force_feature_count=True)
    if info["driver"] != driver:
        raise file_error(
            path.name, f"this is no {driver} but {info['driver']}.", "Export it again."
        )
    check_rows(int(info["features"]), path.name)
    check_cells(int(info["features"]) * (len(info["fields"]) + 1), path.name)
    frame = pyogrio.read_dataframe(path, layer=layer, encoding=encoding, force_2d=True)
    return in_degrees(frame, path.name)


def in_degrees(frame: pd.DataFrame, file: str) -> pd.DataFrame:
    """Count features from 1, and bring their geometry to EPSG:4326."""
    import geopandas as gpd
    import pandas as pd
    import shapely

    frame = frame.set_axis(pd.RangeIndex(1, len(frame) + 1), axis=0)
    if not isinstance(frame, gpd.GeoDataFrame):
        return frame
    if frame.crs is None or frame.crs.name.lower().startswith("undefined"):
        raise file_error(
            file, "this has no coordinate reference system.",
            "Save it with the one its coordinates are in; declare it, e.g. EPSG:4326.",
        )  # fmt: skip
    if reads_files(frame.crs):
        what = "its coordinate reference system names files or steps of its own."
        raise file_error(file, what, "Save it in EPSG:4326.")
    declared = frame.crs.name
    others = [c for c in frame.columns[frame.dtypes == "geometry"] if c != frame.geometry.name]
    frame = frame.drop(columns=others).to_crs("EPSG:4326")
    if frame.geometry.name != "geometry":
        frame = gpd.GeoDataFrame(frame).rename_geometry("geometry")
    points, rows = shapely.get_coordinates(frame.geometry, return_index=True)
    lost = np.unique(rows[~np.isfinite(points).all(axis=1)]) + 1
    if len(lost):
        what = "its coordinates cannot be turned into latitude and longitude."
        fix = f"Check that they are in the declared system, {declared}."
        raise InputError(
            first_told(Problem(file, int(row), "geometry", "", what, fix) for row in lost)
        )
    return frame
