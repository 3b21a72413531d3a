"""`hotspot-gaps run`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hotspot_gaps.commands.options import INPUTS, AsJson, Config, Given, settings_of, takes
from hotspot_gaps.commands.printing import progress, tell


@takes(INPUTS)
def run(
    config: Config = None,
    *,
    given: Given,
    out: Annotated[Path | None, typer.Option(help="Folder for the outputs.")] = None,
    basemap: Annotated[str | None, typer.Option(help="Tile address for a live background.")] = None,
    figures: Annotated[
        bool | None,
        typer.Option("--figures", help="Draw how sure that is, and where next, as well."),
    ] = None,
    hxl: Annotated[
        bool | None, typer.Option("--hxl", help="Put a row of HXL hashtags into gaps.csv.")
    ] = None,
    scheduler: Annotated[
        str | None,
        typer.Option(help="Address of a Dask scheduler, or `local` for one worker process a core."),
    ] = None,
    memory: Annotated[
        str | None,
        typer.Option(
            help="Memory that the program and those that draw may take, as 2GB or 1500MB."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Flag the gaps and write tables, map and manifest, all together or not at all."""
    from hotspot_gaps import pipeline
    from hotspot_gaps.ceiling import megabytes

    mine = {"out": out, "basemap": basemap, "figures": figures, "hxl": hxl}
    settings = settings_of(config, {**given, **mine})
    result = pipeline.run(
        settings,
        progress=progress(),
        scheduler=scheduler,
        memory_mb=megabytes(memory) if memory is not None else None,
    )
    files = [str(path) for path in result.outputs]
    tell(
        {"headline": result.headline, "notes": result.notes, "outputs": files},
        [result.headline, *result.notes, *(f"  {file}" for file in files)],
        as_json=as_json,
    )
