"""Chords: nearest and counts for arrays, exact on the WGS84 ellipsoid.

A KD-tree sorts the facilities by chord, the straight line through the earth. A chord bounds the
geodesic from both sides (`chord_bounds`), so that only candidates inside a band of millimetres
have to be settled by Karney's algorithm. `docs/methods/geodesic.md` has the proof.

References
----------
Karney, C. F. F. (2013). Algorithms for geodesics. Journal of Geodesy 87, 43-55.
https://doi.org/10.1007/s00190-012-0578-z
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from pyproj import Geod
from scipy.spatial import cKDTree

from hotspot_gaps.errors import CRSError, SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

WGS84 = Geod(ellps="WGS84")
SMALLEST_RADIUS_M = WGS84.b**2 / WGS84.a  # of curvature: along the meridian, at the equator
LARGEST_RADIUS_M = WGS84.a**2 / WGS84.b  # of curvature: at the poles
LONGEST_M = np.pi * WGS84.a  # no geodesic distance on the ellipsoid is longer
ROUNDING_M = 1e-6  # some 50 times what a chord and a distance are off by rounding
CHUNK_ROWS = 65_536  # places a thread works on at a time
CHUNK_PAIRS = 262_144  # candidates a thread settles at a time


class _Points(NamedTuple):
    """Points as longitude and latitude (degrees) and as earth-centred metres."""

    lon: Floats
    lat: Floats
    xyz: Floats

    def take(self, rows: Any) -> _Points:
        return _Points(self.lon[rows], self.lat[rows], self.xyz[rows])


def nearest_arrays(
    lon: ArrayLike, lat: ArrayLike, facility_lon: ArrayLike, facility_lat: ArrayLike
) -> tuple[Ints, Floats]:
    """Find the nearest facility of every place; arrays in, arrays out.

    Parameters
    ----------
    lon, lat, facility_lon, facility_lat
        Longitude and latitude in degrees on WGS84.

    Returns
    -------
    index, distance_m
        Position of the nearest facility, the lowest of equally near ones, and the geodesic
        distance in metres. -1 and NaN without any facility.

    Raises
    ------
    CRSError
        A coordinate is not finite or not in degrees.

    Examples
    --------
    >>> index, distance_m = nearest_arrays([-5.50], [40.96], [174.81, 174.81], [-41.32, -41.32])
    >>> index.item(), round(distance_m.item(), 3)
    (0, 19959679.267)
    """
    places = _located(lon, lat, "places")
    facilities = _located(facility_lon, facility_lat, "facilities")
    index, distance_m = np.full(places.lon.size, -1), np.full(places.lon.size, np.nan)
    if not facilities.lon.size:
        return index, distance_m
    # Facilities at one and the same position would all be candidates: keep the first of each.
    position = facilities.lon + 1j * facilities.lat
    kept = np.sort(np.unique(position, return_index=True)[1])
    facilities = facilities.take(kept)
    tree = cKDTree(facilities.xyz, balanced_tree=False)

    def work(rows: slice) -> None:
        found, distance_m[rows] = _nearest_chunk(places.take(rows), facilities, tree)
        index[rows] = kept[found]

    _in_chunks(work, places.lon.size)
    return index, distance_m


def count_within_arrays(
    lon: ArrayLike,
    lat: ArrayLike,
    facility_lon: ArrayLike,
    facility_lat: ArrayLike,
    radii_m: Sequence[float],
) -> Ints:
    """Count the facilities within each radius of every place; arrays in, array out.

    Parameters
    ----------
    lon, lat, facility_lon, facility_lat
        Longitude and latitude in degrees on WGS84.
    radii_m
        Radii in metres.

    Returns
    -------
    numpy.ndarray
        A row a place, a column a radius: facilities at a geodesic distance of at most the radius.

    Raises
    ------
    CRSError
        A coordinate is not finite or not in degrees.
    SettingsError
        A radius is negative or not finite.

    Examples
    --------
    >>> count_within_arrays([0], [0], [1, -1], [0, 0], (111_319, 111_320))
    array([[0, 2]])
    """
    places = _located(lon, lat, "places")
    facilities = _located(facility_lon, facility_lat, "facilities")
    if not all(0 <= radius < np.inf for radius in radii_m):
        raise SettingsError(f"radii_m: {tuple(radii_m)} must be finite metres, none below 0.")
    counts = np.zeros((places.lon.size, len(radii_m)), dtype=np.int64)
    if not facilities.lon.size:
        return counts
    tree = cKDTree(facilities.xyz, balanced_tree=False)

    def work(rows: slice) -> None:
        chunk = places.take(rows)
        for column, radius in enumerate(radii_m):
            counts[rows, column] = _count_chunk(chunk, facilities, tree, float(radius))

    _in_chunks(work, places.lon.size)
    return counts


def chord_bounds(distance_m: ArrayLike) -> tuple[Floats, Floats]:
    """Bound the chords that belong to a geodesic distance on WGS84.

    Parameters
    ----------
    distance_m
        Geodesic distances in metres.

    Returns
    -------
    inner, outer
        Chords in metres. Two points whose chord is at most `inner` are no farther apart than
        `distance_m`, two points whose chord is more than `outer` are farther apart. Both are
        widened by a micrometre for rounding.

    Notes
    -----
    ``inner = 2 r sin(d / 2 r)`` and ``outer = 2 R sin(d / 2 R)`` with the smallest and largest
    radius of curvature, r = b²/a and R = a²/b. Near the antipodes, beyond d = π r, `inner` is held
    at ``2 r - (π a - π r)``.

    Examples
    --------
    At 50 km the band is 2.6 mm wide, at 100 km 20.7 mm.

    >>> inner, outer = chord_bounds([50_000, 100_000])
    >>> ((outer - inner) * 1000).round(1).tolist()
    [2.6, 20.7]
    """
    distance = np.asarray(distance_m, dtype=np.float64)
    small, large = 2 * SMALLEST_RADIUS_M, 2 * LARGEST_RADIUS_M
    outer = large * np.sin(np.minimum(distance / large, np.pi / 2))
    inner = small * np.sin(np.minimum(distance / small, np.pi / 2))
    inner = np.minimum(inner, small - (LONGEST_M - np.pi * SMALLEST_RADIUS_M))
    inner = np.where(distance >= LONGEST_M, outer + 2 * ROUNDING_M, inner)
    return inner - ROUNDING_M, outer + ROUNDING_M


def _nearest_chunk(places: _Points, facilities: _Points, tree: cKDTree) -> tuple[Ints, Floats]:
    """Measure to the facility of the shortest chord, and settle where others may be nearer."""
    chords, found = map(np.asarray, tree.query(places.xyz, k=2))
    index = found[:, 0].astype(np.int64)
    distance_m = _geodesic(places, facilities.take(index))
    _, reach = chord_bounds(distance_m)
    unsure = np.flatnonzero(chords[:, 1] <= reach)
    for block, candidate in _candidates(tree, places.xyz[unsure], reach[unsure]):
        row = unsure[block]
        exact = _geodesic(places.take(row), facilities.take(candidate))
        order = np.lexsort((candidate, exact, row))
        rows, first = np.unique(row[order], return_index=True)
        index[rows], distance_m[rows] = candidate[order[first]], exact[order[first]]
    return index, distance_m


def _count_chunk(places: _Points, facilities: _Points, tree: cKDTree, radius_m: float) -> Ints:
    """Count the chords within the outer bound, and strike off those that are in fact too far."""
    inner, outer = chord_bounds(radius_m)
    counts = _in_reach(tree, places.xyz, np.full(places.lon.size, outer))
    # Within less than a micrometre nothing is certain.
    certain = _in_reach(tree, places.xyz, np.full(places.lon.size, inner)) if inner > 0 else 0
    unsure = np.flatnonzero(counts > certain)
    reach = np.full(unsure.size, outer)
    for block, candidate in _candidates(tree, places.xyz[unsure], reach):
        row = unsure[block]
        chord = np.linalg.norm(places.xyz[row] - facilities.xyz[candidate], axis=1)
        row, candidate = row[chord > inner], candidate[chord > inner]  # noqa: PLW2901
        exact = _geodesic(places.take(row), facilities.take(candidate))
        np.subtract.at(counts, row[exact > radius_m], 1)
    return counts


def _candidates(tree: cKDTree, xyz: Floats, reach: Floats) -> Iterator[tuple[Ints, Ints]]:
    """Yield (row, candidate) pairs with a chord of at most `reach`; a row is never split."""
    sizes = _in_reach(tree, xyz, reach)
    ends = np.flatnonzero(np.diff(np.cumsum(sizes) // CHUNK_PAIRS)) + 1
    for block in np.split(np.arange(len(xyz)), ends):
        found = chain.from_iterable(tree.query_ball_point(xyz[block], reach[block]))
        yield np.repeat(block, sizes[block]), np.fromiter(found, np.int64)


def _in_reach(tree: cKDTree, xyz: Floats, reach: Floats) -> Ints:
    """Count the facilities with a chord of at most `reach`."""
    return tree.query_ball_point(xyz, reach, return_length=True).astype(np.int64)


def _in_chunks(work: Callable[[slice], None], size: int) -> None:
    """Do the work chunk by chunk on all cores; tree and geodesics let go of the interpreter."""
    chunks = [slice(start, start + CHUNK_ROWS) for start in range(0, size, CHUNK_ROWS)]
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as threads:
        list(threads.map(work, chunks))


def _geodesic(one: _Points, other: _Points) -> Floats:
    """Return the geodesic distances between pairs of points, in metres."""
    metres: Floats = WGS84.inv(one.lon, one.lat, other.lon, other.lat)[2]
    return metres


def _located(lon: ArrayLike, lat: ArrayLike, name: str) -> _Points:
    """Check coordinates and place them on the ellipsoid, in earth-centred metres."""
    lon, lat = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    if lon.ndim != 1 or lon.shape != lat.shape:
        raise ValueError(f"{name}: lon and lat must be two rows of numbers of the same length.")
    bad = ~((np.abs(lon) <= 360) & (np.abs(lat) <= 90))  # also true for NaN
    if bad.any():
        first = (lon[bad][0].item(), lat[bad][0].item())
        raise CRSError(
            f"{name}: {bad.sum()} of {bad.size} coordinates are no longitude and latitude in "
            f"degrees, the first is {first}. Give degrees on WGS84, or set the right CRS."
        )
    phi, theta = np.radians(lat), np.radians(lon)
    across = WGS84.a / np.sqrt(1 - WGS84.es * np.sin(phi) ** 2)
    axis = across * np.cos(phi)
    up = across * (1 - WGS84.es) * np.sin(phi)
    return _Points(lon, lat, np.column_stack((axis * np.cos(theta), axis * np.sin(theta), up)))
