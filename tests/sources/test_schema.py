"""The door: every rule has its message, and all problems come at once."""

import numpy as np
import pandas as pd
import pytest
from faulty_tables import GOOD, KINDS, checked, problems, table
from hypothesis import given, settings
from hypothesis import strategies as st

from hotspot_gaps.errors import InputError
from hotspot_gaps.sources import wording
from hotspot_gaps.sources.builtin import builtin_path
from hotspot_gaps.sources.columns import columns
from hotspot_gaps.sources.readers import read_table
from hotspot_gaps.sources.schema import check_table, read_checked, read_sifted, sift_table


@pytest.mark.parametrize("kind", KINDS)
def test_built_in_tables_pass_the_door(kind):
    frame = read_checked(builtin_path(f"{kind}.csv"), kind)
    assert len(frame) == len(pd.read_csv(builtin_path(f"{kind}.csv")))
    assert set(frame.columns) == set(columns(kind))


@pytest.mark.parametrize("kind", KINDS)
def test_a_filled_template_passes(tmp_path, kind):
    filled = [GOOD[kind].get(name, "") for name in columns(kind)]
    path = tmp_path / "mine.csv"
    path.write_text(",".join(columns(kind)) + "\n" + ",".join(filled) + "\n")
    assert len(read_checked(path, kind)) == 1
    required = [text.startswith("required: ") for text in columns(kind).values()]
    assert required == sorted(required, reverse=True)
    assert any(required)


def test_support_without_an_end_by_name():
    frame = checked({"organization_id": None, "Organization name": "Klub MASA"}, kind="supports")
    assert frame["organization_id"].tolist() == ["Klub MASA"]
    assert frame["to"].isna().all()
    assert frame["certainty"].tolist() == ["documented"]


def test_the_input_is_untouched():
    frame = table({"lat": "42,5", "lon": "19"})
    before = frame.copy()
    check_table(frame, "hotspots", "mine.csv")
    pd.testing.assert_frame_equal(frame, before)


def test_an_empty_table():
    empty = table().iloc[:0]
    with pytest.raises(InputError, match="this table has no rows"):
        check_table(empty, "hotspots", "mine.csv")
    assert len(check_table(empty, "hotspots", "mine.csv", empty_ok=True)) == 0


def test_all_problems_come_at_once():
    found = problems(
        {"name": None, "lat": "x", "lon": "1", "population": "0"},
        {"name": "b", "country": "??", "kind": "?", "Phone number": "1"},
        {"name": "c", "source_title": None},
    )
    assert [(p.row, p.column) for p in found] == [
        (0, "Phone number"), (2, "lat"), (2, "name"), (2, "population"), (3, "country"),
        (3, "kind"), (4, "source_title, source_url"),
    ]  # fmt: skip


def test_many_rows_of_one_problem_are_counted(monkeypatch):
    monkeypatch.setattr(wording, "MAX_TOLD", 2)
    found = problems(*({"name": f"n{i}", "lat": "x", "lon": "1"} for i in range(5)))
    assert [p.row for p in found] == [0, 2, 3]
    assert found[0].what == "3 more rows have this problem: this is not a number."


@pytest.mark.no_cover
@settings(max_examples=5, deadline=None)
@given(st.lists(st.text(max_size=20), min_size=10, max_size=30))
def test_any_text_is_a_value_or_a_problem(texts):
    for kind in KINDS:
        rows = [dict.fromkeys(columns(kind), text) for text in texts]
        with pytest.raises(InputError):
            checked(*rows, {**GOOD[kind], "country": "??", "from": "??"}, kind=kind)


def test_every_format_gives_the_same_table(tmp_path):
    rows = table({"lat": "42,5", "lon": "19,1"}, {"name": "Ulcinj", "population": "20000"})
    rows.to_csv(tmp_path / "a.csv", index=False, sep=";")
    rows.to_excel(tmp_path / "a.xlsx", index=False)
    rows.reset_index(drop=True).to_parquet(tmp_path / "a.parquet")
    frames = [
        check_table(read_table(tmp_path / name), "hotspots", name)
        for name in ("a.csv", "a.xlsx", "a.parquet")
    ]
    pd.testing.assert_frame_equal(frames[0], frames[1])
    pd.testing.assert_frame_equal(
        frames[0].reset_index(drop=True), frames[2].reset_index(drop=True)
    )


