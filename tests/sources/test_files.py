"""Paths that are not local files, and sizes that are not borne."""

import os
import struct
from pathlib import Path

import geopandas as gpd
import pytest
from files_of_towns import problem, workbook, write
from shapely import Point

from hotspot_gaps.errors import MissingInputError
from hotspot_gaps.sources import files
from hotspot_gaps.sources.readers import read_table


@pytest.fixture
def towns():
    return gpd.GeoDataFrame(
        {"name": ["Rožaje", "Shkodër"], "population": [9422, 77075]},
        geometry=[Point(20.166, 42.833), Point(19.513, 42.068)],
        crs="EPSG:4326",
    )


@pytest.mark.parametrize(
    "path",
    [
        "https://example.org/a.csv",
        "file:///etc/passwd",
        "s3://bucket/a.parquet",
        "/vsicurl/https://example.org/a.gpkg",
        "/vsizip/a.zip/a.gpkg",
        "PG:host=example.org password=secret",
        "GPKG:a.gpkg:layer",
        "zip+https:a.zip",
        "a\0.csv",
        Path("https://example.org/a.csv"),
    ],
)
def test_only_local_paths(path):
    found = problem(path)
    assert found.what == "this is not a local file."
    assert "secret" not in str(found)


def test_what_is_no_regular_file(tmp_path):
    (tmp_path / "a.csv").mkdir()
    assert "not a regular file" in problem(tmp_path / "a.csv").what
    os.mkfifo(tmp_path / "b.csv")
    assert "not a regular file" in problem(tmp_path / "b.csv").what
    (tmp_path / "c.csv").symlink_to(tmp_path / "c.csv")
    assert "cannot be opened" in problem(tmp_path / "c.csv").what
    assert "cannot be opened" in problem(tmp_path / ("x" * 300 + ".csv")).what


def test_a_missing_file_is_a_missing_file(tmp_path):
    with pytest.raises(MissingInputError, match="no such file"):
        read_table(tmp_path / "a.csv")
    (tmp_path / "b.csv").symlink_to(tmp_path / "a.csv")
    with pytest.raises(FileNotFoundError):
        read_table(tmp_path / "b.csv")


def test_sizes_are_capped(tmp_path, towns, monkeypatch):
    monkeypatch.setattr(files, "MAX_ROWS", 1)
    for name in ("a.gpkg", "a.geojson", "a.shp"):
        towns.to_file(tmp_path / name)
        assert "more than 1 rows" in problem(tmp_path / name).what
    towns.to_parquet(tmp_path / "a.parquet")
    assert "more than 1 rows" in problem(tmp_path / "a.parquet").what
    assert "more than 1 rows" in problem(write(tmp_path / "a.csv", "a\n1\n2\n")).what
    assert "more than 1 rows" in problem(workbook(tmp_path / "a.xlsx", [["a"], [1], [2]])).what
    monkeypatch.setattr(files, "MAX_UNPACKED_BYTES", 1)
    monkeypatch.setattr(files, "MAX_ROWS", 9)
    assert "unpacks" in problem(tmp_path / "a.parquet").what
    monkeypatch.setattr(files, "MAX_BYTES", 3)
    assert "MB" in problem(tmp_path / "a.csv").what


def test_a_sidecar_is_capped_too(tmp_path, towns, monkeypatch):
    towns.to_file(tmp_path / "a.shp")
    size = max((tmp_path / f"a.{s}").stat().st_size for s in ("shp", "shx"))
    with (tmp_path / "a.dbf").open("ab") as opened:
        opened.write(struct.pack(f"{size}x"))
    monkeypatch.setattr(files, "MAX_BYTES", size)
    assert problem(tmp_path / "a.shp").file == "a.dbf"
