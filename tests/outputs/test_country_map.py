"""A page for each country: its own hotspots, its own numbers, nobody withheld."""

from __future__ import annotations

import dataclasses
import io

import pytest

import hotspot_gaps as hg
from conftest import make_hotspots, make_organizations
from hotspot_gaps.outputs.country_map import (
    countries_with_hotspots,
    country_map_figure,
)
from hotspot_gaps.outputs.phrases import starred
from results import result_of

SIX = ["AL", "BA", "ME", "MK", "RS", "XK"]


def page(country, gaps, organizations, countries):
    result = result_of(gaps, organizations, countries)
    figure = country_map_figure(country, result, hg.Settings())
    texts = [t.get_text() for ax in figure.axes for t in ax.texts]
    return figure, [*texts, *(t.get_text() for t in figure.texts)]


def test_every_country_with_a_hotspot_has_a_page(gaps):
    assert countries_with_hotspots(gaps) == SIX
    assert countries_with_hotspots(gaps.assign(geometry=None)) == []


@pytest.mark.parametrize("country", SIX)
def test_the_page_is_of_the_country(country, gaps, organizations, countries):
    figure, texts = page(country, gaps, organizations, countries)
    text = "\n".join(texts)
    here = gaps[gaps["country"].eq(country)]
    flagged = here[here["rank"].notna()]
    for row in flagged.itertuples():
        assert any(t.startswith(row.name) and t.endswith(f"({starred(country)})") for t in texts)
    assert text.count(f"({starred(country)})") == len(flagged)
    others = here[here["rank"].isna()]
    for name in others["name"]:
        assert name in text
    abroad = gaps[~gaps["country"].eq(country) & ~gaps["name"].eq("Mostar")]
    labels = [t.get_text() for t in figure.axes[0].texts]
    assert not set(abroad["name"]) & set(labels)
    for needed in ("UNSCR 1244/1999", "12 of the 13", "it is not cleared", "in all countries"):
        assert needed in text.replace("\n", " ")


def test_the_title_counts_the_country(gaps, organizations, countries):
    _, texts = page("ME", gaps, organizations, countries)
    assert (
        "Montenegro: None of 5 smaller hotspot towns and crossings has documented support within "
        "50 km"
    ) in texts
    _, texts = page("XK", gaps, organizations, countries)
    assert any(t.startswith("Kosovo*: The one smaller hotspot town") for t in texts)


@pytest.mark.parametrize("country", ["AL", "MK"])
def test_the_country_fills_the_frame(country, gaps, organizations, countries):
    figure, _ = page(country, gaps, organizations, countries)
    ax = figure.axes[0]
    (west, east), (south, north) = ax.get_xlim(), ax.get_ylim()
    ratio = (east - west) / (north - south)
    room = ax.get_position(original=True).size * figure.get_size_inches()
    assert ratio == pytest.approx(room[0] / room[1])
    shape = countries[countries["country"].eq(country)].to_crs("EPSG:32634")
    left, low, right, high = shape.total_bounds
    assert max((right - left) / (east - west), (high - low) / (north - south)) > 0.85
    assert west < left
    assert right < east
    assert south < low
    assert high < north


def test_a_circle_from_across_the_border_is_explained(gaps, organizations, countries):
    _, texts = page("ME", gaps, organizations, countries)
    assert any("Dashed: 50 km around documented support" in text for text in texts)
    assert not any(text.startswith("documented support") for text in texts)


def test_restricted_organizations_are_not_told(countries):
    rows = [("x", "documented", "restricted", 18.1, 43.9), ("y", None, "public", 18.2, 43.8)]
    organizations = make_organizations(rows).assign(town=["Skriveno", "Javno"])
    gaps = hg.find_gaps(make_hotspots([("h", "town", 9, 18.0, 44.0)]), organizations)
    _, texts = page("BA", gaps, organizations, countries)
    assert not any("Skriveno" in text for text in texts)
    assert not any("Dashed" in text for text in texts)


