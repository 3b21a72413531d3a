"""Words of a surface map: title, legend and what it does not say, written from the counts."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from hotspot_gaps.outputs.road_words import border_rule
from hotspot_gaps.outputs.surface_classes import limit_asked
from hotspot_gaps.outputs.words import all_or_unstated, day, not_known

if TYPE_CHECKING:
    import geopandas as gpd

    from hotspot_gaps.gaps.missing import Known
    from hotspot_gaps.outputs.surface_classes import Kind, Shares
    from hotspot_gaps.settings import Settings

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


@dataclass(frozen=True)
class Facts:
    """What the words of a page are written from.

    Attributes
    ----------
    kind, shares
        What is measured, and the cells in each class.
    area
        Name of the area that the shares are of.
    known
        Counts from `what_is_known`.
    settings
        Radii and date.
    withheld
        How many organizations were left out of the surface for safety.
    """

    kind: Kind
    shares: Shares
    area: str
    known: Known
    settings: Settings
    withheld: int


def percent(part: int, whole: int) -> str:
    """Write a share without making nothing of little, or everything of nearly all.

    >>> [percent(part, 1000) for part in (0, 3, 5, 940, 997, 1000)]
    ['0 %', 'under 1 %', '1 %', '94 %', 'over 99 %', '100 %']
    """
    if not part or not whole:
        return "0 %"
    share = int(100 * part / whole + 0.5)
    if share == 0:
        return "under 1 %"
    return "over 99 %" if share == 100 and part < whole else f"{share} %"


def name_area(countries: gpd.GeoDataFrame) -> str:
    """Name the area that was measured: the one country, or how many there are."""
    names = countries.drop_duplicates("country")["name"]
    if len(names) == 1:
        return str(names.iloc[0])
    return f"the {NUMBERS[len(names)] if len(names) < len(NUMBERS) else len(names)} countries"


def name_target(facts: Facts) -> str:
    """Name whom the surface measures to; that some are withheld is part of the name."""
    some = "documented support" if facts.kind.to == "supported" else "any known organization"
    return f"{some} that can be shown" if facts.withheld else some


def surface_headline(facts: Facts) -> str:
    """State the finding in one line, from the counts."""
    kind, shares, target = facts.kind, facts.shares, name_target(facts)
    if not sum(shares.classes):
        what = "distance" if kind.unit == "km" else "travel time"
        whom = target.removeprefix("any ")
        return f"No {whom} can be placed on {day(facts.settings)}: there is no {what} to draw"
    limit = limit_asked(kind, facts.settings)
    beyond = percent(shares.inside - shares.within(limit), shares.inside)
    start = f"{beyond[:1].upper()}{beyond[1:]} of the area of {facts.area} is"
    if kind.unit == "km":
        return f"{start} farther than {limit:.10g} km from {target}"
    return f"{start} not within {limit:.10g} minutes by road of {target}"


def surface_subline(facts: Facts) -> str:
    """Say at once how far the headline can be trusted."""
    known = facts.known
    if facts.kind.to == "known":
        return _known_subline(facts)
    whole = all_or_unstated(known)
    if whole:
        return whole
    own = facts.settings.supports is not None or facts.settings.organizations is not None
    how = "placed by the tables" if own else "placed from public text"
    count = f"Only {known.supported_placed}" if known.supported_placed else "None"
    return (
        f"{count} of the {known.supported_total} supported organizations could be {how}: much of "
        "this area may in truth be nearer."
    )


def _known_subline(facts: Facts) -> str:
    """Say how many known organizations the surface does not measure to."""
    known = facts.known
    lost = known.organizations_known - known.organizations_placed
    if not facts.withheld and not lost:
        return f"All {known.organizations_known} known organizations are placed."
    some = [f"{facts.withheld} known organizations withheld for safety"] * bool(facts.withheld)
    some += [f"{lost} without a known town"] * bool(lost)
    return f"Left out: {', '.join(some)}. Much of this area may in truth be nearer."


def surface_rule(facts: Facts) -> str:
    """Write how it is measured, and the date, on one line."""
    straight = facts.kind.unit == "km"
    road = f"Estimated time by road ({border_rule(facts.settings)})"
    how = "Straight over the ground (geodesic on WGS84)" if straight else road
    who = "a supported organization" if facts.kind.to == "supported" else "an organization"
    return (
        f"{how}, from the middle of each cell of {facts.shares.cell_m / 1000:.10g} km to the "
        f"nearest town with {who}. As of {day(facts.settings)}."
    )


def class_names(limits: tuple[float, ...], unit: str) -> list[str]:
    """Name the classes, nearest first.

    >>> class_names((25, 50), "km")
    ['up to 25 km', '25 to 50 km', 'over 50 km']
    """
    texts = [f"{limit:.10g}" for limit in limits]
    middle = [f"{a} to {b} {unit}" for a, b in pairwise(texts)]
    return [f"up to {texts[0]} {unit}", *middle, f"over {texts[-1]} {unit}"]


def surface_not_said(facts: Facts) -> list[str]:
    """Write the box: what the map leaves out, one paragraph each."""
    known, count = facts.known, facts.withheld
    _, supported, _, press = not_known(known, facts.settings)
    everyone = (
        f"All organizations: {known.organizations_known} known, {known.organizations_placed} with "
        "a town."
    )
    gone = (
        f"{count} with a town {'is' if count == 1 else 'are'} withheld for safety and left out of "
        "this surface: where one of them is the nearest, the truth is nearer."
    )
    straight = (
        "Straight over the ground: no roads, mountains or borders. By road it is farther."
        if facts.kind.unit == "km"
        else "Minutes are estimates from assumed speeds and border delays, not drives."
    )
    paragraphs = [
        supported if facts.kind.to == "supported" else everyone,
        gone if count else "",
        "Far from documented organizations is not the same as without any.",
        press if facts.kind.to == "known" else "",
        straight,
        "Area is not people: some of it is thinly settled. Distance is to a town, and says nothing "
        "of what an organization there can do.",
    ]
    return [text for text in paragraphs if text]
