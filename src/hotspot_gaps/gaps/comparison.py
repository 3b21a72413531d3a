"""Comparison: what changed from one result to a later one, and why, as far as that can be told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hotspot_gaps.errors import InputError, Problem
from hotspot_gaps.gaps.change_reasons import NOT_TOLD, Reasons, listed_reason
from hotspot_gaps.gaps.differences import Finding
from hotspot_gaps.gaps.rejudging import (
    COVERED,
    DATA,
    FACTORS,
    GAP,
    NOT_KNOWN,
    Answer,
    Rejudging,
    rejudging,
    sufficient,
)

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

CHANGES = (
    "new_gap", "closed_gap", "no_longer_asked", "no_longer_known", "gap_type_changed",
    "answer_changed", "added", "removed", "corrected", "town_changed",
)  # fmt: skip
SEVERAL = "several"
COLUMNS = ("hotspot_id", "name", "country", "change", "was", "now", "cause", "factors", "why")
ABSENT = "not_listed"


def compare(old: Finding, new: Finding) -> pd.DataFrame:
    """Say which hotspots were added, removed, or are answered otherwise, and what makes it so.

    Parameters
    ----------
    old, new
        The earlier and the later result, as `find_gaps` gave them, with their settings and the
        organizations that can be shown.

    Returns
    -------
    pandas.DataFrame
        A row a change, sorted by `change` and `hotspot_id`:

        - `change`: `new_gap`; `closed_gap`, covered now; `no_longer_asked`, a gap before that is
          outside the question now; `no_longer_known`; `gap_type_changed`; `answer_changed`, of a
          hotspot that is no gap before or after; `added` and `removed`; `corrected`, other data
          with the same answer; `town_changed`, of a region from which another town is measured as
          the size cut-off is another, with the same answer.
        - `was`, `now`: the gap type, `outside` (the question) or `not_listed`.
        - `cause`: `new_support`, `ended_support`, `moved_threshold`, `corrected_data`,
          `known_organizations`, `list`; `several` where it takes more than one; `not_told_apart`.
        - `factors`: what differs and leads there, separated by semicolons.
        - `why`: the same in words. An organization whose name is withheld is told as that.

    Raises
    ------
    InputError
        The two results have no hotspot in common, or one has an id twice.

    Notes
    -----
    A difference is a cause if it alone turns the earlier answer into the later one, and nothing
    else does: every combination of the differences is judged again (`gaps.rejudging`).
    """
    import pandas as pd

    _check(old, new)
    tables, added, removed = _aligned(old.gaps, new.gaps)
    rejudged = rejudging(old, new, tables)
    reasons = Reasons(rejudged)
    rows = []
    for at, (was, now) in enumerate(zip(*rejudged.answers, strict=True)):
        change = change_of(was, now)
        if change:
            rows.append(_changed(rejudged, reasons, at, change))
        elif any(rejudged.differing[factor][at] for factor in DATA) or rejudged.by_cut_off[at]:
            rows.append(_same_answer(rejudged, reasons, at))
    rows += [_listed(row, now=True) for row in _rows(added)]
    rows += [_listed(row, now=False) for row in _rows(removed)]
    table = pd.DataFrame(rows, columns=list(COLUMNS)).astype("str")
    order = table["change"].map(CHANGES.index)
    return (
        table.assign(order=order)
        .sort_values(["order", "hotspot_id"], ignore_index=True)
        .drop(columns="order")
    )


def change_of(was: Answer, now: Answer) -> str:
    """Name the change from one answer to another; empty when there is none.

    >>> change_of(Answer("covered"), Answer("gap", "no_known_partner"))
    'new_gap'
    """
    if was == now:
        return ""
    if was.state == now.state:
        return "gap_type_changed"
    if now.state == GAP:
        return "new_gap"
    if was.state != GAP:
        return "answer_changed"
    return {COVERED: "closed_gap", NOT_KNOWN: "no_longer_known"}.get(now.state, "no_longer_asked")


def _check(old: Finding, new: Finding) -> None:
    problems = [
        Problem(which, 0, "hotspot_id", str(name), "several rows have this id.", "Run it again.")
        for which, finding in (("the earlier run", old), ("the later run", new))
        for name in finding.gaps.loc[finding.gaps["hotspot_id"].duplicated(), "hotspot_id"]
    ]
    ids = set(old.gaps["hotspot_id"]) & set(new.gaps["hotspot_id"])
    if not problems and not ids and len(old.gaps) and len(new.gaps):
        what = "the two runs have no hotspot in common."
        fix = "Compare two runs of one list; a row is known by its hotspot_id."
        problems.append(Problem("gaps", 0, "hotspot_id", "", what, fix))
    if problems:
        raise InputError(problems)


def _aligned(
    old: gpd.GeoDataFrame, new: gpd.GeoDataFrame
) -> tuple[tuple[gpd.GeoDataFrame, gpd.GeoDataFrame], gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Return the common hotspots in one order, those added and those removed."""
    common = np.intersect1d(old["hotspot_id"].astype(object), new["hotspot_id"].astype(object))
    one, other = (
        frame.set_index("hotspot_id").loc[common].reset_index() for frame in (old, new)
    )  # fmt: skip
    added = new[~new["hotspot_id"].isin(common)]
    removed = old[~old["hotspot_id"].isin(common)]
    return (one, other), added, removed


