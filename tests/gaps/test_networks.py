"""Islands: towns linked within a limit, and what would join them."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

import hotspot_gaps as hg
from conftest import make_hotspots, make_organizations
from hotspot_gaps.errors import CRSError, SettingsError
from hotspot_gaps.gaps.networks import islands, minutes_between

GEOD = Geod(ellps="WGS84")


def along(*kms, support=None, sensitivity="public"):
    """Put organizations on a line eastwards from 18 E 43 N."""
    rows = []
    for number, km in enumerate(kms):
        lon, lat, _ = GEOD.fwd(18.0, 43.0, 90, km * 1000)
        rows.append((f"o{number}", support, sensitivity, lon, lat))
    return make_organizations(rows)


def test_the_built_in_case(organizations, gaps):
    found = islands(organizations, within_km=50, hotspots=gaps)
    assert (found.shown, found.not_placed, found.withheld) == (98, 36, 53)
    assert (found.measure, found.within) == ("distance_km", 50)
    assert (len(found.towns), len(found.islands)) == (62, 14)
    assert int(found.islands["isolated"].sum()) == 8
    missing = found.links[found.links["joins_islands"]]
    assert (len(missing), int(missing["crosses_border"].sum())) == (13, 2)
    assert missing["distance_km"].sum() == pytest.approx(911.87, abs=0.005)
    around = found.hotspots.set_index("name")
    assert set(around.index[around["in_no_island"].fillna(value=False)]) == {
        "Sarandë", "Kakavijë crossing", "Kapshticë crossing", "Horgoš", "Kelebija", "Sombor",
        "Subotica",
    }  # fmt: skip
    assert around.loc["Southern Serbia", "in_no_island"] is pd.NA


def test_the_built_in_islands_are_those_of_another_library(organizations):
    """Components of the graph of all pairs that pairs_within finds."""
    public = organizations[organizations["sensitivity"].ne("restricted")]
    public = public[public.geometry.notna()].set_index("organization_id", drop=False)
    pairs = hg.pairs_within(public, public, radius_m=50_000, id="organization_id")
    graph = nx.Graph(zip(pairs.index, pairs["id"], strict=True))
    parts = sorted(map(len, nx.connected_components(graph)), reverse=True)
    assert islands(organizations).islands["organizations"].tolist() == parts


def test_each_organization_has_its_island_and_restricted_ones_have_none(organizations):
    found = islands(organizations, within_km=50)
    shown = organizations["sensitivity"].ne("restricted") & organizations.geometry.notna()
    assert found.members.notna().equals(shown)
    counts = found.members.value_counts().sort_index().tolist()
    assert counts == found.islands["organizations"].tolist()


def test_a_border_between_unknown_countries_is_not_known():
    links = islands(along(0, 40).assign(country=None), within_km=50).links
    assert links["crosses_border"].isna().all()


def test_a_line_of_towns():
    """Towns at 0, 40, 90 and 200 km: at 50 km an island of three, and one alone."""
    found = islands(along(0, 40, 90, 200), within_km=50.001)
    assert found.islands["towns"].tolist() == [3, 1]
    assert found.islands["isolated"].tolist() == [False, True]
    assert found.islands["to_next_km"].tolist() == pytest.approx([110, 110], abs=0.1)
    assert found.links["distance_km"].tolist() == pytest.approx([110, 50, 40], abs=0.1)
    assert found.links["joins_islands"].tolist() == [True, False, False]
    assert found.links[["from_island", "to_island"]].to_numpy().tolist()[0] == [1, 2]
    assert found.merging["islands"].tolist() == [4, 3, 2, 1]
    assert found.merging["distance_km"].tolist() == pytest.approx([0, 40, 50, 110], abs=0.1)


def test_a_link_as_long_as_the_limit_counts():
    organizations = along(0, 30)
    length = islands(organizations).links["distance_km"].item()
    assert len(islands(organizations, within_km=length).islands) == 1
    assert len(islands(organizations, within_km=np.nextafter(length, 0)).islands) == 2


def test_organizations_of_one_town_are_one_point():
    found = islands(along(0, 0, 0, 300), within_km=50)
    assert found.towns["organizations"].tolist() == [3, 1]
    assert found.islands["isolated"].tolist() == [True, True]
    assert found.merging["islands"].tolist() == [2, 1]


def test_links_across_a_border_are_marked():
    organizations = along(0, 30, 60).assign(country=["BA", "BA", "RS"], town=["A", "B", "C"])
    links = islands(organizations).links
    assert dict(zip(links["to_town"], links["crosses_border"], strict=True)) == {
        "B": False,
        "C": True,
    }


def test_restricted_organizations_change_nothing_but_their_count(organizations):
    public = organizations[organizations["sensitivity"].ne("restricted")]
    every, some = islands(organizations), islands(public)
    assert (every.withheld, some.withheld) == (53, 0)
    for name in ("towns", "islands", "links", "merging"):
        pd.testing.assert_frame_equal(
            pd.DataFrame(getattr(every, name)), pd.DataFrame(getattr(some, name))
        )


def test_support_is_counted_by_island():
    rows = [("a", "documented", "public", 18, 43), ("b", "probable", "public", 18.1, 43)]
    assert islands(make_organizations(rows)).islands["supported"].tolist() == [1]


@pytest.mark.no_cover
@given(st.lists(st.floats(0, 500), min_size=1, max_size=8), st.floats(0, 300), st.randoms())
@settings(deadline=None, max_examples=30)
def test_order_does_not_matter_and_islands_fall(kms, limit, random):
    organizations = along(*kms)
    organizations["town"] = [f"T{number}" for number in range(len(kms))]
    order = list(range(len(kms)))
    random.shuffle(order)
    found = islands(organizations, within_km=limit)
    again = islands(organizations.iloc[order], within_km=limit)
    pd.testing.assert_frame_equal(pd.DataFrame(found.towns), pd.DataFrame(again.towns))
    pd.testing.assert_frame_equal(found.islands, again.islands)
    joins = int(found.links["joins_islands"].sum())
    assert len(found.islands) == joins + 1
    at_limit = found.merging.loc[found.merging["distance_km"] <= limit, "islands"].iloc[-1]
    assert at_limit == len(found.islands)
    assert found.merging["islands"].is_monotonic_decreasing
    assert len(islands(organizations, within_km=limit + 10).islands) <= len(found.islands)


def test_nobody_makes_no_island():
    nobody = make_organizations([("x", None, "restricted", 18.0, 43.0)])
    found = islands(nobody, hotspots=make_hotspots([("t", "town", 9, 18.0, 43.0)]))
    assert (len(found.islands), len(found.links), found.withheld) == (0, 0, 1)
    assert found.hotspots["in_no_island"].tolist() == [True]
    assert found.merging["islands"].tolist() == [0]


def test_inputs_stay_as_they_are(organizations, hotspots):
    before = organizations.copy(), hotspots.copy()
    islands(organizations, hotspots=hotspots)
    pd.testing.assert_frame_equal(pd.DataFrame(organizations), pd.DataFrame(before[0]))
    pd.testing.assert_frame_equal(pd.DataFrame(hotspots), pd.DataFrame(before[1]))


@pytest.mark.parametrize("limit", [-1, np.nan, np.inf])
def test_a_limit_that_cannot_be_is_refused(limit):
    with pytest.raises(SettingsError, match="must be finite and not below 0"):
        islands(along(0), within_km=limit)


def test_minutes_need_roads_and_a_limit():
    with pytest.raises(SettingsError, match="both, `network` and `within_min`"):
        islands(along(0), within_min=60)


def test_a_frame_without_crs_is_refused():
    with pytest.raises(CRSError, match="no coordinate reference system"):
        islands(along(0).set_crs(None, allow_override=True))


def test_minutes_are_those_of_travel_time_and_the_slower_way_counts(organizations, network):
    public = organizations[organizations["sensitivity"].ne("restricted")]
    some = public[public["country"].eq("ME")]
    found = islands(some, network=network, within_min=60, hotspots=hg.load_hotspots())
    assert (found.measure, found.within) == ("travel_min", 60)
    towns = found.towns
    minutes = minutes_between(towns, network)
    assert (np.diag(minutes) == 0).all()
    to_first = hg.travel_time(towns, towns.iloc[[0]], network)["travel_min"]
    np.testing.assert_allclose(minutes[1:, 0], to_first[1:])
    both = np.maximum(minutes, minutes.T)
    graph = nx.Graph()
    graph.add_weighted_edges_from(
        (i, j, both[i, j]) for i in range(len(towns)) for j in range(i) if np.isfinite(both[i, j])
    )
    tree = sorted(d["weight"] for *_, d in nx.minimum_spanning_edges(graph, data=True))
    assert sorted(found.links["travel_min"]) == pytest.approx(tree)
    near = nx.Graph([(i, j) for i, j, d in graph.edges(data=True) if d["weight"] <= 60])
    near.add_nodes_from(range(len(towns)))
    assert len(found.islands) == nx.number_connected_components(near)
    assert "to_next_min" in found.islands
    assert found.hotspots["in_no_island"].notna().any()
