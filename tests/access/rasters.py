"""Small rasters of people for the tests of this room."""

from __future__ import annotations

import numpy as np
import rasterio
from rasterio.transform import from_origin


def write(path, values, corner, cell, crs="EPSG:3035", **options):
    """Write values as a GeoTIFF with its upper left corner and its size of cell."""
    values = np.asarray(values)
    width, height = cell if isinstance(cell, tuple) else (cell, cell)
    with rasterio.open(
        path, "w", "GTiff", values.shape[1], values.shape[0], 1, dtype=values.dtype, crs=crs,
        transform=from_origin(*corner, width, height), **options,
    ) as new:  # fmt: skip
        new.write(values[None])
    return path


def crowd(rng, shape, nodata=0.2):
    """Make people per cell, some not known, as float32 with nodata -9."""
    values = rng.exponential(50, shape).astype("float32")
    values[rng.random(shape) < nodata] = -9
    return values
