"""The ellipsoid: published distances, and the bounds of chords over pairs of every length."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from geographiclib.geodesic import Geodesic
from globe import PODGORICA, SKOPJE, TIRANA, nearest_one, sphere, within
from hypothesis import given, settings
from hypothesis import strategies as st

from hotspot_gaps.access.ellipsoid import (
    ROUNDING_M,
    WGS84,
    Points,
    check_points,
    chord_bounds,
    geodesic_m,
)
from hotspot_gaps.errors import CRSError

KNOWN = Path(__file__).parents[1] / "known_answers" / "geodesic_distances.csv"
LINES = list(csv.DictReader(KNOWN.read_text(encoding="utf-8").splitlines()))


@pytest.mark.parametrize("line", LINES, ids=lambda x: x["distance_m"])
def test_published_distances(line):
    one, other = (np.array([[float(line["lon" + n]), float(line["lat" + n])]]) for n in ("1", "2"))
    published, accuracy = float(line["distance_m"]), float(line["accuracy_m"])
    index, metres = nearest_one(one, other)
    assert index.tolist() == [0]
    assert metres[0] == pytest.approx(published, abs=accuracy + 1.5e-8)
    radii = (published - accuracy - 1e-6, published + accuracy + 1e-6)
    assert within(one, other, radii).tolist() == [[0, 1]]


def test_geographiclib_agrees_to_a_micrometre():
    rng = np.random.default_rng(7)
    one, other = sphere(rng, 1_000), sphere(rng, 1_000)
    other[:200] = one[:200] * (1, -1) + rng.normal((180, 0), 0.3, (200, 2))  # nearly antipodal
    other[200:400] = one[200:400] + rng.normal(0, 0.001, (200, 2))
    other = np.clip(other, (-360, -90), (360, 90))
    oracle = [
        Geodesic.WGS84.Inverse(lat, lon, lat2, lon2)["s12"]
        for (lon, lat), (lon2, lat2) in zip(one, other, strict=True)
    ]
    np.testing.assert_allclose(geodesic_m(Points(*one.T), Points(*other.T)), oracle, atol=1e-6)


@given(st.floats(-360, 360), st.floats(-90, 90), st.floats(0, 360), st.floats(-3, 7.301))
@settings(deadline=None, max_examples=300)
def test_chord_bounds_hold(lon, lat, azimuth, exponent):
    assert_chord_bounds(*(np.array([x]) for x in (lon, lat, azimuth, 10**exponent)))


def test_chord_bounds_hold_over_random_pairs_of_all_lengths():
    rng = np.random.default_rng(4)
    size = 200_000
    start = sphere(rng, size)
    lengths = np.concatenate(
        (10 ** rng.uniform(0, 7.3, size // 2), rng.uniform(0, 2.0004e7, size // 2))
    )
    assert_chord_bounds(*start.T, rng.uniform(0, 360, size), lengths)
    opposite = start * (1, -1) + (180, 0) + rng.normal(0, 0.3, (size, 2))
    assert_bounds_of_pairs(start, np.clip(opposite, (-360, -90), (360, 90)))


def test_chord_bounds_are_reached_at_the_equator_and_the_pole():
    size = 50_000.0
    for lat, azimuth, which in ((0, 0, 0), (90, 0, 1)):
        # Half of the way to either side of the place of the extreme curvature.
        ends = [WGS84.fwd(10, lat, azimuth + turn, size / 2)[:2] for turn in (0, 180)]
        chord = chords(*(np.array([end]) for end in ends))
        assert chord.item() == pytest.approx(chord_bounds(size)[which].item(), abs=2e-6)


def test_chord_bounds_widen_with_the_distance():
    distance = np.linspace(0, 2.1e7, 100_001)
    inner, outer = chord_bounds(distance)
    assert (np.diff(inner) >= 0).all()
    assert (np.diff(outer) >= 0).all()
    assert (inner <= outer).all()
    assert inner[-1] > 2 * WGS84.a
    width = np.diff(chord_bounds([25_000, 50_000, 100_000]), axis=0)[0]
    assert width == pytest.approx([0.0003 + 2e-6, 0.0026, 0.0207], abs=5e-5)


def test_the_curve_brings_neighbours_together():
    points = Points(*sphere(np.random.default_rng(5), 10_000).T)
    order = points.along_curve()
    assert np.array_equal(np.sort(order), np.arange(10_000))
    along = points.take(order)

    def step(p):
        return np.median(geodesic_m(p.take(slice(1, None)), p.take(slice(-1))))

    assert step(along) < step(points) / 20
    assert Points(np.array([-360.0, 360, 0]), np.array([-90.0, 90, 90])).along_curve().size == 3


@pytest.mark.parametrize(
    "bad",
    [(np.nan, 0), (0, np.nan), (np.inf, 0), (0, -np.inf), (0, 90.001), (660_300, 4_700)],
)
def test_bad_coordinates_are_refused(bad):
    good, bad = np.array([TIRANA]), np.array([TIRANA, bad], float)
    with pytest.raises(CRSError, match=r"places: 1 of 2 coordinates"):
        nearest_one(bad, good)
    with pytest.raises(ValueError, match=r"facilities: 1 of 2 coordinates"):
        within(good, bad)


def test_lengths_must_agree():
    with pytest.raises(ValueError, match="same length"):
        check_points([1, 2], [3], "places")
    with pytest.raises(ValueError, match="two rows"):
        check_points(1, 2, "places")


@given(
    st.tuples(st.floats(-360, 360), st.floats(-90, 90)),
    st.sampled_from([PODGORICA, TIRANA, SKOPJE, (0.0, 90.0), (180.0, 0.0)]),
)
@settings(deadline=None)
def test_there_and_back_is_equally_far(one, other):
    one, other = np.array([one], float), np.array([other], float)
    assert nearest_one(one, other)[1] == pytest.approx(nearest_one(other, one)[1], abs=1e-8)


def chords(one, other):
    xyz = [Points(*points.T).xyz() for points in (one, other)]
    return np.linalg.norm(xyz[0] - xyz[1], axis=1)


def assert_chord_bounds(lon, lat, azimuth, metres):
    assert_bounds_of_pairs(
        np.column_stack((lon, lat)), np.column_stack(WGS84.fwd(lon, lat, azimuth, metres)[:2])
    )


def assert_bounds_of_pairs(one, other):
    """Hold the bounds, without what was added for rounding, to 30 nm."""
    distance = WGS84.inv(*one.T, *other.T)[2]
    inner, outer = chord_bounds(distance)
    chord, spare = chords(one, other), ROUNDING_M - 3e-8
    assert (chord >= inner + spare).all()
    assert (chord <= outer - spare).all()
