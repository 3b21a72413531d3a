"""Words: the sentences on the map, written from the counts and never typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hotspot_gaps.gaps.missing import Known
    from hotspot_gaps.settings import Settings


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
        return "How many organizations were supported in all is not stated: support that is not listed is not seen here."
    if not known.supported_missing:
        return (
            f"All {known.supported_stated} organizations that the programme supported are placed."
        )
    return (
        f"{known.supported_missing} of the {known.supported_stated} supported organizations cannot be "
        "placed from public text: some of these towns may in truth be covered."
    )


def rule_line(settings: Settings) -> str:
    """Write the rule and the date on one line."""
    evidence = {
        "direct": "directly documented",
        "reported": "documented",
        "related": "documented and related",
    }
    day = f"{settings.as_of.day} {settings.as_of:%B %Y}"
    return (
        f"Gap: a {evidence[settings.evidence]} hotspot with fewer than {settings.smaller_below:,} inhabitants, not a capital, or a "
        f"border crossing, and no organization with documented support within {settings.radius_km:g} km. As of {day}."
    )


def not_known(known: Known) -> list[str]:
    """Write the box: what is listed, placed and missing, one sentence a line."""
    about = (
        f" of about {known.hotspots_stated} that the report named"
        if known.hotspots_stated
        else " in the list"
    )
    points = known.hotspots_placed - known.hotspots_by_extent
    extent = (
        f" and {known.hotspots_by_extent} by an extent drawn by us"
        if known.hotspots_by_extent
        else ""
    )
    lost = known.hotspots_listed - known.hotspots_placed
    stated = "an unknown number" if known.supported_stated is None else str(known.supported_stated)
    return [
        f"Hotspots: {known.hotspots_listed} listed{about}; {points} placed as points{extent}, "
        f"{lost} cannot be placed.",
        f"Supported organizations: {known.supported_placed} placed of {stated} that the programme says it supported.",
        f"Other organizations: {known.organizations_known} known in all, {known.organizations_placed} with a town; "
        f"{known.organizations_restricted} are withheld for their safety: counted, never drawn.",
        "What is listed follows which country's press could be read, so countries must not be compared. "
        "A town that is absent is not known; it is not cleared.",
    ]
