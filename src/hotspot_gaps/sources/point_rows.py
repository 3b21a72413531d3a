"""Point rows: where the points of a frame are, from files without making a geometry of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from hotspot_gaps.sources.geoparquet import WGS84
from hotspot_gaps.sources.row_groups import RowGroup, opened_group, read_row_group

if TYPE_CHECKING:
    import geopandas as gpd
    import numpy.typing as npt
    import pyarrow as pa

# A point in well-known binary: byte order, kind (1) and two numbers.
WKB_POINT = np.dtype([("order", "u1"), ("kind", "<u4"), ("lon", "<f8"), ("lat", "<f8")])


@dataclass(frozen=True)
class PointRows:
    """The index of a frame, which of its rows have a point, and their coordinates in degrees."""

    index: pd.Index[Any]
    rows: npt.NDArray[np.int64]
    lon: npt.NDArray[np.float64]
    lat: npt.NDArray[np.float64]

    def __len__(self) -> int:
        """Return how many rows the frame has."""
        return len(self.index)


def read_point_rows(group: RowGroup) -> PointRows | gpd.GeoDataFrame:
    """Read where the points of a row group are; the whole group where they are not plain.

    Plain are points in degrees on WGS84, two numbers each and none missing. Geometries, which are
    a quarter of all the work of finding the nearest, are then not made.
    """
    if group.crs != WGS84 or group.encoding != "WKB":
        return read_row_group(group)
    with opened_group(group) as opened:
        column = opened.read_row_group(group.number, columns=[group.geometry])[group.geometry]
        points = _plain_points(column.combine_chunks())
    if points is None:
        return read_row_group(group)
    lon, lat = points["lon"].copy(), points["lat"].copy()
    rows = np.flatnonzero(~(np.isnan(lon) & np.isnan(lat)))  # both are NaN in an empty point
    index = pd.RangeIndex(group.start, group.start + lon.size)
    return PointRows(index, rows, lon[rows], lat[rows])


def _plain_points(values: pa.Array) -> npt.NDArray[np.void] | None:
    """Look at well-known binary as points, where it is nothing else."""
    import pyarrow as pa

    size = {pa.binary(): np.int32, pa.large_binary(): np.int64}.get(values.type)
    if size is None or values.null_count or not len(values):
        return None
    _, places, held = values.buffers()
    starts = np.frombuffer(places, size)[values.offset : values.offset + len(values) + 1]
    if held is None or (np.diff(starts) != WKB_POINT.itemsize).any():
        return None
    whole = np.frombuffer(held, np.uint8)[starts[0] : starts[-1]].view(WKB_POINT)
    plain = (whole["order"] == 1).all() and (whole["kind"] == 1).all()
    return whole if plain else None
