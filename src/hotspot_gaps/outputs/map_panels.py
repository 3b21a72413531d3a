"""Panels beside the map: legend with counts, the list of gaps, what is not known."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

import pandas as pd

from hotspot_gaps.gaps.counts import plural
from hotspot_gaps.gaps.discretion import WITHHELD, is_restricted
from hotspot_gaps.gaps.flags import count_columns
from hotspot_gaps.outputs import style
from hotspot_gaps.outputs.glyphs import fitted, width_pt
from hotspot_gaps.outputs.phrases import NEAR, NO_GAP, starred
from hotspot_gaps.outputs.words import APART, no_gap, not_known

if TYPE_CHECKING:
    import geopandas as gpd
    from matplotlib.axes import Axes

    from hotspot_gaps.gaps.missing import Known
    from hotspot_gaps.settings import Settings

LISTED = 14
GAP_PT = 8.0  # between a name and the number beside it
# Spaces that SVG does not draw together.
BULLET, INDENT = "•\N{NO-BREAK SPACE} ", "\N{NO-BREAK SPACE}" * 4
HOTSPOT_MARK = style.look(style.MARKS["gap"])
SMALL_MARK = style.look(style.MARKS["no_gap"])
HOLLOW_MARK = style.look(style.MARKS["apart"])
# Support is drawn smaller than on the map, or rows would touch.
PLUS_MARK = style.look(style.MARKS["supported"], scale=0.5)
HOLLOW_PLUS_MARK = style.look(style.MARKS["probable"], scale=0.85)
KNOWN_MARK = style.look(style.MARKS["known"])


def ring_marks(gap_type: str) -> list[dict[str, Any]]:
    """Return the looks of the rings around a gap."""
    return [style.look(ring) for ring in style.RINGS[gap_type]]


def draw_legend(
    ax: Axes, known: Known, drawn: dict[str, int], settings: Settings, *, note: str = ""
) -> None:
    """Draw each symbol with what it means and how many there are.

    Parameters
    ----------
    ax
        Axes from 0 to 1.
    known
        Counts from `what_is_known`.
    drawn
        Points inside the frame of the map: `supported`, `probable` and `others`.
    settings
        Radii and evidence.
    note
        What else must be said of the symbols, a line or two.
    """
    rows = [(marks, text) for marks, text, count in _legend_rows(known, drawn, settings) if count]
    step = 1 / (8.2 + 0.8 * len(note.split("\n")) if note else 8.2)
    for number, (marks, text) in enumerate(rows):
        y = 1 - step * (number + 0.55)
        for mark in marks:
            ax.scatter(0.04, y, **mark)
        ax.text(0.09, y, text, va="center", fontsize=9)
    _draw_kinds(ax, 1 - step * (len(rows) + 0.55))
    if note:
        y = 1 - step * (len(rows) + 1.1)
        ax.text(0.03, y, note, va="top", linespacing=1.4, **style.text_look(style.TEXTS["small"]))


def _legend_rows(
    known: Known, drawn: dict[str, int], settings: Settings
) -> list[tuple[list[dict[str, Any]], str, int]]:
    """Return symbols, meaning and count; what is not on the map has no row."""
    partner = f"{settings.partner_radius_km:.10g} km"
    thin = f"; thin ring: {plural(known.apart_gaps, 'gap')}" if known.apart_gaps else ""
    rings = ring_marks("apart") if thin else []
    one, two = ring_marks("unfunded_partner"), ring_marks("no_known_partner")
    rest = known.in_question_placed - known.gaps
    rows = (
        ([*one, HOTSPOT_MARK], NEAR["unfunded_partner"], f" within {partner}",
         known.unfunded_partner, ""),
        ([*two, HOTSPOT_MARK], NEAR["no_known_partner"], f" within {partner}",
         known.no_known_partner, ""),
        ([SMALL_MARK], NO_GAP, "", rest, ""),
        ([*rings, HOLLOW_MARK], "{}", APART[settings.evidence], known.apart_placed, thin),
        ([PLUS_MARK], "documented support, with its radius", "", drawn["supported"],
         _of(drawn["supported"], known.supported_known)),
        ([HOLLOW_PLUS_MARK], "probable support, not counted", "", drawn["probable"],
         _of(drawn["probable"], known.probable)),
        ([KNOWN_MARK], "town with other known organizations", "", drawn["others"],
         _of(drawn["others"], known.towns_with_others)),
    )  # fmt: skip
    return [
        (marks, f"{text.format(value)} ({count}{more})", count)
        for marks, text, value, count, more in rows
    ]


def _of(drawn: int, known: int) -> str:
    """Say of how many, where not all of them are on the map."""
    return "" if drawn == known else f" of {known} on this map"


def _draw_kinds(ax: Axes, y: float) -> None:
    """Draw the symbols of the kinds of hotspot on one line."""
    x = 0.04
    for kind, symbol in style.MARKERS.items():
        word = style.KIND_WORDS.get(kind, kind)
        ax.scatter(x, y, s=34, marker=symbol, color=style.MUTED)
        ax.text(x + 0.03, y, word, va="center", fontsize=8.5, color=style.MUTED)
        x += 0.09 + 0.018 * len(word)


def draw_list(
    ax: Axes,
    gaps: gpd.GeoDataFrame,
    organizations: gpd.GeoDataFrame,
    settings: Settings,
    *,
    spare: int = 0,
) -> float:
    """List the gaps by rank, with the numbers of the table; return how far down that reaches.

    With `spare`, at least so many rows are left free below.
    """
    ranked = gaps[gaps["rank"].notna()].sort_values("rank")
    listed = ranked if len(ranked) else covered_rows(gaps)
    shown = listed.head(LISTED)
    more = len(listed) - len(shown)
    below = bool(more or _by_road_only(gaps))
    step = 1 / (max(len(shown) + below + spare, 8) + 2.4)
    away = ranked["nearest_supported_band"].notna().any()
    order = "farthest from support first" if away else "most inhabitants first"
    title = f"The gaps, {order}" if len(ranked) else no_gap(gaps)
    ax.text(0, 1 - step * 0.6, title, fontsize=11, fontweight="bold", va="center")
    if not len(ranked):
        return _draw_covered(ax, shown, more, 1 - step * 1.7, step)
    columns = _columns(gaps, organizations, settings)
    y = 1 - step * 1.7
    for x, align, word in columns:
        ax.text(x, y, word, ha=align, va="center", fontsize=8, color=style.MUTED)
    ax.plot([0, 1], [y - step * 0.45] * 2, color=style.MUTED, linewidth=0.6)
    for number, (_, row) in enumerate(shown.iterrows(), 1):
        cells = list(_cells(row, settings))
        taken = width_pt(cells[2], 9) + GAP_PT
        room = (columns[2][0] - columns[1][0]) * ax.bbox.width * 72 / ax.figure.dpi - taken
        end = f" ({starred(row['country'])})"
        # The town that stands for a region is on the map; a name cut short says less than none.
        whole = cells[1] if width_pt(cells[1] + end, 9) <= room else str(row["name"])
        cells[1] = fitted(whole, room, 9, end=end)
        for (x, align, _), cell in zip(columns, cells, strict=True):
            ax.text(x, y - step * number, cell, ha=align, va="center", fontsize=9)
    line = f"and {more} more, in gaps.csv" if more else ""
    line = "; ".join(filter(None, (line, _by_road_only(gaps))))
    ax.text(0.045, y - step * (len(shown) + 1), line, va="center", fontsize=8, color=style.MUTED)
    return y - step * (len(shown) + 0.5 + below)


def covered_rows(gaps: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the hotspots in question that are covered, by name."""
    covered = gaps[gaps["in_question"] & gaps["gap_type"].eq("covered")]
    return covered.sort_values(["name", "hotspot_id"])


