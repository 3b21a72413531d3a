"""Facilities in a tree, and which of them may be within reach of a place.

The tree sorts by chord, the straight line through the earth. A chord bounds the geodesic from both
sides (`ellipsoid.chord_bounds`), so that only candidates inside a band of millimetres have to be
settled by Karney's algorithm. `docs/methods/geodesic.md` has the proof.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.spatial import cKDTree

from hotspot_gaps.access.ellipsoid import Points, check_points

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import ArrayLike

    from hotspot_gaps.access.ellipsoid import Floats, Ints

PAIR_BYTES = 150  # of a candidate while it is settled


class Facilities(NamedTuple):
    """Facilities in the order of a curve, so that neighbours come together, with their tree.

    `rows` are their positions in the caller's arrays. With `unique`, the tree has each position
    once, and ``rows[starts[i]:starts[i + 1]]`` are the facilities there, the first one first.
    """

    points: Points
    tree: cKDTree
    rows: Ints
    starts: Ints

    def first(self, positions: Ints) -> Ints:
        """Return the row of the first facility at positions of the tree."""
        return self.rows[self.starts[positions]]


def index_facilities(lon: ArrayLike, lat: ArrayLike, *, unique: bool = False) -> Facilities:
    """Check facilities and put them into a tree.

    Parameters
    ----------
    lon, lat
        Longitude and latitude in degrees on WGS84.
    unique
        Put facilities at one and the same position into the tree once. They would all be
        candidates for the nearest.

    Raises
    ------
    CRSError
        A coordinate is not finite or not in degrees.
    """
    points = check_points(lon, lat, "facilities")
    position = np.arange(points.lon.size)
    if unique:
        position = np.unique(points.lon + 1j * points.lat, return_inverse=True)[1]
    sizes = np.bincount(position)
    members = np.argsort(position, kind="stable")
    starts = np.cumsum(sizes) - sizes
    along = points.take(members[starts]).along_curve()
    rows = members[spans(starts[along], sizes[along])]
    starts = np.append(0, np.cumsum(sizes[along]))
    points = points.take(rows[starts[:-1]])
    return Facilities(points, cKDTree(points.xyz(), balanced_tree=False), rows, starts)


def candidates(
    facilities: Facilities, xyz: Floats, reach: Floats, pairs: int
) -> Iterator[tuple[Ints, Ints]]:
    """Yield the facilities with a chord of at most `reach`, in blocks of about `pairs`.

    Parameters
    ----------
    facilities
        As `index_facilities` returns them.
    xyz, reach
        Places in earth-centred metres, and how far each looks, in metres of chord.
    pairs
        Length of a block, unless one place alone has more.

    Yields
    ------
    row, candidate
        Positions in `xyz` and in the tree; a place is never split between blocks.
    """
    sizes = within_reach(facilities, xyz, reach)
    ends = np.flatnonzero(np.diff(np.cumsum(sizes) // pairs)) + 1
    for block in np.split(np.arange(len(xyz)), ends):
        found = chain.from_iterable(facilities.tree.query_ball_point(xyz[block], reach[block]))
        yield np.repeat(block, sizes[block]), np.fromiter(found, np.int64, sizes[block].sum())


def within_reach(facilities: Facilities, xyz: Floats, reach: Floats) -> Ints:
    """Count the positions with a chord of at most `reach`."""
    return facilities.tree.query_ball_point(xyz, reach, return_length=True).astype(np.int64)


def spans(starts: Ints, sizes: Ints) -> Ints:
    """Return the whole numbers of spans, one after the other.

    >>> spans(np.array([5, 0, 2]), np.array([2, 0, 3])).tolist()
    [5, 6, 2, 3, 4]
    """
    numbers: Ints = np.arange(sizes.sum()) + np.repeat(starts - (np.cumsum(sizes) - sizes), sizes)
    return numbers
