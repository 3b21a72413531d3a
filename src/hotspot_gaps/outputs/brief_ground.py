"""What the maps of a brief are made of: everything projected once, as plain rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from hotspot_gaps.gaps.flags import gap_rows
from hotspot_gaps.outputs import style
from hotspot_gaps.outputs.map_frame import FAR_KM, map_crs, reach, sea_is_known
from hotspot_gaps.outputs.map_panels import place_name, shortened

if TYPE_CHECKING:
    import geopandas as gpd

    from hotspot_gaps.settings import Settings

LETTERS = 30  # of a label


class Spot(NamedTuple):
    """A hotspot: where it is in the projection, and how it is drawn."""

    x: float
    y: float
    country: str
    kind: str
    asked: bool
    ring: str  # the type of a gap, `apart` outside the question, nothing for what is no gap
    name: str
    label: str  # with the town that stands for a region


class Town(NamedTuple):
    """A town of organizations: where it is, and the support there."""

    x: float
    y: float
    country: str
    support: str  # known, probable or supported
    label: str
    measured_to: bool


class Ground(NamedTuple):
    """What maps are made of, in one projection."""

    crs: Any
    spots: list[Spot]
    towns: list[Town]
    countries: list[tuple[str, str, Any]]
    circles: list[Any]  # polygons
    own: list[str]  # countries with hotspots
    sea: bool


def ground(
    gaps: gpd.GeoDataFrame,
    organizations: gpd.GeoDataFrame,
    countries: gpd.GeoDataFrame,
    settings: Settings,
) -> Ground:
    """Project everything that the maps of a brief show.

    Parameters
    ----------
    gaps
        As `find_gaps` returns it.
    organizations
        Public ones, as `load_organizations` returns them.
    countries
        Polygons with `country` and `name`.
    settings
        The radius drawn around documented support.
    """
    crs = map_crs(gaps, countries)
    towns = _towns(organizations, gaps, crs)
    supported = organizations.geometry[organizations["supported"] & organizations.geometry.notna()]
    shapes = countries.to_crs(crs)
    rows = zip(shapes["country"], shapes["name"].astype("str"), shapes.geometry, strict=True)
    return Ground(
        crs=crs,
        spots=_spots(gaps, crs),
        towns=towns,
        countries=list(rows),
        circles=reach(supported, settings.radius_km * 1000, crs),
        own=sorted(set(gaps["country"])),
        sea=sea_is_known(gaps, countries, own_boundaries=settings.boundaries is not None),
    )


def _spots(gaps: gpd.GeoDataFrame, crs: Any) -> list[Spot]:
    """Return the hotspots that have a place, those that are no gap first, then by rank."""
    placed = gaps[gaps.geometry.notna()].to_crs(crs)
    # The first gap is drawn last, so that nothing covers it.
    order = placed.sort_values(["rank", "hotspot_id"], ascending=False, na_position="first")
    gap = gap_rows(order)
    return [
        Spot(
            row["geometry"].x,
            row["geometry"].y,
            row["country"],
            row["kind"] if row["kind"] in style.MARKERS else "town",
            bool(row["in_question"]),
            (row["gap_type"] if row["in_question"] else "apart") if is_gap else "",
            shortened(str(row["name"]), LETTERS),
            shortened(place_name(row), LETTERS),
        )
        for row, is_gap in zip(order.to_dict("records"), gap, strict=True)
    ]


def _towns(organizations: gpd.GeoDataFrame, gaps: gpd.GeoDataFrame, crs: Any) -> list[Town]:
    """Return a row a town and kind of support, the strongest last."""
    placed = organizations[organizations.geometry.notna()].to_crs(crs)
    near = set(gaps.loc[gaps["nearest_supported_km"].le(FAR_KM), "nearest_supported_id"])
    strength = {"known": 0, "probable": 1, "supported": 2}
    found: dict[tuple[float, float, str], Town] = {}
    for row in placed.to_dict("records"):
        probable = "probable" if row["support"] == "probable" else "known"
        support = "supported" if row["supported"] else probable
        place = row["geometry"].x, row["geometry"].y, support
        label = shortened(str(row["town"]), LETTERS) + " (probable)" * (support == "probable")
        before = found.get(place)
        measured = row["organization_id"] in near or (before is not None and before.measured_to)
        found[place] = Town(*place[:2], row["country"], support, label, measured)
    return sorted(found.values(), key=lambda town: (strength[town.support], town.label, town[:2]))
