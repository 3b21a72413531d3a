"""Row groups: the pieces of a GeoParquet file, each read on its own."""

from __future__ import annotations

import json
import re
from contextlib import contextmanager
from functools import lru_cache
from os import SEEK_END
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from zlib import crc32

from hotspot_gaps.errors import (
    CRSError,
    HotspotGapsError,
    InputError,
    MissingInputError,
    Problem,
)
from hotspot_gaps.sources.files import file_error

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import geopandas as gpd
    import numpy as np
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq

WGS84 = "EPSG:4326"
MAX_GROUP_ROWS = 5_000_000  # each is read whole; as points these take more than a gigabyte
COLLECTION = 7  # in well-known binary


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
        layout = _layout(opened, file.name, columns)
        # The time is for Dask, which would give the answer of the older file.
        layout |= {"changed": file.stat().st_mtime_ns, "footer": _footer(file)}
        groups = []
        for number in range(opened.num_row_groups):
            rows = opened.metadata.row_group(number).num_rows
            if rows > MAX_GROUP_ROWS:
                what = f"row group {number} has {rows:,} rows, more than {MAX_GROUP_ROWS:,}."
                raise file_error(file.name, what, "Write it with row_group_size=250_000.")
            stop = start + rows
            groups.append(RowGroup(file, number, start, stop, **layout))
            start = stop
        needed = [*layout["columns"], layout["geometry"]]
        rows = opened.schema_arrow.empty_table().select(needed)
        return groups, _frame(rows, RowGroup(file, 0, 0, 0, **layout))


def read_row_group(group: RowGroup) -> gpd.GeoDataFrame:
    """Read a row group as a frame in EPSG:4326, its rows numbered over all files."""
    import pyarrow.parquet as pq

    with _told(group.file, f"row group {group.number}"), pq.ParquetFile(group.file) as opened:
        if _footer(group.file) != group.footer:
            what = "this has changed since it was loaded."
            raise file_error(group.file.name, what, "Call load_partitions again.")
        needed = [*group.columns, group.geometry]
        return _frame(opened.read_row_group(group.number, columns=needed), group)


def _footer(file: Path) -> int:
    """Return a checksum of what a Parquet file says of itself, with its size."""
    with file.open("rb") as opened:
        size = opened.seek(-8, SEEK_END)
        length = int.from_bytes(opened.read(4), "little")
        opened.seek(max(0, size - length))
        return crc32(opened.read(length), size)


def _layout(opened: pq.ParquetFile, file: str, columns: Sequence[str] | None) -> dict[str, Any]:
    """Say which columns to read and where the geometry is, by the GeoParquet specification."""
    geo = json.loads((opened.metadata.metadata or {}).get(b"geo", b"null"))
    if geo is None:
        raise file_error(file, "this is not GeoParquet.", "Write it with GeoDataFrame.to_parquet.")
    primary, about = geo["primary_column"], geo["columns"]
    encoding = about[primary]["encoding"]
    if encoding not in {"WKB", "point"}:
        what = f"geometry in the encoding {encoding!r} is not read."
        raise file_error(file, what, "Save it as WKB, or as points.", column=primary)
    boxes = {
        path[0]
        for column in about.values()
        for path in column.get("covering", {}).get("bbox", {}).values()
    }
    hidden = {*about, *boxes, "geometry"}
    names = [name for name in opened.schema_arrow.names if name not in hidden]
    if isinstance(columns, str):
        columns = [columns]
    wanted = names if columns is None else list(columns)
    allowed = {*names, primary, "geometry"}
    what, fix = "there is no such column.", f"Name some of: {', '.join(names)}."
    lacking = [Problem(file, 0, c, "", what, fix) for c in wanted if c not in allowed]
    if lacking:
        raise InputError(lacking)
    return {
        "columns": tuple(name for name in names if name in wanted),
        "geometry": primary,
        "encoding": encoding,
        "crs": _crs(about[primary], file),
    }


def _crs(column: dict[str, Any], file: str) -> str:
    """Return the reference system of a geometry column, `EPSG:4326` in whatever axis order."""
    declared = column.get("crs", "OGC:CRS84")
    if declared is None:
        raise CRSError(
            f"{file}: this has no coordinate reference system. Save it with the one its "
            "coordinates are in; declare it, e.g. EPSG:4326."
        )
    wkt = _in_wkt(json.dumps(declared))
    if not wkt:
        raise CRSError(
            f"{file}: this declares a coordinate reference system that is not read: one that is "
            "neither geographic nor projected, or names files. Save it in EPSG:4326."
        )
    return wkt


@lru_cache(maxsize=16)
def _in_wkt(declared: str) -> str:
    """Write a reference system; the files of a folder have the same one, which takes long.

    Return nothing for one that is no place on the earth's surface, or that would have PROJ open
    files or addresses of its choice.
    """
    import pyproj

    system = json.loads(declared)
    if isinstance(system, str) and not re.fullmatch(r"\w+:\w+", system):
        return ""
    crs = pyproj.CRS.from_user_input(system)
    if "BoundCRS" in crs.to_json() or not (crs.is_geographic or crs.is_projected):
        return ""
    # A geometry is longitude first in GeoParquet, whatever the reference system says.
    if crs.equals(pyproj.CRS(WGS84), ignore_axis_order=True):
        return WGS84
    text: str = crs.to_wkt()
    return text


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
    """Refuse collections: a collection in a collection, many times over, ends the process."""
    import pyarrow as pa
    import pyarrow.compute as pc

    heads = pc.binary_slice(values.cast(pa.large_binary()), 0, 5).unique()
    for head in filter(None, heads.to_pylist()):
        code = int.from_bytes(head[1:], "little" if head[0] else "big")
        if (code & 0x0FFFFFFF) % 1000 == COLLECTION:
            raise ValueError("geometry collections are not read")


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
