"""Mutation testing of the arithmetic: does a test notice when a line is changed?

A seeded sample of all mutants of ``access/`` and ``gaps/`` is tried, each one by the tests that run
its line, those of its own module first, until one fails. mutmut makes the mutants; its own runner
tries all tests of a function in any order, which is too slow where hundreds of tests run one
function. Left alone are strings (column names, messages), annotations, ``if TYPE_CHECKING``,
defaults and decorators that are evaluated once, and decorated functions (what Numba compiles). A
mutant lives in a forked process only, so processes that a test starts do not have it; no file is
changed.

    python scripts/mutate.py --size 300 --seed 1
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import difflib
import gc
import importlib
import json
import os
import random
import re
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from importlib.machinery import SourceFileLoader
from itertools import accumulate, islice
from pathlib import Path
from typing import NamedTuple, TypeAlias

ROOT = Path(__file__).resolve().parents[1]
ROOMS = [ROOT / "src" / "hotspot_gaps" / room for room in ("access", "gaps")]
TESTS = ["tests/access", "tests/gaps", "src/hotspot_gaps/access", "src/hotspot_gaps/gaps"]
# Imported once, before the forks; nothing that imports the rooms.
LIBRARIES = (
    "coverage contourpy dask.dataframe distributed exactextract geopandas highspy hypothesis "
    "libpysal matplotlib.pyplot networkx numba pandera.pandas pytest rasterio scipy.optimize "
    "scipy.sparse.csgraph scipy.spatial scipy.stats hotspot_gaps.sources.files"
)
# Plain asserts: pytest would load the modules of doctests itself, past the mutant.
PYTEST = ["-q", "-p", "no:cacheprovider", "--assert=plain"]
# Tests of a mutant take at most so long together; what is not killed by then survives.
SPENT_S = 15.0
# A mutant gets ten times as long as its tests take, and a minute to start.
LIMIT_S, TIMES, HOUR_S = 60, 10, 3600
Lines: TypeAlias = dict[str, dict[int, list[str]]]


class Mutant(NamedTuple):
    """One changed file: where it is, the first line that differs, and its text."""

    path: Path
    line: int
    code: str
    change: str


def mutants_of(path: Path) -> list[Callable[[], Mutant | None]]:
    """Return what makes each mutant of a file; None where no test could notice the change."""
    import libcst  # noqa: PLC0415
    from mutmut.mutation.file_mutation import create_mutations  # noqa: PLC0415

    text = path.read_text(encoding="utf-8")
    before, tree = text.splitlines(), ast.parse(text)
    unread = {
        line
        for node in tree.body
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for line in range(node.lineno, (node.end_lineno or 0) + 1)
    }
    module, mutations, *_ = create_mutations(str(path), text)

    def make(original: libcst.CSTNode, mutated: libcst.CSTNode) -> Mutant | None:
        code = module.deep_replace(original, mutated).code  # type: ignore[union-attr]
        after = code.splitlines()
        pairs = enumerate(zip(before, after, strict=False), 1)
        line = next((number for number, (old, new) in pairs if old != new), 0)
        if not line or line in unread or ast.dump(ast.parse(code)) == ast.dump(tree):
            return None
        lines = difflib.unified_diff(before, after, n=0, lineterm="")
        change = "\n".join(one for one in lines if not one.startswith(("---", "+++", "@@")))
        return Mutant(path, line, code, change)

    return [
        partial(make, mutation.original_node, mutation.mutated_node)
        for mutation in mutations
        if not isinstance(mutation.original_node, libcst.BaseString)
    ]


def spans_around(path: Path, line: int) -> Iterator[range]:
    """Yield the lines of the statement at a line, of what holds it, and last of the file."""
    text = path.read_text(encoding="utf-8")
    spans = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.stmt) and node.lineno <= line <= (node.end_lineno or 0):
            body = getattr(node, "body", None)
            head = body[0].lineno if body and line < body[0].lineno else (node.end_lineno or 0) + 1
            spans.append(range(node.lineno, head))
            spans.append(range(node.lineno, (node.end_lineno or 0) + 1))
    yield from sorted(spans, key=len)
    yield range(1, text.count("\n") + 2)


def tests_of(mutant: Mutant, lines: Lines, seconds: dict[str, float]) -> list[str]:
    """Return the tests that run the line of a mutant, or its file at import.

    Its doctests and those of the mirrored module come first, each by time, as far as SPENT_S goes:
    a mutant that only later tests would kill counts as survived.
    """
    own = (mutant.path.name, f"test_{mutant.path.name}")
    contexts = lines.get(str(mutant.path), {})
    for span in spans_around(mutant.path, mutant.line):
        tests = {name.rpartition("|")[0] for line in span for name in contexts.get(line, ())} - {""}
        if tests:
            names = {test: Path(test.partition("::")[0]).name for test in tests}
            order = sorted(tests, key=lambda test: (names[test] not in own, seconds.get(test, 0)))
            spent = accumulate(seconds.get(test, 0) for test in order)
            return [test for test, s in zip(order, spent, strict=True) if s <= SPENT_S] or order[:1]
    return []


def forked(work: Callable[[], int], log: Path, limit: float) -> int | None:
    """Return the exit code of a function in a process of its own; None after the time limit."""
    child = os.fork()
    if child == 0:
        os.setsid()
        with log.open("w") as file:
            os.dup2(file.fileno(), 1)
            os.dup2(file.fileno(), 2)
        code = 70
        try:
            code = work()
        except BaseException:
            traceback.print_exc()
        sys.stderr.flush()
        os._exit(code)
    end, code = time.monotonic() + limit, None
    while code is None and time.monotonic() < end:
        time.sleep(0.02)
        done, status = os.waitpid(child, os.WNOHANG)
        code = os.waitstatus_to_exitcode(status) if done else None
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    if code is None:
        os.waitpid(child, 0)
    return code


def run_tests(tests: list[str], mutant: Mutant | None) -> int:
    """Run tests in this process until one fails, on the code of a mutant."""
    import hypothesis  # noqa: PLC0415
    import pytest  # noqa: PLC0415

    kept = SourceFileLoader.get_code

    def get_code(loader: SourceFileLoader, name: str) -> object:
        if mutant and loader.path == str(mutant.path):
            return compile(mutant.code, loader.path, "exec", dont_inherit=True)
        return kept(loader, name)

    SourceFileLoader.get_code = get_code  # type: ignore[method-assign,assignment]
    quick = [hypothesis.Phase.explicit, hypothesis.Phase.generate]
    hypothesis.settings.register_profile(
        "mutants",
        deadline=None,
        database=None,
        phases=quick,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    hypothesis.settings.load_profile("mutants")
    return int(pytest.main(["-x", *PYTEST, *tests]))


def measure(folder: Path) -> int:
    """Run all tests once; write which test runs which line, and how long each takes."""
    import pytest  # noqa: PLC0415

    seconds: Counter[str] = Counter()

    class Clock:
        def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
            seconds[report.nodeid] += report.duration

    os.environ["COVERAGE_FILE"] = str(folder / "coverage")
    rooms = [f"--cov={room.relative_to(ROOT)}" for room in ROOMS]
    options = ["--cov-branch", "--cov-context=test", "--cov-report=", *PYTEST]
    code = int(pytest.main([*TESTS, *rooms, *options], plugins=[Clock()]))
    (folder / "seconds.json").write_text(json.dumps(seconds), encoding="utf-8")
    return code


def measured(folder: Path) -> tuple[Lines, dict[str, float]]:
    """Return the tests of each line and the seconds of each test, measured if a file is newer."""
    from coverage import CoverageData  # noqa: PLC0415

    times, log = folder / "seconds.json", folder / "log.txt"
    newest = max(file.stat().st_mtime for top in TESTS for file in Path(top).rglob("*.py"))
    stale = not times.exists() or times.stat().st_mtime < newest
    if stale and forked(partial(measure, folder), log, HOUR_S):
        times.unlink(missing_ok=True)
        sys.exit(f"The tests fail without a mutant; see {log}.")
    data = CoverageData(str(folder / "coverage"))
    data.read()
    lines = {file: data.contexts_by_lineno(file) for file in data.measured_files()}
    return lines, json.loads(times.read_text(encoding="utf-8"))


def sample_of(size: int, seed: int) -> list[Mutant]:
    """Draw mutants of both rooms."""
    paths = [path for room in ROOMS for path in sorted(room.glob("*.py"))]
    every = [make for path in paths for make in mutants_of(path)]
    random.Random(seed).shuffle(every)  # noqa: S311
    sample = list(islice(filter(None, (make() for make in every)), size))
    print(f"{len(sample)} of {len(every)} mutants, seed {seed}", flush=True)
    return sample


def main() -> int:
    """Try a sample of the mutants; print the survivors and the score with its interval."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--size", type=int, default=300, help="mutants to try (300)")
    parser.add_argument("--seed", type=int, default=1, help="of the sample (1)")
    parser.add_argument(
        "--folder",
        type=Path,
        default=ROOT / "build" / "mutants",
        help="for mutants and the report (build/mutants)",
    )
    options = parser.parse_args()
    folder = options.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    os.chdir(ROOT)
    os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = str(folder / "hypothesis")
    sys.path[:0] = [str(ROOT / "src"), str(ROOT)]
    for name in LIBRARIES.split():
        importlib.import_module(name)
    gc.freeze()  # what is here by now is not looked through in every fork
    lines, seconds = measured(folder)
    outcomes: Counter[str] = Counter()
    killers: set[str] = set()
    log = folder / "log.txt"
    for mutant in sample_of(options.size, options.seed):
        tests = tests_of(mutant, lines, seconds)
        limit = LIMIT_S + TIMES * sum(seconds.get(test, 0) for test in tests)
        code = forked(partial(run_tests, tests, mutant), log, limit) if tests else 0
        # What is neither passed nor failed must be the mutant's doing, not that of the choice.
        if code not in (0, 1, 2, None) and forked(partial(run_tests, tests, None), log, limit):
            sys.exit(
                f"These tests do not run without a mutant either: {' '.join(tests)}; see {log}."
            )
        outcome = "survived" if code == 0 else "timeout" if code is None else "killed"
        outcomes[outcome] += 1
        print(".", end="", flush=True)
        if outcome == "killed":
            said = log.read_text(encoding="utf-8", errors="replace")
            killers |= set(re.findall(r"^FAILED (\S+::.+?)(?: - |$)", said, re.MULTILINE))
        else:
            where = f"{mutant.path.relative_to(ROOMS[0].parent)}:{mutant.line}"
            print(f"\n{outcome} ({len(tests)} tests) {where}\n{mutant.change}", flush=True)
    again = sorted(killers & set(seconds), key=seconds.__getitem__)
    if forked(partial(run_tests, again, None), log, HOUR_S):
        sys.exit(f"A test that killed fails without a mutant too; see {log}.")
    print(f"\n{summary(outcomes)}")
    return 0


def summary(outcomes: Counter[str]) -> str:
    """Tell the score, with the interval that the size of the sample allows."""
    from scipy.stats import binomtest  # noqa: PLC0415

    count = outcomes.total()
    killed = count - outcomes["survived"]
    low, high = binomtest(killed, count).proportion_ci(method="wilson")
    return f"{dict(outcomes)}: {killed / count:.1%}, 95 % interval {low:.1%} to {high:.1%}"


if __name__ == "__main__":
    sys.exit(main())
