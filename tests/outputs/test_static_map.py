"""The map: every number on it is in the table, labels do not overlap, the scale bar is right."""

from __future__ import annotations

import io
import json
import struct
import threading

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from pyproj import Geod
from shapely import box

import hotspot_gaps as hg
from conftest import make_hotspots, make_organizations
from hotspot_gaps.outputs import map_frame, style
from hotspot_gaps.outputs.labels import place_labels
from hotspot_gaps.outputs.map_layers import MOST_LABELS, list_labels
from hotspot_gaps.outputs.map_panels import INDENT
from hotspot_gaps.outputs.phrases import starred
from hotspot_gaps.outputs.static_map import gap_map_figure, save_map
from results import result_of

GEOD = Geod(ellps="WGS84")


def page(gaps, organizations, countries, **changes):
    settings = hg.Settings(**changes)
    result = result_of(gaps, organizations, countries, settings)
    figure, said = gap_map_figure(result, settings)
    texts = [t.get_text() for ax in figure.axes for t in ax.texts]
    return figure, [*texts, *(t.get_text() for t in figure.texts)], said


@pytest.fixture(scope="module")
def drawn(gaps, organizations, countries):
    return page(gaps, organizations, countries)


def test_numbers_on_the_map_are_those_of_the_files(drawn, full_run):
    """Recompute each number in title, legend, list and box from gaps.csv and run.json alone."""
    files = {path.name: path for path in full_run.outputs}
    table = pd.read_csv(files["gaps.csv"])
    counts = json.loads(files["run.json"].read_text(encoding="utf-8"))["counts"]
    asked, apart = table[table["in_question"]], table[~table["in_question"]]
    is_gap = table["is_gap"] == True  # noqa: E712 - the column has missing values
    flagged = table[table["in_question"] & is_gap]
    types = flagged["gap_type"].value_counts()
    placed = asked["lat"].notna().sum()
    text = "\n".join(drawn[1])
    assert f"None of {len(flagged)} smaller hotspot towns and crossings" in text
    assert f"without support within 25 km ({types['unfunded_partner']})" in text
    assert f"no known organization within 25 km ({types['no_known_partner']})" in text
    assert f"no gap or not judged ({placed - len(flagged)})" in text
    assert f"({apart['lat'].notna().sum()}; thin ring: {is_gap[apart.index].sum()} gaps)" in text
    for row in flagged.itertuples():
        assert any(
            t.startswith(row.name) and t.endswith(f"({starred(row.country)})") for t in drawn[1]
        )
        assert f"{row.nearest_supported_km:.1f}" in drawn[1]
        known = f"{row.known_within_25km:.0f}"
        hidden = known != "0" and row.nearest_known_id == "withheld"
        assert ("withheld" if hidden else known) in drawn[1]
    box_text = text.replace("\n" + INDENT, " ")
    assert f"Hotspots: {len(asked)} listed of about {counts['hotspots_stated']}" in box_text
    assert f"{len(asked) - placed} cannot be placed" in box_text
    assert f"{counts['supported_placed']} placed, of {counts['supported_stated']}" in box_text
    assert counts["stated_note"] in box_text
    assert (
        f"{counts['organizations_known']} known, {counts['organizations_placed']} with" in box_text
    )
    assert f"{counts['organizations_restricted']} withheld" in box_text
    assert f"other known organizations ({counts['towns_with_others']})" in text
    assert f"not counted ({counts['probable']})" in text
    assert f"documented support, with its radius ({counts['supported_known']})" in text


def test_the_page_says_what_every_map_must(drawn):
    text = " ".join(drawn[1]).replace("\n", " ")
    for needed in ("UNSCR 1244/1999", "GeoNames (CC BY 4.0)", "Natural Earth", "What is not known",
                   "As of 31 December 2020", "it is not cleared", "12 of the 13"):  # fmt: skip
        assert needed in text


def test_restricted_organizations_are_not_drawn(gaps, organizations, countries):
    ax = Figure().add_subplot()
    hg.plot_gap_map(gaps, organizations=organizations, countries=countries, ax=ax)
    marks = next(c for c in ax.collections if len(c.get_offsets()) > 50)
    placed = organizations[organizations.geometry.notna() & organizations["support"].isna()]
    public = placed[placed["sensitivity"].ne("restricted")].geometry.drop_duplicates()
    assert len(marks.get_offsets()) == len(public) == 61


