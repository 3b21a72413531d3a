"""The figure of robustness: a row a town that is ever a gap, and a title from the counts."""

from __future__ import annotations

import dataclasses
import itertools

import pandas as pd
import pytest
from matplotlib.collections import PatchCollection
from matplotlib.colors import to_hex

import hotspot_gaps as hg
from conftest import make_hotspots, make_organizations
from hotspot_gaps.gaps.robustness import robustness
from hotspot_gaps.gaps.scenario_grid import Grid
from hotspot_gaps.judging import judge
from hotspot_gaps.outputs import style
from hotspot_gaps.outputs.certainty_words import robust_line
from hotspot_gaps.outputs.phrases import percent
from hotspot_gaps.outputs.robustness_figure import robustness_figure
from hotspot_gaps.sources.organizations import load_organizations_by_date


@pytest.fixture(scope="module")
def known():
    return judge(hg.Settings()).known


@pytest.fixture(scope="module")
def found(hotspots):
    return robustness(hotspots, load_organizations_by_date())


def said(figure):
    return [text.get_text() for text in figure.texts]


def inside(figure):
    return [text.get_text() for text in figure.axes[0].texts]


def squares(figure, colour):
    shapes = [each for each in figure.axes[0].collections if isinstance(each, PatchCollection)]
    return sum(
        len(each.get_paths())
        for each in shapes
        if each.get_facecolor().size and to_hex(each.get_facecolor()[0]) == colour
    )


def test_the_built_in_figure(found, known):
    figure = robustness_figure(found, known, settings=hg.Settings(), sources="Roads: ©.")
    title, trust, rule, stand, note = said(figure)
    assert (
        title
        == "9 of 11 gaps stay gaps in every scenario that asks of them, of 1,620 scenarios in all"
    )
    assert trust.startswith("12 of the 13 supported organizations cannot be placed")
    assert "31 December 2020" in rule
    assert stand.startswith("24 of 38 hotspots are a gap in at least one scenario. 4 cannot be")
    assert note.startswith("Roads: ©. * This designation")
    names = inside(figure)
    assert "Northern Kosovo (XK*)" in names
    assert "radius 129.1 km" in names
    for heading in ("gaps by the settings", "no gaps, or not known", "outside the question"):
        assert heading in names
    # As many squares as the answers along the axes of the hotspots that are drawn.
    drawn = found.towns.loc[found.towns["flag_share"].gt(0).fillna(value=False), "hotspot_id"]
    axes = ["radius_km", "smaller_below", "evidence", "location", "as_of"]
    along = pd.concat([found.along(axis).loc[drawn] for axis in axes], axis=1)
    assert squares(figure, style.HOTSPOT) == (along == 1).to_numpy().sum()
    assert squares(figure, style.PALE_GREY) == (along == 0).to_numpy().sum()


def town(*rows, offices=(), grid=None):
    return robustness(make_hotspots(list(rows)), make_organizations(list(offices)), grid=grid)


ONE = Grid(radii_km=(50,), smaller_below=(20_000,), evidence=("reported",), error_km={})


@pytest.mark.parametrize(
    ("rows", "title"),
    [
        ([("a", "town", 9, 18, 43)], "The one gap stays one in every scenario"),
        ([("a", "town", 30_000, 18, 43)], "The one gap does not stay one"),
        ([("a", "town", 9, 18, 43), ("b", "town", 9, 18, 44)], "All 2 gaps stay gaps"),
        ([("a", "town", 30_000, 18, 43), ("b", "town", 9, 18, 44)], "1 of 2 gaps stays a gap"),
        ([("a", "town", 30_000, 18, 43), ("b", "town", 30_000, 18, 44)], "None of 2 gaps stays"),
        ([("a", "city", 60_000, 18, 43)], "A gap in none of 2 scenarios"),
    ],
)
def test_the_title_counts(rows, title, known):
    found = town(*rows, grid=ONE)
    assert robust_line(found).startswith(title)
    robustness_figure(found, known, settings=hg.Settings(), sources="")


def test_what_is_not_known_is_hatched_and_a_lone_axis_is_drawn(known):
    offices = [("x", "documented", "restricted", 18.5, 43)]
    grid = Grid(radii_km=(10, 30), smaller_below=(), evidence=("reported",), error_km={})
    found = town(("a", "town", 9, 18, 43), offices=offices, grid=grid)
    figure = robustness_figure(found, known, settings=hg.Settings(), sources="")
    assert "not known by the settings" not in inside(figure)
    hatched = [each for each in figure.axes[0].collections if each.get_hatch()]
    assert sum(len(each.get_paths()) for each in hatched) == 1
    grid = dataclasses.replace(ONE, smaller_below=())
    figure = robustness_figure(
        town(("a", "town", 9, 18, 43), grid=grid), known, settings=hg.Settings(), sources=""
    )
    assert squares(figure, style.HOTSPOT) == 1


def test_what_is_not_known_by_the_settings_says_so(known):
    offices = [("x", "documented", "restricted", 18.5, 43)]
    rule = hg.Settings(radius_km=30.0)
    hotspots = make_hotspots([("a", "border_crossing", None, 18, 43)])
    found = robustness(hotspots, make_organizations(offices), settings=rule)
    assert found.towns["is_gap"].isna().all()
    figure = robustness_figure(found, known, settings=rule, sources="")
    assert "not known by the settings" in inside(figure)
    assert "no gaps, or not known" in inside(figure)


def test_of_many_rows_the_first_are_drawn_and_it_says_so(known):
    rows = [(f"h{at:02d}", "town", 9, 18, 42 + at / 100) for at in range(70)]
    figure = robustness_figure(town(*rows, grid=ONE), known, settings=hg.Settings(), sources="")
    assert "; the first 60 are drawn" in said(figure)[3]
    assert "H00 (BA)" not in inside(figure) or "H69 (BA)" not in inside(figure)


def test_all_and_none_are_written_only_for_all_and_none():
    assert [percent(share) for share in (1.0, 0.996, 0.004, 0.0)] == [
        "100 %", "> 99 %", "< 1 %", "0 %"
    ]  # fmt: skip


def test_a_long_warning_stays_on_the_page(found, known):
    long = dataclasses.replace(known, unlisted=1, unlisted_countries=("AL", "BA", "ME", "RS"))
    figure = robustness_figure(found, long, settings=hg.Settings(), sources="")
    figure.draw_without_rendering()
    boxes = [text.get_window_extent() for text in figure.texts[:4]]
    assert max(box.x1 for box in boxes) < figure.bbox.x1
    assert all(above.y0 > below.y1 for above, below in itertools.pairwise(boxes))
