"""A figure of robustness: what becomes of each town when one setting after another is changed."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from hotspot_gaps.gaps.flags import gap_rows
from hotspot_gaps.gaps.scenarios import GAP, NO_GAP, NOT_KNOWN, OUTSIDE
from hotspot_gaps.outputs import style
from hotspot_gaps.outputs.certainty_words import robust_line
from hotspot_gaps.outputs.glyphs import fitted
from hotspot_gaps.outputs.phrases import percent, starred
from hotspot_gaps.outputs.words import KOSOVO_NOTE, day, subline

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from hotspot_gaps.gaps.missing import Known
    from hotspot_gaps.gaps.robustness import Robustness
    from hotspot_gaps.settings import Settings

WIDTH_IN, DPI = 13.0, 150
ROW_IN, MOST_ROWS = 0.25, 60
LINE_CHARS, LINE_IN = 180, 0.2
APART = 1.2  # columns between two axes
HEADINGS = {
    "radius_km": "radius, km",
    "smaller_below": "size cut-off, thousands",
    "evidence": "evidence",
    "location": "support",
    "as_of": "date",
    "distance": "way",
}
# The levels are cumulative.
NAMES = {
    "direct": "direct", "reported": "+ reported", "related": "+ related", "nearer": "nearer",
    "as_placed": "as placed", "farther": "farther", "straight_line": "straight line",
    "road": "by road",
}  # fmt: skip
NUMBERS = ("radius_km", "smaller_below")
LOCATIONS = ("nearer", "as_placed", "farther")
PARTS = {
    "gaps": "gaps by the settings",
    "others": "no gaps, or not known",
    "apart": "outside the question",
}


class Column(NamedTuple):
    """A column of squares: its axis and value, where it stands, and whether it is the default."""

    axis: str
    value: Any
    x: float
    default: bool


def robustness_figure(
    found: Robustness, known: Known, *, settings: Settings, sources: str
) -> Figure:
    """Draw a row a town and a column a setting: a gap or not when this setting alone is changed.

    Parameters
    ----------
    found
        As `robustness` returns it.
    known
        Counts from `what_is_known`.
    settings
        The default, framed in the figure.
    sources
        What must be said of the roads; empty without any.

    Returns
    -------
    matplotlib.figure.Figure
        Hotspots that are a gap in at least one scenario, at most sixty: gaps by the settings first,
        then the others in the question, then those outside. At the right the share of all scenarios
        and the nearest flip.
    """
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    every = _rows(found)
    rows, columns = every.head(MOST_ROWS), _columns(found)
    with rc_context({"text.parse_math": False}):
        span = max(_places(rows), default=2.0) + 0.8
        trust = textwrap.wrap(subline(known, settings), LINE_CHARS)
        more = LINE_IN * (len(trust) - 1)
        height = 2.3 + more + ROW_IN * span + 0.5
        figure = Figure(figsize=(WIDTH_IN, height), dpi=DPI, facecolor="white")
        ax = figure.add_axes((0.0, 0.5 / height, 1.0, ROW_IN * span / height))
        ax.set_ylim(span - 0.1, -0.1)
        _lay_out(ax, rows, columns)
        _draw_squares(ax, found, rows, columns)
        _draw_shares(ax, rows, columns[-1].x + 1)
        _draw_heads(ax, rows, columns)
        title, line = {"fontsize": 14, "fontweight": "bold"}, {"fontsize": 9.5}
        for y, text, look in (
            (0.2, robust_line(found), title),
            (0.55, "\n".join(trust), line | {"color": style.HOTSPOT}),
            (0.8 + more, _rule(settings), line | {"color": style.MUTED}),
            (1.02 + more, _stand(found, len(every), len(rows)), line | {"color": style.MUTED}),
        ):
            figure.text(0.012, 1 - y / height, text, va="top", **look)
        _legend(figure, 1 - (1.42 + more) / height)
        note = textwrap.fill(f"{sources} {KOSOVO_NOTE}".strip(), 230)
        figure.text(0.012, 0.1 / height, note, fontsize=7, va="bottom", color=style.MUTED)
    return figure


def _rows(found: Robustness) -> pd.DataFrame:
    """Return the hotspots to draw, in order, with the part that each stands in."""
    towns = found.towns[found.towns["flag_share"].gt(0).fillna(value=False).astype(bool)]
    gap = gap_rows(towns)
    part = towns["in_question"].map({True: "others", False: "apart"}).astype("str")
    part = part.mask(gap & towns["in_question"], "gaps")
    order = part.map({name: at for at, name in enumerate(PARTS)})
    keys: dict[str, Any] = {"part": part, "order": order, "known": towns["is_gap"].notna()}
    ordered: pd.DataFrame = towns.assign(**keys).sort_values(
        ["order", "flag_share", "rank", "hotspot_id"],
        ascending=[True, False, True, True],
        ignore_index=True,
    )
    return ordered


def _columns(found: Robustness) -> list[Column]:
    """Return the columns of squares, axis by axis; an axis with one value is left out."""
    default = found.scenarios.loc[found.scenarios["is_default"]].iloc[0]
    columns: list[Column] = []
    x = 0.0
    for axis in HEADINGS:
        values = found.along(axis).columns.tolist()
        if axis == "location":
            values = [value for value in LOCATIONS if value in values]
        if len(values) < 2:
            continue
        for value in sorted(values) if axis == "as_of" else values:
            columns.append(Column(axis, value, x, bool(value == default[axis])))
            x += 1
        x += APART
    return columns or [Column("radius_km", default["radius_km"], 0.0, default=True)]


def _places(rows: pd.DataFrame) -> list[float]:
    """Return where the rows stand, from above, with a free line before each part."""
    first = ~rows["part"].duplicated()
    numbers: list[float] = (first.cumsum() + np.arange(len(rows))).astype(float).tolist()
    return numbers


def _lay_out(ax: Axes, rows: pd.DataFrame, columns: list[Column]) -> None:
    """Set the limits and write the names."""
    ys = _places(rows)
    last = columns[-1].x
    # Of the width, the names take less than a fifth, and what is told at the right a third.
    unit = (last + 1) / 0.48
    ax.set_xlim(-0.5 - 0.18 * unit, last + 0.5 + 0.34 * unit)
    ax.axis("off")
    left, right = ax.get_xlim()
    width = (-0.9 - left) / (right - left) * WIDTH_IN * 72 - 4
    for y, name, country in zip(ys, rows["name"], rows["country"], strict=True):
        short = fitted(name, width, 8.5, end=f" ({starred(country)})")
        ax.text(-0.9, y, short, ha="right", va="center", fontsize=8.5)
    for part, y in zip(rows["part"], ys, strict=True):
        if y - 1 not in ys:
            look: dict[str, Any] = {"fontsize": 8, "fontstyle": "italic", "color": style.MUTED}
            ax.text(-0.9, y - 0.9, PARTS[part], ha="right", va="center", **look)


def _draw_squares(ax: Axes, found: Robustness, rows: pd.DataFrame, columns: list[Column]) -> None:
    """Draw the answers: dark a gap, light none, hatched not known, a dot outside the question."""
    from matplotlib.collections import PatchCollection
    from matplotlib.patches import Rectangle

    looks: dict[int, dict[str, Any]] = {
        GAP: {"facecolor": style.HOTSPOT, "edgecolor": "none"},
        NO_GAP: {"facecolor": style.PALE_GREY, "edgecolor": "none"},
        NOT_KNOWN: {"facecolor": "white", "edgecolor": style.MUTED, "hatch": "//////"},
    }
    profiles = {axis: found.along(axis) for axis in {column.axis for column in columns}}
    spots: dict[int, list[tuple[float, float]]] = {}
    for column in columns:
        codes = profiles[column.axis][column.value]
        for y, hotspot in zip(_places(rows), rows["hotspot_id"], strict=True):
            spots.setdefault(int(codes.loc[hotspot]), []).append((column.x, y))
    for code, look in looks.items():
        squares = [Rectangle((x - 0.42, y - 0.42), 0.84, 0.84) for x, y in spots.get(code, [])]
        ax.add_collection(PatchCollection(squares, linewidth=0.4, **look), autolim=False)
    dots = np.array(spots.get(OUTSIDE, [])).reshape(-1, 2)
    ax.scatter(dots[:, 0], dots[:, 1], s=3, color=style.MUTED)


def _draw_heads(ax: Axes, rows: pd.DataFrame, columns: list[Column]) -> None:
    """Write axes and values above the squares, and frame the columns of the settings."""
    from matplotlib.patches import Rectangle

    ys = _places(rows)
    for axis, heading in HEADINGS.items():
        own = [column for column in columns if column.axis == axis]
        if own:
            turned = axis not in NUMBERS
            middle = (own[0].x + own[-1].x) / 2
            look: dict[str, Any] = {"fontsize": 8.5, "va": "bottom", "color": style.MUTED}
            ax.text(middle, -2.6 if turned else -0.8, heading, ha="center", **look)
    for column in columns:
        text, weight = _name(column), "bold" if column.default else "normal"
        turn: dict[str, Any] = {"ha": "center", "va": "bottom", "fontsize": 7.5, "weight": weight}
        if column.axis not in NUMBERS:
            turn |= {"ha": "left", "rotation": 60, "rotation_mode": "anchor"}
        ax.text(column.x - 0.2 * ("rotation" in turn), 0.2, text, **turn)
        if column.default and ys:
            frame = Rectangle((column.x - 0.5, ys[0] - 0.58), 1, ys[-1] - ys[0] + 1.16)
            frame.set(facecolor="none", edgecolor=style.INK, linewidth=1.1, zorder=4)
            ax.add_patch(frame)


def _name(column: Column) -> str:
    """Write the value of a column."""
    if column.axis == "smaller_below":
        return f"{column.value / 1000:.10g}"
    if column.axis == "radius_km":
        return f"{column.value:.10g}"
    return NAMES.get(column.value, str(column.value))


def _draw_shares(ax: Axes, rows: pd.DataFrame, x: float) -> None:
    """Draw the share of scenarios as a bar, and write ranks and the nearest flip beside it."""
    unit = (ax.get_xlim()[1] - x) / 12
    bar, rank, flip = x + 1.5 * unit, x + 4.0 * unit, x + 6.1 * unit
    head: dict[str, Any] = {"fontsize": 8.5, "va": "bottom", "color": style.MUTED}
    ax.text(x + 0.3 * unit, -0.8, "share of scenarios", **head)
    ax.text(rank, -0.8, "rank", **head)
    ax.text(flip, -0.8, "nearest setting that changes it", **head)
    look: dict[str, Any] = {"fontsize": 8.5, "va": "center"}
    for y, row in zip(_places(rows), rows.to_dict("records"), strict=True):
        share = float(row["flag_share"])
        ax.text(x + 1.35 * unit, y, percent(share), ha="right", **look)
        ax.barh(y, 2.0 * unit * share, left=bar, height=0.5, color=style.MUTED)
        ax.barh(y, 2.0 * unit, left=bar, height=0.5, facecolor="none", edgecolor=style.MUTED,
                linewidth=0.5)  # fmt: skip
        ends = sorted({int(row["rank_best"]), int(row["rank_worst"])})
        ax.text(rank, y, " to ".join(map(str, ends)), **look)
        words, known = row["nearest_flip"], row["part"] == "apart" or row["known"]
        none = "none alone" if known else "not known by the settings"
        ax.text(flip, y, words if isinstance(words, str) else none, **look)


def _rule(settings: Settings) -> str:
    return (
        f"A square: the answer when this setting alone is changed; framed: the settings, as of "
        f"{day(settings)}. Share and rank: over all combinations with a known answer."
    )


def _stand(found: Robustness, several: int, drawn: int) -> str:
    """Say how many rows the figure stands on."""
    every = len(found.towns)
    some = f"{several} of {every} hotspots are a gap in at least one scenario"
    rest = int(found.towns["flag_share"].isna().sum())
    shown = f"; the first {drawn} are drawn" if drawn < several else ""
    unknown = f". {rest} cannot be judged in any" if rest else ""
    asked = "A scenario that does not ask of a hotspot is not counted for it"
    return f"{some}{shown}{unknown}. {asked}."


def _legend(figure: Figure, y: float) -> None:
    """Draw what the squares mean, on one line."""
    from matplotlib.patches import Rectangle

    ax = figure.add_axes((0.012, y - 0.02, 0.976, 0.04))
    ax.set_xlim(0, 100)
    ax.set_ylim(0, 1)
    ax.axis("off")
    looks: list[tuple[str, dict[str, Any]]] = [
        ("a gap", {"facecolor": style.HOTSPOT}),
        ("no gap: covered, or not a smaller town", {"facecolor": style.PALE_GREY}),
        ("not known", {"facecolor": "white", "edgecolor": style.MUTED, "hatch": "//////"}),
    ]
    at = 0.3
    for text, look in looks:
        ax.add_patch(Rectangle((at, 0.2), 1.2, 0.6, linewidth=0.4, **look))
        ax.text(at + 1.7, 0.5, text, fontsize=9, va="center")
        at += 4 + 0.72 * len(text)
    ax.scatter(at, 0.5, s=4, color=style.MUTED)
    ax.text(at + 0.8, 0.5, "outside the question", fontsize=9, va="center")
