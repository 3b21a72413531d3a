"""The page answers as Python does: gaps, types, ranks, counts and title at every setting."""

from __future__ import annotations

import itertools
import json

import numpy as np
import pandas as pd
import pytest
from pyproj import Geod

import hotspot_gaps as hg
from hotspot_gaps.outputs.words import headline, rule_line, subline
from hotspot_gaps.sources.gazetteer import fold
from web_pages import answers_in_python, known_of, mixed_towns, write

pytest_plugins = ("web_browser",)

GEOD = Geod(ellps="WGS84")
COUNTS = ("asked", "gaps", "covered", "untold", "in_question", "unfunded_partner",
          "no_known_partner", "apart_gaps")  # fmt: skip
JUDGE = """settings => settings.map(([radius, cutOff]) => {
    const { judged, counts } = judgeAll(hotspots, data.hotspots.order, radius, cutOff);
    const rows = judged.map((one) => [one.size, one.gap, one.type, one.rank]);
    return { rows, counts, headline: headline(counts, radius) };
})"""


@pytest.fixture(scope="module")
def pages(tmp_path_factory, hotspots, organizations, countries):
    """Write the built-in page and one of made-up towns."""
    folder = tmp_path_factory.mktemp("pages")
    tables = {"builtin": (hotspots, organizations), "mixed": mixed_towns()}
    return {
        name: (write(folder / f"{name}.html", *frames, countries), *frames)
        for name, frames in tables.items()
    }


def check(watched, hotspots, organizations, settings):
    told = watched.page.evaluate(JUDGE, settings)
    for (radius, below), found in zip(settings, told, strict=True):
        here = hg.Settings(radius_km=radius, smaller_below=below)
        rows, known = answers_in_python(hotspots, organizations, here)
        assert found["rows"] == rows, (radius, below)
        assert {k: found["counts"][k] for k in COUNTS} == {k: getattr(known, k) for k in COUNTS}
        assert found["headline"] == headline(known, here)


@pytest.mark.parametrize("name", ["builtin", "mixed"])
def test_a_grid_of_settings_is_answered_as_in_python(opened, pages, name):
    address, *frames = pages[name]
    radii = (0.5, 25.0, 37.5, 50.0, 100.0, 230.0, 500.0)
    grid = [*itertools.product(radii, (1, 9_121, 60_000))]
    check(opened(address), *frames, grid)


@pytest.mark.parametrize("name", ["builtin", "mixed"])
def test_at_the_very_distance_and_size_of_a_town_both_agree(opened, pages, name):
    """The page compares metres at full precision, so that no town flips by rounding."""
    address, hotspots, organizations = pages[name]
    gaps = hg.find_gaps(hotspots, organizations)
    km = gaps["nearest_supported_km"].dropna().iloc[::8]
    edges = [r for x in km for r in (np.nextafter(x, 0), x, np.nextafter(x, 1e9)) if r >= 0.001]
    people = gaps["population"].dropna().iloc[::8]
    cuts = [(50.0, int(n) + more) for n in people for more in (0, 1)]
    check(opened(address), hotspots, organizations, [*((r, 50_000) for r in edges), *cuts])


@pytest.mark.parametrize("evidence", ["direct", "related"])
def test_the_question_of_the_run_is_asked(opened, tmp_path, hotspots, organizations, evidence):
    settings = hg.Settings(evidence=evidence, radius_km=37.5, partner_radius_km=60.0)
    countries = hg.load_boundaries()
    address = write(tmp_path / "page.html", hotspots, organizations, countries, settings=settings)
    watched = opened(address)
    told = watched.page.evaluate(JUDGE, [[37.5, 50_000], [90, 50_000]])
    for radius, found in zip((37.5, 90.0), told, strict=True):
        here = settings.model_copy(update={"radius_km": radius})
        rows, known = answers_in_python(hotspots, organizations, here)
        assert found["rows"] == rows
        assert found["headline"] == headline(known, here)
    assert watched.text("#rule") == rule_line(settings)


def test_without_support_and_without_question_the_title_says_so(
    opened, tmp_path, hotspots, organizations, countries
):
    nobody = organizations.assign(support=None, supported=False)
    nobody["support"] = nobody["support"].astype("str").mask(lambda s: s.eq("None"))
    for towns in (hotspots, hotspots.iloc[24:25], hotspots.iloc[8:9], hotspots.iloc[14:15]):
        watched = opened(write(tmp_path / "page.html", towns, nobody, countries))
        check(watched, towns, nobody, [[50, 50_000], [50, 2]])


