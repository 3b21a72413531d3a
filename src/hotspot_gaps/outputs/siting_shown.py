"""What is drawn of a proposal: its sites as towns with their points, and whom each serves."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd

from hotspot_gaps.gaps.flags import ASKED, flagged_rows
from hotspot_gaps.gaps.site_benefits import cover_matrix

if TYPE_CHECKING:
    from hotspot_gaps.gaps.proposal import Proposal
    from hotspot_gaps.settings import Settings


class Siting(NamedTuple):
    """What is drawn.

    Attributes
    ----------
    sites
        `order`, `name` (a town, never an organization), `country`, `gain`, `towns`, points.
    hotspots
        That are asked for, with `name`, and `is_open`: a gap still, afterwards.
    lines
        Pairs of positions in `sites` and `hotspots`: who is served by which.
    others
        Near-equal alternatives: `order` of the site, `name`, `country`, points.
    steps
        Names of the places, if grants come one at a time; none where that is the order of `sites`.
    """

    sites: gpd.GeoDataFrame
    hotspots: gpd.GeoDataFrame
    lines: list[tuple[int, int]]
    others: gpd.GeoDataFrame
    steps: list[str]


def siting(
    proposal: Proposal,
    gaps: gpd.GeoDataFrame,
    public: gpd.GeoDataFrame,
    candidates: gpd.GeoDataFrame,
    settings: Settings,
) -> Siting:
    """Gather what is drawn.

    Parameters
    ----------
    proposal, gaps, candidates, settings
        As for `siting_figure`.
    public
        Organizations that are not restricted.

    Returns
    -------
    Siting
    """
    towns = candidates.assign(name=_town_names(candidates, public)).set_index("site_id")
    where = towns[["name", "country", "geometry"]]
    sites = proposal.sites.drop(columns=["name", "country"]).join(where, on="site_id")
    sites = gpd.GeoDataFrame(sites, geometry="geometry", crs=candidates.crs)
    flagged = flagged_rows(gaps)
    asked = flagged
    if not covers(proposal):
        asked = gaps["in_question"] & gaps["gap_type"].isin(ASKED) & gaps.geometry.notna()
    hotspots = gaps[asked].reset_index(drop=True)
    near = cover_matrix(hotspots, sites, settings.radius_km * 1000).toarray() > 0
    is_open = flagged[asked].to_numpy() & ~near.any(axis=1)
    if covers(proposal):
        lines = [(int(site), int(spot)) for spot, site in np.argwhere(near)]
    else:
        names = [f"; {served}; " for served in sites["towns"]]
        lines = [
            (at, spot)
            for spot, name in enumerate(hotspots["name"])
            for at in [at for at, served in enumerate(names) if f"; {name}; " in served]
        ]
    order = proposal.sites.set_index("site_id")["order"]
    others = pd.DataFrame(
        {
            "order": proposal.alternatives["site_id"].map(order),
            "site_id": proposal.alternatives["instead_id"],
        }
    ).join(where, on="site_id")
    others = others.drop_duplicates(["order", "name", "country"])
    # Another seat in the same town is the same place.
    here = sites.set_index("order")[["name", "country"]].reindex(others["order"])
    same = others["name"].eq(here["name"].to_numpy()) & others["country"].eq(
        here["country"].to_numpy()
    )
    others = others[~same]
    others = gpd.GeoDataFrame(others, geometry="geometry", crs=candidates.crs)
    steps = proposal.nested["site_id"]
    same = steps.tolist() == sites["site_id"].tolist()
    names = [] if same else where["name"].reindex(steps).tolist()
    return Siting(sites, hotspots.assign(is_open=is_open), lines, others, names)


def covers(proposal: Proposal) -> bool:
    """Tell whether places are covered; if not, ways are shortened."""
    return not proposal.unit.endswith("km")


def are_seats(candidates: gpd.GeoDataFrame, public: gpd.GeoDataFrame) -> bool:
    """Tell whether candidates are organizations."""
    return bool(len(candidates) and candidates["site_id"].isin(public["organization_id"]).all())


def _town_names(candidates: gpd.GeoDataFrame, public: gpd.GeoDataFrame) -> pd.Series[str]:
    """Return the towns of candidates; of a seat without the name of the organization."""
    if not are_seats(candidates, public):
        names: pd.Series[str] = candidates["name"]
    else:
        names = candidates["site_id"].map(public.set_index("organization_id")["town"])
    return names
