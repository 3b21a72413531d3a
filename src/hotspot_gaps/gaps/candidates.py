"""Candidates: where new support could go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotspot_gaps.access.frames import ids_of, need_columns, points_of
from hotspot_gaps.deprecation import first_is_keyword
from hotspot_gaps.errors import SettingsError
from hotspot_gaps.gaps.discretion import is_restricted, is_supported
from hotspot_gaps.gaps.flags import flagged_rows
from hotspot_gaps.gaps.own_frames import as_organizations

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd


@first_is_keyword("kind", since="0.1.0", removal="0.2.0")
def candidate_sites(
    gaps: gpd.GeoDataFrame,
    organizations: gpd.GeoDataFrame,
    places: gpd.GeoDataFrame,
    *,
    kind: str,
    by_road: bool = False,
) -> gpd.GeoDataFrame:
    """Return where new support could go.

    Parameters
    ----------
    gaps, organizations, places
        As `find_gaps`, `load_organizations` and `load_places` return them.
    kind
        `towns`: the flagged hotspots; `organizations`: seats of public organizations without
        documented support; `places`: every populated place.
    by_road
        Whether the flagged hotspots are those that are gaps by road.

    Returns
    -------
    geopandas.GeoDataFrame
        `site_id`, `name` (of an organization with its town), `country`, and points in EPSG:4326.

    Raises
    ------
    InputError
        A column is missing.
    SettingsError
        There is no such kind.
    """
    if kind == "towns":
        need_columns(gaps, "gaps", ["hotspot_id", "in_question", "is_gap", "is_gap_by_road"])
        flagged = flagged_by_road(gaps) if by_road else flagged_rows(gaps)
        table = gaps[flagged].rename(columns={"hotspot_id": "site_id"})
    elif kind == "organizations":
        organizations = as_organizations(organizations)
        free = ~is_supported(organizations)
        free &= ~is_restricted(organizations) & organizations.geometry.notna()
        table = organizations[free].rename(columns={"organization_id": "site_id"})
        town = (", " + table["town"]).fillna("")
        table = table.assign(name=table["name"] + town)
    elif kind == "places":
        need_columns(places, "places", ["geonames_id", "name", "country"])
        table = places.rename(columns={"geonames_id": "site_id"})
    else:
        raise SettingsError(f"candidates ({kind!r}): write towns, organizations or places.")
    return table[["site_id", "name", "country", "geometry"]].to_crs("EPSG:4326")


def flagged_by_road(gaps: gpd.GeoDataFrame) -> pd.Series[bool]:
    """Say which hotspots in question are gaps by road."""
    flagged: pd.Series[bool] = gaps["in_question"] & gaps["is_gap_by_road"].fillna(value=False)
    return flagged.astype(bool)


def own_candidates(candidates: gpd.GeoDataFrame, column: str | None) -> gpd.GeoDataFrame:
    """Return candidates as `candidate_sites` does, whatever their own columns are."""
    import geopandas as gpd
    import pandas as pd

    points_of(candidates, "candidates")
    if column is None and "site_id" in candidates:
        column = "site_id"
    ids = ids_of(candidates, column, "candidates").set_axis(candidates.index)
    if isinstance(candidates.index, pd.MultiIndex) and column is None:
        ids = pd.Series([", ".join(map(str, key)) for key in ids.index], candidates.index)
    own = gpd.GeoDataFrame({"site_id": ids}, geometry=candidates.geometry.to_crs("EPSG:4326"))
    text = candidates.reindex(columns=["name", "country"]).astype("str")
    own = own.assign(name=text["name"].fillna(ids.astype("str")), country=text["country"])
    return own[["site_id", "name", "country", "geometry"]]
