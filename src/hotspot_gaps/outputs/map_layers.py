"""Map layers: background, boundaries, organizations, hotspots, rings, labels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import geopandas as gpd
import numpy as np
import pandas as pd

from hotspot_gaps.outputs import style
from hotspot_gaps.outputs.labels import place_labels
from hotspot_gaps.outputs.map_frame import circle, emptiest_spot
from hotspot_gaps.outputs.map_panels import place_name, shortened
from hotspot_gaps.sources.builtin import builtin_path

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from hotspot_gaps.settings import Settings

TILE_TIMEOUT_S = 5
# Gaps, support, other hotspots in question, hotspots outside it.
LABEL_STYLES: tuple[dict[str, Any], ...] = (
    {"fontsize": 9.5, "fontweight": "bold", "color": style.INK},
    {"fontsize": 8.5, "fontweight": "bold", "color": style.SUPPORTED},
    {"fontsize": 7.5, "color": "#5a3030"},
    {"fontsize": 6.5, "color": "#8a5a5a", "style": "italic"},
)
LABEL_LETTERS = 40
# Symbols shrink where there are more gaps than this.
MANY_GAPS = 25


def draw_background(ax: Axes, crs: Any, basemap: str | None) -> str:
    """Draw the relief, or live tiles if asked and reachable; return what was drawn, in words."""
    import contextily
    import requests

    options: dict[str, Any] = {"crs": crs, "attribution": False, "reset_extent": True, "zorder": 0}
    failed = ""
    if basemap is not None:
        try:
            contextily.add_basemap(ax, source=basemap, timeout=TILE_TIMEOUT_S, **options)
        except (requests.exceptions.RequestException, OSError, ValueError) as error:
            failed = f"live background not reachable ({type(error).__name__}); "
        else:
            return f"background: {urlsplit(basemap).hostname}"
    try:
        contextily.add_basemap(ax, source=str(builtin_path("relief.tif")), **options)
    except ValueError:  # the relief covers the Western Balkans only
        return f"{failed}no background here"
    return f"{failed}background: built-in relief"


def draw_countries(ax: Axes, countries: gpd.GeoDataFrame, own: pd.Series[bool], crs: Any) -> None:
    """Draw boundaries; countries without hotspots recede."""
    shapes = countries.to_crs(crs)
    looks = ((~own, "#a8a8a8", 0.5, 1.6), (own, style.BORDER, 0.9, 1.7))
    for which, colour, width, zorder in looks:
        some = shapes[which]
        if some.empty:
            continue
        if colour != style.BORDER:
            some.plot(ax=ax, color="#f4f4f2", alpha=0.62, edgecolor="none", zorder=1)
        some.boundary.plot(ax=ax, color="white", linewidth=2.2, alpha=0.6, zorder=1.5)
        some.boundary.plot(ax=ax, color=colour, linewidth=width, zorder=zorder)


def name_countries(
    ax: Axes, countries: gpd.GeoDataFrame, own: pd.Series[bool], points: np.ndarray, crs: Any
) -> None:
    """Write each country's name in the emptiest part of it that the map shows."""
    from shapely import box

    (west, east), (south, north) = ax.get_xlim(), ax.get_ylim()
    frame = box(west, south, east, north)
    for row in countries.assign(own=own).to_crs(crs).itertuples():
        shown = row.geometry.intersection(frame)
        if shown.area < 0.004 * frame.area:
            continue
        x, y = emptiest_spot(shown, points)
        size: dict[str, Any] = (
            {"fontsize": 9.5, "color": "#7c7c7c"}
            if row.own
            else {"fontsize": 7, "color": "#a3a3a3"}
        )
        name = style.COUNTRY_NAMES.get(row.country, str(row.name).upper())
        ax.text(x, y, name, ha="center", va="center", linespacing=1.1, zorder=1.8, **size)


def draw_organizations(
    ax: Axes, organizations: gpd.GeoDataFrame, crs: Any, settings: Settings
) -> None:
    """Draw organizations at their towns: supported large and green, others small and pale."""
    placed = organizations[organizations.geometry.notna()].to_crs(crs)
    others = placed.geometry[placed["support"].isna()].drop_duplicates()
    ax.scatter(others.x, others.y, s=14, marker="x", color=style.KNOWN, linewidths=1.1, zorder=3)
    supported = placed.geometry[placed["supported"]].drop_duplicates()
    for point in supported.to_crs("EPSG:4326"):
        ring = circle(point.x, point.y, settings.radius_km * 1000).to_crs(crs)
        ring.plot(ax=ax, color=style.SUPPORTED, alpha=0.10, edgecolor="none", zorder=2)
        dashes = (0, (5, 3))
        ring.boundary.plot(
            ax=ax, color=style.SUPPORTED, linewidth=1.1, linestyle=dashes, zorder=2.1
        )
    plus: dict[str, Any] = {"marker": "P", "zorder": 4}
    probable = placed.geometry[placed["support"].eq("probable")]
    look: dict[str, Any] = {"facecolor": "white", "edgecolor": style.SUPPORTED, "linewidths": 1.4}
    ax.scatter(probable.x, probable.y, s=95, **plus, **look)
    look = {"facecolor": style.SUPPORTED, "edgecolor": "white", "linewidths": 1.1}
    ax.scatter(supported.x, supported.y, s=240, **plus, **look)


