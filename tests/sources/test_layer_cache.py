"""The cache of layers: what was tampered with counts as not fetched, and leftovers go away."""

from __future__ import annotations

import hashlib
import json
import os
import time

import pytest

from hotspot_gaps.sources.downloads import fetch
from hotspot_gaps.sources.layer_cache import Layer, LayerFile, fetched, remove_leftovers

BODY = b"PAR1 roads"


@pytest.fixture
def cache(tmp_path):
    return tmp_path / "cache"


@pytest.fixture
def folder(cache):
    """Put a layer of one file into the cache."""
    folder = cache / "roads"
    folder.mkdir(parents=True)
    (folder / "roads_AL.parquet").write_bytes(BODY)
    digits = hashlib.sha256(BODY).hexdigest()
    file = LayerFile("roads_AL.parquet", "AL", len(BODY), digits, "", "x", "ODbL 1.0", "© us")
    layer = Layer("roads", folder, "mirror", "2020-01-01", (file,))
    (folder / "layer.json").write_text(json.dumps(layer.record()), encoding="utf-8")
    assert fetched("roads", cache=cache) == layer
    return folder


def change(folder, values=None, **of_the_file):
    """Change the record of the layer, and that of its file."""
    record = json.loads((folder / "layer.json").read_text(encoding="utf-8"))
    record |= values or {}
    record["files"][0] |= of_the_file
    (folder / "layer.json").write_text(json.dumps(record), encoding="utf-8")


RECORDS = {
    "a list": "[]",
    "null": "null",
    "nothing": "",
    "an empty file": '{"files": [{}]}',
    "no files": '{"name": "roads", "route": "mirror", "fetched_on": "", "files": []}',
    "text as files": '{"name": "roads", "route": "mirror", "fetched_on": "", "files": "abc"}',
    "not UTF-8": "\xff",
    "deep": "[" * 200_000,
    "long": " " * 2_000_000 + "{}",
    "a number without end": "1" * 10_000,
}


@pytest.mark.parametrize("record", RECORDS)
def test_a_record_that_is_none(folder, cache, record):
    (folder / "layer.json").write_text(RECORDS[record], encoding="latin-1")
    assert fetched("roads", cache=cache) is None


@pytest.mark.parametrize("value", [5, None, True, ["x"], {"x": "y"}, 1.5, "\ud800"])
@pytest.mark.parametrize(
    "field", ["name", "country", "size_bytes", "sha256", "checked", "source", "licence",
              "attribution"],
)  # fmt: skip
def test_a_value_of_another_type(folder, cache, field, value):
    change(folder, **{field: value})
    assert fetched("roads", cache=cache) is None


@pytest.mark.parametrize("field", ["name", "route", "fetched_on", "files", "folder"])
def test_a_value_of_the_layer_that_cannot_be(folder, cache, field):
    change(folder)
    assert fetched("roads", cache=cache) is not None
    record = json.loads((folder / "layer.json").read_text(encoding="utf-8"))
    (folder / "layer.json").write_text(json.dumps(record | {field: 7}), encoding="utf-8")
    assert fetched("roads", cache=cache) is None


def test_text_of_a_record_is_printable(folder, cache):
    change(
        folder, {"fetched_on": "2020\x1b[2J"}, attribution="\x1b]0;x\x07us\n", licence="a\u202eb"
    )
    layer = fetched("roads", cache=cache)
    assert layer.fetched_on == "2020[2J"
    assert layer.terms == (("ab", "]0;xus"),)


@pytest.mark.parametrize(
    "name", ["../roads_AL.parquet", "", ".", "..", "layer.json", "/etc/passwd"]
)
def test_a_record_does_not_point_out_of_its_folder(folder, cache, name):
    (cache / "roads_AL.parquet").write_bytes(BODY)
    change(folder, name=name)
    assert fetched("roads", cache=cache) is None


def test_links_are_not_followed(folder, cache, tmp_path):
    for name in ("roads_AL.parquet", "layer.json"):
        file, elsewhere = folder / name, tmp_path / name
        file.rename(elsewhere)
        file.symlink_to(elsewhere)
        assert fetched("roads", cache=cache) is None
        file.unlink()
        elsewhere.rename(file)
        assert fetched("roads", cache=cache) is not None


@pytest.mark.parametrize("name", ["layer.json", "roads_AL.parquet"])
def test_a_pipe_holds_nobody_up(folder, cache, name):
    (folder / name).unlink()
    os.mkfifo(folder / name)
    assert fetched("roads", cache=cache) is None


@pytest.mark.parametrize("name", ["roads_ZZ.parquet", ".hidden", "a.aux.xml"])
def test_a_file_that_nobody_recorded(folder, cache, name):
    (folder / name).write_bytes(BODY)
    assert fetched("roads", cache=cache) is None


def test_a_folder_that_nobody_recorded(folder, cache):
    (folder / "more").mkdir()
    assert fetched("roads", cache=cache) is None


def test_a_file_that_is_recorded_twice(folder, cache):
    record = json.loads((folder / "layer.json").read_text(encoding="utf-8"))
    change(folder, {"files": record["files"] * 2})
    assert fetched("roads", cache=cache) is None


def old(path):
    """Make a folder and all in it two days old."""
    for each in (path, *path.rglob("*")):
        os.utime(each, (time.time() - 2 * 86_400,) * 2, follow_symlinks=False)


def leftover(cache, name=".roads-abcd_123", inside="new"):
    (cache / name / inside).mkdir(parents=True)
    (cache / name / inside / "a.pbf").write_bytes(b"half")
    return cache / name


def test_leftovers_of_a_day_ago_are_removed(folder, cache):
    for name in (".roads-abcd_123", ".population-abcd_123"):
        old(leftover(cache, name))
    (cache / ".admin2-00000000").mkdir()
    old(cache / ".admin2-00000000")
    remove_leftovers(cache)
    assert [path.name for path in cache.iterdir()] == ["roads"]


def test_what_may_be_in_use_or_is_not_ours_stays(folder, cache, tmp_path):
    in_use = leftover(cache)
    old(in_use)
    os.utime(in_use / "new" / "a.pbf")
    old(leftover(cache, ".roads-mynotes1", "mine"))
    old(leftover(cache, ".roads-longer-name"))
    old(leftover(tmp_path, "elsewhere"))
    (cache / ".roads-linked12").symlink_to(tmp_path / "elsewhere")
    os.utime(cache / ".roads-linked12", (0, 0), follow_symlinks=False)
    before = sorted(tmp_path.rglob("*"))
    remove_leftovers(cache)
    remove_leftovers(tmp_path / "none")
    remove_leftovers(tmp_path / ("long" * 1000))
    assert sorted(tmp_path.rglob("*")) == before


def test_a_fetch_removes_leftovers_even_when_nothing_is_to_be_fetched(cache, tmp_path, shared_data):
    fetch("population", mirror=shared_data, cache=cache)
    old(leftover(cache))
    fetch("population", mirror=shared_data, cache=cache)
    assert [path.name for path in cache.iterdir()] == ["population"]
