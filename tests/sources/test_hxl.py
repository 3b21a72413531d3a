"""HXL: hashtags, where they stand, and libhxl as a witness of how they are read."""

from __future__ import annotations

import string

import hxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotspot_gaps.errors import InputError
from hotspot_gaps.sources.grant_files import read_grants
from hotspot_gaps.sources.hxl import tag_row, to_tag
from published_grants import HXL


def read(tmp_path, text=HXL):
    path = tmp_path / "who.csv"
    path.write_text(text, encoding="utf-8")
    return read_grants(path)


def test_a_row_says_who_from_whom_when_and_where(tmp_path):
    first, second, third = read(tmp_path).grants
    assert (first.record, first.organization, first.country) == (3, "Klub Primjer", "ME")
    assert (first.programme, first.first, first.last) == (
        "Example Fund", "2020-01-01", "2020-12-31",
    )  # fmt: skip
    assert (first.places[0].name, first.places[0].level) == ("Bar", "town")
    assert (second.places[0].level, second.certainty) == ("area", "probable")
    assert not third.supports


def test_contacts_are_told_by_their_hashtag_alone(tmp_path):
    told = read(tmp_path).told()
    assert [one.field for one in told if "person" in one.why] == ["#contact+email"]
    assert "ana@" not in str(told)


def test_hashtags_may_stand_in_the_first_row_or_below_a_title(tmp_path):
    tagged = HXL.split("\n", 1)[1]
    for text in (tagged, f"Who is where,,,,,,,\n\nin 2020,,,,,,,\n{HXL}"):
        assert [one.organization for one in read(tmp_path, text).grants] == [
            one.organization for one in read(tmp_path).grants
        ]


def test_a_row_without_an_organization_is_told(tmp_path):
    reading = read(tmp_path, "#org,#country,#loc\n,ME,Bar\n")
    assert [one.record for one in reading.told()] == [2]


def test_a_table_without_hashtags_is_refused(tmp_path):
    with pytest.raises(InputError, match="neither the columns of 360Giving nor a row of HXL"):
        read(tmp_path, "name,country\nKlub,ME\n")


TAGS = st.builds(
    lambda name, attributes: "".join((f"#{name}", *(f" +{one}" for one in attributes))),
    st.text(string.ascii_letters + string.digits + "_", min_size=2, max_size=8).filter(
        lambda name: name[0].isalpha()
    ),
    st.lists(
        st.sampled_from(["name", "code", "funder", "lat", "start", "f", "v_ocha"]), max_size=3
    ),
)


@given(st.lists(TAGS, min_size=1, max_size=5))
def test_hashtags_are_those_that_libhxl_reads(cells):
    at, tags = tag_row([["Title"], cells])
    columns = hxl.data([["Title"], cells]).columns
    assert at == 1
    assert [(f"#{tag.name}", set(tag.attributes)) for tag in tags] == [
        (column.tag, set(column.attributes)) for column in columns
    ]


@pytest.mark.parametrize("cell", ["", "org", "# org", "#org name", "#1", "#org++name", "#org+"])
def test_what_is_no_hashtag(cell):
    assert to_tag(cell) is None
