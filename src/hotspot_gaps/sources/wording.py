"""The wording of problems: what may be told, how often, and nothing that a terminal would run."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from hotspot_gaps.errors import Problem
from hotspot_gaps.sources.cell_rules import CELL_RULES
from hotspot_gaps.sources.cells import plain_text, printable
from hotspot_gaps.sources.columns import normal_name
from hotspot_gaps.sources.fields import FIELDS
from hotspot_gaps.sources.personal import personal_text
from hotspot_gaps.sources.row_rules import RowRule, row_keys

if TYPE_CHECKING:
    import pandas as pd

# A rule that a million rows break is told this often, then counted.
MAX_TOLD = 1_000
MAX_LETTERS = 1_000  # of a part of a message
_TELLS_NOTHING = {"sensitivity", "country"}
_COORDINATES = {"lat", "lon", "lat, lon"}
_WHERE = {"lat", "lon", "town", "geometry"}


def told(
    table: pd.DataFrame, kind: str, file: str, *, name: str, broken: RowRule | str, rows: list[int]
) -> list[Problem]:
    """Put one broken rule into words, for each row that breaks it."""
    others: dict[Any, Any] = {}
    if isinstance(broken, RowRule) and broken.unique:
        keys = row_keys(table, broken.columns, kind)
        first = keys.drop_duplicates()
        others = keys.map(dict(zip(first, first.index, strict=True))).to_dict()
    problems = []
    for row in rows[:MAX_TOLD]:
        column, value, what, fix = _worded(table, kind, name, broken, row)
        if personal_text(value, name):
            value, fix = "", fix.split(" Did you mean")[0]
        what = what.format(other=others.get(row)) if others else what
        problems.append(Problem(file, row, column, value[:80], what, fix))
    return [*problems, *counted(problems, len(rows))]


def _worded(
    table: pd.DataFrame, kind: str, name: str, broken: RowRule | str, row: int
) -> tuple[str, str, str, str]:
    """Return column, value, what is wrong and how to mend it."""
    if isinstance(broken, RowRule):
        cells = [plain_text(table.at[row, column]) or "-" for column in broken.columns]
        value = "" if broken.any_of else ", ".join(cells)
        return ", ".join(broken.columns), value, broken.what, broken.fix
    field, value = FIELDS[kind][name], plain_text(table.at[row, name]) or ""
    if broken == "not_nullable":
        return name, value, "this cell is empty.", f"Fill in: {field.meaning}."
    return name, value, broken, CELL_RULES[broken].fix(value, field)


def counted(problems: list[Problem], rows: int) -> list[Problem]:
    """Count the rows beyond those that are told."""
    if rows <= MAX_TOLD:
        return []
    last = problems[-1]
    what = f"{rows - MAX_TOLD:,} more rows have this problem: {last.what}"
    return [Problem(last.file, 0, last.column, "", what, last.fix)]


def first_told(problems: Iterable[Problem]) -> list[Problem]:
    """Keep as many problems as anybody reads, and count the others.

    >>> len(first_told(Problem("a", row, "", "", "this is wrong.", "") for row in range(9_999)))
    1001
    """
    every = iter(problems)
    kept = list(islice(every, MAX_TOLD))
    return [*kept, *counted(kept, len(kept) + sum(1 for _ in every))]


def of_points(problems: Iterable[Problem]) -> list[Problem]:
    """Speak of the points of a layer instead of the columns made of them.

    >>> of_points([Problem("a", 1, "lat, lon", "", "lat and lon look swapped.", "")])[0].column
    'geometry'
    """
    return [
        replace(
            problem,
            column="geometry",
            what=problem.what.replace("lat and lon look", "x and y look"),
        )
        if problem.column in _COORDINATES
        else problem
        for problem in problems
    ]


def withheld(problems: Iterable[Problem], rows: Collection[int]) -> list[Problem]:
    """Leave out what cells of restricted rows say.

    >>> withheld([Problem("a", 2, "town", "Bar", "this is wrong.", "")], {2})[0].value
    ''
    """
    return [
        replace(problem, value="")
        if problem.row in rows and problem.column not in _TELLS_NOTHING
        else problem
        for problem in problems
    ]


def without_places(problems: Iterable[Problem], kind: str) -> list[Problem]:
    """Leave out what cells say of where an organization is: a log is an output, too.

    >>> street = Problem("a", 2, "Town", "Main Road 5", "there is no such place.", "")
    >>> without_places([street], "organizations")[0].value
    ''
    """
    if kind != "organizations":
        return list(problems)
    return [
        replace(problem, value="")
        if _WHERE.intersection(normal_name(name, kind) for name in problem.column.split(", "))
        else problem
        for problem in problems
    ]


def safe(problems: Iterable[Problem]) -> list[Problem]:
    """Strip control characters of names of files and columns, and shorten what is a page long."""
    return [
        replace(
            problem, file=_told(problem.file), column=_told(problem.column),
            what=_told(problem.what), fix=_told(problem.fix),
        )
        for problem in problems
    ]  # fmt: skip


def _told(text: str) -> str:
    return printable(text if len(text) <= MAX_LETTERS else f"{text[:MAX_LETTERS]}…")