def test_red_and_green_differ_in_lightness():
    """CIE L* apart by 20 or more can be told apart in grey print and with any colour vision."""

    def lightness(colour):
        linear = [
            ((c + 0.055) / 1.055) ** 2.4 if c > 0.04045 else c / 12.92 for c in to_rgb(colour)
        ]
        luminance = np.dot([0.2126, 0.7152, 0.0722], linear)
        return 116 * np.cbrt(luminance) - 16

    assert lightness(style.HOTSPOT) - lightness(style.SUPPORTED) >= 20


def test_a_map_of_frames_of_ones_own(countries):
    """Numbers for names, no towns, and columns that only `find_gaps` fills in."""
    at = gpd.points_from_xy([19.5, 20.2, 17.8], [42.8, 42.8, 43.3])
    towns = gpd.GeoDataFrame({"population": 9}, index=range(3), geometry=at, crs="EPSG:4326")
    clinics = towns[["geometry"]].assign(supported=[False, False, True])
    gaps = hg.find_gaps(towns, clinics)
    axes = hg.plot_gap_map(gaps, organizations=clinics, countries=countries)
    assert {text.get_text() for text in axes.texts} >= {"0", "1", "2"}
    for wrong, told in (
        ({"gaps": towns}, "gaps, column is_gap"),
        ({"gaps": [1]}, "gaps .*GeoDataFrame"),
        ({"gaps": gaps, "countries": countries[["country", "geometry"]]}, "countries, column name"),
    ):
        with pytest.raises(hg.InputError, match=told):
            hg.plot_gap_map(**wrong)


def test_a_list_that_cannot_be_placed_still_has_a_page(organizations, countries):
    lost = make_hotspots([("lost", "region", None, None, None)])
    _, texts, _ = page(hg.find_gaps(lost, organizations), organizations, countries)
    assert "Not known: of 1 hotspot, none can be judged" in texts


def test_the_page_does_not_tell_the_town_of_restricted_support(countries):
    rows = [("x", "documented", "restricted", 18.0, 43.0)]
    organizations = make_organizations(rows).assign(town="Skriveno")
    gaps = hg.find_gaps(make_hotspots([("h", "town", 9, 20.0, 43.0)]), organizations)
    _, texts, _ = page(gaps, organizations, countries)
    assert not any("Skriveno" in text for text in texts)
    assert "km to support" in texts


def test_long_names_are_cut_to_their_column(organizations, countries):
    gaps = hg.find_gaps(make_hotspots([("h", "town", 9, 20.0, 43.0)]), organizations)
    _, texts, _ = page(
        gaps.assign(name="Bogorodica and Evzoni motorway crossing"), organizations, countries
    )
    (cut,) = [text for text in texts if text.endswith("… (BA)")]
    assert cut.startswith("Bogorodica and Evzoni")


@pytest.mark.parametrize("name", ["W" * 300, "i" * 300, "Northern Kosovo, at Leposaviq and more"])
def test_no_name_touches_the_number_beside_it(organizations, countries, name):
    gaps = hg.find_gaps(make_hotspots([("h", "town", 41_000, 20.0, 43.0)]), organizations)
    figure, _, _ = page(gaps.assign(name=name), organizations, countries)
    renderer = RendererAgg(*figure.bbox.size, figure.dpi)
    ends = [
        text.get_window_extent(renderer)
        for ax in figure.axes[2:]
        for text in ax.texts
        if text.get_text().endswith(" (BA)") or text.get_text() == "41,000"
    ]
    place, people = ends
    assert place.x1 + 4 * figure.dpi / 72 < people.x0


def test_where_all_is_covered_it_is_said_by_whom(countries):
    near = [("o", "documented", "public", 18.0, 43.0)]
    hidden = [("x", "documented", "restricted", 20.1, 43.0)]
    organizations = make_organizations(near + hidden)
    rows = [("h", "town", 9, 18.1, 43.0), ("i", "town", 9, 20.0, 43.0)]
    _, texts, _ = page(hg.find_gaps(make_hotspots(rows), organizations), organizations, countries)
    start = texts.index("No gap: who covers each place")
    assert texts[start + 4 : start + 7] == ["H (BA)", "Organization o", "8.2"]
    assert texts[start + 7 : start + 10] == ["I (BA)", "name withheld", "0-25"]
    lost = hg.find_gaps(make_hotspots([("h", "town", None, 18.1, 43.0)]), organizations)
    assert "No gap that can be told" in page(lost, organizations, countries)[1]


