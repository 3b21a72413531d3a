"""Map layers: background, boundaries, organizations, hotspots, rings, labels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import geopandas as gpd
import numpy as np
import pandas as pd
from matplotlib.collections import LineCollection
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from hotspot_gaps.gaps.flags import gap_rows
from hotspot_gaps.outputs import style
from hotspot_gaps.outputs.drawing import load_contextily
from hotspot_gaps.outputs.glyphs import make_drawable
from hotspot_gaps.outputs.labels import place_labels
from hotspot_gaps.outputs.map_frame import emptiest_spot, reach
from hotspot_gaps.outputs.map_panels import place_name, shortened
from hotspot_gaps.sources.builtin import builtin_path

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.image import AxesImage

    from hotspot_gaps.settings import Settings

TILE_TIMEOUT_S = 5
# Gaps, support, other hotspots in question, hotspots outside it.
LABEL_STYLES = tuple(
    style.text_look(style.LABELS[name]) for name in ("gap", "supported", "other", "apart")
)
LABEL_LETTERS = 40
MOST_LABELS = 150  # gaps first; more would cover the map, and the tables have all names
LETTER_WIDTH = 0.7  # of a capital, as a share of the size of type
# Symbols shrink where there are more gaps than this.
MANY_GAPS = 25


def draw_background(ax: Axes, crs: Any, basemap: str | None) -> str:
    """Draw the relief, or live tiles if asked and reachable; return what was drawn, in words."""
    import requests

    contextily = load_contextily()
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
    _clear_outside(ax.images[-1])
    return f"{failed}background: built-in relief"


def _clear_outside(image: AxesImage) -> None:
    """Let paper be seen where the relief ends; the projection leaves black there."""
    colours = np.asarray(image.get_array())
    # With a channel of opacity matplotlib draws in half the time.
    full = np.full((*colours.shape[:2], 4), 255, dtype=np.uint8)
    full[..., :3] = colours
    full[(colours == 0).all(axis=2)] = 0
    image.set_data(full)


def draw_countries(ax: Axes, countries: gpd.GeoDataFrame, own: pd.Series[bool], crs: Any) -> None:
    """Draw boundaries; countries without hotspots recede."""
    shapes = countries.to_crs(crs)
    looks = ((~own, style.NEIGHBOUR_BORDER, 0.5, 1.6), (own, style.BORDER, 0.9, 1.7))
    for which, colour, width, zorder in looks:
        some = shapes[which]
        if some.empty:
            continue
        if colour != style.BORDER:
            some.plot(ax=ax, color=style.VEIL, alpha=style.VEIL_OPACITY, edgecolor="none", zorder=1)
        lines = _lines(some)
        ax.add_collection(
            LineCollection(lines, colors=style.PAPER, linewidths=2.2, alpha=0.6, zorder=1.5),
            autolim=False,
        )
        ax.add_collection(
            LineCollection(lines, colors=colour, linewidths=width, zorder=zorder), autolim=False
        )


def _lines(shapes: gpd.GeoDataFrame) -> list[np.ndarray]:
    """Return the outlines of polygons as arrays of points, a shared border once or twice."""
    from shapely import get_coordinates, get_parts, get_rings

    return [get_coordinates(ring) for ring in get_rings(get_parts(shapes.geometry.to_numpy()))]


def name_countries(
    ax: Axes, countries: gpd.GeoDataFrame, own: pd.Series[bool], points: np.ndarray, crs: Any
) -> None:
    """Write each country's name in the emptiest part of it that the map shows."""
    from shapely import box

    (west, east), (south, north) = ax.get_xlim(), ax.get_ylim()
    unit = (east - west) / ax.bbox.width * ax.figure.dpi / 72  # of the map, a point
    least = 0.004 * (east - west) * (north - south)
    for row in countries.assign(own=own).to_crs(crs).itertuples():
        name = style.COUNTRY_NAMES.get(row.country, str(row.name).upper())
        name = shortened(name, LABEL_LETTERS)
        look = style.LABELS["country" if row.own else "neighbour"]
        # The frame must not cut the name.
        half = LETTER_WIDTH * look.size * unit * max(map(len, name.split("\n"))) / 2
        for side in (0.0, half):
            shown = row.geometry.intersection(box(west + side, south, east - side, north))
            if shown.area < least:
                break
            x, y = emptiest_spot(shown, points)
            if west + half <= x <= east - half:
                _name(ax, (x, y), name, style.text_look(look))
                break


def _name(ax: Axes, at: tuple[float, float], name: str, look: dict[str, Any]) -> None:
    text = ax.text(*at, name, ha="center", va="center", linespacing=1.1, zorder=1.8, **look)
    make_drawable(text)


def draw_organizations(
    ax: Axes, organizations: gpd.GeoDataFrame, crs: Any, settings: Settings
) -> list[Any]:
    """Draw organizations at their towns: supported large and green, others small and pale.

    Returns how far support reaches, as polygons in map units.
    """
    placed = organizations[organizations.geometry.notna()].to_crs(crs)
    others = placed.geometry[placed["support"].isna()].drop_duplicates()
    ax.scatter(others.x, others.y, zorder=3, **style.look(style.MARKS["known"]))
    supported = placed.geometry[placed["supported"]].drop_duplicates()
    rings = reach(supported, settings.radius_km * 1000, crs)
    for ring in rings:
        _draw_area(ax, ring)
    probable = placed.geometry[placed["support"].eq("probable")]
    ax.scatter(probable.x, probable.y, zorder=4, **style.look(style.MARKS["probable"]))
    ax.scatter(supported.x, supported.y, zorder=4, **style.look(style.MARKS["supported"]))
    return rings