def draw_hotspots(ax: Axes, gaps: gpd.GeoDataFrame, crs: Any) -> None:
    """Draw hotspots in red by kind, hollow outside the question, and ring the gaps."""
    placed = gaps[gaps.geometry.notna()].to_crs(crs)
    gap = placed["is_gap"].fillna(value=False).astype(bool)
    flagged = int((gap & placed["in_question"]).sum())
    scale = min(1.0, (MANY_GAPS / max(flagged, 1)) ** 0.5)
    for row, is_gap in zip(placed.itertuples(), gap, strict=True):
        x, y, asked = row.geometry.x, row.geometry.y, row.in_question
        look: dict[str, Any] = {
            "s": scale * (46 if is_gap and asked else 28),
            "facecolor": style.HOTSPOT if asked else "white",
            "edgecolor": "white" if asked else style.HOTSPOT,
            "linewidths": 0.7 if asked else 1.1,
        }
        ax.scatter(x, y, marker=style.marker(row.kind), zorder=6, **look)
        if is_gap:
            draw_ring(ax, x, y, row.gap_type if asked else "apart", scale)


def draw_ring(ax: Axes, x: float, y: float, gap_type: str, scale: float) -> None:
    """Ring a gap: one line with a known partner, two without, a thin one outside the question."""
    rings = {
        "apart": [(90, style.MUTED, 0.7)],
        "no_known_partner": [(130, style.INK, 1.5), (240, style.INK, 1.1)],
    }
    for size, ink, width in rings.get(gap_type, [(130, style.INK, 1.5)]):
        look: dict[str, Any] = {"facecolor": "none", "edgecolor": ink, "linewidths": width}
        ax.scatter(x, y, s=size * scale, marker="o", zorder=5.5, **look)


def draw_labels(
    ax: Axes, gaps: gpd.GeoDataFrame, organizations: gpd.GeoDataFrame | None, crs: Any
) -> np.ndarray:
    """Label gaps first and boldly, then support, then other hotspots, fainter.

    Returns what the names of countries should keep away from, in map units: points, and corners
    and centres of labels.
    """
    labels = list_labels(gaps, organizations).to_crs(crs)
    points = [(p.x, p.y) for p in labels.geometry]
    avoid = []
    if organizations is not None:
        placed = organizations.geometry[organizations.geometry.notna()].drop_duplicates()
        avoid = [(p.x, p.y) for p in placed.to_crs(crs)]
    styles = [LABEL_STYLES[rank] for rank in labels["style"]]
    boxes = place_labels(ax, points, labels["text"].tolist(), avoid=avoid, styles=styles)
    return np.array([*points, *boxes, *avoid]).reshape(-1, 2)


def list_labels(gaps: gpd.GeoDataFrame, organizations: gpd.GeoDataFrame | None) -> gpd.GeoDataFrame:
    """List the labels in the order in which they choose their place; no text twice."""
    placed = gaps[gaps.geometry.notna()].sort_values(["rank", "hotspot_id"])
    asked = placed["in_question"]
    gap = asked & placed["is_gap"].fillna(value=False).astype(bool)
    names = [shortened(place_name(row), LABEL_LETTERS) for _, row in placed.iterrows()]
    hotspots = placed.assign(text=names, style=(~gap) * 2 + (~asked) * 1)
    parts = [hotspots[["text", "style", "geometry"]]]
    if organizations is not None:
        support = organizations[organizations["support"].notna() & organizations.geometry.notna()]
        support = support.sort_values(["support", "town"])
        towns = support["town"].map(lambda town: shortened(town, LABEL_LETTERS), na_action="ignore")
        texts = towns.mask(~support["supported"], towns + " (probable)")
        parts.append(support.assign(text=texts, style=1)[["text", "style", "geometry"]])
    labels = pd.concat(parts).sort_values("style", kind="stable")
    return gpd.GeoDataFrame(labels.drop_duplicates("text"), geometry="geometry", crs=gaps.crs)
