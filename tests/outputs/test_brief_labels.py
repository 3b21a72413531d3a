"""Labels of the brief: on nothing, inside the map, and as wide as they are set."""

from __future__ import annotations

import json

import numpy as np
import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from hotspot_gaps.outputs import brief_labels as labels

WIDTH, HEIGHT = 300.0, 250.0
SIZES = (7.0, 6.5, 6.0, 5.5)


def placed(points, small=(), texts=None):
    points = np.asarray(points, dtype=float).reshape(-1, 2)
    texts = texts or [f"Town {at}" for at in range(len(points))]
    styles = [at % 4 for at in range(len(points))]
    return labels.placed_labels(
        points, texts, styles, sizes=SIZES, symbols=points, small=small,
        reserved=[(0, HEIGHT - 24, 90, HEIGHT)], width=WIDTH, height=HEIGHT,
    )  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(arrays(float, st.tuples(st.integers(0, 30), st.just(2)), elements=st.floats(0, 250)))
def test_labels_cover_nothing_and_stay_inside(points):
    found, boxes = placed(points)
    assert len(found) == len(boxes)
    corners = np.array(boxes).reshape(-1, 4)
    assert (corners >= 0).all()
    assert (corners[:, 2] <= WIDTH).all()
    assert (corners[:, 3] <= HEIGHT).all()
    half = labels.SYMBOL_PT
    for at, (west, north, east, south) in enumerate(boxes):
        for x, y in points:
            assert not (
                west < x + half and east > x - half and north < y + half and south > y - half
            )
        for other in boxes[:at]:
            apart = east <= other[0] or west >= other[2] or south <= other[1] or north >= other[3]
            assert apart


def test_a_lone_label_stands_to_the_right_and_one_at_the_edge_to_the_left():
    (label,), (box,) = placed([(100.0, 100.0)])
    assert box[0] > 100
    assert label.leader == []
    _, (box,) = placed([(297.0, 100.0)])
    assert box[2] < 297


def test_a_bold_label_covers_small_symbols_before_it_is_left_out():
    crosses = [(x, y) for x in range(0, 301, 6) for y in range(0, 251, 6)]
    found, _ = placed([(150.0, 100.0), (200.0, 150.0), (60.0, 60.0)], small=crosses)
    assert [label.style for label in found] == [0, 1]


def test_a_label_that_moved_away_is_joined_to_its_point():
    crowd = [(150.0 + dx, 100.0 + dy) for dx in (-24, -12, 0, 12, 24) for dy in (-12, 0, 12)]
    found, _ = placed(crowd)
    assert any(label.leader for label in found)
    for label in found:
        for x, y in label.leader[:1]:
            assert min(np.hypot(x - a, y - b) for a, b in crowd) < 0.1


@pytest.mark.parametrize("bold", [False, True])
def test_a_text_is_as_wide_as_typst_sets_it(bold):
    texts = ["Rožaje", "Northern Kosovo, at Leposaviq", "Ђаковица", "WWWiii", "ç ë š"]
    weight = "bold" if bold else "regular"
    source = (
        "#context [#metadata(json(bytes(sys.inputs.texts)).map(t => measure("
        f'text(font: "DejaVu Sans", weight: "{weight}", size: 7pt, kerning: false, t)).width.pt()))'
        "<w>]"
    )
    fonts = typst.Fonts(include_system_fonts=False, font_paths=[labels.font_folder()])
    found = typst.query(
        source.encode(), "<w>", field="value", one=True, font_paths=fonts,
        sys_inputs={"texts": json.dumps(texts)},
    )  # fmt: skip
    font = labels.open_font(labels.font_folder() / labels.FONTS[bold])
    assert [labels.text_width(t, 7, font) for t in texts] == pytest.approx(
        json.loads(found), rel=0.01
    )


def test_a_letter_that_the_font_lacks_has_a_width():
    font = labels.open_font(labels.font_folder() / labels.FONTS[0])
    assert labels.text_width("中", 7, font) == 7
