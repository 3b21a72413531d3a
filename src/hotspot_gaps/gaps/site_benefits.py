"""Benefits of sites: what each candidate would bring to each place, by distance or by road."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from hotspot_gaps.access.geodesic import pairs_within
from hotspot_gaps.errors import SettingsError
from hotspot_gaps.gaps.discretion import is_supported, nearest_shown
from hotspot_gaps.gaps.pmedian import savings

if TYPE_CHECKING:
    import geopandas as gpd
    from scipy.sparse import csc_array

    from hotspot_gaps.access.ellipsoid import Floats, Ints
    from hotspot_gaps.access.road_network import RoadNetwork

ANYWHERE_M = 20_100_000.0  # farther than any two places


class SiteBenefits(NamedTuple):
    """Benefits of candidates, by place, with the sum that is to be reached."""

    benefit: csc_array
    total: float
    weight: Floats


def cover_matrix(
    places: gpd.GeoDataFrame, candidates: gpd.GeoDataFrame, radius_m: float
) -> csc_array:
    """Return which candidates are within a radius of which places, as a sparse matrix."""
    from scipy.sparse import coo_array, csc_array

    pairs = pairs_within(
        places.reset_index(drop=True), candidates.reset_index(drop=True), radius_m=radius_m
    )
    entries = np.ones(len(pairs)), (pairs.index.to_numpy(), pairs["id"].to_numpy(dtype=np.int64))
    return csc_array(coo_array(entries, shape=(len(places), len(candidates))))


def weights_of(places: gpd.GeoDataFrame, weights: str) -> tuple[Floats, Ints]:
    """Return what each place counts, and which are not known and count 0."""
    if weights == "towns":
        return np.ones(len(places)), np.zeros(len(places), dtype=np.int64)
    if weights == "people":
        people = places["population"]
    elif weights == "people_in_reach":
        column = next((c for c in places if str(c).startswith("people_within_")), None)
        if column is None or (len(places) and places[column].isna().all()):
            raise SettingsError(
                "weights (people_in_reach): nobody was counted. Run `hotspot-gaps fetch "
                "population` first, or give a raster in the setting population."
            )
        people = places[column]
    else:
        raise SettingsError(f"weights ({weights!r}): write towns, people or people_in_reach.")
    unknown = people.isna().to_numpy().astype(np.int64)
    return people.fillna(0).to_numpy(dtype=np.float64), unknown


def ways_saved(
    places: gpd.GeoDataFrame,
    organizations: gpd.GeoDataFrame,
    sites: gpd.GeoDataFrame,
    weight: Floats,
) -> SiteBenefits:
    """Return how much each site shortens the way to the nearest support, in km."""
    supported = is_supported(organizations)
    near = nearest_shown(places, organizations[supported])
    # A restricted one beyond the last band is as far as nobody can tell: as none.
    existing = near["km"].fillna(near["edge_km"]).fillna(np.inf).to_numpy(dtype=np.float64)
    pairs = pairs_within(places, sites, radius_m=ANYWHERE_M)
    benefit, before = savings(
        pairs.index.to_numpy(),
        pairs["id"].to_numpy(dtype=np.int64),
        pairs["distance_m"].to_numpy() / 1000,
        shape=(len(places), len(sites)),
        weights=weight,
        existing=existing,
    )
    return SiteBenefits(benefit, float(weight @ before), weight)


def cover_by_road(
    places: gpd.GeoDataFrame, sites: gpd.GeoDataFrame, network: RoadNetwork, radius_min: float
) -> csc_array:
    """Return which sites are within minutes of which places: a search a site."""
    from scipy.sparse import csc_array

    from hotspot_gaps.access.travel_time import travel_time

    # Nobody drives farther than the fastest road would let them.
    fastest = max(*network.travel.speeds_km_h.values(), network.travel.access_km_h)
    reach = cover_matrix(places, sites, radius_min / 60 * fastest * 1000)
    cover = np.zeros(reach.shape)
    for site in np.flatnonzero(np.diff(reach.indptr)):
        rows = reach.indices[reach.indptr[site] : reach.indptr[site + 1]]
        found = travel_time(places.iloc[rows], sites.iloc[[site]], network)
        cover[rows, site] = found["travel_min"].to_numpy(dtype=float) <= radius_min
    return csc_array(cover)
