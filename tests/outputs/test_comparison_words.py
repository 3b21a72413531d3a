"""Words about changes: counts, settings and names are those of the tables."""

from __future__ import annotations

import pandas as pd
import pytest

from conftest import make_hotspots, make_organizations
from hotspot_gaps import Settings, find_gaps
from hotspot_gaps.gaps.comparison import CHANGES, compare
from hotspot_gaps.gaps.differences import Finding
from hotspot_gaps.outputs.comparison_words import (
    CAUSES,
    WORDS,
    change_lines,
    comparison_title,
    differing_settings,
    paragraph,
    rule_words,
    support_lines,
)


def finding(rows, support, withheld=0, **rule):
    """Make a finding of hotspots and public organizations."""
    settings, organizations = Settings(**rule), make_organizations(support)
    gaps = find_gaps(make_hotspots(rows), organizations, settings=settings)
    return Finding(gaps, organizations, settings, withheld, 0, {})


ROWS = [("a", "town", 9, 18.0, 43.0), ("b", "town", 9, 20.0, 43.0)]
NEAR = [("o", "documented", "public", 18.1, 43.0)]


def test_title_and_paragraph_say_the_counts():
    old, new = finding(ROWS, []), finding(ROWS, NEAR)
    changes = compare(old, new)
    assert comparison_title(old, new, changes) == "1 gap now, 2 before: 1 covered now"
    told = paragraph(old, new, changes, trust=("No data.", "Trust it."))
    assert told.startswith("1 gap now, 2 before: 1 covered now. What was asked is the same.")
    assert "Covered now: A (BA). Documented support within 50 km that was not there" in told
    assert "New documented support: Organization o (Town)." in told
    assert told.endswith("Before: No data. Now: Trust it.")


def test_nothing_changed_is_said():
    same = finding(ROWS, NEAR)
    told = paragraph(same, same, compare(same, same), trust=("", ""))
    assert told == (
        "1 gap now, 1 before: the same ones. What was asked is the same. No hotspot was added, "
        "removed, corrected or answered otherwise."
    )


def test_settings_are_told_with_both_values():
    old = finding(ROWS, [])
    new = finding(ROWS, [], radius_km=30.5, smaller_below=100_000, evidence="related")
    assert differing_settings(old, new) == [
        "radius 30.5 km, before 50 km",
        "size cut-off 100,000 inhabitants, before 50,000 inhabitants",
        "weakest evidence related, before reported",
    ]
    assert rule_words(new) == (
        "31 December 2020, documented or related hotspots, under 100,000 inhabitants, "
        "radius 30.5 km"
    )


def test_what_is_drawn_is_no_question_and_no_table_of_ones_own_is_the_built_in_one():
    old, new = finding(ROWS, []), finding(ROWS, [], figures=True, hotspots="own.csv")
    assert differing_settings(old, new) == ["table of hotspots own.csv, before the built-in table"]


def test_gaps_on_added_and_removed_places_are_in_the_title():
    old, new = finding(ROWS, []), finding([*ROWS[1:], ("c", "town", 9, 21.0, 43.0)], [])
    title = comparison_title(old, new, compare(old, new))
    assert title == (
        "2 gaps now, 2 before: 1 on places added to the list, 1 on places removed from the list"
    )


def test_lines_join_what_has_one_reason():
    old, new = finding(ROWS, []), finding(ROWS, [], evidence="direct")
    assert change_lines(compare(old, new)) == []
    wide = finding(ROWS, NEAR, radius_km=500.0)
    narrow = finding(ROWS, NEAR, radius_km=1.0)
    (line,) = change_lines(compare(wide, narrow))
    assert line == (
        "New gap, covered → gap, no known organization: A (BA), B (BA). The radius is 1 km; it was "
        "500 km."
    )


def test_many_places_are_counted():
    rows = [(f"h{i:02d}", "town", 9, 18.0 + i / 100, 43.0) for i in range(12)]
    old, new = finding(rows, []), finding(rows, NEAR)
    told = paragraph(old, new, compare(old, new), trust=("", ""))
    assert "and 4 more" in told


def test_support_that_ended_is_named_unless_it_may_be_withheld():
    rows = [*NEAR, ("p", None, "public", 21.0, 43.0)]
    ended = [("o", None, "public", 18.1, 43.0), rows[1]]
    old = finding(ROWS, rows)
    assert support_lines(old, finding(ROWS, ended)) == [
        "No longer documented: Organization o (Town)."
    ]
    assert support_lines(old, finding(ROWS, rows[1:], withheld=1)) == []


@pytest.mark.parametrize(
    "evil", ["</script><img src=x onerror=alert(1)>", "$x$", "=1+1", "א" * 300]
)
def test_names_are_text(evil):
    old, new = finding(ROWS, []), finding(ROWS, NEAR)
    changes = compare(old, new).assign(name=evil)
    assert f"{evil} (BA)" in paragraph(old, new, changes, trust=("", ""))


def test_every_change_and_cause_has_its_words():
    assert tuple(WORDS) == CHANGES
    changes = pd.Series(list(CAUSES))
    assert changes.is_unique
