"""The rules for tables that users bring: one door, every problem at once, each with its fix.

A table is checked as text, as the user wrote it, against a pandera schema made of `_FIELDS` (what a
cell may hold) and `_ROW_RULES` (how the cells of a row, and rows, must agree). Only a table without
a problem is converted to numbers, codes and dates.
"""

from __future__ import annotations

import calendar
import datetime as dt
import difflib
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hotspot_gaps.errors import InputError, Problem
from hotspot_gaps.sources.gazetteer import fold
from hotspot_gaps.sources.readers import plain_text, read_table

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

# A rule that a million rows break is told this often, then counted.
MAX_TOLD = 1_000
# Coasts and borders of Natural Earth 1:10m are generalised; nearer than this counts as inside.
BORDER_TOLERANCE_M = 5_000


@dataclass(frozen=True)
class _Field:
    """What one column means, and what its cells may hold."""

    meaning: str
    kind: str = "text"
    required: bool = False
    choices: tuple[str, ...] = ()
    default: str | None = None


_SOURCE = {
    "source_title": _Field("title of the source; fill in this or source_url, for every row"),
    "source_url": _Field("address of the source"),
    "source_date": _Field("date of the source, as it states it"),
}
_COUNTRY = _Field("ISO code (AL, BA, ME, MK, RS, XK for Kosovo) or name", "country", required=True)
_COORDINATES = {
    "lat": _Field("latitude in decimal degrees (WGS84), together with lon", "number"),
    "lon": _Field("longitude in decimal degrees (WGS84), together with lat", "number"),
}
_GEONAMES = _Field("GeoNames number of the town, if the name alone is not clear", "whole")
_FIELDS: dict[str, dict[str, _Field]] = {
    "hotspots": {
        "name": _Field("name of the place, in any spelling or script", required=True),
        "country": _COUNTRY,
        **_SOURCE,
        "hotspot_id": _Field("your own id, unique; made of country and name when empty"),
        "kind": _Field(
            "what it is", "choice", default="town",
            choices=("town", "city", "port", "region", "border_crossing", "airport"),
        ),
        "evidence": _Field(
            "how the source names it", "choice", default="reported",
            choices=("direct", "reported", "related"),
        ),
        "alt_names": _Field("other names, separated by semicolons", "list"),
        "crime_markets": _Field("crime markets, separated by semicolons", "list"),
        "geonames_id": _GEONAMES,
        **_COORDINATES,
        "location_source": _Field("where the coordinates come from"),
        "extent": _Field("of a region: districts it covers, separated by semicolons"),
        "extent_source": _Field("who says that the region covers these districts"),
        "wording": _Field("how the source describes the place"),
        "neighbours": _Field("countries it borders on, separated by semicolons", "list"),
        "population": _Field("inhabitants; empty when not known, never 0", "population"),
        "capital": _Field("yes or no; empty to take it from the gazetteer", "yes_no"),
    },
    "organizations": {
        "name": _Field("name of the organization", required=True),
        "country": _COUNTRY,
        **_SOURCE,
        "organization_id": _Field("your own id, unique; made of country, town and name when empty"),
        "town": _Field("the town it sits in, never an address"),
        "geonames_id": _GEONAMES,
        **_COORDINATES,
        "town_basis": _Field(
            "how the town is known; stated when empty", "choice",
            choices=("stated", "registered", "activity_area", "from_name"),
        ),
        "name_local": _Field("name in the local language"),
        "themes": _Field("what it works on, separated by semicolons", "list"),
        "sensitivity": _Field(
            "restricted keeps its name and town out of every output", "choice", default="public",
            choices=("public", "restricted"),
        ),
    },
    "supports": {
        "organization_id": _Field("id of the organization; fill in this or organization"),
        "organization": _Field("name of the organization, as its table has it"),
        "programme": _Field("what supported it", required=True),
        "from": _Field("first day: 2020-10-01, 1.10.2020, 2020-10 or 2020", "first", required=True),
        **_SOURCE,
        "to": _Field("last day, written likewise; empty when it still runs", "last"),
        "certainty": _Field(
            "how sure the support is", "choice", default="documented",
            choices=("documented", "probable"),
        ),
    },
    "places": {
        "geonames_id": _Field("a whole number, unique", "whole", required=True),
        "name": _Field("name of the place", required=True),
        "country": _COUNTRY,
        "lat": _Field("latitude in decimal degrees (WGS84)", "number", required=True),
        "lon": _Field("longitude in decimal degrees (WGS84)", "number", required=True),
        "population": _Field("inhabitants; empty or 0 when not known", "whole"),
        "alt_names": _Field("other names, separated by semicolons", "list"),
        "is_capital": _Field("yes or no; no when empty", "yes_no", default="no"),
    },
}  # fmt: skip
_ALIASES = {
    **dict.fromkeys(("latitude", "y"), "lat"),
    **dict.fromkeys(("longitude", "long", "lng", "x"), "lon"),
    **dict.fromkeys(("iso2", "iso3", "country_code", "country_name", "iso_a2"), "country"),
    **dict.fromkeys(("place_name", "place", "cso_name"), "name"),
    **dict.fromkeys(("start", "start_date", "from_date", "valid_from"), "from"),
    **dict.fromkeys(("end", "end_date", "to_date", "valid_to"), "to"),
    **dict.fromkeys(("programme_id", "program", "programme_name"), "programme"),
    **dict.fromkeys(("source", "source_name"), "source_title"),
    **dict.fromkeys(("source_link", "source_address", "url", "link"), "source_url"),
    **dict.fromkeys(("geonameid", "geoname_id"), "geonames_id"),
    **dict.fromkeys(("alternate_names", "alternatenames", "other_names"), "alt_names"),
    **dict.fromkeys(("place_kind", "place_type"), "kind"),
    **dict.fromkeys(("cso_id", "org_id", "organisation_id"), "organization_id"),
    "city": "town",
    "pop": "population",
    "evidence_strength": "evidence",
}
_OWN_ALIASES = {
    "hotspots": {"id": "hotspot_id", "is_capital": "capital", "town": "name", "city": "name"},
    "organizations": {
        "id": "organization_id",
        **dict.fromkeys(("organization", "organisation", "organization_name", "cso"), "name"),
    },
    "supports": dict.fromkeys(
        ("organisation", "organization_name", "organisation_name", "cso", "cso_name", "name"),
        "organization",
    ),
    "places": {"id": "geonames_id", "capital": "is_capital"},
}


@dataclass(frozen=True)
class _RowRule:
    """What the cells of a row, or rows with the same key, must fulfil."""

    columns: tuple[str, ...]
    what: str
    fix: str
    holds: Callable[[pd.DataFrame], pd.Series[bool]] | None = None
    # Rows must differ in these columns; {other} in `what` is the row that has the same.
    key: tuple[str, ...] = ()
    # At least one of `columns` must be filled.
    any_of: bool = False


def _unique(*columns: str) -> _RowRule:
    named = " and ".join(columns) if len(columns) < 3 else f"{', '.join(columns[:-1])} and {columns[-1]}"
    what = f"row {{other}} has the same {named}."
    return _RowRule(columns, what, "Delete one of the two, or tell them apart.", key=columns)
