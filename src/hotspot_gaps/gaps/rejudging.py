"""Re-judging: which of the differences between two results flips the answer of a hotspot.

Everything that differs is put back one by one, and all together, and the rule of `flags` is applied
again to what the two tables tell. A restricted organization is known by its band alone, so some
combinations have no answer; these count as not told, never as no.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, product
from math import inf
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from hotspot_gaps.access.geodesic import nearest
from hotspot_gaps.gaps.discretion import BAND_EDGES_KM, BANDS, EARTH_M
from hotspot_gaps.gaps.towns import can_be_gap, size_class

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import geopandas as gpd
    import pandas as pd
    from numpy.typing import NDArray

    from hotspot_gaps.settings import Settings

THRESHOLDS = ("radius_km", "smaller_below", "evidence_asked", "partner_radius_km")
DATA = ("population", "kind", "evidence", "place")
FACTORS = (*THRESHOLDS, *DATA, "support", "known")
# What decides the type of a gap alone, and not whether it is one.
OF_TYPE = ("partner_radius_km", "known")
GAP, COVERED, NOT_ASKED, NOT_KNOWN, OUTSIDE = "gap", "covered", "not_asked", "unknown", "outside"
PARTNER, NO_PARTNER = "unfunded_partner", "no_known_partner"
EDGES = dict(zip(BANDS, (*BAND_EDGES_KM, inf), strict=True))


@dataclass(frozen=True)
class Finding:
    """What one run found.

    Attributes
    ----------
    gaps
        As `find_gaps` returns it.
    organizations
        Those that can be shown: `organization_id`, `name`, `town`, `support`, `supported`, and
        points in EPSG:4326. Restricted ones must not be in it.
    settings
        The settings of the run.
    withheld, supported_withheld
        How many organizations are not in it, and how many of these have documented support.
    tables
        Checksums of the tables read, by table, of those whose checksum can be told.
    """

    gaps: gpd.GeoDataFrame
    organizations: gpd.GeoDataFrame
    settings: Settings
    withheld: int
    supported_withheld: int
    tables: Mapping[str, str]


class Answer(NamedTuple):
    """Gap, covered, not asked, not known or outside; of a gap the type, None if not told."""

    state: str
    gap_type: str | None = None


class Sufficient(NamedTuple):
    """Smallest sets of differences that flip an answer, and whether there may be others."""

    sets: tuple[frozenset[str], ...]
    sure: bool


class Reach(NamedTuple):
    """Distance to the nearest organization: km of a public one, else the edge of the band."""

    km: NDArray[np.float64]
    edge_km: NDArray[np.float64]
    names: NDArray[Any]
    told: NDArray[np.bool_]


@dataclass(frozen=True)
class Rejudging:
    """Two results of the same hotspots, row by row, ready to be mixed.

    A side is 0 for the earlier result and 1 for the later one.
    """

    tables: tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]
    findings: tuple[Finding, Finding]
    asked: Mapping[tuple[int, ...], list[bool | None]]
    supported: Mapping[tuple[int, int], Reach]
    known: Mapping[tuple[int, int], Reach]
    differing: Mapping[str, NDArray[np.bool_]]

    def actual(self, row: int, side: int) -> Answer:
        """Return the answer that a result has for a row."""
        return answers(self.tables[side].iloc[[row]])[0]

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
    supported = _reaches(findings, tables, "supported")
    known = _reaches(findings, tables, "known")
    return Rejudging(
        tables=tables,
        findings=findings,
        asked=_asked(findings, tables),
        supported=supported,
        known=known,
        differing=_differing(findings, tables, supported, known),
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


def _asked(
    findings: tuple[Finding, Finding], tables: tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]
) -> dict[tuple[int, ...], list[bool | None]]:
    """Say of which rows the question is asked, for all sides of place, people, kind, cut-off."""
    import pandas as pd

    asked: dict[tuple[int, ...], list[bool | None]] = {}
    for key in product((0, 1), repeat=4):
        place, people, kind, cut_off = key
        mixed = pd.DataFrame(
            {
                "kind": tables[kind]["kind"].to_numpy(),
                "represented_by": tables[kind]["represented_by"].to_numpy(),
                "population": tables[people]["population"].array,
                "is_capital": tables[people]["size_class"].eq("capital").to_numpy(),
                "geometry": tables[place].geometry.to_numpy(),
            }
        )
        sizes = size_class(mixed, smaller_below=findings[cut_off].settings.smaller_below)
        told = can_be_gap(mixed, sizes)
        asked[key] = [None if pd.isna(one) else bool(one) for one in told]
    return asked


def _reaches(
    findings: tuple[Finding, Finding],
    tables: tuple[gpd.GeoDataFrame, gpd.GeoDataFrame],
    word: str,
) -> dict[tuple[int, int], Reach]:
    """Return the nearest supported or known organization, by side of the place and of the table."""
    moved = _moved(tables)
    own = {side: _own_reach(tables[side], word) for side in (0, 1)}
    reaches = {(side, side): own[side] for side in (0, 1)}
    for place, who in ((0, 1), (1, 0)):
        reaches[place, who] = _across(tables[place], findings[who], word, own[who], moved)
    return reaches


def _own_reach(table: pd.DataFrame, word: str) -> Reach:
    """Take the distances that a result has."""
    km = np.asarray(table[f"nearest_{word}_km"], dtype=np.float64)
    band = np.asarray(table[f"nearest_{word}_band"].map(EDGES), dtype=np.float64)
    edge = np.where(np.isnan(km), band, np.nan)
    names = table[f"nearest_{word}_id"].to_numpy(dtype=object)
    return Reach(km, edge, names, np.ones(len(table), dtype=bool))


def _across(
    table: gpd.GeoDataFrame, finding: Finding, word: str, own: Reach, moved: NDArray[np.bool_]
) -> Reach:
    """Measure from the places of one result to the organizations of the other, where they moved.

    Nothing is told there if some of the organizations are withheld.
    """
    organizations, secret = finding.organizations, finding.withheld
    if word == "supported":
        organizations = organizations[organizations["supported"].astype(bool)]
        secret = finding.supported_withheld
    if secret or not moved.any():
        return own._replace(told=~moved)
    found = nearest(table[moved], organizations, id="organization_id")
    km, edge, names = own.km.copy(), own.edge_km.copy(), own.names.copy()
    km[moved] = found["distance_m"].to_numpy(dtype=float) / 1000
    edge[moved] = np.nan
    names[moved] = found["id"].astype(object).to_numpy()
    return Reach(km, edge, names, own.told)


def _moved(tables: tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]) -> NDArray[np.bool_]:
    """Say which hotspots have another point, or a point in one result alone."""
    one, other = (table.geometry.reset_index(drop=True) for table in tables)
    same = one.geom_equals(other) | (one.isna() & other.isna())
    moved: NDArray[np.bool_] = ~same.to_numpy(dtype=bool)
    return moved


def _differing(
    findings: tuple[Finding, Finding],
    tables: tuple[gpd.GeoDataFrame, gpd.GeoDataFrame],
    supported: Mapping[tuple[int, int], Reach],
    known: Mapping[tuple[int, int], Reach],
) -> dict[str, NDArray[np.bool_]]:
    """Say what differs, row by row."""
    one, other = tables
    old, new = (finding.settings for finding in findings)
    size = len(one)
    thresholds = {
        "radius_km": old.radius_km != new.radius_km,
        "smaller_below": old.smaller_below != new.smaller_below,
        "evidence_asked": old.evidence != new.evidence,
        "partner_radius_km": old.partner_radius_km != new.partner_radius_km,
    }
    capital = [table["size_class"].eq("capital").to_numpy() for table in tables]
    return {
        **{name: np.full(size, differs) for name, differs in thresholds.items()},
        "population": _unlike(one["population"], other["population"]) | (capital[0] != capital[1]),
        "kind": _unlike(one["kind"], other["kind"])
        | _unlike(one["represented_by"], other["represented_by"]),
        "evidence": _unlike(one["evidence"], other["evidence"]),
        "place": _moved(tables),
        "support": _other_reach(supported),
        "known": _other_reach(known),
    }


def _other_reach(reaches: Mapping[tuple[int, int], Reach]) -> NDArray[np.bool_]:
    """Say where the organizations give another distance from the same place, or may do so."""
    other = np.zeros(reaches[0, 0].km.size, dtype=bool)
    for place in (0, 1):
        one, two = reaches[place, 0], reaches[place, 1]
        same = np.isclose(one.km, two.km, rtol=0, atol=1e-6, equal_nan=True)
        same &= (one.edge_km == two.edge_km) | (np.isnan(one.edge_km) & np.isnan(two.edge_km))
        other |= ~same | ~one.told | ~two.told
    return other


def _unlike(one: pd.Series[Any], other: pd.Series[Any]) -> NDArray[np.bool_]:
    """Say where two columns differ; empty is like empty."""
    left, right = one.reset_index(drop=True), other.reset_index(drop=True)
    same = left.eq(right).fillna(value=False).astype(bool) | (left.isna() & right.isna())
    unlike: NDArray[np.bool_] = ~same.to_numpy(dtype=bool)
    return unlike
