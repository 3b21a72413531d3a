"""The README keeps its word: its code runs, its numbers are those of the run, its links exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


def test_the_python_block_runs():
    code = re.search(r"```python\n(.*?)```", README, re.DOTALL)[1]
    exec(compile(code, "README.md", "exec"), {})  # noqa: S102 - our own README


def test_the_numbers_are_those_of_the_run(full_run):
    known = full_run.known
    assert f"None of the {known.asked} smaller hotspot towns" in README
    assert known.gaps == known.asked
    assert f"in {known.unfunded_partner} of them an organization is known" in README
    assert f"in {known.partner_withheld} of these only organizations whose names are" in README
    assert f"supported {known.supported_stated}" in README
    assert f"and {known.apart_placed + 1} places from later texts" in README  # one is not placed
    assert f"{known.hotspots_listed} of about {known.hotspots_stated} hotspots" in README
    for path in full_run.outputs:
        assert f"`{path.name}`" in README


def test_the_two_commands_are_targets_of_the_makefile():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"^make (\w+)", README, re.MULTILINE):
        assert f"\n{target}:" in makefile


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_links_to_files_exist(page):
    for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target
