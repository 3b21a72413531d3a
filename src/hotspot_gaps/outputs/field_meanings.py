"""Meanings of the columns of the outputs: a short name and a sentence each, units included."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable


class Meaning(NamedTuple):
    """A short name of a column for a heading, and what it says."""

    alias: str
    description: str


_COUNTRY = Meaning("Country", "ISO 3166-1 code of two letters; XK is Kosovo")
_SOURCES = {
    "source_title": Meaning("Source", "Title of the source of the row"),
    "source_url": Meaning("Source address", "Address of the source"),
    "source_date": Meaning("Source date", "Date of the source, as it states it"),
}
# Where a column carries a radius in its name, {} stands for its kilometres.
_GAPS = {
    "hotspot_id": Meaning("Hotspot id", "Id of the hotspot, unique"),
    "name": Meaning("Place", "Name of the hotspot"),
    "country": _COUNTRY,
    "kind": Meaning(
        "Kind", "What the place is: town, city, port, region, border_crossing, airport"
    ),
    "evidence": Meaning(
        "Evidence", "How the source names it: direct, reported, or related (in later texts)"
    ),
    "in_question": Meaning(
        "In question", "Whether the question is asked of it by its evidence; others count apart"
    ),
    "population": Meaning("Inhabitants", "Inhabitants of the town; empty where not known, never 0"),
    "population_source": Meaning(
        "Source of inhabitants", "Where the number of inhabitants is from"
    ),
    "size_class": Meaning(
        "Size class", "smaller_town, larger_town, capital, not_a_town, or unknown"
    ),
    "is_gap": Meaning(
        "Gap",
        "Whether no documented support is within the radius; empty where it is not known. "
        "Count it where in_question is true",
    ),
    "gap_type": Meaning(
        "Gap type",
        "unfunded_partner: a gap with a known organization without support nearby; "
        "no_known_partner: a gap without; covered; not_asked: larger town, capital, airport and "
        "the like; unknown",
    ),
    "gap_margin_km": Meaning(
        "Margin (km)", "Kilometres to the nearest documented support, less the radius"
    ),
    "rank": Meaning("Rank", "Rank among the gaps in question, farthest from support first"),
    "flag_share": Meaning(
        "Share of scenarios",
        "Share of the combinations of settings in which it is a gap, 0 to 1; no probability",
    ),
    "rank_best": Meaning("Best rank", "Best rank over the combinations of settings"),
    "rank_worst": Meaning("Worst rank", "Worst rank over the combinations of settings"),
    "nearest_flip": Meaning(
        "Nearest flip", "The nearest single setting that would change the answer; empty: none would"
    ),
    "nearest_supported_id": Meaning(
        "Nearest supported, id", "Id of the nearest organization with documented support"
    ),
    "nearest_supported_name": Meaning(
        "Nearest supported", "Its name; withheld for the safety of some"
    ),
    "nearest_supported_km": Meaning(
        "Nearest supported (km)",
        "Kilometres to it on the WGS84 ellipsoid; empty where its place is withheld",
    ),
    "nearest_supported_band": Meaning("Nearest supported, band", "Band of that distance"),
    "nearest_known_id": Meaning(
        "Nearest known, id", "Id of the nearest organization in the table, supported or not"
    ),
    "nearest_known_name": Meaning("Nearest known", "Its name; withheld for the safety of some"),
    "nearest_known_km": Meaning(
        "Nearest known (km)",
        "Kilometres to it on the WGS84 ellipsoid; empty where its place is withheld",
    ),
    "nearest_known_band": Meaning("Nearest known, band", "Band of that distance"),
    "supported_within_{}km": Meaning(
        "Supported within {} km",
        "Organizations with documented support within {} km that can be shown; where all are "
        "withheld, 1 stands for one or more",
    ),
    "known_within_{}km": Meaning(
        "Known within {} km",
        "Organizations in the table within {} km, supported or not, that can be shown; where all "
        "are withheld, 1 stands for one or more",
    ),
    "travel_min": Meaning(
        "By road (min)",
        "Minutes by road, at assumed speeds, to the nearest documented support that can be shown; "
        "empty where not measured",
    ),
    "travel": Meaning("By road", "reached, unreachable, too_far_from_a_road; empty: not measured"),
    "nearest_supported_by_road_id": Meaning(
        "Nearest by road, id", "Id of the supported organization that the minutes lead to"
    ),
    "nearest_supported_by_road_name": Meaning("Nearest by road", "Name of that organization"),
    "is_gap_by_road": Meaning(
        "Gap by road", "Whether that is more than the limit in minutes; empty: not known"
    ),
    "people_within_{}km": Meaning(
        "People within {} km", "People living within {} km; empty where not counted"
    ),
    "people_known_share": Meaning(
        "Share of circle known", "Share of that circle on which people are known, 0 to 1"
    ),
    "site_order": Meaning(
        "Order as a site", "Its place in the proposal for new support; empty: not proposed"
    ),
    "island": Meaning(
        "Island", "Island of the nearest town with known organizations; empty: in none"
    ),
    "answered_by_supported": Meaning(
        "Markets answered by support",
        "Crime markets that the themes of a supported organization within {radius} answer, by our "
        "judgement",
    ),
    "answered_by_known": Meaning(
        "Markets answered by known ones",
        "Crime markets that the themes of a known organization within {radius} answer, by our "
        "judgement",
    ),
    "not_answered_by_known": Meaning(
        "Markets not answered",
        "Crime markets that no known organization within {radius} is shown to answer",
    ),
    "not_known_for_known": Meaning(
        "Markets not known",
        "Crime markets of which it is not known whether a known organization within {radius} "
        "answers them: its themes are not known, or it is withheld",
    ),
    "represented_by": Meaning(
        "Represented by", "Of a region: the town that stands for it; its most populous smaller one"
    ),
    "alt_names": Meaning("Other names", "Other names, separated by semicolons"),
    "crime_markets": Meaning("Crime markets", "Crime markets that the source names"),
    "reason": Meaning("Reason", "Why it is a gap or not, and what would change that"),
    "source": Meaning("Source", "What names the place a hotspot: title, date, address"),
    "location_source": Meaning(
        "Source of the place", "Where the coordinates are from, or why none"
    ),
    "lat": Meaning("Latitude (°)", "Degrees north, WGS84"),
    "lon": Meaning("Longitude (°)", "Degrees east, WGS84"),
}
_ORGANIZATIONS = {
    "organization_id": Meaning("Organization id", "Id of the organization, unique"),
    "name": Meaning("Organization", "Name of the organization"),
    "country": _COUNTRY,
    **_SOURCES,
    "town": Meaning("Town", "Town that it is placed at, never finer; empty where none is known"),
    "town_basis": Meaning(
        "Basis of the town", "How the town is known: stated, registered, activity_area, from_name"
    ),
    "themes": Meaning("Themes", "What it works on, separated by semicolons"),
    "support": Meaning(
        "Support", "documented or probable on the date of the run; empty: none is known"
    ),
    "supported": Meaning("Supported", "Whether its support is documented on the date of the run"),
    "programmes": Meaning("Programmes", "What supported it on that date"),
}
_COUNTRIES = {
    "country": _COUNTRY,
    "name": Meaning(
        "Country name", "Name of the country; of Kosovo without prejudice to positions on status"
    ),
}
_SITES = {
    "order": Meaning("Order", "The site that adds most first"),
    "site_id": Meaning("Site id", "Id of the place, unique"),
    "name": Meaning("Site", "Name of the place where support is proposed"),
    "country": _COUNTRY,
    "gain": Meaning("Gain", "What it adds to the sites before it"),
    "lost_without": Meaning("Lost without it", "What is lost if it alone is left out"),
    "towns": Meaning("For", "Hotspots that it is the best site of"),
}
_ISLANDS = {
    "town": Meaning("Town", "Town with known organizations that can be shown"),
    "country": _COUNTRY,
    "organizations": Meaning("Organizations", "How many organizations the town has"),
    "supported": Meaning("Supported", "How many of them have documented support"),
    "island": Meaning("Island", "Number of its island, that with most organizations first"),
}
_LINKS = {
    **{
        f"{way}_{column}": Meaning(f"{word} {column}", f"{said} of the town that it {verb}")
        for way, word, verb in (("from", "From", "starts from"), ("to", "To", "leads to"))
        for column, said in (("town", "Name"), ("country", "Country code"), ("island", "Island"))
    },
    "distance_km": Meaning("Length (km)", "Kilometres on the WGS84 ellipsoid"),
    "travel_min": Meaning("By road (min)", "Minutes by road, the slower way, at assumed speeds"),
    "crosses_border": Meaning("Crosses a border", "Whether its towns are in two countries"),
    "joins_islands": Meaning(
        "Joins islands", "Whether it is longer than the limit: one of the links that would join all"
    ),
}
MEANINGS = {
    "gaps": _GAPS,
    "organizations": _ORGANIZATIONS,
    "countries": _COUNTRIES,
    "sites": _SITES,
    "islands": _ISLANDS,
    "links": _LINKS,
}


def meanings(table: str, columns: Iterable[str]) -> dict[str, Meaning]:
    """Return what the columns of an output mean.

    Parameters
    ----------
    table
        `gaps`, `organizations`, `countries`, `sites`, `islands` or `links`.
    columns
        Names of its columns; a radius in them is told in kilometres.

    Returns
    -------
    dict of str to Meaning
        A row a column, in their order. One that is not known is its own alias, without a
        description.

    Examples
    --------
    >>> meanings("gaps", ["known_within_25km", "mine"])["known_within_25km"].alias
    'Known within 25 km'
    """
    known = MEANINGS.get(table, {})
    names = list(columns)
    kms = (_without_radius(name)[1] for name in names if name.startswith("supported_within_"))
    radius = next((f"{km} km" for km in kms), "the radius")
    found = {}
    for column in names:
        pattern, km = _without_radius(column)
        alias, description = known.get(column) or known.get(pattern) or Meaning(column, "")
        found[column] = Meaning(
            alias.replace("{}", km), description.replace("{}", km).replace("{radius}", radius)
        )
    return found


def _without_radius(column: str) -> tuple[str, str]:
    """Part a column from the kilometres that it carries."""
    radius = re.fullmatch(r"(.+_within_)([0-9.e+]+)km", column)
    return (f"{radius[1]}{{}}km", radius[2]) if radius else (column, "")
