"""Read tables and layers as they are, trusting nothing: local files, listed formats, capped sizes.

What the cells mean is not decided here; `schema.check_table` does that.
"""

from __future__ import annotations

import contextlib
import csv
import datetime as dt
import io
import json
import math
import re
import stat
import warnings
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from hotspot_gaps.errors import InputError, MissingInputError, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    import geopandas as gpd
    import pandas as pd

MAX_BYTES = 200_000_000
MAX_UNPACKED_BYTES = 2_000_000_000
MAX_ROWS = 1_000_000
MAX_COLUMNS = 1_000

# Two letters or more, so that the drive of a Windows path passes.
_PREFIX = re.compile(r"[A-Za-z][A-Za-z0-9_+.-]+:")
_QUOTED = re.compile(r'"(?:[^"]|"")*"')


def read_table(path: str | Path, *, layer: str | None = None) -> pd.DataFrame | gpd.GeoDataFrame:
    """Read a table or a layer from a local file.

    Parameters
    ----------
    path
        CSV (comma, semicolon or tab; UTF-8, with or without a byte order mark, or Windows-1250),
        XLSX, GeoJSON, GeoPackage, Shapefile or (Geo)Parquet, told apart by the suffix. At most
        200 MB and 1,000,000 rows.
    layer
        Layer of a GeoPackage or sheet of a workbook. Without it, the only layer, or the first
        sheet.

    Returns
    -------
    pandas.DataFrame or geopandas.GeoDataFrame
        The index, `row`, is the row as the user sees it: the header of a table is row 1, features
        count from 1. Cells of CSV, XLSX and plain Parquet are text without surrounding space,
        and missing where empty; blank rows are left out. Layers keep the types of their attributes;
        `geometry` is in EPSG:4326.

    Raises
    ------
    InputError
        The file cannot be used; it says why, and what to do.
    MissingInputError
        There is no such file.

    Notes
    -----
    A row of a CSV that is shorter than the header passes only if the cells it lacks are ones that
    other rows leave empty; otherwise a lost separator would move values to the wrong column.

    GeoJSON is parsed without GDAL: GDAL would run the processing pipeline that a file of its
    GDALG format, which is JSON too, names.
    """
    file = _local(path)
    suffix = file.suffix.lower()
    readers: dict[str, tuple[str, Callable[[Path, str | None], pd.DataFrame]]] = {
        **dict.fromkeys((".csv", ".tsv", ".txt"), ("CSV", _read_csv)),
        ".xlsx": ("XLSX", _read_xlsx),
        **dict.fromkeys((".geojson", ".json"), ("GeoJSON", _read_geojson)),
        ".gpkg": ("GeoPackage", _read_gpkg),
        ".shp": ("Shapefile", _read_shapefile),
        **dict.fromkeys((".parquet", ".geoparquet"), ("Parquet", _read_parquet)),
    }
    if suffix not in readers:
        raise _error(
            file.name, f"files with the ending {suffix!r} are not read.",
            f"Save it as one of: {', '.join(readers)}.",
        )  # fmt: skip
    label, reader = readers[suffix]
    try:
        with warnings.catch_warnings():
            # Libraries warn of what they skip, such as drop-down lists of a workbook.
            warnings.simplefilter("ignore")
            frame = reader(file, layer)
    except InputError:
        raise
    except Exception as error:
        # Whatever a library trips over in a broken file is a fault of the file.
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        reason = reason.replace(str(file), file.name)[:200].rstrip(".")
        what = f"this cannot be read as {label}: {reason}."
        raise _error(
            file.name, what, "Open it in the program it came from and save it again."
        ) from error
    return frame.rename_axis("row")


def plain_text(value: object) -> str | None:
    """Write a cell as a person would: dates as ISO 8601, whole numbers without a point.

    Parameters
    ----------
    value
        A cell of any table.

    Returns
    -------
    str or None
        Its text without surrounding space; None if it is missing or empty.

    Examples
    --------
    >>> plain_text(12.0), plain_text(dt.datetime(2020, 10, 1)), plain_text("  "), plain_text(True)
    ('12', '2020-10-01', None, 'yes')
    """
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or type(value).__name__ in {"NAType", "NaTType"}:
        return None
    if isinstance(value, float):
        whole = value.is_integer() and abs(value) < 1e15
        return None if math.isnan(value) else str(int(value) if whole else value)
    if isinstance(value, bool):
        text = "yes" if value else "no"
    elif isinstance(value, dt.datetime):
        text = value.isoformat(" ").removesuffix(" 00:00:00")
    elif isinstance(value, list | tuple | np.ndarray):
        text = ";".join(filter(None, map(plain_text, value)))
    else:
        text = str(value)
    return text.strip() or None


