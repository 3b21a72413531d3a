"""Ids: each row of a table has its own, given or made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotspot_gaps.errors import InputError, Problem

if TYPE_CHECKING:
    import pandas as pd


def refuse_twice(ids: pd.Series[str], file: str, column: str) -> None:
    """Refuse rows whose ids, given or made, are the same.

    Raises
    ------
    InputError
        Names the second row of each pair.
    """
    what = "another row has this id, given or made of country and name."
    fix = f"Give each row a {column} of its own."
    twice = ids[ids.duplicated()]
    if len(twice):
        raise InputError(
            [
                Problem(file, int(str(row)), column, str(value), what, fix)
                for row, value in twice.items()
            ]
        )
