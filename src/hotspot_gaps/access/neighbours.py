"""Neighbours: the nearest facilities of every place, arrays in, arrays out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hotspot_gaps.access.chunks import budget, is_count
from hotspot_gaps.access.ellipsoid import check_points, chord_bounds, geodesic_m
from hotspot_gaps.access.facilities import PAIR_BYTES, candidates, index_facilities, spans
from hotspot_gaps.errors import SettingsError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from hotspot_gaps.access.chunks import Budget
    from hotspot_gaps.access.ellipsoid import Floats, Ints, Points
    from hotspot_gaps.access.facilities import Facilities

ROW_BYTES = 200  # of a place at work, and again of each of its k facilities


def nearest_arrays(
    lon: ArrayLike,
    lat: ArrayLike,
    facility_lon: ArrayLike,
    facility_lat: ArrayLike,
    *,
    k: int = 1,
    workers: int = -1,
    max_bytes: int | None = None,
) -> tuple[Ints, Floats]:
    """Find the k nearest facilities of every place.

    Parameters
    ----------
    lon, lat, facility_lon, facility_lat
        Longitude and latitude in degrees on WGS84.
    k
        How many.
    workers
        Threads; -1 for one a processor.
    max_bytes
        Bytes to work with, beside the arguments, their tree and the answer.

    Returns
    -------
    index, distance_m
        Of shape (places, k): positions of the nearest facilities, nearest first, equally near ones
        in their order, and the geodesic distances in metres. -1 and NaN where there are fewer.

    Raises
    ------
    CRSError
        A coordinate is not finite or not in degrees.
    SettingsError
        `k`, `workers` or `max_bytes` is not in its range.

    Examples
    --------
    >>> index, distance_m = nearest_arrays([-5.50], [40.96], [0, 174.81], [51.48, -41.32], k=2)
    >>> index.tolist(), distance_m.round(3).tolist()
    ([[0, 1]], [[1243073.894, 19959679.267]])
    """
    places = check_points(lon, lat, "places")
    facilities = index_facilities(facility_lon, facility_lat, unique=True)
    return nearest_of(places, facilities, k, budget(workers, max_bytes))


def nearest_of(
    places: Points, facilities: Facilities, k: int, share: Budget
) -> tuple[Ints, Floats]:
    """Find the k nearest of facilities that are indexed with `unique`; see `nearest_arrays`."""
    if not is_count(k):
        raise SettingsError(f"k: {k} must be a whole number, 1 or more.")
    shape = (places.lon.size, k)
    index, distance_m = np.full(shape, -1), np.full(shape, np.nan)
    if not facilities.rows.size:
        return index, distance_m
    size = min(shape[1], facilities.points.lon.size)
    # Neighbours among the places look at the same part of the tree: keep it in the cache.
    order = places.along_curve()

    def work(chunk: slice) -> None:
        rows = order[chunk]
        found, metres = _nearest_positions(places.take(rows), facilities, size, share)
        if shape[1] > 1 and facilities.rows.size > facilities.points.lon.size:
            row, column, member, metre = _members(found, metres, facilities, shape[1])
            index[rows[row], column], distance_m[rows[row], column] = member, metre
        else:
            index[rows, :size], distance_m[rows, :size] = facilities.first(found), metres

    share.in_chunks(work, shape[0], ROW_BYTES * (size + 1))
    return index, distance_m


def _nearest_positions(
    places: Points, facilities: Facilities, k: int, share: Budget
) -> tuple[Ints, Floats]:
    """Measure to the k shortest chords, and settle where others may be nearer."""
    xyz, rows = places.xyz(), np.repeat(np.arange(places.lon.size), k)
    chords, found = map(np.asarray, facilities.tree.query(xyz, k=range(1, k + 2)))
    beyond, found = chords[:, k], found[:, :k].astype(np.int64)
    metres = geodesic_m(places.take(rows), facilities.points.take(found.ravel())).reshape(-1, k)
    _, reach = chord_bounds(metres.max(axis=1))
    if k > 1:
        order = np.lexsort((facilities.first(found), metres), axis=1)
        found, metres = (np.take_along_axis(table, order, axis=1) for table in (found, metres))
    unsure = np.flatnonzero(beyond <= reach)
    pairs = share.rows(PAIR_BYTES)
    for block, candidate in candidates(facilities, xyz[unsure], reach[unsure], pairs):
        exact = geodesic_m(places.take(unsure[block]), facilities.points.take(candidate))
        order = np.lexsort((facilities.first(candidate), exact, block))
        top = order[_rank(block[order]) < k]
        settled = unsure[block[top][::k]]
        found[settled], metres[settled] = candidate[top].reshape(-1, k), exact[top].reshape(-1, k)
    return found, metres


def _members(
    found: Ints, metres: Floats, facilities: Facilities, k: int
) -> tuple[Ints, Ints, Ints, Floats]:
    """Return the k nearest facilities at the k nearest positions: row, rank, facility, metres.

    A position that comes after k facilities which are strictly nearer is not needed.
    """
    sizes = np.diff(facilities.starts)[found]
    before = np.cumsum(sizes, axis=1) - sizes
    before[:, 1:][metres[:, 1:] == metres[:, :-1]] = 0
    before = np.maximum.accumulate(before, axis=1)
    sizes = np.where(before < k, np.minimum(sizes, k), 0)
    row = np.repeat(np.arange(len(found)), sizes.sum(axis=1))
    member = facilities.rows[spans(facilities.starts[found.ravel()], sizes.ravel())]
    metre = np.repeat(metres.ravel(), sizes.ravel())
    order = np.lexsort((member, metre, row))
    rank = _rank(row[order])
    order, rank = order[rank < k], rank[rank < k]
    return row[order], rank, member[order], metre[order]


def _rank(group: Ints) -> Ints:
    """Return the rank of each row in its group; groups come one after the other."""
    starts = np.flatnonzero(np.diff(group, prepend=-1))
    return np.arange(group.size) - np.repeat(starts, np.diff(starts, append=group.size))
