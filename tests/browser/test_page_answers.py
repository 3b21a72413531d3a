"""The page answers as Python does: gaps, types, ranks, counts and title at every setting."""

from __future__ import annotations

import itertools
import json
from functools import cache

import numpy as np
import pandas as pd
import pytest
from pyproj import Geod

import hotspot_gaps as hg
from hotspot_gaps.outputs.words import headline, rule_line, subline
from hotspot_gaps.sources.gazetteer import fold
from hotspot_gaps.sources.hotspots import load_stand_ins
from web_pages import answers_in_python, known_of, mixed_towns, write

pytest_plugins = ("web_browser",)

GEOD = Geod(ellps="WGS84")
COUNTS = ("asked", "gaps", "covered", "untold", "in_question", "unfunded_partner",
          "no_known_partner", "apart_gaps")  # fmt: skip
JUDGE = """settings => settings.map(([radius, cutOff]) => {
    const { judged, counts } = judgeAll(standing(ofRun, cutOff), data.order, radius, cutOff);
    const rows = judged.map((one) => [one.size, one.gap, one.type, one.rank]);
    return { rows, counts, headline: headline(counts, radius) };
})"""


@pytest.fixture(scope="module")
def pages(tmp_path_factory, hotspots, organizations, countries):
    """Write the built-in page and one of made-up towns."""
    folder = tmp_path_factory.mktemp("pages")
    mixed, others = mixed_towns()
    towns = load_stand_ins()
    address = write(folder / "builtin.html", hotspots, organizations, countries, stand_ins=towns)
    return {
        "builtin": (address, loaded, organizations),
        "mixed": (write(folder / "mixed.html", mixed, others, countries), mixed, others),
    }


@cache
def loaded(below):
    """Load the built-in list as a run with this cut-off does."""
    return hg.load_hotspots(smaller_below=below)


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


CUT_OFFS = (1, 1_000, 1_300, 1_301, 5_000, 10_000, 14_901, 19_000, 19_001, 50_000, 100_000)


@pytest.mark.parametrize("radius", [50.0, 190.0, 240.0])
def test_a_region_is_measured_from_the_town_that_stands_for_it_at_the_cut_off(
    opened, pages, radius
):
    """Each cut-off against a run with it, which loads the list again."""
    watched = opened(pages["builtin"][0])
    check(watched, loaded, pages["builtin"][2], [(radius, below) for below in CUT_OFFS])


@pytest.mark.parametrize("start", [1_000, 10_000, 100_000])
def test_a_page_of_a_run_with_another_cut_off_answers_for_all(
    opened, tmp_path, organizations, countries, start
):
    settings = hg.Settings(smaller_below=start)
    path, towns = tmp_path / "page.html", load_stand_ins(smaller_below=start)
    address = write(
        path, loaded(start), organizations, countries, settings=settings, stand_ins=towns
    )
    check(opened(address), loaded, organizations, [(50.0, below) for below in CUT_OFFS])


def test_what_is_shown_of_a_region_is_that_of_its_town(opened, pages):
    watched = opened(pages["builtin"][0])
    organizations = pages["builtin"][2]
    shown = ("represented_by", "population", "nearest_supported_km", "known_within", "lat", "lon")
    for below in CUT_OFFS:
        settings = hg.Settings(smaller_below=below)
        gaps = hg.find_gaps(loaded(below), organizations, settings=settings)
        row = gaps.set_index("hotspot_id").loc["xk-northern-kosovo"]
        row = row.rename({"known_within_25km": "known_within"})
        watched.page.evaluate(f"state.cutOff = {below}; update()")
        told = watched.page.evaluate(
            "names => names.map((n) => hotspots.find((h) => h.id === 'xk-northern-kosovo')[n])",
            list(shown),
        )
        here = [None if pd.isna(row[name]) else row[name] for name in shown]
        assert told == [pytest.approx(v, abs=1e-3) if isinstance(v, float) else v for v in here]
    watched.page.evaluate("state.cutOff = 10000; state.town = 'xk-northern-kosovo'; update()")
    assert watched.text("#town h2") == "Northern Kosovo, at Čabra"
    assert "Another town stands" in watched.text("#run-note")
    watched.page.evaluate("state.search = 'cabra'; update()")
    assert watched.names() == ["Northern Kosovo, at Čabra"]
    watched.page.evaluate("state.cutOff = 50000; state.search = ''; update()")
    assert "Another town stands" not in watched.text("#run-note")
    assert watched.text("#town h2") == "Northern Kosovo, at Leposaviq"


def test_where_a_town_is_not_held_the_page_says_not_known(
    opened, tmp_path, hotspots, organizations, countries
):
    """Exactly in the interval where another would stand, as far as it is told."""
    few = load_stand_ins(most=2)  # Zvečan and Leposaviq
    path = tmp_path / "page.html"
    watched = opened(write(path, hotspots, organizations, countries, stand_ins=few))
    told = (17_001, 19_000, 50_000, 100_000)
    check(watched, loaded, organizations, [(50.0, below) for below in told])
    at = hotspots["hotspot_id"].tolist().index("xk-northern-kosovo")
    for found in watched.page.evaluate(JUDGE, [(50.0, below) for below in (1, 1_301, 17_000)]):
        assert found["rows"][at] == ["unknown", None, "unknown", None]
    watched.page.evaluate("state.cutOff = 10000; state.town = 'xk-northern-kosovo'; update()")
    assert "another town would stand" in watched.text("#town .verdict")


@pytest.mark.parametrize("name", ["builtin", "mixed"])
def test_at_the_very_distance_and_size_of_a_town_both_agree(opened, pages, name):
    """The page compares metres at full precision, so that no town flips by rounding."""
    address, hotspots, organizations = pages[name]
    start = hotspots(50_000) if callable(hotspots) else hotspots
    gaps = hg.find_gaps(start, organizations)
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
        ids = towns["hotspot_id"]
        others = load_stand_ins().loc[lambda rows, ids=ids: rows["hotspot_id"].isin(ids)]
        path = tmp_path / "page.html"
        watched = opened(write(path, towns, nobody, countries, stand_ins=others))

        def again(below, ids=ids):
            return loaded(below).loc[lambda rows: rows["hotspot_id"].isin(ids)]

        check(watched, again, nobody, [[50, 50_000], [50, 2]])


def test_title_rule_and_warning_follow_the_slider(opened, pages):
    address, _, organizations = pages["builtin"]
    watched = opened(address)
    for radius, below in [(50, 50_000), (200, 50_000), (437, 60_000), (50, 10_000), (50, 1_000)]:
        watched.page.fill("#radius", str(radius))
        watched.page.fill("#cut-off", str(below))
        watched.until(f"state.radius === {radius} && state.cutOff === {below}")
        watched.until(f"$('rule').textContent.includes('within {radius} km')")
        settings = hg.Settings(radius_km=radius, smaller_below=below)
        gaps = hg.find_gaps(loaded(below), organizations, settings=settings)
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
    # Another town stands for the region there, and may be far from the others.
    none.page.evaluate("state.radius = 50; state.cutOff = 10000; update()")
    assert none.text("#certain") == ""
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
