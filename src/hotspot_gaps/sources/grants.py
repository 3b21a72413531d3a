"""Grants as funders publish them: who got support from whom, when and where, and what was lost."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache

from hotspot_gaps.sources.cells import MAX_LETTERS, plain_text, printable
from hotspot_gaps.sources.personal import personal_text, point_text, street_text

# Longer than any name is, and short of what a cell holds.
_LONGEST = 1_000
_MOST_FIELDS = 1_000


@dataclass(frozen=True)
class Place:
    """One place that a publisher gives: a town, an area or a country, and whose it is.

    Parameters
    ----------
    of
        `seat` of the organization, where the `activity` is, or where its `beneficiaries` live.
    name, country
        As the publisher wrote them.
    lon, lat
        Degrees on WGS84.
    geonames_id
        GeoNames number.
    level
        `town` (or finer), `area` or `country`.
    exactness
        `exact` or `approximate`, if the publisher says so.
    """

    of: str
    name: str = ""
    country: str = ""
    lon: float | None = None
    lat: float | None = None
    geonames_id: int | None = None
    level: str = "town"
    exactness: str = ""


@dataclass(frozen=True)
class Grant:
    """One organization supported by one programme; text as the publisher wrote it, tidied.

    Parameters
    ----------
    record
        Number of the grant in its file: the row of a table, else counted from 1.
    supports
        Whether support is told; else the organization alone is known.
    """

    record: int
    organization: str
    organization_id: str = ""
    country: str = ""
    places: tuple[Place, ...] = ()
    programme: str = ""
    first: str = ""
    last: str = ""
    certainty: str = "documented"
    source_id: str = ""
    source_url: str = ""
    source_date: str = ""
    source_title: str = ""
    supports: bool = True
    file: str = ""


@dataclass(frozen=True, order=True)
class Remark:
    """What was not carried over, and why; `count` records of the file, one when `record` is told.

    `value` is only that of a code, a country or a date, in one word: never a name, an address or a
    place, whatever the field holds.
    """

    file: str
    record: int
    field: str
    value: str
    count: int
    outcome: str
    why: str


@dataclass
class Reading:
    """Collects what one file holds."""

    file: str
    standard: str
    grants: list[Grant] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    _unused: Counter[tuple[str, str]] = field(default_factory=Counter)

    def remark(
        self, record: int, name: str, why: str, *, value: str = "", outcome: str = "not understood"
    ) -> None:
        """Say what of one record was not carried over."""
        shown = told_value(value)
        self.remarks.append(Remark(self.file, record, told_field(name), shown, 1, outcome, why))

    def unused(self, name: str, why: str) -> None:
        """Count a field that no column of ours holds."""
        key = told_field(name), why
        many = len(self._unused) >= _MOST_FIELDS and key not in self._unused
        self._unused[("(other fields)", why) if many else key] += 1

    def individual(self) -> None:
        """Count a grant to a person, of which nothing else is told."""
        self._unused["", "a grant to an individual: no person enters"] += 1

    def told(self) -> list[Remark]:
        """Return the remarks, counted fields among them, in order."""
        counted = [
            Remark(self.file, 0, name, "", count, "left out" if not name else "not used", why)
            for (name, why), count in self._unused.items()
        ]
        return sorted([*counted, *self.remarks])


def tidy(value: object) -> str:
    r"""Write a value as one line of plain text, empty if there is none.

    >>> tidy("  Fondi \n i madh\x00 "), tidy(None), tidy(12.0)
    ('Fondi i madh', '', '12')
    """
    if isinstance(value, dict | list):
        return ""
    text = plain_text(value) or ""
    return printable(" ".join(text[:MAX_LETTERS].split()))[:_LONGEST]


@lru_cache(maxsize=_MOST_FIELDS)  # asked once a field and grant
def told_field(name: str) -> str:
    """Return the name of a field for a report; a header may hold anything.

    >>> told_field("Award Date"), told_field("ana@example.org")
    ('Award Date', '(withheld)')
    """
    shown = printable(name)[:100]
    return "(withheld)" if _private(shown) else shown


def told_value(value: str) -> str:
    """Return a code, country or date for a report; what may be more than that is not told.

    >>> told_value("2020-13-01"), told_value("Ana Anic"), told_value("069123456")
    ('2020-13-01', '', '')
    """
    shown = tidy(value)
    return shown if re.fullmatch(r"\S{1,40}", shown) and not _private(shown) else ""


def _private(text: str) -> bool:
    return personal_text(text) or point_text(text) or street_text(text)
