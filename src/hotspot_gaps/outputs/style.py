"""One place for the colours, symbols and type that maps, page and brief share, as plain data.

Red, green and blue differ in lightness or in shape as well as in hue, so that they can be told
apart with any colour vision and in grey print. Colours of text stand out from white by 4.5 to 1 or
more (WCAG 2.2, level AA), but for names of countries, which are part of the ground.

Sizes are in points, areas of symbols in square points as matplotlib has them: a circle or square of
area `a` is `sqrt(a)` wide. The page takes `palette` and `css_variables`, the brief `palette`, and
matplotlib `look`.
"""

from __future__ import annotations

from typing import Any, NamedTuple

# Symbols.
HOTSPOT = "#e0352b"
SUPPORTED = "#00441b"
PROPOSED = "#1d3f8f"
KNOWN = "#7fae93"
# Text. WARNING is the red of sentences, darker than that of symbols.
INK = "#222222"
MUTED = "#666666"
WARNING = "#b3261e"
OTHER_LABEL = "#5a3030"
APART_LABEL = "#815252"
COUNTRY_LABEL = "#6f6f6f"
NEIGHBOUR_LABEL = "#9c9c9c"
# Ground. VEIL lies over neighbours and lets VEIL_OPACITY of the ground through.
PAPER = "#ffffff"
LAND = "#f4f2ec"
SEA = "#d8e4ec"
VEIL = "#f4f4f2"
VEIL_OPACITY = 0.62
BORDER = "#6b6b6b"
NEIGHBOUR_BORDER = "#a8a8a8"
LEADER = "#444444"
# Furniture of a page.
BOX = "#fbf7ec"
BOX_EDGE = "#c9b98a"
GRID = "#e4e4e4"
LINE = "#c9c9c4"
ROW_LINE = "#e3e3df"
CHOSEN = "#e6effa"
CONTROL = "#767676"
# Figures. BAND lies behind what is drawn; GREY is what does not count, PALE_GREY less so.
BAND = "#ecece8"
GREY = "#8a8a86"
PALE_GREY = "#d9d9d4"
WORST_GAP = "#7d1009"
NOT_ASKED = "#b9b3ad"

FONT = "DejaVu Sans"  # comes with matplotlib; has Latin, Greek, Cyrillic, Arabic and Hebrew
CSS_FONTS = 'system-ui, "Segoe UI", Roboto, "Helvetica Neue", "DejaVu Sans", Arial, sans-serif'

# matplotlib markers by kind of hotspot; everything else is drawn as a town.
MARKERS = {"town": "o", "port": "s", "border_crossing": "D", "airport": "^", "region": "p"}
KIND_WORDS = {"border_crossing": "crossing"}
COUNTRY_NAMES = {
    "AL": "ALBANIA",
    "BA": "BOSNIA AND\nHERZEGOVINA",
    "ME": "MONTENEGRO",
    "MK": "NORTH\nMACEDONIA",
    "RS": "SERBIA",
    "XK": "KOSOVO*",
}


class Mark(NamedTuple):
    """A symbol: matplotlib's marker, area, fill and edge (none where empty), width of the edge."""

    marker: str
    area: float
    fill: str
    edge: str
    width: float


class Type(NamedTuple):
    """How a text is set: size in points, colour, and whether bold or italic."""

    size: float
    colour: str
    bold: bool = False
    italic: bool = False


