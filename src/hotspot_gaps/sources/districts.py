"""Districts and checkpoints: areas to count people in, and crossings where a border is guarded."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from hotspot_gaps.errors import InputError, Problem
from hotspot_gaps.sources.boundaries import checked_polygons, load_boundaries
from hotspot_gaps.sources.cells import to_flags
from hotspot_gaps.sources.files import file_error

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    import pandas as pd

# geoBoundaries names countries by ISO 3166-1 alpha-3, and Kosovo XKX.
ALPHA_2 = {"ALB": "AL", "BIH": "BA", "MKD": "MK", "MNE": "ME", "SRB": "RS", "XKX": "XK"}
NEAR_A_POST = "osm_border_control_poi_within_3km"
GUARDED_CLASSES = ("motorway", "trunk", "primary")


def load_districts(paths: Sequence[str | Path] = ()) -> gpd.GeoDataFrame:
    """Load the districts of countries.

    Parameters
    ----------
    paths
        Files of geoBoundaries (`shapeGroup`, `shapeName`), or layers with `country` and `name`.
        Where several have one country, the file with the most districts of it is taken. Without
        any, the first-order units of Natural Earth.

    Returns
    -------
    geopandas.GeoDataFrame
        Columns `country`, `name`, `geometry` (EPSG:4326), sorted by country and name.

    Raises
    ------
    InputError
        A file lacks a column, a CRS or polygons, or a cell holds no text.
    MissingInputError
        There is no such file.

    Examples
    --------
    >>> load_districts()["country"].value_counts()["AL"]
    np.int64(12)
    """
    import geopandas as gpd
    import pandas as pd

    if not paths:
        return load_boundaries(level="admin1")
    files = [_districts(path) for path in paths]
    counts = pd.DataFrame({at: file["country"].value_counts() for at, file in enumerate(files)})
    finest = counts.idxmax(axis=1)
    chosen = [file[file["country"].map(finest).eq(at)] for at, file in enumerate(files)]
    table = pd.concat(chosen).sort_values(["country", "name"], ignore_index=True)
    return gpd.GeoDataFrame(table, geometry="geometry", crs="EPSG:4326")


def _districts(path: str | Path) -> gpd.GeoDataFrame:
    """Read one file, in either form."""
    from hotspot_gaps.sources.readers import read_table

    table = read_table(path)
    if {"shapeGroup", "shapeName"} <= set(table.columns):
        text = table["shapeGroup"].map(lambda cell: isinstance(cell, str)).astype("bool")
        good = text | table["shapeGroup"].isna()
        _check(good, "shapeGroup", "this is no text.", "Write ALB.", Path(path).name)
        table = table.assign(country=table["shapeGroup"].map(ALPHA_2), name=table["shapeName"])
        table = table[table["country"].notna()]
    return checked_polygons(table, str(path))[["country", "name", "geometry"]]


def areas_by_level(
    countries: gpd.GeoDataFrame, districts: gpd.GeoDataFrame, codes: pd.Series[str]
) -> gpd.GeoDataFrame:
    """Lay countries and their districts into one frame, with `level`; those of some countries."""
    import geopandas as gpd
    import pandas as pd

    parts = [countries.assign(level="country"), districts.assign(level="district")]
    table = pd.concat([part[part["country"].isin(codes.unique())] for part in parts])
    return gpd.GeoDataFrame(table, geometry="geometry", crs="EPSG:4326").reset_index(drop=True)


def load_checkpoints(path: str | Path) -> gpd.GeoDataFrame:
    """Load the crossings that have a checkpoint.

    Parameters
    ----------
    path
        Points with `country_a` and `country_b` (ISO 3166-1 alpha-2, XK for Kosovo). Where the file
        has `road_class`, local roads are left out, unless
        `osm_border_control_poi_within_3km` is true.

    Returns
    -------
    geopandas.GeoDataFrame
        `border`, the two countries in the order of the alphabet, such as `RS-XK`, and `geometry`
        (points, EPSG:4326).

    Raises
    ------
    InputError
        The file lacks a column or points, or a cell holds no code or is neither true nor false.
    MissingInputError
        There is no such file.
    """
    import geopandas as gpd

    from hotspot_gaps.sources.readers import read_table

    table = read_table(path)
    file = Path(path).name
    missing = [c for c in ("country_a", "country_b", "geometry") if c not in table]
    if missing:
        what, fix = "this column is missing.", "It names the two countries at a point."
        raise InputError([Problem(file, 0, column, "", what, fix) for column in missing])
    if not hasattr(table, "crs"):
        what, fix = "this is text, and no geometry.", "Save the points as a layer."
        raise file_error(file, what, fix, column="geometry")
    points = table.geometry.geom_type.eq("Point")
    _check(points, "geometry", "this is no point.", "Remove it.", file)
    for column in ("country_a", "country_b"):
        code = table[column].astype("str").str.fullmatch("[A-Z]{2}").fillna(value=False)
        what, fix = "this is not a code of two capitals.", "Write XK, not XKX."
        _check(code.astype("bool"), column, what, fix, file)
    if "road_class" in table:
        guarded = table["road_class"].isin(GUARDED_CLASSES)
        if NEAR_A_POST in table:
            flags = to_flags(table[NEAR_A_POST])
            what, fix = "this is neither true nor false.", "Write true or false."
            _check(flags.notna(), NEAR_A_POST, what, fix, file)
            guarded |= flags.astype("bool")
        table = table[guarded]
    pairs = [sorted(pair) for pair in zip(table["country_a"], table["country_b"], strict=True)]
    border = ["-".join(pair) for pair in pairs]
    return gpd.GeoDataFrame({"border": border}, geometry=table.geometry.to_numpy(), crs="EPSG:4326")


def _check(good: pd.Series[bool], column: str, what: str, fix: str, file: str) -> None:
    """Refuse every row that is not good."""
    rows = good.index[~good.astype("bool")]
    if len(rows):
        raise InputError([Problem(file, int(str(row)), column, "", what, fix) for row in rows])
