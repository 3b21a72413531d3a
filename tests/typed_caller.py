"""What somebody writes who imports the package and checks types; mypy reads it, nobody runs it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

import hotspot_gaps as hg


def loaded(folder: Path) -> tuple[Any, ...]:
    day = dt.date(2020, 12, 31)
    by_date: dict[dt.date, gpd.GeoDataFrame] = hg.load_organizations_by_date(as_of=day)
    today: gpd.GeoDataFrame = hg.load_organizations(as_of="2020-12-31")
    _: pd.DataFrame = hg.load_grants("grants.json").organizations
    programmes: pd.DataFrame = hg.load_programmes(settings=hg.Settings())
    hotspots = hg.load_hotspots(folder / "mine.csv", places=hg.load_places(), smaller_below=20_000)
    partitions = hg.load_partitions(folder, columns=["name"])
    districts = hg.load_boundaries(level="admin1")
    return by_date, today, programmes, hotspots, partitions, districts, hg.load_themes()


def measured(places: gpd.GeoDataFrame, services: gpd.GeoDataFrame, raster: Path) -> pd.DataFrame:
    near: pd.DataFrame = hg.nearest(places, services, k=2, id="name")
    counts: pd.DataFrame = hg.count_within(places, services, radii_m=(1_000, 2_000.5))
    pairs: pd.DataFrame = hg.pairs_within(places, services, radius_m=5_000)
    people: pd.DataFrame = hg.people_within(places, raster, radius_m=5_000)
    inside = hg.people_in(places, [raster, raster], max_bytes=10_000_000)
    beyond = hg.people_beyond(places, services, str(raster), radius_m=5_000)
    found = hg.catchment(
        pairs,
        demand=people["people"],
        supply=pd.Series(1.0, index=services.index),
        method="e2sfca",
        weights={1_000: 1.0, 5_000: 0.5},
    )
    access: pd.Series[Any] = found.access
    return pd.concat([near, counts, people, inside, beyond, access], axis=1)


def by_road(places: gpd.GeoDataFrame, services: gpd.GeoDataFrame, folder: Path) -> float:
    travel = hg.Travel(speeds_km_h={"primary": 70}, border_delay_min=0)
    network = hg.road_network(
        hg.load_roads(folder), boundaries=hg.load_boundaries(), travel=travel
    ).with_borders(30, closed=("RS-XK",))
    own = hg.road_network(hg.Roads(places, services))
    areas: gpd.GeoDataFrame = hg.isochrones(places, network, minutes=[15, 30])
    minutes: pd.DataFrame = hg.travel_time(places, services, network, id="name")
    groups = hg.islands(services, network=network, within_min=45.0)
    number: int = groups.shown
    return float(minutes["travel_min"].max()) + len(areas) + number + own.size


def judged(places: gpd.GeoDataFrame, services: gpd.GeoDataFrame) -> tuple[str, ...]:
    rule = hg.Settings(radius_km=20, smaller_below=10_000)
    hotspots = hg.as_hotspots(places, id="code", population="people")
    organizations = hg.as_organizations(services, supported="open", sensitivity="secret")
    gaps: gpd.GeoDataFrame = hg.find_gaps(hotspots, organizations, settings=rule)
    towns: pd.DataFrame = hg.robustness(
        hotspots, {rule.as_of: organizations}, settings=rule, grid=hg.Grid(radii_km=(10, 20))
    ).towns
    candidates = hg.candidate_sites(gaps, organizations, hg.load_places(), kind="towns")
    sites = hg.propose_sites(gaps, organizations, candidates, new=2, radius_km=20, id="site_id")
    missing = hg.missing_organizations(organizations, hg.load_programmes(), settings=rule)
    sure = hg.certain_gaps(gaps, hg.load_places(), missing=missing.number, radius_km=20)
    shares: pd.DataFrame = hg.concentration(hotspots, organizations, hg.load_places()).shares
    subjects: pd.DataFrame = hg.subject_cover(hotspots, organizations, hg.load_themes())
    markets: pd.DataFrame = hg.market_cover(hotspots, organizations, hg.load_themes())
    hg.plot_gap_map(gaps, organizations=organizations).set_title(f"{sure.certain} certain")
    told = [len(table) for table in (towns, shares, subjects, markets)]
    return (*sites.notes, f"{sites.value:.0f} {told} {hg.__version__}")


def ran(folder: Path) -> int:
    try:
        return len(hg.run(hg.Settings(out=folder), progress=print, memory_mb=2_000).outputs)
    except hg.InputError as error:
        problems: tuple[hg.Problem, ...] = error.problems
        return problems[0].row
    except (hg.CRSError, hg.SettingsError) as error:
        raise SystemExit(str(error)) from error
    except (hg.MissingInputError, hg.OutputError, hg.SchedulerError, hg.MissingExtraError):
        return 1
    except hg.HotspotGapsError:
        return 2
