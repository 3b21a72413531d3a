"""Tables: the gaps as CSV, GeoPackage and GeoParquet, the same bytes for the same input."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pandas as pd

from hotspot_gaps.outputs.field_meanings import meanings
from hotspot_gaps.outputs.gis_tables import describe_layers

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd

# GeoPackage stores when it was last changed; one date for all keeps the bytes the same.
FIXED_DATE = "2000-01-01T00:00:00.000Z"
# The newest one that programs of 2021 open without a warning.
VERSION = "1.3"
# A spreadsheet takes a cell that starts like this for a formula; one that parts the lines of a file
# at other signs than commas finds cells within our texts.
FORMULA = re.compile(
    r"""(^|[;\t\r\n])(["'\s]*)([=+\-@＝＋－＠])|^(?=[\t\r](?!["'\s]*[=+\-@＝＋－＠]))"""
)


def write_csv(gaps: pd.DataFrame, path: Path) -> None:
    """Write a table as UTF-8 CSV, rounded to as much as it says, without its geometry.

    Parameters
    ----------
    gaps
        As `find_gaps` returns it, or any other table.
    path
        File to write.
    """
    table = for_spreadsheet(rounded(gaps).drop(columns="geometry", errors="ignore"))
    table.to_csv(path, index=False, lineterminator="\n")


def rounded(gaps: pd.DataFrame) -> pd.DataFrame:
    """Round kilometres to the metre, minutes to a tenth, shares to four decimals, degrees to five.

    That is as much as they say.
    """
    places = {"lat": 5, "lon": 5}
    for decimals, words in ((3, ("_km",)), (1, ("travel_min",)), (4, ("share",))):
        places |= {c: decimals for c in map(str, gaps) if any(word in c for word in words)}
    return gaps.round(places)


def for_spreadsheet(table: pd.DataFrame) -> pd.DataFrame:
    """Put an apostrophe before text that a spreadsheet would run as a formula.

    >>> for_spreadsheet(pd.DataFrame({"name": ["=1+1", "Bar"]}))["name"].tolist()
    ["'=1+1", 'Bar']
    """
    safe = table.copy()
    for column in safe.select_dtypes(include=["object", "string"]):
        safe[column] = safe[column].astype("str").str.replace(FORMULA, r"\1\2'\3", regex=True)
    return safe


def defused(text: str) -> str:
    """Put an apostrophe before what a spreadsheet would run as a formula.

    >>> defused("=1+1"), defused("Bar; =1+1"), defused("Bar - town")
    ("'=1+1", "Bar; '=1+1", 'Bar - town')
    """
    return FORMULA.sub(r"\1\2'\3", text)


def write_parquet(gaps: gpd.GeoDataFrame, path: Path) -> None:
    """Write the gap table as GeoParquet, every value at full precision, columns with meanings.

    Parameters
    ----------
    gaps
        As `find_gaps` returns it.
    path
        File to write. The meaning of a column is the `description` in the metadata of its field.
    """
    import pyarrow as pa
    from pyarrow import parquet

    gaps.to_parquet(path, index=False, schema_version="1.1.0")
    table = parquet.read_table(path)
    said = meanings("gaps", table.column_names)
    fields = [
        field.with_metadata({"description": said[field.name].description})
        if said[field.name].description
        else field
        for field in table.schema
    ]
    described = pa.schema(fields, metadata=table.schema.metadata)
    parquet.write_table(table.cast(described), path, compression="snappy")


def write_geopackage(layers: dict[str, gpd.GeoDataFrame], path: Path) -> None:
    """Write layers into one GeoPackage, with styles and the meanings of their columns.

    Parameters
    ----------
    layers
        Frames by layer name, in the order in which a GIS lists them; `gis_styles` has the names
        that it styles.
    path
        File to write; it must not exist.
    """
    import pyogrio

    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": FIXED_DATE})
    try:
        for name, layer in layers.items():
            layer.to_file(
                path, layer=name, driver="GPKG", engine="pyogrio", index=False, VERSION=VERSION
            )
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})
    columns = {name: layer.columns.drop(layer.geometry.name) for name, layer in layers.items()}
    describe_layers(path, columns, date=FIXED_DATE)
