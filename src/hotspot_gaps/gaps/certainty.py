"""Certainty: how many gaps there are at least, wherever the missing organizations are.

A programme says how many organizations it supported, and fewer can be placed. The missing ones can
only undo a gap by being near it, and so many of them can be near so many towns at most: that is the
maximal covering problem. `docs/methods/missing.md` has the proof.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from hotspot_gaps.access.circle_corners import circle_corners
from hotspot_gaps.access.frames import need_columns, points_of
from hotspot_gaps.errors import SettingsError
from hotspot_gaps.gaps.covering import max_cover
from hotspot_gaps.gaps.flags import flagged_rows, gap_rows
from hotspot_gaps.gaps.missing import DOCUMENTED
from hotspot_gaps.gaps.site_benefits import cover_matrix

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import geopandas as gpd
    from scipy.sparse import csc_array

    from hotspot_gaps.access.ellipsoid import Floats

CURVE = 20
SLACK_M = 1.0  # corners of circles are found to a fraction of this
WIDEST_KM = 1_000.0  # circles that are convex everywhere on the ellipsoid
MANY_TOWNS = 100  # beyond, a bound that needs no search, and no corners of circles


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

    @property
    def sure(self) -> int:
        """How many gaps are certain, at any point of the earth where that was looked for."""
        return self.certain if self.certain_anywhere is None else self.certain_anywhere


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
    time_limit_s: float | None = None,
) -> Certainty:
    """Say how many gaps there are at least, wherever the missing organizations are.

    Parameters
    ----------
    gaps
        As `find_gaps` returns it, judged with the same radius.
    candidates
        Where an organization can be: every populated place, as `load_places` returns them. The
        flagged towns are candidates as well.
    missing
        How many supported organizations have no place; ignored where `spread` is given.
    radius_km
        Within this distance support is nearby.
    spread
        How many are missing in each country, by code, where that is known.
    time_limit_s
        Seconds for each search; none when not given. Cut short, the bound is used in place of the
        optimum, and what is certain is still certain, only fewer.

    Returns
    -------
    Certainty

    Raises
    ------
    CRSError
        A frame has no coordinate reference system.
    InputError
        A column is missing, or a geometry is not a point.
    SettingsError
        `spread` names a country without a candidate, so that nothing would bound what is there.

    Notes
    -----
    Beyond 100 flagged towns there is no search: so many sites can cover no more than as many of the
    best, each counted whole. That is a bound as well, exact for one missing organization.

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
    need_columns(gaps, "gaps", ["is_gap", "in_question", "country"])
    need_columns(candidates, "candidates", ["country"])
    flagged = gaps[flagged_rows(gaps)]
    # Support can be in a flagged town itself, whatever the gazetteer has.
    candidates = pd.concat([_placed(candidates, "candidates"), _placed(flagged, "gaps")])
    _check(candidates, spread)
    reach = cover_matrix(flagged, candidates, radius_km * 1000)
    groups: dict[str, Any] = {}
    if spread is not None:
        missing = sum(spread.values())
        codes = sorted(spread)
        inside = candidates["country"].isin(codes).to_numpy()
        reach, where = reach[:, inside], candidates["country"].to_numpy(dtype=str)[inside]
        limits = [spread[code] for code in codes]
        groups = {"groups": np.searchsorted(codes, where), "limits": limits}

    def coverable(towns: Floats, number: int) -> tuple[int, bool]:
        if len(flagged) > MANY_TOWNS:
            best = np.sort(reach.T @ towns)[::-1][:number]
            return min(int(best.sum()), int(towns.sum())), number < 2
        found = max_cover(reach, towns, number, time_limit_s=time_limit_s, **groups)
        return _most(found.bound), found.gap == 0

    numbers = [missing] if spread is not None else list(range(max(CURVE, missing) + 1))
    corners = None if spread is not None else _corners(flagged, radius_km)
    curve = _curve(len(flagged), numbers, coverable, corners, time_limit_s)
    here = curve[curve["missing"] == missing].iloc[0]
    there = None if pd.isna(here["coverable_anywhere"]) else int(here["coverable_anywhere"])
    return Certainty(
        flagged=len(flagged),
        missing=missing,
        coverable=int(here["coverable"]),
        certain=int(here["certain"]),
        coverable_anywhere=there,
        certain_anywhere=None if there is None else len(flagged) - there,
        curve=curve,
        by_country=_by_country(flagged["country"], missing, coverable),
        spread=spread is not None,
    )


