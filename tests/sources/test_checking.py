"""Checking files without running anything."""

from __future__ import annotations

import pytest

from hotspot_gaps import InputError
from hotspot_gaps.sources.checking import check_files, kind_of


@pytest.mark.parametrize(
    ("columns", "kind"),
    [
        ({"name", "country", "source"}, "hotspots"),
        ({"Name", "Country", "Evidence"}, "hotspots"),
        ({"name", "country", "town", "source"}, "organizations"),
        ({"cso_name", "iso2", "town"}, "organizations"),
        ({"organization", "programme", "from", "source"}, "supports"),
    ],
)
def test_tables_are_told_apart_by_their_columns(columns, kind):
    assert kind_of(columns, "f.csv") == kind


def test_columns_that_fit_nothing():
    with pytest.raises(InputError, match="fit no known table"):
        kind_of({"a", "b"}, "f.csv")


def test_supports_are_checked_against_the_organizations_beside_them(tmp_path):
    (tmp_path / "s.csv").write_text("organization,programme,from,source\nOther,p,2020,t\n")
    (tmp_path / "o.csv").write_text("name,country,town,source\nPrva,BA,Mostar,t\n")
    alone = check_files([tmp_path / "s.csv"])
    assert not alone[0].problems
    both = check_files([tmp_path / "s.csv", tmp_path / "o.csv"])
    assert [report.file for report in both] == ["s.csv", "o.csv"]
    assert len(both[0].problems) == 1
    assert not both[1].problems


def test_columns_that_are_not_used_are_named(tmp_path):
    (tmp_path / "h.csv").write_text("name,country,source,remark\nZvornik,BA,t,x\n")
    report = check_files([tmp_path / "h.csv"])[0]
    assert report.line() == "h.csv: 1 hotspots, no problem found. Columns not used: remark."


def test_what_leaves_a_hotspot_without_an_answer_is_noted(tmp_path):
    rows = "name,country,crime_markets,source\nPreševo,RS,droga; drug_trafficking,t\nBar,ME,,t\n"
    (tmp_path / "h.csv").write_text(rows)
    report = check_files([tmp_path / "h.csv"])[0]
    assert not report.problems
    assert "Not judged until population is filled in: Preševo." in report.line()
    assert "that no built-in theme answers: droga; the built-in ones: arms_" in report.line()


@pytest.mark.parametrize(
    ("file", "text", "fix"),
    [
        ("g.json", '{"grants": []}', "hotspot-gaps convert"),
        ("a.xml", "<iati-activities/>", "hotspot-gaps convert"),
        ("s.toml", "radius_km = 5", "hotspot-gaps run"),
    ],
)
def test_of_files_that_are_no_tables_it_is_told_what_reads_them(tmp_path, file, text, fix):
    (tmp_path / file).write_text(text)
    assert fix in check_files([tmp_path / file])[0].problems[0].fix


def test_of_a_workbook_it_is_told_which_sheet_is_read():
    with pytest.raises(InputError, match="1 name, of which") as caught:
        kind_of({"a"}, "f.xlsx")
    assert "first sheet" in caught.value.problems[0].fix
