"""Certainty in words: how many gaps are gaps wherever support is missing, and whatever is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotspot_gaps.gaps.counts import plural
from hotspot_gaps.gaps.flags import flagged_rows
from hotspot_gaps.gaps.robustness import sure_gaps

if TYPE_CHECKING:
    from hotspot_gaps.gaps.certainty import Certainty
    from hotspot_gaps.gaps.missing import Known
    from hotspot_gaps.gaps.robustness import Robustness


def certain_line(certainty: Certainty, known: Known, country: str | None = None) -> str:
    """Say how many of the gaps are gaps wherever the missing organizations are.

    Parameters
    ----------
    certainty
        As `certain_gaps` returns it for the whole table.
    known
        Counts from `what_is_known`, of the whole table.
    country
        Only the gaps of this country, if all the missing organizations were there.
    """
    flagged, certain = certainty.flagged, certainty.sure
    if country is not None:
        table = certainty.by_country
        own = table[table["country"].eq(country)]
        flagged, certain = int(own["flagged"].sum()), int(own["certain"].sum())
    if not flagged:
        return ""
    if known.supported_stated is None:
        several = f"how many of the {flagged} gaps are" if flagged > 1 else "whether the gap is"
        return f"Not known {several} certain: how many organizations were supported is not stated."
    lost = certainty.missing
    silent = len(known.programmes_silent)
    if not lost and not silent:
        counted = f"all {flagged} count as gaps" if flagged > 1 else "the gap counts as one"
        return f"No supported organization is known to be missing, so {counted}."
    where = (
        f"wherever the {plural(lost, 'supported organization')} without a known place "
        f"{'is' if lost == 1 else 'are'}"
        if lost
        else "as far as the programmes say how many they supported"
    )
    line = f"Gaps for certain, {where}: {certain} of {flagged}."
    if silent:
        verb = "does not say" if silent == 1 else "do not say"
        line += f" {plural(silent, 'programme')} {verb} how many it supported: there may be more."
        line = line if silent == 1 else line.replace("many it", "many they")
    return line


def robust_line(found: Robustness) -> str:
    """State the finding from the counts."""
    towns, scenarios = found.towns, f"{len(found.scenarios):,} scenarios"
    listed = towns[flagged_rows(towns)]
    sure = sure_gaps(found)
    if listed.empty:
        some = int(towns["flag_share"].gt(0).fillna(value=False).sum())
        if not some:
            return f"A gap in none of {scenarios}"
        return f"No gap by the settings; {plural(some, 'place')} a gap in some of {scenarios}"
    if len(listed) == 1:
        stays = "stays one" if sure else "does not stay one"
        return f"The one gap {stays} in every scenario that asks of it, of {scenarios} in all"
    who = f"All {sure}" if sure == len(listed) else f"{sure or 'None'} of {len(listed)}"
    verb = "stays a gap" if sure <= 1 else "stay gaps"
    return f"{who} gaps {verb} in every scenario that asks of them, of {scenarios} in all"
