"""The command line: parse, call, print."""

from __future__ import annotations

import json
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hotspot_gaps.errors import HotspotGapsError

if TYPE_CHECKING:
    from rich.console import Console

    from hotspot_gaps.settings import Settings

app = typer.Typer(
    help="Which smaller hotspot towns have no supported civil society organization nearby?",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

Config = Annotated[Path | None, typer.Argument(help="TOML file with settings.")]
Hotspots = Annotated[Path | None, typer.Option(help="Your table of hotspots.")]
Organizations = Annotated[Path | None, typer.Option(help="Your table of organizations.")]
Supports = Annotated[Path | None, typer.Option(help="Your table of who supported whom, when.")]
AsOf = Annotated[str | None, typer.Option(help="Date on which support must be valid (ISO).")]
Evidence = Annotated[str | None, typer.Option(help="Weakest evidence: direct, reported, related.")]
RadiusKm = Annotated[float | None, typer.Option(help="Within how many km support is nearby.")]
Scheduler = Annotated[
    str | None,
    typer.Option(help="Address of a Dask scheduler, or `local` for one worker process a core."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]


@app.command()
def run(
    config: Config = None,
    *,
    hotspots: Hotspots = None,
    organizations: Organizations = None,
    supports: Supports = None,
    as_of: AsOf = None,
    evidence: Evidence = None,
    radius_km: RadiusKm = None,
    out: Annotated[Path | None, typer.Option(help="Folder for the outputs.")] = None,
    basemap: Annotated[str | None, typer.Option(help="Tile address for a live background.")] = None,
    scheduler: Scheduler = None,
    as_json: AsJson = False,
) -> None:
    """Flag the gaps and write tables, map and manifest, all together or not at all."""
    from hotspot_gaps import pipeline

    settings = _settings(
        config, hotspots=hotspots, organizations=organizations, supports=supports, as_of=as_of,
        evidence=evidence, radius_km=radius_km, out=out, basemap=basemap,
    )  # fmt: skip
    say = _stderr()
    result = pipeline.run(
        settings,
        progress=lambda line: say.print(f"[dim]·[/dim] {line}"),
        scheduler=scheduler,
    )
    if as_json:
        _print_json({"headline": result.headline, "outputs": [str(p) for p in result.outputs]})
        return
    typer.echo(result.headline)
    for path in result.outputs:
        typer.echo(f"  {path}")


@app.command()
def check(
    files: Annotated[list[Path], typer.Argument(help="Tables to check; nothing is changed.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Print every problem of every table, with its fix. Exit 2 if there is any."""
    from hotspot_gaps.sources.checking import check_files

    reports = check_files(files)
    problems = [problem for report in reports for problem in report.problems]
    if as_json:
        _print_json([vars(problem) for problem in problems])
    else:
        for report in reports:
            typer.echo(report.line())
            for problem in report.problems:
                typer.echo(f"  {problem}")
    if problems:
        raise typer.Exit(2)


@app.command()
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


@app.command()
def explain(
    town: Annotated[str, typer.Argument(help="Name of a hotspot, in any spelling or script.")],
    config: Config = None,
    *,
    hotspots: Hotspots = None,
    organizations: Organizations = None,
    supports: Supports = None,
    as_of: AsOf = None,
    evidence: Evidence = None,
    radius_km: RadiusKm = None,
    as_json: AsJson = False,
) -> None:
    """Say why a town is or is not a gap, and what would change that."""
    from hotspot_gaps import pipeline
    from hotspot_gaps.gaps.explanation import explanation

    settings = _settings(
        config, hotspots=hotspots, organizations=organizations, supports=supports, as_of=as_of,
        evidence=evidence, radius_km=radius_km,
    )  # fmt: skip
    found = explanation(pipeline.judge(settings).gaps, town)
    if as_json:
        _print_json(found)
        return
    for name, value in found.items():
        typer.echo(f"{name}: {value}")


def _settings(config: Path | None, **options: Any) -> Settings:
    from hotspot_gaps.settings import Settings

    given = {name: value for name, value in options.items() if value is not None}
    return Settings.from_toml(config, **given) if config is not None else Settings(**given)


def _stderr() -> Console:
    from rich.console import Console

    return Console(stderr=True, highlight=False, soft_wrap=True)


def _print_json(value: Any) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


def main() -> None:
    """Run the command line: exit 0 done, 1 internal, 2 what the user can mend."""
    # Ended from outside, clean up as after Ctrl-C.
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            number = getattr(signal, name)
            signal.signal(number, lambda code, _: sys.exit(128 + code))
    try:
        app()
    except HotspotGapsError as error:
        typer.echo(str(error), err=True)
        sys.exit(2)
