"""Layers of a surface map: classes, isolines and their labels, organizations."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from hotspot_gaps.outputs import style
from hotspot_gaps.outputs.surface_classes import classify

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd
    from matplotlib.axes import Axes
    from matplotlib.contour import QuadContourSet
    from numpy.typing import NDArray

    from hotspot_gaps.access.ellipsoid import Floats

CLASS_ALPHA = 0.8
# Pixels of the longer side: of the picture, of what isolines are drawn from, of what is read.
PICTURE, LINES, READ = 1000, 500, 2000
# A limit is written on its line where this much of the map's height is free around it; once more
# where more is.
FREE, FREE_AGAIN = 0.02, 0.12
SUPPORT_LOOK: dict[str, Any] = {
    "s": 200, "marker": "P", "facecolor": style.SUPPORTED, "edgecolor": "white", "linewidths": 1.1,
}  # fmt: skip
KNOWN_LOOK: dict[str, Any] = {
    "s": 18, "marker": "x", "color": style.SUPPORTED, "linewidths": 1.1,
}  # fmt: skip


def draw_surface(
    ax: Axes, path: Path, limits: tuple[float, ...], crs: Any
) -> QuadContourSet | None:
    """Draw the classes of a surface and the isolines between them; return the lines.

    Parameters
    ----------
    ax
        Axes whose limits are final, in `crs`.
    path
        As `write_surface` wrote it.
    limits
        Upper limits of the classes, rising; at most four.
    crs
        Of the map.
    """
    values, codes = _warp(ax, path, crs, PICTURE, smooth=False)
    picture = np.zeros((*values.shape, 4), dtype=np.uint8)
    shades = np.array([_rgba(colour, CLASS_ALPHA) for colour in style.CLASSES])
    measured = values >= 0
    picture[measured] = shades[classify(values[measured], limits)]
    for code, (colour, _) in zip(codes, style.HATCHES, strict=False):
        picture[values == code] = _rgba(colour, CLASS_ALPHA)
    extent = (*ax.get_xlim(), *ax.get_ylim())
    ax.imshow(picture, extent=extent, interpolation="nearest", aspect="equal", zorder=0.5)
    for code, (_, hatch) in zip(codes, style.HATCHES, strict=False):
        _hatch(ax, values == code, hatch)
    smooth, _ = _warp(ax, path, crs, LINES, smooth=True)
    smooth = np.ma.masked_less(smooth, 0)
    if smooth.count() == 0 or not smooth.min() < limits[-1] or not smooth.max() > limits[0]:
        return None
    x, y = _middles(ax, smooth.shape)
    return ax.contour(
        x, y, smooth, levels=limits, colors=style.ISOLINE, linewidths=0.9, zorder=1.55
    )


def _warp(ax: Axes, path: Path, crs: Any, side: int, *, smooth: bool) -> tuple[Any, list[int]]:
    """Bring a surface into the frame of the map; below 0 where there is no value."""
    import rasterio
    from rasterio.enums import Resampling
    from rasterio.transform import from_bounds
    from rasterio.warp import reproject

    (west, east), (south, north) = ax.get_xlim(), ax.get_ylim()
    step = max(east - west, north - south) / side
    columns, rows = round((east - west) / step), round((north - south) / step)
    with rasterio.open(path) as surface:
        codes = [int(code) for code in json.loads(surface.tags()["codes"])]
        nodata = surface.nodata
        shrink = max(1.0, max(surface.shape) / READ)
        shape = tuple(max(1, round(size / shrink)) for size in surface.shape)
        read = surface.read(1, out_shape=shape)
        source = {
            "src_transform": from_bounds(*surface.bounds, shape[1], shape[0]),
            "src_crs": surface.crs,
        }
    if smooth:  # a code must not be mixed into a number
        read[read < 0] = nodata
    values = np.full((rows, columns), nodata, dtype=np.float32)
    reproject(
        read, values, **source, src_nodata=nodata, dst_nodata=nodata, dst_crs=crs.to_wkt(),
        dst_transform=from_bounds(west, south, east, north, columns, rows),
        resampling=Resampling.bilinear if smooth else Resampling.nearest,
    )  # fmt: skip
    return values, codes


def _middles(ax: Axes, shape: tuple[int, ...]) -> tuple[Floats, Floats]:
    """Return x and y of the middles of pixels that fill the frame."""
    (west, east), (south, north) = ax.get_xlim(), ax.get_ylim()
    rows, columns = shape
    x = west + (np.arange(columns) + 0.5) * (east - west) / columns
    y = north - (np.arange(rows) + 0.5) * (north - south) / rows
    return x, y


def _hatch(ax: Axes, where: NDArray[np.bool_], hatch: str) -> None:
    """Hatch the pixels where it holds."""
    if not where.any():
        return
    from matplotlib import rc_context

    x, y = _middles(ax, where.shape)
    with rc_context({"hatch.linewidth": 0.5}):
        drawn = ax.contourf(
            x, y, where.astype(float), levels=[0.5, 1.5], colors="none", hatches=[hatch], zorder=0.6
        )
    drawn.set_edgecolor(style.HATCH_INK)
    drawn.set_linewidth(0)


def _rgba(colour: str, alpha: float) -> tuple[int, ...]:
    from matplotlib.colors import to_rgb

    return tuple(round(255 * part) for part in (*to_rgb(colour), alpha))


def label_isolines(ax: Axes, lines: QuadContourSet, unit: str, occupied: Floats) -> None:
    """Write each limit on its line, once or twice, where nothing else is near."""
    (west, east), (south, north) = ax.get_xlim(), ax.get_ylim()
    high = north - south
    edge = 0.03 * high
    taken = [tuple(point) for point in occupied]
    patch: dict[str, Any] = {
        "boxstyle": "round,pad=0.12",
        "facecolor": "white",
        "edgecolor": "none",
        "alpha": 0.85,
    }
    for limit, line in zip(lines.levels, lines.get_paths(), strict=True):
        corners = np.asarray(line.vertices, dtype=np.float64)
        points, turns = corners[::4], _turns(corners)[::4]
        framed = (points[:, 0] > west + edge) & (points[:, 0] < east - edge)
        framed &= (points[:, 1] > south + edge) & (points[:, 1] < north - edge)
        points, turns = points[framed], turns[framed]
        for free in (FREE, FREE_AGAIN) if len(points) else ():
            away = _to_nearest(points, np.array(taken).reshape(-1, 2))
            best = int(away.argmax())
            if away[best] < free * high:
                break
            x, y = points[best]
            ax.text(
                x, y, f"{limit:.10g} {unit}", rotation=turns[best], rotation_mode="anchor",
                ha="center", va="center", fontsize=7.5, color=style.ISOLINE, bbox=patch, zorder=3.5,
            )  # fmt: skip
            taken.append(tuple(points[best]))


def _to_nearest(points: Floats, others: Floats) -> Floats:
    """Return how far each point is from the nearest other one."""
    from scipy.spatial import cKDTree

    if not len(others):
        return np.full(len(points), np.inf)
    return np.asarray(cKDTree(others).query(points)[0])


def _turns(points: Floats) -> Floats:
    """Return the direction of a line at its points in degrees, so that text stands upright."""
    ahead = np.roll(points, -3, axis=0) - np.roll(points, 3, axis=0)
    return (np.degrees(np.arctan2(ahead[:, 1], ahead[:, 0])) + 90) % 180 - 90


def draw_targets(ax: Axes, organizations: gpd.GeoDataFrame, to: str, crs: Any) -> dict[str, int]:
    """Draw the towns that are measured to; return how many are in the frame."""
    placed = organizations[organizations.geometry.notna()].to_crs(crs)
    supported = placed.geometry[placed["supported"]].drop_duplicates()
    others = placed.geometry[~placed["supported"]].drop_duplicates()
    if to == "known":
        ax.scatter(others.x, others.y, zorder=3, **KNOWN_LOOK)
    ax.scatter(supported.x, supported.y, zorder=4, **SUPPORT_LOOK)
    (west, east), (south, north) = ax.get_xlim(), ax.get_ylim()
    framed = {"supported": supported, "others": others}
    return {word: len(points.cx[west:east, south:north]) for word, points in framed.items()}


def lift_names(names: list[Any]) -> Floats:
    """Make names of countries readable on dark classes; return where they stand."""
    from matplotlib.patheffects import withStroke

    for name in names:
        name.set_path_effects([withStroke(linewidth=2.0, foreground="white")])
        name.set(color=style.MUTED, fontsize=min(8.0, name.get_fontsize()))
    return np.array([name.get_position() for name in names]).reshape(-1, 2)
