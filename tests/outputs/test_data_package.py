"""The data package of a run: frictionless as a witness that it is one, and that its data fit it."""

from __future__ import annotations

import json
import warnings

import pandas as pd
import pytest

import hotspot_gaps as hg
from hotspot_gaps.outputs.data_package import write_data_package
from hotspot_gaps.outputs.hashtags import add_tag_row
from hotspot_gaps.outputs.manifest import file_entry
from hotspot_gaps.outputs.tables import write_csv

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import frictionless


def problems(path):
    """Validate a package with all its tables; files are read from its folder alone."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        report = frictionless.Package.from_descriptor(str(path)).validate()
    return report.flatten(["type", "message"])


@pytest.fixture(scope="module")
def package(full_run):
    path = full_run.outputs[0].parent / "datapackage.json"
    return path, json.loads(path.read_text(encoding="utf-8"))


def test_frictionless_finds_no_problem(package):
    assert problems(package[0]) == []


def test_frictionless_finds_a_cell_of_another_type(package, tmp_path):
    for name in ("gaps.csv", "datapackage.json"):
        (tmp_path / name).write_bytes((package[0].parent / name).read_bytes())
    document = json.loads((tmp_path / "datapackage.json").read_text(encoding="utf-8"))
    (gaps,) = (one for one in document["resources"] if one["path"] == "gaps.csv")
    del gaps["hash"], gaps["bytes"]
    gaps["schema"]["fields"][1]["type"] = "integer"
    (tmp_path / "one.json").write_text(json.dumps({**document, "resources": [gaps]}))
    assert "type-error" in {kind for kind, _ in problems(tmp_path / "one.json")}


def test_every_other_file_is_a_resource_with_its_hash(package, full_run):
    path, document = package
    told = {one["path"]: (one["bytes"], one["hash"]) for one in document["resources"]}
    others = [one for one in full_run.outputs if one.name not in {path.name, "run.json"}]
    entries = {one.name: file_entry(one) for one in others}
    assert told == {
        name: (entry["bytes"], f"sha256:{entry['sha256']}") for name, entry in entries.items()
    }


def test_every_column_has_a_meaning_and_measures_have_a_unit(package):
    for one in package[1]["resources"]:
        for field in one.get("schema", {}).get("fields", ()):
            said = one["path"], field["name"]
            assert field.get("description"), said
            assert field["name"].endswith("_km") <= (field.get("unit") == "km"), said
            assert not field.get("unit") or field["type"] == "number", said


def test_the_manifest_has_its_hash(package, full_run):
    run = json.loads((package[0].parent / "run.json").read_text(encoding="utf-8"))
    entry = file_entry(package[0])
    assert run["outputs"]["datapackage.json"]["sha256"] == entry["sha256"]


def test_licences_are_those_of_the_built_in_tables_alone(package, tmp_path):
    assert [one["name"] for one in package[1]["licenses"]] == ["CC-BY-4.0", "BSD-3-Clause"]
    own = hg.Settings(hotspots=tmp_path / "mine.csv")
    write_data_package(tmp_path, own, {"roads": "© OpenStreetMap contributors"}, tag_row=False)
    document = json.loads((tmp_path / "datapackage.json").read_text(encoding="utf-8"))
    assert "licenses" not in document
    titles = [one["title"] for one in document["sources"]]
    assert titles[-2:] == ["hotspots: mine.csv", "© OpenStreetMap contributors"]
    assert str(tmp_path) not in json.dumps(document)


def test_a_row_of_hashtags_and_an_empty_table_fit_too(tmp_path, full_run):
    write_csv(full_run.gaps, tmp_path / "gaps.csv")
    add_tag_row(tmp_path / "gaps.csv")
    write_csv(pd.DataFrame(columns=["order", "name"]), tmp_path / "sites.csv")
    write_data_package(tmp_path, hg.Settings(), {}, tag_row=True)
    assert problems(tmp_path / "datapackage.json") == []
