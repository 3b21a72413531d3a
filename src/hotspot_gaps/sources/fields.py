"""The fields of users' tables: what each column means, and what its cells may hold."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Field:
    """What one column means, and what its cells may hold."""

    meaning: str
    kind: str = "text"
    required: bool = False
    choices: tuple[str, ...] = ()
    default: str | None = None


_SOURCE = {
    "source_title": Field("title of the source; fill in this or source_url, for every row"),
    "source_url": Field("address of the source"),
    "source_date": Field("date of the source, as it states it"),
}
_COUNTRY = Field(
    "ISO code (AL, BA, ME, MK, RS, XK for Kosovo), or name if it lies in the region",
    "country",
    required=True,
)
_COORDINATES = {
    "lat": Field("latitude in decimal degrees (WGS84), together with lon", "number"),
    "lon": Field("longitude in decimal degrees (WGS84), together with lat", "number"),
}
_GEONAMES = Field("GeoNames number of the town, if the name alone is not clear", "whole")
FIELDS: dict[str, dict[str, Field]] = {
    "hotspots": {
        "name": Field("name of the place, in any spelling or script", required=True),
        "country": _COUNTRY,
        **_SOURCE,
        "hotspot_id": Field("your own id, unique; made of country and name when empty"),
        "kind": Field(
            "what it is", "choice", default="town",
            choices=("town", "city", "port", "region", "border_crossing", "airport"),
        ),
        "evidence": Field(
            "how the source names it", "choice", default="reported",
            choices=("direct", "reported", "related"),
        ),
        "alt_names": Field("other names, separated by semicolons", "list"),
        "crime_markets": Field("crime markets, separated by semicolons", "list"),
        "geonames_id": _GEONAMES,
        **_COORDINATES,
        "location_source": Field("where the coordinates come from"),
        "extent": Field("of a region: districts it covers, separated by semicolons"),
        "extent_source": Field("who says that the region covers these districts"),
        "wording": Field("how the source describes the place"),
        "neighbours": Field("countries it borders on, separated by semicolons", "list"),
        "population": Field("inhabitants; empty when not known, never 0", "population"),
        "capital": Field("yes or no; empty to take it from the gazetteer", "yes_no"),
    },
    "organizations": {
        "name": Field("name of the organization", required=True),
        "country": _COUNTRY,
        **_SOURCE,
        "organization_id": Field("your own id, unique; made of country, town and name when empty"),
        "town": Field("the town it sits in, never an address"),
        "geonames_id": _GEONAMES,
        **_COORDINATES,
        "town_basis": Field(
            "how the town is known; stated when empty", "choice",
            choices=("stated", "registered", "activity_area", "from_name"),
        ),
        "location_exactness": Field(
            "how exact the source says its place is", "choice",
            choices=("exact", "approximate", "area", "country", "several"),
        ),
        "location_of": Field(
            "whose place it is", "choice", choices=("seat", "activity", "beneficiaries"),
        ),
        "name_local": Field("name in the local language"),
        "themes": Field("what it works on, separated by semicolons", "list"),
        "sensitivity": Field(
            "restricted keeps its name and town out of every output", "choice", default="public",
            choices=("public", "restricted"),
        ),
    },
    "supports": {
        "organization_id": Field("id of the organization; fill in this or organization"),
        "organization": Field("name of the organization, as its table has it"),
        "programme": Field("what supported it", required=True),
        "from": Field("first day: 2020-10-01, 1.10.2020, 2020-10 or 2020", "first", required=True),
        **_SOURCE,
        "to": Field("last day, written likewise; empty when it still runs", "last"),
        "certainty": Field(
            "how sure the support is", "choice", default="documented",
            choices=("documented", "probable"),
        ),
    },
    "places": {
        "geonames_id": Field("a whole number, unique", "whole", required=True),
        "name": Field("name of the place", required=True),
        "country": _COUNTRY,
        "lat": Field("latitude in decimal degrees (WGS84)", "number", required=True),
        "lon": Field("longitude in decimal degrees (WGS84)", "number", required=True),
        "population": Field("inhabitants; empty or 0 when not known", "inhabitants"),
        "alt_names": Field("other names, separated by semicolons", "list"),
        "is_capital": Field("yes or no; no when empty", "yes_no", default="no"),
    },
}  # fmt: skip
