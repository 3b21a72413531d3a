"""Web data: what the page carries, so that a browser answers as `find_gaps` does.

For each hotspot the page holds one distance, from which radius on it is covered, and not the
distances it was made of. A restricted organization is in it as the edge of its band, and only where
an answer at some radius hangs on it; so moving the radius tells no more than `find_gaps` would tell
at those radii. A region comes once for each town that stands for it at some cut-off, as `find_gaps`
would measure it there. `docs/methods/robustness.md` has the rule with bands.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from hotspot_gaps.gaps.discretion import BAND_EDGES_KM, BANDS, count_shown
from hotspot_gaps.gaps.flags import count_columns, people_column
from hotspot_gaps.gaps.support_distances import groups_of, straight_reaches
from hotspot_gaps.outputs.privacy import public_organizations
from hotspot_gaps.outputs.words import day, subline

if TYPE_CHECKING:
    import geopandas as gpd

    from hotspot_gaps.gaps.result import Result
    from hotspot_gaps.gaps.robustness import Robustness
    from hotspot_gaps.settings import Settings

# What many rows share is written once.
_TEXTS = (
    "name", "country", "kind", "evidence", "population_source", "nearest_supported_id",
    "nearest_supported_name", "nearest_supported_band", "nearest_known_name", "nearest_known_band",
    "travel", "nearest_supported_by_road_name", "represented_by", "alt_names", "crime_markets",
    "answered_by_supported", "answered_by_known", "not_answered_by_known", "not_known_for_known",
    "reason", "source", "location_source",
)  # fmt: skip
_NUMBERS = {
    "population": 0, "nearest_supported_km": 3, "nearest_known_km": 3, "flag_share": 4,
    "rank_best": 0, "rank_worst": 0, "travel_min": 0, "people_known_share": 4,
    "site_order": 0, "lat": 5, "lon": 5,
}  # fmt: skip
# What is another where another town stands for a region.
_TEXTS_OF_PLACE = (
    "population_source", "nearest_supported_id", "nearest_supported_name",
    "nearest_supported_band", "nearest_known_name", "nearest_known_band", "represented_by",
    "location_source",
)  # fmt: skip
_NUMBERS_OF_PLACE = ("population", "nearest_supported_km", "nearest_known_km", "lat", "lon")
_OF_ORDER = ["hotspot_id", "population", "nearest_supported_km", "nearest_supported_band"]
_OF_ORGANIZATIONS = (
    "organization_id", "name", "country", "town", "town_basis", "support", "source_title",
    "source_date", "source_url",
)  # fmt: skip
NOT_TOLD = "not told"
_BY_PEOPLE = ("smaller_town", "larger_town")


def page_data(result: Result, settings: Settings) -> dict[str, Any]:
    """Lay out what the page says about hotspots and organizations, ready for JSON.

    Parameters
    ----------
    result
        As `judge` returns it. Restricted organizations are measured to and not told.
    settings
        Those of the judgement.

    Returns
    -------
    dict
        `run`, `known`, `certainty`, `hotspots`, `stand_ins` (what a region is at other cut-offs),
        `organizations` (those that are public and have a town): lists of equal length, a value a
        row, or as `shared` writes them. `order`: positions of the
        rows of hotspots and stand-ins, in the order of their ranks. Lengths are metres, except
        where a name ends in `_km`.
    """
    gaps, organizations, known = result.gaps, result.organizations, result.known
    scenarios, others = result.scenarios, result.stand_ins
    return {
        "run": {
            "radius_km": settings.radius_km,
            "smaller_below": settings.smaller_below,
            "partner_radius_km": settings.partner_radius_km,
            "radius_min": settings.radius_min,
            "evidence": settings.evidence,
            "day": day(settings),
            "subline": subline(known, settings),
            # At other settings, for no gap, one, and several: how many are certain is not known.
            "sublines": [
                subline(replace(known, gaps=some, gaps_certain=None), settings) for some in range(3)
            ],
            "scenarios": len(scenarios.scenarios),
            "by_road": bool(gaps["travel"].notna().any()),
            "people": bool(gaps["people_known_share"].notna().any()),
        },
        "known": {
            "supported_placed": known.supported_placed,
            "organizations_restricted": known.organizations_restricted,
        },
        "certainty": _certainty(result),
        "hotspots": _hotspots(gaps, organizations, settings, scenarios),
        "stand_ins": _stand_ins(gaps, others, organizations, settings),
        "order": rank_order(pd.concat([gaps[_OF_ORDER], others[_OF_ORDER]], ignore_index=True)),
        "organizations": _organizations(organizations),
    }


def _certainty(result: Result) -> dict[str, int | None] | None:
    """Lay out how many gaps are certain; None where no programme says how many it supported."""
    if result.known.gaps_certain is None:
        return None
    found = result.outlook.certainty
    return {"flagged": found.flagged, "missing": found.missing, "certain": found.sure}


def answers_by_radius(gaps: gpd.GeoDataFrame, organizations: gpd.GeoDataFrame) -> pd.DataFrame:
    """Say of each hotspot from which radius on it is covered, and where nothing can be told.

    Parameters
    ----------
    gaps, organizations
        As for `page_data`.

    Returns
    -------
    pandas.DataFrame
        Aligned with `gaps`: `covered_m`, metres on the ellipsoid to the nearest supported
        organization, or to the outer edge of a restricted one's band where that is less; infinite
        where nothing covers. `untold_m`, the inner edge of the band of a restricted one: with a
        radius above it and below `covered_m` it cannot be told whether there is support; NaN where
        that does not happen.
    """
    groups = groups_of({None: organizations}, {})
    (reach,) = straight_reaches(gaps, groups, 1, ("as_placed",))
    covered = np.minimum(reach.near, reach.outer)
    # An inner edge beyond the nearest public one changes no answer, and is not told.
    untold = np.where(reach.inner < covered, reach.inner, np.nan)
    return pd.DataFrame({"covered_m": covered, "untold_m": untold}, index=gaps.index)


def rank_order(gaps: pd.DataFrame) -> list[int]:
    """Order all rows as `rank` orders the gaps among them: it hangs on no radius or cut-off.

    Returns
    -------
    list of int
        Positions: farthest from support first, then the more populous, then by id.
    """
    edges = dict(zip(BANDS, (*BAND_EDGES_KM, math.inf), strict=True))
    edge = gaps["nearest_supported_band"].map(edges).astype("float64")
    keys = pd.DataFrame(
        {
            "away": gaps["nearest_supported_km"].fillna(edge).to_numpy(dtype=float),
            "people": gaps["population"].fillna(0).to_numpy(dtype=float),
            "id": gaps["hotspot_id"].to_numpy(),
        }
    )
    by = keys.sort_values(
        ["away", "people", "id"], ascending=[False, False, True], na_position="first"
    )
    return [int(at) for at in by.index]


def _hotspots(
    gaps: gpd.GeoDataFrame,
    organizations: gpd.GeoDataFrame,
    settings: Settings,
    scenarios: Robustness,
) -> dict[str, Any]:
    """Lay out the hotspots, a list a column."""
    tried = scenarios.towns.set_index("hotspot_id")
    columns: dict[str, Any] = {
        "id": gaps["hotspot_id"].tolist(),
        "in_question": gaps["in_question"].astype(int).tolist(),
        **_measured(gaps, organizations, settings),
        "people_within": numbers(gaps[people_column(settings)], 0),
        "flip": shared(gaps["hotspot_id"].map(tried["nearest_flip"])),
        "scenarios": numbers(gaps["hotspot_id"].map(tried["scenarios"]), 0),
    }
    columns |= {name: shared(gaps[name]) for name in _TEXTS}
    # Rounded here once, as the other outputs round: whole numbers are cut off below.
    gaps = gaps.assign(travel_min=gaps["travel_min"].round())
    return columns | {name: numbers(gaps[name], places) for name, places in _NUMBERS.items()}


def _stand_ins(
    gaps: gpd.GeoDataFrame,
    others: gpd.GeoDataFrame,
    organizations: gpd.GeoDataFrame,
    settings: Settings,
) -> dict[str, Any]:
    """Lay out what regions are at each cut-off: `of` which hotspot, and from above which size."""
    positions = pd.Index(gaps["hotspot_id"]).get_indexer(others["hotspot_id"])
    measured = _measured(others, organizations, settings)
    # Bands around many towns of one region would narrow a withheld organization down.
    bands = ["nearest_supported_band", "nearest_known_band"]
    others = others.assign(
        **{name: others[name].mask(others[name].notna(), NOT_TOLD) for name in bands}
    )
    return {
        "of": [int(at) for at in positions],
        "stands_above": numbers(others["stands_above"], 0),
        "told": others["told"].astype(int).tolist(),
        **measured,
        **{name: shared(others[name]) for name in _TEXTS_OF_PLACE},
        **{name: numbers(others[name], _NUMBERS[name]) for name in _NUMBERS_OF_PLACE},
    }


def _measured(
    gaps: gpd.GeoDataFrame, organizations: gpd.GeoDataFrame, settings: Settings
) -> dict[str, Any]:
    """Lay out what the answer at any radius and cut-off is made of."""
    reach = answers_by_radius(gaps, organizations)
    sizes = gaps["size_class"]
    asked_at_all = sizes.isin(_BY_PEOPLE) | gaps["kind"].eq("border_crossing")
    supported = organizations["supported"].astype("boolean").fillna(value=False).astype(bool)
    partners = count_shown(gaps, organizations[~supported], settings.partner_radius_km * 1000)
    partner = partners.gt(0).fillna(value=False).astype(bool) & asked_at_all
    return {
        "located": gaps.geometry.notna().astype(int).tolist(),
        # A class that people decide is decided in the browser, by the cut-off.
        "fixed_size": shared(sizes.mask(sizes.isin(_BY_PEOPLE))),
        "partner": partner.astype(int).tolist(),
        # Of what is never asked, no radius says anything.
        "covered_m": numbers(reach["covered_m"].where(asked_at_all), None),
        "untold_m": numbers(reach["untold_m"].where(asked_at_all), None),
        "known_within": numbers(gaps[count_columns(settings)[1]], 0),
    }


def _organizations(organizations: gpd.GeoDataFrame) -> dict[str, Any]:
    """Lay out the public organizations that have a town, supported ones first, a list a column."""
    public = public_organizations(organizations)
    placed = public[public.geometry.notna()].to_crs("EPSG:4326")
    rank = placed["support"].map({"documented": 0, "probable": 1}).fillna(2)
    rows = placed.assign(rank=rank).sort_values(["rank", "town", "name", "organization_id"])
    columns: dict[str, Any] = {name: shared(rows[name]) for name in _OF_ORGANIZATIONS}
    points = {"lat": rows.geometry.y, "lon": rows.geometry.x}
    return columns | {name: shared(numbers(at, 5)) for name, at in points.items()}


def shared(column: pd.Series[Any] | list[Any]) -> dict[str, Any]:
    """Write each value once, in order of appearance, and its position for each row; -1 for none.

    One number where all rows have the same position, and no positions where each has its own.

    >>> shared(pd.Series(["a", None, "a", "b"]))
    {'values': ['a', 'b'], 'at': [0, -1, 0, 1]}
    >>> shared([None, None]), shared(["a", "b"])
    ({'values': [], 'at': -1}, {'values': ['a', 'b']})
    """
    rows = pd.Series(column).astype(object)
    positions, values = pd.factorize(rows.where(rows.notna(), None))
    at, found = positions.tolist(), {"values": list(values)}
    if at == list(range(len(at))):
        return found
    return found | {"at": at[0] if len(set(at)) == 1 else at}


def numbers(column: pd.Series[Any], places: int | None) -> list[float | int | None]:
    """Write numbers rounded to as much as they say; None for what is not known or infinite.

    >>> numbers(pd.Series([1.23456, None]), 3), numbers(pd.Series([3, None]), 0)
    ([1.235, None], [3, None])
    """
    values = column.astype("Float64").to_numpy(dtype=float, na_value=np.nan).tolist()
    return [None if not math.isfinite(value) else _rounded(value, places) for value in values]


def _rounded(value: float, places: int | None) -> float | int:
    if places is None:
        return value
    return int(value) if places == 0 else round(value, places)