def _error(file: str, what: str, fix: str, *, row: int = 0, column: str = "") -> InputError:
    return InputError([Problem(file, row, column, "", what, fix)])


def _local(path: str | Path) -> Path:
    """Return the absolute path of a regular file of a bearable size, or say why not."""
    text = str(path)
    prefix = _PREFIX.match(text)
    if prefix or "://" in text or text.startswith("/vsi") or "\0" in text:
        name = f"{prefix[0]}…" if prefix else text.replace("\0", "")
        raise _error(name, "this is not a local file.", "Give the path of a file on this computer.")
    name = Path(text).name
    try:
        file = Path(text).resolve()
        status = file.stat()
    except FileNotFoundError:
        raise MissingInputError(f"{text}: there is no such file.") from None
    except (OSError, RuntimeError) as error:
        raise _error(name, "this cannot be opened.", f"Check the path ({error}).") from error
    if not stat.S_ISREG(status.st_mode):
        raise _error(name, "this is not a regular file.", "Name the file itself, not a folder.")
    if not status.st_size:
        raise _error(name, "this file is empty.", "Fill it in, with its column names in row 1.")
    if status.st_size > MAX_BYTES:
        raise _error(
            name, f"this has {status.st_size / 1e6:,.0f} MB, more than {MAX_BYTES / 1e6:,.0f}.",
            "Leave out what is not needed, or split it.",
        )  # fmt: skip
    return file


def _check_rows(count: int, file: str) -> None:
    if count > MAX_ROWS:
        raise _error(file, f"this has more than {MAX_ROWS:,} rows.", "Split it.")


# Tables of text.


def _read_csv(path: Path, _: str | None) -> pd.DataFrame:
    text = _decode(path.read_bytes(), path.name)
    header = _QUOTED.sub("", text[:100_000].lstrip("\r\n ")).splitlines() or [""]
    separator = max(",;\t", key=header[0].count)
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=separator, strict=True, skipinitialspace=True
    )
    return _tabulate(_csv_records(reader, path.name), path.name, ragged=True)


def _csv_records(reader: Iterable[list[str]], file: str) -> Iterable[list[str]]:
    row = 0
    try:
        for row, cells in enumerate(reader, 1):  # noqa: B007 - the row before the one that fails
            yield [cell.strip() for cell in cells]
    except csv.Error as error:
        fix = 'Close every quote, and write a quote inside a quoted cell twice ("").'
        raise _error(
            file, f"this row cannot be split into cells: {error}.", fix, row=row + 1
        ) from error


