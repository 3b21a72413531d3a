"""Sums along a boundary against shares of area cell by cell."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from hotspot_gaps.access.zonal import Outlines, cells_under, outlines_of_rings, zonal_sums

WHOLE = 64_000_000
CORNER = st.integers(-2, 8) | st.floats(-2, 8)


def reader(values, valid=None, seen=None):
    def read(window):
        part = slice(window[0], window[1]), slice(window[2], window[3])
        if seen is not None:
            seen[part] += 1
        return np.where(True if valid is None else valid[part], values[part], 0), (
            None if valid is None else valid[part]
        )

    return read


def outlines_of(shapes):
    """Make outlines of shapely polygons in columns and rows, without the code under test."""
    edges, starts, owner = [], [0], []
    for row, shape in enumerate(shapes):
        for part in shapely.get_parts(shape):
            for ring in (part.exterior, *part.interiors):
                corners = np.array(ring.coords)
                # In columns and rows an outer ring has to be counter-clockwise.
                if ring.is_ccw != (ring is part.exterior or ring.equals(part.exterior)):
                    corners = corners[::-1]
                edges.append(np.hstack((corners[:-1], corners[1:])))
            starts.append(sum(map(len, edges)))
            owner.append(row)
    x0, y0, x1, y1 = np.vstack(edges).T
    return Outlines(x0, y0, x1, y1, np.array(starts), np.array(owner))


def cell_by_cell(shapes, values, valid):
    """Cut every cell with every shape."""
    rows, columns = np.indices(values.shape)
    cells = shapely.box(columns, rows, columns + 1, rows + 1)
    shares = np.array([shapely.area(shapely.intersection(cells, shape)) for shape in shapes])
    known = np.where(valid, values, 0)
    return (shares * known).sum(axis=(1, 2)), (shares * valid).sum(axis=(1, 2))


def some_shapes(rng, count, size):
    """Make polygons with holes and parts, some beyond the grid."""
    shapes = []
    for _ in range(count):
        centre = rng.uniform(-2, size + 2, 2)
        angle = np.sort(rng.uniform(0, 2 * np.pi, rng.integers(3, 15)))
        reach = rng.uniform(0.3, size / 2, (angle.size, 1))
        corners = centre + reach * np.column_stack((np.cos(angle), np.sin(angle)))
        shape = shapely.make_valid(shapely.polygons(corners))
        shape = shape.difference(shape.centroid.buffer(0.7, quad_segs=3))
        shape = shape.union(shapely.box(*(rng.uniform(0, size, 2)), *rng.uniform(0, size, 2)))
        parts = shapely.get_parts(shapely.get_parts(shape))
        shapes.append(shapely.multipolygons(parts[shapely.get_type_id(parts) == 3]))
    return shapes


@pytest.fixture(scope="module")
def case():
    rng = np.random.default_rng(1)
    values, valid = rng.exponential(10, (14, 11)), rng.random((14, 11)) > 0.2
    shapes = some_shapes(rng, 40, 12)
    return shapes, values, valid, cell_by_cell(shapes, values, valid)


def test_cell_by_cell(case):
    shapes, values, valid, truth = case
    found = zonal_sums(outlines_of(shapes), 40, reader(values, valid), values.shape)
    np.testing.assert_allclose(found, truth, rtol=1e-11, atol=1e-11)
    assert (truth[1] > 1).sum() > 30


def test_all_known_is_as_if_it_were_said(case):
    shapes, values, _, _ = case
    outlines, every = outlines_of(shapes), np.ones(values.shape, dtype=bool)
    silent = zonal_sums(outlines, 40, reader(values), values.shape)
    told = zonal_sums(outlines, 40, reader(values, every), values.shape)
    np.testing.assert_allclose(silent, told, rtol=1e-12, atol=1e-12)


@pytest.mark.no_cover
@pytest.mark.parametrize("max_bytes", [1, 200, 1_000, 5_000, 20_000])
@pytest.mark.parametrize("block", [(1, 1), (1, 11), (14, 11), (4, 4)])
def test_windows_do_not_change_the_answer_and_read_no_cell_twice(case, max_bytes, block):
    shapes, values, valid, truth = case
    few = 40 if max_bytes >= 1_000 else 8  # a window is a cell then
    outlines, seen = outlines_of(shapes[:few]), np.zeros(values.shape, dtype=int)
    read = reader(values, valid, seen)
    found = zonal_sums(outlines, few, read, values.shape, block, max_bytes=max_bytes)
    np.testing.assert_allclose(found, [each[:few] for each in truth], rtol=1e-11, atol=1e-11)
    assert seen.max() == 1
    assert seen.mean() > 0.9


def test_no_window_is_larger_than_the_bytes_allow(case):
    shapes, values, valid, _ = case
    sizes, read = [], reader(values, valid)

    def watched(window):
        sizes.append((window[1] - window[0]) * (window[3] - window[2]))
        return read(window)

    zonal_sums(outlines_of(shapes), 40, watched, values.shape, (14, 11), max_bytes=1_600)
    assert 0 < max(sizes) <= 20


def test_only_what_lies_under_outlines_is_read():
    seen = np.zeros((100, 100), dtype=int)
    corners = np.array([[10.2, 12.8, 12.8, 10.2], [90.0, 91.0, 91.0, 90.0]])
    squares = outlines_of_rings(corners, corners[:, [0, 0, 2, 1]], np.array([0, 1]))
    zonal_sums(squares, 2, reader(np.ones((100, 100)), None, seen), seen.shape)
    assert seen.sum() == 9 + 1


def test_three_by_three_by_hand():
    values = np.arange(1.0, 10).reshape(3, 3)
    x, y = np.array([[0.5, 2.0, 2.0, 0.5]]), np.array([[0.5, 0.5, 2.75, 2.75]])
    square = outlines_of_rings(x, y, np.array([0]))
    total, known = zonal_sums(square, 1, reader(values), (3, 3))
    # Halves and wholes of columns 1 and 2; half of row 1, all of row 2, three quarters of row 3.
    assert total[0] == pytest.approx((0.5 + 2) / 2 + (2 + 5) + (3.5 + 8) * 0.75, rel=1e-15)
    assert known[0] == pytest.approx(1.5 * 2.25, rel=1e-15)


def test_a_triangle_through_corners_of_cells():
    triangle = outlines_of_rings(
        np.array([[0.0, 3.0, 0.0]]), np.array([[0.0, 3.0, 3.0]]), np.array([0])
    )
    total, known = zonal_sums(triangle, 1, reader(np.diag([1.0, 2.0, 3.0])), (3, 3))
    assert (total[0], known[0]) == (3.0, 4.5)


def test_beyond_the_grid_and_no_outlines():
    x = np.array([[-5.0, -2.0, -2.0, -5.0], [9.0, 12.0, 12.0, 9.0]])
    y = np.array([[0.0, 0.0, 2.0, 2.0]] * 2)
    for rings in (outlines_of_rings(x, y, np.arange(2)), outlines_of_rings(y, x, np.arange(2))):
        found = zonal_sums(rings, 2, reader(np.ones((3, 3))), (3, 3))
        assert np.array(found).tolist() == [[0, 0], [0, 0]]
    none = outlines_of_rings(np.empty((0, 4)), np.empty((0, 4)), np.empty(0, dtype=int))
    assert np.array(zonal_sums(none, 2, reader(np.ones((3, 3))), (3, 3))).tolist() == [[0, 0]] * 2


@pytest.mark.no_cover
@given(
    st.lists(st.tuples(CORNER, CORNER), min_size=3, max_size=8),
    st.sampled_from([100, 2_000, WHOLE]),
)
@settings(deadline=None, max_examples=150)
def test_awkward_polygons(corners, max_bytes):
    # GEOS, which is the oracle, clips wrongly where corners are 1e-100 from a line.
    shape = shapely.make_valid(shapely.Polygon(np.round(corners, 9)))
    parts = shapely.get_parts(shapely.get_parts(shape))
    parts = parts[(shapely.get_type_id(parts) == 3) & (shapely.area(parts) > 1e-6)]
    if not parts.size:
        return
    shapes = [shapely.multipolygons(parts)]
    values = np.random.default_rng(3).exponential(10, (6, 7))
    valid = np.random.default_rng(4).random((6, 7)) > 0.3
    found = zonal_sums(outlines_of(shapes), 1, reader(values, valid), (6, 7), max_bytes=max_bytes)
    np.testing.assert_allclose(found, cell_by_cell(shapes, values, valid), rtol=1e-8, atol=1e-8)


@pytest.mark.parametrize("max_bytes", [2_000, WHOLE])
def test_cells_under_outlines_are_those_that_are_read(max_bytes):
    rng = np.random.default_rng(5)
    outlines = outlines_of(some_shapes(rng, 6, 40))
    seen = np.zeros((40, 40), dtype=int)
    read = reader(seen.astype(float), seen=seen)
    zonal_sums(outlines, 6, read, seen.shape, (8, 8), max_bytes=max_bytes)
    cells = int(seen.sum())
    assert cells
    assert cells_under(outlines, seen.shape, (8, 8), most=cells, max_bytes=max_bytes) == cells
    assert cells_under(outlines, seen.shape, (8, 8), most=1, max_bytes=max_bytes) > 1
