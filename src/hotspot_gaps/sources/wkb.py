"""Well-known binary: how deep its geometries are nested, before GEOS follows them."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

MAX_DEPTH = 16
COLLECTION = 7
_OF_PARTS = (4, 5, 6, COLLECTION, 9, 10, 11, 12, 15, 16)  # each part has a header of its own
_OF_RINGS = (3, 17)


def check_depth(values: pa.Array) -> None:
    """Refuse geometries that are nested deeper than any map needs.

    GEOS goes into a part within a part within a part by calling itself, and ends the process when
    there are some ten thousand of them.

    Parameters
    ----------
    values
        Geometries in well-known binary, ISO or extended.

    Raises
    ------
    ValueError
        One is too deep.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    wide = values.cast(pa.large_binary())
    heads = pc.binary_slice(wide, 0, 5)
    nested = [head for head in heads.unique().to_pylist() if head and kind_of(head) in _OF_PARTS]
    if not nested:
        return
    for value in wide.filter(pc.is_in(heads, pa.array(nested, pa.large_binary()))):
        if depth(value.as_py()) > MAX_DEPTH:
            raise ValueError("geometries in geometries, many times over, are not read")


def kind_of(head: bytes) -> int:
    """Return the type of geometry of five bytes, without what they say of Z, M and system."""
    code = int.from_bytes(head[1:5], "little" if head[0] else "big")
    return (code & 0x0FFFFFFF) % 1000


def depth(value: bytes) -> int:
    """Return how deep a geometry is nested; where it is damaged, as far as it can be followed.

    >>> import shapely
    >>> point = shapely.Point(1, 2)
    >>> depth(point.wkb), depth(shapely.MultiPoint([point]).wkb)
    (1, 2)
    """
    at, deepest, open_parts = 0, 0, [1]
    try:
        while open_parts and deepest <= MAX_DEPTH:
            if not open_parts[-1]:
                open_parts.pop()
                continue
            open_parts[-1] -= 1
            deepest = max(deepest, len(open_parts))
            at, parts = _after_head(value, at)
            if parts:
                open_parts.append(parts)
    except (struct.error, IndexError):
        pass  # too short; the reader of the geometry says so
    return deepest


def _after_head(value: bytes, at: int) -> tuple[int, int]:
    """Go past one geometry, or past the head of one that has parts; return how many follow."""
    order = "<" if value[at] else ">"
    code = struct.unpack_from(order + "I", value, at + 1)[0]
    kind, thousand = (code & 0x0FFFFFFF) % 1000, (code & 0x0FFFFFFF) // 1000
    width = 8 * (2 + (thousand in (1, 2)) + 2 * (thousand == 3) + (code >> 31) + (code >> 30 & 1))
    at += 9 if code & 0x20000000 else 5
    if kind == 1:
        return at + width, 0
    count = struct.unpack_from(order + "I", value, at)[0]
    at += 4
    if kind in _OF_PARTS:
        return at, count
    if kind not in _OF_RINGS:
        return at + count * width, 0
    for _ in range(count):
        at += 4 + width * struct.unpack_from(order + "I", value, at)[0]
    return at, 0
