"""Travel time: hand-made roads with known minutes, another library, and what must always hold."""

from __future__ import annotations

from itertools import pairwise

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pyproj import Geod
from scipy.sparse.csgraph import dijkstra
from shapely import box

import hotspot_gaps as hg
from conftest import make_points, make_roads
from hotspot_gaps.access.ellipsoid import check_points
from hotspot_gaps.access.road_network import road_network
from hotspot_gaps.access.travel_time import travel_time
from hotspot_gaps.settings import Travel

A, B, C, D = (18.0, 43.0), (18.5, 43.0), (19.0, 43.0), (19.5, 43.0)
E, F = (18.0, 44.0), (18.5, 44.0)
# General knowledge, kilometres, from the notes beside the roads.
ROUTES = {
    ("Belgrade", "Niš"): 237, ("Tirana", "Pristina"): 255, ("Sarajevo", "Mostar"): 127,
    ("Skopje", "Pristina"): 90, ("Podgorica", "Bar"): 56, ("Belgrade", "Sarajevo"): 295,
    ("Tirana", "Vlorë"): 150, ("Banja Luka", "Bihać"): 160, ("Podgorica", "Sarajevo"): 230,
    ("Pristina", "Niš"): 125, ("Prizren", "Kukës"): 40,
}  # fmt: skip


def minutes(rows, places, facilities, travel=None, **options):
    network = road_network(make_roads(rows), travel=Travel(**(travel or {})), **options)
    return travel_time(make_points(*places), make_points(*facilities), network)


def test_minutes_are_length_over_speed_by_class():
    rows = [
        (A, B, "motorway", 55, False), (B, C, "trunk", 42.5, False), (C, D, "primary", 65, False),
        (A, E, "secondary", 11, False), (E, F, "tertiary", 20, False),
    ]  # fmt: skip
    rows += [((19.5, 43.0), (19.5, 43.5), "primary_link", 39, False)]
    found = minutes(rows, [A, B, C, F, (19.5, 43.5)], [D])
    # 55 km at 110, 42.5 at 85, 65 at 65: 30 + 30 + 60; 11 at 55: 12; 20 at 40: 30; 39 at 39: 60.
    assert found["travel_min"][:4].tolist() == pytest.approx([120, 90, 60, 162])
    assert found["travel"].tolist() == ["reached"] * 4 + ["too_far_from_a_road"]


def test_a_ramp_is_slower_than_its_road():
    rows = [(A, B, "primary_link", 39, False), (B, C, "primary", 65, False)]
    found = minutes([*rows, (A, E, "primary", 1, False)], [A], [C])
    assert found["travel_min"].item() == pytest.approx(60 + 60)


def test_the_way_to_the_road_is_longer_than_straight_and_slow():
    rows = [(A, B, "primary", 65, False)]
    found = minutes(rows, [(18.0, 43.05)], [B])
    # 0.05 degrees of latitude at 43 N are 5.5554 km, times 1.3 at 25 km/h.
    assert found["road_km"].item() == pytest.approx(5.5554, abs=1e-3)
    assert found["travel_min"].item() == pytest.approx(60 + 5.5554 * 1.3 / 25 * 60, abs=1e-2)


def test_three_answers_stay_apart():
    rows = [(A, B, "primary", 40, False), (E, F, "primary", 40, False)]
    found = minutes(rows, [A, E, (18.0, 43.5), None], [B])
    assert found["travel"].isna().tolist() == [False, False, False, True]
    answers = ["reached", "unreachable", "too_far_from_a_road"]
    assert found["travel"].tolist()[:3] == answers
    assert found["travel_min"].notna().tolist() == [True, False, False, False]
    assert found["id"].notna().tolist() == [True, False, False, False]
    assert found["road_km"].notna().tolist() == [True, True, True, False]


def test_one_way_roads_lead_one_way():
    rows = [(A, B, "primary", 65, True), (B, C, "primary", 65, False), (C, A, "primary", 130, True)]
    assert minutes(rows, [A], [B])["travel_min"].item() == pytest.approx(60)
    assert minutes(rows, [B], [A])["travel_min"].item() == pytest.approx(60 + 120)


