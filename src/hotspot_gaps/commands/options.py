"""Options that several commands have, and the settings that are made of them."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from hotspot_gaps.settings import Settings

Given = Mapping[str, Any]

Config = Annotated[Path | None, typer.Argument(help="TOML file with settings.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]

TABLES = {
    "hotspots": Annotated[Path | None, typer.Option(help="Your table of hotspots.")],
    "organizations": Annotated[Path | None, typer.Option(help="Your table of organizations.")],
    "supports": Annotated[
        Path | None, typer.Option(help="Your table of who supported whom, when.")
    ],
}
DATE = {
    "as_of": Annotated[str | None, typer.Option(help="Date on which support must be valid (ISO).")],
}
QUESTION = {
    "evidence": Annotated[
        str | None, typer.Option(help="Weakest evidence: direct, reported, related.")
    ],
    "radius_km": Annotated[
        float | None, typer.Option(help="Within how many km support is nearby.")
    ],
}
INPUTS = {**TABLES, **DATE, **QUESTION}


def takes(options: Mapping[str, Any]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Let a command take options in the place of its parameter `given`.

    The command gets those that the user gave, by name.
    """

    def with_options(command: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(command)
        def called(**values: Any) -> None:
            named = {name: values.pop(name) for name in options}
            given = {name: value for name, value in named.items() if value is not None}
            command(given=given, **values)

        signature = inspect.signature(command, eval_str=True)
        shared = [
            inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=kind)
            for name, kind in options.items()
        ]
        own = list(signature.parameters.values())
        place = list(signature.parameters).index("given")
        parameters = [*own[:place], *shared, *own[place + 1 :]]
        # Typer reads the signature and, beside it, the annotations.
        called.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
        called.__annotations__ = {each.name: each.annotation for each in parameters}
        return called

    return with_options


def settings_of(config: Path | None, given: Given) -> Settings:
    """Return the settings of a file, with what is given beside it; None is not given."""
    from hotspot_gaps.settings import Settings

    chosen = {name: value for name, value in given.items() if value is not None}
    return Settings.from_toml(config, **chosen) if config is not None else Settings(**chosen)
