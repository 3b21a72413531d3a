"""One town, in any spelling."""

from __future__ import annotations

import pytest

from hotspot_gaps import UnknownPlaceError
from hotspot_gaps.gaps.explanation import explanation


@pytest.mark.parametrize(
    "spelling", ["Rožaje", "Rozaje", "Рожаје", "ROŽAJE", "rozhaje", "me-rozaje"]
)
def test_every_spelling_says_the_same(gaps, spelling):
    assert explanation(gaps, spelling) == explanation(gaps, "Rožaje")


def test_part_of_a_name_is_enough_if_it_is_one(gaps):
    assert explanation(gaps, "Kulla")["hotspot"].startswith("Kulla crossing (ME)")
    assert explanation(gaps, "Leposaviq") == explanation(gaps, "Northern Kosovo")
    assert explanation(gaps, "Tirana")["rank"] == "none"
    assert explanation(gaps, "Lezha")["hotspot"].startswith("Lezhë")


def test_what_is_not_known_is_said(gaps):
    found = explanation(gaps, "Southern Serbia")
    assert found["verdict"] == "unknown"
    assert found["population"] == "not known"
    assert found["why"].startswith("Not located")


def test_a_place_that_is_not_listed(gaps):
    with pytest.raises(UnknownPlaceError, match="not in the list of hotspots"):
        explanation(gaps, "Atlantis")
    with pytest.raises(UnknownPlaceError, match=r"Berane \(ME\) is a town .* to say it is none"):
        explanation(gaps, "Беране")
    with pytest.raises(UnknownPlaceError, match="not in the list"):
        explanation(gaps, "Belgrade")  # its airport is
    with pytest.raises(UnknownPlaceError, match="Did you mean Zvornik"):
        explanation(gaps, "Zvornk")


def test_a_name_of_several(gaps):
    with pytest.raises(UnknownPlaceError, match="say which"):
        explanation(gaps, "triangle")
