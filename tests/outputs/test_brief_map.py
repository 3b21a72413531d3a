"""Maps of the brief: everything stands where the projection puts it."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
from briefs import judged
from pyproj import Geod
from shapely import Polygon, box

import hotspot_gaps as hg
from conftest import make_hotspots, make_organizations
from hotspot_gaps.outputs.brief_ground import ground
from hotspot_gaps.outputs.brief_map import Frame, _scale, brief_map
from hotspot_gaps.outputs.brief_words import legend

GEOD = Geod(ellps="WGS84")
SIZE = (300.0, 260.0)


@pytest.fixture(scope="module")
def base(gaps, organizations, countries):
    public = organizations[organizations["sensitivity"].ne("restricted")]
    return ground(gaps, public, countries, hg.Settings())


def test_a_symbol_a_hotspot_inside_the_frame(base, gaps):
    drawn = brief_map(base, size=SIZE)
    placed = gaps[gaps.geometry.notna()]
    assert len(drawn["hotspots"]) == len(placed) == 34
    flagged = [spot for spot in drawn["hotspots"] if spot["ring"] and spot["asked"]]
    assert len(flagged) == 11
    assert drawn["counts"]["unfunded_partner"] == 10
    assert drawn["counts"]["no_known_partner"] == 1
    assert drawn["counts"]["supported"] == 1
    assert not drawn["others"]


def test_a_point_on_the_page_is_its_place_on_earth():
    frame = Frame(100_000.0, 5_000_000.0, 0.001, *SIZE)
    assert frame.on_page([(100_000, 5_000_000), (200_000, 4_900_000)]).tolist() == [
        [0, 0], [100, 100],
    ]  # fmt: skip


def test_distances_on_the_page_are_those_on_the_ellipsoid(base, gaps):
    """Between hotspots, by the scale bar, against geodesics; UTM bends them by 0.3 % at most."""
    drawn = brief_map(base, size=SIZE)
    km_a_point = drawn["scale"]["km"] / drawn["scale"]["length"]
    spots = {spot.label: at for spot, at in zip(base.spots, drawn["hotspots"], strict=True)}
    one, other = spots["Sarandë"], spots["Rača crossing"]
    there = gaps.set_index("name").loc[["Sarandë", "Rača crossing"]]
    metres = GEOD.inv(*there.iloc[0][["lon", "lat"]], *there.iloc[1][["lon", "lat"]])[2]
    points = np.hypot(one["x"] - other["x"], one["y"] - other["y"])
    assert points * km_a_point == pytest.approx(metres / 1000, rel=0.01)


@pytest.mark.parametrize("lat", [5, 42, 65])
def test_the_scale_bar_is_geodesic(lat):
    x, y = gpd.GeoSeries(gpd.points_from_xy([20], [lat]), crs=4326).to_crs(3857).iloc[0].coords[0]
    frame = Frame(x - 150_000, y + 130_000, 0.001, *SIZE)
    bar = _scale("EPSG:3857", frame)
    half = bar["length"] / 0.001 / 2
    ends = gpd.GeoSeries(gpd.points_from_xy([x - half, x + half], [y, y]), crs=3857).to_crs(4326)
    metres = GEOD.inv(ends.x[0], ends.y[0], ends.x[1], ends.y[1])[2]
    assert metres / 1000 == pytest.approx(bar["km"], rel=1e-3)
    assert bar["length"] <= 0.22 * SIZE[0] + 1e-6


def test_the_circle_has_its_radius(base):
    drawn = brief_map(base, size=SIZE)
    area = Polygon(drawn["reach"][0][0]).area
    radius = np.sqrt(area / np.pi) * drawn["scale"]["km"] / drawn["scale"]["length"]
    assert radius == pytest.approx(50, rel=0.01)


def test_a_country_fills_its_map_and_others_recede(base):
    drawn = brief_map(base, size=SIZE, focus="ME")
    assert [country["own"] for country in drawn["countries"]].count(True) == 1
    assert drawn["others"]
    assert all(not spot["own"] for spot in drawn["hotspots"] if spot["ring"] == "apart")
    assert drawn["counts"]["unfunded_partner"] == 5
    own = next(country for country in drawn["countries"] if country["own"])
    points = np.array([point for ring in own["rings"] for point in ring])
    assert points.min() >= 0
    assert (points[:, 0].max() <= SIZE[0]) & (points[:, 1].max() <= SIZE[1])
    assert np.ptp(points[:, 1]) > 0.85 * SIZE[1] or np.ptp(points[:, 0]) > 0.85 * SIZE[0]
    assert {label["text"] for label in drawn["labels"]} >= {
        "Bar", "Budva", "Kotor", "Rožaje", "Kulla crossing",
    }  # fmt: skip


def test_labels_of_gaps_and_support_are_all_there(base):
    drawn = {label["text"] for label in brief_map(base, size=SIZE)["labels"]}
    flagged = {spot.name for spot in base.spots if spot.ring and spot.asked}
    assert flagged <= drawn


def test_support_abroad_is_named_with_its_country(base):
    drawn = {label["text"] for label in brief_map(base, size=SIZE, focus="MK")["labels"]}
    assert "Peshkopi (probable), AL" in drawn
    own = {label["text"] for label in brief_map(base, size=SIZE, focus="AL")["labels"]}
    assert "Peshkopi (probable)" in own


def test_hidden_towns_do_not_come_near_the_map(base, organizations):
    public = organizations[organizations["sensitivity"].ne("restricted")]
    placed = public[public.geometry.notna()]
    assert (
        len(base.towns) <= len(placed.geometry.drop_duplicates()) + placed["support"].notna().sum()
    )
    assert {town.label.removesuffix(" (probable)") for town in base.towns} <= set(placed["town"])


def test_lone_hotspot_without_its_country_still_has_a_map(countries):
    hotspots = make_hotspots([("a", "town", 9, -70.0, -30.0)]).assign(country="CL")
    organizations = make_organizations([])
    gaps = hg.find_gaps(hotspots, organizations)
    drawn = brief_map(ground(gaps, organizations, countries, hg.Settings()), size=SIZE)
    assert drawn["hotspots"][0]["x"] == SIZE[0] / 2
    assert drawn["countries"] == []


def test_own_boundaries_have_no_sea(tmp_path):
    gaps, organizations = judged(["Bar"])
    countries = gpd.GeoDataFrame(
        {"country": ["BA"], "name": ["B"]}, geometry=[box(16, 42, 19, 45)], crs=4326
    )
    settings = hg.Settings(boundaries=tmp_path / "mine.gpkg")
    drawn = brief_map(ground(gaps, organizations, countries, settings), size=SIZE)
    assert not drawn["sea"]


def test_around_a_hotspot_in_a_country_that_is_not_drawn_there_is_no_sea(base, countries):
    assert brief_map(base, size=SIZE)["sea"]
    hotspots = make_hotspots([("a", "town", 9, 14.988, 51.155)]).assign(country="DE")
    organizations = make_organizations([])
    gaps = hg.find_gaps(hotspots, organizations)
    drawn = brief_map(ground(gaps, organizations, countries, hg.Settings()), size=SIZE)
    assert not drawn["sea"]


@pytest.mark.parametrize("country", ["AL", "BA", "ME", "MK", "RS", "XK"])
def test_every_symbol_on_the_map_of_a_country_is_in_its_legend(base, country):
    drawn = brief_map(base, size=SIZE, focus=country)
    told = {symbol for symbol, _ in legend(drawn, hg.Settings())}
    support = {town["kind"] for town in drawn["organizations"]}
    rings = {spot["ring"] for spot in drawn["hotspots"] if spot["asked"]} - {""}
    apart = {"apart_gap" if s["ring"] else "apart" for s in drawn["hotspots"] if not s["asked"]}
    quiet = {"no_gap" for spot in drawn["hotspots"] if spot["asked"] and not spot["ring"]}
    reach = {"reach"} if drawn["reach"] and "supported" not in support else set()
    assert support | rings | apart | quiet | reach == told - {""}
