"""Surfaces: the grid, the file and its layout, what it says of itself, and the memory it takes."""

from __future__ import annotations

import json
import struct
import tracemalloc
from itertools import pairwise

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import shapely
from affine import Affine
from geographiclib.geodesic import Geodesic
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS, Transformer
from shapely import box

from conftest import make_organizations
from hotspot_gaps.errors import CRSError, OutputError, SettingsError
from hotspot_gaps.outputs import surface_grid as grids
from hotspot_gaps.outputs.surface_grid import Grid, surface_grid
from hotspot_gaps.outputs.surfaces import NODATA, distance_km, write_surface

SIX = ("AL", "BA", "ME", "MK", "RS", "XK")
# Area in km2 as the statistical offices publish it (Serbia without Kosovo).
PUBLISHED_KM2 = {"AL": 28_748, "BA": 51_209, "ME": 13_812, "MK": 25_713, "RS": 77_474, "XK": 10_905}


@pytest.fixture(scope="module")
def six(countries):
    return countries[countries["country"].isin(SIX)]


def squares(*bounds):
    """Make countries that are rectangles of degrees."""
    return gpd.GeoDataFrame(geometry=[box(*b) for b in bounds], crs="EPSG:4326")


def small_grid():
    return surface_grid(squares((18, 42, 19, 43)), cell_m=2000)


def written(path, grid, measure, **changes):
    write_surface(path, grid, measure, **{"unit": "km", "description": "a test", **changes})
    return path


def read(path, **options):
    with rasterio.open(path, **options) as surface:
        return surface.read(1)


# The grid.


def test_the_grid_is_the_european_one_on_whole_kilometres(six):
    grid = surface_grid(six)
    assert grid.crs.to_epsg() == 3035
    assert (grid.transform.a, grid.transform.e) == (1000, -1000)
    assert grid.transform.c % 1000 == grid.transform.f % 1000 == 0
    west, south, east, north = six.to_crs(3035).total_bounds
    assert 0 <= west - grid.transform.c < 1000
    assert 0 <= grid.transform.f - north < 1000
    assert 0 <= grid.transform.c + 1000 * grid.width - east < 1000
    assert 0 <= south - (grid.transform.f - 1000 * grid.height) < 1000


def test_cells_inside_are_those_whose_centre_is(six):
    """Hold every cell against GEOS, apart from centres within a metre of a boundary."""
    grid = surface_grid(six, cell_m=3000)
    inside = grid.inside(0, grid.height)
    x = grid.transform.c + (np.arange(grid.width) + 0.5) * 3000
    y = grid.transform.f - (np.arange(grid.height) + 0.5) * 3000
    x, y = np.meshgrid(x, y)
    area = shapely.union_all(list(grid.shapes))
    sure = shapely.distance(area.boundary, shapely.points(x, y)) > 1
    assert (inside == shapely.contains_xy(area, x, y))[sure].all()
    assert 0 < inside.sum() < inside.size


@pytest.mark.parametrize("rows", [1, 7, 100])
def test_a_band_of_rows_is_that_part_of_the_whole(six, rows):
    grid = surface_grid(six, cell_m=5000)
    whole = grid.inside(0, grid.height)
    bands = [grid.inside(row, min(row + rows, grid.height)) for row in range(0, grid.height, rows)]
    assert np.array_equal(np.vstack(bands), whole)


def test_areas_are_the_published_ones(countries):
    """Natural Earth draws at 1:10m: within 2 % a country, and within 0.5 % in all."""
    areas = {}
    for code in SIX:
        grid = surface_grid(countries[countries["country"].eq(code)])
        areas[code] = int(grid.inside(0, grid.height).sum())
        assert areas[code] == pytest.approx(PUBLISHED_KM2[code], rel=0.02), code
    assert sum(areas.values()) == pytest.approx(sum(PUBLISHED_KM2.values()), rel=0.005)


def test_centres_come_back_to_the_middle_of_their_cells(six):
    grid = surface_grid(six, cell_m=20_000)
    inside = grid.inside(5, 25)
    lon, lat = grid.centres(5, inside)
    x, y = Transformer.from_crs("EPSG:4326", grid.crs, always_xy=True).transform(lon, lat)
    rows, columns = np.nonzero(inside)
    assert x == pytest.approx(grid.transform.c + (columns + 0.5) * 20_000, abs=1e-3)
    assert y == pytest.approx(grid.transform.f - (rows + 5.5) * 20_000, abs=1e-3)


