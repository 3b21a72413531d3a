"""Geodesic access against published values, GeographicLib, brute force and its own properties."""

from __future__ import annotations

import csv
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from geographiclib.geodesic import Geodesic
from hypothesis import given, settings
from hypothesis import strategies as st

from hotspot_gaps.access import chords as kernel
from hotspot_gaps.access.chords import (
    WGS84,
    chord_bounds,
    count_within_arrays,
    nearest_arrays,
)
from hotspot_gaps.access.geodesic import count_within, nearest
from hotspot_gaps.errors import CRSError, InputError, SettingsError

KNOWN = Path(__file__).parents[1] / "known_answers" / "geodesic_distances.csv"
LINES = list(csv.DictReader(KNOWN.read_text(encoding="utf-8").splitlines()))
RADII = (0, 1, 25_000, 50_000, 100_000, 1_000_000, 10_000_000, 19_950_000, 20_003_931, 21_000_000)
# Whole degrees meet often in ties, poles, antimeridian and antipodes; fractions do not.
LON = st.integers(-180, 180) | st.floats(-360, 360)
LAT = st.integers(-90, 90) | st.floats(-90, 90)
POINTS = st.lists(st.tuples(LON, LAT), max_size=12).map(lambda p: np.array(p, float).reshape(-1, 2))
SOME = st.lists(st.tuples(LON, LAT), min_size=1, max_size=12).map(lambda p: np.array(p, float))


def matrix(places, facilities):
    """Return every distance, by brute force."""
    size = (len(places), len(facilities))
    one = [np.repeat(places[:, k], size[1]) for k in (0, 1)]
    other = [np.tile(facilities[:, k], size[0]) for k in (0, 1)]
    return np.reshape(WGS84.inv(*one, *other)[2], size)


def near(places, facilities):
    return nearest_arrays(*places.T, *facilities.T)


def within(places, facilities, radii=RADII):
    return count_within_arrays(*places.T, *facilities.T, radii)


def agree(places, facilities):
    """Hold nearest and counts against brute force; the lowest index wins a tie."""
    distances = matrix(places, facilities)
    index, metres = near(places, facilities)
    np.testing.assert_array_equal(index, distances.argmin(axis=1))
    np.testing.assert_array_equal(metres, distances.min(axis=1))
    expected = (distances[:, :, None] <= np.array(RADII)).sum(axis=1)
    np.testing.assert_array_equal(within(places, facilities), expected)


def sphere(rng, size):
    return np.column_stack(
        (rng.uniform(-180, 180, size), np.degrees(np.arcsin(rng.uniform(-1, 1, size))))
    )


def frame(points, crs="EPSG:4326", **columns):
    return gpd.GeoDataFrame(columns, geometry=gpd.points_from_xy(*np.transpose(points)), crs=crs)


PODGORICA, TIRANA, SKOPJE = (19.2636, 42.4411), (19.8189, 41.3275), (21.4314, 41.9965)


# Published values and an independent implementation


@pytest.mark.parametrize("line", LINES, ids=lambda x: x["distance_m"])
def test_published_distances(line):
    lon, lat, lon2, lat2 = ([float(line[key])] for key in ("lon1", "lat1", "lon2", "lat2"))
    published, accuracy = float(line["distance_m"]), float(line["accuracy_m"])
    index, metres = nearest_arrays(lon, lat, lon2, lat2)
    assert index.tolist() == [0]
    assert metres[0] == pytest.approx(published, abs=accuracy + 1.5e-8)
    radii = (published - accuracy - 1e-6, published + accuracy + 1e-6)
    assert count_within_arrays(lon, lat, lon2, lat2, radii).tolist() == [[0, 1]]


def test_geographiclib_agrees_to_a_micrometre():
    rng = np.random.default_rng(7)
    places, facilities = sphere(rng, 40), sphere(rng, 30)
    facilities[:5] = places[:5] * (1, -1) + (180.3, 0.2)  # nearly antipodal
    oracle = np.array(
        [
            [Geodesic.WGS84.Inverse(lat, lon, lat2, lon2)["s12"] for lon2, lat2 in facilities]
            for lon, lat in places
        ]
    )
    index, metres = near(places, facilities)
    np.testing.assert_array_equal(index, oracle.argmin(axis=1))
    np.testing.assert_allclose(metres, oracle.min(axis=1), rtol=0, atol=1e-6)
    radii = (1e6, 5e6, 1.5e7, 1.99e7)
    expected = (oracle[:, :, None] <= np.array(radii)).sum(axis=1)
    np.testing.assert_array_equal(within(places, facilities, radii), expected)


# Brute force


