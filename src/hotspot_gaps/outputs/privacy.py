"""Privacy: what about an organization may leave the program, and what is told of the rest.

Organizations are placed at towns when they are loaded; here restricted ones are taken out of every
table that has a row an organization, and counted as far as a count tells nobody's town. Distances
to them are already bands in the gap table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hotspot_gaps.gaps.discretion import FEW, WITHHELD, is_restricted

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd
    import pandas as pd

PUBLIC_COLUMNS = (
    "organization_id", "name", "country", "town", "town_basis", "themes", "support", "supported",
    "programmes", "source_title", "source_url", "source_date", "geometry",
)  # fmt: skip


def public_organizations(organizations: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the organizations that may be shown, with the columns that may be shown.

    Parameters
    ----------
    organizations
        As `load_organizations` returns them.

    Returns
    -------
    geopandas.GeoDataFrame
        Rows that are not restricted: a word that is not known is taken for restricted.
    """
    return organizations.loc[~is_restricted(organizations), list(PUBLIC_COLUMNS)].reset_index(
        drop=True
    )


def told_counts(counts: Mapping[str, int], *, few: int = FEW) -> dict[str, int]:
    """Leave out small counts, and with them others, so that the sum does not give them back.

    Parameters
    ----------
    counts
        A count a place, zeros among them; their sum is known.
    few
        Smaller counts are not told, and zero is one of them.

    Returns
    -------
    dict
        The counts that are told. Of each other place, whoever knows the sum, what is told and this
        rule must still think everything from zero to `few - 1` possible, as far as the sum allows.

    Notes
    -----
    Counts below a threshold are hidden together: first below `few` (primary suppression), then
    below twice, four times as much and so on (secondary suppression), until what m hidden places
    have together, R, leaves each of them open: `few - 1 <= R <= (m - 1)(threshold - 1)`. See
    Hundepool et al., Statistical Disclosure Control (Wiley 2012), chapters 4 (suppression) and 5
    (tables of counts). Were the threshold raised by one at a time, its value would tell of counts.

    Examples
    --------
    >>> told_counts({"a": 18, "b": 9, "c": 9, "d": 8, "e": 5, "f": 4})
    {'a': 18}
    >>> told_counts({"a": 7, "b": 2})
    {}
    """
    threshold = few
    while True:
        told = {place: count for place, count in counts.items() if count >= threshold}
        hidden, rest = len(counts) - len(told), sum(counts.values()) - sum(told.values())
        if not told or not hidden or few - 1 <= rest <= (hidden - 1) * (threshold - 1):
            return told
        threshold *= 2


def withheld_by_district(
    organizations: gpd.GeoDataFrame, districts: gpd.GeoDataFrame, *, few: int = FEW
) -> pd.DataFrame:
    """Count restricted organizations by country and district, as far as that may be told.

    Parameters
    ----------
    organizations
        As `load_organizations` returns them.
    districts
        As `load_districts` returns them: `country`, `name`, polygons. A town just outside all of
        them counts in the nearest one of its country.
    few
        As for `told_counts`.

    Returns
    -------
    pandas.DataFrame
        `country`, `district` (`all` for the country as a whole) and `organizations`, sorted. What
        is not in it has fewer than `few`, or none, or is left out so that those cannot be
        computed. Districts are told only of a country that is. How many there are in all is told
        everywhere; less than that cannot be hidden.
    """
    import pandas as pd

    hidden = organizations[is_restricted(organizations)]
    # Zeros count where the reader sees that the table could have a row. What the hidden rows alone
    # would add to the list of countries would tell of them: they are elsewhere.
    public = organizations.loc[~is_restricted(organizations), "country"]
    whole = hidden["country"].value_counts().reindex(sorted({*districts["country"], *public}))
    rows: list[tuple[str, str, int]] = []
    for country, count in told_counts(_whole(whole), few=few).items():
        rows.append((country, "all", count))
        areas = districts[districts["country"].eq(country)]
        here = hidden[hidden["country"].eq(country) & hidden.geometry.notna()]
        told = told_counts(_whole(_by_area(here, areas)), few=few)
        rows += [(country, name, told[name]) for name in sorted(told)]
    return pd.DataFrame(rows, columns=["country", "district", "organizations"])


def _whole(counts: pd.Series[int]) -> dict[str, int]:
    return {str(name): int(count) for name, count in counts.fillna(0).items()}


def _by_area(here: gpd.GeoDataFrame, areas: gpd.GeoDataFrame) -> pd.Series[int]:
    """Count points by the area that they lie in, or nearest to."""
    import numpy as np
    import pandas as pd
    import shapely

    counts = pd.Series(0, index=areas["name"].drop_duplicates())
    if areas.empty or here.empty:
        return counts
    towns = here.to_crs(areas.crs).geometry.to_wkb().value_counts()
    apart = shapely.distance(shapely.from_wkb(towns.index)[:, None], areas.geometry.to_numpy())
    found = areas["name"].to_numpy()[np.argmin(apart, axis=1)]
    return counts.add(pd.Series(towns.to_numpy(), index=found).groupby(level=0).sum(), fill_value=0)


def withheld_report(
    organizations: gpd.GeoDataFrame, gaps: gpd.GeoDataFrame, districts: gpd.GeoDataFrame
) -> dict[str, Any]:
    """Say what was withheld and coarsened: counts, and never a name.

    Parameters
    ----------
    organizations
        As `load_organizations` returns them; `attrs` says what was coarsened when they were read.
    gaps
        As `find_gaps` returns it.
    districts
        As for `withheld_by_district`.

    Returns
    -------
    dict
        For JSON: `organizations` (restricted ones), `fewer_are_not_told` (below how many), `told`
        (rows of `withheld_by_district`), `in_other_places` (how many are in countries that are not
        told), `moved_to_their_town` (rows whose coordinates were finer), `columns_not_used` (of the
        table of organizations), and `distances_in_bands` (cells of the gap table).
    """
    told = withheld_by_district(organizations, districts)
    number = int(is_restricted(organizations).sum())
    placed = told.loc[told["district"].eq("all"), "organizations"]
    words = ("supported", "known")
    return {
        "organizations": number,
        "fewer_are_not_told": FEW,
        "told": told.to_dict("records"),
        "in_other_places": number - int(placed.sum()),
        "moved_to_their_town": int(organizations.attrs.get("moved", 0)),
        "columns_not_used": int(organizations.attrs.get("unused", 0)),
        "distances_in_bands": sum(int(gaps[f"nearest_{w}_id"].eq(WITHHELD).sum()) for w in words),
    }
