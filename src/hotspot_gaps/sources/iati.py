"""IATI: organizations and their support from activities of the IATI standard, version 2.

The standard: https://iatistandard.org/en/iati-standard/203/activity-standard/. An organization is
one that implements an activity, or receives a commitment or a disbursement of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from hotspot_gaps.sources.cells import to_day
from hotspot_gaps.sources.files import check_cells, check_rows, file_error
from hotspot_gaps.sources.grants import Grant, Place, Reading, tidy

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_USED = {
    "iati-identifier", "reporting-org", "participating-org", "activity-date", "activity-status",
    "recipient-country", "location", "transaction",
}  # fmt: skip
_MONEY = {"budget", "planned-disbursement", "capital-spend", "country-budget-items", "fss"}
# Codes of https://iatistandard.org/en/iati-standard/203/codelists/, list by list.
_FUNDING, _IMPLEMENTING = "1", "4"
_SOCIETY = {"21", "22", "23", "24", "60"}  # non-governmental organizations, foundations
_COMMITMENT, _DISBURSEMENT = "2", "3"
_NO_SUPPORT = {"1": "it is in the pipeline", "5": "it is cancelled"}
_SUSPENDED = "6"
_REACH = {"1": "activity", "2": "beneficiaries"}
_EXACTNESS = {"1": "exact", "2": "approximate"}
_REGION = "1"
_GEONAMES, _COUNTRY = "G1", "A4"
_POSITION = re.compile(
    r"([+-]?[0-9]{1,3}(?:\.[0-9]{1,20})?)[\s,]+([+-]?[0-9]{1,3}(?:\.[0-9]{1,20})?)"
)


def read_activities(path: Path, reading: Reading) -> None:
    """Add the grants of a file of IATI activities to a reading, and say what is not carried over.

    Raises
    ------
    InputError
        It is not XML, declares entities, or is no file of IATI activities of version 2.
    """
    root = _root(path)
    if root.tag != "iati-activities":
        what = "this XML holds no IATI activities."
        raise file_error(path.name, what, "Give a file whose root is iati-activities.")
    version = root.get("version", "")
    if version.startswith("1."):
        what = "this is version 1 of IATI, which is not read."
        raise file_error(path.name, what, "Ask the publisher for version 2.01 or later.")
    activities = root.findall("iati-activity")
    check_rows(len(activities), path.name)
    for number, activity in enumerate(activities, 1):
        _tell_unused(activity, reading)
        reading.grants.extend(_grants(number, activity, reading))


def _root(path: Path) -> Element:
    """Parse a file in one piece; one that declares a document type or an entity is refused."""
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import ParseError, fromstring

    raw = path.read_bytes()
    # Each opens an element or gives an attribute: counted before any is made.
    check_cells(raw.count(b"<") + raw.count(b"="), path.name)
    try:
        root: Element = fromstring(raw, forbid_dtd=True)
    except DefusedXmlException as error:
        what = "this XML declares a document type or entities, which may hide other files or grow."
        raise file_error(path.name, what, "Delete the declaration <!DOCTYPE …>.") from error
    except (ParseError, ValueError, LookupError) as error:
        what = f"this cannot be read as XML: {error}."
        raise file_error(path.name, what, "Download the file again.") from error
    return root


def _tell_unused(activity: Element, reading: Reading) -> None:
    for child in activity:
        if child.tag in _USED:
            continue
        why = "no column of the tables holds it"
        if child.tag == "contact-info":
            why = "it tells of a person or an address, and never enters"
        elif child.tag in _MONEY:
            why = "the tables hold no money"
        reading.unused(str(child.tag), why)
    for name in ("description", "activity-description", "feature-designation"):
        if activity.find(f"location/{name}") is not None:
            reading.unused(f"location.{name}", "no column of the tables holds it")
    if activity.find("transaction/value") is not None:
        reading.unused("transaction.value", "the tables hold no money")


def _text(element: Element | None) -> str:
    """Return the English narrative of an element, else the first; none if there is none."""
    if element is None:
        return ""
    narratives = element.findall("narrative")
    english = [one for one in narratives if one.get(_LANGUAGE, "").lower().startswith("en")]
    texts = (tidy(one.text) for one in (*english, *narratives))
    return next(filter(None, texts), "")


def _code(parent: Element, name: str) -> str:
    child = parent.find(name)
    return "" if child is None else tidy(child.get("code"))


def _grants(number: int, activity: Element, reading: Reading) -> Iterator[Grant]:
    reporting = activity.find("reporting-org")
    funders = [
        _text(org) or tidy(org.get("ref"))
        for org in activity.findall("participating-org")
        if org.get("role") == _FUNDING
    ]
    programmes = [*dict.fromkeys(filter(None, funders))] or [_text(reporting)]
    status = _code(activity, "activity-status")
    if status in _NO_SUPPORT:
        why = f"{_NO_SUPPORT[status]}, so its organizations are carried without support"
        reading.remark(number, "activity-status", why, value=status, outcome="left out")
    first, last = _days(number, activity, reading)
    country = _country(number, activity, reading)
    places = tuple(_place(number, one, reading) for one in activity.findall("location"))
    for name, ref in _organizations(number, activity, programmes, reading):
        for programme in programmes:
            yield Grant(
                number,
                name,
                ref,
                country,
                places,
                programme,
                first,
                last,
                "documented" if last and status != _SUSPENDED else "probable",
                tidy(activity.findtext("iati-identifier")),
                "",
                tidy(activity.get("last-updated-datetime"))[:10],
                supports=status not in _NO_SUPPORT,
            )


def _organizations(
    number: int, activity: Element, programmes: list[str], reading: Reading
) -> Iterator[tuple[str, str]]:
    """Give name and reference of each civil society organization that was paid or implements."""
    seen = set()
    found = [
        ("participating-org", org)
        for org in activity.findall("participating-org")
        if org.get("role") == _IMPLEMENTING
    ]
    for transaction in activity.findall("transaction"):
        receiver = transaction.find("receiver-org")
        kind = _code(transaction, "transaction-type")
        if receiver is not None and kind in {_COMMITMENT, _DISBURSEMENT}:
            found.append(("transaction.receiver-org", receiver))
    for field, org in found:
        name, ref, kind = _text(org), tidy(org.get("ref")), tidy(org.get("type"))
        if (ref or name) in seen:
            continue
        seen.add(ref or name)
        if not name:
            why = "this organization has no name"
        elif kind and kind not in _SOCIETY:
            why = "this type of organization is not civil society"
        elif name in programmes:
            why = "this organization funds the activity itself"
        else:
            yield name, ref
            continue
        reading.remark(number, field, why, value=kind, outcome="left out")
    if not found:
        why = "nobody implements this activity or is paid for it"
        reading.remark(number, "participating-org", why, outcome="left out")


def _country(number: int, activity: Element, reading: Reading) -> str:
    """Return the one country of an activity; none if it has several."""
    codes = {tidy(one.get("code")) for one in activity.findall("recipient-country")}
    codes |= {
        tidy(one.get("code"))
        for name in ("administrative", "location-id")
        for one in activity.findall(f"location/{name}")
        if one.get("vocabulary") == _COUNTRY
    }
    codes.discard("")
    if len(codes) > 1:
        why = "the activity is in several countries, so its organizations are in none of them"
        reading.remark(number, "recipient-country", why, value=";".join(sorted(codes)))
    return codes.pop() if len(codes) == 1 else ""


def _place(number: int, location: Element, reading: Reading) -> Place:
    of = _REACH.get(_code(location, "location-reach"), "activity")
    names = {
        one.get("vocabulary"): tidy(one.get("code")) for one in location.findall("location-id")
    }
    geonames = names.get(_GEONAMES, "")
    level = "area" if _code(location, "location-class") == _REGION else "town"
    if _COUNTRY in names:
        level = "country"
    position = tidy(location.findtext("point/pos"))
    found = _POSITION.fullmatch(position)
    if position and not found:
        why = "this is not a latitude and a longitude"
        reading.remark(number, "location.point.pos", why)
    exactness = _code(location, "exactness")
    if exactness and exactness not in _EXACTNESS:
        why = "this is no code of GeographicExactness"
        reading.remark(number, "location.exactness", why, value=exactness)
    return Place(
        of,
        _text(location.find("name")),
        names.get(_COUNTRY, ""),
        float(found[2]) if found else None,
        float(found[1]) if found else None,
        int(geonames) if re.fullmatch("[0-9]{1,9}", geonames) else None,
        level,
        _EXACTNESS.get(exactness, ""),
    )


def _days(number: int, activity: Element, reading: Reading) -> tuple[str, str]:
    """Return the first and the last day: actual before planned, else of the first transaction."""
    given: dict[str, str] = {}
    for one in activity.findall("activity-date"):
        kind, text = tidy(one.get("type")), tidy(one.get("iso-date"))
        day = to_day(text.removesuffix("Z"), last=kind in {"3", "4"})
        if day is None:
            reading.remark(number, "activity-date", "this is not a date of ISO 8601", value=text)
            continue
        given.setdefault(kind, day)
    first, last = given.get("2") or given.get("1", ""), given.get("4") or given.get("3", "")
    paid = [
        day
        for one in activity.findall("transaction/transaction-date")
        if (day := to_day(tidy(one.get("iso-date")), last=False))
    ]
    first = first or min(paid, default="")
    if first and not last:
        why = "no last day is given, so the support is carried as probable"
        reading.remark(number, "activity-date", why, outcome="changed")
    return first, last