def _draw_covered(ax: Axes, covered: gpd.GeoDataFrame, more: int, y: float, step: float) -> float:
    """List who covers each place and from how far; of a restricted organization the band alone."""
    width = ax.bbox.width * 72 / ax.figure.dpi
    at = (0.0, 0.42)
    if len(covered):
        for x, align, word in ((0, "left", "place"), (at[1], "left", "covered by"),
                               (1, "right", "km")):  # fmt: skip
            ax.text(x, y, word, ha=align, va="center", fontsize=8, color=style.MUTED)
        ax.plot([0, 1], [y - step * 0.45] * 2, color=style.MUTED, linewidth=0.6)
    for row in covered.to_dict("records"):
        y -= step
        km = row["nearest_supported_km"]
        far = row["nearest_supported_band"].removesuffix(" km") if pd.isna(km) else f"{km:.1f}"
        end = f" ({starred(row['country'])})"
        place = fitted(place_name(row), at[1] * width - GAP_PT, 9, end=end)
        room = (1 - at[1]) * width - width_pt(far, 9) - GAP_PT
        ax.text(at[0], y, place, va="center", fontsize=9)
        ax.text(at[1], y, fitted(row["nearest_supported_name"], room, 9), va="center", fontsize=9)
        ax.text(1, y, far, ha="right", va="center", fontsize=9)
    if more:
        y -= step
        text = f"and {more} more, in gaps.csv"
        ax.text(0, y, text, va="center", fontsize=8, color=style.MUTED)
    return y - step * 0.5


