"""The figure of borders: a row a hotspot in question, and a title from the counts."""

from __future__ import annotations

import dataclasses
import itertools

import pandas as pd
import pytest

import hotspot_gaps as hg
from hotspot_gaps.gaps.by_road import border_scenarios
from hotspot_gaps.judging import judge
from hotspot_gaps.outputs.border_figure import border_figure


@pytest.fixture(scope="module")
def known():
    return judge(hg.Settings()).known


def texts(figure):
    return [text.get_text() for text in figure.texts]


def table(*rows):
    """Make scenarios of (name, open, default, closed), None for no road."""
    frame = pd.DataFrame(rows, columns=["name", "open", "default", "closed"])
    made = {"hotspot_id": frame["name"], "name": frame["name"], "country": "ME"}
    for scenario in ("open", "default", "closed"):
        made[f"travel_min_{scenario}"] = frame[scenario].astype("Float64")
        reached = frame[scenario].notna()
        made[f"travel_{scenario}"] = reached.map({True: "reached", False: "unreachable"})
    return pd.DataFrame(made).assign(in_question=True, gap_type="no_known_partner")


def test_every_hotspot_in_question_has_a_row(gaps, organizations, network, known):
    scenarios = border_scenarios(gaps, organizations, network, settings=hg.Settings())
    figure = border_figure(scenarios, known, settings=hg.Settings(), sources="Roads: ©.")
    labels = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert len(labels) == int((scenarios["in_question"] & scenarios["travel_open"].notna()).sum())
    assert labels[-1] == "Sarajevo (BA)"  # the nearest stands on top
    assert "Pristina (XK*)" in labels
    assert texts(figure)[0].startswith("None of 19 located hotspots is within 60 min")
    assert "Roads: ©." in texts(figure)[-1]


def test_the_title_counts(known):
    rows = [("A", 40, 50, 55), ("B", 40, 70, None), ("C", 30, 60, None)]
    figure = border_figure(table(*rows), known, settings=hg.Settings(), sources="")
    assert texts(figure)[0].startswith("2 of 3 located hotspots are within 60 min")
    assert texts(figure)[2].startswith("1 reach it without crossing a border")


def test_where_no_road_leads_anywhere_the_figure_is_drawn(known):
    figure = border_figure(
        table(("A", None, None, None)), known, settings=hg.Settings(), sources=""
    )
    ticks = [tick.get_text() for tick in figure.axes[0].get_xticklabels()]
    assert ticks[-1] == "unreachable"


def test_a_place_too_far_from_a_road_is_said_to_be(known):
    scenarios = table(("A", None, None, None))
    for scenario in ("open", "default", "closed"):
        scenarios[f"travel_{scenario}"] = "too_far_from_a_road"
    figure = border_figure(scenarios, known, settings=hg.Settings(), sources="")
    assert "too far from a road" in [text.get_text() for text in figure.axes[0].texts]


def test_closed_borders_and_withheld_support_are_named(known):
    settings = hg.Settings(travel={"closed_borders": ["RS-XK"], "border_delay_min": 45})
    hidden = dataclasses.replace(known, supported_restricted=1)
    figure = border_figure(table(("A", 1, 2, None)), hidden, settings=settings, sources="")
    legend = [text.get_text() for text in figure.axes[1].texts]
    assert "45 min at each border; closed: RS-XK" in legend
    assert "support that can be shown" in texts(figure)[0]


def test_of_many_the_first_gaps_are_drawn_and_the_rest_is_told(known):
    """Thousands of rows make a picture that cannot be drawn."""
    rows = [(f"T{at:04}", 40, 50, 55) for at in range(3_000)]
    scenarios = table(*rows)
    scenarios["rank"] = (3_000 - scenarios.index.to_series()).where(scenarios.index >= 2_000)
    figure = border_figure(scenarios, known, settings=hg.Settings(), sources="")
    figure.canvas.draw()
    drawn = {label.get_text() for label in figure.axes[0].get_yticklabels()}
    assert drawn == {f"T{at:04} (ME)" for at in range(2_940, 3_000)}
    assert texts(figure)[0].startswith("3000 of 3000 located hotspots")
    assert "60 of 3,000 hotspots are drawn" in texts(figure)[2]
    assert "the other 2,940 are in border_scenarios.csv" in texts(figure)[2]


def test_a_long_warning_stays_on_the_page(known):
    long = dataclasses.replace(known, unlisted=1, unlisted_countries=("AL", "BA", "ME", "RS"))
    figure = border_figure(table(("A", 40, 50, 55)), long, settings=hg.Settings(), sources="")
    figure.draw_without_rendering()
    boxes = [text.get_window_extent() for text in figure.texts[:3]]
    assert max(box.x1 for box in boxes) < figure.bbox.x1
    assert all(above.y0 > below.y1 for above, below in itertools.pairwise(boxes))
