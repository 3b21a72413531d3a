"""Columns by all their names, and columns that are not known."""

import pytest
from faulty_tables import checked, problem, table

from hotspot_gaps.sources.columns import normal_name, unknown_columns
from hotspot_gaps.sources.schema import check_table


@pytest.mark.parametrize(
    ("name", "kind", "expected"),
    [
        ("Latitude", None, "lat"), ("y", "hotspots", "lat"), ("LNG", None, "lon"),
        ("ISO2", None, "country"),
        ("Country-Code", None, "country"), ("place_name", None, "name"), ("cso_name", None, "name"),
        ("cso_name", "supports", "organization"), ("Start", None, "from"), ("end", None, "to"),
        ("programme_id", None, "programme"), ("Source", None, "source_title"),
        ("source_tit", "hotspots", "source_title"), ("is_capital", "hotspots", "capital"),
        ("is_capital", "places", "is_capital"), ("remark", "hotspots", "remark"),
    ],
)  # fmt: skip
def test_synonyms(name, kind, expected):
    assert normal_name(name, kind) == expected


def test_unknown_columns_are_left_out_and_listed():
    frame = table({"Remark": "x", "y": "1", "x": "2", "lat": "42", "lon": "19"})
    assert unknown_columns(frame, "hotspots") == ("Remark", "y", "x")
    result = check_table(frame, "hotspots", "mine.csv")
    assert result["lat"].tolist() == [42]
    assert "Remark" not in result


def test_a_missing_column_lists_what_was_found():
    found = problem({"country": None, "Remark": "x"})
    assert (found.row, found.column) == (0, "country")
    assert found.what == "this column is missing; found: name, source_title, Remark."
    assert found.fix.startswith("Add it: ISO code")


@pytest.mark.parametrize(
    ("kind", "name", "ours"),
    [
        ("organizations", "sensitivty", "sensitivity"),
        ("organizations", "Restricted", "sensitivity"),
        ("organizations", "confidential", "sensitivity"), ("hotspots", "evidnce", "evidence"),
        ("hotspots", "Populaton", "population"), ("hotspots", "lattitude", "lat"),
        ("supports", "certanty", "certainty"),
    ],
)  # fmt: skip
def test_columns_that_are_nearly_known_are_problems(kind, name, ours):
    found = problem({name: "x"}, kind=kind)
    assert (found.file, found.row, found.column) == ("mine.csv", 0, name)
    assert found.what == f"this column is not used; did you mean {ours}?"
    assert found.fix == f"Name it {ours}, or delete it."


@pytest.mark.parametrize(
    ("kind", "cells"),
    [
        ("organizations", {"sensitivity": "public", "restricted": "no"}),
        ("organizations", {"town_note": "x", "evidence": "x", "lang": "sq"}),
        ("hotspots", {"evidence": "direct", "evidence2": "x", "elevation": "5"}),
    ],
)
def test_columns_that_are_not_close_or_not_needed_pass(kind, cells):
    assert len(checked(cells, kind=kind)) == 1
