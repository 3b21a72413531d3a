"""A figure of concentration: who has what by size of town, and organizations over people."""

from __future__ import annotations

import textwrap
from math import isnan
from typing import TYPE_CHECKING, Any

from hotspot_gaps.gaps.counts import plural
from hotspot_gaps.outputs import style
from hotspot_gaps.outputs.glyphs import name_rows
from hotspot_gaps.outputs.sheet import plain, sheet
from hotspot_gaps.outputs.words import day, subline

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from hotspot_gaps.gaps.concentration import Concentration
    from hotspot_gaps.gaps.missing import Known
    from hotspot_gaps.settings import Settings

ROW_IN, LEGEND_IN = 0.36, 0.35
FEW = 5  # supported organizations; no shares of fewer
CLASSES: dict[str, tuple[str, dict[str, Any]]] = {
    "smaller_town": ("smaller towns", {"facecolor": style.INK}),
    "larger_town": ("cities", {"facecolor": style.GREY}),
    "capital": ("capitals", {"facecolor": style.PALE_GREY}),
    "unknown": ("size not known", {"facecolor": "white", "hatch": "////"}),
    "not_a_town": ("crossings, airports, regions", {"facecolor": "white", "hatch": "...."}),
}


def concentration_figure(
    found: Concentration, known: Known, *, settings: Settings, sources: str
) -> Figure:
    """Draw shares by size of town, and the Lorenz curve of organizations over people.

    Parameters
    ----------
    found
        As `concentration` returns it.
    known
        Counts from `what_is_known`.
    settings
        Date and cut-off.
    sources
        What must be said of the data.

    Returns
    -------
    matplotlib.figure.Figure
        Bars of people, hotspots, organizations and support, below them organizations country by
        country, and the curve at the right.
    """
    from matplotlib import rc_context

    bars = _bars(found, known)
    with rc_context({"text.parse_math": False, "hatch.linewidth": 0.5}):
        body = LEGEND_IN + max(ROW_IN * (len(bars) + 1), 3.6) + 0.5
        figure, bottom, top = sheet(
            body,
            title=_title(found),
            warning=subline(known, settings),
            lines=[_rule(found, settings), _left_out(found), *_chance(found)],
            sources=sources,
        )
        height = figure.get_figheight()
        low, high = bottom + 0.5 / height, top - LEGEND_IN / height
        _draw_bars(figure.add_axes((0.2, low, 0.4, high - low)), bars)
        side = min(3.3, 10.0 * 0.31)
        ax = figure.add_axes((0.67, high - side / height, side / 10.0, side / height))
        _draw_curve(ax, found)
        _legend(figure.add_axes((0.015, high, 0.97, LEGEND_IN / height)))
    return figure


def _cells(found: Concentration) -> dict[tuple[str, str], dict[str, Any]]:
    """Return the rows of the table of shares by country and size class."""
    rows = found.shares.to_dict("records")
    return {
        (row["country"], row["size_class"]): {str(key): cell for key, cell in row.items()}
        for row in rows
    }


def _bars(found: Concentration, known: Known) -> list[tuple[str, dict[str, float] | None]]:
    """List names and shares by class of the bars, from the top; None for a heading."""
    cells, stated = _cells(found), known.supported_stated
    total = cells["all", "all"]
    of = "" if stated is None else f" of {max(stated, total['supported'])}"
    left_out = found.organizations_not_placed + found.organizations_withheld
    names = {
        "people": f"People: {total['people'] / 1e6:.1f} M",
        "hotspots": f"Hotspots: {total['hotspots']}",
        "organizations": f"Organizations: {total['organizations']} of "
        f"{found.organizations_shown + left_out}",
        "supported": f"Supported: {total['supported']}{of}",
    }

    def shares(country: str, column: str) -> dict[str, float]:
        if column == "supported" and 0 < total["supported"] < FEW:
            return dict.fromkeys(CLASSES, -1.0)  # a whole bar of one would mislead
        return {size: float(cells[country, size][f"share_of_{column}"]) for size in CLASSES}

    bars: list[tuple[str, dict[str, float] | None]] = [
        (name, shares("all", column)) for column, name in names.items()
    ]
    bars.append(("Organizations by country:", None))
    for country in dict.fromkeys(code for code, _ in cells if code != "all"):
        name = country
        if country in style.COUNTRY_NAMES:
            name = style.COUNTRY_NAMES[country].replace("\n", " ").title().replace(" And ", " and ")
        count = cells[country, "all"]["organizations"]
        bars.append((f"{name}: {count}", shares(country, "organizations")))
    return bars


