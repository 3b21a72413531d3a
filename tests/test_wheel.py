"""The wheel carries the tables, once, and works from an empty folder."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import venv
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


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """Install the wheel into an environment of its own, beside the packages of this one."""
    folder = tmp_path_factory.mktemp("env")
    venv.create(folder, symlinks=True)
    python = folder / "bin" / "python"
    pip = ("-m", "pip", "--python", python, "install", "--quiet", "--no-deps", "--no-index", wheel)
    subprocess.run([sys.executable, *map(str, pip)], check=True)
    (site,) = folder.glob("lib/python*/site-packages")
    # No file of paths is read there, so that of the source tree leads nowhere.
    (site / "others.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return python


def ran(folder, *command, path=None):
    """Run a command in an empty folder; return what it wrote there."""
    folder.mkdir()
    env = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"} | {"SOURCE_DATE_EPOCH": "0"}
    env |= {"PYTHONPATH": str(path)} if path else {}
    subprocess.run([*map(str, command)], cwd=folder, env=env, capture_output=True, check=True)
    return {one.name: one.read_bytes() for one in folder.rglob("*") if one.is_file()}


def test_a_run_of_the_wheel_gives_the_bytes_of_the_source_tree(installed, tmp_path):
    code = "import hotspot_gaps, pathlib; pathlib.Path('at').write_text(hotspot_gaps.__file__)"
    at = ran(tmp_path / "at", installed, "-c", code)["at"].decode()
    assert Path(at).is_relative_to(installed.parents[1])
    program = installed.with_name("hotspot-gaps")
    alone = ran(tmp_path / "wheel", program, "run")
    code = "from hotspot_gaps.cli import app; app()"
    tree = ran(tmp_path / "tree", sys.executable, "-c", code, "run", path=ROOT / "src")
    assert "gaps.csv" in alone
    assert {name for name in alone.keys() | tree if alone.get(name) != tree.get(name)} == set()
