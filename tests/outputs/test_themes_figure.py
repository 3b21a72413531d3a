"""The matrix of themes: a row a hotspot, a column a market, a mark for each answer."""

from __future__ import annotations

import pandas as pd
import pytest

import hotspot_gaps as hg
from hotspot_gaps.gaps.themes import market_cover
from hotspot_gaps.judging import judge
from hotspot_gaps.outputs.themes_figure import MARKS, themes_figure
from hotspot_gaps.sources.theme_table import load_themes


@pytest.fixture(scope="module")
def known():
    return judge(hg.Settings()).known


def draw(markets, known, withheld=0):
    figure = themes_figure(
        markets, known, withheld=withheld, settings=hg.Settings(), sources="Texts."
    )
    figure.canvas.draw()
    return figure


def words(figure):
    return " ".join(text.get_text() for text in figure.texts)


def table(*rows, apart=()):
    """Make rows of (hotspot, market, in reach, answered by known, by supported)."""
    names = ["name", "crime_market", "known_in_reach", "answered_by_known", "answered_by_supported"]
    frame = pd.DataFrame(rows, columns=names)
    frame["crime_market"] = frame["crime_market"].astype("str")
    kinds = {"answered_by_known": "boolean", "answered_by_supported": "boolean"}
    return frame.astype(kinds).assign(
        hotspot_id=frame["name"], country="XK", supported_in_reach=0, withheld_answer=False,
        in_question=~frame["name"].isin(apart),
    )  # fmt: skip


def test_the_built_in_case(gaps, organizations, known):
    markets = market_cover(gaps, organizations, load_themes())
    figure = draw(markets, known, withheld=53)
    assert "14 of 25 entries (a crime market at a hotspot) are answered" in words(figure)
    assert "12 of the 13 supported organizations cannot be placed" in words(figure)
    assert "53 withheld organizations are not counted" in words(figure)
    ax = figure.axes[0]
    assert len(ax.get_yticklabels()) == len(gaps)
    columns = [label.get_text() for label in ax.get_xticklabels()]
    assert columns[:2] == ["drug trafficking", "migrant smuggling †"]
    assert columns[-1] == "other"
    assert "car theft" in columns
    assert [t.get_text() for t in ax.texts].count("no market stated") == 8


def test_every_answer_has_its_own_mark(known):
    rows = [
        ("A", "drugs", 1, True, True), ("B", "drugs", 1, True, False),
        ("C", "drugs", 1, False, False), ("D", "drugs", 0, False, False),
        ("E", "drugs", 1, None, None), ("F", None, 1, None, None),
    ]  # fmt: skip
    figure = draw(table(*rows, apart=["F"]), known)
    ax = figure.axes[0]
    assert len(ax.collections) == 4
    shown = [text.get_text() for text in ax.texts]
    assert shown.count("?") == 1
    assert "no market stated" in shown
    assert "Named by later texts, outside the question:" in shown
    assert "2 of 4 entries" in words(figure)
    assert "1 by a supported one" in words(figure)
    assert "A (XK*)" in [label.get_text() for label in ax.get_yticklabels()]
    shapes = {(look.get("marker"), look.get("facecolor")) for _, look in MARKS.values()}
    assert len(shapes) == len(MARKS)  # shape or filling tells them apart, without any colour


def test_nothing_stated_is_drawn(known):
    markets = table(("A", None, 1, None, None))
    assert "None of 0 entries" in words(draw(markets, known))
