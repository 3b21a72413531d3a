"""Personal data: columns and cells that tell of persons must not enter."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from hotspot_gaps.errors import Problem
from hotspot_gaps.sources.columns import normal_name
from hotspot_gaps.sources.fields import FIELDS
from hotspot_gaps.sources.gazetteer import fold

if TYPE_CHECKING:
    import pandas as pd

_PERSONAL_WORDS = (
    "person", "persons", "director", "manager", "tel", "mob", "fax", "mobile", "mail", "dob",
    "surname", "firstname", "lastname", "fullname", "prezime", "mbiemer", "mbiemri", "jmbg",
    "passport",
)  # fmt: skip
_PERSONAL_STARTS = (
    "contact", "kontakt", "phone", "telefon", "telephone", "email", "imejl", "mejl", "street",
    "ulica", "rruga", "rruge", "address", "adres", "birth",
)  # fmt: skip
_PERSONAL_PAIRS = ("first name", "last name", "full name", "e mail", "date of birth")
# Without the bounds, a long word would be gone through again from each of its letters.
_EMAIL = re.compile(r"[\w.+-]{1,64}\s?(?:@|\(at\)|\[at\])\s?[\w-]{1,253}\.\w")
_PHONE = re.compile(
    r"(?<![\w.,/-])(?:"
    r"(?:\+|00)[1-9](?:[\s()/.-]{0,2}[0-9]){7,13}"  # international
    r"|0[1-9][0-9](?:[\s/-]?[0-9]){6,7}"  # 069 123 456, 011/1234-567
    r"|\(0[1-9][0-9]\)(?:[\s/-]?[0-9]){6,7}"
    r")(?![0-9])|\b(?:tel|phone|mob|telefon|mobile)\b[.: ]*[+(]?(?:[0-9][\s()/.-]{0,2}){6}",
    re.IGNORECASE,
)


_STREET = re.compile(
    r"\b(?:ulica|ul\.|rruga|rr\.|bulevar\w*|bul\.|bb\.|улица|ул\.|булевар|бул\.)\s*\w[^;]{0,40}?"
    r"(?<!\w)(?:[0-9]{1,4}[a-z]?|bb|бб|b\.b\.)\b"
    r"|\b[0-9]{1,4}[a-z]?,?\s+(?:\w+\s+){1,3}(?:street|avenue|road)\b"
    r"|\b(?:\w+\s+){1,3}(?:street|avenue|road)\s+(?:no\.?\s*)?[0-9]{1,4}\b",
    re.IGNORECASE,
)


def _personal_name(name: object) -> bool:
    words = fold(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", str(name)))
    return (
        any(word in _PERSONAL_WORDS or word.startswith(_PERSONAL_STARTS) for word in words.split())
        or any(pair in words for pair in _PERSONAL_PAIRS)
    )  # fmt: skip


def personal_text(text: str, ours: str = "") -> bool:
    """Tell whether a text holds an e-mail address or a phone number."""
    # Addresses of pages are full of numbers.
    return bool(_EMAIL.search(text) or (ours != "source_url" and _PHONE.search(text)))


def street_text(text: str) -> bool:
    """Tell whether a text holds a street with a number.

    >>> street_text("Ulica kralja Tomislava 7"), street_text("Novi Pazar"), street_text("Rr. B 12")
    (True, False, True)
    """
    return bool(_STREET.search(text))


def personal_problems(frame: pd.DataFrame, kind: str, file: str) -> list[Problem]:
    """Find columns and cells that tell of persons, without repeating what they say."""
    problems = []
    for name in frame.columns:
        ours = normal_name(name, kind)
        known = FIELDS[kind].get(ours)
        if personal_text(str(name)):
            what = "personal data must not enter: the name of a column holds a phone or e-mail."
            fix = "Row 1 must hold the names of the columns."
            problems.append(Problem(file, 0, "", "", what, fix))
            continue
        if known is None and _personal_name(name):
            what = (
                "personal data must not enter: this looks like a person, phone, e-mail or street."
            )
            problems.append(Problem(file, 0, str(name), "", what, "Delete the column."))
            continue
        if name == "geometry" or (known and known.kind not in {"text", "list"}):
            continue
        # Titles and addresses of sources may speak of streets.
        streets = kind == "organizations" and not ours.startswith("source_")
        for row, cell in zip(frame.index, frame[name].to_numpy(dtype=object), strict=True):
            found = _found(cell, ours, streets=streets) if isinstance(cell, str) else ""
            if found:
                what = f"personal data must not enter: this cell holds {found}."
                fix = "Delete it, or delete the column."
                problems.append(Problem(file, int(str(row)), str(name), "", what, fix))
    return problems


def _found(cell: str, ours: str, *, streets: bool) -> str:
    """Say what a cell holds that must not enter, without repeating it."""
    if personal_text(cell, ours):
        return "an e-mail address or a phone number"
    return "a street with a number" if streets and street_text(cell) else ""
