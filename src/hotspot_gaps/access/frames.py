"""Frames: what the arithmetic needs of them, points and names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
import shapely
from pyproj.exceptions import ProjError

from hotspot_gaps.access.facilities import Facilities, index_facilities
from hotspot_gaps.access.partitions import gathered
from hotspot_gaps.errors import CRSError, InputError, Problem
from hotspot_gaps.sources.point_rows import PointRows

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd

    from hotspot_gaps.access.ellipsoid import Ints
    from hotspot_gaps.access.grid import Grid


class NamedFacilities(NamedTuple):
    """Facilities with their names, the rows that have a point, and their index."""

    ids: pd.Series[Any]
    rows: Ints
    facilities: Facilities
    grid: Grid | None = None

    def names(self, found: Ints) -> Any:
        """Return the names at positions among the points; NA at -1."""
        rows = np.append(self.rows, -1)[found]
        return pd.api.extensions.take(self.ids.array, rows, allow_fill=True, fill_value=pd.NA)


def name_facilities(
    facilities: gpd.GeoDataFrame, column: str | None, *, unique: bool = False
) -> NamedFacilities:
    """Name the facilities and put those with a point into an index."""
    facilities = gathered(facilities)
    ids = ids_of(facilities, column)
    points = points_of(facilities, "facilities")
    return NamedFacilities(
        ids, points.rows, index_facilities(points.lon, points.lat, unique=unique)
    )


def check_geometry(frame: gpd.GeoDataFrame, name: str, shapes: str) -> None:
    """Refuse what is no frame with a geometry in a reference system on Earth.

    Raises
    ------
    CRSError
        There is no reference system, or one that is neither geographic nor projected.
    InputError
        There is no geometry.
    """
    if getattr(frame, "active_geometry_name", None) is None:
        what, fix = "there is no geometry.", f"Give a GeoDataFrame of {shapes}"
        if hasattr(frame, "geom_type"):
            what, fix = "this is no frame.", f'Make one of it: {name}.to_frame("geometry").'
        elif hasattr(frame, "columns"):
            fix += "; set_geometry says which column it is (in Dask, merge and set_index lose it)."
        else:
            fix += "."
        raise InputError([Problem(name, 0, "", type(frame).__name__, what, fix)])
    if frame.crs is None:
        raise CRSError(
            f"{name}: no coordinate reference system. Say which one the coordinates are in, "
            f'for example {name}.set_crs("EPSG:4326") for longitude and latitude.'
        )
    if not (frame.crs.is_geographic or frame.crs.is_projected):
        raise CRSError(f"{name}: {frame.crs.name!r} is neither geographic nor projected.")


def points_of(frame: gpd.GeoDataFrame | PointRows, name: str) -> PointRows:
    """Return which rows of a frame have a point, and their longitudes and latitudes."""
    if isinstance(frame, PointRows):
        return frame
    check_geometry(frame, name, "points")
    shapes = frame.geometry.to_numpy()
    rows = np.flatnonzero(~(shapely.is_missing(shapes) | shapely.is_empty(shapes)))
    others = rows[shapely.get_type_id(shapes[rows]) != shapely.GeometryType.POINT]
    if others.size:
        kinds, first = np.unique([shape.geom_type for shape in shapes[others]], return_index=True)
        fix = "Give points, for example the representative_point() of each geometry."
        raise InputError(
            [
                Problem(name, _row(frame, others[at]), "geometry", kind, "is not a point.", fix)
                for kind, at in zip(kinds.tolist(), first, strict=True)
            ]
        )
    try:
        points = frame.geometry.to_crs("EPSG:4326").to_numpy()[rows]
    except ProjError as error:
        raise CRSError(
            f"{name}: coordinates in {frame.crs.name!r} cannot be turned into degrees on WGS84. "
            "Set the right CRS."
        ) from error
    return PointRows(frame.index, rows, shapely.get_x(points), shapely.get_y(points))


def _row(frame: gpd.GeoDataFrame, position: int) -> int:
    """Return the number of a row from 1, over all partitions where the index has it."""
    numbered = isinstance(frame.index, pd.RangeIndex)
    return int(frame.index[position] if numbered else position) + 1


def need_columns(frame: pd.DataFrame, name: str, columns: Sequence[str]) -> None:
    """Refuse a frame that lacks a column.

    Raises
    ------
    InputError
        With every column that is missing.
    """
    fix = f"There are: {', '.join(map(str, frame.columns))}."
    problems = [
        Problem(name, 0, column, "", "there is no such column.", fix)
        for column in columns
        if column not in frame
    ]
    if problems:
        raise InputError(problems)


def ids_of(
    facilities: gpd.GeoDataFrame, column: str | None, name: str = "facilities"
) -> pd.Series[Any]:
    """Return the names of the facilities, in a type that can be missing."""
    if column is not None:
        need_columns(facilities, name, [column])
    ids: pd.Series[Any] = facilities.index.to_series() if column is None else facilities[column]
    return ids.convert_dtypes()
