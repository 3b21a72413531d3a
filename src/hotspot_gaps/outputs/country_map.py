"""The gap map of one country: the country fills the frame, neighbours recede."""

from __future__ import annotations

import textwrap
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from hotspot_gaps.gaps.discretion import is_restricted
from hotspot_gaps.gaps.flags import flagged_rows
from hotspot_gaps.gaps.missing import what_is_known
from hotspot_gaps.outputs import map_frame, style
from hotspot_gaps.outputs import map_layers as layers
from hotspot_gaps.outputs import map_panels as panels
from hotspot_gaps.outputs.glyphs import make_all_drawable
from hotspot_gaps.outputs.map_locator import draw_locator
from hotspot_gaps.outputs.phrases import starred
from hotspot_gaps.outputs.source_words import said_of_layers, sources_note
from hotspot_gaps.outputs.static_map import (
    DPI,
    HEIGHT_IN,
    WIDTH_IN,
    draw_head,
    draw_notes,
    drawn_points,
    panel,
)
from hotspot_gaps.outputs.words import (
    APART,
    headline,
    not_known,
    rule_line,
    subline,
)

if TYPE_CHECKING:
    import geopandas as gpd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from hotspot_gaps.gaps.missing import Known
    from hotspot_gaps.gaps.result import Result
    from hotspot_gaps.settings import Settings

FAINTER = 0.35  # opacity of hotspots across the border
ABROAD = (
    "Fainter: hotspots of other countries. Ranks are among the gaps of all countries.\n"
    "Organizations are counted as drawn, on both sides of the border."
)
SPARE_ROWS = 4  # for the names of other hotspots
OTHERS_LETTERS, LINE_SHARE = 88, 0.05  # of a line of small type, of the height of the list
PROGRAMME_COLUMNS = ["programme", "from", "to", "stated_count", "note"]


def countries_with_hotspots(gaps: gpd.GeoDataFrame) -> list[str]:
    """Return the codes of countries in which a hotspot has a place, sorted."""
    return sorted(gaps.loc[gaps.geometry.notna(), "country"].dropna().unique())


def country_map_figure(country: str, result: Result, settings: Settings) -> Figure:
    """Draw the page of one country, in the look of the gap map.

    Parameters
    ----------
    country
        Its code, one of `countries_with_hotspots`.
    result
        As `judge` returns it: support across the border counts, and is drawn where the frame shows
        it. Restricted organizations are never drawn.
    settings
        Those of the judgement.

    Returns
    -------
    matplotlib.figure.Figure
        Save it with `save_page` of `static_map`.
    """
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    known, organizations, countries = result.known, result.organizations, result.countries
    here = result.gaps[result.gaps["country"].eq(country)]
    local = _known_here(here, organizations[organizations["country"].eq(country)], known, settings)
    with rc_context({"text.parse_math": False, "pdf.fonttype": 42}):
        figure = Figure(figsize=(WIDTH_IN, HEIGHT_IN), dpi=DPI, facecolor=style.PAPER)
        ax = figure.add_axes((0.012, 0.072, 0.525, 0.812), anchor="NW")
        said, crs = _draw_map(ax, country, result, settings)
        title = f"{country_name(country, countries)}: {headline(local, settings)}"
        draw_head(figure, title, subline(known, settings), rule_line(settings))
        drawn = drawn_points(ax, organizations, crs)
        # The circle is seen where the town in its middle is not.
        note = ABROAD
        if known.supported_placed > known.supported_restricted:
            note += f"\nDashed: {settings.radius_km:.10g} km around documented support."
        panels.draw_legend(panel(figure, 0.628, 0.256), local, drawn, settings, note=note)
        listed = panel(figure, 0.282, 0.338)
        low = panels.draw_list(listed, here, organizations, settings, spare=SPARE_ROWS)
        _draw_others(listed, low, here, settings)
        told = not_known(known, settings)
        panels.draw_box(panel(figure, 0.072, 0.2), "What is not known, in all countries", told)
        draw_notes(figure, f"{sources_note(settings, said)} {said_of_layers(result)}", countries)
        make_all_drawable(figure)
    return figure


