"""Numbers with their nouns: one of a thing is told as one."""

from __future__ import annotations

import re

import pytest

from conftest import make_hotspots, make_organizations
from hotspot_gaps import Settings, find_gaps
from hotspot_gaps.gaps.counts import plural


@pytest.mark.parametrize(
    ("count", "words"), [(0, "0 inhabitants"), (1, "1 inhabitant"), (49_999, "49,999 inhabitants")]
)
def test_one_is_told_as_one(count, words):
    assert plural(count, "inhabitant") == words


@pytest.mark.parametrize(
    ("people", "said"),
    [
        (49_999, "Near miss: 1 inhabitant below the cut-off"),
        (50_001, "Near miss: 1 inhabitant above the cut-off"),
        (49_998, "Near miss: 2 inhabitants below the cut-off"),
        (1, "Gap: 1 inhabitant, and no documented support"),
    ],
)
def test_reasons_count_one_inhabitant(people, said):
    hotspots = make_hotspots([("t", "town", people, 18.0, 43.0)])
    found = find_gaps(hotspots, make_organizations([]), settings=Settings())
    assert said in found["reason"].item()
    assert not re.search("(?<![0-9,])1 inhabitants", found["reason"].item())
