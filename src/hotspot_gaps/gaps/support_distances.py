"""Support distances: how far documented support is, by date, location error and kind of distance.

Each organization is measured to once, together with those that are supported on the same dates and
placed with the same error.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from hotspot_gaps.access.geodesic import nearest
from hotspot_gaps.errors import InputError, Problem
from hotspot_gaps.gaps.discretion import BAND_EDGES_KM, is_restricted
from hotspot_gaps.gaps.scenarios import Reach

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd
    from numpy.typing import NDArray

    from hotspot_gaps.access.road_network import RoadNetwork
    from hotspot_gaps.gaps.scenarios import Floats

STRAIGHT_LINE, ROAD = "straight_line", "road"
# What a scenario does to a distance that is known within an error.
SIGNS = {"as_placed": 0.0, "nearer": -1.0, "farther": 1.0}


class Group(NamedTuple):
    """Organizations that every scenario treats alike: on which dates, with which error in km."""

    dates: tuple[bool, ...]
    error_km: float
    restricted: bool
    rows: gpd.GeoDataFrame


def groups_of(
    organizations: Mapping[Any, gpd.GeoDataFrame], error_km: Mapping[str, float]
) -> list[Group]:
    """Group the placed organizations that are supported on any of the dates.

    Parameters
    ----------
    organizations
        Frames of one table by date, which differ in their support alone.
    error_km
        Error of the place by `town_basis`; a basis that is not in it has the largest.

    Raises
    ------
    InputError
        The frames are not of one table.
    """
    frames = list(organizations.values())
    first = frames[0]
    for day, frame in organizations.items():
        if not frame["organization_id"].equals(first["organization_id"]):
            what = "these are not the same organizations as on the first date."
            fix = "Load one table with load_organizations_by_date."
            raise InputError([Problem("organizations", 0, "organization_id", str(day), what, fix)])
    known = [frame["supported"].astype("boolean").fillna(value=False) for frame in frames]
    supported = np.column_stack([column.to_numpy(dtype=bool) for column in known])
    errors, secret = _errors(first, error_km), is_restricted(first).to_numpy()
    placed = first.geometry.notna().to_numpy() & supported.any(axis=1)
    alike: dict[tuple[Any, ...], list[int]] = {}
    for at in np.flatnonzero(placed).tolist():
        key = tuple(supported[at].tolist()), float(errors[at]), bool(secret[at])
        alike.setdefault(key, []).append(at)
    return [
        Group(days, error, hidden, first.iloc[rows])
        for (days, error, hidden), rows in alike.items()
    ]


def _errors(organizations: gpd.GeoDataFrame, error_km: Mapping[str, float]) -> Floats:
    """Return the error of each organization's place, in km."""
    most = max(error_km.values(), default=0.0)
    if "town_basis" not in organizations:
        return np.full(len(organizations), most)
    errors = organizations["town_basis"].map(dict(error_km)).astype("float64").fillna(most)
    numbers: Floats = errors.to_numpy()
    return numbers


def straight_reaches(
    places: gpd.GeoDataFrame, groups: list[Group], dates: int, locations: tuple[str, ...]
) -> list[Reach]:
    """Measure in metres on the ellipsoid: a `Reach` for each date and, within it, location.

    A restricted organization is in its band of distance in every scenario, whatever the error: were
    the error put on its distance, the bands would tell where in its band it is.
    """
    metres = [nearest(places, group.rows)["distance_m"].to_numpy() for group in groups]
    reaches = []
    for date in range(dates):
        here = [(g, m) for g, m in zip(groups, metres, strict=True) if g.dates[date]]
        secret = _least([m for g, m in here if g.restricted], len(places))
        inner, outer = _band(secret)
        public = [(g.error_km * 1000, m) for g, m in here if not g.restricted]
        for location in locations:
            near = _least(_moved(public, location), len(places))
            reaches.append(Reach(near, inner, outer))
    return reaches


def road_reaches(
    places: gpd.GeoDataFrame,
    groups: list[Group],
    network: RoadNetwork,
    dates: int,
    locations: tuple[str, ...],
) -> list[Reach]:
    """Measure in minutes by road to public organizations: a `Reach` for each date and location.

    An error of the place costs what the network takes for the way to a road: the straight line
    times `detour`, at `access_km_h`. Nothing is told of a hotspot too far from a road, nor beyond
    the minutes where a supported organization was not measured to. On a date on which nobody is
    supported, every hotspot is beyond the minutes, as it is beyond the radius.
    """
    from hotspot_gaps.access.travel_time import TOO_FAR, joins, travel_time

    travel, size = network.travel, len(places)
    minutes, lost = [], np.zeros(size, dtype=bool)
    for group in groups:
        if group.restricted:
            minutes.append(np.full(size, np.nan))
            continue
        found = travel_time(places, group.rows, network)
        minutes.append(found["travel_min"].to_numpy(dtype=float))
        lost = found["travel"].eq(TOO_FAR).fillna(value=False).to_numpy(dtype=bool)
    whole = [not group.restricted and bool(joins(group.rows, network).all()) for group in groups]
    a_km = travel.detour / travel.access_km_h * 60
    nowhere = np.full(size, np.inf)
    reaches = []
    for date in range(dates):
        here = [at for at, group in enumerate(groups) if group.dates[date]]
        public = [at for at in here if not groups[at].restricted]
        untold = lost & bool(here) | (not all(whole[at] for at in here))
        inner = np.where(untold, 0.0, np.inf)
        for location in locations:
            pairs = [(groups[at].error_km * a_km, minutes[at]) for at in public]
            near = np.where(lost, np.inf, _least(_moved(pairs, location), size))
            reaches.append(Reach(near, inner, nowhere))
    return reaches


def _moved(distances: list[tuple[float, Floats]], location: str) -> list[Floats]:
    """Move every distance by its error, to or fro, and not below zero."""
    sign = SIGNS[location]
    return [np.maximum(numbers + sign * error, 0.0) for error, numbers in distances]


def _least(distances: list[Floats], size: int) -> Floats:
    """Return the least for each hotspot; infinite where there is none."""
    least: Floats = np.fmin.reduce([np.full(size, np.inf), *distances])
    return least


def _band(metres: Floats) -> tuple[Floats, Floats]:
    """Return the edges of the band of each distance, in metres; infinite for an infinite one."""
    edges: NDArray[np.float64] = np.array([0.0, *BAND_EDGES_KM, np.inf]) * 1000
    at = np.searchsorted(edges[1:], metres, side="left")
    inner: Floats = np.where(np.isinf(metres), np.inf, edges[at])
    return inner, edges[at + 1]
