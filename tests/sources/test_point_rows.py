"""Point rows: the answers of files are those of frames, whether or not geometries are made."""

from __future__ import annotations

import struct

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from shapely import MultiPoint, Point

import hotspot_gaps as hg
from hotspot_gaps.sources.point_rows import PointRows, read_point_rows
from hotspot_gaps.sources.row_groups import row_groups

pytest.importorskip("dask.dataframe")

LON, LAT = np.linspace(-170, 170, 30), np.linspace(-80, 80, 30)
AT = list(zip(LON.tolist(), LAT.tolist(), strict=True))
FACILITIES = gpd.GeoDataFrame(geometry=gpd.points_from_xy(LON[::7] + 1, LAT[::7]), crs=4326)


def frame(points, crs="EPSG:4326"):
    return gpd.GeoDataFrame({"name": "Town"}, index=range(len(points)), geometry=points, crs=crs)


def plain():
    return frame(gpd.points_from_xy(LON, LAT))


def some_empty():
    return frame([Point() if n % 5 == 0 else Point(*at) for n, at in enumerate(AT)])


def some_missing():
    return frame([None if n % 5 == 0 else Point(*at) for n, at in enumerate(AT)])


def with_heights():
    return frame(gpd.points_from_xy(LON, LAT, LON))


def in_metres():
    return plain().to_crs("EPSG:3857")


MADE = {plain: True, some_empty: True, some_missing: False, with_heights: False, in_metres: False}


@pytest.mark.parametrize(
    ("make", "is_plain"), MADE.items(), ids=lambda v: getattr(v, "__name__", v)
)
def test_files_give_the_answer_of_frames(make, is_plain, tmp_path):
    places = make()
    places.to_parquet(tmp_path / "places.parquet", row_group_size=8)
    groups, _ = row_groups(tmp_path / "places.parquet", None, 0)
    assert {isinstance(read_point_rows(group), PointRows) for group in groups} == {is_plain}
    partitions = hg.load_partitions(tmp_path / "places.parquet")
    for measure, options in (
        (hg.nearest, {"k": 2}),
        (hg.count_within, {"radii_m": (1e6, 5e6)}),
        (hg.pairs_within, {"radius_m": 3e6}),
    ):
        found = measure(partitions, FACILITIES, **options).compute(scheduler="sync")
        expected = measure(places, FACILITIES, **options)
        pd.testing.assert_frame_equal(found, expected, check_exact=True, check_index_type=False)


def test_a_selection_of_partitions_is_not_the_whole(tmp_path):
    plain().to_parquet(tmp_path / "places.parquet", row_group_size=8)
    partitions = hg.load_partitions(tmp_path / "places.parquet")
    for some in (partitions.partitions[1], partitions[["geometry"]]):
        found = hg.nearest(some, FACILITIES).compute(scheduler="sync")
        pd.testing.assert_frame_equal(found, hg.nearest(some.compute(), FACILITIES))


def write_wkb(path, values, kind):
    geo = '{"version":"1.0.0","primary_column":"geometry","columns":{"geometry":{"encoding":"WKB",'
    geo += '"geometry_types":[]}}}'
    table = pa.table({"geometry": pa.array(values, kind)})
    pq.write_table(table.replace_schema_metadata({b"geo": geo.encode()}), path)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("kind", [pa.binary(), pa.large_binary()])
def test_either_byte_order_and_either_size_of_offsets(order, kind, tmp_path):
    values = [struct.pack(f"{order}BIdd", order == "<", 1, *at) for at in AT]
    write_wkb(tmp_path / "places.parquet", values, kind)
    found = hg.nearest(hg.load_partitions(tmp_path / "places.parquet"), FACILITIES).compute()
    pd.testing.assert_frame_equal(found, hg.nearest(plain(), FACILITIES))


def test_what_is_no_point_is_told(tmp_path):
    frame([MultiPoint([(1, 1)])]).to_parquet(tmp_path / "places.parquet")
    with pytest.raises(hg.InputError, match="is not a point"):
        hg.nearest(hg.load_partitions(tmp_path / "places.parquet"), FACILITIES).compute()


def test_coordinates_out_of_range_are_told(tmp_path):
    frame([Point(0, 0), Point(0, 91)]).to_parquet(tmp_path / "places.parquet")
    with pytest.raises(hg.CRSError, match="the first is number 2"):
        hg.nearest(hg.load_partitions(tmp_path / "places.parquet"), FACILITIES).compute()
