"""Population: a GeoTIFF of people per cell, checked at the door and read window by window."""

from __future__ import annotations

import math
import warnings
from contextlib import contextmanager
from itertools import combinations
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from hotspot_gaps.errors import CRSError, HotspotGapsError
from hotspot_gaps.sources.files import file_error, regular_file
from hotspot_gaps.sources.reference_systems import reads_files

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray
    from pyproj import CRS

    Window = tuple[int, int, int, int]  # first row, row after the last, first column, and after
    Cells = tuple[NDArray[Any], NDArray[np.bool_] | None]

MAX_CELLS = 200_000_000_000  # the whole earth at 100 m has 75 thousand million
MAX_BLOCK_BYTES = 256_000_000  # of a strip or tile, which is unpacked as one
LATTICE = 48  # rows and columns of a raster that are held against another one
MAX_PEOPLE = 1e10  # in a cell; more than there are on earth
# No file beside the raster is looked for or read, and little of it is kept.
_ENVIRONMENT = {
    "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR",
    "GDAL_PAM_ENABLED": "NO",
    "GTIFF_REPORT_COMPD_CS": "NO",
    "GDAL_CACHEMAX": 64_000_000,  # bytes; put back afterwards
}


class PopulationRaster(NamedTuple):
    """An open raster of people per cell, north up.

    Attributes
    ----------
    name
        Name of the file, without folders.
    crs
        Its coordinate reference system.
    shape
        Rows and columns.
    block
        Rows and columns of the pieces in which it is stored.
    west, north
        Outer corner of the first cell, in units of `crs`.
    width, height
        Of a cell, in units of `crs`.
    read
        Called with a window (first row, row after the last, first column, column after the last);
        gives the values, 0 where there is no number, and which of them are numbers, None if all.
    """

    name: str
    crs: CRS
    shape: tuple[int, int]
    block: tuple[int, int]
    west: float
    north: float
    width: float
    height: float
    read: Callable[[Window], Cells]

    @property
    def east(self) -> float:
        """Outer edge of the last column."""
        return self.west + self.shape[1] * self.width

    @property
    def south(self) -> float:
        """Outer edge of the last row."""
        return self.north - self.shape[0] * self.height


@contextmanager
def opened_population(path: str | Path) -> Iterator[PopulationRaster]:
    """Open a GeoTIFF of people per cell.

    Parameters
    ----------
    path
        A local GeoTIFF with one band of counts, not densities, in any coordinate reference system.
        NaN and the declared nodata value mean "not known", which is not zero. Nothing beside the
        file is read: a world file, overviews or statistics in other files do not count.

    Yields
    ------
    PopulationRaster
        No cell is read before it is asked for.

    Raises
    ------
    CRSError
        It has no coordinate reference system, or one that is neither geographic nor projected.
    InputError
        It is no GeoTIFF, is damaged, rotated, too large or has several bands. A negative,
        infinite or impossible count is told when it is read.
    MissingInputError
        There is no such file.

    Examples
    --------
    >>> import tempfile, numpy as np, rasterio
    >>> grid = {"crs": "EPSG:3035", "transform": rasterio.Affine(1000, 0, 5e6, 0, -1000, 2.1e6)}
    >>> grid |= {"dtype": "int32", "nodata": -1}
    >>> people = np.array([[[100, 20], [-1, 0]]], dtype="int32")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = f"{folder}/people.tif"
    ...     with rasterio.open(file, "w", "GTiff", 2, 2, 1, **grid) as new:
    ...         new.write(people)
    ...     with opened_population(file) as raster:
    ...         values, known = raster.read((0, 2, 0, 2))
    >>> raster.shape, known.tolist()
    ((2, 2), [[True, True], [False, True]])
    """
    import rasterio

    file = regular_file(path)
    with _told(file.name), rasterio.Env(**_ENVIRONMENT), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what it warns of is checked below
        # A path, not text, so that nothing in it is taken for an address; one driver, so that no
        # other format is looked for; and nothing of where it lies from other files.
        with rasterio.open(
            file, driver="GTiff", sharing=False, GEOREF_SOURCES="INTERNAL"
        ) as opened:
            _check_size(opened, file.name)
            yield _raster(opened, file.name)


