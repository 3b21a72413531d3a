"""Panels beside the map of a proposal: legend, the list of sites, near-equal alternatives."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from hotspot_gaps.outputs import siting_words, style
from hotspot_gaps.outputs.glyphs import fitted, width_pt
from hotspot_gaps.outputs.map_panels import (
    GAP_PT,
    HOLLOW_PLUS_MARK,
    HOTSPOT_MARK,
    PLUS_MARK,
    ring_marks,
    shortened,
)
from hotspot_gaps.outputs.phrases import starred
from hotspot_gaps.outputs.siting_shown import covers

if TYPE_CHECKING:
    import geopandas as gpd
    from matplotlib.axes import Axes

    from hotspot_gaps.gaps.proposal import Proposal
    from hotspot_gaps.outputs.siting_shown import Siting
    from hotspot_gaps.settings import Settings

LISTED, NAME_LETTERS, SERVED_LETTERS, INSTEAD_LETTERS = 8, 17, 40, 84
PLACE_AT, SERVED_AT, GAIN_AT = 0.05, 0.3, 0.87  # of the columns, in widths of the panel
MANY = 4  # sites that have two lines for their alternatives
OTHER = style.look(style.MARKS["alternative"])
LINE: dict[str, Any] = {"color": style.PROPOSED, "linewidth": 1.3}


def draw_pin(
    ax: Axes, at: tuple[float, float], order: int, *, away: tuple[float, float], size: float = 9.5
) -> None:
    """Draw the number of a site in a dark square, on a stem, so many points away from it."""
    look: dict[str, Any] = {
        "boxstyle": "round,pad=0.22", "facecolor": style.PROPOSED, "edgecolor": "white",
    }  # fmt: skip
    stem = {"arrowstyle": "-", "color": style.PROPOSED, "linewidth": 1.6} if any(away) else None
    ax.annotate(
        str(order), at, xytext=away, textcoords="offset points", ha="center", va="center",
        fontsize=size, fontweight="bold", color="white", bbox=look, arrowprops=stem, zorder=7.5,
    )  # fmt: skip


def draw_legend(
    ax: Axes, shown: Siting, proposal: Proposal, public: gpd.GeoDataFrame, settings: Settings
) -> None:
    """Draw each symbol that is on the map with what it means."""
    drawn = public["support"][public.geometry.notna()].value_counts()
    radius, open_ = f"{settings.radius_km:.10g} km", int(shown.hotspots["is_open"].sum())
    rest, others = len(shown.hotspots) - open_, len(shown.others.drop_duplicates("geometry"))
    pin = f"proposed site, {radius} around it" if covers(proposal) else "proposed site"
    joined = (
        "a site it would be near"
        if covers(proposal)
        else "the site that would be its nearest support"
    )
    rows: list[tuple[str | list[dict[str, Any]], str, int]] = [
        (
            "pin",
            f"{pin} ({len(shown.sites)}); a town or crossing, not an organization",
            len(shown.sites),
        ),
        ("line", f"joins a hotspot and {joined}", len(shown.lines)),
        ([HOTSPOT_MARK], f"hotspot, no gap afterwards ({rest})", rest),
        (
            [*ring_marks("unfunded_partner"), HOTSPOT_MARK],
            f"gap that stays open afterwards ({open_})",
            open_,
        ),
        ([OTHER], f"near-equal alternative to a site ({others})", others),
        (
            [PLUS_MARK],
            f"documented support today, with {radius} around it",
            int(drawn.get("documented", 0)),
        ),
        (
            [HOLLOW_PLUS_MARK],
            "probable support today, not counted",
            int(drawn.get("probable", 0)),
        ),
    ]
    rows = [row for row in rows if row[2]]
    for number, (marks, text, _) in enumerate(rows):
        y = 1 - (number + 0.5) / 7
        if marks == "pin":
            draw_pin(ax, (0.04, y), 1, away=(0, 0), size=8)
        elif marks == "line":
            ax.plot([0.015, 0.065], [y, y], **LINE)
        else:
            for mark in marks:
                ax.scatter(0.04, y, **mark)  # type: ignore[arg-type]
        ax.text(0.09, y, text, va="center", fontsize=9)


def draw_sites(ax: Axes, shown: Siting, proposal: Proposal) -> None:
    """List the sites in their order: whom each would reach, what it adds, what stays open."""
    ax.text(0, 0.94, "The sites, in order", fontsize=11, fontweight="bold", va="center")
    if shown.sites.empty:
        return
    wrapped = [_served(shown, at) for at in range(min(len(shown.sites), LISTED))]
    more = len(shown.sites) - len(wrapped)
    height = sum(len(lines) + 0.25 for lines in wrapped) + 2.2 + bool(more)
    step = min(0.078, 0.88 / height)
    size, y = min(9.0, 9.0 * step / 0.066), 0.88 - step * 0.5
    ways, width = not covers(proposal), ax.bbox.width * 72 / ax.figure.dpi
    served_head, left = ("nearest for", "way left") if ways else ("would reach", "still open")
    for x, align, word in (
        (PLACE_AT, "left", "place"), (SERVED_AT, "left", served_head),
        (GAIN_AT, "right", "saves" if ways else "adds"), (1.0, "right", left),
    ):  # fmt: skip
        ax.text(x, y, word, ha=align, va="center", fontsize=8, color=style.MUTED)
    ax.plot([0, 1], [y - step * 0.5] * 2, color=style.MUTED, linewidth=0.6)
    y -= step * 1.15
    remains = proposal.total - shown.sites["gain"].cumsum()
    for at, (lines, row) in enumerate(
        zip(wrapped, shown.sites.head(LISTED).to_dict("records"), strict=True)
    ):
        end = f" ({starred(str(row['country']))})"
        place = fitted(str(row["name"]), (SERVED_AT - PLACE_AT) * width - GAP_PT, size, end=end)
        gain = siting_words.amount(row["gain"])
        room = (GAIN_AT - SERVED_AT) * width - width_pt(gain, size) - GAP_PT
        ax.text(0.0, y, str(row["order"]), va="center", fontsize=size, fontweight="bold",
                color=style.PROPOSED)  # fmt: skip
        cells = ((PLACE_AT, "left", place), (GAIN_AT, "right", gain),
                 (1.0, "right", siting_words.amount(max(remains[at], 0.0))))  # fmt: skip
        for x, align, text in cells:
            ax.text(x, y, text, ha=align, va="center", fontsize=size)
        for line in lines:
            ax.text(SERVED_AT, y, fitted(line, room, size), va="center", fontsize=size)
            y -= step
        y -= step * 0.25
    if more:
        ax.text(0.05, y, f"and {more} more", va="center", fontsize=8, color=style.MUTED)
        y -= step
    unit = proposal.unit.replace("towns", "hotspots" if "km" in proposal.unit else "towns")
    total = f"Counted in {unit}, {siting_words.amount(proposal.total)} in all."
    ax.text(0, y + 0.2 * step, total, va="center", fontsize=8, color=style.MUTED)


def _served(shown: Siting, at: int) -> list[str]:
    """Name the hotspots that a site would reach, on two lines at most."""
    names = ", ".join(shown.hotspots["name"][spot] for site, spot in shown.lines if site == at)
    return textwrap.wrap(names, SERVED_LETTERS, max_lines=2, placeholder=" …") or ["–"]


def draw_alternatives(ax: Axes, shown: Siting, proposal: Proposal) -> None:
    """Tell which other places would do nearly as well, and what one at a time costs."""
    ax.text(0, 0.93, "Nearly as good: one site exchanged, 99 % or more kept", fontsize=11,
            fontweight="bold", va="center")  # fmt: skip
    lines = []
    for row in shown.sites.head(LISTED).to_dict("records"):
        places = shown.others[shown.others["order"] == row["order"]]
        names = ", ".join(f"{name}" for name in places["name"])
        rest = f"{len(places)} others: {names}" if len(places) > 4 else names or "none"
        text = f"{row['order']} {shortened(str(row['name']), NAME_LETTERS)}: {rest}"
        most = 2 if len(shown.sites) <= MANY else 1
        lines += textwrap.wrap(
            text, INSTEAD_LETTERS, max_lines=most, placeholder=" …", subsequent_indent="    "
        )
    if not lines:
        lines = ["None: there is no site."]
    lines.append("")
    lines += textwrap.wrap(
        siting_words.one_at_a_time(proposal, shown.steps), INSTEAD_LETTERS, max_lines=2
    )
    size = min(8.8, 8.8 * 8 / len(lines))
    ax.text(0, 0.82, "\n".join(lines), fontsize=size, va="top", linespacing=1.4)