# Sifting.


def sifted(*rows, kind="hotspots", **options):
    return sift_table(table(*rows, kind=kind), kind, "mine.csv", **options)


def test_good_rows_go_on_and_all_problems_are_told():
    rows = ({"lat": "42", "lon": "19"}, {"name": "b", "lat": "x"}, {"name": "c", "country": "AL"})
    frame, found = sifted(*rows)
    assert frame.index.tolist() == [2, 4]
    assert frame["lat"].dtype == np.float64
    assert frame.attrs["points"] == "lat, lon"
    assert [(p.row, p.column) for p in found] == [(3, "lat"), (3, "lat, lon")]
    good, none = sifted(rows[0])
    assert none == []
    pd.testing.assert_frame_equal(good, checked(rows[0]))


@pytest.mark.parametrize("kind", KINDS)
def test_a_fault_of_the_file_leaves_no_rows(kind):
    frame, found = sifted({"source_title": None, "name": None, "programme": None}, kind=kind)
    assert len(frame) == 0
    assert set(frame.columns) == set(columns(kind))
    assert {p.row for p in found} == {0}


def test_a_file_is_read_and_sifted(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text("name,country,source\nBar,ME,a\nUlcinj,??,a\n")
    frame, found = read_sifted(path, "hotspots")
    assert frame["name"].tolist() == ["Bar"]
    assert [(p.file, p.row, p.column, p.value) for p in found] == [("mine.csv", 3, "country", "??")]
    path.write_text("name,country,source\n")
    assert read_sifted(path, "hotspots", empty_ok=True)[1] == []


@pytest.mark.parametrize("word", ["restricted", "Restricted", "restrictd"])
def test_restricted_rows_are_not_repeated(word):
    secret = {
        "name": "#REF!", "town": "#N/A", "lat": "hidden", "lon": "#NUM!", "source_url": "#NAME?",
        "source_title": "#VALUE!", "geonames_id": "hid", "latitude": "concealed",
        "sensitivity": word,
    }  # fmt: skip
    _, found = sifted(
        secret, {"name": "b", "lat": "17.81234N", "geonames_id": "open"}, kind="organizations"
    )
    assert len([p for p in found if p.row == 2]) >= 8
    told = " ".join(str(p) for p in found if p.row == 2)
    assert not any(value in told for name, value in secret.items() if name != "sensitivity")
    assert "open" in " ".join(map(str, found))
    assert "17.8" not in " ".join(map(str, found))


def test_no_row_of_organizations_repeats_a_place():
    row = {"town": "#N/A", "lat": "17.81234N", "latitude": "17.8", "lon": "E", "name": "#REF!"}
    _, found = sifted(row, kind="organizations")
    assert {p.column for p in found} >= {"town", "lat", "lon", "lat, latitude", "name"}
    assert {p.value for p in found} == {"", "#REF!"}


def test_a_first_row_of_data_is_not_repeated():
    frame = pd.DataFrame({"Tajna": ["b"], "Main Road 5": ["x"], "44.1234": ["y"]}, index=[2])
    _, found = sift_table(frame, "organizations", "mine.csv")
    told = " ".join(map(str, found))
    assert "row 1 must hold the names of the columns" in told
    assert not any(cell in told for cell in frame)


@pytest.mark.parametrize("name", ["sensitivty", "restricted"])
def test_a_misspelt_sensitivity_hides_every_row(name):
    _, found = sifted({name: "restricted", "lat": "hidden"}, kind="organizations")
    assert "hidden" not in " ".join(map(str, found))


def test_control_characters_of_columns_are_stripped():
    _, found = sifted({"country": None, "re\x1b[31mmark\n": "x"})
    assert found[0].what == "this column is missing; found: name, source_title, re[31mmark."
