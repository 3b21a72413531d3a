"""Surfaces: a value for every cell of an equal-area grid, as a cloud-optimized GeoTIFF.

What is measured is the caller's business: `write_surface` asks for the values of some cells at a
time and knows neither roads nor organizations. Cells and file are written in windows, so that
memory does not grow with the grid.
"""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from hotspot_gaps.errors import CRSError, HotspotGapsError, OutputError, SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import geopandas as gpd
    from affine import Affine
    from numpy.typing import ArrayLike, NDArray
    from pyproj import CRS

    from hotspot_gaps.access.ellipsoid import Floats

    Measure: TypeAlias = Callable[[Floats, Floats], ArrayLike]

WGS84 = "EPSG:4326"
EUROPE = "EPSG:3035"  # ETRS89-LAEA: the grid of European statistics
NODATA = -9999.0
MOST_CELLS, MOST_SIDE = 250_000_000, 100_000
CELLS_AT_ONCE = 2**19
BLOCK = 512
CACHE_MB = 64
# A straight line between two degrees bends in the projection: corners this close keep it.
CORNER_DEGREES = 0.1


@dataclass(frozen=True)
class Grid:
    """A grid of square cells of equal area over some countries.

    Attributes
    ----------
    crs
        An equal-area projection in metres.
    transform
        From column and row to the upper left corner of a cell; edges lie on whole cells.
    width, height
        Columns and rows.
    shapes
        The countries, in `crs`.
    """

    crs: CRS
    transform: Affine
    width: int
    height: int
    shapes: tuple[Any, ...] = field(repr=False)

    def bands(self) -> Iterator[tuple[int, int]]:
        """Yield first row and last row plus one of windows that fit into memory."""
        rows = max(1, CELLS_AT_ONCE // self.width)
        for start in range(0, self.height, rows):
            yield start, min(start + rows, self.height)

    def inside(self, start: int, stop: int) -> NDArray[np.bool_]:
        """Say which cells of some rows have their centre in the countries.

        Parameters
        ----------
        start, stop
            First row, and last row plus one.

        Returns
        -------
        numpy.ndarray
            Of shape (stop - start, width).
        """
        import shapely
        from rasterio.features import rasterize
        from rasterio.transform import array_bounds, from_origin

        rows, cell_m = stop - start, self.transform.a
        band = from_origin(self.transform.c, self.transform.f - start * cell_m, cell_m, cell_m)
        # Only what lies in the band is drawn: coasts may have a million corners.
        clipped = shapely.clip_by_rect(self.shapes, *array_bounds(rows, self.width, band))
        parts = shapely.get_parts(shapely.get_parts(clipped))
        parts = parts[shapely.area(parts) > 0]
        if not len(parts):
            return np.zeros((rows, self.width), dtype=bool)
        drawn = rasterize(parts, (rows, self.width), transform=band, dtype="uint8")
        return np.asarray(drawn, dtype=np.bool_)

    def centres(self, start: int, inside: NDArray[np.bool_]) -> tuple[Floats, Floats]:
        """Return longitudes and latitudes of the centres of marked cells, in degrees on WGS84.

        Parameters
        ----------
        start
            Row of the grid that is the first one of `inside`.
        inside
            Which cells.
        """
        from pyproj import Transformer

        rows, columns = np.nonzero(inside)
        x = self.transform.c + (columns + 0.5) * self.transform.a
        y = self.transform.f + (rows + start + 0.5) * self.transform.e
        lon, lat = Transformer.from_crs(self.crs, WGS84, always_xy=True).transform(x, y)
        return lon, lat


def surface_grid(countries: gpd.GeoDataFrame, *, cell_m: float = 1000) -> Grid:
    """Lay a grid of equal cells over some countries.

    Parameters
    ----------
    countries
        Polygons in any declared CRS; cells with their centre in one of them are measured.
    cell_m
        Side of a cell in metres.

    Returns
    -------
    Grid
        In ETRS89-LAEA (EPSG:3035), the grid of European statistics, where the countries lie in its
        area of use; elsewhere in a Lambert azimuthal equal-area projection about their centre.
        Edges lie on whole multiples of `cell_m`.

    Raises
    ------
    CRSError
        The countries have no coordinate reference system, or cannot be projected.
    SettingsError
        There is no country, the cell is no length, or the grid would be absurdly large.

    Examples
    --------
    >>> from hotspot_gaps import load_boundaries
    >>> countries = load_boundaries()
    >>> grid = surface_grid(countries[countries["country"].isin(["ME", "XK"])], cell_m=10_000)
    >>> grid.crs.to_string(), grid.width, grid.height, int(grid.inside(0, grid.height).sum())
    ('EPSG:3035', 29, 19, 244)
    """
    import geopandas as gpd
    import shapely
    from affine import Affine

    if isinstance(cell_m, bool) or not 1 <= cell_m <= 1_000_000:
        raise SettingsError(f"cell_m: {cell_m} must be from 1 to 1,000,000 metres.")
    if countries.crs is None:
        raise CRSError("countries: no coordinate reference system. Set it with set_crs.")
    shapes = countries.geometry.to_crs(WGS84).to_numpy()
    shapes = shapes[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))]
    if not len(shapes):
        raise SettingsError("countries: there is none to lay a grid over.")
    crs = _equal_area(shapes)
    projected = gpd.GeoSeries(shapely.segmentize(shapes, CORNER_DEGREES), crs=WGS84).to_crs(crs)
    west, south, east, north = projected.total_bounds
    if not np.isfinite(projected.total_bounds).all():
        raise CRSError("countries: they reach around the earth; no one equal-area map holds them.")
    left, bottom = np.floor([west / cell_m, south / cell_m])
    width, height = np.ceil([east / cell_m, north / cell_m]) - [left, bottom]
    _check_size(width, height, cell_m)
    transform = Affine(cell_m, 0, left * cell_m, 0, -cell_m, (bottom + height) * cell_m)
    return Grid(crs, transform, int(width), int(height), tuple(projected))


