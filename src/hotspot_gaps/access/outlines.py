"""Outlines: circles and polygons carried onto the plane of a population raster."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import shapely
from pyproj import Transformer

from hotspot_gaps.access.ellipsoid import WGS84, Points, geodesic_m
from hotspot_gaps.access.zonal import Outlines, outlines_of_rings
from hotspot_gaps.errors import InputError, Problem

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pyproj import CRS

    from hotspot_gaps.access.ellipsoid import Floats, Ints
    from hotspot_gaps.sources.population import PopulationRaster

    Shapes = NDArray[np.object_]

CORNERS = 128  # of a circle, or one a kilometre of radius if these are more
STEP_DEG = 0.05  # between corners on the straight sides of an area, before they are bent
STEP_M = 5_000.0
STRETCH = 20  # a side that a projection makes longer than this was torn apart by it


class Carried(NamedTuple):
    """Corners of circles in a raster's reference system, a row a circle; NaN beyond its reach."""

    x: Floats
    y: Floats


def corners_of(radius_m: float) -> int:
    """Return how many corners a circle gets."""
    return max(CORNERS, 4 * math.ceil(radius_m / 4_000))


def carried_circles(
    points: Points, rows: Ints, radius_m: float, raster: PopulationRaster, name: str
) -> Carried:
    """Draw geodesic circles on WGS84 and carry them into the reference system of a raster.

    Parameters
    ----------
    points, rows
        Centres, and their positions in the caller's frame, for messages.
    radius_m
        Radius in metres.
    raster
        Where they shall go.
    name
        Whose the centres are, for messages.

    Returns
    -------
    Carried
        Polygons of 128 corners or more, clockwise, of the same area as the circle: corners lie
        a little outside, by 2.0e-4 of the radius, and the middles of sides inside, by 1.0e-4.

    Raises
    ------
    InputError
        A circle holds a pole or is torn apart where the reference system has its seam, and the
        raster reaches there.
    """
    count = corners_of(radius_m)
    turn = 2 * np.pi / count
    reach = radius_m * math.sqrt(turn / math.sin(turn))
    azimuth = np.tile(np.arange(count) * (360 / count), points.lon.size)
    lon, lat = (np.repeat(degrees, count) for degrees in points)
    lon, lat, _ = WGS84.fwd(lon, lat, azimuth, np.full(azimuth.size, reach))
    x, y = (
        side.reshape(-1, count)
        for side in _transformer("EPSG:4326", raster.crs).transform(lon, lat)
    )
    if raster.crs.is_geographic:
        x = _around(x)
        # A circle that holds a pole goes around the earth; any other stays within a quarter.
        torn = x.max(axis=1) - x.min(axis=1) > 180
        beyond = (y.min(axis=1) >= raster.north) | (y.max(axis=1) <= raster.south)
        what = "its circle holds a pole, which a raster in degrees cannot show."
    else:
        side = 2 * reach * math.sin(turn / 2)
        torn = _torn(x, y, STRETCH * side, raster)
        beyond = _unseen(points, raster) | (torn & ~_near(x, y, STRETCH * reach, raster))
        what = "its circle is torn apart by the seam of the raster's reference system."
    fix = "Use a raster in a reference system made for the place, for example a polar one."
    _refuse(rows[torn & ~beyond], name, what, fix)
    x, y = (np.where((torn | beyond)[:, None], np.nan, side) for side in (x, y))
    return Carried(x, y)


def circle_outlines(circles: Carried, raster: PopulationRaster) -> tuple[Outlines, Floats]:
    """Return circles as outlines on the grid of a raster, and their areas in cells.

    The area is NaN for a circle beyond the reach of the raster's reference system.
    """
    owner = np.flatnonzero(np.isfinite(circles.x[:, 0]))
    x, y = circles.x[owner], circles.y[owner]
    area = np.full(len(circles.x), np.nan)
    turns, of = _turns(x.min(axis=1, initial=np.inf), x.max(axis=1, initial=-np.inf), raster)
    columns, lines = _on_grid(x[of] + turns[:, None], y[of], raster)
    base = turns == 0
    area[owner] = _ring_areas(columns[base], lines[base])
    return outlines_of_rings(columns, lines, owner[of]), area


