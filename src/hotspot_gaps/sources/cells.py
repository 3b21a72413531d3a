"""Cells: from any value to text, and from text to numbers, days, countries, choices and lists."""

from __future__ import annotations

import calendar
import datetime as dt
import math
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from hotspot_gaps.sources.countries import to_country
from hotspot_gaps.sources.fields import FIELDS, Field

if TYPE_CHECKING:
    import pandas as pd

_SPACE = re.compile("[ \u00a0\u2009\u202f]")
_DIGITS = rf"(?:[0-9]{{1,15}}|[0-9]{{1,3}}(?:{_SPACE.pattern}[0-9]{{3}}){{1,4}})"
_WHOLE = re.compile(rf"\+?{_DIGITS}")
_NUMBER = re.compile(rf"[+-]?{_DIGITS}(?:[.,][0-9]+)?(?:[eE][+-]?[0-9]{{1,3}})?")
# Tab, line feed and carriage return are what a cell may hold; then marks of direction, and halves
# of pairs of UTF-16, which cannot be written.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
MAX_LETTERS = 32_767  # what a cell of a spreadsheet holds
_CONTROL_IN_CELL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
FLAGS = {
    **dict.fromkeys(("true", "yes", "1"), True),
    **dict.fromkeys(("false", "no", "0"), False),
}
YES_NO = {
    **dict.fromkeys(("yes", "y", "true", "1", "da", "po"), "yes"),
    **dict.fromkeys(("no", "n", "false", "0", "ne", "jo"), "no"),
}


def plain_text(value: object) -> str | None:
    """Write a cell as a person would: dates as ISO 8601, whole numbers without a point.

    Parameters
    ----------
    value
        A cell of any table.

    Returns
    -------
    str or None
        Its text without surrounding space; None if it is missing or empty.

    Examples
    --------
    >>> plain_text(12.0), plain_text(dt.datetime(2020, 10, 1)), plain_text("  "), plain_text(True)
    ('12', '2020-10-01', None, 'yes')
    """
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or type(value).__name__ in {"NAType", "NaTType"}:
        return None
    if isinstance(value, float):
        whole = value.is_integer() and abs(value) < 1e15
        return None if math.isnan(value) else str(int(value) if whole else value)
    if isinstance(value, bool):
        text = "yes" if value else "no"
    elif isinstance(value, dt.datetime):
        text = value.isoformat(" ").removesuffix(" 00:00:00")
    elif isinstance(value, list | tuple | np.ndarray):
        text = ";".join(filter(None, map(plain_text, value)))
    else:
        text = str(value)
    return text.strip() or None


def as_text(cells: pd.Series[Any]) -> pd.Series[str]:
    """Write every cell of a column as `plain_text` does."""
    import pandas as pd

    texts = [plain_text(cell) for cell in cells.to_numpy(dtype=object)]
    return pd.Series(texts, index=cells.index, dtype=str)


def printable(text: str) -> str:
    r"""Strip control characters, which a terminal would obey, and marks of direction.

    >>> printable("a\x1b[31m\nb")
    'a[31mb'
    """
    return _CONTROL.sub("", text)


def unfit(value: object) -> str | None:
    """Say why a cell can hold no value of ours: nested, too long, or with control characters."""
    if isinstance(value, str | bytes) and len(value) > MAX_LETTERS:
        return f"this cell holds more than {MAX_LETTERS:,} letters."
    if isinstance(value, str):
        held = _CONTROL_IN_CELL.search(value)
        return "this cell holds control characters." if held else None
    nested = isinstance(value, dict) or (
        isinstance(value, list | tuple | np.ndarray)
        and any(isinstance(part, dict | list | tuple | np.ndarray) for part in value)
    )
    if nested:
        return "this is a nested value."
    if isinstance(value, list | tuple | np.ndarray):
        return next(filter(None, map(unfit, value)), None)
    return None


def mapped(cells: pd.Series[Any], change: Callable[[str], object], dtype: Any = str) -> Any:
    """Change each text once, however often it stands in the column; missing stays missing."""
    import pandas as pd

    texts = cells.to_numpy(dtype=object)
    changed = {text: change(text) for text in set(texts[cells.notna()])}
    return pd.Series([changed.get(text) for text in texts], index=cells.index, dtype=dtype)


def to_number(text: str) -> float | None:
    """Read a number with a decimal point or comma; None if it is none."""
    return _float(text.replace("\u2212", "-"), _NUMBER)


def to_whole(text: str) -> float | None:
    """Read a whole number, digits grouped by spaces or not; None if it is none."""
    # 12.000 may mean twelve thousand, 12.0 is what spreadsheets make of 12.
    return _float(text.removesuffix(".0"), _WHOLE)


