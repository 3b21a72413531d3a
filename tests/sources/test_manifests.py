"""Manifests are read as what anybody may have written."""

from __future__ import annotations

import json

import pytest

from hotspot_gaps.errors import InputError
from hotspot_gaps.sources.manifests import is_plain_name, read_manifest

SUM = "a" * 64
GOOD = {
    "hotspot_gaps": "0.1.0",
    "settings": {},
    "inputs": {"hotspots": [{"file": "h.csv", "sha256": SUM}], "supports": []},
    "counts": {},
    "outputs": {"gaps.csv": {"bytes": 1, "sha256": SUM}},
}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "run.json"


def test_a_good_one_is_read(path):
    path.write_text(json.dumps(GOOD))
    assert read_manifest(path) == GOOD


@pytest.mark.parametrize(
    "text",
    [
        "", "{", "[]", "null", "3", '{"settings": []}', "\xff", "[" * 100_000,
        '{"a":' * 5_000 + "1" + "}" * 5_000, json.dumps(GOOD)[:-20], "9" * 5_000, " " * 5_000_001,
    ],
    ids=lambda text: f"{text[:12]}{len(text)}",
)  # fmt: skip
def test_what_is_none_is_refused(path, text):
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(InputError, match=r"run\.json: .*Run it again"):
        read_manifest(path)


@pytest.mark.parametrize(
    "changed",
    [
        *({"outputs": {name: {"sha256": SUM}}}
          for name in ("../gaps.csv", "/etc/passwd", "..", "", "a\\b", "c:x", "x\n", "x" * 256)),
        {"outputs": {"gaps.csv": SUM}},
        {"outputs": {"gaps.csv": {"sha256": "A" * 64}}},
        {"outputs": {"gaps.csv": {"sha256": 3}}},
        {"outputs": {f"{n}.csv": {"sha256": SUM} for n in range(1001)}},
        {"inputs": {"hotspots": {"file": "h.csv", "sha256": SUM}}},
        {"inputs": {"hotspots": [{"file": "../h.csv", "sha256": SUM}]}},
        {"inputs": {"hotspots": [{"file": "h.csv"}]}},
        {"inputs": {"hotspots": ["h.csv"]}},
        {"inputs": {"roads": [{"file": "h.csv", "sha256": SUM}] * 1001}},
        {"versions": []},
        {"versions": {"pandas": 3}},
        {"hotspot_gaps": 1},
    ],
    ids=lambda changed: str(changed)[:50],
)  # fmt: skip
def test_parts_of_other_kinds_are_refused(path, changed):
    path.write_text(json.dumps({**GOOD, **changed}))
    with pytest.raises(InputError, match=rf"not the manifest of a run: .*{next(iter(changed))}"):
        read_manifest(path)


def test_a_million_outputs_are_refused_unread(path):
    entry = json.dumps({"bytes": 1, "sha256": SUM})
    many = ",".join(f'"{n}.csv":{entry}' for n in range(1_000_000))
    path.write_text(json.dumps(GOOD)[:-1] + f',"outputs":{{{many}}}}}')
    with pytest.raises(InputError, match="larger than"):
        read_manifest(path)


def test_plain_names():
    assert is_plain_name("Čaršija 1.csv")
    assert not any(map(is_plain_name, ("", ".", "..", "a/b", "a\\b", "a\0", None, 3, "\u202e")))
