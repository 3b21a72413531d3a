"""Grid: facilities in cubes, counted by compiled code; needs Numba, the `fast` extra.

Only what a chord decides is counted here. What it does not decide is listed, for Karney's
algorithm, so that the answer is the one of the tree.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numba
import numpy as np

from hotspot_gaps.access.ellipsoid import LARGEST_RADIUS_M

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hotspot_gaps.access.ellipsoid import Floats, Ints

ORIGIN_M = -2 * LARGEST_RADIUS_M  # outside of the earth on every axis
AXIS = 2**21  # cubes along an axis at most: three axes fit one whole number
LEAST_SIDE_M = 4 * LARGEST_RADIUS_M / AXIS


class Grid(NamedTuple):
    """Facilities sorted into cubes of earth-centred space.

    `cells` are the numbers of the cubes that have any, in order; the facilities of one are
    ``xyz[starts[i]:starts[i + 1]]``, and ``boxes[i]`` has the lowest and highest coordinates of
    these. `rows` are the positions of the facilities in the array that the grid was made of.
    """

    xyz: Floats
    rows: Ints
    cells: Ints
    starts: Ints
    boxes: Floats
    side: float


def make_grid(xyz: Floats, reach: float) -> Grid:
    """Sort facilities into cubes that suit counting within a chord of `reach` metres.

    With few facilities in reach, cubes as large as the reach are best; with many, smaller ones,
    because a cube that lies within the radius is counted without looking at what is in it.
    """
    reach = max(reach, LEAST_SIDE_M)
    in_reach = 3 * len(xyz) / max(1, np.unique(_cell(xyz, reach)).size)
    side = max(reach / np.clip(np.cbrt(in_reach / 50).round(), 1, 8), LEAST_SIDE_M)
    cell = _cell(xyz, side)
    rows = np.argsort(cell, kind="stable")
    cells, starts = np.unique(cell[rows], return_index=True)
    xyz = xyz[rows]
    boxes = [edge.reduceat(xyz, starts) if len(xyz) else xyz for edge in (np.minimum, np.maximum)]
    return Grid(xyz, rows, cells, np.append(starts, len(rows)), np.hstack(boxes), side)


def count_in_grid(
    grid: Grid, xyz: Floats, bounds: tuple[Floats, Floats], counts: Ints, pairs: int
) -> Iterator[tuple[Ints, Ints, Ints]]:
    """Count into `counts` what the chords decide, and yield what they do not.

    Parameters
    ----------
    grid
        As `make_grid` returns it, for the largest of the outer chords.
    xyz
        Places in earth-centred metres.
    bounds
        Inner and outer chord of each radius, as `chord_bounds` returns them.
    counts
        Zeros; a row a place, a column a radius.
    pairs
        Length of what is yielded at a time, unless one place alone has more.

    Yields
    ------
    row, candidate, column
        Pairs with a chord between the bounds: place, facility, and radius.
    """
    inner, outer = (np.sign(bound) * bound**2 for bound in bounds)
    reach, start = float(np.max(bounds[1])), 0
    while start < len(xyz):
        listed = np.empty((pairs, 3), dtype=np.int64)
        stop, size = _count(grid, xyz, inner, outer, reach, counts, listed, start)
        if size:
            row, candidate, column = listed[:size].T
            yield row, grid.rows[candidate], column
        pairs, start = pairs if stop > start else 2 * pairs, stop


def _cell(xyz: Floats, side: float) -> Ints:
    """Return the number of the cube that each point is in."""
    x, y, z = ((xyz - ORIGIN_M) / side).astype(np.int64).T
    number: Ints = (x * AXIS + y) * AXIS + z
    return number


# Coverage does not see what runs compiled; the tests compare its counts with the tree's.
@numba.njit(cache=True, nogil=True)
def _count(grid, xyz, inner, outer, reach, counts, listed, start):  # noqa: PLR0917 # pragma: no cover
    """Count from a row on until `listed` is full; return the row to go on with, and its length."""
    size = 0
    for row in range(start, len(xyz)):
        done = size
        counts[row] = 0
        low = ((xyz[row] - reach - ORIGIN_M) / grid.side).astype(np.int64)
        high = ((xyz[row] + reach - ORIGIN_M) / grid.side).astype(np.int64)
        for x in range(low[0], high[0] + 1):
            for y in range(low[1], high[1] + 1):
                column = (x * AXIS + y) * AXIS
                cell = np.searchsorted(grid.cells, column + low[2])
                while cell < len(grid.cells) and grid.cells[cell] <= column + high[2]:
                    size = _count_cell(grid, cell, xyz, row, inner, outer, counts, listed, size)
                    if size < 0:
                        return row, done
                    cell += 1
    return len(xyz), size


@numba.njit(cache=True, nogil=True)
def _count_cell(grid, cell, xyz, row, inner, outer, counts, listed, size):  # noqa: PLR0917 # pragma: no cover
    """Count the facilities of a cube for one place; return the length of `listed`, -1 if full."""
    near = far = 0.0
    for axis in range(3):
        below = grid.boxes[cell, axis] - xyz[row, axis]
        above = xyz[row, axis] - grid.boxes[cell, axis + 3]
        near += max(below, above, 0.0) ** 2
        far += max(-below, -above) ** 2
    looked = False
    for column in range(len(inner)):
        if far <= inner[column]:
            counts[row, column] += grid.starts[cell + 1] - grid.starts[cell]
        elif near <= outer[column]:
            looked = True
    if not looked:
        return size
    for facility in range(grid.starts[cell], grid.starts[cell + 1]):
        chord = 0.0
        for axis in range(3):
            chord += (grid.xyz[facility, axis] - xyz[row, axis]) ** 2
        for column in range(len(inner)):
            if far <= inner[column] or chord > outer[column]:
                continue
            if chord <= inner[column]:
                counts[row, column] += 1
            elif size == len(listed):
                return -1
            else:
                listed[size, 0], listed[size, 1], listed[size, 2] = row, facility, column
                size += 1
    return size
