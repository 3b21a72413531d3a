"""The page as a file: whole in itself, safe, the same for the same input."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import geopandas as gpd
import numpy as np
import pytest
import rasterio
from pyproj import Transformer
from shapely import MultiPolygon, Polygon, box

import hotspot_gaps as hg
from conftest import make_hotspots, make_organizations
from hotspot_gaps.outputs import web_map, web_shapes
from hotspot_gaps.outputs.phrases import ANSWERS, EVIDENCES, NEAR, NO_GAP
from hotspot_gaps.outputs.web_map import as_json, folded_letters, strings, write_web_map
from hotspot_gaps.outputs.words import KOSOVO_NOTE
from hotspot_gaps.sources.builtin import builtin_path
from hotspot_gaps.sources.gazetteer import fold
from web_pages import HOSTILE, as_shown, hostile_towns, write

pytest_plugins = ("web_browser",)


class Parsed(HTMLParser):
    """Scripts, styles, blocks of data, addresses, handlers and text of a page."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.blocks, self.data, self.tags, self.words, self._open = {}, {}, [], [], None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        self.tags.append((tag, attributes))
        if tag in {"script", "style"}:
            self._open = tag, attributes

    def handle_endtag(self, tag):
        if self._open and tag == self._open[0]:
            self._open = None

    def handle_data(self, data):
        if self._open is None:
            self.words.append(data)
        elif self._open[1].get("type") == "application/json":
            self.data[self._open[1]["id"]] = self.data.get(self._open[1]["id"], "") + data
        else:
            self.blocks.setdefault(self._open[0], []).append(data)

    def policy(self):
        return next(a["content"] for t, a in self.tags if a.get("http-equiv"))


