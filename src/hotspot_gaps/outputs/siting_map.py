"""The map of a proposal on one page: where support is, and where the next grants reach most."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely import LineString

from hotspot_gaps.gaps.discretion import is_restricted
from hotspot_gaps.gaps.flags import flagged_rows
from hotspot_gaps.outputs import map_frame, siting_panels, siting_words, style
from hotspot_gaps.outputs import map_layers as layers
from hotspot_gaps.outputs.glyphs import make_all_drawable
from hotspot_gaps.outputs.labels import place_labels
from hotspot_gaps.outputs.map_panels import draw_box, place_name, shortened
from hotspot_gaps.outputs.siting_shown import Siting, are_seats, covers, siting
from hotspot_gaps.outputs.source_words import said_of_layers, sources_note
from hotspot_gaps.outputs.static_map import HEIGHT_IN, WIDTH_IN, draw_head, draw_notes, panel

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from hotspot_gaps.gaps.result import Result
    from hotspot_gaps.settings import Settings

DPI = 150
SITE_LABEL = style.text_look(style.LABELS["site"])
# Where a pin stands, in points above its site, and half its side.
PIN_PT, PIN_HALF_PT = 19.0, 8.0


def siting_figure(result: Result, settings: Settings) -> Figure:
    """Draw the whole page.

    Parameters
    ----------
    result
        As `judge` returns it; its proposal was made without a network, for the radius of
        `settings`. A seat of an organization is drawn as its town, and the organization is not
        named; restricted organizations are never drawn.
    settings
        Radius, date and background.

    Returns
    -------
    matplotlib.figure.Figure
        With 150 dots per inch; save it without metadata.
    """
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    gaps, known = result.gaps, result.known
    proposal, candidates = result.outlook.sites, result.outlook.candidates
    with rc_context({"text.parse_math": False, "pdf.fonttype": 42}):
        figure = Figure(figsize=(WIDTH_IN, HEIGHT_IN), dpi=DPI, facecolor="white")
        ax = figure.add_axes((0.012, 0.072, 0.54, 0.812), anchor="NW")
        public = result.organizations[~is_restricted(result.organizations)]
        shown = siting(proposal, gaps, public, candidates, settings)
        said = _draw_map(ax, shown, public, result, settings)
        kind = "places"
        if candidates["site_id"].isin(gaps["hotspot_id"]).all():
            kind = "gaps"
        elif are_seats(candidates, public):
            kind = "seats of known organizations"
        flagged = int(flagged_rows(gaps).sum())
        reached = flagged - int(shown.hotspots["is_open"].sum())
        head = (
            siting_words.siting_title(proposal, known, settings, flagged=flagged, reached=reached),
            siting_words.warning(known, settings),
            siting_words.rule(proposal, settings, len(candidates), kind),
        )
        draw_head(figure, *head)
        siting_panels.draw_legend(panel(figure, 0.70, 0.184), shown, proposal, public, settings)
        siting_panels.draw_sites(panel(figure, 0.455, 0.235), shown, proposal)
        siting_panels.draw_alternatives(panel(figure, 0.262, 0.195), shown, proposal)
        lines = siting_words.not_known_here(proposal, known, settings)
        draw_box(panel(figure, 0.072, 0.18), "What is not known", lines)
        sources = f"{sources_note(settings, said)} {said_of_layers(result)}"
        draw_notes(figure, sources, result.countries)
        make_all_drawable(figure)
    return figure


def _draw_map(
    ax: Axes, shown: Siting, public: gpd.GeoDataFrame, result: Result, settings: Settings
) -> str:
    """Draw every layer; return what the background is, in words."""
    gaps, countries = result.gaps, result.countries
    crs = map_frame.map_crs(gaps, countries)
    map_frame.frame_map(ax, countries, gaps, public, crs, also=shown.sites.geometry)
    said = layers.draw_background(ax, crs, settings.basemap)
    countries = map_frame.seen(countries, ax, crs)
    own = countries["country"].isin(gaps["country"].unique())
    layers.draw_countries(ax, countries, own, crs)
    supported = public[public["support"].notna()]
    layers.draw_organizations(ax, supported, crs, settings)
    if covers(result.outlook.sites):
        for point in shown.sites.geometry:
            around = map_frame.circle(point.x, point.y, settings.radius_km * 1000).to_crs(crs)
            around.boundary.plot(ax=ax, color="white", linewidth=2.6, alpha=0.7, zorder=2.2)
            around.boundary.plot(ax=ax, color=style.PROPOSED, linewidth=1.3, zorder=2.3)
    others = shown.others.geometry.to_crs(crs)
    ax.scatter(others.x, others.y, zorder=6.2, **siting_panels.OTHER)
    spots, sites = shown.hotspots.to_crs(crs), shown.sites.to_crs(crs)
    ax.scatter(sites.geometry.x, sites.geometry.y, zorder=5, **style.look(style.MARKS["site"]))
    lines = [LineString([sites.geometry[site], spots.geometry[spot]]) for site, spot in shown.lines]
    for line in lines:
        ax.plot(*line.xy, zorder=4.5, solid_capstyle="round", **siting_panels.LINE)
    # A ring stays only where a gap stays.
    layers.draw_hotspots(ax, spots.assign(is_gap=spots["is_open"], gap_type="open"), crs)
    pins = _draw_pins(
        ax, sites, [*lines, *spots.geometry, *supported.to_crs(crs).geometry.dropna()]
    )
    occupied = _draw_labels(ax, shown, supported, pins, crs)
    layers.name_countries(ax, countries, own, occupied, crs)
    map_frame.draw_scale_bar(ax, crs)
    return said


def _draw_pins(ax: Axes, shown: gpd.GeoDataFrame, hide: list[Any]) -> list[Any]:
    """Stand a numbered pin beside each site, off hotspots and lines; return what pins cover.

    Parameters
    ----------
    ax
        Axes whose limits are final.
    shown
        Sites, in map units.
    hide
        Points and lines that a pin had better not hide, in map units.
    """
    from shapely import affinity, box
    from shapely.ops import unary_union

    to_pixels, scale = ax.transData, ax.figure.dpi / 72
    a, d, x0, y0 = (to_pixels.get_matrix()[at] for at in ((0, 0), (1, 1), (0, 2), (1, 2)))
    hidden = affinity.affine_transform(unary_union(hide), [a, 0, 0, d, x0, y0]).buffer(4 * scale)
    covered = []
    for order, point in zip(shown["order"], shown.geometry, strict=True):
        x, y = to_pixels.transform((point.x, point.y))
        spots = [
            (PIN_PT * np.sin(turn), PIN_PT * np.cos(turn))
            for turn in np.radians([0, 45, -45, 90, -90, 135, -135, 180])
        ]
        half = PIN_HALF_PT * scale
        squares = [
            box(x + dx * scale - half, y + dy * scale - half,
                x + dx * scale + half, y + dy * scale + half)
            for dx, dy in spots
        ]  # fmt: skip
        best = min(range(len(spots)), key=lambda at: squares[at].intersection(hidden).area)
        hidden = hidden.union(squares[best])
        siting_panels.draw_pin(ax, (point.x, point.y), order, away=spots[best])
        west, south, east, north = squares[best].bounds
        grid = np.meshgrid(np.linspace(west, east, 5), np.linspace(south, north, 5))
        covered += list(zip(*(each.ravel() for each in grid), strict=True))
    return list(map(tuple, to_pixels.inverted().transform(covered))) if covered else []


def _draw_labels(
    ax: Axes,
    shown: Siting,
    supported: gpd.GeoDataFrame,
    pins: list[Any],
    crs: Any,
) -> np.ndarray:
    """Label sites, then hotspots and support; return what names of countries keep away from."""
    labels = layers.list_labels(shown.hotspots.assign(is_gap=True), supported)
    texts = [place_name(row) for _, row in shown.hotspots.iterrows()]
    named = shown.sites["name"].isin(texts) | shown.sites["site_id"].isin(
        shown.hotspots["hotspot_id"]
    )
    free = shown.sites[~named]
    names = [shortened(name, layers.LABEL_LETTERS) for name in free["name"]]
    sites = free[["geometry"]].assign(text=names, style=-1)
    labels = pd.concat([sites, labels]).drop_duplicates("text").to_crs(crs)
    looks = [SITE_LABEL if rank < 0 else layers.LABEL_STYLES[rank] for rank in labels["style"]]
    points = [(p.x, p.y) for p in labels.geometry]
    avoid = [*pins, *((p.x, p.y) for p in shown.others.geometry.to_crs(crs))]
    boxes = place_labels(ax, points, labels["text"].tolist(), avoid=avoid, styles=looks)
    return np.array([*points, *boxes, *pins]).reshape(-1, 2)
