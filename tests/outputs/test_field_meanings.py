"""Meanings of columns: every column of every output has one, and radii are told."""

from __future__ import annotations

import pytest

import hotspot_gaps as hg
from hotspot_gaps.gaps.flags import columns
from hotspot_gaps.gaps.networks import islands
from hotspot_gaps.outputs.field_meanings import MEANINGS, meanings
from hotspot_gaps.outputs.privacy import PUBLIC_COLUMNS


@pytest.fixture(scope="module")
def tables(organizations, countries):
    found = islands(organizations)
    return {
        "gaps": columns(hg.Settings()),
        "organizations": PUBLIC_COLUMNS,
        "countries": list(countries),
        "islands": list(found.towns),
        "links": list(found.links),
    }


@pytest.mark.parametrize("name", ["gaps", "organizations", "countries", "islands", "links"])
def test_every_column_has_an_alias_and_a_description(tables, name):
    shown = [column for column in tables[name] if column != "geometry"]
    found = meanings(name, shown)
    assert list(found) == shown
    for column, said in found.items():
        assert said.alias, column
        assert said.description, column
        assert said.alias != column


@pytest.mark.parametrize("name", MEANINGS)
def test_no_alias_is_used_twice(name):
    aliases = [said.alias for said in MEANINGS[name].values()]
    assert len(set(aliases)) == len(aliases)


@pytest.mark.parametrize("radius", [0.001, 25, 50, 33.25, 20004])
def test_a_radius_in_a_name_is_told(radius):
    settings = hg.Settings(radius_km=float(radius), partner_radius_km=float(radius))
    found = meanings("gaps", columns(settings))
    assert found[f"known_within_{radius:.10g}km"].alias == f"Known within {radius:.10g} km"
    assert f"{radius:.10g} km" in found[f"supported_within_{radius:.10g}km"].description
    assert not any("{" in text for said in found.values() for text in said)


def test_a_column_that_nobody_knows_is_its_own_alias():
    assert meanings("gaps", ["mine"]) == {"mine": ("mine", "")}
    assert meanings("another table", ["name"])["name"].alias == "name"


def test_crime_markets_are_answered_within_the_radius_of_their_table():
    names = ["supported_within_30km", "answered_by_known", "not_answered_by_known"]
    said = meanings("gaps", names)
    assert "a known organization within 30 km answer" in said["answered_by_known"].description
    assert "no known organization within 30 km is" in said["not_answered_by_known"].description
    alone = meanings("gaps", ["answered_by_known"])["answered_by_known"]
    assert "within the radius answer" in alone.description
