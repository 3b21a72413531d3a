"""Travel time: minutes by road from places to the nearest facility.

One search from all facilities at once (Dijkstra 1959), against the direction of travel, gives the
minutes of every junction. `docs/methods/travel_time.md` has the assumptions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from scipy.sparse.csgraph import dijkstra

from hotspot_gaps.access.ellipsoid import Points, check_points, geodesic_m
from hotspot_gaps.access.facilities import spans
from hotspot_gaps.access.frames import ids_of, points_of
from hotspot_gaps.access.joints import along, away, toward
from hotspot_gaps.access.road_network import Joined, with_sources

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    from numpy.typing import NDArray

    from hotspot_gaps.access.ellipsoid import Floats, Ints
    from hotspot_gaps.access.road_network import RoadNetwork

REACHED, UNREACHABLE, TOO_FAR = "reached", "unreachable", "too_far_from_a_road"


class Search(NamedTuple):
    """Minutes from every junction to the nearest facility, and which it is; inf and -1 if none.

    `rows`, `points` and `joined` are the facilities that were searched from, with their rows.
    """

    minutes: Floats
    facility: Ints
    rows: Ints
    points: Points
    joined: Joined


class Arrival(NamedTuple):
    """For each place: facility (-1 if none), minutes, metres to the road, and the answer."""

    facility: Ints
    minutes: Floats
    road_m: Floats
    answer: Any


def travel_time(
    places: gpd.GeoDataFrame,
    facilities: gpd.GeoDataFrame,
    network: RoadNetwork,
    *,
    id: str | None = None,  # noqa: A002
) -> pd.DataFrame:
    """Find the facility that is nearest by road to every place, and the minutes to it.

    Parameters
    ----------
    places, facilities
        Points in any coordinate reference system. A place without a point gets no answer, a
        facility without a point is passed over.
    network
        As `road_network` returns it.
    id
        Column of `facilities` that names them; their index when not given.

    Returns
    -------
    pandas.DataFrame
        Index of `places`; `id` of the facility, `travel_min`, `road_km` (straight line from the
        place to the road), and `travel`: `reached` (a number of minutes), `unreachable` (no road
        leads to any facility) or `too_far_from_a_road`. `<NA>` and NaN where there is no number,
        and everywhere for a place without a point.

    Raises
    ------
    CRSError
        A frame has no coordinate reference system, or coordinates outside its range.
    InputError
        A geometry is not a point, or there is no column `id`.

    Notes
    -----
    The way is from the place to the facility. Both join the road of their country that is nearest
    to them (their column `country`, ISO 3166-1 alpha-2, or the boundaries, say which), at `detour`
    times the straight line and `access_km_h`; where they join at the same point, one may also go
    straight from one to the other, by the same rule. A facility too far from a road is not
    reached. Of facilities at one position the first is taken.

    References
    ----------
    Dijkstra, E. W. (1959). A note on two problems in connexion with graphs. Numerische Mathematik
    1, 269-271.
    """
    import pandas as pd

    names = ids_of(facilities, id)
    where = points_of(facilities, "facilities")
    points = check_points(where.lon, where.lat, "facilities")
    search = search_from(points, network, codes_of(facilities, where.rows))
    asked = points_of(places, "places")
    points = check_points(asked.lon, asked.lat, "places")
    found = arrival(points, search, network, codes_of(places, asked.rows))
    rows = np.append(where.rows, -1)[found.facility]
    taken = pd.api.extensions.take(names.array, rows, allow_fill=True, fill_value=pd.NA)
    table = pd.DataFrame(
        {
            "id": taken,
            "travel_min": found.minutes,
            "road_km": found.road_m / 1000,
            "travel": pd.array(found.answer, dtype="str"),
        },
        index=pd.RangeIndex(len(places))[asked.rows],
    )
    return table.reindex(pd.RangeIndex(len(places))).set_axis(places.index)


def joins(frame: gpd.GeoDataFrame, network: RoadNetwork) -> pd.Series[bool]:
    """Say which points of a frame join a road; False where there is no point.

    Parameters
    ----------
    frame
        Points in any coordinate reference system.
    network
        As `road_network` returns it.
    """
    import pandas as pd

    where = points_of(frame, "places")
    points = check_points(where.lon, where.lat, "places")
    answer = np.zeros(len(frame), dtype=bool)
    answer[where.rows] = np.isfinite(network.join(points, codes_of(frame, where.rows)).minutes)
    return pd.Series(answer, index=frame.index, dtype=bool)


def codes_of(frame: gpd.GeoDataFrame, rows: Ints) -> NDArray[Any] | None:
    """Return the codes of countries that a frame says itself."""
    if "country" not in frame:
        return None
    codes: NDArray[Any] = frame["country"].astype("str").fillna("").to_numpy(dtype=str)[rows]
    return codes


def search_from(
    facilities: Points, network: RoadNetwork, codes: NDArray[Any] | None = None
) -> Search:
    """Search from all facilities at once, against the direction of travel.

    Parameters
    ----------
    facilities
        Points in degrees; of several at one position the first is taken.
    network
        As `road_network` returns it.
    codes
        Countries of the facilities, as for `RoadNetwork.join`.

    Returns
    -------
    Search
    """
    joined = network.join(facilities, codes)
    near = np.flatnonzero(np.isfinite(joined.minutes))
    _, first = np.unique(facilities.lon[near] + 1j * facilities.lat[near], return_index=True)
    rows = near[np.sort(first)]
    joined = Joined(joined.joint[rows], joined.metres[rows], joined.minutes[rows])
    searched = rows, facilities.take(rows), joined
    if not rows.size:
        return Search(np.full(network.size, np.inf), np.full(network.size, -1), *searched)
    road, size = network.joints.road[joined.joint], network.size
    ends = network.u[road], network.v[road]
    to_u, to_v = toward(joined.joint, network.joints, network.ways)
    graph = with_sources(network.backwards, ends, (to_u + joined.minutes, to_v + joined.minutes))
    sources = np.arange(size, size + rows.size)
    minutes, _, source = dijkstra(graph, indices=sources, min_only=True, return_predecessors=True)
    which = np.where(source[:size] < 0, rows.size, source[:size] - size)
    return Search(minutes[:size], np.append(rows, -1)[which], *searched)


def arrival(
    places: Points, search: Search, network: RoadNetwork, codes: NDArray[Any] | None = None
) -> Arrival:
    """Join places to the roads, and tell the minutes to the nearest facility of each.

    Parameters
    ----------
    places
        Points in degrees.
    search
        As `search_from` returns it.
    network
        The network that was searched.
    codes
        Countries of the places, as for `RoadNetwork.join`.

    Returns
    -------
    Arrival
    """
    joined = network.join(places, codes)
    if not network.joints.road.size:
        none = np.full(joined.joint.size, -1), np.full(joined.joint.size, np.nan)
        return Arrival(*none, joined.metres, np.full(joined.joint.size, TOO_FAR, dtype=object))
    road = network.joints.road[joined.joint]
    facility, minutes = _on_the_same_road(places, joined, search, network)
    ends = network.u[road], network.v[road]
    for node, off in zip(ends, away(joined.joint, network.joints, network.ways), strict=True):
        through = search.minutes[node] + off + joined.minutes
        facility = np.where(through < minutes, search.facility[node], facility)
        minutes = np.minimum(minutes, through)
    answer = np.where(np.isfinite(minutes), REACHED, UNREACHABLE).astype(object)
    answer[np.isinf(joined.minutes)] = TOO_FAR
    none = answer != REACHED
    minutes = np.where(none, np.nan, minutes)
    return Arrival(np.where(none, -1, facility), minutes, joined.metres, answer)


def _on_the_same_road(
    places: Points, joined: Joined, search: Search, network: RoadNetwork
) -> tuple[Ints, Floats]:
    """Return the facility that is nearest along the road that a place joins, if any."""
    road = network.joints.road[joined.joint]
    facility, minutes = np.full(road.size, -1), np.full(road.size, np.inf)
    if not search.rows.size:
        return facility, minutes
    theirs = network.joints.road[search.joined.joint]
    order = np.argsort(theirs, kind="stable")
    starts = np.searchsorted(theirs[order], road, "left")
    sizes = np.searchsorted(theirs[order], road, "right") - starts
    place, mate = np.repeat(np.arange(road.size), sizes), order[spans(starts, sizes)]
    one, other = joined.joint[place], search.joined.joint[mate]
    cost = along(one, other, network.joints, network.ways)
    cost += joined.minutes[place] + search.joined.minutes[mate]
    straight = network.off_road_min(geodesic_m(places.take(place), search.points.take(mate)))
    cost = np.where(one == other, np.minimum(cost, straight), cost)
    best = np.lexsort((mate, cost, place))
    rows, first = np.unique(place[best], return_index=True)
    facility[rows], minutes[rows] = search.rows[mate[best][first]], cost[best][first]
    return facility, minutes
