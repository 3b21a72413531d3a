"""Mutation testing: which tests are tried on a mutant, and that they see it."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CODE = """from __future__ import annotations

LIMIT = 3


def double(number: int, *, times: int = 2) -> int:
    if number > LIMIT:
        return (
            number * times
        )
    return 0
"""


@pytest.fixture
def mutate(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    import mutate

    yield mutate
    sys.modules.pop("mutate")


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "doubling.py"
    path.write_text(CODE, encoding="utf-8")
    return path


def test_tests_of_the_statement_then_of_the_function_then_of_the_file(mutate, file):
    lines = {str(file): {7: ["a|run", "b|run"], 8: ["b|setup"], 11: [""], 3: [""]}}

    def tests(line):
        mutant = mutate.Mutant(file, line, "", "")
        return mutate.tests_of(mutant, lines, {"a": 0.2, "b": 0.1})

    assert tests(9) == ["b"]  # in the middle of the statement
    assert tests(7) == ["b", "a"]  # fastest first
    assert tests(6) == ["b", "a"]  # a default, made at import
    assert tests(3) == ["b", "a"]  # of the module
    assert mutate.tests_of(mutate.Mutant(file, 3, "", ""), {}, {}) == []


def test_own_tests_come_first_and_time_ends(mutate, file):
    names = ["tests/gaps/test_other.py::t", "tests/gaps/test_doubling.py::t", "src/doubling.py::d"]
    lines = {str(file): {11: [f"{name}|run" for name in names]}}
    mutant = mutate.Mutant(file, 11, "", "")
    cost = {names[0]: 0.1, names[1]: 5.0, names[2]: 9.95}
    assert mutate.tests_of(mutant, lines, cost) == names[1:]
    assert mutate.tests_of(mutant, lines, dict.fromkeys(names, 99.0))[1:] == []


def test_mutants_are_of_code_alone(mutate, file, monkeypatch):
    pytest.importorskip("mutmut")
    monkeypatch.chdir(ROOT)
    made = [one for one in (make() for make in mutate.mutants_of(file)) if one]
    changes = {one.change.splitlines()[1].strip("+ ") for one in made}
    assert {"LIMIT = 4", "if number >= LIMIT:", "number / times", "return 1"} <= changes
    assert {one.line for one in made} == {3, 6, 7, 9, 11}


def test_a_process_tells_how_it_ended(mutate, tmp_path):
    log = tmp_path / "log.txt"
    assert mutate.forked(lambda: 0, log, 60) == 0
    assert mutate.forked(lambda: 1, log, 60) == 1
    assert mutate.forked(lambda: 1 / 0, log, 60) == 70
    assert mutate.forked(lambda: time.sleep(60), log, 0.1) is None
