"""Sentences follow the counts."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

import hotspot_gaps as hg
from conftest import make_hotspots
from hotspot_gaps.outputs import words
from results import known_of


@pytest.fixture
def known(gaps, organizations):
    return known_of(gaps, organizations)


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ({"asked": 0, "gaps": 0}, "No smaller hotspot town or border crossing here to ask about"),
        (
            {"asked": 0, "in_question": 5, "untold": 5},
            "Not known: of 5 hotspots, none can be judged",
        ),
        ({"asked": 1, "gaps": 1}, "The one smaller hotspot town or crossing has no documented"),
        ({"asked": 1, "gaps": 0}, "The one smaller hotspot town or crossing has documented"),
        (
            {"asked": 3, "gaps": 3, "supported_placed": 0},
            "No documented support can be placed on 31",
        ),
        ({"asked": 3, "gaps": 0}, "All 3 smaller"),
        ({"asked": 3, "gaps": 3}, "None of 3 smaller"),
        ({"asked": 3, "gaps": 1}, "1 of 3 smaller hotspot towns and crossings has no documented"),
        ({"asked": 3, "gaps": 2}, "2 of 3 smaller hotspot towns and crossings have no documented"),
    ],
)
def test_headline(known, counts, expected):
    assert words.headline(replace(known, **counts), hg.Settings()).startswith(expected)


def test_subline(known):
    rule = hg.Settings()
    assert words.subline(known, rule).startswith("12 of the 13 supported organizations cannot be")
    assert words.subline(known, rule).endswith("some of these towns may in truth be covered.")
    assert "this town may" in words.subline(replace(known, gaps=1), rule)
    for counts, expected in (
        ({"gaps_certain": 0}, "they could be near all 11 gaps, so none is certain."),
        ({"gaps_certain": 0, "gaps": 1}, "they could be near the one gap, so it is not certain."),
        (
            {"gaps_certain": 3},
            "at least 3 of the 11 gaps stay, if no other programme supported more.",
        ),
        (
            {"gaps_certain": 3, "programmes_silent": ()},
            "wherever they are, at least 3 of the 11 gaps stay.",
        ),
        ({"gaps_certain": 11}, "all 11 gaps stay, if no other programme supported more."),
        (
            {"gaps_certain": 1, "gaps": 1, "programmes_silent": ()},
            "wherever they are, the one gap stays.",
        ),
    ):
        assert words.subline(replace(known, **counts), rule).endswith(expected)
    unstated = replace(known, supported_stated=None, supported_known=2)
    assert words.subline(unstated, rule).endswith(
        "is not seen, and 1 that are listed have no town."
    )
    assert "covered" not in words.subline(replace(known, gaps=0), rule)
    assert words.subline(replace(known, supported_missing=0), rule).startswith("All 13")
    assert "not stated" in words.subline(replace(known, supported_stated=None), rule)


def test_box(known):
    text = " ".join(words.not_known(known, hg.Settings()))
    assert "1 placed, of 13 that the programme says it supported (another page" in text
    text = " ".join(
        words.not_known(
            replace(known, hotspots_stated=None, size_unknown=2), hg.Settings(hotspots="m.csv")
        )
    )
    assert "22 documented in the table" in text
    assert "Placed, but not judged: 2; `reason` in gaps.csv says why." in text
    assert not words.not_judged(known)
    one = words.not_judged(replace(known, size_unknown=1))
    assert one.startswith("1 hotspot in question is placed and not judged")
    assert "press" not in text
    text = " ".join(
        words.not_known(replace(known, in_question=38), hg.Settings(evidence="related"))
    )
    assert "22 listed of about 40" in text
    assert "Asked here as well: 16 from later texts" in text
    text = " ".join(words.not_known(replace(known, in_question=7), hg.Settings(evidence="direct")))
    assert "Asked here: the 7 named directly" in text


def test_where_nobody_was_looked_for_the_first_line_says_so(organizations):
    abroad = make_hotspots([("a", "town", 900, 14.98, 51.15)]).assign(country="DE")
    both = pd.concat([abroad, make_hotspots([("b", "town", 900, 19.4, 42.0)])], ignore_index=True)
    said = "No organization that can be shown is listed in DE: a gap there says that nobody was "
    for hotspots, start in ((abroad, said), (both, "12 of the 13 supported organizations")):
        known = known_of(hg.find_gaps(hotspots, organizations), organizations)
        assert (known.unlisted, known.unlisted_countries) == (1, ("DE",))
        line = words.subline(known, hg.Settings())
        assert line.startswith(start)
        assert said in line