def _draw_map(ax: Axes, country: str, result: Result, settings: Settings) -> tuple[str, Any]:
    """Draw every layer; return what the background is, in words, and the projection."""
    gaps, countries = result.gaps, result.countries
    public = result.organizations[~is_restricted(result.organizations)]
    mine = gaps["country"].eq(country)
    here, own = gaps[mine], countries["country"].eq(country)
    crs = map_frame.map_crs(here, countries[own] if own.any() else countries)
    # Support abroad must not draw the frame over half a continent.
    map_frame.frame_map(ax, countries, here, None, crs, fill=True)
    said = layers.draw_background(ax, crs, settings.basemap)
    shown = map_frame.seen(countries, ax, crs)
    layers.draw_countries(ax, shown, own[shown.index], crs)
    rings = layers.draw_organizations(ax, public, crs, settings)
    layers.draw_hotspots(ax, gaps[~mine], crs, fainter=FAINTER)
    layers.draw_hotspots(ax, here, crs)
    inside = _inside(ax, public, crs)
    occupied = layers.draw_labels(ax, here, inside, crs, also=gaps.geometry[~mine])
    subject = [*shown.geometry[own[shown.index]], *rings]
    small = draw_locator(ax, countries, own, crs, keep_off=occupied, shapes=subject)
    occupied = np.concatenate([occupied, small])
    layers.name_countries(ax, shown, own[shown.index], occupied, crs)
    map_frame.draw_scale_bar(ax, crs)
    return said, crs


def _draw_others(ax: Axes, top: float, here: gpd.GeoDataFrame, settings: Settings) -> None:
    """Name the hotspots of the country that are not in the list of gaps, below it."""
    flagged, placed = flagged_rows(here), here.geometry.notna()
    asked, judged = here["in_question"] & placed & ~flagged, here["gap_type"].ne("unknown")
    groups = (
        ("No gap", asked & judged),
        ("Not judged", asked & ~judged),
        (APART[settings.evidence].capitalize(), ~here["in_question"] & placed),
        ("Cannot be placed on a map", ~placed),
    )
    lines = []
    for heading, rows in groups:
        names = ", ".join(sorted(here["name"][rows]))
        if names:
            lines += textwrap.wrap(f"{heading}: {names}.", OTHERS_LETTERS)
    room = max(int((top - 0.03) / LINE_SHARE), 0)
    if len(lines) > room:
        lines = [*lines[: max(room - 1, 0)], "and more, in gaps.csv"][:room]
    look = style.text_look(style.TEXTS["small"])
    ax.text(0, top - 0.03, "\n".join(lines), va="top", linespacing=1.5, **look)


def country_name(country: str, countries: gpd.GeoDataFrame) -> str:
    """Return the name of a country as the boundaries have it; Kosovo with the star of the note."""
    names = countries.loc[countries["country"].eq(country), "name"]
    name = str(names.iloc[0]) if len(names) else country
    return starred(country, name)


def _known_here(
    here: gpd.GeoDataFrame, organizations: gpd.GeoDataFrame, known: Known, settings: Settings
) -> Known:
    """Count the country's hotspots and towns; support is that of all, as it counts across borders.

    How many organizations are stated is known of a programme, not of a country. How many are known
    in one country, less those that are shown, would be how many are withheld there.
    """
    none = pd.DataFrame(columns=PROGRAMME_COLUMNS)
    local = what_is_known(here, organizations, none, settings=settings)
    whole = (
        "supported_known", "supported_placed", "supported_restricted", "supported_stated",
        "supported_missing", "stated_note", "probable", "probable_placed", "towns_with_others",
        "organizations_known", "organizations_placed", "organizations_restricted",
    )  # fmt: skip
    return replace(local, **{name: getattr(known, name) for name in whole})


def _inside(ax: Axes, public: gpd.GeoDataFrame, crs: Any) -> gpd.GeoDataFrame:
    """Return the organizations that the frame shows, so that no label stands for one outside."""
    (west, east), (south, north) = ax.get_xlim(), ax.get_ylim()
    placed = public[public.geometry.notna()].to_crs(crs)
    return public.loc[placed.cx[west:east, south:north].index]
