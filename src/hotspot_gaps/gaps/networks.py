"""Networks: islands of organizations, and the shortest set of links that would join them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from hotspot_gaps.access.chunks import is_number
from hotspot_gaps.access.frames import check_geometry
from hotspot_gaps.errors import SettingsError
from hotspot_gaps.gaps.discretion import is_restricted, is_supported

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from hotspot_gaps.access.ellipsoid import Floats, Ints
    from hotspot_gaps.access.road_network import RoadNetwork


class Tree(NamedTuple):
    """Links of the shortest tree, shortest first: rows of their towns, and km or minutes."""

    one: Ints
    other: Ints
    cost: Floats


@dataclass(frozen=True)
class Islands:
    """Islands of organizations, as tables; `measure` is `distance_km` or `travel_min`.

    Attributes
    ----------
    towns
        A row a town with organizations that can be shown: `town`, `country`, `organizations`,
        `supported` (how many of them have documented support), `island`, points in EPSG:4326.
    islands
        A row an island, the one with most organizations first: `island` (from 1), `towns`,
        `organizations`, `supported`, `countries`, `isolated` (one town alone), and
        `to_next_km` or `to_next_min`, its shortest link to another island.
    links
        A row a link of the shortest tree over the towns, longest first: `from_town`,
        `from_country`, `from_island`, the same with `to_`, the measure, `crosses_border`
        (NA where a country is not known), `joins_islands` (longer than the limit: one of the links
        that would join all), and lines in EPSG:4326, straight between the towns.
    members
        Series with the index of the organizations: the island of each; NA for those without a
        town, and for restricted ones.
    merging
        How islands fall as the limit grows: the measure, and `islands` from there on.
    hotspots
        A row a hotspot: `hotspot_id`, `name`, `country`, `in_question` if it has that,
        `nearest_town`, the measure, `island` (of
        the nearest town, if within the limit) and `in_no_island`, NA where it is not known.
    measure, within
        What is measured, and the limit in km or minutes.
    shown, not_placed, withheld
        Organizations that were measured, public ones without a town, and restricted ones. Their
        sum is the table.
    """

    towns: gpd.GeoDataFrame
    islands: pd.DataFrame
    links: gpd.GeoDataFrame
    members: pd.Series[int]
    merging: pd.DataFrame
    hotspots: pd.DataFrame | None
    measure: str
    within: float
    shown: int
    not_placed: int
    withheld: int


def islands(
    organizations: gpd.GeoDataFrame,
    *,
    within_km: float = 50.0,
    hotspots: gpd.GeoDataFrame | None = None,
    network: RoadNetwork | None = None,
    within_min: float | None = None,
) -> Islands:
    """Group organizations that are linked within a limit, and find what would join the groups.

    Parameters
    ----------
    organizations
        As `load_organizations` returns them. Organizations of one town are one point. Only public
        ones take part: a link, or an island, would tell where a restricted one is.
    within_km
        Two towns are linked at this geodesic distance or less.
    hotspots
        As `load_hotspots` or `find_gaps` returns them.
    network, within_min
        With roads, two towns are linked within so many minutes, the slower way counting, and
        kilometres are not asked.

    Returns
    -------
    Islands

    Raises
    ------
    SettingsError
        A limit is negative or not finite, or one of `network` and `within_min` is missing.
    CRSError
        A frame has no coordinate reference system, or coordinates outside its range.
    InputError
        A geometry is not a point.

    Notes
    -----
    Islands at L are what is left of the shortest spanning tree when its links longer than L are
    taken out (Gower & Ross 1969): single linkage. A link is a possibility by distance, not a known
    contact.

    References
    ----------
    Gower, J. C., & Ross, G. J. S. (1969). Minimum spanning trees and single linkage cluster
    analysis. Journal of the Royal Statistical Society, Series C 18, 54-64.

    Examples
    --------
    >>> import hotspot_gaps as hg
    >>> found = islands(hg.load_organizations(), within_km=50)
    >>> len(found.towns), len(found.islands), int(found.links["joins_islands"].sum())
    (62, 14, 13)
    """
    limit = within_km if network is None else within_min
    if limit is None or (within_min is not None and network is None):
        raise SettingsError("islands: minutes need both, `network` and `within_min`.")
    if not is_number(limit) or not 0 <= limit < np.inf:
        raise SettingsError(f"islands: the limit ({limit!r}) must be finite and not below 0.")
    check_geometry(organizations, "organizations", "points")
    public = organizations[~is_restricted(organizations)]
    towns = _towns(public)
    measure = "distance_km" if network is None else "travel_min"
    tree = _tree(towns, network)
    within = tree.cost <= limit
    towns["island"] = _numbered(towns, tree.one[within], tree.other[within])
    links = _links(towns, tree, measure, limit)
    shown = int(towns["organizations"].sum())
    return Islands(
        towns=towns,
        islands=_islands(towns, links, measure),
        links=links,
        members=_members(organizations, towns),
        merging=_merging(len(towns), tree.cost, measure),
        hotspots=None if hotspots is None else _around(hotspots, towns, network, measure, limit),
        measure=measure,
        within=float(limit),
        shown=shown,
        not_placed=len(public) - shown,
        withheld=len(organizations) - len(public),
    )


def _towns(public: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Make one row of the organizations at one point, in an order that the input does not set."""
    import geopandas as gpd
    import pandas as pd

    from hotspot_gaps.access.frames import points_of

    where = points_of(public, "organizations")
    rows = public.iloc[where.rows].reindex(columns=["town", "country", "supported"])
    table = pd.DataFrame(rows).assign(lon=where.lon, lat=where.lat, organizations=1)
    table["supported"] = is_supported(table).astype(int)
    names = {"town": "min", "country": "min", "organizations": "sum", "supported": "sum"}
    text = table.astype({"town": "str", "country": "str"})
    towns = text.groupby(["lon", "lat"], as_index=False).agg(names)
    towns = towns.sort_values(["country", "town", "lon", "lat"], ignore_index=True)
    points = gpd.points_from_xy(towns.pop("lon"), towns.pop("lat"))
    return gpd.GeoDataFrame(towns, geometry=points, crs="EPSG:4326")


