"""360Giving: fields by path and title, days, places, and persons that never enter."""

from __future__ import annotations

import csv

import pytest

from hotspot_gaps.errors import InputError
from hotspot_gaps.sources.grant_files import read_grants
from hotspot_gaps.sources.threesixty import field_path
from published_grants import grant, write_json


def read(tmp_path, *grants):
    return read_grants(write_json(tmp_path / "grants.json", *grants))


@pytest.mark.parametrize(
    ("heading", "path"),
    [
        ("Identifier", "id"),
        ("Award Date", "awardDate"),
        ("Recipient Org:Name", "recipientOrganization.0.name"),
        ("recipientOrganization/0/location/1/geoCodeType", None),
        ("Recipient Org:0:Location:1:Geographic Code Type", None),
        ("Planned Dates:0:Duration (months)", "plannedDates.0.duration"),
        ("Beneficiary Location:Country Code", "beneficiaryLocation.0.countryCode"),
        ("Recipient Ind:Name", "recipientIndividual.name"),
    ],
)
def test_titles_and_paths_mean_the_same_fields(heading, path):
    expected = path or "recipientOrganization.0.location.1.geoCodeType"
    assert ".".join(field_path(heading)) == expected


def test_a_grant_says_who_from_whom_when_and_where(tmp_path):
    (found,) = read(tmp_path, grant()).grants
    assert (found.organization, found.organization_id) == ("Klub Primjer", "ME-X-1")
    assert (found.country, found.programme) == ("Montenegro", "Example Fund: Resilience")
    assert (found.first, found.last) == ("2020-01-01", "2020-12-31")
    assert [place.of for place in found.places] == ["seat", "beneficiaries"]
    assert (found.places[0].lat, found.places[0].lon) == (42.09871, 19.0951)
    assert found.source_title == "360Giving, grants.json, 360G-example-1"
    assert (found.source_url, found.source_date) == (grant()["url"], "2021-02-03")


def test_actual_days_come_before_planned_ones_and_the_award(tmp_path):
    actual = grant(actualDates=[{"startDate": "2020-03-01", "endDate": "2020-09"}])
    assert [(one.first, one.last) for one in read(tmp_path, actual).grants] == [
        ("2020-03-01", "2020-09-30")
    ]
    bare = read(tmp_path, grant(plannedDates=[]))
    assert [(one.first, one.last, one.certainty) for one in bare.grants] == [
        ("2019-12-01", "", "probable")
    ]
    assert "no last day is given" in str(bare.told())


def test_what_is_no_date_is_told_with_its_value(tmp_path):
    reading = read(tmp_path, grant(plannedDates=[{"startDate": "soon"}]))
    (remark,) = [one for one in reading.told() if one.field == "startDate"]
    assert (remark.record, remark.value) == (1, "soon")


@pytest.mark.parametrize(
    "person",
    [
        {"recipientIndividual": {"id": "x", "name": "Petar Petrovic"}},
        {"toIndividualsDetails": {"grantPurpose": ["GTIP010"]}},
    ],
)
def test_a_grant_to_a_person_is_counted_and_nothing_else(tmp_path, person):
    reading = read(tmp_path, grant(**person, title="For Petar Petrovic"))
    assert not reading.grants
    assert [(one.record, one.count, one.value) for one in reading.told()] == [(0, 1, "")]
    assert "Petar" not in str(reading.told())


@pytest.mark.parametrize(
    ("kind", "level"),
    [("CTRY", "country"), ("RGN", "area"), ("CTY", "area"), ("WD", "town"), ("", "town")],
)
def test_kinds_of_geographic_codes_say_how_coarse_a_place_is(tmp_path, kind, level):
    place = {"name": "Podgorica", "countryCode": "ME", "geoCodeType": kind}
    (found,) = read(tmp_path, grant(beneficiaryLocation=[place])).grants
    assert found.places[-1].level == level


@pytest.mark.parametrize(
    ("scope", "level"), [("GLS030", "country"), ("GLS040", "area"), ("GLS060", "town")]
)
def test_the_scope_of_a_grant_says_it_too(tmp_path, scope, level):
    (found,) = read(tmp_path, grant(locationScope=scope)).grants
    assert [place.level for place in found.places] == ["town", level]


def test_a_kind_that_is_not_known_is_told(tmp_path):
    place = {"name": "Bar", "geoCodeType": "XYZ"}
    reading = read(tmp_path, grant(beneficiaryLocation=[place]))
    assert [one.value for one in reading.told() if "geoCodeType" in one.field] == ["XYZ"]


def test_a_table_says_what_the_package_says(tmp_path):
    table = {
        "Identifier": "360G-example-1",
        "Title": "Youth against smuggling",
        "Award Date": "2019-12-01",
        "Amount Awarded": "12000",
        "URL": "https://funder.example.org/grants/1",
        "Last modified": "2021-02-03T10:00:00Z",
        "Planned Dates:0:Start Date": "2020-01-01",
        "Planned Dates:0:Duration (months)": "12",
        "Recipient Org:0:Identifier": "ME-X-1",
        "Recipient Org:0:Name": "Klub Primjer",
        "Recipient Org:0:Contact Name": "Ana Anic",
        "Recipient Org:0:Country": "Montenegro",
        "Recipient Org:0:Location:0:Latitude": "42.09871",
        "Recipient Org:0:Location:0:Longitude": "19.0951",
        "Recipient Org:0:Location:0:Country Code": "ME",
        "Funding Org:0:Name": "Example Fund",
        "Grant Programme:0:Title": "Resilience",
        "Beneficiary Location:0:Name": "Podgorica",
        "Beneficiary Location:0:Country Code": "ME",
    }
    path = tmp_path / "grants.csv"
    with path.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerows([table.keys(), table.values()])
    (found,) = read_grants(path).grants
    (expected,) = read(tmp_path, grant()).grants
    same = ("organization", "organization_id", "country", "places", "programme", "first", "last")
    assert [getattr(found, name) for name in same] == [getattr(expected, name) for name in same]
    assert found.record == 2


@pytest.mark.parametrize("text", ['{"grants": 1}', "[1]", '{"grants": [', "[" * 100_000])
def test_json_that_is_no_package_is_refused(tmp_path, text):
    path = tmp_path / "grants.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"grants\.json.*JSON"):
        read_grants(path)


@pytest.mark.parametrize("value", [None, 1, "x", [], [[1]], {"recipientOrganization": "x"}])
def test_what_is_no_grant_is_left_out(tmp_path, value):
    reading = read(tmp_path, value)
    assert not reading.grants
    assert "names no organization" in str(reading.told())
