"""The figure of concentration: bars by size of town, and the curve."""

from __future__ import annotations

from itertools import pairwise

import pytest

import hotspot_gaps as hg
from hotspot_gaps.gaps.concentration import concentration
from hotspot_gaps.judging import judge
from hotspot_gaps.outputs.concentration_figure import CLASSES, concentration_figure


@pytest.fixture(scope="module")
def known():
    return judge(hg.Settings()).known


def draw(found, known):
    figure = concentration_figure(found, known, settings=hg.Settings(), sources="Texts.")
    figure.canvas.draw()
    return figure


def words(figure):
    return " ".join(text.get_text() for text in figure.texts)


def test_the_built_in_case(gaps, organizations, known):
    figure = draw(concentration(gaps, organizations, hg.load_places()), known)
    told = words(figure)
    assert "Smaller towns have 36% of the known organizations, 41% of the hotspots" in told
    assert "12 of the 13 supported organizations cannot be placed" in told
    assert "36 organizations without a town and 53 withheld, 16 hotspots outside" in told
    assert "within what chance gives" in told
    labels = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert labels[1:4] == ["Hotspots: 22", "Organizations: 98 of 187", "Supported: 1 of 13"]
    assert labels[-1] == "Kosovo*: 20"
    shown = [text.get_text() for text in figure.axes[1].texts]
    assert shown[0] == "Gini 0.81"
    assert "96 organizations" in shown[1]


def test_bars_of_a_country_fill_the_width(gaps, organizations, known):
    figure = draw(concentration(gaps, organizations, hg.load_places()), known)
    ends = {}
    for bar in figure.axes[0].patches:
        y = round(bar.get_y() + bar.get_height() / 2)
        ends[y] = max(ends.get(y, 0), bar.get_x() + bar.get_width())
    assert len(ends) == 9  # one supported organization is too few to share out
    assert "too few to share out" in [text.get_text() for text in figure.axes[0].texts]
    assert list(ends.values()) == pytest.approx([1.0] * 9)


def test_nobody_is_drawn_as_none(gaps, organizations, known):
    figure = draw(concentration(gaps, organizations.iloc[:0], hg.load_places()), known)
    assert "No known organization can be placed" in words(figure)
    assert [text.get_text() for text in figure.axes[0].texts].count("none") >= 2
    assert figure.axes[1].texts[0].get_text() == "nothing to share"


def test_classes_can_be_told_apart_in_grey():
    looks = [(look["facecolor"], look.get("hatch")) for _, look in CLASSES.values()]
    assert len(set(looks)) == len(looks)
    greys = [int(look["facecolor"][1:3], 16) for _, look in CLASSES.values() if "hatch" not in look]
    assert min(abs(a - b) for a, b in pairwise(greys)) > 60
