"""Words of the brief: its sentences and the cells of its tables, written from the numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hotspot_gaps.gaps.counts import plural
from hotspot_gaps.gaps.discretion import BAND_EDGES_KM
from hotspot_gaps.gaps.flags import flagged_rows, people_column
from hotspot_gaps.outputs.map_panels import shortened
from hotspot_gaps.outputs.phrases import NEAR, NO_GAP, about, number, percent, starred
from hotspot_gaps.outputs.words import APART, no_gap

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd

    from hotspot_gaps.gaps.missing import Known
    from hotspot_gaps.gaps.proposal import Proposal
    from hotspot_gaps.settings import Settings

MOST_PEOPLE = 12  # gaps in the line on people


def next_line(proposal: Proposal | None, *, any_gap: bool) -> str:
    """Say where the next grants would reach most, or how to find out."""
    if proposal is None or proposal.sites.empty:
        many = "Among so many gaps this takes a while to find: hotspot-gaps site does."
        return many if any_gap else ""
    sites = proposal.sites.to_dict("records")
    total = f"{proposal.value:.0f} of {plural(round(proposal.total), 'gap')}"
    if len(sites) == 1:
        start = f"The next grant would reach most at {_site(sites[0])}: {total}."
    else:
        listed = "; ".join(_site(site) for site in sites)
        start = (
            f"The next {number(len(sites))} grants would reach most at {listed}. Together: {total}."
        )
    proven = (
        "No other choice among the gaps reaches more."
        if proposal.status == "optimal"
        else f"The search was cut short: none reaches more than {proposal.bound:.0f}."
    )
    return f"{start} {proven} {proposal.notes[-1]}"


def _site(site: Mapping[Any, Any]) -> str:
    towns = [town for town in str(site["towns"]).split("; ") if town != site["name"]]
    near = f", near {', '.join(shortened(town, 30) for town in towns)}" if towns else ""
    return f"{shortened(site['name'], 30)} ({starred(site['country'])}{near})"


def list_title(gaps: gpd.GeoDataFrame, listed: int) -> str:
    """Write the heading of the list of gaps on the first page."""
    ranked = gaps[gaps["rank"].notna()]
    count = len(ranked)
    if not count:
        return no_gap(gaps)
    away = bool(ranked["nearest_supported_band"].notna().any())
    order = "farthest from documented support first" if away else "most inhabitants first"
    if count == 1:
        return "The gap, and why"
    which = (
        f"The {number(count)} gaps" if listed == count else f"{number(listed)} of the {count} gaps"
    )
    return f"{which[0].upper()}{which[1:]}, and why; {order}"


def country_lines(known: Known, settings: Settings, *, apart_lost: int = 0) -> list[str]:
    """Say in short sentences what is known of one country's hotspots.

    Parameters
    ----------
    known
        Counts from `what_is_known` for the rows of that country.
    settings
        Radii and evidence.
    apart_lost
        Hotspots outside the question that have no place.
    """
    lost = known.in_question - known.in_question_placed
    placed = f"; not placed: {lost}" if lost else ""
    lines = [f"In question: {plural(known.in_question, 'hotspot')}{placed}."]
    if known.asked:
        several = "smaller town or crossing", "smaller towns and crossings"
        lines.append(f"{plural(known.asked, *several)} that can be judged; {_gaps(known)}.")
    if known.gaps:
        lines.append(_partner_line(known, f"{settings.partner_radius_km:.10g} km"))
    if known.untold:
        lines.append(f"Cannot be judged: {known.untold}.")
    if known.apart_placed or apart_lost:
        some = f"; gaps among them: {known.apart_gaps}" if known.apart_gaps else ""
        some += f"; and {apart_lost} not placed" if apart_lost else ""
        lines.append(f"Apart: {known.apart_placed} {APART[settings.evidence]}{some}.")
    return lines


def people_line(gaps: gpd.GeoDataFrame, settings: Settings) -> str:
    """Say how many people are around each gap, as far as that is known; nothing without a raster.

    Circles of neighbours overlap, so the numbers have no sum.
    """
    column = people_column(settings)
    rows = gaps[flagged_rows(gaps) & gaps[column].notna()].sort_values("rank")
    if rows.empty:
        return ""
    told = [_around(row, column) for row in rows.head(MOST_PEOPLE).to_dict("records")]
    more = len(rows) - len(told)
    told += [f"and {more} more, in gaps.csv"] if more else []
    return f"People within {settings.partner_radius_km:.10g} km, about: {'; '.join(told)}."


def _around(row: Mapping[Any, Any], column: str) -> str:
    share = row["people_known_share"]
    part = f" ({percent(share)} of the circle known)" if share < 0.995 else ""
    return f"{shortened(str(row['name']), 30)} {about(row[column])}{part}"


def _gaps(known: Known) -> str:
    if known.gaps == known.asked:
        return "all are gaps" if known.gaps > 1 else "it is a gap"
    return f"{known.gaps or 'none'} {'is a gap' if known.gaps <= 1 else 'are gaps'}"


def _partner_line(known: Known, partner: str) -> str:
    """Say near how many gaps an organization is known, and of how many no name may be told."""
    lines = []
    if known.unfunded_partner:
        hidden = known.partner_withheld
        names = f" (near {hidden} only ones whose names are withheld)" if hidden else ""
        lines.append(
            f"near {known.unfunded_partner} an organization without support is known{names}"
        )
    if known.no_known_partner:
        lines.append(f"near {known.no_known_partner} no organization is known")
    return f"Of the gaps, {'; '.join(lines)}. Near: within {partner}."


def legend(map_: dict[str, Any] | None, settings: Settings) -> list[list[str]]:
    """Return symbol and meaning of all that a map shows, with how many there are.

    Hotspots and towns of other countries, which are drawn paler, are not in the numbers.
    """
    if map_ is None:
        return []
    counts = map_["counts"]
    partner = f"{settings.partner_radius_km:.10g} km"
    meanings = {
        "unfunded_partner": NEAR["unfunded_partner"].format(f" within {partner}"),
        "no_known_partner": NEAR["no_known_partner"].format(f" within {partner}"),
        "no_gap": NO_GAP,
        "apart_gap": "apart, would be a gap",
        "apart": "apart, no gap or not judged",
        "supported": f"documented support, with {settings.radius_km:.10g} km around",
        "probable": "probable support, not counted",
        "known": "town with other known organizations",
    }
    drawn = {*counts, *map_["others"]}
    rows = [
        [symbol, f"{meaning} ({counts.get(symbol, 0)})"]
        for symbol, meaning in meanings.items()
        if symbol in drawn
    ]
    if map_["reach"] and "supported" not in drawn:
        rows.append(["reach", f"within {settings.radius_km:.10g} km of documented support"])
    if {"apart", "apart_gap"} & drawn:
        rows.append(["", f"apart: {APART[settings.evidence]}"])
    if map_["others"]:
        rows.append(["", "paler: in other countries, not in these numbers"])
    return rows


def method_lines(
    gaps: gpd.GeoDataFrame, known: Known, settings: Settings, notes: list[str], sources: str
) -> list[list[str]]:
    """Write the method and its limits, a heading and a paragraph each."""
    partner = f"{settings.partner_radius_km:.10g} km"
    bands = ", ".join(f"{edge:.0f}" for edge in BAND_EDGES_KM)
    found = int(flagged_rows(gaps).sum())
    lines = [
        ["Distance", "Straight line on the WGS84 ellipsoid, from the town or crossing to the town "
         "of the organization. A region is measured from its most populous smaller town."],
        ["Known near", f"A known organization without documented support within {partner}: "
         "someone to fund. No known organization: somebody must first go and look. "
         "That no organization is known does not say that there is none."],
        ["Certain", "The supported organizations without a known place can undo a gap only by "
         "being near it. The number of certain gaps is "
         f"{'the ' + str(found) + ' ' if found else ''}less the most that so many organizations "
         "could be near (maximal covering, Church and ReVelle 1974). It does not say which towns."],
        ["Scenarios", "The question is asked again with every combination of radius, size cut-off, "
         "evidence, date and place of support; a share is of those with a known answer."],
    ]  # fmt: skip
    if known.organizations_restricted:
        lines.append(
            ["Withheld", f"{plural(known.organizations_restricted, 'organization')} counted and "
             f"never shown; the distance to one is told as a band ({bands} km)."]
        )  # fmt: skip
        notes = [note for note in notes if not note.startswith("Withheld: ")]
    return [*lines, *_headed(notes), ["Sources", sources]]


def _headed(notes: list[str]) -> list[list[str]]:
    """Put a heading before each note of the run; notes of one heading are one paragraph."""
    heads = {
        "Where next": "Where next", "Organizations": "Islands", "Crime markets": "Themes",
        "By road": "By road", "Roads": "Roads", "Withheld": "Withheld",
    }  # fmt: skip
    found: dict[str, list[str]] = {}
    for note in notes:
        head = next((head for start, head in heads.items() if note.startswith(start)), "How sure")
        head = "Not measured" if "hotspot-gaps fetch" in note else head
        text = note.removeprefix(f"{head}: ").replace("`", "")
        found.setdefault(head, []).append(text)
    return [[head, " ".join(texts)] for head, texts in found.items()]
