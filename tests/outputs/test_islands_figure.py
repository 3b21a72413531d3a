"""The figure of islands: a curve, and a bar a link that would join them."""

from __future__ import annotations

import pytest
from pyproj import Geod

from conftest import make_hotspots, make_organizations
from hotspot_gaps.gaps.networks import islands
from hotspot_gaps.outputs.islands_figure import MOST_LINKS, islands_figure


def words(figure):
    return " ".join(text.get_text() for text in figure.texts)


def line(count, km):
    places = [Geod(ellps="WGS84").fwd(18.0, 43.0, 90, km * 1000 * n)[:2] for n in range(count)]
    return make_organizations([(f"o{n}", None, "public", *at) for n, at in enumerate(places)])


def test_the_built_in_case(organizations, gaps):
    figure = islands_figure(islands(organizations, hotspots=gaps), sources="Places: GeoNames.")
    told = words(figure)
    assert "62 towns with known organizations make 14 islands at 50 km; 8 are one town" in told
    assert "98 of 187 known organizations; 36 have no town and 53 are withheld" in told
    assert "Joining all takes 13 links, 912 km: 2 of them across a border" in told
    assert "In no island: 7 of 34 placed hotspots, 1 in question" in told
    labels = [label.get_text() for label in figure.axes[1].get_yticklabels()]
    assert len(labels) == 13
    assert labels[-1] == "Durrës (AL) – Vlorë (AL)"
    hatched = [bar for bar in figure.axes[1].patches if bar.get_hatch()]
    assert len(hatched) == 2


@pytest.mark.parametrize("count", [0, 1, 2])
def test_few_organizations_are_drawn(count):
    found = islands(line(count, 60.0), hotspots=make_hotspots([("t", "town", 9, 18.0, 43.0)]))
    figure = islands_figure(found, sources="")
    figure.canvas.draw()
    assert f"{count} town{'s' if count != 1 else ''} with known" in words(figure)


def test_of_many_links_the_longest_are_drawn():
    figure = islands_figure(islands(line(40, 60.0)), sources="")
    assert len(figure.axes[1].patches) == MOST_LINKS
    assert "the 25 longest of 39" in figure.axes[1].get_xlabel()


def test_minutes_are_called_minutes(organizations, network):
    some = organizations[organizations["country"].eq("ME")]
    figure = islands_figure(islands(some, network=network, within_min=30.0), sources="")
    assert "at 30 min" in words(figure)
    assert "by road, the slower way" in words(figure)
    assert figure.axes[0].get_xlabel().endswith("so many min")


def test_islands_are_counted_in_whole_numbers():
    ticks = islands_figure(islands(line(2, 100)), sources="").axes[0].get_yticks()
    assert all(tick == round(tick) for tick in ticks)
