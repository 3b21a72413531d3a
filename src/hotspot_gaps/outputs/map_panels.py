"""Panels beside the map: legend with counts, the list of gaps, what is not known."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from hotspot_gaps.outputs import style
from hotspot_gaps.outputs.words import not_known

if TYPE_CHECKING:
    import geopandas as gpd
    from matplotlib.axes import Axes

    from hotspot_gaps.gaps.missing import Known
    from hotspot_gaps.settings import Settings

LISTED = 14
_HOTSPOT = {
    "s": 42, "marker": "o", "facecolor": style.HOTSPOT, "edgecolor": "white", "linewidths": 0.7,
}  # fmt: skip
_SMALL = {**_HOTSPOT, "s": 28}
_HOLLOW = {**_SMALL, "facecolor": "white", "edgecolor": style.HOTSPOT, "linewidths": 1.1}
_PLUS = {"s": 120, "marker": "P", "facecolor": style.SUPPORTED, "edgecolor": "white"}
_HOLLOW_PLUS = {**_PLUS, "s": 80, "facecolor": "white", "edgecolor": style.SUPPORTED}
_DOT = {"s": 16, "color": style.KNOWN}


def _ring(size: float) -> dict[str, Any]:
    return {"s": size, "facecolor": "none", "edgecolor": style.INK, "linewidths": 1.3}


def draw_legend(ax: Axes, known: Known, settings: Settings) -> None:
    """Draw each symbol with what it means and how many there are."""
    partner, radius = f"{settings.partner_radius_km:g} km", f"{settings.radius_km:g} km"
    rest = known.hotspots_placed - known.gaps
    apart = f"{known.related_placed}, {known.related_gaps} of them gaps"
    rows: list[tuple[list[dict[str, Any]], str]] = [
        (
            [_ring(170), _HOTSPOT],
            f"gap, known organization without support within {partner} ({known.unfunded_partner})",
        ),
        (
            [_ring(170), _ring(320), _HOTSPOT],
            f"gap, no known organization within {partner} ({known.no_known_partner})",
        ),
        ([_SMALL], f"hotspot, not a gap: larger town, capital or covered ({rest})"),
        ([_HOLLOW], f"called a hotspot in later texts, counted apart ({apart})"),
        (
            [_PLUS],
            f"organization with documented support ({known.supported_placed}), {radius} around it",
        ),
        ([_HOLLOW_PLUS], f"organization with probable support ({known.probable}), not counted"),
        ([_DOT], "town with other known organizations"),
    ]
    step = 1 / (len(rows) + 1.2)
    for number, (marks, text) in enumerate(rows):
        y = 1 - step * (number + 0.55)
        for mark in marks:
            ax.scatter(0.04, y, **mark)
        ax.text(0.09, y, text, va="center", fontsize=9)
    _draw_kinds(ax, 1 - step * (len(rows) + 0.55))


def _draw_kinds(ax: Axes, y: float) -> None:
    """Draw the symbols of the kinds of hotspot on one line."""
    words = {"border_crossing": "crossing"}
    x = 0.04
    for kind, symbol in style.MARKERS.items():
        word = words.get(kind, kind)
        ax.scatter(x, y, s=34, marker=symbol, color=style.MUTED)
        ax.text(x + 0.03, y, word, va="center", fontsize=8.5, color=style.MUTED)
        x += 0.09 + 0.018 * len(word)


def draw_list(ax: Axes, gaps: gpd.GeoDataFrame, settings: Settings) -> None:
    """List the gaps by rank, with the numbers of the table."""
    ranked = gaps[gaps["rank"].notna()].sort_values("rank")
    shown = ranked.head(LISTED)
    step = 1 / (max(len(shown), 8) + 2.4)
    title = "The gaps, farthest from support first"
    ax.text(0, 1 - step * 0.6, title, fontsize=11, fontweight="bold", va="center")
    columns = [
        (0.0, "left", ""),
        (0.045, "left", "place"),
        (0.56, "right", "inhabitants"),
        (0.73, "right", "km to support"),
        (1.0, "right", f"known within {settings.partner_radius_km:g} km"),
    ]
    y = 1 - step * 1.7
    for x, align, word in columns:
        ax.text(x, y, word, ha=align, va="center", fontsize=8, color=style.MUTED)
    ax.plot([0, 1], [y - step * 0.45] * 2, color=style.MUTED, linewidth=0.6)
    for number, row in enumerate(shown.itertuples()):
        cells = _cells(row, settings)
        for (x, align, _), cell in zip(columns, cells, strict=True):
            ax.text(x, y - step * (number + 1.0), cell, ha=align, va="center", fontsize=9)
    if len(ranked) > len(shown):
        more = f"and {len(ranked) - len(shown)} more, in gaps.csv"
        ax.text(0, 0.01, more, fontsize=8, color=style.MUTED)


def _cells(row: Any, settings: Settings) -> tuple[str, ...]:
    people = f"{row.population:,}" if row.size_class == "smaller_town" else "crossing"
    band = row.nearest_supported_band
    km = f"{row.nearest_supported_km:.1f}" if row.nearest_supported_km >= 0 else str(band)
    km = "none placed" if km == "nan" else km
    known = getattr(row, f"known_within_{settings.partner_radius_km:g}km")
    return str(row.rank), f"{row.name} ({row.country})", people, km, str(known)


def draw_not_known(ax: Axes, known: Known) -> None:
    """Draw the box that says what is not known."""
    from matplotlib.patches import Rectangle

    ax.add_patch(
        Rectangle(
            (0, 0), 1, 1, facecolor=style.BOX, edgecolor="#c9b98a", linewidth=0.9, clip_on=False
        )
    )
    ax.text(0.025, 0.9, "What is not known", fontsize=11, fontweight="bold", va="center")
    lines = []
    for paragraph in not_known(known):
        lines += textwrap.wrap(paragraph, 86, initial_indent="•  ", subsequent_indent="    ")
    ax.text(0.025, 0.80, "\n".join(lines), fontsize=8.8, va="top", linespacing=1.45)
