"""A figure of what borders cost: minutes to support with open, delayed and closed borders."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from hotspot_gaps.outputs import style
from hotspot_gaps.outputs.glyphs import name_rows
from hotspot_gaps.outputs.phrases import starred
from hotspot_gaps.outputs.road_words import border_rule
from hotspot_gaps.outputs.words import KOSOVO_NOTE, day, subline

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from hotspot_gaps.gaps.missing import Known
    from hotspot_gaps.settings import Settings

WIDTH_IN, DPI = 10.0, 200
ROW_IN, MOST_ROWS = 0.27, 60
LINE_IN, LINE_CHARS = 0.17, 140
MARKS: dict[str, dict[str, Any]] = {
    "open": {"marker": "|", "s": 110, "color": style.INK, "linewidths": 1.6},
    "default": {"marker": "o", "s": 42, "facecolor": style.HOTSPOT, "edgecolor": "white"},
    "closed": {"marker": "s", "s": 42, "facecolor": "white", "edgecolor": style.SUPPORTED},
}


def border_figure(
    scenarios: pd.DataFrame, known: Known, *, settings: Settings, sources: str
) -> Figure:
    """Draw a row a hotspot in question: minutes to the nearest supported organization.

    Parameters
    ----------
    scenarios
        As `border_scenarios` returns it, with `rank` among the gaps where there are more than
        sixty hotspots in question.
    known
        Counts from `what_is_known`.
    settings
        The limit in minutes, and the delay.
    sources
        What must be said of the roads.

    Returns
    -------
    matplotlib.figure.Figure
        Hotspots, at most sixty, from near to far; those that no road reaches stand at the right.
    """
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    asked = scenarios[scenarios["in_question"] & scenarios["travel_default"].notna()]
    shown, said = asked, textwrap.wrap(_rule(asked, settings), LINE_CHARS)
    if rest := max(0, len(asked) - MOST_ROWS):
        shown = asked.sort_values(["rank", "hotspot_id"]).head(MOST_ROWS)
        said.append(
            f"{MOST_ROWS} of {len(asked):,} hotspots are drawn, gaps by rank first; the other "
            f"{rest:,} are in border_scenarios.csv. The title counts all."
        )
    # From below: too far from a road, unreachable, far, near.
    kind = shown["travel_default"].map({"unreachable": 1, "reached": 2}).fillna(0)
    order = ["kind", "travel_min_default", "travel_min_open", "hotspot_id"]
    rows = shown.assign(kind=kind).sort_values(
        order, ascending=[True, False, False, False], ignore_index=True
    )
    with rc_context({"text.parse_math": False}):
        trust = textwrap.wrap(subline(known, settings), LINE_CHARS)
        lower = LINE_IN * (len(trust) - 1)
        more = lower + LINE_IN * (len(said) - 1)
        height = 2.9 + more + ROW_IN * max(len(rows), 4)
        figure = Figure(figsize=(WIDTH_IN, height), dpi=DPI, facecolor="white")
        top, bottom = 1 - (1.4 + more) / height, 1.05 / height
        ax = figure.add_axes((0.25, bottom, 0.72, top - bottom))
        most = _draw_rows(ax, rows)
        _finish(ax, rows, most, settings)
        title, line = {"fontsize": 14, "fontweight": "bold"}, {"fontsize": 9.5}
        for y, text, look in (
            (0.2, _title(asked, known, settings), title),
            (0.55, "\n".join(trust), line | {"color": style.HOTSPOT}),
            (0.8 + lower, "\n".join(said), line | {"color": style.MUTED}),
        ):
            figure.text(0.015, 1 - y / height, text, va="top", **look)
        _legend(figure, 1 - (1.2 + more) / height, settings)
        note = textwrap.fill(f"{sources} {KOSOVO_NOTE}", 175)
        figure.text(0.015, 0.1 / height, note, fontsize=7, va="bottom", color=style.MUTED)
    return figure


def _draw_rows(ax: Axes, rows: pd.DataFrame) -> float:
    """Draw the marks of each hotspot; return where those that no road reaches stand."""
    columns = [f"travel_min_{scenario}" for scenario in MARKS]
    rows = rows.astype(dict.fromkeys(columns, "float64"))
    far = rows[columns].max().max()
    most = 1.12 * float(far) if far > 0 else 60.0
    for y, row in enumerate(rows.to_dict("records")):
        told = [row[column] for column in columns if row[column] >= 0]
        if len(told) > 1:
            ax.plot([min(told), max(told)], [y, y], color=style.BORDER, linewidth=1.2, zorder=1)
        for scenario, look in MARKS.items():
            reached = row[f"travel_{scenario}"] == "reached"
            if reached or row[f"travel_{scenario}"] == "unreachable":
                x = row[f"travel_min_{scenario}"] if reached else most
                ax.scatter(x, y, zorder=2 + (scenario == "default"), **look)
            elif scenario == "default":
                ax.text(
                    0.94 * most, y, "too far from a road", fontsize=8, va="center", ha="right",
                    color=style.MUTED, backgroundcolor="white",
                )  # fmt: skip
    return most


def _finish(ax: Axes, rows: pd.DataFrame, most: float, settings: Settings) -> None:
    """Draw the limit, the edge of the reachable, and the names."""
    ends = [f" ({starred(code)})" for code in rows["country"]]
    name_rows(ax, range(len(rows)), rows["name"].tolist(), 9, ends=ends)
    ax.set_ylim(-0.8, len(rows) - 0.2)
    ax.set_xlim(-0.02 * most, 1.06 * most)
    ax.axvline(settings.radius_min, color=style.SUPPORTED, linewidth=1.1, linestyle=(0, (5, 3)))
    ax.axvspan(0.95 * most, 1.06 * most, color=style.BAND, zorder=0)
    ax.set_xlabel("minutes by road to the nearest documented support", fontsize=9)
    ticks = [tick for tick in ax.get_xticks() if 0 <= tick < 0.88 * most]
    ax.set_xticks([*ticks, most], [*(f"{tick:.0f}" for tick in ticks), "unreachable"])
    ax.grid(axis="y", color=style.GRID, linewidth=0.6, zorder=0)
    ax.set_axisbelow(True)
    for side in ("top", "right", "left"):
        ax.spines[side].set_visible(False)
    ax.tick_params(axis="y", length=0)


def _title(asked: pd.DataFrame, known: Known, settings: Settings) -> str:
    """State the finding from the counts."""
    near = int((asked["travel_min_default"] <= settings.radius_min).sum())
    verb = "are" if near > 1 else "is"
    shown = " that can be shown" if known.supported_restricted else ""
    return (
        f"{near or 'None'} of {len(asked)} located hotspots {verb} within "
        f"{settings.radius_min:.10g} min of documented support{shown} by road"
    )


def _rule(asked: pd.DataFrame, settings: Settings) -> str:
    reached = int(asked["travel_closed"].eq("reached").sum())
    return (
        f"{reached} reach it without crossing a border. Fastest way at assumed speeds by class of "
        f"road, to support that can be shown. As of {day(settings)}."
    )


def _legend(figure: Figure, y: float, settings: Settings) -> None:
    """Draw what the marks mean, on one line."""
    words = {
        "open": "borders cost no time", "default": border_rule(settings),
        "closed": "no border can be crossed",
    }  # fmt: skip
    ax = figure.add_axes((0.015, y - 0.02, 0.97, 0.04))
    ax.set_xlim(0, 1)
    ax.set_ylim(0, 1)
    ax.axis("off")
    line = f"the limit, {settings.radius_min:.10g} min"
    letters = sum(map(len, words.values())) + len(line)
    size = min(9.0, 9.0 * 108 / letters)
    at, step = 0.01, 0.0075 * size / 9
    for scenario, look in MARKS.items():
        ax.scatter(at, 0.5, **look)
        ax.text(at + 0.015, 0.5, words[scenario], fontsize=size, va="center")
        at += 0.04 + step * len(words[scenario])
    dashes: dict[str, Any] = {"color": style.SUPPORTED, "linewidth": 1.1, "linestyle": (0, (3, 2))}
    ax.plot([at, at + 0.02], [0.5, 0.5], **dashes)
    ax.text(at + 0.03, 0.5, line, fontsize=size, va="center")