def _draw_bars(ax: Axes, bars: list[tuple[str, dict[str, float] | None]]) -> None:
    for y, (_, shares) in enumerate(bars):
        left = 0.0
        for size, (_, look) in CLASSES.items():
            share = shares[size] if shares else 0.0
            if not share > 0:  # none, or nothing to have a share of
                continue
            ax.barh(y, share, left=left, height=0.7, edgecolor=style.INK, linewidth=0.6, **look)
            if share >= 0.08:
                colour = "white" if size == "smaller_town" else style.INK
                box = (
                    {"facecolor": "white", "edgecolor": "none", "pad": 1}
                    if "hatch" in look
                    else None
                )
                ax.text(
                    left + share / 2, y, f"{share:.0%}", ha="center", va="center", fontsize=8,
                    color=colour, bbox=box,
                )  # fmt: skip
            left += share
        if shares is not None and left == 0:
            few = "too few to share out" if min(shares.values()) < 0 else "none"
            ax.text(0.01, y, few, va="center", fontsize=8, color=style.MUTED)
    names = ["\n".join(textwrap.wrap(name, 26)) for name, _ in bars]
    name_rows(ax, range(len(bars)), names, 8.5)
    ax.set_ylim(len(bars) - 0.4, -0.6)
    ax.set_xlim(0, 1.001)
    ax.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", "25", "50", "75", "100 %"], fontsize=8.5)
    plain(ax, "left")


def _draw_curve(ax: Axes, found: Concentration) -> None:
    x = [0.0, *found.lorenz["people_share"]]
    y = [0.0, *found.lorenz["organizations_share"]]
    ax.plot([0, 1], [0, 1], color=style.MUTED, linewidth=1, linestyle=(0, (5, 3)))
    ax.fill_between(x, y, x, color=style.BAND, linewidth=0)
    ax.plot(x, y, color=style.INK, linewidth=1.6)
    told = f"Gini {found.gini:.2f}" if not isnan(found.gini) else "nothing to share"
    ax.text(0.05, 0.9, told, fontsize=11, fontweight="bold")
    low, high = found.gini_by_chance
    chance = f"\nby chance {low:.2f} to {high:.2f}" if not isnan(low) else ""
    ax.text(
        0.05, 0.87,
        f"{plural(found.gini_organizations, 'organization')},\n{found.gini_towns:,} towns{chance}",
        fontsize=8.5, va="top",
    )  # fmt: skip
    ticks = [0, 0.25, 0.5, 0.75, 1]
    ax.set_xticks(ticks, ["0", "25", "50", "75", "100"], fontsize=8.5)
    ax.set_yticks(ticks, ["0", "25", "50", "75", "100"], fontsize=8.5)
    ax.set_xlim(0, 1)
    ax.set_ylim(0, 1.005)
    ax.set_xlabel("% of people, towns with least per head first", fontsize=8.5)
    ax.set_ylabel("% of organizations", fontsize=8.5)
    plain(ax)


def _legend(ax: Axes) -> None:
    from matplotlib.patches import Rectangle

    ax.set_xlim(0, 1)
    ax.set_ylim(0, 1)
    ax.axis("off")
    at = 0.0
    for words, look in CLASSES.values():
        ax.add_patch(Rectangle((at, 0.3), 0.025, 0.42, edgecolor=style.INK, linewidth=0.6, **look))
        ax.text(at + 0.032, 0.5, words, fontsize=9, va="center")
        at += 0.075 + 0.0072 * len(words)


def _title(found: Concentration) -> str:
    small = _cells(found)["all", "smaller_town"]
    if not found.organizations_shown:
        return "No known organization can be placed"
    parts = {
        "organizations": "of the known organizations", "hotspots": "of the hotspots",
        "people": "of the people",
    }  # fmt: skip
    told = [
        f"{small[f'share_of_{column}']:.0%} {words}"
        for column, words in parts.items()
        if not isnan(small[f"share_of_{column}"])
    ]
    return f"Smaller towns have {', '.join(told[:-1])}{' and ' if told[1:] else ''}{told[-1]}"


def _rule(found: Concentration, settings: Settings) -> str:
    return (
        f"Smaller: under {settings.smaller_below:,} inhabitants, no capital. People of "
        f"{found.gini_towns:,} towns; {found.towns_unknown} more are of unknown size. As of "
        f"{day(settings)}. "
        "What is listed follows what could be read: countries must not be compared."
    )


def _left_out(found: Concentration) -> str:
    elsewhere = (
        f", {found.elsewhere} hotspots and organizations of countries that the gazetteer lacks"
        * bool(found.elsewhere)
    )
    return (
        f"Left out: {found.organizations_not_placed} organizations without a town and "
        f"{found.organizations_withheld} withheld, {found.hotspots_not_counted} hotspots outside "
        f"the question{elsewhere}."
    )


def _chance(found: Concentration) -> list[str]:
    """Say whether the coefficient differs from what a draw in proportion to people gives."""
    low, high = found.gini_by_chance
    if isnan(low):
        return []
    where = "above" if found.gini > high else "below" if found.gini < low else "within"
    return [
        f"The Gini of {found.gini:.2f} is {where} what chance gives, {low:.2f} to {high:.2f}, when "
        "it places as many in proportion to people. Gini: 0 where every town has what its people "
        "would give it, 1 where one town has all."
    ]
