"""Tangles: a polygon that crosses itself everywhere is told in bounded time."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
from shapely import Polygon

from hotspot_gaps.errors import InputError
from hotspot_gaps.sources.boundaries import checked_polygons


def test_a_polygon_that_crosses_itself_everywhere_is_not_mended():
    tangle = Polygon(np.random.default_rng(1).random((3_000, 2)))
    frame = gpd.GeoDataFrame({"country": ["ME"], "name": ["a"]}, geometry=[tangle], crs="EPSG:4326")
    with pytest.raises(InputError, match="crosses itself in too many places"):
        checked_polygons(frame, "a.gpkg")
