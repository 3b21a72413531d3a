"""Judging: read the inputs, flag the gaps, and ask how sure that is and where next."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hotspot_gaps.gaps.flags import find_gaps
from hotspot_gaps.gaps.missing import what_is_known
from hotspot_gaps.gaps.outlook import outlook, with_outlook
from hotspot_gaps.gaps.result import Result
from hotspot_gaps.gaps.robustness import robustness, with_robustness
from hotspot_gaps.gaps.stand_ins import judge_stand_ins
from hotspot_gaps.outputs.certainty_words import robust_line
from hotspot_gaps.outputs.privacy import withheld_report
from hotspot_gaps.outputs.privacy_words import withheld_line
from hotspot_gaps.outputs.words import further_notes, headline, layer_notes
from hotspot_gaps.sources.boundaries import load_boundaries, load_places
from hotspot_gaps.sources.builtin import read_builtin
from hotspot_gaps.sources.hotspots import load_hotspots, load_stand_ins
from hotspot_gaps.sources.larger_layers import LargerLayers, larger_layers
from hotspot_gaps.sources.organizations import load_organizations_by_date, load_programmes
from hotspot_gaps.sources.theme_table import load_themes

if TYPE_CHECKING:
    import geopandas as gpd

    from hotspot_gaps.access.road_network import RoadNetwork
    from hotspot_gaps.settings import Settings
    from hotspot_gaps.sources.roads import RoadReport


def judge(settings: Settings, *, scheduler: str | None = None) -> Result:
    """Read the inputs and flag the gaps, writing nothing.

    Parameters
    ----------
    settings
        Which inputs, and the rule.
    scheduler
        Address of a Dask scheduler, or `local` for one worker process a core; without it, this
        process. The result is the same.

    Returns
    -------
    Result

    Raises
    ------
    InputError, MissingInputError
        An input cannot be used.
    SchedulerError, MissingExtraError
        The cluster cannot be used.
    """
    layers = larger_layers(settings)
    countries = load_boundaries(settings.boundaries)
    places = load_places(settings.places)
    rule = {"boundaries": countries, "smaller_below": settings.smaller_below}
    hotspots = load_hotspots(settings.hotspots, places=places, **rule)
    stand_ins = load_stand_ins(settings.hotspots, places=places, **rule)
    by_date = load_organizations_by_date(
        settings.organizations,
        supports=settings.supports,
        as_of=settings.as_of,
        places=places,
        boundaries=countries,
    )
    organizations = by_date[settings.as_of]
    gaps = _find_gaps(hotspots, organizations, settings, scheduler)
    network, roads = _network(layers, countries, settings)
    gaps = _with_layers(gaps, organizations, network, layers, settings)
    scenarios = robustness(hotspots, by_date, settings=settings, network=network)
    gaps = with_robustness(gaps, scenarios)
    programmes, stated = load_programmes(settings=settings), _stated_hotspots(settings)
    found = outlook(
        gaps,
        organizations,
        places=places,
        programmes=programmes,
        themes=load_themes(settings.themes),
        settings=settings,
        hotspots_stated=stated,
    )
    gaps = with_outlook(gaps, found)
    known = what_is_known(
        gaps, organizations, programmes, settings=settings, hotspots_stated=stated
    )
    if known.supported_stated is not None:
        known = replace(known, gaps_certain=found.certainty.sure)
    result = Result(
        gaps, organizations, countries, known, headline(known, settings), scenarios, found,
        layers, network, roads, withheld_report(organizations, gaps, _districts()),
        judge_stand_ins(stand_ins, organizations, settings=settings), notes=(),
    )  # fmt: skip
    return replace(result, notes=_notes(result, settings))


def _notes(result: Result, settings: Settings) -> tuple[str, ...]:
    """Say how sure the finding is, what else was found, and what was not measured."""
    notes = layer_notes(
        result.gaps,
        result.known,
        settings,
        robust=robust_line(result.scenarios),
        further=further_notes(result.outlook, settings.radius_km),
        roads=f"Roads: {result.roads.line()}" if result.roads else "",
        people=bool(result.layers.population),
    )
    notes += tuple(filter(None, [withheld_line(result.withheld)]))
    if result.countries["country"].isin(result.gaps["country"]).any():
        return notes
    return (
        *notes,
        "No surface: the hotspots lie outside the countries that are drawn; give your own "
        "`boundaries`, and `places` for their towns, in the TOML file.",
    )


def _districts() -> gpd.GeoDataFrame:
    """Return the districts that restricted organizations are counted by, the same for all runs.

    Counts of the same organizations by districts of two kinds could be laid over each other.
    """
    return load_boundaries(level="admin1")


def _with_layers(
    gaps: gpd.GeoDataFrame,
    organizations: gpd.GeoDataFrame,
    network: RoadNetwork | None,
    layers: LargerLayers,
    settings: Settings,
) -> gpd.GeoDataFrame:
    """Fill in minutes and people, where there are roads and a raster."""
    if network is not None:
        from hotspot_gaps.gaps.by_road import with_roads

        gaps = with_roads(gaps, organizations, network, settings=settings)
    if layers.population:
        from hotspot_gaps.gaps.by_people import with_people

        gaps = with_people(gaps, layers.population, settings=settings)
    return gaps


def _network(
    layers: LargerLayers, countries: gpd.GeoDataFrame, settings: Settings
) -> tuple[RoadNetwork | None, RoadReport | None]:
    """Read the roads, if there are any, and say what they are made of."""
    if layers.roads is None:
        return None, None
    from hotspot_gaps.access.road_network import road_network
    from hotspot_gaps.sources.districts import load_checkpoints
    from hotspot_gaps.sources.roads import load_roads, report_roads

    posts, roads = layers.checkpoints, load_roads(layers.roads)
    network = road_network(
        roads,
        boundaries=countries,
        checkpoints=None if posts is None else load_checkpoints(posts),
        travel=settings.travel,
    )
    return network, report_roads(roads)


def _find_gaps(
    hotspots: gpd.GeoDataFrame,
    organizations: gpd.GeoDataFrame,
    settings: Settings,
    scheduler: str | None,
) -> gpd.GeoDataFrame:
    """Flag the gaps here, or on a cluster."""
    if scheduler is None:
        return find_gaps(hotspots, organizations, settings=settings)
    from hotspot_gaps.cluster import cluster, in_partitions

    with cluster(scheduler):
        return find_gaps(in_partitions(hotspots), organizations, settings=settings)


def _stated_hotspots(settings: Settings) -> int | None:
    """Return how many places the built-in list is said to have; unknown for a user's own list."""
    if settings.hotspots is not None:
        return None
    return int(read_builtin("hotspot_lists.csv")["stated_count"].iloc[0])