def test_of_parallel_roads_the_fastest_is_taken():
    rows = [(A, B, "tertiary", 40, False), (A, B, "primary", 32.5, False)]
    assert minutes(rows, [A], [B])["travel_min"].item() == pytest.approx(30)


def test_places_join_between_junctions():
    rows = [(A, B, "primary", 40, False)]
    # A quarter of the way along, which is at a joint: 40 steps.
    found = minutes(rows, [(18.125, 43.0)], [B])
    assert found["travel_min"].item() == pytest.approx(0.75 * 40 / 65 * 60, abs=0.1)
    both = minutes(rows, [(18.125, 43.0)], [(18.375, 43.0)])
    assert both["travel_min"].item() == pytest.approx(0.5 * 40 / 65 * 60, abs=0.1)


def test_on_a_one_way_road_one_cannot_turn_back():
    rows = [(A, B, "primary", 40, True), (B, A, "primary", 40, True)]
    there = minutes(rows[:1], [(18.125, 43.0)], [(18.375, 43.0)])
    back = minutes(rows[:1], [(18.375, 43.0)], [(18.125, 43.0)])
    assert (there["travel"].item(), back["travel"].item()) == ("reached", "unreachable")


def test_a_place_where_the_facility_is_needs_no_time():
    rows = [(A, B, "primary", 40, False)]
    aside = (18.0, 43.03)
    assert minutes(rows, [aside], [aside])["travel_min"].item() == 0


def test_motorways_are_joined_at_junctions_with_other_roads_only():
    rows = [(A, B, "motorway", 40, False), (B, C, "primary", 40, False)]
    found = minutes(rows, [(18.25, 43.0)], [C])
    assert found["road_km"].item() == pytest.approx(20.4, abs=0.1)  # to B
    assert found["travel"].item() == "too_far_from_a_road"


def test_small_components_are_joined_by_nobody():
    rows = [(A, B, "primary", 400, False), ((18.0, 43.05), (18.001, 43.05), "primary", 0.1, False)]
    found = minutes(rows, [(18.0, 43.05)], [B])
    assert found["travel"].item() == "reached"
    assert found["road_km"].item() == pytest.approx(5.56, abs=0.01)


def test_of_facilities_at_one_place_the_first_is_told():
    rows = [(A, B, "primary", 40, False)]
    assert minutes(rows, [A], [B, B, A, A])["id"].item() == 2
    assert minutes(rows, [A], [B, B])["id"].item() == 0


def test_a_facility_too_far_from_a_road_is_not_reached():
    rows = [(A, B, "primary", 40, False)]
    assert minutes(rows, [A], [(18.0, 43.2)])["travel"].item() == "unreachable"
    assert minutes(rows, [A], [None])["travel"].item() == "unreachable"
    assert minutes(rows, [A], [])["travel"].item() == "unreachable"


def test_without_roads_everything_is_too_far():
    found = minutes([((0.0, 0.0), (0.0, 0.01), "motorway", 1, False)], [A], [B])
    assert found["travel"].item() == "too_far_from_a_road"
    assert found[["id", "travel_min"]].isna().all(axis=None)


def test_answers_are_aligned_and_named():
    network = road_network(make_roads([(A, B, "primary", 65, False)]))
    places = make_points(A, None, B).set_axis(["x", "y", "z"])
    facilities = make_points(B, code=["f"])
    before = places.copy()
    found = travel_time(places, facilities, network, id="code")
    assert found.index.tolist() == ["x", "y", "z"]
    assert found["id"].tolist()[::2] == ["f", "f"]
    pd.testing.assert_frame_equal(places, before)
    empty = travel_time(places[:0], facilities, network, id="code")
    assert empty.dtypes.tolist() == found.dtypes.tolist()


def test_bad_frames_are_told():
    network = road_network(make_roads([(A, B, "primary", 65, False)]))
    good = make_points(A)
    with pytest.raises(hg.CRSError):
        travel_time(good.set_crs(None, allow_override=True), good, network)
    with pytest.raises(hg.InputError, match="no such column"):
        travel_time(good, good, network, id="nothing")


# Borders: two countries that meet at 18.75 E.
COUNTRIES = gpd.GeoDataFrame(
    {"country": ["AA", "BB"]},
    geometry=[box(17, 42, 18.75, 45), box(18.75, 42, 21, 45)],
    crs="EPSG:4326",
)
ACROSS = [(A, B, "primary", 65, False), (B, C, "primary", 65, False), (C, D, "primary", 65, False)]


