"""Road network: minutes from junction to junction, and how places join it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import shapely
from scipy.sparse import csr_matrix

from hotspot_gaps.access.borders import (
    Lands,
    Links,
    components,
    countries_of,
    crossing_shares,
    lands_of,
)
from hotspot_gaps.access.chunks import budget
from hotspot_gaps.access.ellipsoid import WGS84
from hotspot_gaps.access.joints import Joints, Ways, make_joints
from hotspot_gaps.access.neighbours import nearest_of
from hotspot_gaps.access.own_roads import edges_and_nodes
from hotspot_gaps.errors import SettingsError
from hotspot_gaps.settings import Travel

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from hotspot_gaps.access.ellipsoid import Floats, Ints, Points
    from hotspot_gaps.sources.roads import Roads

# Roads in smaller components are joined by no place: a gap in the data is not a missing road.
SMALLEST_SHARE = 0.01
CHECKPOINT_M = 3_000.0


class Joined(NamedTuple):
    """Where points join the roads: the joint, straight metres and minutes to it; inf if too far."""

    joint: Ints
    metres: Floats
    minutes: Floats


@dataclass(frozen=True, repr=False)
class RoadNetwork:
    """Roads as arrays, ready for travel times.

    Attributes
    ----------
    size
        Number of junctions.
    u, v
        Ends of each road, numbers of junctions.
    minutes
        Minutes along each road, without borders.
    oneway
        Roads that lead from `u` to `v` only.
    border, cut
        For each road the pair of countries whose border it crosses, such as `RS-XK`, or nothing;
        and the share of the road that lies before it.
    checkpoint
        Whether a crossing has a checkpoint; true everywhere where no checkpoints were given.
    joints
        Where places may join the roads.
    lands
        Countries; none where there are no boundaries.
    travel
        Speeds and borders.
    """

    size: int
    u: Ints
    v: Ints
    minutes: Floats
    oneway: NDArray[np.bool_]
    border: NDArray[Any]
    cut: Floats
    checkpoint: NDArray[np.bool_]
    joints: Joints
    lands: Lands | None
    travel: Travel

    def __repr__(self) -> str:
        """Say how large it is; the arrays fill pages."""
        return f"RoadNetwork({self.u.size:,} roads between {self.size:,} junctions)"

    def with_borders(self, delay_min: float, closed: tuple[str, ...] = ()) -> RoadNetwork:
        """Return the same roads with another delay at borders, or with borders closed."""
        changes = {"border_delay_min": delay_min, "closed_borders": closed}
        return replace(self, travel=self.travel.model_copy(update=changes))

    @cached_property
    def ways(self) -> Ways:
        """Roads with their delays; infinite at a closed border."""
        crossing, kinds = self.border != "", self.travel.closed_borders
        closed = np.isin(self.border, [kind for kind in kinds if "-" in kind])
        if "without_checkpoint" in kinds:
            closed |= crossing & ~self.checkpoint
        if "all" in kinds:
            closed = crossing
        delay = np.where(crossing, self.travel.border_delay_min, 0.0)
        delay[closed] = np.inf
        return Ways(self.u, self.v, self.minutes, self.oneway, delay, self.cut)

    @cached_property
    def forwards(self) -> csr_matrix:
        """Minutes from junction to junction, with borders; of parallel roads the fastest."""
        minutes = self.minutes + self.ways.delay
        there = np.isfinite(minutes)
        back = there & ~self.oneway
        u = np.concatenate([self.u[there], self.v[back]])
        v = np.concatenate([self.v[there], self.u[back]])
        return fastest(u, v, np.concatenate([minutes[there], minutes[back]]), self.size)

    @cached_property
    def backwards(self) -> csr_matrix:
        """The same against the direction of travel."""
        return self.forwards.T.tocsr()

    def join(self, points: Points, codes: NDArray[Any] | None = None) -> Joined:
        """Join points to the nearest joint of their country, by a straight line.

        Parameters
        ----------
        points
            In degrees.
        codes
            Countries of the points; where there is none, or one that is not known, the polygon
            that a point lies in decides.
        """
        if not self.joints.road.size:
            nothing = np.full(points.lon.size, np.inf)
            return Joined(np.zeros(points.lon.size, dtype=np.int64), nothing, nothing)
        found, away = nearest_of(points, self.joints.tree, 1, budget(-1, None))
        joint, metres = found[:, 0], away[:, 0]
        if self.lands is not None:
            where = self.lands.of(points, codes)
            abroad = self.joints.country[joint] != where
            metres[abroad] = np.inf
            for country, rows, tree in self.joints.countries:
                mine = np.flatnonzero(abroad & (where == country))
                if mine.size:
                    found, away = nearest_of(points.take(mine), tree, 1, budget(-1, None))
                    joint[mine], metres[mine] = rows[found[:, 0]], away[:, 0]
        minutes = self.off_road_min(metres)
        minutes[metres > self.travel.farthest_road_km * 1000] = np.inf
        return Joined(joint, metres, minutes)

    def off_road_min(self, metres: Floats) -> Floats:
        """Return the minutes off the roads for straight metres."""
        return metres * (self.travel.detour / 1000 / self.travel.access_km_h * 60)


def road_network(
    roads: Roads,
    *,
    boundaries: gpd.GeoDataFrame | None = None,
    checkpoints: gpd.GeoDataFrame | None = None,
    travel: Travel | None = None,
) -> RoadNetwork:
    """Turn roads into minutes, and find where they cross borders.

    Parameters
    ----------
    roads
        As `load_roads` returns them, or your own, in any coordinate reference system and order;
        lines that are drawn from `v` to `u` are turned.
    boundaries
        Countries, with `country` and polygons, as `load_boundaries` returns them; without them no
        road crosses a border.
    checkpoints
        Points of crossings with a checkpoint, with `border` (such as `RS-XK`), as
        `load_checkpoints` returns them; without them every crossing has one.
    travel
        Speeds and borders; the defaults when not given.

    Returns
    -------
    RoadNetwork

    Raises
    ------
    CRSError
        Edges or nodes have no coordinate reference system.
    InputError
        A column is missing, a node is there twice, or an edge has an end that is no node, a class
        that is none, a flag that is neither true nor false, a length that is none, or a line that
        does not end within 200 m of its nodes.
    SettingsError
        A border is to be closed that no road crosses, or crossings without a checkpoint, and no
        checkpoints are given.

    Notes
    -----
    A road crosses a border if its ends are in two countries, where the drawn border cuts it; see
    `access.borders` for how coarse boundaries are met. Places join roads of all classes but
    motorways, at junctions and every kilometre between them, in components with 1 % of all length
    or more.
    """
    travel = travel or Travel()
    edges, nodes = edges_and_nodes(roads)
    u, v = (np.searchsorted(nodes["node"], edges[end].to_numpy()) for end in ("u", "v"))
    links = Links(u, v, edges["length_m"].to_numpy())
    speed = edges["road_class"].map(travel.speeds_km_h).to_numpy(dtype=np.float64)
    ramp = edges["link"].to_numpy(dtype=bool)
    speed = speed * np.where(ramp, travel.link_factor, 1.0)
    border, checkpoint = np.full(len(edges), "", dtype="<U5"), np.ones(len(edges), dtype=bool)
    lines, where, cut = edges.geometry.to_numpy(), np.zeros(len(nodes), int), np.ones(len(edges))
    lands = None if boundaries is None else lands_of(boundaries)
    if lands is not None:
        where = countries_of(nodes.geometry.to_numpy(), lands, links)
        border = _pairs(lands.codes[where[u]], lands.codes[where[v]])
        cut = crossing_shares(lines, where, lands, links)
    if checkpoints is not None:
        checkpoint = _have_checkpoint(lines, border, checkpoints)
    _check_closed(travel, border, checkpoints is not None)
    allowed = ~ramp & edges["road_class"].ne("motorway").to_numpy() & _large(links, len(nodes))
    return RoadNetwork(
        size=len(nodes), u=u, v=v, minutes=links.length_m / 1000 / speed * 60,
        oneway=edges["oneway"].to_numpy(dtype=bool), border=border, cut=cut,
        checkpoint=checkpoint, joints=make_joints(lines, links, allowed, where, cut),
        lands=lands, travel=travel,
    )  # fmt: skip


def fastest(u: Ints, v: Ints, minutes: Floats, size: int) -> csr_matrix:
    """Make the sparse matrix of minutes from `u` to `v`, of parallel roads the fastest."""
    order = np.lexsort((minutes, v, u))
    u, v, minutes = u[order], v[order], minutes[order]
    best = np.ones(u.size, dtype=bool)
    best[1:] = (np.diff(u) != 0) | (np.diff(v) != 0)
    starts = np.concatenate([[0], np.cumsum(np.bincount(u[best], minlength=size))])
    ends, starts = v[best].astype(np.int32), starts.astype(np.int32)  # as scipy's searches want
    return csr_matrix((minutes[best], ends, starts), shape=(size, size))


def with_sources(
    graph: csr_matrix, ends: tuple[Ints, Ints], minutes: tuple[Floats, Floats]
) -> csr_matrix:
    """Add a junction for each source, with a road to each of the two ends that it can reach.

    Parameters
    ----------
    graph
        Minutes from junction to junction.
    ends, minutes
        The two junctions of each source, and the minutes to each; infinite for none.

    Returns
    -------
    scipy.sparse.csr_matrix
        With a row for each source after those of the junctions.
    """
    size, more = graph.shape[0], ends[0].size
    to, cost = np.column_stack(ends), np.column_stack(minutes)
    open_ = np.isfinite(cost)
    starts = np.concatenate([graph.indptr, graph.indptr[-1] + np.cumsum(open_.sum(axis=1))])
    indices = np.concatenate([graph.indices, to[open_]]).astype(np.int32)
    data = np.concatenate([graph.data, cost[open_]])
    return csr_matrix((data, indices, starts.astype(np.int32)), shape=(size + more, size + more))


def _check_closed(travel: Travel, border: NDArray[Any], checkpoints: bool) -> None:
    """Refuse to close what is not there: the answer would be that of an open border."""
    wanted = [kind for kind in travel.closed_borders if "-" in kind]
    strange = sorted(set(wanted) - set(border.tolist()))
    if strange:
        known = ", ".join(sorted(set(border.tolist()) - {""})) or "none"
        raise SettingsError(
            f"closed_borders: no road crosses {', '.join(strange)}. Roads cross: {known}."
        )
    if "without_checkpoint" in travel.closed_borders and not checkpoints:
        raise SettingsError(
            "closed_borders: without_checkpoint needs a table of checkpoints; name one in the "
            "setting checkpoints."
        )


def _pairs(one: NDArray[Any], other: NDArray[Any]) -> NDArray[Any]:
    """Name the border between two countries, in the order of the alphabet; nothing inside one."""
    low, high = np.where(one < other, one, other), np.where(one < other, other, one)
    names = np.char.add(np.char.add(low, "-"), high)
    return np.where(one == other, "", names).astype("<U5")


def _have_checkpoint(
    lines: NDArray[Any], border: NDArray[Any], checkpoints: gpd.GeoDataFrame
) -> NDArray[np.bool_]:
    """Say which crossings are near a checkpoint of the same two countries."""
    have: NDArray[np.bool_] = border == ""
    for pair in np.unique(border[~have]):
        rows = np.flatnonzero(border == pair)
        posts = checkpoints.geometry[checkpoints["border"].eq(pair)]
        if not len(posts):
            continue
        near = shapely.shortest_line(lines[rows][:, None], posts.to_numpy()[None, :])
        ends = shapely.get_coordinates(near).reshape(-1, 4)
        metres = WGS84.inv(*ends.T)[2].reshape(rows.size, len(posts))
        have[rows] = (metres <= CHECKPOINT_M).any(axis=1)
    return have


def _large(links: Links, size: int) -> NDArray[np.bool_]:
    """Say which roads are in components that have a fair share of all length."""
    component = components(links.u, links.v, size)[links.u]
    length = np.bincount(component, weights=links.length_m, minlength=size)
    large: NDArray[np.bool_] = (length >= SMALLEST_SHARE * length.sum())[component]
    return large