def test_title_rule_and_warning_follow_the_slider(opened, pages):
    address, hotspots, organizations = pages["builtin"]
    watched = opened(address)
    for radius, below in [(50, 50_000), (200, 50_000), (437, 60_000), (50, 1_000)]:
        watched.page.fill("#radius", str(radius))
        watched.page.fill("#cut-off", str(below))
        watched.until(f"state.radius === {radius} && state.cutOff === {below}")
        watched.until(f"$('rule').textContent.includes('within {radius} km')")
        settings = hg.Settings(radius_km=radius, smaller_below=below)
        gaps = hg.find_gaps(hotspots, organizations, settings=settings)
        known = known_of(gaps, organizations, settings)
        assert watched.text("#headline") == headline(known, settings)
        assert watched.text("#rule") == rule_line(settings)
        assert watched.text("#subline") == subline(known, settings)
        ranked = gaps.dropna(subset="rank").sort_values("rank")
        names = [n.split(", at ")[0] for n in watched.names()[: len(ranked)]]
        assert names == ranked["name"].tolist()


def test_certainty_is_told_where_it_is_known(opened, tmp_path, hotspots, organizations, countries):
    from hotspot_gaps.gaps.certainty import Certainty

    def page_with(**counts):
        sure = Certainty(
            flagged=11, missing=12, coverable_anywhere=None, certain_anywhere=None,
            curve=pd.DataFrame(), by_country=pd.DataFrame(), spread=False, **counts,
        )  # fmt: skip
        path = tmp_path / "page.html"
        return opened(write(path, hotspots, organizations, countries, certainty=sure))

    none = page_with(coverable=11, certain=0)
    assert none.text("#certain") == "None of the 11 gaps is certain."
    assert "wherever the 12 supported" in none.text("#certain-why")
    # With a larger radius fewer are flagged and each place is near more: none is certain either.
    none.page.evaluate("state.radius = 200; update()")
    assert none.text("#certain") == "None of the 6 gaps is certain."
    none.page.evaluate("state.radius = 420; update()")
    assert none.text("#certain") == "The one gap is not certain."
    none.page.evaluate("state.radius = 20; update()")
    assert none.text("#certain") == ""
    assert "settings of the run only" in none.text("#certain-why")
    some = page_with(coverable=8, certain=3)
    assert some.text("#certain") == "3 of the 11 gaps are certain."
    some.page.evaluate("state.radius = 200; update()")
    assert some.text("#certain") == ""


def test_names_are_folded_as_in_python(opened, pages, hotspots):
    places = hg.load_places()
    names = [*hotspots["name"], *places["name"], *"|".join(places["alt_names"].dropna()).split(";")]
    names += ["РОЖАЈЕ", "Ђаковица", "Djakovica", "djjord", " ß  Straße-1 ", "İstanbul", "½ Ⅳ", ""]
    names = [name for name in names if max(map(ord, name), default=0) < 0x530 or "Ⅳ" in name]
    watched = opened(pages["builtin"][0])
    assert watched.page.evaluate("names => names.map(fold)", names) == [fold(n) for n in names]


def test_circles_are_geodesic(opened, pages):
    random = np.random.default_rng(3)
    rows = [
        [float(random.uniform(-180, 180)), float(random.uniform(-89, 89)),
         float(random.uniform(0, 360)), float(10 ** random.uniform(1, 7))]
        for _ in range(400)
    ]  # fmt: skip
    found = opened(pages["builtin"][0]).page.evaluate(
        "rows => rows.map((row) => travel(...row))", rows
    )
    lon, lat, azimuth, metres = np.array(rows).T
    x, y, _ = GEOD.fwd(lon, lat, azimuth, metres)
    mine = np.array(found)
    assert GEOD.inv(mine[:, 0], mine[:, 1], x, y)[2].max() < 0.001


def test_lines_follow_the_shortest_way(opened, pages):
    watched = opened(pages["builtin"][0])
    points = watched.page.evaluate("greatCircle([42, 19], [47, 23], 4)")
    assert points[0] == pytest.approx([42, 19])
    assert points[-1] == pytest.approx([47, 23])
    for (lon, lat), (y, x) in zip(GEOD.npts(19, 42, 23, 47, 3), points[1:-1], strict=True):
        assert GEOD.inv(lon, lat, x, y)[2] < 2_000


def test_numbers_are_written_as_python_writes_them(opened, pages):
    values = [50, 37.5, 0.001, 20004, 1 / 3, 68.414786]
    watched = opened(pages["builtin"][0])
    assert watched.page.evaluate("v => v.map(plain)", values) == [f"{v:.10g}" for v in values]
    whole = [0, 999, 1000, 1234567]
    assert watched.page.evaluate("v => v.map((n) => count(n))", whole) == [f"{v:,}" for v in whole]
    assert json.dumps(watched.page.evaluate("count(-1234.56, 1)")) == '"-1,234.6"'
