"""HXL: tables with a row of hashtags of the Humanitarian Exchange Language.

The standard: https://hxlstandard.org/standard/1-1final/. Only the row of hashtags tells what a
column means; what stands above it is for people.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from hotspot_gaps.sources.cells import to_day, to_number, to_whole
from hotspot_gaps.sources.grants import Grant, Place, Reading, tidy

# Hashtags stand within the first rows of a table.
_FIRST_ROWS = 25
_TAG = re.compile(r"#([A-Za-z][\w]*)((?:\s*\+[A-Za-z][\w]*)*)\s*", re.ASCII)
_FUNDERS = {"funder", "fund", "funding", "donor"}
_CODES = {"code", "id", "ref"}
_PERSONAL = {"contact", "beneficiary"}
_PERSONAL_ATTRIBUTES = {"contact", "email", "phone", "person", "address", "postcode"}

_FIELDS = {
    ("geo", "lat"): "lat", ("geo", "lon"): "lon", ("date", "start"): "first",
    ("date", "end"): "last", ("meta", "source"): "source_title", ("meta", "url"): "source_url",
    ("meta", "date"): "source_date", ("meta", "id"): "source_id",
    ("activity", "programme"): "programme",
}  # fmt: skip


class Tag(NamedTuple):
    """A hashtag with its attributes."""

    name: str
    attributes: frozenset[str]

    def __str__(self) -> str:
        return "".join((f"#{self.name}", *(f"+{one}" for one in sorted(self.attributes))))


def to_tag(cell: str) -> Tag | None:
    """Read a hashtag; None if the cell holds none.

    >>> str(to_tag("#ORG +name +funder")), to_tag("Who")
    ('#org+funder+name', None)
    """
    found = _TAG.fullmatch(cell.strip())
    if not found:
        return None
    attributes = re.findall(r"\w+", found[2].lower())
    return Tag(found[1].lower(), frozenset(attributes))


def tag_row(rows: Iterable[Sequence[str]]) -> tuple[int, list[Tag | None]] | None:
    """Find the row of hashtags: the first rows' first whose every filled cell is one.

    >>> tag_row([["Who", "Where"], ["#org", "#loc"], ["Klub", "Bar"]])[0]
    1
    """
    for at, cells in enumerate(islice(rows, _FIRST_ROWS)):
        tags = [to_tag(cell) for cell in cells]
        if any(tags) and all(
            tag or not cell.strip() for tag, cell in zip(tags, cells, strict=True)
        ):
            return at, tags
    return None


def read_rows(
    rows: Iterable[tuple[int, Sequence[str]]], tags: Sequence[Tag | None], reading: Reading
) -> None:
    """Add the rows of a tagged table to a reading, and say which columns are not carried over."""
    fields = [_field(tag) if tag else "" for tag in tags]
    for tag, name in zip(tags, fields, strict=True):
        if name:
            continue
        why = "no column of the tables holds it"
        if tag is None:
            reading.unused("(no hashtag)", "a column without a hashtag")
            continue
        if tag.name in _PERSONAL or tag.attributes & _PERSONAL_ATTRIBUTES:
            why = "it tells of a person or an address, and never enters"
        reading.unused(str(tag), why)
    for number, cells in rows:
        found: dict[str, str] = {}
        for name, cell in zip(fields, cells, strict=False):
            text = tidy(cell)
            if name and text:
                found.setdefault(name, text)
        if found:
            reading.grants.extend(_grants(number, found, reading))


def _field(tag: Tag) -> str:
    """Return which field of a grant a column holds; empty if none."""
    has = tag.attributes
    if has & _PERSONAL_ATTRIBUTES or "type" in has:
        return ""
    coded = bool(has & _CODES)
    if re.fullmatch("adm[1-5]", tag.name):
        return "" if coded else "area"
    if tag.name == "org" and has & _FUNDERS:
        return "" if coded else "funder"
    if tag.name == "loc" and "geonames" in has:
        return "geonames_id"
    named = {"country": ("country",) * 2, "org": ("organization", "organization_id"),
             "loc": ("town", "")}  # fmt: skip
    found = (field for (name, one), field in _FIELDS.items() if tag.name == name and one in has)
    return named[tag.name][coded] if tag.name in named else next(found, "")


def _grants(number: int, row: dict[str, str], reading: Reading) -> Iterator[Grant]:
    if "organization" not in row:
        why = "this row names no organization (#org)"
        reading.remark(number, "#org", why, outcome="left out")
        return
    days = {name: _day(number, row, name, reading) for name in ("first", "last")}
    programme = ": ".join(filter(None, (row.get("funder"), row.get("programme"))))
    if days["first"] and not days["last"]:
        why = "no last day is given, so the support is carried as probable"
        reading.remark(number, "#date+end", why, outcome="changed")
    yield Grant(
        number,
        row["organization"],
        row.get("organization_id", ""),
        row.get("country", ""),
        tuple(_places(row)),
        programme,
        days["first"],
        days["last"],
        "documented" if days["last"] else "probable",
        row.get("source_id", ""),
        row.get("source_url", ""),
        row.get("source_date", ""),
        row.get("source_title", ""),
        # A table of who is where may tell of no support.
        supports=bool(programme or days["first"]),
    )


def _places(row: dict[str, str]) -> Iterator[Place]:
    lon, lat = (to_number(row.get(axis, "")) for axis in ("lon", "lat"))
    number = to_whole(row.get("geonames_id", ""))
    country = row.get("country", "")
    if row.get("town") or (lon is not None and lat is not None) or number:
        geonames = int(number) if number else None
        yield Place("activity", row.get("town", ""), country, lon, lat, geonames)
    elif row.get("area"):
        yield Place("activity", row["area"], country, level="area")


def _day(number: int, row: dict[str, str], name: str, reading: Reading) -> str:
    day = to_day(row.get(name, ""), last=name == "last")
    if name in row and day is None:
        tag = "#date+start" if name == "first" else "#date+end"
        reading.remark(number, tag, "this is not a date of ISO 8601", value=row[name])
    return day or ""
