"""Zonal sums: what lies inside outlines on a grid of cells; arrays in, arrays out.

A cell counts by the share of its area inside. The sum over an outline is taken along its
boundary, by Green's theorem: with P the running sum of a column from its upper end, the sum inside
is the integral of P along the boundary with respect to the column. P is linear within a cell, so
that a boundary cut where it crosses the lines of the grid is summed exactly, one look at P a piece.
`docs/methods/people.md` has the formula.

Coordinates are those of the grid: x in columns from the left edge, y in rows from the upper edge.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from hotspot_gaps.access.facilities import spans

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from hotspot_gaps.access.ellipsoid import Floats, Ints

    Edges = tuple[Floats, Floats, Floats, Floats]
    Window = tuple[int, int, int, int]  # first row, row after the last, first column, and after
    Read = Callable[[Window], tuple[NDArray[Any], NDArray[np.bool_] | None]]

CELL_BYTES = 40  # of a cell in a window: as read, checked, and in two running sums
PIECE_BYTES = 200  # of a piece of boundary while it is summed


class Outlines(NamedTuple):
    """Closed outlines as edges, from (x0, y0) to (x1, y1), outer rings positive, holes negative.

    Edges of outline i are ``starts[i]:starts[i + 1]``, one or more, and what is inside counts for
    `owner[i]`. A ring is positive if the sum of x (y1 - y0) is: clockwise on a map, for rows go
    down.
    """

    x0: Floats
    y0: Floats
    x1: Floats
    y1: Floats
    starts: Ints
    owner: Ints


class Pieces(NamedTuple):
    """Edges cut at the lines of the grid: of which edge, the middle, and columns to the left."""

    edge: Ints
    x: Floats
    y: Floats
    left: Floats


def outlines_of_rings(x: Floats, y: Floats, owner: Ints) -> Outlines:
    """Make outlines of rings that have equally many corners, a row a ring, not closed.

    Parameters
    ----------
    x, y
        Corners in columns and rows of the grid.
    owner
        To whom each ring belongs.
    """
    turn = np.roll(np.arange(x.shape[1]), -1)
    starts = np.arange(len(x) + 1) * x.shape[1]
    return Outlines(x.ravel(), y.ravel(), x[:, turn].ravel(), y[:, turn].ravel(), starts, owner)


def zonal_sums(
    outlines: Outlines,
    count: int,
    read: Read,
    shape: tuple[int, int],
    block: tuple[int, int] = (1, 1),
    *,
    max_bytes: int = 64_000_000,
) -> tuple[Floats, Floats]:
    """Sum the values inside outlines, and the cells that hold one.

    Parameters
    ----------
    outlines
        Of `count` owners; they may overlap and lie partly or wholly beyond the grid.
    count
        How many owners there are.
    read
        Called with a window (first row, row after the last, first column, column after the last);
        gives its values, 0 where they are not known, and which of them are, None if all are.
    shape, block
        Rows and columns of the grid, and of the strips or tiles that it is stored in.
    max_bytes
        Bytes for windows and pieces of boundary, beside the outlines and the answer.

    Returns
    -------
    total, known
        An owner each: sum of the known values, each by the share of its cell's area inside, and
        the area of known cells inside, in cells.

    Notes
    -----
    No cell is read twice. Green's theorem is the way of analytic coverage in drawing programs.

    Examples
    --------
    A square over half of the cells of a row of 1, 2, 4 and a quarter of its height:

    >>> square = outlines_of_rings(
    ...     np.array([[0.5, 2.5, 2.5, 0.5]]), np.array([[0, 0, 0.25, 0.25]]), np.array([0])
    ... )
    >>> row = np.array([[1.0, 2.0, 4.0]])
    >>> zonal_sums(square, 1, lambda window: (row[:, window[2] : window[3]], None), (1, 3))
    (array([1.125]), array([0.5]))
    """
    total, known = np.zeros(count), np.zeros(count)
    half = max_bytes // 2
    sizes = np.diff(outlines.starts)
    for window, some in _windows(outlines, shape, block, max(1, half // CELL_BYTES)):
        values, valid = read(window)
        people, cells = _running(values), None if valid is None else _running(valid)
        edges = spans(outlines.starts[some], sizes[some])
        owner = np.repeat(outlines.owner[some], sizes[some])
        ends = (outlines.x0, outlines.y0, outlines.x1, outlines.y1)
        x0, y0, x1, y1 = (end[edges] for end in ends)
        lines = np.minimum(np.abs(x1 - x0), window[3] - window[2])
        lines += np.minimum(np.abs(y1 - y0), window[1] - window[0])
        batch = (np.cumsum(lines + 3) // max(1, half // PIECE_BYTES)).astype(np.int64)
        for part in np.split(np.arange(edges.size), np.flatnonzero(np.diff(batch)) + 1):
            pieces = _pieces(x0[part], y0[part], x1[part], y1[part], window)
            whose = owner[part][pieces.edge]
            total += np.bincount(whose, _integral(pieces, people, window), count)
            known += np.bincount(whose, _integral(pieces, cells, window), count)
    return total, known


def cells_under(
    outlines: Outlines,
    shape: tuple[int, int],
    block: tuple[int, int] = (1, 1),
    *,
    most: int,
    max_bytes: int = 64_000_000,
) -> int:
    """Count the cells that `zonal_sums` would read, and stop when there are more than `most`.

    Parameters
    ----------
    outlines, shape, block, max_bytes
        As for `zonal_sums`.
    most
        Where to stop.

    Returns
    -------
    int
        The count, or what had been counted when it passed `most`.
    """
    cells = 0
    for window, _ in _windows(outlines, shape, block, max(1, max_bytes // 2 // CELL_BYTES)):
        cells += (window[1] - window[0]) * (window[3] - window[2])
        if cells > most:
            break
    return cells


def _windows(
    outlines: Outlines, shape: tuple[int, int], block: tuple[int, int], cells: int
) -> Iterator[tuple[Window, Ints]]:
    """Yield windows of at most so many cells, and the outlines that reach into each.

    They cover whatever lies under the boxes around the outlines, and do not overlap.
    """
    if not outlines.owner.size:
        return
    first = outlines.starts[:-1]
    left, right = _reach(outlines.x0, first, shape[1])
    top, bottom = _reach(outlines.y0, first, shape[0])
    inside = np.flatnonzero((left < right) & (top < bottom))
    if not inside.size:
        return
    width = int(right[inside].max() - left[inside].min())
    height = cells // width // block[0] * block[0]  # whole strips or tiles, if they fit
    height = height or min(block[0], max(1, cells // min(block[1], width)))
    start = int(top[inside].min()) // height * height
    for row in range(start, int(bottom[inside].max()), height):
        here = inside[(top[inside] < row + height) & (bottom[inside] > row)]
        if not here.size:
            continue
        step = max(1, cells // height)
        for begin, end in _merged(left[here], right[here]):
            for column in range(begin, end, step):
                until = min(column + step, end)
                some = here[(left[here] < until) & (right[here] > column)]
                rows = max(row, int(top[some].min())), min(row + height, int(bottom[some].max()))
                yield (*rows, column, until), some


def _reach(corners: Floats, first: Ints, size: int) -> tuple[Ints, Ints]:
    """Return the first column or row that each outline touches, and the one after the last."""
    low = np.clip(np.floor(np.minimum.reduceat(corners, first)), 0, size)
    high = np.clip(np.ceil(np.maximum.reduceat(corners, first)), 0, size)
    return low.astype(np.int64), high.astype(np.int64)


def _merged(left: Ints, right: Ints) -> list[tuple[int, int]]:
    """Join intervals that touch or overlap."""
    order = np.argsort(left, kind="stable")
    begin, end = left[order], np.maximum.accumulate(right[order])
    apart = np.flatnonzero(begin[1:] > end[:-1])
    starts, ends = begin[np.append(0, apart + 1)], end[np.append(apart, -1)]
    return list(zip(starts.tolist(), ends.tolist(), strict=True))


def _running(values: NDArray[Any]) -> Floats:
    """Sum columns from their upper end; row by row, which is five times as fast as cumsum."""
    sums = np.empty((values.shape[0] + 1, values.shape[1]))
    sums[0] = 0
    for row, more in enumerate(values):
        np.add(sums[row], more, out=sums[row + 1])
    return sums


def _pieces(x0: Floats, y0: Floats, x1: Floats, y1: Floats, window: Window) -> Pieces:
    """Cut edges where they cross the lines of the grid in a window; keep what is in its columns."""
    edge, (x0, y0, x1, y1) = _cut((x0, y0, x1, y1), window[2], window[3])
    middle = (x0 + x1) / 2
    keep = np.flatnonzero((x0 != x1) & (middle > window[2]) & (middle < window[3]))
    middle, edge = middle[keep], edge[keep]
    cut, (y0, x0, y1, x1) = _cut((y0[keep], x0[keep], y1[keep], x1[keep]), window[0], window[1])
    return Pieces(edge[cut], middle[cut], (y0 + y1) / 2, x0 - x1)


def _cut(edges: Edges, low: int, high: int) -> tuple[Ints, Edges]:
    """Cut edges from (a0, b0) to (a1, b1) where `a` is a whole number from `low` to `high`.

    Returns
    -------
    edge, pieces
        Which edge each piece is of, in their order, and the pieces.
    """
    a0, b0, a1, b1 = edges
    first = np.maximum(np.floor(np.minimum(a0, a1)) + 1, low)
    last = np.minimum(np.ceil(np.maximum(a0, a1)) - 1, high)
    cuts = np.maximum(last - first + 1, 0).astype(np.int64)
    ends = np.cumsum(cuts + 1)
    edge = np.repeat(np.arange(a0.size), cuts + 1)
    inner = np.ones(edge.size, dtype=bool)
    inner[ends - 1] = False
    # The lines, in the order in which the edge meets them: each ends a piece and begins the next.
    at = np.flatnonzero(inner)
    of = edge[at]
    number = at - (ends - cuts - 1)[of]
    line = np.where((a1 > a0)[of], first[of] + number, last[of] - number)
    there = b0[of] + (line - a0[of]) * ((b1[of] - b0[of]) / (a1[of] - a0[of]))
    begin_a, begin_b, end_a, end_b = (side[edge] for side in edges)
    begin_a[at + 1], begin_b[at + 1] = line, there
    end_a[at], end_b[at] = line, there
    return edge, (begin_a, begin_b, end_a, end_b)


def _integral(pieces: Pieces, sums: Floats | None, window: Window) -> Floats:
    """Return what each piece adds: its columns times the running sum at its middle."""
    down: Floats = np.clip(pieces.y, window[0], window[1]) - window[0]
    if sums is None:
        return pieces.left * down
    row = np.minimum(down.astype(np.int64), window[1] - window[0] - 1)
    at = row * sums.shape[1] + (pieces.x.astype(np.int64) - window[2])
    flat = sums.ravel()
    before = flat[at]
    added: Floats = pieces.left * (before + (down - row) * (flat[at + sums.shape[1]] - before))
    return added
