"""The gap map on one page: the finding, the map, the list, and what is not known."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

import numpy as np

from hotspot_gaps.access.frames import need_columns, points_of
from hotspot_gaps.gaps.discretion import is_restricted
from hotspot_gaps.gaps.own_frames import as_organizations
from hotspot_gaps.outputs import map_frame, style
from hotspot_gaps.outputs import map_layers as layers
from hotspot_gaps.outputs import map_panels as panels
from hotspot_gaps.outputs.glyphs import make_all_drawable
from hotspot_gaps.outputs.map_locator import draw_locator
from hotspot_gaps.outputs.road_words import minutes_rule
from hotspot_gaps.outputs.source_words import said_of_layers, sources_note
from hotspot_gaps.outputs.words import KOSOVO_NOTE, headline, rule_line, subline
from hotspot_gaps.settings import Settings
from hotspot_gaps.sources.boundaries import load_boundaries

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from hotspot_gaps.gaps.result import Result

WIDTH_IN, HEIGHT_IN, DPI = 12.8, 10.0, 200
WARNING_CHARS, TWO_LINES_PT = 175, 8.5
# Of the relief in PDF and SVG: about what its cells of 30 seconds are on the page.
VECTOR_DPI = 110


def plot_gap_map(
    gaps: gpd.GeoDataFrame,
    *,
    organizations: gpd.GeoDataFrame | None = None,
    countries: gpd.GeoDataFrame | None = None,
    settings: Settings | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the map of gaps, without page furniture, on one pair of axes.

    Parameters
    ----------
    gaps
        As `find_gaps` returns it.
    organizations
        As `find_gaps` takes them; restricted ones are never drawn. None drawn when not given.
    countries
        Polygons with `country` and `name`; the built-in ones when not given.
    settings
        Radius and background; the defaults when not given.
    ax
        Axes to draw on; new ones when not given.

    Returns
    -------
    matplotlib.axes.Axes
        With the projection's coordinates (UTM zone of the centre of the gaps).

    Raises
    ------
    CRSError
        A frame has no coordinate reference system, or coordinates outside its range.
    InputError
        A column is missing or cannot be read, or a geometry is not a point.

    Examples
    --------
    >>> import matplotlib; matplotlib.use("Agg")
    >>> import hotspot_gaps as hg
    >>> gaps = hg.find_gaps(hg.load_hotspots(), hg.load_organizations())
    >>> ax = hg.plot_gap_map(gaps)
    """
    import matplotlib.pyplot as plt

    settings = settings or Settings()
    countries = load_boundaries() if countries is None else countries
    points_of(gaps, "gaps")
    need_columns(gaps, "gaps", ["hotspot_id", "name", "country", "kind", "is_gap", "in_question"])
    need_columns(countries, "countries", ["country", "name"])
    if organizations is not None:
        organizations = as_organizations(organizations)
    with plt.rc_context({"text.parse_math": False}):
        if ax is None:
            _, ax = plt.subplots(figsize=(8, 9))
        draw_map(ax, gaps, organizations, countries, settings)
        if countries["country"].eq("XK").any():
            note = "\n".join(textwrap.wrap(KOSOVO_NOTE, 110))
            ax.annotate(
                note, (0, 0), xytext=(0, -4), xycoords="axes fraction",
                textcoords="offset points", va="top", fontsize=6, color=style.MUTED,
            )  # fmt: skip
    return ax


def draw_map(
    ax: Axes,
    gaps: gpd.GeoDataFrame,
    organizations: gpd.GeoDataFrame | None,
    countries: gpd.GeoDataFrame,
    settings: Settings,
) -> tuple[str, Any]:
    """Draw every layer of the map; return what the background is, in words, and the projection."""
    public = None
    if organizations is not None:
        public = organizations[~is_restricted(organizations)]
    crs = map_frame.map_crs(gaps, countries)
    map_frame.frame_map(ax, countries, gaps, public, crs)
    said = layers.draw_background(ax, crs, settings.basemap)
    every, all_own = countries, countries["country"].isin(gaps["country"].unique())
    countries = map_frame.seen(countries, ax, crs)
    own = all_own[countries.index]
    layers.draw_countries(ax, countries, own, crs)
    rings = []
    if public is not None:
        rings = layers.draw_organizations(ax, public, crs, settings)
    layers.draw_hotspots(ax, gaps, crs)
    occupied = layers.draw_labels(ax, gaps, public, crs)
    small = draw_locator(
        ax, every, all_own, crs, keep_off=occupied, shapes=[*countries.geometry[own], *rings]
    )
    occupied = np.concatenate([occupied, small])
    layers.name_countries(ax, countries, own, occupied, crs)
    map_frame.draw_scale_bar(ax, crs)
    return said, crs


