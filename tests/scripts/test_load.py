"""Runs in a row hold no more than the first ones did."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "load.py"


@pytest.mark.skipif(sys.platform != "linux", reason="what is held is read from /proc")
def test_six_runs_in_a_row_hold_what_one_holds(tmp_path):
    program = [sys.executable, str(SCRIPT), "--repeat", "6", "--folder", str(tmp_path)]
    done = subprocess.run(program, check=True, capture_output=True, text=True, timeout=600)
    held = json.loads(done.stdout)
    assert [each.pop("run") for each in held] == [1, 2, 3, 4, 5, 6]
    megabytes = [each.pop("memory_mb") for each in held]
    assert held[1:] == held[1:2] * 5
    # It goes up and down by 70 MB; where Typst forgets nothing, a brief adds 30 MB to each run.
    assert min(megabytes[3:]) - min(megabytes[:3]) < 60