@pytest.mark.parametrize(
    ("bounds", "lon", "lat"),
    [
        ([(-72, -36, -70, -30)], -71.0, -33.0),
        ([(178, -19, 180, -16), (-180, -19, -178, -16)], 180.0, -17.5),  # across the date line
        ([(30, 40, 50, 42)], 40.0, 41.0),  # half of it east of the European grid
    ],
)
def test_elsewhere_the_grid_lies_about_the_centre(bounds, lon, lat):
    grid = surface_grid(squares(*bounds), cell_m=10_000)
    assert grid.crs.coordinate_operation.method_name == "Lambert Azimuthal Equal Area"
    about = {p.name: p.value for p in grid.crs.coordinate_operation.params}
    assert (about["Longitude of natural origin"] - lon) % 360 == pytest.approx(0, abs=0.2)
    assert about["Latitude of natural origin"] == pytest.approx(lat, abs=0.2)
    assert grid.transform.c % 10_000 == grid.transform.f % 10_000 == 0
    assert grid.width * grid.height < 20_000
    cells = grid.inside(0, grid.height).sum()
    square_m = sum(abs(_geodesic_area(b)) for b in bounds)
    assert cells * 1e8 == pytest.approx(square_m, rel=0.02)


def _geodesic_area(bounds):
    """Return the area between two meridians and two parallels on WGS84, in square metres."""
    west, south, east, north = bounds
    polygon = Geodesic.WGS84.Polygon()
    for lon in np.linspace(west, east, 101):
        polygon.AddPoint(south, lon)
    for lon in np.linspace(east, west, 101):
        polygon.AddPoint(north, lon)
    return polygon.Compute()[2]


@pytest.mark.parametrize("cell_m", [0, -5, 0.5, float("nan"), float("inf"), 2e6, True])
def test_a_cell_is_a_length(six, cell_m):
    with pytest.raises(SettingsError, match="cell_m"):
        surface_grid(six, cell_m=cell_m)


def test_absurd_grids_are_refused_and_the_hint_works(six):
    with pytest.raises(SettingsError, match="Use cells of") as refused:
        surface_grid(six, cell_m=1)
    hint = int(str(refused.value).split("Use cells of ")[1].split(" m")[0].replace(",", ""))
    grid = surface_grid(six, cell_m=hint)
    assert grid.width * grid.height <= grids.MOST_CELLS
    with pytest.raises(SettingsError):
        surface_grid(six, cell_m=hint * 0.97)


def test_countries_must_be_there_and_say_where():
    with pytest.raises(SettingsError, match="there is none"):
        surface_grid(squares())
    with pytest.raises(CRSError, match="set_crs"):
        surface_grid(squares((18, 42, 19, 43)).set_crs(None, allow_override=True))


# The file.


def test_values_stand_in_their_cells_and_nothing_outside(tmp_path):
    grid = small_grid()
    path = written(tmp_path / "a.tif", grid, lambda lon, lat: lon + lat)
    inside = grid.inside(0, grid.height)
    lon, lat = grid.centres(0, inside)
    values = read(path)
    assert values.dtype == np.float32
    assert values[inside] == pytest.approx(lon + lat, rel=1e-7)
    assert (values[~inside] == NODATA).all()
    with rasterio.open(path) as surface:
        assert surface.nodata == NODATA
        assert surface.crs.to_epsg() == 3035
        assert surface.transform == grid.transform
        assert surface.res == (2000, 2000)


def test_what_the_file_says_of_itself(tmp_path):
    grid = small_grid()
    tags = {"as_of": "2020-12-31", "sources": "Natural Earth (public domain)"}
    codes = {-2: "too far from a road", -1: "unreachable"}
    path = written(
        tmp_path / "a.tif", grid, lambda lon, _: lon, unit="min", codes=codes, withheld=3,
        tags=tags,
    )  # fmt: skip
    with rasterio.open(path) as surface:
        said = surface.tags()
        assert surface.descriptions == ("a test",)
        assert surface.units == ("min",)
    assert said.pop("AREA_OR_POINT") == "Area"
    assert json.loads(said.pop("codes")) == {"-1": "unreachable", "-2": "too far from a road"}
    assert said.pop("withheld").startswith("3 organizations are left out for safety")
    cells = str(grid.inside(0, grid.height).sum())
    assert said == {**tags, "description": "a test", "unit": "min", "cells_inside": cells}