def circle_shapes(circles: Carried, raster: PopulationRaster) -> Shapes:
    """Return circles as polygons in the reference system of a raster, also a turn away."""
    seen = np.isfinite(circles.x[:, 0])
    x, y = circles.x[seen], circles.y[seen]
    turns, of = _turns(x.min(axis=1, initial=np.inf), x.max(axis=1, initial=-np.inf), raster)
    corners = np.stack((x[of] + turns[:, None], y[of]), axis=-1)
    return np.atleast_1d(shapely.polygons(corners)) if len(corners) else np.empty(0, dtype=object)


def carried_shapes(shapes: Shapes, rows: Ints, crs: CRS, raster: PopulationRaster) -> Shapes:
    """Carry polygons into the reference system of a raster.

    Straight sides are straight in the polygons' own reference system: before they are bent, they
    get a corner every 0.05 degrees or 5 km.

    Returns
    -------
    numpy.ndarray
        Polygons and multipolygons; None where one is beyond the reach of the reference system.

    Raises
    ------
    InputError
        A polygon is torn apart by the seam of the raster's reference system.
    """
    shapes = _mended(shapes)
    if crs.equals(raster.crs, ignore_axis_order=True):
        return shapes
    unit = 1.0 if crs.is_geographic else crs.axis_info[0].unit_conversion_factor
    step = STEP_DEG if crs.is_geographic else STEP_M / unit
    transform = _transformer(crs, raster.crs).transform
    bent = shapely.transform(
        shapely.segmentize(shapes, step), lambda c: np.column_stack(transform(c[:, 0], c[:, 1]))
    )
    corners, of = shapely.get_coordinates(bent, return_index=True)
    finite = np.bincount(of, np.isfinite(corners).all(axis=1), minlength=len(bent))
    size = np.bincount(of, minlength=len(bent))
    gone = finite == 0
    longest = STRETCH * (STEP_DEG * 111_320 if crs.is_geographic else STEP_M)
    torn = ((finite < size) | _long_sides(bent, longest, raster)) & ~gone
    what = "is torn apart by the seam of the raster's reference system."
    _refuse(rows[torn], "areas", what, "Use a raster in a reference system made for the area.")
    bent[gone] = None
    return _mended(bent)


def shape_outlines(
    shapes: Shapes, raster: PopulationRaster, owner: Ints | None = None
) -> tuple[Outlines, Floats]:
    """Return polygons as outlines on the grid of a raster, and their areas in cells."""
    area = shapely.area(shapes) / (raster.width * raster.height)
    area[shapely.is_missing(shapes)] = np.nan
    owner = np.arange(len(shapes)) if owner is None else owner
    parts, of = shapely.get_parts(shapes, return_index=True)
    rings, part = shapely.get_rings(
        shapely.orient_polygons(parts, exterior_cw=True), return_index=True
    )
    corners, ring = shapely.get_coordinates(rings, return_index=True)
    x, y = _on_grid(corners[:, 0], corners[:, 1], raster)
    edges = np.flatnonzero(ring[1:] == ring[:-1])
    part = part[ring[edges]]
    starts = np.append(np.flatnonzero(np.diff(part, prepend=-1)), part.size)
    whose = owner[of][part[starts[:-1]]]
    return Outlines(x[edges], y[edges], x[edges + 1], y[edges + 1], starts, whose), area


def turned_shapes(shapes: Shapes, raster: PopulationRaster) -> tuple[Shapes, Ints]:
    """Add polygons a turn around the earth away where a raster in degrees has them.

    Returns
    -------
    shapes, owner
        First those given, then the others; and the positions of the given ones.
    """
    bounds = shapely.bounds(shapes)
    turns, of = _turns(bounds[:, 0], bounds[:, 2], raster)
    turned = shapes[of]
    for turn in np.unique(turns[turns != 0]):
        some = turns == turn
        turned[some] = shapely.transform(turned[some], lambda c, t=turn: c + np.array([t, 0]))
    return turned, of


def _turns(left: Floats, right: Floats, raster: PopulationRaster) -> tuple[Floats, Ints]:
    """Return by how many degrees what is how often to be turned, so that it meets the raster.

    Everything comes once as it is; on a plane, nothing else does.
    """
    rows = np.arange(left.size)
    turns, of = [np.zeros(left.size)], [rows]
    if raster.crs.is_geographic:
        for turn in (-720.0, -360.0, 360.0, 720.0):
            meets = (right + turn > raster.west) & (left + turn < raster.east)
            turns.append(np.full(int(meets.sum()), turn))
            of.append(rows[meets])
    return np.concatenate(turns), np.concatenate(of)


