"""The citation: what the Citation File Format 1.2.0 asks for, and the version of the package.

The format: https://github.com/citation-file-format/citation-file-format, schema 1.2.0.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
import yaml

import hotspot_gaps as hg

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def citation():
    return yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))


def test_what_the_format_requires_is_there_as_text(citation):
    assert citation["cff-version"] == "1.2.0"
    for key in ("title", "message"):
        assert isinstance(citation[key], str)
        assert citation[key].strip()


def test_each_author_is_a_person_or_an_entity(citation):
    assert citation["authors"]
    for author in citation["authors"]:
        assert author.get("name") or author.get("family-names") or author.get("alias")


def test_nothing_is_there_that_the_format_does_not_know(citation):
    known = {
        "abstract", "authors", "cff-version", "commit", "contact", "date-released", "doi",
        "identifiers", "keywords", "license", "license-url", "message", "preferred-citation",
        "references", "repository", "repository-artifact", "repository-code", "title", "type",
        "url", "version",
    }  # fmt: skip
    assert set(citation) <= known
    assert citation.get("type", "software") in {"software", "dataset"}
    assert all(isinstance(word, str) for word in citation.get("keywords", []))


def test_version_and_licence_are_those_of_the_package(citation):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert citation["version"] == hg.__version__  # a text: 1.10 would be a number
    assert citation["license"] == project["license"]
