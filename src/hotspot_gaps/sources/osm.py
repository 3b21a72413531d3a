"""OSM extracts: the roads of `.osm.pbf` files as edges and nodes of one graph."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from hotspot_gaps.errors import missing_extra
from hotspot_gaps.sources.contraction import contract
from hotspot_gaps.sources.files import file_error, regular_file
from hotspot_gaps.sources.osm_ways import ENDING, ROAD_CLASSES, UNITS, joined, read_ways

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import geopandas as gpd
    from numpy.typing import NDArray

    from hotspot_gaps.sources.contraction import Chains, Ints
    from hotspot_gaps.sources.osm_ways import Ways

    Floats = NDArray[np.float64]


class OsmRoads(NamedTuple):
    """Roads of OSM extracts: edges, nodes, and how many references of roads lead nowhere."""

    edges: gpd.GeoDataFrame
    nodes: gpd.GeoDataFrame
    dead_references: int


def read_osm_roads(
    paths: Sequence[str | Path], *, progress: Callable[[str], None] | None = None
) -> OsmRoads:
    """Read motorways to tertiary roads and their links out of OSM extracts, as one graph.

    Parameters
    ----------
    paths
        Files that end in `.osm.pbf`, such as Geofabrik's extract of each country. A road at a
        border may be in several of them: it is taken once, in its highest version, and a node that
        one extract lacks is taken from another.
    progress
        Is told what is being done, a line at a time.

    Returns
    -------
    OsmRoads
        `edges`: `u`, `v` (OSM ids of nodes), `road_class` (motorway, trunk, primary, secondary,
        tertiary), `link`, `oneway` (the geometry runs in the direction of travel), `length_m`
        (geodesic, on WGS84) and `geometry` (lines in EPSG:4326 from `u` to `v`), in the order of
        `u` and `v`. `nodes`: `node` and `geometry`, in the order of `node`; the ends of edges only.
        `dead_references`: how many nodes of roads are in no extract, counted as often as a road
        names them. A road is cut there, and what is left of it is kept.

    Raises
    ------
    InputError
        A file is no `.osm.pbf`, is damaged, or holds the history of its objects; there are too
        many roads, or none.
    MissingInputError
        There is no such file.
    MissingExtraError
        pyosmium is not installed.

    Notes
    -----
    Roads meet where they share a node: a bridge does not meet what it crosses. Nodes at which a
    road only goes on, with the same class, link and one-way, are not kept: their edges are joined.
    Lengths, shapes, loops and parallel edges stay.

    Tags are read as the OpenStreetMap wiki defines them. One-way is `oneway` of yes, true or 1,
    and of -1 or reverse, for which the geometry is turned; where there is no such tag, so are
    roundabouts, motorways and their links. A road whose direction changes with the hour
    (reversible, alternating) is passed both ways. Left out are roads under construction, areas,
    ferries, and roads of which the first there is of `motorcar`, `motor_vehicle`, `vehicle` and
    `access` says no or private.

    OSM XML is not read: a small file of it can unfold to any size.

    Examples
    --------
    Two roads in a row are one edge.

    >>> import tempfile
    >>> import osmium
    >>> from osmium.osm.mutable import Node, Way
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = f"{folder}/roads.osm.pbf"
    ...     with osmium.SimpleWriter(file) as writer:
    ...         for number in (1, 2, 3):
    ...             writer.add_node(Node(id=number, location=(20 + number, 0)))
    ...         writer.add_way(Way(id=1, nodes=[1, 2], tags={"highway": "trunk"}))
    ...         writer.add_way(Way(id=2, nodes=[2, 3], tags={"highway": "trunk"}))
    ...     roads = read_osm_roads([file])
    >>> print(roads.edges.drop(columns="geometry").round(1).to_string(index=False))
     u  v road_class  link  oneway  length_m
     1  3      trunk False   False  222639.0
    """
    files = [(_checked(path), Path(path).name) for path in paths]
    try:
        import osmium  # noqa: F401
    except ImportError as error:
        raise missing_extra("pyosmium", "osm") from error
    parts = []
    for file, name in files:
        if progress:
            progress(f"reading the roads of {name}")
        parts.append(read_ways(file, name))
    if progress:
        progress("joining roads where they only go on")
    roads = _graph(joined(parts)) if parts else None
    if roads is None or roads.edges.empty:
        what = f"there is no road of the classes {', '.join(ROAD_CLASSES)}."
        fix = f"Give the {ENDING} of a country or region, with its roads and their nodes."
        raise file_error(", ".join(name for _, name in files), what, fix)
    return roads


def _checked(path: str | Path) -> Path:
    """Return a local file with the right ending."""
    file = regular_file(path)
    if not Path(path).name.lower().endswith(ENDING):
        what = f"roads of OpenStreetMap are read from {ENDING} files only."
        raise file_error(Path(path).name, what, f"Download the extract as {ENDING}.")
    return file


class _Points(NamedTuple):
    """The nodes of roads in the order of their ids, in degrees."""

    node: Ints
    lon: Floats
    lat: Floats


def _graph(ways: Ways) -> OsmRoads:
    """Cut roads into segments from node to node, and join these to edges."""
    # Before a road that is there twice is left out: one extract may lack what the other has.
    inside = (np.abs(ways.x) <= 180 * UNITS) & (np.abs(ways.y) <= 90 * UNITS)
    node, first = np.unique(ways.node[inside], return_index=True)
    points = _Points(node, *(axis[inside][first] / UNITS for axis in (ways.x, ways.y)))

    ways = ways.once()
    at, found = np.searchsorted(node, ways.node), np.isin(ways.node, node)
    way = np.repeat(np.arange(ways.id.size), ways.size)
    goes_on = (way[1:] == way[:-1]) & found[1:] & found[:-1] & (at[1:] != at[:-1])
    ends, way = np.column_stack([at[:-1], at[1:]])[goes_on], way[1:][goes_on]

    kind = 4 * ways.road_class + 2 * ways.link + ways.oneway
    chains = contract(ends[:, 0], ends[:, 1], kind[way], ways.oneway[way] == 1)
    edges = _edges(chains, ends, way[chains.steps[chains.begin] // 2], ways, points)
    return OsmRoads(edges, _nodes(edges, points), int(np.sum(~found)))


def _edges(chains: Chains, ends: Ints, way: Ints, ways: Ways, points: _Points) -> gpd.GeoDataFrame:
    """Make the frame of edges: a line a chain, with the tags of its first way."""
    import geopandas as gpd
    import shapely
    from pyproj import Geod

    segment, back = np.divmod(chains.steps, 2)
    tail, head = ends[segment, back], ends[segment, 1 - back]
    u, v = tail[chains.begin], head[chains.begin + chains.sizes - 1]
    # A line has the tail of each of its steps, and the head of the last one.
    corner = np.insert(tail, chains.begin + chains.sizes, v)
    lon, lat = points.lon[corner], points.lat[corner]
    line = np.repeat(np.arange(u.size), chains.sizes + 1)
    metres = Geod(ellps="WGS84").inv(lon[:-1], lat[:-1], lon[1:], lat[1:])[2]
    columns = {
        "u": points.node[u],
        "v": points.node[v],
        "road_class": np.array(ROAD_CLASSES)[ways.road_class[way]],
        "link": ways.link[way] == 1,
        "oneway": ways.oneway[way] == 1,
        "length_m": np.bincount(line[1:], metres * (line[1:] == line[:-1]), minlength=u.size),
    }
    lines = shapely.linestrings(lon, lat, indices=line)
    edges = gpd.GeoDataFrame(columns, geometry=lines, crs="EPSG:4326")
    rows = np.lexsort([v, u])  # parallel edges stay in the order of their ways
    return edges.iloc[rows].reset_index(drop=True)


def _nodes(edges: gpd.GeoDataFrame, points: _Points) -> gpd.GeoDataFrame:
    """Make the frame of the nodes at the ends of edges."""
    import geopandas as gpd

    node = np.unique(edges[["u", "v"]])
    at = np.searchsorted(points.node, node)
    places = gpd.points_from_xy(points.lon[at], points.lat[at])
    return gpd.GeoDataFrame({"node": node}, geometry=places, crs="EPSG:4326")
