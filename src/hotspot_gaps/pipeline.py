"""The whole story on one screen: read, judge, show. The only file that knows all the rooms."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from hotspot_gaps.gaps.discretion import is_restricted
from hotspot_gaps.gaps.flags import find_gaps
from hotspot_gaps.gaps.missing import what_is_known
from hotspot_gaps.gaps.outlook import outlook, with_outlook
from hotspot_gaps.gaps.result import Result
from hotspot_gaps.gaps.robustness import robustness, with_robustness
from hotspot_gaps.outputs import manifest, pictures, tables
from hotspot_gaps.outputs.analyses import analysis_layers, analysis_records, analysis_tables
from hotspot_gaps.outputs.drawing import drawing
from hotspot_gaps.outputs.folder import written_together
from hotspot_gaps.outputs.privacy import public_organizations, withheld_by_country
from hotspot_gaps.outputs.robustness_figure import title_of
from hotspot_gaps.outputs.surface_classes import KINDS
from hotspot_gaps.settings import Settings
from hotspot_gaps.sources.boundaries import load_boundaries, load_places
from hotspot_gaps.sources.builtin import read_builtin
from hotspot_gaps.sources.hotspots import load_hotspots
from hotspot_gaps.sources.larger_layers import LargerLayers, larger_layers
from hotspot_gaps.sources.organizations import load_organizations_by_date
from hotspot_gaps.sources.theme_table import load_themes

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import geopandas as gpd
    import pandas as pd

    from hotspot_gaps.access.road_network import RoadNetwork
    from hotspot_gaps.sources.roads import RoadReport

PICTURES = tuple(pictures.ANALYSES)
TABLES = ("robustness", "scenarios", "certainty", "sites", "islands", "links", "markets",
          "concentration")  # fmt: skip
OUTPUTS = {
    "gaps.csv", "gaps.gpkg", "gaps.parquet", "gap_map.png", "gap_map.pdf", "run.json",
    *(f"{name}.csv" for name in TABLES), *(f"{name}.png" for name in PICTURES),
    "border_scenarios.csv", "border_scenarios.png", "people_by_district.csv",
    *(f"{kind}.{ending}" for kind in KINDS for ending in ("tif", "png")),
}  # fmt: skip


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
    from hotspot_gaps.outputs.words import further_notes, headline, layer_notes

    layers = larger_layers(settings)
    countries = load_boundaries(settings.boundaries)
    places = load_places(settings.places)
    hotspots = load_hotspots(
        settings.hotspots, places=places, boundaries=countries, smaller_below=settings.smaller_below
    )
    by_date = load_organizations_by_date(
        settings.organizations,
        supports=settings.supports,
        as_of=settings.as_of,
        places=places,
        boundaries=countries,
    )
    organizations = by_date[settings.as_of]
    gaps = _find_gaps(hotspots, organizations, settings, scheduler)
    network, roads = _network(layers, countries, settings)
    gaps = _with_layers(gaps, organizations, network, layers, settings)
    scenarios = robustness(hotspots, by_date, settings=settings, network=network)
    gaps = with_robustness(gaps, scenarios)
    programmes, stated = read_builtin("programmes.csv"), _stated_hotspots(settings)
    found = outlook(
        gaps,
        organizations,
        places=places,
        programmes=programmes,
        themes=load_themes(settings.themes),
        settings=settings,
        hotspots_stated=stated,
    )
    gaps = with_outlook(gaps, found)
    known = replace(
        what_is_known(gaps, organizations, programmes, settings=settings, hotspots_stated=stated),
        gaps_certain=found.certainty.certain,
    )
    notes = layer_notes(
        gaps,
        known,
        settings,
        robust=title_of(scenarios),
        further=further_notes(found),
        roads=f"Roads: {roads.line()}" if roads else "",
        people=bool(layers.population),
    )
    said = headline(known, settings)
    return Result(
        gaps, organizations, countries, known, said, scenarios, found, layers, network, roads, notes
    )


def _with_layers(
    gaps: gpd.GeoDataFrame,
    organizations: gpd.GeoDataFrame,
    network: RoadNetwork | None,
    layers: LargerLayers,
    settings: Settings,
) -> gpd.GeoDataFrame:
    """Fill in minutes and people, where there are roads and a raster."""
    if network is not None:
        from hotspot_gaps.gaps.by_road import with_roads

        gaps = with_roads(gaps, organizations, network, settings=settings)
    if layers.population:
        from hotspot_gaps.gaps.by_people import with_people

        gaps = with_people(gaps, layers.population, settings=settings)
    return gaps


def _network(
    layers: LargerLayers, countries: gpd.GeoDataFrame, settings: Settings
) -> tuple[RoadNetwork | None, RoadReport | None]:
    """Read the roads, if there are any, and say what they are made of."""
    if layers.roads is None:
        return None, None
    from hotspot_gaps.access.road_network import road_network
    from hotspot_gaps.sources.districts import load_checkpoints
    from hotspot_gaps.sources.roads import load_roads, report_roads

    posts, roads = layers.checkpoints, load_roads(layers.roads)
    network = road_network(
        roads,
        boundaries=countries,
        checkpoints=None if posts is None else load_checkpoints(posts),
        travel=settings.travel,
    )
    return network, report_roads(roads)


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
    ['certainty.csv', 'certainty.png', 'concentration.csv', ...]
    """
    settings = settings or Settings()
    progress("reading and judging")
    with drawing() as shown:
        result = judge(settings, scheduler=scheduler)
        with written_together(settings.out, OUTPUTS) as folder:
            progress("drawing pictures")
            drawn = replace(result, network=None)
            shown.draw(pictures.draw_gap_map, drawn, settings, folder)
            for picture in pictures.ANALYSES.values():
                shown.draw(picture, drawn, settings, folder)
            progress("writing tables")
            _write_tables(result, folder)
            progress("measuring surfaces")
            for name in _write_surfaces(result, settings, folder):
                shown.draw(pictures.draw_surface, name, drawn, settings, folder)
            if result.network is not None:
                progress("asking what borders cost")
                scenarios = _write_borders(result, result.network, settings, folder)
                shown.draw(pictures.draw_borders, scenarios, drawn, settings, folder)
            if result.layers.population:
                progress("counting people")
                _write_people(result, settings, folder)
            background, *_ = shown.finish()
            _write_manifest(result, settings, folder, background)
            names = [path.name for path in sorted(folder.iterdir())]
    return replace(result, outputs=tuple(settings.out / name for name in names))


