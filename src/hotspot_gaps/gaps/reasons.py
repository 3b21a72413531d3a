"""Reasons: why a hotspot is or is not a gap, and what would have to change for that to change."""

from __future__ import annotations

from math import ceil, floor
from typing import TYPE_CHECKING, Any

import pandas as pd

from hotspot_gaps.gaps.counts import plural

if TYPE_CHECKING:
    from hotspot_gaps.settings import Settings

# How a town is known, where it is not stated.
BASES = {
    "activity_area": "; town of its activity, not of its seat",
    "from_name": "; town taken from its name",
}
# A town within this share of the size cut-off is told how near it is.
NEAR_CUT_OFF = 0.2


def reason(row: Any, settings: Settings) -> str:
    """Put one judged hotspot into words.

    Parameters
    ----------
    row
        A row of the judged table in `gaps.flags`, as a named tuple.
    settings
        The settings that the judgement was made with.

    Returns
    -------
    str
        Two to five sentences: the verdict, the nearest supported organization, whom one could
        fund, and the near misses.
    """
    parts = [_verdict(row, settings)]
    told = row.gap_type != "unknown" or row.size_class == "unknown"
    if row.geometry is not None and told:
        parts += [_support(row, settings), *_partner(row, settings), *_near_misses(row, settings)]
    if isinstance(row.represented_by, str):
        town = f"{row.represented_by} ({_people(row.population)})"
        parts.append(f"Measured from {town}, the most populous smaller town in the extent we drew.")
    return " ".join(parts)


def _verdict(row: Any, settings: Settings) -> str:
    cut_off = f"{settings.smaller_below:,}"
    if row.geometry is None:
        told = row.location_source if isinstance(row.location_source, str) else "no point is given"
        why = told.removeprefix("not located: ")
        return f"Not located: {why}. It stays on the list, and nothing is measured."
    if row.untold:
        return (
            "Not told: a supported organization whose name is withheld is in the band of distance "
            "that the radius cuts. At 25, 50 or 100 km it can be told."
        )
    if row.size_class == "unknown":
        return (
            f"Not known: its population is not known, so it is neither above nor below {cut_off}; "
            f"asked, it would be {_would_be(row)}."
        )
    if row.gap_type == "not_asked":
        return f"Not asked: {_not_asked(row, cut_off)}."
    place = "a border crossing" if row.kind == "border_crossing" else _people(row.population)
    if row.gap_type == "covered":
        return f"Covered: {place}, with documented support within {settings.radius_km:.10g} km."
    return f"Gap: {place}, and no documented support within {settings.radius_km:.10g} km."


def _not_asked(row: Any, cut_off: str) -> str:
    if row.size_class == "capital":
        return "a capital is never a smaller town"
    if row.size_class == "larger_town":
        return f"{_people(row.population)} is not fewer than {cut_off}"
    return f"a place of the kind {row.kind} is neither a town nor a border crossing"


def _support(row: Any, settings: Settings) -> str:
    if pd.isna(row.nearest_supported_edge_km):
        return "No supported organization can be placed."
    who = f"The nearest supported organization is {_who(row, 'supported')}"
    if row.gap_type == "not_asked" or row.nearest_supported_restricted:
        return f"{who}."
    km = row.nearest_supported_km
    if km > settings.radius_km:
        # Rounded to the side on which the sentence is true.
        return f"{who}; only a radius of {ceil(km * 10) / 10:.1f} km or more would cover it."
    shown = " that can be shown" if row.some_support_withheld else ""
    alone = f", and nothing else supported{shown} is in reach" if row.supported_within == 1 else ""
    if floor(km * 10) <= 0:
        return f"{who}{alone}."
    return f"{who}{alone}; a radius below {floor(km * 10) / 10:.1f} km would leave it a gap."


def _partner(row: Any, settings: Settings) -> list[str]:
    radius = f"{settings.partner_radius_km:.10g} km"
    if row.gap_type == "unfunded_partner":
        count = plural(int(row.partners_within), "known organization")
        if row.nearest_unsupported_restricted:  # how many there are is not told
            count = "At least one known organization"
        who = _who(row, "unsupported")
        return [f"{count} without documented support within {radius}, nearest {who}."]
    if row.gap_type != "no_known_partner":
        return []
    if pd.isna(row.nearest_unsupported_edge_km):
        return [f"No partner is known within {radius}, nor anywhere."]
    return [f"No partner is known within {radius}; the nearest is {_who(row, 'unsupported')}."]


def _near_misses(row: Any, settings: Settings) -> list[str]:
    misses = []
    cut_off = settings.smaller_below
    if row.size_class in {"smaller_town", "larger_town"}:
        people = int(row.population)
        if abs(people - cut_off) <= NEAR_CUT_OFF * cut_off:
            side = "below" if people < cut_off else "above"
            asked = "" if people < cut_off else f"; asked, it would be {_would_be(row)}"
            misses.append(f"Near miss: {_people(abs(people - cut_off))} {side} the cut-off{asked}.")
    restricted = row.nearest_probable_restricted
    probable = row.nearest_probable_edge_km if restricted else row.nearest_probable_km
    if row.supported_within == 0 and probable <= settings.radius_km:
        who = _who(row, "probable")
        misses.append(f"Near miss: support of {who} is probable, and would cover it if documented.")
    return misses


def _people(count: int) -> str:
    return plural(int(count), "inhabitant")


def _would_be(row: Any) -> str:
    return "a gap" if row.supported_within == 0 else "covered"


def _who(row: Any, word: str) -> str:
    """Name an organization and its distance; a restricted one by its band alone."""
    if getattr(row, f"nearest_{word}_restricted"):
        return f"one whose name is withheld ({getattr(row, f'nearest_{word}_band')})"
    basis = BASES.get(getattr(row, f"nearest_{word}_basis"), "")
    km = getattr(row, f"nearest_{word}_km")
    return f"{getattr(row, f'nearest_{word}_name')} ({km:.1f} km{basis})"
