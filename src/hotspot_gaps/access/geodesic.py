"""Geodesic access: the nearest facility and how many are in reach, exact on the WGS84 ellipsoid.

The arithmetic is in `chords`; here are the frames.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from hotspot_gaps.access.chords import count_within_arrays, nearest_arrays
from hotspot_gaps.errors import CRSError, InputError, Problem, SettingsError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]


def nearest(
    places: gpd.GeoDataFrame,
    facilities: gpd.GeoDataFrame,
    *,
    id: str | None = None,  # noqa: A002
) -> pd.DataFrame:
    """Find the nearest facility of every place, exact on the WGS84 ellipsoid.

    Parameters
    ----------
    places, facilities
        Points in any coordinate reference system. A place without a point gets no answer, a
        facility without a point is passed over.
    id
        Column of `facilities` that names them; their index when not given.

    Returns
    -------
    pandas.DataFrame
        Index of `places`; `id` of the nearest facility, of equally near ones the one that comes
        first, and `distance_m`, the geodesic distance in metres. `<NA>` and NaN where there is
        nothing to measure.

    Raises
    ------
    CRSError
        A frame has no coordinate reference system, or coordinates outside its range.
    InputError
        A geometry is not a point, or there is no column `id`.

    Examples
    --------
    From Wellington to Salamanca it is 19,959,679.267 m, nearly half way around the earth.

    >>> import geopandas as gpd
    >>> def points(lon, lat, **columns):
    ...     return gpd.GeoDataFrame(columns, geometry=gpd.points_from_xy(lon, lat), crs="EPSG:4326")
    >>> salamanca = points([-5.50], [40.96])
    >>> nearest(salamanca, points([174.81], [-41.32], name=["Wellington"]), id="name").round(3)
               id    distance_m
    0  Wellington  1.995968e+07
    """
    ids = _ids(facilities, id)
    place_rows, place_lon, place_lat = _points(places, "places")
    facility_rows, facility_lon, facility_lat = _points(facilities, "facilities")
    found, metres = nearest_arrays(place_lon, place_lat, facility_lon, facility_lat)
    rows, distance_m = np.full(len(places), -1), np.full(len(places), np.nan)
    rows[place_rows] = np.append(facility_rows, -1)[found]
    distance_m[place_rows] = metres
    taken: Any = pd.api.extensions.take(ids.array, rows, allow_fill=True, fill_value=pd.NA)
    return pd.DataFrame({"id": taken, "distance_m": distance_m}, index=places.index)


def count_within(
    places: gpd.GeoDataFrame,
    facilities: gpd.GeoDataFrame,
    *,
    radii_m: Sequence[float] = (25_000, 50_000),
) -> pd.DataFrame:
    """Count the facilities within each radius of every place, exact on the WGS84 ellipsoid.

    Parameters
    ----------
    places, facilities
        Points in any coordinate reference system. A place without a point gets no answer, a
        facility without a point is not counted.
    radii_m
        Radii in metres; a facility at exactly the radius is within it.

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
        A radius is negative or not finite, or two radii are too close to be told apart.

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
    names = [f"within_{radius / 1000:g}km" for radius in radii_m]
    if len(set(names)) < len(names):
        raise SettingsError(f"radii_m: {tuple(radii_m)} names a column twice; give each once.")
    rows, lon, lat = _points(places, "places")
    _, facility_lon, facility_lat = _points(facilities, "facilities")
    counts = count_within_arrays(lon, lat, facility_lon, facility_lat, radii_m)
    table = pd.DataFrame(counts, columns=names, index=pd.RangeIndex(len(places))[rows])
    return table.astype("Int64").reindex(pd.RangeIndex(len(places))).set_axis(places.index)


def _points(frame: gpd.GeoDataFrame, name: str) -> tuple[Ints, Floats, Floats]:
    """Return which rows of a frame have a point, and their longitudes and latitudes."""
    if frame.crs is None:
        raise CRSError(
            f"{name}: no coordinate reference system. Say which one the coordinates are in, "
            f'for example {name}.set_crs("EPSG:4326") for longitude and latitude.'
        )
    shapes = frame.geometry.to_numpy()
    rows = np.flatnonzero(~(shapely.is_missing(shapes) | shapely.is_empty(shapes)))
    others = rows[shapely.get_type_id(shapes[rows]) != shapely.GeometryType.POINT]
    if others.size:
        kinds, first = np.unique([shape.geom_type for shape in shapes[others]], return_index=True)
        fix = "Give points, for example the representative_point() of each geometry."
        raise InputError(
            [
                Problem(name, int(others[at]) + 1, "geometry", kind, "is not a point.", fix)
                for kind, at in zip(kinds.tolist(), first, strict=True)
            ]
        )
    points = frame.geometry.to_crs("EPSG:4326").to_numpy()[rows]
    return rows, shapely.get_x(points), shapely.get_y(points)


def _ids(facilities: gpd.GeoDataFrame, column: str | None) -> pd.Series[Any]:
    """Return the names of the facilities, in a type that can be missing."""
    if column is not None and column not in facilities.columns:
        fix = f"Name one of: {', '.join(map(str, facilities.columns))}."
        raise InputError([Problem("facilities", 0, column, "", "there is no such column.", fix)])
    ids: pd.Series[Any] = facilities.index.to_series() if column is None else facilities[column]
    return ids.convert_dtypes()
