"""Siting: where the next grants reach most, with the support that there is staying."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hotspot_gaps.access.chunks import is_count, is_number
from hotspot_gaps.access.frames import need_columns, points_of
from hotspot_gaps.errors import InputError, Problem, SettingsError
from hotspot_gaps.gaps.benefit import best_of, gains, one_at_a_time
from hotspot_gaps.gaps.candidates import flagged_by_road, own_candidates
from hotspot_gaps.gaps.counts import plural
from hotspot_gaps.gaps.covering import benefits, max_cover
from hotspot_gaps.gaps.discretion import is_supported
from hotspot_gaps.gaps.flags import ASKED, flagged_rows
from hotspot_gaps.gaps.own_frames import as_organizations
from hotspot_gaps.gaps.pmedian import p_median
from hotspot_gaps.gaps.proposal import Proposal
from hotspot_gaps.gaps.site_benefits import (
    SiteBenefits,
    cover_by_road,
    cover_matrix,
    ways_saved,
    weights_of,
)

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    from scipy.sparse import csc_array

    from hotspot_gaps.access.ellipsoid import Ints
    from hotspot_gaps.access.road_network import RoadNetwork
    from hotspot_gaps.gaps.optimum import Choice

NEARLY = 0.99  # of the optimum


def propose_sites(
    gaps: gpd.GeoDataFrame,
    organizations: gpd.GeoDataFrame,
    candidates: gpd.GeoDataFrame,
    *,
    new: int,
    radius_km: float,
    id: str | None = None,  # noqa: A002
    weights: str = "towns",
    method: str = "mclp",
    network: RoadNetwork | None = None,
    radius_min: float = 60.0,
    time_limit_s: float | None = None,
) -> Proposal:
    """Propose sites for new support that reach most, with the support that there is staying.

    Parameters
    ----------
    gaps
        As `find_gaps` returns it, judged with the same radius; with `network`, as `with_roads`
        returns it.
    organizations
        As for `find_gaps`. A restricted one counts as at the outer edge of its
        band of distance.
    candidates
        Where support can go: points in any coordinate reference system, `name` and `country` if
        they have them, as `candidate_sites` returns them. Those without a point are passed over.
    new
        How many sites.
    radius_km
        Within this distance support is nearby.
    id
        Column of `candidates` that names them; when not given `site_id`, or else their index.
    weights
        What a hotspot counts: 1 (`towns`), its inhabitants (`people`), or the people around it
        (`people_in_reach`, within the `partner_radius_km` that the table was made with), who are
        counted once for each hotspot that they live near.
    method
        `mclp`: cover the most of the gaps. `p_median`: shorten the ways from all hotspots that are
        asked for to the nearest support, by straight line.
    network, radius_min
        Cover by road, within so many minutes, in place of the straight line.
    time_limit_s
        Seconds for each search; none when not given. With 0 sites are taken one at a time and then
        exchanged as long as that helps, and nothing is proven.

    Returns
    -------
    Proposal

    Raises
    ------
    CRSError
        A frame has no coordinate reference system, or coordinates outside its range.
    InputError
        A column is missing, the gaps were judged with another radius, or a geometry is not a point.
    SettingsError
        A setting cannot be, or nobody knows the people in reach.

    References
    ----------
    Church, R. and ReVelle, C. (1974). The maximal covering location problem. Papers of the Regional
    Science Association 32, 101-118.

    Examples
    --------
    >>> import hotspot_gaps as hg
    >>> organizations = hg.load_organizations()
    >>> gaps = hg.find_gaps(hg.load_hotspots(), organizations)
    >>> sites = hg.candidate_sites(gaps, organizations, hg.load_places(), kind="places")
    >>> found = propose_sites(gaps, organizations, sites, new=2, radius_km=50)
    >>> found.value, found.status
    (6.0, 'optimal')
    """
    if time_limit_s is not None and not (is_number(time_limit_s) and time_limit_s >= 0):
        raise SettingsError(f"time_limit_s ({time_limit_s!r}): write seconds, 0 or more.")
    _check(gaps, new=new, radius_km=radius_km, method=method, network=network)
    organizations, candidates = as_organizations(organizations), own_candidates(candidates, id)
    places = gaps[flagged_rows(gaps)]
    if network is not None:
        places = gaps[flagged_by_road(gaps)]
    elif method == "p_median":
        places = gaps[gaps["in_question"] & gaps["gap_type"].isin(ASKED)]
    places = places.sort_values("hotspot_id", ignore_index=True)
    sites = candidates[candidates.geometry.notna()].sort_values("site_id", ignore_index=True)
    weight, unknown = weights_of(places, weights)
    if method == "p_median":
        asked = ways_saved(places, organizations, sites, weight)
    else:
        cover = (
            cover_matrix(places, sites, radius_km * 1000)
            if network is None
            else cover_by_road(places, sites, network, radius_min)
        )
        asked = SiteBenefits(benefits(cover, weight), float(weight.sum()), weight)
    # Of candidates that do as well, the one nearer to its hotspots comes first.
    order = _nearest_first(places, sites, asked.benefit)
    sites, benefit = sites.iloc[order].reset_index(drop=True), asked.benefit[:, order]
    asked = asked._replace(benefit=benefit)
    best = _best(asked, new, method, time_limit_s)
    names = places["name"].tolist()
    unit = "towns" if weights == "towns" else "people"
    return Proposal(
        sites=_sites_table(benefit, best.sites, sites, names),
        value=best.value,
        bound=best.bound,
        gap=best.gap,
        status=best.status,
        total=asked.total,
        unit=f"{unit} × km" if method == "p_median" else unit,
        alternatives=_alternatives(benefit, best, sites),
        nested=_nested(asked, new, sites, best, method=method, time_limit_s=time_limit_s),
        candidates=len(sites),
        not_counted=tuple(names[row] for row in np.flatnonzero(unknown)),
        notes=_notes(gaps, organizations, candidates, network),
    )


def _check(
    gaps: gpd.GeoDataFrame, *, new: int, radius_km: float, method: str, network: Any
) -> None:
    need_columns(gaps, "gaps", ["hotspot_id", "in_question", "gap_type", "is_gap"])
    if not is_number(radius_km):
        raise SettingsError(f"radius_km ({radius_km!r}): write kilometres.")
    column = f"supported_within_{radius_km:.10g}km"
    if column not in gaps:
        what = "the gaps were judged with another radius."
        fix = "Judge them with this radius_km first."
        raise InputError([Problem("gaps", 0, column, "", what, fix)])
    if not is_count(new):
        raise SettingsError(f"new ({new!r}): write a whole number of at least 1.")
    if method not in ("mclp", "p_median"):
        raise SettingsError(f"method ({method!r}): write mclp or p_median.")
    if method == "p_median" and network is not None:
        raise SettingsError("method (p_median): ways are measured by straight line; leave network.")


def _nearest_first(places: gpd.GeoDataFrame, sites: gpd.GeoDataFrame, benefit: csc_array) -> Ints:
    """Order candidates by their mean distance to the places that they are good for, then by id."""
    from hotspot_gaps.access.ellipsoid import check_points, geodesic_m

    here, there = points_of(places, "gaps"), points_of(sites, "candidates")
    column = np.repeat(np.arange(benefit.shape[1]), np.diff(benefit.indptr))
    one = check_points(here.lon, here.lat, "gaps").take(benefit.indices)
    other = check_points(there.lon, there.lat, "candidates").take(column)
    metres = np.bincount(column, geodesic_m(one, other), benefit.shape[1])
    counts = np.bincount(column, minlength=benefit.shape[1])
    mean = np.divide(metres, counts, out=np.full(counts.size, np.inf), where=counts > 0)
    # To the millimetre: what another reference system leaves of a coordinate decides nothing.
    order: Ints = np.argsort(np.round(mean, 3), kind="stable")
    return order


def _best(asked: SiteBenefits, new: int, method: str, time_limit_s: float | None) -> Choice:
    if method == "p_median":
        return p_median(asked.benefit, new, time_limit_s=time_limit_s)
    return max_cover(asked.benefit, asked.weight, new, time_limit_s=time_limit_s)


def _sites_table(
    benefit: csc_array, chosen: Ints, sites: gpd.GeoDataFrame, names: list[str]
) -> pd.DataFrame:
    """Describe the chosen sites, the one that adds most first."""
    import pandas as pd

    order, added = one_at_a_time(benefit[:, chosen], chosen.size)
    rows = chosen[order]
    best = best_of(benefit, rows)
    table = pd.DataFrame(sites.loc[rows, ["site_id", "name", "country"]]).reset_index(drop=True)
    table.insert(0, "order", np.arange(1, len(table) + 1))
    table["gain"] = added
    without = [best.sum() - best_of(benefit, rows[rows != row]).sum() for row in rows]
    table["lost_without"] = np.array(without, dtype=np.float64)
    column = benefit[:, rows].toarray()
    table["towns"] = pd.Series(
        [
            "; ".join(
                names[at] for at in np.flatnonzero((column[:, j] > 0) & (column[:, j] == best))
            )
            for j in range(rows.size)
        ],
        dtype="str",
    )
    return table


def _alternatives(benefit: csc_array, best: Choice, sites: gpd.GeoDataFrame) -> pd.DataFrame:
    """List the exchanges of one site that keep nearly everything."""
    import pandas as pd

    parts = []
    for site in best.sites:
        others = best.sites[best.sites != site]
        kept = best_of(benefit, others)
        values = kept.sum() + gains(benefit, kept)
        values[best.sites] = -1.0
        rows = np.flatnonzero(values >= NEARLY * best.value - 1e-9)
        part = pd.DataFrame(sites.loc[rows, ["site_id", "name", "country"]])
        part = part.rename(columns={"site_id": "instead_id"})
        part.insert(0, "site_id", sites.loc[site, "site_id"])
        parts.append(part.assign(value=values[rows], share=values[rows] / best.value))
    columns = ["site_id", "instead_id", "name", "country", "value", "share"]
    if not parts:
        return pd.DataFrame(columns=columns)
    table = pd.concat(parts).sort_values(
        ["site_id", "value"], ascending=[True, False], kind="stable"
    )
    return table.reset_index(drop=True)[columns]


def _nested(
    asked: SiteBenefits,
    new: int,
    sites: gpd.GeoDataFrame,
    best: Choice,
    *,
    method: str,
    time_limit_s: float | None,
) -> pd.DataFrame:
    """Grant one at a time, and say what as many chosen together would bring."""
    import pandas as pd

    rows, added = one_at_a_time(asked.benefit, new)
    table = pd.DataFrame(sites.loc[rows, ["site_id", "name", "country"]]).reset_index(drop=True)
    table.insert(0, "step", np.arange(1, len(table) + 1))
    table["gain"] = np.array(added, dtype=np.float64)
    table["value"] = table["gain"].cumsum()
    together = [
        best.value if step == new else _best(asked, step, method, time_limit_s).value
        for step in table["step"]
    ]
    table["best"] = np.maximum(np.array(together, dtype=np.float64), table["value"])
    cost = table["best"] - table["value"]
    table["cost"] = cost.where(cost > 1e-9 * table["best"], 0.0)
    return table


def _notes(
    gaps: gpd.GeoDataFrame, organizations: gpd.GeoDataFrame, candidates: Any, network: Any
) -> tuple[str, ...]:
    """Say what is not known."""
    answer = gaps["is_gap"] if network is None else gaps["is_gap_by_road"]
    unsure = int((gaps["in_question"] & answer.isna() & ~gaps["gap_type"].eq("not_asked")).sum())
    supported = is_supported(organizations)
    lost = int((supported & organizations.geometry.isna()).sum())
    nowhere = int(candidates.geometry.isna().sum())
    lines = (
        (unsure, "hotspot", f"in question could not be judged and {_are(unsure)} left out."),
        (lost, "supported organization", "without a town cannot be taken into account."),
        (nowhere, "candidate", f"without a place {_are(nowhere)} left out."),
    )
    return (
        *(f"{plural(count, noun)} {rest}" for count, noun, rest in lines if count),
        "A site says where support would be near, not who there could use it.",
    )


def _are(count: int) -> str:
    return "is" if count == 1 else "are"
