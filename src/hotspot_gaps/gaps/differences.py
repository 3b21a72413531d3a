"""Differences: what two results tell otherwise of the same hotspots, and what each rests on.

A side is 0 for the earlier result and 1 for the later one.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from math import inf
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from hotspot_gaps.access.geodesic import nearest
from hotspot_gaps.gaps.discretion import BAND_EDGES_KM, BANDS
from hotspot_gaps.gaps.towns import can_be_gap, size_class

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd
    import pandas as pd
    from numpy.typing import NDArray

    from hotspot_gaps.settings import Settings

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


class Reach(NamedTuple):
    """Distance to the nearest organization: km of a public one, else the edge of the band."""

    km: NDArray[np.float64]
    edge_km: NDArray[np.float64]
    names: NDArray[Any]
    told: NDArray[np.bool_]


def asked_of(
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


def reaches(
    findings: tuple[Finding, Finding],
    tables: tuple[gpd.GeoDataFrame, gpd.GeoDataFrame],
    word: str,
) -> dict[tuple[int, int], Reach]:
    """Return the nearest supported or known organization, by side of the place and of the table."""
    moved = _moved(tables)
    own = {side: _own_reach(tables[side], word) for side in (0, 1)}
    found = {(side, side): own[side] for side in (0, 1)}
    for place, who in ((0, 1), (1, 0)):
        found[place, who] = _across(tables[place], findings[who], word, own[who], moved)
    return found


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
    """Say which hotspots are more than a metre from where they were, or placed in one alone."""
    one, other = (table.geometry.reset_index(drop=True) for table in tables)
    same = one.geom_equals_exact(other, tolerance=1e-5) | (one.isna() & other.isna())
    moved: NDArray[np.bool_] = ~same.to_numpy(dtype=bool)
    return moved


def differing(
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
    # The town that a cut-off chooses brings its size and its point with it.
    data = ~chosen_by_cut_off(findings, tables)
    people = _unlike(one["population"], other["population"]) | (capital[0] != capital[1])
    stands = _unlike(one["represented_by"], other["represented_by"])
    return {
        **{name: np.full(size, differs) for name, differs in thresholds.items()},
        "population": people & data,
        "kind": _unlike(one["kind"], other["kind"]) | (stands & data),
        "evidence": _unlike(one["evidence"], other["evidence"]),
        "place": _moved(tables) & data,
        "support": _other_reach(supported),
        "known": _other_reach(known),
    }


def chosen_by_cut_off(
    findings: tuple[Finding, Finding], tables: tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]
) -> NDArray[np.bool_]:
    """Say for which regions another town stands because the size cut-off is another.

    The larger of the two towns passes one cut-off and not the other; else the data differ.
    """
    cut_offs = [finding.settings.smaller_below for finding in findings]
    stands = _unlike(tables[0]["represented_by"], tables[1]["represented_by"])
    larger = tables[int(cut_offs[1] > cut_offs[0])]
    passes = larger["population"].ge(min(cut_offs)) & larger["population"].lt(max(cut_offs))
    chosen = passes.fillna(value=False).to_numpy(dtype=bool) & larger["represented_by"].notna()
    # A size that the list gives is that of the region, whichever town stands for it.
    given = ~_unlike(tables[0]["population"], tables[1]["population"])
    moved: NDArray[np.bool_] = stands & (chosen.to_numpy(dtype=bool) | given)
    return moved & (cut_offs[0] != cut_offs[1])


def _other_reach(pairs: Mapping[tuple[int, int], Reach]) -> NDArray[np.bool_]:
    """Say where the organizations give another distance from the same place, or may do so."""
    other = np.zeros(pairs[0, 0].km.size, dtype=bool)
    for place in (0, 1):
        one, two = pairs[place, 0], pairs[place, 1]
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
