"""Map layers: background, boundaries, organizations, hotspots, rings, labels, scale bar."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
from pyproj import Geod, Transformer

from hotspot_gaps.outputs import style
from hotspot_gaps.outputs.labels import place_labels
from hotspot_gaps.sources.builtin import builtin_path

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from hotspot_gaps.settings import Settings

GEOD = Geod(ellps="WGS84")
TILE_TIMEOUT_S = 5


def frame_map(ax: Axes, countries: gpd.GeoDataFrame, gaps: gpd.GeoDataFrame, crs: Any) -> None:
    """Set the limits to the countries that have hotspots, with room for labels."""
    own = countries[countries["country"].isin(gaps["country"].unique())].to_crs(crs)
    points = gaps[gaps.geometry.notna()].to_crs(crs)
    west, south, east, north = (own if len(own) else points).total_bounds
    pad = 0.035 * max(east - west, north - south) + 1000
    ax.set_xlim(west - pad, east + pad)
    ax.set_ylim(south - pad, north + pad)
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
            return f"background: {basemap}"
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
        name = style.COUNTRY_NAMES.get(row.country, row.name.upper())
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
    others = placed[placed["support"].isna()].geometry
    ax.scatter(others.x, others.y, s=13, color=style.KNOWN, linewidths=0, alpha=0.9, zorder=3)
    supported = placed[placed["supported"]]
    rings = supported.geometry.to_crs("EPSG:4326")
    for point in sorted({(p.x, p.y) for p in rings}):
        ring = circle(*point, settings.radius_km * 1000).to_crs(crs)
        ring.plot(ax=ax, color=style.RADIUS, alpha=0.10, edgecolor="none", zorder=2)
        ring.boundary.plot(
            ax=ax, color=style.RADIUS, linewidth=1.1, linestyle=(0, (5, 3)), zorder=2.1
        )
    points = placed[placed["support"].eq("probable")].geometry
    ax.scatter(
        points.x, points.y, s=95, marker="P", facecolor="white", edgecolor=style.SUPPORTED,
        linewidths=1.4, zorder=4,
    )  # fmt: skip
    points = supported.geometry
    ax.scatter(
        points.x, points.y, s=240, marker="P", facecolor=style.SUPPORTED, edgecolor="white",
        linewidths=1.1, zorder=4.1,
    )  # fmt: skip


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
    placed["flagged"] = placed["in_question"] & placed["is_gap"].fillna(value=False).astype(bool)
    for row in placed.itertuples():
        x, y = row.geometry.x, row.geometry.y
        asked = row.in_question
        ax.scatter(
            x, y, s=46 if row.flagged else 28, marker=style.marker(row.kind),
            facecolor=style.HOTSPOT if asked else "white",
            edgecolor="white" if asked else style.HOTSPOT,
            linewidths=0.7 if asked else 1.1, zorder=6,
        )  # fmt: skip
        if row.flagged:
            draw_ring(ax, x, y, row.gap_type)


def draw_ring(ax: Axes, x: float, y: float, gap_type: str) -> None:
    """Ring a gap: one line where a partner is known, two where none is."""
    ax.scatter(
        x, y, s=170, marker="o", facecolor="none", edgecolor=style.INK, linewidths=1.5, zorder=5.5
    )
    if gap_type == "no_known_partner":
        ax.scatter(
            x,
            y,
            s=320,
            marker="o",
            facecolor="none",
            edgecolor=style.INK,
            linewidths=1.2,
            zorder=5.5,
        )


def draw_labels(
    ax: Axes, gaps: gpd.GeoDataFrame, organizations: gpd.GeoDataFrame | None, crs: Any
) -> np.ndarray:
    """Label gaps first and boldly, then support, then the other hotspots, `related` ones faintly.

    Returns the corners and centres of everything drawn, in map units, for names of countries.
    """
    import matplotlib.patheffects as effects

    base = {"path_effects": [effects.withStroke(linewidth=2.2, foreground="white")], "zorder": 7}
    bold = {**base, "fontsize": 9.5, "fontweight": "bold", "color": style.INK}
    green = {**base, "fontsize": 8.5, "fontweight": "bold", "color": style.SUPPORTED}
    plain = {**base, "fontsize": 7.5, "color": "#5a3030"}
    faint = {**base, "fontsize": 6.5, "color": "#8a5a5a", "style": "italic"}
    placed = gaps[gaps.geometry.notna()].to_crs(crs)
    flagged = placed["in_question"] & placed["is_gap"].fillna(value=False).astype(bool)
    ranked = placed[flagged].sort_values("rank")
    other = placed[placed["in_question"] & ~flagged].sort_values("hotspot_id")
    labelled = [(ranked, [label_text(row) for row in ranked.itertuples()], bold)]
    if organizations is not None:
        support = organizations[organizations["supported"] & organizations.geometry.notna()]
        towns = support.drop_duplicates("town").sort_values("town").to_crs(crs)
        labelled.append((towns, towns["town"].tolist(), green))
    labelled.append((other, [label_text(row) for row in other.itertuples()], plain))
    related = placed[~placed["in_question"]].sort_values("hotspot_id")
    written = {name for _, names, _ in labelled for name in names}
    names = ["" if row.name in written else label_text(row) for row in related.itertuples()]
    labelled.append((related, names, faint))
    points = [(p.x, p.y) for frame, _, _ in labelled for p in frame.geometry]
    texts = [text for _, names, _ in labelled for text in names]
    looks = [look for _, names, look in labelled for _ in names]
    boxes = place_labels(ax, points, texts, styles=looks)
    return np.array([*points, *boxes]).reshape(-1, 2)


def label_text(row: Any) -> str:
    """Return a hotspot's name for the map: without the word crossing, with the town that stands."""
    if isinstance(row.represented_by, str):
        return f"{row.name} (at {row.represented_by})"
    return str(row.name)


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
    for share in (0, 0.5, 1):
        text = f"{km * share:g}" + (" km" if share == 1 else "")
        ax.text(
            left + share * length, bottom + 1.6 * height, text, ha="center", fontsize=8, zorder=8
        )
    return float(km)
