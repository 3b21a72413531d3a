"""Which smaller hotspot towns have no supported civil society organization nearby?

The names below are the interface; each is loaded when it is first used, so that importing the
package costs next to nothing.

Examples
--------
>>> import hotspot_gaps as hg
>>> hotspots, organizations = hg.load_hotspots(), hg.load_organizations(as_of="2020-12-31")
>>> gaps = hg.find_gaps(hotspots, organizations)
>>> gaps.loc[gaps["name"] == "Rožaje", "gap_type"].item()
'unfunded_partner'
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from hotspot_gaps.deprecation import NAMES

if TYPE_CHECKING:
    from hotspot_gaps.access.catchment import catchment
    from hotspot_gaps.access.geodesic import count_within, nearest, pairs_within
    from hotspot_gaps.access.isochrones import isochrones
    from hotspot_gaps.access.people import people_beyond, people_in, people_within
    from hotspot_gaps.access.road_network import road_network
    from hotspot_gaps.access.travel_time import travel_time
    from hotspot_gaps.errors import (
        CRSError,
        HotspotGapsError,
        InputError,
        MissingExtraError,
        MissingInputError,
        OutputError,
        Problem,
        SchedulerError,
        SettingsError,
    )
    from hotspot_gaps.gaps.candidates import candidate_sites
    from hotspot_gaps.gaps.certainty import certain_gaps
    from hotspot_gaps.gaps.concentration import concentration
    from hotspot_gaps.gaps.flags import find_gaps
    from hotspot_gaps.gaps.missing import missing_organizations
    from hotspot_gaps.gaps.networks import islands
    from hotspot_gaps.gaps.own_frames import as_hotspots, as_organizations
    from hotspot_gaps.gaps.robustness import robustness
    from hotspot_gaps.gaps.scenario_grid import Grid
    from hotspot_gaps.gaps.siting import propose_sites
    from hotspot_gaps.gaps.themes import market_cover, subject_cover
    from hotspot_gaps.outputs.static_map import plot_gap_map
    from hotspot_gaps.pipeline import run
    from hotspot_gaps.settings import Settings, Travel
    from hotspot_gaps.sources.boundaries import load_boundaries, load_places
    from hotspot_gaps.sources.hotspots import load_hotspots
    from hotspot_gaps.sources.organizations import (
        load_organizations,
        load_organizations_by_date,
        load_programmes,
    )
    from hotspot_gaps.sources.partitions import load_partitions
    from hotspot_gaps.sources.published_grants import load_grants
    from hotspot_gaps.sources.roads import Roads, load_roads
    from hotspot_gaps.sources.theme_table import load_themes

__version__ = "0.1.0"

__all__ = [
    "CRSError",
    "Grid",
    "HotspotGapsError",
    "InputError",
    "MissingExtraError",
    "MissingInputError",
    "OutputError",
    "Problem",
    "Roads",
    "SchedulerError",
    "Settings",
    "SettingsError",
    "Travel",
    "__version__",
    "as_hotspots",
    "as_organizations",
    "candidate_sites",
    "catchment",
    "certain_gaps",
    "concentration",
    "count_within",
    "find_gaps",
    "islands",
    "isochrones",
    "load_boundaries",
    "load_grants",
    "load_hotspots",
    "load_organizations",
    "load_organizations_by_date",
    "load_partitions",
    "load_places",
    "load_programmes",
    "load_roads",
    "load_themes",
    "market_cover",
    "missing_organizations",
    "nearest",
    "pairs_within",
    "people_beyond",
    "people_in",
    "people_within",
    "plot_gap_map",
    "propose_sites",
    "road_network",
    "robustness",
    "run",
    "subject_cover",
    "travel_time",
]

_HOMES = {
    "CRSError": "errors",
    "DownloadError": "errors",
    "Grid": "gaps.scenario_grid",
    "HotspotGapsError": "errors",
    "InputError": "errors",
    "MissingExtraError": "errors",
    "MissingInputError": "errors",
    "OutputError": "errors",
    "Problem": "errors",
    "Roads": "sources.roads",
    "SchedulerError": "errors",
    "Settings": "settings",
    "SettingsError": "errors",
    "Travel": "settings",
    "as_hotspots": "gaps.own_frames",
    "as_organizations": "gaps.own_frames",
    "UnknownPlaceError": "errors",
    "candidate_sites": "gaps.candidates",
    "catchment": "access.catchment",
    "certain_gaps": "gaps.certainty",
    "concentration": "gaps.concentration",
    "count_within": "access.geodesic",
    "find_gaps": "gaps.flags",
    "gaps_on_the_list": "gaps.certainty",
    "islands": "gaps.networks",
    "isochrones": "access.isochrones",
    "load_boundaries": "sources.boundaries",
    "load_grants": "sources.published_grants",
    "load_hotspots": "sources.hotspots",
    "load_organizations": "sources.organizations",
    "load_organizations_by_date": "sources.organizations",
    "load_partitions": "sources.partitions",
    "load_places": "sources.boundaries",
    "load_programmes": "sources.organizations",
    "load_roads": "sources.roads",
    "load_themes": "sources.theme_table",
    "market_cover": "gaps.themes",
    "missing_organizations": "gaps.missing",
    "nearest": "access.geodesic",
    "pairs_within": "access.geodesic",
    "people_beyond": "access.people",
    "people_in": "access.people",
    "people_within": "access.people",
    "plot_gap_map": "outputs.static_map",
    "propose_sites": "gaps.siting",
    "road_network": "access.road_network",
    "robustness": "gaps.robustness",
    "run": "pipeline",
    "subject_cover": "gaps.themes",
    "travel_time": "access.travel_time",
}


if not TYPE_CHECKING:  # a type checker shall see which names there are

    def __getattr__(name: str) -> Any:
        if name in NAMES:
            NAMES[name].warn()
        elif name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)

    def __dir__() -> list[str]:
        return sorted(__all__)