# Hotspots take the marker of their kind.
MARKS = {
    "gap": Mark("o", 46, HOTSPOT, PAPER, 0.7),
    "no_gap": Mark("o", 28, HOTSPOT, PAPER, 0.7),
    "apart": Mark("o", 28, PAPER, HOTSPOT, 1.1),
    "supported": Mark("P", 240, SUPPORTED, PAPER, 1.1),
    "probable": Mark("P", 95, PAPER, SUPPORTED, 1.4),
    "known": Mark("x", 14, "", KNOWN, 1.1),
    "alternative": Mark("o", 230, "", PROPOSED, 1.2),
    "site": Mark("o", 22, PROPOSED, "", 0.0),
}
# Around a gap, by its type; `apart` is any gap outside the question.
RINGS = {
    "apart": (Mark("o", 90, "", MUTED, 0.7),),
    "unfunded_partner": (Mark("o", 130, "", INK, 1.5),),
    "no_known_partner": (Mark("o", 130, "", INK, 1.5), Mark("o", 240, "", INK, 1.1)),
}
# Where support reaches: fill and its opacity, width and dashes of the line.
RADIUS: dict[str, Any] = {
    "colour": SUPPORTED, "opacity": 0.10, "width": 1.1, "dashes": (5, 3),
}  # fmt: skip
# Fill and ink of a cell by type of gap: darker is worse, in grey print too; words say it as well.
CELLS = {
    "no_known_partner": (WORST_GAP, PAPER),
    "unfunded_partner": ("#f7c4bf", INK),
    "covered": ("#dcebe1", SUPPORTED),
    "unknown": ("#eeeeee", MUTED),
}
# Discs behind hotspots with another answer.
HALOS = {"new_gap": "#f6b8b1", "closed_gap": "#b7dcc3", "other": "#f4e3a1"}
# Eight hues that differ in lightness; islands with the same one are told apart by their number.
ISLANDS = (
    "#2f7fb8", "#e69f00", "#00795c", "#c65fa0", "#8a3b12", "#b8a100", "#6a51a3", "#6e7b86",
)  # fmt: skip
# Surfaces, near to far: each class is darker on paper than the one before by 9 or more of CIE L*,
# so that the order is kept in grey print and with any colour vision; near is cream, as no place
# outside is. Answers of another kind are hatched: first code, second code, no answer.
CLASSES = ("#fff0b8", "#d6c7e6", "#aa9cd1", "#8170b8", "#573c96")
HATCHES = (("#e9e4dc", "////"), ("#d8d2c6", "...."), (PAPER, "xxxx"))
HATCH_INK = "#6d675d"
ISOLINE = "#3b2f63"
LABELS = {
    "gap": Type(9.5, INK, bold=True),
    "supported": Type(8.5, SUPPORTED, bold=True),
    "other": Type(7.5, OTHER_LABEL),
    "apart": Type(6.5, APART_LABEL, italic=True),
    "site": Type(9.5, PROPOSED, bold=True),
    "country": Type(9.5, COUNTRY_LABEL),
    "neighbour": Type(7.0, NEIGHBOUR_LABEL),
}
TEXTS = {
    "title": Type(17.0, INK, bold=True),
    "warning": Type(11.5, WARNING),
    "rule": Type(9.5, MUTED),
    "heading": Type(11.0, INK, bold=True),
    "body": Type(9.0, INK),
    "small": Type(8.0, MUTED),
    "note": Type(7.3, MUTED),
}


def marker(kind: str) -> str:
    """Return the matplotlib marker of a kind of hotspot; cities are drawn as towns."""
    return MARKERS.get(kind, MARKERS["town"])


def palette() -> dict[str, str]:
    """Return every colour by its name in small letters, for the page and the brief.

    Examples
    --------
    >>> palette()["hotspot"], palette()["box_edge"]
    ('#e0352b', '#c9b98a')
    """
    own = globals()
    return {
        name.lower(): own[name]
        for name in sorted(own)
        if name.isupper() and isinstance(own[name], str) and own[name].startswith("#")
    }


def css_variables() -> str:
    """Return the colours as a rule of a style sheet.

    Examples
    --------
    >>> css_variables()[:30]
    ':root { --apart-label: #815252'
    """
    rules = "; ".join(f"--{name.replace('_', '-')}: {hue}" for name, hue in palette().items())
    return f":root {{ {rules}; --fonts: {CSS_FONTS} }}"


def look(mark: Mark, *, scale: float = 1.0, marker: str = "") -> dict[str, Any]:
    """Return what `Axes.scatter` takes for a symbol.

    Parameters
    ----------
    mark
        The symbol.
    scale
        Its area is taken so many times.
    marker
        Drawn in place of the symbol's own.
    """
    shape = marker or mark.marker
    size: dict[str, Any] = {"s": mark.area * scale, "marker": shape, "linewidths": mark.width}
    if shape == "x":
        return {**size, "color": mark.edge}
    return {**size, "facecolor": mark.fill or "none", "edgecolor": mark.edge or "none"}


def text_look(text: Type, *, largest: float | None = None) -> dict[str, Any]:
    """Return what matplotlib's texts take, no larger than asked."""
    size = text.size if largest is None else min(text.size, largest)
    set_as: dict[str, Any] = {"fontsize": size, "color": text.colour}
    if text.bold:
        set_as["fontweight"] = "bold"
    if text.italic:
        set_as["style"] = "italic"
    return set_as
