"""Own roads: anybody's edges and nodes, held against each other before they are searched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from hotspot_gaps.access.ellipsoid import WGS84
from hotspot_gaps.access.frames import check_geometry, need_columns
from hotspot_gaps.errors import InputError, Problem
from hotspot_gaps.settings import SPEEDS_KM_H
from hotspot_gaps.sources.road_tables import EDGE_COLUMNS, NEAR_M

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from hotspot_gaps.sources.roads import Roads

MOST_TOLD = 20  # problems of a column


def edges_and_nodes(roads: Roads) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Return edges whose lines run from `u` to `v`, and nodes sorted by id, both in degrees.

    Raises
    ------
    CRSError
        A frame has no coordinate reference system.
    InputError
        A column is missing, a node is there twice, or an edge has an end that is no node, a class
        that is none, a flag that is neither true nor false, a length that is none, or a line that
        does not end within 200 m of its nodes.
    """
    edges, nodes = _degrees(roads.edges, "edges", "lines"), _degrees(roads.nodes, "nodes", "points")
    need_columns(edges, "edges", EDGE_COLUMNS[:-1])
    need_columns(nodes, "nodes", ["node"])
    _check(nodes, "nodes", "node", ~nodes["node"].duplicated(), "is another row's node.")
    _check_shapes(nodes, "nodes", shapely.GeometryType.POINT)
    _check_shapes(edges, "edges", shapely.GeometryType.LINESTRING)
    nodes = nodes.sort_values("node", ignore_index=True)
    for end in ("u", "v"):
        _check(edges, "edges", end, edges[end].isin(nodes["node"]), "is none of the nodes.")
    known = f"is none of {', '.join(SPEEDS_KM_H)}."
    _check(edges, "edges", "road_class", edges["road_class"].isin(list(SPEEDS_KM_H)), known)
    for flag in ("link", "oneway"):
        _check(edges, "edges", flag, edges[flag].isin([True, False]), "is neither true nor false.")
    metres = edges["length_m"].between(0, np.inf, inclusive="left")
    _check(edges, "edges", "length_m", metres, "is no number of metres.")
    lines = _turned(edges, nodes)
    return edges.set_geometry(lines, crs=edges.crs), nodes


def _degrees(frame: gpd.GeoDataFrame, name: str, shapes: str) -> gpd.GeoDataFrame:
    check_geometry(frame, name, shapes)
    return frame.to_crs("EPSG:4326")


def _check_shapes(frame: gpd.GeoDataFrame, name: str, kind: int) -> None:
    shapes = frame.geometry.to_numpy()
    good = (shapely.get_type_id(shapes) == kind) & ~shapely.is_empty(shapes)
    shape = shapely.GeometryType(kind).name.lower()
    _check(frame, name, frame.geometry.name, good, f"is no {shape} with coordinates.")


def _turned(edges: gpd.GeoDataFrame, nodes: gpd.GeoDataFrame) -> NDArray[np.object_]:
    """Return the lines from `u` to `v`, turning those that are drawn the other way round."""
    lines = edges.geometry.to_numpy().copy()
    at = shapely.get_coordinates(nodes.geometry.to_numpy())
    u, v = (at[np.searchsorted(nodes["node"], edges[end])] for end in ("u", "v"))
    first, last = (shapely.get_coordinates(shapely.get_point(lines, n)) for n in (0, -1))
    back = _squares(first, v) + _squares(last, u) < _squares(first, u) + _squares(last, v)
    lines[back] = shapely.reverse(lines[back])
    swap = back[:, None]
    begin, end = np.where(swap, last, first), np.where(swap, first, last)
    away = np.maximum(WGS84.inv(*begin.T, *u.T)[2], WGS84.inv(*end.T, *v.T)[2])
    what = f"ends farther than {NEAR_M:.0f} m from its nodes."
    _check(edges, "edges", edges.geometry.name, away <= NEAR_M, what)
    return np.asarray(lines)


def _squares(one: Any, other: Any) -> Any:
    return ((one - other) ** 2).sum(axis=1)


def _check(frame: gpd.GeoDataFrame, name: str, column: str, good: Any, what: str) -> None:
    """Refuse a frame with rows that are not good."""
    rows = np.flatnonzero(~np.asarray(good, dtype=bool))[:MOST_TOLD]
    if rows.size:
        told = column != frame.geometry.name
        values = [str(value)[:80] if told else "" for value in frame[column].iloc[rows]]
        raise InputError(
            [
                Problem(name, int(row) + 1, column, value, f"this {what}", "Correct it.")
                for row, value in zip(rows, values, strict=True)
            ]
        )
