"""Meanings of the tables that only a run with larger layers writes."""

from __future__ import annotations

import pytest

from hotspot_gaps.outputs.table_meanings import table_columns

SCENARIOS = ("open", "default", "closed")
COLUMNS = {
    "border_scenarios": [
        "hotspot_id", "name", "country", "in_question", "gap_type",
        *(f"{name}_{one}" for one in SCENARIOS
          for name in ("travel_min", "travel", "nearest_supported_id", "is_gap_by_road")),
    ],
    "people_by_district": [
        "level", "country", "name", "people", "known_share", "people_beyond_50km_of_documented",
        "share_beyond_50km_of_documented", "people_beyond_50km_of_known", "published_people",
        "difference_share", "documented_shown", "documented_withheld",
    ],
}  # fmt: skip


@pytest.mark.parametrize("table", COLUMNS)
def test_every_column_has_a_description(table):
    said = table_columns(table, COLUMNS[table])
    assert [name for name, column in said.items() if not column.description] == []


def test_units_follow_names():
    said = table_columns("border_scenarios", COLUMNS["border_scenarios"])
    assert said["travel_min_open"].unit == "min"
    assert said["travel_open"].unit == ""
    people = table_columns("people_by_district", COLUMNS["people_by_district"])
    assert people["share_beyond_50km_of_documented"].unit == "1"
    assert "farther than 50 km" in people["people_beyond_50km_of_known"].description


def test_a_column_that_is_not_known_has_no_description():
    assert table_columns("islands", ["mine"])["mine"] == ("mine", "", "")