def gap_map_figure(result: Result, settings: Settings) -> tuple[Figure, str]:
    """Draw the whole page.

    Parameters
    ----------
    result
        As `judge` returns it; title and box are written from its counts.
    settings
        Those of the judgement.

    Returns
    -------
    tuple
        The figure, and what the background is, in words.
    """
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    known, organizations = result.known, result.organizations
    # Text of the user is text: a dollar sign starts no formula.
    with rc_context({"text.parse_math": False, "pdf.fonttype": 42}):
        figure = Figure(figsize=(WIDTH_IN, HEIGHT_IN), dpi=DPI, facecolor="white")
        ax = figure.add_axes((0.012, 0.072, 0.54, 0.812), anchor="NW")
        said, crs = draw_map(ax, result.gaps, organizations, result.countries, settings)
        draw_head(figure, headline(known, settings), subline(known, settings), rule_line(settings))
        drawn = drawn_points(ax, organizations, crs)
        panels.draw_legend(panel(figure, 0.628, 0.256), known, drawn, settings)
        panels.draw_list(panel(figure, 0.282, 0.338), result.gaps, organizations, settings)
        panels.draw_not_known(panel(figure, 0.072, 0.2), known, settings)
        sources = f"{said_of_layers(result)} {minutes_rule(result.gaps, settings)}".strip()
        draw_notes(figure, f"{sources_note(settings, said)} {sources}", result.countries)
        make_all_drawable(figure)
    return figure, said


def draw_head(figure: Figure, title: str, warning: str, rule: str) -> None:
    """Write the finding, how far it can be trusted, and the rule; a long warning in two lines."""
    lines = textwrap.wrap(warning, max(WARNING_CHARS, len(warning) * 5 // 9))
    first = 0.933 if len(lines) < 2 else 0.94
    for y, name, text, letters in (
        (0.972, "title", title, 80), (first, "warning", "\n".join(lines), 140),
        (0.909, "rule", rule, 175),
    ):  # fmt: skip
        look = style.TEXTS[name]
        size = look.size * min(1.0, letters / max(map(len, text.splitlines()), default=1))
        if name == "warning" and len(lines) > 1:
            size = min(size, TWO_LINES_PT)
        figure.text(0.012, y, text, va="top", **style.text_look(look, largest=size))


def drawn_points(ax: Axes, organizations: gpd.GeoDataFrame, crs: Any) -> dict[str, int]:
    """Count the points of public organizations inside the frame of the map."""
    public = organizations[~is_restricted(organizations) & organizations.geometry.notna()]
    points = public.to_crs(crs)
    (west, east), (south, north) = ax.get_xlim(), ax.get_ylim()
    points = points.cx[west:east, south:north]
    kinds = {
        "supported": points["support"].eq("documented"),
        "probable": points["support"].eq("probable"),
        "others": points["support"].isna(),
    }
    counts = {kind: int(mask.sum()) for kind, mask in kinds.items()}
    others = points.geometry[kinds["others"]].drop_duplicates()
    return {**counts, "others": len(others)}


def draw_notes(figure: Figure, sources: str, countries: gpd.GeoDataFrame) -> None:
    """Write the sources, and the note on Kosovo where it is drawn, at the foot of the page."""
    notes = textwrap.wrap(sources, 228)
    if countries["country"].eq("XK").any():
        notes += textwrap.wrap(KOSOVO_NOTE, 228)
    small = style.text_look(style.TEXTS["note"])
    figure.text(0.012, 0.01, "\n".join(notes), va="bottom", linespacing=1.35, **small)


def save_map(figure: Figure, png: Path, pdf: Path, svg: Path | None = None) -> None:
    """Save the page as PNG, PDF and, if asked, SVG, without dates or versions in the files.

    In PDF and SVG everything but the relief is sharp at any size, and text is text; the relief has
    no more detail than `VECTOR_DPI` shows.
    """
    from matplotlib import rc_context

    save_page(figure, png)
    dates = dict.fromkeys(("Creator", "Producer", "CreationDate"))
    figure.savefig(pdf, dpi=VECTOR_DPI, metadata=dates)
    if svg is None:
        return
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": "hotspot_gaps"}):
        figure.savefig(svg, dpi=VECTOR_DPI, metadata=dict.fromkeys(("Creator", "Date", "Format")))


def save_page(figure: Figure, png: Path, dpi: int = DPI) -> None:
    """Save a page as PNG, without a date or a version in the file."""
    # Level 1 takes two fifths of the time of level 6, for a tenth more bytes.
    figure.savefig(png, dpi=dpi, metadata={"Software": None}, pil_kwargs={"compress_level": 1})


def panel(figure: Figure, bottom: float, height: float) -> Axes:
    """Add axes from 0 to 1 beside the map, for a legend, a list or a box."""
    ax = figure.add_axes((0.56, bottom, 0.428, height))
    ax.set_xlim(0, 1)
    ax.set_ylim(0, 1)
    ax.axis("off")
    return ax