def _draw_area(ax: Axes, area: Any) -> None:
    """Draw how far support reaches: a faint area with a line around it and its holes."""
    look = style.RADIUS
    rings = [np.array(ring.coords) for ring in (area.exterior, *area.interiors)]
    faint: dict[str, Any] = {"facecolor": look["colour"], "alpha": look["opacity"]}
    shape = Path.make_compound_path(*(Path(ring, closed=True) for ring in rings))
    ax.add_patch(PathPatch(shape, edgecolor="none", zorder=2, **faint))
    line: dict[str, Any] = {"color": look["colour"], "linewidth": look["width"]}
    for ring in rings:
        ax.plot(*ring.T, linestyle=(0, look["dashes"]), zorder=2.1, **line)


def draw_hotspots(ax: Axes, gaps: gpd.GeoDataFrame, crs: Any, *, fainter: float = 1.0) -> None:
    """Draw hotspots in red by kind, hollow outside the question, and ring the gaps.

    Parameters
    ----------
    ax
        Axes whose limits are final.
    gaps
        As `find_gaps` returns it.
    crs
        Of the map.
    fainter
        Opacity, below 1 for hotspots that are not the subject.
    """
    placed = gaps[gaps.geometry.notna()].to_crs(crs)
    gap, asked = gap_rows(placed), placed["in_question"]
    scale = min(1.0, (MANY_GAPS / max(int((gap & asked).sum()), 1)) ** 0.5)
    marks = np.where(asked, np.where(gap, "gap", "no_gap"), "apart")
    shapes = placed["kind"].map(style.marker)
    for name, shape in sorted(set(zip(marks, shapes, strict=True))):
        some = placed.geometry[(marks == name) & shapes.eq(shape)]
        look = style.look(style.MARKS[name], scale=scale, marker=shape)
        ax.scatter(some.x, some.y, zorder=6, alpha=fainter, **look)
    rings = placed["gap_type"].where(asked, "apart")
    for name in sorted(rings[gap].unique()):
        some = placed.geometry[gap & rings.eq(name)]
        for ring in style.RINGS.get(name, style.RINGS["unfunded_partner"]):
            look = style.look(ring, scale=scale)
            ax.scatter(some.x, some.y, zorder=5.5, alpha=fainter, **look)


def draw_labels(
    ax: Axes,
    gaps: gpd.GeoDataFrame,
    organizations: gpd.GeoDataFrame | None,
    crs: Any,
    *,
    also: gpd.GeoSeries | None = None,
) -> np.ndarray:
    """Label gaps first and boldly, then support, then other hotspots, fainter.

    No label covers a point in `also` if there is another place. Returns what the names of countries
    should keep away from, in map units: points, and corners and centres of labels.
    """
    labels = list_labels(gaps, organizations).to_crs(crs)
    points = [(p.x, p.y) for p in labels.geometry]
    avoid = []
    if organizations is not None:
        placed = organizations.geometry[organizations.geometry.notna()].drop_duplicates()
        avoid = [(p.x, p.y) for p in placed.to_crs(crs)]
    if also is not None:
        avoid += [(p.x, p.y) for p in also[also.notna()].to_crs(crs)]
    styles = [LABEL_STYLES[rank] for rank in labels["style"]]
    boxes = place_labels(ax, points, labels["text"].tolist(), avoid=avoid, styles=styles)
    return np.array([*points, *boxes, *avoid]).reshape(-1, 2)


def list_labels(gaps: gpd.GeoDataFrame, organizations: gpd.GeoDataFrame | None) -> gpd.GeoDataFrame:
    """List the labels in the order in which they choose their place; no text twice."""
    placed = gaps[gaps.geometry.notna()].sort_values(["rank", "hotspot_id"])
    asked = placed["in_question"]
    gap = asked & gap_rows(placed)
    names = [shortened(place_name(row), LABEL_LETTERS) for _, row in placed.iterrows()]
    hotspots = placed.assign(text=names, style=(~gap) * 2 + (~asked) * 1)
    parts = [hotspots[["text", "style", "geometry"]]]
    if organizations is not None:
        support = organizations[organizations["support"].notna() & organizations.geometry.notna()]
        support = support.sort_values(["support", "town"])
        towns = support["town"].fillna(support["name"])
        towns = towns.map(lambda town: shortened(town, LABEL_LETTERS))
        texts = towns.mask(~support["supported"], towns + " (probable)")
        parts.append(support.assign(text=texts, style=1)[["text", "style", "geometry"]])
    labels = pd.concat(parts).sort_values("style", kind="stable")
    labels = labels.drop_duplicates("text").head(MOST_LABELS)
    return gpd.GeoDataFrame(labels, geometry="geometry", crs=gaps.crs)
