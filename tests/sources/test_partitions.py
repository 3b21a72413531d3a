"""GeoParquet in partitions: the same rows as a whole, of any size, and every fault told."""

from __future__ import annotations

import json
import os
import pickle
import struct
import sys

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from geopandas.testing import assert_geodataframe_equal
from pyproj import CRS
from shapely import Point

import hotspot_gaps as hg
from hotspot_gaps.errors import Problem
from hotspot_gaps.sources import files, row_groups

dd = pytest.importorskip("dask.dataframe")


@pytest.fixture
def towns():
    number = np.arange(10)
    return gpd.GeoDataFrame(
        {"name": [f"Town {n}" for n in number], "population": number * 1000, "share": number / 7},
        geometry=gpd.points_from_xy(14 + number / 3, 40 + number / 2),
        crs="EPSG:4326",
    )


def rewritten(source, target, change):
    """Write a GeoParquet again, with its "geo" metadata changed."""
    table = pq.read_table(source)
    geo = json.loads(table.schema.metadata[b"geo"])
    change(geo)
    metadata = {**table.schema.metadata, b"geo": json.dumps(geo).encode()}
    pq.write_table(table.replace_schema_metadata(metadata), target)
    return target


def problem(function):
    with pytest.raises(hg.InputError) as caught:
        function()
    assert len(caught.value.problems) == 1
    return caught.value.problems[0]


def test_a_partition_is_a_row_group_and_the_rows_are_those_of_the_whole(tmp_path, towns):
    path = tmp_path / "towns.parquet"
    towns.to_parquet(path, row_group_size=4)
    frame = hg.load_partitions(path)
    assert frame.npartitions == 3
    assert [len(part) for part in frame.partitions] == [4, 4, 2]
    assert len(frame) == 10
    assert frame["share"].sum().compute() == pytest.approx(45 / 7)
    whole = gpd.read_parquet(path).astype({"population": "Int64"})
    assert_geodataframe_equal(frame.compute(), whole)


@pytest.mark.parametrize("encoding", ["WKB", "geoarrow"])
@pytest.mark.parametrize("crs", ["EPSG:4326", "OGC:CRS84", "EPSG:3035", "EPSG:6316"])
def test_every_reference_system_comes_in_degrees(tmp_path, towns, crs, encoding):
    path = tmp_path / "a.parquet"
    moved = towns.to_crs(crs).rename_geometry("where")
    moved.to_parquet(path, row_group_size=4, geometry_encoding=encoding)
    frame = hg.load_partitions(path)
    assert frame._meta.crs == "EPSG:4326"
    read = frame.compute()
    assert read.crs == "EPSG:4326"
    assert read.geometry.name == "geometry"
    np.testing.assert_allclose(read.geometry.x, towns.geometry.x, atol=1e-8)
    np.testing.assert_allclose(read.geometry.y, towns.geometry.y, atol=1e-8)


def test_meta_has_the_types_of_every_partition(tmp_path):
    ones = pd.Series([1, None, 3, 4], dtype="Int64")
    frame = gpd.GeoDataFrame(
        {
            "whole": ones, "small": ones.astype("UInt8"), "flag": ones.eq(3),
            "text": ["a", "b", None, None], "kind": pd.Categorical(["x", "x", "y", None]),
            "day": pd.to_datetime(["2020-01-01", None, None, None]), "share": [0.5, None, 1, 2],
        },
        geometry=[Point(1, 2), None, Point(), Point(3, 4)], crs="EPSG:4326",
    )  # fmt: skip
    for encoding in ("WKB", "geoarrow"):
        frame.to_parquet(tmp_path / "a.parquet", row_group_size=1, geometry_encoding=encoding)
        read = hg.load_partitions(tmp_path / "a.parquet")
        for part in read.partitions:
            pd.testing.assert_series_equal(part.compute().dtypes, read._meta.dtypes)
        whole = read.compute()
        assert whole["whole"].tolist() == [1, pd.NA, 3, 4]
        assert whole["kind"].tolist()[:3] == ["x", "x", "y"]
        assert whole.geometry.iloc[1] is None
        assert whole.geometry.iloc[2].is_empty
        near = hg.nearest(read, frame).compute()
        assert near["id"].isna().tolist() == [False, True, True, False]
        assert whole.geometry.iloc[3] == Point(3, 4)


