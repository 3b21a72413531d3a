"""Check tables without running anything: every problem of every file, each with its fix."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hotspot_gaps.errors import InputError, MissingInputError, Problem
from hotspot_gaps.sources.hotspots import load_hotspots
from hotspot_gaps.sources.organizations import load_organizations
from hotspot_gaps.sources.readers import read_table
from hotspot_gaps.sources.schema import check_table, normal_name

if TYPE_CHECKING:
    from collections.abc import Sequence

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

    def line(self) -> str:
        """Sum the report up in one line."""
        if not self.problems:
            return f"{self.file}: {self.rows} {self.kind}, no problem found."
        count = len(self.problems)
        return f"{self.file}: {count} problem{'' if count == 1 else 's'}."


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
    return [_check(file) for file in files]


def _check(file: Path) -> Report:
    kind, rows = "table", 0
    try:
        raw = read_table(file)
        kind, rows = kind_of(set(raw.columns), file.name), len(raw)
        if kind == "hotspots":
            load_hotspots(file)
        elif kind == "organizations":
            load_organizations(file, supports="")
        else:
            check_table(raw, kind, file.name)
    except InputError as error:
        return Report(file.name, kind, rows, error.problems)
    except MissingInputError as error:
        problem = Problem(file.name, 0, "", "", str(error), "Check the path.")
        return Report(file.name, kind, 0, (problem,))
    return Report(file.name, kind, rows, ())


def kind_of(columns: set[str], file: str) -> str:
    """Tell which kind of table has these columns.

    Raises
    ------
    InputError
        They fit no kind.
    """
    names = {normal_name(column) for column in columns}
    fit = {kind: len(names & telling) for kind, telling in _TELLING.items()}
    if not any(fit.values()) and "name" in names:
        return "hotspots"
    if not any(fit.values()):
        what = f"its columns ({', '.join(sorted(columns))}) fit no known table."
        raise InputError([Problem(file, 0, "", "", what, "See 'hotspot-gaps template'.")])
    return max(fit, key=lambda kind: fit[kind])
