"""Hotspots: places of a published list, each with its evidence, and where they are."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from hotspot_gaps.errors import InputError, Problem
from hotspot_gaps.sources.boundaries import load_places
from hotspot_gaps.sources.builtin import read_builtin
from hotspot_gaps.sources.door import read_checked_places, same_ids
from hotspot_gaps.sources.extents import MOST_STAND_INS, at_place, represent, stand_ins
from hotspot_gaps.sources.gazetteer import Gazetteer, UnlocatableError, fold

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

NO_TOWNS = ("border_crossing", "airport")
COLUMNS = (
    "hotspot_id", "name", "alt_names", "country", "kind", "evidence", "wording", "crime_markets",
    "population", "population_source", "is_capital", "location_source", "represented_by",
    "source_title", "source_url", "source_date",
)  # fmt: skip
# A place given by coordinates takes the population of a gazetteer place of its name this near.
SAME_PLACE_M = 15_000


def load_hotspots(
    path: str | Path | None = None,
    *,
    places: gpd.GeoDataFrame | None = None,
    boundaries: gpd.GeoDataFrame | None = None,
    smaller_below: int = 50_000,
) -> gpd.GeoDataFrame:
    """Load a list of hotspots and locate each of them.

    Parameters
    ----------
    path
        A table with `name`, `country` and a source; `hotspot-gaps template hotspots` lists all
        columns. Without it, the 38 places that public text supports (22 of them concern the 2019
        list of about 40).
    places, boundaries
        Gazetteer and countries as `load_places` and `load_boundaries` return them; built-in ones
        when not given. A point outside its country is refused.
    smaller_below
        Inhabitants below which a town is a smaller town. A region with an extent is represented
        by the most populous smaller town inside it.

    Returns
    -------
    geopandas.GeoDataFrame
        A row a hotspot, sorted by `hotspot_id`, points in EPSG:4326; geometry is None where the
        place cannot be located. `population` is Int64, NA when not known; `represented_by` names
        the town that stands for a region; `location_source` says what the point rests on.

    Raises
    ------
    InputError
        Rows that cannot be used or located, all of them at once.
    MissingInputError
        There is no such file.

    Examples
    --------
    >>> hotspots = load_hotspots()
    >>> len(hotspots), int(hotspots.geometry.notna().sum())
    (38, 34)
    """
    import geopandas as gpd

    places = load_places() if places is None else places
    file, table, problems = _table(path, boundaries)
    rows, unplaced = _locate(table, Gazetteer(places), file, smaller_below)
    if problems or unplaced:
        raise InputError([*problems, *unplaced])
    frame = gpd.GeoDataFrame(_joined(table, rows), geometry="geometry", crs="EPSG:4326")
    return frame[[*COLUMNS, "geometry"]].sort_values("hotspot_id", ignore_index=True)


def load_stand_ins(
    path: str | Path | None = None,
    *,
    places: gpd.GeoDataFrame | None = None,
    boundaries: gpd.GeoDataFrame | None = None,
    smaller_below: int = 50_000,
    most: int = MOST_STAND_INS,
) -> gpd.GeoDataFrame:
    """Load what stands for each region with an extent, from the smallest cut-off to the largest.

    Parameters
    ----------
    path, places, boundaries
        As for `load_hotspots`, of a list that it can load.
    smaller_below
        The cut-off around which towns are told if there are more of them than `most`.
    most
        How many towns are told at most, of all regions together.

    Returns
    -------
    geopandas.GeoDataFrame
        Rows as `load_hotspots` returns them for a region, by `hotspot_id` and `stands_above`: a
        row holds for cut-offs above `stands_above` inhabitants, up to and with that of the next
        row. `told` is False, and there is no point, where a town stands that is beyond `most`.

    Raises
    ------
    InputError
        Rows that cannot be used.
    MissingInputError
        There is no such file.

    Examples
    --------
    >>> towns = load_stand_ins()
    >>> towns[["represented_by", "stands_above"]].tail(2).to_numpy().tolist()
    [['Zvečan', 17000], ['Leposaviq', 19000]]
    """
    import geopandas as gpd

    gazetteer = Gazetteer(load_places() if places is None else places)
    _, table, problems = _table(path, boundaries)
    if problems:
        raise InputError(problems)
    regions = table[table["extent"].notna() & table["lat"].isna() & table["geonames_id"].isna()]
    each = max(1, most // max(1, len(regions)))
    kept, rows = [], []
    for number, row in regions.iterrows():
        standing = stand_ins(row, gazetteer, around=smaller_below, most=each)
        rows += standing
        kept += [number] * len(standing)
    found = _joined(regions.loc[kept].reset_index(drop=True), rows)
    steps = {"stands_above": [row["stands_above"] for row in rows]}
    frame = gpd.GeoDataFrame(
        found.assign(**steps, told=[row["told"] for row in rows]).astype(
            {"stands_above": "int64", "told": bool}
        ),
        geometry="geometry",
        crs="EPSG:4326",
    )
    columns = [*COLUMNS, "stands_above", "told", "geometry"]
    return frame[columns].sort_values(["hotspot_id", "stands_above"], ignore_index=True)


_LOCATING = ("geonames_id", "lat", "lon", "extent", "extent_source", "capital")


def _table(
    path: str | Path | None, boundaries: gpd.GeoDataFrame | None
) -> tuple[str, pd.DataFrame, list[Problem]]:
    """Read the list; return the name of its file, its rows, and what is wrong with them."""
    file = Path(path).name if path is not None else "hotspots.csv"
    problems: list[Problem] = []
    if path is None:
        table = read_builtin("hotspots.csv")
    else:
        table, problems = read_checked_places(path, "hotspots", boundaries)
    table = table.reindex(columns=[*COLUMNS, *_LOCATING])
    table["hotspot_id"] = table["hotspot_id"].fillna(_ids(table))
    problems += same_ids(table["hotspot_id"], file, "hotspot_id")
    return file, table, problems


def _ids(table: pd.DataFrame) -> pd.Series[str]:
    """Make an id of country and name; the kind tells a crossing from the town of its name."""
    ids = table["country"].str.lower() + "-" + table["name"].map(fold).str.replace(" ", "-")
    again = ids.duplicated(keep=False)
    return ids.mask(again, ids + "-" + table["kind"].str.replace("_", "-"))


def _locate(
    table: pd.DataFrame, gazetteer: Gazetteer, file: str, smaller_below: int
) -> tuple[list[dict[str, Any]], list[Problem]]:
    """Locate every row; rows that are one and the same town are a problem, too."""
    rows: list[dict[str, Any]] = []
    problems: list[Problem] = []
    towns: dict[tuple[str, str], int] = {}
    for number, row in table.iterrows():
        at = int(str(number))
        try:
            found = _locate_row(row, gazetteer, smaller_below)
        except UnlocatableError as error:
            problems.append(error.problem(file, at))
            continue
        rows.append(found)
        place = str(found["location_source"]), row["kind"]
        if place[0].startswith("GeoNames") and towns.setdefault(place, at) != at:
            what = f"row {towns[place]} is the same place ({place[0]})."
            problems.append(Problem(file, at, "name", row["name"], what, "Delete one of the two."))
    return rows, problems


def _joined(table: pd.DataFrame, rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Join what the table says with what the gazetteer knows; the table has the last word."""
    import pandas as pd

    keys = ("geometry", "location_source", "represented_by", "population", "population_source")
    found = pd.DataFrame(rows, index=table.index, columns=[*keys, "is_capital"])
    text = {key: found[key].astype("str") for key in keys if key not in ("geometry", "population")}
    capital = table["capital"].astype("boolean").fillna(found["is_capital"].astype("boolean"))
    people = found["population"].astype("Int64")
    given = table["population"].notna()
    return table.assign(
        geometry=found["geometry"],
        location_source=table["location_source"].astype("str").fillna(text["location_source"]),
        represented_by=text["represented_by"],
        population=table["population"].astype("Int64").fillna(people),
        population_source=text["population_source"].mask(given, "given in the table"),
        is_capital=capital.astype(bool),
    )


