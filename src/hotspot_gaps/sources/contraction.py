"""Contraction: segments joined to edges wherever a road only goes on, on arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]


class Chains(NamedTuple):
    """Edges as chains of segments.

    Attributes
    ----------
    steps
        Segments in the order in which the chains pass them, chain after chain: `2 * segment` where
        it is passed from its start to its stop, `2 * segment + 1` where it is passed backwards.
    begin, sizes
        Where each chain begins in `steps`, and how many steps it has. The chains are in the order
        of their lowest step.
    """

    steps: Ints
    begin: Ints
    sizes: Ints


def contract(start: Ints, stop: Ints, kind: Ints, oneway: Bools) -> Chains:
    """Join segments at the nodes where two of one kind meet and nothing else does.

    Parameters
    ----------
    start, stop
        Nodes at the ends of each segment, numbered from 0; the two differ. Segments may be
        parallel.
    kind
        What must be equal for two segments to be one edge.
    oneway
        Whether a segment is passed from `start` to `stop` only.

    Returns
    -------
    Chains
        Every segment is in exactly one chain, once. A chain runs as its segment of the lowest
        number does, so that a one-way chain runs in the direction of travel; two one-way segments
        that meet head on are not joined. A ring that meets nothing begins at its node of the lowest
        number.

    Notes
    -----
    Each segment is two steps, there and back, and each step knows the one that follows it. Where a
    chain ends is found for all steps at once by pointer jumping (Wyllie 1979): in each round every
    step looks twice as far ahead, so that a chain of n segments takes log2(n) rounds.

    References
    ----------
    Wyllie, J. C. (1979). The complexity of parallel computations. PhD thesis, Cornell University.

    Examples
    --------
    Three segments in a row, the middle one drawn backwards, are one chain.

    >>> start, stop = np.array([0, 2, 2]), np.array([1, 1, 3])
    >>> contract(start, stop, kind=np.zeros(3, int), oneway=np.zeros(3, bool))
    Chains(steps=array([0, 3, 4]), begin=array([0]), sizes=array([3]))
    """
    tail = np.column_stack([start, stop]).ravel()  # of step s; its head is the tail of s ^ 1
    last, ahead = _ranked(_followers(tail, kind, oneway))
    lowest = np.full(tail.size, tail.size)
    np.minimum.at(lowest, last, np.arange(tail.size))
    # Each chain is there twice, there and back: kept is the one that runs as its lowest segment.
    order = np.lexsort([-ahead, lowest[last]])
    order = order[lowest[last[order]] % 2 == 0]
    begin = np.flatnonzero(np.diff(last[order], prepend=-1))
    return Chains(order, begin, np.diff(begin, append=order.size))


def _followers(tail: Ints, kind: Ints, oneway: Bools) -> Ints:
    """Return the step that follows each step, or -1 where an edge ends."""
    degree = np.bincount(tail)
    leaving, first = np.argsort(tail, kind="stable"), degree.cumsum() - degree
    nodes = np.flatnonzero(degree == 2)
    one, other = leaving[first[nodes]], leaving[first[nodes] + 1]
    # Of one-way segments, one must arrive and the other leave.
    passable = ((one ^ other) & 1 == 1) | ~oneway[one // 2]
    goes_on = (kind[one // 2] == kind[other // 2]) & passable
    goes_on &= ~_begins_ring(tail, nodes, goes_on)
    one, other = one[goes_on], other[goes_on]
    follow = np.full(tail.size, -1)
    follow[one ^ 1], follow[other ^ 1] = other, one
    return follow


def _begins_ring(tail: Ints, nodes: Ints, goes_on: Bools) -> Bools:
    """Tell which nodes are the lowest of a ring that would otherwise have no end."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    ends = np.ones(tail.max(initial=-1) + 1, dtype=bool)
    ends[nodes] = ~goes_on
    links = (np.ones(tail.size // 2, dtype=bool), (tail[::2], tail[1::2]))
    _, part = connected_components(coo_array(links, shape=(ends.size, ends.size)), directed=False)
    _, lowest = np.unique(part, return_index=True)
    endless = np.bincount(part, weights=ends) == 0
    return np.isin(nodes, lowest[endless])


def _ranked(follow: Ints) -> tuple[Ints, Ints]:
    """Return the last step of every step's chain, and how many steps ahead it is."""
    last = np.where(follow < 0, np.arange(follow.size), follow)
    ahead = (follow >= 0).astype(np.int64)
    while not np.array_equal(further := last[last], last):
        ahead += ahead[last]
        last = further
    return last, ahead
