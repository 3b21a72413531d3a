"""Pictures: every figure of a run, each drawn from the result and saved by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotspot_gaps.gaps.discretion import is_restricted
from hotspot_gaps.outputs.glyphs import make_all_drawable
from hotspot_gaps.outputs.source_words import said_of_layers, sources_note

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd
    from matplotlib.figure import Figure

    from hotspot_gaps.gaps.result import Result
    from hotspot_gaps.settings import Settings


def draw_gap_map(result: Result, settings: Settings, folder: Path) -> str:
    """Draw the gap map as PNG, PDF and on request SVG; return what its background is."""
    from hotspot_gaps.outputs.static_map import gap_map_figure, save_map

    figure, background = gap_map_figure(result, settings)
    svg = folder / "gap_map.svg" if settings.figures else None
    save_map(figure, folder / "gap_map.png", folder / "gap_map.pdf", svg)
    return background


def write_page(result: Result, settings: Settings, folder: Path) -> None:
    """Write the page with map, table and sliders in one file."""
    from hotspot_gaps.outputs.web_map import write_web_map

    write_web_map(folder / "gap_map.html", result, settings)


def write_the_brief(
    result: Result, settings: Settings, folder: Path, *, country: str | None = None
) -> None:
    """Set the brief, of all countries or of one."""
    from hotspot_gaps.outputs.brief import write_brief

    name = "brief.pdf" if country is None else f"brief_{country}.pdf"
    write_brief(folder / name, result, settings, country=country)


def draw_country(country: str, result: Result, settings: Settings, folder: Path) -> None:
    """Draw the page of one country."""
    from hotspot_gaps.outputs.country_map import country_map_figure
    from hotspot_gaps.outputs.static_map import save_page

    figure = country_map_figure(country, result, settings)
    save_page(figure, folder / f"gap_map_{country}.png", dpi=150)


def draw_robustness(result: Result, settings: Settings, folder: Path) -> None:
    """Draw what became of each town when one setting is changed."""
    from hotspot_gaps.outputs.robustness_figure import robustness_figure

    said = _sources(result, settings)
    figure = robustness_figure(result.scenarios, result.known, settings=settings, sources=said)
    save(figure, folder / "robustness.png")


def draw_certainty(result: Result, settings: Settings, folder: Path) -> None:
    """Draw how many gaps are certain, by how much support has no place."""
    from hotspot_gaps.outputs.certainty_figure import certainty_figure

    said = _sources(result, settings)
    figure = certainty_figure(
        result.outlook.certainty, result.known, settings=settings, sources=said
    )
    save(figure, folder / "certainty.png")


def draw_sites(result: Result, settings: Settings, folder: Path) -> None:
    """Draw where the next grants reach most."""
    from hotspot_gaps.outputs.siting_map import siting_figure

    figure = siting_figure(result, settings)
    save(figure, folder / "sites.png")


def draw_islands(result: Result, settings: Settings, folder: Path) -> None:
    """Draw how islands of organizations fall, and the links that would join them."""
    from hotspot_gaps.outputs.islands_figure import islands_figure

    figure = islands_figure(result.outlook.islands, sources=_sources(result, settings))
    save(figure, folder / "islands.png")


def draw_markets(result: Result, settings: Settings, folder: Path) -> None:
    """Draw which crime markets are answered by somebody in reach."""
    from hotspot_gaps.outputs.themes_figure import themes_figure

    figure = themes_figure(
        _ranked(result.outlook.markets, result),
        result.known,
        withheld=int(is_restricted(result.organizations).sum()),
        settings=settings,
        sources=_sources(result, settings),
    )
    save(figure, folder / "markets.png")


def draw_concentration(result: Result, settings: Settings, folder: Path) -> None:
    """Draw who has the organizations and the support, beside the people."""
    from hotspot_gaps.outputs.concentration_figure import concentration_figure

    said = _sources(result, settings)
    figure = concentration_figure(
        result.outlook.concentration, result.known, settings=settings, sources=said
    )
    save(figure, folder / "concentration.png")


def draw_borders(scenarios: pd.DataFrame, result: Result, settings: Settings, folder: Path) -> None:
    """Draw minutes with open, delayed and closed borders."""
    from hotspot_gaps.outputs.border_figure import border_figure

    said = said_of_layers(result)
    ranked = _ranked(scenarios, result)
    figure = border_figure(ranked, result.known, settings=settings, sources=said)
    save(figure, folder / "border_scenarios.png")


def draw_surface(name: str, result: Result, settings: Settings, folder: Path) -> None:
    """Draw the map of one surface."""
    from hotspot_gaps.outputs.surface_map import save_surface_map, surface_figure

    figure, _ = surface_figure(folder / f"{name}.tif", result, settings, kind=name)
    save_surface_map(figure, folder / f"{name}.png")


# Those that take longest stand last: they are begun first by the process that asks.
ANALYSES = {
    "certainty": draw_certainty,
    "islands": draw_islands,
    "concentration": draw_concentration,
    "markets": draw_markets,
    "robustness": draw_robustness,
    "sites": draw_sites,
}


def _ranked(table: pd.DataFrame, result: Result) -> pd.DataFrame:
    """Add the rank that a hotspot has among the gaps: of many, the first are drawn."""
    return table.assign(rank=table["hotspot_id"].map(result.gaps.set_index("hotspot_id")["rank"]))


def _sources(result: Result, settings: Settings) -> str:
    return f"{sources_note(settings)} {said_of_layers(result)}".strip()


def save(figure: Figure, png: Path) -> None:
    """Save a figure, every letter drawn or marked, without dates or versions in the file."""
    make_all_drawable(figure)
    # Level 1 takes two fifths of the time of level 6, for a tenth more bytes.
    figure.savefig(png, metadata={"Software": None}, pil_kwargs={"compress_level": 1})
