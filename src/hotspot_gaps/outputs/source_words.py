"""Words on sources: what every layer of a picture rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hotspot_gaps.gaps.result import Result
    from hotspot_gaps.settings import Settings

BUILTIN_SOURCES = {
    "hotspots": "GI-TOC, Hotspots of Organized Crime in the Western Balkans (May 2019), and later "
    "texts, as far as public text names them; some crossings © OpenStreetMap contributors",
    "organizations": "public texts, row by row in the data",
    "supports": "GI-TOC, SEE-Obs Risk Bulletins 3 and 4",
    "boundaries": "Natural Earth 1:10m (public domain)",
    "places": "GeoNames (CC BY 4.0)",
}
HEADINGS = {
    "hotspots": "Hotspots",
    "organizations": "Organizations",
    "supports": "Support",
    "boundaries": "Boundaries",
    "places": "Places and inhabitants",
}


def sources_note(settings: Settings, background: str = "") -> str:
    """Name the source of every layer; a user's own table by its file name."""
    parts = []
    for table, heading in HEADINGS.items():
        path = getattr(settings, table)
        parts.append(f"{heading}: {BUILTIN_SOURCES[table] if path is None else path.name}.")
    if not background:
        return " ".join(parts)
    relief = " (NOAA GLOBE, public domain)" if background.endswith("relief") else ""
    return f"{' '.join(parts)} {background[:1].upper()}{background[1:]}{relief}."


def said_of_layers(result: Result, *, drawn: bool = True) -> str:
    """Return what must be said of the larger layers that were used; nothing where there are none.

    Districts are counted in `people_by_district.csv` and drawn nowhere: maps do not name them.
    """
    heads = {"roads": "Roads", "population": "People"}
    if not drawn:
        heads["districts"] = "Districts"
    told = result.layers.attributions
    return " ".join(f"{head}: {told[layer]}." for layer, head in heads.items() if layer in told)
