"""Road tables: edges and nodes from GeoParquet, held against each other before they are taken."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from hotspot_gaps.errors import InputError, Problem
from hotspot_gaps.settings import SPEEDS_KM_H
from hotspot_gaps.sources.cells import plain_text, to_flags
from hotspot_gaps.sources.files import file_error
from hotspot_gaps.sources.wording import safe

if TYPE_CHECKING:
    import geopandas as gpd
    import numpy as np
    import pandas as pd

LARGEST = 2.0**62  # of an id
NEAR_M = 200.0  # between the end of a line and its node; up to 0.7 in the mirror
# A length to the length of its line: from 0.99 to 1.12 in the mirror where the line is longer than
# 100 m; shorter ones are simplified to as little as nothing, by 20 m at most.
SHORTEST, LONGEST, SIMPLIFIED_M = 0.5, 3.0, 20.0
FIX = "Correct it."
EDGE_COLUMNS = ("u", "v", "road_class", "link", "oneway", "length_m", "geometry")


class RoadTables(NamedTuple):
    """Edges and nodes, and how many edges were left out; as `Roads` has them."""

    edges: gpd.GeoDataFrame
    nodes: gpd.GeoDataFrame
    dead_references: int
    without_class: int


def read_road_tables(tables: list[Path], nodes_file: Path) -> RoadTables:
    """Read GeoParquet, whose files share the ids of nodes.

    Parameters
    ----------
    tables
        Files of edges.
    nodes_file
        The nodes of all of them.

    Returns
    -------
    RoadTables
        Lines run from `u` to `v`: those that are drawn the other way round are turned.

    Raises
    ------
    InputError
        A file lacks a column, or a row has an id, a flag, a length or a line that cannot be.
    MissingInputError
        There is no such file.
    """
    import pandas as pd

    nodes = _read_nodes(nodes_file)
    edges = pd.concat([_read_edges(table, nodes) for table in tables], ignore_index=True)
    known = edges["u"].isin(nodes["node"]) & edges["v"].isin(nodes["node"])
    classed = edges["road_class"].isin(SPEEDS_KM_H)
    return RoadTables(
        edges=edges[known & classed].reset_index(drop=True),
        nodes=nodes,
        dead_references=int((~known).sum()),
        without_class=int((known & ~classed).sum()),
    )


def _read_nodes(file: Path) -> gpd.GeoDataFrame:
    """Read the nodes, sorted by id."""
    import geopandas as gpd

    from hotspot_gaps.sources.readers import read_table

    table = read_table(file)
    _check_columns(table, ("node", "lon", "lat"), file)
    numbers = {column: _numbers(table, column, file) for column in ("lon", "lat")}
    ids = _ids(table, "node", file)
    _check(table, "node", ~ids.duplicated(), "is another row's node.", file)
    for column, most in (("lon", 180), ("lat", 90)):
        good = numbers[column].abs() <= most
        _check(table, column, good, "is not in degrees.", file)
    points = gpd.points_from_xy(numbers["lon"], numbers["lat"])
    nodes = gpd.GeoDataFrame({"node": ids.to_numpy()}, geometry=points, crs="EPSG:4326")
    return nodes.sort_values("node", ignore_index=True)


def _read_edges(file: Path, nodes: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Read the edges of one file."""
    import geopandas as gpd

    from hotspot_gaps.sources.readers import read_table

    table = read_table(file)
    if {"ramp", "link"} <= set(table.columns):
        raise file_error(file.name, "there is ramp as well.", "Keep one of the two.", column="link")
    table = table.rename(columns={"ramp": "link"})
    _check_columns(table, EDGE_COLUMNS, file)
    if not hasattr(table, "crs"):
        what = "this is text, and no geometry."
        raise file_error(file.name, what, "Save the lines as GeoParquet.", column="geometry")
    edges = gpd.GeoDataFrame(table[list(EDGE_COLUMNS)])
    for column in ("u", "v"):
        edges[column] = _ids(table, column, file)
    for column in ("link", "oneway"):
        flags = to_flags(table[column])
        what, fix = "is neither true nor false.", "Write true or false."
        _check(table, column, flags.notna(), what, file, fix=fix)
        edges[column] = flags.astype("bool")
    edges["length_m"] = _numbers(table, "length_m", file).astype("float64")
    _check_lines(edges, file)
    return edges.set_geometry(_turned(edges, nodes, file), crs="EPSG:4326")


