"""What is known and what is missing: counts that stand beside every result."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from hotspot_gaps.settings import Settings


@dataclass(frozen=True)
class Known:
    """Counts of what is listed, placed and stated; None where nothing is stated.

    Attributes
    ----------
    hotspots_listed, hotspots_placed, hotspots_by_extent
        Hotspots of the question: in the table, on the map, and of those the regions that a town
        inside an extent stands for.
    hotspots_stated
        How many places the published list has, as its authors put it.
    related_listed, related_placed, related_gaps
        Hotspots outside the question, counted apart; gaps among them.
    asked, gaps, unfunded_partner, no_known_partner, covered, size_unknown
        Hotspots of the question: that can be gaps, that are, by type, that are covered, and that
        are placed but of unknown size.
    organizations_known, organizations_placed, organizations_restricted
        Organizations in the table, with a town, and with name and town withheld.
    supported_known, supported_placed, supported_stated
        Organizations with documented support on the date, those with a town, and how many the
        programmes say they supported.
    stated_note
        What the texts add to that number, such as another number.
    probable
        Organizations whose support on the date is probable, not documented.
    """

    hotspots_listed: int
    hotspots_placed: int
    hotspots_by_extent: int
    hotspots_stated: int | None
    related_listed: int
    related_placed: int
    related_gaps: int
    asked: int
    gaps: int
    unfunded_partner: int
    no_known_partner: int
    covered: int
    size_unknown: int
    organizations_known: int
    organizations_placed: int
    organizations_restricted: int
    supported_known: int
    supported_placed: int
    supported_stated: int | None
    stated_note: str
    probable: int

    @property
    def supported_missing(self) -> int | None:
        """Supported organizations that a programme states and that cannot be placed."""
        if self.supported_stated is None:
            return None
        return max(self.supported_stated - self.supported_placed, 0)


def what_is_known(
    gaps: gpd.GeoDataFrame,
    organizations: gpd.GeoDataFrame,
    programmes: pd.DataFrame,
    *,
    settings: Settings,
    hotspots_stated: int | None = None,
) -> Known:
    """Count what a gap table rests on.

    Parameters
    ----------
    gaps
        As `find_gaps` returns it.
    organizations
        As `load_organizations` returns them.
    programmes
        Columns `programme`, `from`, `to`, `stated_count` (how many a programme says it supported)
        and `note`.
    settings
        The settings of the run; `as_of` picks the programmes.
    hotspots_stated
        How many places the published list has; None when that is not known.

    Returns
    -------
    Known
    """
    asked = gaps[gaps["in_question"]]
    related = gaps[~gaps["in_question"]]
    flagged = asked["is_gap"].fillna(value=False).astype(bool)
    types = asked["gap_type"].value_counts()
    placed = asked.geometry.notna()
    support = organizations["support"]
    has_town = organizations.geometry.notna()
    documented = support.eq("documented")
    stated = _stated(organizations[documented], programmes, settings)
    count = {
        kind: int(types.get(kind, 0))
        for kind in ("unfunded_partner", "no_known_partner", "covered")
    }
    return Known(
        hotspots_listed=len(asked),
        hotspots_placed=int(placed.sum()),
        hotspots_by_extent=int((asked["represented_by"].notna() & placed).sum()),
        hotspots_stated=hotspots_stated,
        related_listed=len(related),
        related_placed=int(related.geometry.notna().sum()),
        related_gaps=int(related["is_gap"].fillna(value=False).sum()),
        asked=int(flagged.sum()) + count["covered"],
        gaps=int(flagged.sum()),
        **count,
        size_unknown=int((asked["gap_type"].eq("unknown") & placed).sum()),
        organizations_known=len(organizations),
        organizations_placed=int(has_town.sum()),
        organizations_restricted=int(organizations["sensitivity"].eq("restricted").sum()),
        supported_known=int(documented.sum()),
        supported_placed=int((documented & has_town).sum()),
        supported_stated=None if stated is None else int(stated["stated_count"].sum()),
        stated_note="" if stated is None else "; ".join(stated["note"].dropna()),
        probable=int(support.eq("probable").sum()),
    )


def _stated(
    supported: gpd.GeoDataFrame, programmes: pd.DataFrame, settings: Settings
) -> pd.DataFrame | None:
    """Return the programmes of the documented support; None if any states no count."""
    named = {name for names in supported["programmes"] for name in str(names).split(";")}
    day = settings.as_of.isoformat()
    valid: pd.DataFrame = programmes[
        programmes["programme"].isin(named)
        & (programmes["from"] <= day)
        & (day <= programmes["to"])
    ]
    if not named or named - set(valid["programme"]) or valid["stated_count"].isna().any():
        return None
    return valid
