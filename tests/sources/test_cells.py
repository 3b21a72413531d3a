"""Cells: every kind of text becomes a value, or a problem with its fix."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from faulty_tables import GOOD, checked, table
from hypothesis import given, settings
from hypothesis import strategies as st

from hotspot_gaps.errors import InputError
from hotspot_gaps.sources.cells import plain_text, to_number, to_whole
from hotspot_gaps.sources.schema import check_table


def test_types_and_defaults_of_hotspots():
    frame = checked(
        {"hotspot_id": "a", "lat": "42,5", "lon": "19.1", "population": "12 500", "capital": "da"},
        {
            "name": "Ulcinj",
            "kind": "Border crossing",
            "evidence": "DIRECT",
            "alt_names": "Ulqin; ;x",
        },
    )
    assert frame.index.tolist() == [2, 3]
    assert frame["lat"].tolist()[0] == 42.5
    assert frame["lon"].dtype == np.float64
    assert frame["population"].dtype == frame["geonames_id"].dtype == "Int64"
    assert frame["population"].iat[0] == 12_500
    assert frame["capital"].dtype == "boolean"
    assert frame["capital"].isna().tolist() == [False, True]
    assert frame["kind"].tolist() == ["town", "border_crossing"]
    assert frame["evidence"].tolist() == ["reported", "direct"]
    assert frame["alt_names"].iat[1] == "Ulqin;x"


def test_defaults_of_organizations():
    frame = checked(
        {"town": "Mostar"}, {"name": "B", "sensitivity": "Restricted"}, kind="organizations"
    )
    assert frame["town_basis"].iat[0] == "stated"
    assert pd.isna(frame["town_basis"].iat[1])
    assert frame["sensitivity"].tolist() == ["public", "restricted"]


def test_places_of_unknown_size():
    frame = checked(
        {"population": "0", "is_capital": "yes"},
        {"geonames_id": "2", "population": "5"},
        kind="places",
    )
    assert frame["population"].isna().tolist() == [True, False]
    assert frame["is_capital"].tolist() == [True, False]


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2020", "2020-01-01", "2020-12-31"),
        ("2020-02", "2020-02-01", "2020-02-29"),
        ("2020-10-01", "2020-10-01", "2020-10-01"),
        ("1.10.2020.", "2020-10-01", "2020-10-01"),
        ("01. 10. 2020", "2020-10-01", "2020-10-01"),
    ],
)
def test_days_months_and_years(text, first, last):
    frame = checked({"from": text, "to": text}, kind="supports")
    assert (frame["from"].iat[0], frame["to"].iat[0]) == (first, last)


@pytest.mark.parametrize(
    ("kind", "cells", "column", "what", "fix"),
    [
        ("hotspots", {"name": ""}, "name", "this cell is empty.", "name of the place"),
        ("hotspots", {"lat": "abc", "lon": "19"}, "lat", "not a number", "42.4411"),
        ("hotspots", {"lat": "nan", "lon": "19"}, "lat", "not a number", "point or a comma"),
        ("hotspots", {"lat": "42", "lon": "inf"}, "lon", "not a number", "point or a comma"),
        ("hotspots", {"lat": "42°26'N", "lon": "19"}, "lat", "not a number", "decimal degrees"),
        ("hotspots", {"lat": "42.428.611", "lon": "19"}, "lat", "not a number", "decimal"),
        ("hotspots", {"lat": "1e99", "lon": "19"}, "lat", "not between -90 and 90", "degrees"),
        ("hotspots", {"lat": "4712345", "lon": "19"}, "lat", "not between -90 and 90", "metres"),
        ("hotspots", {"lat": "42", "lon": "-181"}, "lon", "not between -180 and 180", "degrees"),
        ("hotspots", {"lat": "119,1", "lon": "42"}, "lat, lon", "look swapped", "Exchange"),
        (
            "hotspots",
            {"lat": "42", "lon": ""},
            "lat, lon",
            "only one of the two",
            "both or neither",
        ),
        ("hotspots", {"population": "0"}, "population", "0 is not a population", "leave"),
        ("hotspots", {"population": "12.000"}, "population", "not a whole number", "12500"),
        ("hotspots", {"population": "12,000"}, "population", "not a whole number", "12500"),
        ("hotspots", {"population": "-5"}, "population", "not a whole number", "digits"),
        ("hotspots", {"population": "many"}, "population", "not a whole number", "digits"),
        ("hotspots", {"geonames_id": "3.5"}, "geonames_id", "not a whole number", "digits"),
        ("hotspots", {"country": "Albnia"}, "country", "not a country", "mean AL (Albania)"),
        ("hotspots", {"country": "QQ"}, "country", "not a country", "XK for Kosovo"),
        ("hotspots", {"kind": "prot"}, "kind", "not one of the choices", "mean port?"),
        ("hotspots", {"evidence": "?"}, "evidence", "not one of the choices", "direct, reported"),
        ("hotspots", {"capital": "maybe"}, "capital", "neither yes nor no", "yes or no"),
        ("hotspots", {"wording": "#REF!"}, "wording", "error of the spreadsheet", "Mend"),
        ("organizations", {"sensitivity": "secret"}, "sensitivity", "not one of", "restricted"),
        ("organizations", {"town_basis": "guess"}, "town_basis", "not one of", "from_name"),
        ("supports", {"from": "10/01/2020"}, "from", "ambiguous", "2020-01-10 or 2020-10-01"),
        ("supports", {"from": "13/01/2020"}, "from", "not a date", "1.10.2020"),
        ("hotspots", {"population": "40000001"}, "population", "more than 40,000,000", "alone"),
        ("places", {"population": "40000001"}, "population", "more than 40,000,000", "alone"),
        ("supports", {"from": "2020-13"}, "from", "not a date", "2020-10"),
        ("supports", {"from": "30.2.2020"}, "from", "not a date", "2020"),
        ("supports", {"to": "2500"}, "to", "not a date", "2020"),
        ("supports", {"from": "2020-10", "to": "2020-09"}, "to", "before the first day", "Correct"),
        ("supports", {"certainty": "sure"}, "certainty", "not one of", "probable"),
        ("places", {"geonames_id": ""}, "geonames_id", "this cell is empty", "unique"),
        ("places", {"lat": "", "lon": ""}, "lat", "this cell is empty", "latitude"),
    ],
)
def test_every_rule_has_its_message(kind, cells, column, what, fix):
    good = {"geonames_id": "9", "name": "other", "programme": "other"}
    frame = table(cells, {k: v for k, v in good.items() if k in GOOD[kind]}, kind=kind)
    frame = frame.replace("", None)
    with pytest.raises(InputError) as caught:
        check_table(frame, kind, "mine.csv")
    found = caught.value.problems[0]
    assert (found.file, found.row, found.column) == ("mine.csv", 2, column)
    assert what in found.what
    assert fix.lower() in found.fix.lower()
    assert found.value == (
        ", ".join(cells[c] or "-" for c in column.split(", ")) if any(cells.values()) else ""
    )
    assert len(caught.value.problems) == (2 if cells == {"lat": "", "lon": ""} else 1)


@settings(max_examples=100, deadline=None)
@given(st.floats(-90, 90), st.sampled_from([".", ","]))
def test_any_latitude_comes_back(value, point):
    text = f"{value!r}".replace(".", point)
    assert to_number(text) == value


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 10**12), st.sampled_from([" ", "\u00a0", "\u202f", ""]))
def test_any_count_comes_back(value, space):
    text = f"{value:,}".replace(",", space)
    assert to_whole(text) == value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, None), (float("nan"), None), (np.nan, None), (pd.NaT, None), (pd.NA, None),
        (12.0, "12"), (np.float64(42.25), "42.25"), (np.int64(3), "3"), (1e300, "1e+300"),
        (float("inf"), "inf"), (True, "yes"), (np.False_, "no"), ("  ", None), (" a ", "a"),
        (pd.Timestamp("2020-10-01"), "2020-10-01"), (dt.date(2020, 1, 2), "2020-01-02"),
        (np.array(["a", None]), "a"), ([1, 2.0], "1;2"),
        (dt.time(3, 4), "03:04:00"),
    ],
)  # fmt: skip
def test_plain_text(value, text):
    assert plain_text(value) == text
