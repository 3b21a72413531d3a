"""`hotspot-gaps check`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hotspot_gaps.commands.options import AsJson
from hotspot_gaps.commands.printing import tell


def check(
    files: Annotated[list[Path], typer.Argument(help="Tables to check; nothing is changed.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Print every problem of every table, with its fix. Exit 2 if there is any."""
    from hotspot_gaps.sources.checking import check_files

    reports = check_files(files)
    problems = [problem for report in reports for problem in report.problems]
    lines = [
        line
        for report in reports
        for line in (report.line(), *(f"  {problem}" for problem in report.problems))
    ]
    tell([vars(problem) for problem in problems], lines, as_json=as_json)
    if problems:
        raise typer.Exit(2)
