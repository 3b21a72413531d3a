"""The benchmarks run from end to end, and would notice a wrong answer."""

from __future__ import annotations

import importlib
import platform
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]
LINES = (
    "nearest", "counts", "exactness", "pairs", "catchment", "people", "travel", "robustness",
    "mclp", "run", "import", "cluster", "earth", "growth",
)  # fmt: skip
ROW = re.compile(r"^\| (\w+) \| ([^|]+) \| ([^|]*) \| ([^|]*) \| ([^|]+) \| ([^|]*) \| ([^|]*) \|$")


@pytest.fixture
def part(monkeypatch):
    """A module of benchmarks, which are not installed."""
    monkeypatch.syspath_prepend(str(ROOT))
    return lambda name: importlib.import_module(f"benchmarks.{name}")


@pytest.fixture(scope="module")
def quick(tmp_path_factory):
    pytest.importorskip("access", reason="needs the extra bench")
    pytest.importorskip("exactextract", reason="needs the extra bench")
    pytest.importorskip("sklearn", reason="needs the extra bench")
    pytest.importorskip("spopt", reason="needs the extra bench")
    out = tmp_path_factory.mktemp("bench")
    command = [sys.executable, str(ROOT / "scripts" / "benchmark.py"), "--quick", "--out", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return out, done.stdout


def test_every_line_is_measured(quick, part):
    out, printed = quick
    text = (out / "results.md").read_text(encoding="utf-8")
    rows = [match.groups() for match in map(ROW.match, text.splitlines()) if match]
    rows = [row for row in rows if row[0] in LINES]
    there = part("inputs").roads_folder() is not None
    assert {row[0] for row in rows} == set(LINES) - (set() if there else {"travel"})
    assert ("the roads are not there" in text) != there
    for _, what, ours, _, value, _, _ in rows:
        assert re.search(r"\d", ours), what
        measured = float(re.match(r"-?[\d.,e-]+", value)[0].replace(",", ""))
        # Sizes this small take what starting takes, so time may even fall from one to the next.
        assert measured >= 0 or "last power of n" in what, what
        assert what in printed
    limits = {(row[0], row[1]): row[5] for row in rows}
    assert limits["nearest", "against sjoin_nearest"] == "≤ 0.25 ×"
    assert limits["catchment", "2SFCA against access"] == "≤ 0.1 ×"
    assert limits["catchment", "largest relative difference"] == "≤ 1e-09"
    assert limits["people", "against exactextract"] == "≤ 0.2 ×"
    assert limits["people", "largest difference from exactextract"] == "≤ 0.1 %"
    assert limits["mclp", "against spopt"] == "≤ 0.1 ×"
    assert limits["mclp", "difference of the optima"] == "≤ 0"
    if there:
        assert limits["travel", "against one bare dijkstra"] == "≤ 1.5 ×"
        assert limits["travel", "largest difference at a junction"] == "≤ 1e-09 min"
    assert limits["robustness", "built-in data, against one scenario"] == "≤ 3 ×"
    assert limits["robustness", "wrong answers and ranks"] == "≤ 0"
    assert limits["cluster", "work against one process"] == "≤ 1.3 ×"
    assert (out / "growth.png").read_bytes().startswith(b"\x89PNG")


def test_no_wrong_answer_of_ours_in_the_quick_run(quick):
    text = (quick[0] / "results.md").read_text(encoding="utf-8")
    rows = [match.groups() for match in map(ROW.match, text.splitlines()) if match]
    counted = [row for row in rows if row[5] == "≤ 0"]
    assert len(counted) == 10
    assert all(row[4] == "0" for row in counted), counted


def test_the_page_names_no_machine_and_no_path(quick):
    text = (quick[0] / "results.md").read_text(encoding="utf-8")
    assert not re.search(r"(?<![\w.])/\w+/", text)
    for private in (str(ROOT), str(quick[0]), str(Path.home()), platform.node()):
        assert private not in text


def test_a_wrong_facility_is_counted_and_an_equally_near_one_is_not(part):
    errors = part("errors")
    places = np.array([[0.0, 0.0], [10.0, 0.0]])
    facilities = np.array([[1.0, 0.0], [-1.0, 0.0], [11.0, 0.0]])
    metres = errors.all_distances(places, facilities)
    truth = np.column_stack((metres.argmin(axis=1), metres.min(axis=1)))
    other = truth.copy()
    other[0, 0] = 1
    assert errors.wrong_nearest(other, truth, places, facilities) == (0, 2, 0)
    other[1] = (0, metres[1, 0])
    wrong = errors.wrong_nearest(other, truth, places, facilities)
    assert wrong[:2] == (1, 2)
    assert wrong.largest == pytest.approx(metres[1, 0] - metres[1, 2])


def test_wrong_counts_are_counted(part):
    truth = np.array([[1, 2], [3, 4]])
    assert part("errors").wrong_counts(truth + np.array([[0, 5], [0, 0]]), truth) == (1, 4, 5)


def test_missing_and_extra_pairs_are_counted(part):
    truth = np.array([[0, 0, 10.0], [0, 1, 20.0], [7, 2, 30.0]])
    answer = np.array([[0, 1, 20.5], [7, 2, 30.0], [7, 9, 1.0], [8, 0, 1.0]])
    assert part("errors").wrong_pairs(answer, truth) == (1, 2, 3, 0.5)
    assert part("errors").wrong_pairs(np.empty((0, 3)), truth)[:2] == (3, 0)


def test_a_difference_between_catchments_is_relative_and_a_missing_one_is_told(part):
    difference = part("catchments")._difference
    ours = np.array([0.0, 2.0, 1e-9])
    assert difference(ours, ours) == 0
    assert difference(ours, np.array([0.0, 2.0, 1.1e-9])) == pytest.approx(1 / 11)
    assert difference(ours, np.array([1e-300, 2.0, 1e-9])) == 1
    assert difference(ours, np.array([0.0, 2.0, np.nan])) == np.inf


def test_a_junction_that_only_one_search_reaches_is_told(part):
    difference = part("travel").largest_difference
    minutes = np.array([0.0, 30.0, np.inf])
    assert difference(minutes, minutes) == 0
    assert difference(minutes, np.array([0.0, 29.5, np.inf])) == 0.5
    assert difference(minutes, np.array([0.0, 30.0, 99.0])) == np.inf
    assert difference(minutes, np.array([0.0, np.inf, np.inf])) == np.inf


def test_without_roads_travel_is_not_measured_and_the_page_says_so(part, monkeypatch):
    monkeypatch.setattr(part("inputs"), "roads_folder", lambda: None)
    section = part("travel").travel(None, None)
    assert section.figures == []
    assert "the roads are not there" in section.text


def test_slope_of_a_power_law(part):
    sizes = [10, 100, 1_000, 10_000]
    found = part("growth").slopes(sizes, [3 * n**1.5 for n in sizes])
    assert found == pytest.approx([1.5, 1.5, 1.5])


def test_contenders_take_turns_and_nothing_is_measured_twice(part, monkeypatch, tmp_path):
    measure = part("measure")
    order = []
    bench = measure.Bench(3, tmp_path)
    monkeypatch.setattr(bench, "_once", lambda case, _: order.append(case.contender))
    cases = [measure.Case("a", 1, 1), measure.Case("b", 1, 1)]
    bench.measure(cases)
    bench.measure([*cases, measure.Case("c", 1, 1)], repeats=1)
    assert "".join(order) == "abababc"


def test_a_contender_that_fails_is_told(part, tmp_path):
    measure = part("measure")
    with pytest.raises(RuntimeError, match="no attribute 'nobody'"):
        measure.Bench(1, tmp_path).measure([measure.Case("nobody", 10, 1)])


def test_a_figure_above_its_limit_is_missed(part):
    report = part("report")
    slow = report.Figure("nearest", "against x", "2 s", "1 s", 2.0, 1.5)
    assert not slow.met
    assert slow.cells()[-3:] == ("2 ×", "≤ 1.5 ×", "NO")
    section = report.Section("Nearest", "", [slow])
    page = report.page([section], command="python x", repeats=1, versions={"numpy": "2"})
    assert "0 of 1 limits are met. Missed: nearest: against x." in page
