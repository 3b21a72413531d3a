"""A figure of certainty: how many gaps are certain, by how much support has no place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotspot_gaps.outputs import style
from hotspot_gaps.outputs.sheet import plain, sheet
from hotspot_gaps.outputs.words import day, subline

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from hotspot_gaps.gaps.certainty import Certainty
    from hotspot_gaps.gaps.missing import Known
    from hotspot_gaps.settings import Settings

BODY_IN = 3.6


def certainty_figure(found: Certainty, known: Known, *, settings: Settings, sources: str) -> Figure:
    """Draw a bar a number of organizations without a place: gaps that are certain then.

    Parameters
    ----------
    found
        As `certain_gaps` returns it.
    known
        Counts from `what_is_known`.
    settings
        Radius and date.
    sources
        What must be said of the data.

    Returns
    -------
    matplotlib.figure.Figure
        Whole bars are certain, light ones the rest of the flagged. Today's number is marked.
    """
    from matplotlib import rc_context

    with rc_context({"text.parse_math": False}):
        figure, bottom, top = sheet(
            BODY_IN,
            title=_title(found),
            warning=subline(known, settings),
            lines=[_rule(found, settings)],
            sources=sources,
        )
        low = bottom + 0.5 / figure.get_figheight()
        _bars(figure.add_axes((0.07, low, 0.9, top - low)), found)
    return figure


def _bars(ax: Axes, found: Certainty) -> None:
    table = found.curve
    ax.bar(table["missing"], found.flagged, color="#ecece8", edgecolor=style.MUTED, linewidth=0.5)
    ax.bar(table["missing"], table["certain"], color=style.INK, width=0.8)
    for row in table.to_dict("records"):
        bold = "bold" if row["missing"] == found.missing else "normal"
        ax.text(
            row["missing"], row["certain"], f"{row['certain']}", ha="center", va="bottom",
            fontsize=9, fontweight=bold, color=style.INK,
        )  # fmt: skip
    ax.annotate(
        f"today: {found.missing}", (found.missing, found.flagged), xytext=(0, 6),
        textcoords="offset points", ha="center", fontsize=9, fontweight="bold",
    )  # fmt: skip
    ax.set_xticks(table["missing"][:: max(1, len(table) // 21)])
    ax.set_ylim(0, max(found.flagged, 1) * 1.12)
    ax.set_xlabel("supported organizations without a place", fontsize=9)
    ax.set_ylabel("gaps that are certain", fontsize=9)
    ax.tick_params(labelsize=8.5)
    plain(ax)


def _title(found: Certainty) -> str:
    if not found.flagged:
        return "No gap to be certain of"
    verb = "is" if found.certain < 2 else "are"
    start = f"{found.certain or 'None'} of {found.flagged} gaps {verb} certain"
    table = found.curve[found.curve["missing"] < found.missing]
    more = table[table["certain"] > found.certain]["missing"]
    if more.empty:
        return f"{start}, wherever the support without a place is"
    need = found.missing - int(more.max())
    one = "one would be" if not found.certain else "one more would be"
    return f"{start}; {one} after placing {need} of the {found.missing} supported without a place"


def _rule(found: Certainty, settings: Settings) -> str:
    return (
        f"Certain: wherever in populated places that many organizations are, at least so many of "
        f"the {found.flagged} flagged have no support within {settings.radius_km:.10g} km. "
        "Which ones is not told. Support that is placed near a flagged town takes it off the "
        f"list. As of {day(settings)}."
    )