def test_a_long_list_of_what_is_covered_stays_above_the_box(countries):
    organizations = make_organizations([("o", "documented", "public", 18.0, 43.0)])
    rows = [(f"h{at:02}", "town", 9, 18 + at / 100, 43.0) for at in range(20)]
    gaps = hg.find_gaps(make_hotspots(rows), organizations)
    figure, texts, _ = page(gaps, organizations, countries)
    assert "and 6 more, in gaps.csv" in texts
    (listed,) = (ax for ax in figure.axes if any("who covers" in t.get_text() for t in ax.texts))
    assert min(text.get_position()[1] for text in listed.texts) > 0


def test_a_dollar_sign_is_a_dollar_sign(organizations, countries):
    gaps = hg.find_gaps(make_hotspots([("h", "town", 9, 18.0, 43.0)]), organizations)
    figure, _, _ = page(gaps.assign(name="Bar $x^{$"), organizations, countries)
    figure.savefig(io.BytesIO())


def test_more_gaps_than_the_list_holds(organizations, countries):
    rows = [(f"h{i:02d}", "town", 9, 16 + i % 6, 42 + i // 6 * 0.7) for i in range(20)]
    gaps = hg.find_gaps(make_hotspots(rows), organizations)
    _, texts, _ = page(gaps, organizations, countries)
    count = int(gaps["rank"].notna().sum())
    assert any(text == f"and {count - 14} more, in gaps.csv" for text in texts)


def test_png_is_wide_enough_for_print(full_run):
    png = next(p for p in full_run.outputs if p.name == "gap_map.png").read_bytes()
    width, height = struct.unpack(">II", png[16:24])
    assert width >= 2000
    assert height >= 1500
    assert next(p for p in full_run.outputs if p.name == "gap_map.pdf").read_bytes()[:5] == b"%PDF-"


def test_labels_do_not_overlap(drawn):
    figure = drawn[0]
    ax = figure.axes[0]
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.text import Annotation

    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    labels = [t for t in ax.texts if isinstance(t, Annotation)]
    boxes = [box(*t.get_window_extent(canvas.get_renderer()).extents) for t in labels]
    assert len(labels) >= 20
    for i, one in enumerate(boxes):
        assert box(*ax.get_window_extent().extents).contains(one), labels[i].get_text()
        for j, other in enumerate(boxes[:i]):
            assert not one.intersects(other), (labels[i].get_text(), labels[j].get_text())


def test_crowded_labels_are_placed_the_same_way_twice():
    def run():
        figure = Figure(figsize=(4, 4), dpi=100)
        ax = figure.add_subplot()
        ax.set(xlim=(0, 1), ylim=(0, 1))
        points = [(0.5 + 0.01 * i, 0.5) for i in range(12)]
        return place_labels(ax, points, [f"town {i}" for i in range(12)], styles=[{}] * 12)

    assert run() == run()


@pytest.mark.parametrize("lat", [5, 42, 65])
def test_the_scale_bar_is_geodesic(lat):
    crs = "EPSG:3857"  # stretches lengths by 1/cos(latitude): a wrong bar would show
    figure = Figure()
    ax = figure.add_subplot()
    frame = gpd.GeoSeries(gpd.points_from_xy([15, 25], [lat - 3, lat + 3]), crs=4326).to_crs(crs)
    ax.set(xlim=(frame.x.min(), frame.x.max()), ylim=(frame.y.min(), frame.y.max()))
    km = map_frame.draw_scale_bar(ax, crs)
    xs = np.concatenate([c.get_paths()[0].vertices[:, 0] for c in ax.collections])
    middle = frame.y.mean()
    ends = gpd.GeoSeries(gpd.points_from_xy([xs.min(), xs.max()], [middle] * 2), crs=crs).to_crs(
        4326
    )
    metres = GEOD.inv(ends.x[0], ends.y[0], ends.x[1], ends.y[1])[2]
    assert metres / 1000 == pytest.approx(km, rel=0.003)


def test_the_ring_is_a_geodesic_circle():
    ring = map_frame.circle(17.8, 43.3, 50_000).iloc[0]
    x, y = np.array(ring.exterior.coords).T
    metres = GEOD.inv(np.full_like(x, 17.8), np.full_like(y, 43.3), x, y)[2]
    assert metres == pytest.approx(50_000, abs=1e-3)


def test_a_name_stands_inside_its_country_and_away_from_points():
    area = box(0, 0, 10, 10)
    x, y = map_frame.emptiest_spot(area, np.array([[2.0, 5.0]]))
    assert area.contains(box(x, y, x, y).centroid)
    assert x > 4


@pytest.fixture
def tiles():
    """Serve one grey tile for every address, on loopback."""
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

    from PIL import Image

    tile = io.BytesIO()
    Image.new("RGB", (256, 256), "#888888").save(tile, "PNG")

    class Tiles(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "image/png")
            self.end_headers()
            self.wfile.write(tile.getvalue())

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Tiles) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_a_live_background_is_named_by_its_host_alone(gaps, organizations, countries, tiles):
    address = tiles + "/{z}/{x}/{y}.png?key=SECRET"
    _, texts, said = page(gaps, organizations, countries, basemap=address)
    assert said == "background: 127.0.0.1"
    assert not any("SECRET" in text for text in texts)


def test_a_live_background_that_fails_falls_back_and_says_so(gaps, organizations, countries):
    _, texts, said = page(
        gaps, organizations, countries, basemap="http://127.0.0.1:9/{z}/{x}/{y}.png"
    )
    assert "not reachable" in said
    assert said.endswith("background: built-in relief")
    assert any("Live background not reachable" in text for text in texts)


def test_other_places_on_earth_can_be_mapped():
    hotspots = make_hotspots([("a", "town", 9, -70.0, -30.0), ("b", "town", 9, -69.0, -31.0)])
    organizations = make_organizations([("o", "documented", "public", -70.1, -30.1)])
    gaps = hg.find_gaps(hotspots.assign(country="CL"), organizations)
    ax = hg.plot_gap_map(gaps, organizations=organizations)
    assert ax.get_xlim()[0] < ax.get_xlim()[1]


@pytest.mark.parametrize(
    ("rows", "start"),
    [
        (
            [("a", "documented", "public", 18.0, 43.0)],
            "The one smaller hotspot town or crossing has d",
        ),
        (
            [("a", "documented", "public", 20.0, 43.0)],
            "The one smaller hotspot town or crossing has no",
        ),
        ([], "No documented support can be placed on 31 December 2020: the one"),
    ],
)
def test_headlines(rows, start, countries):
    gaps = hg.find_gaps(make_hotspots([("h", "town", 9, 18.0, 43.0)]), make_organizations(rows))
    _, texts, _ = page(gaps, make_organizations(rows), countries)
    assert any(text.startswith(start) for text in texts)


@pytest.mark.parametrize(
    ("lon", "lat"),
    [(15.0, 44.0), (19.9, 41.0), (-70.0, -33.0), (179.0, 10.0), (-179.0, -10.0), (6.1, 0.5)],
)
def test_the_zone_is_the_one_that_geopandas_finds(lon, lat, countries):
    gaps = hg.find_gaps(make_hotspots([("h", "town", 9, lon, lat)]), make_organizations([]))
    assert map_frame.map_crs(gaps, countries) == gaps.estimate_utm_crs()


def test_near_the_pole_the_projection_is_round(countries):
    gaps = hg.find_gaps(make_hotspots([("h", "town", 9, 15.0, 86.0)]), make_organizations([]))
    assert map_frame.map_crs(gaps, countries).coordinate_operation.method_name == (
        "Lambert Azimuthal Equal Area"
    )


@pytest.fixture(scope="module")
def saved(gaps, organizations, countries, tmp_path_factory):
    """Save the page of names that try to be markup, twice."""
    hostile = gaps.assign(
        name=gaps["name"].where(
            ~gaps["hotspot_id"].eq("me-bar"), "</text><script>alert(1)</script>"
        )
    )
    folders = [tmp_path_factory.mktemp("saved") for _ in range(2)]
    for folder in folders:
        figure, _, _ = page(hostile, organizations, countries)
        save_map(figure, folder / "m.png", folder / "m.pdf", folder / "m.svg")
    return folders


@pytest.mark.parametrize("name", ["m.png", "m.pdf", "m.svg"])
def test_files_are_the_same_every_time(saved, name):
    one, other = ((folder / name).read_bytes() for folder in saved)
    assert one == other
    for word in (b"Creat", b"dc:date", b"CreationDate"):
        assert word not in one


def test_the_svg_keeps_text_as_text_and_nothing_runs(saved):
    from xml.etree import ElementTree

    path = saved[0] / "m.svg"
    tree = ElementTree.parse(path)  # noqa: S314 - our own file
    texts = ["".join(node.itertext()) for node in tree.iter("{http://www.w3.org/2000/svg}text")]
    for name in ("Sarandë", "Rožaje", "Rača crossing", "ALBANIA", "What is not known"):
        assert name in texts
    assert "</text><script>alert(1)</script>" in texts
    assert {node.tag.split("}")[-1] for node in tree.iter()}.isdisjoint({"script", "a", "iframe"})
    links = {
        value
        for node in tree.iter()
        for key, value in node.attrib.items()
        if key.endswith("href") and not value.startswith(("#", "data:image/png"))
    }
    assert not links
    assert path.stat().st_size < 2_000_000


def test_labels_of_the_pdf_can_be_searched(saved):
    from pypdf import PdfReader

    text = PdfReader(saved[0] / "m.pdf").pages[0].extract_text()
    # Once on the map, once in the list.
    assert text.count("Rožaje") == text.count("Sarandë") == 2
    assert "Kapshticë crossing" in text


def test_outside_the_relief_is_paper(countries):
    gaps = hg.find_gaps(make_hotspots([("h", "town", 9, 24.6, 46.0)]), make_organizations([]))
    ax = hg.plot_gap_map(gaps.assign(country="RO"), countries=countries)
    colours = np.asarray(ax.images[0].get_array())
    black = (colours[..., :3] == 0).all(axis=2)
    assert (colours[..., 3][black] == 0).all()
    assert black.any()


def test_the_frame_cuts_no_name_of_a_country(organizations, countries):
    rows = [("a", "town", 9, 8.0, 45.0), ("b", "town", 9, 14.0, 37.0), ("c", "town", 9, 16.0, 41.0)]
    gaps = hg.find_gaps(make_hotspots(rows).assign(country="IT"), organizations)
    figure, _, _ = page(gaps, organizations, countries)
    figure.draw_without_rendering()
    ax = figure.axes[0]
    frame = box(*ax.get_window_extent().extents)
    names = [t for t in ax.texts if t.get_text() in ("ITALY", "CROATIA", "AUSTRIA", "MONTENEGRO")]
    assert len(names) >= 3
    for name in names:
        assert frame.contains(box(*name.get_window_extent().extents)), name.get_text()


def test_a_map_of_thousands_labels_the_first_gaps_only(organizations):
    rows = [(f"h{n:04d}", "town", 900, 15 + n % 40 / 8, 42 + n // 40 / 40) for n in range(400)]
    gaps = hg.find_gaps(make_hotspots(rows), make_organizations([]))
    labels = list_labels(gaps, organizations)
    assert len(labels) == MOST_LABELS
    assert labels["text"].iloc[0] == gaps.sort_values("rank")["name"].iloc[0]


def test_of_many_circles_the_area_that_they_cover_is_drawn():
    """A ring of overlapping circles: one part, with a hole in the middle."""
    angles = np.linspace(0, 2 * np.pi, map_frame.MOST_CIRCLES + 1, endpoint=False)
    points = gpd.GeoSeries.from_xy(20 + 2 * np.cos(angles), 43 + 1.5 * np.sin(angles), crs=4326)
    (area,) = map_frame.reach(points, 50_000, "EPSG:3035")
    assert len(area.interiors) == 1
    each = [map_frame.circle(p.x, p.y, 50_000).to_crs(3035).iloc[0] for p in points]
    assert area.area < sum(one.area for one in each)
    assert all(area.buffer(1).covers(one) for one in each)
    few = map_frame.reach(points.iloc[1:], 50_000, "EPSG:3035")
    assert len(few) == map_frame.MOST_CIRCLES
