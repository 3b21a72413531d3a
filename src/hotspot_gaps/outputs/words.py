"""Words: the sentences on the map, written from the counts and never typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotspot_gaps.gaps.counts import plural
from hotspot_gaps.outputs.phrases import starred
from hotspot_gaps.outputs.road_words import road_line

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from hotspot_gaps.gaps.missing import Known
    from hotspot_gaps.gaps.outlook import Outlook
    from hotspot_gaps.settings import Settings

KOSOVO_NOTE = (
    "* This designation is without prejudice to positions on status, and is in line with UNSCR "
    "1244/1999 and the ICJ opinion on the Kosovo declaration of independence."
)
EVIDENCE = {
    "direct": "directly documented",
    "reported": "documented",
    "related": "documented or related",
}
APART = {
    "direct": "named by press or later texts, counted apart",
    "reported": "called a hotspot in later texts, counted apart",
    "related": "outside the question",
}


def headline(known: Known, settings: Settings) -> str:
    """State the finding in one line, from the counts.

    The word is documented, because an organization that is not known cannot be counted.
    """
    radius = f"{settings.radius_km:.10g} km"
    if known.asked == 0:
        some = plural(known.untold, "hotspot")
        told = known.in_question > known.untold or not known.untold
        none = "No smaller hotspot town or border crossing here to ask about"
        return none if told else f"Not known: of {some}, none can be judged"
    several = known.asked != 1
    places = (
        f"smaller hotspot town{'s' * several} {'and' if several else 'or'} crossing{'s' * several}"
    )
    if known.supported_placed == 0:
        which = f"all {known.asked} {places} are gaps" if several else f"the one {places} is a gap"
        return f"No documented support can be placed on {day(settings)}: {which}"
    if not several:
        word = "no documented" if known.gaps else "documented"
        return f"The one {places} has {word} support within {radius}"
    if known.gaps == 0:
        return f"All {known.asked} {places} have documented support within {radius}"
    if known.gaps == known.asked:
        return f"None of {known.asked} {places} has documented support within {radius}"
    verb = "has" if known.gaps == 1 else "have"
    return f"{known.gaps} of {known.asked} {places} {verb} no documented support within {radius}"


def all_or_unstated(known: Known) -> str:
    """Say that all support is placed, or that nobody says how much there is; else nothing."""
    if known.supported_stated is None:
        said = (
            "How many were supported in all is not stated: support that is not listed is not seen"
        )
        lost = known.supported_known - known.supported_placed
        return f"{said}, and {lost} that are listed have no town." if lost else f"{said}."
    if not known.supported_missing:
        return (
            f"All {known.supported_total} organizations that are said to be supported are placed."
        )
    return ""


def subline(known: Known, settings: Settings) -> str:
    """Say at once how far the headline can be trusted."""
    if known.unlisted and known.unlisted == known.in_question_placed:
        return nobody_listed(known)
    return f"{_placed_support(known, settings)} {nobody_listed(known)}".rstrip()


def nobody_listed(known: Known) -> str:
    """Say in which countries nobody was looked for; nothing where organizations are listed."""
    if not known.unlisted:
        return ""
    where = ", ".join(map(starred, known.unlisted_countries))
    return (
        f"No organization that can be shown is listed in {where}: a gap there says that nobody "
        "was looked for, not that nobody is there."
    )


def _placed_support(known: Known, settings: Settings) -> str:
    whole = all_or_unstated(known)
    if whole:
        return whole
    own = settings.supports is not None or settings.organizations is not None
    where = "are not placed by the tables" if own else "cannot be placed from public text"
    some = f"{known.supported_missing} of the {known.supported_total} supported organizations"
    return f"{some} {where}{_so(known)}."


def _so(known: Known) -> str:
    """Say what support without a place leaves of the gaps."""
    gaps, certain = known.gaps, known.gaps_certain
    if not gaps:
        return ""
    if certain is None:
        return f": {'some of these towns' if gaps > 1 else 'this town'} may in truth be covered"
    if not certain:
        near = f"all {gaps} gaps, so none" if gaps > 1 else "the one gap, so it"
        sure = "is certain" if gaps > 1 else "is not certain"
        return f": they could be near {near} {sure}"
    least = f"at least {certain} of the {gaps} gaps" if certain < gaps else f"all {gaps} gaps"
    stay = f"{least if gaps > 1 else 'the one gap'} stay{'s' * (gaps == 1)}"
    rest = ", if no other programme supported more" if known.programmes_silent else ""
    return f": wherever they are, {stay}{rest}"


def rule_line(settings: Settings) -> str:
    """Write the rule and the date on one line."""
    return (
        f"Gap: a {EVIDENCE[settings.evidence]} hotspot that is a smaller town (under "
        f"{settings.smaller_below:,} inhabitants, no capital) or a border crossing, with no "
        f"documented support within {settings.radius_km:.10g} km. As of {day(settings)}."
    )


def layer_notes(
    gaps: gpd.GeoDataFrame,
    known: Known,
    settings: Settings,
    *,
    robust: str,
    further: tuple[str, ...] = (),
    roads: str,
    people: bool,
) -> tuple[str, ...]:
    """Say how far the finding can be trusted, what the road adds, and what was not measured.

    Parameters
    ----------
    gaps
        With minutes, if there are roads.
    known
        Counts from `what_is_known`.
    settings
        The limit in minutes, and what borders cost.
    robust
        How many of the gaps stand in every scenario.
    further
        What the other analyses found, a line each.
    roads
        What the roads are made of; empty without any.
    people
        Whether people were counted.
    """
    robust += ". That is about the settings, not about support that is not placed."
    by_road = road_line(gaps, settings, measured=bool(roads))
    notes = [subline(known, settings), not_judged(known), robust, *further, by_road, roads]
    if not people:
        notes.append("People are not counted: `hotspot-gaps fetch population` brings the raster.")
    return tuple(note for note in notes if note)


def not_judged(known: Known) -> str:
    """Say that hotspots with a place are not judged, and where the reason is; else nothing."""
    if not known.size_unknown:
        return ""
    verb = "is" if known.size_unknown == 1 else "are"
    return (
        f"{plural(known.size_unknown, 'hotspot')} in question {verb} placed and not judged: "
        "`reason` in gaps.csv says why, often that `population` is not known."
    )


def no_gap(gaps: gpd.GeoDataFrame) -> str:
    """Write the heading of a list without a gap: covered, not known, or nothing to ask."""
    types = gaps["gap_type"][gaps["in_question"]]
    if types.eq("unknown").any():
        return "No gap that can be told"
    return "No gap: who covers each place" if types.eq("covered").any() else "No gap"


def day(settings: Settings) -> str:
    """Write the as-of date in words."""
    months = "January February March April May June July August September October November December"
    return f"{settings.as_of.day} {months.split()[settings.as_of.month - 1]} {settings.as_of.year}"


def not_known(known: Known, settings: Settings, *, where: str = "") -> list[str]:
    """Write the box: what is listed, placed and missing, one paragraph each.

    `where` is said of the organizations, if they are counted in more places than the hotspots.
    """
    total = known.supported_stated
    said = (
        f"{total} that the programme says it supported" if total else "a total that is not stated"
    )
    more = known.supported_known if total and known.supported_known > total else 0
    notes = [known.stated_note, f"the table lists {more}" if more else ""]
    note = f" ({'; '.join(filter(None, notes))})" if any(notes) else ""
    withheld = known.organizations_restricted
    hidden = f"; {withheld} withheld for safety: counted, never drawn" if withheld else ""
    builtin = settings.hotspots is None
    press = (
        "What is listed follows which country's press could be read, so countries must not be "
        "compared. "
    )
    return [
        _hotspot_sentence(known, settings),
        f"Supported organizations: {known.supported_placed} placed{where}, of {said}{note}.",
        f"All organizations: {known.organizations_known} known{where}, "
        f"{known.organizations_placed} with a town{hidden}.",
        f"{press if builtin else ''}A town that is absent is not known; it is not cleared.",
    ]


def _hotspot_sentence(known: Known, settings: Settings) -> str:
    stated = known.hotspots_stated
    about = f" of about {stated} that the report named" if stated else ""
    extent = known.hotspots_by_extent
    drawn = f" and {extent} by an extent drawn by us" if extent else ""
    points = known.hotspots_placed - extent
    lost = known.hotspots_listed - known.hotspots_placed
    sentence = (
        f"Hotspots: {known.hotspots_listed} {'listed' if stated else 'documented in the table'}"
        f"{about}; {points} placed as points{drawn}, "
        f"{lost} cannot be placed."
    )
    if settings.evidence == "direct":
        sentence += f" Asked here: the {known.in_question} named directly."
    more = known.in_question - known.hotspots_listed
    if more > 0:
        sentence += f" Asked here as well: {more} from later texts."
    if known.size_unknown:
        sentence += f" Placed, but not judged: {known.size_unknown}; `reason` in gaps.csv says why."
    return sentence


def further_notes(found: Outlook, radius_km: float) -> tuple[str, ...]:
    """Say where the next grants reach most, how organizations are linked, and what they answer.

    Crime markets are answered by organizations within `radius_km`.
    """
    islands, sites = found.islands, found.sites
    count, alone = len(islands.islands), int(islands.islands["isolated"].sum())
    lonely = f", {alone} of one town alone" if count > 1 else ""
    entries = found.markets[found.markets["in_question"]].dropna(subset="crime_market")
    told = entries["answered_by_known"].dropna()
    return (
        f"Where next: {sites.lines()[0]} In this order: {_in_order(sites.sites)}."
        if len(sites.sites)
        else f"Where next: {sites.lines()[0]}",
        f"Organizations that can be shown are in {plural(len(islands.towns), 'town')}, in "
        f"{plural(count, 'island')} at {islands.within:.10g} km{lonely}.",
        f"Crime markets: of {plural(len(told), 'entry', 'entries')} (a market at a hotspot in "
        f"question) that can be judged, a known organization within {radius_km:.10g} km answers "
        f"{int(told.sum())}, a supported one "
        f"{int(entries['answered_by_supported'].fillna(value=False).sum())}.",
    )


def _in_order(sites: pd.DataFrame) -> str:
    return ", ".join(f"{row['name']} {row['gain']:.10g}" for row in sites.to_dict("records"))
