"""Past runs: read back whole, or refused with what to do."""

from __future__ import annotations

import hashlib
import json
import shutil

import geopandas as gpd
import pytest
from geopandas.testing import assert_geodataframe_equal

import hotspot_gaps as hg
from hotspot_gaps.errors import InputError, MissingInputError
from hotspot_gaps.sources.past_runs import FILES, read_past_run


@pytest.fixture
def folder(full_run, tmp_path):
    """Return a copy of a run, to be spoiled."""
    kept = tmp_path / "last_year"
    kept.mkdir()
    for path in full_run.outputs:
        if path.name in FILES:
            shutil.copy(path, kept)
    return kept


def spoil(folder, **changes):
    manifest = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    (folder / "run.json").write_text(json.dumps({**manifest, **changes}), encoding="utf-8")


def test_a_run_is_read_back_as_it_was(folder, full_run):
    past = read_past_run(folder)
    assert_geodataframe_equal(past.gaps, full_run.gaps, check_dtype=False)
    assert past.settings == hg.Settings(figures=True)
    assert past.version == hg.__version__
    assert past.counts["gaps"] == full_run.known.gaps == 11
    assert set(past.tables) >= {"hotspots", "organizations", "supports"}
    assert len(past.organizations) == 134
    assert past.countries["country"].tolist() == full_run.countries["country"].tolist()


@pytest.mark.parametrize("name", FILES)
def test_a_folder_that_lacks_a_file_is_no_run(folder, name):
    (folder / name).unlink()
    with pytest.raises(MissingInputError, match=f"last_year: not a folder of a run.*{name}"):
        read_past_run(folder)


def test_a_file_is_no_folder(tmp_path):
    (tmp_path / "x").write_text("")
    with pytest.raises(MissingInputError, match="no such folder"):
        read_past_run(tmp_path / "x")


@pytest.mark.parametrize("name", FILES[1:])
def test_a_file_that_the_manifest_does_not_describe_is_refused(folder, name):
    (folder / name).write_bytes((folder / name).read_bytes() + b" ")
    with pytest.raises(InputError, match=f"last_year/{name}: not the file that run.json"):
        read_past_run(folder)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"settings": []}', "\xff"])
def test_a_manifest_that_is_none_is_refused(folder, text):
    (folder / "run.json").write_bytes(text.encode("latin-1"))
    with pytest.raises(InputError, match=r"last_year/run\.json: not "):
        read_past_run(folder)


@pytest.mark.parametrize(
    "settings", [{"radius": 3}, {"radius_km": "far"}, {"as_of": 3}, {"evidence": "rumour"}]
)
def test_settings_of_another_version_are_told(folder, settings):
    spoil(folder, settings=settings, hotspot_gaps="0.0.1")
    with pytest.raises(InputError, match=r"settings of version 0\.0\.1 are not those"):
        read_past_run(folder)


def test_an_older_table_is_told(folder):
    gaps = hg.find_gaps(hg.load_hotspots(), hg.load_organizations())
    gaps.drop(columns=["gap_type", "size_class"]).to_parquet(folder / "gaps.parquet")
    from hotspot_gaps.outputs.manifest import file_entry

    manifest = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    entry = file_entry(folder / "gaps.parquet")
    outputs = {**manifest["outputs"], "gaps.parquet": entry}
    spoil(folder, outputs=outputs, hotspot_gaps="0.0.1")
    with pytest.raises(InputError, match=r"version 0\.0\.1, without size_class, gap_type"):
        read_past_run(folder)


def test_checksums_that_are_withheld_are_not_told(folder):
    hotspots = {"file": "h.csv", "sha256": "a" * 64}
    supports = {"file": "s.csv", "withheld": "…"}
    spoil(folder, inputs={"supports": [supports], "hotspots": [hotspots]})
    assert read_past_run(folder).tables == {"hotspots": "a" * 64}


def test_a_key_of_a_live_background_is_not_kept(folder):
    settings = json.loads((folder / "run.json").read_text(encoding="utf-8"))["settings"]
    spoil(folder, settings={**settings, "basemap": "tiles.example.org"})
    assert read_past_run(folder).settings.basemap is None


def rewrite(folder, change):
    """Change the gap table, and the checksum with it, as a stranger would."""
    path = folder / "gaps.parquet"
    change(gpd.read_parquet(path)).to_parquet(path, index=False)
    outputs = json.loads((folder / "run.json").read_text(encoding="utf-8"))["outputs"]
    outputs[path.name]["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
    spoil(folder, outputs=outputs)


@pytest.mark.parametrize(
    ("column", "change"),
    [
        ("population", lambda gaps: gaps.assign(population="many")),
        ("is_gap", lambda gaps: gaps.assign(is_gap="yes")),
        ("hotspot_id", lambda gaps: gaps.assign(hotspot_id=None)),
        ("hotspot_id", lambda gaps: gaps.assign(hotspot_id="same")),
        ("gap_type", lambda gaps: gaps.assign(gap_type=3)),
    ],
)
def test_columns_that_hold_something_else_are_named(folder, column, change):
    rewrite(folder, change)
    with pytest.raises(InputError, match=f"gaps.parquet: not what a run writes, in {column}"):
        read_past_run(folder)


def test_another_reference_system_moves_nothing(folder, full_run):
    rewrite(folder, lambda gaps: gaps.to_crs("EPSG:3857"))
    past = read_past_run(folder)
    placed = full_run.gaps.geometry.notna()
    away = (
        past.gaps.geometry[placed]
        .to_crs(3035)
        .distance(full_run.gaps.geometry[placed].to_crs(3035))
    )
    assert away.max() < 0.01


@pytest.mark.parametrize("version", ["", "\x1b[31mEVIL", "1 2", "x" * 50, "1\n"])
def test_a_version_that_is_none_is_refused(folder, version):
    spoil(folder, hotspot_gaps=version)
    with pytest.raises(InputError, match="its version is none"):
        read_past_run(folder)
