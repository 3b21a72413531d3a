"""Pictures: every figure of a run, each drawn from the result and saved by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotspot_gaps.gaps.discretion import is_restricted
from hotspot_gaps.outputs import words
from hotspot_gaps.outputs.glyphs import make_all_drawable

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd
    from matplotlib.figure import Figure

    from hotspot_gaps.gaps.result import Result
    from hotspot_gaps.settings import Settings


def draw_gap_map(result: Result, settings: Settings, folder: Path) -> str:
    """Draw the gap map as PNG, PDF and on request SVG; return what its background is."""
    from hotspot_gaps.outputs.static_map import gap_map_figure, save_map

    figure, background = gap_map_figure(
        result.gaps,
        result.organizations,
        result.known,
        countries=result.countries,
        settings=settings,
        sources=f"{said_of_layers(result)} {words.minutes_rule(result.gaps, settings)}".strip(),
    )
    svg = folder / "gap_map.svg" if settings.figures else None
    save_map(figure, folder / "gap_map.png", folder / "gap_map.pdf", svg)
    return background


def write_page(result: Result, settings: Settings, folder: Path) -> None:
    """Write the page with map, table and sliders in one file."""
    from hotspot_gaps.outputs.web_map import write_web_map

    told = result.known.gaps_certain is not None
    layers = said_of_layers(result, drawn=False)
    write_web_map(
        folder / "gap_map.html",
        result.gaps,
        result.organizations,
        result.known,
        countries=result.countries,
        settings=settings,
        scenarios=result.scenarios,
        certainty=result.outlook.certainty if told else None,
        stand_ins=result.stand_ins,
        sources=f"{layers} {words.minutes_rule(result.gaps, settings)}".strip(),
    )


def write_the_brief(
    result: Result, settings: Settings, folder: Path, *, country: str | None = None
) -> None:
    """Set the brief, of all countries or of one."""
    from hotspot_gaps.outputs.brief import write_brief

    write_brief(
        folder / ("brief.pdf" if country is None else f"brief_{country}.pdf"),
        result.gaps,
        result.organizations,
        result.known,
        result.outlook.certainty,
        countries=result.countries,
        settings=settings,
        notes=result.notes,
        sources=said_of_layers(result, drawn=False),
        country=country,
    )


def draw_country(country: str, result: Result, settings: Settings, folder: Path) -> None:
    """Draw the page of one country."""
    from hotspot_gaps.outputs.country_map import country_map_figure
    from hotspot_gaps.outputs.static_map import save_page

    figure = country_map_figure(
        country,
        result.gaps,
        result.organizations,
        result.known,
        countries=result.countries,
        settings=settings,
        sources=said_of_layers(result),
    )
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

    figure = siting_figure(
        result.outlook.sites,
        result.gaps,
        result.organizations,
        result.known,
        candidates=result.outlook.candidates,
        countries=result.countries,
        settings=settings,
        sources=said_of_layers(result),
    )
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
    from hotspot_gaps.outputs.surface_files import draw_surfaces

    draw_surfaces(
        {name: folder / f"{name}.tif"}, result.known, result.gaps, result.organizations,
        countries=result.countries, settings=settings, sources=said_of_layers(result),
    )  # fmt: skip


# Those that take longest stand last: they are begun first by the process that asks.
ANALYSES = {
    "certainty": draw_certainty,
    "islands": draw_islands,
    "concentration": draw_concentration,
    "markets": draw_markets,
    "robustness": draw_robustness,
    "sites": draw_sites,
}


def said_of_layers(result: Result, *, drawn: bool = True) -> str:
    """Return what must be said of the larger layers that were used; nothing where there are none.

    Districts are counted in `people_by_district.csv` and drawn nowhere: maps do not name them.
    """
    heads = {"roads": "Roads", "population": "People"}
    if not drawn:
        heads["districts"] = "Districts"
    told = result.layers.attributions
    return " ".join(f"{head}: {told[layer]}." for layer, head in heads.items() if layer in told)


def _ranked(table: pd.DataFrame, result: Result) -> pd.DataFrame:
    """Add the rank that a hotspot has among the gaps: of many, the first are drawn."""
    return table.assign(rank=table["hotspot_id"].map(result.gaps.set_index("hotspot_id")["rank"]))


def _sources(result: Result, settings: Settings) -> str:
    return f"{words.sources_note(settings)} {said_of_layers(result)}".strip()


def save(figure: Figure, png: Path) -> None:
    """Save a figure, every letter drawn or marked, without dates or versions in the file."""
    make_all_drawable(figure)
    # Level 1 takes two fifths of the time of level 6, for a tenth more bytes.
    figure.savefig(png, metadata={"Software": None}, pil_kwargs={"compress_level": 1})
