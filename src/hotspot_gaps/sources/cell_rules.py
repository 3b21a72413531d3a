"""Cell rules: what a filled cell must be, and the advice for one that is not."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from dataclasses import dataclass

from hotspot_gaps.sources.cells import YES_NO, to_choice, to_day, to_number, to_whole
from hotspot_gaps.sources.countries import country_fix, to_country
from hotspot_gaps.sources.fields import Field

_SLASHES = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/[0-9]{2,4}")
# More than the most populous city of the world.
_MOST_PEOPLE = 40_000_000
_SHEET_ERROR = re.compile(r"#(?:N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!)")


def choice_fix(text: str, field: Field) -> str:
    """Say which choices there are, and which of them may be meant."""
    near = difflib.get_close_matches(text.lower(), field.choices, 1)
    fix = f"Write one of: {', '.join(field.choices)}."
    return f"{fix} Did you mean {near[0]}?" if near else fix


def _ambiguous(text: str) -> bool:
    parts = _SLASHES.fullmatch(text)
    return parts is not None and all(1 <= int(part) <= 12 for part in parts.groups())


def _slash_fix(text: str, _: Field) -> str:
    year = text.rsplit("/", 1)[1]
    first, second = (part.zfill(2) for part in text.split("/")[:2])
    if len(year) != 4:
        return "Write 2020-10-01, 1.10.2020, 2020-10 or 2020."
    return f"Write {year}-{second}-{first} or {year}-{first}-{second}, whichever is meant."


@dataclass(frozen=True)
class CellRule:
    """A test of a filled cell, and the advice for one that fails it."""

    holds: Callable[[str, Field], bool]
    fix: Callable[[str, Field], str]


CELL_RULES = {
    "this is not a number.": CellRule(
        lambda text, _: to_number(text) is not None,
        lambda *_: "Write decimal degrees, with a point or a comma: 42.4411.",
    ),
    "this is not a whole number.": CellRule(
        lambda text, _: to_whole(text) is not None,
        lambda *_: (
            "Write digits alone, such as 12500, with nothing between them; or leave it empty."
        ),
    ),
    "0 is not a population.": CellRule(
        lambda text, _: to_whole(text) != 0,
        lambda *_: "Leave the cell empty when the population is not known.",
    ),
    "this is more than 40,000,000.": CellRule(
        lambda text, _: (to_whole(text) or 0) <= _MOST_PEOPLE,
        lambda *_: "Write the inhabitants of this place alone.",
    ),
    "this is not a country.": CellRule(lambda text, _: to_country(text) is not None, country_fix),
    "this is not one of the choices.": CellRule(
        lambda text, field: to_choice(text, field) is not None, choice_fix
    ),
    "this is neither yes nor no.": CellRule(
        lambda text, _: text.lower() in YES_NO, lambda *_: "Write yes or no."
    ),
    "this date is ambiguous: the day or the month may come first.": CellRule(
        lambda text, _: not _ambiguous(text), _slash_fix
    ),
    "this is not a date.": CellRule(
        lambda text, _: to_day(text, last=False) is not None or _ambiguous(text),
        lambda *_: "Write 2020-10-01, 1.10.2020, 2020-10 or 2020.",
    ),
    "this is an error of the spreadsheet.": CellRule(
        lambda text, _: not _SHEET_ERROR.fullmatch(text),
        lambda *_: "Mend the formula, or write the value.",
    ),
}
_DATE_RULES = (
    "this date is ambiguous: the day or the month may come first.", "this is not a date.",
)  # fmt: skip
RULES_OF_KIND = {
    "text": ("this is an error of the spreadsheet.",),
    "list": ("this is an error of the spreadsheet.",),
    "number": ("this is not a number.",),
    "whole": ("this is not a whole number.",),
    "population": (
        "this is not a whole number.", "0 is not a population.", "this is more than 40,000,000.",
    ),
    "inhabitants": ("this is not a whole number.", "this is more than 40,000,000."),
    "country": ("this is not a country.",),
    "choice": ("this is not one of the choices.",),
    "yes_no": ("this is neither yes nor no.",),
    "first": _DATE_RULES,
    "last": _DATE_RULES,
}  # fmt: skip
