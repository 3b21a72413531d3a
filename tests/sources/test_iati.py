"""IATI: who implements, when, where and how exactly; and XML that would do harm."""

from __future__ import annotations

import pytest

from hotspot_gaps.errors import InputError
from hotspot_gaps.sources.grant_files import read_grants
from published_grants import activity, location, write_xml


def read(tmp_path, *activities, **how):
    return read_grants(write_xml(tmp_path / "activities.xml", *activities, **how))


def test_an_activity_says_who_from_whom_when(tmp_path):
    (found,) = read(tmp_path, activity()).grants
    assert (found.organization, found.organization_id) == ("Example Club", "XK-1")
    assert (found.country, found.programme) == ("XK", "Example Fund")
    assert (found.first, found.last, found.certainty) == ("2020-01-15", "2020-12-31", "documented")
    assert (found.source_title, found.source_date) == (
        "IATI, activities.xml, XM-EX-1", "2021-05-06",
    )  # fmt: skip


def test_a_location_says_whose_it_is_and_how_exact(tmp_path):
    body = location(
        name="Prizren", pos="42.2139 20.7397", exactness="2", kind="2", geonames="786712"
    )
    body += location(name="Rahovec", reach="2", exactness="1", kind="1")
    (found,) = read(tmp_path, activity(body)).grants
    town, region = found.places
    assert (town.of, town.lat, town.lon, town.geonames_id) == ("activity", 42.2139, 20.7397, 786712)
    assert (town.exactness, town.level) == ("approximate", "town")
    assert (region.of, region.exactness, region.level) == ("beneficiaries", "exact", "area")


def test_a_position_in_other_words_is_told_without_its_value(tmp_path):
    reading = read(tmp_path, activity(location(pos="42.2139N 20.7397E", exactness="9")))
    told = {one.field: one.value for one in reading.told() if one.record}
    assert told["location.point.pos"] == ""
    assert told["location.exactness"] == "9"


@pytest.mark.parametrize("kind", ["10", "40", "70"])
def test_only_civil_society_is_carried(tmp_path, kind):
    text = activity().replace('type="22"', f'type="{kind}"')
    reading = read(tmp_path, text)
    assert not reading.grants
    assert {one.value for one in reading.told() if one.outcome == "left out"} == {kind, "10"}


def test_who_is_paid_is_carried_once(tmp_path):
    paid = """<transaction><transaction-type code="{}"/><transaction-date iso-date="2020-02-01"/>
      <value currency="EUR" value-date="2020-02-01">5</value>
      <receiver-org type="22" ref="{}"><narrative>{}</narrative></receiver-org></transaction>"""
    body = paid.format("3", "XK-1", "Example Club") + paid.format("2", "XK-2", "Another Club")
    body += paid.format("4", "XK-3", "A shop")
    found = read(tmp_path, activity(body)).grants
    assert [one.organization for one in found] == ["Example Club", "Another Club"]


@pytest.mark.parametrize(("status", "supports"), [("1", False), ("5", False), ("2", True)])
def test_what_is_planned_or_cancelled_is_no_support(tmp_path, status, supports):
    (found,) = read(tmp_path, activity(status=status)).grants
    assert found.supports is supports


def test_a_suspended_activity_is_probable_support(tmp_path):
    assert read(tmp_path, activity(status="6")).grants[0].certainty == "probable"


def test_several_countries_are_none(tmp_path):
    reading = read(tmp_path, activity('<recipient-country code="AL"/>'))
    assert reading.grants[0].country == ""
    assert "AL;XK" in {one.value for one in reading.told()}


def test_days_of_other_kinds(tmp_path):
    text = activity().replace('<activity-date type="3" iso-date="2020-12-31"/>', "")
    (found,) = read(tmp_path, text).grants
    assert (found.last, found.certainty) == ("", "probable")
    broken = activity().replace('iso-date="2020-01-15"', 'iso-date="15/01/2020"')
    reading = read(tmp_path, broken)
    assert reading.grants[0].first == "2019-12-01"
    assert "15/01/2020" in {one.value for one in reading.told()}


def test_version_1_is_refused(tmp_path):
    with pytest.raises(InputError, match="version 1 of IATI"):
        read(tmp_path, activity(), version="1.05")


@pytest.mark.parametrize(
    "text",
    ["<iati-activities", "<rss></rss>", "<iati-activities>&x;</iati-activities>", "<a>\0</a>"],
)
def test_other_xml_is_refused(tmp_path, text):
    path = tmp_path / "activities.xml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"activities\.xml.*XML"):
        read_grants(path)


LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))


@pytest.mark.parametrize(
    "head",
    [
        f'<!DOCTYPE x [<!ENTITY a0 "ha">{LAUGHS}]>',
        '<!DOCTYPE x [<!ENTITY a9 SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">',
        '<!DOCTYPE x [<!ENTITY % a SYSTEM "http://127.0.0.1:9/x"> %a;]>',
    ],
    ids=["billion laughs", "external entity", "external subset", "parameter entity"],
)
def test_entities_are_refused_before_they_are_read(tmp_path, head):
    body = activity("<title><narrative>&a9;</narrative></title>" if "a9" in head else "")
    with pytest.raises(InputError, match="declares a document type or entities"):
        read(tmp_path, body, head=head)


def test_utf_16_hides_no_entity(tmp_path):
    path = tmp_path / "activities.xml"
    text = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'
    path.write_bytes(text.encode("utf-16"))
    with pytest.raises(InputError, match="declares a document type or entities"):
        read_grants(path)


def test_more_elements_than_are_borne_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("hotspot_gaps.sources.files.MAX_CELLS", 50)
    with pytest.raises(InputError, match="more than 50 cells"):
        read(tmp_path, activity(), activity())
