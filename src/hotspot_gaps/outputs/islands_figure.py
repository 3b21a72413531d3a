"""A figure of islands: how they fall as the limit grows, and which links would join them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hotspot_gaps.gaps.counts import plural
from hotspot_gaps.outputs import style
from hotspot_gaps.outputs.glyphs import TICK_PT, fitted, name_rows
from hotspot_gaps.outputs.phrases import starred
from hotspot_gaps.outputs.sheet import plain, sheet

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from hotspot_gaps.gaps.networks import Islands

CURVE_IN, ROW_IN, MOST_LINKS = 2.9, 0.26, 25
UNITS = {"distance_km": "km", "travel_min": "min"}
HOME: dict[str, Any] = {"color": style.GREY}
ABROAD: dict[str, Any] = {"facecolor": "white", "edgecolor": style.INK, "hatch": "////"}


def islands_figure(islands: Islands, *, sources: str) -> Figure:
    """Draw the number of islands over the limit, and the links that would join them all.

    Parameters
    ----------
    islands
        As `islands` of `gaps.networks` returns it.
    sources
        What must be said of the data.

    Returns
    -------
    matplotlib.figure.Figure
        A curve of steps, and below it a bar a link, longest on top.
    """
    from matplotlib import rc_context

    missing = islands.links[islands.links["joins_islands"]]
    drawn = missing.head(MOST_LINKS).iloc[::-1]
    bars_in = 0.7 + ROW_IN * max(len(drawn), 3)
    with rc_context({"text.parse_math": False, "hatch.linewidth": 0.6}):
        figure, bottom, top = sheet(
            CURVE_IN + 1.0 + bars_in,
            title=_title(islands),
            warning=_left_out(islands),
            lines=[_rule(islands), _joins(islands)],
            sources=sources,
        )
        height = figure.get_figheight()
        high = CURVE_IN / height
        _curve(figure.add_axes((0.07, top - high, 0.9, high)), islands)
        low = bottom + 0.45 / height
        ax = figure.add_axes((0.27, low, 0.7, (bars_in - 0.45) / height))
        _bars(ax, drawn, islands, len(missing))
    return figure


def _curve(ax: Axes, islands: Islands) -> None:
    from matplotlib.ticker import MaxNLocator

    unit = UNITS[islands.measure]
    steps = islands.merging.to_numpy(dtype=float)
    at, most = len(islands.islands), max(float(steps[-1, 0]), islands.within) * 1.06 or 1.0
    x, y = [*steps[:, 0], most], [*steps[:, 1], steps[-1, 1]]
    ax.step(x, y, where="post", color=style.INK, linewidth=1.6)
    ax.axvline(islands.within, color=style.SUPPORTED, linewidth=1.1, linestyle=(0, (5, 3)))
    ax.plot([islands.within], [at], marker="o", color=style.HOTSPOT, markersize=6)
    text = f"  {at} at {islands.within:.10g} {unit}"
    ax.annotate(
        text, (islands.within, at), xytext=(4, 8), textcoords="offset points", fontsize=10,
        fontweight="bold",
    )  # fmt: skip
    ax.set_xlim(0, most)
    ax.set_ylim(0, steps[:, 1].max() * 1.05 + 0.5)
    ax.set_xlabel(f"limit: towns are linked within so many {unit}", fontsize=9)
    ax.yaxis.set_major_locator(MaxNLocator(steps=[1, 2, 5, 10], integer=True))
    ax.set_ylabel("islands", fontsize=9)
    ax.grid(color=style.GRID, linewidth=0.6)
    plain(ax)


def _bars(ax: Axes, drawn: Any, islands: Islands, total: int) -> None:
    unit = UNITS[islands.measure]
    half = ax.bbox.x0 * 36 / ax.figure.dpi - TICK_PT
    names = [
        " – ".join(
            fitted(row[f"{side}_town"], half, 8.5, end=f" ({starred(row[f'{side}_country'])})")
            for side in ("from", "to")
        )
        for row in drawn.to_dict("records")
    ]
    lengths = drawn[islands.measure].tolist()
    for y, (length, abroad) in enumerate(zip(lengths, drawn["crosses_border"], strict=True)):
        ax.barh(y, length, height=0.62, **(ABROAD if abroad else HOME))
        ax.text(length, y, f" {length:.0f}", va="center", fontsize=8.5)
    name_rows(ax, range(len(names)), names, 8.5)
    ax.set_ylim(-0.7, max(len(names), 3) - 0.3)
    ax.set_xlim(0, max([*lengths, 1.0]) * 1.08)
    ax.axvline(islands.within, color=style.SUPPORTED, linewidth=1.1, linestyle=(0, (5, 3)))
    rest = f", the {len(drawn)} longest of {total}" if total > len(drawn) else ""
    ax.set_xlabel(
        f"{unit} of the links that would join all{rest}; hatched: crosses a border", fontsize=9
    )
    plain(ax, "left")


def _title(islands: Islands) -> str:
    count, alone = len(islands.islands), int(islands.islands["isolated"].sum())
    several = "s" if count != 1 else ""
    limit = f"{islands.within:.10g} {UNITS[islands.measure]}"
    rest = f"; {alone} {'are' if alone != 1 else 'is'} one town alone" if alone else ""
    towns = plural(len(islands.towns), "town")
    verb = "make" if len(islands.towns) != 1 else "makes"
    return f"{towns} with known organizations {verb} {count} island{several} at {limit}{rest}"


def _left_out(islands: Islands) -> str:
    total = islands.shown + islands.not_placed + islands.withheld
    return (
        f"Drawn: {islands.shown} of {total} known organizations; {islands.not_placed} have no town "
        f"and {islands.withheld} are withheld. What is not drawn may join islands."
    )


def _rule(islands: Islands) -> str:
    way = "in a straight line" if islands.measure == "distance_km" else "by road, the slower way"
    limit = f"{islands.within:.10g} {UNITS[islands.measure]}"
    return (
        f"An island: towns linked within {limit} {way}, one to the next. A link is a "
        "possibility by distance, not a known contact."
    )


def _joins(islands: Islands) -> str:
    unit, parts = UNITS[islands.measure], []
    missing = islands.links[islands.links["joins_islands"]]
    if len(missing):
        abroad = int(missing["crosses_border"].sum())
        count = plural(len(missing), "link")
        kept = f"{abroad} of them across a border"
        parts.append(
            f"Joining all takes {count}, {missing[islands.measure].sum():,.0f} {unit}: {kept}."
        )
    lost = len(islands.islands) - 1 - len(missing)
    if lost:
        parts.append(f"{lost} more cannot be joined by road.")
    around = islands.hotspots
    if around is not None:
        known = around["in_no_island"].dropna()
        outside = around[around["in_no_island"].fillna(value=False)]
        names = f" ({', '.join(outside['name'])})" if 0 < len(outside) < 9 else ""
        asked = (
            f", {int(outside['in_question'].sum())} in question" if "in_question" in around else ""
        )
        parts.append(f"In no island: {len(outside)} of {len(known)} placed hotspots{asked}{names}.")
    return " ".join(parts)
