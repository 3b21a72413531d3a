"""Isochrones: how far one gets from a place in so many minutes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse.csgraph import dijkstra

from hotspot_gaps.access.chunks import several_numbers
from hotspot_gaps.access.ellipsoid import Points, check_points, geodesic_m
from hotspot_gaps.access.frames import points_of
from hotspot_gaps.access.joints import along, away, toward
from hotspot_gaps.access.road_network import with_sources
from hotspot_gaps.access.travel_time import codes_of
from hotspot_gaps.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    from numpy.typing import NDArray

    from hotspot_gaps.access.ellipsoid import Floats
    from hotspot_gaps.access.road_network import Joined, RoadNetwork

CELL_M = 500.0
MOST_CELLS = 2000  # a side; a larger area has larger cells
FAR_MIN = 1e6  # stands for never, where a line is drawn between cells


def isochrones(
    places: gpd.GeoDataFrame, network: RoadNetwork, *, minutes: Sequence[float] = (30, 60)
) -> gpd.GeoDataFrame:
    """Draw the area that is reached from each place within so many minutes.

    Parameters
    ----------
    places
        Points in any coordinate reference system.
    network
        As `road_network` returns it.
    minutes
        Times, above 0.

    Returns
    -------
    geopandas.GeoDataFrame
        A row a place and a time: index of `places`, `minutes`, and `geometry`, polygons in
        EPSG:4326; empty for a place that is too far from a road, None for one without a point.

    Raises
    ------
    CRSError
        `places` has no coordinate reference system, or coordinates outside its range.
    InputError
        A geometry is not a point.
    SettingsError
        A time is not above 0.

    Notes
    -----
    The minutes of `travel_time`, in the other direction, at the corners of a grid of 500 m around
    the place (coarser beyond 1,000 km), with straight lines between them. A crossing is charged
    where the road network has it, not where the line on the map is.
    """
    import geopandas as gpd

    times = [float(time) for time in several_numbers(minutes, "minutes")]
    if not times or not all(0 < time < np.inf for time in times):
        raise SettingsError(f"minutes: {tuple(times)} must be above 0, and one at least.")
    where = points_of(places, "places")
    points = check_points(where.lon, where.lat, "places")
    shapes: NDArray[Any] = np.full((len(places), len(times)), None, dtype=object)
    codes = codes_of(places, where.rows)
    for at, row in enumerate(where.rows):
        code = None if codes is None else codes[[at]]
        joined = network.join(points.take([at]), code)
        shapes[row] = _areas(points.take([at]), joined, network, times)
    return gpd.GeoDataFrame(
        {"minutes": np.tile(times, len(places))},
        geometry=shapes.ravel(),
        index=places.index.repeat(len(times)),
        crs="EPSG:4326",
    )


def _areas(place: Points, joined: Joined, network: RoadNetwork, times: list[float]) -> list[Any]:
    """Return the areas reached from one place, in the order of the times."""
    from pyproj import Transformer
    from shapely import MultiPolygon, make_valid, transform

    minutes = minutes_to_joints(joined, network, max(times))
    if not np.isfinite(joined.minutes[0]):
        return [MultiPolygon()] * len(times)
    reached = np.append(np.flatnonzero(minutes <= max(times)), joined.joint)
    crs = f"+proj=laea +lat_0={place.lat[0]} +lon_0={place.lon[0]} +datum=WGS84 +units=m"
    there = Transformer.from_crs("EPSG:4326", crs, always_xy=True)
    back = Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
    east, north = there.transform(*network.joints.points.take(reached))
    x, y = _grid(east, north, network.travel.farthest_road_km * 1000)
    lon, lat = back.transform(*np.meshgrid(x, y))
    corners = Points(lon.ravel(), lat.ravel())
    theirs = network.join(corners)
    field = minutes[theirs.joint] + theirs.minutes
    same = np.flatnonzero((theirs.joint == joined.joint) & np.isfinite(theirs.minutes))
    straight = geodesic_m(place.take(np.zeros(same.size, dtype=int)), corners.take(same))
    field[same] = np.minimum(field[same], network.off_road_min(straight))
    field = np.minimum(field, FAR_MIN).reshape(lon.shape)
    areas = (_below(x, y, field, time) for time in times)
    return [
        make_valid(transform(area, lambda xy: np.column_stack(back.transform(*xy.T))))
        for area in areas
    ]


def minutes_to_joints(joined: Joined, network: RoadNetwork, limit: float) -> Floats:
    """Return the minutes from one place to every joint, infinite beyond about the limit."""
    joints, ways, size = network.joints, network.ways, network.size
    every = np.arange(joints.road.size)
    if not np.isfinite(joined.minutes[0]):
        return np.full(every.size, np.inf)
    start = joints.road[joined.joint]
    to_u, to_v = (minutes + joined.minutes for minutes in away(joined.joint, joints, ways))
    graph = with_sources(network.forwards, (network.u[start], network.v[start]), (to_u, to_v))
    reached = dijkstra(graph, indices=np.array([size]), limit=limit)[0, :size]
    from_u, from_v = toward(every, joints, ways)
    minutes = reached[network.u[joints.road]] + from_u
    minutes = np.minimum(minutes, reached[network.v[joints.road]] + from_v)
    mates = np.flatnonzero(joints.road == start[0])
    straight = along(np.repeat(joined.joint, mates.size), mates, joints, ways) + joined.minutes
    minutes[mates] = np.minimum(minutes[mates], straight)
    return minutes


def _grid(x: Floats, y: Floats, margin: float) -> tuple[Floats, Floats]:
    """Return the coordinates of a grid around points."""
    spans = [(values.min() - margin, values.max() + margin) for values in (x, y)]
    cell = max(CELL_M, max(high - low for low, high in spans) / MOST_CELLS)
    columns, rows = (np.arange(low, high + cell, cell) for low, high in spans)
    return columns, rows


def _below(x: Floats, y: Floats, field: Floats, limit: float) -> Any:
    """Return the area of a grid where a field is at most a limit, with straight lines between."""
    from contourpy import FillType, contour_generator
    from shapely import MultiPolygon, Polygon

    drawn = contour_generator(x, y, field, fill_type=FillType.OuterOffset).filled(-1.0, limit)
    polygons = []
    for corners, starts in zip(*drawn, strict=True):
        rings = np.split(corners, starts[1:-1])
        polygons.append(Polygon(rings[0], rings[1:]))
    return MultiPolygon(polygons)
