"""The door: a user's table is read, checked and held against the map; all problems together."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from hotspot_gaps.errors import Problem
from hotspot_gaps.sources.boundaries import load_boundaries

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd


def read_checked_places(
    path: str | Path, kind: str, boundaries: gpd.GeoDataFrame | None
) -> tuple[pd.DataFrame, list[Problem]]:
    """Read a table of places and check its cells, rows and coordinates.

    Parameters
    ----------
    path
        The file.
    kind
        `"hotspots"` or `"organizations"`.
    boundaries
        Countries that points must lie in; the built-in ones when not given.

    Returns
    -------
    table : pandas.DataFrame
        The rows without a problem, which can be located.
    problems : list of Problem
        Everything wrong so far; the caller adds what it finds and raises them together.
    """
    from hotspot_gaps.sources.location import check_location
    from hotspot_gaps.sources.schema import read_sifted

    table, problems = read_sifted(path, kind)
    countries = load_boundaries() if boundaries is None else boundaries
    outside = check_location(table, countries, Path(path).name)
    good = ~table.index.isin({problem.row for problem in outside})
    return table[good], [*problems, *outside]


def same_ids(ids: pd.Series[str], file: str, column: str) -> list[Problem]:
    """Return a problem for each row whose id, given or made, another row has already."""
    what = "another row has this id, given or made of country and name."
    fix = f"Give each row a {column} of its own."
    return [
        Problem(file, int(str(row)), column, str(value), what, fix)
        for row, value in ids[ids.duplicated()].items()
    ]
