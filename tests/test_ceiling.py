"""A ceiling of memory: sizes, shares, the same bytes below it, and a clean end where it is met."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

import hotspot_gaps as hg
from hotspot_gaps.ceiling import LEAST_MB, held_below, megabytes, shares
from hotspot_gaps.errors import InputError, OutputError, SettingsError

PROGRAM = "from hotspot_gaps.cli import main; main()"
# What a run below the ceiling asks for in the middle of its work.
GREEDY = (
    """
import numpy
from hotspot_gaps import judging
plain = judging.judge
judging.judge = lambda *given, **more: (numpy.ones(200_000_000), plain(*given, **more))[1]
"""
    + PROGRAM
)
linux = pytest.mark.skipif(sys.platform != "linux", reason="limits of data hold on Linux alone")


def run(out, *words, code=PROGRAM):
    program = [sys.executable, "-c", code, "run", "--out", str(out), *words]
    env = {**os.environ, "SOURCE_DATE_EPOCH": "1609372800"}
    return subprocess.run(
        program, check=False, capture_output=True, text=True, timeout=300, env=env
    )


@pytest.mark.parametrize("text", ["2", "GB", "-2GB", "2TB", "1e9GB", "nan GB", "", "0GB", "٢GB"])
def test_what_is_no_size_is_refused(text):
    with pytest.raises(SettingsError, match="memory"):
        megabytes(text)


def test_less_than_any_run_needs_is_refused_with_the_reason():
    with pytest.raises(SettingsError, match=f"take {LEAST_MB} MB"):
        megabytes(f"{LEAST_MB - 1}MB")


def test_a_ceiling_below_the_least_is_refused_at_once_by_the_library_as_well(tmp_path):
    with pytest.raises(SettingsError, match=f"memory \\(220 MB\\).* take {LEAST_MB} MB"):
        hg.run(hg.Settings(out=tmp_path / "out"), memory_mb=220)
    assert not (tmp_path / "out").exists()


@linux
def test_far_below_the_least_a_run_ends_soon_and_says_so(tmp_path):
    """OpenBLAS turned in circles for minutes where a limit refused it memory while it loaded."""
    lowered = "from hotspot_gaps import ceiling; ceiling.LEAST_MB = 250\n" + PROGRAM
    done = run(tmp_path, "--memory", "250MB", code=lowered)
    assert done.returncode == 2, done.stderr
    assert "needs more than 0.25 GB" in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("memory_mb", [LEAST_MB, 1_459, 1_460, 2_000, 3_000, 64_000])
@pytest.mark.parametrize("processors", [1, 2, 4])
def test_shares_stay_below_and_none_is_too_small(memory_mb, processors):
    fit, each = shares(memory_mb, processors)
    assert 1 <= fit <= processors
    assert fit * each <= memory_mb
    assert each >= LEAST_MB


@linux
def test_the_limit_is_lifted_afterwards_and_errors_keep_their_kind():
    import resource

    before = resource.getrlimit(resource.RLIMIT_DATA), os.environ.copy()
    with pytest.raises(InputError), held_below(50_000, 2):
        raise InputError([])
    with pytest.raises(OutputError, match=r"more than 50 GB .*nothing was written.*100GB"):
        with held_below(50_000, 2):
            raise MemoryError
    assert (resource.getrlimit(resource.RLIMIT_DATA), os.environ.copy()) == before


@linux
def test_a_run_that_needs_more_says_so_and_writes_nothing(tmp_path):
    done = run(tmp_path, "--memory", "1GB", code=GREEDY)
    assert done.returncode == 2, done.stderr
    assert "needs more than 1 GB" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


@linux
def test_below_the_least_ceiling_the_bytes_are_the_same(tmp_path):
    told = []
    for name, words in (("with", ["--memory", f"{LEAST_MB}MB"]), ("without", [])):
        done = run(tmp_path / name, *words)
        assert done.returncode == 0, done.stderr
        told.append({path.name: path.read_bytes() for path in (tmp_path / name).iterdir()})
    assert told[0] == told[1]
    assert "memory" not in json.loads(told[0]["run.json"])["settings"]
