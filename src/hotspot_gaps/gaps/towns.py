"""Towns: which hotspots are smaller towns, and of which ones the question is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

KINDS = ("town", "city", "port", "border_crossing", "airport", "region")
SIZE_CLASSES = ("smaller_town", "larger_town", "capital", "unknown", "not_a_town")
# A region that a town stands for is judged by that town.
_NOT_TOWNS = ("border_crossing", "airport")


def size_class(hotspots: pd.DataFrame, *, smaller_below: int = 50_000) -> pd.Series[str]:
    """Class hotspots by size.

    Parameters
    ----------
    hotspots
        Table with `kind`, `population` (inhabitants, NA when not known), `is_capital` and
        `represented_by` (the town that stands for a region, or None).
    smaller_below
        Inhabitants below which a town that is not a capital is a smaller town.

    Returns
    -------
    pandas.Series
        Aligned with `hotspots`: `smaller_town`, `larger_town`, `capital`, `unknown` (a town whose
        population is not known: never small, never large) or `not_a_town` (crossings, airports,
        and regions that no town stands for).

    Notes
    -----
    The default is the urban-centre threshold of the Degree of Urbanisation (UN Statistical
    Commission, 51st session, 2020).

    Examples
    --------
    >>> import pandas as pd
    >>> towns = pd.DataFrame({"kind": "town", "population": pd.array([8026, 56297, None], "Int64"),
    ...                       "is_capital": False, "represented_by": None})
    >>> size_class(towns).tolist()
    ['smaller_town', 'larger_town', 'unknown']
    """
    import pandas as pd

    region = hotspots["kind"].eq("region") & hotspots["represented_by"].isna()
    not_a_town = region | hotspots["kind"].isin(_NOT_TOWNS)
    small = (hotspots["population"] < smaller_below).astype("boolean")
    classes = pd.Series("unknown", index=hotspots.index, dtype="str")
    classes = classes.mask(small.fillna(value=False).astype(bool), "smaller_town")
    classes = classes.mask((~small).fillna(value=False).astype(bool), "larger_town")
    classes = classes.mask(hotspots["is_capital"].astype(bool), "capital")
    return classes.mask(not_a_town, "not_a_town")


def can_be_gap(hotspots: pd.DataFrame, sizes: pd.Series[str]) -> pd.Series[bool]:
    """Say of which hotspots the question is asked: located smaller towns and border crossings.

    Parameters
    ----------
    hotspots
        Table with `kind` and `geometry`.
    sizes
        Their size classes, from `size_class`.

    Returns
    -------
    pandas.Series
        Nullable booleans aligned with `hotspots`: NA where the hotspot is not located or its size
        is not known.
    """
    asked = sizes.eq("smaller_town") | hotspots["kind"].eq("border_crossing")
    unsure = hotspots["geometry"].isna() | (sizes.eq("unknown") & ~asked)
    return asked.astype("boolean").mask(unsure)
