"""Nothing half written: real runs, killed at random moments, leave the old outputs or the new ones.

By default nine runs are killed, by each signal in each stage; HOTSPOT_GAPS_KILLS says how many
(`make test-killed`: a hundred).
"""

from __future__ import annotations

import collections
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass

import pytest

import hotspot_gaps as hg
from hotspot_gaps.sources.folder_moves import settle
from hotspot_gaps.writing import OUTPUTS

KILLS = int(os.environ.get("HOTSPOT_GAPS_KILLS", "9"))
SIGNALS = ("SIGKILL", "SIGINT", "SIGTERM")
STAGES = ("any", "writing", "moving")
MINE = "notes.txt"
STEPS = 40  # of moving: a plan, then some twenty outputs away and in
# Ends a run by its own hand at the n-th move, which is over too soon to be met from outside.
AT_A_MOVE = """
import os, signal, time
left = [int(os.environ["KILLED_AT"])]
def deadly(call):
    def made(path, *more, **options):
        if f"{os.sep}.hotspot_gaps" in "".join(map(str, (path, *more))):
            left[0] -= 1
            if left[0] == 0:
                number = int(os.environ["KILLED_BY"])
                (os.killpg if number == signal.SIGINT else os.kill)(os.getpid(), number)
                time.sleep(60 if number == signal.SIGKILL else 0)
        return call(path, *more, **options)
    return made
os.replace, os.rename = deadly(os.replace), deadly(os.rename)
"""

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals are those of POSIX")


@dataclass(frozen=True)
class Kill:
    """One kill: which signal, when, and where within that stage (0 to 1)."""

    number: int
    signal: str
    stage: str
    share: float


def plan_kills() -> list[Kill]:
    """Choose kills with a seed; every signal meets every stage."""
    chance = random.Random(20201231)  # noqa: S311
    pairs = [(name, stage) for name in SIGNALS for stage in STAGES]
    return [Kill(n, *pairs[n % len(pairs)], chance.random()) for n in range(KILLS)]


def start(out, kill=None, **variables):
    """Start a run of other settings than the earlier one, in a process group of its own."""
    program = "from hotspot_gaps.cli import main; main()"
    if kill is not None and kill.stage == "moving":
        program = AT_A_MOVE + program
        variables["KILLED_AT"] = str(1 + int(kill.share * STEPS))
        variables["KILLED_BY"] = str(int(getattr(signal, kill.signal)))
    words = [sys.executable, "-c", program, "run", "--radius-km", "30", "--out", str(out)]
    environment = {**os.environ, **variables, "SOURCE_DATE_EPOCH": "1609372800"}
    return subprocess.Popen(
        words, start_new_session=True, env=environment, stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )  # fmt: skip


def sums(folder):
    """Return the checksum of every output in a folder."""
    names = sorted(path.name for path in folder.iterdir() if path.name in OUTPUTS)
    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names}


@pytest.fixture(scope="module")
def sides(tmp_path_factory):
    """Return folders with the earlier outputs and with those of the run that is killed."""
    folder = tmp_path_factory.mktemp("sides")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", "1609372800")
        hg.run(hg.Settings(out=folder / "old"))
        began = time.monotonic()
        with start(folder / "new") as process:
            assert process.wait(timeout=300) == 0, process.stderr.read()
        yield folder / "old", sums(folder / "old"), sums(folder / "new"), time.monotonic() - began


def wait_for(kill, out, process, duration):
    """Wait until the moment of a kill, or until the run has ended."""
    end = time.monotonic() + 300
    aside = out / ".hotspot_gaps"
    if kill.stage == "any":
        end = time.monotonic() + kill.share * duration
    while process.poll() is None and time.monotonic() < end:
        if kill.stage == "writing" and list(aside.glob("new-*")):
            time.sleep(kill.share * duration / 2)  # it is drawn and written in this half of a run
            return
        time.sleep(0.005)


def send(kill, process):
    """Send the signal: Ctrl-C reaches the whole group, the others reach one process."""
    number = getattr(signal, kill.signal)
    if process.poll() is None:
        (os.killpg if kill.signal == "SIGINT" else os.kill)(process.pid, number)
    process.communicate(timeout=120)


def end_of(kill, folder, sides):
    """Kill a run into a folder with earlier outputs; return what was left, and what it became."""
    earlier, old, new, duration = sides
    out = folder / f"{kill.number}-{kill.signal}-{kill.stage}"
    temporary = folder / "temporary"
    temporary.mkdir()
    shutil.copytree(earlier, out)
    (out / MINE).write_text("kept")
    with start(out, kill, TMPDIR=str(temporary)) as process:
        wait_for(kill, out, process, duration)
        send(kill, process)
    before = sums(out)
    if "run.json" in before:  # where there is a manifest, all is of its side
        assert before in (old, new), kill
    settle(out)
    after = sums(out)
    assert after in (old, new), kill
    # Every file is the one that the manifest beside it describes.
    document = json.loads((out / "run.json").read_text(encoding="utf-8"))
    told = {name: entry["sha256"] for name, entry in document["outputs"].items()}
    assert told == {name: found for name, found in after.items() if name != "run.json"}, kill
    assert {path.name for path in out.iterdir()} == {*after, MINE}, kill
    assert (out / MINE).read_text() == "kept"
    # Only after kill -9 may something stay there: a sheet that openpyxl was writing.
    left = [path.name for path in temporary.iterdir()]
    allowed = "openpyxl." if kill.signal == "SIGKILL" else "nothing"
    assert all(name.startswith(allowed) for name in left), (kill, left)
    shutil.rmtree(out)
    shutil.rmtree(temporary)
    if before not in (old, new):
        return "finished by the next"
    return "old" if after == old else "new"


def test_killed_at_random_the_folder_is_old_or_new(sides, tmp_path, capsys):
    found = collections.Counter()
    for kill in plan_kills():
        found[kill.signal, kill.stage, end_of(kill, tmp_path, sides)] += 1
    ends = collections.Counter()
    for (*_, became), count in found.items():
        ends[became] += count
    lines = [f"{KILLS} kills, none left a mixture: {dict(ends)}"]
    lines += [f"  {' '.join(key)}: {count}" for key, count in sorted(found.items())]
    with capsys.disabled():
        sys.stdout.write("\n" + "\n".join(lines) + "\n")
    # They did meet runs at work, not only before and after.
    assert ends["old"] > KILLS // 4