def test_codes_pass_and_no_answer_is_nodata(tmp_path):
    def measure(lon, lat):
        return np.select([lat < 42.2, lat < 42.4, lat < 42.6], [-1.0, -2.0, np.nan], lat)

    grid = small_grid()
    path = written(tmp_path / "a.tif", grid, measure, codes={-1: "a", -2: "b"})
    inside = grid.inside(0, grid.height)
    expected = np.nan_to_num(measure(*grid.centres(0, inside)), nan=NODATA)
    assert {-1, -2, NODATA} < set(expected.tolist())
    assert np.array_equal(read(path)[inside], expected.astype(np.float32))


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (lambda lon: lon[1:], "values came back"),
        (lambda lon: -lon, "neither 0 or more nor one of the codes"),
        (lambda lon: lon + np.inf, "neither 0 or more"),
        (lambda lon: np.full(lon.size, NODATA), "neither 0 or more"),
    ],
)
def test_answers_that_the_file_could_not_explain_are_refused(tmp_path, answer, message):
    with pytest.raises(ValueError, match=message):
        written(tmp_path / "a.tif", small_grid(), lambda lon, _: answer(lon), codes={-1: "a"})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("code", [0, 5, -9999])
def test_codes_are_negative_and_not_nodata(tmp_path, code):
    with pytest.raises(ValueError, match="must be negative"):
        written(tmp_path / "a.tif", small_grid(), lambda lon, _: lon, codes={code: "a"})


def ifds(data):
    """Return each image of a little-endian TIFF as its position and its tags' raw values."""
    assert data[:4] == b"II*\0"
    found, at = [], struct.unpack_from("<I", data, 4)[0]
    while at:
        count = struct.unpack_from("<H", data, at)[0]
        tags = {}
        for entry in range(count):
            tag, kind, size = struct.unpack_from("<HHI", data, at + 2 + 12 * entry)
            width = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 12: 8}[kind]
            place = at + 2 + 12 * entry + 8
            if width * size > 4:
                place = struct.unpack_from("<I", data, place)[0]
            letters = {1: "B", 2: "s", 3: "H", 4: "I", 12: "d"}.get(kind, "B")
            tags[tag] = (
                data[place : place + size]
                if letters == "s"
                else struct.unpack_from(f"<{size}{letters}", data, place)
            )
        found.append((at, tags))
        at = struct.unpack_from("<I", data, at + 2 + 12 * count)[0]
    return found


def test_the_layout_is_that_of_a_cloud_optimized_geotiff(tmp_path):
    """Read the TIFF by hand: all heads first, large to small; then tiles, the smallest image first.

    OGC 21-026, Cloud Optimized GeoTIFF Standard 1.0.
    """
    grid = surface_grid(squares((14, 40, 24, 46)), cell_m=500)
    path = written(tmp_path / "a.tif", grid, lambda lon, lat: lon * lat)
    images = ifds(path.read_bytes())
    width, height, tile, offsets, compression, predictor = 256, 257, 322, 324, 259, 317
    assert len(images) == 3
    starts = [at for at, _ in images]
    assert starts == sorted(starts)
    sizes = [tags[width][0] * tags[height][0] for _, tags in images]
    assert sizes == sorted(sizes, reverse=True)
    spans = [(min(o for o in tags[offsets] if o), max(tags[offsets])) for _, tags in images]
    assert starts[-1] < min(first for first, _ in spans)
    assert all(small[1] < large[0] for large, small in pairwise(spans))
    for _, tags in images:
        assert (tags[tile][0], tags[compression][0], tags[predictor][0]) == (512, 8, 3)
        assert 306 not in tags  # no time of writing
    with rasterio.open(path) as surface:
        assert surface.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
        assert surface.overviews(1) == [2, 4]


def test_overviews_hold_values_that_were_measured(tmp_path):
    """A mean of a code and a number would be a value that nobody measured."""

    def measure(lon, lat):
        return np.where(np.arange(lon.size) % 3 == 0, -1.0, np.floor(lat * 100))

    grid = surface_grid(squares((18, 42, 19, 43)), cell_m=100)
    path = written(tmp_path / "a.tif", grid, measure, codes={-1: "unreachable"})
    whole = np.unique(read(path))
    overview = np.unique(read(path, OVERVIEW_LEVEL=0))
    assert overview.size > 5
    assert np.isin(overview, whole).all()


