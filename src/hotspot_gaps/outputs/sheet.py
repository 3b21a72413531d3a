"""A sheet: what every figure of the analyses has, a title, lines below it, and a note."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from hotspot_gaps.outputs import style
from hotspot_gaps.outputs.words import KOSOVO_NOTE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH_IN, DPI = 10.0, 150
TITLE_CHARS, LINE_CHARS, NOTE_CHARS = 80, 134, 175
TITLE_IN, LINE_IN, NOTE_IN = 0.27, 0.19, 0.125


def sheet(
    body_in: float, *, title: str, warning: str, lines: Sequence[str], sources: str
) -> tuple[Figure, float, float]:
    """Make a figure with its texts, and say where there is room to draw.

    Parameters
    ----------
    body_in
        Height that the drawing needs, in inches.
    title, warning, lines
        The finding, how far it can be trusted, and the rule; from the top.
    sources
        What must be said of the data; the note on Kosovo follows it.

    Returns
    -------
    figure, bottom, top
        The two as shares of the height, between which the drawing goes.
    """
    from matplotlib.figure import Figure

    parts = [(text, TITLE_CHARS, TITLE_IN, 13.5, style.INK) for text in (title,)]
    parts.append((warning, LINE_CHARS, LINE_IN, 9.5, style.WARNING))
    parts += [(line, LINE_CHARS, LINE_IN, 9.5, style.MUTED) for line in lines]
    wrapped = [
        (textwrap.wrap(text, width), step, size, colour)
        for text, width, step, size, colour in parts
        if text
    ]
    note = textwrap.wrap(f"{sources} {KOSOVO_NOTE}".strip(), NOTE_CHARS)
    head_in = 0.3 + sum(len(rows) * step for rows, step, *_ in wrapped)
    foot_in = 0.25 + NOTE_IN * len(note)
    height = head_in + body_in + foot_in
    figure = Figure(figsize=(WIDTH_IN, height), dpi=DPI, facecolor="white")
    at = 0.15
    for number, (rows, step, size, colour) in enumerate(wrapped):
        weight = "bold" if number == 0 else "normal"
        for row in rows:
            y = 1 - at / height
            figure.text(0.015, y, row, va="top", fontsize=size, fontweight=weight, color=colour)
            at += step
    figure.text(
        0.015, 0.1 / height, "\n".join(note), fontsize=7, va="bottom", color=style.MUTED
    )  # fmt: skip
    return figure, foot_in / height, 1 - head_in / height


def plain(ax: Axes, *hidden: str) -> None:
    """Take away the sides of a frame that say nothing, and their ticks."""
    for side in ("top", "right", *hidden):
        ax.spines[side].set_visible(False)
    if "left" in hidden:
        ax.tick_params(axis="y", length=0)
    ax.set_axisbelow(True)
