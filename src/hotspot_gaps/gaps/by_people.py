"""By people: how many live around a hotspot, and how many live far from support, by district."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotspot_gaps.access.people import people_beyond, people_within
from hotspot_gaps.gaps.discretion import is_restricted
from hotspot_gaps.gaps.flags import people_column

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import geopandas as gpd
    import pandas as pd

    from hotspot_gaps.settings import Settings


def with_people(
    gaps: gpd.GeoDataFrame, population: Sequence[str | Path], *, settings: Settings
) -> gpd.GeoDataFrame:
    """Add to a table of gaps the people within the partner radius of each hotspot.

    Parameters
    ----------
    gaps
        As `find_gaps` returns it.
    population
        GeoTIFFs of people per cell, as `people_within` takes them.
    settings
        The partner radius.

    Returns
    -------
    geopandas.GeoDataFrame
        The same rows with `people_within_25km` (or whatever the radius is) filled in, to the whole
        person, NA where nothing is known; and `people_known_share`, the share of the circle that
        the raster knows. The sea is often unknown, and so is what lies abroad in a raster of one
        country.
    """
    around = people_within(gaps, population, radius_m=settings.partner_radius_km * 1000)
    people = around["people"].round().astype("Int64")
    return gaps.assign(
        **{people_column(settings): people}, people_known_share=around["known_share"]
    )


def people_far_from_support(
    areas: gpd.GeoDataFrame,
    organizations: gpd.GeoDataFrame,
    population: Sequence[str | Path],
    *,
    totals: pd.DataFrame,
    settings: Settings,
) -> pd.DataFrame:
    """Count the people of each country and district who live beyond the radius.

    Parameters
    ----------
    areas
        `level` (`country`, `district`), `country`, `name` and polygons.
    organizations
        As `load_organizations` returns them; only public ones are measured to, since sums by area
        would tell where a restricted one is.
    population
        GeoTIFFs of people per cell.
    totals
        Published population by `country`.
    settings
        The radius.

    Returns
    -------
    pandas.DataFrame
        A row an area, in their order: `level`, `country`, `name`, `people`, `known_share` (of the
        area that the raster knows); `people_beyond_50km_of_documented` and
        `share_beyond_50km_of_documented`, farther than the radius from any organization with
        documented support that can be shown; the same `_of_known`, from any known one; for
        countries `published_people` and `difference_share`, by how much the raster has more; and,
        the same in every row, `documented_shown` and `known_shown`, how many organizations were
        measured to, and `documented_withheld` and `known_withheld`, how many with a place were not.
    """
    import pandas as pd

    placed = organizations[organizations.geometry.notna()]
    radius_m, radius = settings.radius_km * 1000, f"{settings.radius_km:.10g}km"
    table, counts = pd.DataFrame(areas[["level", "country", "name"]]), {}
    for word, asked in (("documented", placed[placed["supported"]]), ("known", placed)):
        hidden = is_restricted(asked)
        found = people_beyond(areas, asked[~hidden], population, radius_m=radius_m)
        table["people"], table["known_share"] = found["people"], found["known_share"]
        beyond = found["people_beyond"].round().astype("Int64")
        table[f"people_beyond_{radius}_of_{word}"] = beyond
        table[f"share_beyond_{radius}_of_{word}"] = found["share_beyond"]
        counts[f"{word}_shown"] = int((~hidden).sum())
        counts[f"{word}_withheld"] = int(hidden.sum())
    published = areas["country"].map(totals.set_index("country")["population"])
    published = published.where(areas["level"].eq("country")).astype("float64")
    table["published_people"] = published.astype("Int64")
    table["difference_share"] = table["people"] / published - 1
    return table.assign(people=table["people"].round().astype("Int64"), **counts)