def test_brute_force_over_the_globe():
    rng = np.random.default_rng(1)
    agree(sphere(rng, 700), sphere(rng, 300))


def test_brute_force_in_the_region():
    rng = np.random.default_rng(2)
    agree(rng.uniform((13, 39), (23, 47), (900, 2)), rng.uniform((13, 39), (23, 47), (400, 2)))


def test_brute_force_far_away_and_antipodal():
    rng = np.random.default_rng(3)
    agree(rng.uniform((170, -45), (185, -35), (60, 2)), rng.uniform((-8, 35), (4, 45), (300, 2)))


def test_brute_force_on_a_lattice_full_of_ties():
    lattice = np.array([(lon, lat) for lon in range(10, 20) for lat in range(40, 47)], float)
    agree(lattice + 0.5, lattice)
    agree(lattice, np.concatenate((lattice[::-1], lattice)))


@given(POINTS, SOME)
@settings(deadline=None, max_examples=150)
def test_brute_force_on_awkward_points(places, facilities):
    agree(places, facilities)


def test_counts_at_the_very_edge_of_the_radius():
    azimuths = np.linspace(0, 360, 73)
    for radius in (25_000, 50_000, 100_000):
        there = np.column_stack(
            WGS84.fwd(*np.transpose([PODGORICA] * 73), azimuths, np.full(73, radius))[:2]
        )
        place = np.array([PODGORICA])
        exact = matrix(place, there)[0]
        for edge in (radius, radius - 1e-8, radius + 1e-8, radius - 1e-6, radius + 1e-6):
            assert within(place, there, [edge]).item() == (exact <= edge).sum()
        assert within(place, there, [radius - 1e-6, radius + 1e-6]).tolist() == [[0, 73]]


def test_chunks_do_not_change_the_answer(monkeypatch):
    lattice = np.array([(lon, lat) for lon in range(10, 15) for lat in range(40, 44)], float)
    places, facilities = lattice + 0.5, np.concatenate((lattice, lattice))
    whole = (*near(places, facilities), within(places, facilities))
    monkeypatch.setattr(kernel, "CHUNK_ROWS", 3)
    monkeypatch.setattr(kernel, "CHUNK_PAIRS", 2)
    pieces = (*near(places, facilities), within(places, facilities))
    for one, other in zip(whole, pieces, strict=True):
        np.testing.assert_array_equal(one, other)


# Properties


@given(SOME, SOME, st.tuples(LON, LAT))
@settings(deadline=None, max_examples=60)
def test_one_more_facility_never_raises_a_distance(places, facilities, new):
    more = np.vstack((facilities, new))
    assert (near(places, more)[1] <= near(places, facilities)[1]).all()
    assert (within(places, more) >= within(places, facilities)).all()


@given(SOME, SOME, st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=60)
def test_order_of_rows_does_not_matter(places, facilities, random):
    rows, columns = list(range(len(places))), list(range(len(facilities)))
    random.shuffle(rows)
    random.shuffle(columns)
    np.testing.assert_array_equal(
        near(places[rows], facilities[columns])[1], near(places, facilities)[1][rows]
    )
    np.testing.assert_array_equal(
        within(places[rows], facilities[columns]), within(places, facilities)[rows]
    )


@given(SOME, SOME)
@settings(deadline=None, max_examples=60)
def test_counts_grow_with_the_radius_until_everybody_is_in(places, facilities):
    counts = within(places, facilities)
    assert (np.diff(counts, axis=1) >= 0).all()
    assert (counts[:, -1] == len(facilities)).all()
    _, metres = near(places, facilities)
    np.testing.assert_array_equal(counts > 0, metres[:, None] <= np.array(RADII))


@given(st.tuples(LON, LAT), st.tuples(LON, LAT))
@settings(deadline=None)
def test_there_and_back_is_equally_far(one, other):
    one, other = np.array([one], float), np.array([other], float)
    assert near(one, other)[1] == pytest.approx(near(other, one)[1], abs=1e-8)


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


def chords(one, other):
    xyz = [kernel._located(*points.T, "points").xyz for points in (one, other)]
    return np.linalg.norm(xyz[0] - xyz[1], axis=1)


def assert_chord_bounds(lon, lat, azimuth, metres):
    assert_bounds_of_pairs(
        np.column_stack((lon, lat)), np.column_stack(WGS84.fwd(lon, lat, azimuth, metres)[:2])
    )


def assert_bounds_of_pairs(one, other):
    """Hold the bounds, without what was added for rounding, to 30 nm."""
    distance = WGS84.inv(*one.T, *other.T)[2]
    inner, outer = chord_bounds(distance)
    chord, spare = chords(one, other), kernel.ROUNDING_M - 3e-8
    assert (chord >= inner + spare).all()
    assert (chord <= outer - spare).all()


