"""A proposal told in lines: each number once, singular and plural, and what is not known."""

from __future__ import annotations

import dataclasses

import pandas as pd
import pytest

from hotspot_gaps.gaps.proposal import Proposal

SITES = [
    {"order": 1, "site_id": "a", "name": "Ay", "country": "BA", "gain": 1200.0,
     "lost_without": 1100.0, "towns": "One; Two"},
    {"order": 2, "site_id": "b", "name": "Be", "country": "RS", "gain": 2.5,
     "lost_without": 2.0, "towns": "Three"},
]  # fmt: skip
EXCHANGES = [
    {"site_id": "a", "instead_id": "c", "name": "Ce", "country": "ME", "value": 1200.0, "share": 1},
    {"site_id": "b", "instead_id": "c", "name": "Ce", "country": "ME", "value": 1200.0, "share": 1},
]
STEPS = [
    {"step": 1, "site_id": "a", "name": "Ay", "country": "BA", "gain": 1200.0, "value": 1200.0,
     "best": 1200.0, "cost": 0.0},
    {"step": 2, "site_id": "b", "name": "Be", "country": "RS", "gain": 1.0, "value": 1201.0,
     "best": 1202.5, "cost": 1.5},
]  # fmt: skip


def proposal(count=2, **changes):
    tables = {"sites": SITES[:count], "alternatives": EXCHANGES[:count], "nested": STEPS[:count]}
    found = Proposal(
        **{name: pd.DataFrame(rows, columns=list(rows[0])) for name, rows in tables.items()},
        value=1202.5, bound=1300.0, gap=0.0, status="optimal", total=2000.0, unit="people",
        candidates=9, not_counted=(), notes=("A note.",),
    )  # fmt: skip
    return dataclasses.replace(found, **changes)


def test_every_line_of_a_proposal():
    assert proposal().lines() == [
        "2 of 9 candidate sites bring support near 1,202 of 2,000 people; "
        "no other choice of them does more.",
        "  1. Ay, BA: 1,200 more (One; Two); 1,100 lost without it",
        "  2. Be, RS: 2.5 more (Three); 2 lost without it",
        "2 exchanges of one site for another candidate keep at least 99 %.",
        "One grant at a time: Ay 1,200, Be 1; that costs up to 1.5 people against choosing "
        "together.",
        "A note.",
    ]


def test_one_site_is_told_in_the_singular_and_costs_nothing():
    lines = proposal(1, candidates=1, unit="towns", value=3.0, total=4.0).lines()
    assert lines[0].startswith(
        "1 of 1 candidate site brings support near 3 of 4 towns and crossings;"
    )
    assert lines[-2].endswith("Ay 1,200; that costs nothing against choosing together.")


@pytest.mark.parametrize(("count", "verb"), [(1, "shortens"), (2, "shorten")])
def test_ways_are_shortened(count, verb):
    lines = proposal(count, unit="people × km").lines()
    start = f"{count} of 9 candidate sites {verb} the ways by 1,202 of 2,000 people × km;"
    assert lines[0].startswith(start)


def test_a_search_that_was_cut_short_tells_its_bound():
    lines = proposal(status="time_limit").lines()
    assert lines[0].endswith("the search was cut short: no choice does more than 1,300.")


def test_whom_nobody_counted_is_named_before_the_notes():
    lines = proposal(not_counted=("Ka", "El")).lines()
    assert lines[-2:] == ["Not counted, people not known: Ka, El.", "A note."]


@pytest.mark.parametrize(
    ("value", "told"), [(99.4, "99.4"), (100.4, "100"), (100.0, "100"), (0.25, "0.2"), (5.0, "5")]
)
def test_numbers_below_a_hundred_keep_one_decimal(value, told):
    lines = proposal(value=value).lines()
    assert lines[0].startswith(f"2 of 9 candidate sites bring support near {told} of 2,000 people;")


def test_the_record_is_plain_and_whole():
    record = proposal().record()
    assert record["sites"] == SITES
    assert record["alternatives"] == EXCHANGES
    assert record["nested"] == STEPS
    assert set(record) == {field.name for field in dataclasses.fields(Proposal)}
    assert (record["bound"], record["status"], record["notes"]) == (1300.0, "optimal", ("A note.",))
