"""Boundaries and the gazetteer: the countries, their parts, and the populated places in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from hotspot_gaps.errors import InputError, Problem
from hotspot_gaps.sources.builtin import builtin_path, read_builtin
from hotspot_gaps.sources.tangles import refuse_tangles

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd


def load_boundaries(
    path: str | Path | None = None, *, level: Literal["countries", "admin1"] = "countries"
) -> gpd.GeoDataFrame:
    """Load country or first-order boundaries.

    Parameters
    ----------
    path
        A GeoPackage, GeoJSON, Shapefile or GeoParquet with the columns `country` (ISO 3166-1
        alpha-2; XK for Kosovo) and `name` and polygons in any declared CRS. Without it, Natural
        Earth 1:10m: the six countries of the Western Balkans and their neighbours.
    level
        Built-in layer to load: `"countries"` or `"admin1"` (the six only). Ignored with `path`.

    Returns
    -------
    geopandas.GeoDataFrame
        Columns `country`, `name`, `geometry` (EPSG:4326), sorted by country and name.

    Raises
    ------
    InputError
        The file lacks a column, a CRS or polygons.
    MissingInputError
        There is no such file.

    Notes
    -----
    Kosovo is drawn apart, without prejudice to positions on status, in line with UNSCR 1244/1999
    and the ICJ opinion on the Kosovo declaration of independence.

    Examples
    --------
    >>> countries = load_boundaries()
    >>> countries.loc[countries["country"] == "MK", "name"].item()
    'North Macedonia'
    """
    import geopandas as gpd

    if path is None:
        frame = gpd.read_file(builtin_path(f"{level}.gpkg"))
    else:
        from hotspot_gaps.sources.readers import read_table

        frame = checked_polygons(read_table(path), str(path))
    frame = frame[["country", "name", "geometry"]].sort_values(["country", "name"])
    return gpd.GeoDataFrame(frame, geometry="geometry", crs="EPSG:4326").reset_index(drop=True)


def checked_polygons(frame: gpd.GeoDataFrame, path: str) -> gpd.GeoDataFrame:
    """Refuse what is not a layer of countries; mend polygons that cross themselves."""
    file = path.replace("\\", "/").rsplit("/", 1)[-1]
    needed = {
        "country": "ISO 3166-1 alpha-2 code, XK for Kosovo",
        "name": "the name to print",
        "geometry": "polygons, in a layer or a GeoJSON file",
    }
    missing = [column for column in needed if column not in frame]
    if "geometry" not in missing and not hasattr(frame, "crs"):
        missing.append("geometry")
    if missing:
        what = "this column is missing."
        raise InputError([Problem(file, 0, c, "", what, f"It holds {needed[c]}.") for c in missing])
    if frame.empty:
        raise InputError([Problem(file, 0, "", "", "this layer has no rows.", "Fill it in.")])
    code = frame["country"].astype("str").str.fullmatch("[A-Z]{2}").fillna(value=False)
    bounds = frame.geometry.bounds.abs()
    rules = (
        ("country", code.astype(bool), "this is not a code of two capitals.", "Write XK, not XKX."),
        ("name", frame["name"].notna(), "there is no name.", "Fill it in."),
        ("geometry", frame.geometry.geom_type.isin(["Polygon", "MultiPolygon"]) & ~frame.is_empty,
         "this is not a polygon.", "Remove it."),
        ("geometry", ~(bounds[["minx", "maxx"]].max(axis=1) > 180)
         & ~(bounds[["miny", "maxy"]].max(axis=1) > 90),
         "this reaches beyond the Earth.", "Declare the right CRS."),
    )  # fmt: skip
    problems = [
        Problem(file, int(str(row)), column, "", what, fix)
        for column, holds, what, fix in rules
        for row in frame.index[~holds]
    ]
    if problems:
        raise InputError(problems)
    refuse_tangles(frame, file)
    valid = frame.geometry.make_valid(method="structure", keep_collapsed=False)
    return frame.set_geometry(valid).assign(name=frame["name"].astype("str"))


def load_places(path: str | Path | None = None) -> gpd.GeoDataFrame:
    """Load populated places, the gazetteer that names are matched to.

    Parameters
    ----------
    path
        A table with `geonames_id` (any whole number that is unique), `name`, `country`, and `lat`
        and `lon` or point geometry; optional `alt_names` (separated by semicolons), `population`
        (empty or 0 means not known) and `is_capital` (yes or no). Without it, the GeoNames places
        with 500 inhabitants or more, or of unknown population, of the six countries.

    Returns
    -------
    geopandas.GeoDataFrame
        Columns `geonames_id`, `name`, `alt_names`, `country`, `population` (Int64, NA when not
        known), `is_capital` (bool), `geometry` (points, EPSG:4326), sorted by `geonames_id`.

    Raises
    ------
    InputError
        Rows that cannot be used, all of them at once.
    MissingInputError
        There is no such file.

    Examples
    --------
    >>> places = load_places()
    >>> len(places), int(places["population"].isna().sum())
    (1666, 328)
    """
    import geopandas as gpd

    if path is None:
        table = read_builtin("places.csv")
        table["is_capital"] = table["is_capital"].eq("yes")
    else:
        from hotspot_gaps.sources.schema import read_checked

        table = read_checked(path, "places")
    points = gpd.points_from_xy(table["lon"], table["lat"])
    frame = gpd.GeoDataFrame(table.drop(columns=["lat", "lon"]), geometry=points, crs="EPSG:4326")
    return frame.sort_values("geonames_id", ignore_index=True)
