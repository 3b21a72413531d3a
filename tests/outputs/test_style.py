"""Colours: readable as text, told apart in grey, and in one place."""

from __future__ import annotations

import re

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from hotspot_gaps.outputs import style


def luminance(colour):
    """Return the relative luminance of WCAG 2.2."""
    linear = [((c + 0.055) / 1.055) ** 2.4 if c > 0.04045 else c / 12.92 for c in to_rgb(colour)]
    return float(np.dot([0.2126, 0.7152, 0.0722], linear))


def contrast(one, other):
    light, dark = sorted([luminance(one), luminance(other)], reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_that_of_the_standard():
    """WCAG 2.2: white on black is 21 to 1, and #767676 the lightest grey that passes on white."""
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)


@pytest.mark.parametrize("ground", [style.PAPER, style.BOX, style.VEIL])
@pytest.mark.parametrize(
    "text",
    [*style.TEXTS.values(), *(style.LABELS[k] for k in ("gap", "supported", "other", "site"))],
)
def test_text_can_be_read(text, ground):
    assert contrast(text.colour, ground) >= 4.5


@pytest.mark.parametrize("text", [style.LABELS["apart"], style.LABELS["country"]])
def test_fainter_labels_can_be_read_on_the_halo(text):
    assert contrast(text.colour, style.PAPER) >= 4.5


def test_colours_differ_in_lightness_or_their_symbols_in_shape():
    """CIE L* apart by 20 or more can be told apart in grey print and with any colour vision."""

    def lightness(colour):
        return 116 * np.cbrt(luminance(colour)) - 16

    for dark in (style.SUPPORTED, style.PROPOSED):
        assert lightness(style.HOTSPOT) - lightness(dark) >= 20
    shapes = {name: mark.marker for name, mark in style.MARKS.items()}
    assert shapes["supported"] not in set(style.MARKERS.values())
    assert shapes["known"] not in set(style.MARKERS.values())


def test_the_palette_is_every_colour_as_plain_text():
    colours = style.palette()
    assert colours["hotspot"] == style.HOTSPOT
    assert all(re.fullmatch(r"#[0-9a-f]{6}", hue) for hue in colours.values())
    assert len(colours) > 20
    rules = style.css_variables()
    for name, hue in colours.items():
        assert f"--{name.replace('_', '-')}: {hue}" in rules
    assert "<" not in rules


def test_every_mark_can_be_drawn():
    ax = Figure().add_subplot()
    for mark in [
        *style.MARKS.values(),
        *(ring for rings in style.RINGS.values() for ring in rings),
    ]:
        drawn = ax.scatter(0, 0, **style.look(mark, scale=2))
        assert drawn.get_sizes()[0] == mark.area * 2
    for text in [*style.LABELS.values(), *style.TEXTS.values()]:
        assert ax.text(0, 0, "a", **style.text_look(text)).get_fontsize() == text.size
    small = ax.text(0, 0, "a", **style.text_look(style.TEXTS["title"], largest=9))
    assert small.get_fontsize() == 9
