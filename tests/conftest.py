"""Frames that several tests share; each is made once, and the package must not change it."""

from __future__ import annotations

import geopandas as gpd
import matplotlib as mpl
import pytest

import hotspot_gaps as hg

mpl.use("Agg")


@pytest.fixture(scope="session")
def hotspots() -> gpd.GeoDataFrame:
    return hg.load_hotspots()


@pytest.fixture(scope="session")
def organizations() -> gpd.GeoDataFrame:
    return hg.load_organizations()


@pytest.fixture(scope="session")
def gaps(hotspots, organizations) -> gpd.GeoDataFrame:
    return hg.find_gaps(hotspots, organizations)


@pytest.fixture(scope="session")
def countries() -> gpd.GeoDataFrame:
    return hg.load_boundaries()


@pytest.fixture(scope="session")
def full_run(tmp_path_factory):
    """Run everything once on the built-in data."""
    return hg.run(hg.Settings(out=tmp_path_factory.mktemp("run")))


def make_hotspots(rows):
    """Make a hotspot frame of (id, kind, population, lon, lat); the rest is filled in plainly."""
    import pandas as pd

    frame = pd.DataFrame(rows, columns=["hotspot_id", "kind", "population", "lon", "lat"])
    text = {
        "name": frame["hotspot_id"].str.upper(), "country": "BA", "evidence": "direct",
        "population_source": "test", "is_capital": False, "represented_by": None,
        "alt_names": None, "crime_markets": None, "location_source": "test", "source_title": "t",
        "source_url": None, "source_date": None,
    }  # fmt: skip
    frame = frame.assign(**text, population=frame["population"].astype("Int64"))
    points = [
        None if pd.isna(x) else p
        for x, p in zip(frame["lon"], gpd.points_from_xy(frame["lon"], frame["lat"]), strict=True)
    ]
    return gpd.GeoDataFrame(frame.drop(columns=["lon", "lat"]), geometry=points, crs="EPSG:4326")


def make_organizations(rows):
    """Make an organization frame of (id, support or None, sensitivity, lon, lat)."""
    import pandas as pd

    frame = pd.DataFrame(rows, columns=["organization_id", "support", "sensitivity", "lon", "lat"])
    frame["support"] = frame["support"].astype("str")
    frame = frame.assign(
        name="Organization " + frame["organization_id"].astype("str"), town="Town", country="BA",
        supported=frame["support"].eq("documented"), programmes=None, town_basis="stated",
    )  # fmt: skip
    points = gpd.points_from_xy(frame["lon"].astype(float), frame["lat"].astype(float))
    return gpd.GeoDataFrame(frame.drop(columns=["lon", "lat"]), geometry=points, crs="EPSG:4326")
