"""QML: well-formed, of the text it is given, and the same every time."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from matplotlib.colors import to_rgb

from hotspot_gaps.outputs import style
from hotspot_gaps.outputs.qml import (
    AROUND,
    SHAPES,
    Label,
    Rule,
    area,
    colour,
    document,
    line,
    marker,
    quoted,
)

EVIL = "</script><img src=x onerror=alert(1)> & \"'"


def parse(text):
    return ET.fromstring(text)  # noqa: S314 - we wrote it


def test_text_of_the_user_stays_text():
    rule = Rule(EVIL, f'"name" = {quoted(EVIL)}', [marker("o", 2, "#ffffff", None)])
    label = Label(EVIL, '"name"', style.LABELS["gap"], AROUND)
    root = parse(document("marker", [rule], [label], {EVIL: EVIL}, title="name"))
    (found,) = root.findall("renderer-v2/rules/rule")
    assert found.get("label") == EVIL
    assert found.get("filter") == '"name" = ' + "'" + EVIL.replace("'", "''") + "'"
    assert root.find("aliases/alias").attrib == {"field": EVIL, "index": "0", "name": EVIL}


def test_every_rule_that_draws_has_its_symbol_and_keys_are_unique():
    leaf = Rule("a", "ELSE", [marker("o", 2, "#ffffff", None)])
    other = Rule("b", '"x"', [line("#000000", 1)])
    rules = [Rule("group", "", [], [leaf, other]), leaf]
    root = parse(document("marker", rules, [], {}, title="name"))
    drawn = [rule for rule in root.iter("rule") if rule.get("symbol")]
    symbols = [symbol.get("name") for symbol in root.iter("symbol")]
    assert [rule.get("symbol") for rule in drawn] == symbols == ["0", "1", "2"]
    keys = [rule.get("key") for rule in root.iter("rule")]
    assert len(set(keys)) == len(keys) == 4
    assert root.find("labeling") is None


def test_no_fill_and_no_outline():
    bare = marker("o", 2, None, None)
    assert bare.values["color"] == "0,0,0,0"
    assert bare.values["outline_style"] == "no"
    assert line("#000000", 1, dashed=True).values["line_style"] == "dash"
    assert area("#010203", "#040506", 1).values["color"] == "1,2,3,255"


@pytest.mark.parametrize("ink", [style.HOTSPOT, style.SUPPORTED, style.KNOWN, style.INK])
def test_colours_are_those_of_matplotlib(ink):
    assert colour(ink) == ",".join(str(round(255 * part)) for part in to_rgb(ink)) + ",255"


def test_every_marker_of_the_maps_has_a_shape():
    assert set(style.MARKERS.values()) <= set(SHAPES)
