"""Any frame: columns, index, reference system and order are the caller's; frames stay untouched."""

from __future__ import annotations

from types import SimpleNamespace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rasterio.transform import from_origin
from shapely import Point

import hotspot_gaps as hg
from conftest import make_roads

WEST, SOUTH = 18.0, 43.0
RULE = hg.Settings(radius_km=30, partner_radius_km=15)


@pytest.fixture(scope="module")
def network():
    """Make roads along a grid of 0.25 degrees, with some missing."""
    at = [WEST + 0.25 * step for step in range(5)]
    rows = [((x, y - 25), (x + 0.25, y - 25), "primary", 21, False) for x in at[:-1] for y in at]
    rows += [((x, y - 25), (x, y - 24.75), "secondary", 28, False) for x in at for y in at[:-1]]
    return hg.road_network(make_roads(rows[:-3]))


@pytest.fixture(scope="module")
def raster(tmp_path_factory):
    """Write people, all over the place and its surroundings."""
    path = tmp_path_factory.mktemp("people") / "people.tif"
    people = np.random.default_rng(1).integers(0, 400, (60, 80)).astype("int32")
    grid = {"crs": "EPSG:4326", "transform": from_origin(17.0, 45.0, 0.05, 0.05)}
    with rasterio.open(path, "w", "GTiff", 80, 60, 1, dtype="int32", **grid) as new:
        new.write(people[None])
    return path


@pytest.fixture(scope="module")
def world(network, raster):
    """Return what beside the frames a measure needs."""
    return SimpleNamespace(network=network, raster=raster)


def joined(places, found):
    """Put what was found beside the places, by position: the answer must be a row a place."""
    assert found.index.equals(places.index)
    return pd.DataFrame(found).reset_index(drop=True)


def by_label(places, found, size):
    """Turn rows of several a place into lists by position, with the index of the places."""
    assert found.index.equals(places.index.repeat(size))
    rows = pd.DataFrame(found).reset_index(drop=True)
    return pd.concat(
        [rows[at::size].reset_index(drop=True).add_suffix(f"_{at}") for at in range(size)], axis=1
    )


def gaps_of(places, services, **changes):
    hotspots = hg.as_hotspots(places, id="code", name="ort", population="einwohner")
    organizations = hg.as_organizations(services, id="nummer", supported="offen")
    return hg.find_gaps(hotspots, organizations, settings=RULE, **changes)


def catchments(places, services, world):
    pairs = hg.pairs_within(places.set_index("code"), services, radius_m=40_000, id="nummer")
    demand, supply = (
        frame.set_index(key)[column].astype(float)
        for frame, key, column in ((places, "code", "einwohner"), (services, "nummer", "plaetze"))
    )
    found = hg.catchment(pairs, demand=demand, supply=supply, method="2sfca", weights=40_000)
    return pd.DataFrame({"access": found.access.to_numpy()})


def pairs_of(places, services, world):
    """Compare pairs as sets by place: an index may be anything, so the place is its position."""
    numbered = places.set_axis(pd.RangeIndex(len(places)), axis=0)
    pairs = hg.pairs_within(numbered, services, radius_m=40_000, id="nummer")
    own = hg.pairs_within(places, services, radius_m=40_000, id="nummer")
    assert own.index.equals(places.index[pairs.index])
    lists = pairs.groupby(level=0)["id"].agg(";".join)
    return pd.DataFrame({"pairs": lists.reindex(numbered.index).reset_index(drop=True)})


def gaps_only(places, services, world):
    found = joined(places, gaps_of(places, services))
    kept = ["hotspot_id", "name", "is_gap", "gap_type", "gap_margin_km", "rank", "in_question",
            "nearest_supported_id", "nearest_known_km", "population", "lat", "lon"]  # fmt: skip
    return found[kept]


def robust(places, services, world):
    hotspots = hg.as_hotspots(places, id="code", population="einwohner")
    organizations = hg.as_organizations(services, id="nummer", supported="offen")
    grid = hg.Grid(radii_km=(20, 40), smaller_below=(30_000,), error_km={})
    towns = hg.robustness(hotspots, organizations, settings=RULE, grid=grid).towns
    return (
        towns.set_index("hotspot_id")[["flag_share", "rank_best"]]
        .loc[places["code"]]
        .reset_index(drop=True)
    )


