"""Pages that are made from elsewhere: commands, names, settings, and texts beside `docs`."""

from __future__ import annotations

import ast
import importlib
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import hotspot_gaps as hg
from hotspot_gaps.outputs.field_meanings import MEANINGS
from hotspot_gaps.settings_file import settings_file

if TYPE_CHECKING:
    from sphinx.application import Sphinx

DOCS = Path(__file__).resolve().parent
ROOT = DOCS.parent
# Texts that stand where people look for them in a repository, and what the site calls them.
BESIDE = {
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "security.md",
    "benchmarks/results.md": "benchmarks.md",
    "benchmarks/results_analyses.md": "benchmarks-analyses.md",
    "data/raw/SOURCES.md": "data-sources.md",
}
ROOMS = {
    "pipeline": ("Run everything", "The whole analysis in one call."),
    "settings": ("Settings", "Everything a run can be told."),
    "sources": ("Read data", "Built-in tables or your own, checked when they are read."),
    "access": ("How far, how long, how many people", "For any places and any facilities."),
    "gaps": ("Gaps", "Which towns, how sure that is, and where next."),
    "outputs": ("Outputs", "What can be drawn and written without a whole run."),
    "cluster": ("Many processes", "For tables larger than memory: [scaling](../scaling.md)."),
    "errors": (
        "Errors",
        "All of them are a `HotspotGapsError`, and each is also the built-in error that fits it.",
    ),
}
# Used in the guides by their full name.
DEEPER = (
    "hotspot_gaps.cluster.cluster",
    "hotspot_gaps.gaps.comparison.compare",
    "hotspot_gaps.gaps.explanation.explanation",
    "hotspot_gaps.outputs.surface_grid.surface_grid",
    "hotspot_gaps.outputs.surfaces.distance_km",
    "hotspot_gaps.outputs.surfaces.write_surface",
    "hotspot_gaps.sources.downloads.fetch",
    "hotspot_gaps.sources.downloads.fetched",
    "hotspot_gaps.sources.layer_cache.Layer",
    "hotspot_gaps.sources.layer_cache.LayerFile",
)
LINK = re.compile(r"\]\(([^)\s:#]+)(#[^)\s]*)?\)")


def make(folder: Path) -> None:
    """Write all made pages into a folder inside `docs`."""
    folder.mkdir(parents=True, exist_ok=True)
    texts = {
        "commands.md": commands(),
        "api.md": interface(),
        "settings.md": settings(),
        "columns.md": columns(),
        "scripts.md": scripts(),
        **{name: relinked((ROOT / path).read_text("utf-8"), ROOT / path, folder / name)
           for path, name in BESIDE.items()},
    }  # fmt: skip
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")


def commands() -> str:
    """Return the reference of the command line, as the program itself tells it."""
    words = ["-m", "typer", "hotspot_gaps.cli", "utils", "docs", "--name", "hotspot-gaps"]
    done = subprocess.run([sys.executable, *words], capture_output=True, text=True, check=True)  # noqa: S603
    text = done.stdout.replace("# `hotspot-gaps`", "# Command line", 1)
    for name, whole in re.findall(r"^## `hotspot-gaps (\w+)`\n\n(.+)$", text, re.MULTILINE):
        text = re.sub(rf"^\* `{name}`: .*\.\.\.$", f"* `{name}`: {whole}", text, flags=re.MULTILINE)
    lead = "Made from the program's own help, which `hotspot-gaps COMMAND --help` prints.\n\n"
    return re.sub(r"^(# .*\n\n)", rf"\1{lead}", text).replace("```console", "```text")


def settings() -> str:
    """Return the page of settings: the file that has them all."""
    return (
        "# Settings\n\nEverything a run can be told, in one file; `hotspot-gaps template settings >"
        " hotspot_gaps.toml` prints it.\nKeep the lines that you change, and give the file to any "
        "command: `hotspot-gaps run hotspot_gaps.toml`. In Python\nthe same names are fields of "
        f"`hotspot_gaps.Settings`.\n\n```toml\n{settings_file()}```\n"
    )


def scripts() -> str:
    """Return the page of scripts: what each says of itself."""
    lines = ["# Scripts", "", "Thin callers of the library; each has `--help`."]
    for path in sorted((ROOT / "scripts").glob("*.py")):
        told = ast.get_docstring(ast.parse(path.read_text("utf-8")))
        lines += ["", f"## `scripts/{path.name}`", "", told or ""]
    return "\n".join(lines) + "\n"


def columns() -> str:
    """Return the page of what the columns of the outputs mean."""
    lines = [
        "# Columns",
        "",
        "Of the layers of `gaps.gpkg`, the sheets of `gaps.xlsx` and the CSV of the same name.",
        "Where a column carries a radius in its name, `{}` stands for its kilometres.",
        "",
    ]
    for table, known in MEANINGS.items():
        lines += [f"## {table}", "", "| column | what it says |", "| --- | --- |"]
        lines += [f"| `{name}` | {said.description} |" for name, said in known.items()] + [""]
    return "\n".join(lines)


def interface() -> str:
    """Return the reference of all public names, room by room."""
    homes: dict[str, list[str]] = {room: [] for room in ROOMS}
    names = [(f"hotspot_gaps.{name}", getattr(hg, name)) for name in hg.__all__ if name[0] != "_"]
    for name, thing in names:
        homes[thing.__module__.split(".")[1]].append(_entry(name, thing))
    for name in DEEPER:
        module, _, last = name.rpartition(".")
        homes[module.split(".")[1]].append(
            _entry(name, getattr(importlib.import_module(module), last))
        )
    lines = [
        "# Python",
        "",
        "`import hotspot_gaps as hg`, then `hg.run(…)` and so on; a longer name is imported "
        "from where it says.",
    ]
    for room, (title, lead) in ROOMS.items():
        if homes[room]:
            lines += ["", f"## {title}", "", lead, "", *homes[room]]
    return "\n".join(lines) + "\n"


def _entry(name: str, thing: object) -> str:
    kind = "function"
    if isinstance(thing, type):
        kind = "exception" if issubclass(thing, Exception) else "class"
    members = "   :members:\n" if kind == "class" else ""
    # The fields of settings are listed below it, with their meaning.
    called = "(**values)" if hasattr(thing, "model_fields") else ""
    return f"```{{eval-rst}}\n.. auto{kind}:: {name}{called}\n{members}```\n"


def point_inside(app: Sphinx, docname: str, source: list[str]) -> None:  # noqa: ARG001
    """Point links that leave `docs` to what the site has in their place."""
    path = DOCS / f"{docname}.md"
    if path.exists() and path.parent.name != "generated":
        source[0] = relinked(source[0], path, path)


def relinked(text: str, was: Path, now: Path) -> str:
    """Return a text whose relative links hold at another place, with pages for `BESIDE`.

    Parameters
    ----------
    text
        Markdown.
    was, now
        The file that it was written as, and that it will be.
    """

    def change(link: re.Match[str]) -> str:
        target = (was.parent / link[1]).resolve()
        inside = target.relative_to(ROOT).as_posix() if target.is_relative_to(ROOT) else ""
        if inside in BESIDE:
            target = DOCS / "generated" / BESIDE[inside]
        if inside == "README.md":
            target = DOCS / "index.md"
        there = Path(os.path.relpath(target, now.parent)).as_posix()
        return f"]({there}{link[2] or ''})"

    return LINK.sub(change, text)
