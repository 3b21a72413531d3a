"""Spanning trees against the full matrix of another library."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod
from scipy.sparse.csgraph import minimum_spanning_tree

from hotspot_gaps.access import spanning
from hotspot_gaps.access.spanning import groups, shortest_links, spanning_tree
from hotspot_gaps.errors import CRSError

GEOD = Geod(ellps="WGS84")
POINTS = st.lists(
    st.tuples(st.floats(-180, 180), st.floats(-90, 90)), min_size=0, max_size=12, unique=True
)


def matrix(lon, lat):
    """Measure every pair, point by point."""
    lon, lat = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    every = [GEOD.inv(np.full_like(lon, x), np.full_like(lat, y), lon, lat)[2]
             for x, y in zip(lon, lat, strict=True)]  # fmt: skip
    return np.array(every).reshape(lon.size, lon.size)


def network_tree(metres):
    """Let networkx find the lengths of the links of the shortest tree, by Prim's algorithm."""
    graph = nx.Graph()
    graph.add_nodes_from(range(len(metres)))
    for one in range(len(metres)):
        for other in range(one + 1, len(metres)):
            graph.add_edge(one, other, weight=metres[one, other])
    tree = nx.minimum_spanning_edges(graph, algorithm="prim", data=True)
    return sorted(data["weight"] for _, _, data in tree)


@given(POINTS)
@settings(deadline=None)
def test_the_tree_is_as_short_as_another_library_makes_it(points):
    lon, lat = np.array(points).reshape(-1, 2).T
    one, other, metres = spanning_tree(lon, lat)
    assert metres.tolist() == pytest.approx(network_tree(matrix(lon, lat)), abs=1e-6)
    assert (np.diff(metres) >= 0).all()
    assert (one < other).all()
    assert len(set(groups(len(points), one, other).tolist())) == min(len(points), 1)


@given(POINTS, st.floats(0, 2.1e7))
@settings(deadline=None)
def test_groups_at_a_limit_are_links_longer_than_it_and_one(points, limit):
    lon, lat = np.array(points).reshape(-1, 2).T
    one, other, metres = spanning_tree(lon, lat)
    near = metres <= limit
    label = groups(len(points), one[near], other[near])
    # As the full matrix has it; a length that rounding puts on the limit is no counterexample.
    full = matrix(lon, lat)
    if full.size and np.abs(full - limit).min() > 1e-6:
        graph = nx.from_numpy_array((full <= limit) & ~np.eye(len(points), dtype=bool))
        assert nx.number_connected_components(graph) == label.max() + 1
    assert len(set(label.tolist())) == int((~near).sum()) + min(len(points), 1)


@pytest.mark.parametrize("few_groups", [0, 3, 10_000])
@pytest.mark.parametrize("spread", ["even", "clusters", "lines"])
def test_many_points_give_the_same_tree_as_the_full_matrix(monkeypatch, few_groups, spread):
    """By doubling the radius alone, by asking groups alone, and by both."""
    random = np.random.default_rng(3)
    lon, lat = random.uniform(-30, 30, 300), random.uniform(-60, 60, 300)
    if spread == "clusters":  # two dense ones, far apart, and ten alone
        lon[:290], lat[:290] = 10 + lon[:290] / 300, 45 + lat[:290] / 300
        lon[:100] += 90
    if spread == "lines":
        lat = np.round(lat / 30) * 30
    monkeypatch.setattr(spanning, "ALL_PAIRS", 10)
    monkeypatch.setattr(spanning, "FEW_GROUPS", few_groups)
    _, _, metres = spanning_tree(lon, lat)
    oracle = np.sort(minimum_spanning_tree(matrix(lon, lat)).data)
    assert metres.size == 299
    np.testing.assert_allclose(metres, oracle, atol=1e-6)


def test_points_at_one_place_are_joined_by_links_of_no_length(monkeypatch):
    lon, lat = [180, -180, 0, 0], [10, 10, 0, 0]
    _, _, metres = spanning_tree(lon, lat)
    assert metres[:2].tolist() == pytest.approx([0, 0], abs=1e-9)
    monkeypatch.setattr(spanning, "ALL_PAIRS", 0)
    assert spanning_tree(lon, lat)[2].tolist() == pytest.approx(metres.tolist(), abs=1e-9)


@pytest.mark.parametrize("all_pairs", [0, 500])
@pytest.mark.parametrize("count", [0, 1])
def test_few_points_have_no_links(monkeypatch, all_pairs, count):
    monkeypatch.setattr(spanning, "ALL_PAIRS", all_pairs)
    assert [part.size for part in spanning_tree([5.0] * count, [5.0] * count)] == [0, 0, 0]


def test_what_cannot_be_joined_stays_apart():
    one, other = np.array([0, 2]), np.array([1, 3])
    assert shortest_links(5, one, other, np.array([3.0, 1.0])).tolist() == [1, 0]
    assert groups(5, one, other).tolist() == [0, 0, 1, 1, 2]


def test_degrees_are_checked():
    with pytest.raises(CRSError, match="points: 1 of 2"):
        spanning_tree([0, 999], [0, 0])
