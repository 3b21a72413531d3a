"""Surface files: kilometres and minutes to support and to known organizations, with their maps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hotspot_gaps.access.ellipsoid import check_points
from hotspot_gaps.gaps.discretion import is_restricted
from hotspot_gaps.outputs.surface_classes import KINDS
from hotspot_gaps.outputs.surface_grid import surface_grid
from hotspot_gaps.outputs.surface_map import save_surface_map, surface_figure
from hotspot_gaps.outputs.surfaces import distance_km, write_surface

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import geopandas as gpd

    from hotspot_gaps.access.ellipsoid import Floats
    from hotspot_gaps.access.road_network import RoadNetwork
    from hotspot_gaps.gaps.missing import Known
    from hotspot_gaps.settings import Settings

ANSWERS = {-1: "unreachable", -2: "too_far_from_a_road"}  # of `travel_time`
CODES = {code: answer.replace("_", " ") for code, answer in ANSWERS.items()}
WHAT = {"km": "Distance on the WGS84 ellipsoid", "min": "Minutes by road"}
TO = {
    "supported": "the nearest organization with documented support",
    "known": "the nearest known organization",
}


def write_surfaces(
    folder: Path,
    gaps: gpd.GeoDataFrame,
    organizations: gpd.GeoDataFrame,
    *,
    countries: gpd.GeoDataFrame,
    settings: Settings,
    network: RoadNetwork | None = None,
    sources: str = "",
) -> dict[str, Path]:
    """Write the surfaces: distance to support, and with roads also the three others.

    Parameters
    ----------
    folder
        Where the files go: `distance_to_supported.tif` and so on.
    gaps, organizations, countries, settings
        As for `gap_map_figure`. Only public organizations are measured to.
    network
        As `road_network` returns it.
    sources
        What must be said of the roads.

    Returns
    -------
    dict
        Path of each surface by its kind.
    """
    grid = surface_grid(countries[countries["country"].isin(gaps["country"].unique())])
    written = {}
    for name, kind in KINDS.items():
        if network is None and name != "distance_to_supported":
            continue
        asked = _asked(organizations, kind.to)
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


def withheld(organizations: gpd.GeoDataFrame, to: str) -> int:
    """Return how many placed organizations a surface leaves out for safety."""
    asked = _asked(organizations, to)
    return int((is_restricted(asked) & asked.geometry.notna()).sum())


def _asked(organizations: gpd.GeoDataFrame, to: str) -> gpd.GeoDataFrame:
    """Return the organizations that a surface is about."""
    return organizations[organizations["supported"]] if to == "supported" else organizations


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


def draw_surfaces(
    surfaces: dict[str, Path],
    known: Known,
    gaps: gpd.GeoDataFrame,
    organizations: gpd.GeoDataFrame,
    *,
    countries: gpd.GeoDataFrame,
    settings: Settings,
    sources: str,
) -> None:
    """Draw a map of each surface beside it, as PNG.

    Parameters
    ----------
    surfaces
        As `write_surfaces` returns them.
    known
        Counts from `what_is_known`.
    gaps, organizations, countries, settings
        As for `gap_map_figure`.
    sources
        What must be said of the roads.
    """
    for name, path in surfaces.items():
        figure, _ = surface_figure(
            path, known, kind=name, gaps=gaps, organizations=organizations, countries=countries,
            settings=settings, withheld=withheld(organizations, KINDS[name].to),
            sources=sources if KINDS[name].unit == "min" else "",
        )  # fmt: skip
        save_surface_map(figure, path.with_suffix(".png"))
