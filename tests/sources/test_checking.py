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