def _placed(frame: gpd.GeoDataFrame, name: str) -> gpd.GeoDataFrame:
    """Return the points of a frame with their countries."""
    import geopandas as gpd

    where = points_of(frame, name)
    countries = frame["country"].iloc[where.rows].reset_index(drop=True)
    points = gpd.points_from_xy(where.lon, where.lat)
    return gpd.GeoDataFrame({"country": countries}, geometry=points, crs="EPSG:4326")


def _check(candidates: gpd.GeoDataFrame, spread: Mapping[str, int] | None) -> None:
    """Refuse missing organizations of a country in which they could be nowhere."""
    where = set(candidates["country"])
    lost = sorted(code for code, number in (spread or {}).items() if number and code not in where)
    if lost:
        raise SettingsError(
            f"certain_gaps: spread names {', '.join(lost)}, where there is no candidate; give "
            "populated places of these countries as well."
        )


def _curve(
    flagged: int,
    numbers: list[int],
    coverable: Callable[[Floats, int], tuple[int, bool]],
    corners: csc_array | None,
    time_limit_s: float | None,
) -> pd.DataFrame:
    """Say for each number of missing organizations how many they can be near, and how many not."""
    towns = np.ones(flagged)
    rows: list[tuple[int, int, bool]] = []
    for number in numbers:
        # What so many can be near, more can.
        all_near = bool(rows) and rows[-1][1:] == (flagged, True)
        rows.append((number, *((flagged, True) if all_near else coverable(towns, number))))
    table = pd.DataFrame(rows, columns=["missing", "coverable", "exact"])
    table.insert(2, "certain", flagged - table["coverable"])
    anywhere = pd.Series(pd.NA, index=table.index, dtype="Int64")
    if corners is not None:
        most: list[int] = []
        for number in numbers:
            near = most and most[-1] == flagged
            found = (
                flagged
                if near
                else max_cover(corners, towns, number, time_limit_s=time_limit_s).bound
            )
            most.append(_most(found))
        anywhere = pd.Series(most, dtype="Int64")
    table.insert(3, "coverable_anywhere", anywhere)
    table.insert(4, "certain_anywhere", flagged - table["coverable_anywhere"])
    return table


def _by_country(
    countries: pd.Series[str], missing: int, coverable: Callable[[Floats, int], tuple[int, bool]]
) -> pd.DataFrame:
    """Say the same of the flagged towns of each country, if all the missing were there."""
    rows = []
    for code, own in countries.groupby(countries):
        most, _ = coverable(countries.eq(code).to_numpy().astype(np.float64), missing)
        rows.append((code, len(own), most, len(own) - most))
    return pd.DataFrame(rows, columns=["country", "flagged", "coverable", "certain"])


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
    flagged = int(gap_rows(listed).sum())
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


def _corners(flagged: gpd.GeoDataFrame, radius_km: float) -> csc_array | None:
    """Return which flagged towns are near which corner; None where circles are not plain."""
    import geopandas as gpd

    if radius_km > WIDEST_KM or len(flagged) > MANY_TOWNS:
        return None
    where = points_of(flagged, "gaps")
    lon, lat = circle_corners(where.lon, where.lat, radius_km * 1000)
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(lon, lat), crs="EPSG:4326")
    # A metre more, so that no town is lost to rounding: that can only lower what is certain.
    return cover_matrix(flagged, points, radius_km * 1000 + SLACK_M)


def _most(bound: float) -> int:
    return int(np.floor(bound + 1e-6))