def test_the_same_bytes_in_two_folders_and_by_any_window(tmp_path, monkeypatch):
    grid, calls = small_grid(), []

    def measure(lon, lat):
        calls.append(lon.size)
        return lon * lat

    first, second = tmp_path / "one" / "a.tif", tmp_path / "two" / "b.tif"
    for path in (first, second):
        path.parent.mkdir()
    written(first, grid, measure)
    monkeypatch.setattr(grids, "CELLS_AT_ONCE", 400)
    written(second, grid, measure)
    assert len(calls) > 3
    assert sum(calls[1:]) == calls[0] == grid.inside(0, grid.height).sum()
    assert first.read_bytes() == second.read_bytes()
    assert str(tmp_path).encode() not in first.read_bytes()
    assert [p.name for p in first.parent.iterdir()] == ["a.tif"]


def test_a_measure_that_fails_leaves_what_was_there(tmp_path, monkeypatch):
    monkeypatch.setattr(grids, "CELLS_AT_ONCE", 400)
    path, calls = tmp_path / "a.tif", []
    path.write_bytes(b"earlier")

    def measure(lon, lat):
        calls.append(lon.size)
        if len(calls) == 3:
            raise SettingsError("no more")
        return lon

    with pytest.raises(SettingsError, match="no more"):
        written(path, small_grid(), measure)
    assert path.read_bytes() == b"earlier"
    assert [p.name for p in tmp_path.iterdir()] == ["a.tif"]


def test_a_place_that_cannot_be_written_to_is_told_by_name_alone(tmp_path):
    with pytest.raises(OutputError, match=r"^a\.tif: not written") as failed:
        written(tmp_path / "nowhere" / "a.tif", small_grid(), lambda lon, _: lon)
    assert str(tmp_path) not in str(failed.value)
    (tmp_path / "b.tif").mkdir()
    with pytest.raises(OutputError, match=r"b\.tif"):
        written(tmp_path / "b.tif", small_grid(), lambda lon, _: lon)
    assert [p.name for p in tmp_path.iterdir()] == ["b.tif"]


def test_memory_does_not_grow_with_the_grid(tmp_path, monkeypatch):
    monkeypatch.setattr(grids, "CELLS_AT_ONCE", 2**15)

    def peak(rows):
        shape = box(4_000_000, 3_000_000 - rows * 1000, 4_512_000, 3_000_000)
        grid = Grid(CRS("EPSG:3035"), Affine(1000, 0, 4e6, 0, -1000, 3e6), 512, rows, (shape,))
        sizes = []

        def measure(lon, lat):
            sizes.append(lon.size)
            return lat

        tracemalloc.start()
        written(tmp_path / f"{rows}.tif", grid, measure)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert sum(sizes) == 512 * rows
        assert max(sizes) <= 2**15
        return most

    peak(64)  # first calls import modules
    assert peak(1536) <= 1.1 * peak(192)


@settings(max_examples=10, deadline=None)
@given(st.lists(st.floats(0, 1e6, width=32), min_size=1, max_size=9))
def test_any_values_come_back(tmp_path_factory, values):
    grid = surface_grid(squares((18, 42, 18.1, 42.1)), cell_m=1000)
    path = tmp_path_factory.mktemp("any") / "a.tif"
    written(path, grid, lambda lon, _: np.resize(values, lon.size))
    inside = grid.inside(0, grid.height)
    assert np.array_equal(read(path)[inside], np.resize(values, inside.sum()).astype(np.float32))


# Kilometres.


def test_kilometres_are_those_of_an_independent_library():
    places = [(18.0, 43.0), (20.5, 44.8), (21.4, 42.0)]
    organizations = make_organizations(
        [(f"o{i}", None, "public", *p) for i, p in enumerate(places)]
    )
    rng = np.random.default_rng(4)
    lon, lat = rng.uniform(15, 24, 50), rng.uniform(39, 47, 50)
    found = distance_km(organizations)(lon, lat)
    for x, y, km in zip(lon, lat, found, strict=True):
        metres = min(Geodesic.WGS84.Inverse(y, x, b, a)["s12"] for a, b in places)
        assert km == pytest.approx(metres / 1000, abs=1e-9)


def test_restricted_organizations_are_not_measured_to():
    rows = [("p", None, "public", 18.0, 43.0), ("x", None, "restricted", 20.0, 43.0)]
    both, one = make_organizations(rows), make_organizations(rows[:1])
    lon, lat = np.array([20.0, 19.0]), np.array([43.0, 43.0])
    assert distance_km(both)(lon, lat).tolist() == distance_km(one)(lon, lat).tolist()
    assert np.isnan(distance_km(make_organizations(rows[1:]))(lon, lat)).all()


def test_a_surface_without_anyone_to_measure_to_is_empty(tmp_path):
    grid = small_grid()
    path = written(tmp_path / "a.tif", grid, distance_km(make_organizations([])))
    assert (read(path) == NODATA).all()
