"""The surface map: its numbers are those of the file, and it says what it does not show."""

from __future__ import annotations

import io
import re
from itertools import pairwise

import numpy as np
import pytest
import rasterio
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.contour import QuadContourSet
from matplotlib.text import Annotation
from PIL import Image
from pyproj import Geod, Transformer
from shapely import box

import hotspot_gaps as hg
from conftest import make_hotspots, make_organizations
from hotspot_gaps.gaps.discretion import is_restricted
from hotspot_gaps.outputs import map_frame, style, surface_layers
from hotspot_gaps.outputs.surface_classes import KINDS, class_limits, classify, count_shares
from hotspot_gaps.outputs.surface_grid import surface_grid
from hotspot_gaps.outputs.surface_map import save_surface_map, surface_figure, withheld
from hotspot_gaps.outputs.surface_words import name_area, percent
from hotspot_gaps.outputs.surfaces import distance_km, write_surface
from results import result_of

GEOD = Geod(ellps="WGS84")
CODES = {-1: "unreachable", -2: "too far from a road"}


def write_kind(folder, kind, gaps, organizations, countries, *, cell_m=2000):
    """Write a surface: real distances, or minutes that follow from them, with both codes."""
    who = organizations
    if KINDS[kind].to == "supported":
        who = organizations[organizations["supported"]]
    measure = distance_km(who)
    if KINDS[kind].unit == "min":
        km = measure

        def measure(lon, lat):
            minutes = km(lon, lat) * 1.5 + 5
            minutes[np.hypot(lon - 22.3, lat - 42.6) < 0.35] = -1
            minutes[np.hypot(lon - 19.8, lat - 42.5) < 0.15] = -2
            return minutes

    own = countries[countries["country"].isin(gaps["country"].unique())]
    withheld = int((is_restricted(who) & who.geometry.notna()).sum())
    path = folder / f"{kind}.tif"
    write_surface(
        path, surface_grid(own, cell_m=cell_m), measure, unit=KINDS[kind].unit, description=kind,
        codes=CODES if KINDS[kind].unit == "min" else None, withheld=withheld,
    )  # fmt: skip
    return path, withheld


def page(path, kind, gaps, organizations, countries, *, told=None, **changes):
    settings = hg.Settings(**changes)
    result = result_of(gaps, organizations, countries, settings, told=told)
    figure, said = surface_figure(path, result, settings, kind=kind)
    texts = [t.get_text() for ax in figure.axes for t in ax.texts]
    return figure, [*texts, *(t.get_text() for t in figure.texts)], said


@pytest.fixture(scope="module", params=sorted(KINDS))
def drawn(request, gaps, organizations, countries, tmp_path_factory):
    """Draw each kind once, on real data: kind, file, figure, texts, organizations withheld."""
    kind = request.param
    folder = tmp_path_factory.mktemp("surface")
    path, withheld = write_kind(folder, kind, gaps, organizations, countries)
    told = {"roads": "© OpenStreetMap contributors (ODbL)"}
    figure, texts, said = page(path, kind, gaps, organizations, countries, told=told)
    assert said == "background: built-in relief"
    return kind, path, figure, texts, withheld


def values_of(path):
    with rasterio.open(path) as surface:
        values = surface.read(1)
    return values[values != -9999]


def whole_percent(share):
    """Write a share as the page does, by another way of rounding."""
    if share == 0:
        return "0 %"
    if share < 0.005:
        return "under 1 %"
    return f"{np.floor(share * 100 + 0.5):.0f} %"


def test_every_share_is_that_of_the_file(drawn):
    kind, path, _, texts, _ = drawn
    values = values_of(path)
    unit = KINDS[kind].unit
    edges = (25, 50, 100, 200) if unit == "km" else (30, 60, 120, 180)
    names = [f"up to {edges[0]} {unit}"]
    names += [f"{a} to {b} {unit}" for a, b in pairwise(edges)]
    names += [f"over {edges[-1]} {unit}"]
    lower, upper = (-0.5, *edges), (*edges, np.inf)
    for name, low, high in zip(names, lower, upper, strict=True):
        share = ((values > low) & (values <= high)).mean()
        assert texts[texts.index(name) + 1] == whole_percent(share), name
    if unit == "min":
        for code, meaning in CODES.items():
            assert texts[texts.index(meaning) + 1] == whole_percent((values == code).mean())
            assert (values == code).any()