def _locate_row(row: pd.Series[Any], gazetteer: Gazetteer, smaller_below: int) -> dict[str, Any]:
    """Locate one hotspot by coordinates, GeoNames id, extent or name, whichever is given first."""
    import pandas as pd
    from shapely import Point

    if pd.notna(row["lat"]):
        near = (float(row["lon"]), float(row["lat"]))
        known = pd.notna(row["geonames_id"])
        found = at_place(
            gazetteer, _by_id(row, gazetteer) if known else _same_place(row, gazetteer, near)
        )
        return {**found, "geometry": Point(near), "location_source": "coordinates in the table"}
    if pd.notna(row["geonames_id"]):
        return at_place(gazetteer, _by_id(row, gazetteer))
    if pd.notna(row["extent"]):
        return represent(row, gazetteer, smaller_below)
    if row["kind"] == "region":
        return {
            **at_place(gazetteer, None),
            "location_source": "not located: a region without an extent",
        }
    try:
        return at_place(gazetteer, gazetteer.settle("name", row["name"], row["country"]))
    except UnlocatableError as error:
        if row["kind"] not in NO_TOWNS:
            raise
        what = "this is no town, and its name alone does not say where it is."
        fix = "Give lat and lon, and in location_source where they come from."
        raise UnlocatableError("name", row["name"], what, fix) from error


def _by_id(row: pd.Series[Any], gazetteer: Gazetteer) -> int:
    return gazetteer.by_id(int(row["geonames_id"]), row["country"])


def _same_place(row: pd.Series[Any], gazetteer: Gazetteer, near: tuple[float, float]) -> int | None:
    """Find the town that a pair of coordinates means; crossings and airports are not towns."""
    if row["kind"] in {"border_crossing", "airport", "region"}:
        return None
    position = gazetteer.find(row["name"], row["country"], near).position
    if position is None:
        return None
    return position if gazetteer.distance_m(position, near) <= SAME_PLACE_M else None
