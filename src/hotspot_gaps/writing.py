"""Writing: every output of a run, all of them together or none."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from hotspot_gaps.errors import OutputError
from hotspot_gaps.gaps.discretion import is_restricted
from hotspot_gaps.outputs import manifest, pictures, tables
from hotspot_gaps.outputs.analyses import analysis_layers, analysis_records, analysis_tables
from hotspot_gaps.outputs.data_package import write_data_package
from hotspot_gaps.outputs.folder import written_together
from hotspot_gaps.outputs.hashtags import add_tag_row
from hotspot_gaps.outputs.privacy import public_organizations
from hotspot_gaps.outputs.surface_classes import KINDS
from hotspot_gaps.sources.builtin import read_builtin
from hotspot_gaps.sources.countries import to_country

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import geopandas as gpd
    import pandas as pd

    from hotspot_gaps.access.road_network import RoadNetwork
    from hotspot_gaps.gaps.proposal import Proposal
    from hotspot_gaps.gaps.result import Result
    from hotspot_gaps.outputs.drawing import Pictures
    from hotspot_gaps.settings import Settings

PICTURES = tuple(pictures.ANALYSES)
TABLES = ("robustness", "scenarios", "certainty", "sites", "islands", "links", "markets",
          "concentration")  # fmt: skip
OUTPUTS = {
    "gaps.csv", "gaps.gpkg", "gaps.parquet", "gaps.xlsx", "gap_map.png", "gap_map.pdf",
    "gap_map.svg", "gap_map.html", "brief.pdf", "datapackage.json", "run.json",
    *(f"{name}.csv" for name in TABLES), *(f"{name}.png" for name in PICTURES),
    "border_scenarios.csv", "border_scenarios.png", "people_by_district.csv",
    *(f"{kind}.{ending}" for kind in KINDS for ending in ("tif", "png")),
}  # fmt: skip


def write_outputs(
    result: Result, settings: Settings, shown: Pictures, progress: Callable[[str], None]
) -> Result:
    """Write tables, pictures, surfaces and the manifest into the output folder.

    Parameters
    ----------
    result
        As `judge` returns it.
    settings
        Those of the run.
    shown
        Who draws.
    progress
        Called with a short line before each step.

    Returns
    -------
    Result
        With the paths of the files written.

    Raises
    ------
    OutputError
        The outputs cannot be written; earlier ones are untouched.
    """
    pages = {f"gap_map_{country}.png" for country in result.countries["country"]}
    with written_together(settings.out, OUTPUTS | pages) as folder:
        progress("drawing pictures")
        drawn = replace(result, network=None)
        shown.draw(pictures.draw_gap_map, drawn, settings, folder)
        shown.draw(pictures.write_the_brief, drawn, settings, folder)
        shown.draw(pictures.write_page, drawn, settings, folder)
        if settings.figures:
            _draw_figures(drawn, settings, folder, shown)
        progress("writing tables")
        _write_tables(result, settings, folder)
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
        write_data_package(folder, settings, result.layers.attributions, tag_row=settings.hxl)
        _write_manifest(result, settings, folder, background)
        names = [path.name for path in sorted(folder.iterdir())]
    return replace(result, outputs=tuple(settings.out / name for name in names))


def write_proposal(
    proposal: Proposal,
    candidates: gpd.GeoDataFrame,
    result: Result,
    settings: Settings,
    out: Path,
    *,
    drawn: bool = True,
) -> None:
    """Write a proposal of its own as a table and, if it is to be drawn, as a map.

    Parameters
    ----------
    proposal, candidates
        As `propose_sites` returns it, and what it was given.
    result
        As `judge` returns it.
    settings
        Those of the judgement.
    out
        Folder for `sites.csv` and `sites.png`.
    drawn
        Whether there is a map; circles of a radius say nothing of ways by road.

    Raises
    ------
    OutputError
        The outputs cannot be written, or a run lies in the folder; earlier ones are untouched.
    """
    _no_run(out)
    mine = replace(result.outlook, sites=proposal, candidates=candidates)
    with written_together(out, {"sites.csv", "sites.png"}) as folder:
        tables.write_csv(proposal.sites, folder / "sites.csv")
        if drawn:
            pictures.draw_sites(replace(result, outlook=mine), settings, folder)


def write_country_brief(result: Result, settings: Settings, country: str, out: Path) -> Path:
    """Write the brief of one country, and return its path.

    Parameters
    ----------
    result
        As `judge` returns it.
    settings
        Those of the judgement.
    country
        Code or name of a country that has hotspots.
    out
        Folder for `brief_XX.pdf`.

    Returns
    -------
    pathlib.Path

    Raises
    ------
    SettingsError
        No hotspot is in that country.
    OutputError
        The brief cannot be written, or a run lies in the folder; an earlier one is untouched.
    """
    _no_run(out)
    code = to_country(country) or country
    name = f"brief_{code}.pdf"
    with written_together(out, {name}) as folder:
        pictures.write_the_brief(result, settings, folder, country=code)
    return out / name


def _no_run(out: Path) -> None:
    """Refuse a folder of a run: what is written beside it would be taken for a part of it."""
    if (out / "run.json").exists():
        raise OutputError(f"{out.name}: a run lies here, which stays as it is; name another --out.")


def _draw_figures(result: Result, settings: Settings, folder: Path, shown: Pictures) -> None:
    """Have the analyses drawn, and a page of each country."""
    from hotspot_gaps.outputs.country_map import countries_with_hotspots

    for picture in pictures.ANALYSES.values():
        shown.draw(picture, result, settings, folder)
    for country in countries_with_hotspots(result.gaps):
        if country in set(result.countries["country"]):
            shown.draw(pictures.draw_country, country, result, settings, folder)


def _write_tables(result: Result, settings: Settings, folder: Path) -> None:
    from hotspot_gaps.outputs.workbook import write_workbook

    tables.write_csv(result.gaps, folder / "gaps.csv")
    if settings.hxl:
        add_tag_row(folder / "gaps.csv")
    tables.write_parquet(result.gaps, folder / "gaps.parquet")
    for name, table in analysis_tables(result.scenarios, result.outlook).items():
        tables.write_csv(table, folder / f"{name}.csv")
    write_workbook(folder / "gaps.xlsx", result, settings)
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

    if not result.countries["country"].isin(result.gaps["country"]).any():
        return []  # no land to lay a grid over; `judge` has said so
    surfaces = write_surfaces(folder, result, settings)
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
    }
    document = manifest.build_manifest(
        settings,
        inputs=manifest.input_entries(
            settings,
            result.layers.files(),
            secret=bool(is_restricted(result.organizations).any()),
        ),
        counts=counts,
        withheld=result.withheld,
        findings=analysis_records(result.scenarios, result.outlook),
        outputs=sorted(folder.iterdir()),
        background=background,
        attributions=result.layers.attributions,
    )
    manifest.write_manifest(document, folder / "run.json")
