"""The frame of a map: projection, limits, scale bar, circles and free spots."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
from pyproj import CRS, Geod, Transformer

from hotspot_gaps.outputs import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

GEOD = Geod(ellps="WGS84")
WIDE_DEGREES = 14
MOST_UTM = 80  # degrees of latitude
# Support farther than this from a hotspot does not widen the map.
FAR_KM = 600
MOST_CIRCLES = 40  # more of them are one area: each over the others would show no more


def map_crs(gaps: gpd.GeoDataFrame, countries: gpd.GeoDataFrame) -> Any:
    """Choose the projection: the UTM zone of a region, an equal-area one where it is wide."""
    placed = gaps[gaps.geometry.notna()]
    shapes = placed if len(placed) else countries[countries["country"].isin(gaps["country"])]
    shapes = shapes if len(shapes) else countries
    west, south, east, north = shapes.total_bounds
    lon, lat = (west + east) / 2, (south + north) / 2
    if east - west <= WIDE_DEGREES and north - south <= WIDE_DEGREES and abs(lat) < MOST_UTM:
        zone = int((lon + 180) % 360 // 6) + 1
        return CRS.from_epsg((32600 if lat >= 0 else 32700) + zone)
    return CRS.from_dict({"proj": "laea", "lon_0": lon, "lat_0": lat, "datum": "WGS84"})


def sea_is_known(
    gaps: gpd.GeoDataFrame, countries: gpd.GeoDataFrame, *, own_boundaries: bool
) -> bool:
    """Say whether what lies outside all polygons is sea, and may be drawn as such.

    Around a user's own boundaries, or a hotspot whose country has none, it may as well be land.
    """
    return not own_boundaries and bool(gaps["country"].isin(countries["country"]).all())


def frame_map(
    ax: Axes,
    countries: gpd.GeoDataFrame,
    gaps: gpd.GeoDataFrame,
    organizations: gpd.GeoDataFrame | None,
    crs: Any,
    *,
    also: gpd.GeoSeries | None = None,
    fill: bool = False,
) -> None:
    """Set the limits to countries with hotspots, all hotspots, and the support measured to.

    What is in `also` is shown as well. With `fill` the map takes all the room of its axes.
    """
    own = countries[countries["country"].isin(gaps["country"].unique())]
    shown = [own.geometry, gaps.geometry[gaps.geometry.notna()]]
    if organizations is not None:
        reach = gaps["nearest_supported_km"].le(FAR_KM)
        near = organizations["organization_id"].isin(gaps.loc[reach, "nearest_supported_id"])
        shown.append(organizations.geometry[near & organizations.geometry.notna()])
    if also is not None:
        shown.append(also)
    shown = [shapes.to_crs(crs).total_bounds for shapes in shown if len(shapes)]
    bounds = np.array(shown or [countries.to_crs(crs).total_bounds])
    west, south = bounds[:, :2].min(axis=0)
    east, north = bounds[:, 2:].max(axis=0)
    pad = 0.035 * max(east - west, north - south) + 1000
    # A strip of a map helps nobody: at least three by five.
    least, most = 0.6, 1 / 0.6
    if fill:
        room = np.multiply(ax.get_position(original=True).size, ax.figure.bbox.size)
        least = most = float(room[0] / room[1])
    wide = max(0.0, least * (north - south + 2 * pad) - (east - west + 2 * pad)) / 2
    high = max(0.0, (east - west + 2 * pad) / most - (north - south + 2 * pad)) / 2
    ax.set_xlim(west - pad - wide, east + pad + wide)
    ax.set_ylim(south - pad - high, north + pad + high)
    ax.set_aspect("equal")
    ax.apply_aspect()
    ax.set_xticks([])
    ax.set_yticks([])
    for spine in ax.spines.values():
        spine.set_edgecolor(style.BORDER)
        spine.set_linewidth(0.8)


def seen(countries: gpd.GeoDataFrame, ax: Axes, crs: Any) -> gpd.GeoDataFrame:
    """Return what a map shows of countries, in its projection, and a little beyond its frame."""
    (west, east), (south, north) = ax.get_xlim(), ax.get_ylim()
    more = 0.02 * (east - west)
    shapes = countries.to_crs(crs)
    cut = shapes.geometry.clip_by_rect(west - more, south - more, east + more, north + more)
    return shapes.set_geometry(cut)[~cut.is_empty]


def circle(lon: float, lat: float, radius_m: float) -> gpd.GeoSeries:
    """Return the geodesic circle around a point as a polygon of 180 corners, EPSG:4326."""
    from shapely import Polygon

    corners = 180
    azimuths = np.arange(corners) * 360 / corners
    full = np.full(corners, lon), np.full(corners, lat)
    x, y, _ = GEOD.fwd(*full, azimuths, np.full(corners, radius_m))
    return gpd.GeoSeries([Polygon(zip(x, y, strict=True))], crs="EPSG:4326")


def reach(points: gpd.GeoSeries, radius_m: float, crs: Any) -> list[Any]:
    """Return how far points reach, as polygons in a projection.

    A circle around each; of more than forty, the parts of the area that they cover together.
    """
    from shapely import get_parts, union_all

    at = points.to_crs("EPSG:4326").drop_duplicates()
    circles = [circle(point.x, point.y, radius_m).to_crs(crs).iloc[0] for point in at]
    return circles if len(circles) <= MOST_CIRCLES else list(get_parts(union_all(circles)))


def emptiest_spot(area: Any, points: np.ndarray, steps: int = 40) -> tuple[float, float]:
    """Find the grid point inside an area that is farthest from its edge and from all points.

    Sideways distance counts half, because names are wider than high.
    """
    from shapely import contains_xy, distance
    from shapely import points as make_points

    west, south, east, north = area.bounds
    x, y = (
        a.ravel()
        for a in np.meshgrid(np.linspace(west, east, steps), np.linspace(south, north, steps))
    )
    inside = contains_xy(area, x, y)
    x, y = x[inside], y[inside]
    room = distance(area.boundary, make_points(x, y))
    if len(points):
        gap = np.hypot((x[:, None] - points[:, 0]) / 2, y[:, None] - points[:, 1]).min(axis=1)
        room = np.minimum(room, gap)
    best = int(room.argmax())
    return float(x[best]), float(y[best])


def draw_scale_bar(ax: Axes, crs: Any) -> float:
    """Draw a bar whose length is geodesic at the centre of the map; return its kilometres."""
    ax.set(xlabel="", ylabel="")
    (west, east), (south, north) = ax.get_xlim(), ax.get_ylim()
    x, y = (west + east) / 2, (south + north) / 2
    to_geographic = Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
    step = (east - west) / 100
    lons, lats = to_geographic.transform([x - step, x + step], [y, y])
    metres_per_unit = GEOD.inv(lons[0], lats[0], lons[1], lats[1])[2] / (2 * step)
    target = 0.22 * (east - west) * metres_per_unit / 1000
    nice = [b * 10**e for e in range(-1, 5) for b in (1, 2, 5)]
    km = max(n for n in nice if n <= max(target, nice[0]))
    length = km * 1000 / metres_per_unit
    left, bottom = west + 0.04 * (east - west), south + 0.035 * (north - south)
    height = 0.008 * (north - south)
    for part, colour in ((0, style.INK), (1, "white")):
        ax.fill_between(
            [left + part * length / 2, left + (part + 1) * length / 2], bottom, bottom + height,
            facecolor=colour, edgecolor=style.INK, linewidth=0.8, zorder=8,
        )  # fmt: skip
    roomy = length > 0.15 * (east - west)
    for share in (0, 0.5, 1) if roomy else (0, 1):
        text = f"{km * share:g}" + (" km" if share == 1 else "")
        ax.text(
            left + share * length, bottom + 1.6 * height, text, ha="center", fontsize=8, zorder=8
        )
    return float(km)
