"""Partitions: GeoParquet of any size as a Dask frame, of which no row is read before it is used."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hotspot_gaps.errors import missing_extra
from hotspot_gaps.sources.files import file_error, regular_file
from hotspot_gaps.sources.point_rows import read_point_rows
from hotspot_gaps.sources.row_groups import RowGroup, read_row_group, row_groups

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import geopandas as gpd

SUFFIXES = {".parquet", ".geoparquet"}


def load_partitions(path: str | Path, *, columns: Sequence[str] | None = None) -> Any:
    """Load GeoParquet as a Dask frame, a partition a row group, without reading rows.

    Parameters
    ----------
    path
        A GeoParquet file, or a folder of them with the same columns. The files of a folder that end
        in `.parquet` or `.geoparquet` are taken in the order of their names, in which numbers count
        as numbers: `part.2` comes before `part.10`. Names that begin with a dot or an underscore
        and folders inside are not read. Workers on other machines must find it under the same
        path.
    columns
        Attributes to read; all when not given. The geometry always comes.

    Returns
    -------
    dask.dataframe.DataFrame
        Its partitions are GeoDataFrames in EPSG:4326 with the columns in the order of the file and
        the primary geometry as `geometry`; other geometries, and the boxes that cover them, are
        left out. The index is the number of the row over all files, from 0. Whole numbers and
        booleans are nullable, so that a column has one type whether or not a partition misses a
        value. There is no limit of bytes or rows, except 5,000,000 rows a row group.

    Raises
    ------
    CRSError
        A file says that its coordinate reference system is not known, or has one that is neither
        geographic nor projected or names files.
    InputError
        A file is no GeoParquet, is damaged, or has other columns than the first one. Damage inside
        a row group shows when its partition is computed.
    MissingInputError
        There is no such file.
    MissingExtraError
        Dask is not installed.

    Notes
    -----
    By the GeoParquet specification a file that names no reference system is in OGC:CRS84,
    longitude and latitude on WGS84. Geometries may be WKB or native points.

    Examples
    --------
    >>> import tempfile
    >>> from hotspot_gaps import load_places
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     load_places().to_parquet(f"{folder}/places.parquet", row_group_size=500)
    ...     places = load_partitions(f"{folder}/places.parquet", columns=["name"])
    ...     (places.npartitions, list(places.columns), len(places.compute()))
    (4, ['name', 'geometry'], 1666)
    """
    try:
        import dask.dataframe  # noqa: F401
    except ImportError as error:
        raise missing_extra("Dask", "scale") from error

    groups: list[RowGroup] = []
    meta: gpd.GeoDataFrame | None = None
    for file in _files(path):
        found, empty = row_groups(file, columns, groups[-1].stop if groups else 0)
        meta = empty if meta is None else meta
        _check_alike(empty, meta, file.name)
        groups += found
    if not groups:
        raise file_error(Path(path).name, "this has no rows.", "Fill it in.")
    _teach_geometry()
    return _frame_of(read_row_group, groups, meta)


def _frame_of(read: Callable[[RowGroup], Any], groups: list[RowGroup], meta: Any) -> Any:
    """Make a Dask frame whose partitions are read by a function."""
    import dask
    import dask.dataframe as dd

    with dask.config.set({"dataframe.convert-string": False}):  # text stays as pandas reads it
        return dd.from_map(read, groups, meta=meta, label=read.__name__.replace("_", "-"))


def point_partitions(frame: Any) -> Any:
    """Return a Dask frame whose partitions are point rows where they come straight from files.

    It has the columns of `frame` in name only, and is for functions that ask for points alone.
    """
    from dask.dataframe.dask_expr.io import FromMap

    made = frame.expr
    if not isinstance(made, FromMap) or made.operand("func") is not read_row_group:
        return frame
    if made.operand("_partitions") is not None:  # a selection of them
        return frame
    (groups,) = made.operand("iterables")
    return _frame_of(read_point_rows, groups, frame._meta)


def _teach_geometry() -> None:
    """Tell Dask what a column of geometries may hold, which it asks for `len` and the like."""
    from dask.dataframe.extensions import make_array_nonempty
    from geopandas.array import GeometryDtype, from_wkb

    point = bytes.fromhex("0101000000" + "00" * 16)
    make_array_nonempty.register(GeometryDtype, lambda _: from_wkb([point, None]))


def _files(path: str | Path) -> list[Path]:
    """Return a file, or the GeoParquet files of a folder in the order of their names."""
    folder = Path(path)
    if "\0" in str(path) or not folder.is_dir():
        file, ending = regular_file(path), Path(path).suffix
        if ending.lower() not in SUFFIXES:
            what = f"files with the ending {ending!r} are not read in partitions."
            raise file_error(file.name, what, "Save it as GeoParquet.")
        return [file]
    inside = [
        file
        for file in folder.iterdir()
        if file.suffix.lower() in SUFFIXES and not file.name.startswith((".", "_"))
    ]
    if not inside:
        what = "this folder has no .parquet file."
        raise file_error(folder.name, what, "Name the folder that the files are in.")
    return [regular_file(file) for file in sorted(inside, key=_by_number)]


def _by_number(file: Path) -> list[tuple[int, str]]:
    """Order names as people do, `part.2` before `part.10`."""
    pieces = re.split(r"([0-9]+)", file.name)
    return [(int(p), p) if p.isdecimal() and p.isascii() else (-1, p) for p in pieces]


def _check_alike(empty: gpd.GeoDataFrame, first: gpd.GeoDataFrame, file: str) -> None:
    """Refuse a file whose columns have other names or types than those of the first file."""
    if list(empty) == list(first) and empty.dtypes.equals(first.dtypes):
        return
    here, there = ({str(c): str(t) for c, t in f.dtypes.items()} for f in (empty, first))
    other = sorted(here.items() ^ there.items())
    column = other[0][0] if other else ""
    what = "its columns are in another order than those of the first file of the folder."
    if other:
        what = "its columns are not those of the first file of the folder: "
        what += f"{here.get(column, 'none')} here, {there.get(column, 'none')} there."
    raise file_error(file, what, "Give all files the same columns, in one order.", column=column)