def check_apart(paths: Sequence[str | Path]) -> None:
    """Refuse two rasters of the same people, which would be counted twice.

    Neighbours may share cells along their border, each with its own part of the people, and
    unknown cells do not count. So a lattice of known cells of the smaller raster is looked up in
    the larger one, and they are taken to be the same people if more than half are known there too.

    Raises
    ------
    InputError
        Two rasters hold the same people.
    """
    for one, other in combinations(paths, 2):
        with opened_population(one) as first, opened_population(other) as second:
            small, large = sorted((first, second), key=lambda raster: math.prod(raster.shape))
            shared, known = _shared(small, large)
        if shared > known / 2:
            what = f"{shared} of {known} cells that were tried are known in {large.name} too."
            raise file_error(small.name, what, "Name rasters that do not overlap.")


def _shared(small: PopulationRaster, large: PopulationRaster) -> tuple[int, int]:
    """Count known cells on a lattice over a raster, and those that another one knows as well."""
    from pyproj import Transformer

    rows, columns = (np.unique(np.linspace(0, n - 1, LATTICE).astype(int)) for n in small.shape)
    found = []
    for row in rows.tolist():
        values, known = small.read((row, row + 1, 0, small.shape[1]))
        there = np.ones(values.shape, dtype=bool) if known is None else known
        found += [(row, column) for column in columns[there[0, columns]].tolist()]
    at = np.array(found, dtype=np.float64).reshape(-1, 2) + 0.5
    x, y = small.west + at[:, 1] * small.width, small.north - at[:, 0] * small.height
    x, y = map(
        np.asarray, Transformer.from_crs(small.crs, large.crs, always_xy=True).transform(x, y)
    )
    on = (
        np.isfinite(x)
        & (x >= large.west)
        & (x < large.east)
        & (y > large.south)
        & (y <= large.north)
    )
    shared = 0
    for column, row in zip(
        ((x[on] - large.west) // large.width).astype(int).tolist(),
        ((large.north - y[on]) // large.height).astype(int).tolist(),
        strict=True,
    ):
        _, known = large.read((row, row + 1, column, column + 1))
        shared += known is None or bool(known[0, 0])
    return shared, len(found)


def _check_size(opened: Any, file: str) -> None:
    """Refuse, before anything is read, what is no single band of numbers of a bearable size."""
    if opened.count != 1:
        what = f"this has {opened.count} bands."
        raise file_error(file, what, "Save the one band that holds the people of a cell.")
    kind = opened.dtypes[0]
    if not kind.startswith(("int", "uint", "float")):
        raise file_error(file, f"its cells are of type {kind}.", "Save whole or decimal numbers.")
    if opened.width * opened.height > MAX_CELLS:
        what = f"this has {opened.width:,} × {opened.height:,} cells, more than {MAX_CELLS:,}."
        raise file_error(file, what, "Cut out what is needed, for example with gdalwarp -te.")
    size = math.prod(opened.block_shapes[0]) * np.dtype(kind).itemsize
    if size > MAX_BLOCK_BYTES:
        what = f"it is stored in pieces of {size / 1e6:,.0f} MB."
        raise file_error(file, what, "Save it in tiles: gdal_translate -co TILED=YES.")
    if opened.scales != (1.0,) or opened.offsets != (0.0,):
        what = "its values are scaled."
        raise file_error(file, what, "Save plain counts: gdal_translate -unscale -ot Float32.")


def _raster(opened: Any, file: str) -> PopulationRaster:
    """Say where the cells are, and how they are read."""
    crs = _crs(opened, file)
    place = opened.transform
    if not all(map(math.isfinite, place[:6])) or place.is_identity:
        what = "it does not say where its cells are."
        raise file_error(file, what, "Save it with its position: gdal_translate -a_ullr.")
    if place.b or place.d or place.a <= 0 or place.e >= 0:
        raise file_error(file, "it is rotated or not north up.", "Turn it north up with gdalwarp.")
    if crs.is_geographic and opened.width * place.a > 360 * (1 + 1e-9):
        what = "it goes around the earth more than once."
        raise file_error(file, what, "Cut it to 360 degrees: gdalwarp -te.")
    return PopulationRaster(
        file,
        crs,
        (opened.height, opened.width),
        opened.block_shapes[0],
        place.c,
        place.f,
        place.a,
        -place.e,
        lambda window: _read(opened, file, window),
    )


def _crs(opened: Any, file: str) -> CRS:
    """Return the coordinate reference system, one of degrees or on a plane."""
    from pyproj import CRS
    from pyproj.exceptions import CRSError as NoCRS

    if opened.crs is None:
        raise CRSError(
            f"{file}: no coordinate reference system. Say which one its coordinates are in: "
            "gdal_edit.py -a_srs EPSG:…"
        )
    try:
        crs = CRS.from_wkt(opened.crs.to_wkt())
    except NoCRS as error:
        raise CRSError(
            f"{file}: its coordinate reference system cannot be read. Give it one of EPSG."
        ) from error
    if reads_files(crs):
        raise CRSError(
            f"{file}: its coordinate reference system names files or steps of its own. "
            "Give it one of EPSG: gdal_edit.py -a_srs EPSG:…"
        )
    degrees = crs.is_geographic and crs.axis_info[0].unit_name == "degree"
    if not (degrees or crs.is_projected):
        raise CRSError(
            f"{file}: {crs.name!r} is neither geographic, in degrees, nor projected. "
            "Bring it into one that is: gdalwarp -t_srs."
        )
    return crs


def _read(opened: Any, file: str, window: Window) -> Cells:
    """Read a window: counts, and which cells hold one."""
    from rasterio.enums import MaskFlags
    from rasterio.windows import Window as Part

    first, end, left, right = window
    part = Part(left, first, right - left, end - first)
    with _told(file):
        values = opened.read(1, window=part)
        masked = MaskFlags.per_dataset in opened.mask_flag_enums[0]
        mask = opened.read_masks(1, window=part) > 0 if masked else None
    nodata = opened.nodata
    plain = mask is None and (nodata is None or not nodata >= 0)
    if plain and values.min() >= 0 and values.max() <= MAX_PEOPLE:
        return values, None  # also none is NaN, and none is a nodata below zero
    known = ~np.isnan(values)
    if mask is not None:
        known &= mask
    if nodata is not None:
        known &= values != nodata
    values[~known] = 0
    _check_counts(values, file)
    return values, known


def _check_counts(values: NDArray[Any], file: str) -> None:
    """Refuse numbers that no count of people can be."""
    low, high = values.min().item(), values.max().item()
    if low < 0:
        what = f"a cell holds {low:g}, and a count of people cannot be negative."
        fix = f"If it means 'not known', declare it: gdal_edit.py -a_nodata {low:g}."
        raise file_error(file, what, fix)
    if high > MAX_PEOPLE:
        what = f"a cell holds {high:g} people, more than there are on earth."
        fix = f"If it means 'not known', declare it: gdal_edit.py -a_nodata {high:g}."
        raise file_error(file, what, fix)


@contextmanager
def _told(file: str) -> Iterator[None]:
    """Tell whatever GDAL trips over as a fault of the file."""
    from rasterio.errors import RasterioError

    try:
        yield
    except HotspotGapsError:
        raise
    except (RasterioError, MemoryError) as error:
        what = "this cannot be read as a GeoTIFF: it is another format, or damaged."
        raise file_error(file, what, "Save it as GeoTIFF, or download it again.") from error
