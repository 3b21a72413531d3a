"""Tables of the brief: headings, cells and sources, written from the rows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pandas as pd

from hotspot_gaps.gaps.citations import citations
from hotspot_gaps.gaps.discretion import WITHHELD
from hotspot_gaps.gaps.flags import count_columns, flagged_rows, gap_rows
from hotspot_gaps.outputs.map_panels import shortened
from hotspot_gaps.outputs.phrases import ANSWERS, EVIDENCES, percent, source_parts
from hotspot_gaps.outputs.style import KIND_WORDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd

    from hotspot_gaps.settings import Settings

SIZES = {"larger_town": "larger town", "capital": "capital"}
TRAVEL = {"unreachable": "unreachable", "too_far_from_a_road": "too far"}
# A longer word may be broken after every so many letters, where the column ends.
LONGEST_WORD, PIECE = 16, 6
LETTERS = 60  # of a name
ZERO_WIDTH_SPACE = "\u200b"
# Rows of a country: more than two pages nobody reads, and the tables have them all.
MOST_HOTSPOTS, MOST_PARTNERS = 40, 12


def country_tables(
    gaps: gpd.GeoDataFrame, partners: Sequence[tuple[str, ...]], settings: Settings
) -> dict[str, Any]:
    """Write the tables of one country: its hotspots, who is known near the gaps, and sources.

    Parameters
    ----------
    gaps
        Rows of that country.
    partners
        Its rows of `known_near`.
    settings
        Radii.

    Returns
    -------
    dict
        `columns`, `rows`, `partners` and `sources`; `more` and `more_partners` say how many rows
        are left out. Rows carry the number of their source in the list.
    """
    gap = gap_rows(gaps)
    order = gaps.assign(apart=~gaps["in_question"], no_gap=~gap).sort_values(
        ["apart", "no_gap", "rank", "name", "hotspot_id"]
    )
    shown = order.head(MOST_HOTSPOTS)
    sources: dict[str, int] = {}
    by_road = bool(gaps["travel"].notna().any())
    rows = [
        {
            "cells": [
                *_broken(hotspot_cells(row, settings, by_road=by_road)),
                _number(row["source"], sources),
            ],
            "gap": not row["no_gap"],
            "apart": row["apart"],
        }
        for row in shown.to_dict("records")
    ]
    near = [[*_broken(row[:4]), _number(row[4], sources)] for row in partners[:MOST_PARTNERS]]
    return {
        "columns": hotspot_columns(gaps, settings),
        "rows": rows,
        "more": _more(len(order) - len(shown), "gaps.csv"),
        "partners": near,
        "more_partners": _more(len(partners) - len(near), "gaps.gpkg"),
        "sources": [
            {**parts, "text": breakable(parts["text"]), "shown": _shown(parts["url"])}
            for parts in map(source_parts, sources)
        ],
    }


def _broken(cells: Sequence[str]) -> list[str]:
    return [breakable(cell) for cell in cells]


def _number(source: Any, sources: dict[str, int]) -> str:
    """Return the number of a source in the list of its page, where it has one."""
    text = source if isinstance(source, str) else ""
    if not text:
        return ""
    return str(sources.setdefault(text, len(sources) + 1))


def _more(count: int, file: str) -> str:
    return f"and {count:,} more, in {file}" if count else ""


def known_near(
    gaps: gpd.GeoDataFrame, public: gpd.GeoDataFrame, settings: Settings
) -> dict[str, list[tuple[str, ...]]]:
    """List by country who is known near the gaps and may be named.

    Parameters
    ----------
    gaps
        As `find_gaps` returns it.
    public
        Public organizations.
    settings
        The radius within which a partner is near.

    Returns
    -------
    dict
        By code of the country: gap, organization, town, kilometres and source, by rank of the gap
        and nearest first.
    """
    from hotspot_gaps.access.geodesic import pairs_within

    flagged = gaps.loc[flagged_rows(gaps), ["name", "country", "rank", "geometry"]]
    flagged = flagged.sort_values("rank").reset_index(drop=True)
    free = public[~public["supported"] & public.geometry.notna()].reset_index(drop=True)
    pairs = pairs_within(flagged, free, radius_m=settings.partner_radius_km * 1000)
    free = free.assign(source=citations(free))
    places, others = flagged.to_dict("records"), free.to_dict("records")
    found: dict[str, list[tuple[str, ...]]] = {}
    for place, other, metres in pairs.itertuples():
        who = others[other]
        names = places[place]["name"], who["name"], who["town"]
        cells = [shortened(str(name), LETTERS) for name in names]
        row = (*cells, f"{metres / 1000:.1f}", who["source"])
        found.setdefault(places[place]["country"], []).append(row)
    return found


def hotspot_columns(gaps: gpd.GeoDataFrame, settings: Settings) -> list[dict[str, Any]]:
    """Return heading, alignment and width of each column of the table of hotspots.

    A width is in points; the column without one takes what is left.
    """
    known = f"known within {settings.partner_radius_km:.10g} km"
    columns = [
        ("hotspot", "left", None),
        ("kind", "left", 38),
        ("evidence", "left", 60),
        ("answer", "left", 114),
        ("inhabitants", "right", 46),
        ("km to support", "right", 38),
        (known, "right", 51),
        ("gap, share of scenarios", "right", 44),
        ("source", "right", 25),
    ]
    if _by_road(gaps):
        columns.insert(6, ("min by road", "right", 34))
    return [{"title": title, "align": align, "width": width} for title, align, width in columns]


def hotspot_cells(row: pd.Series[Any], settings: Settings, *, by_road: bool) -> list[str]:
    """Write one hotspot as a row of the table, all but its source."""
    kind = KIND_WORDS.get(row["kind"], str(row["kind"]))
    evidence = EVIDENCES.get(row["evidence"], str(row["evidence"]))
    people = "" if pd.isna(row["population"]) else f"{row['population']:,}"
    cells = [
        shortened(str(row["name"]), LETTERS), kind, evidence, answer(row),
        people or "not known", distance(row), known_count(row, settings), share(row),
    ]  # fmt: skip
    if row["kind"] in {"border_crossing", "airport", "region"} and not people:
        cells[4] = "–"
    if by_road:
        cells.insert(6, minutes(row))
    return cells


def _by_road(gaps: gpd.GeoDataFrame) -> bool:
    return bool(gaps["travel"].notna().any())


def answer(row: Any) -> str:
    """Write the answer for one hotspot in a few words."""
    kind = row["gap_type"]
    if kind == "not_asked":
        what = SIZES.get(row["size_class"], KIND_WORDS.get(row["kind"], row["kind"]))
        return f"{ANSWERS[kind]}: {what}"
    return ANSWERS.get(kind, ANSWERS["unknown"])


def distance(row: Any) -> str:
    """Write the distance to documented support, as a band where it may not be told."""
    km, band = row["nearest_supported_km"], row["nearest_supported_band"]
    if km >= 0:
        return f"{km:.1f}"
    if row["geometry"] is None:
        return "–"
    return band if isinstance(band, str) else "none placed"


def minutes(row: Any) -> str:
    """Write the minutes by road, or why there are none."""
    if pd.isna(row["travel"]):
        return "–"
    if row["travel"] in TRAVEL or pd.isna(row["travel_min"]):
        return TRAVEL.get(row["travel"], "–")
    return f"{row['travel_min']:.0f}"


def known_count(row: Any, settings: Settings) -> str:
    """Write how many organizations are known in reach, or that all of them are withheld."""
    count = row[count_columns(settings)[1]]
    if pd.isna(count):
        return "–"
    # A public organization in reach would be the one that is named.
    return WITHHELD if count and row["nearest_known_id"] == WITHHELD else f"{count}"


def share(row: Any) -> str:
    """Write in which share of the scenarios a hotspot is a gap."""
    return "–" if pd.isna(row["flag_share"]) else percent(float(row["flag_share"]))


def _shown(url: str) -> str:
    """Let an address be broken where it has no sign that one can be broken at for long."""
    return re.sub(rf"[^/_.?=&%-]{{{LETTERS},}}", lambda run: breakable(run[0]), url)


def breakable(text: str) -> str:
    """Let a word that is longer than a column be broken.

    >>> breakable("Bar"), breakable("a" * 18).split(ZERO_WIDTH_SPACE)
    ('Bar', ['aaaaaa', 'aaaaaa', 'aaaaaa'])
    """

    def pieces(word: re.Match[str]) -> str:
        return re.sub(rf"(\S{{{PIECE}}})(?=\S)", rf"\1{ZERO_WIDTH_SPACE}", word[0])

    return re.sub(rf"\S{{{LONGEST_WORD + 1},}}", pieces, text)
