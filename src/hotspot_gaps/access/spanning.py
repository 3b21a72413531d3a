"""Spanning trees: the shortest set of links that joins all points; arrays in, arrays out.

A tree over n points has n - 1 links. Those longer than L are what is missing between the groups
that links of at most L make, so one tree answers for every L at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, minimum_spanning_tree

from hotspot_gaps.access.ellipsoid import check_points, geodesic_m
from hotspot_gaps.access.neighbours import nearest_arrays
from hotspot_gaps.access.reach import pairs_within_arrays

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from hotspot_gaps.access.ellipsoid import Floats, Ints, Points

ALL_PAIRS = 500  # up to so many points every pair is measured
FEW_GROUPS = 32  # so few groups are each asked for their nearest point outside


def spanning_tree(lon: ArrayLike, lat: ArrayLike) -> tuple[Ints, Ints, Floats]:
    """Find the links of the shortest tree that joins all points, exact on the WGS84 ellipsoid.

    Parameters
    ----------
    lon, lat
        Longitude and latitude in degrees on WGS84.

    Returns
    -------
    one, other, distance_m
        A link an entry, shortest first: positions of its two points, `one` below `other`, and the
        geodesic distance in metres. One entry fewer than there are points.

    Raises
    ------
    CRSError
        A coordinate is not finite or not in degrees.

    Notes
    -----
    Up to 500 points every pair is a candidate. A Delaunay triangulation, the usual short cut,
    holds the tree in a plane and not on an ellipsoid. So with more points the candidates are the
    pairs within a radius, which doubles until few groups are left; then each group gives its
    nearest point outside (Borůvka 1926). Both are exact: a pair inside a group that shorter links
    already join is never in the tree, and the shortest link that leaves a group always is.

    References
    ----------
    Kruskal, J. B. (1956). On the shortest spanning subtree of a graph and the traveling salesman
    problem. Proceedings of the American Mathematical Society 7, 48-50.

    Examples
    --------
    >>> one, other, distance_m = spanning_tree([0, 5, 1], [0, 0, 0])
    >>> one.tolist(), other.tolist(), distance_m.round(3).tolist()
    ([0, 1], [2, 2], [111319.491, 445277.963])
    """
    points = check_points(lon, lat, "points")
    if points.lon.size <= max(ALL_PAIRS, 1):
        one, other = np.triu_indices(points.lon.size, 1)
        return _tree(points, one, other)
    return _grown(points)


def shortest_links(size: int, one: Ints, other: Ints, cost: Floats) -> Ints:
    """Choose the links of the shortest forest among candidates.

    Parameters
    ----------
    size
        How many points there are.
    one, other
        Candidates, each pair once, `one` below `other`.
    cost
        Length of each candidate, 0 or more; of equally long ones the first pair wins.

    Returns
    -------
    numpy.ndarray
        Positions of the chosen candidates, shortest first.

    Examples
    --------
    >>> shortest_links(3, np.array([0, 0, 1]), np.array([1, 2, 2]), np.array([0.0, 9.0, 4.0]))
    array([0, 2])
    """
    order = np.lexsort((other, one, cost))
    # Ranks in place of lengths: none is 0, which a sparse matrix takes for no link, and no two tie.
    rank = np.empty(order.size)
    rank[order] = np.arange(1, order.size + 1)
    tree = minimum_spanning_tree(_matrix(size, one, other, rank))
    chosen: Ints = order[np.sort(tree.data).astype(np.int64) - 1]
    return chosen


def groups(size: int, one: Ints, other: Ints) -> Ints:
    """Give points that links join one number, from 0, in the order of their first point.

    >>> groups(4, np.array([0]), np.array([2])).tolist()
    [0, 1, 0, 2]
    """
    label = connected_components(_matrix(size, one, other, np.ones(one.size)), directed=False)[1]
    _, first, inverse = np.unique(label, return_index=True, return_inverse=True)
    number: Ints = np.argsort(np.argsort(first))[inverse]
    return number


def _matrix(size: int, one: Ints, other: Ints, values: Floats) -> csr_array:
    # Before SciPy 1.17 its graphs take short indices only.
    ends = one.astype(np.int32), other.astype(np.int32)
    return csr_array((values, ends), shape=(size, size))


def _tree(points: Points, one: Ints, other: Ints) -> tuple[Ints, Ints, Floats]:
    metres = geodesic_m(points.take(one), points.take(other))
    rows = shortest_links(points.lon.size, one, other, metres)
    return one[rows], other[rows], metres[rows]


def _grown(points: Points) -> tuple[Ints, Ints, Floats]:
    """Grow the tree from the pairs within a radius, and join the last few groups directly."""
    size = points.lon.size
    _, metres = nearest_arrays(points.lon, points.lat, points.lon, points.lat, k=2)
    radius_m = 2 * float(np.median(metres[:, 1]))
    one = other = np.empty(0, dtype=np.int64)
    label = np.arange(size)
    while label.max() > 0:
        few = label.max() < FEW_GROUPS
        found = _nearest_outside(points, label) if few else _within(points, label, radius_m)
        pairs = np.unique(np.sort(np.concatenate([[one, other], found], axis=1), axis=0), axis=1)
        one, other, _ = _tree(points, pairs[0], pairs[1])
        label = groups(size, one, other)
        radius_m = max(2 * radius_m, 1.0)
    return _tree(points, one, other)


def _within(points: Points, label: Ints, radius_m: float) -> tuple[Ints, Ints]:
    """List pairs of different groups within a radius; the largest group need not ask."""
    rows = np.flatnonzero(label != np.bincount(label).argmax())
    asked = points.take(rows)
    place, other, _ = pairs_within_arrays(asked.lon, asked.lat, points.lon, points.lat, radius_m)
    one = rows[place]
    apart = label[one] != label[other]
    return one[apart], other[apart]


def _nearest_outside(points: Points, label: Ints) -> tuple[Ints, Ints]:
    """For each group, find the shortest link that leaves it."""
    one, other = [], []
    for group in range(label.max() + 1):
        inside, outside = np.flatnonzero(label == group), np.flatnonzero(label != group)
        here, there = points.take(inside), points.take(outside)
        index, metres = nearest_arrays(here.lon, here.lat, there.lon, there.lat)
        best = int(metres[:, 0].argmin())
        one.append(inside[best])
        other.append(outside[index[best, 0]])
    return np.array(one), np.array(other)