def sites(places, services, world):
    """Say of each place whether it is one of two sites, chosen from the places themselves."""
    organizations = hg.as_organizations(services, id="nummer", supported="offen")
    found = hg.propose_sites(
        gaps_of(places, services), organizations, places, new=2, radius_km=30, id="code"
    )
    value = pd.Series(found.value, index=range(len(places)))
    return pd.DataFrame(
        {"chosen": places["code"].isin(found.sites["site_id"]).to_numpy(), "value": value}
    )


def groups(places, services, world):
    found = hg.islands(hg.as_organizations(services, id="nummer", supported="offen"), within_km=20)
    assert found.members.index.equals(services.index)
    return pd.DataFrame(
        {
            "island": found.members.to_numpy(),
            "links": len(found.links),
            "of": len(found.towns),
        }
    )


# ruff: noqa: ARG005
# Each gives a row a place (islands: a row a service), whatever the index, without it.
MEASURES = {
    "nearest": lambda p, f, w: joined(p, hg.nearest(p, f, id="nummer")),
    "nearest, three": lambda p, f, w: by_label(p, hg.nearest(p, f, id="nummer", k=3), 3),
    "count_within": lambda p, f, w: joined(p, hg.count_within(p, f, radii_m=(15_000, 40_000))),
    "pairs_within": pairs_of,
    "travel_time": lambda p, f, w: joined(p, hg.travel_time(p, f, w.network, id="nummer")),
    "people_within": lambda p, f, w: joined(p, hg.people_within(p, w.raster, radius_m=20_000)),
    "catchment": catchments,
    "find_gaps": gaps_only,
    "robustness": robust,
    "islands": groups,
    "propose_sites": sites,
}
OF_SERVICES = ("islands",)  # their rows are services


def scene(towns, services, *, nowhere=True):
    """Make frames with columns of their own; the last place and service have no point."""
    shapes = [Point(WEST + x / 100, SOUTH + y / 100) for x, y in towns] + [None] * nowhere
    others = [Point(WEST + x / 100, SOUTH + y / 100) for x, y in services] + [None] * nowhere
    size, many = len(shapes), len(others)
    places = {
        "code": [f"t{at:02}" for at in range(size)], "ort": [f"Ort {at}" for at in range(size)],
        "einwohner": [(at * 7919) % 60_000 + 1 for at in range(size)],
    }  # fmt: skip
    facilities = {
        "nummer": [f"s{at:02}" for at in range(many)], "offen": [at % 2 == 0 for at in range(many)],
        "plaetze": [10 + at for at in range(many)],
    }  # fmt: skip
    return (
        gpd.GeoDataFrame(places, geometry=shapes, crs="EPSG:4326").rename_geometry("wo"),
        gpd.GeoDataFrame(facilities, geometry=others, crs="EPSG:4326").rename_geometry("lage"),
    )


