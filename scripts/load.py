"""Run under load: many rows once, or the built-in data many times, and print what it took.

    python scripts/load.py --folder F                                    # 5,000 × 50,000
    python scripts/load.py --hotspots 500 --organizations 5000 --folder F --memory 2GB
    python scripts/load.py --repeat 200 --folder F                       # in one process

Prints JSON: seconds in all and by step, peak memory of the program and of those that draw, summed,
seconds of processors, and bytes of each output; or what a run held after each tenth of the repeats.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

import hotspot_gaps as hg

if TYPE_CHECKING:
    from collections.abc import Iterable

PLACES = Path(__file__).resolve().parents[1] / "data" / "raw" / "places.csv"
SUPPORTED = 500
THEMES = ("youth", "women", "environment", "anti_corruption", "organized_crime_research", "media")
MARKETS = ("drug_trafficking", "arms_trafficking", "migrant_smuggling", "corruption", "other")
PROGRAM = [sys.executable, "-c", "from hotspot_gaps.cli import main; main()"]
SOURCE = {"source_title": "made for a test of load"}


def write_inputs(folder: Path, hotspots: int, organizations: int) -> dict[str, Path]:
    """Write three tables, the same on each call, and return where they are."""
    random = np.random.default_rng(7)
    places = pd.read_csv(PLACES, keep_default_na=False)
    tables = {
        "hotspots": made_hotspots(places, hotspots, random),
        "organizations": made_organizations(places, organizations, random),
        "supports": made_supports(organizations, random),
    }
    folder.mkdir(parents=True, exist_ok=True)
    paths = {kind: folder / f"{kind}.csv" for kind in tables}
    for kind, table in tables.items():
        table.to_csv(paths[kind], index=False)
    return paths


def made_hotspots(places: pd.DataFrame, number: int, random: np.random.Generator) -> pd.DataFrame:
    """Make hotspots: half at towns, half within 4 km of one."""
    rows = places.iloc[random.integers(0, len(places), number)].reset_index(drop=True)
    off = random.uniform(-0.03, 0.03, (number, 2)) * (np.arange(number) % 2)[:, None]
    return pd.DataFrame(
        {
            "hotspot_id": [f"h{at:05}" for at in range(number)],
            "name": [f"{name} {at}" for at, name in enumerate(rows["name"])],
            "country": rows["country"],
            "kind": random.choice(["town", "town", "city", "border_crossing", "port"], number),
            "evidence": random.choice(["direct", "reported", "related"], number),
            "population": random.integers(500, 120_000, number),
            "crime_markets": random.choice(MARKETS, number),
            "lat": (rows["lat"] + off[:, 0]).round(5),
            "lon": (rows["lon"] + off[:, 1]).round(5),
            **SOURCE,
        }
    )


def made_organizations(
    places: pd.DataFrame, number: int, random: np.random.Generator
) -> pd.DataFrame:
    """Make organizations at towns; one in fifty is restricted."""
    rows = places.iloc[random.integers(0, len(places), number)].reset_index(drop=True)
    return pd.DataFrame(
        {
            "organization_id": [f"o{at:06}" for at in range(number)],
            "name": [f"Association {at}" for at in range(number)],
            "country": rows["country"],
            "town": rows["name"],
            "geonames_id": rows["geonames_id"],
            "themes": random.choice(THEMES, number),
            "sensitivity": np.where(random.random(number) < 0.02, "restricted", "public"),
            **SOURCE,
        }
    )


def made_supports(organizations: int, random: np.random.Generator) -> pd.DataFrame:
    """Make support of a year for some organizations."""
    chosen = random.choice(organizations, min(SUPPORTED, organizations), replace=False)
    return pd.DataFrame(
        {
            "organization_id": [f"o{at:06}" for at in np.sort(chosen)],
            "programme": "test_2020",
            "from": "2020-01-01",
            "to": "2020-12-31",
            "certainty": "documented",
            **SOURCE,
        }
    )


def once(folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    """Run the program over made tables, and return what it took."""
    paths = write_inputs(folder / "inputs", options.hotspots, options.organizations)
    out = folder / "out"
    words = [word for kind, path in paths.items() for word in (f"--{kind}", str(path))]
    words += ["--out", str(out), "--figures"]
    words += ["--memory", options.memory] if options.memory else []
    start = time.perf_counter()
    with subprocess.Popen(
        [*PROGRAM, "run", *words], stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as running:
        seen: dict[str, Any] = {"processor_s": 0.0, "peak_mb": {}}
        threading.Thread(target=_watch, args=(running.pid, seen), daemon=True).start()
        steps, said = _timed(running.stderr or (), start)
        code = running.wait()
    seconds = time.perf_counter() - start
    files = sorted(out.iterdir()) if out.is_dir() else []
    return {
        "exit": code,
        **({} if code == 0 else {"said": said}),
        "seconds": round(seconds, 1),
        "began_at": steps,
        **seen,
        "bytes": {path.name: path.stat().st_size for path in files if path.is_file()},
    }


def _timed(lines: Iterable[str], start: float) -> tuple[dict[str, float], list[str]]:
    """Read the steps as they are told, with their seconds, and the last lines."""
    steps, said = {}, []
    for line in lines:
        if line.startswith("·"):
            steps[line.strip("· \n")] = round(time.perf_counter() - start, 1)
        said = [*said, line.rstrip()][-5:]
    return steps, said


def _watch(pid: int, seen: dict[str, Any]) -> None:
    """Note the most memory of a process and its children, alone and summed, and their work."""
    peaks = seen["peak_mb"]
    work: dict[int, float] = {}
    while Path(f"/proc/{pid}").exists():
        held = {one: _held_mb(one) for one in (pid, *children(pid))}
        now = {"program": held[pid], "all": sum(held.values()), "processes": len(held)}
        for name, value in now.items():
            peaks[name] = max(peaks.get(name, 0), round(value))
        work |= {one: seconds for one in held if (seconds := _worked_s(one))}
        seen["processor_s"] = round(sum(work.values()), 1)
        time.sleep(0.5)


def _worked_s(pid: int) -> float:
    """Return the seconds for which a process had a processor: on a busy machine, they say more."""
    try:
        words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def _held_mb(pid: int) -> float:
    """Return the memory that a process holds, with its share of what it shares."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def children(pid: int) -> list[int]:
    """Return the children of a process, and theirs."""
    found = []
    for thread in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            found += [int(child) for child in thread.read_text().split()]
    return [one for child in found for one in (child, *children(child))]