def test_columns_are_chosen_and_the_geometry_always_comes(tmp_path, towns):
    path = tmp_path / "a.parquet"
    second = towns.assign(other=towns.geometry.shift(1))
    second.to_parquet(path, write_covering_bbox=True, schema_version="1.1.0")
    assert list(hg.load_partitions(path)) == ["name", "population", "share", "geometry"]
    chosen = hg.load_partitions(path, columns=["share", "name"])
    assert list(chosen) == ["name", "share", "geometry"]
    assert list(hg.load_partitions(path, columns=[])) == ["geometry"]
    found = problem(lambda: hg.load_partitions(path, columns=["name", "size"]))
    assert problem(lambda: hg.load_partitions(path, columns=["other"])).column == "other"
    assert str(found).startswith("a.parquet, column size: there is no such column. Name some of:")


def test_a_folder_is_read_in_the_order_of_its_numbers(tmp_path, towns):
    for number in (10, 2, 1):
        towns.iloc[number - 1 : number].to_parquet(tmp_path / f"part.{number}.parquet")
    (tmp_path / "readme.txt").write_text("not a part")
    (tmp_path / "._part.1.parquet").write_text("what a Mac leaves")
    frame = hg.load_partitions(tmp_path).compute()
    assert frame["name"].tolist() == ["Town 0", "Town 1", "Town 9"]
    assert frame.index.tolist() == [0, 1, 2]


def test_nothing_is_read_before_it_is_used(tmp_path, towns, monkeypatch):
    path = tmp_path / "a.parquet"
    towns.to_parquet(path, row_group_size=4)
    monkeypatch.setattr(files, "MAX_BYTES", 3)
    monkeypatch.setattr(files, "MAX_ROWS", 3)
    monkeypatch.setattr(pq.ParquetFile, "read_row_group", None)
    assert hg.load_partitions(path).npartitions == 3


def test_reading_and_measuring_are_one_task(tmp_path, towns):
    path = tmp_path / "a.parquet"
    towns.to_parquet(path, row_group_size=4)
    lazy = hg.nearest(hg.load_partitions(path), towns)
    per_partition = [key for key in lazy.__dask_graph__() if key[0].startswith("read-")]
    assert len(per_partition) == lazy.npartitions == 3
    assert lazy.compute()["distance_m"].tolist() == [0.0] * 10


def test_a_file_that_is_gone_when_it_is_read(tmp_path, towns):
    towns.to_parquet(tmp_path / "a.parquet")
    frame = hg.load_partitions(tmp_path / "a.parquet")
    (tmp_path / "a.parquet").unlink()
    with pytest.raises(hg.MissingInputError, match=r"a\.parquet: there is no such file.*same path"):
        frame.compute()


def test_a_shape_in_a_later_partition_is_told_with_its_row(tmp_path, towns):
    towns.loc[6, "geometry"] = towns.geometry.loc[6].buffer(1)
    towns.to_parquet(tmp_path / "a.parquet", row_group_size=4)
    lazy = hg.nearest(hg.load_partitions(tmp_path / "a.parquet"), towns.iloc[:3])
    assert problem(lazy.compute).row == 7


def test_a_dask_frame_that_lost_its_geometry(towns):
    plain = dd.from_pandas(pd.DataFrame(towns.drop(columns="geometry")), npartitions=2)
    assert "set_geometry" in problem(lambda: hg.nearest(plain, towns)).fix


def test_a_file_without_the_key_is_in_longitude_and_latitude(tmp_path, towns):
    towns.to_parquet(tmp_path / "a.parquet")
    path = rewritten(
        tmp_path / "a.parquet", tmp_path / "b.parquet",
        lambda geo: geo["columns"]["geometry"].pop("crs"),
    )  # fmt: skip
    assert hg.load_partitions(path).compute().geometry.x.tolist() == towns.geometry.x.tolist()


