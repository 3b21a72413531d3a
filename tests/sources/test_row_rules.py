"""Rows agree with themselves and with each other."""

import pytest
from faulty_tables import checked, problem


def test_no_row_without_a_source():
    found = problem({}, {"name": "Ulcinj", "source_title": None})
    assert (found.row, found.column) == (3, "source_title, source_url")
    assert found.what == "there is no row without a source."
    assert checked({"source_title": None, "source_url": "https://example.org"}) is not None
    found = problem({"source_title": None})
    assert (found.row, found.column) == (0, "source_title or source_url")


def test_support_of_nobody():
    found = problem({"organization_id": None, "organization": None}, kind="supports")
    assert (found.row, found.column) == (0, "organization_id or organization")
    found = problem({"organization": "x"}, {"organization_id": None}, kind="supports")
    assert (found.row, found.what) == (3, "this does not say which organization.")


@pytest.mark.parametrize(
    ("kind", "first", "second", "same"),
    [
        ("hotspots", {"name": "Rožaje"}, {"name": "ROZAJE", "country": "MNE"}, "name"),
        ("hotspots", {"hotspot_id": "a"}, {"hotspot_id": "a", "name": "x"}, "hotspot_id"),
        ("organizations", {"town": "Bar"}, {"town": "Бар"}, "town"),
        ("organizations", {"organization_id": "1"}, {"organization_id": "1", "name": "x"}, "_id"),
        ("supports", {"from": "2020"}, {"from": "1.1.2020", "to": "2021"}, "programme"),
        ("places", {}, {"name": "x"}, "geonames_id"),
    ],
)  # fmt: skip
def test_duplicates_name_the_other_row(kind, first, second, same):
    found = problem(first, second, kind=kind)
    assert found.row == 3
    assert found.what.startswith("row 2 has the same ")
    assert same in found.what


def test_what_is_no_duplicate():
    assert len(checked({"kind": "town"}, {"kind": "border_crossing"}, {"country": "AL"})) == 3
    withheld = {"name": "name withheld", "sensitivity": "restricted"}
    assert len(checked(withheld, withheld, kind="organizations")) == 2
    assert len(checked({"from": "2020"}, {"from": "2021"}, kind="supports")) == 2
