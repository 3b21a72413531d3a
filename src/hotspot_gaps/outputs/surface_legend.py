"""Panels beside a surface: classes with their share of the area, and what the map does not say."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from matplotlib.patches import Rectangle

from hotspot_gaps.outputs import style
from hotspot_gaps.outputs import surface_layers as surfaces
from hotspot_gaps.outputs import surface_words as words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from hotspot_gaps.outputs.surface_classes import Kind, Shares
    from hotspot_gaps.outputs.surface_words import Facts
    from hotspot_gaps.settings import Settings

WIDEST_STEP = 1 / 12
BAR_LEFT, BAR_RIGHT = 0.42, 0.88
_GAP: tuple[dict[str, Any], ...] = (
    {"s": 130, "facecolor": "none", "edgecolor": style.INK, "linewidths": 1.5},
    {"s": 46, "facecolor": style.HOTSPOT, "edgecolor": "white", "linewidths": 0.7},
)


def draw_legend(ax: Axes, facts: Facts, drawn: dict[str, int]) -> None:
    """Draw each class with its share of the area, then the symbols.

    Parameters
    ----------
    ax
        Axes from 0 to 1.
    facts
        What is measured, the cells in each class, and what they are a share of.
    drawn
        Symbols inside the frame of the map: `supported`, `others` and `gaps`.
    """
    kind, shares, area = facts.kind, facts.shares, facts.area
    classes, symbols = _rows(kind, shares), _symbols(kind, drawn, facts.settings)
    step = min(WIDEST_STEP, 1 / (len(classes) + len(symbols) + 3.5))
    what = "Kilometres" if kind.unit == "km" else "Minutes by road"
    title = f"{what} to {words.name_target(facts)}"
    ax.text(0, 1 - step * 0.5, title, fontsize=11, fontweight="bold", va="center")
    y = 1 - step * 1.4
    muted: dict[str, Any] = {"fontsize": 8, "color": style.MUTED}
    ax.text(1, y, f"share of the area of {area}", ha="right", va="center", **muted)
    for name, colour, hatch, cells in classes:
        y -= step
        _swatch(ax, y, step, colour, hatch)
        ax.text(0.09, y, name, va="center", fontsize=9)
        length = cells / max(shares.inside, 1) * (BAR_RIGHT - BAR_LEFT)
        bar = (BAR_LEFT, y - 0.2 * step), length, 0.4 * step
        ax.add_patch(Rectangle(*bar, facecolor=style.MUTED, edgecolor="none"))
        share = words.percent(cells, shares.inside)
        ax.text(1, y, share, ha="right", va="center", fontsize=9)
    y -= step
    _swatch(ax, y, step, style.VEIL, "")
    ax.text(0.09, y, f"outside {area}: not measured", va="center", fontsize=9)
    y -= 0.4 * step
    for marks, text in symbols:
        y -= step
        for mark in marks:
            ax.scatter(0.035, y, **mark)
        ax.text(0.09, y, text, va="center", fontsize=9)


def _rows(kind: Kind, shares: Shares) -> list[tuple[str, str, str, int]]:
    """Return name, colour, hatch and cells of each class; no row for an answer nobody got."""
    names = words.class_names(shares.limits, kind.unit)
    rows = [
        (name, colour, "", cells)
        for name, colour, cells in zip(names, style.CLASSES, shares.classes, strict=True)
    ]
    codes = zip(shares.codes.values(), style.HATCHES, strict=False)
    rows += [(text, *look, cells) for (text, cells), look in codes if cells]
    if shares.unanswered:
        rows.append(("no answer", "white", "", shares.unanswered))
    return rows


def _swatch(ax: Axes, y: float, step: float, colour: str, hatch: str) -> None:
    """Draw a field of a class, as pale as on the map."""
    from matplotlib import rc_context

    look: dict[str, Any] = {
        "facecolor": (colour, surfaces.CLASS_ALPHA),
        "edgecolor": style.HATCH_INK,
    }
    with rc_context({"hatch.linewidth": 0.5}):
        box = (0, y - 0.32 * step), 0.07, 0.64 * step
        ax.add_patch(Rectangle(*box, hatch=hatch, linewidth=0.6, **look))


def _symbols(
    kind: Kind, drawn: dict[str, int], settings: Settings
) -> list[tuple[tuple[dict[str, Any], ...], str]]:
    """Return marks and meaning of each symbol that is on the map."""
    radius = f"{settings.radius_km:.10g} km"
    rows = [
        ((surfaces.SUPPORT_LOOK,), "town with documented support ({})", drawn["supported"]),
        (_GAP, f"gap: hotspot without documented support within {radius} ({{}})", drawn["gaps"]),
    ]
    if kind.to == "known":
        others = ((surfaces.KNOWN_LOOK,), "town with other known organizations ({})")
        rows.insert(1, (*others, drawn["others"]))
    return [(marks, text.format(count)) for marks, text, count in rows if count]


def draw_not_said(ax: Axes, facts: Facts) -> None:
    """Draw the box that says what the map leaves out, as high as its text, at the bottom."""
    lines = []
    for paragraph in words.surface_not_said(facts):
        lines += textwrap.wrap(paragraph, 84, initial_indent="•  ", subsequent_indent="    ")
    step = min(1 / 14, 1 / (len(lines) + 2.6))
    top = step * (len(lines) + 2.4)
    ax.add_patch(
        Rectangle(
            (0, 0),
            1,
            top,
            facecolor=style.BOX,
            edgecolor=style.BOX_EDGE,
            linewidth=0.9,
            clip_on=False,
        )
    )
    ax.text(
        0.025, top - step, "What this map does not say", fontsize=11, fontweight="bold", va="center"
    )  # fmt: skip
    for number, line in enumerate(lines):
        ax.text(0.025, top - step * (number + 2.2), line, fontsize=9 * 14 * step, va="center")
