"""Flips: the nearest setting at which a hotspot comes on the list of gaps, or leaves it."""

from __future__ import annotations

import datetime as dt
from math import ceil, floor
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from hotspot_gaps.gaps.scenarios import GAP, NO_GAP, OUTSIDE, Rules, answers
from hotspot_gaps.settings import EVIDENCE_LEVELS

if TYPE_CHECKING:
    from collections.abc import Callable

    from hotspot_gaps.gaps.scenarios import Answers, Floats, Reach, Sizes
    from hotspot_gaps.settings import Settings

LEAST_KM, MOST_KM = 0.001, 20_004.0  # radii that can be set
WORDS = {
    "nearer": "organizations nearer by the error of their places",
    "farther": "organizations farther by the error of their places",
    "road": "distance by road",
}


class Judged(NamedTuple):
    """The answer by the settings, and what it would be if every size were asked."""

    now: Answers
    if_asked: Answers
    small: Any


def flips(
    reach: Reach, sizes: Sizes, profiles: dict[str, pd.DataFrame], settings: Settings
) -> pd.DataFrame:
    """Find, axis by axis, the value that changes the answer, everything else as in the settings.

    Parameters
    ----------
    reach
        Distances to support by the settings, in metres.
    sizes
        Which hotspots can be gaps, by their inhabitants.
    profiles
        Answers along each axis, from `Robustness.along`.
    settings
        The rule that is changed.

    Returns
    -------
    pandas.DataFrame
        A row a hotspot: `nearest_flip` in words, `flip_axis`, and a column an axis. Radius and
        cut-off are exact; the others are the nearest values of the grid. The nearest flip is that
        of radius and cut-off which is the smaller change as a factor; where neither changes the
        answer, the first of location, distance, date and evidence that does.
    """
    now = profiles["radius_km"][settings.radius_km].to_numpy()
    everything = np.full((1, now.size), GAP, dtype=np.int8)
    rules = Rules(np.array([settings.radius_km * 1000]), everything, everything == GAP)
    if_asked = answers(reach, rules)[0, 0, 0]
    judged = Judged(now, if_asked, sizes.at(settings.smaller_below) == GAP)
    radius, told = _radius(judged, reach)
    below = _cut_off(judged, sizes)
    order = {
        "evidence": _steps(EVIDENCE_LEVELS.index, settings.evidence),
        "as_of": _steps(lambda day: dt.date.fromisoformat(day).toordinal(), str(settings.as_of)),
        "distance": list,
        "location": list,
    }
    others = {axis: _first(now, profiles[axis], ordered) for axis, ordered in order.items()}
    table = pd.DataFrame(
        {
            "flip_radius_km": pd.Series(radius, dtype="Float64").mask(np.isnan(radius)),
            "flip_smaller_below": pd.Series(below, dtype="Float64").mask(np.isnan(below)),
            **{f"flip_{axis}": pd.Series(others[axis], dtype="str") for axis in others},
        }
    ).astype({"flip_smaller_below": "Int64"})
    nearest = [_nearest(row, settings, edge) for row, edge in zip(_rows(table), told, strict=True)]
    words = pd.DataFrame(nearest, columns=["nearest_flip", "flip_axis"], dtype="str")
    return words.join(table)


def _radius(judged: Judged, reach: Reach) -> tuple[Floats, Any]:
    """Return the radius in km that changes each answer, and whether a radius equal to it does."""
    nearest, clear = reach.away / 1000, np.minimum(reach.near, reach.inner) / 1000
    covers = (judged.now == GAP) & (nearest <= MOST_KM)
    leaves = (judged.now == NO_GAP) & judged.small & (clear > LEAST_KM)
    km = np.where(covers, nearest, np.where(leaves, clear, np.nan))
    return km, covers | (reach.inner < reach.near)


def _cut_off(judged: Judged, sizes: Sizes) -> Floats:
    """Return the cut-off that changes each answer."""
    drops = (judged.now == GAP) & sizes.by_people & (sizes.people >= 1)
    comes = (judged.now == NO_GAP) & ~judged.small & sizes.by_people & (judged.if_asked == GAP)
    below: Floats = np.where(drops, sizes.people, np.where(comes, sizes.people + 1, np.nan))
    return below


def _steps(number: Callable[[str], int], default: str) -> Callable[[Any], list[str]]:
    """Return what orders values by how many steps they are from the default."""
    return lambda values: sorted(values, key=lambda value: abs(number(value) - number(default)))


def _first(now: Answers, profile: pd.DataFrame, order: Callable[[Any], list[str]]) -> list[Any]:
    """Return the first value at which each hotspot comes on the list or leaves it."""
    found: list[Any] = [None] * now.size
    for value in order(profile.columns):
        there = profile[value].to_numpy()
        flagged = (now == GAP) & np.isin(there, (NO_GAP, OUTSIDE))
        listed = np.isin(now, (NO_GAP, OUTSIDE)) & (there == GAP)
        for row in np.flatnonzero(flagged | listed):
            found[row] = found[row] or value
    return found


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    rows = table.astype(object).where(table.notna(), None).to_dict("records")
    return [{str(name): value for name, value in row.items()} for row in rows]


def _nearest(row: dict[str, Any], settings: Settings, reached: bool) -> tuple[Any, Any]:
    """Choose the smallest change, and put it into words."""
    radius, below = row["flip_radius_km"], row["flip_smaller_below"]
    factors = {
        axis: max(value / default, default / value)
        for axis, value, default in (
            ("radius_km", radius, settings.radius_km),
            ("smaller_below", below, settings.smaller_below),
        )
        if value is not None
    }
    if factors:
        axis = min(factors, key=factors.__getitem__)
        told = _radius_words(radius, settings, reached) if axis == "radius_km" else ""
        return told or f"size cut-off {below:,} inhabitants", axis
    for axis in ("location", "distance", "as_of", "evidence"):
        value = row[f"flip_{axis}"]
        if value is not None:
            return WORDS.get(value, f"{axis.replace('_', ' ')} {value}"), axis
    return None, None


def _radius_words(km: float, settings: Settings, reached: bool) -> str:
    """Round to the side on which the sentence is true."""
    parts = 10 if km >= 1 else 1000
    if km > settings.radius_km:
        return f"radius {ceil(km * parts) / parts:.10g} km"
    return f"radius {'' if reached else 'below '}{floor(km * parts) / parts:.10g} km"