def _rows(frame: pd.DataFrame) -> list[dict[Any, Any]]:
    kept = frame[["hotspot_id", "name", "country", "in_question", "gap_type"]]
    rows: list[dict[Any, Any]] = kept.to_dict("records")
    return rows


def _changed(rejudged: Rejudging, reasons: Reasons, at: int, change: str) -> dict[str, Any]:
    found = sufficient(rejudged, at, by_type=change == "gap_type_changed")
    sure = found.sure and len(found.sets) == 1
    factors = [f for f in FACTORS if any(f in each for each in found.sets)]
    cause = NOT_TOLD
    if sure:
        causes = {reasons.cause(at, factor) for factor in factors}
        cause = causes.pop() if len(factors) == 1 else SEVERAL
    told = {"change": change, "cause": cause, "factors": ";".join(factors)}
    return _row(rejudged, at, {**told, "why": reasons.of(at, found)})


def _same_answer(rejudged: Rejudging, reasons: Reasons, at: int) -> dict[str, Any]:
    """Tell other data with the same answer, or another town that stands for a region."""
    corrected = [f for f in DATA if rejudged.differing[f][at]]
    factors = [*(["smaller_below"] if rejudged.by_cut_off[at] else []), *corrected]
    why = " ".join(reasons.sentence(at, factor) for factor in factors)
    causes = {reasons.cause(at, factor) for factor in factors}
    told = {
        "change": "corrected" if corrected else "town_changed",
        "cause": causes.pop() if len(causes) == 1 else SEVERAL,
        "factors": ";".join(factors),
    }
    return _row(rejudged, at, {**told, "why": f"{why} The answer is the same."})


def _row(rejudged: Rejudging, at: int, told: dict[str, str]) -> dict[str, Any]:
    row = rejudged.tables[1].iloc[at]
    names = {column: row[column] for column in ("hotspot_id", "name", "country")}
    was, now = (_told(rejudged.actual(at, side)) for side in (0, 1))
    return {**names, "was": was, "now": now, **told}


def _told(answer: Answer) -> str:
    return answer.gap_type or answer.state


def _listed(row: dict[Any, Any], *, now: bool) -> dict[str, Any]:
    answer = row["gap_type"] if row["in_question"] else "outside"
    was, is_now = (ABSENT, answer) if now else (answer, ABSENT)
    return {
        **{column: row[column] for column in ("hotspot_id", "name", "country")},
        "change": "added" if now else "removed", "was": was, "now": is_now, "cause": "list",
        "factors": "", "why": listed_reason(now=now),
    }  # fmt: skip
