"""`hotspot-gaps template`."""

from __future__ import annotations

from typing import Annotated

import typer


def template(
    kind: Annotated[str, typer.Argument(help="hotspots, organizations, supports or settings.")],
) -> None:
    """Print an empty table, its meaning to stderr; or a file of all settings, as they are."""
    from hotspot_gaps.settings_file import settings_file
    from hotspot_gaps.sources.checking import KINDS
    from hotspot_gaps.sources.columns import columns

    if kind == "settings":
        typer.echo(settings_file(), nl=False)
        return
    if kind not in KINDS:
        raise typer.BadParameter(f"{kind!r} is not one of {', '.join(KINDS)}, settings.")
    meanings = columns(kind)
    typer.echo(",".join(meanings))
    width = max(map(len, meanings))
    for name, meaning in meanings.items():
        typer.echo(f"{name:<{width}}  {meaning}", err=True)
