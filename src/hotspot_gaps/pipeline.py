"""The whole story on one screen: read, judge, show. The only file that knows all the rooms."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from hotspot_gaps.gaps.discretion import is_restricted
from hotspot_gaps.gaps.flags import find_gaps
from hotspot_gaps.gaps.missing import Known, what_is_known
from hotspot_gaps.gaps.robustness import Robustness, robustness, sure_gaps, with_robustness
from hotspot_gaps.outputs import manifest, tables
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

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import geopandas as gpd

    from hotspot_gaps.access.road_network import RoadNetwork
    from hotspot_gaps.sources.roads import RoadReport

OUTPUTS = {
    "gaps.csv", "gaps.gpkg", "gaps.parquet", "gap_map.png", "gap_map.pdf", "run.json",
    "border_scenarios.csv", "border_scenarios.png", "people_by_district.csv",
    *(f"{kind}.{ending}" for kind in KINDS for ending in ("tif", "png")),
}  # fmt: skip


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
    scenarios
        The answers over every combination of settings.
    layers
        Where the larger layers are.
    network, roads
        The roads and what they are made of; None where there are none.
    notes
        How sure that is, what the road adds, and what was not measured, a line each.
    outputs
        Paths of the files written; empty when nothing was written.
    """

    gaps: gpd.GeoDataFrame
    organizations: gpd.GeoDataFrame
    countries: gpd.GeoDataFrame
    known: Known
    headline: str
    scenarios: Robustness
    layers: LargerLayers
    network: RoadNetwork | None
    roads: RoadReport | None
    notes: tuple[str, ...]
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
    from hotspot_gaps.outputs.words import headline, layer_notes

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
    known = what_is_known(
        gaps,
        organizations,
        read_builtin("programmes.csv"),
        settings=settings,
        hotspots_stated=_stated_hotspots(settings),
    )
    notes = layer_notes(
        gaps,
        known,
        settings,
        robust=title_of(scenarios),
        roads=f"Roads: {roads.line()}" if roads else "",
        people=bool(layers.population),
    )
    said = headline(known, settings)
    return Result(
        gaps, organizations, countries, known, said, scenarios, layers, network, roads, notes
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
    ['distance_to_supported.tif', 'gap_map.pdf', 'gap_map.png', 'gaps.csv', 'gaps.gpkg', ...]
    """
    settings = settings or Settings()
    progress("reading and judging")
    result = judge(settings, scheduler=scheduler)
    with written_together(settings.out, OUTPUTS) as folder:
        progress("writing tables")
        _write_tables(result, folder)
        progress("drawing the map")
        background = _draw(result, settings, folder)
        progress("measuring surfaces")
        _write_surfaces(result, settings, folder)
        if result.network is not None:
            progress("asking what borders cost")
            _write_borders(result, result.network, settings, folder)
        if result.layers.population:
            progress("counting people")
            _write_people(result, settings, folder)
        _write_manifest(result, settings, folder, background)
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
    from hotspot_gaps.outputs import words
    from hotspot_gaps.outputs.static_map import gap_map_figure, save_map

    figure, background = gap_map_figure(
        result.gaps,
        result.organizations,
        result.known,
        countries=result.countries,
        settings=settings,
        sources=f"{_said_of_roads(result)} {words.minutes_rule(result.gaps, settings)}".strip(),
    )
    save_map(figure, folder / "gap_map.png", folder / "gap_map.pdf")
    return background


def _write_surfaces(result: Result, settings: Settings, folder: Path) -> None:
    """Write the surfaces; with roads also of minutes, and a map of each."""
    from hotspot_gaps.outputs.surface_files import draw_surfaces, write_surfaces

    said = _said_of_roads(result)
    shown: dict[str, Any] = {"countries": result.countries, "settings": settings, "sources": said}
    surfaces = write_surfaces(
        folder, result.gaps, result.organizations, network=result.network, **shown
    )
    if result.network is not None:
        draw_surfaces(surfaces, result.known, result.gaps, result.organizations, **shown)


def _said_of_roads(result: Result) -> str:
    roads = result.layers.attributions.get("roads")
    return f"Roads: {roads}." if roads else ""


def _write_borders(result: Result, network: RoadNetwork, settings: Settings, folder: Path) -> None:
    """Write minutes with open, delayed and closed borders, as a table and a figure."""
    from hotspot_gaps.gaps.by_road import border_scenarios
    from hotspot_gaps.outputs.border_figure import border_figure

    scenarios = border_scenarios(result.gaps, result.organizations, network, settings=settings)
    tables.write_csv(scenarios, folder / "border_scenarios.csv")
    said = _said_of_roads(result)
    figure = border_figure(scenarios, result.known, settings=settings, sources=said)
    figure.savefig(folder / "border_scenarios.png", metadata={"Software": None})


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
        "scenarios": len(result.scenarios.scenarios),
        "gaps_in_every_scenario": sure_gaps(result.scenarios),
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