def _check_lines(edges: gpd.GeoDataFrame, file: Path) -> None:
    """Refuse what is no line on earth, and lengths that are not those of the lines."""
    lines = edges.geometry.geom_type.eq("LineString") & ~edges.geometry.is_empty
    _check(edges, "geometry", lines, "is no line.", file, fix="Leave the road out.")
    bounds = edges.geometry.bounds.abs()
    degrees = bounds[["minx", "maxx"]].le(180).all(axis=1)
    degrees &= bounds[["miny", "maxy"]].le(90).all(axis=1)
    _check(edges, "geometry", degrees, "reaches beyond the earth.", file)
    along = _lengths(edges)
    least, most = SHORTEST * along - SIMPLIFIED_M, LONGEST * along + SIMPLIFIED_M
    length = edges["length_m"]
    good = (length >= least.clip(0)) & (length <= most)
    if not good.all():
        metres = along[~good.to_numpy()][0]
        what = f"is not the length of its line, which has {metres:,.0f} m."
        fix = "Write metres. Are these kilometres?"
        _check(edges, "length_m", good, what, file, fix=fix)


def _lengths(edges: gpd.GeoDataFrame) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Measure lines on WGS84, in metres."""
    import numpy as np
    import shapely
    from pyproj import Geod

    at, line = shapely.get_coordinates(edges.geometry.to_numpy(), return_index=True)
    metres = Geod(ellps="WGS84").inv(*at[:-1].T, *at[1:].T)[2]
    same = line[1:] == line[:-1]
    along: np.ndarray[Any, Any] = np.bincount(line[1:], metres * same, minlength=len(edges))
    return along.astype(np.float64)  # whole numbers where there is no line


def _turned(
    edges: gpd.GeoDataFrame, nodes: gpd.GeoDataFrame, file: Path
) -> np.ndarray[Any, np.dtype[np.object_]]:
    """Return the lines from `u` to `v`; refuse those that do not lead from one to the other."""
    import numpy as np
    import shapely
    from pyproj import Geod

    lines = edges.geometry.to_numpy().copy()
    known = np.flatnonzero(edges["u"].isin(nodes["node"]) & edges["v"].isin(nodes["node"]))
    at = shapely.get_coordinates(nodes.geometry.to_numpy())
    u, v = (at[np.searchsorted(nodes["node"], edges[end].iloc[known])] for end in ("u", "v"))
    first, last = (shapely.get_coordinates(shapely.get_point(lines[known], n)) for n in (0, -1))

    def apart(one: Any, other: Any) -> Any:
        return Geod(ellps="WGS84").inv(*one.T, *other.T)[2]

    there = np.maximum(apart(first, u), apart(last, v))
    back = np.maximum(apart(first, v), apart(last, u))
    good = edges["u"].eq(edges["u"])
    good.iloc[known] = np.minimum(there, back) <= NEAR_M
    what = f"ends farther than {NEAR_M:.0f} m from its nodes."
    _check(edges, "geometry", good, what, file, fix="Correct u and v, or the line.")
    turn = known[back < there]
    lines[turn] = shapely.reverse(lines[turn])
    return np.asarray(lines)


def _check(
    table: pd.DataFrame,
    column: str,
    good: pd.Series[bool],
    what: str,
    file: Path,
    *,
    fix: str = FIX,
) -> None:
    """Refuse a table of which a row is not good."""
    bad = ~good.fillna(value=False).to_numpy(dtype=bool)
    if bad.any():
        at = int(bad.argmax())
        value = "" if column == "geometry" else (plain_text(table[column].iloc[at]) or "")[:80]
        row = int(str(table.index[at]))
        raise InputError(safe([Problem(file.name, row, column, value, f"this {what}", fix)]))


def _check_columns(table: pd.DataFrame, needed: tuple[str, ...], file: Path) -> None:
    lacking = [column for column in needed if column not in table]
    if lacking:
        fix = f"A table of roads has the columns {', '.join(needed)}."
        what = "this column is missing."
        raise InputError([Problem(file.name, 0, c, "", what, fix) for c in lacking])


def _ids(table: pd.DataFrame, column: str, file: Path) -> pd.Series[int]:
    """Return a column as whole numbers, or say which row has none."""
    numbers = _numbers(table, column, file)
    _check(table, column, numbers % 1 == 0, "is no whole number.", file)
    return numbers.astype("int64")


def _numbers(table: pd.DataFrame, column: str, file: Path) -> pd.Series[float]:
    """Return a column as numbers, or say which row has none."""
    import pandas as pd

    cells = table[column]
    if cells.dtype.kind in "bmM":  # true and false, days and times are numbers to pandas
        cells = cells.astype("str")
    numbers: pd.Series[float] = pd.to_numeric(cells, errors="coerce")
    _check(table, column, numbers.abs() < LARGEST, "is not a number that can be.", file)
    return numbers