def across(**travel):
    return minutes(ACROSS, [A], [D], travel, boundaries=COUNTRIES)


def test_a_border_costs_its_delay():
    assert across(border_delay_min=0)["travel_min"].item() == pytest.approx(180)
    assert across()["travel_min"].item() == pytest.approx(200)


@pytest.mark.parametrize("closed", ["AA-BB", "BB-AA", "all"])
def test_a_closed_border_is_not_crossed(closed):
    assert across(closed_borders=(closed,))["travel"].item() == "unreachable"


def test_closing_what_is_not_there_is_refused():
    with pytest.raises(hg.SettingsError, match=r"no road crosses AA-CC\. Roads cross: AA-BB"):
        across(closed_borders=("AA-CC",))
    with pytest.raises(hg.SettingsError, match="without_checkpoint needs a table of checkpoints"):
        across(closed_borders=("without_checkpoint",))
    with pytest.raises(hg.SettingsError, match="Roads cross: none"):
        minutes(ACROSS, [A], [D], {"closed_borders": ("AA-BB",)})


def test_another_border_closed_changes_nothing():
    third = box(18.0, 41, 18.5, 42)
    frame = pd.concat(
        [COUNTRIES, gpd.GeoDataFrame({"country": ["CC"]}, geometry=[third], crs=4326)]
    )
    rows = [*ACROSS, (A, (18.2, 41.5), "primary", 170, False)]
    found = minutes(rows, [A], [D], {"closed_borders": ("AA-CC",)}, boundaries=frame)
    assert found["travel_min"].item() == pytest.approx(200)


def test_the_border_is_where_the_drawn_line_cuts_the_road():
    """At 18.55, a tenth of the way from B to C; the place is at a fifth, and pays going west."""
    lands = COUNTRIES.assign(geometry=[box(17, 42, 18.55, 45), box(18.55, 42, 21, 45)])
    place = (18.6, 43.0)
    west = minutes(ACROSS, [place], [B], boundaries=lands)["travel_min"].item()
    east = minutes(ACROSS, [place], [C], boundaries=lands)["travel_min"].item()
    # 65 km in an hour; the nearest point of 65 steps is at most half a kilometre away, 1.6 min.
    assert west == pytest.approx(20 + 12, abs=2)
    assert east == pytest.approx(48, abs=2)


def test_places_join_roads_of_their_own_country():
    """A place a kilometre from a road of BB, and farther from one of its own country, AA."""
    rows = [
        *ACROSS,
        ((18.7, 43.06), (18.0, 43.06), "primary", 57, False),
        (A, (18.0, 43.06), "primary", 7, False),
    ]
    place = (18.745, 43.01)  # by the boundaries in AA
    network = road_network(make_roads(rows), boundaries=COUNTRIES)
    free = travel_time(make_points(place), make_points(D), network)
    assert free["road_km"].item() == pytest.approx(1.2, abs=0.2)
    moved = make_points(place, country=["BB"])  # and by its own word in BB
    said = travel_time(moved, make_points(D), network)
    assert said["travel_min"].item() < free["travel_min"].item() - 19
    unknown = travel_time(make_points(place, country=["Narnia"]), make_points(D), network)
    assert unknown["travel_min"].item() == free["travel_min"].item()
    shut = network.with_borders(20, ("all",))
    assert travel_time(moved, make_points(D), shut)["travel"].item() == "reached"
    assert travel_time(make_points(place), make_points(D), shut)["travel"].item() == "unreachable"


def test_hotspots_of_the_region_join_their_own_country(hotspots, network):
    placed = hotspots[hotspots.geometry.notna()]
    points = check_points(placed.geometry.x, placed.geometry.y, "hotspots")
    joint = network.join(points, placed["country"].to_numpy(dtype=str)).joint
    found = np.full(len(network.joints.road), "", dtype="<U2")
    for country, rows, _ in network.joints.countries:
        found[rows] = network.lands.codes[country]
    assert found[joint].tolist() == placed["country"].tolist()


