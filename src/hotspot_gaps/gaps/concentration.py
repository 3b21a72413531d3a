"""Concentration: who has the organizations, the support and the hotspots, beside the people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from hotspot_gaps.access.frames import need_columns
from hotspot_gaps.gaps.discretion import is_restricted, is_supported
from hotspot_gaps.gaps.inequality import gini, gini_by_chance, location_quotient, lorenz_curve
from hotspot_gaps.gaps.towns import SIZE_CLASSES, size_class

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

ALL = "all"
COUNTED = ("supported", "organizations", "hotspots")
KNOWN_SIZES = ("capital", "larger_town", "smaller_town")


@dataclass(frozen=True)
class Concentration:
    """Shares by size of town and by country, and the spread over people.

    Attributes
    ----------
    shares
        A row a country and size class. `country` and `size_class` are `all` for the sums. Counts
        `supported`, `organizations`, `hotspots`, `people`, `towns` (of the gazetteer; people only
        of those whose population is known); of the first four `share_of_…`, within the country, or
        for a country as a whole within all; and `quotient_of_…` of the first three, that share
        over the share of people. Places of unknown size, and crossings, airports and regions, have
        rows of their own, without people.
    lorenz
        A row a town, from least organizations per head to most: `town`, `country`, `people`,
        `organizations`, and the cumulated `people_share` and `organizations_share`.
    gini
        Of organizations over the people of towns whose population is known; NaN without any.
    gini_by_chance
        The range in which it would lie in 95 of 100 cases, if chance had placed as many
        organizations in proportion to people: few among many towns never look even.
    gini_organizations, gini_towns, gini_people
        How many of each it stands on.
    organizations_shown, organizations_not_placed, organizations_not_in_gazetteer
        Public organizations that are counted, that have no town, and those counted whose point is
        not one of the gazetteer, so that their size is unknown.
    organizations_withheld, supported_withheld
        Restricted ones of all countries, which are not counted; fewer would tell of the others.
    supported_shown, supported_not_placed
        The same of public ones with documented support.
    hotspots_counted, hotspots_not_counted
        Hotspots that are counted, and those outside the question.
    elsewhere
        Hotspots and public organizations that are left out because the gazetteer has no place of
        their country, so that there are no people to set beside them.
    towns_unknown
        Places of the gazetteer whose population is not known.
    """

    shares: pd.DataFrame
    lorenz: pd.DataFrame
    gini: float
    gini_by_chance: tuple[float, float]
    gini_organizations: int
    gini_towns: int
    gini_people: int
    organizations_shown: int
    organizations_not_placed: int
    organizations_not_in_gazetteer: int
    organizations_withheld: int
    supported_shown: int
    supported_not_placed: int
    supported_withheld: int
    hotspots_counted: int
    hotspots_not_counted: int
    elsewhere: int
    towns_unknown: int


def concentration(
    hotspots: gpd.GeoDataFrame,
    organizations: gpd.GeoDataFrame,
    places: gpd.GeoDataFrame,
    *,
    smaller_below: int = 50_000,
) -> Concentration:
    """Count support, organizations, hotspots and people by size of town and by country.

    Parameters
    ----------
    hotspots
        As `load_hotspots` or `find_gaps` returns them; where it has `in_question`, only hotspots
        in question are counted.
    organizations
        As `load_organizations` returns them: at points of `places`. Restricted ones are left out,
        because a count by country and size can name a town.
    places
        Gazetteer, as `load_places` returns it.
    smaller_below
        Inhabitants below which a town that is not a capital is a smaller town.

    Returns
    -------
    Concentration

    Raises
    ------
    InputError
        A column is missing.

    Notes
    -----
    People are those of the gazetteer's towns, not of the countries: who lives in a hamlet, or in a
    town of unknown population, is not in them. See `gini` and `location_quotient` in
    `gaps.inequality` for formulas and sources.

    Examples
    --------
    >>> import hotspot_gaps as hg
    >>> found = concentration(hg.load_hotspots(), hg.load_organizations(), hg.load_places())
    >>> round(found.gini, 2), found.gini_organizations
    (0.81, 96)
    """
    sized = ["size_class"] if "size_class" in hotspots else ["kind", "population", "is_capital"]
    need_columns(hotspots, "hotspots", ["country", *sized])
    need_columns(organizations, "organizations", ["country", "supported"])
    need_columns(places, "places", ["name", "country", "population", "is_capital"])
    towns, secret = _towns(places, smaller_below), is_restricted(organizations)
    supported = is_supported(organizations)
    withheld = {"organizations_withheld": int(secret.sum()),
                "supported_withheld": int((supported & secret).sum())}  # fmt: skip
    public = organizations[~secret]
    everything, here = len(hotspots) + len(public), set(towns["country"])
    hotspots = hotspots[hotspots["country"].isin(here)]
    public = public[public["country"].isin(here)]
    placed = _placed(public[public.geometry.notna()], towns)
    counted = hotspots[hotspots["in_question"]] if "in_question" in hotspots else hotspots
    sizes = _hotspot_sizes(counted, smaller_below)
    lorenz, index = _lorenz(placed, towns)
    shown = int(lorenz["organizations"].sum())
    return Concentration(
        shares=_shares(placed, sizes, towns),
        lorenz=lorenz,
        gini=index,
        gini_by_chance=gini_by_chance(shown, lorenz["people"]),
        gini_organizations=shown,
        gini_towns=len(lorenz),
        gini_people=int(lorenz["people"].sum()),
        organizations_shown=len(placed),
        organizations_not_placed=len(public) - len(placed),
        organizations_not_in_gazetteer=int(placed["row"].isna().sum()),
        supported_shown=int(placed["supported"].sum()),
        supported_not_placed=int((is_supported(public) & public.geometry.isna()).sum()),
        hotspots_counted=len(counted),
        hotspots_not_counted=len(hotspots) - len(counted),
        elsewhere=everything - len(hotspots) - len(public),
        towns_unknown=int(towns["people"].isna().sum()),
        **withheld,
    )


def _towns(places: gpd.GeoDataFrame, smaller_below: int) -> pd.DataFrame:
    """Class the places of the gazetteer by size."""
    import pandas as pd

    as_hotspots = pd.DataFrame(places[["population", "is_capital"]]).assign(
        kind="town", represented_by=None
    )
    return pd.DataFrame(
        {
            "town": places["name"].to_numpy(),
            "country": places["country"].to_numpy(),
            "people": pd.array(places["population"], dtype="Int64"),
            "size_class": size_class(as_hotspots, smaller_below=smaller_below).to_numpy(),
            "lon": places.geometry.x.to_numpy(),
            "lat": places.geometry.y.to_numpy(),
        }
    )


def _placed(public: gpd.GeoDataFrame, towns: pd.DataFrame) -> pd.DataFrame:
    """Find the row of the gazetteer that each organization stands at; NA where there is none."""
    import pandas as pd

    first = towns.assign(row=towns.index).drop_duplicates(["lon", "lat"])
    points = public.to_crs("EPSG:4326").geometry
    table = pd.DataFrame(
        {"country": public["country"], "supported": is_supported(public),
         "lon": points.x, "lat": points.y}
    )  # fmt: skip
    table = table.merge(first[["lon", "lat", "row", "size_class"]], on=["lon", "lat"], how="left")
    return table.assign(size_class=table["size_class"].fillna("unknown"))


def _hotspot_sizes(hotspots: gpd.GeoDataFrame, smaller_below: int) -> pd.DataFrame:
    import pandas as pd

    if "size_class" in hotspots:
        return pd.DataFrame(hotspots[["country", "size_class"]])
    sizes = size_class(hotspots, smaller_below=smaller_below)
    return pd.DataFrame({"country": hotspots["country"], "size_class": sizes})


def _shares(placed: pd.DataFrame, sizes: pd.DataFrame, towns: pd.DataFrame) -> pd.DataFrame:
    """Put the counts of every country and class side by side, with shares and quotients."""
    import pandas as pd

    columns = {
        "supported": _counts(placed[placed["supported"]]),
        "organizations": _counts(placed),
        "hotspots": _counts(sizes),
        "people": _counts(towns, "people"),
        "towns": _counts(towns),
    }
    codes = sorted({code for counts in columns.values() for code, _ in counts.index} - {ALL})
    rows = [(code, kind) for code in [ALL, *codes] for kind in [ALL, *SIZE_CLASSES]]
    index = pd.MultiIndex.from_tuples(rows, names=["country", "size_class"])
    table = pd.DataFrame({name: counts.reindex(index) for name, counts in columns.items()})
    table = table.fillna(0).astype("Int64")
    kinds = index.get_level_values("size_class")
    # Where no size is known nobody was counted, and nobody is not the answer.
    table["people"] = table["people"].where(kinds.isin([ALL, *KNOWN_SIZES]))
    base = [(code, ALL) if kind != ALL else (ALL, ALL) for code, kind in rows]
    whole = table.loc[base].set_axis(index)
    numbers, bases = table.astype("Float64").astype(float), whole.astype("Float64").astype(float)
    for name in (*COUNTED, "people"):
        share = numbers[name].where(bases[name] > 0) / bases[name]
        table[f"share_of_{name}"] = share
    for name in COUNTED:
        table[f"quotient_of_{name}"] = location_quotient(
            numbers[name], bases[name], numbers["people"], bases["people"]
        )
    return table.reset_index()


def _counts(frame: pd.DataFrame, column: str | None = None) -> pd.Series[Any]:
    """Count rows, or add up a column, by country and class, with the sums over either."""
    import pandas as pd

    values = frame.assign(value=1 if column is None else frame[column].fillna(0))
    keys = ["country", "size_class"]
    parts = [values]
    parts += [values.assign(**dict.fromkeys(some, ALL)) for some in (keys, keys[:1], keys[1:])]
    counts: pd.Series[Any] = pd.concat(parts).groupby(keys)["value"].sum()
    return counts


def _lorenz(placed: pd.DataFrame, towns: pd.DataFrame) -> tuple[pd.DataFrame, float]:
    """Cumulate organizations over the people of towns whose population is known."""
    have = placed["row"].value_counts().reindex(towns.index).fillna(0).astype(int)
    table = towns.assign(organizations=have)[["town", "country", "people", "organizations"]]
    table = table[table["people"].notna()].astype({"people": "int64"})
    order, people, organizations = lorenz_curve(table["organizations"], table["people"])
    curve = table.iloc[order].reset_index(drop=True)
    curve = curve.assign(people_share=people[1:], organizations_share=organizations[1:])
    index = gini(table["organizations"], table["people"]) if len(table) else np.nan
    return curve, index