def _write_tables(result: Result, folder: Path) -> None:
    tables.write_csv(result.gaps, folder / "gaps.csv")
    tables.write_parquet(result.gaps, folder / "gaps.parquet")
    for name, table in analysis_tables(result.scenarios, result.outlook).items():
        tables.write_csv(table, folder / f"{name}.csv")
    layers = {
        "gaps": result.gaps,
        "organizations": public_organizations(result.organizations),
        "countries": result.countries,
        **analysis_layers(result.outlook),
    }
    tables.write_geopackage(layers, folder / "gaps.gpkg")


def _write_surfaces(result: Result, settings: Settings, folder: Path) -> list[str]:
    """Write the surfaces, with roads also of minutes; return the names of those with a map."""
    from hotspot_gaps.outputs.surface_files import write_surfaces

    surfaces = write_surfaces(
        folder,
        result.gaps,
        result.organizations,
        countries=result.countries,
        settings=settings,
        network=result.network,
        sources=pictures.said_of_roads(result),
    )
    return list(surfaces) if result.network is not None else []


def _write_borders(
    result: Result, network: RoadNetwork, settings: Settings, folder: Path
) -> pd.DataFrame:
    """Write minutes with open, delayed and closed borders, and return them."""
    from hotspot_gaps.gaps.by_road import border_scenarios

    scenarios = border_scenarios(result.gaps, result.organizations, network, settings=settings)
    tables.write_csv(scenarios, folder / "border_scenarios.csv")
    return scenarios


def _write_people(result: Result, settings: Settings, folder: Path) -> None:
    """Write how many people live far from support, by country and district."""
    from hotspot_gaps.gaps.by_people import people_far_from_support
    from hotspot_gaps.sources.districts import areas_by_level, load_districts

    areas = areas_by_level(
        result.countries, load_districts(result.layers.districts), result.gaps["country"]
    )
    people = people_far_from_support(
        areas,
        result.organizations,
        result.layers.population,
        totals=read_builtin("country_totals.csv"),
        settings=settings,
    )
    tables.write_csv(people, folder / "people_by_district.csv")


def _write_manifest(result: Result, settings: Settings, folder: Path, background: str) -> None:
    counts = {
        "rows": manifest.row_counts(result.gaps, result.organizations),
        **asdict(result.known),
        **({"roads": asdict(result.roads)} if result.roads else {}),
        "withheld_by_country": withheld_by_country(result.organizations),
    }
    document = manifest.build_manifest(
        settings,
        inputs=manifest.input_entries(
            settings,
            result.layers.files(),
            secret=bool(is_restricted(result.organizations).any()),
        ),
        counts=counts,
        findings=analysis_records(result.scenarios, result.outlook),
        outputs=sorted(folder.iterdir()),
        background=background,
        attributions=result.layers.attributions,
    )
    manifest.write_manifest(document, folder / "run.json")


def _stated_hotspots(settings: Settings) -> int | None:
    """Return how many places the built-in list is said to have; unknown for a user's own list."""
    if settings.hotspots is not None:
        return None
    return int(read_builtin("hotspot_lists.csv")["stated_count"].iloc[0])