def _on_grid(x: Floats, y: Floats, raster: PopulationRaster) -> tuple[Floats, Floats]:
    return (x - raster.west) / raster.width, (raster.north - y) / raster.height


def _transformer(source: Any, target: CRS) -> Transformer:
    return Transformer.from_crs(source, target, always_xy=True)


def _around(lon: Floats) -> Floats:
    """Bring the longitudes of a row to within half a turn of the first one."""
    first = lon[:, :1]
    return lon - 360 * np.round((lon - first) / 360)


def _ring_areas(x: Floats, y: Floats) -> Floats:
    """Return the areas of rings, a row a ring."""
    x, y = x - x[:, :1], y - y[:, :1]  # small numbers, so that little is lost
    area: Floats = (x * np.roll(y, -1, axis=1) - np.roll(x, -1, axis=1) * y).sum(axis=1) / 2
    return area


def _torn(x: Floats, y: Floats, longest_m: float, raster: PopulationRaster) -> NDArray[np.bool_]:
    """Say which rings have a side that is too long, or corners that are nowhere."""
    unit = raster.crs.axis_info[0].unit_conversion_factor
    sides = np.hypot(x - np.roll(x, -1, axis=1), y - np.roll(y, -1, axis=1)) * unit
    whole = sides.max(axis=1) <= longest_m  # also false for NaN
    return np.asarray(~whole, dtype=bool)


def _near(x: Floats, y: Floats, reach_m: float, raster: PopulationRaster) -> NDArray[np.bool_]:
    """Say which rings have a corner on a raster or around it."""
    reach = reach_m / raster.crs.axis_info[0].unit_conversion_factor
    on = (x > raster.west - reach) & (x < raster.east + reach)
    return np.asarray(
        (on & (y > raster.south - reach) & (y < raster.north + reach)).any(axis=1), dtype=bool
    )


def _unseen(points: Points, raster: PopulationRaster) -> NDArray[np.bool_]:
    """Say which centres the reference system of a raster does not reach, or not one to one."""
    there = _transformer("EPSG:4326", raster.crs)
    x, y = map(np.asarray, there.transform(*points))
    lon, lat = map(np.asarray, there.transform(x, y, direction="INVERSE"))
    seen = np.isfinite(x) & np.isfinite(y) & np.isfinite(lon) & np.isfinite(lat)
    back = Points(np.where(seen, lon, 0), np.where(seen, lat, 0))
    return np.asarray(~seen | (geodesic_m(points, back) > 1), dtype=bool)


def _long_sides(shapes: Shapes, longest_m: float, raster: PopulationRaster) -> NDArray[np.bool_]:
    """Say which polygons have a side that is too long."""
    geographic = raster.crs.is_geographic
    unit = 111_320 if geographic else raster.crs.axis_info[0].unit_conversion_factor
    parts, of = shapely.get_parts(shapes, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    corners, ring = shapely.get_coordinates(rings, return_index=True)
    with np.errstate(invalid="ignore"):
        sides = np.hypot(*np.diff(corners, axis=0).T) * unit
    far = np.flatnonzero((ring[1:] == ring[:-1]) & (sides > longest_m))
    return np.bincount(of[part[ring[far]]], minlength=len(shapes)) > 0


def _mended(shapes: Shapes) -> Shapes:
    """Mend polygons that cross themselves, and keep what is a polygon of them."""
    broken = np.flatnonzero(~shapely.is_valid(shapes) & ~shapely.is_missing(shapes))
    if not broken.size:
        return shapes
    mended = shapes.copy()
    for row, shape in zip(broken, shapely.make_valid(shapes[broken]), strict=True):
        parts = shapely.get_parts(shapely.get_parts(shape))
        mended[row] = shapely.multipolygons(parts[shapely.get_type_id(parts) == 3])
    return mended


def _refuse(rows: Ints, name: str, what: str, fix: str) -> None:
    if rows.size:
        raise InputError([Problem(name, int(r) + 1, "geometry", "", what, fix) for r in rows])