def test_the_title_states_the_finding(drawn):
    kind, path, _, texts, _ = drawn
    values = values_of(path)
    limit = {"distance_to_supported": 50, "distance_to_known": 25}.get(kind, 60)
    beyond = whole_percent(1 - ((values >= 0) & (values <= limit)).mean())
    how = f"farther than {limit} km from" if limit < 60 else "not within 60 minutes by road of"
    who = (
        "documented support"
        if kind.endswith("supported")
        else "any known organization that can be shown"
    )
    assert f"{beyond} of the area of the six countries is {how} {who}" in texts


def test_the_page_says_what_it_does_not_show(drawn, organizations):
    kind, _, _, texts, withheld = drawn
    text = re.sub(r"\s+", " ", " ".join(texts))
    for needed in ("As of 31 December 2020", "UNSCR 1244/1999", "Natural Earth",
                   "not the same as without any", "Area is not people",
                   "outside the six countries: not measured"):  # fmt: skip
        assert needed in text
    hidden = int((is_restricted(organizations) & organizations.geometry.notna()).sum())
    if kind.endswith("supported"):
        assert withheld == 0
        assert "Only 1 of the 13 supported organizations" in text
        assert "1 placed, of 13" in text
    else:
        assert withheld == hidden > 1
        assert f"{hidden} known organizations withheld for safety" in text
        assert f"{hidden} with a town are withheld" in text
        assert "countries must not be compared" in text
    assert ("ODbL" in text) == kind.startswith("minutes")
    assert ("assumed speeds" in text) == kind.startswith("minutes")
    assert ("no roads, mountains or borders" in text) == kind.startswith("distance")


def test_gaps_are_ringed_and_labelled_and_restricted_ones_not_drawn(drawn, gaps, organizations):
    kind, _, figure, texts, _ = drawn
    flagged = gaps[gaps["is_gap"].fillna(value=False).astype(bool) & gaps["in_question"]]
    assert f"gap: hotspot without documented support within 50 km ({len(flagged)})" in texts
    for name in flagged["name"]:
        assert any(text.startswith(name) for text in texts)
    marks = [len(c.get_offsets()) for c in figure.axes[0].collections if len(c.get_offsets()) > 30]
    public = organizations[~is_restricted(organizations) & organizations.geometry.notna()]
    towns = public[~public["supported"]].geometry.drop_duplicates()
    assert marks == ([len(towns)] if kind.endswith("known") else [])


def test_labels_do_not_overlap(drawn):
    kind, _, figure, texts, _ = drawn
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    ax = figure.axes[0]
    frame = box(*ax.get_window_extent().extents)
    unit = KINDS[kind].unit
    labels = [t for t in ax.texts if isinstance(t, Annotation)]
    lines = [
        t for t in ax.texts if re.fullmatch(rf"\d+ {unit}", t.get_text()) and t.get_bbox_patch()
    ]
    countries = [t for t in ax.texts if t.get_text().isupper() or "*" in t.get_text()]
    assert len(labels) == 12
    assert len(lines) >= 3
    assert len(countries) >= 6
    texts = [*labels, *lines, *countries]
    boxes = [box(*t.get_window_extent(canvas.get_renderer()).extents) for t in texts]
    for i, one in enumerate(boxes):
        assert frame.contains(one), texts[i].get_text()
        for j, other in enumerate(boxes[:i]):
            assert not one.intersects(other), (texts[i].get_text(), texts[j].get_text())


def test_text_stays_inside_the_page(drawn):
    figure = drawn[2]
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    sheet = box(0, 0, *figure.bbox.size)
    outside = [
        t.get_text()
        for t in [*figure.texts, *figure.axes[1].texts, *figure.axes[2].texts]
        if not sheet.contains(box(*t.get_window_extent(canvas.get_renderer()).extents))
    ]
    assert outside == []
    note, map_box = figure.texts[-1], figure.axes[0].get_window_extent()
    assert note.get_window_extent(canvas.get_renderer()).y1 < map_box.y0


def test_the_box_does_not_reach_into_the_legend(drawn):
    figure = drawn[2]
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    legend, words = figure.axes[1:3]
    lowest = min(t.get_window_extent(canvas.get_renderer()).y0 for t in legend.texts)
    assert words.patches[0].get_window_extent().y1 < lowest


