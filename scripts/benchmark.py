"""Measure the package beside the usual ways, and write what was found.

    python scripts/benchmark.py                          # everything, some twelve minutes
    python scripts/benchmark.py --only nearest counts    # these lines
    python scripts/benchmark.py --quick                  # small sizes, to see that it works

Needs the extra `bench`. Exit code 1 if a figure misses its limit (with --quick, none is judged).
"""

from __future__ import annotations

import argparse
import shlex
import sys
import tempfile
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # for `benchmarks`, which is not installed

from benchmarks import (  # noqa: E402
    catchments,
    distances,
    exactness,
    growth,
    mclp,
    people,
    programs,
    report,
    robustness,
    scaling,
    travel,
)
from benchmarks.measure import Bench  # noqa: E402

LINES = (
    "nearest", "counts", "exactness", "pairs", "catchment", "people", "travel", "robustness",
    "mclp", "run", "import", "cluster", "earth", "growth",
)  # fmt: skip
QUICK = distances.Sizes(
    nearest=(2_000, 200),
    counts=(2_000, 200),
    product=(500, 50),
    catchment=(2_000, 200),
    nearest_checked=50,
    counts_checked=50,
    exactness_checked=400,
    files=(2_000, 200),
    earth=(2_000, 200),
    people=(20, 300),
    searches=3,
    robustness=(200, 20),
    scenarios_checked=3,
    mclp=(200, 30, 4),
    growth=(200, 2_000),
)


def main() -> int:
    """Parse the command line, measure line by line, and write the page."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--repeats", type=int, help="runs of each case (5; with --quick 1)")
    parser.add_argument("--quick", action="store_true", help="small sizes, nothing judged")
    parser.add_argument("--only", nargs="+", choices=LINES, metavar="LINE", help=", ".join(LINES))
    parser.add_argument("--out", type=Path, help="folder for the page (benchmarks)")
    options = parser.parse_args()
    repeats = options.repeats or (1 if options.quick else 5)
    out = options.out or ROOT / "benchmarks"
    out.mkdir(parents=True, exist_ok=True)
    work = {
        "nearest": distances.nearest,
        "counts": distances.counts,
        "exactness": exactness.exactness,
        "pairs": distances.pairs,
        "catchment": catchments.catchment,
        "people": people.people,
        "travel": travel.travel,
        "robustness": robustness.robustness,
        "mclp": mclp.mclp,
        "run": programs.whole_run,
        "import": programs.importing,
        "cluster": scaling.cluster,
        "earth": scaling.earth,
        "growth": partial(growth.growth, picture=out / "growth.png"),
    }
    sizes = QUICK if options.quick else distances.Sizes()
    sections = []
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(repeats, Path(folder), rehearsing=not options.quick)
        _print(report.HEADER)
        for line in LINES:
            if line in (options.only or LINES):
                sections.append(work[line](bench, sizes))
                for figure in sections[-1].figures:
                    _print(figure.cells(judged=not options.quick))
    command = shlex.join(["python", "scripts/benchmark.py", *_without_out(sys.argv[1:])])
    text = report.page(
        sections,
        command=command,
        repeats=repeats,
        versions=bench.versions,
        judged=not options.quick,
    )
    (out / "results.md").write_text(text, encoding="utf-8")
    met = all(figure.met for section in sections for figure in section.figures)
    return 0 if met or options.quick else 1


def _print(cells: tuple[str, ...]) -> None:
    widths = (10, 40, 14, 14, 10, 8, 4)
    line = "  ".join(f"{cell:<{width}}" for cell, width in zip(cells, widths, strict=True))
    print(line.rstrip(), flush=True)


def _without_out(arguments: list[str]) -> list[str]:
    """Leave the folder out of the command that the page tells."""
    kept, skip = [], False
    for argument in arguments:
        if not skip and argument != "--out" and not argument.startswith("--out="):
            kept.append(argument)
        skip = argument == "--out"
    return kept


if __name__ == "__main__":
    sys.exit(main())
