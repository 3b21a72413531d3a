"""The WGS84 ellipsoid: points in earth-centred metres, and how chords bound geodesics.

References
----------
Karney, C. F. F. (2013). Algorithms for geodesics. Journal of Geodesy 87, 43-55.
https://doi.org/10.1007/s00190-012-0578-z
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from pyproj import Geod

from hotspot_gaps.errors import CRSError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

WGS84 = Geod(ellps="WGS84")
SMALLEST_RADIUS_M = WGS84.b**2 / WGS84.a  # of curvature: along the meridian, at the equator
LARGEST_RADIUS_M = WGS84.a**2 / WGS84.b  # of curvature: at the poles
LONGEST_M = np.pi * WGS84.a  # no geodesic distance on the ellipsoid is longer
ROUNDING_M = 1e-6  # some 50 times what a chord and a distance are off by rounding


class Points(NamedTuple):
    """Longitudes and latitudes in degrees, checked."""

    lon: Floats
    lat: Floats

    def take(self, rows: Any) -> Points:
        """Return some of the points."""
        return Points(self.lon[rows], self.lat[rows])

    def xyz(self) -> Floats:
        """Return the points in earth-centred metres on the ellipsoid, a row a point."""
        phi, theta = np.radians(self.lat), np.radians(self.lon)
        sine = np.sin(phi)
        across = WGS84.a / np.sqrt(1 - WGS84.es * sine**2)
        axis = across * np.cos(phi)
        xyz = np.empty((self.lon.size, 3))
        xyz[:, 0] = axis * np.cos(theta)
        xyz[:, 1] = axis * np.sin(theta)
        xyz[:, 2] = across * (1 - WGS84.es) * sine
        return xyz

    def along_curve(self) -> Ints:
        """Return the order of the points along a Z-order curve, so that neighbours come together.

        Morton, G. M. (1966). A computer oriented geodetic data base. IBM.
        """
        lon = (self.lon % 360 * (65_535 / 360)).astype(np.uint64)
        lat = ((self.lat + 90) * (65_535 / 180)).astype(np.uint64)
        return np.argsort(_spread(lon) | _spread(lat) << np.uint64(1))


def check_points(lon: ArrayLike, lat: ArrayLike, name: str) -> Points:
    """Check that two arrays are longitudes and latitudes in degrees.

    Raises
    ------
    ValueError
        They are not two rows of numbers of the same length.
    CRSError
        A coordinate is not finite or not in degrees; `name` says whose it is.
    """
    lon, lat = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    if lon.ndim != 1 or lon.shape != lat.shape:
        raise ValueError(f"{name}: lon and lat must be two rows of numbers of the same length.")
    bad = ~((np.abs(lon) <= 360) & (np.abs(lat) <= 90))  # also true for NaN
    if bad.any():
        # Which one, and not where: a message must not tell where an organization is.
        raise CRSError(
            f"{name}: {bad.sum()} of {bad.size} coordinates are no longitude and latitude in "
            f"degrees, the first is number {bad.argmax() + 1}. Give degrees on WGS84, or set the "
            "right CRS."
        )
    return Points(lon, lat)


def geodesic_m(one: Points, other: Points) -> Floats:
    """Return the geodesic distances between pairs of points, in metres (Karney 2013)."""
    metres: Floats = WGS84.inv(one.lon, one.lat, other.lon, other.lat)[2]
    return metres


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


def _spread(number: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Put a zero between any two of the lower 16 bits."""
    for shift, mask in ((8, 0x00FF00FF), (4, 0x0F0F0F0F), (2, 0x33333333), (1, 0x55555555)):
        number = (number | number << np.uint64(shift)) & np.uint64(mask)
    return number
