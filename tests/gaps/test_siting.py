"""Siting: by hand, against every choice, and the built-in case."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

import hotspot_gaps as hg
from conftest import make_hotspots, make_organizations, make_points, make_roads
from hotspot_gaps import InputError, SettingsError
from hotspot_gaps.access.road_network import road_network
from hotspot_gaps.gaps.by_road import with_roads
from hotspot_gaps.gaps.candidates import candidate_sites
from hotspot_gaps.gaps.flags import ASKED
from hotspot_gaps.gaps.siting import propose_sites

# One degree of longitude is 81.5 km at 43 N: A, B, C stand in a row 40.8 km apart, D far away.
TOWNS = {"a": (18.0, 4_000), "b": (18.5, 3_000), "c": (19.0, 2_000), "d": (22.0, 45_000)}
NONE = make_organizations([("z", None, "restricted", 0, 0)])


def row_of_towns(organizations=NONE, **changes):
    rows = [(name, "town", people, lon, 43.0) for name, (lon, people) in TOWNS.items()]
    return hg.find_gaps(make_hotspots(rows), organizations, settings=hg.Settings(**changes))


def make_sites(**lon):
    names = list(lon)
    points = [(at, 43.0) for at in lon.values()]
    return make_points(*points, site_id=names, name=[n.upper() for n in names], country="BA")


def proposed(gaps, organizations=NONE, sites="towns", new=1, **options):
    if isinstance(sites, str):
        sites = candidate_sites(gaps, organizations, hg.load_places(), kind=sites)
    return propose_sites(gaps, organizations, sites, new=new, radius_km=50, **options)


def test_the_site_in_the_middle_covers_most():
    found = proposed(row_of_towns())
    assert found.sites["site_id"].tolist() == ["b"]
    assert found.sites["towns"].item() == "A; B; C"
    assert (found.value, found.bound, found.gap, found.status) == (3, 3, 0, "optimal")
    assert (found.total, found.unit) == (4, "towns")


def test_by_people_the_large_town_comes_first():
    found = proposed(row_of_towns(), weights="people", new=2)
    assert found.sites["site_id"].tolist() == ["d", "b"]
    assert found.sites["gain"].tolist() == [45_000, 9_000]
    assert (found.value, found.unit) == (54_000, "people")


def test_people_nobody_knows_are_named_and_not_counted():
    gaps = hg.find_gaps(
        make_hotspots([("a", "town", 4_000, 18, 43), ("x", "border_crossing", None, 18.1, 43)]),
        NONE,
    )
    found = proposed(gaps, weights="people")
    assert found.not_counted == ("X",)
    assert found.total == 4_000


def test_people_in_reach_need_people():
    gaps = row_of_towns()
    with pytest.raises(SettingsError, match="fetch population"):
        proposed(gaps, weights="people_in_reach")
    gaps["people_within_25km"] = [10, 10, 10, 31]
    assert proposed(gaps, weights="people_in_reach").sites["site_id"].tolist() == ["d"]


def test_existing_support_stays():
    organizations = make_organizations([("o", "documented", "public", 18.0, 43.0)])
    gaps = row_of_towns(organizations)  # covers A and B
    found = proposed(gaps, organizations, new=2)
    assert found.total == 2
    assert found.sites["site_id"].tolist() == ["c", "d"]


def test_restricted_support_counts_at_the_edge_of_its_band():
    organizations = make_organizations([("o", "documented", "restricted", 18.0, 43.0)])
    gaps = row_of_towns(organizations)
    assert proposed(gaps, organizations, new=2).total == 2
    ways = proposed(gaps, organizations, method="p_median", new=4)
    # A at 25, B at 50, C at 100 km; D as if there was nothing, from the farthest candidate, C.
    farthest = hg.pairs_within(gaps[3:], gaps[2:3], radius_m=1e6)["distance_m"].item() / 1000
    assert ways.total == pytest.approx(175 + farthest)


def test_marginal_gains_and_what_is_lost_without():
    sites = make_sites(p=18.25, q=18.75)
    found = proposed(row_of_towns(), sites=sites, new=2)
    assert found.sites["gain"].tolist() == [2, 1]
    assert found.sites["lost_without"].tolist() == [1, 1]
    assert found.sites["gain"].sum() == found.value == 3


def test_one_grant_at_a_time_may_cost():
    # Four towns; the site in the middle is near two of them, and both outer ones near two each.
    rows = [(f"h{at}", "town", 9_000, lon, 43.0) for at, lon in enumerate((17.6, 18.0, 18.6, 19.0))]
    gaps = hg.find_gaps(make_hotspots(rows), NONE, settings=hg.Settings(radius_km=30))
    sites = make_sites(m=18.3, l=17.75, r=18.85)
    found = propose_sites(gaps, NONE, sites, new=2, radius_km=30, weights="towns")
    assert found.value == 4
    assert set(found.sites["site_id"]) == {"l", "r"}
    assert found.nested["cost"].tolist() == [0, 0]
    gaps["population"] = [9_000, 10_000, 10_000, 9_000]
    by_people = propose_sites(gaps, NONE, sites, new=2, radius_km=30, weights="people")
    assert by_people.nested["site_id"].tolist() == ["m", "l"]
    assert by_people.nested["gain"].tolist() == [20_000, 9_000]
    assert by_people.nested["best"].tolist() == [20_000, 38_000]
    assert by_people.nested["cost"].tolist() == [0, 9_000]


def test_alternatives_are_every_exchange_that_keeps_nearly_all(gaps, organizations):
    sites = candidate_sites(gaps, organizations, hg.load_places(), kind="towns")
    found = propose_sites(gaps, organizations, sites, new=3, radius_km=50)
    asked = gaps[gaps["is_gap"].fillna(False) & gaps["in_question"]]
    pairs = hg.pairs_within(asked, sites, radius_m=50_000, id="site_id")
    cover = {site: set(pairs.index[pairs["id"] == site]) for site in sites["site_id"]}
    chosen = found.sites["site_id"].tolist()
    expected = set()
    for site in chosen:
        others = [each for each in chosen if each != site]
        for instead in set(cover) - set(chosen):
            value = len(set().union(*(cover[each] for each in [*others, instead])))
            if value >= 0.99 * found.value:
                expected.add((site, instead, value))
    table = found.alternatives
    assert set(zip(table["site_id"], table["instead_id"], table["value"], strict=True)) == expected
    assert table["share"].tolist() == (table["value"] / found.value).tolist()
    assert found.value == max(
        len(set().union(*(cover[each] for each in three))) for three in combinations(cover, 3)
    )


def test_the_built_in_case(gaps, organizations):
    sites = candidate_sites(gaps, organizations, hg.load_places(), kind="towns")
    found = propose_sites(gaps, organizations, sites, new=5, radius_km=50)
    assert (found.value, found.bound, found.total) == (10, 10, 11)
    assert found.sites["name"].tolist() == [
        "Budva",
        "Bijeljina",
        "Kulla crossing",
        "Lezhë",
        "Sarandë",
    ]
    assert found.sites["gain"].tolist() == [3, 3, 2, 1, 1]
    assert found.nested["cost"].tolist() == [0] * 5
    assert found.notes[0].startswith("3 hotspots in question could not be judged")


def test_p_median_tries_every_choice(gaps, organizations):
    sites = candidate_sites(gaps, organizations, hg.load_places(), kind="towns")
    found = propose_sites(gaps, organizations, sites, new=2, radius_km=50, method="p_median")
    asked = gaps[gaps["in_question"] & gaps["gap_type"].isin(ASKED)]
    ways = hg.pairs_within(asked, sites, radius_m=2e7, id="site_id").set_index("id", append=True)
    ways = ways["distance_m"].unstack() / 1000
    before = asked["nearest_supported_km"].to_numpy(dtype=float)
    left = min(
        np.minimum(before, ways[list(two)].min(axis=1)).sum() for two in combinations(ways, 2)
    )
    assert found.total - found.value == pytest.approx(left)
    assert found.unit == "towns × km"


def test_candidates_are_public_and_unsupported(gaps, organizations):
    seats = candidate_sites(gaps, organizations, hg.load_places(), kind="organizations")
    told = organizations.set_index("organization_id").loc[seats["site_id"]]
    assert told["sensitivity"].eq("public").all()
    assert not told["supported"].any()
    assert len(candidate_sites(gaps, organizations, hg.load_places(), kind="places")) == 1666
    with pytest.raises(SettingsError, match="towns, organizations or places"):
        candidate_sites(gaps, organizations, hg.load_places(), kind="cities")


def test_by_road_a_mountain_between_counts():
    settings = hg.Settings()
    a, b, c = ((lon, 43.0) for lon in (18.0, 18.5, 19.0))
    roads = [(a, b, "tertiary", 60, False), (b, c, "primary", 45, False)]
    gaps = row_of_towns()
    network = road_network(make_roads(roads))
    none = make_organizations([])
    gaps = with_roads(gaps, none, network, settings=settings)
    gaps["is_gap_by_road"] = [True, True, True, None]
    found = proposed(gaps, none, network=network)
    assert found.value == 2
    assert found.sites["towns"].item() == "B; C"


def test_nothing_to_add(gaps, organizations):
    far = make_points((5.0, 50.0), site_id=["x"], name=["X"], country="DE")
    found = propose_sites(gaps, organizations, far, new=2, radius_km=50)
    assert found.sites.empty
    assert (
        found.lines()[0]
        == "None of 1 candidate site brings support near any of 11 towns and crossings."
    )
    assert found.record()["sites"] == []


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({"new": 0}, SettingsError, "at least 1"),
        ({"weights": "money"}, SettingsError, "people_in_reach"),
        ({"method": "greedy"}, SettingsError, "mclp or p_median"),
        ({"radius_km": 30}, InputError, "another radius"),
        ({"method": "p_median", "network": object()}, SettingsError, "straight line"),
    ],
)
def test_bad_settings(gaps, organizations, options, error, said):
    sites = candidate_sites(gaps, organizations, hg.load_places(), kind="towns")
    with pytest.raises(error, match=said):
        propose_sites(gaps, organizations, sites, **{"new": 1, "radius_km": 50, **options})
    with pytest.raises(InputError, match="column code: there is no such column"):
        propose_sites(gaps, organizations, sites, new=1, radius_km=50, id="code")
    with pytest.raises(InputError, match="gaps, column gap_type"):
        propose_sites(gaps.drop(columns="gap_type"), organizations, sites, new=1, radius_km=50)


def test_candidates_need_no_more_than_points(gaps, organizations):
    sites = candidate_sites(gaps, organizations, hg.load_places(), kind="towns")
    bare = sites[["geometry"]].set_axis([f"at {name}" for name in sites["site_id"]], axis=0)
    known, found = (
        propose_sites(gaps, organizations, candidates, new=3, radius_km=50)
        for candidates in (sites, bare.to_crs("EPSG:3035"))
    )
    assert found.value == known.value
    assert found.sites["site_id"].tolist() == [f"at {name}" for name in known.sites["site_id"]]
    assert found.sites["name"].tolist() == found.sites["site_id"].tolist()


def test_an_exchange_that_loses_more_than_one_percent_is_no_alternative():
    # 1,000 people against 991, 989 and 985, far from one another.
    people = {"a": 1_000, "b": 991, "c": 989, "d": 985}
    rows = [
        (name, "town", count, 15 + 2 * at, 43) for at, (name, count) in enumerate(people.items())
    ]
    gaps = hg.find_gaps(make_hotspots(rows), make_organizations([]))
    sites = candidate_sites(gaps, make_organizations([]), hg.load_places(), kind="towns")
    found = propose_sites(
        gaps, make_organizations([]), sites, new=1, radius_km=50, weights="people"
    )
    assert found.sites["site_id"].tolist() == ["a"]
    assert found.alternatives["instead_id"].tolist() == ["b"]
    assert found.candidates == 4


def test_candidates_by_road_are_the_gaps_by_road(gaps, organizations):
    some = gaps.assign(is_gap_by_road=gaps["name"].eq("Kotor").astype("boolean"))
    sites = candidate_sites(some, organizations, hg.load_places(), by_road=True, kind="towns")
    assert sites["name"].tolist() == ["Kotor"]


def test_without_any_time_sites_are_taken_one_at_a_time(gaps, organizations):
    sites = candidate_sites(gaps, organizations, hg.load_places(), kind="towns")
    found = propose_sites(gaps, organizations, sites, new=3, radius_km=50, time_limit_s=0)
    assert (found.value, found.status) == (8, "time_limit")
    assert found.value < found.bound
