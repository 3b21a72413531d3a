"""The grid of a surface: square cells of equal area over some countries."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from hotspot_gaps.errors import CRSError, SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import geopandas as gpd
    from affine import Affine
    from numpy.typing import NDArray
    from pyproj import CRS

    from hotspot_gaps.access.ellipsoid import Floats

WGS84 = "EPSG:4326"
EUROPE = "EPSG:3035"  # ETRS89-LAEA: the grid of European statistics
MOST_CELLS, MOST_SIDE = 250_000_000, 100_000
CELLS_AT_ONCE = 2**19
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
