"""Tables of grants: organizations and supports as a run takes them, and what was left behind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, NamedTuple

from hotspot_gaps.errors import InputError, Problem
from hotspot_gaps.sources.countries import to_country
from hotspot_gaps.sources.gazetteer import Gazetteer, fold
from hotspot_gaps.sources.grant_places import Found, place_organization
from hotspot_gaps.sources.grants import Grant, Reading, Remark, told_value

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

ORGANIZATIONS = (
    "organization_id", "name", "country", "town", "town_basis", "geonames_id", "location_exactness",
    "location_of", "sensitivity", "source_title", "source_url", "source_date",
)  # fmt: skip
SUPPORTS = (
    "organization_id", "programme", "from", "to", "certainty", "source_title", "source_url",
    "source_date",
)  # fmt: skip
REMARKS = ("file", "record", "field", "value", "count", "outcome", "why")


class Converted(NamedTuple):
    """Tables of organizations and supports, and what was not carried over, as frames of text."""

    organizations: pd.DataFrame
    supports: pd.DataFrame
    remarks: pd.DataFrame


def grant_tables(
    readings: Sequence[Reading], places: gpd.GeoDataFrame, countries: gpd.GeoDataFrame
) -> Converted:
    """Make the tables of a run from grants.

    Parameters
    ----------
    readings
        As `read_grants` returns them, in the order in which the first says what an organization is.
    places, countries
        As `load_places` and `load_boundaries` return them.

    Returns
    -------
    Converted
        A row an organization, by id; a row a support, by organization and first day; a row a
        remark. Every row of the first two passes `check_table`.

    Raises
    ------
    InputError
        Nothing can be carried over.
    """
    grants = [grant for reading in readings for grant in reading.grants]
    remarks = [remark for reading in readings for remark in reading.told()]
    by_id = _by_organization(grants, countries, remarks)
    gazetteer = Gazetteer(places)
    made = {name: _organization(name, all_, gazetteer, countries) for name, all_ in by_id.items()}
    ids = _same([row for row, _ in made.values()])
    rows, firsts = [], []
    for name, (row, why) in made.items():
        if ids[name] != name:
            what = "the name, country and town of an organization with another id: taken as one"
            remarks.append(_said(by_id[name][0], "organization_id", what, "changed"))
            continue
        if why:
            remarks.append(_said(by_id[name][0], "location", why, "not placed"))
        rows.append(row)
        firsts.append(by_id[name][0])
    organizations = _passing(rows, firsts, "organizations", ORGANIZATIONS, remarks)
    if organizations.empty:
        what = "no organization in it can be carried over"
        reasons = dict.fromkeys(
            f"{one.why} ({one.count})" for one in remarks if one.outcome != "not used"
        )
        listed = "; ".join(list(reasons)[:5]) or "it holds no grant"
        names = ", ".join(reading.file for reading in readings)
        raise InputError(
            [Problem(names, 0, "", "", f"{what}: {listed}.", "See docs/standards.md.")]
        )
    kept = set(organizations["organization_id"])
    ids = {name: one for name, one in ids.items() if one in kept}
    told = list(_supports(by_id, ids, remarks))
    supports = _passing(
        [row for row, _ in told], [grant for _, grant in told], "supports", SUPPORTS, remarks
    )
    return Converted(
        organizations.sort_values("organization_id", ignore_index=True),
        supports.sort_values(["organization_id", "from", "programme"], ignore_index=True),
        _frame([asdict(remark) for remark in sorted(remarks)], REMARKS),
    )


def _frame(rows: Iterable[dict[str, Any]], columns: Sequence[str]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(list(rows), columns=list(columns))


def _said(grant: Grant, field: str, why: str, outcome: str, value: str = "") -> Remark:
    return Remark(grant.file, grant.record, field, told_value(value), 1, outcome, why)


def _by_organization(
    grants: Iterable[Grant], countries: gpd.GeoDataFrame, remarks: list[Remark]
) -> dict[str, list[Grant]]:
    """Bring the grants of each organization together, by its id; those without country are lost."""
    found: dict[str, list[Grant]] = {}
    first_country: dict[str, str] = {}
    for grant in grants:
        country = _country(grant, countries)
        words = [(country or "").lower(), *fold(grant.organization).split()]
        if not any(words[1:]):
            why = "the name of this organization has no letter"
            remarks.append(_said(grant, "name", why, "left out"))
            continue
        name = grant.organization_id or "-".join(filter(None, words))
        if not country and name not in found:
            why = "no country is given, by code, name or point"
            remarks.append(_said(grant, "country", why, "left out", grant.country))
            continue
        known = first_country.setdefault(name, country or "")
        if country and country != known:
            why = f"this organization is in {known} by an earlier grant, which counts"
            remarks.append(_said(grant, "country", why, "changed", country))
        found.setdefault(name, []).append(grant)
    return found


def _country(grant: Grant, countries: gpd.GeoDataFrame) -> str | None:
    """Return the country of an organization: as said, else that of its first place or point."""
    import shapely

    told = (to_country(text) for text in (grant.country, *(one.country for one in grant.places)))
    known = next(filter(None, told), None)
    if known or grant.country:
        return known
    for place in grant.places:
        if place.lon is not None and place.lat is not None:
            inside = shapely.intersects_xy(countries.geometry.to_numpy(), place.lon, place.lat)
            if inside.any():
                return str(countries["country"].to_numpy()[inside][0])
    return None


def _organization(
    name: str, given: Sequence[Grant], gazetteer: Gazetteer, countries: gpd.GeoDataFrame
) -> tuple[dict[str, Any], str]:
    """Make the row of an organization from all its grants, and say why it is at no town."""
    first = given[0]
    country = next(filter(None, (_country(grant, countries) for grant in given)), "")
    places = [place for grant in given for place in grant.places]
    found: Found = place_organization(places, country, gazetteer)
    names, ids = gazetteer.places["name"], gazetteer.places["geonames_id"]
    row = {
        "organization_id": name,
        "name": first.organization,
        "country": country,
        # Several towns and no seat: it is kept, and not placed.
        "town": ";".join(sorted(names.iat[at] for at in found.towns)),
        "town_basis": found.basis,
        "geonames_id": str(ids.iat[found.towns[0]]) if len(found.towns) == 1 else "",
        "location_exactness": found.exactness,
        "location_of": found.of,
        "sensitivity": "public",  # as published; only its reader knows better
        "source_title": first.source_title,
        "source_url": first.source_url,
        "source_date": first.source_date,
    }
    return row, found.why


def _same(rows: Sequence[dict[str, Any]]) -> dict[str, str]:
    """Tell which organizations are one by name, country and town, whatever their ids: the first."""
    firsts: dict[tuple[str, ...], str] = {}
    return {
        row["organization_id"]: firsts.setdefault(
            (fold(row["name"]), row["country"], row["town"]), row["organization_id"]
        )
        for row in rows
    }


def _supports(
    by_id: dict[str, list[Grant]], ids: dict[str, str], remarks: list[Remark]
) -> Iterator[tuple[dict[str, Any], Grant]]:
    """Make a row of each organization, programme and first day; of several, the longest."""
    longest: dict[tuple[str, str, str], Grant] = {}
    for name, given in by_id.items():
        for grant in given if name in ids else ():
            if not grant.supports:
                continue
            if not grant.first or not grant.programme:
                lacking = "first day" if not grant.first else "funder or programme"
                remarks.append(_said(grant, "", f"no {lacking} is given", "left out"))
                continue
            key = ids[name], grant.programme.replace(";", ","), grant.first
            earlier = longest.get(key)
            if earlier is not None:
                why = "the same support as in an earlier record; the later last day counts"
                remarks.append(_said(grant, "", why, "changed"))
            if earlier is None or earlier.last < grant.last:
                longest[key] = grant
    for (organization, programme, start), grant in longest.items():
        yield (
            {
                "organization_id": organization,
                "programme": programme,
                "from": start,
                "to": grant.last,
                "certainty": grant.certainty,
                "source_title": grant.source_title,
                "source_url": grant.source_url,
                "source_date": grant.source_date,
            },
            grant,
        )


def _passing(
    rows: Sequence[dict[str, Any]],
    grants: Sequence[Grant],
    kind: str,
    columns: Sequence[str],
    remarks: list[Remark],
) -> pd.DataFrame:
    """Keep the rows that break no rule of their table, and say why the others are left out."""
    from hotspot_gaps.sources.schema import sift_table

    frame = _frame(rows, columns).replace("", None).astype("str")
    frame.index += 1
    _, problems = sift_table(frame, kind, f"{kind}.csv", empty_ok=True)
    whole = [problem for problem in problems if not problem.row]
    if whole:
        raise InputError(whole)
    for row in dict.fromkeys(problem.row for problem in problems):
        problem = next(one for one in problems if one.row == row)
        grant = grants[row - 1]
        remarks.append(_said(grant, f"{kind}.{problem.column}", problem.what, "left out"))
    return frame[~frame.index.isin([problem.row for problem in problems])]
