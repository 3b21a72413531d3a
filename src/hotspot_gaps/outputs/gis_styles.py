"""Styles of the layers of a GeoPackage, for QGIS: colours and symbols of the maps, as rules."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

from hotspot_gaps.outputs import style
from hotspot_gaps.outputs.field_meanings import meanings
from hotspot_gaps.outputs.phrases import NEAR
from hotspot_gaps.outputs.qml import (
    AROUND,
    BADGE,
    INSIDE,
    SHAPES,
    Label,
    Layer,
    Rule,
    area,
    badge,
    document,
    line,
    marker,
    quoted,
)
from hotspot_gaps.outputs.words import KOSOVO_NOTE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


@dataclass(frozen=True)
class LayerStyle:
    """How a layer of a name is drawn.

    Attributes
    ----------
    geometry
        `marker`, `line` or `fill`.
    title
        Column that names a feature.
    about
        What the layer holds, for whoever opens it.
    rules
        From the columns of the layer to its rules, the lowest first.
    labels
        Texts beside the features.
    order_by
        Expression; features with a larger value are drawn above.
    """

    geometry: str
    title: str
    about: str
    rules: Callable[[Sequence[str]], Sequence[Rule]]
    labels: tuple[Label, ...] = ()
    order_by: str = ""


# Symbols are larger on a screen than on a page.
LARGER = 1.35
MM_PER_PT = 25.4 / 72
GAP_TYPES = {
    "not_asked": (style.NOT_ASKED, "Not asked: larger town, capital, or no town"),
    "unknown": (style.PAPER, "Not known: no size, or withheld support"),
    "covered": (style.SUPPORTED, "Covered by documented support"),
    "unfunded_partner": (style.HOTSPOT, NEAR["unfunded_partner"].capitalize()),
    "no_known_partner": (style.WORST_GAP, NEAR["no_known_partner"].capitalize()),
}
KINDS = {"border_crossing": "Border crossing", "town": "Town or city"}
_GAP = '"in_question" AND "is_gap"'


def layer_style(name: str, columns: Sequence[str]) -> str | None:
    """Write the style of a layer.

    Parameters
    ----------
    name
        A layer of `STYLES`.
    columns
        Its columns, without the geometry.

    Returns
    -------
    str or None
        QML, with an alias for each column; None for a layer without a style.

    Examples
    --------
    >>> layer_style("countries", ["country", "name"]).splitlines()[0]
    "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>"
    """
    look = STYLES.get(name)
    if look is None:
        return None
    aliases = {column: said.alias for column, said in meanings(name, columns).items()}
    return document(
        look.geometry,
        look.rules(columns),
        look.labels,
        aliases,
        title=look.title,
        order_by=look.order_by,
    )


def _gap_rules(columns: Sequence[str]) -> list[Rule]:
    """Fill by gap type, hollow outside the question, and outline by kind."""
    radius = next((c.split("_within_")[1] for c in columns if c.startswith("known_within_")), "")
    near = f" within {radius.removesuffix('km')} km" if radius else ""
    shape = {"name": _shape_by_kind()}
    types = []
    for gap_type, (fill, label) in GAP_TYPES.items():
        rings = style.RINGS.get(gap_type, ())
        size = _size_mm("gap" if rings else "no_gap")
        layers = [_ring(ring) for ring in rings]
        layers.append(marker("o", size, fill, None, by_expression=shape))
        rule = f'"gap_type" = {quoted(gap_type)}'
        types.append(Rule(label.format(near), rule, layers))
    hollow = marker("o", _size_mm("apart"), style.PAPER, None, by_expression=shape)
    (thin,) = map(_ring, style.RINGS["apart"])
    apart = [
        Rule("No gap", "ELSE", [hollow]),
        Rule("Gap by the same rule", '"is_gap"', [thin, hollow]),
    ]
    return [
        Rule("In question", '"in_question"', [], types),
        Rule("Outside the question, counted apart", 'NOT "in_question"', [], apart),
        Rule("Kind", "", [], _kind_rules()),
    ]


def _kind_rules() -> list[Rule]:
    """Outline each hotspot with the symbol of its kind, in the size of its fill."""
    size = (
        f'CASE WHEN {_GAP} THEN {_size_mm("gap")} WHEN "in_question" THEN {_size_mm("no_gap")} '
        f"ELSE {_size_mm('apart')} END"
    )
    return [
        Rule(
            KINDS.get(kind, kind.capitalize()),
            "ELSE" if kind == "town" else f'"kind" = {quoted(kind)}',
            [
                marker(
                    symbol, _size_mm("no_gap"), None, style.INK, 0.25, by_expression={"size": size}
                )
            ],
        )
        for kind, symbol in style.MARKERS.items()
    ]


def _size_mm(name: str) -> float:
    """Return how wide the symbol of a name is."""
    return _wide_mm(style.MARKS[name])


def _wide_mm(mark: style.Mark) -> float:
    return round(LARGER * MM_PER_PT * sqrt(mark.area), 2)


def _ring(mark: style.Mark) -> Layer:
    return marker(mark.marker, _wide_mm(mark), None, mark.edge, round(MM_PER_PT * mark.width, 2))


def _shape_by_kind() -> str:
    """Write the expression that gives the shape of a kind."""
    others = {kind: symbol for kind, symbol in style.MARKERS.items() if kind != "town"}
    cases = " ".join(
        f'WHEN "kind" = {quoted(kind)} THEN {quoted(SHAPES[symbol])}'
        for kind, symbol in others.items()
    )
    return f"CASE {cases} ELSE {quoted(SHAPES[style.MARKERS['town']])} END"


def _organization_rules(_: Sequence[str]) -> list[Rule]:
    green = style.SUPPORTED
    return [
        Rule(
            "Other known organization",
            "ELSE",
            [marker("x", _size_mm("known"), style.KNOWN, style.KNOWN, 0.4)],
        ),
        Rule(
            "Probable support, not counted",
            "\"support\" = 'probable'",
            [marker("P", _size_mm("probable"), style.PAPER, green, 0.4)],
        ),
        Rule(
            "Documented support",
            "\"support\" = 'documented'",
            [marker("P", _size_mm("supported"), green, style.PAPER, 0.3)],
        ),
    ]


def _island_rules(_: Sequence[str]) -> list[Rule]:
    colours = ", ".join(map(quoted, style.ISLANDS))
    by_island = f'array_get(array({colours}), ("island" - 1) % {len(style.ISLANDS)})'
    town = marker("o", 4.0, style.MUTED, style.PAPER, 0.3, by_expression={"fillColor": by_island})
    return [Rule("Town with known organizations; colour and number: its island", "", [town])]


def _link_rules(_: Sequence[str]) -> list[Rule]:
    return [
        Rule("Link within a country", "ELSE", [line(style.INK, 0.5)]),
        Rule("Link across a border", '"crosses_border"', [line(style.INK, 0.5, dashed=True)]),
    ]


STYLES = {
    "gaps": LayerStyle(
        "marker",
        "name",
        "Hotspots, a row each, placed or not. Gaps: smaller hotspot towns and border crossings "
        "without documented support within the radius; count is_gap where in_question is true. "
        "A town that is absent is not known; it is not cleared.",
        _gap_rules,
        (
            Label(_GAP, '"name"', style.LABELS["gap"], AROUND, away_mm=2.5),
            Label(f"NOT ({_GAP})", '"name"', style.LABELS["other"], AROUND),
        ),
        'CASE WHEN "is_gap" AND "in_question" THEN 2 WHEN "in_question" THEN 1 ELSE 0 END',
    ),
    "organizations": LayerStyle(
        "marker",
        "name",
        "Organizations that can be shown, at their towns; those without a known town have no "
        "point, and those withheld for their safety no row.",
        _organization_rules,
        (Label('"support" IS NOT NULL', '"town"', style.LABELS["supported"], AROUND, away_mm=3.0),),
        "CASE \"support\" WHEN 'documented' THEN 2 WHEN 'probable' THEN 1 ELSE 0 END",
    ),
    "countries": LayerStyle(
        "fill",
        "name",
        f"Countries. Kosovo: {KOSOVO_NOTE.removeprefix('* ')}",
        lambda _: [Rule("Country", "", [area(style.LAND, style.BORDER, 0.3)])],
        (
            Label(
                "",
                "upper(\"name\") || CASE WHEN \"country\" = 'XK' THEN '*' ELSE '' END",
                style.LABELS["country"],
                INSIDE,
                style.LAND,
            ),
        ),
    ),
    "sites": LayerStyle(
        "marker",
        "name",
        "Where new support would reach most, the site that adds most first.",
        lambda _: [Rule("Proposed site, in order", "", [badge(5.6, style.PROPOSED, style.PAPER)])],
        (Label("", '"order"', style.Type(9.0, style.PAPER, bold=True), BADGE, style.PROPOSED),),
    ),
    "islands": LayerStyle(
        "marker",
        "town",
        "Towns with known organizations that can be shown, by island: towns linked within the "
        "limit, one to the next.",
        _island_rules,
        (Label("", '"island"', style.Type(7.5, style.INK, bold=True), AROUND),),
    ),
    "links": LayerStyle(
        "line",
        "from_town",
        "The shortest links that would join all islands: possibilities by distance, no known "
        "contacts.",
        _link_rules,
    ),
}
