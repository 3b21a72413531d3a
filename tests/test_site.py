"""What makes the site: its made pages say what the program says, and its links are looked up."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path

import pytest

import hotspot_gaps as hg

DOCS = Path(__file__).resolve().parents[1] / "docs"


def part(name):
    """Load a module of `docs`, which is no package."""
    spec = importlib.util.spec_from_file_location(name, DOCS / f"{name}.py")
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def pages():
    return part("site_pages")


@pytest.fixture
def site(tmp_path):
    def write(**files):
        for name, text in files.items():
            (tmp_path / name.replace("_", ".")).write_text(text, encoding="utf-8")
        return part("site_links").faults(tmp_path)

    return write


def test_every_public_name_is_in_the_reference(pages):
    text = pages.interface()
    for name in hg.__all__:
        assert name[0] == "_" or re.search(rf":: hotspot_gaps\.{name}\b", text), name


def test_every_command_is_in_the_reference(pages):
    text = pages.commands()
    for name in ("run", "check", "template", "explain", "site", "brief", "compare", "verify"):
        assert f"## `hotspot-gaps {name}`" in text
    assert "--radius-km" in text


def test_links_to_texts_beside_docs_lead_to_their_pages(pages):
    page = DOCS / "methods" / "gaps.md"
    text = "[a](../../SECURITY.md#report) [b](robustness.md) [c](https://x.org) [d](../../Makefile)"
    assert pages.relinked(text, page, page) == (
        "[a](../generated/security.md#report) [b](robustness.md) [c](https://x.org)"
        " [d](../../Makefile)"
    )


def test_a_text_that_moves_keeps_its_links(pages):
    was, now = DOCS.parent / "CONTRIBUTING.md", DOCS / "generated" / "contributing.md"
    assert pages.relinked("[why](docs/design.md)", was, now) == "[why](../design.md)"


def test_links_that_hold(site):
    found = site(
        a_html='<a href="b.html#there">b</a> <a href="#here">h</a> <p id="here">',
        b_html='<p id="there"> <a href="https://x.org/1">out</a>',
    )
    assert found == ([], 2, ["https://x.org/1"])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('<a href="no.html">', "leads nowhere"),
        ('<a href="#no">', "no such anchor"),
        ('<img src="no.png">', "leads nowhere"),
        ('<script src="https://x.org/a.js"></script>', "loads https://x.org/a.js"),
        ('<link rel="stylesheet" href="//x.org/a.css">', "loads //x.org/a.css"),
    ],
)
def test_links_that_do_not(site, text, words):
    wrong, _, _ = site(a_html=text)
    assert len(wrong) == 1
    assert words in wrong[0]


def test_a_font_from_elsewhere_in_a_style_is_told(site):
    wrong, _, _ = site(a_css="@font-face { src: url('https://fonts.x.org/f.woff2') }")
    assert wrong == ["a.css: loads https://fonts.x.org/f.woff2"]
