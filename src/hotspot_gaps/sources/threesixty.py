"""360Giving: grants of the 360Giving Data Standard, as JSON or as a table.

The standard: https://standard.threesixtygiving.org/. A table has the titles of the fields
(`Recipient Org:0:Name`) or their paths (`recipientOrganization/0/name`).
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from hotspot_gaps.sources.cells import to_day, to_number
from hotspot_gaps.sources.grants import Grant, Place, Reading, tidy

Flat = dict[tuple[str, ...], str]

_LISTS = {
    "recipientOrganization", "fundingOrganization", "beneficiaryLocation", "grantProgramme",
    "plannedDates", "actualDates", "location",
}  # fmt: skip
# Titles that are not the camel case of their field.
_TITLES = {
    "identifier": "id", "recipient org": "recipientOrganization",
    "funding org": "fundingOrganization", "recipient ind": "recipientIndividual",
    "city": "addressLocality", "county": "addressRegion", "country": "addressCountry",
    "geographic code": "geoCode", "geographic code type": "geoCodeType",
    "web address": "url", "url": "url", "last modified": "dateModified",
    "duration (months)": "duration", "phone number": "telephone",
}  # fmt: skip
_USED = {
    "id", "awardDate", "url", "dataSource", "dateModified", "locationScope",
    *(f"recipientOrganization.{name}" for name in ("id", "name", "addressLocality",
                                                   "addressCountry")),
    *(f"fundingOrganization.{name}" for name in ("name",)), "grantProgramme.title",
    *(f"{event}.{name}" for event in ("plannedDates", "actualDates")
      for name in ("startDate", "endDate", "duration")),
    *(f"{place}.{name}" for place in ("beneficiaryLocation", "recipientOrganization.location")
      for name in ("name", "countryCode", "latitude", "longitude", "geoCodeType")),
}  # fmt: skip
_PERSONAL = {"contactName", "email", "telephone", "streetAddress", "postalCode"}
_INDIVIDUAL = {"recipientindividual", "toindividualsdetails"}  # in whichever letters
# Codes of areas: https://github.com/ThreeSixtyGiving/standard/blob/main/codelists/geoCodeType.csv
_COUNTRIES = {"CTRY", "GLS030"}
_AREAS = {
    "RGN", "RGN/GOR", "GOR", "EER", "CTY", "UA", "NMD", "MD", "LONB", "CA", "LAD", "CMLAD", "CMCTY",
    "WPC", "SPC", "NAWC", "LAC", "PFA", "FRA", "HB", "CCG", "LEP", "NPARK", "TTWA",
    "GLS010", "GLS020", "GLS040",
}  # fmt: skip
_FINE = {
    "OA", "LSOA", "MSOA", "USOA", "PAR", "WD", "COM", "SA", "DZ", "IG", "WZ", "CMWD", "PUA",
    "GLS050", "GLS060", "GLS099",
}  # fmt: skip


def is_table(header: Iterable[str]) -> bool:
    """Tell whether columns are those of a 360Giving table.

    >>> is_table(["Identifier", "Funding Org:0:Name", "Award Date"])
    True
    """
    names = {".".join(_pattern(field_path(name))) for name in header}
    roots = {name.split(".")[0] for name in names}
    who = roots & {"recipientOrganization", "recipientIndividual", "fundingOrganization"}
    return bool(who and "awardDate" in names)


def field_path(heading: str) -> tuple[str, ...]:
    """Return the path of a field by its title or path; the first of a list when none is named.

    >>> field_path("Recipient Org:Location:1:Name")
    ('recipientOrganization', '0', 'location', '1', 'name')
    """
    path: list[str] = []
    for part in filter(None, re.split("[:/]", heading)):
        plain = " ".join(part.lower().split())
        if path and path[-1] in _LISTS and not plain.isdecimal():
            path.append("0")
        words = plain.split()
        camel = words[0] + "".join(word.capitalize() for word in words[1:]) if words else ""
        # A path is in camel case already.
        own = part.strip() if " " not in part.strip() and part.strip()[:1].islower() else camel
        path.append(_TITLES.get(plain, own))
    return tuple(path)


def flat_json(value: Any, path: tuple[str, ...] = ()) -> Flat:
    """Lay a grant out flat: a text by path."""
    if len(path) > 12:
        return {}
    if isinstance(value, dict):
        pairs: Iterable[tuple[str, Any]] = ((str(key), part) for key, part in value.items())
    elif isinstance(value, list):
        pairs = ((str(at), part) for at, part in enumerate(value))
    else:
        text = tidy(value)
        return {path: text} if text else {}
    found: Flat = {}
    for key, part in pairs:
        found |= flat_json(part, (*path, key))
    return found


def flat_row(paths: Mapping[str, tuple[str, ...]], row: Mapping[str, str | None]) -> Flat:
    """Lay a row of a table out like a grant of JSON."""
    cells = ((paths[name], tidy(row.get(name))) for name in paths)
    return {path: text for path, text in cells if text}


def read_grants(records: Iterable[tuple[int, Flat]], reading: Reading) -> None:
    """Add the grants of 360Giving records to a reading, and say what is not carried over."""
    for number, flat in records:
        if any(path[0].lower() in _INDIVIDUAL for path in flat):
            reading.individual()
            continue
        for path in flat:
            _tell_unused(path, reading)
        reading.grants.extend(_grants(number, flat, reading))


def _tell_unused(path: tuple[str, ...], reading: Reading) -> None:
    pattern = _pattern(path)
    name = ".".join(pattern)
    if name in _USED:
        return
    why = "no column of the tables holds it"
    if set(pattern) & _PERSONAL:
        why = "it tells of a person or an address, and never enters"
    elif name.startswith("amount") or name == "currency":
        why = "the tables hold no money"
    elif pattern[-1] == "geoCode":
        why = "the gazetteer has no such codes"
    reading.unused(name, why)


def _pattern(path: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(part for part in path if not part.isdecimal())


def _parts(flat: Flat, name: str) -> list[Flat]:
    """Return the members of a list, each laid out flat, in order."""
    found: dict[int, Flat] = {}
    for path, text in flat.items():
        if path[0] == name and len(path) > 2 and path[1].isdecimal():
            found.setdefault(int(path[1]), {})[path[2:]] = text
    return [found[at] for at in sorted(found)]


def _grants(number: int, flat: Flat, reading: Reading) -> Iterator[Grant]:
    recipients = [part for part in _parts(flat, "recipientOrganization") if part.get(("name",))]
    if not recipients:
        why = "this grant names no organization that received it"
        reading.remark(number, "recipientOrganization", why, outcome="left out")
    first, last = _days(number, flat, reading)
    scope = flat.get(("locationScope",), "")
    around = [
        _place(number, part, "beneficiaries", reading, scope)
        for part in _parts(flat, "beneficiaryLocation")
    ]
    for recipient in recipients:
        country = recipient.get(("addressCountry",), "")
        town = recipient.get(("addressLocality",), "")
        seats = [Place("seat", town, country)] if town else []
        seats += [_place(number, part, "seat", reading) for part in _parts(recipient, "location")]
        for programme in _programmes(flat):
            yield Grant(
                number,
                recipient[("name",)],
                recipient.get(("id",), ""),
                country or next((place.country for place in seats if place.country), ""),
                (*seats, *around),
                programme,
                first,
                last,
                "documented" if last else "probable",
                flat.get(("id",), ""),
                flat.get(("url",)) or flat.get(("dataSource",), ""),
                flat.get(("dateModified",), "")[:10],
            )


def _programmes(flat: Flat) -> list[str]:
    """Name what supported: the funder, and the programme of that funder if there is one."""
    titles = [part.get(("title",), "") for part in _parts(flat, "grantProgramme")]
    title = next(filter(None, titles), "")
    funders = [part.get(("name",), "") for part in _parts(flat, "fundingOrganization")]
    named = list(dict.fromkeys(filter(None, funders)))
    return [f"{name}: {title}" if title else name for name in named] or [title]


def _place(number: int, part: Flat, of: str, reading: Reading, scope: str = "") -> Place:
    kind = part.get(("geoCodeType",), "")
    if kind and kind.upper() not in _COUNTRIES | _AREAS | _FINE:
        why = "this kind of area is not known; its name or point is taken for that of a town"
        reading.remark(number, f"{of} geoCodeType", why, value=kind)
    kinds = {kind.upper(), scope.upper()}
    level = "country" if kinds & _COUNTRIES else "area" if kinds & _AREAS else "town"
    lon, lat = (to_number(part.get((axis,), "")) for axis in ("longitude", "latitude"))
    name, country = part.get(("name",), ""), part.get(("countryCode",), "")
    exactness = "approximate" if kinds & {"GLS050"} else ""
    return Place(of, name, country, lon, lat, None, level, exactness)


def _days(number: int, flat: Flat, reading: Reading) -> tuple[str, str]:
    """Return the first and the last day: actual ones before planned ones, else the award's."""
    first = last = ""
    for event in ("actualDates", "plannedDates"):
        for part in _parts(flat, event):
            first = first or _day(number, part, "startDate", reading, last=False)
            last = last or _day(number, part, "endDate", reading, last=True)
            months = part.get(("duration",), "")
            if first and not last and re.fullmatch("[0-9]{1,3}", months):
                last = _months_later(first, int(months))
    first = first or _day(number, flat, "awardDate", reading, last=False)
    if first and not last:
        why = "no last day is given, so the support is carried as probable"
        reading.remark(number, "endDate", why, outcome="changed")
    return first, last


def _day(number: int, part: Flat, name: str, reading: Reading, *, last: bool) -> str:
    text = part.get((name,), "")
    day = to_day(re.sub(r"[T ][0-9:.]+(?:Z|[+-][0-9:]+)?$", "", text), last=last)
    if text and day is None:
        reading.remark(number, name, "this is not a date of ISO 8601", value=text)
    return day or ""


def _months_later(first: str, months: int) -> str:
    """Return the last of so many months from a day.

    >>> _months_later("2020-01-01", 12), _months_later("2019-10-31", 4)
    ('2020-12-31', '2020-02-28')
    """
    start = dt.date.fromisoformat(first)
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    if not 1900 <= year <= 2100 or not months:
        return ""
    day = min(start.day, calendar.monthrange(year, month + 1)[1])
    return (dt.date(year, month + 1, day) - dt.timedelta(days=1)).isoformat()
