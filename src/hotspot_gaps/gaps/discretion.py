"""Discretion: distances to organizations as far as they may be told.

The place of a restricted organization is its secret, and a distance gives it away: an exact one
at once, a yes or no within a radius after a few radii. So a restricted organization is taken to be
at the outer edge of its band of distance, here, before anything else is computed from it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotspot_gaps.access.geodesic import count_within, nearest

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

WITHHELD = "withheld"
NAME_WITHHELD = "name withheld"
BAND_EDGES_KM = (25.0, 50.0, 100.0)
EARTH_M = 20_100_000.0  # farther than any two places
FEW = 5  # of fewer restricted organizations nothing is told by place or by subject
BANDS = ("0-25 km", "25-50 km", "50-100 km", "over 100 km")


def nearest_shown(places: gpd.GeoDataFrame, organizations: gpd.GeoDataFrame) -> pd.DataFrame:
    """Find the nearest organization to each place, a restricted one counting at its band's edge.

    Parameters
    ----------
    places
        Points in any declared CRS.
    organizations
        As `load_organizations` returns them.

    Returns
    -------
    pandas.DataFrame
        Aligned with `places`: `id`, `name`, `km` (NaN for a restricted one), `band`, `edge_km`
        (outer edge of the band, infinite for the last; the distance counts as this for a
        restricted one), `restricted`, and `basis`, how the town is known.
    """
    import pandas as pd

    hidden = is_restricted(organizations)
    shown = nearest(places, organizations[~hidden], id="organization_id")
    secret = nearest(places, organizations[hidden], id="organization_id")
    km, secret_edge = shown["distance_m"] / 1000, band_edge(secret["distance_m"] / 1000)
    restricted = (secret_edge < km) | (km.isna() & secret_edge.notna())
    who = organizations.set_index(organizations["organization_id"].astype("str"))
    shown["id"] = shown["id"].astype("str")
    table = shown[["id"]].mask(restricted, WITHHELD)
    table["name"] = shown["id"].map(who["name"]).astype("str").mask(restricted, NAME_WITHHELD)
    table["km"] = km.mask(restricted)
    table["edge_km"] = band_edge(km).mask(restricted, secret_edge)
    table["band"] = table["edge_km"].map(
        dict(zip((*BAND_EDGES_KM, float("inf")), BANDS, strict=True))
    )
    table["restricted"] = restricted
    basis = who.get("town_basis", pd.Series(index=who.index, dtype="str"))
    table["basis"] = shown["id"].map(basis).astype("str").mask(restricted)
    return table


def count_shown(
    places: gpd.GeoDataFrame, organizations: gpd.GeoDataFrame, radius_m: float
) -> pd.Series[int]:
    """Count organizations within a radius; restricted ones only tell that there is somebody.

    Were they counted, the count less those that are shown would be how many there are, and a few
    such differences would tell where. So they are left out beside a public one, and without any
    they count as one, however many they are.

    Parameters
    ----------
    places
        Points in any declared CRS.
    organizations
        As `load_organizations` returns them.
    radius_m
        Radius in metres.

    Returns
    -------
    pandas.Series
        Nullable whole numbers aligned with `places`, NA where a place has no geometry: how many
        public ones there are or, where there is none, 1 for one or more restricted ones within the
        last band edge in the radius.
    """
    hidden = is_restricted(organizations)
    count = count_within(places, organizations[~hidden], radii_m=(radius_m,)).iloc[:, 0]
    edges = [edge * 1000 for edge in BAND_EDGES_KM if edge * 1000 <= radius_m]
    if edges and hidden.any():
        secret = count_within(places, organizations[hidden], radii_m=(edges[-1],)).iloc[:, 0]
        count = count.mask(count.eq(0), secret.clip(upper=1))
    return count


def may_be_within(
    places: gpd.GeoDataFrame, organizations: gpd.GeoDataFrame, radius_m: float
) -> pd.Series[bool]:
    """Say where a radius cuts the band of a restricted organization, so that it cannot be told.

    Parameters
    ----------
    places, organizations, radius_m
        As for `count_shown`.

    Returns
    -------
    pandas.Series
        True where a restricted organization lies beyond the last band edge within the radius, but
        within the next one.
    """
    import pandas as pd

    hidden = organizations[is_restricted(organizations)]
    edges = [0.0, *(edge * 1000 for edge in BAND_EDGES_KM), EARTH_M]
    inner = max(edge for edge in edges if edge <= radius_m)
    outer = min((edge for edge in edges if edge >= radius_m), default=radius_m)
    if inner == outer:
        return pd.Series(data=False, index=places.index)
    counts = count_within(places, hidden, radii_m=(inner, outer))
    # Within 0 m nobody is told; beyond, the inner count is.
    sure = counts.iloc[:, 0] if inner else 0
    return (counts.iloc[:, 1] > sure).fillna(value=False).astype(bool)


def may_be_withheld(
    places: gpd.GeoDataFrame, organizations: gpd.GeoDataFrame, radius_m: float
) -> pd.Series[bool]:
    """Say where it is told that a restricted organization is, or may be, within a radius.

    It is told by the band of the nearest one alone, so this tells no more than `nearest_shown`.

    Parameters
    ----------
    places, organizations, radius_m
        As for `count_shown`.

    Returns
    -------
    pandas.Series
        Aligned with `places`: true where the nearest organization that is told is a restricted
        one, whose band begins within the radius.
    """
    near = nearest_shown(places, organizations)
    begins = (-1.0, *BAND_EDGES_KM)  # the first band holds the place itself
    inner = near["edge_km"].map(dict(zip((*BAND_EDGES_KM, float("inf")), begins, strict=True)))
    told: pd.Series[bool] = near["restricted"] & (inner * 1000 < radius_m)
    return told


def is_supported(organizations: gpd.GeoDataFrame | pd.DataFrame) -> pd.Series[bool]:
    """Say which organizations have support that counts; what is not known does not."""
    known = organizations["supported"].astype("boolean")
    return known.fillna(value=False).astype(bool)


def is_restricted(organizations: gpd.GeoDataFrame) -> pd.Series[bool]:
    """Say which organizations are restricted; all are public in a table without `sensitivity`.

    A word that is not known is taken for restricted, never for public.
    """
    import pandas as pd

    if "sensitivity" not in organizations:
        return pd.Series(data=False, index=organizations.index)
    words = organizations["sensitivity"]
    restricted: pd.Series[bool] = words.notna() & ~words.isin(["public"])
    return restricted


def band_edge(km: pd.Series[float]) -> pd.Series[float]:
    """Return the outer edge of the band of each distance, in km.

    >>> import pandas as pd
    >>> band_edge(pd.Series([0.0, 25.0, 25.1, 300.0])).tolist()
    [25.0, 25.0, 50.0, inf]
    """
    import pandas as pd

    edges = (*BAND_EDGES_KM, float("inf"))
    return pd.cut(km, [-1.0, *edges], labels=edges).astype("float64")
