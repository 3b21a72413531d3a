"""The command line: parse, call, print."""

from __future__ import annotations

import json
import re
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hotspot_gaps.errors import HotspotGapsError

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress

    from hotspot_gaps.outputs.comparison_files import Side
    from hotspot_gaps.settings import Settings
    from hotspot_gaps.sources.layer_cache import Layer

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
Out = Annotated[Path | None, typer.Option(help="Folder for the outputs.")]
Figures = Annotated[
    bool | None, typer.Option("--figures", help="Draw how sure that is, and where next, as well.")
]
Scheduler = Annotated[
    str | None,
    typer.Option(help="Address of a Dask scheduler, or `local` for one worker process a core."),
]
Memory = Annotated[
    str | None,
    typer.Option(help="Memory that the program and those that draw may take, as 2GB or 1500MB."),
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
    out: Out = None,
    basemap: Annotated[str | None, typer.Option(help="Tile address for a live background.")] = None,
    figures: Figures = None,
    scheduler: Scheduler = None,
    memory: Memory = None,
    as_json: AsJson = False,
) -> None:
    """Flag the gaps and write tables, map and manifest, all together or not at all."""
    from hotspot_gaps import pipeline
    from hotspot_gaps.ceiling import megabytes

    settings = _settings(
        config, hotspots=hotspots, organizations=organizations, supports=supports, as_of=as_of,
        evidence=evidence, radius_km=radius_km, out=out, basemap=basemap, figures=figures,
    )  # fmt: skip
    say = _stderr()
    result = pipeline.run(
        settings,
        progress=lambda line: say.print(f"[dim]·[/dim] {line}"),
        scheduler=scheduler,
        memory_mb=megabytes(memory) if memory is not None else None,
    )
    if as_json:
        files = [str(path) for path in result.outputs]
        _print_json({"headline": result.headline, "notes": result.notes, "outputs": files})
        return
    for line in (result.headline, *result.notes):
        typer.echo(line)
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
    from hotspot_gaps import judging
    from hotspot_gaps.gaps.explanation import explanation

    settings = _settings(
        config, hotspots=hotspots, organizations=organizations, supports=supports, as_of=as_of,
        evidence=evidence, radius_km=radius_km,
    )  # fmt: skip
    judged = judging.judge(settings)
    found = {**explanation(judged.gaps, town), "how sure": judged.notes[0]}
    if as_json:
        _print_json(found)
        return
    for name, value in found.items():
        typer.echo(f"{name}: {value}")


