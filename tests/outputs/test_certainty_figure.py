"""The figure of certainty follows its table."""

from __future__ import annotations

from dataclasses import replace

import pytest

import hotspot_gaps as hg
from hotspot_gaps.gaps.certainty import certain_gaps
from hotspot_gaps.judging import judge
from hotspot_gaps.outputs.certainty_figure import certainty_figure


@pytest.fixture(scope="module")
def known():
    return judge(hg.Settings()).known


def draw(gaps, known, missing):
    found = certain_gaps(gaps, hg.load_places(), missing=missing, radius_km=50)
    figure = certainty_figure(found, known, settings=hg.Settings(), sources="Texts.")
    figure.canvas.draw()
    return figure


def title(figure):
    lines = [text for text in figure.texts if text.get_fontweight() == "bold"]
    return " ".join(text.get_text() for text in lines)


def test_bars_are_the_table(gaps, known):
    figure = draw(gaps, known, 12)
    assert title(figure) == (
        "None of 11 gaps is certain; one would be with 8 of the 12 placed far from all of them"
    )
    ax = figure.axes[0]
    flagged, certain, mark = ax.containers
    assert [bar.get_height() for bar in certain][:6] == [11, 8, 5, 2, 1, 0]
    assert {bar.get_height() for bar in flagged} == {11}
    assert len(flagged) == 14  # to one after today's twelve
    assert mark[0].get_x() + mark[0].get_width() / 2 == 12
    assert "today: 12" in [text.get_text() for text in ax.texts]
    assert "none is certain" in " ".join(text.get_text() for text in figure.texts)


@pytest.mark.parametrize(
    ("missing", "expected"),
    [
        (0, "11 of 11 gaps are certain, wherever the support without a place is"),
        (2, "5 of 11 gaps are certain; 8 would be with 1 of the 2 placed far from all"),
        (4, "1 of 11 gaps is certain; 2 would be with 1 of the 4 placed far from all"),
    ],
)
def test_titles(gaps, known, missing, expected):
    assert title(draw(gaps, known, missing)).startswith(expected)


def test_no_gap(gaps, known):
    none = gaps[gaps["gap_type"].eq("not_asked")]
    assert title(draw(none, known, 12)) == "No gap to be certain of"


def test_one_gap(gaps, known):
    one = gaps[gaps["name"].eq("Sarandë")]
    assert title(draw(one, known, 0)) == (
        "The one gap is certain, wherever the support without a place is"
    )
    assert title(draw(one, known, 3)) == (
        "The one gap is not certain; it would be with 3 of the 3 placed far from all of them"
    )


def test_nothing_is_certain_where_nobody_states_the_support(gaps, known):
    figure = draw(gaps, replace(known, gaps_certain=None, supported_stated=None), 0)
    assert title(figure) == (
        "Not known how many of 11 gaps are certain: nobody states how much support there is"
    )
    assert not [text for text in figure.axes[0].texts if "today" in text.get_text()]