def _by_road_only(gaps: gpd.GeoDataFrame) -> str:
    """Name the places in question that are covered in a straight line, and gaps by road."""
    by_road = gaps["is_gap_by_road"].fillna(value=False).astype(bool)
    only = gaps[gaps["in_question"] & gaps["gap_type"].eq("covered") & by_road]
    names = ", ".join(sorted(only["name"]))
    return shortened(f"gaps by road only: {names}", 90) if names else ""


def _columns(
    gaps: gpd.GeoDataFrame, organizations: gpd.GeoDataFrame, settings: Settings
) -> list[tuple[float, str, str]]:
    """Return where each column stands, how it is aligned, and its heading."""
    known = f"known within {settings.partner_radius_km:.10g} km"
    by_road = bool(gaps["travel"].notna().any())
    edges = (0.51, 0.67, 0.78, 1.0) if by_road else (0.59, 0.76, 1.0)
    headings = ("inhabitants", _destination(organizations), *(["road, min"] * by_road), known)
    right = [(edge, "right", heading) for edge, heading in zip(edges, headings, strict=True)]
    return [(0.0, "left", ""), (0.045, "left", "place"), *right]


def _cells(row: pd.Series[Any], settings: Settings) -> tuple[str, ...]:
    """Write one row of the list; organizations in reach that are all withheld are told so."""
    people = f"{row['population']:,}" if row["size_class"] == "smaller_town" else "crossing"
    km = row["nearest_supported_km"]
    band = row["nearest_supported_band"]
    far = f"{km:.1f}" if km >= 0 else band if isinstance(band, str) else "none placed"
    known = row[count_columns(settings)[1]]
    # Of withheld ones it is told that there are some, not how many.
    known = WITHHELD if known and row["nearest_known_id"] == WITHHELD else known
    minutes = [] if pd.isna(row["travel"]) else [_minutes(row)]
    return str(row["rank"]), place_name(row), people, far, *minutes, f"{known}"


def _minutes(row: pd.Series[Any]) -> str:
    """Write the minutes by road, or why there are none."""
    words = {"unreachable": "unreachable", "too_far_from_a_road": "too far"}
    return words.get(row["travel"], f"{row['travel_min']:.0f}")


def _destination(organizations: gpd.GeoDataFrame) -> str:
    """Name the town that all distances lead to, if it is one and no secret."""
    supported = organizations[organizations["supported"]]
    towns = supported["town"].dropna().unique()
    told = len(towns) == 1 and not is_restricted(supported).any()
    return f"km to {shortened(str(towns[0]), 10)}" if told else "km to support"


def shortened(text: str, letters: int) -> str:
    """Cut a text that is too long for its place, and show that it was cut."""
    return text if len(text) <= letters else text[: letters - 1].rstrip() + "…"


def place_name(row: Any) -> str:
    """Return a hotspot's name for the map, with the town that stands for a region."""
    town = row["represented_by"]
    return f"{row['name']}, at {town}" if isinstance(town, str) else str(row["name"])


def draw_not_known(ax: Axes, known: Known, settings: Settings) -> None:
    """Draw the box that says what is not known."""
    draw_box(ax, "What is not known", not_known(known, settings))


def draw_box(ax: Axes, title: str, paragraphs: list[str]) -> None:
    """Draw a box with a title and paragraphs, smaller where there are many lines."""
    from matplotlib.patches import Rectangle

    ax.add_patch(
        Rectangle(
            (0, 0),
            1,
            1,
            facecolor=style.BOX,
            edgecolor=style.BOX_EDGE,
            linewidth=0.9,
            clip_on=False,
        )
    )
    ax.text(0.025, 0.9, title, fontsize=11, fontweight="bold", va="center")
    lines = []
    for paragraph in paragraphs:
        lines += textwrap.wrap(paragraph, 86, initial_indent=BULLET, subsequent_indent=INDENT)
    size = min(8.8, 8.8 * 8 / len(lines))
    ax.text(0.025, 0.80, "\n".join(lines), fontsize=size, va="top", linespacing=1.42)