def _float(text: str, pattern: re.Pattern[str]) -> float | None:
    if not pattern.fullmatch(text):
        return None
    return float(_SPACE.sub("", text).replace(",", "."))


def to_flags(cells: pd.Series[Any]) -> pd.Series[Any]:
    """Read a column of true and false, yes and no, 1 and 0; missing where a cell is none of them.

    >>> import pandas as pd
    >>> to_flags(pd.Series([True, "No", 1.0, -1])).tolist()
    [True, False, True, None]
    """
    import pandas as pd

    if cells.dtype == "bool":
        return cells
    flags = [FLAGS.get(text.lower()) if text else None for text in map(plain_text, cells)]
    return pd.Series(flags, index=cells.index, dtype=object)


def to_numbers(cells: pd.Series[str]) -> pd.Series[float]:
    """Read a column of numbers; NaN where there is none."""
    return mapped(cells, to_number, "float64")  # type: ignore[no-any-return]


def to_choice(text: str, field: Field) -> str | None:
    """Return the choice that a text means; None if it is none of the field's."""
    normal = re.sub(r"[\s_-]+", "_", text.lower())
    return normal if normal in field.choices else None


def to_day(text: str, *, last: bool) -> str | None:
    """Read a day, a month or a year as its first or last day.

    >>> to_day("2020", last=True), to_day("2020-02", last=True), to_day("1.10.2020.", last=False)
    ('2020-12-31', '2020-02-29', '2020-10-01')
    """
    iso = re.fullmatch(r"([12][0-9]{3})(?:-([0-9]{2})(?:-([0-9]{2}))?)?", text)
    local = re.fullmatch(r"([0-9]{1,2})\.\s?([0-9]{1,2})\.\s?([12][0-9]{3})\.?", text)
    parts = iso.groups() if iso else local.groups()[::-1] if local else None
    if parts is None:
        return None
    year, month, day = (int(part or 0) for part in parts)
    month = month or (12 if last else 1)
    try:
        day = day or (calendar.monthrange(year, month)[1] if last else 1)
        return dt.date(year, month, day).isoformat() if 1900 <= year <= 2100 else None
    except ValueError:
        return None


def first_day(cells: pd.Series[str]) -> pd.Series[str]:
    """Read a column of days, months or years as first days."""
    return mapped(cells, lambda text: to_day(text, last=False))  # type: ignore[no-any-return]


def last_day(cells: pd.Series[str]) -> pd.Series[str]:
    """Read a column of days, months or years as last days."""
    return mapped(cells, lambda text: to_day(text, last=True))  # type: ignore[no-any-return]


def to_list(text: str) -> str | None:
    """Tidy a list separated by semicolons; None if it has no part."""
    return ";".join(filter(None, (part.strip() for part in text.split(";")))) or None


def converted(cells: pd.Series[str], field: Field) -> pd.Series[Any]:
    """Convert a column; cells that break the rules become missing."""
    import pandas as pd

    change: dict[str, Callable[[pd.Series[str]], pd.Series[Any]]] = {
        "text": lambda text: text,
        "list": lambda text: mapped(text, to_list),
        "number": to_numbers,
        "whole": lambda text: mapped(text, to_whole, "float64").astype("Int64"),
        "population": lambda text: mapped(text, to_whole, "float64").astype("Int64"),
        "inhabitants": lambda text: mapped(text, to_whole, "float64").astype("Int64"),
        "country": lambda text: mapped(text, to_country),
        "choice": lambda text: mapped(text, lambda cell: to_choice(cell, field)),
        "yes_no": lambda text: mapped(text, lambda cell: YES_NO.get(cell.lower())),
        "first": first_day,
        "last": last_day,
    }
    changed = change[field.kind](cells)
    if field.default is not None:
        changed = changed.fillna(field.default)
    if field.kind == "yes_no":
        return changed.map({"yes": True, "no": False}).astype(
            "bool" if field.default else pd.BooleanDtype()
        )
    return changed


def convert_table(table: pd.DataFrame, kind: str) -> pd.DataFrame:
    """Convert a table that broke no rule, with all columns of its kind."""
    import pandas as pd

    absent = pd.Series(None, index=table.index, dtype=str)
    result = pd.DataFrame(
        {
            name: converted(table.get(name, absent), field)
            for name, field in sorted(FIELDS[kind].items(), key=lambda item: not item[1].required)
        }
    )
    if kind == "places":
        result["population"] = result["population"].mask(result["population"].eq(0))
    elif kind == "organizations":
        stated = result["town_basis"].isna() & result["town"].notna()
        result["town_basis"] = result["town_basis"].mask(stated, "stated")
    elif kind == "supports":
        result["organization_id"] = result["organization_id"].fillna(result["organization"])
    return result
