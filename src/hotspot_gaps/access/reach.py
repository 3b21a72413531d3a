"""Reach: how many facilities are within a distance, and which; arrays in, arrays out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hotspot_gaps.access.chunks import LEAST_BYTES, budget, is_number
from hotspot_gaps.access.ellipsoid import check_points, chord_bounds, geodesic_m
from hotspot_gaps.access.facilities import (
    PAIR_BYTES,
    candidates,
    index_facilities,
    spans,
    within_reach,
)
from hotspot_gaps.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import ArrayLike

    from hotspot_gaps.access.chunks import Budget
    from hotspot_gaps.access.ellipsoid import Floats, Ints, Points
    from hotspot_gaps.access.facilities import Facilities
    from hotspot_gaps.access.grid import Grid

ROW_BYTES = 200  # of a place at work, and again of each radius
GRID_ROWS = 50_000  # fewer places are counted before Numba is loaded


def count_within_arrays(
    lon: ArrayLike,
    lat: ArrayLike,
    facility_lon: ArrayLike,
    facility_lat: ArrayLike,
    radii_m: Sequence[float],
    *,
    workers: int = -1,
    max_bytes: int | None = None,
) -> Ints:
    """Count the facilities within each radius of every place.

    Parameters
    ----------
    lon, lat, facility_lon, facility_lat
        Longitude and latitude in degrees on WGS84.
    radii_m
        Radii in metres.
    workers
        Threads; -1 for one a processor.
    max_bytes
        Bytes to work with, beside the arguments, their tree and the answer.

    Returns
    -------
    numpy.ndarray
        A row a place, a column a radius: facilities at a geodesic distance of at most the radius.

    Raises
    ------
    CRSError
        A coordinate is not finite or not in degrees.
    SettingsError
        A radius is negative or not finite; `workers` or `max_bytes` is not in its range.

    Examples
    --------
    >>> count_within_arrays([0], [0], [1, -1], [0, 0], (111_319, 111_320))
    array([[0, 2]])
    """
    places = check_points(lon, lat, "places")
    facilities = index_facilities(facility_lon, facility_lat)
    grid = reach_grid(facilities, radii_m) if places.lon.size >= GRID_ROWS else None
    return count_of(places, facilities, radii_m, grid, budget(workers, max_bytes))


def pairs_within_arrays(
    lon: ArrayLike,
    lat: ArrayLike,
    facility_lon: ArrayLike,
    facility_lat: ArrayLike,
    radius_m: float,
    *,
    workers: int = -1,
    max_bytes: int | None = None,
) -> tuple[Ints, Ints, Floats]:
    """List the pairs of a place and a facility within a radius, with their distance.

    Parameters
    ----------
    lon, lat, facility_lon, facility_lat, workers
        As for `count_within_arrays`.
    radius_m
        Radius in metres.
    max_bytes
        Bytes to work with; here the answer counts too, at 24 bytes a pair.

    Returns
    -------
    place, facility, distance_m
        A pair an entry, as in a sparse matrix: in the order of the places, then nearest first,
        then in the order of the facilities.

    Raises
    ------
    CRSError
        A coordinate is not finite or not in degrees.
    SettingsError
        The radius is negative or not finite, or the answer does not fit `max_bytes`.

    Examples
    --------
    >>> place, facility, distance_m = pairs_within_arrays([0], [0], [2, 1], [0, 0], 300_000)
    >>> place.tolist(), facility.tolist(), distance_m.round(3).tolist()
    ([0, 0], [1, 0], [111319.491, 222638.982])
    """
    places = check_points(lon, lat, "places")
    facilities = index_facilities(facility_lon, facility_lat)
    return pairs_of(places, facilities, radius_m, budget(workers, max_bytes), max_bytes)


def reach_grid(facilities: Facilities, radii_m: Sequence[float]) -> Grid | None:
    """Sort facilities into a grid for counting, if Numba is there."""
    try:
        from hotspot_gaps.access.grid import make_grid
    except (ImportError, RuntimeError):  # no Numba, or nowhere to keep what it compiles
        return None
    _, outer = chord_bounds(_check_radii(radii_m, "radii_m"))
    return make_grid(facilities.tree.data, outer.max()) if outer.size else None


def count_of(
    places: Points,
    facilities: Facilities,
    radii_m: Sequence[float],
    grid: Grid | None,
    share: Budget,
) -> Ints:
    """Count indexed facilities; see `count_within_arrays`."""
    radii = _check_radii(radii_m, "radii_m")
    bounds, pairs = chord_bounds(radii), share.rows(PAIR_BYTES)
    counts = np.zeros((places.lon.size, radii.size), dtype=np.int64)
    order = places.along_curve()

    def work(chunk: slice) -> None:
        some = places.take(order[chunk])
        sure = np.zeros((some.lon.size, radii.size), dtype=np.int64)
        if grid is None:
            undecided = _count_in_tree(facilities, some.xyz(), bounds, sure, pairs)
        else:
            from hotspot_gaps.access.grid import count_in_grid

            undecided = count_in_grid(grid, some.xyz(), bounds, sure, pairs)
        for row, candidate, column in undecided:
            exact = geodesic_m(some.take(row), facilities.points.take(candidate))
            np.add.at(sure, (row, column), exact <= radii[column])
        counts[order[chunk]] = sure

    share.in_chunks(work, places.lon.size, ROW_BYTES + ROW_BYTES * radii.size)
    return counts


def _count_in_tree(
    facilities: Facilities, xyz: Floats, bounds: tuple[Floats, Floats], counts: Ints, pairs: int
) -> Iterator[tuple[Ints, Ints, Ints]]:
    """Count into `counts` what the chords decide, and yield what they do not."""
    for column, (inner, outer) in enumerate(zip(*bounds, strict=True)):
        possible = within_reach(facilities, xyz, np.full(len(xyz), outer))
        if inner > 0:  # within less than a micrometre nothing is certain
            counts[:, column] = within_reach(facilities, xyz, np.full(len(xyz), inner))
        unsure = np.flatnonzero(possible > counts[:, column])
        reach = np.full(unsure.size, outer)
        for block, candidate in candidates(facilities, xyz[unsure], reach, pairs):
            row = unsure[block]
            chord = np.linalg.norm(xyz[row] - facilities.tree.data[candidate], axis=1)
            row, between = row[chord > inner], candidate[chord > inner]
            yield row, between, np.full(row.size, column)


def pairs_of(
    places: Points,
    facilities: Facilities,
    radius_m: float,
    share: Budget,
    max_bytes: int | None = None,
) -> tuple[Ints, Ints, Floats]:
    """List pairs with indexed facilities; see `pairs_within_arrays`."""
    _check_radii((radius_m,), "radius_m")
    sizes = count_of(places, facilities, (radius_m,), None, share)[:, 0]
    total = int(sizes.sum())
    if max_bytes is not None:
        left = max_bytes - 24 * total
        if left < LEAST_BYTES / 2:
            raise SettingsError(
                f"max_bytes: {max_bytes:,} do not hold {total:,} pairs of 24 bytes and the work on "
                "them; take a smaller radius, or the places in parts."
            )
        share = share._replace(bytes_each=left // share.workers)
    ends, order = np.cumsum(sizes), places.along_curve()
    facility, distance_m = np.empty(total, dtype=np.int64), np.empty(total)
    _, outer = chord_bounds(radius_m)

    def work(chunk: slice) -> None:
        rows = order[chunk]
        some = places.take(rows)
        reach = np.full(rows.size, outer)
        for row, candidate in candidates(facilities, some.xyz(), reach, share.rows(PAIR_BYTES)):
            exact = geodesic_m(some.take(row), facilities.points.take(candidate))
            member = facilities.rows[candidate]
            sort = np.lexsort((member, exact, row))
            sort = sort[exact[sort] <= radius_m]
            block = rows[np.unique(row)]
            at = spans(ends[block] - sizes[block], sizes[block])
            facility[at], distance_m[at] = member[sort], exact[sort]

    share.in_chunks(work, places.lon.size, 2 * ROW_BYTES)
    return np.repeat(np.arange(sizes.size), sizes), facility, distance_m


def _check_radii(radii_m: Sequence[float], name: str) -> Floats:
    if not all(is_number(radius) and 0 <= radius < np.inf for radius in radii_m):
        raise SettingsError(f"{name}: {tuple(radii_m)} must be finite metres, none below 0.")
    return np.asarray(radii_m, dtype=np.float64)
