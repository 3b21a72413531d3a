"""The matrix of themes: a row a hotspot, a column a market, a mark for each answer."""

from __future__ import annotations

import pandas as pd
import pytest

import hotspot_gaps as hg
from hotspot_gaps.gaps.themes import market_cover
from hotspot_gaps.judging import judge
from hotspot_gaps.outputs.themes_figure import MARKS, MOST_ROWS, themes_figure
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
        in_question=~frame["name"].isin(apart), rank=pd.array([None] * len(frame), dtype="Int64"),
    )  # fmt: skip


def test_the_built_in_case(gaps, organizations, known):
    markets = market_cover(gaps, organizations, load_themes()).assign(rank=pd.NA)
    figure = draw(markets, known, withheld=53)
    assert "14 of 22 entries (a crime market at a hotspot) are answered" in words(figure)
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
    assert "Of no crime market" in words(draw(markets, known))


def test_of_many_the_first_gaps_are_drawn_and_the_rest_is_told(known):
    """Rows of two markets; the gaps by rank are the last of the table, some stand apart."""
    names = [f"T{at:03}" for at in range(200)]
    rows = [(name, market, 0, None, None) for name in names for market in ("drugs", "arms")]
    markets = table(*rows, apart=names[190:])
    markets["rank"] = (200 - markets["name"].str[1:].astype("Int64")).where(markets.index >= 200)
    markets.loc[markets["name"].eq("T000"), "withheld_answer"] = True
    figure = draw(markets, known, withheld=5)
    said = words(figure)
    assert f"{MOST_ROWS} of 200 hotspots are drawn" in said
    assert "the other 140 are in markets.csv" in said
    assert "Of no crime market" in said
    ax = figure.axes[0]
    drawn = [label.get_text() for label in ax.get_yticklabels()]
    assert drawn == [f"T{at:03} (XK*)" for at in range(130, 190)]
    # A market that a withheld one answers is marked, whichever hotspots are drawn.
    assert all("†" in label.get_text() for label in ax.get_xticklabels())
    few = draw(markets[markets["name"].isin(names[:MOST_ROWS])], known)
    assert "are drawn" not in words(few)