# Awkward places


def test_poles_antimeridian_and_full_turns():
    places = np.array([(0, 90), (77, 90), (0, -90), (179.9, 10), (-179.9, 10), (355, 5)], float)
    facilities = np.array([(-120, 89.9), (12, -89.9), (-179.95, 10), (179.8, 10), (-5, 5)])
    agree(places, facilities)
    assert near(places, facilities)[0].tolist() == [0, 0, 1, 3, 2, 4]
    assert near(places, facilities)[1][5] == 0
    one, other = np.array([[180.0, 3.0]]), np.array([[-180.0, 3.0]])
    assert near(one, other)[1].item() == 0
    assert within(one, other, [0]).item() == 1


def test_duplicates_and_ties_give_the_lowest_index():
    facilities = np.array([(5, 5), (1, 0), (-1, 0), (1, 0), (-1, 0)], float)
    assert near(np.array([[0.0, 0.0]]), facilities)[0].item() == 1
    assert near(np.array([[0.0, 0.0]]), facilities[[0, 2, 1, 4, 3]])[0].item() == 1
    assert near(np.array([[1.0, 0.0]]), facilities)[0].item() == 1
    assert within(np.array([[0.0, 0.0]]), facilities, [111_320]).item() == 4


def test_many_duplicates_are_quick():
    facilities = np.tile([PODGORICA, TIRANA], (20_000, 1))
    index, _ = near(np.tile([SKOPJE, TIRANA], (500, 1)), facilities)
    assert index.reshape(-1, 2).tolist() == [[1, 1]] * 500


def test_zero_and_one_facility_and_empty_places():
    none, one, three = np.empty((0, 2)), np.array([TIRANA]), np.array([TIRANA, SKOPJE, PODGORICA])
    index, metres = near(three, none)
    assert index.dtype == np.int64
    assert metres.dtype == np.float64
    assert index.tolist() == [-1, -1, -1]
    assert np.isnan(metres).all()
    assert within(three, none, [1, 2]).tolist() == [[0, 0]] * 3
    assert near(three, one)[0].tolist() == [0, 0, 0]
    for facilities in (none, one):
        assert [answer.shape for answer in near(none, facilities)] == [(0,), (0,)]
        assert within(none, facilities, [1, 2]).shape == (0, 2)
    assert within(three, one, []).shape == (3, 0)


@pytest.mark.parametrize(
    "bad",
    [(np.nan, 0), (0, np.nan), (np.inf, 0), (0, -np.inf), (0, 90.001), (660_300, 4_700)],
)
def test_bad_coordinates_are_refused(bad):
    good, bad = np.array([TIRANA]), np.array([TIRANA, bad], float)
    with pytest.raises(CRSError, match=r"places: 1 of 2 coordinates"):
        near(bad, good)
    with pytest.raises(ValueError, match=r"facilities: 1 of 2 coordinates"):
        within(good, bad)


def test_lengths_must_agree():
    with pytest.raises(ValueError, match="same length"):
        nearest_arrays([1, 2], [3], [1], [1])
    with pytest.raises(ValueError, match="two rows"):
        nearest_arrays(1, 2, [1], [1])


@pytest.mark.parametrize("radius", [-1, np.nan, np.inf])
def test_bad_radii_are_refused(radius):
    with pytest.raises(SettingsError, match="finite metres"):
        within(np.array([TIRANA]), np.array([SKOPJE]), [1, radius])


def test_radii_that_would_share_a_column_are_refused():
    with pytest.raises(SettingsError, match="give each once"):
        count_within(frame([TIRANA]), frame([SKOPJE]), radii_m=(25_000, 25_000.0001))


# Frames


@pytest.fixture
def places():
    names = pd.Index(["Podgorica", "Tirana", "Skopje"], name="name")
    return frame([PODGORICA, TIRANA, SKOPJE]).set_axis(names)


@pytest.fixture
def facilities():
    return frame([SKOPJE, TIRANA, TIRANA], key=["s", "t", "t2"]).set_axis([7, 8, 9])


def test_frames_give_ids_or_labels(places, facilities):
    found = nearest(places, facilities, id="key")
    assert found.index.equals(places.index)
    assert list(found.columns) == ["id", "distance_m"]
    assert found["id"].tolist() == ["t", "t", "s"]
    assert found["distance_m"].to_numpy() == pytest.approx([132_009, 0, 0], abs=300)
    assert nearest(places, facilities)["id"].tolist() == [8, 8, 7]


