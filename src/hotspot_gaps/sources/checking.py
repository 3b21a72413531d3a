"""Check tables without running anything: every problem of every file, each with its fix."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from hotspot_gaps.errors import InputError, MissingInputError, Problem
from hotspot_gaps.sources.columns import normal_name, told_columns, unknown_columns
from hotspot_gaps.sources.hotspots import load_hotspots
from hotspot_gaps.sources.organizations import read_organizations, read_supports
from hotspot_gaps.sources.readers import read_table
from hotspot_gaps.sources.schema import check_table
from hotspot_gaps.sources.theme_table import load_themes

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import geopandas as gpd
    import pandas as pd

MOST_NAMES = 10
KINDS = ("hotspots", "organizations", "supports")
# Columns that only one kind of table has.
_TELLING = {
    "supports": {"programme", "from", "to", "certainty"},
    "organizations": {"organization_id", "town", "town_basis", "themes", "sensitivity"},
    "hotspots": {"hotspot_id", "evidence", "crime_markets", "kind", "extent"},
}


@dataclass(frozen=True)
class Report:
    """What the check of one file found."""

    file: str
    kind: str
    rows: int
    problems: tuple[Problem, ...]
    unused: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def line(self) -> str:
        """Sum the report up in one line."""
        unused = f" Columns not used: {', '.join(self.unused)}." if self.unused else ""
        if not self.problems:
            notes = "".join(f" {note}" for note in self.notes)
            return f"{self.file}: {self.rows} {self.kind}, no problem found.{notes}{unused}"
        count = len(self.problems)
        return f"{self.file}: {count} problem{'' if count == 1 else 's'}.{unused}"


def check_files(files: Sequence[Path]) -> list[Report]:
    """Check tables of hotspots, organizations and supports, told apart by their columns.

    Parameters
    ----------
    files
        Local files in any format that `read_table` accepts. A table of organizations is checked
        together with the table of supports, if one is among the files.

    Returns
    -------
    list of Report
        One a file, in the order given.
    """
    reports = []
    organizations: pd.DataFrame | None = None
    # Organizations first, so that supports can be checked against them.
    for file in sorted(files, key=lambda file: _kind_or_table(file) != "organizations"):
        report, found = _check(file, organizations)
        organizations = found if found is not None else organizations
        reports.append((files.index(file), report))
    return [report for _, report in sorted(reports, key=lambda pair: pair[0])]


def _kind_or_table(file: Path) -> str:
    try:
        return kind_of(set(read_table(file).columns), file.name)
    except (InputError, MissingInputError):
        return "table"


def _check(file: Path, organizations: pd.DataFrame | None) -> tuple[Report, pd.DataFrame | None]:
    """Check one file; return the report, and its organizations if it has any."""
    found = None
    report = Report(file.name, "table", 0, ())
    try:
        raw = read_table(file)
        kind = kind_of(set(raw.columns), file.name)
        report = replace(report, kind=kind, rows=len(raw), unused=unknown_columns(raw, kind))
        if kind == "hotspots":
            report = replace(report, notes=_notes(load_hotspots(file)))
        elif kind == "organizations":
            found = read_organizations(file)
        elif organizations is not None:
            read_supports(file, organizations)
        else:
            check_table(raw, kind, file.name)
    except InputError as error:
        report = replace(report, problems=error.problems)
    except MissingInputError:
        problem = Problem(file.name, 0, "", "", "there is no such file.", "Check the path.")
        report = replace(report, problems=(problem,))
    return report, found


def _notes(hotspots: gpd.GeoDataFrame) -> tuple[str, ...]:
    """Say what no rule forbids, and what leaves hotspots without an answer."""
    town = hotspots["kind"].isin(["town", "city", "port"]) & hotspots.geometry.notna()
    sizeless = hotspots["name"][town & hotspots["population"].isna() & ~hotspots["is_capital"]]
    known = set(load_themes()["crime_market"].dropna())
    markets = hotspots["crime_markets"].dropna().str.split(";").explode().str.strip()
    other = sorted({market for market in markets if market} - known)
    notes = []
    if len(sizeless):
        notes.append(f"Not judged until population is filled in: {_some(sizeless)}.")
    if other:
        notes.append(
            f"Crime markets that no built-in theme answers: {_some(other)}; the built-in "
            f"ones: {', '.join(sorted(known))}."
        )
    return tuple(notes)


def _some(names: Iterable[str]) -> str:
    every = list(names)
    rest = f" and {len(every) - MOST_NAMES:,} more" if len(every) > MOST_NAMES else ""
    return f"{', '.join(every[:MOST_NAMES])}{rest}"


def kind_of(columns: set[str], file: str) -> str:
    """Tell which kind of table has these columns.

    Raises
    ------
    InputError
        They fit no kind.
    """
    fit = {
        kind: len({normal_name(column, kind) for column in columns} & telling)
        for kind, telling in _TELLING.items()
    }
    names = {normal_name(column) for column in columns}
    if not any(fit.values()) and "name" in names:
        return "hotspots"
    if not any(fit.values()):
        what = f"its columns ({told_columns(sorted(columns))}) fit no known table."
        fix = "'hotspot-gaps template hotspots' (or organizations, supports) shows the names."
        if file.lower().endswith(".xlsx"):
            fix += " Of a workbook, the first sheet is read."
        raise InputError([Problem(file, 0, "", "", what, fix)])
    return max(fit, key=lambda kind: fit[kind])
