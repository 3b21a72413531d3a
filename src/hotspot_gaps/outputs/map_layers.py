"""Map layers: background, boundaries, organizations, hotspots, rings, labels, scale bar."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import CRS, Geod, Transformer

from hotspot_gaps.outputs import style
from hotspot_gaps.outputs.labels import place_labels
from hotspot_gaps.outputs.map_panels import place_name
from hotspot_gaps.sources.builtin import builtin_path

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from hotspot_gaps.settings import Settings

GEOD = Geod(ellps="WGS84")
TILE_TIMEOUT_S = 5
WIDE_DEGREES = 14
# Gaps, support, other hotspots in question, hotspots outside it.
LABEL_STYLES: tuple[dict[str, Any], ...] = (
    {"fontsize": 9.5, "fontweight": "bold", "color": style.INK},
    {"fontsize": 8.5, "fontweight": "bold", "color": style.SUPPORTED},
    {"fontsize": 7.5, "color": "#5a3030"},
    {"fontsize": 6.5, "color": "#8a5a5a", "style": "italic"},
)
# Symbols shrink where there are more gaps than this.
MANY_GAPS = 25


def map_crs(gaps: gpd.GeoDataFrame, countries: gpd.GeoDataFrame) -> Any:
    """Choose the projection: the UTM zone of a region, an equal-area one where it is wide."""
    placed = gaps[gaps.geometry.notna()]
    shapes = placed if len(placed) else countries[countries["country"].isin(gaps["country"])]
    shapes = shapes if len(shapes) else countries
    west, south, east, north = shapes.total_bounds
    if east - west <= WIDE_DEGREES and north - south <= WIDE_DEGREES:
        return shapes.estimate_utm_crs()
    lon, lat = (west + east) / 2, (south + north) / 2
    return CRS.from_dict({"proj": "laea", "lon_0": lon, "lat_0": lat, "datum": "WGS84"})


def frame_map(
    ax: Axes,
    countries: gpd.GeoDataFrame,
    gaps: gpd.GeoDataFrame,
    organizations: gpd.GeoDataFrame | None,
    crs: Any,
) -> None:
    """Set the limits to countries with hotspots, all hotspots, and the support measured to."""
    own = countries[countries["country"].isin(gaps["country"].unique())]
    shown = [own.geometry, gaps.geometry[gaps.geometry.notna()]]
    if organizations is not None:
        near = organizations["organization_id"].isin(gaps["nearest_supported_id"])
        shown.append(organizations.geometry[near & organizations.geometry.notna()])
    shown = [shapes.to_crs(crs).total_bounds for shapes in shown if len(shapes)]
    bounds = np.array(shown or [countries.to_crs(crs).total_bounds])
    west, south = bounds[:, :2].min(axis=0)
    east, north = bounds[:, 2:].max(axis=0)
    pad = 0.035 * max(east - west, north - south) + 1000
    # A strip of a map helps nobody: at least three by five.
    wide = max(0.0, 0.6 * (north - south) - (east - west)) / 2
    high = max(0.0, 0.6 * (east - west) - (north - south)) / 2
    ax.set_xlim(west - pad - wide, east + pad + wide)
    ax.set_ylim(south - pad - high, north + pad + high)
    ax.set_aspect("equal")
    ax.apply_aspect()
    ax.set_xticks([])
    ax.set_yticks([])
    for spine in ax.spines.values():
        spine.set_edgecolor(style.BORDER)
        spine.set_linewidth(0.8)


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


def emptiest_spot(area: Any, points: np.ndarray, steps: int = 40) -> tuple[float, float]:
    """Find the grid point inside an area that is farthest from its edge and from all points.

    Sideways distance counts half, because names are wider than high.
    """
    from shapely import contains_xy, distance
    from shapely import points as make_points

    west, south, east, north = area.bounds
    x, y = (
        a.ravel()
        for a in np.meshgrid(np.linspace(west, east, steps), np.linspace(south, north, steps))
    )
    inside = contains_xy(area, x, y)
    x, y = x[inside], y[inside]
    room = distance(area.boundary, make_points(x, y))
    if len(points):
        gap = np.hypot((x[:, None] - points[:, 0]) / 2, y[:, None] - points[:, 1]).min(axis=1)
        room = np.minimum(room, gap)
    best = int(room.argmax())
    return float(x[best]), float(y[best])


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
    look = {"facecolor": "white", "edgecolor": style.SUPPORTED, "linewidths": 1.4}
    ax.scatter(probable.x, probable.y, s=95, **plus, **look)
    look = {"facecolor": style.SUPPORTED, "edgecolor": "white", "linewidths": 1.1}
    ax.scatter(supported.x, supported.y, s=240, **plus, **look)


def circle(lon: float, lat: float, radius_m: float) -> gpd.GeoSeries:
    """Return the geodesic circle around a point as a polygon of 180 corners, EPSG:4326."""
    from shapely import Polygon

    corners = 180
    azimuths = np.arange(corners) * 360 / corners
    full = np.full(corners, lon), np.full(corners, lat)
    x, y, _ = GEOD.fwd(*full, azimuths, np.full(corners, radius_m))
    return gpd.GeoSeries([Polygon(zip(x, y, strict=True))], crs="EPSG:4326")


def draw_hotspots(ax: Axes, gaps: gpd.GeoDataFrame, crs: Any) -> None:
    """Draw hotspots in red by kind, hollow outside the question, and ring the gaps."""
    placed = gaps[gaps.geometry.notna()].to_crs(crs)
    gap = placed["is_gap"].fillna(value=False).astype(bool)
    flagged = int((gap & placed["in_question"]).sum())
    scale = min(1.0, (MANY_GAPS / max(flagged, 1)) ** 0.5)
    for row, is_gap in zip(placed.itertuples(), gap, strict=True):
        x, y, asked = row.geometry.x, row.geometry.y, row.in_question
        look = {
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
        look = {"facecolor": "none", "edgecolor": ink, "linewidths": width}
        ax.scatter(x, y, s=size * scale, marker="o", zorder=5.5, **look)


def draw_labels(
    ax: Axes, gaps: gpd.GeoDataFrame, organizations: gpd.GeoDataFrame | None, crs: Any
) -> np.ndarray:
    """Label gaps first and boldly, then support, then other hotspots, fainter.

    Returns the corners and centres of the labels and the points, in map units, for the names of
    countries to keep away from.
    """
    labels = list_labels(gaps, organizations).to_crs(crs)
    points = [(p.x, p.y) for p in labels.geometry]
    avoid = []
    if organizations is not None:
        placed = organizations.geometry[organizations.geometry.notna()].drop_duplicates()
        avoid = [(p.x, p.y) for p in placed.to_crs(crs)]
    styles = [LABEL_STYLES[rank] for rank in labels["style"]]
    boxes = place_labels(ax, points, labels["text"].tolist(), avoid=avoid, styles=styles)
    return np.array([*points, *boxes]).reshape(-1, 2)


def list_labels(gaps: gpd.GeoDataFrame, organizations: gpd.GeoDataFrame | None) -> gpd.GeoDataFrame:
    """List the labels in the order in which they choose their place; no text twice."""
    placed = gaps[gaps.geometry.notna()].sort_values(["rank", "hotspot_id"])
    asked = placed["in_question"]
    gap = asked & placed["is_gap"].fillna(value=False).astype(bool)
    names = [place_name(row) for _, row in placed.iterrows()]
    hotspots = placed.assign(text=names, style=(~gap) * 2 + (~asked) * 1)
    parts = [hotspots[["text", "style", "geometry"]]]
    if organizations is not None:
        support = organizations[organizations["support"].notna() & organizations.geometry.notna()]
        support = support.sort_values(["support", "town"])
        texts = support["town"].mask(~support["supported"], support["town"] + " (probable)")
        parts.append(support.assign(text=texts, style=1)[["text", "style", "geometry"]])
    labels = pd.concat(parts).sort_values("style", kind="stable")
    return gpd.GeoDataFrame(labels.drop_duplicates("text"), geometry="geometry", crs=gaps.crs)


def draw_scale_bar(ax: Axes, crs: Any) -> float:
    """Draw a bar whose length is geodesic at the centre of the map; return its kilometres."""
    ax.set(xlabel="", ylabel="")
    (west, east), (south, north) = ax.get_xlim(), ax.get_ylim()
    x, y = (west + east) / 2, (south + north) / 2
    to_geographic = Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
    step = (east - west) / 100
    lons, lats = to_geographic.transform([x - step, x + step], [y, y])
    metres_per_unit = GEOD.inv(lons[0], lats[0], lons[1], lats[1])[2] / (2 * step)
    target = 0.22 * (east - west) * metres_per_unit / 1000
    nice = [b * 10**e for e in range(-1, 5) for b in (1, 2, 5)]
    km = max(n for n in nice if n <= max(target, nice[0]))
    length = km * 1000 / metres_per_unit
    left, bottom = west + 0.04 * (east - west), south + 0.035 * (north - south)
    height = 0.008 * (north - south)
    for part, colour in ((0, style.INK), (1, "white")):
        ax.fill_between(
            [left + part * length / 2, left + (part + 1) * length / 2], bottom, bottom + height,
            facecolor=colour, edgecolor=style.INK, linewidth=0.8, zorder=8,
        )  # fmt: skip
    roomy = length > 0.15 * (east - west)
    for share in (0, 0.5, 1) if roomy else (0, 1):
        text = f"{km * share:g}" + (" km" if share == 1 else "")
        ax.text(
            left + share * length, bottom + 1.6 * height, text, ha="center", fontsize=8, zorder=8
        )
    return float(km)
