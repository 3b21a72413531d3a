"""A locator: a small map in a corner that shows where a map lies among the countries around it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.patches import Polygon
from pyproj import CRS, Transformer

from hotspot_gaps.outputs import style

if TYPE_CHECKING:
    import geopandas as gpd
    from matplotlib.axes import Axes

# Of the width of the map, and between the locator and the frame.
WIDTHS, MARGIN = (0.25, 0.21, 0.17), 0.012
# A locator must show at least so much more than the map does, and at most so many degrees.
LEAST_TIMES, MOST_DEGREES = 2.5, 90.0
COARSE_KM = 8.0
KEEP_OFF_PT = 8.0
# Where the scale bar stands, as shares of the map: west, south, east, north.
SCALE_BAR = (0.0, 0.0, 0.36, 0.11)


class Corner(NamedTuple):
    """A free corner of a map, as shares of its width and height."""

    west: float
    south: float
    width: float
    height: float


def draw_locator(
    ax: Axes, countries: gpd.GeoDataFrame, own: Any, crs: Any, *, keep_off: np.ndarray, shapes: Any
) -> np.ndarray:
    """Draw where the map lies, in a corner where nothing of the map's subject is hidden.

    Nothing is drawn where the countries do not surround the map, or where no corner is free.

    Parameters
    ----------
    ax
        Axes whose limits are final, in `crs`.
    countries
        Polygons of all countries that there are.
    own
        Which of them the map is of, true or false a row.
    crs
        Of the map.
    keep_off
        Points and corners of labels that must be seen, in map units, shape (n, 2).
    shapes
        What must be seen as well, such as the countries that the map is of, in map units.

    Returns
    -------
    numpy.ndarray
        Points all over the locator, in map units, shape (n, 2), for what is drawn later to keep
        away; empty where there is none.
    """
    outline = _outline(ax, crs)
    bounds = countries.total_bounds
    if not _surrounds(bounds, outline):
        return np.empty((0, 2))
    lon, lat = (bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2
    round_it = CRS.from_dict({"proj": "laea", "lon_0": lon, "lat_0": lat, "datum": "WGS84"})
    coarse = countries.geometry.to_crs(round_it).simplify(COARSE_KM * 1000)
    west, south, east, north = coarse.total_bounds
    corner = _free_corner(ax, (north - south) / (east - west), keep_off, shapes)
    if corner is None:
        return np.empty((0, 2))
    inset = ax.inset_axes(corner, zorder=8.5, facecolor=style.PAPER)
    _draw(inset, coarse, own)
    to_small = Transformer.from_crs("EPSG:4326", round_it, always_xy=True)
    frame = np.column_stack(to_small.transform(*outline.T))
    inset.add_patch(Polygon(frame, fill=False, edgecolor=style.INK, linewidth=1.1))
    pad = 0.03 * (east - west)
    inset.set(xlim=(west - pad, east + pad), ylim=(south - pad, north + pad), xticks=[], yticks=[])
    for spine in inset.spines.values():
        spine.set(edgecolor=style.BORDER, linewidth=0.6)
    return _spread(ax, corner)


def _outline(ax: Axes, crs: Any) -> np.ndarray:
    """Return the frame of the map as longitudes and latitudes, with points along its sides."""
    (west, east), (south, north) = ax.get_xlim(), ax.get_ylim()
    along, back = np.linspace(0, 1, 12), np.linspace(1, 0, 12)
    zero, one = np.zeros(12), np.ones(12)
    x = west + (east - west) * np.concatenate([along, one, back, zero])
    y = south + (north - south) * np.concatenate([zero, along, one, back])
    lon, lat = Transformer.from_crs(crs, "EPSG:4326", always_xy=True).transform(x, y)
    return np.column_stack([lon, lat])


def _surrounds(bounds: np.ndarray, outline: np.ndarray) -> bool:
    """Tell whether the countries are around the map, and show more than the map itself."""
    west, south, east, north = bounds
    if not np.isfinite(outline).all() or not np.isfinite(bounds).all():
        return False
    (left, low), (right, high) = outline.min(axis=0), outline.max(axis=0)
    inside = west <= left and right <= east and south <= low and high <= north
    more = (east - west) * (north - south) >= LEAST_TIMES * (right - left) * (high - low)
    return bool(inside and more and max(east - west, north - south) <= MOST_DEGREES)


def _free_corner(ax: Axes, ratio: float, keep_off: np.ndarray, shapes: Any) -> Corner | None:
    """Find the largest corner that covers nothing, trying from the upper left around."""
    from shapely import MultiPoint, box, union_all

    (west, east), (south, north) = ax.get_xlim(), ax.get_ylim()
    size = np.array([east - west, north - south])
    # Symbols and labels reach about so far from the points that stand for them.
    reach = KEEP_OFF_PT * ax.figure.dpi / 72 * size[0] / ax.bbox.width
    points = MultiPoint(keep_off.reshape(-1, 2)).buffer(reach, quad_segs=2)
    subject = union_all([points, *shapes])
    for width in WIDTHS:
        height = width * ratio * size[0] / size[1]
        high = MARGIN * size[0] / size[1]
        for left in (MARGIN, 1 - width - MARGIN):
            for low in (1 - height - high, high):
                corner = Corner(left, low, width, height)
                place = box(*_to_map(ax, left, low), *_to_map(ax, left + width, low + height))
                bar = box(*_to_map(ax, *SCALE_BAR[:2]), *_to_map(ax, *SCALE_BAR[2:]))
                if not place.intersects(subject) and not place.intersects(bar):
                    return corner
    return None


def _to_map(ax: Axes, x: float, y: float) -> tuple[float, float]:
    (west, east), (south, north) = ax.get_xlim(), ax.get_ylim()
    return west + x * (east - west), south + y * (north - south)


def _draw(inset: Axes, coarse: gpd.GeoSeries, own: Any) -> None:
    from shapely import get_coordinates, get_exterior_ring, get_parts

    mine = np.asarray(own, dtype=bool)
    for which, fill in ((~mine, style.VEIL), (mine, style.NEIGHBOUR_BORDER)):
        parts = get_parts(coarse[which].to_numpy())
        rings = [get_coordinates(ring) for ring in get_exterior_ring(parts)]
        inset.add_collection(PolyCollection(rings, facecolors=fill, edgecolors="none"))
        inset.add_collection(LineCollection(rings, colors=style.BORDER, linewidths=0.4))


def _spread(ax: Axes, corner: Corner) -> np.ndarray:
    across = np.linspace(corner.west, corner.west + corner.width, 5)
    along = np.linspace(corner.south, corner.south + corner.height, 5)
    return np.array([_to_map(ax, x, y) for x in across for y in along])