@app.command()
def site(
    config: Config = None,
    *,
    new: Annotated[int, typer.Option(help="How many new grants.")],
    weights: Annotated[
        str, typer.Option(help="What a hotspot counts: towns, people or people_in_reach.")
    ] = "towns",
    method: Annotated[
        str, typer.Option(help="mclp covers gaps, p_median shortens the ways to support.")
    ] = "mclp",
    candidates: Annotated[
        str, typer.Option(help="Where support could go: towns, organizations or places.")
    ] = "towns",
    hotspots: Hotspots = None,
    organizations: Organizations = None,
    supports: Supports = None,
    as_of: AsOf = None,
    evidence: Evidence = None,
    radius_km: RadiusKm = None,
    by_road: Annotated[
        bool, typer.Option("--by-road", help="Cover by road, within `radius_min` minutes.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option(help="Folder for the proposal as sites.csv and sites.png.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Propose where the next grants reach most, and say how good that is."""
    from hotspot_gaps import judging
    from hotspot_gaps.errors import MissingInputError
    from hotspot_gaps.gaps.siting import candidate_sites, propose_sites
    from hotspot_gaps.sources.boundaries import load_places

    settings = _settings(
        config, hotspots=hotspots, organizations=organizations, supports=supports, as_of=as_of,
        evidence=evidence, radius_km=radius_km,
    )  # fmt: skip
    judged = judging.judge(settings)
    if by_road and judged.network is None:
        raise MissingInputError("site --by-road: there are no roads; `hotspot-gaps fetch roads`.")
    places = load_places(settings.places)
    sites = candidate_sites(candidates, judged.gaps, judged.organizations, places, by_road=by_road)
    found = propose_sites(
        judged.gaps,
        judged.organizations,
        sites,
        new=new,
        radius_km=settings.radius_km,
        weights=weights,
        method=method,
        network=judged.network if by_road else None,
        radius_min=settings.radius_min,
    )
    if out is not None:
        from hotspot_gaps.writing import write_proposal

        write_proposal(found, sites, judged, settings, out, drawn=not by_road)
    trust = judged.notes[0]
    if as_json:
        _print_json({**found.record(), "notes": [trust, *found.notes]})
        return
    for line in (*found.lines(), trust):
        typer.echo(line)


@app.command()
def brief(
    country: Annotated[str, typer.Argument(help="A country with hotspots: its code or name.")],
    config: Config = None,
    *,
    hotspots: Hotspots = None,
    organizations: Organizations = None,
    supports: Supports = None,
    as_of: AsOf = None,
    evidence: Evidence = None,
    radius_km: RadiusKm = None,
    out: Annotated[Path, typer.Option(help="Folder for the brief.")] = Path("data/brief"),
    as_json: AsJson = False,
) -> None:
    """Write the brief of one country as PDF: its finding, map, hotspots, method and limits."""
    from hotspot_gaps import judging
    from hotspot_gaps.writing import write_country_brief

    settings = _settings(
        config, hotspots=hotspots, organizations=organizations, supports=supports, as_of=as_of,
        evidence=evidence, radius_km=radius_km,
    )  # fmt: skip
    path = write_country_brief(judging.judge(settings), settings, country, out)
    if as_json:
        _print_json({"outputs": [str(path)]})
        return
    typer.echo(str(path))


@app.command()
def compare(
    old: Annotated[str, typer.Argument(help="Folder of the earlier run, or an as-of date.")],
    new: Annotated[str, typer.Argument(help="Folder of the later run, or an as-of date.")],
    *,
    config: Annotated[
        Path | None, typer.Option(help="Of two dates: TOML file with settings.")
    ] = None,
    hotspots: Hotspots = None,
    organizations: Organizations = None,
    supports: Supports = None,
    evidence: Evidence = None,
    radius_km: RadiusKm = None,
    out: Annotated[Path, typer.Option(help="Folder for what changed.")] = Path("data/comparison"),
    as_json: AsJson = False,
) -> None:
    """Say what changed between two runs, or two dates, and why: a table, a map, a paragraph."""
    from hotspot_gaps.outputs.comparison_files import write_comparison

    settings = {
        "hotspots": hotspots, "organizations": organizations, "supports": supports,
        "evidence": evidence, "radius_km": radius_km,
    }  # fmt: skip
    sides, beside = _sides((old, new), config, settings)
    found = write_comparison(*sides, out, beside=beside)
    files = [str(path) for path in found.outputs]
    if as_json:
        changes = json.loads(found.changes.to_json(orient="records"))
        _print_json({"headline": found.headline, "changes": changes, "outputs": files})
        return
    typer.echo(found.paragraph)
    for file in files:
        typer.echo(f"  {file}")


def _sides(
    words: tuple[str, str], config: Path | None, settings: dict[str, Any]
) -> tuple[tuple[Side, Side], list[Path]]:
    """Read two runs, or judge two dates; also return the folders that must stay as they are."""
    from hotspot_gaps.errors import SettingsError
    from hotspot_gaps.outputs.comparison_files import judged_side, past_side
    from hotspot_gaps.sources.past_runs import read_past_run

    dates = [re.fullmatch(r"\d{4}-\d{2}-\d{2}", w) and not Path(w).is_dir() for w in words]
    if any(dates) and not all(dates):
        raise SettingsError("compare: give two folders of runs, or two dates as 2020-12-31.")
    if not any(dates):
        given = [name for name, value in {"config": config, **settings}.items() if value]
        if given:
            names = ", ".join(f"--{name.replace('_', '-')}" for name in given)
            raise SettingsError(f"compare: runs have their own settings; leave out {names}.")
        folders = [Path(word) for word in words]
        old, new = (past_side(read_past_run(folder)) for folder in folders)
        return (old, new), folders

    from hotspot_gaps import judging

    sides = []
    for word in words:
        chosen = _settings(config, **settings, as_of=word)
        found = judging.judge(chosen)
        told = {"known": found.known, "countries": found.countries, "settings": chosen}
        sides.append(judged_side(found.gaps, found.organizations, **told))
    return (sides[0], sides[1]), []


@app.command()
def verify(
    run_json: Annotated[Path, typer.Argument(help="The run.json of a run.")],
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
    """Do a run again and name what is not as it was. Exit 2 if anything differs."""
    from hotspot_gaps.verification import verify as verify_run

    given = {
        "hotspots": hotspots, "organizations": organizations, "supports": supports,
        "as_of": as_of, "evidence": evidence, "radius_km": radius_km,
    }  # fmt: skip
    say = _stderr()
    found = verify_run(
        run_json,
        config,
        progress=lambda line: say.print(f"[dim]·[/dim] {line}"),
        **{name: value for name, value in given.items() if value is not None},
    )
    if as_json:
        _print_json(found.record())
    else:
        for line in found.lines():
            typer.echo(line)
    if found.differences:
        raise typer.Exit(2)


@app.command()
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
    if as_json:
        _print_json({"folder": str(found.folder), **found.record()})
        return
    _tell_layer(found, new=bool(tasks))


def _progress_bars() -> Progress:
    from rich import progress

    say = _stderr()
    return progress.Progress(
        progress.TextColumn("{task.description}"),
        progress.BarColumn(),
        progress.DownloadColumn(),
        progress.TransferSpeedColumn(),
        console=say,
        transient=True,
        disable=not say.is_terminal,
    )


def _tell_layer(layer: Layer, *, new: bool) -> None:
    """Print what a layer holds, its terms, and what uses it."""
    from rich.filesize import decimal

    from hotspot_gaps.sources.layer_cache import LAYERS

    when = "fetched" if new else f"here since {layer.fetched_on}, nothing to fetch"
    files = f"{len(layer.files)} file{'s' if len(layer.files) > 1 else ''}"
    typer.echo(f"{layer.name}: {files}, {decimal(layer.size_bytes)}, {when}")
    for path, file in zip(layer.paths, layer.files, strict=True):
        typer.echo(f"  {path}  {decimal(file.size_bytes)}")
    if not all(file.checked for file in layer.files):
        typer.echo("No checksum is published for these files; that of this download is kept.")
    for licence, attribution in layer.terms:
        typer.echo(f"Licence: {licence}. Attribution: {attribution}")
    typer.echo(f"For {LAYERS[layer.name]}. `hotspot-gaps run` picks it up by itself.")


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
