"""Whole programs, from start to end: the default run, and the bare import."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from benchmarks.measure import ROOT, Bench, whole_processes
from benchmarks.report import Figure, Section, ratio, timing

if TYPE_CHECKING:
    from benchmarks.distances import Sizes

HEAVY = ("geopandas", "matplotlib", "numpy", "rasterio", "scipy")
RUN = "from hotspot_gaps.cli import main; main()"
TIMES = ("program", "median, s", "from, to")


def whole_run(bench: Bench, _: Sizes) -> Section:
    """Run everything: against a plain script."""
    out = {name: str(bench.folder / name) for name in ("ours", "plain")}
    runs = whole_processes(
        {
            "ours": [sys.executable, "-c", RUN, "run", "--out", out["ours"]],
            "plain": [
                sys.executable, "-W", "ignore", str(ROOT / "benchmarks" / "plain_script.py"),
                str(ROOT / "data" / "raw"), out["plain"],
            ],
        },
        bench.repeats,
        rehearse=bench.rehearsing,
    )  # fmt: skip
    names = {"ours": "hotspot-gaps run", "plain": "plain_script.py"}
    table = [(name, *timing(runs[key])) for key, name in names.items()]
    return Section(
        "The default run",
        "Whole processes, with imports: `hotspot-gaps run` with every output against "
        "`benchmarks/plain_script.py`, which reads the same tables, calls `sjoin_nearest`, and "
        "writes one GeoPackage and one PNG.",
        [ratio("run", "against a plain script", runs["ours"], runs["plain"], 3)],
        TIMES,
        table,
    )


def importing(bench: Bench, _: Sizes) -> Section:
    """Import the package: against numpy, and what that loads."""
    commands = {
        name: [sys.executable, "-c", f"import {name}"] for name in ("hotspot_gaps", "numpy")
    }
    runs = whole_processes(commands, 3 * bench.repeats)
    code = f"import sys, hotspot_gaps; sys.exit(sum(m in sys.modules for m in {HEAVY}))"
    heavy = subprocess.run([sys.executable, "-c", code], check=False).returncode
    loaded = Figure("import", "heavy libraries loaded", str(heavy), "", heavy, 0, "")
    return Section(
        "Import",
        f"Whole processes, `python -c 'import …'`, {3 * bench.repeats} runs of each. Heavy: "
        f"{', '.join(HEAVY)}.",
        [ratio("import", "against numpy", runs["hotspot_gaps"], runs["numpy"], 1.2), loaded],
        TIMES,
        [(f"import {name}", *timing(run)) for name, run in runs.items()],
    )
