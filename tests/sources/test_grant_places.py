"""Places of grants: towns from names, points and numbers; areas and countries are none."""

from __future__ import annotations

import pytest

from hotspot_gaps.sources.boundaries import load_places
from hotspot_gaps.sources.gazetteer import Gazetteer
from hotspot_gaps.sources.grant_places import place_organization
from hotspot_gaps.sources.grants import Place


@pytest.fixture(scope="module")
def gazetteer():
    return Gazetteer(load_places())


def found(gazetteer, *places, country="ME"):
    at = place_organization(places, country, gazetteer)
    return sorted(gazetteer.places["name"].iloc[list(at.towns)]), at


def test_a_seat_counts_before_an_activity_and_its_beneficiaries(gazetteer):
    towns, at = found(
        gazetteer,
        Place("beneficiaries", "Nikšić"), Place("activity", "Podgorica"), Place("seat", "Bar"),
    )  # fmt: skip
    assert (towns, at.basis, at.of) == (["Bar"], "stated", "seat")
    towns, at = found(gazetteer, Place("beneficiaries", "Nikšić"), Place("activity", "Podgorica"))
    assert (towns, at.basis) == (["Podgorica"], "activity_area")


def test_a_point_becomes_its_town_which_is_approximate(gazetteer):
    towns, at = found(gazetteer, Place("seat", lon=19.11, lat=42.1))
    assert (towns, at.exactness) == (["Bar"], "approximate")
    towns, at = found(gazetteer, Place("seat", "Bar", lon=19.11, lat=42.1, exactness="exact"))
    assert (towns, at.exactness) == (["Bar"], "exact")


def test_a_number_of_geonames_counts_before_a_point(gazetteer):
    number = int(gazetteer.places.set_index("name")["geonames_id"]["Bar"])
    place = Place("activity", lon=19.26, lat=42.44, geonames_id=number)
    assert found(gazetteer, place)[0] == ["Bar"]
    unknown = Place("activity", lon=19.26, lat=42.44, geonames_id=1)
    assert found(gazetteer, unknown)[0] == ["Podgorica"]


@pytest.mark.parametrize(
    ("place", "exactness", "why"),
    [
        (Place("seat", "Bar", level="area"), "area", "only an area is given"),
        (Place("seat", "Bar", level="country"), "country", "only a country is given"),
        (Place("seat", "Crna Gora"), "country", "only a country is given"),
        (Place("seat", "Bar", "AL"), "country", "in another country"),
        (Place("seat", "Nowhereville"), "", "no such town"),
        (Place("seat", lon=0.0, lat=0.0), "", "within 25 km"),
        (Place("seat", lon=0.0, lat=95.0), "", "not on earth"),
        (Place("seat", "Bar", lon=19.76, lat=43.35), "", "more than 25 km apart"),
    ],
)
def test_what_is_no_town_is_not_placed_and_says_why(gazetteer, place, exactness, why):
    towns, at = found(gazetteer, place)
    assert (towns, at.exactness, at.basis) == ([], exactness, "")
    assert why in at.why


def test_of_several_towns_none_is_chosen(gazetteer):
    towns, at = found(gazetteer, Place("activity", "Bar"), Place("activity", "Nikšić"))
    assert (towns, at.exactness) == (["Bar", "Nikšić"], "several")
    # The same town by name and by point is one.
    towns, _ = found(gazetteer, Place("seat", "Bar"), Place("seat", lon=19.11, lat=42.1))
    assert towns == ["Bar"]
