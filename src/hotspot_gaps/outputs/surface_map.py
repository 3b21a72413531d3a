"""The map of a surface on one page: the finding, the classes and their shares, what it omits."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

import numpy as np

from hotspot_gaps.gaps.discretion import is_restricted
from hotspot_gaps.gaps.flags import flagged_rows
from hotspot_gaps.outputs import map_frame, style
from hotspot_gaps.outputs import map_layers as layers
from hotspot_gaps.outputs import surface_layers as surfaces
from hotspot_gaps.outputs import surface_words as words
from hotspot_gaps.outputs.source_words import said_of_layers, sources_note
from hotspot_gaps.outputs.static_map import DPI, HEIGHT_IN, WIDTH_IN, panel
from hotspot_gaps.outputs.surface_classes import KINDS, class_limits, count_shares
from hotspot_gaps.outputs.surface_legend import draw_legend, draw_not_said
from hotspot_gaps.outputs.words import KOSOVO_NOTE

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from hotspot_gaps.gaps.result import Result
    from hotspot_gaps.settings import Settings


def surface_figure(
    path: Path, result: Result, settings: Settings, *, kind: str
) -> tuple[Figure, str]:
    """Draw the page of one surface.

    Parameters
    ----------
    path
        The surface, as `write_surface` wrote it.
    result
        As `judge` returns it. Restricted organizations are never drawn.
    settings
        Radii, date and background.
    kind
        `distance_to_supported`, `distance_to_known`, `minutes_to_supported` or
        `minutes_to_known`.

    Returns
    -------
    tuple
        The figure, and what the background is, in words.

    Notes
    -----
    Shares are of the cells of the file, which all have one area. Of a surface with more than 2,000
    cells a side, the picture shows every second, third or later cell.
    """
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    countries, organizations = result.countries, result.organizations
    own = countries["country"].isin(result.gaps["country"].unique())
    measured = KINDS[kind]
    shares = count_shares(path, class_limits(measured, settings))
    area = words.name_area(countries[own])
    hidden = withheld(organizations, measured.to)
    facts = words.Facts(measured, shares, area, result.known, settings, hidden)
    sources = said_of_layers(result) if measured.unit == "min" else ""
    # Text of the user is text: a dollar sign starts no formula.
    with rc_context({"text.parse_math": False}):
        figure = Figure(figsize=(WIDTH_IN, HEIGHT_IN), dpi=DPI, facecolor="white")
        ax = figure.add_axes((0.012, 0.072, 0.54, 0.812), anchor="NW")
        public = organizations[~is_restricted(organizations)]
        said, drawn = _draw_map(ax, path, facts, public, result)
        _write(figure, facts, drawn)
        notes = textwrap.wrap(f"{sources_note(settings, said)} {sources}".strip(), 240)
        if countries["country"].eq("XK").any():
            notes += textwrap.wrap(KOSOVO_NOTE, 240)
        small: dict[str, Any] = {"fontsize": 7.3, "color": style.MUTED, "va": "bottom"}
        figure.text(0.012, 0.01, "\n".join(notes), linespacing=1.35, **small)
    return figure, said


def _write(figure: Figure, facts: words.Facts, drawn: dict[str, int]) -> None:
    """Write title, legend and box."""
    title = words.surface_headline(facts)
    size = min(17.0, 17.0 * 80 / len(title))
    figure.text(0.012, 0.972, title, fontsize=size, fontweight="bold", va="top")
    trust = words.surface_subline(facts)
    figure.text(0.012, 0.933, trust, fontsize=11.5, color=style.HOTSPOT, va="top")
    rule = words.surface_rule(facts)
    small = min(9.5, 9.5 * 170 / len(rule))
    figure.text(0.012, 0.909, rule, fontsize=small, color=style.MUTED, va="top")
    draw_legend(panel(figure, 0.33, 0.554), facts, drawn)
    draw_not_said(panel(figure, 0.072, 0.27), facts)


def _draw_map(
    ax: Axes,
    path: Path,
    facts: words.Facts,
    public: gpd.GeoDataFrame,
    result: Result,
) -> tuple[str, dict[str, int]]:
    """Draw every layer; return what the background is, and how many symbols are in the frame."""
    kind, limits = facts.kind, facts.shares.limits
    gaps, countries = result.gaps, result.countries
    crs = map_frame.map_crs(gaps, countries)
    map_frame.frame_map(ax, countries, gaps, public, crs)
    said = layers.draw_background(ax, crs, facts.settings.basemap)
    lines = surfaces.draw_surface(ax, path, limits, crs)
    own = countries["country"].isin(gaps["country"].unique())
    layers.draw_countries(ax, countries, own, crs)
    drawn = surfaces.draw_targets(ax, public, kind.to, crs)
    # On this map a gap is a gap: one symbol, whatever its kind and type.
    shown = gaps[flagged_rows(gaps)].assign(kind="town", gap_type="gap")
    layers.draw_hotspots(ax, shown, crs)
    occupied = layers.draw_labels(ax, shown, public[public["supported"]], crs)
    before = len(ax.texts)
    layers.name_countries(ax, countries, own, occupied, crs)
    names = surfaces.lift_names(ax.texts[before:])
    if lines is not None:
        surfaces.label_isolines(ax, lines, kind.unit, np.vstack([occupied, names]))
    map_frame.draw_scale_bar(ax, crs)
    return said, {**drawn, "gaps": int(shown.geometry.notna().sum())}


def save_surface_map(figure: Figure, png: Path) -> None:
    """Save the page as PNG, without dates or versions in the file."""
    figure.savefig(png, dpi=DPI, metadata={"Software": None}, pil_kwargs={"compress_level": 3})


def withheld(organizations: gpd.GeoDataFrame, to: str) -> int:
    """Return how many placed organizations a surface leaves out for safety."""
    asked = asked_for(organizations, to)
    return int((is_restricted(asked) & asked.geometry.notna()).sum())


def asked_for(organizations: gpd.GeoDataFrame, to: str) -> gpd.GeoDataFrame:
    """Return the organizations that a surface is about."""
    return organizations[organizations["supported"]] if to == "supported" else organizations
