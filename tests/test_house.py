"""The house: light import, rooms that import one way, one version everywhere."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import hotspot_gaps as hg

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "hotspot_gaps"
ROOMS = ("sources", "access", "gaps", "outputs")
PAGES = (".py", ".js", ".css", ".typ", ".html")
HEAVY = ("geopandas", "matplotlib", "numpy", "pandas", "pandera", "pydantic", "rasterio", "scipy")


def test_import_loads_nothing_heavy():
    code = f"import sys, hotspot_gaps; print([m for m in {HEAVY} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_name_of_the_interface_exists():
    for name in hg.__all__:
        assert getattr(hg, name) is not None
    assert "find_gaps" in dir(hg)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        hg.nothing  # noqa: B018


def test_built_in_tables_do_not_load_the_table_checker():
    code = "import sys, hotspot_gaps as hg; hg.load_hotspots(); print('pandera' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize("path", sorted(SOURCE.rglob("*.py")), ids=lambda p: p.stem)
def test_rooms_import_from_the_left_only(path):
    room = path.parent.name
    if room not in ROOMS:
        return
    allowed = (*ROOMS[: ROOMS.index(room) + 1], "errors", "settings", "deprecation")
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("hotspot_gaps."):
            assert node.module.split(".")[1] in allowed, f"{path.name} imports {node.module}"


def test_versions_agree():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == hg.__version__
    assert f"version: {hg.__version__}" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")


def test_every_dependency_has_a_row_in_the_table_of_parts():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    design = (ROOT / "docs" / "design.md").read_text(encoding="utf-8").lower()
    optional = project["optional-dependencies"]
    for spec in (
        project["dependencies"]
        + optional["fast"]
        + optional["osm"]
        + optional["scale"]
        + optional["bench"]
    ):
        name = spec.split(">")[0].split("[")[0]
        assert name.lower() in design, name


@pytest.mark.parametrize(
    "path",
    sorted(p for p in (SOURCE / "outputs").rglob("*.*") if p.suffix in PAGES),
    ids=lambda p: p.name,
)
def test_colours_have_one_home(path):
    said = re.sub(r">>>.*\n.*", "", path.read_text(encoding="utf-8"))
    found = re.findall(r"#[0-9a-fA-F]{6}\b", said)
    assert path.name == "style.py" or not found, found
