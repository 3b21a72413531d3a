"""People within a radius, in areas and beyond reach: exactextract, hand-made rasters, real ones."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
import shapely
from globe import PODGORICA, SKOPJE, TIRANA, frame
from hypothesis import given, settings
from hypothesis import strategies as st
from rasters import crowd, write
from shapely.affinity import translate

from hotspot_gaps.access.ellipsoid import WGS84
from hotspot_gaps.access.people import people_beyond, people_in, people_within
from hotspot_gaps.errors import CRSError, InputError, SettingsError

CASES = {
    "EPSG:4326": ((19, 43), (0.02, 0.015)),
    "EPSG:3035": ((5_080_000, 2_250_000), (1_500, 1_500)),
    "EPSG:32634": ((400_000, 4_760_000), (1_000, 2_000)),
}
RADII = (800, 5_000, 25_000, 60_000)


@pytest.fixture(scope="module", params=CASES)
def real_like(request, tmp_path_factory):
    """A random raster with cells that are not known, and its reference system."""
    corner, cell = CASES[request.param]
    rng = np.random.default_rng(1)
    path = tmp_path_factory.mktemp("people") / "people.tif"
    return write(path, crowd(rng, (90, 110)), corner, cell, request.param, nodata=-9), request.param


def circles(points, radius_m, corners=2_000):
    """Draw circles with very many corners, without the code under test."""
    azimuth = np.linspace(0, 360, corners, endpoint=False)
    shapes = []
    for lon, lat in points:
        full = np.full(corners, radius_m)
        around = WGS84.fwd(np.full(corners, lon), np.full(corners, lat), azimuth, full)[:2]
        shapes.append(shapely.polygons(np.column_stack(around)))
    return gpd.GeoDataFrame(geometry=shapes, crs="EPSG:4326")


def extracted(path, areas):
    """Ask exactextract: people, and known cells."""
    exactextract = pytest.importorskip("exactextract")
    shapes = gpd.GeoDataFrame(geometry=areas.geometry.to_numpy(), crs=areas.crs)
    return exactextract.exact_extract(path, shapes, ["sum", "count"], output="pandas")


def some_points(count, seed=2):
    return np.random.default_rng(seed).uniform((19.2, 41.9), (20.9, 42.9), (count, 2))


def some_areas(crs):
    """Polygons with holes and parts, inside the three rasters and across their edges."""
    rng = np.random.default_rng(3)
    shapes = []
    for at in rng.uniform((18.9, 41.5), (21.3, 43.1), (40, 2)):
        ring = shapely.Point(at).buffer(rng.uniform(0.02, 0.5), quad_segs=5)
        hole = shapely.Point(at).buffer(rng.uniform(0.005, 0.015), quad_segs=2)
        other = translate(ring, rng.uniform(-1, 1), rng.uniform(-1, 1))
        shapes.append((ring - hole).union(other))
    assert {shape.geom_type for shape in shapes} == {"Polygon", "MultiPolygon"}
    areas = gpd.GeoDataFrame(geometry=shapes, crs="EPSG:4326")
    return areas.assign(geometry=areas.geometry.segmentize(0.01)).to_crs(crs)


@pytest.mark.parametrize("radius_m", RADII)
def test_circles_against_exactextract(real_like, radius_m):
    path, crs = real_like
    points = some_points(60)
    found = people_within(frame(points), path, radius_m=radius_m)
    truth = extracted(path, circles(points, radius_m).to_crs(crs))
    # Circles that end beyond the raster leave a sliver on it, small and less exact.
    room = {"rtol": 1e-3, "atol": 1e-4 * truth["sum"].max()}
    np.testing.assert_allclose(found["people"].fillna(0), truth["sum"], **room)
    assert (found["people"].isna() == (truth["count"] == 0)).mean() > 0.95
    drawn = circles(points, radius_m).to_crs(crs).geometry.to_numpy()
    cells = shapely.area(drawn) / np.prod(CASES[crs][1])
    np.testing.assert_allclose(found["known_share"], truth["count"] / cells, rtol=1e-3, atol=1e-4)


def test_areas_against_exactextract(real_like):
    path, crs = real_like
    areas = some_areas(crs)
    found, truth = people_in(areas, path), extracted(path, areas)
    known = truth["count"] > 0
    assert 30 < known.sum() <= len(areas)
    np.testing.assert_allclose(found["people"][known], truth["sum"][known], rtol=1e-6)
    assert found["people"].isna().tolist() == (~known).tolist()
    with_crs = people_in(areas.to_crs("EPSG:4326"), path)
    np.testing.assert_allclose(with_crs["people"], found["people"], rtol=1e-3)


def test_areas_beyond_facilities_against_exactextract(real_like):
    path, crs = real_like
    areas, facilities = some_areas(crs), some_points(12, seed=5)
    found = people_beyond(areas, frame(facilities), path, radius_m=15_000)
    reach = circles(facilities, 15_000).to_crs(crs).union_all()
    rest = areas.assign(geometry=areas.geometry.difference(reach))
    empty = rest.geometry.is_empty
    truth = extracted(path, rest[~empty])["sum"].to_numpy()
    np.testing.assert_allclose(
        found.loc[~empty, "people_beyond"].fillna(0), truth, rtol=1e-3, atol=1
    )
    assert (found.loc[empty, "people_beyond"].fillna(0) < 1e-6).all()
    pd.testing.assert_series_equal(found["people"], people_in(areas, path)["people"])
    share = found["people_beyond"] / found["people"]
    pd.testing.assert_series_equal(found["share_beyond"], share, check_names=False)
    assert found["share_beyond"].dropna().between(0, 1).all()


# Known answers, by hand: 3 x 3 cells of one kilometre.
GRID = np.array([[1, 2, 4], [8, 16, 32], [64, 128, -1]], dtype="int32")


@pytest.fixture
def nine(tmp_path):
    return write(tmp_path / "nine.tif", GRID, (5_000_000, 2_003_000), 1_000, nodata=-1)


def square(left, bottom, right, top):
    """A box in kilometres from the lower left corner of the nine cells."""
    return shapely.box(*(1_000 * np.array([left, bottom, right, top]) + [5e6, 2e6] * 2))


@pytest.mark.parametrize(
    ("box", "people", "known_share"),
    [
        ((0, 0, 3, 3), 255, 8 / 9),
        ((0, 2, 1, 3), 1, 1),
        ((0.5, 0.5, 1.5, 1.5), (8 + 16 + 64 + 128) / 4, 1),
        ((1, 0, 3, 1), 128, 0.5),
        ((2.25, 0.25, 2.75, 0.75), np.nan, 0),
        ((-3, 0, 3, 3), 255, 8 / 18),
        ((4, 0, 5, 1), np.nan, 0),
        ((-1, -1, 0, 0), np.nan, 0),
    ],
)
def test_by_hand(nine, box, people, known_share):
    areas = gpd.GeoDataFrame(geometry=[square(*box)], crs="EPSG:3035")
    found = people_in(areas, nine).iloc[0]
    assert found["people"] == pytest.approx(people, rel=1e-14, nan_ok=True)
    assert found["known_share"] == pytest.approx(known_share, rel=1e-14)


def test_a_ring_and_two_parts_by_hand(nine):
    ring = square(0, 0, 3, 3) - square(1, 1, 2, 2)
    parts = square(0, 2, 1, 3) | square(2, 2, 3, 3)
    areas = gpd.GeoDataFrame(geometry=[ring, parts], index=["ring", "parts"], crs="EPSG:3035")
    found = people_in(areas, nine)
    assert found["people"].round(9).to_dict() == {"ring": 239, "parts": 5}
    assert found["known_share"].round(9).to_dict() == {"ring": 0.875, "parts": 1}


def test_a_circle_on_one_cell_and_a_beyond_by_hand(nine):
    middle = gpd.GeoDataFrame(geometry=[square(1, 1, 2, 2).centroid], crs="EPSG:3035")
    within = people_within(middle, nine, radius_m=300).iloc[0]
    # The plane of EPSG:3035 keeps areas; a cell is a square kilometre.
    assert within["people"] == pytest.approx(16 * np.pi * 0.09, rel=1e-4)
    areas = gpd.GeoDataFrame(geometry=[square(1, 1, 2, 2), square(0, 2, 1, 3)], crs="EPSG:3035")
    beyond = people_beyond(areas, middle, nine, radius_m=300)
    assert beyond["people_beyond"].to_numpy() == pytest.approx([16 * (1 - np.pi * 0.09), 1], 1e-4)
    assert beyond["people"].round(9).tolist() == [16, 1]


def test_one_facility_twice_and_none(nine):
    areas = gpd.GeoDataFrame(geometry=[square(0, 0, 3, 3)], crs="EPSG:3035")
    middle = gpd.GeoDataFrame(geometry=[square(1, 1, 2, 2).centroid], crs="EPSG:3035")
    one = people_beyond(areas, middle, nine, radius_m=1_200)
    twice = people_beyond(areas, pd.concat((middle, middle)), nine, radius_m=1_200)
    np.testing.assert_allclose(twice, one, rtol=1e-12)
    missing = gpd.GeoDataFrame(geometry=[None, shapely.Point()], crs="EPSG:4326")
    none = people_beyond(areas, missing, nine, radius_m=1_200).iloc[0]
    assert none["people_beyond"] == pytest.approx(255)
    assert none["share_beyond"] == 1
    everything = people_beyond(areas, middle, nine, radius_m=9_000).iloc[0]
    assert everything["people_beyond"] == 0


def test_nobody_has_no_share(tmp_path):
    path = write(tmp_path / "a.tif", np.zeros((3, 3)), (5_000_000, 2_003_000), 1_000)
    areas = gpd.GeoDataFrame(geometry=[square(0, 0, 3, 3)], crs="EPSG:3035")
    found = people_beyond(areas, frame([SKOPJE]), path, radius_m=100).iloc[0]
    assert found["people"] == found["people_beyond"] == 0
    assert np.isnan(found["share_beyond"])


# Properties.


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    folder = tmp_path_factory.mktemp("plain")
    values = crowd(np.random.default_rng(7), (80, 90))
    paths = {"one": write(folder / "one.tif", values, (19, 43), (0.02, 0.015), "EPSG:4326",
                          nodata=-9)}  # fmt: skip
    scaled = np.where(values < 0, -9, 3 * values)
    paths["three"] = write(folder / "three.tif", scaled, (19, 43), (0.02, 0.015), "EPSG:4326",
                           nodata=-9)  # fmt: skip
    less = values.copy()
    less[::3] = -9
    paths["less"] = write(folder / "less.tif", less, (19, 43), (0.02, 0.015), "EPSG:4326",
                          nodata=-9)  # fmt: skip
    for side, columns in (("west", slice(0, 40)), ("east", slice(40, 90))):
        corner = (19 + 0.02 * columns.start, 43)
        paths[side] = write(folder / f"{side}.tif", values[:, columns], corner, (0.02, 0.015),
                            "EPSG:4326", nodata=-9)  # fmt: skip
    paths["tiled"] = write(folder / "tiled.tif", values, (19, 43), (0.02, 0.015), "EPSG:4326",
                           nodata=-9, tiled=True, blockxsize=32, blockysize=16,
                           compress="deflate")  # fmt: skip
    return paths


PLACES = frame(some_points(30, seed=8))


def test_people_grow_with_the_radius(plain):
    radii = [500, 500.001, 1_000, 5_000, 24_999, 25_000, 80_000]
    counts = [people_within(PLACES, plain["one"], radius_m=r)["people"].fillna(0) for r in radii]
    assert (np.diff(counts, axis=0) >= -1e-9).all()
    assert (counts[-1] > counts[0]).all()


@given(st.floats(19.05, 20.75), st.floats(41.85, 42.95), st.floats(0.01, 0.4))
@settings(deadline=None, max_examples=30)
def test_parts_add_up_to_the_whole(plain, lon, lat, size):
    whole = shapely.Point(lon, lat).buffer(size)
    halves = [
        whole & shapely.box(lon - 1, lat - 1, lon + 0.3 * size, lat + 1),
        whole & shapely.box(lon + 0.3 * size, lat - 1, lon + 1, lat + 1),
    ]
    areas = gpd.GeoDataFrame(geometry=[whole, *halves], crs="EPSG:4326")
    people = people_in(areas, plain["one"])["people"].fillna(0)
    assert people[0] == pytest.approx(people[1:].sum(), rel=1e-9, abs=1e-9)


def test_order_of_rows_and_other_columns_do_not_matter(plain):
    whole = people_within(PLACES, plain["one"], radius_m=9_000)
    rows = np.random.default_rng(9).permutation(len(PLACES))
    mixed = people_within(PLACES.iloc[rows].assign(people=1), plain["one"], radius_m=9_000)
    pd.testing.assert_frame_equal(mixed, whole.iloc[rows], rtol=1e-12)


def test_three_times_as_many_people_are_three_times_as_many(plain):
    one, three = (people_within(PLACES, plain[name], radius_m=9_000) for name in ("one", "three"))
    np.testing.assert_allclose(three["people"], 3 * one["people"], rtol=1e-6)
    np.testing.assert_array_equal(three["known_share"], one["known_share"])


def test_fewer_known_cells_never_mean_more(plain):
    one, less = (people_within(PLACES, plain[name], radius_m=9_000) for name in ("one", "less"))
    assert (less["people"] < one["people"]).all()
    assert (less["known_share"] < one["known_share"]).all()


@pytest.mark.parametrize("name", ["one", "tiled"])
@pytest.mark.parametrize("max_bytes", [1_000_000, 3_000_000, 100_000_000])
def test_the_bytes_to_work_with_do_not_change_the_answer(plain, name, max_bytes):
    areas = some_areas("EPSG:4326")
    for function, options in (
        (people_within, {"places": PLACES, "radius_m": 30_000}),
        (people_in, {"areas": areas}),
        (people_beyond, {"areas": areas, "facilities": PLACES, "radius_m": 5_000}),
    ):
        whole = function(population=plain["one"], **options)
        parts = function(population=plain[name], max_bytes=max_bytes, **options)
        pd.testing.assert_frame_equal(parts, whole, rtol=1e-9)


def test_a_raster_larger_than_the_bytes(tmp_path):
    values = crowd(np.random.default_rng(10), (1_500, 2_000))
    path = write(tmp_path / "large.tif", values, (19, 43), (0.001, 0.001), "EPSG:4326", nodata=-9)
    assert path.stat().st_size > 10_000_000
    box = gpd.GeoDataFrame(geometry=[shapely.box(19, 41.5, 21, 43)], crs="EPSG:4326")
    found = people_in(box, path, max_bytes=1_000_000).iloc[0]
    known = values[values >= 0]
    assert found["people"] == pytest.approx(known.sum(dtype=float), rel=1e-9)
    assert found["known_share"] == pytest.approx(known.size / values.size, rel=1e-9)
    few = people_within(PLACES, path, radius_m=20_000, max_bytes=1_000_000)
    pd.testing.assert_frame_equal(few, people_within(PLACES, path, radius_m=20_000), rtol=1e-9)


def test_two_rasters_add_up(plain):
    both = [plain["west"], str(plain["east"])]
    for radius_m in (5_000, 40_000):
        one = people_within(PLACES, plain["one"], radius_m=radius_m)
        pd.testing.assert_frame_equal(
            people_within(PLACES, both, radius_m=radius_m), one, rtol=1e-9
        )
    areas = some_areas("EPSG:4326")
    beyond = people_beyond(areas, PLACES, both, radius_m=8_000)
    pd.testing.assert_frame_equal(
        beyond, people_beyond(areas, PLACES, plain["one"], radius_m=8_000), rtol=1e-9
    )
    with pytest.raises(InputError, match="do not overlap"):
        people_within(PLACES, [plain["one"], plain["west"]], radius_m=5_000)
    with pytest.raises(SettingsError, match="one GeoTIFF or more"):
        people_within(PLACES, [], radius_m=5_000)


# Where the earth is round.


def even(tmp_path, crs, corner, cell, shape, *, name="even.tif"):
    """One person on every cell."""
    return write(tmp_path / name, np.ones(shape, dtype="uint8"), corner, cell, crs)


def ellipsoidal_area(points, radius_m):
    """Areas of circles on the ellipsoid, in square metres, by corners every 0.01 degrees."""
    around = circles(points, radius_m, 36_000).geometry
    return np.array([abs(WGS84.geometry_area_perimeter(shape)[0]) for shape in around])


@pytest.mark.parametrize("radius_m", [1_000, 25_000, 100_000, 600_000])
@pytest.mark.parametrize("lat", [0, 45, 70, 80])
def test_the_area_of_a_circle_is_true_to_a_ten_thousandth(tmp_path, radius_m, lat):
    if lat == 80 and radius_m > 100_000:
        return  # it comes near the pole, where degrees are no measure
    # In a plane that keeps areas, one person a square kilometre is the area.
    laea = f"+proj=laea +lat_0={lat - 9} +lon_0=10 +datum=WGS84"
    half = 2_500_000
    path = even(tmp_path, laea, (-half, half), 5_000, (1_000, 1_000))
    found = people_within(frame([(12, lat)]), path, radius_m=radius_m)["people"][0]
    assert 25e6 * found == pytest.approx(ellipsoidal_area([(12, lat)], radius_m)[0], rel=1e-4)
    # In degrees, cells are counted by their degrees: hold it against very many corners.
    path = even(tmp_path, "EPSG:4326", (-90, 90), 0.25, (720, 1_000))
    found = people_within(frame([(12, lat)]), path, radius_m=radius_m)["people"][0]
    degrees = circles([(12, lat)], radius_m, 36_000).geometry[0].area
    assert found / 16 == pytest.approx(degrees, rel=1e-4)


@pytest.mark.parametrize("west", [-180, 0, -90])
def test_the_antimeridian_is_no_seam_in_degrees(tmp_path, west):
    path = even(tmp_path, "EPSG:4326", (west, 90), 0.5, (360, 720))
    lon = [180, -180, 179.9, -179.9, 0.05, -0.05, 359.9, -90, 270, 30]
    found = people_within(frame([(x, -17) for x in lon]), path, radius_m=90_000)
    np.testing.assert_allclose(found["people"], found["people"].iloc[-1], rtol=1e-9)
    np.testing.assert_allclose(found["known_share"], 1, rtol=1e-9)


def test_areas_on_the_other_side_of_the_antimeridian(tmp_path):
    path = even(tmp_path, "EPSG:4326", (0, 90), 1, (180, 360))
    areas = gpd.GeoDataFrame(
        geometry=[shapely.box(-20, 0, -10, 10), shapely.box(-5, 0, 5, 10)], crs="EPSG:4326"
    )
    assert people_in(areas, path)["people"].round(9).tolist() == [100, 100]
    beyond = people_beyond(areas, frame([(-15, 5), (0, 5)]), path, radius_m=100_000)
    np.testing.assert_allclose(beyond["people_beyond"], beyond["people_beyond"][0], rtol=1e-9)
    assert 95 < beyond["people_beyond"][0] < 98


def test_a_pole_in_degrees_is_refused_and_on_a_polar_plane_it_is_right(tmp_path):
    north = frame([(20, 42), (33, 89.9), (-100, 90)])
    path = even(tmp_path, "EPSG:4326", (-180, 90), 1, (180, 360))
    with pytest.raises(InputError, match=r"row 2.*holds a pole.*made for the place") as refusal:
        people_within(north, path, radius_m=20_000)
    assert [problem.row for problem in refusal.value.problems] == [2, 3]
    assert people_within(north[1:2], path, radius_m=5_000)["people"].item() > 0
    low = even(tmp_path, "EPSG:4326", (-180, 60), 1, (100, 360), name="low.tif")
    found = people_within(north, low, radius_m=20_000)
    assert found["people"].isna().tolist() == [False, True, True]
    assert found["known_share"].tolist()[1:] == [0, 0]
    polar = even(
        tmp_path, "EPSG:6931", (-100_000, 100_000), 1_000, (200, 200), name="polar.tif"
    )  # keeps areas
    found = people_within(north, polar, radius_m=20_000)["people"]
    assert found[1:].to_numpy() * 1e6 == pytest.approx(
        ellipsoidal_area([(33, 89.9), (0, 90)], 20_000), rel=1e-4
    )


@pytest.mark.parametrize("unit", ["m", "km", "us-ft"])
def test_areas_in_any_unit_of_length_are_carried(tmp_path, unit):
    plane = f"+proj=laea +lat_0=42 +lon_0=20 +datum=WGS84 +units={unit} +type=crs"
    path = even(tmp_path, "EPSG:4326", (17, 45), 0.05, (120, 120))
    side = 100 * {"m": 1000, "km": 1, "us-ft": 3937 / 1.2}[unit]
    square = gpd.GeoDataFrame(geometry=[shapely.box(-side, -side, side, side)], crs=plane)
    corners = gpd.GeoSeries(square.geometry.segmentize(side / 500), crs=plane).to_crs(4326)
    found = people_in(square, path)
    truth = people_in(gpd.GeoDataFrame(geometry=corners), path)
    assert found["people"].item() == pytest.approx(truth["people"].item(), rel=1e-6)


def test_a_seam_in_a_plane_is_refused_where_the_raster_is(tmp_path):
    half = 20_037_508.342789244
    path = even(tmp_path, "EPSG:3857", (-half, half), half / 200, (400, 400))
    places = frame([(20, 42), (179.95, 42)])
    with pytest.raises(InputError, match=r"row 2.*seam.*made for the place"):
        people_within(places, path, radius_m=25_000)
    assert people_within(places[:1], path, radius_m=25_000)["people"].item() > 0
    here = even(tmp_path, "EPSG:3857", (2_000_000, 5_500_000), 1_000, (600, 600), name="here.tif")
    found = people_within(places, here, radius_m=25_000)
    assert found["known_share"].round(9).tolist() == [1, 0]
    assert found["people"].isna().tolist() == [False, True]
    area = gpd.GeoDataFrame(geometry=[shapely.box(178, 40, 182, 42)], crs="EPSG:4326")
    with pytest.raises(InputError, match=r"areas, row 1.*seam.*made for the area"):
        people_in(area, path)


@pytest.mark.parametrize("crs", ["EPSG:3035", "EPSG:32634", "ESRI:54009", "EPSG:4326"])
def test_the_other_side_of_the_earth_is_not_known(tmp_path, crs):
    corner, cell = CASES.get(crs, ((1_500_000, 5_000_000), (1_000, 1_000)))
    path = even(tmp_path, crs, corner, cell, (60, 60))
    far = [(-159.9, -42.1), (-160, 52), (20, -89), (110, 0), (-170, -52), (111, 42), (-69, 42)]
    found = people_within(frame(far), path, radius_m=25_000)
    assert found["people"].isna().all()
    assert (found["known_share"] == 0).all()


# The door.


def test_no_places_and_places_without_a_point(nine):
    none = frame(np.empty((0, 2)))
    found = people_within(none, nine, radius_m=1_000)
    assert list(found) == ["people", "known_share"]
    assert found.empty
    assert people_in(none, nine).empty
    assert list(people_beyond(none, none, nine, radius_m=1)) == [
        "people", "people_beyond", "share_beyond", "known_share"
    ]  # fmt: skip
    middle = square(1, 1, 2, 2).centroid
    places = gpd.GeoDataFrame(
        geometry=[None, middle, shapely.Point()], index=list("abc"), crs="EPSG:3035"
    )
    found = people_within(places, nine, radius_m=300)
    assert found.index.tolist() == ["a", "b", "c"]
    assert found.isna().all(axis=1).tolist() == [True, False, True]
    areas = places.assign(geometry=places.geometry.buffer(300))
    assert people_in(areas, nine).isna().all(axis=1).tolist() == [True, False, True]
    beyond = people_beyond(areas, places, nine, radius_m=100)
    assert beyond["people"].isna().tolist() == [True, False, True]


def test_inputs_are_left_alone(nine):
    areas = gpd.GeoDataFrame(geometry=[square(0, 0, 3, 3)], crs="EPSG:3035").to_crs("EPSG:4326")
    before = areas.copy(deep=True)
    people_beyond(areas, frame([SKOPJE]), nine, radius_m=1_000)
    pd.testing.assert_frame_equal(areas, before)


def test_an_area_that_crosses_itself_is_mended(nine):
    left, bottom = 5_000_000, 2_000_000
    bow = shapely.Polygon(
        [
            (left, bottom),
            (left + 3_000, bottom + 3_000),
            (left + 3_000, bottom),
            (left, bottom + 3_000),
        ]
    )
    bow = gpd.GeoDataFrame(geometry=[bow], crs="EPSG:3035")
    # The triangles to the left and to the right of the middle.
    expected = 8 + 32 + (1 + 64 + 4) / 2 + 16 / 2
    assert people_in(bow, nine)["people"][0] == pytest.approx(expected)


def test_what_is_refused(nine):
    points, areas = frame([SKOPJE]), gpd.GeoDataFrame(geometry=[square(0, 0, 1, 1)], crs=3035)
    for radius in (0, -1, np.nan, np.inf, 5_000_001):
        with pytest.raises(SettingsError, match="radius_m"):
            people_within(points, nine, radius_m=radius)
        with pytest.raises(SettingsError, match="radius_m"):
            people_beyond(areas, points, nine, radius_m=radius)
    with pytest.raises(SettingsError, match="max_bytes"):
        people_in(areas, nine, max_bytes=10)
    with pytest.raises(InputError, match=r"areas, row 1.*'Point'.*not a polygon"):
        people_in(points, nine)
    with pytest.raises(InputError, match="not a point"):
        people_within(areas, nine, radius_m=1)
    with pytest.raises(CRSError, match=r"areas.*no coordinate reference system"):
        people_in(areas.set_crs(None, allow_override=True), nine)
    with pytest.raises(CRSError, match="neither geographic nor projected"):
        people_in(areas.set_crs(5773, allow_override=True), nine)
    with pytest.raises(CRSError, match="nowhere, the first is in row 1"):
        people_in(areas.set_crs(4326, allow_override=True), nine)
    with pytest.raises(InputError, match="no geometry"):
        people_in(pd.DataFrame({"a": [1]}), nine)


# Real rasters, against the sums that are noted beside them.

# Millions, with the polygons of countries that the sums were made with being others than ours:
# the bounds are widened by 2 percent, and those of Montenegro by 5, whose coast is generalised.
REAL = {
    "pop_2018_5km_epsg3035.tif": {
        "AL": (2.65, 2.72), "BA": (3.36, 3.41), "XK": (1.79, 1.79), "ME": (0.56, 0.57),
        "MK": (2.05, 2.07), "RS": (6.87, 7.03),
    },
    "pop_2011_1km_BA_ME_MK_RS_epsg3035.tif": {
        "BA": (3.79, 3.79), "ME": (0.619, 0.619), "MK": (2.06, 2.06), "RS": (7.19, 7.19),
    },
    "pop_2023_1km_XK_kontur_epsg3035.tif": {"XK": (1.666, 1.666)},
    "worldpop_2020_5arcmin_epsg4326.tif": {
        "AL": (2.70, 2.70), "BA": (3.34, 3.34), "XK": (2.10, 2.10), "ME": (0.58, 0.58),
        "MK": (2.10, 2.10), "RS": (7.04, 7.04),
    },
}  # fmt: skip


@pytest.mark.parametrize("name", REAL)
def test_countries_of_real_rasters(shared_data, countries, name):
    noted = REAL[name]
    areas = countries[countries["country"].isin(noted)].set_index("country")
    found = people_in(areas, shared_data / "population" / name)["people"] / 1e6
    for country, (low, high) in noted.items():
        room = 0.05 if country == "ME" else 0.02
        assert low * (1 - room) <= found[country] <= high * (1 + room), (country, found[country])


@pytest.mark.parametrize("name", REAL)
def test_the_box_around_a_real_raster_has_everybody(shared_data, name):
    rasterio = pytest.importorskip("rasterio")
    path = shared_data / "population" / name
    with rasterio.open(path) as opened:
        values, crs, bounds = opened.read(1, masked=True), opened.crs, opened.bounds
    box = gpd.GeoDataFrame(geometry=[shapely.box(*bounds)], crs=crs)
    found = people_in(box, path).iloc[0]
    valid = ~np.ma.getmaskarray(values) & ~np.isnan(values.data)
    assert found["people"] == pytest.approx(values.data[valid].sum(dtype=float), rel=1e-9)
    assert found["known_share"] == pytest.approx(valid.mean(), rel=1e-9)


def test_real_towns_against_exactextract(shared_data):
    towns = [PODGORICA, TIRANA, SKOPJE]
    path = shared_data / "population" / "pop_2018_5km_epsg3035.tif"
    found = people_within(frame(towns), path, radius_m=25_000)
    truth = extracted(path, circles(towns, 25_000).to_crs("EPSG:3035"))
    np.testing.assert_allclose(found["people"], truth["sum"], rtol=1e-3)
    assert (found["people"] > 200_000).all()


def test_two_real_rasters_that_meet_at_a_border(shared_data, countries):
    folder = shared_data / "population"
    paths = [folder / name for name in list(REAL)[1:3]]
    area = countries[countries["country"].isin(["RS", "XK"])]
    both = people_in(area, paths)["people"].sum()
    alone = sum(people_in(area, path)["people"].sum() for path in paths)
    assert both == pytest.approx(alone, rel=1e-12)


def huge(path):
    """Write a raster of cells of two metres that says nothing and takes next to no room."""
    options = {"crs": "EPSG:4326", "dtype": "uint8", "SPARSE_OK": True, "BIGTIFF": "YES"}
    options |= {"tiled": True, "blockxsize": 4096, "blockysize": 4096, "compress": "deflate"}
    place = rasterio.transform.from_origin(13, 47, 11 / 400_000, 8 / 400_000)
    with rasterio.open(path, "w", "GTiff", 400_000, 400_000, 1, transform=place, **options):
        return path


def test_more_cells_than_are_borne_are_refused_before_one_is_read(tmp_path):
    path = huge(tmp_path / "huge.tif")
    what = r"huge\.tif: more than 5,000,000,000 cells .* coarser"
    with pytest.raises(InputError, match=what):
        people_within(frame([SKOPJE, TIRANA, PODGORICA]), path, radius_m=50_000)
    area = gpd.GeoDataFrame(geometry=[shapely.box(14, 40, 19, 45)], crs="EPSG:4326")
    with pytest.raises(InputError, match=what):
        people_in(area, path)
    with pytest.raises(InputError, match=what):
        people_beyond(area, frame([SKOPJE]), path, radius_m=50_000)


def test_a_raster_of_any_size_is_asked_for_little(tmp_path):
    path = huge(tmp_path / "huge.tif")
    assert people_within(frame([SKOPJE]), path, radius_m=100)["people"].tolist() == [0]
