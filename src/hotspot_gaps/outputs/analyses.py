"""Analyses: what was found beyond the gaps, as tables, layers, and records for the manifest."""

from __future__ import annotations

import json
from dataclasses import asdict
from math import isnan
from typing import TYPE_CHECKING, Any

from hotspot_gaps.gaps.concentration import ALL
from hotspot_gaps.gaps.flags import gap_rows
from hotspot_gaps.gaps.robustness import sure_gaps

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from hotspot_gaps.gaps.concentration import Concentration
    from hotspot_gaps.gaps.networks import Islands
    from hotspot_gaps.gaps.outlook import Outlook
    from hotspot_gaps.gaps.robustness import Robustness


def analysis_tables(scenarios: Robustness, found: Outlook) -> dict[str, pd.DataFrame]:
    """Return the tables that a run writes as CSV, by name.

    Parameters
    ----------
    scenarios
        As `robustness` returns it.
    found
        As `outlook` returns it.
    """
    return {
        "robustness": scenarios.towns,
        "scenarios": scenarios.scenarios,
        "certainty": found.certainty.curve,
        "sites": found.sites.sites,
        "islands": found.islands.islands,
        "links": found.islands.links,
        "markets": found.markets,
        "concentration": found.concentration.shares,
    }


def analysis_layers(found: Outlook) -> dict[str, gpd.GeoDataFrame]:
    """Return the layers for a GIS: proposed sites, towns by island, and links.

    Parameters
    ----------
    found
        As `outlook` returns it.
    """
    sites = found.sites.sites
    towns = found.candidates.set_index("site_id").loc[sites["site_id"], ["geometry"]]
    return {
        "sites": towns.set_index(sites.index).join(sites)[[*sites, "geometry"]],
        "islands": found.islands.towns,
        "links": found.islands.links,
    }


def analysis_records(scenarios: Robustness, found: Outlook) -> dict[str, Any]:
    """Return what each analysis found as plain values, for JSON.

    Parameters
    ----------
    scenarios
        As `robustness` returns it.
    found
        As `outlook` returns it.
    """
    return {
        "robustness": _robustness(scenarios),
        "certainty": _certainty(found),
        "sites": found.sites.record(),
        "islands": _islands(found.islands),
        "themes": _themes(found.markets),
        "concentration": _concentration(found.concentration),
    }


def _robustness(scenarios: Robustness) -> dict[str, Any]:
    towns = scenarios.towns[scenarios.towns["in_question"]]
    listed = towns[gap_rows(towns)]
    kept = ["hotspot_id", "flag_share", "flag_unknown_share", "rank_best", "rank_worst"]
    return {
        "scenarios": len(scenarios.scenarios),
        "gaps_in_every_scenario": sure_gaps(scenarios),
        "gaps": _plain(listed[kept].round(4)),
    }


def _certainty(found: Outlook) -> dict[str, Any]:
    certainty = found.certainty
    told = found.missing.stated is not None  # else any number more may be missing
    bounds = ("coverable", "certain", "coverable_anywhere", "certain_anywhere")
    return {
        "flagged": certainty.flagged,
        "missing": certainty.missing if told else None,
        **{name: getattr(certainty, name) if told else None for name in bounds},
        "programmes_without_a_number": list(found.missing.silent),
        "curve": _plain(certainty.curve),
        "by_country": _plain(certainty.by_country),
        "whole_list": found.listed._asdict(),
    }


def _islands(islands: Islands) -> dict[str, Any]:
    joining = islands.links[islands.links["joins_islands"]]
    around = islands.hotspots
    outside = None if around is None else around[around["in_no_island"].fillna(value=False)]
    return {
        "within_km": islands.within,
        "towns": len(islands.towns),
        "islands": len(islands.islands),
        "one_town_alone": int(islands.islands["isolated"].sum()),
        "links_that_would_join_all": len(joining),
        "length_of_these_km": round(float(joining[islands.measure].sum()), 3),
        "across_a_border": int(joining["crosses_border"].sum()),
        "hotspots_in_no_island": None if outside is None else outside["hotspot_id"].tolist(),
        "organizations_shown": islands.shown,
        "organizations_not_placed": islands.not_placed,
        "organizations_withheld": islands.withheld,
    }


def _themes(markets: pd.DataFrame) -> dict[str, Any]:
    entries = markets[markets["crime_market"].notna() & markets["in_question"]]
    return {
        "entries_in_question": len(entries),
        **{
            f"answered_by_{level}": {
                "yes": int(entries[f"answered_by_{level}"].sum()),
                "not_known": int(entries[f"answered_by_{level}"].isna().sum()),
            }
            for level in ("supported", "known")
        },
    }


def _concentration(found: Concentration) -> dict[str, Any]:
    everywhere = found.shares[found.shares["country"].eq(ALL)]
    told = {key: value for key, value in asdict(found).items() if key not in ("shares", "lorenz")}
    by_chance = [_number(value) for value in found.gini_by_chance]
    told["supported_listed_without_a_town"] = told.pop("supported_not_placed")
    told |= {"gini": _number(found.gini), "gini_by_chance": by_chance}
    return {**told, "shares": _plain(everywhere.round(4))}


def _number(value: float) -> float | None:
    """Round a number that has no end; what is not a number is null in JSON."""
    return None if isnan(value) else round(value, 4)


def _plain(table: pd.DataFrame) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(table.to_json(orient="records"))
    return rows
