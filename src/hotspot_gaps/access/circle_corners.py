"""Circle corners: where geodesic circles of one radius cross."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hotspot_gaps.access.ellipsoid import WGS84

if TYPE_CHECKING:
    from hotspot_gaps.access.ellipsoid import Floats


def circle_corners(lon: Floats, lat: Floats, radius_m: float) -> tuple[Floats, Floats]:
    """Return where geodesic circles of one radius cross, and their centres.

    Parameters
    ----------
    lon, lat
        Centres in degrees on WGS84.
    radius_m
        Radius in metres, at most 1,000 km.

    Returns
    -------
    lon, lat
        Points such that any set of circles that have a point in common have one of these in common,
        to within a millimetre.
    """
    one, other = np.triu_indices(lon.size, 1)
    azimuth, _, away = WGS84.inv(lon[one], lat[one], lon[other], lat[other])
    cross = (away > 0) & (away <= 2 * radius_m)
    one, other, azimuth = one[cross], other[cross], azimuth[cross]
    found_lon, found_lat = [lon], [lat]
    reach = np.full(one.size, radius_m)
    for side in (-1.0, 1.0):
        # Turning away from the other centre, the way to it grows from |d - r| to d + r.
        low, high = np.zeros(one.size), np.full(one.size, 180.0)
        for _ in range(60):
            turn = (low + high) / 2
            at = WGS84.fwd(lon[one], lat[one], azimuth + side * turn, reach)
            near = WGS84.inv(at[0], at[1], lon[other], lat[other])[2] <= radius_m
            low, high = np.where(near, turn, low), np.where(near, high, turn)
        at = WGS84.fwd(lon[one], lat[one], azimuth + side * low, reach)
        found_lon.append(np.asarray(at[0]))
        found_lat.append(np.asarray(at[1]))
    return np.concatenate(found_lon), np.concatenate(found_lat)
