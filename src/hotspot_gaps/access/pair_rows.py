"""Pair rows: pairs of places and facilities as positions and costs, checked once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from hotspot_gaps.errors import InputError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from hotspot_gaps.access.ellipsoid import Floats, Ints

MAX_TOLD = 20  # rows with one and the same problem; the others are counted


class PairRows(NamedTuple):
    """Pairs as positions in demand and supply, a cost for each column, and both amounts."""

    place: Ints
    facility: Ints
    costs: tuple[Floats, ...]
    demand: Floats
    supply: Floats


def pair_rows(
    pairs: pd.DataFrame, demand: pd.Series[Any], supply: pd.Series[Any], costs: Sequence[str]
) -> PairRows:
    """Check pairs against demand and supply, and number both.

    Parameters
    ----------
    pairs
        A row a pair: index of places, `id` of the facility, and the columns `costs`.
    demand, supply
        Amounts by place and by facility.
    costs
        Columns of `pairs`.

    Raises
    ------
    InputError
        With every problem: a column that is missing; a number that is missing or negative, or an
        amount that is infinite; an id that is not in demand or supply, or is twice in one of
        them. Rows are counted from 1. Pairs that are there twice are left to `repeated`, since
        looking for them takes a sort.
    """
    problems = _amount_problems(demand, "demand", "place")
    problems += _amount_problems(supply, "supply", "facility")
    for column in {"id", *costs} - set(pairs.columns):
        fix = f"Name one of: {', '.join(map(str, pairs.columns))}."
        problems.append(Problem("pairs", 0, column, "", "there is no such column.", fix))
    if problems:
        raise InputError(problems)
    fix = "Leave the pair out, or give infinity, where there is no way."
    for column in costs:
        problems += _number_problems(pairs[column], Problem("pairs", 0, column, "", "cost", fix))
    ids = pd.Index(pairs["id"])
    place, facility = _positions(pairs.index, demand.index), _positions(ids, supply.index)
    problems += _unknown(place, pairs.index, "", "demand")
    problems += _unknown(facility, ids, "id", "supply")
    if problems:
        raise InputError(problems)
    numbers = tuple(_floats(pairs[column]) for column in costs)
    return PairRows(place, facility, numbers, _floats(demand), _floats(supply))


def repeated(rows: PairRows, pairs: pd.DataFrame) -> list[Problem]:
    """Tell the pairs that are there twice."""
    keys = pd.Series(rows.place * rows.supply.size + rows.facility)
    twice = np.flatnonzero(keys.duplicated().to_numpy())
    shown = twice[:MAX_TOLD]
    values = zip(pairs.index[shown], pairs["id"].iloc[shown], strict=True)
    what, fix = "this pair is there twice.", "Keep the row with the least cost."
    named = (f"{place}, {facility}" for place, facility in values)
    return _told(twice, named, Problem("pairs", 0, "", "", what, fix))


def _amount_problems(amounts: Any, file: str, kind: str) -> list[Problem]:
    """Find what is wrong with a series whose index names each place or facility once."""
    if not isinstance(amounts, pd.Series):
        fix = f"Give a pandas.Series of numbers, with an index that names each {kind}."
        return [Problem(file, 0, "", type(amounts).__name__, "this is no series.", fix)]
    twice = np.flatnonzero(amounts.index.duplicated())
    what, fix = f"this {kind} is there twice.", f"Give each {kind} once, its rows added up."
    problems = _told(twice, amounts.index[twice], Problem(file, 0, "", "", what, fix))
    fix = "Give 0 where there is none; leave out what is not known, with its pairs."
    return problems + _number_problems(amounts, Problem(file, 0, "", "", "amount", fix))


def _number_problems(column: pd.Series[Any], problem: Problem) -> list[Problem]:
    """Find numbers that are missing or negative, and amounts that are infinite."""
    if not pd.api.types.is_numeric_dtype(column) or pd.api.types.is_complex_dtype(column):
        return [replace(problem, value=str(column.dtype), what="these are no numbers.")]
    numbers, most = _floats(column), np.inf if problem.what == "cost" else np.finfo(float).max
    if not numbers.size or (numbers.min() >= 0 and (most == np.inf or numbers.max() <= most)):
        return []  # with a NaN the least is NaN
    wrong = np.flatnonzero(~((numbers >= 0) & (numbers <= most)))
    shown = column.iloc[wrong[:MAX_TOLD]]
    named = shown.map(str) if problem.column else (f"{at}: {value}" for at, value in shown.items())
    return _told(wrong, named, replace(problem, what=f"this is no {problem.what} of 0 or more."))


def _floats(column: pd.Series[Any]) -> Floats:
    return column.to_numpy(dtype=float, na_value=np.nan)


def _positions(labels: pd.Index[Any], index: pd.Index[Any]) -> Ints:
    """Return where each label is in an index, -1 where it is not."""
    numbered = isinstance(index, pd.RangeIndex) and (index.start, index.step) == (0, 1)
    if numbered and pd.api.types.is_integer_dtype(labels) and not labels.hasnans:
        numbers: Ints = labels.to_numpy(dtype=np.int64)
        if numbers.view(np.uint64).max(initial=0) < index.size:  # a negative one is very large
            return numbers  # what most frames have: their labels are positions
    codes, once = pd.factorize(labels)  # so that each label is looked up once
    positions: Ints = np.append(index.get_indexer(pd.Index(once)), -1)  # the code of NA is -1
    return positions[codes]


def _unknown(positions: Ints, labels: pd.Index[Any], column: str, file: str) -> list[Problem]:
    """Find pairs whose place or facility is not there."""
    if positions.min(initial=0) >= 0:
        return []
    wrong = np.flatnonzero(positions < 0)
    what, fix = f"this is not in {file}.", f"Add it to {file}, or leave the pair out."
    return _told(wrong, labels[wrong[:MAX_TOLD]], Problem("pairs", 0, column, "", what, fix))


def _told(rows: Ints, values: Iterable[Any], problem: Problem) -> list[Problem]:
    """Tell the first rows that have a problem, and count the others."""
    shown = zip(rows[:MAX_TOLD].tolist(), values, strict=False)
    told = [replace(problem, row=row + 1, value=str(value)) for row, value in shown]
    if rows.size > MAX_TOLD:
        what = f"{rows.size - MAX_TOLD:,} more rows have this problem: {problem.what}"
        told.append(replace(problem, what=what))
    return told
