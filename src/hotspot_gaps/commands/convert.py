"""`hotspot-gaps convert`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hotspot_gaps.commands.options import AsJson
from hotspot_gaps.commands.printing import tell


def convert(
    files: Annotated[
        list[Path], typer.Argument(help="Grants: 360Giving JSON or CSV, IATI XML, HXL tables.")
    ],
    *,
    out: Annotated[Path, typer.Option(help="Folder for the tables.")],
    as_json: AsJson = False,
) -> None:
    """Turn published grants into tables of organizations and supports; say what is lost."""
    from hotspot_gaps.converting import told, write_converted
    from hotspot_gaps.sources.published_grants import load_grants

    converted = load_grants(*files)
    paths = write_converted(converted, out)
    lines = told(converted, files)
    outputs = [str(path) for path in paths]
    found = {"lines": lines, "outputs": outputs}
    tell(found, [*lines, *(f"  {path}" for path in outputs)], as_json=as_json)
