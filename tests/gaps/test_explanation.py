"""One town, in any spelling."""

from __future__ import annotations

import pandas as pd
import pytest

from hotspot_gaps.errors import UnknownPlaceError
from hotspot_gaps.gaps.explanation import explanation


@pytest.mark.parametrize(
    "spelling", ["Rožaje", "Rozaje", "Рожаје", "ROŽAJE", "rozhaje", "me-rozaje"]
)
def test_every_spelling_says_the_same(gaps, spelling):
    assert explanation(gaps, spelling) == explanation(gaps, "Rožaje")


@pytest.mark.parametrize(
    ("spelling", "name"),
    [
        ("Сараево", "Sarajevo"), ("Сарајево", "Sarajevo"), ("sarayevo", None), ("Биелина", None),
        ("Шкодер", "Shkodër"), ("Приштина", "Pristina"), ("Prishtina", "Pristina"),
    ],
)  # fmt: skip
def test_a_name_is_found_across_scripts(gaps, spelling, name):
    if name:
        assert explanation(gaps, spelling)["hotspot"].startswith(name)
    else:
        with pytest.raises(UnknownPlaceError, match="not in the list of hotspots"):
            explanation(gaps, spelling)


def test_a_table_in_cyrillic_is_asked_in_latin(gaps):
    cyrillic = gaps.assign(name=gaps["name"].replace("Sarajevo", "Сараево"), alt_names=None)
    assert explanation(cyrillic, "Sarajevo")["hotspot"].startswith("Сараево")


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


def test_every_line_about_one_town(gaps):
    row = gaps[gaps["name"].eq("Rožaje")].iloc[0]
    found = explanation(gaps, "Rožaje")
    assert found == {
        "hotspot": "Rožaje (ME), town",
        "verdict": row["gap_type"].replace("_", " "),
        "why": row["reason"],
        "evidence": f"{row['evidence']}, in the question",
        "crime markets": row["crime_markets"],
        "population": int(row["population"]),
        "population from": row["population_source"],
        "people within 25km": "not measured: hotspot-gaps fetch population",
        "by road": "not measured: hotspot-gaps fetch roads",
        "place from": row["location_source"],
        "rank": int(row["rank"]),
        "source": row["source"],
    }


@pytest.mark.parametrize(
    ("people", "share", "told"),
    [
        (12_345, 1.0, "12,345"),
        (12_345, 0.995, "12,345"),
        (12_345, 0.994, "12,345, 99% of the circle known"),
        (12_345, 0.5, "12,345, 50% of the circle known"),
        (None, 0.5, "not known"),
    ],
)
def test_people_are_told_with_what_is_known_of_the_circle(gaps, people, share, told):
    counted = gaps.assign(people_known_share=share)
    counted["people_within_25km"] = pd.array([people] * len(gaps), dtype="Int64")
    assert explanation(counted, "Rožaje")["people within 25km"] == told


@pytest.mark.parametrize(
    ("travel", "told"),
    [
        ("reached", "42 min to Ay"),
        ("too_far_from_a_road", "too far from a road"),
        (None, "not known"),
    ],
)
def test_the_way_by_road_is_told(gaps, travel, told):
    here = gaps["name"].eq("Rožaje")
    driven = gaps.assign(
        travel=pd.Series("unreachable", index=gaps.index, dtype=object).mask(here, travel),
        travel_min=41.6,
        nearest_supported_by_road_name="Ay",
    )
    assert explanation(driven, "Rožaje")["by road"] == told


def test_three_letters_are_no_part_of_a_name(gaps):
    with pytest.raises(UnknownPlaceError, match="not in the list"):
        explanation(gaps, "Kul")
    assert explanation(gaps, "Kull")["hotspot"].startswith("Kulla crossing")


def test_where_no_name_is_alike_the_column_is_named(gaps):
    with pytest.raises(UnknownPlaceError, match=r"See the column name in gaps\.csv\.$"):
        explanation(gaps, "Qqqqqq")
