"""`hotspot-gaps verify`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hotspot_gaps.commands.options import INPUTS, AsJson, Config, Given, takes
from hotspot_gaps.commands.printing import progress, tell


@takes(INPUTS)
def verify(
    run_json: Annotated[Path, typer.Argument(help="The run.json of a run.")],
    config: Config = None,
    *,
    given: Given,
    as_json: AsJson = False,
) -> None:
    """Do a run again and name what is not as it was. Exit 2 if anything differs."""
    from hotspot_gaps import verification

    found = verification.verify(run_json, config, progress=progress(), **given)
    tell(found.record(), found.lines(), as_json=as_json)
    if found.differences:
        raise typer.Exit(2)
