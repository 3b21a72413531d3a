"""Files of grants from anybody: nothing in them stops the program, or tells of a person."""

from __future__ import annotations

import json

import pytest

from hotspot_gaps.converting import told
from hotspot_gaps.sources.grant_files import read_grants
from hotspot_gaps.sources.grants import told_field, told_value
from hotspot_gaps.sources.published_grants import load_grants
from published_grants import SECRETS, grant, write_json


def texts(found):
    return [frame.to_csv() for frame in found]


@pytest.mark.parametrize("where", ["value", "field", "file"])
def test_half_a_letter_is_no_letter(tmp_path, where):
    """JSON may hold half of a pair of UTF-16, and a name of a file bytes that are no letters."""
    made = grant(**{"x\ud800": "1"} if where == "field" else {})
    made["recipientOrganization"][0]["name"] = "Klub\ud800" if where == "value" else "Klub"
    name = "grants\udcff.json" if where == "file" else "grants.json"
    found = load_grants(write_json(tmp_path / name, made))
    assert found.organizations["name"].tolist() == ["Klub"]
    assert all(text.encode() for text in texts(found))


@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///home/ana/x", "see Ana Anic"])
def test_a_source_is_the_address_of_a_page_or_none(tmp_path, url):
    reading = read_grants(write_json(tmp_path / "grants.json", grant(url=url)))
    assert [one.source_url for one in reading.grants] == [""]
    assert ("source_url", "this is not the address of a page") in [
        (one.field, one.why) for one in reading.told()
    ]


def test_a_source_has_a_date_or_none(tmp_path):
    reading = read_grants(write_json(tmp_path / "grants.json", grant(dateModified="Ana Anic, Bar")))
    assert [one.source_date for one in reading.grants] == [""]


def test_a_person_under_a_name_in_other_letters_does_not_enter(tmp_path):
    person = grant(2, RecipientIndividual={"name": "Petar Petrovic"})
    person["recipientOrganization"][0] = {"name": "Petar Petrovic", "addressCountry": "ME"}
    found = load_grants(write_json(tmp_path / "grants.json", grant(), person))
    assert found.organizations["name"].tolist() == ["Klub Primjer"]


@pytest.mark.parametrize("text", [*SECRETS[:4], "42.09871,19.0951", "a village near Bar"])
def test_a_value_that_is_more_than_a_code_is_not_told(text):
    assert told_value(text) == ""


@pytest.mark.parametrize("name", ["Ulica Marsala 7", "42.09871, 19.0951", "069 123 456"])
def test_a_field_named_after_an_address_is_not_told(name):
    assert told_field(name) == "(withheld)"


def test_persons_in_every_field_of_free_text_leave_no_trace(tmp_path):
    made = grant(plannedDates=[{"startDate": "Ana Anic"}], dateModified="Ana Anic")
    made["recipientOrganization"][0]["location"] = [{"geoCodeType": "Ana Anic", "name": "Bar"}]
    found = load_grants(write_json(tmp_path / "grants.json", made))
    said = [*texts(found), *told(found, [tmp_path])]
    assert [text for text in said if "Ana" in text] == []


def test_what_cannot_be_carried_says_the_reason_alone(tmp_path):
    made = grant()
    made["recipientOrganization"][0]["name"] = "Ana 069 123 456"
    with pytest.raises(ValueError, match="carried over: personal data must not enter"):
        load_grants(write_json(tmp_path / "grants.json", made))


def test_a_workbook_with_hashtags_may_have_any_heading(tmp_path):
    import openpyxl

    book = openpyxl.Workbook()
    for row in (
        ["A list of grants"], ["Who", "Where", "Where"], ["#org", "#country", "#loc"],
        ["Klub", "ME", "Bar"],
    ):  # fmt: skip
        book.active.append(row)
    book.save(tmp_path / "who.xlsx")
    found = load_grants(tmp_path / "who.xlsx")
    assert found.organizations[["name", "town"]].to_numpy().tolist() == [["Klub", "Bar"]]


def test_names_of_signs_alone_are_no_names(tmp_path):
    path = tmp_path / "who.csv"
    path.write_text("#org,#country,#loc\n★,ME,Bar\n☆,ME,Nikšić\nKlub,ME,Bar\n", encoding="utf-8")
    found = load_grants(path)
    assert found.organizations["name"].tolist() == ["Klub"]
    assert found.remarks["why"].tolist().count("the name of this organization has no letter") == 2


def test_json_in_utf_16_is_refused_in_words(tmp_path):
    path = tmp_path / "grants.json"
    path.write_bytes(json.dumps({"grants": [grant()]}).encode("utf-16"))
    with pytest.raises(ValueError, match=r"grants\.json: .*UTF-8"):
        read_grants(path)
