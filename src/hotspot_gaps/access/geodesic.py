"""Geodesic access: nearest, pairs and counts in reach, exact on the WGS84 ellipsoid.

The arithmetic is in `neighbours` and `reach`; here are the frames. Places may be a Dask frame whose
partitions are GeoDataFrames; the answer is then a Dask frame with the same partitions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pandas as pd

from hotspot_gaps.access.chunks import budget, several_numbers
from hotspot_gaps.access.ellipsoid import check_points
from hotspot_gaps.access.frames import name_facilities, points_of
from hotspot_gaps.access.neighbours import nearest_of
from hotspot_gaps.access.partitions import by_partition, is_partitioned
from hotspot_gaps.access.reach import GRID_ROWS, count_of, pairs_of, reach_grid
from hotspot_gaps.errors import SettingsError
from hotspot_gaps.sources.partitions import point_partitions

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd

    from hotspot_gaps.access.ellipsoid import Ints, Points
    from hotspot_gaps.access.frames import NamedFacilities
    from hotspot_gaps.sources.point_rows import PointRows

    Places: TypeAlias = gpd.GeoDataFrame | PointRows


def nearest(
    places: gpd.GeoDataFrame,
    facilities: gpd.GeoDataFrame,
    *,
    k: int = 1,
    id: str | None = None,  # noqa: A002
    workers: int = -1,
    max_bytes: int | None = None,
) -> pd.DataFrame:
    """Find the nearest facilities of every place, exact on the WGS84 ellipsoid.

    Parameters
    ----------
    places, facilities
        Points in any coordinate reference system. A place without a point gets no answer, a
        facility without a point is passed over.
    k
        How many facilities a place.
    id
        Column of `facilities` that names them; their index when not given.
    workers
        Threads; -1 for one a processor. On a Dask frame -1 stands for 1 a partition.
    max_bytes
        Bytes to work with, beside the frames, the tree, twice the answer, and 40 bytes a place for
        their order; on a Dask frame, of each partition at work.

    Returns
    -------
    pandas.DataFrame
        Index of `places`; `id` of the nearest facility, of equally near ones the one that comes
        first, and `distance_m`, the geodesic distance in metres. `<NA>` and NaN where there is
        nothing to measure. With `k` of 2 or more there are `k` rows a place, nearest first, and a
        column `order` from 1 to `k`.

    Raises
    ------
    CRSError
        A frame has no coordinate reference system, or coordinates outside its range.
    InputError
        A geometry is not a point, or there is no column `id`.
    SettingsError
        `k`, `workers` or `max_bytes` is not in its range.

    Examples
    --------
    From Wellington to Salamanca it is 19,959,679.267 m, nearly half way around the earth.

    >>> import geopandas as gpd
    >>> def points(lon, lat, **columns):
    ...     return gpd.GeoDataFrame(columns, geometry=gpd.points_from_xy(lon, lat), crs="EPSG:4326")
    >>> salamanca = points([-5.50], [40.96])
    >>> cities = points([174.81, 0], [-41.32, 51.48], name=["Wellington", "Greenwich"])
    >>> nearest(salamanca, cities[:1], id="name").round(3)
               id    distance_m
    0  Wellington  1.995968e+07
    >>> nearest(salamanca, cities, id="name", k=2).round(3)
       order          id    distance_m
    0      1   Greenwich  1.243074e+06
    0      2  Wellington  1.995968e+07
    """
    ready = name_facilities(facilities, id, unique=True)
    return _mapped(_nearest, places, ready, workers, k=k, max_bytes=max_bytes)


def _nearest(
    places: Places, ready: NamedFacilities, *, k: int, workers: int, max_bytes: int | None
) -> pd.DataFrame:
    rows, points = _located(places)
    index, metres = nearest_of(points, ready.facilities, k, budget(workers, max_bytes))
    if rows.size < len(places):
        shape = (len(places), index.shape[1])
        every, every_metre = np.full(shape, -1), np.full(shape, np.nan)
        every[rows], every_metre[rows] = index, metres
        index, metres = every, every_metre
    columns = {"id": ready.names(index.ravel()), "distance_m": metres.ravel()}
    if k == 1:
        return pd.DataFrame(columns, index=places.index)
    order = np.tile(np.arange(1, k + 1), len(places))
    return pd.DataFrame({"order": order, **columns}, index=places.index.repeat(k))


def pairs_within(
    places: gpd.GeoDataFrame,
    facilities: gpd.GeoDataFrame,
    *,
    radius_m: float,
    id: str | None = None,  # noqa: A002
    workers: int = -1,
    max_bytes: int | None = None,
) -> pd.DataFrame:
    """List every facility within a radius of every place, exact on the WGS84 ellipsoid.

    Parameters
    ----------
    places, facilities
        Points in any coordinate reference system; rows without a point are passed over.
    radius_m
        Radius in metres; a facility at exactly the radius is within it.
    id
        Column of `facilities` that names them; their index when not given.
    workers
        Threads; -1 for one a processor. On a Dask frame -1 stands for 1 a partition.
    max_bytes
        Bytes to work with, beside the frames, the tree, and 40 bytes a place for their order; on
        a Dask frame, of each partition at work. The pairs count too, at 24 bytes each, but not
        the frame that is made of them, which needs as much again.

    Returns
    -------
    pandas.DataFrame
        A row a pair: index of `places`, `id` of the facility and `distance_m`, the geodesic
        distance in metres; nearest first for each place, and places in their order.

    Raises
    ------
    CRSError
        A frame has no coordinate reference system, or coordinates outside its range.
    InputError
        A geometry is not a point, or there is no column `id`.
    SettingsError
        The radius is negative or not finite, or the pairs do not fit `max_bytes`.

    Examples
    --------
    >>> import geopandas as gpd
    >>> place = gpd.GeoDataFrame(geometry=gpd.points_from_xy([0], [0]), crs="EPSG:4326")
    >>> others = gpd.GeoDataFrame(geometry=gpd.points_from_xy([2, 1, 9], [0, 0, 0]), crs=4326)
    >>> pairs_within(place, others, radius_m=300_000).round(1)
       id  distance_m
    0   1    111319.5
    0   0    222639.0
    """
    ready = name_facilities(facilities, id)
    return _mapped(_pairs, places, ready, workers, radius_m=radius_m, max_bytes=max_bytes)


def _pairs(
    places: Places,
    ready: NamedFacilities,
    *,
    radius_m: float,
    workers: int,
    max_bytes: int | None,
) -> pd.DataFrame:
    rows, points = _located(places)
    share = budget(workers, max_bytes)
    place, facility, metres = pairs_of(points, ready.facilities, radius_m, share, max_bytes)
    columns = {"id": ready.names(facility), "distance_m": metres}
    return pd.DataFrame(columns, index=places.index[rows[place]])


def count_within(
    places: gpd.GeoDataFrame,
    facilities: gpd.GeoDataFrame,
    *,
    radii_m: Sequence[float] = (25_000, 50_000),
    workers: int = -1,
    max_bytes: int | None = None,
) -> pd.DataFrame:
    """Count the facilities within each radius of every place, exact on the WGS84 ellipsoid.

    Parameters
    ----------
    places, facilities
        Points in any coordinate reference system. A place without a point gets no answer, a
        facility without a point is not counted.
    radii_m
        Radii in metres; a facility at exactly the radius is within it.
    workers
        Threads; -1 for one a processor. On a Dask frame -1 stands for 1 a partition.
    max_bytes
        Bytes to work with, beside the frames, the tree, twice the answer, and 40 bytes a place for
        their order; on a Dask frame, of each partition at work.

    Returns
    -------
    pandas.DataFrame
        Index of `places`; a column a radius, named in kilometres (`within_25km`), of nullable
        integers: `<NA>` for a place without a point.

    Raises
    ------
    CRSError
        A frame has no coordinate reference system, or coordinates outside its range.
    InputError
        A geometry is not a point.
    SettingsError
        A radius is negative or not finite, or two radii are too close to be told apart;
        `workers` or `max_bytes` is not in its range.

    Notes
    -----
    With Numba (``pip install hotspot_gaps[fast]``) many places are counted by compiled code, up to
    four times as fast; the counts are the same.

    Examples
    --------
    One degree along the equator is 111,319.5 m.

    >>> import geopandas as gpd
    >>> place = gpd.GeoDataFrame(geometry=gpd.points_from_xy([0], [0]), crs="EPSG:4326")
    >>> others = gpd.GeoDataFrame(geometry=gpd.points_from_xy([1, -1], [0, 0]), crs="EPSG:4326")
    >>> count_within(place, others, radii_m=(111_319, 111_320))
       within_111.319km  within_111.32km
    0                 0                2
    """
    radii = several_numbers(radii_m, "radii_m")
    names = [f"within_{radius / 1000:.10g}km" for radius in radii]
    if len(set(names)) < len(names):
        raise SettingsError(f"radii_m: {radii} names a column twice; give each once.")
    ready = name_facilities(facilities, None)
    if is_partitioned(places) or len(places) >= GRID_ROWS:
        ready = ready._replace(grid=reach_grid(ready.facilities, radii))
    options = {"radii": radii, "names": names, "max_bytes": max_bytes}
    return _mapped(_counts, places, ready, workers, **options)


def _counts(
    places: Places,
    ready: NamedFacilities,
    *,
    radii: Sequence[float],
    names: list[str],
    workers: int,
    max_bytes: int | None,
) -> pd.DataFrame:
    rows, points = _located(places)
    share = budget(workers, max_bytes)
    counts = count_of(points, ready.facilities, radii, ready.grid, share)
    table = pd.DataFrame(counts, columns=names, index=pd.RangeIndex(len(places))[rows])
    return table.astype("Int64").reindex(pd.RangeIndex(len(places))).set_axis(places.index)


def _located(places: Places) -> tuple[Ints, Points]:
    """Return which rows of the places have a point, and the points, checked."""
    where = points_of(places, "places")
    return where.rows, check_points(where.lon, where.lat, "places")


def _mapped(
    function: Any, places: Any, ready: NamedFacilities, workers: int, **options: Any
) -> pd.DataFrame:
    """Call a function of places and facilities, on each partition of a Dask frame."""
    if is_partitioned(places):
        # Dask shares out the processors: a thread a partition, if nothing else is asked for.
        options["workers"] = 1 if workers == -1 else workers
        points = point_partitions(places)
        table: pd.DataFrame = by_partition(function, points, ready, **options)
    else:
        table = function(places, ready, workers=workers, **options)
    return table
