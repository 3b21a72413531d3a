"""Tangles: polygons that cross themselves so often that mending them would not end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hotspot_gaps.errors import InputError, Problem

if TYPE_CHECKING:
    from typing import Any

    import geopandas as gpd

# Pairs of pieces of an outline whose boxes touch. An outline on a map has some three a piece.
PAIRS_A_PIECE, SPARE_PAIRS = 50, 100_000
_PAIRS_AT_ONCE = 5_000_000


def refuse_tangles(frame: gpd.GeoDataFrame, file: str) -> None:
    """Refuse polygons whose mending takes time and memory without bound.

    GEOS finds every crossing of an outline with itself: 200 corners at random have seven thousand,
    2,000 have a hundred times as many.

    Raises
    ------
    InputError
        A polygon that is not valid crosses itself too often.
    """
    what = "this polygon crosses itself in too many places."
    fix = "Draw it anew, or simplify it."
    problems = [
        Problem(file, int(str(row)), "geometry", "", what, fix)
        for row, shape in zip(frame.index, frame.geometry, strict=True)
        if not shape.is_valid and is_tangled(shape)
    ]
    if problems:
        raise InputError(problems)


def is_tangled(polygon: Any) -> bool:
    """Say whether too many pieces of the outline of a polygon are near each other."""
    import shapely

    ends, part = shapely.get_coordinates(shapely.get_rings(polygon), return_index=True)
    along = part[1:] == part[:-1]
    pieces = shapely.linestrings(np.stack([ends[:-1], ends[1:]], axis=1)[along])
    tree = shapely.STRtree(pieces)
    most = PAIRS_A_PIECE * len(pieces) + SPARE_PAIRS
    step = max(1, _PAIRS_AT_ONCE // len(pieces))
    pairs = 0
    for begin in range(0, len(pieces), step):
        pairs += tree.query(pieces[begin : begin + step]).shape[1]
        if pairs > most:
            return True
    return False