PLAIN = scene([(7, 3), (31, 52), (55, 20), (83, 77), (12, 88)], [(9, 8), (50, 50), (90, 70)])
INDEXES = {
    "duplicated": lambda n: pd.Index([at // 2 for at in range(n)]),
    "of one label": lambda n: pd.Index(["same"] * n),
    "text": lambda n: pd.Index([f"row {n - at}" for at in range(n)], name="zeile"),
    "of two levels": lambda n: pd.MultiIndex.from_product([["a", "b"], range(n)])[:n],
    "of dates": lambda n: pd.date_range("2020-01-31", periods=n, freq="D"),
    "missing": lambda n: pd.Index([None, *range(n - 1)], dtype="object"),
}


def same(one, other, tolerance=1e-6):
    pd.testing.assert_frame_equal(
        pd.DataFrame(one),
        pd.DataFrame(other),
        rtol=tolerance,
        atol=tolerance,
        check_index_type=False,
    )


@pytest.mark.parametrize("kind", INDEXES)
@pytest.mark.parametrize("measure", MEASURES)
def test_any_index_gives_the_same_rows(measure, kind, world):
    places, services = PLAIN
    plain = MEASURES[measure](places, services, world)
    own = places.set_axis(INDEXES[kind](len(places)), axis=0)
    theirs = services.set_axis(INDEXES[kind](len(services)), axis=0)
    same(MEASURES[measure](own, theirs, world), plain)


@pytest.mark.parametrize("measure", MEASURES)
def test_frames_are_as_before_and_may_be_read_only(measure, world):
    places, services = (frame.copy() for frame in PLAIN)
    for frame in (places, services):
        frame["tags"] = [{"list": [at]} for at in range(len(frame))]
        frame.attrs = {"of": "mine"}
        for column in frame.columns:
            block = frame[column].array
            data = getattr(block, "_data", getattr(block, "_ndarray", None))
            if isinstance(data, np.ndarray):
                data.flags.writeable = False
    before = [frame.copy(deep=True) for frame in (places, services)]
    shapes = [frame.geometry.to_wkb().tolist() for frame in (places, services)]
    MEASURES[measure](places, services, world)
    for frame, old, wkb in zip((places, services), before, shapes, strict=True):
        pd.testing.assert_frame_equal(pd.DataFrame(frame), pd.DataFrame(old), check_exact=True)
        assert frame.geometry.to_wkb().tolist() == wkb
        assert (frame.crs, frame.attrs, frame.geometry.name) == (
            old.crs,
            old.attrs,
            old.geometry.name,
        )


@pytest.mark.parametrize("measure", [m for m in MEASURES if m != "catchment"])
def test_a_frame_without_a_reference_system_is_refused_with_the_remedy(measure, world):
    places, services = PLAIN
    lost = services if measure in OF_SERVICES else places
    lost = lost.set_crs(None, allow_override=True)
    pair = (places, lost) if measure in OF_SERVICES else (lost, services)
    with pytest.raises(hg.CRSError, match=r'for example \w+\.set_crs\("EPSG:4326"\)') as told:
        MEASURES[measure](*pair, world)
    assert isinstance(told.value, ValueError)


@pytest.mark.parametrize("measure", [m for m in MEASURES if m != "catchment"])
def test_polygons_are_refused_with_the_remedy(measure, world):
    places, services = PLAIN
    wide = services if measure in OF_SERVICES else places
    wide = wide.set_geometry(wide.to_crs("EPSG:3035").buffer(100).to_crs("EPSG:4326"))
    pair = (places, wide) if measure in OF_SERVICES else (wide, services)
    with pytest.raises(hg.InputError, match=r"row 1, .*Polygon.* representative_point\(\)"):
        MEASURES[measure](*pair, world)


@pytest.mark.parametrize(
    ("thing", "told"),
    [
        (PLAIN[0].geometry, r'GeoSeries.*places\.to_frame\("geometry"\)'),
        ([(18.5, 43.5)], r"'list'\): there is no geometry\. Give a GeoDataFrame of points\."),
        (pd.DataFrame({"lon": [18.5]}), r"DataFrame.*set_geometry"),
        (gpd.GeoDataFrame({"lon": [18.5]}), r"GeoDataFrame.*set_geometry"),
    ],
)
def test_what_is_no_frame_of_points_is_told_what_would_be(thing, told):
    with pytest.raises(hg.InputError, match=told):
        hg.nearest(thing, PLAIN[1])


def test_a_gap_table_that_is_judged_again_knows_its_capitals():
    places = gpd.GeoDataFrame(
        {"population": [9, 9], "is_capital": [True, False]}, geometry=PLAIN[0].geometry[:2].array
    )
    services = PLAIN[1].assign(supported=False)
    gaps = hg.find_gaps(places, services)
    assert gaps["size_class"].tolist() == ["capital", "smaller_town"]
    again = hg.find_gaps(gaps, services)
    assert again["gap_type"].tolist() == gaps["gap_type"].tolist()


@pytest.mark.parametrize(
    ("column", "told"), [("kind", "border_crossing, airport or region"), ("evidence", "direct, ")]
)
def test_a_word_that_is_none_is_refused(column, told):
    with pytest.raises(hg.InputError, match=f"row 1, column {column} .'Village'.*{told}"):
        hg.as_hotspots(PLAIN[0].assign(population=1, **{column: "Village"}))


@pytest.mark.parametrize(
    "asked",
    [
        lambda p, f, w: hg.count_within(p, f, radii_m=50_000),
        lambda p, f, w: hg.count_within(p, f, radii_m=["50"]),
        lambda p, f, w: hg.pairs_within(p, f, radius_m="5"),
        lambda p, f, w: hg.people_within(p, w.raster, radius_m=None),
        lambda p, f, w: hg.isochrones(p, w.network, minutes=30),
        lambda p, f, w: hg.isochrones(p, w.network, minutes=[]),
        lambda p, f, w: hg.islands(f, within_km="5"),
        lambda p, f, w: hg.propose_sites(p, f, p, new=1, radius_km=30, time_limit_s="x"),
        lambda p, f, w: hg.Travel(speeds_km_h={"primry": 50}),
    ],
)
def test_an_option_of_another_type_is_told(asked, world):
    with pytest.raises(hg.SettingsError):
        asked(*PLAIN, world)


def test_candidates_may_have_several_levels_of_index():
    places, services = PLAIN
    gaps = gaps_of(places, services)
    several = places.set_axis(pd.MultiIndex.from_product([["a"], range(len(places))]), axis=0)
    organizations = hg.as_organizations(services, supported="offen")
    found = hg.propose_sites(gaps, organizations, several, new=1, radius_km=30)
    assert found.sites["site_id"].str.startswith("a, ").all()
    assert not any("nan" in line for line in found.lines())


@pytest.mark.parametrize("measure", MEASURES)
def test_empty_frames_give_empty_answers(measure, world):
    places, services = PLAIN
    whole = MEASURES[measure](places, services, world)
    empty = MEASURES[measure](places.iloc[:0], services.iloc[:0], world)
    assert len(empty) == 0
    assert list(empty) == list(whole)
    alone = MEASURES[measure](places, services.iloc[:0], world)
    assert len(alone) == (0 if measure in OF_SERVICES else len(places))


def test_areas_and_reached_areas_have_the_index_of_their_rows(network, raster):
    places, services = PLAIN
    areas = places.iloc[:-1].set_geometry(places.geometry.iloc[:-1].to_crs(3035).buffer(9000))
    plain = hg.people_in(areas, raster), hg.people_beyond(areas, services, raster, radius_m=5000)
    reached = hg.isochrones(places, network, minutes=(20, 40))
    before = areas.copy()
    for index in INDEXES.values():
        own = areas.set_axis(index(len(areas)), axis=0)
        same(joined(own, hg.people_in(own, raster)), plain[0].reset_index(drop=True))
        beyond = hg.people_beyond(own, services, raster, radius_m=5000)
        same(joined(own, beyond), plain[1].reset_index(drop=True))
    labels = INDEXES["of two levels"](len(places))
    again = hg.isochrones(places.set_axis(labels, axis=0), network, minutes=(20, 40))
    assert again.index.equals(labels.repeat(2))
    assert again.geometry.to_wkb().tolist() == reached.geometry.to_wkb().tolist()
    assert areas.equals(before)


towns = st.lists(
    st.tuples(st.integers(0, 100), st.integers(0, 100)), min_size=2, max_size=7, unique=True
)


@pytest.mark.no_cover
@pytest.mark.parametrize("measure", MEASURES)
@settings(
    max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(places=towns, services=towns, random=st.randoms(use_true_random=False))
def test_order_of_rows_changes_nothing_else(measure, world, places, services, random):
    # Moved a little, so that no two services are equally far from a place.
    frames = scene(places, [(x + 0.31 + x * y / 9999, y + 0.17 + x / 999) for x, y in services])
    orders = [random.sample(range(len(frame)), len(frame)) for frame in frames]
    straight = MEASURES[measure](*frames, world)
    mixed = MEASURES[measure](*(f.iloc[o] for f, o in zip(frames, orders, strict=True)), world)
    order = orders[1] if measure in OF_SERVICES else orders[0]
    same(mixed, straight.iloc[order].reset_index(drop=True))


@pytest.mark.no_cover
@pytest.mark.parametrize("measure", MEASURES)
@settings(
    max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(places=towns, services=towns, codes=st.permutations([3035, 32634, 3857, 4258]))
def test_the_reference_system_changes_nothing(measure, world, places, services, codes):
    frames = scene(places, [(x + 0.31 + x * y / 9999, y + 0.17 + x / 999) for x, y in services])
    there = [frame.to_crs(code) for frame, code in zip(frames, codes, strict=False)]
    straight = MEASURES[measure](*frames, world)
    same(MEASURES[measure](*there, world), straight, tolerance=1e-4)
