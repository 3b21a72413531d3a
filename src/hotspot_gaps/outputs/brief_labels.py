"""Labels of the brief's maps: each beside its point, on nothing else, or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.ft2font import FT2Font

FONTS = ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf")  # an oblique letter is as wide as an upright one
BOLD_STYLES = (0, 1)
# Right, left, above, below, corners; then the same farther out.
ANGLES = np.radians([0, 180, 90, 270, 30, 330, 150, 210, 60, 300, 120, 240])
DISTANCES = (6.0, 9.0, 13.0, 18.0, 25.0, 34.0)
SYMBOL_PT, SMALL_PT = 4.5, 1.5  # half of the square that is kept free around a symbol
LEADER_PT = 8.0  # a label farther from its point than this is joined to it by a line
MOST = 60

Box = tuple[float, float, float, float]


class Label(NamedTuple):
    """A label: its centre, text, style and size, and where the line to its point ends."""

    x: float
    y: float
    text: str
    style: int
    size: float
    leader: list[list[float]]


def font_folder() -> Path:
    """Return where the fonts of the brief are: they come with matplotlib, on every machine."""
    from matplotlib import get_data_path

    return Path(get_data_path()) / "fonts" / "ttf"


def open_font(file: Path) -> FT2Font:
    """Open a font to measure text with, at 100 points."""
    from matplotlib.ft2font import FT2Font

    font = FT2Font(str(file))
    font.set_size(100, 72)
    return font


def text_width(text: str, size: float, font: FT2Font) -> float:
    """Return the width of a text in points; a letter that the font lacks is as wide as high."""
    glyphs = [font.get_char_index(ord(letter)) for letter in text]
    wide = [font.load_glyph(glyph).linearHoriAdvance / 65536 if glyph else 100 for glyph in glyphs]
    return sum(wide) * size / 100


def placed_labels(
    points: Any,
    texts: Sequence[str],
    styles: Sequence[int],
    *,
    sizes: Sequence[float],
    symbols: Any,
    small: Any,
    reserved: Sequence[Box],
    width: float,
    height: float,
) -> tuple[list[Label], list[Box]]:
    """Place labels where they cover no symbol and no other label.

    Parameters
    ----------
    points, texts, styles
        Where, what and how, in the order in which labels may choose their place.
    sizes
        Size of type in points, by style.
    symbols, small
        Points that no label may cover, with large and with small symbols.
    reserved
        Parts of the map that are taken, such as by the scale bar.
    width, height
        Of the map, in points.

    Returns
    -------
    tuple
        The labels that have a place, and the box of each. A bold one that finds none covers small
        symbols; else it is left out: the symbol stays, and the table has the name.
    """
    taken = [*_squares(symbols, SYMBOL_PT), *reserved]
    crosses = _squares(small, SMALL_PT)
    fonts = [open_font(font_folder() / name) for name in FONTS]
    labels: list[Label] = []
    boxes: list[Box] = []
    for (x, y), text, style in [*zip(points, texts, styles, strict=True)][:MOST]:
        size = sizes[style]
        span = (text_width(text, size, fonts[style in BOLD_STYLES]) + 2, size * 1.25)
        box = _free_box(float(x), float(y), span, np.array(taken + crosses), (width, height))
        if box is None and style in BOLD_STYLES:
            box = _free_box(float(x), float(y), span, np.array(taken), (width, height))
        if box is None:
            continue
        taken.append(box)
        boxes.append(box)
        centre = round((box[0] + box[2]) / 2, 1), round((box[1] + box[3]) / 2, 1)
        labels.append(Label(*centre, text, style, size, _leader(float(x), float(y), box)))
    return labels, boxes


def _squares(points: Any, half: float) -> list[Box]:
    return [(x - half, y - half, x + half, y + half) for x, y in np.asarray(points).tolist()]


def _free_box(
    x: float, y: float, span: tuple[float, float], taken: Any, size: tuple[float, float]
) -> Box | None:
    """Return the first box beside a point, outwards from it, that is inside and covers nothing."""
    far = np.repeat(DISTANCES, ANGLES.size)
    angle = np.tile(ANGLES, len(DISTANCES))
    across = x + np.cos(angle) * (far + span[0] / 2)
    down = y - np.sin(angle) * (far + span[1] / 2)
    west, east = across - span[0] / 2, across + span[0] / 2
    north, south = down - span[1] / 2, down + span[1] / 2
    free = (west >= 1) & (east <= size[0] - 1) & (north >= 1) & (south <= size[1] - 1)
    if len(taken):
        beside = (west[:, None] >= taken[:, 2]) | (east[:, None] <= taken[:, 0])
        above = (north[:, None] >= taken[:, 3]) | (south[:, None] <= taken[:, 1])
        free &= (beside | above).all(axis=1)
    if not free.any():
        return None
    at = int(free.argmax())
    return float(west[at]), float(north[at]), float(east[at]), float(south[at])


def _leader(x: float, y: float, box: Box) -> list[list[float]]:
    """Return the line from a point to a label that stands away from it; nothing for a near one."""
    end = float(np.clip(x, box[0], box[2])), float(np.clip(y, box[1], box[3]))
    if np.hypot(end[0] - x, end[1] - y) < LEADER_PT:
        return []
    return [[round(x, 1), round(y, 1)], [round(end[0], 1), round(end[1], 1)]]
