"""Certainty: how many gaps there are at least, wherever the missing organizations are.

A programme says how many organizations it supported, and fewer can be placed. The missing ones can
only undo a gap by being near it, and so many of them can be near so many towns at most: that is the
maximal covering problem. `docs/methods/missing.md` has the proof.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from hotspot_gaps.access.ellipsoid import WGS84
from hotspot_gaps.access.frames import points_of
from hotspot_gaps.access.geodesic import pairs_within
from hotspot_gaps.gaps.covering import max_cover
from hotspot_gaps.gaps.missing import DOCUMENTED

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd
    import pandas as pd
    from scipy.sparse import csc_array

    from hotspot_gaps.access.ellipsoid import Floats
    from hotspot_gaps.settings import Settings

CURVE = 20
SLACK_M = 1.0  # corners of circles are found to a fraction of this
WIDEST_KM = 1_000.0  # circles that are convex everywhere on the ellipsoid
CORNER_TOWNS = 500  # beyond, corners of circles are too many


class Missing(NamedTuple):
    """How many supported organizations have no place, and which programmes do not say.

    `number` are those that a programme's stated number lacks, and those that are known without a
    town beside that. `silent` are programmes of that date that state no number: of them any number
    more may be missing.
    """

    number: int
    silent: tuple[str, ...]


@dataclass(frozen=True)
class Certainty:
    """How many gaps there are at least.

    Attributes
    ----------
    flagged
        Gaps of the question, as `find_gaps` flags them.
    missing
        Supported organizations without a place.
    coverable, certain
        How many of the flagged so many organizations could be near at most, in populated places;
        and how many are gaps at least: the difference.
    coverable_anywhere, certain_anywhere
        The same if they could be at any point of the earth; None where that was not looked for.
    curve
        A row a number of missing organizations, from 0 to 20 and on to `missing`, with a `spread`
        only `missing`: `missing`, `coverable`, `certain`,
        `coverable_anywhere`, `certain_anywhere`, and `exact`: whether `coverable` is reached by
        some placement, and not only a bound on it.
    by_country
        A row a country with flagged towns: `country`, `flagged`, `coverable`, `certain`.
    spread
        Whether it was known how many are missing in each country.
    """

    flagged: int
    missing: int
    coverable: int
    certain: int
    coverable_anywhere: int | None
    certain_anywhere: int | None
    curve: pd.DataFrame
    by_country: pd.DataFrame
    spread: bool


class OnTheList(NamedTuple):
    """Between which numbers the gaps of a published list lie, of which not all can be placed.

    `at_least` are the gaps that are certain. `at_most` adds to the flagged ones all listed hotspots
    that could not be judged, and all `unlisted`: places that the list is said to have and the
    table has not. None where the length of the list is not known.
    """

    stated: int | None
    listed: int
    placed: int
    not_judged: int
    unlisted: int | None
    at_least: int
    at_most: int | None


def certain_gaps(
    gaps: gpd.GeoDataFrame,
    candidates: gpd.GeoDataFrame,
    *,
    missing: int,
    radius_km: float,
    spread: Mapping[str, int] | None = None,
    time_limit_s: float = 10.0,
) -> Certainty:
    """Say how many gaps there are at least, wherever the missing organizations are.

    Parameters
    ----------
    gaps
        As `find_gaps` returns it, judged with the same radius.
    candidates
        Where an organization can be: every populated place, as `load_places` returns them.
    missing
        How many supported organizations have no place; ignored where `spread` is given.
    radius_km
        Within this distance support is nearby.
    spread
        How many are missing in each country, by code, where that is known.
    time_limit_s
        Seconds for each search. Cut short, the bound is used in place of the optimum, and what is
        certain is still certain, only fewer.

    Returns
    -------
    Certainty

    Notes
    -----
    At least `certain` of the flagged are gaps, but not which ones: a single missing organization
    can be in any one of the towns.

    References
    ----------
    Church, R. and ReVelle, C. (1974). The maximal covering location problem. Papers of the Regional
    Science Association 32, 101-118.

    Examples
    --------
    >>> import hotspot_gaps as hg
    >>> gaps = hg.find_gaps(hg.load_hotspots(), hg.load_organizations())
    >>> sure = certain_gaps(gaps, hg.load_places(), missing=2, radius_km=50)
    >>> sure.flagged, sure.coverable, sure.certain
    (11, 6, 5)
    """
    import pandas as pd

    flagged = gaps[flagged_rows(gaps)]
    reach = cover_matrix(flagged, candidates, radius_km * 1000)
    codes = sorted(spread) if spread is not None else []
    if spread is not None:
        missing = sum(spread.values())
        inside = candidates["country"].isin(codes).to_numpy()
        candidates, reach = candidates[inside], reach[:, inside]
    corners = None if spread is not None else _corners(flagged, radius_km)

    def coverable(rows: Floats, number: int) -> tuple[int, bool]:
        options = {"time_limit_s": time_limit_s}
        if spread is not None:
            group = np.searchsorted(codes, candidates["country"].to_numpy(dtype=str))
            limits = [spread[code] for code in codes]
            found = max_cover(reach, rows, number, groups=group, limits=limits, **options)
        else:
            found = max_cover(reach, rows, number, **options)
        return _most(found.bound), found.gap == 0

    towns = np.ones(len(flagged))
    numbers = [missing] if spread is not None else range(max(CURVE, missing) + 1)
    curve = [(number, *coverable(towns, number)) for number in numbers]
    table = pd.DataFrame(curve, columns=["missing", "coverable", "exact"])
    table.insert(2, "certain", len(flagged) - table["coverable"])
    anywhere = pd.Series(pd.NA, index=table.index, dtype="Int64")
    if corners is not None:
        found = [max_cover(corners, towns, n, time_limit_s=time_limit_s).bound for n in numbers]
        anywhere = pd.Series([_most(bound) for bound in found], dtype="Int64")
    table.insert(3, "coverable_anywhere", anywhere)
    table.insert(4, "certain_anywhere", len(flagged) - table["coverable_anywhere"])
    countries = []
    for code, rows in flagged.groupby("country"):
        most, _ = coverable(flagged["country"].eq(code).to_numpy(dtype=float), missing)
        countries.append((code, len(rows), most, len(rows) - most))
    here = table[table["missing"] == missing].iloc[0]
    there = None if pd.isna(here["coverable_anywhere"]) else int(here["coverable_anywhere"])
    return Certainty(
        flagged=len(flagged),
        missing=missing,
        coverable=int(here["coverable"]),
        certain=int(here["certain"]),
        coverable_anywhere=there,
        certain_anywhere=None if there is None else len(flagged) - there,
        curve=table,
        by_country=pd.DataFrame(countries, columns=["country", "flagged", "coverable", "certain"]),
        spread=spread is not None,
    )


def missing_organizations(
    organizations: gpd.GeoDataFrame, programmes: pd.DataFrame, *, settings: Settings
) -> Missing:
    """Count the supported organizations without a place.

    Parameters
    ----------
    organizations
        As `load_organizations` returns them.
    programmes
        As for `what_is_known`.
    settings
        `as_of` picks the programmes.

    Returns
    -------
    Missing
        A restricted organization that has a town is placed. One with documented support and no
        town is missing, once: within a programme's stated number, or beside it.
    """
    import pandas as pd

    day = settings.as_of.isoformat()
    documented = organizations[organizations["support"].eq("documented")]
    lists = documented["programmes"].fillna("").astype("str").str.split(";")
    counted = np.zeros(len(documented), dtype=bool)
    missing, silent = 0, []
    for row in programmes.to_dict("records"):
        own = np.array([row["programme"] in listed for listed in lists], dtype=bool)
        if not row["from"] <= day <= row["to"]:
            continue
        if pd.isna(row["stated_count"]):
            silent.append(str(row["programme"]))
        elif own.any():
            placed = int(documented.geometry.notna().to_numpy()[own].sum())
            missing += max(int(row["stated_count"]), int(own.sum())) - placed
            counted |= own
    unplaced = documented.geometry.isna().to_numpy() & ~counted
    return Missing(missing + int(unplaced.sum()), tuple(silent))


def gaps_on_the_list(
    gaps: gpd.GeoDataFrame, certainty: Certainty, *, stated: int | None
) -> OnTheList:
    """Say between which numbers the gaps of the whole list lie.

    Parameters
    ----------
    gaps
        As `find_gaps` returns it.
    certainty
        As `certain_gaps` returns it for the same table.
    stated
        How many places the published list is said to have; None when that is not known.

    Returns
    -------
    OnTheList
        Of documented hotspots (direct and reported) only. A hotspot that the table lacks changes no
        other one's answer, so that it adds nothing to `at_least`. The stated number is as its
        authors put it ("about 40"), and `at_most` is no surer than that.
    """
    listed = gaps[gaps["evidence"].isin(DOCUMENTED)]
    unknown = int(listed["is_gap"].isna().sum())
    flagged = int(listed["is_gap"].fillna(value=False).sum())
    related = certainty.flagged - int(flagged_rows(listed).sum())
    unlisted = None if stated is None else max(stated - len(listed), 0)
    return OnTheList(
        stated=stated,
        listed=len(listed),
        placed=int(listed.geometry.notna().sum()),
        not_judged=unknown,
        unlisted=unlisted,
        # Flagged ones of weaker evidence may be among the certain ones.
        at_least=max(certainty.certain - related, 0),
        at_most=None if unlisted is None else flagged + unknown + unlisted,
    )


def flagged_rows(gaps: gpd.GeoDataFrame) -> pd.Series[bool]:
    """Say which rows of a gap table are gaps of the question."""
    rows: pd.Series[bool] = gaps["is_gap"].fillna(value=False).astype(bool) & gaps["in_question"]
    return rows


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


def circle_corners(lon: Floats, lat: Floats, radius_m: float) -> tuple[Floats, Floats]:
    """Return where geodesic circles of one radius cross, and their centres.

    Parameters
    ----------
    lon, lat
        Centres in degrees on WGS84.
    radius_m
        Radius in metres, at most 1,000 km.

    Returns
    -------
    lon, lat
        Points such that any set of circles that have a point in common have one of these in common,
        to within a millimetre.
    """
    one, other = np.triu_indices(lon.size, 1)
    azimuth, _, away = WGS84.inv(lon[one], lat[one], lon[other], lat[other])
    cross = (away > 0) & (away <= 2 * radius_m)
    one, other, azimuth = one[cross], other[cross], azimuth[cross]
    found_lon, found_lat = [lon], [lat]
    reach = np.full(one.size, radius_m)
    for side in (-1.0, 1.0):
        # Turning away from the other centre, the way to it grows from |d - r| to d + r.
        low, high = np.zeros(one.size), np.full(one.size, 180.0)
        for _ in range(60):
            turn = (low + high) / 2
            at = WGS84.fwd(lon[one], lat[one], azimuth + side * turn, reach)
            near = WGS84.inv(at[0], at[1], lon[other], lat[other])[2] <= radius_m
            low, high = np.where(near, turn, low), np.where(near, high, turn)
        at = WGS84.fwd(lon[one], lat[one], azimuth + side * low, reach)
        found_lon.append(np.asarray(at[0]))
        found_lat.append(np.asarray(at[1]))
    return np.concatenate(found_lon), np.concatenate(found_lat)


def _corners(flagged: gpd.GeoDataFrame, radius_km: float) -> csc_array | None:
    """Return which flagged towns are near which corner; None where circles are not plain."""
    import geopandas as gpd

    if radius_km > WIDEST_KM or len(flagged) > CORNER_TOWNS:
        return None
    where = points_of(flagged, "gaps")
    lon, lat = circle_corners(where.lon, where.lat, radius_km * 1000)
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(lon, lat), crs="EPSG:4326")
    # A metre more, so that no town is lost to rounding: that can only lower what is certain.
    return cover_matrix(flagged, points, radius_km * 1000 + SLACK_M)


def _most(bound: float) -> int:
    return int(np.floor(bound + 1e-6))
