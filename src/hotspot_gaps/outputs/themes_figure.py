"""A figure of themes: crime markets of each hotspot, and whether somebody in reach answers them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hotspot_gaps.gaps.counts import plural
from hotspot_gaps.outputs import style
from hotspot_gaps.outputs.glyphs import name_rows
from hotspot_gaps.outputs.phrases import starred
from hotspot_gaps.outputs.sheet import plain, sheet
from hotspot_gaps.outputs.words import day, subline

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from hotspot_gaps.gaps.missing import Known
    from hotspot_gaps.settings import Settings

ROW_IN, HEAD_IN, LEGEND_IN = 0.26, 1.35, 0.3
MOST_ROWS = 60
# Told apart by shape and by how dark they are, not by hue.
MARKS: dict[str, tuple[str, dict[str, Any]]] = {
    "supported": (
        "answered by a supported organization",
        {"marker": "s", "color": style.SUPPORTED},
    ),
    "known": ("by a known one", {"marker": "o", "color": style.KNOWN, "edgecolor": style.INK}),
    "not_answered": ("by none in reach that can be shown", {"marker": "x", "color": style.HOTSPOT}),
    "nobody": (
        "nobody that can be shown",
        {"marker": "o", "facecolor": "white", "edgecolor": style.HOTSPOT},
    ),
    "unknown": ("not known", {}),  # a question mark, written
}


def themes_figure(
    markets: pd.DataFrame,
    known: Known,
    *,
    withheld: int,
    settings: Settings,
    sources: str,
) -> Figure:
    """Draw a row a hotspot and a column a crime market.

    Parameters
    ----------
    markets
        As `market_cover` returns it for gaps, with their `rank`; hotspots outside the question
        stand apart below. Of more than sixty hotspots, the first gaps by rank are drawn.
    known
        Counts from `what_is_known`.
    withheld
        How many restricted organizations are not counted.
    settings
        Radius and date.
    sources
        What must be said of the data.

    Returns
    -------
    matplotlib.figure.Figure
    """
    from matplotlib import rc_context

    asked = markets["in_question"].astype(bool)
    table = markets.assign(state=[_state(row) for row in markets.to_dict("records")], asked=asked)
    every = table.drop_duplicates("hotspot_id")
    rows = _drawn(every)
    columns = _columns(table)
    lines = [_rule(withheld, settings)]
    if rest := len(every) - len(rows):
        lines.append(
            f"{len(rows)} of {len(every):,} hotspots are drawn, gaps by rank first; the other "
            f"{rest:,} are in markets.csv. The title counts all."
        )
    body = LEGEND_IN + HEAD_IN + ROW_IN * (max(len(rows), 3) + 1)
    with rc_context({"text.parse_math": False}):
        figure, bottom, top = sheet(
            body,
            title=_title(table[asked], settings),
            warning=subline(known, settings),
            lines=lines,
            sources=sources,
        )
        height = figure.get_figheight()
        high = top - bottom - (HEAD_IN + LEGEND_IN) / height
        _matrix(figure.add_axes((0.27, bottom, 0.71, high)), table, rows, columns)
        _legend(figure.add_axes((0.015, top - LEGEND_IN / height, 0.97, LEGEND_IN / height)))
    return figure


def _drawn(every: pd.DataFrame) -> pd.DataFrame:
    """Return the hotspots to draw, by country and name, those in the question first."""
    if len(every) > MOST_ROWS:
        first = every.sort_values(
            ["asked", "rank", "country", "name"], ascending=[False, True, True, True]
        )
        every = first.head(MOST_ROWS)
    return every.sort_values(["asked", "country", "name"], ascending=[False, True, True])


def _state(row: dict[Any, Any]) -> str:
    """Name the mark of one cell; the better news has the say."""
    import pandas as pd

    if pd.isna(row["crime_market"]):
        return "not_stated"
    for level in ("supported", "known"):
        answer = row[f"answered_by_{level}"]
        if pd.notna(answer) and answer:
            return level
    if pd.isna(row["answered_by_known"]):
        return "unknown"
    return "not_answered" if row["known_in_reach"] else "nobody"


def _columns(table: pd.DataFrame) -> dict[str, int]:
    """Order the markets, most frequent first; the one that says nothing comes last."""
    counts = table["crime_market"].dropna().value_counts()
    names = sorted(counts.index, key=lambda name: (name == "other", -counts[name], name))
    return {name: number for number, name in enumerate(names)}


def _matrix(ax: Axes, table: pd.DataFrame, rows: pd.DataFrame, columns: dict[str, int]) -> None:
    apart = int((~rows["asked"]).sum())
    shift = [number + (0 if asked else 1) for number, asked in enumerate(rows["asked"])]
    place = dict(zip(rows["hotspot_id"], shift, strict=True))
    drawn = table[table["hotspot_id"].isin(place)]
    at = drawn.assign(x=drawn["crime_market"].map(columns), y=drawn["hotspot_id"].map(place))
    for y in at.loc[at["state"].eq("not_stated"), "y"]:
        ax.text(
            -0.3, y, "no market stated", fontsize=8, va="center", color=style.MUTED, zorder=4,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
        )  # fmt: skip
    for state, (_, look) in MARKS.items():
        cells = at[at["state"].eq(state)]
        _mark(ax, cells["x"].tolist(), cells["y"].tolist(), look)
    ends = [f" ({starred(code)})" for code in rows["country"]]
    name_rows(ax, shift, rows["name"].tolist(), 8.5, ends=ends)
    size = max([*shift, 2]) + 1
    ax.set_ylim(size - 0.4, -0.6)
    ax.set_xlim(-0.6, max(len(columns), 1) - 0.4)
    hidden = table.groupby("crime_market")["withheld_answer"].first()
    labels = [_label(name, hidden.get(name)) for name in columns]
    ax.set_xticks(range(len(columns)), labels, fontsize=8.5, rotation=40, ha="left")
    ax.tick_params(axis="x", top=True, labeltop=True, bottom=False, labelbottom=False, length=0)
    ax.grid(color=style.GRID, linewidth=0.6)
    plain(ax, "left", "bottom")
    if apart:
        text = "Named by later texts, outside the question:"
        ax.text(-0.3, len(rows) - apart, text, fontsize=8.5, va="center", style="italic")


def _mark(ax: Axes, xs: list[float], ys: list[float], look: dict[str, Any]) -> None:
    if look and xs:
        ax.scatter(xs, ys, s=52, zorder=3, linewidths=1.3, **look)
    bold: dict[str, Any] = {"fontsize": 10, "fontweight": "bold", "color": style.MUTED}
    for x, y in [] if look else zip(xs, ys, strict=True):
        ax.text(x, y, "?", ha="center", va="center", **bold)


def _label(name: str, hidden: Any) -> str:
    import pandas as pd

    words = name.replace("_", " ")
    return f"{words} †" if pd.notna(hidden) and hidden else words


def _title(asked: pd.DataFrame, settings: Settings) -> str:
    stated = asked.dropna(subset="crime_market")
    told = stated[stated["state"].ne("unknown")]
    answered = int(told["state"].isin(["supported", "known"]).sum())
    supported = int(told["state"].eq("supported").sum())
    if not len(told):
        return "Of no crime market at a hotspot can it be told whether somebody answers it"
    verb = "is" if answered <= 1 else "are"
    return (
        f"{answered or 'None'} of {len(told)} entries (a crime market at a hotspot) {verb} "
        f"answered by a known organization within {settings.radius_km:.10g} km, "
        f"{supported or 'none'} by a supported one"
    )


def _rule(withheld: int, settings: Settings) -> str:
    verb, one = ("is", "it") if withheld == 1 else ("are", "one")
    hidden = (
        f" {plural(withheld, 'withheld organization')} {verb} not counted: where {one} is told as "
        "the nearest, what nobody else answers is not known. † marks markets that five or more "
        "answer, somewhere."
        if withheld
        else ""
    )
    return (
        f"In reach: within {settings.radius_km:.10g} km, as of {day(settings)}. Which theme "
        "answers which market is a judgement, row by row in themes.csv. Entries not known do not "
        f"count.{hidden}"
    )


def _legend(ax: Axes) -> None:
    ax.set_xlim(0, 1)
    ax.set_ylim(0, 1)
    ax.axis("off")
    at = 0.01
    for words, look in MARKS.values():
        _mark(ax, [at], [0.5], look)
        ax.text(at + 0.013, 0.5, words, fontsize=9, va="center")
        at += 0.032 + 0.0069 * len(words)