def test_crossings_without_a_checkpoint_can_be_closed():
    far = make_points((18.75, 44.0), border=["AA-BB"])
    near = make_points((18.75, 43.0), border=["AA-BB"])
    for posts, answer in ((far, "unreachable"), (near, "reached")):
        roads = make_roads(ACROSS)
        travel = Travel(closed_borders=("without_checkpoint",))
        network = road_network(roads, boundaries=COUNTRIES, checkpoints=posts, travel=travel)
        assert travel_time(make_points(A), make_points(D), network)["travel"].item() == answer


def test_a_place_on_a_road_that_crosses_pays_on_the_other_side_only():
    near, far = (18.55, 43.0), (18.95, 43.0)  # on the road from B to C, whose middle is the border
    found = minutes(ACROSS, [near, far], [A], boundaries=COUNTRIES)["travel_min"]
    assert found[1] - found[0] == pytest.approx(20 + 0.8 * 60, abs=0.5)


@pytest.mark.parametrize(("pair", "km"), ROUTES.items(), ids=str)
def test_route_lengths_of_the_region(pair, km, roads, network):
    """Kilometres of the fastest route, from the roads that the search went along."""
    places = hg.load_places()
    towns = [
        places[places["name"] == name].sort_values("population", na_position="first").iloc[-1]
        for name in pair
    ]
    points = check_points([t.geometry.x for t in towns], [t.geometry.y for t in towns], "towns")
    start, end = network.u[network.joints.road[network.join(points).joint]]
    _, before = dijkstra(network.forwards, indices=start, return_predecessors=True)
    path = [end]
    while path[-1] != start:
        path.append(before[path[-1]])
    length = shortest_of(roads.edges["length_m"].to_numpy(), network)
    route = sum(length[two, one] for one, two in pairwise(path))
    assert route / 1000 == pytest.approx(km, rel=0.1)


def shortest_of(length_m, network):
    """Return the length of the fastest of parallel roads, in both directions."""
    cost = network.minutes + network.ways.delay
    ends = np.concatenate(
        [np.stack([network.u, network.v], 1), np.stack([network.v, network.u], 1)]
    )
    table = pd.DataFrame({"cost": np.tile(cost, 2), "length": np.tile(length_m, 2)})
    best = table.assign(u=ends[:, 0], v=ends[:, 1]).sort_values("cost").drop_duplicates(["u", "v"])
    return best.set_index(["u", "v"])["length"].to_dict()


def test_every_located_hotspot_has_an_answer(hotspots, organizations, network):
    public = organizations[organizations["sensitivity"] == "public"]
    found = travel_time(hotspots, public, network, id="organization_id")
    assert found["travel"].notna().equals(hotspots.geometry.notna())
    assert found["travel"].dropna().eq("reached").all()


positions = st.tuples(st.integers(0, 12), st.integers(0, 12)).map(
    lambda at: (18 + at[0] / 20, 43 + at[1] / 20)
)
random_roads = st.lists(
    st.tuples(
        positions, positions, st.sampled_from(["trunk", "primary", "tertiary"]),
        st.integers(20, 80), st.booleans(),
    ).filter(lambda row: row[0] != row[1]),
    min_size=2, max_size=20,  # so that no component has less than 1 % of the length
    unique_by=lambda row: (*sorted(row[:2]),),
)  # fmt: skip
two_way = random_roads.map(lambda rows: [(*row[:4], False) for row in rows])


def cut_up(rows, border):
    """Make a graph of every point on roads where one may join, a kilometre or less apart."""
    graph, points = nx.MultiDiGraph(), {}
    for number, (one, other, kind, km, oneway) in enumerate(rows):
        steps = max(int(np.ceil(km)), 1)
        shares = np.arange(steps + 1) / steps
        names = [one, *((number, share) for share in shares[1:-1]), other]
        lon = one[0] + shares * (other[0] - one[0])
        lat = one[1] + shares * (other[1] - one[1])
        cut = (border - one[0]) / (other[0] - one[0]) if other[0] != one[0] else 2.0
        for at, name in enumerate(names):
            points[name] = (lon[at], lat[at], lon[at] > border)
        for at in range(steps):
            crosses = shares[at] <= cut < shares[at + 1] and 0 < cut < 1
            minutes = km / steps / Travel().speeds_km_h[kind] * 60 + 20 * crosses
            graph.add_edge(names[at + 1], names[at], minutes=minutes)  # against the direction
            if not oneway:
                graph.add_edge(names[at], names[at + 1], minutes=minutes)
    return graph, points


