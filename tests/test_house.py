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
MODULES = sorted(path for path in SOURCE.rglob("*.py") if path != SOURCE / "__init__.py")
BOTTOM = ("errors", "deprecation", "settings")
ROOMS = ("sources", "access", "gaps", "outputs")
# Each imports from those before it; a room, of what is not a room, from the bottom alone.
ORDER = (
    *BOTTOM, "settings_file", "ceiling", "cluster", *ROOMS, "judging", "writing", "converting",
    "pipeline", "verification", "commands", "cli",
)  # fmt: skip
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


def home(path: Path) -> str:
    """Return the room that a module is in, or the module itself."""
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def imported(path: Path) -> set[str]:
    """Return the rooms and modules of the package that a module imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            package, _, rest = (node.module or "").partition(".")
            names = [rest] if rest else [each.name for each in node.names]
            found |= {name.split(".")[0] for name in names if package == "hotspot_gaps"}
        assert not (isinstance(node, ast.ImportFrom) and node.level), "written out in full"
        assert not (isinstance(node, ast.Import) and "hotspot_gaps" in node.names[0].name)
    return found - {"__version__"}


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.relative_to(SOURCE).as_posix())
def test_a_module_imports_from_those_before_it_only(path):
    before = ORDER[: ORDER.index(home(path))]
    if home(path) in ROOMS:
        before = [name for name in before if name in (*BOTTOM, *ROOMS)]
    assert imported(path) <= {home(path), *before}


def test_the_order_is_that_of_the_design():
    design = (ROOT / "docs" / "design.md").read_text(encoding="utf-8")
    assert " → ".join(f"`{name}`" for name in ORDER) in design


def test_versions_agree():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == hg.__version__


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
