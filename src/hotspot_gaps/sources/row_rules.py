"""Row rules: how the cells of a row, and the rows of a table, must agree."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hotspot_gaps.sources.cells import converted, first_day, last_day, mapped, to_numbers
from hotspot_gaps.sources.fields import FIELDS
from hotspot_gaps.sources.gazetteer import fold

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class RowRule:
    """What the cells of a row, or rows with the same key, must fulfil."""

    columns: tuple[str, ...]
    what: str
    fix: str
    holds: Callable[[pd.DataFrame], pd.Series[bool]]
    # Rows must differ in `columns`; {other} in `what` is the row that has the same.
    unique: bool = False
    # At least one of `columns` must be filled.
    any_of: bool = False


def _unique(kind: str, *columns: str) -> RowRule:
    def holds(table: pd.DataFrame) -> pd.Series[bool]:
        keys = row_keys(table, columns, kind)
        return keys.isna() | ~keys.duplicated()

    what = f"row {{other}} has the same {' and '.join(columns)}."
    return RowRule(columns, what, "Delete one of the two, or tell them apart.", holds, unique=True)


def _any_of(*columns: str, what: str) -> RowRule:
    def holds(table: pd.DataFrame) -> pd.Series[bool]:
        return table[list(columns)].notna().any(axis=1)

    return RowRule(columns, what, f"Fill in {' or '.join(columns)}.", holds, any_of=True)


def _given(table: pd.DataFrame) -> pd.Series[bool]:
    return table["lat"].isna() == table["lon"].isna()


def _within(column: str, limit: float) -> Callable[[pd.DataFrame], pd.Series[bool]]:
    def holds(table: pd.DataFrame) -> pd.Series[bool]:
        return ~(to_numbers(table[column]).abs() > limit) | _swapped(table)

    return holds


def _swapped(table: pd.DataFrame) -> pd.Series[bool]:
    lat, lon = to_numbers(table["lat"]).abs(), to_numbers(table["lon"]).abs()
    return lat.between(90, 180, "right") & (lon <= 90)


def _in_order(table: pd.DataFrame) -> pd.Series[bool]:
    # ISO dates sort as text.
    first, last = first_day(table["from"]).fillna(""), last_day(table["to"]).fillna("9999")
    return first <= last


def row_keys(table: pd.DataFrame, names: tuple[str, ...], kind: str) -> pd.Series[str]:
    """Return what must differ between rows, as one text; NA for rows that need not differ."""
    import pandas as pd

    parts = []
    for name in names:
        meant = converted(table[name], FIELDS[kind][name]).astype(object)
        meant = meant.where(meant.notna(), table[name])
        parts.append(mapped(meant.where(meant.notna(), ""), lambda text: fold(str(text))))
    keys = pd.Series(["|".join(row) for row in zip(*parts, strict=True)], table.index, dtype=str)
    needed = [name for name in names if FIELDS[kind][name].required or len(names) == 1]
    compared = table[needed].notna().all(axis=1)
    if "sensitivity" in table and len(names) > 1:
        # Names that are withheld may well be the same.
        compared &= table["sensitivity"].str.lower().ne("restricted")
    return keys.where(compared)


_DEGREES = "Give decimal degrees, not metres."
_LOCATED = (
    RowRule(("lat", "lon"), "only one of the two is given.", "Fill in both or neither.", _given),
    RowRule(
        ("lat", "lon"), "lat and lon look swapped.", "Exchange the two.",
        lambda table: ~_swapped(table),
    ),
    RowRule(("lat",), "this is not between -90 and 90.", _DEGREES, _within("lat", 90)),
    RowRule(("lon",), "this is not between -180 and 180.", _DEGREES, _within("lon", 180)),
)  # fmt: skip
_SOURCED = _any_of("source_title", "source_url", what="there is no row without a source.")
ROW_RULES = {
    "hotspots": (
        *_LOCATED,
        _SOURCED,
        _unique("hotspots", "hotspot_id"),
        _unique("hotspots", "name", "country", "kind"),
    ),
    "organizations": (
        *_LOCATED,
        _SOURCED,
        _unique("organizations", "organization_id"),
        _unique("organizations", "name", "country", "town"),
    ),
    "supports": (
        _SOURCED,
        _any_of("organization_id", "organization", what="this does not say which organization."),
        RowRule(("to",), "this is before the first day.", "Correct from or to.", _in_order),
        _unique("supports", "organization_id", "organization", "programme", "from"),
    ),
    "places": (*_LOCATED, _unique("places", "geonames_id")),
}
