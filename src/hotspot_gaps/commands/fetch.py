"""`hotspot-gaps fetch`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hotspot_gaps.commands.options import AsJson
from hotspot_gaps.commands.printing import stderr, tell

if TYPE_CHECKING:
    from rich.progress import Progress

    from hotspot_gaps.sources.layer_cache import Layer


def fetch(
    layer: Annotated[str, typer.Argument(help="roads, population or admin2.")],
    *,
    mirror: Annotated[
        str | None,
        typer.Option(help="A folder or http(s) address that stands in for the internet."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Download roads, people or districts, checked, into your cache: all of it or nothing."""
    from hotspot_gaps.sources.downloads import fetch as fetch_layer

    with _progress_bars() as bars:
        tasks: dict[str, Any] = {}

        def progress(file: str, got: int, total: int | None) -> None:
            if file not in tasks:
                tasks[file] = bars.add_task(file, total=total)
            bars.update(tasks[file], completed=got, total=total)

        found = fetch_layer(layer, mirror=mirror, progress=progress)
    record = {"folder": str(found.folder), **found.record()}
    tell(record, _lines(found, new=bool(tasks)), as_json=as_json)


def _progress_bars() -> Progress:
    from rich import progress

    say = stderr()
    return progress.Progress(
        progress.TextColumn("{task.description}"),
        progress.BarColumn(),
        progress.DownloadColumn(),
        progress.TransferSpeedColumn(),
        console=say,
        transient=True,
        disable=not say.is_terminal,
    )


def _lines(layer: Layer, *, new: bool) -> Iterator[str]:
    """Yield what a layer holds, its terms, and what uses it."""
    from rich.filesize import decimal

    from hotspot_gaps.sources.layer_cache import LAYERS

    when = "fetched" if new else f"here since {layer.fetched_on}, nothing to fetch"
    files = f"{len(layer.files)} file{'s' if len(layer.files) > 1 else ''}"
    yield f"{layer.name}: {files}, {decimal(layer.size_bytes)}, {when}"
    for path, file in zip(layer.paths, layer.files, strict=True):
        yield f"  {path}  {decimal(file.size_bytes)}"
    if not all(file.checked for file in layer.files):
        yield "No checksum is published for these files; that of this download is kept."
    for licence, attribution in layer.terms:
        yield f"Licence: {licence}. Attribution: {attribution}"
    yield f"For {LAYERS[layer.name]}. `hotspot-gaps run` picks it up by itself."
