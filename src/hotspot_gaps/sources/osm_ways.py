"""Ways of OSM extracts: which are roads for cars, what their tags say, and where they run."""

from __future__ import annotations

from array import array
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from hotspot_gaps.errors import InputError
from hotspot_gaps.sources.files import file_error
from hotspot_gaps.sources.osm_blocks import check_blocks

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from hotspot_gaps.sources.contraction import Ints

ENDING = ".osm.pbf"
ROAD_CLASSES = ("motorway", "trunk", "primary", "secondary", "tertiary")
UNITS = 1e7  # in a degree, as OSM counts them
MAX_REFERENCES = 20_000_000  # of one extract; they need some 4 GB
_CLASS_OF = {f"{name}{end}": at for at, name in enumerate(ROAD_CLASSES) for end in ("", "_link")}
_FORWARD, _BACKWARD = {"yes", "true", "1"}, {"-1", "reverse"}
_CLOSED = {"no", "private"}
_FROM_SPECIFIC_TO_GENERAL = ("motorcar", "motor_vehicle", "vehicle", "access")


class RoadTags(NamedTuple):
    """What the tags of a road say: its place in ROAD_CLASSES, and three times yes or no."""

    road_class: int
    link: bool
    oneway: bool
    backwards: bool


class Ways(NamedTuple):
    """Roads as they are drawn, each row a road or a node of one.

    Attributes
    ----------
    id, version, size
        OSM id and version of each road, and how many nodes it has.
    road_class, link, oneway
        A place in ROAD_CLASSES, and 0 or 1.
    node, x, y
        The nodes of the roads in the direction of travel, road after road: OSM id, longitude and
        latitude in units of 1e-7 degree; out of range where an extract does not have the node.
    """

    id: Ints
    version: Ints
    size: Ints
    road_class: Ints
    link: Ints
    oneway: Ints
    node: Ints
    x: Ints
    y: Ints

    def once(self) -> Ways:
        """Return each road once, in its highest version, in the order of the ids."""
        order = np.lexsort([-self.version, self.id])
        _, first = np.unique(self.id[order], return_index=True)
        rows = order[first]
        size = self.size[rows]
        begin = (self.size.cumsum() - self.size)[rows] - (size.cumsum() - size)
        places = np.repeat(begin, size) + np.arange(size.sum())
        return Ways(*(a[rows] for a in self[:6]), *(a[places] for a in self[6:]))


def road_of(tags: Mapping[str, str]) -> RoadTags | None:
    """Return what tags say of a road for cars, and nothing if they say that it is none.

    Examples
    --------
    >>> road_of({"highway": "motorway_link", "oneway": "-1"})
    RoadTags(road_class=0, link=True, oneway=True, backwards=True)
    >>> road_of({"highway": "primary", "access": "no"})
    """
    highway = tags.get("highway", "")
    if highway not in _CLASS_OF or tags.get("area") == "yes" or tags.get("route") == "ferry":
        return None
    allowed = (tags[key] for key in _FROM_SPECIFIC_TO_GENERAL if key in tags)
    if next(allowed, "yes") in _CLOSED:
        return None
    road_class, oneway = _CLASS_OF[highway], tags.get("oneway", "")
    implied = not oneway and (tags.get("junction") == "roundabout" or road_class == 0)
    backwards = oneway in _BACKWARD
    return RoadTags(
        road_class, highway.endswith("_link"), implied or backwards or oneway in _FORWARD, backwards
    )


def read_ways(file: Path, name: str) -> Ways:
    """Read the roads of one extract, each with the coordinates of its nodes."""
    roads, nodes = array("q"), array("q")
    with _told(name):
        check_blocks(file)
        for way in _candidates(file, name):
            road = road_of(way.tags)
            if road is None:
                continue
            drawn = list(way.nodes)
            for node in reversed(drawn) if road.backwards else drawn:
                place = node.location
                nodes.extend((node.ref, place.x, place.y))
            roads.extend((way.id, way.version, len(drawn), *road[:3]))
            if len(nodes) > 3 * MAX_REFERENCES:
                what = f"its roads have more than {MAX_REFERENCES:,} nodes."
                raise file_error(name, what, "Give the extracts of the countries in question.")
    return Ways(*_columns(roads, 6), *_columns(nodes, 3))


def joined(parts: list[Ways]) -> Ways:
    """Put the roads of several extracts one after the other."""
    return Ways(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _candidates(file: Path, name: str) -> Iterator[Any]:
    """Go through the ways of the right classes; nothing else of the file reaches Python."""
    import osmium
    from osmium.filter import EntityFilter, TagFilter

    # The format is given, because osmium would go by the name of the file.
    source = osmium.FileProcessor(
        osmium.io.File(str(file), "pbf"), osmium.osm.NODE | osmium.osm.WAY
    )
    if source.header.has_multiple_object_versions:
        what = "this holds the history of its objects, not the objects of one day."
        raise file_error(name, what, f"Download the extract as {ENDING}, without history.")
    source.with_locations("sparse_mem_array")
    source.with_filter(EntityFilter(osmium.osm.WAY))
    source.with_filter(TagFilter(*(("highway", value) for value in _CLASS_OF)))
    yield from source


@contextmanager
def _told(name: str) -> Iterator[None]:
    """Tell what osmium cannot read as a problem of the file."""
    try:
        yield
    except InputError:
        raise
    except (RuntimeError, OSError, ValueError) as error:  # ValueError: text that is not UTF-8
        what = f"this is damaged, or no {ENDING} ({error})."
        raise file_error(name, what, "Download it again, as a whole.") from error


def _columns(values: array[int], width: int) -> NDArray[np.int64]:
    """Return the columns of a table that was written row after row."""
    return np.frombuffer(values, dtype=np.int64).reshape(-1, width).T
