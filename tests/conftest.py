"""Frames that several tests share; each is made once, and the package must not change it."""

from __future__ import annotations

import os
from pathlib import Path

import geopandas as gpd
import matplotlib as mpl
import pytest
from shapely import LineString, Point

import hotspot_gaps as hg
from hotspot_gaps.access.road_network import road_network
from hotspot_gaps.sources.roads import Roads, load_roads

mpl.use("Agg")
collect_ignore_glob = ["uses/[!t]*.py"]  # scripts, which their tests run


@pytest.fixture(scope="session", autouse=True)
def no_layers(tmp_path_factory):
    """Keep the developer's fetched layers out of the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOTSPOT_GAPS_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder of real open data that stands in for what users download."""
    beside = Path(__file__).resolve().parents[2] / "shared" / "data"
    folder = beside if beside.is_dir() else Path(os.environ.get("HOTSPOT_GAPS_SHARED_DATA", beside))
    if not folder.is_dir():
        reason = "there is no ../shared/data, and HOTSPOT_GAPS_SHARED_DATA names no folder"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return folder


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
    """Run everything once on the built-in data, on the day that tests of bytes set."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", "1609372800")
        return hg.run(hg.Settings(out=tmp_path_factory.mktemp("run"), figures=True))


@pytest.fixture(scope="session")
def roads(shared_data):
    return load_roads(shared_data / "roads")


@pytest.fixture(scope="session")
def network(roads, countries):
    return road_network(roads, boundaries=countries)


def make_roads(rows):
    """Make roads of (from, to, class, kilometres, oneway) between junctions named by position."""
    ends = sorted({end for row in rows for end in row[:2]})
    number = {end: at for at, end in enumerate(ends)}
    lines = [LineString([row[0], row[1]]) for row in rows]
    edges = gpd.GeoDataFrame(
        {
            "u": [number[row[0]] for row in rows],
            "v": [number[row[1]] for row in rows],
            "road_class": [row[2].removesuffix("_link") for row in rows],
            "link": [row[2].endswith("_link") for row in rows],
            "oneway": [row[4] for row in rows],
            "length_m": [row[3] * 1000.0 for row in rows],
        },
        geometry=lines,
        crs="EPSG:4326",
    )
    nodes = gpd.GeoDataFrame(
        {"node": range(len(ends))}, geometry=[Point(end) for end in ends], crs="EPSG:4326"
    )
    return Roads(edges, nodes)


def make_points(*positions, **columns):
    """Make a frame of points of (lon, lat), None for none."""
    shapes = [None if at is None else Point(at) for at in positions]
    return gpd.GeoDataFrame(columns, index=range(len(shapes)), geometry=shapes, crs="EPSG:4326")


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
