"""Surfaces: a value for every cell of an equal-area grid, as a cloud-optimized GeoTIFF.

What is measured is the caller's business: `write_surface` asks for the values of some cells at a
time and knows neither roads nor organizations. Cells and file are written in windows, so that
memory does not grow with the grid.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from hotspot_gaps.errors import HotspotGapsError, OutputError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import geopandas as gpd
    from numpy.typing import ArrayLike

    from hotspot_gaps.access.ellipsoid import Floats
    from hotspot_gaps.outputs.surface_grid import Grid

    Measure: TypeAlias = Callable[[Floats, Floats], ArrayLike]

WGS84 = "EPSG:4326"
NODATA = -9999.0
BLOCK = 512
CACHE_MB = 64


def write_surface(
    path: Path,
    grid: Grid,
    measure: Measure,
    *,
    unit: str,
    description: str,
    codes: Mapping[int, str] | None = None,
    withheld: int = 0,
    tags: Mapping[str, str] | None = None,
) -> None:
    """Measure every cell of a grid whose centre is in the countries, and write a GeoTIFF.

    Parameters
    ----------
    path
        File to write; it is there whole or not at all.
    grid
        From `surface_grid`.
    measure
        Called with longitudes and latitudes in degrees on WGS84, some cells at a time; returns a
        value a cell: 0 or more, one of `codes`, or NaN for no answer.
    unit
        Of the values, such as `km`.
    description
        What a value says, in a line.
    codes
        Negative whole numbers that are answers of another kind, with their meaning.
    withheld
        How many organizations were left out for safety; told in the tags.
    tags
        What else the file shall say of itself, such as the date and the sources. No path, no time
        of writing: the same input gives the same bytes.

    Raises
    ------
    OutputError
        The file cannot be written; what was there before still is.
    ValueError
        `measure` returns another number of values, or a negative one that is no code.

    Notes
    -----
    A cloud-optimized GeoTIFF as GDAL writes it: float32, -9999 outside the countries and where
    there is no answer, DEFLATE with the predictor for floats, tiles of 512, overviews. An overview
    takes one of the cells it covers and does not average them: a mean of a code and a number, such
    as of -1 and 120 minutes, would be a value that nobody measured.
    """
    from rasterio import Env
    from rasterio._err import CPLE_BaseError  # what GDAL says where rasterio has no class for it
    from rasterio.errors import RasterioError

    path, codes = Path(path), dict(codes or {})
    if any(code >= 0 or code == NODATA for code in codes):
        raise ValueError(f"codes: {sorted(codes)} must be negative, and not {NODATA:.0f}.")
    said = {
        "AREA_OR_POINT": "Area",
        "description": description,
        "unit": unit,
        "codes": json.dumps({str(c): codes[c] for c in sorted(codes, reverse=True)}),
        "withheld": _withheld(withheld),
        **(tags or {}),
    }
    try:
        with (
            tempfile.TemporaryDirectory(prefix=".surface-", dir=path.parent) as aside,
            Env(GDAL_CACHEMAX=CACHE_MB),
        ):
            cells, optimized = Path(aside) / "cells.tif", Path(aside) / "surface.tif"
            _write_cells(cells, grid, measure, codes, said)
            _optimize(cells, optimized)
            optimized.replace(path)
    except HotspotGapsError:
        raise
    except (OSError, RasterioError, CPLE_BaseError) as error:
        reason = getattr(error, "strerror", None) or "GDAL could not write it; is the disk full?"
        fix = "Make room or mend that, and write it again."
        raise OutputError(f"{path.name}: not written ({reason}). {fix}") from error


def _withheld(count: int) -> str:
    """Say how many organizations are left out, and what follows."""
    if not count:
        return "0"
    are = "organization is" if count == 1 else "organizations are"
    return f"{count} {are} left out for safety; where one is the nearest, the value is too large"


def _write_cells(
    path: Path, grid: Grid, measure: Measure, codes: dict[int, str], said: dict[str, str]
) -> None:
    """Write all cells in windows, as they come."""
    import rasterio
    from rasterio.windows import Window

    look = {
        "driver": "GTiff", "width": grid.width, "height": grid.height, "count": 1,
        "dtype": "float32", "nodata": NODATA, "crs": grid.crs.to_wkt(),
        "transform": grid.transform, "tiled": True, "blockxsize": BLOCK, "blockysize": BLOCK,
        "bigtiff": "if_safer",
    }  # fmt: skip
    cells_inside = 0
    with rasterio.open(path, "w", **look) as cells:
        for start, stop in grid.bands():
            inside = grid.inside(start, stop)
            block = np.full(inside.shape, NODATA, dtype=np.float32)
            if inside.any():
                lon, lat = grid.centres(start, inside)
                block[inside] = _checked(measure(lon, lat), lon.size, codes)
            cells.write(block, 1, window=Window(0, start, grid.width, stop - start))
            cells_inside += int(inside.sum())
        cells.update_tags(**said, cells_inside=str(cells_inside))
        cells.set_band_description(1, said["description"])
        cells.set_band_unit(1, said["unit"])


def _checked(values: ArrayLike, size: int, codes: dict[int, str]) -> Floats:
    """Return values as they stand in the file; refuse what the file could not explain."""
    found = np.asarray(values, dtype=np.float64)
    if found.shape != (size,):
        raise ValueError(f"measure: {size} cells were asked for, {found.shape} values came back.")
    answered = ~np.isnan(found)
    odd = answered & ~((found >= 0) & (found < np.inf)) & ~np.isin(found, list(codes))
    if odd.any():
        raise ValueError(f"measure: {found[odd][0]:g} is neither 0 or more nor one of the codes.")
    return np.where(answered, found, NODATA)


def _optimize(cells: Path, path: Path) -> None:
    """Copy into the layout of a cloud-optimized GeoTIFF, with overviews."""
    from rasterio.shutil import copy

    copy(
        cells, path, driver="COG", compress="deflate", predictor="yes", blocksize=BLOCK,
        overview_resampling="nearest", bigtiff="if_safer",
    )  # fmt: skip


def distance_km(organizations: gpd.GeoDataFrame) -> Measure:
    """Return a measure for `write_surface`: kilometres to the nearest public organization.

    Parameters
    ----------
    organizations
        As `load_organizations` returns them, those to measure to. Restricted ones are left out
        here as well: a surface would show where they are. Rows without a point are passed over.

    Returns
    -------
    callable
        Takes longitudes and latitudes in degrees and returns geodesic kilometres on WGS84, exact;
        NaN where there is no organization at all.

    Examples
    --------
    >>> from hotspot_gaps import load_organizations
    >>> organizations = load_organizations(as_of="2020-12-31")
    >>> to_supported = distance_km(organizations[organizations["supported"]])
    >>> to_supported(np.array([20.46]), np.array([44.81])).round(1).tolist()
    [267.7]
    """
    from hotspot_gaps.access.chunks import budget
    from hotspot_gaps.access.ellipsoid import check_points
    from hotspot_gaps.access.facilities import index_facilities
    from hotspot_gaps.access.neighbours import nearest_of
    from hotspot_gaps.gaps.discretion import is_restricted

    public = organizations[~is_restricted(organizations) & organizations.geometry.notna()]
    points = public.geometry.to_crs(WGS84)
    facilities = index_facilities(points.x.to_numpy(), points.y.to_numpy(), unique=True)

    def measure(lon: Floats, lat: Floats) -> Floats:
        cells = check_points(lon, lat, "cells")
        metres: Floats = nearest_of(cells, facilities, 1, budget(-1, None))[1][:, 0]
        return metres / 1000

    return measure
