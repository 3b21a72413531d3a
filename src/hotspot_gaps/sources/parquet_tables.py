"""Parquet: a table of text or a layer, unpacked no further than the memory bears."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from hotspot_gaps.sources.files import (
    check_cells,
    check_columns,
    check_rows,
    check_unpacked,
    file_error,
)
from hotspot_gaps.sources.layers import in_degrees
from hotspot_gaps.sources.text_tables import plain_frame
from hotspot_gaps.sources.wkb import check_depth

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq

BATCH_ROWS = 4_096


def read_parquet(path: Path, _: str | None) -> pd.DataFrame:
    """Read a GeoParquet as a layer, and any other Parquet as a table of text."""
    import geopandas as gpd
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as opened:
        check_sizes(opened, path.name)
        geo = (opened.schema_arrow.metadata or {}).get(b"geo")
        texts = _texts(opened)
    with pq.ParquetFile(path, read_dictionary=texts) as opened:
        rows = _bounded(opened, path.name)
    if geo is None:
        plain = rows.cast(_plain(rows.schema))
        return plain_frame(plain.to_pandas(ignore_metadata=True), path.name)
    check_geometry(rows, geo, path.name)
    del rows
    return in_degrees(gpd.read_parquet(path), path.name)


def check_sizes(opened: pq.ParquetFile, file: str) -> None:
    """Refuse what is too large by what the file says of itself."""
    about = opened.metadata
    check_rows(about.num_rows, file)
    check_columns(about.num_columns, file)
    check_cells(about.num_rows * about.num_columns, file)
    # Not asked of each column: where a footer is damaged there, pyarrow ends the process.
    sizes = (about.row_group(at).total_byte_size for at in range(about.num_row_groups))
    check_unpacked(sum(sizes), file)


def check_geometry(rows: pa.Table, geo: bytes, file: str) -> None:
    """Refuse geometries that would end the process, and systems that name files."""
    about = json.loads(geo)["columns"]
    for name, column in about.items():
        if name in rows.column_names and column.get("encoding") == "WKB":
            for chunk in rows[name].chunks:
                check_depth(chunk.dictionary if hasattr(chunk, "dictionary") else chunk)
        declared = column.get("crs")
        # pyproj would take a text for the steps of PROJ, or for the name of a file.
        code = isinstance(declared, str) and re.fullmatch(r"\w+:\w+", declared)
        if not (declared is None or isinstance(declared, dict) or code):
            what = "its coordinate reference system is not written as GeoParquet demands."
            raise file_error(file, what, "Save it again with GeoDataFrame.to_parquet.")


def _bounded(opened: pq.ParquetFile, file: str) -> pa.Table:
    """Read row by row, each text once, until all is there or it is too much."""
    import pyarrow as pa

    size, batches = 0, []
    for batch in opened.iter_batches(batch_size=BATCH_ROWS):
        size += sum(map(_unpacked, batch.columns))
        check_unpacked(size, file)
        batches.append(batch)
    return pa.Table.from_batches(batches, opened.schema_arrow)


def _texts(opened: pq.ParquetFile) -> list[str]:
    """List the columns of texts: kept as a list of different ones, these cannot swell."""
    schema = opened.metadata.schema
    columns = [schema.column(at) for at in range(len(schema))]
    return [column.path for column in columns if column.physical_type == "BYTE_ARRAY"]


def _unpacked(values: Any) -> int:
    """Return the bytes of an array with every text written out."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_dictionary(values.type):
        lengths = pc.binary_length(values.dictionary)
        return int(values.nbytes) + (pc.sum(lengths.take(values.indices)).as_py() or 0)
    if pa.types.is_list(values.type) or pa.types.is_large_list(values.type):
        return _unpacked(values.flatten())
    if pa.types.is_struct(values.type):
        return sum(map(_unpacked, values.flatten()))
    return int(values.nbytes)


def _plain(schema: pa.Schema) -> pa.Schema:
    """Return a schema with texts as texts; lists are left, whose texts pandas writes out."""
    import pyarrow as pa

    return pa.schema(
        field.with_type(field.type.value_type) if pa.types.is_dictionary(field.type) else field
        for field in schema
    )