def test_a_file_whose_system_is_not_known_is_refused(tmp_path, towns):
    towns.to_parquet(tmp_path / "a.parquet")
    path = rewritten(
        tmp_path / "a.parquet", tmp_path / "b.parquet",
        lambda geo: geo["columns"]["geometry"].update(crs=None),
    )  # fmt: skip
    with pytest.raises(hg.CRSError, match=r"b\.parquet: this has no coordinate reference system"):
        hg.load_partitions(path)


@pytest.mark.parametrize(
    "crs",
    [
        "+proj=longlat +ellps=bessel +nadgrids=/tmp/a.gsb +type=crs",
        "EPSG:5773",
        CRS("+proj=longlat +ellps=bessel +nadgrids=a.gsb +type=crs").to_json_dict(),
    ],
)
def test_systems_that_name_files_or_no_place_are_refused(tmp_path, towns, crs):
    towns.to_parquet(tmp_path / "a.parquet")
    path = rewritten(
        tmp_path / "a.parquet", tmp_path / "b.parquet",
        lambda geo: geo["columns"]["geometry"].update(crs=crs),
    )  # fmt: skip
    with pytest.raises(hg.CRSError, match=r"b\.parquet: .* not read"):
        hg.load_partitions(path)


def test_collections_in_collections_do_not_end_the_process(tmp_path, towns):
    towns.iloc[:1].to_parquet(tmp_path / "a.parquet")
    nested = struct.pack("<BII", 1, 7, 1) * 100_000 + Point(20, 42).wkb
    table = pq.read_table(tmp_path / "a.parquet")
    at = table.schema.get_field_index("geometry")
    table = table.set_column(at, table.schema.field(at), pa.array([nested]))
    pq.write_table(table, tmp_path / "b.parquet")
    found = problem(hg.load_partitions(tmp_path / "b.parquet").compute)
    assert "geometry collections are not read" in found.what


def test_a_file_that_changes_gives_no_answer_of_its_older_self(tmp_path, towns):
    path = tmp_path / "a.parquet"
    towns.to_parquet(path)
    before = hg.load_partitions(path)
    towns.iloc[::-1].to_parquet(path)
    assert problem(before.compute).what == "this has changed since it was loaded."
    os.utime(path, (1, 1))
    after = hg.load_partitions(path)
    assert after.compute()["name"].tolist()[0] == "Town 9"
    assert after.__dask_keys__() != before.__dask_keys__()


def test_row_groups_that_are_too_large_are_refused(tmp_path, towns, monkeypatch):
    towns.to_parquet(tmp_path / "a.parquet")
    monkeypatch.setattr(row_groups, "MAX_GROUP_ROWS", 9)
    assert (
        "10 rows, more than 9" in problem(lambda: hg.load_partitions(tmp_path / "a.parquet")).what
    )


def test_a_link_with_another_ending_and_a_column_by_name(tmp_path, towns):
    towns.to_parquet(tmp_path / "blob")
    (tmp_path / "a.parquet").symlink_to(tmp_path / "blob")
    assert list(hg.load_partitions(tmp_path / "a.parquet", columns="name")) == ["name", "geometry"]


def test_other_encodings_are_refused(tmp_path, towns):
    areas = towns.to_crs("EPSG:3035")
    areas = areas.set_geometry(areas.geometry.buffer(10))
    areas.to_parquet(tmp_path / "a.parquet", geometry_encoding="geoarrow")
    found = problem(lambda: hg.load_partitions(tmp_path / "a.parquet"))
    assert "'polygon' is not read" in found.what


def test_coordinates_that_cannot_be_turned_are_told(tmp_path, towns):
    far = towns.to_crs("EPSG:3035")
    far.loc[7, "geometry"] = Point(1e30, 1e30)
    far.to_parquet(tmp_path / "a.parquet", row_group_size=4)
    frame = hg.load_partitions(tmp_path / "a.parquet")
    found = problem(frame.compute)
    assert (found.file, found.row) == ("a.parquet", 8)


