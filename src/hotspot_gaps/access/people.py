"""People: how many live within a distance, inside an area, or beyond the reach of everything.

The counts come from a raster of people per cell; a cell counts by the share of its area inside.
The arithmetic is in `zonal`, circles and polygons are drawn in `outlines`; here are the frames.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from hotspot_gaps.access.areas import areas_of
from hotspot_gaps.access.chunks import budget, is_number
from hotspot_gaps.access.ellipsoid import check_points
from hotspot_gaps.access.frames import points_of
from hotspot_gaps.access.outlines import (
    carried_circles,
    carried_shapes,
    circle_outlines,
    circle_shapes,
    corners_of,
    shape_outlines,
    turned_shapes,
)
from hotspot_gaps.access.zonal import cells_under, zonal_sums
from hotspot_gaps.errors import SettingsError
from hotspot_gaps.sources.files import file_error
from hotspot_gaps.sources.population import check_apart, opened_population

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import geopandas as gpd

    from hotspot_gaps.access.ellipsoid import Floats, Ints
    from hotspot_gaps.access.outlines import Shapes
    from hotspot_gaps.access.zonal import Outlines
    from hotspot_gaps.sources.population import PopulationRaster

    Paths = str | Path | Sequence[str | Path]
    Sums = tuple[Floats, Floats]  # people, and the share of the area that is known

BYTES = 128_000_000  # to work with, unless the caller says
CORNER_BYTES = 120  # of a corner of a circle while it is drawn and carried
LONGEST_M = 5_000_000  # of a radius
MOST_CELLS = 5_000_000_000  # read at once: the largest countries at 100 m, or half a minute
NOTHING = 1e-9  # a share of an area; less is rounding


def people_within(
    places: gpd.GeoDataFrame,
    population: Paths,
    *,
    radius_m: float,
    max_bytes: int | None = None,
) -> pd.DataFrame:
    """Count the people within a radius of every place, a geodesic circle on the WGS84 ellipsoid.

    Parameters
    ----------
    places
        Points in any coordinate reference system. A place without a point gets no answer.
    population
        Path of a GeoTIFF of people per cell, counts and not densities, in any coordinate reference
        system, or several paths whose known cells do not overlap, such as one a country: their
        sums are added up.
    radius_m
        Radius in metres, above 0 and at most 5,000 km.
    max_bytes
        Bytes to work with, beside the frame and the answer; 128 MB when not given.

    Returns
    -------
    pandas.DataFrame
        Index of `places`; `people`, the sum of the cells by the share of their area within the
        circle, and `known_share`, the share of the circle's area on cells that hold a number.
        Cells without one are not known and add nothing, so that where `known_share` is below 1
        people may be missing; the sea often has none. NaN in `people` where nothing is known, and
        in both for a place without a point.

    Raises
    ------
    CRSError
        The frame or a raster has no coordinate reference system.
    InputError
        A geometry is not a point, a raster cannot be used, two rasters hold the same people, a
        circle holds a pole or a seam that the raster cannot show, or more than 5,000,000,000 cells
        would be read at once.
    MissingInputError
        There is no such file.
    SettingsError
        `radius_m` or `max_bytes` is not in its range.

    Notes
    -----
    A circle is a polygon of 128 corners or more, with the area of the circle (to 1e-4, up to 80
    degrees of latitude); no point of it is farther from the circle than 2.1e-4 of the radius.
    People are taken to live evenly in each cell. Shares of area are taken in the raster's plane.

    Examples
    --------
    A raster in which 100 people live on every square kilometre around Skopje:

    >>> import tempfile, geopandas as gpd, numpy as np, rasterio
    >>> grid = {"crs": "EPSG:3035", "transform": rasterio.Affine(1000, 0, 5.1e6, 0, -1000, 2.2e6)}
    >>> skopje = gpd.GeoDataFrame(geometry=gpd.points_from_xy([21.43], [42.0]), crs="EPSG:4326")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = f"{folder}/people.tif"
    ...     with rasterio.open(file, "w", "GTiff", 300, 300, 1, dtype="int32", **grid) as new:
    ...         new.write(np.full((1, 300, 300), 100, dtype="int32"))
    ...     people_within(skopje, file, radius_m=10_000).round(2)
         people  known_share
    0  31415.92          1.0
    """
    _check_radius(radius_m)
    size = _bytes(max_bytes)
    where = points_of(places, "places")
    points = check_points(where.lon, where.lat, "places")
    order = points.along_curve()
    each = max(1, size // 2 // (corners_of(radius_m) * CORNER_BYTES))

    def within(raster: PopulationRaster) -> Sums:
        people, share = np.empty(order.size), np.empty(order.size)
        # Neighbours together, so that few cells are read more than once.
        for chunk in (order[at : at + each] for at in range(0, order.size, each)):
            some, rows = points.take(chunk), where.rows[chunk]
            circles = carried_circles(some, rows, radius_m, raster, "places")
            outlines, cells = circle_outlines(circles, raster)
            people[chunk], share[chunk] = _summed(outlines, cells, raster, size // 2)
        return people, share

    return _table(*_over(population, within, order.size), where.rows, places.index)


def people_in(
    areas: gpd.GeoDataFrame, population: Paths, *, max_bytes: int | None = None
) -> pd.DataFrame:
    """Count the people inside every area: districts, countries, or what is within some minutes.

    Parameters
    ----------
    areas
        Polygons and multipolygons in any coordinate reference system, in which their sides are
        straight; areas may overlap. An area without a polygon gets no answer, one that crosses
        itself is mended.
    population, max_bytes
        As in `people_within`.

    Returns
    -------
    pandas.DataFrame
        Index of `areas`; `people` and `known_share` as in `people_within`.

    Raises
    ------
    CRSError
        The frame or a raster has no coordinate reference system.
    InputError
        A geometry is not a polygon, a raster cannot be used, two rasters hold the same people, an
        area is torn apart by the seam of a raster's reference system, or more than 5,000,000,000
        cells would be read at once.
    MissingInputError
        There is no such file.
    SettingsError
        `max_bytes` is not in its range.

    Examples
    --------
    Half of a cell of 100 people, a quarter of one of 20, and a cell that is not known:

    >>> import tempfile, geopandas as gpd, numpy as np, rasterio, shapely
    >>> grid = {"crs": "EPSG:3035", "transform": rasterio.Affine(1000, 0, 5e6, 0, -1000, 2.1e6)}
    >>> grid |= {"dtype": "int32", "nodata": -1}
    >>> area = shapely.box(5_000_500, 2_099_000, 5_001_250, 2_100_000)
    >>> sea = shapely.box(5_002_000, 2_099_000, 5_003_000, 2_100_000)
    >>> areas = gpd.GeoDataFrame({"name": ["land", "sea"]}, geometry=[area, sea], crs="EPSG:3035")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = f"{folder}/people.tif"
    ...     with rasterio.open(file, "w", "GTiff", 3, 1, 1, **grid) as new:
    ...         new.write(np.array([[[100, 20, -1]]], dtype="int32"))
    ...     people_in(areas, file)
       people  known_share
    0    55.0          1.0
    1     NaN          0.0
    """
    size = _bytes(max_bytes)
    shapes, rows = areas_of(areas, "areas")

    def inside(raster: PopulationRaster) -> Sums:
        carried = carried_shapes(shapes, rows, areas.crs, raster)
        return _inside(carried, raster, size)

    return _table(*_over(population, inside, rows.size), rows, areas.index)


def people_beyond(
    areas: gpd.GeoDataFrame,
    facilities: gpd.GeoDataFrame,
    population: Paths,
    *,
    radius_m: float,
    max_bytes: int | None = None,
) -> pd.DataFrame:
    """Count the people of every area who live farther than a radius from every facility.

    Parameters
    ----------
    areas
        As in `people_in`.
    facilities
        Points in any coordinate reference system; those without a point are passed over. With
        none at all, everybody is beyond.
    population, radius_m, max_bytes
        As in `people_within`.

    Returns
    -------
    pandas.DataFrame
        Index of `areas`; `people` in the area, `people_beyond` reach of every facility,
        `share_beyond`, the one by the other, NaN where no people are, and `known_share` of the
        area. NaN where nothing is known.

    Raises
    ------
    CRSError, InputError, MissingInputError, SettingsError
        As in `people_in` and `people_within`.

    Notes
    -----
    The circles of `people_within` are joined, and cut out of each area.

    Examples
    --------
    100 people on every square kilometre, 400 km² in all, and a circle of 5 km within them:

    >>> import tempfile, geopandas as gpd, numpy as np, rasterio, shapely
    >>> grid = {"crs": "EPSG:3035", "transform": rasterio.Affine(1000, 0, 5e6, 0, -1000, 2.1e6)}
    >>> square = shapely.box(5_000_000, 2_080_000, 5_020_000, 2_100_000)
    >>> areas = gpd.GeoDataFrame(geometry=[square], crs="EPSG:3035")
    >>> middle = gpd.GeoDataFrame(geometry=[square.centroid], crs="EPSG:3035")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = f"{folder}/people.tif"
    ...     with rasterio.open(file, "w", "GTiff", 20, 20, 1, dtype="int32", **grid) as new:
    ...         new.write(np.full((1, 20, 20), 100, dtype="int32"))
    ...     people_beyond(areas, middle, file, radius_m=5000).round(3)
        people  people_beyond  share_beyond  known_share
    0  40000.0      32146.019         0.804          1.0
    """
    _check_radius(radius_m)
    size = _bytes(max_bytes)
    shapes, rows = areas_of(areas, "areas")
    where = points_of(facilities, "facilities")
    points = check_points(where.lon, where.lat, "facilities")
    beyond = np.zeros(rows.size)

    def inside(raster: PopulationRaster) -> Sums:
        carried = carried_shapes(shapes, rows, areas.crs, raster)
        circles = carried_circles(points, where.rows, radius_m, raster, "facilities")
        turned, owner = turned_shapes(carried, raster)
        rest = _without(turned, circle_shapes(circles, raster))
        outlines, _ = shape_outlines(rest, raster, owner)
        beyond[:] += _summed(outlines, np.ones(rows.size), raster, size)[0]
        return _inside(carried, raster, size)

    sums = _over(population, inside, rows.size)
    table = _table(*sums, rows, areas.index)
    left = np.full(len(areas), np.nan)
    left[rows] = np.clip(beyond, 0, sums[0].clip(0))
    table.insert(1, "people_beyond", np.where(table["people"].isna(), np.nan, left))
    share = table["people_beyond"] / table["people"].where(table["people"] > 0)
    table.insert(2, "share_beyond", share)
    return table


def _check_radius(radius_m: float) -> None:
    if not is_number(radius_m) or not 0 < radius_m <= LONGEST_M:
        raise SettingsError(f"radius_m: {radius_m} must be above 0 and at most {LONGEST_M:,}.")


def _bytes(max_bytes: int | None) -> int:
    """Return the bytes to work with."""
    return BYTES if max_bytes is None else budget(1, max_bytes).bytes_each


def _inside(shapes: Shapes, raster: PopulationRaster, size: int) -> Sums:
    """Sum what is inside polygons that lie in the plane of a raster."""
    turned, owner = turned_shapes(shapes, raster)
    outlines, cells = shape_outlines(turned, raster, owner)
    return _summed(outlines, cells[: len(shapes)], raster, size)


def _summed(outlines: Outlines, cells: Floats, raster: PopulationRaster, size: int) -> Sums:
    """Sum outlines whose owners have so many cells each, NaN where none can be."""
    grid = raster.shape, raster.block
    if cells_under(outlines, *grid, most=MOST_CELLS, max_bytes=size) > MOST_CELLS:
        what = f"more than {MOST_CELLS:,} cells lie under what is asked for."
        fix = "Save the raster with coarser cells, or ask for fewer or smaller areas."
        raise file_error(raster.name, what, fix)
    people, known = zonal_sums(outlines, cells.size, raster.read, *grid, max_bytes=size)
    return people, np.where(cells > 0, known / np.where(cells > 0, cells, 1), 0)


def _without(shapes: Shapes, circles: Shapes) -> Shapes:
    """Cut circles out of polygons."""
    tree = shapely.STRtree(circles)
    rest = shapes.copy()
    for row, shape in enumerate(shapes):
        near = tree.query(shape) if shape is not None else []
        if len(near):
            rest[row] = shapely.difference(shape, shapely.union_all(circles[near]))
    return rest


def _over(population: Paths, work: Callable[[PopulationRaster], Sums], count: int) -> Sums:
    """Add up people and known shares over rasters."""
    paths = [population] if isinstance(population, str | Path) else list(population)
    if not paths:
        raise SettingsError("population: name one GeoTIFF or more.")
    check_apart(paths)
    people, share = np.zeros(count), np.zeros(count)
    for path in paths:
        with opened_population(path) as raster:
            more, known = work(raster)
        people += more
        share += known
    return people, share


def _table(people: Floats, share: Floats, rows: Ints, index: pd.Index[Any]) -> pd.DataFrame:
    """Make the frame; what is beside everything known is not known."""
    columns = np.full((2, len(index)), np.nan)
    share = np.clip(share, 0, 1)
    nothing = share <= NOTHING
    columns[0, rows] = np.where(nothing, np.nan, people.clip(0))
    columns[1, rows] = np.where(nothing, 0, share)
    return pd.DataFrame({"people": columns[0], "known_share": columns[1]}, index=index)
