"""Row groups: the pieces of a GeoParquet file, each read on its own."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from hotspot_gaps.errors import HotspotGapsError, MissingInputError
from hotspot_gaps.sources.files import file_error
from hotspot_gaps.sources.geoparquet import WGS84, footer, layout
from hotspot_gaps.sources.wkb import COLLECTION, check_depth, kind_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import geopandas as gpd
    import numpy as np
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq

MAX_GROUP_ROWS = 5_000_000  # each is read whole; as points these take more than a gigabyte


class RowGroup(NamedTuple):
    """Where a row group lies, and how it is read."""

    file: Path
    number: int
    start: int
    stop: int
    columns: tuple[str, ...]
    geometry: str
    encoding: str
    crs: str
    changed: int
    footer: int


def row_groups(
    file: Path, columns: Sequence[str] | None, start: int
) -> tuple[list[RowGroup], gpd.GeoDataFrame]:
    """List the row groups of a file, and make the empty frame of its columns.

    Parameters
    ----------
    file
        The file; its footer is read, and no row.
    columns
        Attributes to read; all when not given.
    start
        Number of its first row.

    Returns
    -------
    groups : list of RowGroup
        In the order of the file.
    empty : geopandas.GeoDataFrame
        No rows, and the columns and types of every group.
    """
    import pyarrow.parquet as pq

    with _told(file, "this"), pq.ParquetFile(file) as opened:
        about = layout(opened, file.name, columns)
        # The time is for Dask, which would give the answer of the older file.
        about |= {"changed": file.stat().st_mtime_ns, "footer": footer(file)}
        groups = []
        for number in range(opened.num_row_groups):
            rows = opened.metadata.row_group(number).num_rows
            if rows > MAX_GROUP_ROWS:
                what = f"row group {number} has {rows:,} rows, more than {MAX_GROUP_ROWS:,}."
                raise file_error(file.name, what, "Write it with row_group_size=250_000.")
            stop = start + rows
            groups.append(RowGroup(file, number, start, stop, **about))
            start = stop
        needed = [*about["columns"], about["geometry"]]
        none = opened.schema_arrow.empty_table().select(needed)
        return groups, _frame(none, RowGroup(file, 0, 0, 0, **about))


def read_row_group(group: RowGroup) -> gpd.GeoDataFrame:
    """Read a row group as a frame in EPSG:4326, its rows numbered over all files."""
    with opened_group(group) as opened:
        needed = [*group.columns, group.geometry]
        return _frame(opened.read_row_group(group.number, columns=needed), group)


@contextmanager
def opened_group(group: RowGroup) -> Iterator[pq.ParquetFile]:
    """Open the file of a row group, if it is still the one that was listed."""
    import pyarrow.parquet as pq

    with _told(group.file, f"row group {group.number}"), pq.ParquetFile(group.file) as opened:
        if footer(group.file) != group.footer:
            what = "this has changed since it was loaded."
            raise file_error(group.file.name, what, "Call load_partitions again.")
        yield opened


def _frame(rows: pa.Table, group: RowGroup) -> gpd.GeoDataFrame:
    """Turn rows of Arrow into a frame whose types depend on the schema alone."""
    import geopandas as gpd
    import pandas as pd

    points = _geometry(rows[group.geometry].combine_chunks(), group.encoding)
    table = _attributes(rows.select(list(group.columns)))
    table = table.set_axis(pd.RangeIndex(group.start, group.start + len(points)), axis=0)
    frame = gpd.GeoDataFrame(table, geometry=points, crs=group.crs)
    if group.crs == WGS84:
        return frame
    return _in_degrees(frame, group)


def _attributes(rows: pa.Table) -> pd.DataFrame:
    """Convert attributes; a group that misses a value shall have the types of one that does not."""
    import pandas as pd
    import pyarrow as pa

    for at, field in enumerate(rows.schema):
        if pa.types.is_dictionary(field.type):  # its categories are those of one row group
            plain = pa.field(field.name, field.type.value_type)
            rows = rows.set_column(at, plain, rows[at].cast(plain.type))
    nullable = {
        pa.bool_(): pd.BooleanDtype(),
        pa.int8(): pd.Int8Dtype(), pa.int16(): pd.Int16Dtype(),
        pa.int32(): pd.Int32Dtype(), pa.int64(): pd.Int64Dtype(),
        pa.uint8(): pd.UInt8Dtype(), pa.uint16(): pd.UInt16Dtype(),
        pa.uint32(): pd.UInt32Dtype(), pa.uint64(): pd.UInt64Dtype(),
    }  # fmt: skip
    table: pd.DataFrame = rows.to_pandas(ignore_metadata=True, types_mapper=nullable.get)
    return table


def _geometry(values: pa.Array, encoding: str) -> np.ndarray[Any, Any]:
    """Make the geometries of a column of WKB, or of points in two arrays of coordinates."""
    import numpy as np
    import shapely

    if encoding == "WKB":
        _check_wkb(values)
        return np.asarray(shapely.from_wkb(values.to_numpy(zero_copy_only=False)))
    x, y = (values.field(axis).to_numpy(zero_copy_only=False) for axis in ("x", "y"))
    points = np.asarray(shapely.points(x, y), dtype=object)
    points[np.isnan(x) & np.isnan(y)] = shapely.Point()
    points[values.is_null().to_numpy(zero_copy_only=False)] = None
    return points


def _check_wkb(values: pa.Array) -> None:
    """Refuse collections, and what is nested so deep that it ends the process."""
    import pyarrow as pa
    import pyarrow.compute as pc

    heads = pc.binary_slice(values.cast(pa.large_binary()), 0, 5).unique()
    if COLLECTION in map(kind_of, filter(None, heads.to_pylist())):
        raise ValueError("geometry collections are not read")
    check_depth(values)


def _in_degrees(frame: gpd.GeoDataFrame, group: RowGroup) -> gpd.GeoDataFrame:
    """Bring a frame to EPSG:4326; tell which rows cannot be brought there."""
    import numpy as np
    import shapely

    frame = frame.to_crs(WGS84)
    values, rows = shapely.get_coordinates(frame.geometry, return_index=True)
    lost = np.unique(rows[~np.isfinite(values).all(axis=1)])
    if lost.size:
        what = f"{lost.size} geometries of row group {group.number} cannot be turned into degrees."
        raise file_error(
            group.file.name, what, "Check that they are in the system that the file declares.",
            row=int(frame.index[lost[0]]) + 1,
        )  # fmt: skip
    return frame


@contextmanager
def _told(file: Path, what: str) -> Iterator[None]:
    """Tell whatever a library trips over in a damaged file as a fault of the file."""
    try:
        yield
    except HotspotGapsError:
        raise
    except FileNotFoundError as error:
        raise MissingInputError(
            f"{file.name}: there is no such file where {what} is read. Every worker must find it "
            "under the same path."
        ) from error
    except Exception as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        reason = reason.replace(str(file), file.name)[:200].rstrip(".")
        raise file_error(
            file.name, f"{what} cannot be read as GeoParquet: {reason}.", "Save it again."
        ) from error
