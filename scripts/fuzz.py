"""Spoil valid files of every format for some time, read each, and count how that went.

    nice python scripts/fuzz.py --seconds 600

With atheris installed, `--atheris` lets it choose the numbers that the changes are drawn from, by
the lines of the readers that they reach; without, they come from a seeded generator. The reading is
done by a process of its own: one that dies, or takes longer than 60 seconds over a file, is counted
and its file kept in `--keep`.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).resolve()
sys.path[:0] = [str(HERE.parents[1] / "src"), str(HERE.parents[1] / "tests" / "sources")]

from mutations import spoiled  # noqa: E402
from seed_files import FORMATS, copy_seed, main_files, make_seed, outcome, seal  # noqa: E402

PATIENCE_S = 60.0  # a machine that is busy with other work is slow
MEMORY = 6_000_000_000


def spoil(seeds: Path, folder: Path, name: str, chance: random.Random) -> Path:
    """Write a spoiled copy of a seed into a folder."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    path = copy_seed(seeds / name, folder)
    file = chance.choice(main_files(path))
    file.write_bytes(spoiled(file.read_bytes(), chance))
    if name == "run":
        seal(path)
    return path


def work(place: Path, seed: int, *, guided: bool) -> None:
    """Read spoiled files until stopped; one line of the log for each."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with (place / "log").open("a", encoding="utf-8") as log:

        def one(chance: random.Random) -> None:
            name = chance.choice(FORMATS)
            path = spoil(place / "seeds", place / "now", name, chance)
            found = outcome(path)
            if found not in {"read", "told"}:
                kept = place / "kept" / f"{name}-{time.time_ns()}"
                shutil.copytree(place / "now", kept)
            log.write(json.dumps([name, found]) + "\n")
            log.flush()

        if guided:
            _guided(one)
        number = seed
        while True:
            one(random.Random(number))  # noqa: S311
            number += 1


def _guided(one: Callable[[random.Random], None]) -> None:
    """Let atheris choose, by what its choices reach in the readers."""
    import atheris  # noqa: PLC0415 - an extra

    for name, module in list(sys.modules.items()):
        if name.startswith("hotspot_gaps.sources"):
            for key, value in list(vars(module).items()):
                if callable(value) and getattr(value, "__module__", "") == name:
                    try:
                        setattr(module, key, atheris.instrument_func(value))
                    except (TypeError, AttributeError):
                        continue
    options = [sys.argv[0], "-verbosity=0", "-max_len=64"]
    atheris.Setup(options, lambda data: one(random.Random(data)))  # noqa: S311
    atheris.Fuzz()


def main() -> None:
    """Keep a reading process going, and print the counts."""
    parse = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parse.add_argument("--seconds", type=float, default=60, help="how long (60)")
    parse.add_argument("--seed", type=int, default=0, help="of the changes (0)")
    parse.add_argument("--keep", type=Path, default=None, help="where files that fail are kept")
    parse.add_argument("--atheris", action="store_true", help="let atheris choose the changes")
    parse.add_argument("--work", type=Path, help=argparse.SUPPRESS)
    told = parse.parse_args()
    if told.work:
        work(told.work, told.seed, guided=told.atheris)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        lost = supervise(place, told.seconds, told.seed, guided=told.atheris)
        lines = map(json.loads, (place / "log").read_text(encoding="utf-8").splitlines())
        counts = Counter((name, found) for name, found in lines) + Counter(lost)
        if told.keep and any((place / "kept").iterdir()):
            shutil.copytree(place / "kept", told.keep, dirs_exist_ok=True)
    for (name, found), count in sorted(counts.items()):
        print(f"{count:8,}  {name:14}  {found}")
    bad = sum(count for (_, found), count in counts.items() if found not in {"read", "told"})
    print(f"{sum(counts.values()):,} cases, {bad:,} of them neither read nor told")
    sys.exit(bool(bad))


def supervise(place: Path, seconds: float, seed: int, *, guided: bool) -> list[tuple[str, str]]:
    """Start a reading process again whenever it dies or hangs; return the cases it died of."""
    for name in ("seeds", "kept"):
        (place / name).mkdir()
    for name in FORMATS:
        make_seed(name, place / "seeds")
    log, lost = place / "log", []
    log.touch()
    end, number = time.monotonic() + seconds, seed
    while time.monotonic() < end:
        command = [sys.executable, str(HERE), "--work", str(place), "--seed", str(number)]
        with (place / "err").open("w") as errors:
            child = subprocess.Popen(command + ["--atheris"] * guided, stderr=errors)
        died = _watched(child, log, end)
        done = log.read_bytes().count(b"\n")
        number = seed + done + len(lost) + 1
        if died:
            name = next((p.name for p in (place / "now").iterdir()), "?")
            lost.append((name, died))
            shutil.copytree(place / "now", place / "kept" / f"{name}-{died}-{len(lost)}")
            print(died, name, (place / "err").read_text(errors="replace")[-500:], file=sys.stderr)
    return lost


def _watched(child: subprocess.Popen[bytes], log: Path, end: float) -> str:
    """Wait for the end of the time, of the process, or of the patience; say which, if bad."""
    size, since = -1, time.monotonic() + 40  # starting takes a while
    while child.poll() is None:
        time.sleep(0.5)
        now, new = time.monotonic(), log.stat().st_size
        if new != size:
            size, since = new, max(now, since if size < 0 else 0)
        late = now - since > PATIENCE_S
        if late or now > end:
            child.kill()
            child.wait()
            return "took too long" if late else ""
    return f"ended the process ({child.returncode})"


if __name__ == "__main__":
    main()
