"""Sheets of the workbook: what stands in each, as plain values."""

from __future__ import annotations

import datetime as dt
import math
import re
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

import numpy as np
import pandas as pd

from hotspot_gaps.gaps.citations import citations
from hotspot_gaps.gaps.counts import plural
from hotspot_gaps.outputs.certainty_words import certain_line
from hotspot_gaps.outputs.field_meanings import meanings
from hotspot_gaps.outputs.phrases import source_parts
from hotspot_gaps.outputs.privacy import public_organizations
from hotspot_gaps.outputs.source_words import BUILTIN_SOURCES, HEADINGS, said_of_layers
from hotspot_gaps.outputs.tables import defused, rounded
from hotspot_gaps.outputs.words import (
    KOSOVO_NOTE,
    headline,
    not_known,
    rule_line,
    subline,
)
from hotspot_gaps.settings import LAYERS, TABLES

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd

    from hotspot_gaps.gaps.missing import Known
    from hotspot_gaps.gaps.result import Result
    from hotspot_gaps.settings import Settings

# What a reader looks for first; the other columns follow in the order of gaps.csv.
FIRST = (
    "rank", "name", "country", "gap_type", "in_question", "is_gap", "kind", "evidence",
    "population", "nearest_supported_km", "nearest_supported_band", "nearest_known_name",
    "nearest_known_km", "nearest_known_band", "flag_share", "reason",
)  # fmt: skip
FORMS = (
    ("_km", "0.0"), ("share", "0 %"), ("_min", "0"), ("population", "#,##0"), ("people", "#,##0"),
    ("lat", "0.00000"), ("lon", "0.00000"),
)  # fmt: skip
WIDE = {
    "name": 30, "reason": 90, "source": 60, "location_source": 40, "alt_names": 26,
    "crime_markets": 28, "themes": 24, "programmes": 24, "source_title": 50, "source_url": 50,
    "gap_type": 21, "kind": 17, "nearest_supported_name": 30, "nearest_known_name": 30, "town": 20,
    "population_source": 20,
}  # fmt: skip
NARROW = {
    "rank": 9, "country": 10, "in_question": 13, "is_gap": 13, "evidence": 12, "flag_share": 13,
    "lat": 10, "lon": 10,
}  # fmt: skip
PLAIN_WIDTH = 14
WRAPPED = ("reason", "source_title")
MEANINGS = {
    "as_of": "Date on which support must be valid to count",
    "radius_km": "Kilometres within which support is nearby",
    "partner_radius_km": "Kilometres within which a known organization is a possible partner",
    "radius_min": "Minutes by road within which support is nearby",
    "smaller_below": "Inhabitants below which a town is a smaller town",
    "evidence": "Weakest evidence that the question is asked of: direct, reported or related",
    "new_grants": "How many sites the run proposes for support",
    "link_km": "Kilometres within which towns with organizations are linked into islands",
    "figures": "Whether a picture of each analysis is drawn",
    "hxl": "Whether gaps.csv has a second row of HXL hashtags",
    "basemap": "Host of a live background; empty: the built-in relief",
    "travel.link_factor": "Speed on ramps, as a share of the speed of their class",
    "travel.access_km_h": "Kilometres an hour between a place and the nearest road",
    "travel.detour": "Way to the nearest road, as a multiple of the straight line",
    "travel.farthest_road_km": "Kilometres; a place farther from a road is too far",
    "travel.border_delay_min": "Minutes lost at each border",
    "travel.closed_borders": "Borders that are closed",
}
SHEETS = {
    "gaps": "a row a hotspot, the gaps first; colours by type, darker is worse",
    "organizations": "organizations that may be shown, at their town; others as counts",
    "unlocated": "hotspots and organizations that have no place, and why",
    "settings": "what the run was told",
    "sources": "what every row and layer rests on, with addresses",
}


class Column(NamedTuple):
    """A column: heading, meaning, width in letters, number format, and how it is shown."""

    title: str
    meaning: str = ""
    width: float = PLAIN_WIDTH
    form: str = ""
    wrapped: bool = False
    linked: bool = False
    colour: str = ""