def _members(organizations: gpd.GeoDataFrame, towns: gpd.GeoDataFrame) -> pd.Series[int]:
    """Return the island of each organization that is shown, by its point."""
    import pandas as pd

    from hotspot_gaps.access.frames import points_of

    where = points_of(organizations, "organizations")
    open_rows = ~is_restricted(organizations).to_numpy()[where.rows]
    at = pd.MultiIndex.from_arrays([where.lon[open_rows], where.lat[open_rows]])
    points = pd.MultiIndex.from_arrays([towns.geometry.x, towns.geometry.y])
    island = np.zeros(len(organizations), dtype=np.int64)
    island[where.rows[open_rows]] = towns["island"].to_numpy()[points.get_indexer(at)]
    members = pd.Series(island, index=organizations.index, dtype="Int64", name="island")
    return members.where(island > 0)


def _tree(towns: gpd.GeoDataFrame, network: RoadNetwork | None) -> Tree:
    """Return the links of the shortest tree, in km or minutes; of a forest where no road leads."""
    from hotspot_gaps.access.spanning import shortest_links, spanning_tree

    if network is None:
        one, other, metres = spanning_tree(towns.geometry.x, towns.geometry.y)
        return Tree(one, other, metres / 1000)
    minutes = minutes_between(towns, network)
    one, other = np.triu_indices(len(towns), 1)
    cost = np.maximum(minutes[one, other], minutes[other, one])
    near = np.isfinite(cost)
    one, other, cost = one[near], other[near], cost[near]
    rows = shortest_links(len(towns), one, other, cost)
    return Tree(one[rows], other[rows], cost[rows])


def minutes_between(places: gpd.GeoDataFrame, network: RoadNetwork) -> Floats:
    """Return the minutes by road from each place (a row) to each (a column); inf without a road.

    Parameters
    ----------
    places
        Points, all of them present.
    network
        As `road_network` returns it.

    Returns
    -------
    numpy.ndarray
        A square matrix with 0 on its diagonal; one search a place.
    """
    from hotspot_gaps.access.ellipsoid import check_points
    from hotspot_gaps.access.frames import points_of
    from hotspot_gaps.access.travel_time import arrival, codes_of, search_from

    where = points_of(places, "places")
    points, codes = check_points(where.lon, where.lat, "places"), codes_of(places, where.rows)
    minutes = np.full((len(places), len(places)), np.inf)
    for to in range(len(places)):
        one = np.array([to])
        search = search_from(points.take(one), network, None if codes is None else codes[one])
        minutes[:, to] = arrival(points, search, network, codes).minutes
    minutes[np.isnan(minutes)] = np.inf
    np.fill_diagonal(minutes, 0.0)
    return minutes


