"""Re-judging: which of the differences between two results flips the answer of a hotspot.

Everything that differs is put back one by one, and all together, and the rule of `flags` is applied
again to what the two tables tell. A restricted organization is known by its band alone, so some
combinations have no answer; these count as not told, never as no.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import inf
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from hotspot_gaps.gaps.differences import (
    Finding,
    Reach,
    asked_of,
    chosen_by_cut_off,
    differing,
    reaches,
)
from hotspot_gaps.gaps.discretion import BAND_EDGES_KM, EARTH_M

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import geopandas as gpd
    import pandas as pd
    from numpy.typing import NDArray

    from hotspot_gaps.settings import Settings

THRESHOLDS = ("radius_km", "smaller_below", "evidence_asked", "partner_radius_km")
DATA = ("population", "kind", "evidence", "place")
OF_TOWN = ("population", "kind", "place")  # what another town that stands for a region changes
FACTORS = (*THRESHOLDS, *DATA, "support", "known")
# What decides the type of a gap alone, and not whether it is one.
OF_TYPE = ("partner_radius_km", "known")
GAP, COVERED, NOT_ASKED, NOT_KNOWN, OUTSIDE = "gap", "covered", "not_asked", "unknown", "outside"
PARTNER, NO_PARTNER = "unfunded_partner", "no_known_partner"


class Answer(NamedTuple):
    """Gap, covered, not asked, not known or outside; of a gap the type, None if not told."""

    state: str
    gap_type: str | None = None


class Sufficient(NamedTuple):
    """Smallest sets of differences that flip an answer, and whether there may be others."""

    sets: tuple[frozenset[str], ...]
    sure: bool


@dataclass(frozen=True)
class Rejudging:
    """Two results of the same hotspots, row by row, ready to be mixed.

    A side is 0 for the earlier result and 1 for the later one.
    """

    tables: tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]
    findings: tuple[Finding, Finding]
    answers: tuple[list[Answer], list[Answer]]
    asked: Mapping[tuple[int, ...], list[bool | None]]
    supported: Mapping[tuple[int, int], Reach]
    known: Mapping[tuple[int, int], Reach]
    differing: Mapping[str, NDArray[np.bool_]]
    by_cut_off: NDArray[np.bool_]

    def actual(self, row: int, side: int) -> Answer:
        """Return the answer that a result has for a row."""
        return self.answers[side][row]

    def differences(self, row: int) -> list[str]:
        """Name what differs between the two results in what they tell of a row."""
        return [factor for factor in FACTORS if self.differing[factor][row]]

    def judge(self, row: int, later: Iterable[str]) -> Answer | None:
        """Judge a row by the earlier result, except for the named differences.

        Parameters
        ----------
        row
            Position in the tables.
        later
            Factors that are taken from the later result.

        Returns
        -------
        Answer or None
            None where the tables do not tell it.
        """
        side = {factor: int(factor in set(later)) for factor in FACTORS}
        if self.by_cut_off[row]:
            side |= dict.fromkeys(OF_TOWN, side["smaller_below"])
        level = self.tables[side["evidence"]]["evidence"].iloc[row]
        if level not in self._settings(side, "evidence_asked").evidence_levels:
            return Answer(OUTSIDE)
        asked = self.asked[tuple(side[f] for f in ("place", "population", "kind", "smaller_below"))]
        if asked[row] is None:
            return Answer(NOT_KNOWN)
        if not asked[row]:
            return Answer(NOT_ASKED)
        state = self._state(row, side)
        if state != GAP:
            return None if state is None else Answer(state)
        return Answer(GAP, self._type(row, side))

    def _settings(self, side: Mapping[str, int], factor: str) -> Settings:
        return self.findings[side[factor]].settings

    def _state(self, row: int, side: Mapping[str, int]) -> str | None:
        """Say whether support is within the radius, or that nobody may be told."""
        radius = self._settings(side, "radius_km").radius_km
        at, who = side["place"], side["support"]
        reach = self.supported[at, who]
        if not reach.told[row]:
            return None
        km, edge = float(reach.km[row]), float(reach.edge_km[row])
        if km <= radius or edge <= radius:
            return COVERED
        inner, outer = band_cut(radius)
        if not self.findings[who].supported_withheld or inner == outer:
            return GAP
        if not np.isnan(edge):
            return NOT_KNOWN if edge == outer else GAP
        # The nearest is public; a withheld one, if any, is in its band or farther.
        if np.isnan(km) or km > outer:
            return GAP
        return self._own_state(row, at, who, (inner, outer))

    def _own_state(self, row: int, at: int, who: int, cut: tuple[float, float]) -> str | None:
        """Take the answer of the result itself, if its radius cuts the same band."""
        own = self.findings[who].settings.radius_km
        told = self.asked[at, at, at, at][row]
        if at != who or not told or band_cut(own) != cut or self.supported[at, who].km[row] <= own:
            return None
        return NOT_KNOWN if self.tables[at]["gap_type"].iloc[row] == "unknown" else GAP

    def _type(self, row: int, side: Mapping[str, int]) -> str | None:
        """Say whether a known organization without support is near, where nobody supported is."""
        partner_km = self._settings(side, "partner_radius_km").partner_radius_km
        at, who = side["place"], side["known"]
        reach = self.known[at, who]
        if not reach.told[row]:
            return None
        km = float(np.nan_to_num(np.fmin(reach.km[row], reach.edge_km[row]), nan=inf))
        if km > partner_km:
            return NO_PARTNER
        if km <= self._settings(side, "radius_km").radius_km:
            return PARTNER
        # Beyond the radius the nearest known one may be a supported one.
        same = str(reach.names[row]) == str(self.supported[at, who].names[row])
        return None if same or side["support"] != who else PARTNER


def rejudging(
    old: Finding, new: Finding, tables: tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]
) -> Rejudging:
    """Make two results ready to be mixed.

    Parameters
    ----------
    old, new
        The results.
    tables
        Their gaps, of the same hotspots in the same order.
    """
    findings = (old, new)
    supported = reaches(findings, tables, "supported")
    known = reaches(findings, tables, "known")
    return Rejudging(
        tables=tables,
        findings=findings,
        answers=(answers(tables[0]), answers(tables[1])),
        asked=asked_of(findings, tables),
        supported=supported,
        known=known,
        differing=differing(findings, tables, supported, known),
        by_cut_off=chosen_by_cut_off(findings, tables),
    )


def sufficient(rejudged: Rejudging, row: int, *, by_type: bool) -> Sufficient:
    """Find the smallest sets of differences that lead from the earlier answer to the later one.

    Parameters
    ----------
    rejudged
        The two results.
    row
        Position of a hotspot whose answer changed.
    by_type
        Whether the type of the gap changed, and not whether it is one.

    Returns
    -------
    Sufficient
        No set where the tables tell no difference that explains it. `sure` is False where a
        combination that could be another cause has no answer.
    """
    differ = [f for f in rejudged.differences(row) if by_type or f not in OF_TYPE]
    before, after = rejudged.actual(row, 0), rejudged.actual(row, 1)

    def leads(later: tuple[str, ...]) -> bool | None:
        answer = rejudged.judge(row, later)
        if answer is None or (by_type and answer.state == GAP and answer.gap_type is None):
            return None
        if by_type:
            return answer == after
        return answer.state == after.state

    start = rejudged.judge(row, ())
    follows = start is None or start.state == before.state
    if not differ or not follows or leads(tuple(differ)) is False:
        return Sufficient((), sure=False)
    found: list[frozenset[str]] = []
    sure = True
    for size in range(1, len(differ) + 1):
        for later in combinations(differ, size):
            if any(smaller <= set(later) for smaller in found):
                continue
            # That all differences together lead there is known from the later result.
            told = True if size == len(differ) else leads(later)
            if told:
                found.append(frozenset(later))
            sure &= told is not None
    return Sufficient(tuple(found), sure)


def answers(gaps: pd.DataFrame) -> list[Answer]:
    """Return the answers of a gap table, a row each."""
    return [
        Answer(GAP, gap_type)
        if inside and gap_type in {PARTNER, NO_PARTNER}
        else Answer(gap_type if inside else OUTSIDE)
        for inside, gap_type in zip(gaps["in_question"], gaps["gap_type"], strict=True)
    ]


def band_cut(radius_km: float) -> tuple[float, float]:
    """Return the edges of the band that a radius cuts, in km; twice the radius's own on an edge.

    >>> band_cut(30.0), band_cut(50.0), band_cut(200.0)
    ((25.0, 50.0), (50.0, 50.0), (100.0, inf))
    """
    edges = [0.0, *BAND_EDGES_KM, EARTH_M / 1000]
    inner = max(edge for edge in edges if edge <= radius_km)
    outer = min(edge for edge in edges if edge >= radius_km)
    return inner, inf if outer == edges[-1] else outer
