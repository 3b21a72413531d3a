"""Joints: where places may join the roads, at junctions and every kilometre between them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import shapely

from hotspot_gaps.access.ellipsoid import check_points
from hotspot_gaps.access.facilities import index_facilities
from hotspot_gaps.sources.files import file_error

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hotspot_gaps.access.borders import Links
    from hotspot_gaps.access.ellipsoid import Floats, Ints, Points
    from hotspot_gaps.access.facilities import Facilities

STEP_M = 1000.0
MOST = 5_000_000  # counted with both ends: some two for each kilometre of road


class InCountry(NamedTuple):
    """The joints in one country: its position, the numbers of the joints, and their tree."""

    country: int
    rows: Ints
    tree: Facilities


class Joints(NamedTuple):
    """Points on roads: the road, the share of it before the point, the country, and their trees.

    One tree has all joints, the others those of one country.
    """

    road: Ints
    share: Floats
    points: Points
    country: Ints
    tree: Facilities
    countries: tuple[InCountry, ...]


class Ways(NamedTuple):
    """Roads between junctions: their ends, minutes, direction, and borders.

    `minutes` are without the `delay`, which is infinite at a closed border and 0 where there is
    none; `cut` is the share of a road that lies before its border, 1 where there is none.
    """

    u: Ints
    v: Ints
    minutes: Floats
    oneway: NDArray[np.bool_]
    delay: Floats
    cut: Floats


def make_joints(
    lines: NDArray[Any], links: Links, allowed: NDArray[np.bool_], country: Ints, cut: Floats
) -> Joints:
    """Cut the roads that may be joined into steps of about a kilometre.

    Parameters
    ----------
    lines
        Geometry of the roads, in degrees from `u` to `v`.
    links
        Ends and lengths of the roads.
    allowed
        Roads that may be joined anywhere; not motorways and ramps.
    country
        Position of the country of each junction.
    cut
        Share of each road that lies before the border it crosses.

    Returns
    -------
    Joints
        Each end once, and points between the ends.

    Raises
    ------
    InputError
        There would be more joints than are borne.
    """
    roads = np.flatnonzero(allowed)
    needed = np.maximum(np.ceil(links.length_m[roads] / STEP_M), 1)
    count = float((needed + 1).sum())
    if count > MOST:
        what = f"{roads.size:,} roads need {count:,.0f} joints, more than {MOST:,}."
        raise file_error("roads", what, "Leave out roads that are far from all places.")
    steps = needed.astype(np.int64)
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
    there = np.where(share <= cut[road], country[links.u[road]], country[links.v[road]])
    countries = []
    for at in np.unique(there).tolist():
        rows = np.flatnonzero(there == at)
        tree = index_facilities(*points.take(rows), unique=True)
        countries.append(InCountry(at, rows, tree))
    every = index_facilities(*points, unique=True)
    return Joints(road, share, points, there, every, tuple(countries))


def away(joint: Ints, joints: Joints, ways: Ways) -> tuple[Floats, Floats]:
    """Return the minutes from joints to both ends of their roads, `u` first."""
    to_u, to_v = _to_ends(joint, joints, ways)
    oneway, share = ways.oneway[joints.road[joint]], joints.share[joint]
    return np.where(oneway & (share > 0), np.inf, to_u), to_v


def toward(joint: Ints, joints: Joints, ways: Ways) -> tuple[Floats, Floats]:
    """Return the minutes to joints from both ends of their roads, `u` first."""
    from_u, from_v = _to_ends(joint, joints, ways)
    oneway, share = ways.oneway[joints.road[joint]], joints.share[joint]
    return from_u, np.where(oneway & (share < 1), np.inf, from_v)


def along(one: Ints, other: Ints, joints: Joints, ways: Ways) -> Floats:
    """Return the minutes from joints to others on the same road, along it."""
    road, start, end = joints.road[one], joints.share[one], joints.share[other]
    minutes = np.abs(end - start) * ways.minutes[road]
    minutes += np.where((start > ways.cut[road]) != (end > ways.cut[road]), ways.delay[road], 0)
    return np.where(ways.oneway[road] & (end < start), np.inf, minutes)


def _to_ends(joint: Ints, joints: Joints, ways: Ways) -> tuple[Floats, Floats]:
    """Return the minutes between joints and both ends, whatever the direction of travel."""
    road, share = joints.road[joint], joints.share[joint]
    minutes, delay, beyond = ways.minutes[road], ways.delay[road], share > ways.cut[road]
    u = share * minutes + np.where(beyond, delay, 0)
    v = (1 - share) * minutes + np.where(beyond, 0, delay)
    return u, v
