"""The legend of a comparison: what the marks of both maps mean, and how many changes there are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from hotspot_gaps.gaps.flags import gap_rows
from hotspot_gaps.outputs import style
from hotspot_gaps.outputs.phrases import NO_GAP
from hotspot_gaps.outputs.words import APART

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    from matplotlib.axes import Axes

    from hotspot_gaps.gaps.differences import Finding

SAME_ANSWER = ("corrected", "town_changed")
# Discs behind hotspots with another answer: pale, with edges that differ in grey too.
HALOS = {
    "new_gap": (style.HALOS["new_gap"], "solid", "new gap"),
    "closed_gap": (style.HALOS["closed_gap"], "dashed", "covered now"),
    "other": (style.HALOS["other"], "dotted", "other change"),
}


def draw_comparison_legend(
    ax: Axes,
    changes: pd.DataFrame,
    findings: Sequence[Finding],
    organizations: Sequence[gpd.GeoDataFrame],
    hidden: int,
) -> None:
    """Draw what the marks mean on one line; what is on neither map is left out.

    Parameters
    ----------
    ax
        Axes of the width of the page.
    changes
        As `compare` returns it.
    findings
        The two results.
    organizations
        What is drawn of their organizations.
    hidden
        How many organizations of the earlier result are not drawn.
    """
    ax.set_xlim(0, 1)
    ax.set_ylim(0, 1)
    ax.axis("off")
    rows = [*_change_rows(changes, findings), *_symbol_rows(findings, organizations)]
    if hidden:
        rows.append(([], f"{hidden} not shown by the later run are not drawn"))
    letters = sum(len(text) + 7 for _, text in rows)
    size = min(8.0, 8.0 * 195 / max(letters, 1))
    x = 0.012
    for marks, text in rows:
        for mark in marks:
            ax.scatter(x, 0.5, **mark)
        ax.text(x + 0.014, 0.5, text, va="center", fontsize=size)
        x += 0.032 + 0.0049 * size / 8 * len(text)


def _change_rows(
    changes: pd.DataFrame, findings: Sequence[Finding]
) -> list[tuple[list[dict[str, Any]], str]]:
    """Return the halos that are there, and how many changes of each kind are on the map."""
    shown = changes[~changes["change"].isin(SAME_ANSWER)]
    kinds = shown["change"].where(shown["change"].isin(list(HALOS)), "other")
    placed = [each.gaps[each.gaps.geometry.notna()]["hotspot_id"] for each in findings]
    drawn = shown["hotspot_id"].isin(pd.concat(placed))
    rows: list[tuple[list[dict[str, Any]], str]] = []
    for name, (fill, line, text) in HALOS.items():
        known, count = (int(which.sum()) for which in (kinds.eq(name), kinds.eq(name) & drawn))
        if known:
            of = "" if count == known else f" of {known} on this map"
            look = {"facecolor": fill, "edgecolor": style.INK, "linestyles": line}
            rows.append(([{"s": 170, "linewidths": 0.8, **look}], f"{text} ({count}{of})"))
    return rows


def _symbol_rows(
    findings: Sequence[Finding], organizations: Sequence[gpd.GeoDataFrame]
) -> list[tuple[list[dict[str, Any]], str]]:
    """Return the symbols of the maps that are on one of the two."""
    gaps = pd.concat(
        [each.gaps[each.gaps.geometry.notna()][["in_question", "is_gap"]] for each in findings]
    )
    support = pd.concat([each[each.geometry.notna()]["support"] for each in organizations])
    asked, gap = gaps["in_question"].astype(bool), gap_rows(gaps)
    ring = [style.look(mark, scale=0.6) for mark in style.RINGS["unfunded_partner"]]
    thin = [style.look(mark, scale=0.6) for mark in style.RINGS["apart"]]
    rows = (
        ((asked & gap).any(), [*ring, style.look(style.MARKS["gap"], scale=0.6)],
         "gap, ringed twice where no organization is known"),
        ((asked & ~gap).any(), [style.look(style.MARKS["no_gap"])], NO_GAP),
        ((~asked).any(), [style.look(style.MARKS["apart"])], _apart(findings)),
        ((~asked & gap).any(), [*thin, style.look(style.MARKS["apart"])], "would be a gap"),
        (support.eq("documented").any(), [style.look(style.MARKS["supported"], scale=0.4)],
         "documented support, its radius"),
        (support.eq("probable").any(), [style.look(style.MARKS["probable"], scale=0.7)],
         "probable, not counted"),
        (support.isna().any(), [style.look(style.MARKS["known"])],
         "town with other known organizations"),
    )  # fmt: skip
    return [(marks, text) for there, marks, text in rows if there]


def _apart(findings: Sequence[Finding]) -> str:
    """Say what is outside the question, in words that hold for both results."""
    said = {APART[each.settings.evidence] for each in findings}
    return said.pop().removesuffix(", counted apart") if len(said) == 1 else APART["related"]
