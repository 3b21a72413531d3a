"""The whole story on one screen: read, judge, show. The only file that knows all the rooms."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from hotspot_gaps.gaps.flags import find_gaps
from hotspot_gaps.gaps.missing import Known, what_is_known
from hotspot_gaps.outputs import manifest, tables
from hotspot_gaps.outputs.folder import written_together
from hotspot_gaps.outputs.privacy import public_organizations, withheld_by_country
from hotspot_gaps.settings import Settings
from hotspot_gaps.sources.boundaries import load_boundaries, load_places
from hotspot_gaps.sources.builtin import builtin_path, read_builtin
from hotspot_gaps.sources.hotspots import load_hotspots
from hotspot_gaps.sources.organizations import load_organizations

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import geopandas as gpd

BUILTIN_FILES = {
    "hotspots": "hotspots.csv",
    "hotspot_lists": "hotspot_lists.csv",
    "organizations": "organizations.csv",
    "supports": "supports.csv",
    "programmes": "programmes.csv",
    "places": "places.csv",
    "boundaries": "countries.gpkg",
    "admin1": "admin1.gpkg",
    "relief": "relief.tif",
}


@dataclass(frozen=True)
class Result:
    """What a run found.

    Attributes
    ----------
    gaps, organizations, countries
        The frames that the outputs were made of.
    known
        What is listed, placed and missing.
    headline
        The finding in one line, as on the map.
    outputs
        Paths of the files written; empty when nothing was written.
    """

    gaps: gpd.GeoDataFrame
    organizations: gpd.GeoDataFrame
    countries: gpd.GeoDataFrame
    known: Known
    headline: str
    outputs: tuple[Path, ...] = ()


def _silent(_: str) -> None:
    """Say nothing."""


def judge(settings: Settings, *, scheduler: str | None = None) -> Result:
    """Read the inputs and flag the gaps, writing nothing.

    Parameters
    ----------
    settings
        Which inputs, and the rule.
    scheduler
        Address of a Dask scheduler, or `local` for one worker process a core; without it, this
        process. The result is the same.

    Returns
    -------
    Result

    Raises
    ------
    InputError, MissingInputError
        An input cannot be used.
    SchedulerError, MissingExtraError
        The cluster cannot be used.
    """
    from hotspot_gaps.outputs.words import headline

    countries = load_boundaries(settings.boundaries)
    places = load_places(settings.places)
    hotspots = load_hotspots(
        settings.hotspots, places=places, boundaries=countries, smaller_below=settings.smaller_below
    )
    organizations = load_organizations(
        settings.organizations,
        supports=settings.supports,
        as_of=settings.as_of,
        places=places,
        boundaries=countries,
    )
    gaps = _find_gaps(hotspots, organizations, settings, scheduler)
    known = what_is_known(
        gaps,
        organizations,
        read_builtin("programmes.csv"),
        settings=settings,
        hotspots_stated=_stated_hotspots(settings),
    )
    return Result(gaps, organizations, countries, known, headline(known, settings))


def _find_gaps(
    hotspots: gpd.GeoDataFrame,
    organizations: gpd.GeoDataFrame,
    settings: Settings,
    scheduler: str | None,
) -> gpd.GeoDataFrame:
    """Flag the gaps here, or on a cluster."""
    if scheduler is None:
        return find_gaps(hotspots, organizations, settings=settings)
    from hotspot_gaps.cluster import cluster, in_partitions

    with cluster(scheduler):
        return find_gaps(in_partitions(hotspots), organizations, settings=settings)


def run(
    settings: Settings | None = None,
    *,
    progress: Callable[[str], None] = _silent,
    scheduler: str | None = None,
) -> Result:
    """Run everything: read, judge, and write all outputs together.

    Parameters
    ----------
    settings
        Inputs, rule and output folder; the defaults when not given.
    progress
        Called with a short line before each step.
    scheduler
        As for `judge`. No byte of the outputs depends on it.

    Returns
    -------
    Result
        With the paths of the files written.

    Raises
    ------
    InputError, MissingInputError
        An input cannot be used; nothing is written.
    SchedulerError, MissingExtraError
        The cluster cannot be used; nothing is written.
    OutputError
        The outputs cannot be written; earlier ones are untouched.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     result = run(Settings(out=folder))
    >>> sorted(path.name for path in result.outputs)
    ['gap_map.pdf', 'gap_map.png', 'gaps.csv', 'gaps.gpkg', 'gaps.parquet', 'run.json']
    """
    settings = settings or Settings()
    progress("reading and judging")
    result = judge(settings, scheduler=scheduler)
    with written_together(settings.out) as folder:
        progress("writing tables")
        _write_tables(result, folder)
        progress("drawing the map")
        background = _draw(result, settings, folder)
        written = sorted(folder.iterdir())
        document = manifest.build_manifest(
            settings,
            inputs=_inputs(settings),
            counts={
                "rows": _rows(result),
                **asdict(result.known),
                "withheld_by_country": withheld_by_country(result.organizations),
            },
            outputs=written,
            background=background,
        )
        manifest.write_manifest(document, folder / "run.json")
        names = [path.name for path in sorted(folder.iterdir())]
    return replace(result, outputs=tuple(settings.out / name for name in names))


def _write_tables(result: Result, folder: Path) -> None:
    tables.write_csv(result.gaps, folder / "gaps.csv")
    tables.write_parquet(result.gaps, folder / "gaps.parquet")
    layers = {
        "gaps": result.gaps,
        "organizations": public_organizations(result.organizations),
        "countries": result.countries,
    }
    tables.write_geopackage(layers, folder / "gaps.gpkg")


def _draw(result: Result, settings: Settings, folder: Path) -> str:
    from hotspot_gaps.outputs.static_map import gap_map_figure, save_map

    figure, background = gap_map_figure(
        result.gaps,
        result.organizations,
        result.known,
        countries=result.countries,
        settings=settings,
    )
    save_map(figure, folder / "gap_map.png", folder / "gap_map.pdf")
    return background


def _inputs(settings: Settings) -> dict[str, list[dict[str, Any]]]:
    """Describe every file that the run rests on, table by table."""
    entries = {}
    for table, name in BUILTIN_FILES.items():
        path = getattr(settings, table, None)
        files = [builtin_path(name)] if path is None else manifest.parts(path)
        entries[table] = [manifest.file_entry(file, builtin=path is None) for file in files]
    return entries


def _rows(result: Result) -> dict[str, dict[str, int]]:
    """Count the rows of each table: read, placed, and shown."""
    hotspots, organizations = result.gaps, result.organizations
    return {
        "hotspots": {
            "read": len(hotspots),
            "placed": int(hotspots.geometry.notna().sum()),
            "in_question": int(hotspots["in_question"].sum()),
            "judged": int(hotspots["is_gap"].notna().sum()),
        },
        "organizations": {
            "read": len(organizations),
            "placed": int(organizations.geometry.notna().sum()),
            "supported": int(organizations["supported"].sum()),
            "shown": len(public_organizations(organizations)),
        },
    }


def _stated_hotspots(settings: Settings) -> int | None:
    """Return how many places the built-in list is said to have; unknown for a user's own list."""
    if settings.hotspots is not None:
        return None
    return int(read_builtin("hotspot_lists.csv")["stated_count"].iloc[0])
