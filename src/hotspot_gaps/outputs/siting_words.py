"""Words on the map of a proposal: its title and lines, written from the numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotspot_gaps.gaps.optimum import OPTIMAL
from hotspot_gaps.outputs.siting_shown import covers
from hotspot_gaps.outputs.words import day, not_known, subline

if TYPE_CHECKING:
    from hotspot_gaps.gaps.missing import Known
    from hotspot_gaps.gaps.proposal import Proposal
    from hotspot_gaps.settings import Settings

_COUNTS = (
    "No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven",
    "Twelve",
)  # fmt: skip
NOT_WHOM = "This is about places: it does not say whom to fund, or whether anyone there can be."


def siting_title(
    proposal: Proposal, known: Known, settings: Settings, *, flagged: int, reached: int
) -> str:
    """State what the sites bring, in one line.

    Parameters
    ----------
    proposal
        As `propose_sites` returns it.
    known
        Counts from `what_is_known`.
    settings
        The radius.
    flagged, reached
        Flagged hotspots, and those of them within the radius of a proposed site.
    """
    radius, sites = f"{settings.radius_km:.10g} km", len(proposal.sites)
    if not flagged and not sites:
        return "No gap: there is nothing that a grant could cover"
    if not sites:
        several = f"any of {flagged} gaps" if flagged > 1 else "the one gap"
        return f"No candidate would bring support within {radius} of {several}"
    grants = f"{_COUNTS[sites] if sites < len(_COUNTS) else sites} grant{'s' * (sites > 1)}"
    if not covers(proposal):
        left = f"and leave {flagged - reached} of {flagged} gaps"
        if not known.supported_placed:
            return f"{grants} as near as can be to all hotspots would bring support {left}"
        share = 100 * proposal.value / proposal.total
        return f"{grants} would shorten the ways to support by {share:.0f} % {left}"
    if flagged == 1:
        return f"{grants} would bring support within {radius} of the one gap"
    some = f"all {flagged}" if reached == flagged else f"{reached} of {flagged}"
    return f"{grants} would bring support within {radius} of {some} gaps"


def warning(known: Known, settings: Settings) -> str:
    """Say at once how far the proposal can be trusted."""
    return f"{NOT_WHOM} {subline(known, settings)}"


def rule(proposal: Proposal, settings: Settings, candidates: int, kind: str) -> str:
    """Say what was chosen from what, and whether it is the best."""
    what = (
        "the shortest ways from hotspots to the nearest support, old or new"
        if not covers(proposal)
        else f"the most {proposal.unit} within {settings.radius_km:.10g} km"
    )
    best = (
        "no choice of as many brings more"
        if proposal.status == OPTIMAL
        else f"the search was cut short, none brings more than {amount(proposal.bound)}"
    )
    best = f"; {best}" if len(proposal.sites) else ""
    return (
        f"Chosen from {candidates:,} {kind} for {what}, existing support staying{best}. "
        f"As of {day(settings)}."
    )


def one_at_a_time(proposal: Proposal, steps: list[str]) -> str:
    """Say what it costs to give one grant after the other; `steps` name places, no organization."""
    if proposal.nested.empty:
        return ""
    cost = float(proposal.nested["cost"].max())
    if not steps:
        return "Given one at a time, in this order, the grants bring as much as chosen together."
    dear = f"costs up to {amount(cost)} {proposal.unit}" if cost else "costs nothing"
    return (
        f"Given one at a time, each where it adds most then, they would go to {', '.join(steps)}; "
        f"that {dear} against choosing together."
    )


def not_known_here(proposal: Proposal, known: Known, settings: Settings) -> list[str]:
    """Write the box: what could make another site better, one paragraph each."""
    missing = known.supported_missing
    if missing is None:
        first = "How many organizations are supported is not stated; one may be at a site already."
    elif missing:
        verb = "is" if missing == 1 else "are"
        stated = max(known.supported_stated or 0, known.supported_known)
        first = (
            f"{missing} of {stated} supported organizations {verb} not placed, and may be at a "
            "proposed site already."
        )
    else:
        first = "All supported organizations are placed."
    lines = [first, not_known(known, settings)[0]]
    lines.append("A hotspot that is not listed counts nothing here; with it, sites could change.")
    if proposal.not_counted:
        lines.append(f"Not counted, people not known: {', '.join(proposal.not_counted)}.")
    # The last note says what NOT_WHOM says in the head.
    return [*lines, *(f"{note}" for note in proposal.notes[:-1])]


def amount(value: float) -> str:
    """Write a number as short as a list needs it."""
    if abs(value) >= 1e6:
        return f"{value / 1e6:,.1f} M"
    whole = abs(value) >= 100 or abs(value - round(value)) < 1e-6
    return f"{value:,.0f}" if whole else f"{value:.1f}"
