"""By people: how many live around a hotspot, and how many live far from support, by district."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotspot_gaps.access.people import compare_totals, people_beyond, people_within
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
        person; NA where nothing is known.
    """
    around = people_within(gaps, population, radius_m=settings.partner_radius_km * 1000)
    return gaps.assign(**{people_column(settings): around["people"].round().astype("Int64")})


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
        area that the raster knows), `people_beyond_supported` and `share_beyond_supported` (farther
        than the radius from any organization with documented support),
        `people_beyond_known` and `share_beyond_known` (from any known organization), and for
        countries `published_people` and `difference_share`, by how much the raster has more.
    """
    import pandas as pd

    public = organizations[~is_restricted(organizations)]
    radius_m = settings.radius_km * 1000
    table = pd.DataFrame(areas[["level", "country", "name"]])
    for word, facilities in (("supported", public[public["supported"]]), ("known", public)):
        found = people_beyond(areas, facilities, population, radius_m=radius_m)
        table["people"], table["known_share"] = found["people"], found["known_share"]
        table[f"people_beyond_{word}"] = found["people_beyond"]
        table[f"share_beyond_{word}"] = found["share_beyond"]
    published = areas["country"].map(totals.set_index("country")["population"])
    published = published.where(areas["level"].eq("country")).astype("Float64")
    checked = compare_totals(
        areas, population, published.to_numpy(dtype=float, na_value=float("nan"))
    )
    table["published_people"] = published.astype("Int64")
    table["difference_share"] = checked["difference_share"]
    for column in ("people", "people_beyond_supported", "people_beyond_known"):
        table[column] = table[column].round().astype("Int64")
    return table
