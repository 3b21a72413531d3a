"""A stranger's scripts, as they stand in this folder: from the public interface alone."""

from __future__ import annotations

import ast
import os
import runpy
import sys
from pathlib import Path

import matplotlib as mpl
import pandas as pd
import pytest

HERE = Path(__file__).parent
# Made up for this test, at or near real towns; no such clinic, school or library is claimed.
CLINICS = """clinic,x,y,open
made-up clinic A,356900,4700500,True
made-up clinic B,383900,4748000,False
made-up clinic C,321000,4663000,True
"""
LIBRARIES = """label,lon,lat
made-up library 1,18.4131,43.8563
made-up library 2,17.8081,43.3434
"""
SCHOOLS = """label,lon,lat
made-up school 1,18.3564,43.8519
made-up school 2,17.9078,44.2034
made-up school 3,17.8000,43.3400
made-up school 4,17.0000,42.9000
"""


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    """Work in an empty folder, where no window opens."""
    mpl.use("Agg")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def ran(script, monkeypatch, *arguments):
    monkeypatch.setattr(sys, "argv", [script, *map(str, arguments)])
    return runpy.run_path(str(HERE / script))


@pytest.mark.parametrize("script", sorted(HERE.glob("[!t]*.py")), ids=lambda path: path.name)
def test_scripts_use_the_public_interface_alone(script):
    for node in ast.walk(ast.parse(script.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            assert not (node.module or "").startswith(("hotspot_gaps", "tests", "conftest"))
        if isinstance(node, ast.Import):
            assert {a.name for a in node.names if "hotspot" in a.name} <= {"hotspot_gaps"}


def test_clinics_of_one_country(own_folder, monkeypatch, capsys):
    (own_folder / "clinics.csv").write_text(CLINICS, encoding="utf-8")
    names = ran("clinics.py", monkeypatch)
    gaps, towns, sites = names["gaps"], names["towns"], names["sites"]
    assert gaps.index.equals(towns.index)
    flagged = gaps["is_gap"].fillna(value=False).astype(bool)
    small = towns["inhabitants"] < 20_000
    open_ones = names["hg"].nearest(towns, names["clinics"].query("open"))["distance_m"] / 1000
    assert flagged.tolist() == (small & open_ones.gt(20)).tolist()
    assert 0 < flagged.sum() < len(towns)
    assert gaps.loc[flagged, "gap_type"].nunique() == 2
    assert len(sites.sites) == 2
    assert set(sites.sites["name"]) <= set(towns.index)
    assert sites.value <= flagged.sum()
    assert "made-up clinic" in capsys.readouterr().out


def test_schools_against_libraries_by_road(own_folder, monkeypatch, capsys):
    folder = os.environ.get("HOTSPOT_GAPS_SHARED_DATA")
    if not folder or not Path(folder, "roads").is_dir():
        pytest.skip("HOTSPOT_GAPS_SHARED_DATA names no folder with roads")
    (own_folder / "schools.csv").write_text(SCHOOLS, encoding="utf-8")
    (own_folder / "libraries.csv").write_text(LIBRARIES, encoding="utf-8")
    names = ran("schools.py", monkeypatch, Path(folder, "roads"))
    table = names["table"].set_index("label")
    near, zenica, mostar, sea = table.index
    assert table.loc[[near, zenica, mostar], "travel"].eq("reached").all()
    assert table.loc[near, "travel_min"] < 30 < table.loc[zenica, "travel_min"] < 120
    assert table.loc[mostar, "library"] == "made-up library 2"
    assert table.loc[sea, "travel"] in {"too_far_from_a_road", "unreachable", "reached"}
    within = pd.Series(names["covered"].to_numpy(), index=table.index)
    assert within[near]
    assert not within[zenica]
    assert "schools lie in the area of 30 minutes." in capsys.readouterr().out


def test_a_map_of_ones_own(own_folder, monkeypatch):
    names = ran("own_map.py", monkeypatch)
    labels = {text.get_text() for text in names["ax"].get_legend().get_texts()}
    assert {"no_known_partner", "unfunded_partner"} <= labels
    assert names["ax"].get_title() == "11 gaps within 50 km"
    assert any(text.get_text().startswith("1. Sarandë") for text in names["ax"].texts)
    assert (own_folder / "own_map.png").read_bytes()[:4] == b"\x89PNG"
    names["plt"].close("all")
