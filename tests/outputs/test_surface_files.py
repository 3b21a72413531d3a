"""Surface files: the four surfaces, their codes, and what they leave out."""

from __future__ import annotations

import json

import numpy as np
import pytest
import rasterio
from pyproj import Transformer

import hotspot_gaps as hg
from hotspot_gaps.access.travel_time import travel_time
from hotspot_gaps.outputs.surface_files import write_surfaces
from results import result_of


@pytest.fixture(scope="module")
def surfaces(gaps, organizations, countries, network, tmp_path_factory):
    result = result_of(gaps, organizations, countries, network=network, told={"roads": "somebody"})
    return write_surfaces(tmp_path_factory.mktemp("surfaces"), result, hg.Settings())


def test_without_roads_there_is_distance_to_support_alone(gaps, organizations, countries, tmp_path):
    found = write_surfaces(tmp_path, result_of(gaps, organizations, countries), hg.Settings())
    assert list(found) == ["distance_to_supported"]
    assert [path.name for path in tmp_path.iterdir()] == ["distance_to_supported.tif"]


def test_tags_say_what_a_surface_is(surfaces):
    with rasterio.open(surfaces["minutes_to_known"]) as opened:
        tags = opened.tags()
    assert tags["description"] == "Minutes by road to the nearest known organization"
    assert json.loads(tags["codes"]) == {"-1": "unreachable", "-2": "too far from a road"}
    assert (tags["as_of"], tags["unit"], tags["sources"]) == (
        "2020-12-31", "min", "Roads: somebody.",
    )  # fmt: skip
    assert tags["withheld"].startswith("41 organizations are left out")


def test_cells_have_the_minutes_of_places(surfaces, organizations, network):
    public = organizations[organizations["sensitivity"] == "public"]
    with rasterio.open(surfaces["minutes_to_known"]) as opened:
        values, crs = opened.read(1), opened.crs
        rows, columns = np.nonzero(values > -9000)
        some = np.random.default_rng(2).choice(rows.size, 400, replace=False)
        x, y = opened.xy(rows[some], columns[some])
    from conftest import make_points

    lonlat = np.transpose(Transformer.from_crs(crs, "EPSG:4326", always_xy=True).transform(x, y))
    found = travel_time(make_points(*lonlat), public, network)
    codes = found["travel"].map({"reached": 0, "unreachable": -1, "too_far_from_a_road": -2})
    expected = found["travel_min"].where(codes.eq(0), codes)
    np.testing.assert_allclose(values[rows[some], columns[some]], expected, rtol=1e-5, atol=1e-4)


def test_by_road_it_is_never_nearer_than_at_the_speed_of_a_motorway(surfaces):
    with (
        rasterio.open(surfaces["minutes_to_supported"]) as minutes,
        rasterio.open(surfaces["distance_to_supported"]) as distance,
    ):
        time, km = minutes.read(1), distance.read(1)
    reached = time >= 0
    assert reached.mean() > 0.2
    assert (time[reached] >= km[reached] / 110 * 60 - 0.01).all()
    assert ((km > -9000) == (time > -9000)).all()
