"""The locator shows where the map lies, hides nothing, or is not there."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.patches import Polygon as Patch
from pyproj import CRS, Transformer
from shapely import Polygon, box

import hotspot_gaps as hg
from conftest import make_hotspots, make_organizations
from hotspot_gaps.outputs import map_frame
from hotspot_gaps.outputs.map_locator import draw_locator

NOTHING = np.empty((0, 2))
WORLD = box(-10, -10, 30, 30)


def locate(frame, *, shapes=(), keep_off=NOTHING, around=WORLD, size=(6, 6)):
    """Draw a map of a frame in degrees inside one country, and return its locator, if any."""
    ax = Figure(figsize=size).add_axes((0, 0, 1, 1))
    west, south, east, north = frame
    ax.set(xlim=(west, east), ylim=(south, north))
    countries = gpd.GeoDataFrame({"country": ["AA"]}, geometry=[around], crs="EPSG:4326")
    spread = draw_locator(
        ax, countries, [True], "EPSG:4326", keep_off=keep_off, shapes=list(shapes)
    )
    assert bool(len(spread)) == bool(ax.child_axes)
    return ax, ax.child_axes[0] if ax.child_axes else None, spread


def test_the_frame_in_the_locator_is_the_frame_of_the_map(gaps, organizations, countries):
    ax = Figure(figsize=(7, 9)).add_subplot()
    hg.plot_gap_map(gaps, organizations=organizations, countries=countries, ax=ax)
    (inset,) = ax.child_axes
    frame = next(p for p in inset.patches if isinstance(p, Patch)).get_xy()[:-1]
    west, south, east, north = countries.total_bounds
    small = CRS.from_dict(
        {"proj": "laea", "lon_0": (west + east) / 2, "lat_0": (south + north) / 2}
    )
    lon, lat = Transformer.from_crs(small, "EPSG:4326", always_xy=True).transform(*frame.T)
    to_map = Transformer.from_crs("EPSG:4326", map_frame.map_crs(gaps, countries), always_xy=True)
    x, y = to_map.transform(lon, lat)
    assert (x.min(), x.max()) == pytest.approx(ax.get_xlim(), abs=1)
    assert (y.min(), y.max()) == pytest.approx(ax.get_ylim(), abs=1)


def test_it_hides_no_hotspot_no_label_and_no_country_asked_about(gaps, organizations, countries):
    ax = Figure(figsize=(7, 9)).add_subplot()
    hg.plot_gap_map(gaps, organizations=organizations, countries=countries, ax=ax)
    ax.figure.draw_without_rendering()
    corner = box(*ax.child_axes[0].get_window_extent().extents)
    own = countries[countries["country"].isin(gaps["country"])]
    crs = map_frame.map_crs(gaps, countries)
    shown = own.to_crs(crs).geometry.clip_by_rect(
        ax.get_xlim()[0], ax.get_ylim()[0], ax.get_xlim()[1], ax.get_ylim()[1]
    )
    for shape in shown.explode():
        drawn = Polygon(ax.transData.transform(np.array(shape.exterior.coords)))
        assert not corner.intersects(drawn)
    for text in ax.texts:
        assert not corner.intersects(box(*text.get_window_extent().extents)), text.get_text()
    for where in gaps.geometry[gaps.geometry.notna()].to_crs(crs):
        pixel = ax.transData.transform((where.x, where.y))
        assert not corner.intersects(box(*pixel - 8, *pixel + 8))


@pytest.mark.parametrize(
    ("shapes", "corner"),
    [
        ([], "upper left"),
        ([box(0, 2, 1, 4)], "upper right"),
        ([box(0, 3.9, 4, 4)], "lower right"),
        # The lower left belongs to the scale bar.
        ([box(0, 3.9, 4, 4), box(3, 0, 4, 1)], None),
    ],
)
def test_it_takes_a_free_corner(shapes, corner):
    _, inset, spread = locate((0, 0, 4, 4), shapes=shapes)
    if corner is None:
        assert inset is None
        return
    x, y = spread.mean(axis=0)
    assert ("upper" if y > 2 else "lower") + (" left" if x < 2 else " right") == corner
    assert spread.min() > 0
    assert spread.max() < 4


def test_it_shrinks_before_it_gives_up():
    wide = np.ptp(locate((0, 0, 4, 4))[2][:, 0])
    points = np.array([(0.9, 3.9), (3.1, 3.9), (3.1, 0.1)])
    narrow = np.ptp(locate((0, 0, 4, 4), keep_off=points)[2][:, 0])
    assert 0 < narrow < wide


@pytest.mark.parametrize(
    "frame",
    [(-40, 0, -36, 4), (28, 0, 32, 4), (-9, -9, 29, 29), (-11, 0, 29, 4)],
    ids=["elsewhere", "over the edge", "no more to show", "wider"],
)
def test_it_is_absent_where_it_would_be_wrong(frame):
    assert locate(frame)[1] is None


def test_it_is_absent_far_from_the_built_in_countries():
    hotspots = make_hotspots([("a", "town", 9, -70.0, -30.0), ("b", "town", 9, -69.0, -31.0)])
    organizations = make_organizations([("o", "documented", "public", -70.1, -30.1)])
    gaps = hg.find_gaps(hotspots.assign(country="CL"), organizations)
    assert not hg.plot_gap_map(gaps, organizations=organizations).child_axes


def test_users_countries_have_a_locator_too():
    tiles = [box(x, y, x + 4, y + 4) for x in (100, 104, 108) for y in (10, 14, 18)]
    codes = [f"Q{n}" for n in range(9)]
    countries = gpd.GeoDataFrame({"country": codes, "name": codes}, geometry=tiles, crs=4326)
    gaps = hg.find_gaps(
        make_hotspots([("a", "town", 9, 106.0, 16.0)]).assign(country="Q4"),
        make_organizations([("o", "documented", "public", 106.1, 16.1)]),
    )
    ax = hg.plot_gap_map(gaps, countries=countries)
    assert len(ax.child_axes) <= 1
    assert locate((104, 14, 108, 18), around=box(100, 10, 112, 22))[1] is not None
