"""A figure of certainty: how many gaps are certain, by how much support has no place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hotspot_gaps.outputs import style
from hotspot_gaps.outputs.sheet import plain, sheet
from hotspot_gaps.outputs.words import day, subline

if TYPE_CHECKING:
    import pandas as pd
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
        Dark bars are certain, light ones the rest of the flagged. Today's number is marked.
    """
    from matplotlib import rc_context

    with rc_context({"text.parse_math": False}):
        figure, bottom, top = sheet(
            BODY_IN,
            title=_title(found, known),
            warning=subline(known, settings),
            lines=[_rule(found, known, settings)],
            sources=sources,
        )
        low = bottom + 0.5 / figure.get_figheight()
        ax = figure.add_axes((0.07, low, 0.9, top - low))
        _bars(ax, found)
        if known.gaps_certain is not None:
            _mark_today(ax, found)
    return figure


def _bars(ax: Axes, found: Certainty) -> None:
    curve = _curve(found)
    none = curve.index[curve.eq(0)]
    end = max(found.missing, int(none[0]) if len(none) else int(curve.index[-1])) + 1
    curve = curve[curve.index <= end]
    ax.bar(curve.index, found.flagged, color=style.BAND, edgecolor=style.MUTED, linewidth=0.5)
    ax.bar(curve.index, curve, color=style.INK, width=0.8)
    for missing, certain in zip(curve.index.tolist(), curve.tolist(), strict=True):
        ax.text(missing, certain, f"{certain}", ha="center", va="bottom", fontsize=9)
    ax.set_xticks(curve.index[:: max(1, len(curve) // 21)])
    ax.set_ylim(0, max(found.flagged, 1) * 1.2)
    ax.set_yticks(range(0, found.flagged + 1, max(1, found.flagged // 6)))
    ax.set_xlabel("supported organizations without a place", fontsize=9)
    ax.set_ylabel("gaps that are certain", fontsize=9)
    ax.tick_params(labelsize=8.5)
    plain(ax)


def _mark_today(ax: Axes, found: Certainty) -> None:
    """Frame the bar of today's number in the colour of the warning, and name it."""
    ax.bar(
        found.missing, found.flagged, facecolor="none", edgecolor=style.WARNING, linewidth=2,
        zorder=3,
    )  # fmt: skip
    where: dict[str, Any] = {
        "color": style.WARNING,
        "xytext": (0, 14),
        "textcoords": "offset points",
        "ha": "center",
    }
    text = f"today: {found.missing}"
    ax.annotate(text, (found.missing, found.flagged), fontsize=9, fontweight="bold", **where)


def _title(found: Certainty, known: Known) -> str:
    flagged, sure = found.flagged, found.sure
    if not flagged:
        return "No gap to be certain of"
    if known.gaps_certain is None:
        some = f"how many of {flagged} gaps are certain" if flagged > 1 else "if the gap is certain"
        return f"Not known {some}: nobody states how much support there is"
    verb = "is" if sure < 2 else "are"
    start = (
        f"{sure or 'None'} of {flagged} gaps {verb} certain"
        if flagged > 1
        else (f"The one gap is {'' if sure else 'not '}certain")
    )
    curve = _curve(found)
    more = curve[(curve.index < found.missing) & (curve > sure)]
    if more.empty:
        return f"{start}, wherever the support without a place is"
    need, then = found.missing - int(more.index[-1]), int(more.iloc[-1])
    one = "it would be" if flagged == 1 else f"{then if then > 1 else 'one'} would be"
    return f"{start}; {one} with {need} of the {found.missing} placed far from all of them"


def _curve(found: Certainty) -> pd.Series[int]:
    """Return how many gaps are certain, by how many organizations are missing."""
    table = found.curve.set_index("missing")
    return table["certain_anywhere"].fillna(table["certain"]).astype(int)


def _rule(found: Certainty, known: Known, settings: Settings) -> str:
    silent = len(known.programmes_silent)
    few = (
        "programme states no number and counts"
        if silent == 1
        else "programmes state none and count"
    )
    rest = f" {silent} {few} as no more." if silent else ""
    return (
        f"Certain: wherever that many organizations are, at least so many of the {found.flagged} "
        f"gaps have no support within {settings.radius_km:.10g} km; which ones is not told."
        f"{rest} As of {day(settings)}."
    )
