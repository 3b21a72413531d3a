"""A disk that is full: the run says so, and what was there stays."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

OLD = {"gaps.csv": "old", "run.json": "old", "notes.txt": "mine"}
# No file may be larger than this, as where a quota ends.
LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv.pop(1)),) * 2)
from hotspot_gaps.cli import main
main()
"""
FREE = "from hotspot_gaps.cli import main; main()"


def run_into(out, code, *words):
    """Run into a folder with earlier outputs; see that they stay, and return what was said."""
    for name, text in OLD.items():
        (out / name).write_text(text)
    program = [sys.executable, "-c", code, *words, "run", "--out", str(out)]
    done = subprocess.run(program, check=False, capture_output=True, text=True, timeout=300)
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert {path.name: path.read_text() for path in out.iterdir()} == OLD
    return done.stderr.splitlines()[-1]


@pytest.mark.skipif(os.name == "nt", reason="there are no such limits here")
@pytest.mark.parametrize("most_bytes", [4_000, 300_000, 1_500_000])
def test_where_files_may_not_grow(tmp_path, most_bytes):
    said = run_into(tmp_path, LIMITED, str(most_bytes))
    assert "not written" in said
    assert "Make room" in said


@pytest.mark.parametrize("size_kb", [100, 5_000])
def test_on_a_disk_that_is_full(tmp_path, size_kb):
    mount, unmount = shutil.which("mount"), shutil.which("umount")
    words = [mount, "-t", "tmpfs", "-o", f"size={size_kb}k", "tmpfs", str(tmp_path)]
    if (
        not (mount and unmount)
        or subprocess.run(words, check=False, capture_output=True).returncode
    ):
        pytest.skip("only an administrator makes a disk of this size")
    try:
        said = run_into(tmp_path, FREE)
    finally:
        subprocess.run([unmount, str(tmp_path)], check=True)
    assert "not written" in said
    assert "Make room" in said
