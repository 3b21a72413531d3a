"""Surface files: kilometres and minutes to support and to known organizations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hotspot_gaps.access.ellipsoid import check_points
from hotspot_gaps.gaps.discretion import is_restricted
from hotspot_gaps.outputs.source_words import said_of_layers
from hotspot_gaps.outputs.surface_classes import KINDS
from hotspot_gaps.outputs.surface_grid import surface_grid
from hotspot_gaps.outputs.surface_map import asked_for, withheld
from hotspot_gaps.outputs.surfaces import distance_km, write_surface

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import geopandas as gpd

    from hotspot_gaps.access.ellipsoid import Floats
    from hotspot_gaps.access.road_network import RoadNetwork
    from hotspot_gaps.gaps.result import Result
    from hotspot_gaps.settings import Settings

ANSWERS = {-1: "unreachable", -2: "too_far_from_a_road"}  # of `travel_time`
CODES = {code: answer.replace("_", " ") for code, answer in ANSWERS.items()}
WHAT = {"km": "Distance on the WGS84 ellipsoid", "min": "Minutes by road"}
TO = {
    "supported": "the nearest organization with documented support",
    "known": "the nearest known organization",
}


def write_surfaces(folder: Path, result: Result, settings: Settings) -> dict[str, Path]:
    """Write the surfaces: distance to support, and with roads also the three others.

    Parameters
    ----------
    folder
        Where the files go: `distance_to_supported.tif` and so on.
    result
        As `judge` returns it. Only public organizations are measured to.
    settings
        Those of the judgement.

    Returns
    -------
    dict
        Path of each surface by its kind.
    """
    organizations, network, countries = result.organizations, result.network, result.countries
    grid = surface_grid(countries[countries["country"].isin(result.gaps["country"].unique())])
    sources = said_of_layers(result)
    written = {}
    for name, kind in KINDS.items():
        if network is None and name != "distance_to_supported":
            continue
        asked = asked_for(organizations, kind.to)
        public = asked[~is_restricted(asked)]
        km = kind.unit == "km" or network is None
        measure = distance_km(public) if network is None or km else minutes_by_road(public, network)
        write_surface(
            folder / f"{name}.tif",
            grid,
            measure,
            unit=kind.unit,
            description=f"{WHAT[kind.unit]} to {TO[kind.to]}",
            codes=None if km else CODES,
            withheld=withheld(organizations, kind.to),
            tags={"as_of": settings.as_of.isoformat(), "sources": "" if km else sources},
        )
        written[name] = folder / f"{name}.tif"
    return written


def minutes_by_road(
    organizations: gpd.GeoDataFrame, network: RoadNetwork
) -> Callable[[Floats, Floats], Any]:
    """Make a measure of the minutes to the nearest of some organizations, with the codes."""
    from hotspot_gaps.access.travel_time import REACHED, arrival, search_from

    points = organizations.geometry[organizations.geometry.notna()]
    search = search_from(check_points(points.x, points.y, "organizations"), network)

    def measure(lon: Floats, lat: Floats) -> Floats:
        found = arrival(check_points(lon, lat, "cells"), search, network)
        minutes = np.where(found.answer == REACHED, found.minutes, 0.0)
        for code, answer in ANSWERS.items():
            minutes[found.answer == answer] = code
        return minutes

    return measure
