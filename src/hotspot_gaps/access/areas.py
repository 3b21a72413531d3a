"""Areas: the polygons of a frame, and which of its rows have one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from hotspot_gaps.access.frames import check_geometry
from hotspot_gaps.errors import CRSError, InputError, Problem

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from hotspot_gaps.access.ellipsoid import Ints


def areas_of(frame: gpd.GeoDataFrame, name: str) -> tuple[NDArray[np.object_], Ints]:
    """Return the polygons of a frame, in its own reference system, and the rows that have one.

    Raises
    ------
    CRSError
        The frame has no reference system, one that is neither geographic nor projected, or
        degrees outside their range.
    InputError
        A geometry is not a polygon, or there is none in the frame.
    """
    check_geometry(frame, name, "polygons")
    shapes = frame.geometry.to_numpy()
    rows = np.flatnonzero(~(shapely.is_missing(shapes) | shapely.is_empty(shapes)))
    shapes = np.asarray(shapely.force_2d(shapes[rows]), dtype=object)
    kinds = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)
    others = np.flatnonzero(~np.isin(shapely.get_type_id(shapes), kinds))
    if others.size:
        fix = "Give polygons, for example the buffer of a line or a point."
        raise InputError(
            [
                Problem(name, int(rows[at]) + 1, "geometry", shapes[at].geom_type,
                        "is not a polygon.", fix)
                for at in others[:20]
            ]
        )  # fmt: skip
    corners, of = shapely.get_coordinates(shapes, return_index=True)
    good = np.isfinite(corners)
    if frame.crs.is_geographic:
        good &= np.abs(corners) <= (360, 90)
    bad = np.unique(of[~good.all(axis=1)])
    if bad.size:
        raise CRSError(
            f"{name}: {bad.size} of {shapes.size} polygons have corners that are nowhere, the "
            f"first is in row {rows[bad[0]] + 1}. Set the right CRS."
        )
    return shapes, rows
