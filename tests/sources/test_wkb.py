"""Shapes in bytes: what would end the process is told."""

from __future__ import annotations

import json
import struct

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from files_of_towns import problem


@pytest.mark.parametrize("kind", [4, 5, 6, 7, 9, 10, 11, 12])
@pytest.mark.parametrize("order", ["<", ">"])
def test_geometries_in_geometries_do_not_end_the_process(tmp_path, kind, order):
    head = struct.pack(order + "BII", order == "<", kind, 1)
    value = head * 100_000 + struct.pack(order + "BIdd", order == "<", 1, 1, 2)
    column = {"encoding": "WKB", "geometry_types": []}
    geo = {"version": "1.0.0", "primary_column": "geometry", "columns": {"geometry": column}}
    table = pa.table({"name": ["a"], "geometry": pa.array([value], pa.binary())})
    pq.write_table(table.replace_schema_metadata({"geo": json.dumps(geo)}), tmp_path / "a.parquet")
    assert "many times over" in problem(tmp_path / "a.parquet").what