def test_counts_are_named_by_kilometres(places, facilities):
    counts = count_within(places, facilities, radii_m=(25_000, 50_000, 140_500))
    assert list(counts.columns) == ["within_25km", "within_50km", "within_140.5km"]
    assert counts.index.equals(places.index)
    assert set(counts.dtypes) == {pd.Int64Dtype()}
    assert counts.to_numpy().tolist() == [[0, 0, 2], [2, 2, 2], [1, 1, 1]]
    assert list(count_within(places, facilities).columns) == ["within_25km", "within_50km"]


def test_missing_and_empty_points(places, facilities):
    places.loc["Tirana", "geometry"] = None
    places.loc["Skopje", "geometry"] = shapely.Point()
    facilities.loc[8, "geometry"] = None
    found, counts = nearest(places, facilities, id="key"), count_within(places, facilities)
    assert found.loc["Podgorica", "id"] == "t2"
    assert found["id"].isna().tolist() == [False, True, True]
    assert found["id"].iloc[1] is pd.NA
    assert found["distance_m"].isna().tolist() == [False, True, True]
    assert counts["within_25km"].isna().tolist() == [False, True, True]
    assert nearest(places, facilities)["id"].iloc[0] == 9
    assert nearest(places, facilities)["id"].iloc[1] is pd.NA


def test_frames_without_rows(places, facilities):
    found, counts = nearest(places, facilities[:0], id="key"), count_within(places, facilities[:0])
    assert found["id"].isna().all()
    assert found["distance_m"].isna().all()
    assert (counts == 0).all(axis=None)
    assert nearest(places[:0], facilities).shape == (0, 2)
    assert count_within(places[:0], facilities).shape == (0, 2)
    facilities["geometry"] = None
    assert nearest(places, facilities)["id"].isna().all()


def test_doubled_labels_keep_their_rows(facilities):
    places = frame([TIRANA, SKOPJE, TIRANA]).set_axis(["a", "a", "b"])
    assert nearest(places, facilities)["id"].tolist() == [8, 7, 8]
    assert count_within(places, facilities)["within_25km"].tolist() == [2, 1, 2]


@pytest.mark.parametrize("crs", ["EPSG:3035", "EPSG:3857", "EPSG:32634", "EPSG:4258"])
def test_any_crs(places, facilities, crs):
    expected = nearest(places, facilities)
    found = nearest(places.to_crs(crs), facilities.to_crs(3035))
    pd.testing.assert_series_equal(found["id"], expected["id"])
    # ETRS89 and WGS84 are one and the same to PROJ, within the metre that WGS84 is good for.
    np.testing.assert_allclose(found["distance_m"], expected["distance_m"], rtol=0, atol=1e-3)


def test_no_crs_is_refused_with_the_fix(places, facilities):
    with pytest.raises(CRSError, match=r"places: .*set_crs"):
        nearest(places.set_crs(None, allow_override=True), facilities)
    with pytest.raises(CRSError, match=r"facilities: .*set_crs"):
        count_within(places, facilities.set_crs(None, allow_override=True))


def test_metres_that_claim_to_be_degrees_are_refused(places, facilities):
    wrong = places.to_crs(3857).set_crs(4326, allow_override=True)
    with pytest.raises(CRSError, match="places: 3 of 3"):
        nearest(wrong, facilities)


def test_shapes_that_are_not_points_are_refused(places, facilities):
    shapes = gpd.GeoSeries(
        [shapely.MultiPoint([TIRANA]), None, shapely.box(0, 0, 1, 1), shapely.box(1, 1, 2, 2)]
    )
    mixed = gpd.GeoDataFrame(geometry=shapes, crs=4326)
    with pytest.raises(InputError) as caught:
        nearest(mixed, facilities)
    assert [(p.row, p.value) for p in caught.value.problems] == [(1, "MultiPoint"), (3, "Polygon")]
    with pytest.raises(InputError, match="facilities, row 1"):
        count_within(places, mixed)


def test_unknown_id_column_is_refused(places, facilities):
    with pytest.raises(InputError, match="Name one of: key, geometry"):
        nearest(places, facilities, id="organization_id")


def test_inputs_stay_as_they_are(places, facilities):
    before = places.copy(), facilities.copy()
    nearest(places, facilities.to_crs(3035), id="key")
    count_within(places, facilities)
    pd.testing.assert_frame_equal(places, before[0])
    pd.testing.assert_frame_equal(facilities, before[1])
    lon, lat = np.array([370.0 - 360]), np.array([45.0])
    for array in (lon, lat):
        array.flags.writeable = False
    nearest_arrays(lon, lat, lon, lat)
    count_within_arrays(lon, lat, lon, lat, [1])
