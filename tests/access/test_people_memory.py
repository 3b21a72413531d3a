"""A raster that no memory would hold: summed below a ceiling that is a quarter of it."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

SIDE = 40_000  # cells of four bytes: 6.4 GB
CODE = """
import resource, sys
resource.setrlimit(resource.RLIMIT_DATA, (1_500_000_000,) * 2)
import geopandas as gpd, numpy as np, rasterio, shapely
from rasterio.windows import Window
from hotspot_gaps.access.people import people_beyond, people_in, people_within

path, side, cell = sys.argv[1], int(sys.argv[2]), 6 / int(sys.argv[2])
place = rasterio.transform.from_origin(16, 46, cell, cell)
options = dict(width=side, height=side, count=1, dtype="float32", crs="EPSG:4326", nodata=-9)
layout = dict(tiled=True, blockxsize=512, blockysize=512, compress="deflate", SPARSE_OK=True)
values = np.random.default_rng(3).random((2_000, 2_000), dtype=np.float32)
row, column = 12_288, 20_480
with rasterio.open(path, "w", "GTiff", transform=place, **options, **layout) as raster:
    raster.write(values, 1, window=Window(column, row, 2_000, 2_000))
west, north = 16 + column * cell, 46 - row * cell
inside = shapely.box(west, north - 1_000 * cell, west + 2_000 * cell, north)
whole = shapely.box(16.01, 40.01, 21.99, 45.99)
areas = gpd.GeoDataFrame(geometry=[inside, whole], crs="EPSG:4326")
middle = shapely.Point(west + 1_000 * cell, north - 1_000 * cell)
points = gpd.GeoDataFrame(geometry=[middle], crs="EPSG:4326")
found = people_in(areas, path)["people"].to_numpy()
expected = values[:1_000].sum(dtype=float), values.sum(dtype=float)
assert np.allclose(found, expected, rtol=1e-9), (found, expected)
near = people_within(points, path, radius_m=5_000)["people"].iloc[0]
square = shapely.box(west, north - 2_000 * cell, west + 2_000 * cell, north)
alone = gpd.GeoDataFrame(geometry=[square], crs="EPSG:4326")
far = people_beyond(alone, points, path, radius_m=5_000)["people_beyond"].iloc[0]
assert 0 < near < expected[1] and np.isclose(near + far, expected[1], rtol=1e-3), (near, far)
# not ru_maxrss, which Linux hands down from the process that started this one
print(int(open("/proc/self/status").read().split("VmHWM:")[1].split()[0]) // 1000)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="limits of data hold on Linux alone")
def test_a_raster_larger_than_memory(tmp_path):
    path = tmp_path / "sparse.tif"
    program = [sys.executable, "-W", "ignore", "-c", CODE, str(path), str(SIDE)]
    done = subprocess.run(
        program,
        check=False,
        capture_output=True,
        text=True,
        timeout=300,
        env={**os.environ, "ARROW_DEFAULT_MEMORY_POOL": "system"},
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 1_500
    assert path.stat().st_size < 100_000_000
