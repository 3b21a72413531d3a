"""`hotspot-gaps template`."""

from __future__ import annotations

from typing import Annotated

import typer


def template(
    kind: Annotated[str, typer.Argument(help="hotspots, organizations or supports.")],
) -> None:
    """Print an empty table to fill in; the meaning of its columns goes to stderr."""
    from hotspot_gaps.sources.checking import KINDS
    from hotspot_gaps.sources.columns import columns

    if kind not in KINDS:
        raise typer.BadParameter(f"{kind!r} is not one of {', '.join(KINDS)}.")
    meanings = columns(kind)
    typer.echo(",".join(meanings))
    width = max(map(len, meanings))
    for name, meaning in meanings.items():
        typer.echo(f"{name:<{width}}  {meaning}", err=True)
