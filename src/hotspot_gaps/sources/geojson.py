"""GeoJSON, parsed without GDAL and counted before anything is made of it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from hotspot_gaps.errors import InputError, Problem
from hotspot_gaps.sources.files import check_cells, check_columns, check_rows, file_error
from hotspot_gaps.sources.layers import in_degrees
from hotspot_gaps.sources.wording import first_told

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import geopandas as gpd


def read_geojson(path: Path, _: str | None) -> gpd.GeoDataFrame:
    """Read a GeoJSON FeatureCollection without GDAL."""
    import geopandas as gpd

    text = path.read_text(encoding="utf-8-sig")
    # Each opens a list or an object, or parts two values: counted before any is made.
    check_cells(sum(map(text.count, "[{,")), path.name)
    content = json.loads(text)
    del text
    if not isinstance(content, dict) or content.get("type") != "FeatureCollection":
        what = "this JSON is not a GeoJSON FeatureCollection."
        fix = "Export the layer as GeoJSON."
        if isinstance(content, dict) and "grants" in content:
            fix = "Make tables of published grants with 'hotspot-gaps convert'."
        raise file_error(path.name, what, fix)
    features = content.get("features") or []
    if not isinstance(features, list):
        what = "its features are not a list."
        raise file_error(path.name, what, "Export the layer as GeoJSON.")
    check_rows(len(features), path.name)
    # RFC 7946 knows EPSG:4326 alone; older files declare another system in "crs".
    crs = _geojson_crs(content.get("crs"), path.name)
    if not features:
        return in_degrees(
            gpd.GeoDataFrame({"geometry": []}, geometry="geometry", crs=crs), path.name
        )
    shapes = _shapes(features, path.name)
    rows = [feature.get("properties") or {} for feature in features]
    # Each feature may have names of its own, and a column has a cell for every feature.
    names = {name for row in rows for name in row}
    check_columns(len(names), path.name)
    check_cells(len(rows) * len(names), path.name)
    return in_degrees(gpd.GeoDataFrame(rows, geometry=shapes, crs=crs), path.name)


def _shapes(features: list[Any], file: str) -> list[Any]:
    """Make the geometry of each feature; what cannot be made is a problem."""
    shapes: list[Any] = []
    problems = first_told(_unmade(features, shapes, file))
    if problems:
        raise InputError(problems)
    return shapes


def _unmade(features: list[Any], shapes: list[Any], file: str) -> Iterator[Problem]:
    """Add the geometry of each feature to a list, and give a problem where there is none."""
    for number, feature in enumerate(features, 1):
        if not (isinstance(feature, dict) and isinstance(feature.get("properties") or {}, dict)):
            what = "this is not a GeoJSON feature with named properties."
            yield Problem(file, number, "", "", what, "Export the layer again.")
        elif feature.get("geometry") is None:
            shapes.append(None)
        else:
            shapes.append(_shape(feature["geometry"]))
            if shapes[-1] is None:
                what = "this geometry cannot be read: it is empty or no GeoJSON."
                fix = "Correct its coordinates; write null where they are not known."
                yield Problem(file, number, "geometry", "", what, fix)


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
