"""Read tables and layers as they are, trusting nothing: local files, listed formats, capped sizes.

What the cells mean is not decided here; `schema.check_table` does that.
"""

from __future__ import annotations

import contextlib
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from hotspot_gaps.errors import InputError
from hotspot_gaps.sources.cells import plain_text
from hotspot_gaps.sources.files import file_error, local_file
from hotspot_gaps.sources.geojson import read_geojson
from hotspot_gaps.sources.layers import read_gpkg, read_shapefile
from hotspot_gaps.sources.parquet_tables import read_parquet
from hotspot_gaps.sources.text_tables import read_csv, unfit_cells
from hotspot_gaps.sources.wording import safe
from hotspot_gaps.sources.workbooks import read_xlsx

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import geopandas as gpd
    import pandas as pd

# Files of the program that are no tables.
OTHER_USES = {
    ".xml": "Make tables of published grants (IATI) with 'hotspot-gaps convert'.",
    ".toml": "Settings are read by 'hotspot-gaps run' and 'hotspot-gaps explain'.",
}

__all__ = ["plain_text", "read_table"]


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
    try:
        file = local_file(path)
        frame = _read(file, layer)
        problems = unfit_cells(frame, file.name)
        if problems:
            raise InputError(problems)
    except InputError as error:
        raise InputError(safe(error.problems)) from error
    return frame.rename_axis("row")


def _read(file: Path, layer: str | None) -> pd.DataFrame:
    suffix = file.suffix.lower()
    readers: dict[str, tuple[str, Callable[[Path, str | None], pd.DataFrame]]] = {
        **dict.fromkeys((".csv", ".tsv", ".txt"), ("CSV", read_csv)),
        ".xlsx": ("XLSX", read_xlsx),
        **dict.fromkeys((".geojson", ".json"), ("GeoJSON", read_geojson)),
        ".gpkg": ("GeoPackage", read_gpkg),
        ".shp": ("Shapefile", read_shapefile),
        **dict.fromkeys((".parquet", ".geoparquet"), ("Parquet", read_parquet)),
    }
    if suffix not in readers:
        fix = OTHER_USES.get(suffix, f"Save it as one of: {', '.join(readers)}.")
        raise file_error(
            file.name, f"files with the ending {suffix!r} are not read as tables.", fix
        )
    label, reader = readers[suffix]
    with faults_of(file, label):
        return reader(file, layer)


@contextlib.contextmanager
def faults_of(file: Path, label: str) -> Iterator[None]:
    """Tell whatever a library trips over in a broken file as a fault of the file."""
    try:
        with warnings.catch_warnings():
            # Libraries warn of what they skip, such as drop-down lists of a workbook.
            warnings.simplefilter("ignore")
            yield
    except InputError:
        raise
    except Exception as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        reason = reason.replace(str(file), file.name)[:200].rstrip(".")
        what = f"this cannot be read as {label}: {reason}."
        raise file_error(
            file.name, what, "Open it in the program it came from and save it again."
        ) from error