def _numbered(towns: gpd.GeoDataFrame, one: Ints, other: Ints) -> Ints:
    """Give islands numbers from 1, those with most organizations first, then with most towns."""
    from hotspot_gaps.access.spanning import groups

    label = groups(len(towns), one, other)
    members = np.bincount(label, weights=towns["organizations"])
    order = np.lexsort((np.arange(members.size), -np.bincount(label), -members))
    number: Ints = (np.argsort(order) + 1)[label]
    return number


def _links(towns: gpd.GeoDataFrame, tree: Tree, measure: str, limit: float) -> gpd.GeoDataFrame:
    import geopandas as gpd
    import shapely

    columns: dict[str, Any] = {}
    for word, rows in (("from", tree.one), ("to", tree.other)):
        for column in ("town", "country", "island"):
            columns[f"{word}_{column}"] = towns[column].to_numpy()[rows]
    ends = np.stack(
        [towns.get_coordinates().to_numpy()[rows] for rows in (tree.one, tree.other)], axis=1
    )
    lines = shapely.linestrings(ends) if tree.one.size else []
    table = gpd.GeoDataFrame(columns, geometry=lines, crs="EPSG:4326")
    table[measure] = tree.cost
    ends_known = table["from_country"].notna() & table["to_country"].notna()
    crosses = table["from_country"].ne(table["to_country"])
    table["crosses_border"] = (
        crosses if ends_known.all() else crosses.astype("boolean").where(ends_known)
    )
    table["joins_islands"] = tree.cost > limit
    order = [column for column in table if column != "geometry"]
    return table.iloc[::-1].reset_index(drop=True)[[*order, "geometry"]]


def _islands(towns: gpd.GeoDataFrame, links: gpd.GeoDataFrame, measure: str) -> pd.DataFrame:
    import pandas as pd

    by = towns.groupby("island")
    table = pd.DataFrame(
        {
            "towns": by.size(),
            "organizations": by["organizations"].sum(),
            "supported": by["supported"].sum(),
            "countries": by["country"].agg(lambda codes: ";".join(sorted(set(codes.dropna())))),
        }
    )
    table["isolated"] = table["towns"].eq(1)
    # The shortest link out of a group is in the tree, so it need not be looked for.
    missing = links[links["joins_islands"]]
    ends = pd.concat([missing.set_index(f"{word}_island")[measure] for word in ("from", "to")])
    unit = measure.rsplit("_", maxsplit=1)[-1]
    table[f"to_next_{unit}"] = ends.groupby(level=0).min().reindex(table.index)
    return table.rename_axis("island").reset_index()


def _merging(size: int, cost: Floats, measure: str) -> pd.DataFrame:
    """Count the islands from 0 on, and from each length of a link of the tree."""
    import pandas as pd

    lengths, links = np.unique(cost, return_counts=True)
    left = size - np.concatenate([[0], np.cumsum(links)])
    table = pd.DataFrame({measure: np.concatenate([[0.0], lengths]), "islands": left})
    return table.drop_duplicates(measure, keep="last", ignore_index=True)


def _around(
    hotspots: gpd.GeoDataFrame,
    towns: gpd.GeoDataFrame,
    network: RoadNetwork | None,
    measure: str,
    limit: float,
) -> pd.DataFrame:
    """Find the island of each hotspot: that of its nearest town, if it is within the limit."""
    import pandas as pd

    if network is None:
        from hotspot_gaps.access.geodesic import nearest

        found = nearest(hotspots, towns)
        cost, known = found["distance_m"] / 1000, hotspots.geometry.notna()
    else:
        from hotspot_gaps.access.travel_time import TOO_FAR, travel_time

        found = travel_time(hotspots, towns, network)
        cost = found["travel_min"]
        known = hotspots.geometry.notna() & found["travel"].ne(TOO_FAR)
    at = found["id"].astype("Int64")
    kept = ["hotspot_id", "name", "country", "in_question"]
    table = pd.DataFrame(hotspots[[column for column in kept if column in hotspots]])
    table["nearest_town"] = at.map(towns["town"]).astype("str")
    table[measure] = cost.astype("float64")
    table["island"] = at.map(towns["island"]).astype("Int64").where(cost <= limit)
    inside = (cost <= limit).astype("boolean")
    table["in_no_island"] = (~inside).mask(~known.astype(bool))
    return table
