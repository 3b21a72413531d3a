"""Outlook: how sure the gaps are, where next, and what else lies around the hotspots."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hotspot_gaps.gaps.candidates import candidate_sites
from hotspot_gaps.gaps.certainty import certain_gaps, gaps_on_the_list
from hotspot_gaps.gaps.concentration import concentration
from hotspot_gaps.gaps.missing import missing_organizations
from hotspot_gaps.gaps.networks import islands
from hotspot_gaps.gaps.siting import propose_sites
from hotspot_gaps.gaps.themes import market_cover, subject_cover

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from hotspot_gaps.gaps.certainty import Certainty, OnTheList
    from hotspot_gaps.gaps.concentration import Concentration
    from hotspot_gaps.gaps.missing import Missing
    from hotspot_gaps.gaps.networks import Islands
    from hotspot_gaps.gaps.proposal import Proposal
    from hotspot_gaps.settings import Settings

MANY_TOWNS = 500  # beyond, sites are taken one at a time, so that a run ends

SUBJECTS = (
    "answered_by_supported", "answered_by_known", "not_answered_by_known", "not_known_for_known",
)  # fmt: skip


@dataclass(frozen=True)
class Outlook:
    """What the gaps are worth, and what could be done.

    Attributes
    ----------
    missing, certainty, listed
        Support that is not placed; how many gaps there are at least, wherever that is; and between
        which numbers the gaps of the whole published list lie.
    sites, candidates
        Where the next grants reach most, and where they could go: the flagged towns.
    islands
        Organizations that are linked by distance, and hotspots in no island.
    markets, subjects
        Crime markets of hotspots and who in reach answers them: a row a market, a row a hotspot.
    concentration
        Support, organizations and hotspots beside people, by size of town and by country.
    """

    missing: Missing
    certainty: Certainty
    listed: OnTheList
    sites: Proposal
    candidates: gpd.GeoDataFrame
    islands: Islands
    markets: pd.DataFrame
    subjects: pd.DataFrame
    concentration: Concentration


def outlook(
    gaps: gpd.GeoDataFrame,
    organizations: gpd.GeoDataFrame,
    *,
    places: gpd.GeoDataFrame,
    programmes: pd.DataFrame,
    themes: pd.DataFrame,
    settings: Settings,
    hotspots_stated: int | None = None,
) -> Outlook:
    """Ask everything that is asked of a list of gaps.

    Parameters
    ----------
    gaps, organizations
        As `find_gaps` and `load_organizations` return them.
    places
        Gazetteer, as `load_places` returns it: where a missing organization could be.
    programmes, hotspots_stated
        As for `what_is_known`.
    themes
        As `load_themes` returns them.
    settings
        Those that the gaps were judged with.

    Returns
    -------
    Outlook

    Examples
    --------
    >>> import hotspot_gaps as hg
    >>> from hotspot_gaps.sources.builtin import read_builtin
    >>> organizations = hg.load_organizations()
    >>> found = outlook(
    ...     hg.find_gaps(hg.load_hotspots(), organizations), organizations,
    ...     places=hg.load_places(), programmes=read_builtin("programmes.csv"),
    ...     themes=hg.load_themes(), settings=hg.Settings(),
    ... )
    >>> found.missing.number, found.certainty.certain, found.sites.value
    (12, 0, 10.0)
    """
    missing = missing_organizations(organizations, programmes, settings=settings)
    certainty = certain_gaps(gaps, places, missing=missing.number, radius_km=settings.radius_km)
    around: dict[str, Any] = {"radius_km": settings.radius_km}
    search: dict[str, Any] = {"new": settings.new_grants, "time_limit_s": _limit(certainty)}
    candidates = candidate_sites(gaps, organizations, places, kind="towns")
    return Outlook(
        missing=missing,
        certainty=certainty,
        listed=gaps_on_the_list(gaps, certainty, stated=hotspots_stated),
        sites=propose_sites(gaps, organizations, candidates, **search, **around),
        candidates=candidates,
        islands=islands(organizations, within_km=settings.link_km, hotspots=gaps),
        markets=market_cover(gaps, organizations, themes, **around),
        subjects=subject_cover(gaps, organizations, themes, **around),
        concentration=concentration(
            gaps, organizations, places, smaller_below=settings.smaller_below
        ),
    )


def _limit(certainty: Certainty) -> float | None:
    """Return how long sites are searched for: a limit in between would change with the machine."""
    return 0.0 if certainty.flagged > MANY_TOWNS else None


def with_outlook(gaps: gpd.GeoDataFrame, found: Outlook) -> gpd.GeoDataFrame:
    """Add to each hotspot its place in the proposal, its island, and who answers its markets.

    Parameters
    ----------
    gaps
        As `find_gaps` returns it, of the same hotspots.
    found
        As `outlook` returns it.
    """
    ids = gaps["hotspot_id"]
    order = found.sites.sites.set_index("site_id")["order"]
    around = found.islands.hotspots
    subjects = found.subjects.set_index("hotspot_id")
    columns = {name: ids.map(subjects[name]) for name in SUBJECTS}
    if around is not None:
        columns["island"] = ids.map(around.set_index("hotspot_id")["island"])
    columns["site_order"] = ids.map(order)
    return gaps.assign(
        **{name: column.astype(gaps[name].dtype) for name, column in columns.items()}
    )
