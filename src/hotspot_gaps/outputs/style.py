"""One place for colours, symbols and words that maps and tables share.

Red and green differ in lightness and in shape as well as in hue, so that they can be told apart
with any colour vision and in grey print.
"""

from __future__ import annotations

HOTSPOT = "#e0352b"
SUPPORTED = "#00441b"
# A proposed site: darker than red, bluer than green.
PROPOSED = "#1d3f8f"
KNOWN = "#7fae93"
INK = "#222222"
MUTED = "#666666"
BORDER = "#6b6b6b"
BOX = "#fbf7ec"

# matplotlib markers by kind of hotspot; everything else is drawn as a town.
MARKERS = {"town": "o", "port": "s", "border_crossing": "D", "airport": "^", "region": "p"}
COUNTRY_NAMES = {
    "AL": "ALBANIA",
    "BA": "BOSNIA AND\nHERZEGOVINA",
    "ME": "MONTENEGRO",
    "MK": "NORTH\nMACEDONIA",
    "RS": "SERBIA",
    "XK": "KOSOVO*",
}


def marker(kind: str) -> str:
    """Return the matplotlib marker of a kind of hotspot; cities are drawn as towns."""
    return MARKERS.get(kind, MARKERS["town"])
