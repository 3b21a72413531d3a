"""Locations: points that lie outside the country they are said to lie in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hotspot_gaps.errors import Problem
from hotspot_gaps.sources.wording import safe

if TYPE_CHECKING:
    import geopandas as gpd
    import numpy.typing as npt
    import pandas as pd

# Coasts and borders of Natural Earth 1:10m are generalised; nearer than this counts as inside.
BORDER_TOLERANCE_M = 5_000
_FARTHEST_M = 20_000_000.0


def check_location(frame: pd.DataFrame, countries: gpd.GeoDataFrame, file: str) -> list[Problem]:
    """Find points that lie outside their country.

    Parameters
    ----------
    frame
        A checked table with `country`, `lat` and `lon`. Rows without coordinates, or whose country
        is not in `countries`, are not judged. Coordinates of organizations are not repeated, and of
        restricted ones no distance either; `attrs["points"]` names the column, `"geometry"` of a
        layer.
    countries
        Polygons in EPSG:4326 with the column `country`.
    file
        Name of the file, for messages.

    Returns
    -------
    list of Problem
        One a point that is more than 5 km outside, which the coarse coast and borders of the
        built-in boundaries may be off. It says so if exchanging lat and lon would put it inside.

    Notes
    -----
    Distances are planar in an azimuthal equidistant projection around the middle of the country's
    largest part: at 1,000 km from there, 5 km come out at most 0.5 % wrong.
    """
    # Of a layer, the points are meant, not columns that the user does not have.
    column = frame.attrs.get("points", "lat, lon")
    order = "lat and lon" if column == "lat, lon" else "x and y"
    hidden = set(
        frame.index[frame["sensitivity"].eq("restricted")] if "sensitivity" in frame else ()
    )
    located = frame[frame["lat"].notna() & frame["lon"].notna()]
    problems = []
    for country, rows in located.groupby("country"):
        outline = countries.geometry[countries["country"] == country].dropna()
        if outline.empty:
            continue
        lon, lat = rows["lon"].astype(float), rows["lat"].astype(float)
        metres = _outside_m(outline, lon, lat)
        swapped = _outside_m(outline, lat, lon) <= BORDER_TOLERANCE_M
        for row, x, y, away, exchange in zip(rows.index, lon, lat, metres, swapped, strict=True):
            if away <= BORDER_TOLERANCE_M:
                continue
            far = "more than 5" if row in hidden else f"{away / 1000:,.0f}"
            what = f"this point is {far} km outside {country}."
            fix = "Correct the coordinates or the country."
            if exchange:
                what, fix = f"{order} look swapped.", "Exchange the two."
            # Those of an organization are finer than its town, and a log is an output, too.
            value = "" if "sensitivity" in frame else f"{y:g}, {x:g}"
            problems.append(Problem(file, int(str(row)), column, value, what, fix))
    return sorted(safe(problems))


def _outside_m(
    outline: gpd.GeoSeries, lon: pd.Series[float], lat: pd.Series[float]
) -> npt.NDArray[np.float64]:
    """Return how many metres each point lies outside an outline: 0 inside."""
    import shapely
    from pyproj import CRS, Transformer

    # The bounds of a country on both sides of the antimeridian have no middle.
    parts = shapely.get_parts(outline.to_numpy())
    middle = shapely.centroid(parts[shapely.area(parts).argmax()])
    crs = CRS.from_proj4(f"+proj=aeqd +lat_0={middle.y} +lon_0={middle.x} +datum=WGS84")
    shape = shapely.union_all(outline.to_crs(crs).to_numpy())
    shapely.prepare(shape)
    possible = lat.abs().le(90) & lon.abs().le(180)
    to_plane = Transformer.from_crs("EPSG:4326", crs, always_xy=True)
    x, y = to_plane.transform(lon.where(possible, 0).to_numpy(), lat.where(possible, 0).to_numpy())
    near = np.isfinite(x) & np.isfinite(y) & possible.to_numpy()
    points = shapely.points(np.where(near, x, 0), np.where(near, y, 0))
    metres = np.zeros(len(points))
    outside = ~shapely.intersects(shape, points)
    metres[outside] = shapely.distance(shape, points[outside])
    return np.where(near, metres, _FARTHEST_M)
