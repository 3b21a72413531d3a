"""Meanings of the columns of every table of a run, and their units."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from hotspot_gaps.outputs.field_meanings import MEANINGS, meanings

if TYPE_CHECKING:
    from collections.abc import Iterable

_ISLANDS = {
    "island": "Number of the island, that with most organizations first",
    "towns": "How many towns it has",
    "organizations": "How many organizations it has that can be shown",
    "supported": "How many of them have documented support",
    "countries": "Its countries, separated by semicolons",
    "isolated": "Whether it is one town alone",
    "to_next_km": "Kilometres to the nearest other island, on the WGS84 ellipsoid",
    "to_next_min": "Minutes by road to the nearest other island, at assumed speeds",
}
_MARKETS = {
    "crime_market": "Crime market that the source names; empty where none is stated",
    "known_in_reach": "Known organizations within the radius that can be shown",
    "supported_in_reach": "Those of them with documented support",
    "answered_by_known": "Whether a known one works on a theme that answers it; empty: not known",
    "answered_by_supported": "Whether one with documented support does; empty: not known",
    "answering": "Names of those that answer it, the first 100",
    "withheld_answer": "Whether five withheld organizations or more, anywhere, would answer it",
}
_ROBUSTNESS = {
    "scenarios": "In how many combinations of settings the question is asked of it",
    "flag_unknown_share": "Share of those in which the answer is not known, 0 to 1",
    "flip_axis": "The setting that the nearest flip changes",
    **{
        f"flip_{axis}": f"The {word} at which alone the answer flips; empty: none"
        for axis, word in {
            "radius_km": "radius in kilometres", "smaller_below": "number of inhabitants",
            "evidence": "weakest evidence", "as_of": "date", "distance": "kind of distance",
            "location": "error of location",
        }.items()
    },
}  # fmt: skip
_SCENARIOS = {
    "distance": "straight_line or road",
    "as_of": "Date on which support must be valid",
    "location": "as_placed, or every organization nearer or farther by its error",
    "radius_km": "Radius in kilometres",
    "radius_min": "Limit by road in minutes",
    "smaller_below": "Inhabitants below which a town is a smaller town",
    "evidence": "Weakest evidence that the question is asked of",
    "is_default": "Whether these are the settings of the run",
    "in_question": "Hotspots that the question is asked of",
    "gaps": "How many of them are gaps",
    "no_gaps": "How many are not",
    "not_known": "Of how many it is not known",
}
_CERTAINTY = {
    "missing": "Supported organizations that are not placed",
    "coverable": "How many of the gaps so many could be near at most, in populated places",
    "certain": "How many are gaps at least: the difference",
    "coverable_anywhere": "The same as coverable, at any point of the earth",
    "certain_anywhere": "The same as certain, at any point of the earth",
    "exact": "Whether the number is proven, else it is a bound",
}
_COUNTED = {
    "supported": "organizations with documented support", "organizations": "organizations",
    "hotspots": "hotspots", "people": "people",
}  # fmt: skip
_CONCENTRATION = {
    "size_class": "Class of the places counted; all for the sum",
    "towns": "Towns of the gazetteer",
    **{name: f"How many {word}" for name, word in _COUNTED.items()},
    **{
        f"share_of_{name}": f"Share of the {word} of the country; of all, for a country as a whole"
        for name, word in _COUNTED.items()
    },
    **{
        f"quotient_of_{name}": f"Share of the {word} over the share of people"
        for name, word in _COUNTED.items()
    },
}
_PEOPLE = {
    "level": "country or district",
    "name": "Name of the area",
    "people": "People, by the raster",
    "known_share": "Share of the area on which people are known, 0 to 1",
    "published_people": "People of the country, as published",
    "difference_share": "By how much the raster has more, as a share of that",
    "documented_shown": "Organizations with documented support that were measured to",
    "documented_withheld": "Those with a place that were not",
    "known_shown": "Known organizations that were measured to",
    "known_withheld": "Those with a place that were not",
}
_BY_ROAD = {
    "travel_min": "Minutes by road to the nearest documented support",
    "travel": "reached, unreachable, too_far_from_a_road; empty: not measured",
    "nearest_supported_id": "Id of the organization that the minutes lead to",
    "is_gap_by_road": "Whether that is more than the limit in minutes; empty: not known",
}
_BORDERS = {
    f"{name}_{scenario}": f"{said}, with {words}"
    for scenario, words in {
        "open": "borders that cost no time", "default": "the delay at borders of the settings",
        "closed": "closed borders",
    }.items()
    for name, said in _BY_ROAD.items()
}  # fmt: skip
_TABLES = {
    "islands": _ISLANDS, "markets": _MARKETS, "robustness": _ROBUSTNESS, "scenarios": _SCENARIOS,
    "certainty": _CERTAINTY, "concentration": _CONCENTRATION, "people_by_district": _PEOPLE,
    "border_scenarios": _BORDERS,
}  # fmt: skip
_BEYOND = re.compile(r"(people|share)_beyond_([0-9.e+]+)km_of_(documented|known)")
_UNITS = (
    (r"_km$", "km"), (r"_min(_open|_default|_closed)?$", "min"), (r"share|^quotient_", "1"),
    (r"^(lat|lon)$", "degree"),
)  # fmt: skip


class Column(NamedTuple):
    """What a column says: a short title, a sentence, and a unit if it has one."""

    title: str
    description: str
    unit: str


def table_columns(table: str, names: Iterable[str]) -> dict[str, Column]:
    """Return what the columns of a table of a run mean.

    Parameters
    ----------
    table
        Name of its file without the ending, such as `gaps` or `people_by_district`.
    names
        Its columns.

    Returns
    -------
    dict of str to Column
        By name, in their order. Units are as in UCUM's print form: km, min, degree, and 1 for
        shares; empty for counts and text.

    Examples
    --------
    >>> table_columns("islands", ["to_next_km"])["to_next_km"].unit
    'km'
    """
    names = list(names)
    own = _TABLES.get(table, {})
    # Columns that several tables have mean what they mean in that of the gaps.
    shared = meanings(table if table in MEANINGS and not own else "gaps", names)
    found = {}
    for name in names:
        said = own.get(name) or _beyond(name) or shared[name].description
        title = name if name in own or _BEYOND.fullmatch(name) else shared[name].alias
        unit = next((unit for form, unit in _UNITS if re.search(form, name)), "")
        found[name] = Column(title, said, unit)
    return found


def _beyond(name: str) -> str:
    """Say what a column of people far from organizations means."""
    found = _BEYOND.fullmatch(name)
    if not found:
        return ""
    what = "People" if found[1] == "people" else "Share of the people, 0 to 1,"
    whom = "documented support" if found[3] == "documented" else "any known organization"
    return f"{what} farther than {found[2]} km from {whom} that can be shown"