def test_isolines_run_at_their_distance(gaps, organizations, countries, tmp_path):
    """Hold the corners of each line against the geodesic distance from the one supported town."""
    kind = "distance_to_supported"
    path, _ = write_kind(tmp_path, kind, gaps, organizations, countries, cell_m=1000)
    figure, _, _ = page(path, kind, gaps, organizations, countries)
    lines = next(c for c in figure.axes[0].collections if isinstance(c, QuadContourSet))
    town = organizations.geometry[organizations["supported"]].iloc[0]
    back = Transformer.from_crs(map_frame.map_crs(gaps, countries), "EPSG:4326", always_xy=True)
    assert lines.levels.tolist() == [25, 50, 100, 200]
    for limit, line in zip(lines.levels, lines.get_paths(), strict=True):
        lon, lat = back.transform(*line.vertices.T)
        full = np.full_like(lon, town.x), np.full_like(lon, town.y)
        away = GEOD.inv(lon, lat, *full)[2] / 1000
        assert len(away) > 20
        assert np.median(np.abs(away - limit)) < 0.1
        assert np.abs(away - limit).max() < 1.5


def test_the_picture_has_the_class_of_each_place(gaps, organizations, countries, tmp_path):
    kind = "minutes_to_supported"
    path, _ = write_kind(tmp_path, kind, gaps, organizations, countries, cell_m=1000)
    figure, _, _ = page(path, kind, gaps, organizations, countries)
    ax = figure.axes[0]
    picture = ax.images[-1].get_array()
    to_map = Transformer.from_crs("EPSG:4326", map_frame.map_crs(gaps, countries), always_xy=True)
    (west, east), (south, north) = ax.get_xlim(), ax.get_ylim()

    def colour(lon, lat):
        x, y = to_map.transform(lon, lat)
        row = int((north - y) / (north - south) * picture.shape[0])
        return tuple(picture[row, int((x - west) / (east - west) * picture.shape[1])])

    town = organizations.geometry[organizations["supported"]].iloc[0]
    first, second = (style.HATCHES[i][0] for i in (0, 1))
    near, *_, far = style.CLASSES
    expected = {(town.x, town.y): near, (21.0, 44.0): far}
    expected |= {(22.3, 42.6): first, (19.8, 42.5): second}
    for place, look in expected.items():
        assert colour(*place) == surface_layers._rgba(look, surface_layers.CLASS_ALPHA), place
    assert colour(17.0, 42.5)[3] == 0  # in the Adriatic


def lightness(colour, alpha=surface_layers.CLASS_ALPHA):
    """Return CIE L* of a colour on white paper."""
    mixed = [alpha * c + 1 - alpha for c in to_rgb(colour)]
    linear = [((c + 0.055) / 1.055) ** 2.4 if c > 0.04045 else c / 12.92 for c in mixed]
    return 116 * np.cbrt(np.dot([0.2126, 0.7152, 0.0722], linear)) - 16


def test_classes_keep_their_order_in_grey_print():
    steps = -np.diff([lightness(colour) for colour in style.CLASSES])
    assert steps.min() >= 9
    assert lightness(style.CLASSES[0]) > 95
    assert lightness(style.CLASSES[-1]) - lightness("#222222", 1) > 30  # a ring is seen


def test_the_same_png_twice(gaps, organizations, countries, tmp_path):
    kind = "minutes_to_supported"
    path, _ = write_kind(tmp_path, kind, gaps, organizations, countries)
    for name in ("a.png", "b.png"):
        figure, _, _ = page(path, kind, gaps, organizations, countries)
        save_surface_map(figure, tmp_path / name)
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
    with Image.open(tmp_path / "a.png") as picture:
        assert picture.size == (2560, 2000)
        assert set(picture.info) == {"dpi"}


# Cases that the built-in data does not have.


def place_of(lon, lat, organizations, tmp_path, *, country="BA"):
    """Draw the page of one hotspot in a country that is a square about it."""
    import geopandas as gpd

    kind = "distance_to_supported"
    hotspots = make_hotspots([("h", "town", 9, lon, lat)]).assign(country=country)
    gaps = hg.find_gaps(hotspots, organizations)
    square = {"country": [country], "name": ["Atlantis $x^{$"]}
    shape = [box(lon - 1, lat - 1, lon + 1, lat + 1)]
    countries = gpd.GeoDataFrame(square, geometry=shape, crs="EPSG:4326")
    path, _ = write_kind(tmp_path, kind, gaps, organizations, countries)
    figure, texts, _ = page(path, kind, gaps, organizations, countries)
    figure.savefig(io.BytesIO(), dpi=50)
    return figure, texts


