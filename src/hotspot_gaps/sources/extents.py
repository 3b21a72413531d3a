"""Extents: which town stands for a region, at one size cut-off and at every other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hotspot_gaps.sources.boundaries import load_boundaries
from hotspot_gaps.sources.gazetteer import Gazetteer, UnlocatableError

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

MOST_STAND_INS = 500  # of all regions of a list: about 200 bytes each in the page
NO_TOWN = "not located: no smaller town of known size in the extent"
NOT_TOLD = "not located: which town stands for the extent at this size cut-off is not told"


def at_place(gazetteer: Gazetteer, position: int | None) -> dict[str, Any]:
    """Say what is known of a hotspot that is the gazetteer's place at `position`, or no place."""
    import pandas as pd

    nothing = dict.fromkeys(("geometry", "location_source", "represented_by", "population_source"))
    if position is None:
        return {**nothing, "population": pd.NA, "is_capital": False}
    place = gazetteer.places.iloc[position]
    source = f"GeoNames {place['geonames_id']}"
    return {
        "geometry": place["geometry"],
        "location_source": source,
        "represented_by": None,
        "population": place["population"],
        "population_source": source if pd.notna(place["population"]) else None,
        "is_capital": bool(place["is_capital"]),
    }


def represent(row: pd.Series[Any], gazetteer: Gazetteer, smaller_below: int) -> dict[str, Any]:
    """Stand the most populous smaller town inside a region's extent for the region."""
    towns = _towns_inside(row, gazetteer.places)
    small = towns[towns["population"] < smaller_below]
    return _standing(row, gazetteer, None if small.empty else int(small.index[0]))


def stand_ins(
    row: pd.Series[Any], gazetteer: Gazetteer, *, around: int, most: int
) -> list[dict[str, Any]]:
    """Return what stands for a region at every cut-off.

    Parameters
    ----------
    row
        A row of the list, with `extent`.
    gazetteer
        The places.
    around
        A cut-off, in inhabitants.
    most
        How many are told at most: those that stand at the cut-offs nearest to `around`.

    Returns
    -------
    list of dict
        As `represent` returns it for cut-offs above `stands_above`, in its order. `told` is False
        where it is left out.
    """
    towns = _towns_inside(row, gazetteer.places)
    towns = towns.drop_duplicates("population").iloc[::-1]
    steps: list[tuple[int, int | None]] = [(0, None)]
    steps += [(int(n), int(at)) for at, n in towns["population"].items()]
    now = max(at for at, (above, _) in enumerate(steps) if above < around)
    first = max(0, min(now - most // 2, len(steps) - most))
    rows = [
        {**_standing(row, gazetteer, at), "stands_above": above, "told": True}
        for above, at in steps[first : first + most]
    ]
    beyond = [*([0] if first else []), *(above for above, _ in steps[first + most :][:1])]
    left_out = {**at_place(gazetteer, None), "location_source": NOT_TOLD, "told": False}
    rows += [{**left_out, "stands_above": above} for above in beyond]
    return sorted(rows, key=lambda each: int(each["stands_above"]))


def _towns_inside(row: pd.Series[Any], places: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the towns that can stand for a region, the most populous first."""
    units = load_boundaries(level="admin1")
    names = [name.strip() for name in row["extent"].split(";")]
    inside = units[units["country"].eq(row["country"]) & units["name"].isin(names)]
    unknown = sorted(set(names) - set(inside["name"]))
    if unknown:
        what = f"Natural Earth has no unit {', '.join(unknown)} in {row['country']}."
        fix = "Write names of admin1.gpkg, joined by semicolons."
        raise UnlocatableError("extent", row["extent"], what, fix)
    can = places["population"].notna() & ~places["is_capital"]
    towns = places[can & places.within(inside.union_all())]
    return towns.sort_values(["population", "geonames_id"], ascending=[False, True])


def _standing(row: pd.Series[Any], gazetteer: Gazetteer, position: int | None) -> dict[str, Any]:
    """Say what is known of a region that the place at `position` stands for, or none."""
    found = at_place(gazetteer, position)
    if position is None:
        return {**found, "location_source": NO_TOWN}
    source = f"{found['location_source']}, standing for the extent {row['extent']}"
    if isinstance(row["extent_source"], str):
        source += f" ({row['extent_source']})"
    name = gazetteer.places["name"].iloc[position]
    return {**found, "location_source": source, "represented_by": name}
