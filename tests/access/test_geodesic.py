"""Geodesic access on frames: labels, names, what is missing, any CRS, and Dask frames."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from globe import PODGORICA, SKOPJE, TIRANA, frame, sphere

from hotspot_gaps.access.frames import points_of
from hotspot_gaps.access.geodesic import count_within, nearest, pairs_within
from hotspot_gaps.errors import CRSError, InputError, SettingsError
from hotspot_gaps.sources.point_rows import PointRows


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
    assert list(count_within(places, facilities, radii_m=[1234567.891])) == ["within_1234.567891km"]
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


def test_a_message_does_not_tell_where(places, facilities):
    wrong = facilities.to_crs(6316).set_crs(4326, allow_override=True)
    with pytest.raises(CRSError, match=r"facilities: 3 of 3 .* the first is number 1") as caught:
        nearest(places, wrong)
    assert not any(str(int(wrong.geometry.x[row])) in str(caught.value) for row in wrong.index)


@pytest.mark.parametrize("crs", ["EPSG:5773", "IAU_2015:49900", 'LOCAL_CS["my own"]'])
def test_systems_that_are_not_on_the_earth_are_refused(places, facilities, crs):
    with pytest.raises(CRSError, match="places: "):
        nearest(places.set_crs(crs, allow_override=True), facilities)


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
    with pytest.raises(InputError, match="There are: key, geometry"):
        nearest(places, facilities, id="organization_id")


def test_inputs_stay_as_they_are(places, facilities):
    before = places.copy(), facilities.copy()
    nearest(places, facilities.to_crs(3035), id="key")
    count_within(places, facilities)
    pairs_within(places, facilities, radius_m=200_000)
    pd.testing.assert_frame_equal(places, before[0])
    pd.testing.assert_frame_equal(facilities, before[1])


def test_several_neighbours_are_rows_in_order(places, facilities):
    found = nearest(places, facilities, id="key", k=2)
    assert list(found.columns) == ["order", "id", "distance_m"]
    assert found.index.tolist() == np.repeat(places.index, 2).tolist()
    assert found.index.name == "name"
    assert found["order"].tolist() == [1, 2] * 3
    assert found["id"].tolist() == ["t", "t2", "t", "t2", "s", "t"]
    first = found[found["order"].eq(1)].drop(columns="order")
    pd.testing.assert_frame_equal(first, nearest(places, facilities, id="key"))


def test_more_neighbours_than_facilities_are_not_known(places, facilities):
    found = nearest(places[:1], facilities, k=5)
    assert found["id"].tolist()[:3] == [8, 9, 7]
    assert found["id"].isna().tolist() == [False] * 3 + [True] * 2
    assert found["distance_m"].isna().tolist() == [False] * 3 + [True] * 2


def test_pairs_are_rows_nearest_first(places, facilities):
    places.loc["Tirana", "geometry"] = None
    facilities.loc[8, "geometry"] = shapely.Point()
    found = pairs_within(places, facilities, radius_m=250_000, id="key")
    assert list(found.columns) == ["id", "distance_m"]
    assert found.index.tolist() == ["Podgorica", "Podgorica", "Skopje", "Skopje"]
    assert found["id"].tolist() == ["t2", "s", "s", "t2"]
    assert found["distance_m"].iloc[2] == 0
    near = nearest(places, facilities, id="key").loc[["Podgorica", "Skopje"]]
    pd.testing.assert_frame_equal(found.iloc[[0, 2]], near)


@pytest.mark.parametrize("point", [(np.nan, 42), (19, np.inf), (19, 90.5), (19, -91)])
@pytest.mark.parametrize("function", [nearest, count_within, pairs_within])
def test_points_that_are_no_points_are_refused(places, facilities, point, function):
    options = {"radius_m": 1} if function is pairs_within else {}
    places.loc["Tirana", "geometry"] = shapely.Point(point)
    with pytest.raises(CRSError, match="places: 1 of 3 coordinates"):
        function(places, facilities, **options)
    with pytest.raises(CRSError, match="facilities: 1 of 3 coordinates"):
        function(facilities, places, **options)


@pytest.mark.parametrize("crs", ["EPSG:3035", "EPSG:4326"])
def test_empty_frames_give_typed_empty_answers(places, facilities, crs):
    none = frame(np.empty((0, 2)), crs=crs, key=np.array([], dtype=object))
    for k in (1, 2):
        full = nearest(places, facilities, id="key", k=k)
        assert nearest(none, facilities, id="key", k=k).dtypes.equals(full.dtypes)
        assert nearest(places, none, id="key", k=k)["distance_m"].isna().all()
    full = pairs_within(places, facilities, radius_m=1e6, id="key")
    for one, other in ((none, facilities), (places, none[:0]), (none, none)):
        found = pairs_within(one, other, radius_m=1e6)
        assert len(found) == 0
        assert list(found.columns) == list(full.columns)
        assert found["distance_m"].dtype == full["distance_m"].dtype
    assert set(count_within(none, facilities).dtypes) == {pd.Int64Dtype()}
    assert (count_within(places, none) == 0).all(axis=None)


def test_three_dimensions_are_two(places, facilities):
    high = gpd.GeoDataFrame(
        geometry=[shapely.Point(p.x, p.y, 2_000) for p in places.geometry], crs=4326
    ).set_axis(places.index)
    pd.testing.assert_frame_equal(nearest(high, facilities), nearest(places, facilities))


def test_threads_and_bytes_are_passed_on(places, facilities):
    for function, options in ((nearest, {}), (count_within, {}), (pairs_within, {"radius_m": 1e6})):
        whole = function(places, facilities, **options)
        pd.testing.assert_frame_equal(
            function(places, facilities, workers=1, max_bytes=1_000_000, **options), whole
        )
        with pytest.raises(SettingsError, match="workers"):
            function(places, facilities, workers=0, **options)
        with pytest.raises(SettingsError, match="max_bytes"):
            function(places, facilities, max_bytes=1, **options)


# Dask frames


@pytest.mark.parametrize("parts", [1, 3, 7])
def test_dask_frames_give_the_same_rows(parts):
    dask = pytest.importorskip("dask.dataframe")
    rng = np.random.default_rng(11)
    places, facilities = (
        frame(sphere(rng, 500)),
        frame(sphere(rng, 60), key=list(map(str, range(60)))),
    )
    places.loc[::50, "geometry"] = None
    split = dask.from_pandas(places, npartitions=parts)
    for function, options in (
        (nearest, {"id": "key"}),
        (nearest, {"id": "key", "k": 3}),
        (pairs_within, {"id": "key", "radius_m": 1e6}),
        (count_within, {"radii_m": (1e6, 2e6)}),
    ):
        whole, lazy = (
            function(places, facilities, **options),
            function(split, facilities, **options),
        )
        assert lazy.npartitions == split.npartitions
        assert lazy._meta.dtypes.equals(whole.dtypes)
        found = lazy.compute(scheduler="sync")
        pd.testing.assert_frame_equal(found, whole)
        both = function(split, dask.from_pandas(facilities, npartitions=2), **options)
        pd.testing.assert_frame_equal(both.compute(scheduler="sync"), whole)


def test_errors_are_told_before_a_dask_frame_is_computed(places, facilities):
    dask = pytest.importorskip("dask.dataframe")
    split = dask.from_pandas(places.reset_index(), npartitions=2)
    with pytest.raises(SettingsError, match="k:"):
        nearest(split, facilities, k=0)
    with pytest.raises(SettingsError, match="radii_m"):
        count_within(split, facilities, radii_m=(-1,))
    with pytest.raises(InputError, match="no such column"):
        nearest(split, facilities, id="nothing")


@pytest.mark.parametrize("function", [nearest, count_within, pairs_within])
def test_a_table_without_geometry_is_refused(places, facilities, function):
    options = {"radius_m": 1} if function is pairs_within else {}
    with pytest.raises(InputError, match=r"places.*no geometry"):
        function(pd.DataFrame({"key": [1]}), facilities, **options)


def test_radii_that_share_a_name_are_refused(places, facilities):
    with pytest.raises(SettingsError, match="names a column twice"):
        count_within(places, facilities, radii_m=(25_000, 25_000.000001))


def test_rows_of_points_are_taken_as_they_are():
    rows = PointRows(pd.Index([4]), np.array([0]), np.array([19.0]), np.array([42.0]))
    assert points_of(rows, "places") is rows