@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        ("a.parquet", b"PAR1 and no more", "this cannot be read as GeoParquet"),
        ("a.parquet", b"", "this file is empty"),
        ("a.csv", b"name\nx\n", "are not read in partitions"),
    ],
)
def test_what_is_no_geoparquet(tmp_path, name, content, what):
    (tmp_path / name).write_bytes(content)
    found = problem(lambda: hg.load_partitions(tmp_path / name))
    assert found.file == name
    assert what in found.what


def test_a_plain_parquet_and_one_without_rows(tmp_path, towns):
    pq.write_table(pa.table({"lon": [1.0]}), tmp_path / "plain.parquet")
    assert "not GeoParquet" in problem(lambda: hg.load_partitions(tmp_path / "plain.parquet")).what
    with pq.ParquetWriter(tmp_path / "none.parquet", _arrow(tmp_path, towns).schema):
        pass
    assert "no rows" in problem(lambda: hg.load_partitions(tmp_path / "none.parquet")).what
    towns.iloc[:0].to_parquet(tmp_path / "zero.parquet")
    found = hg.load_partitions(tmp_path / "zero.parquet").compute()
    assert (len(found), found.crs) == (0, "EPSG:4326")


def _arrow(folder, towns):
    towns.to_parquet(folder / "towns.parquet")
    return pq.read_table(folder / "towns.parquet")


@pytest.mark.parametrize("path", ["https://example.org/a.parquet", "s3://b/a.parquet", "a\0"])
def test_only_local_paths(path):
    assert problem(lambda: hg.load_partitions(path)).what == "this is not a local file."


def test_missing_files_and_empty_folders(tmp_path):
    with pytest.raises(hg.MissingInputError):
        hg.load_partitions(tmp_path / "none.parquet")
    assert "no .parquet file" in problem(lambda: hg.load_partitions(tmp_path)).what


def test_files_that_differ_are_told(tmp_path, towns):
    towns.to_parquet(tmp_path / "1.parquet")
    towns.astype({"population": "str"}).to_parquet(tmp_path / "2.parquet")
    found = problem(lambda: hg.load_partitions(tmp_path))
    assert (found.file, found.column) == ("2.parquet", "population")
    towns[["population", "name", "share", "geometry"]].to_parquet(tmp_path / "2.parquet")
    assert "in another order" in problem(lambda: hg.load_partitions(tmp_path)).what


def test_damage_inside_a_row_group_is_told_when_it_is_read(tmp_path, towns):
    path = tmp_path / "a.parquet"
    towns.to_parquet(path, row_group_size=4)
    about = pq.read_metadata(path).row_group(1).column(0)
    raw = bytearray(path.read_bytes())
    start = about.dictionary_page_offset or about.data_page_offset
    raw[start : start + about.total_compressed_size] = b"\xff" * about.total_compressed_size
    path.write_bytes(raw)
    frame = hg.load_partitions(path)
    assert len(frame.partitions[0].compute()) == 4
    found = problem(frame.compute)
    assert found.file == "a.parquet"
    assert found.what.startswith("row group 1 cannot be read as GeoParquet")
    assert str(tmp_path) not in str(found)


def test_the_problems_of_an_error_come_back_from_another_process():
    error = hg.InputError([Problem("a", row, "b", "c", "what.", "fix.") for row in (2, 1)])
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert again.problems == error.problems
    assert str(again) == str(error)


def test_without_dask_the_command_is_told(tmp_path, towns, monkeypatch):
    towns.to_parquet(tmp_path / "a.parquet")
    monkeypatch.setitem(sys.modules, "dask.dataframe", None)
    with pytest.raises(hg.MissingExtraError, match=r'pip install "hotspot_gaps\[scale\]"'):
        hg.load_partitions(tmp_path / "a.parquet")