def test_without_anyone_placed_the_title_says_so(tmp_path):
    _, texts = place_of(18.0, 43.0, make_organizations([]), tmp_path)
    assert (
        "No documented support can be placed on 31 December 2020: there is no distance to draw"
        in texts
    )
    assert texts[texts.index("no answer") + 1] == "100 %"


def test_another_part_of_the_world_and_a_dollar_sign(tmp_path):
    rows = [("o", "documented", "public", -70.0, -30.0)]
    _, texts = place_of(-70.0, -30.0, make_organizations(rows), tmp_path, country="CL")
    assert any("of the area of Atlantis $x^{$ is farther than 50 km" in text for text in texts)
    assert not any("UNSCR" in text for text in texts)


def test_everything_in_one_class_has_no_isoline(tmp_path):
    rows = [("o", "documented", "public", 30.0, 30.0)]
    figure, texts = place_of(18.0, 43.0, make_organizations(rows), tmp_path)
    assert not any(isinstance(c, QuadContourSet) for c in figure.axes[0].collections)
    assert any(text.startswith("100 % of the area of Atlantis") for text in texts)


def test_the_town_of_restricted_support_is_not_told(tmp_path):
    rows = [
        ("p", "documented", "public", 18.0, 43.0),
        ("x", "documented", "restricted", 18.5, 43.0),
    ]
    organizations = make_organizations(rows)
    organizations.loc[1, "town"] = "Skriveno"
    _, texts = place_of(18.0, 43.0, organizations, tmp_path)
    assert not any("Skriveno" in text for text in texts)
    assert any("from documented support that can be shown" in text for text in texts)
    assert "town with documented support (1)" in texts
    assert any("1 with a town is withheld for safety" in text for text in texts)


# Classes and words.


@pytest.mark.parametrize("radius_km", [1, 30, 50, 12.5])
def test_the_radius_that_is_asked_about_is_a_limit(radius_km):
    rule = hg.Settings(radius_km=radius_km, partner_radius_km=radius_km)
    for kind in ("distance_to_supported", "distance_to_known"):
        limits = class_limits(KINDS[kind], rule)
        assert radius_km in limits
        assert list(limits) == sorted(limits)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(0, 300) | st.sampled_from([25.0, 50.0, 100.0, 200.0]), min_size=2))
def test_a_farther_value_is_in_no_nearer_class(values):
    found = classify(np.sort(values), (25.0, 50.0, 100.0, 200.0))
    assert (np.diff(found) >= 0).all()
    for value, number in zip(np.sort(values), found, strict=True):
        assert number == sum(value > limit for limit in (25, 50, 100, 200))


def test_every_cell_is_counted_once_in_any_window(
    monkeypatch, gaps, organizations, countries, tmp_path
):
    path, _ = write_kind(tmp_path, "minutes_to_supported", gaps, organizations, countries)
    limits = (30.0, 60.0, 120.0, 180.0)
    shares = count_shares(path, limits)
    assert shares.unanswered == 0
    assert shares.inside == values_of(path).size
    assert shares.within(60.0) == shares.classes[0] + shares.classes[1]
    monkeypatch.setattr("hotspot_gaps.outputs.surface_classes.ROWS_AT_ONCE", 7)
    assert count_shares(path, limits) == shares


@settings(max_examples=100, deadline=None)
@given(st.integers(1, 10**9), st.data())
def test_a_share_is_never_made_nothing_or_everything(whole, data):
    part = data.draw(st.integers(0, whole))
    text = percent(part, whole)
    assert (text == "0 %") == (part == 0)
    assert (text == "100 %") == (part == whole)


def test_an_area_is_named_by_its_countries(countries):
    assert name_area(countries[countries["country"].eq("MK")]) == "North Macedonia"
    assert name_area(countries[countries["country"].isin(["MK", "AL"])]) == "the two countries"
    assert name_area(countries) == "the 14 countries"


def test_withheld_counts_those_with_a_place(organizations):
    assert (withheld(organizations, "supported"), withheld(organizations, "known")) == (0, 41)
