"""Names to places: any spelling finds the place, and nothing is guessed."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import hotspot_gaps as hg
from hotspot_gaps.sources.gazetteer import Gazetteer, UnlocatableError, fold


@pytest.fixture(scope="module")
def gazetteer():
    return Gazetteer(hg.load_places())


@pytest.mark.parametrize(
    ("country", "names", "expected"),
    [
        ("ME", ["Rožaje", "Rozaje", "Рожаје", "ROŽAJE"], "Rožaje"),
        ("AL", ["Shkodër", "Shkodra", "Shkoder", "Shkodėr", "Skadar", "Scutari"], "Shkodër"),
        ("AL", ["Fier", "Fieri"], "Fier"),
        ("AL", ["Durrës", "Durrësi", "Durres", "Drač"], "Durrës"),
        ("AL", ["Sarandë", "Saranda"], "Sarandë"),
        ("XK", ["Pejë", "Peja", "Peć", "Пећ", "Pec"], "Pejë"),
        ("XK", ["Gjakovë", "Đakovica", "Djakovica", "Ђаковица"], "Gjakovë"),
        ("XK", ["Pristina", "Prishtinë", "Prishtina", "Priština", "Приштина"], "Pristina"),
        ("RS", ["Niš", "Nis", "Ниш"], "Niš"),
        ("RS", ["Čačak", "Чачак", "Cacak"], "Čačak"),
        ("BA", ["Brčko", "Брчко", "Brcko"], "Brčko"),
        ("MK", ["Skopje", "Скопје", "Shkup"], "Skopje"),
    ],
)
def test_every_spelling_finds_the_place(gazetteer, country, names, expected):
    for name in names:
        position = gazetteer.settle("name", name, country)
        assert gazetteer.places["name"].iat[position] == expected, name


def test_a_wrong_name_is_a_problem_with_a_hint(gazetteer):
    with pytest.raises(UnlocatableError, match="Is it Rožaje"):
        gazetteer.settle("name", "Rožaj3", "ME")


def test_names_are_compared_for_a_message_alone(gazetteer, monkeypatch):
    """It takes milliseconds a name: 21 s for 5,000 hotspots that have coordinates."""
    monkeypatch.setattr("difflib.get_close_matches", lambda *_, **__: pytest.fail("compared"))
    assert gazetteer.find("Rožaj3", "ME", (20.2, 42.8)).position is None


def test_an_ambiguous_name_lists_the_places_most_populous_first(gazetteer):
    with pytest.raises(UnlocatableError, match=r"3204176 Bijelo Polje \(15,400.*3204177"):
        gazetteer.settle("name", "Bijelo Polje", "ME")


def test_coordinates_settle_an_ambiguous_name(gazetteer):
    position = gazetteer.find("Bijelo Polje", "ME", (19.0, 42.3)).position
    assert gazetteer.places["geonames_id"].iat[position] == 3204177


def test_a_name_is_looked_for_in_its_country_only(gazetteer):
    assert gazetteer.find("Mostar", "RS").position is None


def test_own_names_come_before_alternate_names():
    places = gpd.GeoDataFrame(
        {
            "geonames_id": [1, 2], "name": ["Alfa", "Beta"], "alt_names": [None, "Alfa"],
            "country": "AL", "population": pd.array([5, 5000], "Int64"), "is_capital": False,
        },
        geometry=gpd.points_from_xy([20, 21], [41, 41]), crs="EPSG:4326",
    )  # fmt: skip
    assert Gazetteer(places).find("alfa", "AL").position == 0


def test_an_unknown_id_is_a_problem(gazetteer):
    with pytest.raises(UnlocatableError, match="no place of this number"):
        gazetteer.by_id(1, "ME")


def test_an_id_of_another_country_is_a_problem(gazetteer):
    with pytest.raises(UnlocatableError, match="this is Tirana in AL"):
        gazetteer.by_id(3183875, "ME")


def test_nearest_town(gazetteer):
    row, distance = gazetteer.nearest((17.81, 43.34), "BA")
    assert gazetteer.places["name"].iat[row] == "Mostar"
    assert distance < 1000
    assert gazetteer.nearest((0, 0), "ZZ") is None


@pytest.mark.no_cover
@given(st.text() | st.text(alphabet="dj đђžjD"))
def test_folding_twice_changes_nothing(name):
    assert fold(fold(name)) == fold(name)


@given(st.text(alphabet="abcčćdđefghijklmnoprsštuvzžëç "))
def test_case_does_not_matter(name):
    assert fold(name) == fold(name.upper())
