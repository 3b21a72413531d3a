"""The settings file: every setting with its default and its meaning, as TOML."""

from __future__ import annotations

import datetime as dt
import inspect
import json
import re
from typing import TYPE_CHECKING, Any

from hotspot_gaps.settings import Settings, Travel

if TYPE_CHECKING:
    from pydantic import BaseModel


def settings_file() -> str:
    """Return a file that changes nothing: every setting, its default, and a line of meaning.

    Returns
    -------
    str
        TOML. A setting without a default stands in a comment.

    Examples
    --------
    >>> print(settings_file().splitlines()[-1])
    closed_borders = []
    """
    head = (
        "# Settings of `hotspot-gaps run hotspot_gaps.toml`. As it is, this file changes nothing.\n"
        "# Relative paths are relative to this file.\n"
    )
    return "\n".join([head, *_lines(Settings), "[travel]", *_lines(Travel)])


def meanings(model: type[BaseModel]) -> dict[str, str]:
    """Return the first sentence that a docstring has for each setting.

    Parameters
    ----------
    model
        `Settings` or `Travel`.
    """
    text = inspect.getdoc(model) or ""
    listed = text.partition("Parameters\n----------\n")[2].partition("\n\n")[0]
    entries = re.findall(r"^(\w+)\n((?: {4}.*\n?)+)", listed, re.MULTILINE)
    said = {name: " ".join(lines.split()) for name, lines in entries}
    return {name: re.split(r"(?<=\.) ", meaning)[0] for name, meaning in said.items()}


def _lines(model: type[BaseModel]) -> list[str]:
    said, lines = meanings(model), []
    for name, field in model.model_fields.items():
        if name != "travel":
            given = field.default is not None
            line = f"{name} = {_toml(field.default)}" if given else f'# {name} = ""'
            lines.append(f"# {said[name]}\n{line}\n")
    return lines


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_toml(one)}" for key, one in value.items()) + " }"
    if isinstance(value, tuple):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, (bool, int, float)):
        return json.dumps(value)
    return value.isoformat() if isinstance(value, dt.date) else f'"{value}"'