@pytest.mark.no_cover
@settings(max_examples=60, deadline=None)
@given(random_roads, st.lists(positions, min_size=2, max_size=5, unique=True))
def test_another_reading_of_the_method_gives_the_same_minutes(rows, positions_):
    """networkx on roads in pieces, with a border, joined by brute force."""
    border = 18.333
    lands = COUNTRIES.assign(geometry=[box(17, 42, border, 45), box(border, 42, 21, 45)])
    travel = Travel(farthest_road_km=1000)
    network = road_network(make_roads(rows), boundaries=lands, travel=travel)
    graph, points = cut_up(rows, border)
    names = list(points)
    where = np.array([points[name] for name in names])

    def joined(at):
        mine = np.flatnonzero(where[:, 2] == (at[0] > border))
        if not mine.size:
            return None, np.inf
        full = np.full(mine.size, at[0]), np.full(mine.size, at[1])
        metres = Geod(ellps="WGS84").inv(*full, *where[mine, :2].T)[2]
        best = metres.min()
        # Two joints may be equally near; then the answer may be that of either.
        assume((metres < best + 0.01).sum() == 1)
        return names[mine[metres.argmin()]], best / 1000 * 1.3 / 25 * 60

    place, *facilities = positions_
    ends = [joined(at) for at in facilities]
    start, off = joined(place)
    best = np.inf
    for at, (end, more) in zip(facilities, ends, strict=True):
        if start is None or end is None:
            continue
        straight = Geod(ellps="WGS84").inv(*place, *at)[2] / 1000 * 1.3 / 25 * 60
        try:
            way = nx.dijkstra_path_length(graph, end, start, weight="minutes") + off + more
        except nx.NetworkXNoPath:
            way = np.inf
        best = min(best, way, straight if start == end else np.inf)
    found = travel_time(make_points(place), make_points(*facilities), network)["travel_min"].item()
    assert (np.inf if np.isnan(found) else found) == pytest.approx(best, rel=1e-6)


@pytest.mark.no_cover
@settings(max_examples=40, deadline=None)
@given(two_way, positions, positions)
def test_without_one_way_roads_there_and_back_are_the_same(rows, one, other):
    there = minutes(rows, [one], [other])
    back = minutes(rows, [other], [one])
    assert there["travel_min"].item() == pytest.approx(back["travel_min"].item(), nan_ok=True)


@pytest.mark.no_cover
@settings(max_examples=40, deadline=None)
@given(random_roads, st.lists(positions, min_size=2, max_size=5, unique=True))
def test_a_closed_border_shortens_nothing_and_a_facility_lengthens_nothing(rows, points):
    network = road_network(make_roads(rows), boundaries=COUNTRIES.assign(
        geometry=[box(17, 42, 18.3, 45), box(18.3, 42, 21, 45)]))  # fmt: skip
    places, more, fewer = make_points(*points), make_points(*points[1:]), make_points(points[1])
    free = travel_time(places, fewer, network.with_borders(0))["travel_min"].fillna(np.inf)
    delayed = travel_time(places, fewer, network)["travel_min"].fillna(np.inf)
    shut = travel_time(places, fewer, network.with_borders(20, ("all",)))["travel_min"]
    assert (free <= delayed + 1e-9).all()
    assert (delayed <= shut.fillna(np.inf) + 1e-9).all()
    several = travel_time(places, more, network)["travel_min"].fillna(np.inf)
    assert (several <= delayed + 1e-9).all()


@pytest.mark.no_cover
@settings(max_examples=25, deadline=None)
@given(random_roads, st.lists(positions, min_size=2, max_size=5, unique=True), st.randoms())
def test_order_of_roads_and_facilities_does_not_matter(rows, points, chance):
    places = make_points(*points)
    found = minutes(rows, points, points[1:])["travel_min"]
    shuffled = chance.sample(rows, len(rows))
    network = road_network(make_roads(shuffled))
    facilities = make_points(*chance.sample(points[1:], len(points) - 1))
    again = travel_time(places, facilities, network)["travel_min"]
    np.testing.assert_allclose(again, found, rtol=1e-9)
