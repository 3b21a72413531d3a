"""Points on the globe, and distances by brute force, for the tests of this room."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
from hypothesis import strategies as st

from hotspot_gaps.access.ellipsoid import WGS84
from hotspot_gaps.access.neighbours import nearest_arrays
from hotspot_gaps.access.reach import count_within_arrays, pairs_within_arrays

RADII = (0, 1, 25_000, 50_000, 100_000, 1_000_000, 10_000_000, 19_950_000, 20_003_931, 21_000_000)
# Whole degrees meet often in ties, poles, antimeridian and antipodes; fractions do not.
LON = st.integers(-180, 180) | st.floats(-360, 360)
LAT = st.integers(-90, 90) | st.floats(-90, 90)
POINTS = st.lists(st.tuples(LON, LAT), max_size=12).map(lambda p: np.array(p, float).reshape(-1, 2))
SOME = st.lists(st.tuples(LON, LAT), min_size=1, max_size=12).map(lambda p: np.array(p, float))
PODGORICA, TIRANA, SKOPJE = (19.2636, 42.4411), (19.8189, 41.3275), (21.4314, 41.9965)


def matrix(places, facilities):
    """Return every distance, by brute force."""
    size = (len(places), len(facilities))
    one = [np.repeat(places[:, k], size[1]) for k in (0, 1)]
    other = [np.tile(facilities[:, k], size[0]) for k in (0, 1)]
    return np.reshape(WGS84.inv(*one, *other)[2], size)


def near(places, facilities, **options):
    return nearest_arrays(*places.T, *facilities.T, **options)


def nearest_one(places, facilities, **options):
    index, metres = near(places, facilities, **options)
    return index[:, 0], metres[:, 0]


def within(places, facilities, radii=RADII, **options):
    return count_within_arrays(*places.T, *facilities.T, radii, **options)


def pairs(places, facilities, radius, **options):
    return pairs_within_arrays(*places.T, *facilities.T, radius, **options)


def sphere(rng, size):
    return np.column_stack(
        (rng.uniform(-180, 180, size), np.degrees(np.arcsin(rng.uniform(-1, 1, size))))
    )


def frame(points, crs="EPSG:4326", **columns):
    return gpd.GeoDataFrame(columns, geometry=gpd.points_from_xy(*np.transpose(points)), crs=crs)