@pytest.fixture(scope="module")
def written(judged, tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "gap_map.html"
    write_web_map(path, judged, hg.Settings())
    return path


@pytest.fixture(scope="module")
def parsed(written):
    return Parsed(written.read_text(encoding="utf-8"))


def test_the_page_is_small_and_names_no_other_file(written, parsed):
    assert written.stat().st_size < 3_000_000
    for tag, attributes in parsed.tags:
        assert "src" not in attributes
        assert tag not in {"link", "iframe", "object", "embed", "base", "form", "img"}
        assert not [name for name in attributes if name.startswith("on") or name == "style"]
        assert attributes.get("href", "#").startswith("#")
    assert not re.search(r"url\(|@import", "".join(parsed.blocks["style"]))
    assert "sourceMappingURL" not in "".join(parsed.blocks["script"])


def test_the_policy_allows_these_scripts_and_styles_alone(parsed):
    rules = dict(rule.strip().split(" ", 1) for rule in parsed.policy().split(";"))
    assert rules["default-src"] == "'none'"
    assert rules["img-src"] == "data:"
    for kind in ("script", "style"):
        hashes = [
            f"'sha256-{base64.b64encode(hashlib.sha256(block.encode()).digest()).decode()}'"
            for block in parsed.blocks[kind]
        ]
        assert rules[f"{kind}-src"].split() == hashes
    assert "unsafe" not in parsed.policy()


def test_leaflet_keeps_its_licence(parsed):
    script = parsed.blocks["script"][0]
    for needed in ("Leaflet 1.9", "Volodymyr Agafonkin", "CloudMade", "Redistributions in binary"):
        assert needed in script


def test_it_tells_the_finding_without_script_as_well(parsed, judged):
    text = " ".join(" ".join(parsed.words).split())
    box = ("What is not known", "22 listed of about 40", "12 of the 13")
    for needed in (
        judged.headline,
        *box,
        KOSOVO_NOTE,
        "Natural Earth",
        "need JavaScript",
    ):
        assert needed in text


def test_a_map_without_kosovo_has_no_note(tmp_path, hotspots, organizations, countries):
    others = countries[countries["country"].ne("XK")]
    write(tmp_path / "page.html", hotspots, organizations, others)
    assert "UNSCR" not in (tmp_path / "page.html").read_text(encoding="utf-8")


def test_the_same_input_gives_the_same_bytes(tmp_path, hotspots, organizations, countries):
    write(tmp_path / "one.html", hotspots, organizations, countries)
    write(
        tmp_path / "two.html",
        hotspots,  # which come sorted from where they are loaded; gaps keep the order they have
        organizations.sample(frac=1, random_state=2),
        countries.sample(frac=1, random_state=3),
    )
    assert (tmp_path / "one.html").read_bytes() == (tmp_path / "two.html").read_bytes()


def test_hostile_text_is_data_and_comes_back_whole(tmp_path, countries):
    write(tmp_path / "page.html", *hostile_towns(), countries)
    text = (tmp_path / "page.html").read_text(encoding="utf-8")
    page = Parsed(text)
    assert "img" not in {tag for tag, _ in page.tags}
    assert len(page.blocks["script"]) == 2
    for block in page.data.values():
        assert not set("<>&\u2028\u2029") & set(block)
    assert json.loads(page.data["data"])["hotspots"]["name"]["values"] == list(HOSTILE)


def test_a_hostile_note_of_a_programme_is_text(tmp_path, judged, countries):
    known = replace(judged.known, stated_note="<img src=x onerror=alert(1)>")
    write_web_map(tmp_path / "page.html", replace(judged, known=known), hg.Settings())
    page = Parsed((tmp_path / "page.html").read_text(encoding="utf-8"))
    assert "img" not in {tag for tag, _ in page.tags}
    assert "<img src=x" in "".join(page.words)


def test_restricted_organizations_are_nowhere_in_the_file(written, organizations):
    text = written.read_text(encoding="utf-8")
    secret = organizations[organizations["sensitivity"].eq("restricted")]
    assert len(secret) == 53
    for name in secret["organization_id"]:
        assert f'"{name}"' not in text
    data = json.loads(Parsed(text).data["data"])
    shown = set(data["organizations"]["organization_id"]["values"])
    assert shown.isdisjoint(secret["organization_id"])
    assert "org-002" in shown


# What scripts say to the browser, not to a reader.
IN_NO_LANGUAGE = {
    "use strict", "noopener noreferrer", "zoomend resize", "country-name own", "#heading th",
    "#facets input", "(prefers-reduced-motion: reduce)",
}  # fmt: skip


def test_every_string_of_the_page_is_in_one_file():
    template = web_map._file("gap_map.html.j2")
    words = strings()
    asked = set(re.findall(r"s\['(\w+)'\]", template))
    assert asked <= set(words)
    scripts = "".join(web_map._file(name) for name in web_map.SCRIPTS)
    for key in re.findall(r"""say\("(\w+)"[,)]""", scripts):
        assert isinstance(words[key], str), key
    code = re.sub(r"(?m)^\s*//.*$|(?s:/\*.*?\*/)", "", scripts)
    texts = {text for _, text in re.findall(r"""(["'`])((?:(?!\1).)*)\1""", code)}
    said = {text for text in texts if re.search(r"[A-Za-z]{2,}[,.:]? [A-Za-z]{2,}", text)}
    assert said == IN_NO_LANGUAGE
    # Between tags the template has nothing of its own to say.
    bare = re.sub(r"\{[{%#].*?[}%#]\}|<[^>]*>", "", template)
    assert not re.search(r"[A-Za-z]", bare)
    labels = re.findall(r'(?:aria-label|title|placeholder|alt)="([^"]*)"', template)
    assert all(label.startswith("{{") for label in labels)


def test_the_page_has_the_words_of_the_other_outputs():
    words = strings()
    assert words["types"] == ANSWERS
    assert words["evidences"] == EVIDENCES
    near = " within {partner} km"
    assert words["legend_unfunded"] == f"{NEAR['unfunded_partner'].format(near)} ({{n}})"
    assert words["legend_no_partner"] == f"{NEAR['no_known_partner'].format(near)} ({{n}})"
    assert words["legend_other"] == f"{NO_GAP} ({{n}})"
    assert words["legend_apart_one"].endswith("1 gap)")


def test_json_that_cannot_be_read_is_not_written():
    assert json.loads(as_json({"a": ["</script>&\u2028", 1.5, None]})) == {
        "a": ["</script>&\u2028", 1.5, None]
    }
    with pytest.raises(ValueError, match="JSON"):
        as_json(float("nan"))


def test_letters_are_folded_by_the_table_as_fold_does():
    letters = folded_letters()
    for letter in "đžњђшѓќ":
        assert letters.get(letter, fold(letter)) == fold(letter)
    assert {"đ", "ђ", "ж", "ß", "ı"} <= set(letters)
    assert "š" not in letters


def test_symbols_have_the_shapes_of_the_printed_map():
    symbols = web_shapes.symbols()
    corners = {name: sum(step[0] in "ML" for step in steps) for name, steps in symbols.items()}
    assert corners["s"] >= 4
    assert corners["P"] >= 12
    assert {step[0] for step in symbols["x"]} == {"M", "L"}
    points = np.array([step[-2:] for step in symbols["o"] if len(step) > 2])
    assert np.abs(np.hypot(*points.T) - 0.5).max() < 0.001
    top = min(symbols["^"], key=lambda step: step[2] if len(step) > 2 else 9)
    assert top[2] == -0.5  # upwards in a picture whose y grows downwards


def unpacked(country):
    polygons = []
    for rings in country["rings"]:
        shapes = [
            np.cumsum(np.reshape(r, (-1, 2)), axis=0) / web_shapes.DEGREE_STEPS for r in rings
        ]
        polygons.append(Polygon(shapes[0], shapes[1:]).buffer(0))
    return MultiPolygon([p for p in polygons if p.geom_type == "Polygon"])


def test_outlines_stay_where_the_countries_are(gaps, organizations, countries):
    bounds = web_shapes.view(gaps, organizations, countries)
    found = {c["country"]: c for c in web_shapes.outlines(countries, gaps, bounds)}
    shapes = countries.set_index("country").geometry
    for code in ("AL", "BA", "ME", "MK", "RS", "XK"):
        mine = unpacked(found[code])
        assert mine.symmetric_difference(shapes[code]).area < 0.004 * shapes[code].area
        assert found[code]["own"] == 1
        lat, lon = found[code]["at"]
        assert shapes[code].contains(gpd.points_from_xy([lon], [lat])[0])
    assert found["HR"]["own"] == 0


def test_outlines_beyond_the_poles_of_mercator_are_cut():
    world = gpd.GeoDataFrame(
        {"country": ["ZZ"], "name": ["All"]}, geometry=[box(-180, -90, 180, 90)], crs="EPSG:4326"
    )
    towns = make_hotspots([("a", "town", 9, 20, 80)]).assign(country="ZZ")
    organizations = as_shown(make_organizations([]))
    gaps = hg.find_gaps(towns, organizations)
    bounds = web_shapes.view(gaps, organizations, world)
    assert bounds == (-180, -85, 180, 85)
    (outline,) = web_shapes.outlines(world, gaps, bounds)
    assert unpacked(outline).bounds[3] <= 85


@pytest.mark.filterwarnings("ignore:Dataset has no geotransform")
def test_the_relief_lies_where_its_bounds_say():
    """Look at a mountain and the sea, through the projection that Leaflet uses."""
    picture = web_shapes.relief((16.0, 41.0, 21.0, 44.0))
    south, west, north, east = picture["bounds"]
    image = base64.b64decode(picture["image"].removeprefix("data:image/jpeg;base64,"))
    with rasterio.MemoryFile(image) as memory, memory.open() as jpeg:
        shown = jpeg.read().astype(float)
    to_map = Transformer.from_crs("EPSG:4326", "EPSG:3857", always_xy=True)
    left, bottom = to_map.transform(west, south)
    right, top = to_map.transform(east, north)
    lon, lat = np.meshgrid(np.linspace(16.5, 20.5, 60), np.linspace(41.5, 43.5, 60))
    x, y = to_map.transform(lon, lat)
    columns = ((x - left) / (right - left) * shown.shape[2]).astype(int)
    rows = ((top - y) / (top - bottom) * shown.shape[1]).astype(int)
    with rasterio.open(builtin_path("relief.tif")) as source:
        points = np.column_stack([lon.ravel(), lat.ravel()])
        true = np.array(list(source.sample(points))).T.astype(float)
    here = shown[:, rows.ravel(), columns.ravel()]
    assert np.corrcoef(here.ravel(), true.ravel())[0, 1] > 0.85
    shifted = shown[:, (rows.ravel() + 40) % shown.shape[1], columns.ravel()]
    assert np.corrcoef(shifted.ravel(), true.ravel())[0, 1] < 0.8


def test_far_away_there_is_no_relief():
    assert web_shapes.relief((100.0, 0.0, 110.0, 5.0)) is None


def test_a_table_without_gaps_and_one_of_one_town_are_written(tmp_path, countries):
    organizations = as_shown(make_organizations([("o", "documented", "public", 20, 43)]))
    for rows in ([], [("a", "town", 9_000, 20, 43)]):
        write(tmp_path / "page.html", make_hotspots(rows), organizations, countries)
        page = Parsed((tmp_path / "page.html").read_text(encoding="utf-8"))
        assert json.loads(page.data["data"])["hotspots"]["id"] == [row[0] for row in rows]
