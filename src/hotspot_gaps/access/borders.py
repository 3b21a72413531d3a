"""Borders: which country a junction is in, and which roads cross from one to another.

Boundaries are drawn coarser than roads: those of Natural Earth at 1:10 million are off by up to
some three kilometres. A road that runs along a border would cross the drawn line many times, and be
charged for each. So a short piece of road that the drawn line cuts off, near the line and joined to
the other side in two places or more, is passed through, and counts to the other side.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import shapely
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from hotspot_gaps.access.ellipsoid import WGS84
from hotspot_gaps.access.frames import check_geometry, need_columns
from hotspot_gaps.errors import InputError, Problem

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from hotspot_gaps.access.ellipsoid import Floats, Ints, Points

PIECE_M = 20_000.0
NEAR_BORDER_M = 3_000.0
ROUNDS = 5  # of moving pieces, each of which may leave others to move


class Links(NamedTuple):
    """Roads: positions of their ends among the junctions, and their lengths in metres."""

    u: Ints
    v: Ints
    length_m: Floats


class Lands(NamedTuple):
    """Countries: their codes, in the order of the alphabet, and their polygons in degrees."""

    codes: NDArray[Any]
    polygons: NDArray[Any]

    def locate(self, points: NDArray[Any]) -> Ints:
        """Return the country that each point is in; the nearest where it is in none."""
        tree = shapely.STRtree(self.polygons)
        found = np.full(len(points), -1)
        inside, which = tree.query(points, predicate="within")
        # The last assignment wins, so that a point in two polygons is in the first of them.
        found[inside[::-1]] = which[::-1]
        outside = np.flatnonzero(found < 0)
        found[outside] = tree.nearest(points[outside])
        return found

    def of(self, points: Points, codes: NDArray[Any] | None) -> Ints:
        """Return the country of each point: by its code where it is one, or where it lies."""
        found = np.full(points.lon.size, -1)
        if codes is not None:
            at = np.minimum(np.searchsorted(self.codes, codes), self.codes.size - 1)
            found = np.where(self.codes[at] == codes, at, -1)
        rest = np.flatnonzero(found < 0)
        found[rest] = self.locate(shapely.points(*points.take(rest)))
        return found


def lands_of(boundaries: gpd.GeoDataFrame) -> Lands:
    """Take the countries out of a frame with `country`, codes of two letters, and polygons."""
    check_geometry(boundaries, "boundaries", "polygons")
    need_columns(boundaries, "boundaries", ["country"])
    codes = boundaries["country"].dropna().astype("str")
    if strange := codes[codes.str.len() > 2].unique().tolist():
        what, fix = "this is no code of two letters.", "Write ISO 3166-1 alpha-2, such as RS."
        raise InputError([Problem("boundaries", 0, "country", code, what, fix) for code in strange])
    shapes = (
        boundaries.to_crs("EPSG:4326")
        .groupby("country")
        .geometry.apply(lambda parts: parts.union_all())
    )
    return Lands(shapes.index.to_numpy(dtype="<U2"), shapes.to_numpy())


def countries_of(points: NDArray[Any], lands: Lands, links: Links) -> Ints:
    """Find the country of each junction.

    Parameters
    ----------
    points
        Junctions in degrees on WGS84.
    lands
        Countries.
    links
        The roads between them.

    Returns
    -------
    numpy.ndarray
        Position of the country of each junction.
    """
    found, borders = lands.locate(points), shapely.boundary(lands.polygons)
    for _ in range(ROUNDS):
        moved = _move_pieces(found, points, borders, links)
        if (moved == found).all():
            break
        found = moved
    return found


def crossing_shares(lines: NDArray[Any], country: Ints, lands: Lands, links: Links) -> Floats:
    """Return the share of each road that lies before the border that it crosses; 1 where none.

    It is half where the drawn border does not cut the road, because the junction at one end was
    moved to the other side.
    """
    shares = np.ones(links.u.size)
    crossing = np.flatnonzero(country[links.u] != country[links.v])
    borders = shapely.boundary(lands.polygons)
    for end in (links.u, links.v):  # the border of the country that it leaves, or enters
        cuts = shapely.intersection(lines[crossing], borders[country[end[crossing]]])
        at, row = shapely.get_coordinates(cuts, return_index=True)
        found = shapely.line_locate_point(lines[crossing][row], shapely.points(at), normalized=True)
        for number in np.unique(row):
            if shares[crossing[number]] == 1:
                shares[crossing[number]] = np.median(found[row == number])
    shares[crossing[shares[crossing] == 1]] = 0.5
    return shares


def _move_pieces(country: Ints, points: NDArray[Any], borders: NDArray[Any], links: Links) -> Ints:
    """Move each short piece near a border, joined to others twice, to the longest of them."""
    u, v, _ = links
    piece, lengths = _pieces(country, links)
    crossing = np.flatnonzero(country[u] != country[v])
    here = np.concatenate([piece[u[crossing]], piece[v[crossing]]])
    there = np.concatenate([piece[v[crossing]], piece[u[crossing]]])
    joined = np.bincount(here, minlength=lengths.size)
    short = (lengths < PIECE_M) & (joined >= 2)
    nodes = np.flatnonzero(short[piece])
    away = np.zeros(lengths.size)
    np.maximum.at(away, piece[nodes], _border_m(points[nodes], borders[country[nodes]]))
    movable = (short & (away < NEAR_BORDER_M))[here] & (lengths[there] > lengths[here])
    here, there = here[movable], there[movable]
    order = np.lexsort((there, -lengths[there], here))
    pieces, first = np.unique(here[order], return_index=True)
    country_of_piece = np.zeros(lengths.size, dtype=np.int64)
    country_of_piece[piece] = country
    moved = country_of_piece.copy()
    moved[pieces] = country_of_piece[there[order][first]]
    answer: Ints = moved[piece]
    return answer


def _pieces(country: Ints, links: Links) -> tuple[Ints, Floats]:
    """Return the piece of each junction, joined inside one country, and the lengths of pieces."""
    same = country[links.u] == country[links.v]
    u, v, length_m = (values[same] for values in links)
    piece = components(u, v, country.size)
    lengths = np.bincount(piece[u], weights=length_m, minlength=piece.max(initial=-1) + 1)
    return piece, lengths.astype(np.float64)  # whole numbers where there is no road


def components(u: Ints, v: Ints, size: int) -> Ints:
    """Return the component of each junction, whatever the direction of the roads."""
    links = coo_matrix((np.ones(u.size), (u, v)), shape=(size, size))
    return connected_components(links, directed=False)[1].astype(np.int64)


def _border_m(points: NDArray[Any], borders: NDArray[Any]) -> Floats:
    """Return the distances from points to lines, in metres, to the point nearest in degrees."""
    ends = shapely.get_coordinates(shapely.shortest_line(points, borders)).reshape(-1, 4)
    metres: Floats = WGS84.inv(*ends.T)[2]
    return metres
