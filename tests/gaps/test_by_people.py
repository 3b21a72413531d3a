"""By people: who lives around a hotspot, and who lives far from support."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import box

import hotspot_gaps as hg
from conftest import make_hotspots, make_organizations
from hotspot_gaps.gaps.by_people import people_far_from_support, with_people

TOTALS = pd.DataFrame({"country": ["BA"], "population": [1000], "source": ["test"]})


@pytest.fixture(scope="module")
def raster(tmp_path_factory):
    """One person in each of 100 × 100 cells of 0.02 degrees, 17 to 19 E and 42 to 44 N."""
    import rasterio

    path = tmp_path_factory.mktemp("raster") / "people.tif"
    grid = {"crs": "EPSG:4326", "transform": rasterio.Affine(0.02, 0, 17, 0, -0.02, 44)}
    with rasterio.open(path, "w", "GTiff", 100, 100, 1, dtype="float32", **grid) as new:
        new.write(np.ones((1, 100, 100), dtype="float32"))
    return path


def areas():
    shapes = [box(17, 42, 19, 44), box(17, 42, 18, 44)]
    columns = {"level": ["country", "district"], "country": "BA", "name": ["All", "West"]}
    return gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:4326")


def test_people_around_a_hotspot(raster):
    hotspots = make_hotspots([("t", "town", 20_000, 18.0, 43.0), ("r", "region", None, None, None)])
    organizations = make_organizations([("o", "documented", "public", 18.0, 43.0)])
    settings = hg.Settings(partner_radius_km=20.0)
    gaps = hg.find_gaps(hotspots, organizations, settings=settings)
    found = with_people(gaps, [raster], settings=settings).set_index("hotspot_id")
    # A circle of 20 km over cells of 0.02 by 0.02 degrees, 1.6302 km by 2.2216 km at 43 N.
    expected = np.pi * 20**2 / (1.6302 * 2.2216)
    assert found.loc["t", "people_within_20km"] == pytest.approx(expected, rel=0.005)
    assert found.loc["r", "people_within_20km"] is pd.NA
    assert found.loc["t", "people_known_share"] == pytest.approx(1)
    assert np.isnan(found.loc["r", "people_known_share"])
    assert list(found.reset_index().columns) == list(gaps.columns)


def test_what_the_raster_does_not_know_is_told(raster):
    """A quarter of the circle around the corner of the raster is on it."""
    hotspots = make_hotspots([("t", "town", 20_000, 17.0, 42.0)])
    organizations = make_organizations([("o", "documented", "public", 18.0, 43.0)])
    gaps = hg.find_gaps(hotspots, organizations)
    found = with_people(gaps, [raster], settings=hg.Settings()).iloc[0]
    assert found["people_known_share"] == pytest.approx(0.25, abs=0.01)


def test_people_far_from_support(raster):
    organizations = make_organizations(
        [
            ("s", "documented", "public", 17.5, 43.0),
            ("k", None, "public", 18.5, 43.0),
            ("secret", "documented", "restricted", 18.5, 43.5),
        ]
    )
    settings = hg.Settings(radius_km=30.0)
    table = people_far_from_support(
        areas(), organizations, [raster], totals=TOTALS, settings=settings
    ).set_index("level")
    circle = np.pi * 30**2 / (1.6302 * 2.2216)
    country, district = table.loc["country"], table.loc["district"]
    assert country["people"] == 10_000
    assert country["people_beyond_30km_of_documented"] == pytest.approx(10_000 - circle, rel=0.005)
    assert country["people_beyond_30km_of_known"] == pytest.approx(10_000 - 2 * circle, rel=0.005)
    assert country["share_beyond_30km_of_known"] == pytest.approx(
        1 - 2 * circle / 10_000, rel=0.005
    )
    assert district["people_beyond_30km_of_known"] == pytest.approx(5_000 - circle, rel=0.005)
    assert (country["published_people"], country["difference_share"]) == (1000, 9.0)
    assert district["published_people"] is pd.NA
    assert np.isnan(district["difference_share"])


def test_a_restricted_organization_changes_no_sum(raster):
    settings = hg.Settings(radius_km=30.0)
    public = [("s", "documented", "public", 17.5, 43.0)]
    secret = [*public, ("secret", "documented", "restricted", 18.5, 43.0)]
    tables = [
        people_far_from_support(
            areas(), make_organizations(rows), [raster], totals=TOTALS, settings=settings
        )
        for rows in (public, secret)
    ]
    counts = ["documented_withheld", "known_withheld"]
    assert tables[1][counts].to_numpy().tolist() == [[1, 1], [1, 1]]
    pd.testing.assert_frame_equal(*(table.drop(columns=counts) for table in tables))
