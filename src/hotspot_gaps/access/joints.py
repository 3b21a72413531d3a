"""Joints: where places may join the roads, at junctions and every kilometre between them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import shapely

from hotspot_gaps.access.ellipsoid import check_points
from hotspot_gaps.access.facilities import index_facilities

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hotspot_gaps.access.borders import Links
    from hotspot_gaps.access.ellipsoid import Floats, Ints, Points
    from hotspot_gaps.access.facilities import Facilities

STEP_M = 1000.0


class Joints(NamedTuple):
    """Points on roads: the road, the share of it that lies before the point, and their tree."""

    road: Ints
    share: Floats
    points: Points
    tree: Facilities


class Ways(NamedTuple):
    """Roads between junctions: their ends, minutes, minutes of delay at a border, and direction.

    `minutes` are without the delay; it is infinite at a closed border, and 0 where there is none.
    """

    u: Ints
    v: Ints
    minutes: Floats
    delay: Floats
    oneway: NDArray[np.bool_]


def make_joints(lines: NDArray[Any], links: Links, allowed: NDArray[np.bool_]) -> Joints:
    """Cut the roads that may be joined into steps of about a kilometre.

    Parameters
    ----------
    lines
        Geometry of the roads, in degrees from `u` to `v`.
    links
        Ends and lengths of the roads.
    allowed
        Roads that may be joined anywhere; not motorways and ramps.

    Returns
    -------
    Joints
        Each end once, and points between the ends.
    """
    roads = np.flatnonzero(allowed)
    steps = np.maximum(np.ceil(links.length_m[roads] / STEP_M).astype(np.int64), 1)
    # From 0 to 1, so that ends are there once a road, and then once a junction.
    road = np.repeat(roads, steps + 1)
    number = np.arange(road.size) - np.repeat(np.cumsum(steps + 1) - steps - 1, steps + 1)
    share = number / np.repeat(steps, steps + 1)
    node = np.where(share == 0, links.u[road], np.where(share == 1, links.v[road], -1))
    _, first = np.unique(node, return_index=True)
    keep = np.sort(np.concatenate([first[node[first] >= 0], np.flatnonzero(node < 0)]))
    road, share = road[keep], share[keep]
    shapes = shapely.line_interpolate_point(lines[road], share, normalized=True)
    points = check_points(shapely.get_x(shapes), shapely.get_y(shapes), "roads")
    return Joints(road, share, points, index_facilities(*points, unique=True))


def away(joint: Ints, joints: Joints, ways: Ways) -> tuple[Floats, Floats]:
    """Return the minutes from joints to both ends of their roads, `u` first."""
    road, share = joints.road[joint], joints.share[joint]
    minutes, delay, oneway = ways.minutes[road], ways.delay[road], ways.oneway[road]
    to_u = share * minutes + np.where(share > 0.5, delay, 0)
    to_v = (1 - share) * minutes + np.where(share <= 0.5, delay, 0)
    return np.where(oneway & (share > 0), np.inf, to_u), to_v


def toward(joint: Ints, joints: Joints, ways: Ways) -> tuple[Floats, Floats]:
    """Return the minutes to joints from both ends of their roads, `u` first."""
    road, share = joints.road[joint], joints.share[joint]
    minutes, delay, oneway = ways.minutes[road], ways.delay[road], ways.oneway[road]
    from_u = share * minutes + np.where(share > 0.5, delay, 0)
    from_v = (1 - share) * minutes + np.where(share <= 0.5, delay, 0)
    return from_u, np.where(oneway & (share < 1), np.inf, from_v)


def along(one: Ints, other: Ints, joints: Joints, ways: Ways) -> Floats:
    """Return the minutes from joints to others on the same road, along it."""
    road, start, end = joints.road[one], joints.share[one], joints.share[other]
    minutes = np.abs(end - start) * ways.minutes[road]
    minutes += np.where((start > 0.5) != (end > 0.5), ways.delay[road], 0)
    return np.where(ways.oneway[road] & (end < start), np.inf, minutes)
