"""Layers: GeoJSON, GeoPackage, Shapefile and Parquet, brought to EPSG:4326."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from hotspot_gaps.errors import InputError, Problem
from hotspot_gaps.sources.files import (
    MAX_COLUMNS,
    check_layer,
    check_ogr_path,
    check_rows,
    check_unpacked,
    file_error,
    local_file,
)
from hotspot_gaps.sources.text_tables import plain_frame

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd


def read_geojson(path: Path, _: str | None) -> gpd.GeoDataFrame:
    """Read a GeoJSON FeatureCollection without GDAL."""
    import geopandas as gpd

    content = json.loads(path.read_text(encoding="utf-8-sig"))
    if not isinstance(content, dict) or content.get("type") != "FeatureCollection":
        what = "this JSON is not a GeoJSON FeatureCollection."
        raise file_error(path.name, what, "Export the layer as GeoJSON.")
    features = content.get("features") or []
    check_rows(len(features), path.name)
    # RFC 7946 knows EPSG:4326 alone; older files declare another system in "crs".
    crs = _geojson_crs(content.get("crs"), path.name)
    if not features:
        return _layer(gpd.GeoDataFrame({"geometry": []}, geometry="geometry", crs=crs), path.name)
    shapes = _shapes(features, path.name)
    rows = [feature.get("properties") or {} for feature in features]
    return _layer(gpd.GeoDataFrame(rows, geometry=shapes, crs=crs), path.name)


def _shapes(features: list[Any], file: str) -> list[Any]:
    """Make the geometry of each feature; what cannot be made is a problem."""
    shapes: list[Any] = []
    problems = []
    for number, feature in enumerate(features, 1):
        if not (isinstance(feature, dict) and isinstance(feature.get("properties") or {}, dict)):
            what = "this is not a GeoJSON feature with named properties."
            problems.append(Problem(file, number, "", "", what, "Export the layer again."))
        elif feature.get("geometry") is None:
            shapes.append(None)
        else:
            shapes.append(_shape(feature["geometry"]))
            if shapes[-1] is None:
                what = "this geometry cannot be read: it is empty or no GeoJSON."
                fix = "Correct its coordinates; write null where they are not known."
                problems.append(Problem(file, number, "geometry", "", what, fix))
    if problems:
        raise InputError(problems)
    return shapes


def _shape(geometry: object) -> Any:
    """Make one geometry; None if it is empty or cannot be made."""
    import shapely.geometry

    try:
        shape = shapely.geometry.shape(geometry)
        return None if shape.is_empty else shape
    except Exception:
        # Whatever shapely trips over is a fault of the feature.
        return None


def _geojson_crs(declared: object, file: str) -> str:
    name = str(declared or "CRS84")
    code = re.search(r"EPSG:(?:[0-9.]*:)?([0-9]+)(?![0-9.]*:)", name, re.IGNORECASE)
    if code is None and "CRS84" not in name:
        what = "its coordinate reference system is not one of EPSG."
        raise file_error(file, what, "Save it in EPSG:4326.")
    return f"EPSG:{code[1]}" if code else "EPSG:4326"


def read_gpkg(path: Path, layer: str | None) -> pd.DataFrame:
    """Read a layer of a GeoPackage, the only one unless it is named."""
    with path.open("rb") as opened:
        head = opened.read(72)
    if not head.startswith(b"SQLite format 3\0") or head[68:70] != b"GP":
        raise file_error(path.name, "this is not a GeoPackage.", "Export the layer as GeoPackage.")
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
        local_file(parts[suffix])
    check_ogr_path(path)
    return _read_ogr(path, "ESRI Shapefile", None, encoding=_dbf_encoding(parts))


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
    frame = pyogrio.read_dataframe(path, layer=layer, encoding=encoding, force_2d=True)
    return _layer(frame, path.name)


def read_parquet(path: Path, _: str | None) -> pd.DataFrame:
    """Read a GeoParquet as a layer, and any other Parquet as a table of text."""
    import geopandas as gpd
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as opened:
        about = opened.metadata
        check_rows(about.num_rows, path.name)
        size = sum(about.row_group(at).total_byte_size for at in range(about.num_row_groups))
        check_unpacked(size if about.num_columns <= MAX_COLUMNS else math.inf, path.name)
        if b"geo" not in (opened.schema_arrow.metadata or {}):
            return plain_frame(opened.read().to_pandas(ignore_metadata=True), path.name)
    return _layer(gpd.read_parquet(path), path.name)


def _layer(frame: pd.DataFrame, file: str) -> pd.DataFrame:
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
        raise InputError([Problem(file, int(row), "geometry", "", what, fix) for row in lost])
    return frame
