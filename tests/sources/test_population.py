"""Population rasters: what is read, and what is refused at the door."""

from __future__ import annotations

import shutil

import numpy as np
import pytest
import rasterio
from rasterio.transform import Affine, from_origin

from hotspot_gaps.errors import CRSError, InputError, MissingInputError
from hotspot_gaps.sources import population
from hotspot_gaps.sources.population import check_apart, opened_population

PLACE = from_origin(5_000_000, 2_100_000, 1_000, 1_000)


def write(path, values=((100, 20), (3, 0)), *, bands=1, kind="int32", **options):
    values = np.array([values] * bands).astype(kind)
    options = {"crs": "EPSG:3035", "transform": PLACE, **options}
    shape = values.shape[2], values.shape[1], bands
    with rasterio.open(path, "w", "GTiff", *shape, dtype=kind, **options) as new:
        new.write(values)
    return path


def cells(path):
    with opened_population(path) as raster:
        return raster.read((0, raster.shape[0], 0, raster.shape[1]))


def refused(path, what):
    with pytest.raises(InputError, match=what):
        cells(path)


def test_where_the_cells_are(tmp_path):
    with opened_population(write(tmp_path / "a.tif", [[1, 2, 3]])) as raster:
        assert raster.shape == (1, 3)
        assert (raster.west, raster.north, raster.width, raster.height) == (5e6, 2.1e6, 1e3, 1e3)
        assert (raster.east, raster.south) == (5_003_000, 2_099_000)
        assert raster.crs == "EPSG:3035"
        assert raster.name == "a.tif"
        values, known = raster.read((0, 1, 1, 3))
    assert values.tolist() == [[2, 3]]
    assert known is None


@pytest.mark.parametrize("kind", ["uint8", "int8", "uint16", "int16", "int32", "int64"])
@pytest.mark.parametrize("nodata", [None, 0, 100])
def test_whole_numbers_of_every_type(tmp_path, kind, nodata):
    values, known = cells(write(tmp_path / "a.tif", kind=kind, nodata=nodata))
    expected = [[nodata != v for v in row] for row in ((100, 20), (3, 0))]
    assert (np.ones((2, 2), dtype=bool) if known is None else known).tolist() == expected
    assert values.sum() == 123 - (nodata or 0)


@pytest.mark.parametrize("kind", ["float32", "float64"])
@pytest.mark.parametrize("nodata", [None, np.nan, -99_999, -3.4028234663852886e38, -200])
def test_nan_is_not_known_and_neither_is_nodata(tmp_path, kind, nodata):
    gone = nodata if nodata is not None else np.nan
    values = [[1.5, np.nan], [gone, 0]]
    found, known = cells(write(tmp_path / "a.tif", values, kind=kind, nodata=nodata))
    assert known.tolist() == [[True, False], [False, True]]
    assert found.tolist() == [[1.5, 0], [0, 0]]


def test_a_mask_inside_the_file_counts(tmp_path):
    with rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True):
        path = write(tmp_path / "a.tif")
        with rasterio.open(path, "r+") as new:
            new.write_mask(np.array([[True, False], [True, True]]))
    values, known = cells(path)
    assert known.tolist() == [[True, False], [True, True]]
    assert values.sum() == 103


@pytest.mark.parametrize("value", [-1, -9999])
def test_a_negative_count_is_told_with_its_value(tmp_path, value):
    refused(write(tmp_path / "a.tif", [[5, value]]), rf"a cell holds {value}.*-a_nodata {value}")
    refused(write(tmp_path / "a.tif", [[5, value]], nodata=5), f"a cell holds {value}")


@pytest.mark.parametrize("value", [np.inf, 1e20])
def test_more_people_than_there_are_on_earth(tmp_path, value):
    refused(write(tmp_path / "a.tif", [[5, value]], kind="float32"), "more than there are on earth")
    refused(write(tmp_path / "a.tif", [[5, -np.inf]], kind="float32"), "holds -inf")


def test_no_reference_system(tmp_path):
    for crs in (None, 'LOCAL_CS["x",UNIT["metre",1]]'):
        with pytest.raises(CRSError, match=r"a\.tif: .*gdal"):
            cells(write(tmp_path / "a.tif", crs=crs))


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_cells_that_are_nowhere(tmp_path):
    refused(write(tmp_path / "a.tif", transform=None), "does not say where")


@pytest.mark.parametrize(
    "place", [PLACE * Affine.rotation(5), PLACE * Affine.scale(1, -1), PLACE * Affine.scale(-1, 1)]
)
def test_rotated_or_upside_down(tmp_path, place):
    refused(write(tmp_path / "a.tif", transform=place), "rotated or not north up.*gdalwarp")


def test_several_bands_complex_numbers_and_scaled_ones(tmp_path):
    refused(write(tmp_path / "a.tif", bands=2), "has 2 bands")
    refused(write(tmp_path / "a.tif", kind="complex64"), "of type complex64")
    path = write(tmp_path / "b.tif")
    with rasterio.open(path, "r+") as new:
        new.scales = (0.1,)
    refused(path, "scaled.*-unscale")


