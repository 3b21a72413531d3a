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


def personal_problems(frame: pd.DataFrame, kind: str, file: str) -> list[Problem]:
    """Find columns and cells that tell of persons, without repeating what they say."""
    problems = []
    for name in frame.columns:
        ours = normal_name(name, kind)
        known = FIELDS[kind].get(ours)
        if known is None and _personal_name(name):
            what = (
                "personal data must not enter: this looks like a person, phone, e-mail or street."
            )
            problems.append(Problem(file, 0, str(name), "", what, "Delete the column."))
            continue
        if name == "geometry" or (known and known.kind not in {"text", "list"}):
            continue
        what = "personal data must not enter: this cell holds an e-mail address or a phone number."
        problems += [
            Problem(file, int(str(row)), str(name), "", what, "Delete it, or delete the column.")
            for row, cell in zip(frame.index, frame[name].to_numpy(dtype=object), strict=True)
            if isinstance(cell, str) and personal_text(cell, ours)
        ]
    return problems
