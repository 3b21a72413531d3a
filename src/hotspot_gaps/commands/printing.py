"""What commands print: answers on stdout, progress on stderr."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console


def tell(record: Any, lines: Iterable[object], *, as_json: bool) -> None:
    """Print an answer as JSON for machines, or in lines."""
    if as_json:
        lines = [json.dumps(record, ensure_ascii=False, indent=2)]
    for line in lines:
        typer.echo(str(line))


def stderr() -> Console:
    """Return a console on stderr that leaves numbers and long lines alone."""
    from rich.console import Console

    return Console(stderr=True, highlight=False, soft_wrap=True)


def progress() -> Callable[[str], None]:
    """Return what prints a line of progress."""
    say = stderr()
    return lambda line: say.print(f"[dim]·[/dim] {line}")
