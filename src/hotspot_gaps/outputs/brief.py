"""The brief: a few pages to read on paper, the finding first, then a page a country.

Typst sets it from one template, `page/brief.typ`. All text and every number comes in as data, from
the tables; nothing that a user wrote becomes part of the template. The maps are drawn by the
template from the lines of `brief_map`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hotspot_gaps.errors import OutputError, SettingsError
from hotspot_gaps.gaps.discretion import is_restricted
from hotspot_gaps.gaps.flags import flagged_rows
from hotspot_gaps.gaps.missing import what_is_known
from hotspot_gaps.outputs import brief_tables as tables
from hotspot_gaps.outputs import brief_words as words
from hotspot_gaps.outputs import style
from hotspot_gaps.outputs.brief_ground import ground
from hotspot_gaps.outputs.brief_labels import FONTS, font_folder, open_font
from hotspot_gaps.outputs.brief_map import brief_map
from hotspot_gaps.outputs.certainty_words import certain_line
from hotspot_gaps.outputs.glyphs import drawable
from hotspot_gaps.outputs.map_panels import covered_rows, shortened
from hotspot_gaps.outputs.phrases import starred
from hotspot_gaps.outputs.source_words import said_of_layers, sources_note
from hotspot_gaps.outputs.words import (
    KOSOVO_NOTE,
    day,
    headline,
    not_known,
    rule_line,
    subline,
)
from hotspot_gaps.sources.organizations import load_programmes

if TYPE_CHECKING:
    import geopandas as gpd
    from matplotlib.ft2font import FT2Font

    from hotspot_gaps.gaps.missing import Known
    from hotspot_gaps.gaps.proposal import Proposal
    from hotspot_gaps.gaps.result import Result
    from hotspot_gaps.outputs.brief_ground import Ground
    from hotspot_gaps.settings import Settings

KEPT_DOCUMENTS = 10  # by the library, whose cache forgets what is older
LISTED = 5  # gaps with their reasons on the first page
MOST_SOUGHT = 100  # gaps; among more, the best sites take longer to find than all the rest
FRONT_MAP, COUNTRY_MAP = (292.0, 300.0), (300.0, 268.0)
NO_BACKGROUND = "the maps show no relief of the land"


def write_brief(
    path: Path, result: Result, settings: Settings, *, country: str | None = None
) -> None:
    """Write the brief as PDF, the same bytes for the same input.

    Parameters
    ----------
    path
        File to write.
    result
        As `judge` returns it; restricted organizations are counted and never shown.
    settings
        Those of the judgement.
    country
        Code of one country: the brief is then about its hotspots alone. All when not given.

    Raises
    ------
    SettingsError
        No hotspot is in that country.
    OutputError
        The PDF cannot be set.
    """
    path.write_bytes(set_brief(brief_data(result, settings, country=country)))


def set_brief(data: dict[str, Any]) -> bytes:
    """Set the pages from the data of `brief_data` and return them as PDF."""
    import typst

    # Only fonts that are the same on every machine.
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[font_folder()]
    )
    font = open_font(font_folder() / FONTS[0])
    text = json.dumps(_drawable(data, font), ensure_ascii=False, allow_nan=False, sort_keys=True)
    try:
        pdf: bytes = typst.compile(
            (Path(__file__).parent / "page" / "brief.typ").read_bytes(),
            format="pdf",
            font_paths=fonts,
            sys_inputs={"data": text},
            pdf_standards="ua-1",  # readable by screen readers, checked while it is set
        )
    except typst.TypstError as error:
        raise OutputError(f"brief.pdf: the pages cannot be set: {error}") from None
    finally:
        # Typst keeps what it made for the next ten documents: 30 MB of each brief.
        for _ in range(KEPT_DOCUMENTS + 1):
            typst.compile(b"", format="pdf", font_paths=fonts)
    return pdf


def _drawable(value: Any, font: FT2Font) -> Any:
    """Return data whose texts, but for addresses, the font has every letter of."""
    if isinstance(value, dict):
        return {key: part if key == "url" else _drawable(part, font) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_drawable(part, font) for part in value]
    if not isinstance(value, str) or value.isascii():
        return value
    pieces = value.split(tables.ZERO_WIDTH_SPACE)
    return tables.ZERO_WIDTH_SPACE.join(drawable(piece, font) for piece in pieces)


def brief_data(result: Result, settings: Settings, *, country: str | None = None) -> dict[str, Any]:
    """Return everything that the brief says and draws, as plain values for the template.

    Parameters are as for `write_brief`.
    """
    gaps, organizations, countries = result.gaps, result.organizations, result.countries
    known, certainty = result.known, result.outlook.certainty
    public = organizations[~is_restricted(organizations)]
    programmes = load_programmes(settings=settings)
    names = dict(zip(countries["country"], countries["name"].astype("str"), strict=True))
    codes = sorted(set(gaps["country"]), key=lambda code: (names.get(code, code), code))
    if country is not None:
        if country not in codes:
            there = ", ".join(sorted(codes))
            raise SettingsError(f"country ({country!r}): no hotspot is there. Known: {there}.")
        codes = [country]

    def of_country(code: str) -> tuple[gpd.GeoDataFrame, Known]:
        own = gaps[gaps["country"] == code]
        return own, what_is_known(own, organizations, programmes, settings=settings)

    def titled(code: str) -> str:
        return starred(code, names.get(code))

    shown, counts = (gaps, known) if country is None else of_country(country)
    certain = certain_line(certainty, known, country)
    where = "" if country is None else " in all countries"
    front = _front(shown, organizations, counts, settings, certain=certain, where=where)
    base = ground(gaps, public, countries, settings)
    front |= _mapped(base, FRONT_MAP, country, settings)
    front |= _scope(front["headline"], None if country is None else titled(country))
    front["day"] = day(settings)
    partners = tables.known_near(shown, public, settings)
    pages = []
    for code in codes:
        own, counts = of_country(code)
        page = tables.country_tables(own, partners.get(code, []), settings)
        page |= _said_of(own, counts, settings)
        page |= {"title": titled(code), "certain": certain_line(certainty, known, code)}
        if country is None:  # else its map is on the first page
            page |= _mapped(base, COUNTRY_MAP, code, settings)
        pages.append(page)
    said = f"{sources_note(settings, NO_BACKGROUND)} {said_of_layers(result, drawn=False)}".rstrip()
    return {
        "style": {**style.palette(), "font": style.FONT},
        "front": front,
        "pages": pages,
        "one": country is not None,
        "method": [
            [head, tables.breakable(text)]
            for head, text in words.method_lines(gaps, known, settings, [*result.notes[1:]], said)
        ],
        "rule": rule_line(settings),
        "note": KOSOVO_NOTE if countries["country"].eq("XK").any() else "",
    }


def _mapped(
    base: Ground, size: tuple[float, float], focus: str | None, settings: Settings
) -> dict[str, Any]:
    """Draw a map of all countries, or of one, with its legend."""
    drawn = brief_map(base, size=size, focus=focus)
    return {"map": drawn, "legend": words.legend(drawn, settings)}


def _scope(finding: str, title: str | None) -> dict[str, str]:
    """Say which countries the brief is of: one by its title, or all."""
    if title is None:
        return {"scope": "Brief", "where": "all countries with hotspots"}
    own = f"{title}: {finding[0].lower()}{finding[1:]}"
    return {"scope": f"Brief for {title}", "where": title, "headline": own}


def _said_of(own: gpd.GeoDataFrame, counts: Known, settings: Settings) -> dict[str, Any]:
    """Write the finding of one country, and the lines below it."""
    lost = int((~own["in_question"] & own.geometry.isna()).sum())
    lines = words.country_lines(counts, settings, apart_lost=lost)
    people = words.people_line(own, settings)
    return {"headline": headline(counts, settings), "lines": lines + [people] * bool(people)}


def _front(
    gaps: gpd.GeoDataFrame,
    organizations: gpd.GeoDataFrame,
    known: Known,
    settings: Settings,
    *,
    certain: str,
    where: str = "",
) -> dict[str, Any]:
    """Write the first page: finding, towns with reasons, where next, what is not known."""
    ranked = gaps[gaps["rank"].notna()].sort_values("rank").head(LISTED)
    if ranked.empty:
        ranked = covered_rows(gaps).head(LISTED)
    towns = [
        {
            "rank": "" if row["gap_type"] == "covered" else str(row["rank"]),
            "name": tables.breakable(shortened(str(row["name"]), tables.LETTERS)),
            "country": starred(row["country"]),
            "share": tables.share(row),
            "reason": tables.breakable(str(row["reason"])),
        }
        for row in ranked.to_dict("records")
    ]
    return {
        "headline": headline(known, settings),
        "subline": subline(known, settings),
        "list": words.list_title(gaps, len(towns)),
        "certain": certain,
        "towns": towns,
        "next": tables.breakable(
            words.next_line(
                _proposal(gaps, organizations, settings), any_gap=bool(flagged_rows(gaps).any())
            )
        ),
        "not_known": [tables.breakable(text) for text in not_known(known, settings, where=where)],
    }


def _proposal(
    gaps: gpd.GeoDataFrame, organizations: gpd.GeoDataFrame, settings: Settings
) -> Proposal | None:
    """Propose sites for the next grants among the gaps themselves, unless there are too many."""
    from hotspot_gaps.gaps.candidates import candidate_sites
    from hotspot_gaps.gaps.siting import propose_sites

    flagged = int(flagged_rows(gaps).sum())
    if not 0 < flagged <= MOST_SOUGHT:
        return None
    sites = candidate_sites(gaps, organizations, gaps, kind="towns")
    return propose_sites(
        gaps, organizations, sites, new=min(settings.new_grants, flagged),
        radius_km=settings.radius_km,
    )  # fmt: skip
