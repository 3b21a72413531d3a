"""The wheel carries the tables, once, and works from an empty folder."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hatchling.build import build_wheel

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    here = Path.cwd()
    os.chdir(ROOT)
    try:
        return folder / build_wheel(str(folder))
    finally:
        os.chdir(here)


def test_tables_are_in_the_wheel_once(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    for path in (ROOT / "data" / "raw").iterdir():
        assert names.count(f"hotspot_gaps/data/{path.name}") == 1
    assert "hotspot_gaps/py.typed" in names
    assert not [name for name in names if name.startswith(("tests", "data/", "scripts"))]


def test_it_works_from_an_empty_folder(wheel, tmp_path):
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    code = "import hotspot_gaps as hg; print(hg.__file__, len(hg.load_hotspots()))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "site")},
    )  # fmt: skip
    assert str(tmp_path) in done.stdout
    assert done.stdout.split()[-1] == "38"
