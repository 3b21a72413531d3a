"""The result of a run: the frames that its outputs are made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd

    from hotspot_gaps.access.road_network import RoadNetwork
    from hotspot_gaps.gaps.missing import Known
    from hotspot_gaps.gaps.outlook import Outlook
    from hotspot_gaps.gaps.robustness import Robustness
    from hotspot_gaps.sources.larger_layers import LargerLayers
    from hotspot_gaps.sources.roads import RoadReport


@dataclass(frozen=True)
class Result:
    """What a run found.

    Attributes
    ----------
    gaps, organizations, countries
        The frames that the outputs were made of.
    known
        What is listed, placed and missing.
    headline
        The finding in one line, as on the map.
    scenarios
        The answers over every combination of settings.
    outlook
        How many gaps are certain, where the next grants reach most, islands, themes, concentration.
    layers
        Where the larger layers are.
    network, roads
        The roads and what they are made of; None where there are none.
    withheld
        What was withheld and coarsened, as `withheld_report` returns it.
    notes
        How sure that is, what the road adds, and what was not measured, a line each.
    stand_ins
        The regions with an extent, judged from each town that stands for them at some cut-off.
    outputs
        Paths of the files written; empty when nothing was written.
    """

    gaps: gpd.GeoDataFrame
    organizations: gpd.GeoDataFrame
    countries: gpd.GeoDataFrame
    known: Known
    headline: str
    scenarios: Robustness
    outlook: Outlook
    layers: LargerLayers
    network: RoadNetwork | None
    roads: RoadReport | None
    withheld: dict[str, Any]
    stand_ins: gpd.GeoDataFrame
    notes: tuple[str, ...]
    outputs: tuple[Path, ...] = ()