def test_counts_of_organizations_are_those_of_all_countries(countries):
    """Known in one country, less those that are drawn, would be how many are withheld there."""
    rows = [(f"x{n}", None, "restricted", 18.1, 43.9) for n in range(3)]
    rows += [(f"p{n}", None, "public", 20.0, 43.0) for n in range(4)]
    organizations = make_organizations(rows).assign(country=["BA"] * 3 + ["RS"] * 4)
    gaps = hg.find_gaps(make_hotspots([("h", "town", 9, 18.0, 44.0)]), organizations)
    _, texts = page("BA", gaps, organizations, countries)
    told = " ".join(" ".join(texts).split())
    assert "All organizations: 7 known, 7 with a town; 3 withheld" in told


def test_a_country_without_boundaries_is_drawn_all_the_same(organizations, countries):
    rows = [("a", "town", 9, -70.0, -30.0), ("b", "town", 9, -69.0, -31.0)]
    gaps = hg.find_gaps(make_hotspots(rows).assign(country="CL"), organizations)
    figure, texts = page("CL", gaps, organizations, countries)
    assert any(t.startswith("CL: ") for t in texts)
    figure.savefig(io.BytesIO(), dpi=50)


def test_the_page_is_the_same_every_time(gaps, organizations, countries):
    def once():
        data = io.BytesIO()
        figure, _ = page("ME", gaps, organizations, countries)
        figure.savefig(data, dpi=60, metadata={"Software": None})
        return data.getvalue()

    assert once() == once()


@pytest.mark.parametrize("count", [3, 9, 16])
def test_a_long_list_stays_above_the_box(count, countries):
    flagged = [(f"g{i:02d}", "town", 9, 16 + i % 5 * 0.6, 43 + i // 5 * 0.5) for i in range(count)]
    larger = [(f"large-{i:02d}", "town", 90_000, 16.2, 44.0) for i in range(60)]
    lost = [(f"lost-{i:02d}", "region", None, None, None) for i in range(40)]
    gaps = hg.find_gaps(make_hotspots([*flagged, *larger, *lost]), make_organizations([]))
    figure, _ = page("BA", gaps, make_organizations([]), countries)
    figure.draw_without_rendering()
    listed, told = figure.axes[2:4]
    page_right = figure.bbox.x1
    for text in [*figure.axes[1].texts, *listed.texts]:
        assert text.get_window_extent().x1 < page_right, text.get_text()
    legend = min(text.get_window_extent().y0 for text in figure.axes[1].texts)
    assert legend > max(text.get_window_extent().y1 for text in listed.texts)
    lowest = min(text.get_window_extent().y0 for text in listed.texts if text.get_text())
    assert lowest > told.get_window_extent().y1
    assert any("and more, in gaps.csv" in text.get_text() for text in listed.texts)
    assert any("No gap" in text.get_text() for text in listed.texts)


def test_a_hotspot_that_cannot_be_judged_is_not_told_as_no_gap(countries):
    hotspots = make_hotspots([("a", "town", None, 17.5, 43.5), ("b", "city", 90_000, 18, 44)])
    gaps = hg.find_gaps(hotspots, make_organizations([]))
    _, texts = page("BA", gaps, make_organizations([]), countries)
    assert any("No gap: B.\nNot judged: A." in text for text in texts)


def test_a_long_warning_stays_large_enough_to_read(gaps, organizations, countries):
    result = result_of(gaps, organizations, countries)
    known = dataclasses.replace(result.known, unlisted=1, unlisted_countries=("AL", "BA", "ME"))
    result = dataclasses.replace(result, known=known)
    figure = country_map_figure("BA", result, hg.Settings())
    figure.draw_without_rendering()
    title, warning, rule = figure.texts[:3]
    assert "\n" in warning.get_text()
    assert warning.get_fontsize() >= 7
    boxes = [text.get_window_extent() for text in (title, warning, rule)]
    assert boxes[0].y0 > boxes[1].y1
    assert boxes[1].y0 > boxes[2].y1
    assert max(box.x1 for box in boxes) < figure.bbox.x1
