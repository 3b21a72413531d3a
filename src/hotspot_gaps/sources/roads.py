"""Roads: the edges and nodes of a road network, and what is wrong with them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hotspot_gaps.errors import MissingInputError
from hotspot_gaps.sources.files import found_file, regular_file

if TYPE_CHECKING:
    import geopandas as gpd
    import numpy as np
    import pandas as pd

NODES_FILE = "road_nodes.parquet"


@dataclass(frozen=True)
class Roads:
    """A road network.

    Attributes
    ----------
    edges
        A row a road between two nodes: `u` and `v` (ids of its ends), `road_class` (`motorway`,
        `trunk`, `primary`, `secondary`, `tertiary`), `link` (a ramp or slip road), `oneway` (from
        `u` to `v` only), `length_m` and `geometry` (lines from `u` to `v`, EPSG:4326).
    nodes
        `node` (id) and `geometry` (points, EPSG:4326), sorted by id.
    dead_references
        Edges left out because an end is not among the nodes, and nodes of ways that the file does
        not hold.
    without_class
        Edges left out because their class is none of the five.
    """

    edges: gpd.GeoDataFrame
    nodes: gpd.GeoDataFrame
    dead_references: int = 0
    without_class: int = 0


@dataclass(frozen=True)
class RoadReport:
    """What a road network is made of; `largest_share` is the share of all length."""

    edges: int
    nodes: int
    length_km: float
    components: int
    largest_share: float
    dead_references: int
    without_class: int

    def line(self) -> str:
        """Put it into one sentence."""
        return (
            f"{self.edges:,} roads of {self.length_km:,.0f} km between {self.nodes:,} nodes, in "
            f"{self.components:,} components, the largest with {self.largest_share:.1%} of the "
            f"length; left out: {self.dead_references:,} with dead references, "
            f"{self.without_class:,} without a class."
        )


def load_roads(path: str | Path) -> Roads:
    """Load a road network from GeoParquet or from extracts of OpenStreetMap.

    Parameters
    ----------
    path
        A folder with `road_nodes.parquet` (`node`, `lon`, `lat` in degrees) and one or more
        `roads_….parquet` (`road_class`, `ramp` or `link`, `oneway`, `length_m`, `u`, `v`, lines
        between `u` and `v`, which are turned if they are drawn the other way round); a folder of
        `.osm.pbf` extracts, which are joined; or one `.osm.pbf` file.

    Returns
    -------
    Roads
        Edges that cannot be used are left out, and counted.

    Raises
    ------
    InputError
        A file lacks a column, or a row has an id that is no whole number, a flag that is neither
        true nor false, a length that is not about that of its line, or a line that does not end
        within 200 m of its nodes.
    MissingInputError
        There is no such file, or the folder has no roads.
    MissingExtraError
        pyosmium, which reads `.osm.pbf`, is not installed.

    Examples
    --------
    >>> roads = load_roads("roads")  # doctest: +SKIP
    >>> print(report_roads(roads).line())  # doctest: +SKIP
    65,110 roads of 78,603 km between 45,960 nodes, …
    """
    files = road_files(path)
    if files[0].name == NODES_FILE:
        from hotspot_gaps.sources.road_tables import read_road_tables

        return Roads(*read_road_tables(files[1:], files[0]))
    from hotspot_gaps.sources.osm import read_osm_roads

    return Roads(*read_osm_roads(files))


def road_files(path: str | Path) -> list[Path]:
    """List the files that `load_roads` reads, nodes first.

    Raises
    ------
    InputError
        One of them is no regular file.
    MissingInputError
        There are none.
    """
    folder = Path(path)
    if not folder.is_dir():
        return [regular_file(path)]
    tables = sorted(folder.glob("roads_*.parquet"))
    files = [folder / NODES_FILE, *tables] if tables else sorted(folder.glob("*.osm.pbf"))
    if not files:
        raise MissingInputError(
            f"{folder.name}: this folder has no roads. Put .osm.pbf extracts into it, or "
            f"{NODES_FILE} and roads_….parquet."
        )
    return [found_file(file, folder) for file in files]


def report_roads(roads: Roads) -> RoadReport:
    """Say what a network is made of, and in how many pieces it is."""
    import numpy as np

    edges = roads.edges
    labels = components(roads)[_positions(roads.nodes, edges["u"])]
    length = edges["length_m"].to_numpy()
    by_component = np.bincount(labels, weights=length) if len(edges) else np.zeros(1)
    total = float(length.sum())
    return RoadReport(
        edges=len(edges),
        nodes=len(roads.nodes),
        length_km=total / 1000,
        components=int((by_component > 0).sum()),
        largest_share=float(by_component.max() / total) if total else 0.0,
        dead_references=roads.dead_references,
        without_class=roads.without_class,
    )


def components(roads: Roads) -> np.ndarray[Any, np.dtype[np.int32]]:
    """Return the number of the component of each node, whatever the direction of its roads."""
    import numpy as np
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    ends = [_positions(roads.nodes, roads.edges[end]) for end in ("u", "v")]
    size = len(roads.nodes)
    links = coo_matrix((np.ones(ends[0].size), (ends[0], ends[1])), shape=(size, size))
    labels: np.ndarray[Any, np.dtype[np.int32]] = connected_components(links, directed=False)[1]
    return labels


def _positions(nodes: gpd.GeoDataFrame, ids: pd.Series[int]) -> np.ndarray[Any, Any]:
    """Return the rows of nodes, which are sorted by id."""
    import numpy as np

    return np.searchsorted(nodes["node"].to_numpy(), ids.to_numpy())
