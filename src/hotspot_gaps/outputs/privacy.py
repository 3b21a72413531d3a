"""Privacy: what about an organization may leave the program.

Organizations are placed at towns when they are loaded; here restricted ones are taken out of every
table that has a row an organization. Distances to them are already bands in the gap table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import geopandas as gpd

PUBLIC_COLUMNS = (
    "organization_id", "name", "country", "town", "town_basis", "themes", "support", "supported",
    "programmes", "source_title", "source_url", "source_date", "geometry",
)  # fmt: skip


def public_organizations(organizations: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the organizations that may be shown, with the columns that may be shown.

    Parameters
    ----------
    organizations
        As `load_organizations` returns them.

    Returns
    -------
    geopandas.GeoDataFrame
        Rows whose `sensitivity` is not `restricted`.
    """
    public = organizations["sensitivity"].ne("restricted")
    return organizations.loc[public, list(PUBLIC_COLUMNS)].reset_index(drop=True)


def withheld_by_country(organizations: gpd.GeoDataFrame) -> dict[str, int]:
    """Count restricted organizations by country, the finest that is told of them."""
    restricted = organizations[organizations["sensitivity"].eq("restricted")]
    return {str(country): int(n) for country, n in restricted.groupby("country").size().items()}
