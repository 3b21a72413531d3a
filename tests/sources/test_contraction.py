"""Segments joined to edges: known graphs, and networkx as the witness on random ones."""

from __future__ import annotations

import itertools
import math

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotspot_gaps.sources.contraction import contract

ROAD = (0, False)
ONEWAY = (1, True)


def contracted(segments):
    """Contract (start, stop, (kind, oneway)) and return the nodes that each chain passes."""
    start, stop = (np.array([s[at] for s in segments], dtype=np.int64) for at in (0, 1))
    kind = np.array([s[2][0] for s in segments], dtype=np.int64)
    oneway = np.array([s[2][1] for s in segments], dtype=bool)
    chains = contract(start, stop, kind, oneway)
    return [
        chains.steps[begin : begin + size].tolist()
        for begin, size in zip(chains.begin, chains.sizes, strict=True)
    ]


def tail(segments, step):
    return segments[step // 2][step % 2]


def head(segments, step):
    return segments[step // 2][1 - step % 2]


def paths(segments):
    return [
        [tail(segments, chain[0]), *(head(segments, step) for step in chain)]
        for chain in contracted(segments)
    ]


def test_a_row_of_five_is_one_edge():
    assert paths([(n, n + 1, ROAD) for n in range(5)]) == [[0, 1, 2, 3, 4, 5]]


def test_a_row_is_one_edge_however_its_segments_are_drawn():
    assert paths([(1, 0, ROAD), (1, 2, ROAD), (3, 2, ROAD)]) == [[3, 2, 1, 0]]


def test_a_crossing_is_kept():
    arms = [(0, 1, ROAD), (1, 2, ROAD), (3, 1, ROAD), (1, 4, ROAD)]
    assert paths(arms) == [[0, 1], [1, 2], [3, 1], [1, 4]]


@pytest.mark.parametrize(
    "segments",
    [
        [(0, 1, (0, False)), (1, 2, (1, False))],
        [(0, 1, (0, False)), (1, 2, (1, True))],
        [(0, 1, ONEWAY), (2, 1, ONEWAY)],
        [(1, 0, ONEWAY), (1, 2, ONEWAY)],
    ],
    ids=["another class", "one-way begins", "they meet head on", "they part"],
)
def test_a_node_where_something_changes_is_kept(segments):
    assert len(paths(segments)) == 2


def test_one_way_segments_are_joined_in_the_direction_of_travel():
    assert paths([(2, 3, ONEWAY), (0, 1, ONEWAY), (1, 2, ONEWAY)]) == [[0, 1, 2, 3]]


def test_parallel_edges_and_loops_stay():
    two_ways_round = [(0, 1, ROAD), (1, 2, ROAD), (0, 3, ROAD), (3, 2, ROAD), (0, 4, ROAD)]
    assert paths([*two_ways_round, (2, 5, ROAD)]) == [[0, 1, 2], [0, 3, 2], [0, 4], [2, 5]]
    lasso = [(0, 1, ROAD), (1, 2, ROAD), (2, 3, ROAD), (3, 1, ROAD)]
    assert paths(lasso) == [[0, 1], [1, 2, 3, 1]]
    assert paths([(0, 1, ROAD), (0, 1, ROAD), (1, 2, ROAD), (0, 3, ROAD)]) == [
        [0, 1],
        [0, 1],
        [1, 2],
        [0, 3],
    ]


def test_a_ring_that_meets_nothing_begins_at_its_lowest_node():
    assert paths([(5, 3, ROAD), (3, 8, ROAD), (8, 5, ROAD)]) == [[3, 8, 5, 3]]
    assert paths([(8, 5, ONEWAY), (5, 3, ONEWAY), (3, 8, ONEWAY)]) == [[3, 8, 5, 3]]


def test_nothing_gives_nothing():
    assert paths([]) == []


@st.composite
def graphs(draw):
    """Draw segments between few nodes, most of one kind, so that chains are long."""
    kinds = st.sampled_from([ROAD, ROAD, ROAD, ONEWAY, ONEWAY, (2, False)])
    node = st.integers(0, 9)
    row = st.tuples(node, node, kinds).filter(lambda segment: segment[0] != segment[1])
    sparse = draw(st.lists(row, max_size=12))
    order = draw(st.permutations(range(10, 18)))  # and a row of segments, for certain
    ends = itertools.pairwise([draw(node), *order])
    return sparse + [(*pair, ROAD) for pair in ends]


def weighted(edges):
    """Make networkx's graph of (u, v, length, oneway)."""
    graph = nx.MultiDiGraph()
    for u, v, length, oneway in edges:
        graph.add_edge(u, v, weight=length)
        if not oneway:
            graph.add_edge(v, u, weight=length)
    return graph


@given(graphs())
def test_networkx_finds_the_same_ways_before_and_after(segments):
    length = [float(2**at) for at in range(len(segments))]  # so that every sum is another
    chains = contracted(segments)
    assert sorted(step // 2 for chain in chains for step in chain) == list(range(len(segments)))
    edges = []
    for chain in chains:
        for step, following in itertools.pairwise(chain):
            assert head(segments, step) == tail(segments, following)
            assert segments[step // 2][2] == segments[following // 2][2]
        oneway = segments[chain[0] // 2][2][1]
        assert not (oneway and any(step % 2 for step in chain))
        metres = math.fsum(length[step // 2] for step in chain)
        edges.append((tail(segments, chain[0]), head(segments, chain[-1]), metres, oneway))

    before = weighted([(a, b, m, k[1]) for (a, b, k), m in zip(segments, length, strict=True)])
    after = weighted(edges)
    assert set(after) <= set(before)
    assert nx.number_weakly_connected_components(after) == nx.number_weakly_connected_components(
        before
    )
    whole = dict(nx.all_pairs_dijkstra_path_length(before))
    for node, reached in nx.all_pairs_dijkstra_path_length(after):
        assert reached == {other: whole[node][other] for other in after if other in whole[node]}


@given(graphs())
def test_no_node_is_kept_where_an_edge_only_goes_on(segments):
    meeting = nx.MultiGraph()
    for chain in contracted(segments):
        kind = segments[chain[0] // 2][2]
        meeting.add_edge(tail(segments, chain[0]), head(segments, chain[-1]), kind=kind)
    for node, degree in meeting.degree():
        edges = list(meeting.edges(node, data="kind"))
        if degree == 2 and len(edges) == 2:  # a ring is one edge, twice at its node
            (_, _, kind), (_, _, other) = edges
            assert kind != other or kind[1]  # one-way edges may meet head on
