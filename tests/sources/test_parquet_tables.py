"""Parquet: what unpacks to more than is borne, and notes that name classes."""

from __future__ import annotations

import json

import pyarrow as pa
import pyarrow.parquet as pq
from files_of_towns import problem

from hotspot_gaps.sources.readers import read_table


def test_a_text_that_stands_in_every_row(tmp_path):
    values = pa.DictionaryArray.from_arrays(pa.array([0] * 200_000, "int32"), ["x" * 20_000])
    pq.write_table(pa.table({"name": values}), tmp_path / "a.parquet")
    assert (tmp_path / "a.parquet").stat().st_size < 10_000
    assert "unpacks" in problem(tmp_path / "a.parquet").what


def test_what_pandas_and_arrow_note_in_a_file_names_no_class(tmp_path):
    table = pa.table({"name": ["Bar"]})
    notes = {"pandas": json.dumps({"index_columns": ["__import__('os').abort()"], "columns": []})}
    notes["ARROW:extension:name"] = "arrow.py_extension_type"
    pq.write_table(table.replace_schema_metadata(notes), tmp_path / "a.parquet")
    assert read_table(tmp_path / "a.parquet")["name"].tolist() == ["Bar"]
