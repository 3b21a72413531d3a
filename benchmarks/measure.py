"""Measuring: every measurement in a process of its own, contenders taking turns.

    python -m benchmarks.measure '{"contender": "floor", "places": 1000, "facilities": 100}'

A process makes its input, gets ready, takes the time of the work, and prints one line of JSON.
"""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
PARTS = (
    "access", "dask", "distributed", "exactextract", "geopandas", "hotspot_gaps", "numba", "numpy",
    "highspy", "pandas", "pulp", "pyproj", "rasterio", "scipy", "shapely", "sklearn", "spopt",
)  # fmt: skip


@dataclass(frozen=True)
class Case:
    """A contender with the size of its input; `options` are pairs of a name and a value."""

    contender: str
    places: int
    facilities: int
    options: tuple[tuple[str, Any], ...] = ()


@dataclass
class Runs:
    """What repeated runs of one case gave; `answer` is that of the last one."""

    seconds: list[float] = field(default_factory=list)
    peak_bytes: list[int] = field(default_factory=list)
    versions: dict[str, str] = field(default_factory=dict)
    answer: np.ndarray = field(default_factory=lambda: np.empty(0))

    @property
    def median(self) -> float:
        """Seconds."""
        return statistics.median(self.seconds)

    @property
    def peak(self) -> float:
        """Bytes, the median."""
        return statistics.median(self.peak_bytes)


class Bench:
    """Runs cases and remembers them, so that no line measures what another one has measured.

    Parameters
    ----------
    repeats
        How many runs of each case.
    folder
        An empty folder for answers.
    rehearsing
        Whether a run that does not count comes first, where that matters.
    """

    def __init__(self, repeats: int, folder: Path, *, rehearsing: bool = True) -> None:
        self.repeats, self.folder, self.rehearsing = repeats, folder, rehearsing
        self.known: dict[Case, Runs] = {}
        self.versions: dict[str, str] = {}

    def measure(self, cases: list[Case], repeats: int | None = None) -> list[Runs]:
        """Run cases in turn (A B C A B C …) unless they are known, and return their runs."""
        new = [case for case in dict.fromkeys(cases) if case not in self.known]
        runs = {case: Runs() for case in new}
        for _ in range(repeats or self.repeats):
            for case in new:
                self._once(case, runs[case])
        self.known.update(runs)
        return [self.known[case] for case in cases]

    def rehearse(self, cases: list[Case]) -> None:
        """Run cases once for nothing, so that compiled code is on the disk."""
        for case in cases if self.rehearsing else ():
            self._once(case, Runs())

    def _once(self, case: Case, runs: Runs) -> None:
        saved = self.folder / "answer.npy"
        task = {
            "contender": case.contender,
            "places": case.places,
            "facilities": case.facilities,
            "options": dict(case.options),
            "answer": str(saved),
        }
        command = [sys.executable, "-W", "ignore", "-m", "benchmarks.measure", json.dumps(task)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{case} failed:\n{done.stderr[-2000:]}")
        said = json.loads(done.stdout.splitlines()[-1])
        runs.seconds.append(said["seconds"])
        runs.peak_bytes.append(said["peak_bytes"])
        runs.versions.update(said["versions"])
        self.versions.update(said["versions"])
        runs.answer = np.load(saved)


def whole_processes(
    commands: dict[str, list[str]], repeats: int, *, rehearse: bool = True
) -> dict[str, Runs]:
    """Time whole processes, from start to end, in turn; the rehearsal does not count."""
    runs = {name: Runs() for name in commands}
    for turn in range(repeats + rehearse):
        for name, command in commands.items():
            start = time.perf_counter()
            done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
            seconds = time.perf_counter() - start
            if done.returncode:
                raise RuntimeError(f"{name} failed:\n{done.stderr[-2000:]}")
            if turn or not rehearse:
                runs[name].seconds.append(seconds)
    return runs


def peak_bytes() -> int:
    """Return the most memory that this process has had.

    Linux hands `ru_maxrss` down from the process that started this one, which may have been larger;
    VmHWM is this process's own.
    """
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def versions() -> dict[str, str]:
    """Return the versions of the parts that this process has loaded."""
    from importlib.metadata import version

    names = {"sklearn": "scikit-learn"}
    return {
        names.get(part, part): version(names.get(part, part))
        for part in PARTS
        if sys.modules.get(part) is not None
    }


def main() -> None:
    """Do one task and print what it took."""
    from benchmarks import contenders
    from benchmarks.inputs import frames

    task = json.loads(sys.argv[1])
    places, facilities = frames(task["places"], task["facilities"])
    ready = getattr(contenders, task["contender"])(places, facilities, **task["options"])
    del places, facilities  # a contender that has made others of them needs these no more
    start = time.perf_counter()
    found = ready.work()
    seconds = time.perf_counter() - start
    peak = peak_bytes()
    np.save(task["answer"], ready.answer(found))
    ready.close()
    print(json.dumps({"seconds": seconds, "peak_bytes": peak, "versions": versions()}))


if __name__ == "__main__":
    main()