def repeated(folder: Path, times: int) -> list[dict[str, float]]:
    """Run the built-in data many times in this process; return what it held now and then."""
    found = []
    for run in range(1, times + 1):
        hg.run(hg.Settings(out=folder / "out"))
        if run % max(1, times // 10) == 0:
            found.append({"run": run, **held()})
    return found


def held() -> dict[str, float]:
    """Return what this process holds: memory, open files, children, files for the moment."""
    pid = os.getpid()
    return {
        "memory_mb": round(_held_mb(pid), 1),
        "open_files": len(list(Path("/proc/self/fd").iterdir())),
        "threads": len(list(Path("/proc/self/task").iterdir())),
        "children": len(children(pid)),
        "temporary_files": len(list(Path(tempfile.gettempdir()).iterdir())),
    }


def main() -> int:
    """Parse the command line, run, and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--hotspots", type=int, default=5_000, help="rows (5,000)")
    parser.add_argument("--organizations", type=int, default=50_000, help="rows (50,000)")
    parser.add_argument("--memory", help="as for `hotspot-gaps run`")
    parser.add_argument("--repeat", type=int, help="run the built-in data so many times instead")
    parser.add_argument("--folder", type=Path, required=True, help="for inputs and outputs")
    options = parser.parse_args()
    if not Path("/proc/self/smaps_rollup").exists():
        print("Memory is read from /proc, which is here on Linux alone.", file=sys.stderr)
        return 2
    if options.repeat:
        # A folder of our own for temporary files, so that no other program's are counted.
        with tempfile.TemporaryDirectory() as temporary:
            tempfile.tempdir = os.environ["TMPDIR"] = temporary
            found: Any = repeated(options.folder, options.repeat)
        print(json.dumps(found, indent=2))
        return 0
    report = once(options.folder, options)
    print(json.dumps(report, indent=2))
    return int(report["exit"])


if __name__ == "__main__":
    sys.exit(main())