class Sheet(NamedTuple):
    """A sheet: name, a note above, columns and rows; and how many columns stay in view."""

    title: str
    note: str
    columns: list[Column]
    rows: list[list[Any]]
    frozen: int = 0
    filtered: bool = True
    printed: int = 0  # columns on paper; all when 0


def sheets(result: Result, settings: Settings) -> list[Sheet]:
    """Return the sheets of the workbook, in their order.

    Parameters are as for `write_workbook`.
    """
    gaps, known = result.gaps, result.known
    certain = certain_line(result.outlook.certainty, known)
    public = public_organizations(result.organizations)
    said = headline(known, settings)
    more = said_of_layers(result, drawn=False)
    return [
        _gaps(gaps, f"{said}. {certain}".strip()),
        _organizations(public, len(result.organizations) - len(public)),
        _unlocated(gaps, public),
        _settings(settings),
        _sources(gaps, public, settings, more),
        _read_me([said, subline(known, settings), certain], known, settings, result.notes),
    ]


def _gaps(gaps: gpd.GeoDataFrame, note: str) -> Sheet:
    """Return the gaps by rank, then the other hotspots in question, then those apart."""
    order = gaps.assign(apart=~gaps["in_question"]).sort_values(["apart", "rank", "hotspot_id"])
    names = [c for c in gaps if c != gaps.geometry.name]
    # Columns that nothing was measured for, such as minutes without roads, are in the way.
    names = [c for c in names if gaps[c].notna().any() or c in FIRST]
    first = [c for c in FIRST if c in names]
    names = first + [c for c in names if c not in first]
    table = pd.DataFrame(order[names])
    return Sheet("gaps", note, _columns("gaps", names), _rows(table), 2, printed=len(first))


def _organizations(public: gpd.GeoDataFrame, hidden: int) -> Sheet:
    """Return the public organizations; above them how many others there are."""
    table = pd.DataFrame(public.drop(columns="geometry"))
    table = table.sort_values(["country", "town", "name", "organization_id"])
    first, last = ("name", "country", "town"), "source_url"  # addresses are long
    names = [*first, *(str(c) for c in table if c not in (*first, last)), last]
    note = f"{plural(len(public), 'organization')} shown."
    if hidden:
        note += f" {hidden} more counted and withheld for safety; the sheet read-me says more."
    return Sheet(
        "organizations", note, _columns("organizations", names), _rows(table[names]), frozen=1
    )


def _unlocated(gaps: gpd.GeoDataFrame, public: gpd.GeoDataFrame) -> Sheet:
    """Return what has no place: on no map, and measured to by nothing."""
    lost = gaps[gaps.geometry.isna()]
    hotspots = pd.DataFrame(
        {
            "what": "hotspot",
            "id": lost["hotspot_id"],
            "name": lost["name"],
            "country": lost["country"],
            "why": lost["location_source"].astype("str").str.removeprefix("not located: "),
            "source": lost["source"],
        }
    )
    away = public[public.geometry.isna()]
    others = pd.DataFrame(
        {
            "what": "organization",
            "id": away["organization_id"],
            "name": away["name"],
            "country": away["country"],
            "why": "no town is known",
            "source": citations(away),
        }
    )
    table = pd.concat([hotspots, others]).astype("str")
    note = (
        f"{plural(len(lost), 'hotspot')} and {plural(len(away), 'organization')} without a place: "
        "kept, counted, and on no map."
    )
    columns = [
        Column("What"), Column("Id", width=24), Column("Name", width=44), Column("Country"),
        Column("Why", width=44, wrapped=True), Column("Source", width=80, wrapped=True),
    ]  # fmt: skip
    return Sheet("unlocated", note, columns, _rows(table), frozen=3)


def _settings(settings: Settings) -> Sheet:
    """Return what the run was told; of files the name alone, of addresses the host alone."""
    told = settings.model_dump(exclude={"out", *TABLES, *LAYERS, "basemap", "travel"})
    for key in (*TABLES, *LAYERS):
        path = getattr(settings, key)
        told[key] = path.name if path is not None else None
    told["basemap"] = urlsplit(settings.basemap).hostname if settings.basemap else None
    for key, value in settings.travel.model_dump().items():
        if isinstance(value, dict):
            told |= {f"travel.{key}.{name}": number for name, number in value.items()}
        else:
            told[f"travel.{key}"] = ", ".join(value) if isinstance(value, tuple) else value
    rows = [[key, _plain(value), _meaning(key)] for key, value in told.items()]
    columns = [
        Column("Setting", width=32), Column("Value", width=24), Column("Meaning", width=80)
    ]  # fmt: skip
    return Sheet("settings", "The same settings give the same answer.", columns, rows)


