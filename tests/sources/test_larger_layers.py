"""Larger layers: what the settings name comes before what was fetched."""

from __future__ import annotations

import pytest

import hotspot_gaps as hg
from hotspot_gaps.sources.downloads import fetch
from hotspot_gaps.sources.larger_layers import larger_layers


def test_without_any_there_is_nothing():
    layers = larger_layers(hg.Settings())
    assert (layers.roads, layers.checkpoints) == (None, None)
    assert (layers.population, layers.districts) == ((), ())
    assert layers.files() == {}
    assert layers.attributions == {}


def test_what_was_fetched_is_found(shared_data, tmp_path, monkeypatch):
    monkeypatch.setenv("HOTSPOT_GAPS_CACHE", str(tmp_path))
    fetch("roads", mirror=str(shared_data))
    layers = larger_layers(hg.Settings())
    assert layers.roads == tmp_path / "roads"
    assert layers.checkpoints.name == "road_border_crossings.geojson"
    # OpenStreetMap is said once, not for roads and for crossings.
    assert layers.attributions == {
        "roads": "© OpenStreetMap contributors, extracts by Geofabrik (ODbL 1.0)",
    }  # fmt: skip
    assert sorted(layers.files()) == ["checkpoints", "roads"]


def test_settings_come_first(shared_data, tmp_path, monkeypatch):
    monkeypatch.setenv("HOTSPOT_GAPS_CACHE", str(tmp_path))
    fetch("population", mirror=str(shared_data))
    own = shared_data / "population" / "pop_2018_5km_epsg3035.tif"
    assert larger_layers(hg.Settings(population=own)).population == (own,)
    assert larger_layers(hg.Settings()).population != (own,)


def test_a_folder_of_rasters_is_all_of_them(tmp_path):
    for name in ("b.tif", "a.TIF", "notes.txt"):
        (tmp_path / name).write_bytes(b"")
    names = [path.name for path in larger_layers(hg.Settings(population=tmp_path)).population]
    assert names == ["a.TIF", "b.tif"]


def test_what_is_not_there_is_told(tmp_path):
    with pytest.raises(hg.MissingInputError, match=r"none: there is no such file or folder"):
        larger_layers(hg.Settings(roads=tmp_path / "none"))


@pytest.mark.parametrize("layer", ["roads", "population", "districts", "checkpoints"])
def test_a_path_that_is_too_long_is_not_there(layer):
    with pytest.raises(hg.MissingInputError, match="there is no such file or folder") as caught:
        larger_layers(hg.Settings(**{layer: "a" * 5_000}))
    assert len(str(caught.value)) < 300
