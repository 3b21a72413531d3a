"""What is known and what is missing: counts that stand beside every result."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from hotspot_gaps.gaps.discretion import WITHHELD, is_restricted
from hotspot_gaps.gaps.flags import gap_rows

if TYPE_CHECKING:
    import geopandas as gpd

    from hotspot_gaps.settings import Settings

DOCUMENTED = ("direct", "reported")


class Missing(NamedTuple):
    """How many supported organizations have no place, and what is stated of how many there are.

    `number` are those that a programme's stated number lacks, and those that are known without a
    town beside that. `total` are all of them, placed or not. `stated` is the sum of the numbers
    that programmes of that date state, None without any, and `notes` what their texts add.
    `silent` are programmes of that date, or of an organization that is known, of which no number is
    stated: of them any number more may be missing. One that only restricted organizations name is
    told as `withheld`.
    """

    number: int
    total: int
    stated: int | None
    silent: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Known:
    """Counts of what is listed, placed and stated; None where nothing is stated.

    Attributes
    ----------
    hotspots_listed, hotspots_placed, hotspots_by_extent
        Documented hotspots (direct or reported): in the table, on the map, and of those the
        regions that a town inside an extent stands for.
    hotspots_stated
        How many places the published list has, as its authors put it.
    in_question, in_question_placed
        Hotspots that the question is asked of, by their evidence.
    apart_placed, apart_gaps
        Placed hotspots outside the question, counted apart; gaps among them.
    asked, gaps, unfunded_partner, no_known_partner, covered, size_unknown, untold
        Hotspots in question: that can be gaps, that are, by type, that are covered, that are
        placed and yet not judged, and all that are not judged.
    partner_withheld
        Gaps of type `unfunded_partner` where every known organization in reach is restricted.
    organizations_known, organizations_placed, organizations_restricted
        Organizations in the table, with a town, and with name and town withheld.
    towns_with_others
        Towns with a public organization that has no documented or probable support.
    supported_known, supported_placed, supported_restricted
        Organizations with documented support on the date, those with a town, and those withheld.
    supported_stated, supported_total, supported_missing, stated_note
        How many organizations the programmes say they supported; all that there are with those
        that are known beside that; how many of these cannot be placed; and what the texts add,
        such as another number. None where no programme states a number.
    programmes_silent
        Programmes of the date that do not say how many they supported.
    probable, probable_placed
        Organizations whose support on the date is probable, not documented.
    unlisted, unlisted_countries
        Placed hotspots in question where the table has no organization of the country that can be
        shown, and these countries: nobody was looked for there.
    gaps_certain
        How many of `gaps` are gaps wherever the support without a place is; None if that is not
        asked, or if no programme says how much support there is.
    """

    hotspots_listed: int
    hotspots_placed: int
    hotspots_by_extent: int
    hotspots_stated: int | None
    in_question: int
    in_question_placed: int
    apart_placed: int
    apart_gaps: int
    asked: int
    gaps: int
    unfunded_partner: int
    no_known_partner: int
    covered: int
    size_unknown: int
    untold: int
    partner_withheld: int
    organizations_known: int
    organizations_placed: int
    organizations_restricted: int
    towns_with_others: int
    supported_known: int
    supported_placed: int
    supported_restricted: int
    supported_stated: int | None
    supported_total: int | None
    supported_missing: int | None
    stated_note: str
    programmes_silent: tuple[str, ...]
    probable: int
    probable_placed: int
    unlisted: int
    unlisted_countries: tuple[str, ...]
    gaps_certain: int | None = None


def what_is_known(
    gaps: gpd.GeoDataFrame,
    organizations: gpd.GeoDataFrame,
    programmes: pd.DataFrame,
    *,
    settings: Settings,
    hotspots_stated: int | None = None,
) -> Known:
    """Count what a gap table rests on.

    Parameters
    ----------
    gaps
        As `find_gaps` returns it.
    organizations
        As `load_organizations` returns them.
    programmes
        Columns `programme`, `from`, `to`, `stated_count` (how many a programme says it supported)
        and `note`.
    settings
        The settings of the run; `as_of` picks the programmes.
    hotspots_stated
        How many places the published list has; None when that is not known.

    Returns
    -------
    Known
    """
    return Known(
        hotspots_stated=hotspots_stated,
        **_hotspot_counts(gaps),
        **_organization_counts(organizations),
        **_stated_counts(organizations, programmes, settings),
        **_nobody_listed(gaps, organizations),
    )


def _hotspot_counts(gaps: gpd.GeoDataFrame) -> dict[str, Any]:
    placed = gaps.geometry.notna()
    asked = gaps["in_question"]
    flagged = gap_rows(gaps)
    listed = gaps["evidence"].isin(DOCUMENTED)
    types = gaps["gap_type"]
    gap = asked & flagged
    partner = gap & types.eq("unfunded_partner")
    covered = asked & types.eq("covered")
    masks = {
        "hotspots_listed": listed,
        "hotspots_placed": listed & placed,
        "hotspots_by_extent": listed & placed & gaps["represented_by"].notna(),
        "in_question": asked,
        "in_question_placed": asked & placed,
        "apart_placed": ~asked & placed,
        "apart_gaps": ~asked & flagged,
        "asked": gap | covered,
        "gaps": gap,
        "unfunded_partner": partner,
        "no_known_partner": gap & types.eq("no_known_partner"),
        "covered": covered,
        "size_unknown": asked & placed & types.eq("unknown"),
        "untold": asked & types.eq("unknown"),
        # A public organization in reach would be the one that is named.
        "partner_withheld": partner & gaps["nearest_known_id"].eq("withheld"),
    }
    return {name: int(mask.sum()) for name, mask in masks.items()}


def _organization_counts(organizations: gpd.GeoDataFrame) -> dict[str, Any]:
    placed = organizations.geometry.notna()
    restricted = is_restricted(organizations)
    support = organizations["support"]
    documented, probable = support.eq("documented"), support.eq("probable")
    others = organizations[placed & ~restricted & support.isna()].geometry
    masks = {
        "organizations_placed": placed,
        "organizations_restricted": restricted,
        "supported_known": documented,
        "supported_placed": documented & placed,
        "supported_restricted": documented & restricted,
        "probable": probable,
        "probable_placed": probable & placed,
    }
    counts = {name: int(mask.sum()) for name, mask in masks.items()}
    towns = others.drop_duplicates()
    return {**counts, "organizations_known": len(organizations), "towns_with_others": len(towns)}


def _nobody_listed(gaps: gpd.GeoDataFrame, organizations: gpd.GeoDataFrame) -> dict[str, Any]:
    public = organizations.loc[~is_restricted(organizations), "country"]
    asked = gaps.loc[gaps["in_question"] & gaps.geometry.notna(), "country"]
    alone = asked[~asked.isin(public)]
    return {"unlisted": len(alone), "unlisted_countries": tuple(sorted(set(alone)))}


def _stated_counts(
    organizations: gpd.GeoDataFrame, programmes: pd.DataFrame, settings: Settings
) -> dict[str, Any]:
    found = missing_organizations(organizations, programmes, settings=settings)
    told = found.stated is not None
    return {
        "supported_stated": found.stated,
        "supported_total": found.total if told else None,
        "supported_missing": found.number if told else None,
        "stated_note": "; ".join(found.notes),
        "programmes_silent": found.silent,
    }


def _unlisted(lists: pd.Series[Any], programmes: pd.DataFrame) -> set[str]:
    """Return the programmes of organizations that the table of programmes does not have."""
    return set(lists.explode().dropna()) - set(programmes["programme"]) - {""}


def missing_organizations(
    organizations: gpd.GeoDataFrame, programmes: pd.DataFrame, *, settings: Settings
) -> Missing:
    """Count the supported organizations without a place.

    Parameters
    ----------
    organizations
        As `load_organizations` returns them.
    programmes
        As for `what_is_known`.
    settings
        `as_of` picks the programmes.

    Returns
    -------
    Missing
        A restricted organization that has a town is placed. One with documented support and no
        town is missing, once: within a programme's stated number, or beside it. A programme none
        of whose organizations is known has all of them missing.
    """
    day = settings.as_of.isoformat()
    documented = organizations[organizations["support"].eq("documented")]
    lists = documented["programmes"].fillna("").astype("str").str.split(";")
    placed = documented.geometry.notna().to_numpy()
    beside = np.ones(len(documented), dtype=bool)
    number, total, stated, silent, notes = 0, 0, 0, [], []
    valid = programmes[programmes["from"].le(day) & programmes["to"].ge(day)]
    for row in valid.to_dict("records"):
        own = np.array([row["programme"] in listed for listed in lists], dtype=bool)
        if pd.isna(row["stated_count"]):
            silent.append(str(row["programme"]))
            continue
        stated += int(row["stated_count"])
        total += max(int(row["stated_count"]), int(own.sum()))
        number += max(int(row["stated_count"]), int(own.sum())) - int(placed[own].sum())
        notes += [row["note"]] if isinstance(row.get("note"), str) else []
        beside &= ~own
    number += int((~placed & beside).sum())
    told = len(silent) < len(valid)
    secret = is_restricted(documented)
    silent += sorted(_unlisted(lists[~secret], programmes))
    # A programme that none but withheld organizations name would tell who supports them.
    silent += [WITHHELD] * bool(_unlisted(lists, programmes) - set(silent))
    return Missing(
        number,
        total + int(beside.sum()),
        stated if told else None,
        tuple(silent),
        tuple(notes),
    )