def _meaning(key: str) -> str:
    if key in TABLES:
        return "Your own table, by file name; empty: the built-in one"
    if key in LAYERS:
        return "A larger layer, by file name; empty: what was fetched, if anything"
    if key.startswith("travel.speeds"):
        return "Kilometres an hour on this class of road"
    return MEANINGS.get(key, "")


def _sources(
    gaps: gpd.GeoDataFrame, public: gpd.GeoDataFrame, settings: Settings, more: str
) -> Sheet:
    """Return the sources of layers, then those of rows with how many rows each has."""
    rows: list[list[Any]] = []
    for table, heading in HEADINGS.items():
        path = getattr(settings, table)
        said = BUILTIN_SOURCES[table] if path is None else path.name
        rows.append([heading, said, None, None])
    if more:
        rows.append(["Other", more, None, None])
    for what, texts in (("hotspot", gaps["source"]), ("organization", citations(public))):
        counts = pd.Series(list(texts), dtype="str")
        counts = counts[counts.fillna("").ne("")].value_counts().sort_index()
        for text, count in counts.items():
            found = source_parts(str(text))
            rows.append([what, found["text"], found["url"] or None, int(count)])
    rows = [[_plain(value) for value in row] for row in rows]
    columns = [
        Column("For", width=22),
        Column("Source", "Title and date, as the source states them", 90, wrapped=True),
        Column("Address", "Leaves this file when followed", 70, linked=True),
        Column("Rows", "Rows of the tables that rest on it", 8, "0"),
    ]
    return Sheet("sources", "What every row and layer rests on.", columns, rows)


def _read_me(said: list[str], known: Known, settings: Settings, notes: Sequence[str]) -> Sheet:
    """Return what a reader should know who opens this file first."""
    rows = [["Finding", text] for text in said if text]
    rows += [["Rule", rule_line(settings)]]
    rows += [["Not known", text] for text in not_known(known, settings)]
    rows += [
        ["Withheld" if text.startswith("Withheld: ") else "How sure", text] for text in notes[1:]
    ]
    rows += [["Sheet " + name, meaning] for name, meaning in SHEETS.items()]
    rows += [
        ["Columns", "Above each heading stands what it means, with its unit. A column for which "
         "nothing was measured is left out; gaps.csv has them all."],
        ["Cells", "Empty: not known, or withheld. An apostrophe before a text keeps a program from "
         "running it as a formula."],
        ["Kosovo", KOSOVO_NOTE.removeprefix("* ")],
    ]  # fmt: skip
    rows = [[_plain(value) for value in row] for row in rows]
    columns = [Column("About", width=22), Column("Text", width=120, wrapped=True)]
    return Sheet("read-me", "Read this before the numbers.", columns, rows, filtered=False)


def _columns(table: str, names: list[str]) -> list[Column]:
    """Return the columns of a table with headings, meanings and formats."""
    said = meanings(table, names)
    colours = {"gap_type": "gap_type", "flag_share": "share"}
    return [
        Column(
            said[name].alias,
            said[name].description,
            {**WIDE, **NARROW}.get(name, PLAIN_WIDTH),
            next((form for part, form in FORMS if part in name), ""),
            name in WRAPPED,
            name == "source_url",
            colours.get(name, ""),
        )
        for name in names
    ]


def _rows(table: pd.DataFrame) -> list[list[Any]]:
    """Return the rows as plain values: numbers as numbers, whole dates as dates, NA as none."""
    plain = rounded(table).astype(object).to_numpy().tolist()
    return [[_plain(value) for value in row] for row in plain]


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return _date(value) or defused(value)
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return None
    return value.item() if hasattr(value, "item") else value


def _date(text: str) -> dt.date | None:
    """Return the date that a text is, if it is a whole one."""
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None
