"""Labels: place names beside their points without overlaps, the same way every time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from matplotlib.patheffects import Stroke
from matplotlib.text import Annotation

from hotspot_gaps.outputs import style
from hotspot_gaps.outputs.glyphs import make_drawable

Box: TypeAlias = tuple[float, float, float, float]

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.backend_bases import RendererBase

# Directions in the order that a reader expects a label: right, left, above, below, corners.
_ANGLES = (0, 180, 90, 270, 30, 330, 150, 210, 60, 300, 120, 240)
_DISTANCES = (11, 17, 26, 38, 52, 68)
_TURNS = np.radians(np.tile(_ANGLES, len(_DISTANCES)))
_DIRECTIONS = np.column_stack([np.cos(_TURNS), np.sin(_TURNS)])
_OUTWARDS = np.repeat(_DISTANCES, len(_ANGLES))[:, None]
_MARGIN = 2.0
# Half the side, in points, of the square kept free around a labelled point and a small symbol.
POINT_PT, SYMBOL_PT = 9.0, 3.0


class Label(Annotation):
    """A text with a white halo below it that stays text in PDF and SVG.

    matplotlib's own effects turn letters into shapes, that nobody can search or copy.
    """

    def draw(self, renderer: RendererBase) -> None:
        """Draw the halo as shapes, and the text over it."""
        self.set_path_effects([Stroke(linewidth=2.2, foreground=style.PAPER)])
        super().draw(renderer)
        self.set_path_effects([])
        super().draw(renderer)


def place_labels(
    ax: Axes,
    points: Sequence[tuple[float, float]],
    texts: Sequence[str],
    *,
    avoid: Sequence[tuple[float, float]] = (),
    styles: Sequence[dict[str, Any]],
) -> list[tuple[float, float]]:
    """Write a label beside each point where it covers no point and no earlier label.

    Parameters
    ----------
    ax
        Axes whose limits are final.
    points
        Coordinates in data units, in the order in which labels may choose their place.
    texts
        The labels, one a point.
    avoid
        Small symbols that a label had better not cover, in data units.
    styles
        Keyword arguments for the text, one a label.

    Returns
    -------
    list of tuple
        Centres and corners of the labels, in data units. Where no free place was found, the label
        stands where it overlaps least.
    """
    from matplotlib.backends.backend_agg import RendererAgg

    figure = ax.figure
    # Text is measured by one renderer for every format, so that PNG and PDF agree.
    renderer = RendererAgg(*figure.bbox.size, figure.dpi)  # type: ignore[no-untyped-call]
    scale = figure.dpi / 72
    frame = ax.get_window_extent(renderer)
    pixels = ax.transData.transform(np.array(points, dtype=float).reshape(-1, 2))
    taken = [_square(x, y, POINT_PT * scale) for x, y in pixels]
    small = ax.transData.transform(np.array(avoid, dtype=float).reshape(-1, 2))
    taken += [_square(x, y, SYMBOL_PT * scale) for x, y in small]
    spots = []
    for point, (x, y), text, look in zip(points, pixels, texts, styles, strict=True):
        label = Label(
            text, point, xytext=(0, 0), textcoords="offset points", ha="center", va="center",
            zorder=7, **look,
        )  # fmt: skip
        ax.add_artist(label)
        make_drawable(label)
        extent = label.get_window_extent(renderer)
        width, height = extent.width + _MARGIN, extent.height + _MARGIN
        inside = (frame.x0, frame.y0, frame.x1, frame.y1)
        dx, dy, box = _best_place((x, y), (width, height), scale, taken, inside)
        label.set_position((dx / scale, dy / scale))
        taken.append(box)
        _leader(ax, (x, y), box, scale)
        middle = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        spots += [(box[0], box[1]), (box[2], box[3]), middle]
    return [(x, y) for x, y in ax.transData.inverted().transform(spots)] if spots else []


def _square(x: float, y: float, half: float) -> Box:
    return x - half, y - half, x + half, y + half


def _best_place(
    anchor: tuple[float, float],
    size: tuple[float, float],
    scale: float,
    taken: list[Box],
    inside: Box,
) -> tuple[float, float, Box]:
    """Take the first free place outwards from the anchor, or else the least covered.

    Returns the way from the anchor to the centre, and the box of the label.
    """
    half = np.array(size) / 2
    ways = _DIRECTIONS * (_OUTWARDS * scale + half)
    centres = np.array(anchor) + ways
    boxes = np.hstack([centres - half, centres + half])
    cost = _overlaps(boxes, np.array(taken).reshape(-1, 4)).sum(axis=1)
    cut = size[0] * size[1] - _overlaps(boxes, np.array([inside]))[:, 0]
    cost += np.where(cut > 1e-6, 10 * cut, 0.0)
    # A hair less is no reason to go farther.
    best = int(np.argmax(cost <= cost.min() + 1e-9))
    west, south, east, north = map(float, boxes[best])
    return float(ways[best, 0]), float(ways[best, 1]), (west, south, east, north)


def _overlaps(boxes: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return the area that each of the boxes shares with each of the others."""
    one, other = boxes[:, None], others[None]
    sides = np.minimum(one[..., 2:], other[..., 2:]) - np.maximum(one[..., :2], other[..., :2])
    area: np.ndarray = np.prod(sides.clip(min=0), axis=-1)
    return area


def _leader(ax: Axes, anchor: tuple[float, float], box: Box, scale: float) -> None:
    """Draw a thin line to a label that had to move away from its point."""
    end = (np.clip(anchor[0], box[0], box[2]), np.clip(anchor[1], box[1], box[3]))
    if np.hypot(end[0] - anchor[0], end[1] - anchor[1]) < 14 * scale:
        return
    xs, ys = ax.transData.inverted().transform([anchor, end]).T
    ax.plot(xs, ys, color=style.LEADER, linewidth=0.7, zorder=6.5, solid_capstyle="round")
