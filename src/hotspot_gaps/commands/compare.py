"""`hotspot-gaps compare`."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hotspot_gaps.commands.options import QUESTION, TABLES, AsJson, Given, settings_of, takes
from hotspot_gaps.commands.printing import tell

if TYPE_CHECKING:
    from hotspot_gaps.outputs.comparison_files import Side


@takes({**TABLES, **QUESTION})
def compare(
    old: Annotated[str, typer.Argument(help="Folder of the earlier run, or an as-of date.")],
    new: Annotated[str, typer.Argument(help="Folder of the later run, or an as-of date.")],
    *,
    config: Annotated[
        Path | None, typer.Option(help="Of two dates: TOML file with settings.")
    ] = None,
    given: Given,
    out: Annotated[Path, typer.Option(help="Folder for what changed.")] = Path("data/comparison"),
    as_json: AsJson = False,
) -> None:
    """Say what changed between two runs, or two dates, and why: a table, a map, a paragraph."""
    from hotspot_gaps.errors import SettingsError
    from hotspot_gaps.outputs.comparison_files import write_comparison

    dates = [re.fullmatch(r"\d{4}-\d{2}-\d{2}", w) and not Path(w).is_dir() for w in (old, new)]
    if any(dates) and not all(dates):
        raise SettingsError("compare: give two folders of runs, or two dates as 2020-12-31.")
    if any(dates):
        beside = []
        sides = (_date(old, config, given), _date(new, config, given))
    else:
        _refuse_settings({"config": config, **given})
        beside = [Path(old), Path(new)]
        sides = (_run(Path(old)), _run(Path(new)))
    found = write_comparison(*sides, out, beside=beside)
    files = [str(path) for path in found.outputs]
    changes = json.loads(found.changes.to_json(orient="records"))
    tell(
        {"headline": found.headline, "changes": changes, "outputs": files},
        [found.paragraph, *(f"  {file}" for file in files)],
        as_json=as_json,
    )


def _refuse_settings(given: Given) -> None:
    from hotspot_gaps.errors import SettingsError

    if named := [f"--{name.replace('_', '-')}" for name, value in given.items() if value]:
        raise SettingsError(f"compare: runs have their own settings; leave out {', '.join(named)}.")


def _run(folder: Path) -> Side:
    from hotspot_gaps.outputs.comparison_files import past_side
    from hotspot_gaps.sources.past_runs import read_past_run

    return past_side(read_past_run(folder))


def _date(as_of: str, config: Path | None, given: Given) -> Side:
    from hotspot_gaps import judging
    from hotspot_gaps.outputs.comparison_files import judged_side

    settings = settings_of(config, {**given, "as_of": as_of})
    return judged_side(judging.judge(settings), settings)