def test_more_than_once_around_the_earth(tmp_path):
    place = from_origin(-180, 10, 10, 10)
    path = write(tmp_path / "a.tif", np.ones((2, 37)), crs="EPSG:4326", transform=place)
    refused(path, "more than once")
    write(tmp_path / "a.tif", np.ones((2, 36)), crs="EPSG:4326", transform=place)
    assert cells(path)[0].sum() == 72


def test_too_many_cells_and_too_large_pieces_are_refused_before_reading(tmp_path, monkeypatch):
    huge = tmp_path / "a.tif"
    options = {"crs": "EPSG:3035", "transform": PLACE, "dtype": "uint8", "SPARSE_OK": True}
    options |= {"tiled": True, "blockxsize": 4096, "blockysize": 4096, "BIGTIFF": "YES"}
    with rasterio.open(huge, "w", "GTiff", 1_000_000, 300_000, 1, **options):
        pass
    refused(huge, r"1,000,000 × 300,000 cells, more than 200,000,000,000")
    monkeypatch.setattr(population, "MAX_BLOCK_BYTES", 1_000)
    strip = write(tmp_path / "b.tif", np.ones((20, 20)), blockysize=20)
    refused(strip, r"pieces of 0 MB.*TILED=YES")


def test_files_that_are_not_what_they_should_be(tmp_path):
    text, other = tmp_path / "text.tif", tmp_path / "image.tif"
    text.write_text("people")
    refused(text, r"text\.tif.*another format, or damaged")
    place = {"crs": "EPSG:3035", "transform": PLACE}
    with rasterio.open(other, "w", "BMP", 2, 2, 1, dtype="uint8", **place) as new:
        new.write(np.ones((1, 2, 2), dtype="uint8"))
    refused(other, "another format, or damaged")
    cut = write(tmp_path / "cut.tif", np.ones((400, 400)))
    cut.write_bytes(cut.read_bytes()[:50_000])
    refused(cut, r"cut\.tif.*damaged")
    with pytest.raises(MissingInputError, match="no such file"):
        cells(tmp_path / "none.tif")


@pytest.mark.parametrize(
    "path", ["/vsicurl/http://x/a.tif", "https://x/a.tif", "GTIFF_DIR:1:a.tif", "zip://a.zip!a.tif"]
)
def test_only_local_files(path):
    refused(path, "not a local file")


def test_a_virtual_raster_is_not_followed(tmp_path):
    write(tmp_path / "real.tif")
    virtual = tmp_path / "a.tif"
    virtual.write_text(
        '<VRTDataset rasterXSize="2" rasterYSize="2"><VRTRasterBand dataType="Int32" band="1">'
        f"<SimpleSource><SourceFilename>{tmp_path / 'real.tif'}</SourceFilename>"
        "</SimpleSource></VRTRasterBand></VRTDataset>"
    )
    refused(virtual, "another format, or damaged")


def test_files_beside_it_do_not_count(tmp_path):
    path = write(tmp_path / "a.tif", [[1, 2], [3, 4]])
    (tmp_path / "a.tif.aux.xml").write_text(
        '<PAMDataset><PAMRasterBand band="1"><NoDataValue>3</NoDataValue></PAMRasterBand>'
        "</PAMDataset>"
    )
    (tmp_path / "a.tfw").write_text("7\n0\n0\n-7\n0\n0\n")
    mask = tmp_path / "mask.tif"
    write(mask, np.zeros((2, 2)), kind="uint8")
    shutil.move(mask, tmp_path / "a.tif.msk")
    with opened_population(path) as raster:
        values, known = raster.read((0, 2, 0, 2))
        assert raster.width == 1_000
    assert values.tolist() == [[1, 2], [3, 4]]
    assert known is None


def test_signs_in_a_name_are_no_address(tmp_path):
    path = write(tmp_path / "a!b ?c.tif")
    assert cells(path)[0].sum() == 123


def test_two_rasters_of_the_same_people(tmp_path):
    values = np.arange(1, 401).reshape(20, 20)
    whole = write(tmp_path / "whole.tif", values)
    east = PLACE * Affine.translation(20, 0)
    beside = write(tmp_path / "beside.tif", values, transform=east)
    check_apart([whole])
    check_apart([whole, beside])
    half = np.where(np.arange(20) < 12, values, -1)
    other = np.where(np.arange(20) >= 10, values, -1)
    one = write(tmp_path / "one.tif", half, nodata=-1)
    two = write(tmp_path / "two.tif", other, nodata=-1)
    check_apart([one, two])  # two of twelve columns are in both: a border
    with pytest.raises(InputError, match=r"whole\.tif.*do not overlap"):
        check_apart([one, whole])
    with pytest.raises(InputError, match="400 of 400 cells"):
        check_apart([beside, whole, whole])
    inside = write(
        tmp_path / "inside.tif", np.ones((9, 9)), crs="EPSG:4326",
        transform=from_origin(20, 40, 0.004, 0.004),
    )  # fmt: skip
    big = write(tmp_path / "big.tif", np.ones((300, 300)), transform=PLACE * Affine.scale(3))
    with pytest.raises(InputError, match=r"inside\.tif"):
        check_apart([inside, big])
