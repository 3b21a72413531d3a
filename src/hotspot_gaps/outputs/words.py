"""Words: the sentences on the map, written from the counts and never typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hotspot_gaps.gaps.missing import Known
    from hotspot_gaps.settings import Settings

KOSOVO_NOTE = (
    "* This designation is without prejudice to positions on status, and is in line with UNSCR "
    "1244/1999 and the ICJ opinion on the Kosovo declaration of independence."
)
BUILTIN_SOURCES = {
    "hotspots": "GI-TOC, Hotspots of Organized Crime in the Western Balkans (May 2019), as far as "
    "public text names them",
    "supports": "GI-TOC, SEE-Obs Risk Bulletins 3 and 4",
    "boundaries": "Natural Earth 1:10m (public domain)",
    "places": "GeoNames (CC BY 4.0); three crossings © OpenStreetMap contributors",
}
HEADINGS = {
    "hotspots": "Hotspots",
    "supports": "Support",
    "boundaries": "Boundaries",
    "places": "Places and populations",
}
EVIDENCE = {
    "direct": "directly documented",
    "reported": "documented",
    "related": "documented or related",
}


def headline(known: Known, settings: Settings) -> str:
    """State the finding in one line, from the counts.

    The word is documented, because an organization that is not known cannot be counted.
    """
    radius = f"{settings.radius_km:g} km"
    if known.asked == 0:
        return "No smaller hotspot town or border crossing can be placed"
    places = "smaller hotspot towns and crossings"
    if known.gaps == 0:
        return f"All {known.asked} {places} have documented support within {radius}"
    if known.gaps == known.asked:
        return f"None of {known.asked} {places} has documented support within {radius}"
    verb = "has" if known.gaps == 1 else "have"
    return f"{known.gaps} of {known.asked} {places} {verb} no documented support within {radius}"


def subline(known: Known) -> str:
    """Say at once how far the headline can be trusted."""
    if known.supported_stated is None:
        return (
            "How many organizations were supported in all is not stated: "
            "support that is not listed is not seen here."
        )
    if not known.supported_missing:
        return f"All {known.supported_stated} supported organizations are placed."
    return (
        f"{known.supported_missing} of the {known.supported_stated} supported organizations "
        "cannot be placed from public text: some of these towns may in truth be covered."
    )


def rule_line(settings: Settings) -> str:
    """Write the rule and the date on one line."""
    day = f"{settings.as_of.day} {settings.as_of:%B %Y}"
    return (
        f"Gap: a {EVIDENCE[settings.evidence]} hotspot with fewer than "
        f"{settings.smaller_below:,} inhabitants, not a capital, or a border crossing, and no "
        f"organization with documented support within {settings.radius_km:g} km. As of {day}."
    )


def not_known(known: Known) -> list[str]:
    """Write the box: what is listed, placed and missing, one paragraph each."""
    stated = known.hotspots_stated
    about = f" of about {stated} that the report named" if stated else " in the table"
    points = known.hotspots_placed - known.hotspots_by_extent
    extent = known.hotspots_by_extent
    drawn = f" and {extent} by an extent drawn by us" if extent else ""
    lost = known.hotspots_listed - known.hotspots_placed
    unsized = known.size_unknown
    sizes = f" Of {unsized} placed, the population is not known." if unsized else ""
    total = known.supported_stated
    said = f"{total} that the programme says it supported" if total else "a number nobody states"
    note = f" ({known.stated_note})" if known.stated_note else ""
    return [
        f"Hotspots: {known.hotspots_listed} listed{about}; {points} placed as points{drawn}, "
        f"{lost} cannot be placed.{sizes}",
        f"Supported organizations: {known.supported_placed} placed of {said}{note}.",
        f"All organizations: {known.organizations_known} known, {known.organizations_placed} with "
        f"a town; {known.organizations_restricted} are withheld for their safety: counted, never "
        "drawn.",
        "What is listed follows which country's press could be read, so countries must not be "
        "compared. A town that is absent is not known; it is not cleared.",
    ]


def sources_note(settings: Settings, background: str) -> str:
    """Name the source of every layer; a user's own table by its file name."""
    parts = []
    for table, heading in HEADINGS.items():
        path = getattr(settings, table)
        parts.append(f"{heading}: {BUILTIN_SOURCES[table] if path is None else path.name}.")
    relief = " (NOAA GLOBE, public domain)" if background.endswith("relief") else ""
    return f"{' '.join(parts)} {background[:1].upper()}{background[1:]}{relief}."
