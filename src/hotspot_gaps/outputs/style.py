"""One place for colours, symbols and words that maps and tables share.

Red and green differ in lightness and in shape as well as in hue, so that they can be told apart
with any colour vision and in grey print.
"""

from __future__ import annotations

HOTSPOT = "#c8201d"
SUPPORTED = "#0b6b3a"
KNOWN = "#7fae93"
INK = "#222222"
MUTED = "#666666"
BORDER = "#6b6b6b"
BOX = "#fbf7ec"
RADIUS = "#0b6b3a"

# matplotlib markers by kind of hotspot; everything else is drawn as a town.
MARKERS = {"town": "o", "port": "s", "border_crossing": "D", "airport": "^", "region": "p"}
KINDS = {
    "town": "town or city",
    "port": "port town",
    "border_crossing": "border crossing",
    "airport": "airport",
    "region": "region, at a town that stands for it",
}
GAP_TYPES = {
    "unfunded_partner": "a known organization without support within {partner:g} km",
    "no_known_partner": "no known organization within {partner:g} km",
}
COUNTRY_NAMES = {
    "AL": "ALBANIA",
    "BA": "BOSNIA AND\nHERZEGOVINA",
    "ME": "MONTENEGRO",
    "MK": "NORTH\nMACEDONIA",
    "RS": "SERBIA",
    "XK": "KOSOVO*",
}
KOSOVO_NOTE = (
    "* This designation is without prejudice to positions on status, and is in line with UNSCR 1244/1999 "
    "and the ICJ opinion on the Kosovo declaration of independence."
)
SOURCES_NOTE = (
    "Hotspots: GI-TOC, Hotspots of Organized Crime in the Western Balkans (May 2019), as far as public text "
    "names them. Support: GI-TOC, SEE-Obs Risk Bulletins 3 and 4. Boundaries: Natural Earth 1:10m (public domain). "
    "Places, populations: GeoNames (CC BY 4.0). Relief: NOAA GLOBE (public domain)."
)


def marker(kind: str) -> str:
    """Return the matplotlib marker of a kind of hotspot; cities are drawn as towns."""
    return MARKERS.get(kind, MARKERS["town"])
