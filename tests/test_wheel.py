"""The wheel carries the tables, once, and works from an empty folder."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
from hatchling.build import build_sdist, build_wheel

ROOT = Path(__file__).resolve().parents[1]


def built(build, source, folder):
    with contextlib.chdir(source):
        return folder / build(str(folder))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    return built(build_wheel, ROOT, tmp_path_factory.mktemp("wheel"))


def test_the_same_bytes_are_built_again_and_from_what_is_handed_out(wheel, tmp_path):
    made = [built(build_sdist, ROOT, tmp_path / name) for name in ("a", "b")]
    assert made[0].read_bytes() == made[1].read_bytes()
    shutil.unpack_archive(made[0], tmp_path / "source", filter="data")
    (source,) = (tmp_path / "source").iterdir()
    again = built(build_wheel, source, tmp_path / "c")
    assert again.read_bytes() == wheel.read_bytes()


def test_what_is_handed_out_has_the_tests_and_no_more_than_is_ours(tmp_path):
    with tarfile.open(built(build_sdist, ROOT, tmp_path)) as archive:
        tops = {Path(name).parts[1] for name in archive.getnames()}
    assert {"tests", "scripts", "SECURITY.md", "CONTRIBUTING.md", "constraints.txt"} <= tops
    assert not tops & {"dist", ".venv", ".ci", "shared"}


def test_tables_are_in_the_wheel_once(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    for path in (ROOT / "data" / "raw").iterdir():
        assert names.count(f"hotspot_gaps/data/{path.name}") == 1
    assert "hotspot_gaps/py.typed" in names
    assert not [name for name in names if name.startswith(("tests", "data/", "scripts"))]


def test_it_works_from_an_empty_folder(wheel, tmp_path):
    shutil.unpack_archive(wheel, tmp_path / "site", "zip")
    code = "import hotspot_gaps as hg; print(hg.__file__, len(hg.load_hotspots()))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "site")},
    )  # fmt: skip
    assert str(tmp_path) in done.stdout
    assert done.stdout.split()[-1] == "38"