def _equal_area(shapes: Any) -> CRS:
    """Choose the European grid where it is meant to be used, or a projection about the centre."""
    import shapely
    from pyproj import CRS

    europe = CRS(EUROPE)
    west, south, east, north = shapely.total_bounds(shapes)
    use: Any = europe.area_of_use
    if use.west <= west and east <= use.east and use.south <= south and north <= use.north:
        return europe
    lon, lat = _centre(shapes)
    about = {"proj": "laea", "lon_0": lon, "lat_0": lat, "datum": "WGS84", "units": "m"}
    return CRS.from_dict(about)


def _centre(shapes: Any) -> tuple[float, float]:
    """Return the centre of gravity on the sphere to a tenth of a degree, across the date line."""
    import shapely

    parts = shapely.get_parts(shapes)
    middle = shapely.centroid(parts)
    lon, lat = np.radians(shapely.get_x(middle)), np.radians(shapely.get_y(middle))
    weight = shapely.area(parts) * np.cos(lat)
    x, y, z = (
        np.sum(weight * part)
        for part in (np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat))
    )
    centre = np.degrees([np.arctan2(y, x), np.arctan2(z, np.hypot(x, y))])
    return float(centre[0].round(1)), float(centre[1].round(1))


def _check_size(width: float, height: float, cell_m: float) -> None:
    """Refuse a grid that nobody can have meant, before a byte is set aside for it."""
    over = max(width * height / MOST_CELLS, (max(width, height) / MOST_SIDE) ** 2)
    if over > 1:
        enough = np.ceil(1.01 * cell_m * over**0.5)
        raise SettingsError(
            f"cell_m: cells of {cell_m:g} m would make {width:,.0f} by {height:,.0f} of them; at "
            f"most {MOST_CELLS:,} are written. Use cells of {enough:,.0f} m "
            "or more, or fewer countries."
        )


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
    except (OSError, RasterioError) as error:
        reason = getattr(error, "strerror", None) or "GDAL could not write it; is the disk full?"
        raise OutputError(f"{path.name}: not written ({reason}).") from error


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
