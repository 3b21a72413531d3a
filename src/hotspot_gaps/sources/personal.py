"""Personal data: columns and cells that tell of persons must not enter."""

from __future__ import annotations

import html
import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import unquote

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
_EMAIL = re.compile(
    r"[\w.+-]{1,64}\s{0,3}(?:@|\(at\)|\[at\])\s{0,3}[\w-]{1,253}\s{0,3}"
    r"(?:\.|\(dot\)|\[dot\])\s{0,3}\w"
    r"|[\w.+-]{1,64}\s{1,3}at\s{1,3}[\w-]{1,253}\s{1,3}dot\s{1,3}\w",
    re.IGNORECASE,
)
_AT = re.compile(r"@|\bat\b", re.IGNORECASE)
_PHONE = re.compile(
    r"(?<![\w.,/-])(?:"
    r"(?:\+|00)[1-9](?:[\s()/.-]{0,3}[0-9]){7,13}"  # international
    r"|0[1-9][0-9](?:[\s/.-]{0,3}[0-9]){6,7}"  # 069 123 456, 011/1234-567, 064 / 123 456
    r"|0[1-9](?:[\s/.-]{0,3}[0-9]){7}"  # 04 223 4567
    r"|\(0[1-9]?[0-9]?\)[0-9]{0,2}(?:[\s/.-]{0,3}[0-9]){6,7}"
    r"|3(?:55|81|82|83|87|89)[0-9]{7,9}"  # as a spreadsheet leaves it, without its plus
    r")(?![0-9])"
    r"|\b(?:tel|phone|mob|telefon|mobile|viber|whatsapp)\b[.: ]*[+(]?(?:[0-9][\s()/.-]{0,2}){6}",
    re.IGNORECASE,
)
# Of addresses of pages, which are full of numbers.
_CALLED = re.compile(r"^(?:tel|sms|viber|skype):|\bwa\.me/|[?&](?:tel|phone)=", re.IGNORECASE)
# A number that a state or a bank gives to a person.
_NUMBER = re.compile(
    r"(?<![0-9])(?:0[1-9]|[12][0-9]|3[01])(?:0[1-9]|1[0-2])(?:9[0-9]{2}|0[0-2][0-9])[0-9]{6}(?![0-9])"
    r"|\b[A-Z]{2}[0-9]{2}(?: ?[0-9]{4}){3,7}\b"
)
# Of other countries, with letters inside; whether it is one, its check digits tell.
_IBAN = re.compile(
    r"\b[A-Z]{2}[0-9]{2}(?:[A-Z0-9]{11,30}|(?: [A-Z0-9]{4}){2,7}(?: [A-Z0-9]{1,3})?)\b",
    re.IGNORECASE,
)
_POINT = re.compile(
    r"[0-9]{1,2}\.[0-9]{3,}\s?[NS°]?\s?[,;/\s]\s?-?[0-9]{1,3}\.[0-9]{3,}"
    r"|[0-9]{1,2},[0-9]{4,}\s?[NS°]?\s?[;/\s]\s?-?[0-9]{1,3},[0-9]{4,}"
    r"|\bgeo:-?[0-9]|[0-9]{1,3}\s?°\s?[0-9]{1,2}\s?['′’]"
    r"|\b[23456789CFGHJMPQRVWX]{8}\+[23456789CFGHJMPQRVWX]{2,3}\b",
    re.IGNORECASE,
)
_STREET = re.compile(
    r"\b(?:ulica|ul\.|rruga|rr\.|bulevar\w*|bul\.|bb\.|trg|sheshi|str\.|lagjja|naselje|kej|cesta|улица|ул\.|булевар|бул\.|трг|кеј)\s*\w[^;]{0,40}?"
    r"(?<!\w)(?:[0-9]{1,4}[a-z]?|bb|бб|b\.b\.)\b"
    r"|\b(?:br\.|stan)\s?[0-9]{1,4}\b"
    r"|\b[0-9]{1,4}[a-z]?,?\s+(?:\w+\s+){1,3}(?:street|avenue|road)\b"
    r"|\b(?:\w+\s+){1,3}(?:street|avenue|road)\s+(?:no\.?\s*)?[0-9]{1,3}\b",
    re.IGNORECASE,
)

