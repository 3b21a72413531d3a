"""QML, the styles of QGIS: symbols, rules, labels and aliases as XML.

QGIS 3.22 and later read it. Elements are built as such, so that text is text; keys are numbers,
so that bytes are the same.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING, Any, NamedTuple

from hotspot_gaps.outputs.style import PAPER, Type

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

VERSION = "3.22.0"
# QGIS markers by those of matplotlib, in which the styles are written.
SHAPES = {
    "o": "circle", "s": "square", "D": "diamond", "^": "triangle", "p": "pentagon",
    "v": "triangle", "*": "star", "h": "hexagon", "P": "cross_fill", "x": "cross2",
}  # fmt: skip
# A badge stands below and left of its point, so that the symbol under it is seen.
BADGE_MM = -3.0, 3.0
# Labels stand around their points, as the number in their badge, or inside areas.
AROUND, BADGE, INSIDE = "around", "badge", "inside"
_PLACEMENTS = {
    AROUND: {"placement": "6"},
    BADGE: {
        "placement": "1", "quadOffset": "4", "offsetUnits": "MM",
        "xOffset": str(BADGE_MM[0]), "yOffset": str(BADGE_MM[1]),
    },
    INSIDE: {"placement": "0"},
}  # fmt: skip


class Layer(NamedTuple):
    """One layer of a symbol: its class, properties, and properties by expression."""

    kind: str
    values: dict[str, Any]
    by_expression: Mapping[str, str]


class Rule(NamedTuple):
    """What is drawn, for which features; `ELSE` takes those of no other rule beside it."""

    label: str
    filter: str
    layers: Sequence[Layer]
    children: Sequence[Rule] = ()


class Label(NamedTuple):
    """Which text, for which features, and how it looks."""

    filter: str
    text: str
    look: Type
    placement: str
    halo: str = PAPER
    away_mm: float = 1.5


def marker(
    shape: str,
    size_mm: float,
    fill: str | None,
    outline: str | None,
    width_mm: float = 0.2,
    *,
    by_expression: Mapping[str, str] | None = None,
) -> Layer:
    """Return a marker of a matplotlib shape; None is no fill, or no outline."""
    values = {
        "name": SHAPES[shape], "size": size_mm, "size_unit": "MM", "color": colour(fill),
        "outline_color": colour(outline), "outline_width": width_mm, "outline_width_unit": "MM",
        "outline_style": "solid" if outline else "no",
    }  # fmt: skip
    return Layer("SimpleMarker", values, by_expression or {})


def badge(size_mm: float, fill: str, outline: str) -> Layer:
    """Return a disc beside a point, for a number in it."""
    disc = marker("o", size_mm, fill, outline, 0.3)
    offset = ",".join(map(str, BADGE_MM))
    return disc._replace(values={**disc.values, "offset": offset, "offset_unit": "MM"})


def line(ink: str, width_mm: float, *, dashed: bool = False) -> Layer:
    """Return a line, dashed or not."""
    values = {
        "line_color": colour(ink), "line_width": width_mm, "line_width_unit": "MM",
        "line_style": "dash" if dashed else "solid", "capstyle": "round", "joinstyle": "round",
    }  # fmt: skip
    return Layer("SimpleLine", values, {})


def area(fill: str, outline: str, width_mm: float) -> Layer:
    """Return a filled area with an outline."""
    values = {
        "color": colour(fill), "style": "solid", "outline_color": colour(outline),
        "outline_style": "solid", "outline_width": width_mm, "outline_width_unit": "MM",
        "joinstyle": "round",
    }  # fmt: skip
    return Layer("SimpleFill", values, {})


def colour(hexadecimal: str | None) -> str:
    """Write a colour as QGIS does: red, green, blue, opacity.

    >>> colour("#e0352b"), colour(None)
    ('224,53,43,255', '0,0,0,0')
    """
    if hexadecimal is None:
        return "0,0,0,0"
    red, green, blue = bytes.fromhex(hexadecimal.removeprefix("#"))
    return f"{red},{green},{blue},255"


def quoted(text: str) -> str:
    """Write a text as one of an expression.

    >>> quoted("it's")
    "'it''s'"
    """
    return "'" + text.replace("'", "''") + "'"


def document(
    geometry: str,
    rules: Sequence[Rule],
    labels: Sequence[Label],
    aliases: Mapping[str, str],
    *,
    title: str,
    order_by: str = "",
) -> str:
    """Write the style of a layer.

    Parameters
    ----------
    geometry
        `marker`, `line` or `fill`.
    rules
        What is drawn, the first lowest. A feature is drawn by every rule that it fits.
    labels
        Texts beside the features.
    aliases
        Names of the columns for people, by column.
    title
        Name of the column that names a feature.
    order_by
        Expression; features with a larger value are drawn above the others.

    Returns
    -------
    str
        An XML document.
    """
    root = ET.Element("qgis", version=VERSION, styleCategories="Symbology|Labeling|Fields|Forms")
    root.append(_renderer(geometry, rules, order_by))
    if labels:
        root.append(_labeling(geometry, labels))
    names = ET.SubElement(root, "aliases")
    for index, (field, name) in enumerate(aliases.items()):
        ET.SubElement(names, "alias", field=field, index=str(index), name=name)
    ET.SubElement(root, "previewExpression").text = f'"{title}"'
    ET.indent(root, " ")
    text = ET.tostring(root, encoding="unicode")
    return f"<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n{text}\n"


def _renderer(geometry: str, rules: Sequence[Rule], order_by: str) -> ET.Element:
    renderer = ET.Element(
        "renderer-v2", type="RuleRenderer", symbollevels="0", forceraster="0",
        enableorderby=str(int(bool(order_by))),
    )  # fmt: skip
    tree = ET.SubElement(renderer, "rules", key="rules")
    symbols = ET.SubElement(renderer, "symbols")
    _add_rules(tree, symbols, geometry, rules)
    if order_by:
        clauses = ET.SubElement(renderer, "orderby")
        ET.SubElement(clauses, "orderByClause", asc="1", nullsFirst="1").text = order_by
    return renderer


def _add_rules(tree: ET.Element, symbols: ET.Element, geometry: str, rules: Iterable[Rule]) -> None:
    for number, rule in enumerate(rules):
        element = ET.SubElement(tree, "rule", key=f"{tree.get('key')}-{number}", label=rule.label)
        if rule.filter:
            element.set("filter", rule.filter)
        if rule.layers:
            name = str(len(symbols))
            element.set("symbol", name)
            symbols.append(_symbol(geometry, name, rule.layers))
        _add_rules(element, symbols, geometry, rule.children)


def _symbol(geometry: str, name: str, layers: Iterable[Layer]) -> ET.Element:
    symbol = ET.Element("symbol", type=geometry, name=name, alpha="1", clip_to_extent="1")
    for layer in layers:
        element = ET.SubElement(
            symbol, "layer", {"class": layer.kind}, enabled="1", locked="0")  # fmt: skip
        element.set("pass", "0")
        element.append(_options({key: str(value) for key, value in layer.values.items()}))
        if layer.by_expression:
            properties = {
                key: {"active": True, "expression": text, "type": 3}
                for key, text in layer.by_expression.items()
            }
            values = {"name": "", "properties": properties, "type": "collection"}
            ET.SubElement(element, "data_defined_properties").append(_options(values))
    return symbol


def _options(values: Mapping[str, Any], name: str | None = None) -> ET.Element:
    """Write values of the kinds that QGIS tells apart."""
    element = ET.Element("Option", type="Map")
    if name is not None:
        element.set("name", name)
    for key, value in values.items():
        if isinstance(value, dict):
            element.append(_options(value, key))
            continue
        kind = {bool: "bool", int: "int"}.get(type(value), "QString")
        text = str(value).lower() if kind == "bool" else str(value)
        ET.SubElement(element, "Option", type=kind, name=key, value=text)
    return element


def _labeling(geometry: str, labels: Iterable[Label]) -> ET.Element:
    labeling = ET.Element("labeling", type="rule-based")
    tree = ET.SubElement(labeling, "rules", key="labels")
    for number, label in enumerate(labels):
        rule = ET.SubElement(tree, "rule", key=f"labels-{number}", filter=label.filter)
        settings = ET.SubElement(rule, "settings", calloutType="simple")
        look = label.look
        style = ET.SubElement(
            settings, "text-style", fieldName=label.text, isExpression="1",
            fontSize=str(look.size), fontSizeUnit="Point", textColor=colour(look.colour),
            fontWeight="75" if look.bold else "50", fontItalic=str(int(look.italic)),
            namedStyle="Bold" if look.bold else "Regular", textOpacity="1", multilineHeight="1",
        )  # fmt: skip
        ET.SubElement(
            style, "text-buffer", bufferDraw="1", bufferSize="0.7", bufferSizeUnits="MM",
            bufferColor=colour(label.halo), bufferOpacity="1", bufferJoinStyle="128",
        )  # fmt: skip
        place = {"dist": str(label.away_mm), "distUnits": "MM", **_PLACEMENTS[label.placement]}
        ET.SubElement(settings, "placement", place)
        # An area or a line that pushes labels away would leave none inside it.
        badge = label.placement == BADGE
        obstacle = str(int(geometry == "marker" and not badge))
        ET.SubElement(
            settings, "rendering", drawLabels="1", obstacle=obstacle, displayAll=str(int(badge))
        )  # fmt: skip
    return labeling
