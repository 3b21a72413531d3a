"""Glyphs: names in any script are drawn as far as the font has their letters, and never as boxes.

The font that comes with matplotlib has Latin with every diacritic of the region, Greek, Cyrillic,
Arabic, Hebrew, Armenian and Georgian. A picture must not depend on the fonts of a computer, so
letters of other scripts are drawn as the sign for a character that cannot be shown; the tables have
them in full.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.ft2font import FT2Font
    from matplotlib.text import Text

NOT_SHOWN = "\N{REPLACEMENT CHARACTER}"
# Persian and others join or part their letters by these two; other invisible signs are left out.
FROM_LEFT = "\N{LEFT-TO-RIGHT MARK}"
TICK_PT = 10.0  # of a tick, its pad and the margin of the page
JOINERS = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"


def make_drawable(text: Text) -> None:
    """Set a text such that its font has every character of it.

    Parameters
    ----------
    text
        Changed in place: set upright where the slanted font lacks letters that the upright one
        has (Arabic); letters that no font has become one sign each, and invisible signs, such as
        those that turn the direction of writing, are left out.
    """
    said = text.get_text()
    if said.isascii() and said.replace("\n", "").isprintable():
        return
    if missing(said, _font(text)) and text.get_fontstyle() != "normal":
        text.set_fontstyle("normal")
    shown = drawable(said, _font(text))
    from_right = any(unicodedata.bidirectional(sign) in ("R", "AL") for sign in shown)
    # A line of ours runs from the left, also where it starts with a name that does not.
    text.set_text(FROM_LEFT + shown if from_right else shown)


def drawable(text: str, font: FT2Font) -> str:
    """Return a text without invisible signs, and with a sign for each letter that a font lacks.

    Marks on a letter that the font lacks are left out, as they have no place of their own.
    """
    whole = unicodedata.normalize("NFC", text)
    lost = missing(whole, font)
    plain = "".join(map(_visible, whole))
    return "".join(_instead(sign) if sign in lost else sign for sign in plain)


def missing(text: str, font: FT2Font) -> set[str]:
    """Return the visible signs of a text that a font lacks."""
    plain = set("".join(map(_visible, text))) - {"\n"}
    return {sign for sign in plain if not font.get_char_index(ord(sign))}


def make_all_drawable(figure: Figure) -> None:
    """Do the same for every text of a page and of its axes."""
    for text in [*figure.texts, *(text for ax in figure.axes for text in ax.texts)]:
        make_drawable(text)


def fitted(text: str, room_pt: float, size: float, *, end: str = "") -> str:
    """Cut a text that is wider than its column in type of this size; `end` stays whole."""
    if width_pt(text + end, size) <= room_pt:
        return text + end
    cuts = (text[:letters].rstrip() + "…" + end for letters in range(len(text) - 1, 0, -1))
    return next((cut for cut in cuts if width_pt(cut, size) <= room_pt), f"…{end}")


def width_pt(text: str, size: float) -> float:
    """Measure how wide a text is, in points, in plain type of a size."""
    from matplotlib.font_manager import FontProperties, findfont, get_font

    font = get_font(findfont(FontProperties()))
    font.set_size(size, 72)
    font.set_text(drawable(text, font))
    width: float = font.get_width_height()[0] / 64
    return width


def name_rows(
    ax: Axes,
    places: Sequence[float],
    names: Sequence[str],
    size: float,
    *,
    ends: Sequence[str] = (),
) -> None:
    """Write drawable names at places of the vertical axis, as far as there is room beside it.

    What `ends` adds to each name is never cut.
    """
    width = ax.bbox.x0 * 72 / ax.figure.dpi - TICK_PT
    ends = ends or [""] * len(names)
    names = [
        "\n".join(fitted(line, width, size, end=end) for line in name.split("\n"))
        for name, end in zip(names, ends, strict=True)
    ]
    ax.set_yticks(places, names, fontsize=size)
    labels = ax.get_yticklabels()
    for label in labels:
        make_drawable(label)
    # The axis writes its own list of names each time it is drawn.
    ax.set_yticklabels([label.get_text() for label in labels])


def _visible(sign: str) -> str:
    if sign == "\n" or sign in JOINERS:
        return sign
    category = unicodedata.category(sign)
    if category in ("Cf", "Cs"):
        return ""
    return " " if category in ("Cc", "Zl", "Zp") else sign


def _instead(sign: str) -> str:
    return "" if unicodedata.category(sign).startswith("M") else NOT_SHOWN


def _font(text: Text) -> FT2Font:
    from matplotlib.font_manager import findfont, get_font

    return get_font(findfont(text.get_fontproperties()))
