"""The manifest re-verifies: hashes, settings, counts; and tells nothing about the machine."""

from __future__ import annotations

import getpass
import hashlib
import json
import socket

from hotspot_gaps import Settings, run
from hotspot_gaps.outputs.manifest import build_manifest, created, parts


def read(result):
    return json.loads(next(p for p in result.outputs if p.name == "run.json").read_text("utf-8"))


def test_hashes_are_those_of_the_files(full_run):
    document = read(full_run)
    for path in full_run.outputs:
        if path.name != "run.json":
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            assert document["outputs"][path.name]["sha256"] == digest
    assert document["inputs"]["hotspots"][0]["builtin"]
    assert {"programmes", "hotspot_lists", "admin1", "relief"} <= set(document["inputs"])
    assert document["counts"]["rows"]["hotspots"] == {
        "read": 38, "placed": 34, "in_question": 22, "judged": 34,
    }  # fmt: skip
    assert document["versions"]["proj"]
    assert document["counts"]["gaps"] == 11
    assert document["counts"]["gaps_certain"] == document["findings"]["certainty"]["certain"] == 0
    assert document["findings"]["sites"]["value"] == 10
    assert document["findings"]["islands"]["islands"] == 14
    assert document["settings"]["radius_km"] == 50
    assert document["withheld"]["organizations"] == 53
    assert sum(row["organizations"] for row in document["withheld"]["told"]) == 18


def test_nothing_about_the_machine(full_run, tmp_path):
    text = json.dumps(read(full_run))
    assert str(tmp_path.parent) not in text
    assert socket.gethostname() not in text
    assert f"/{getpass.getuser()}/" not in text


def test_same_input_same_bytes(full_run, tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1609372800")
    again = run(Settings(out=tmp_path / "again", figures=True))
    for a, b in zip(full_run.outputs, again.outputs, strict=True):
        assert a.read_bytes() == b.read_bytes(), a.name
    assert created() == "2020-12-31T00:00:00+00:00"


def test_a_shapefile_is_all_its_parts_and_a_tile_address_its_host(tmp_path):
    for suffix in ("shp", "shx", "dbf", "prj", "txt"):
        (tmp_path / f"h.{suffix}").write_text("x")
    assert [p.suffix for p in parts(tmp_path / "h.shp")] == [".dbf", ".prj", ".shp", ".shx"]
    settings = Settings(basemap="https://tiles.example/{z}/{x}/{y}.png?key=SECRET")
    document = build_manifest(
        settings,
        inputs={},
        withheld={},
        counts={},
        findings={},
        outputs=[],
        background="",
        attributions={},
    )
    assert document["settings"]["basemap"] == "tiles.example"
    assert "SECRET" not in json.dumps(document)
