"""`hotspot-gaps explain`."""

from __future__ import annotations

from typing import Annotated

import typer

from hotspot_gaps.commands.options import INPUTS, AsJson, Config, Given, settings_of, takes
from hotspot_gaps.commands.printing import tell


@takes(INPUTS)
def explain(
    town: Annotated[str, typer.Argument(help="Name of a hotspot, in any spelling or script.")],
    config: Config = None,
    *,
    given: Given,
    as_json: AsJson = False,
) -> None:
    """Say why a town is or is not a gap, and what would change that."""
    from hotspot_gaps import judging
    from hotspot_gaps.gaps.explanation import explanation

    judged = judging.judge(settings_of(config, given))
    found = {**explanation(judged.gaps, town), "how sure": judged.notes[0]}
    tell(found, [f"{name}: {value}" for name, value in found.items()], as_json=as_json)
