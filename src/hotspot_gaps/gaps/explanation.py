"""Explain one hotspot: find it by any spelling of its name, and lay out what is known of it."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

import pandas as pd

from hotspot_gaps.errors import UnknownPlaceError
from hotspot_gaps.sources.boundaries import load_places
from hotspot_gaps.sources.gazetteer import across_scripts, albanian_forms, fold

if TYPE_CHECKING:
    import geopandas as gpd


def explanation(gaps: gpd.GeoDataFrame, town: str) -> dict[str, Any]:
    """Lay out why a hotspot is or is not a gap.

    Parameters
    ----------
    gaps
        As `find_gaps` returns it.
    town
        Name, alternate name or id of a hotspot, in Latin or Cyrillic, with or without diacritics.

    Returns
    -------
    dict
        Name, verdict, reason, evidence, size, rank, sources; what is not known is `not known`.

    Raises
    ------
    UnknownPlaceError
        No hotspot of the table, or more than one, has this name.

    Examples
    --------
    >>> import hotspot_gaps as hg
    >>> gaps = hg.find_gaps(hg.load_hotspots(), hg.load_organizations())
    >>> explanation(gaps, "Рожаје") == explanation(gaps, "Rozaje")
    True
    """
    row = gaps.loc[find_hotspot(gaps, town)]
    shown = {
        "hotspot": f"{row['name']} ({row['country']}), {row['kind'].replace('_', ' ')}",
        "verdict": row["gap_type"].replace("_", " "),
        "why": row["reason"],
        "evidence": f"{row['evidence']}, {'in' if row['in_question'] else 'outside'} the question",
        "crime markets": row["crime_markets"]
        if isinstance(row["crime_markets"], str)
        else "not stated",
        "population": row["population"],
        "population from": row["population_source"],
        **_people(gaps, row),
        "by road": _by_road(gaps, row),
        "place from": row["location_source"],
        "rank": row["rank"] if row["rank"] is not pd.NA else "none",
        "source": row["source"],
    }
    return {name: _plain(value) for name, value in shown.items()}


def _people(gaps: pd.DataFrame, row: pd.Series[Any]) -> dict[str, Any]:
    """Say how many people live around, and of how much of the circle that is known."""
    column = next(str(name) for name in gaps if str(name).startswith("people_within_"))
    share, people = row["people_known_share"], row[column]
    if gaps["people_known_share"].isna().all():
        told: Any = "not measured: hotspot-gaps fetch population"
    elif pd.isna(people):
        told = None
    else:
        told = f"{people:,}" + (f", {share:.0%} of the circle known" if share < 0.995 else "")
    return {f"people {column[7:].replace('_', ' ')}": told}


def _by_road(gaps: pd.DataFrame, row: pd.Series[Any]) -> Any:
    """Say the minutes by road, or why there are none."""
    if gaps["travel"].isna().all():
        return "not measured: hotspot-gaps fetch roads"
    if row["travel"] == "reached":
        return f"{row['travel_min']:.0f} min to {row['nearest_supported_by_road_name']}"
    return row["travel"].replace("_", " ") if isinstance(row["travel"], str) else None


def find_hotspot(gaps: pd.DataFrame, town: str) -> Any:
    """Return the index label of the hotspot that a name means."""
    wanted = fold(town)
    names = [
        _names(row)
        for row in gaps[["hotspot_id", "name", "alt_names", "represented_by"]].itertuples(
            index=False
        )
    ]
    tiers = [
        [wanted in {fold(row[0]), fold(row[1])} for row in names],
        [wanted in {fold(name) for name in row} for row in names],
        [wanted in {f for name in row for f in albanian_forms(fold(name))} for row in names],
        [across_scripts(wanted) in {across_scripts(fold(n)) for n in row} for row in names],
    ]
    # Part of a name is enough, unless it is the name of another town.
    if len(wanted) > 3 and _towns(wanted).empty:
        tiers.append([any(wanted in fold(name) for name in row) for row in names])
    for hits in tiers:
        found = gaps.index[hits]
        if len(found) == 1:
            return found[0]
        if len(found):
            which = ", ".join(gaps.loc[found, "hotspot_id"])
            raise UnknownPlaceError(f"{town}: several hotspots have this name; say which: {which}.")
    raise UnknownPlaceError(f"{town}: not in the list of hotspots. {_advice(wanted, names)}")


def _towns(wanted: str) -> gpd.GeoDataFrame:
    """Return the towns of the gazetteer that have this folded name."""
    places = load_places()
    return places[places["name"].map(fold).eq(wanted)]


def _advice(wanted: str, names: list[list[str]]) -> str:
    """Suggest a hotspot that is spelt alike, unless the name is that of another town."""
    for place in _towns(wanted).itertuples():
        return (
            f"{place.name} ({place.country}) is a town that no text read here names as one; "
            "that is not to say it is none."
        )
    known = {fold(name): row[1] for row in names for name in row}
    close = difflib.get_close_matches(wanted, known, n=3, cutoff=0.75)
    hint = " or ".join(sorted({known[key] for key in close}))
    return f"Did you mean {hint}?" if hint else "See the column name in gaps.csv."


def _names(row: Any) -> list[str]:
    alternates = row.alt_names.split(";") if isinstance(row.alt_names, str) else []
    others = [*alternates, *([row.represented_by] if isinstance(row.represented_by, str) else [])]
    return [row.hotspot_id, row.name, *(name.strip() for name in others if name.strip())]


def _plain(value: Any) -> Any:
    if pd.isna(value):
        return "not known"
    return int(value) if hasattr(value, "__index__") else value
