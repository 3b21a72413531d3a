"""GeoParquet: what a file says of its columns and its geometry."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from os import SEEK_END
from typing import TYPE_CHECKING, Any
from zlib import crc32

from hotspot_gaps.errors import CRSError, InputError, Problem
from hotspot_gaps.sources.files import file_error
from hotspot_gaps.sources.reference_systems import reads_files

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pyarrow.parquet as pq

WGS84 = "EPSG:4326"


def footer(file: Path) -> int:
    """Return a checksum of what a Parquet file says of itself, with its size."""
    with file.open("rb") as opened:
        size = opened.seek(-8, SEEK_END)
        length = int.from_bytes(opened.read(4), "little")
        opened.seek(max(0, size - length))
        return crc32(opened.read(length), size)


def layout(opened: pq.ParquetFile, file: str, columns: Sequence[str] | None) -> dict[str, Any]:
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
    if reads_files(crs) or not (crs.is_geographic or crs.is_projected):
        return ""
    # A geometry is longitude first in GeoParquet, whatever the reference system says.
    if crs.equals(pyproj.CRS(WGS84), ignore_axis_order=True):
        return WGS84
    text: str = crs.to_wkt()
    return text
