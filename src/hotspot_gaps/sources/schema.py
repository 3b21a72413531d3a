"""The rules for tables that users bring: one door, every problem at once, each with its fix.

A table is checked as text, as the user wrote it, against a pandera schema made of `FIELDS` (what a
cell may hold) and `ROW_RULES` (how the cells of a row, and rows, must agree). Only a table without
a problem is converted to numbers, codes and dates.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from hotspot_gaps.errors import InputError, Problem
from hotspot_gaps.sources.cell_rules import CELL_RULES, RULES_OF_KIND
from hotspot_gaps.sources.cells import convert_table, mapped
from hotspot_gaps.sources.columns import misspelt, told_columns, unknown_columns
from hotspot_gaps.sources.fields import FIELDS, Field
from hotspot_gaps.sources.personal import personal_problems
from hotspot_gaps.sources.points import text_table
from hotspot_gaps.sources.readers import read_table
from hotspot_gaps.sources.row_rules import ROW_RULES, RowRule
from hotspot_gaps.sources.wording import of_points, safe, told, withheld, without_places

if TYPE_CHECKING:
    import pandas as pd


def read_checked(
    path: str | Path, kind: str, *, empty_ok: bool = False, layer: str | None = None
) -> pd.DataFrame:
    """Read a file with `read_table` and check it with `check_table`.

    Parameters
    ----------
    path, layer
        As for `read_table`.
    kind, empty_ok
        As for `check_table`.

    Returns
    -------
    pandas.DataFrame
        The checked table.

    Raises
    ------
    InputError
        Everything that is wrong with the file or, if it can be read, with the table.
    MissingInputError
        There is no such file.
    """
    return check_table(read_table(path, layer=layer), kind, Path(path).name, empty_ok=empty_ok)


def check_table(
    frame: pd.DataFrame, kind: str, file: str, *, empty_ok: bool = False
) -> pd.DataFrame:
    """Check a table against all rules of its kind, and convert it.

    Parameters
    ----------
    frame
        Table or layer as `read_table` returns it. Points of a layer give `lat` and `lon`.
    kind
        `"hotspots"`, `"organizations"`, `"supports"` or `"places"`.
    file
        Name of the file, for messages.
    empty_ok
        Accept a table without rows.

    Returns
    -------
    pandas.DataFrame
        All columns of the kind and no others, in the order of `columns(kind)`, with the index of
        `frame`; absent optional columns are empty. Coordinates are float64; ids of GeoNames and
        populations Int64, NA when not known; countries ISO 3166-1 alpha-2 codes; days ISO 8601
        text, the first or the last of a month or year; `capital` boolean; the rest text, NaN when
        empty. Columns that are not used are left out; `unknown_columns` lists them.

    Raises
    ------
    InputError
        Everything that is wrong. Values that look like personal data are not repeated.

    Examples
    --------
    >>> import pandas as pd
    >>> raw = pd.DataFrame({"Name": ["Bar"], "ISO2": ["me"], "source": ["a report"]}, index=[2])
    >>> check_table(raw, "hotspots", "mine.csv").loc[2, ["name", "country", "kind"]].tolist()
    ['Bar', 'ME', 'town']
    """
    table, problems = sift_table(frame, kind, file, empty_ok=empty_ok)
    if problems:
        raise InputError(problems)
    return table


def read_sifted(
    path: str | Path, kind: str, *, empty_ok: bool = False, layer: str | None = None
) -> tuple[pd.DataFrame, list[Problem]]:
    """Read a file with `read_table` and sift it with `sift_table`, whose arguments it takes.

    Raises
    ------
    InputError
        The file cannot be read at all.
    MissingInputError
        There is no such file.
    """
    return sift_table(read_table(path, layer=layer), kind, Path(path).name, empty_ok=empty_ok)


def sift_table(
    frame: pd.DataFrame, kind: str, file: str, *, empty_ok: bool = False
) -> tuple[pd.DataFrame, list[Problem]]:
    """Check a table against all rules of its kind, and convert the rows that break none.

    Parameters
    ----------
    frame, kind, file, empty_ok
        As for `check_table`.

    Returns
    -------
    table : pandas.DataFrame
        As `check_table` returns it, but only the rows without a problem of their own, so that they
        can be checked further. It has no rows if something is wrong with the whole file, such as a
        missing column. `attrs["points"]` says where coordinates come from, for messages:
        `"geometry"` of a layer, else `"lat, lon"`.
    problems : list of Problem
        Everything that is wrong, sorted.

    Notes
    -----
    Problems of organizations whose sensitivity is anything but public repeat no value of the row;
    of all of them, none of a town or a coordinate, which may be finer than a town.
    """
    wrong = misspelt(frame, kind)
    table, problems = text_table(frame, kind, file)
    if not len(frame) and not empty_ok:
        fix = "Fill it in; 'hotspot-gaps template' prints the columns."
        problems.append(Problem(file, 0, "", "", "this table has no rows.", fix))
    for name, ours in wrong.items():
        what, fix = f"this column is not used; did you mean {ours}?", f"Name it {ours}"
        problems.append(Problem(file, 0, name, "", what, f"{fix}, or delete it."))
    problems += personal_problems(frame, kind, file)
    found = list(map(str, frame.columns))
    layer = "geometry" in frame and "lat" in FIELDS[kind]
    broken = _rule_problems(table, kind, file, found)
    problems += of_points(broken) if layer else broken
    hidden = _restricted(table, all_rows="sensitivity" in wrong.values())
    problems = safe(without_places(withheld(problems, hidden), kind))
    bad = {problem.row for problem in problems}
    good = table.iloc[:0] if 0 in bad else table[~table.index.isin(bad)]
    converted = convert_table(good, kind)
    converted.attrs["unused"] = len(unknown_columns(frame, kind))
    converted.attrs["points"] = "geometry" if layer else "lat, lon"
    return converted, sorted(set(problems))


def _restricted(table: pd.DataFrame, *, all_rows: bool) -> set[int]:
    """Return the rows that must not be repeated; whoever misspells `restricted` means it, too."""
    if all_rows:
        return set(table.index)
    if "sensitivity" not in table:
        return set()
    given = table["sensitivity"]
    return set(table.index[given.notna() & given.str.lower().ne("public")])


def _rule_problems(table: pd.DataFrame, kind: str, file: str, found: list[str]) -> list[Problem]:
    """Validate text against the schema of its kind, and put what fails into words."""
    import pandas as pd
    import pandera.pandas as pa

    there = told_columns(found)
    problems = [
        Problem(
            file, 0, name, "", f"this column is missing; found: {there}.",
            f"Add it: {field.meaning}.",
        )
        for name, field in FIELDS[kind].items()
        if field.required and name not in table
    ]  # fmt: skip
    missing = {problem.column for problem in problems}
    absent = pd.Series(None, index=table.index, dtype=str)
    whole = pd.DataFrame({name: table.get(name, absent) for name in FIELDS[kind]})
    rules: dict[str, RowRule] = {}
    for rule in ROW_RULES[kind]:
        if rule.any_of and not table.columns.intersection(list(rule.columns)).size:
            names = " or ".join(rule.columns)
            problems.append(Problem(file, 0, names, "", "this column is missing.", rule.fix))
        elif not missing.intersection(rule.columns):
            rules[rule.what] = rule
    try:
        _schema(whole, kind, missing, rules).validate(whole, lazy=True)
    except pa.errors.SchemaErrors as error:
        failures = error.failure_cases
        for (name, check), group in failures.groupby(["column", "check"], sort=False):
            rows = [int(str(row)) for row in group["index"]]
            broken = rules.get(check, str(check))
            problems += told(whole, kind, file, name=str(name), broken=broken, rows=rows)
    return problems


def _schema(table: pd.DataFrame, kind: str, missing: set[str], rules: dict[str, RowRule]) -> Any:
    """Make the pandera schema of one table; a check goes by the text of its problem.

    Columns without a value are left out unless they need one: no check can fail there.
    """
    import pandera.pandas as pa

    def cell_check(field: Field, what: str) -> Any:
        def holds(cells: pd.Series[str]) -> Any:
            return mapped(cells, lambda text: CELL_RULES[what].holds(text, field), "bool")

        return pa.Check(holds, error=what)

    def row_check(rule: RowRule) -> Any:
        held = rule.holds(table)
        return pa.Check(lambda _: held, error=rule.what, ignore_na=False)

    fields = FIELDS[kind]
    needed = {name for name, field in fields.items() if field.required and name not in missing}
    used = needed.union(table.columns[table.notna().any()])
    checks: dict[str, list[Any]] = {
        name: [cell_check(fields[name], what) for what in RULES_OF_KIND[fields[name].kind]]
        for name in used
    }
    for rule in rules.values():
        if used.intersection(rule.columns):
            checks.setdefault(rule.columns[0], []).append(row_check(rule))
    return pa.DataFrameSchema(
        {name: pa.Column(None, checks[name], nullable=name not in needed) for name in checks}
    )
