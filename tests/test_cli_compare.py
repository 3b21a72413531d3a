"""`hotspot-gaps compare`, as a user types it."""

from __future__ import annotations

import json
import shutil

import pandas as pd
import pytest

from test_cli import call


@pytest.fixture
def compare(monkeypatch, capsys):
    return lambda *words: call(monkeypatch, capsys, "compare", *words)


@pytest.fixture(scope="module")
def runs(full_run, tmp_path_factory):
    """Return two runs in folders: the built-in case, and the same with a radius of 200 km."""
    import hotspot_gaps as hg

    folder = tmp_path_factory.mktemp("runs")
    shutil.copytree(full_run.outputs[0].parent, folder / "old")
    hg.run(hg.Settings(radius_km=200.0, out=folder / "new"))
    return folder / "old", folder / "new"


def content(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_two_runs(compare, runs, tmp_path):
    before = [content(folder) for folder in runs]
    code, out, err = compare(*runs, "--out", tmp_path / "out")
    assert (code, err) == (0, "")
    assert out.startswith("6 gaps now, 11 before: 5 covered now.")
    assert "radius 200 km, before 50 km" in out
    assert out.count(f"  {tmp_path / 'out'}") == 3
    assert len(pd.read_csv(tmp_path / "out" / "changes.csv")) == 5
    assert [content(folder) for folder in runs] == before


def test_two_dates(compare, tmp_path):
    code, out, _ = compare("2019-12-31", "2020-12-31", "--radius-km", "200", "--out", tmp_path)
    assert code == 0
    assert out.startswith("6 gaps now, 11 before: 5 covered now.")
    assert "Mutual Action for Strengthening Alternative (Klub MASA) (Mostar" in out
    causes = pd.read_csv(tmp_path / "changes.csv")
    assert (causes["cause"] == "new_support").all()
    assert causes["why"].str.contains("the tables are the same").all()


def test_json(compare, runs, tmp_path):
    code, out, _ = compare(*runs, "--out", tmp_path / "out", "--json")
    told = json.loads(out)
    assert code == 0
    assert [row["change"] for row in told["changes"]] == ["closed_gap"] * 5
    assert len(told["outputs"]) == 3


def test_what_cannot_be_compared_exits_2_and_writes_nothing(compare, runs, tmp_path):
    old, new = runs
    for words, said in (
        ((old, tmp_path / "none"), "none: there is no such folder"),
        ((old, tmp_path), "not a folder of a run"),
        ((old, "2020-12-31"), "two folders of runs, or two dates"),
        ((old, new, "--radius-km", "30"), "leave out --radius-km"),
        (("2020-13-31", "2020-12-31"), "2020-13-31"),
        (("2019-12-31", "2020-12-31", "--evidence", "rumour"), "rumour"),
    ):
        code, out, err = compare(*words, "--out", tmp_path / "out")
        assert (code, out) == (2, ""), words
        assert said in err
        assert "Traceback" not in err
        assert not (tmp_path / "out").exists()


def test_the_runs_stay_as_they_are(compare, runs):
    old, new = runs
    before = content(old)
    code, _, err = compare(old, new, "--out", old)
    assert code == 2
    assert "Name another folder with --out" in err
    assert content(old) == before