def _decode(raw: bytes, file: str) -> str:
    fix = "Save it as CSV UTF-8."
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _error(file, "this is text in UTF-16.", fix)
    if b"\0" in raw:
        raise _error(file, "this holds NUL bytes, so it is not plain text.", fix)
    for encoding in ("utf-8-sig", "cp1250"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _error(file, "this is neither UTF-8 nor Windows-1250 text.", fix)


def _read_xlsx(path: Path, layer: str | None) -> pd.DataFrame:
    import openpyxl

    with path.open("rb") as opened:
        with zipfile.ZipFile(opened) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MAX_UNPACKED_BYTES:
                raise _error(path.name, "this unpacks to an unbearable size.", "Save it again.")
        book = openpyxl.load_workbook(opened, read_only=True, data_only=True)
        _check_layer(layer, book.sheetnames, path.name, "sheet")
        sheet = book[layer] if layer else book.worksheets[0]
        # The size that a workbook states may be wrong, or meant to fill the memory.
        sheet.reset_dimensions()
        with contextlib.closing(sheet.iter_rows(values_only=True)) as rows:
            return _tabulate(map(_xlsx_record, rows), path.name)


def _xlsx_record(cells: Sequence[Any]) -> list[str]:
    return ["" if cell is None else plain_text(cell) or "" for cell in cells[: MAX_COLUMNS + 1]]


def _tabulate(records: Iterable[Sequence[str]], file: str, *, ragged: bool = False) -> pd.DataFrame:
    """Make a frame of text of records that may be blank, short or long; the first is the header."""
    header: list[str] = []
    numbers: list[int] = []
    rows: list[Sequence[str]] = []
    problems: list[Problem] = []
    for number, cells in enumerate(records, 1):
        _check_rows(number - 1, file)
        if not any(cells):
            continue
        if not header:
            header = list(_trimmed(cells))
            continue
        if any(cells[len(header) :]):
            what = f"this row has {len(_trimmed(cells))} cells, the header has {len(header)}."
            fix = (
                "Name every column, and quote cells that hold the separator (a decimal comma, too)."
            )
            problems.append(Problem(file, number, "", "", what, fix))
        numbers.append(number)
        rows.append(cells[: len(header)])
    if not header:
        raise _error(file, "this file is empty.", "Fill it in, with its column names in row 1.")
    problems += _header_problems(header, rows, file)
    if ragged:
        problems += _short_rows(len(header), numbers, rows, file)
    if problems:
        raise InputError(problems)
    return _text_frame(header, numbers, rows)


def _trimmed(cells: Sequence[str]) -> Sequence[str]:
    """Leave out the empty cells at the end."""
    filled = [position for position, cell in enumerate(cells, 1) if cell]
    return cells[: filled[-1]] if filled else []


def _header_problems(header: list[str], rows: list[Sequence[str]], file: str) -> list[Problem]:
    problems = []
    if len(header) > MAX_COLUMNS:
        what = f"this has more than {MAX_COLUMNS:,} columns."
        return [Problem(file, 0, "", "", what, "Leave out what is not needed.")]
    for position, name in enumerate(header):
        if name and name in header[:position]:
            what = "this column name stands twice."
            problems.append(Problem(file, 0, name, "", what, "Rename or delete one of the two."))
        elif not name and any(
            row[position : position + 1] not in ([], ("",), [""]) for row in rows
        ):
            what = f"column {position + 1} has values but no name."
            problems.append(Problem(file, 0, "", "", what, "Name it in the header, or delete it."))
    return problems


def _short_rows(
    width: int, numbers: list[int], rows: list[Sequence[str]], file: str
) -> list[Problem]:
    """Find rows that lack cells which no complete row leaves empty."""
    may_lack = [False] * width
    for row in rows:
        if len(row) == width:
            may_lack = [lack or not cell for lack, cell in zip(may_lack, row, strict=True)]
    return [
        Problem(
            file, number, "", "", f"this row has {len(row)} cells, the header has {width}.",
            "Add the missing separators; an empty cell has one, too.",
        )
        for number, row in zip(numbers, rows, strict=True)
        if not all(may_lack[len(row) :])
    ]  # fmt: skip


def _text_frame(
    header: list[str], numbers: list[int], rows: Sequence[Sequence[str]]
) -> pd.DataFrame:
    import pandas as pd

    index = pd.Index(numbers, dtype="int64")
    columns = {
        name: pd.Series(
            [(row[at] or None) if at < len(row) else None for row in rows], index=index, dtype=str
        )
        for at, name in enumerate(header)
        if name
    }
    return pd.DataFrame(columns, index=index)


# Layers.


def _read_geojson(path: Path, _: str | None) -> gpd.GeoDataFrame:
    import geopandas as gpd

    content = json.loads(path.read_text(encoding="utf-8-sig"))
    if not isinstance(content, dict) or content.get("type") != "FeatureCollection":
        what = "this JSON is not a GeoJSON FeatureCollection."
        raise _error(path.name, what, "Export the layer as GeoJSON.")
    features = content.get("features") or []
    _check_rows(len(features), path.name)
    # RFC 7946 knows EPSG:4326 alone; older files declare another system in "crs".
    crs = _geojson_crs(content.get("crs"), path.name)
    if not features:
        return _layer(gpd.GeoDataFrame({"geometry": []}, geometry="geometry", crs=crs), path.name)
    return _layer(gpd.GeoDataFrame.from_features(features, crs=crs), path.name)


def _geojson_crs(declared: object, file: str) -> str:
    name = str(declared or "CRS84")
    code = re.search(r"EPSG:[0-9.]*:?([0-9]+)", name)
    if code is None and "CRS84" not in name:
        what = "its coordinate reference system is not one of EPSG."
        raise _error(file, what, "Save it in EPSG:4326.")
    return f"EPSG:{code[1]}" if code else "EPSG:4326"


def _read_gpkg(path: Path, layer: str | None) -> pd.DataFrame:
    with path.open("rb") as opened:
        head = opened.read(72)
    if not head.startswith(b"SQLite format 3\0") or head[68:70] != b"GP":
        raise _error(path.name, "this is not a GeoPackage.", "Export the layer as GeoPackage.")
    import pyogrio

    _plain_path(path)
    layers = [(str(name), kind) for name, kind in pyogrio.list_layers(path)]
    spatial = [name for name, kind in layers if kind is not None]
    # QGIS keeps its styles in a table of their own.
    names = spatial or [name for name, _ in layers if name != "layer_styles"]
    _check_layer(layer, [name for name, _ in layers], path.name, "layer")
    if layer is None and len(names) != 1:
        what = f"this has {len(names)} layers: {', '.join(names)}."
        raise _error(path.name, what, "Name one of them, or keep one in the file.")
    return _read_ogr(path, "GPKG", layer or names[0])


def _read_shapefile(path: Path, _: str | None) -> pd.DataFrame:
    with path.open("rb") as opened:
        head = opened.read(4)
    if head != b"\x00\x00\x27\x0a":
        raise _error(path.name, "this is not a Shapefile.", "Export the layer again.")
    parts = {part.suffix.lower(): part for part in path.parent.iterdir() if part.stem == path.stem}
    for suffix in (".shx", ".dbf"):
        if suffix not in parts:
            what = f"the {suffix} file that belongs to it is missing."
            raise _error(path.name, what, f"Put {path.stem}{suffix} beside it.")
        _local(parts[suffix])
    _plain_path(path)
    return _read_ogr(path, "ESRI Shapefile", None, encoding=_dbf_encoding(parts))


def _dbf_encoding(parts: dict[str, Path]) -> str | None:
    """Tell the encoding of attributes where no .cpg file and no language byte does."""
    if ".cpg" in parts:
        return None
    raw = parts[".dbf"].read_bytes()
    if raw[29:30] != b"\0":
        return None
    try:
        raw[32:].decode("utf-8")
    except UnicodeDecodeError:
        return "cp1250"
    return "utf-8"


def _read_ogr(
    path: Path, driver: str, layer: str | None, encoding: str | None = None
) -> pd.DataFrame:
    import pyogrio

    info = pyogrio.read_info(path, layer=layer, encoding=encoding, force_feature_count=True)
    if info["driver"] != driver:
        raise _error(path.name, f"this is no {driver} but {info['driver']}.", "Export it again.")
    _check_rows(int(info["features"]), path.name)
    frame = pyogrio.read_dataframe(path, layer=layer, encoding=encoding, force_2d=True)
    return _layer(frame, path.name)


def _read_parquet(path: Path, _: str | None) -> pd.DataFrame:
    import geopandas as gpd
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as opened:
        about = opened.metadata
        _check_rows(about.num_rows, path.name)
        size = sum(about.row_group(at).total_byte_size for at in range(about.num_row_groups))
        if size > MAX_UNPACKED_BYTES or about.num_columns > MAX_COLUMNS:
            raise _error(path.name, "this unpacks to an unbearable size.", "Leave columns out.")
        if b"geo" not in (opened.schema_arrow.metadata or {}):
            return _plain_frame(opened.read().to_pandas(ignore_metadata=True), path.name)
    return _layer(gpd.read_parquet(path), path.name)


def _plain_frame(frame: pd.DataFrame, file: str) -> pd.DataFrame:
    names = [str(name) for name in frame.columns]
    problems = _header_problems(names, [], file)
    if problems:
        raise InputError(problems)
    cells = [[plain_text(value) or "" for value in row] for row in frame.to_numpy(dtype=object)]
    return _text_frame(names, list(range(1, len(frame) + 1)), cells)


def _layer(frame: pd.DataFrame, file: str) -> pd.DataFrame:
    """Count features from 1, and bring their geometry to EPSG:4326."""
    import geopandas as gpd
    import pandas as pd
    import shapely

    frame = frame.set_axis(pd.RangeIndex(1, len(frame) + 1), axis=0)
    if not isinstance(frame, gpd.GeoDataFrame):
        return frame
    if frame.crs is None or frame.crs.name.lower().startswith("undefined"):
        raise _error(
            file, "this has no coordinate reference system.",
            "Save it with the one its coordinates are in; declare it, e.g. EPSG:4326.",
        )  # fmt: skip
    declared = frame.crs.name
    others = [c for c in frame.columns[frame.dtypes == "geometry"] if c != frame.geometry.name]
    frame = frame.drop(columns=others).to_crs("EPSG:4326")
    if frame.geometry.name != "geometry":
        frame = gpd.GeoDataFrame(frame).rename_geometry("geometry")
    points, rows = shapely.get_coordinates(frame.geometry, return_index=True)
    lost = np.unique(rows[~np.isfinite(points).all(axis=1)]) + 1
    if len(lost):
        what = "its coordinates cannot be turned into latitude and longitude."
        fix = f"Check that they are in the declared system, {declared}."
        raise InputError([Problem(file, int(row), "geometry", "", what, fix) for row in lost])
    return frame


def _check_layer(layer: str | None, names: Sequence[str], file: str, word: str) -> None:
    if layer is not None and layer not in names:
        raise _error(file, f"this has no {word} {layer!r}.", f"It has: {', '.join(names)}.")


def _plain_path(path: Path) -> None:
    """Refuse signs that pyogrio reads as part of an address or an archive."""
    if set("!;?") & set(str(path)):
        raise _error(path.name, "the path holds one of the signs ! ; ?", "Move or rename the file.")
