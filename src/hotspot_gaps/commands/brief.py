"""`hotspot-gaps brief`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hotspot_gaps.commands.options import INPUTS, AsJson, Config, Given, settings_of, takes
from hotspot_gaps.commands.printing import tell


@takes(INPUTS)
def brief(
    country: Annotated[str, typer.Argument(help="A country with hotspots: its code or name.")],
    config: Config = None,
    *,
    given: Given,
    out: Annotated[Path, typer.Option(help="Folder for the brief.")] = Path("data/brief"),
    as_json: AsJson = False,
) -> None:
    """Write the brief of one country as PDF: its finding, map, hotspots, method and limits."""
    from hotspot_gaps import judging
    from hotspot_gaps.writing import write_country_brief

    settings = settings_of(config, given)
    path = write_country_brief(judging.judge(settings), settings, country, out)
    tell({"outputs": [str(path)]}, [path], as_json=as_json)
