"""The README keeps its word: its numbers are those of the run, its links exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
MADE = ("generated/", "../generated/")  # by the build of the site, which looks up its own links
TEXTS = sorted(p for p in (ROOT / "docs").rglob("*.md") if "generated" not in p.parts)
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *TEXTS]


def test_the_numbers_are_those_of_the_run(full_run):
    known = full_run.known
    assert f"None of the {known.asked} smaller hotspot towns" in README
    assert known.gaps == known.asked
    assert f"in {known.unfunded_partner} of them an organization is known" in README
    assert f"in {known.partner_withheld} of these only organizations whose names are" in README
    assert f"supported {known.supported_stated}" in README
    assert f"and {known.apart_placed + 1} places from later texts" in README  # one is not placed
    assert f"{known.hotspots_listed} of about {known.hotspots_stated} hotspots" in README


def test_every_file_of_a_run_is_told(full_run):
    told = (ROOT / "docs" / "outputs.md").read_text(encoding="utf-8")
    for path in full_run.outputs:
        assert f"`{path.name}`" in told


def test_the_three_commands_are_targets_of_the_makefile():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"^make (\w+)", README, re.MULTILINE):
        assert f"\n{target}:" in makefile


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_links_to_files_exist(page):
    for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
        if not target.startswith(MADE):
            assert (page.parent / target).exists(), target