# Named after somebody, with the number of a house: Njegoševa 12.
_NAMED = re.compile(
    r"\b((?!Kosova|Moldova|Genova|Косова)[^\W\d_a-z]\w{2,30}(?:[oe]va|[ое]ва))\s+"
    r"(?:br\.?\s*)?[1-9][0-9]{0,2}[a-z]?(?![\w%-]|[.,/:][0-9])"
)


def _personal_name(name: object) -> bool:
    words = fold(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", str(name)))
    return (
        any(word in _PERSONAL_WORDS or word.startswith(_PERSONAL_STARTS) for word in words.split())
        or any(pair in words for pair in _PERSONAL_PAIRS)
    )  # fmt: skip


def personal_text(text: str, ours: str = "") -> bool:
    """Tell whether a text holds an e-mail address, or the number of a phone or a person.

    >>> personal_text("ana [at] mail [dot] me"), personal_text("０６９ １２３ ４５６")
    (True, True)
    >>> personal_text("Klub 100")
    False
    """
    text = _plain(text)
    if _AT.search(text) and _EMAIL.search(text):
        return True
    page = ours == "source_url" and text.lower().startswith(("http://", "https://"))
    if ours == "source_url" and _CALLED.search(text):
        return True
    found = _PHONE.search(text) or _NUMBER.search(text)
    return not page and (bool(found) or any(map(_is_iban, _IBAN.findall(text))))


def _is_iban(text: str) -> bool:
    """Say whether the check digits of an account are right (ISO 13616, by ISO 7064 mod 97-10)."""
    signs = text.replace(" ", "").upper()
    return int("".join(str(int(sign, 36)) for sign in signs[4:] + signs[:4])) % 97 == 1


def point_text(text: str) -> bool:
    """Tell whether a text holds coordinates finer than a town.

    >>> point_text("Office 42.84213, 20.16684"), point_text("8GH2R5R8+6V"), point_text("42.8, 20.1")
    (True, True, False)
    """
    return bool(_POINT.search(_plain(text)))


def _plain(text: str) -> str:
    """Write a text as a reader takes it: no marks of pages, one form of letters and digits."""
    if text.isascii() and not set("%&") & set(text):
        return text
    whole = unicodedata.normalize("NFKC", html.unescape(unquote(text)))
    seen = (sign for sign in whole if unicodedata.category(sign) != "Cf")
    return "".join(str(unicodedata.decimal(one)) if one.isdecimal() else one for one in seen)


def street_text(text: str) -> bool:
    """Tell whether a text holds a street with a number.

    >>> [street_text(text) for text in ("Ulica kralja Tomislava 7", "Njegoševa 12", "Rr. B 12")]
    [True, True, True]
    >>> street_text("Novi Pazar")
    False
    """
    named = _NAMED.findall(text)
    return bool(_STREET.search(text)) or any(fold(name) not in _towns() for name in named)


@cache
def _towns() -> frozenset[str]:
    """Return words of names of towns: Gjakova 98 is a club, not a house."""
    from hotspot_gaps.sources.builtin import read_builtin

    places = read_builtin("places.csv")
    names = ";".join([*places["name"], *places["alt_names"].dropna()])
    return frozenset(fold(names.replace(";", " ")).split())


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
        streets = kind in {"organizations", "supports"} and not ours.startswith("source_")
        for row, cell in zip(frame.index, frame[name].to_numpy(dtype=object), strict=True):
            found = _found(cell, ours, kind, streets=streets) if isinstance(cell, str) else ""
            if found:
                what = f"personal data must not enter: this cell holds {found}."
                fix = "Delete it, or delete the column."
                problems.append(Problem(file, int(str(row)), str(name), "", what, fix))
    return problems


def _found(cell: str, ours: str, kind: str, *, streets: bool) -> str:
    """Say what a cell holds that must not enter, without repeating it."""
    if personal_text(cell, ours):
        return "an e-mail address, or the number of a phone or a person"
    if kind != "hotspots" and point_text(cell):
        return "coordinates finer than a town"
    return "a street with a number" if streets and street_text(cell) else ""
