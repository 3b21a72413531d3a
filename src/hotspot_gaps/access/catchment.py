"""Catchment: supply per person in reach, by two or three steps of floating catchment areas."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias, get_args

import numpy as np
import pandas as pd

from hotspot_gaps.access.decay import weights_at
from hotspot_gaps.access.pair_rows import pair_rows, repeated
from hotspot_gaps.errors import InputError, SettingsError

if TYPE_CHECKING:
    from scipy.sparse import csr_array

    from hotspot_gaps.access.decay import Weights
    from hotspot_gaps.access.ellipsoid import Floats
    from hotspot_gaps.access.pair_rows import PairRows

Method: TypeAlias = Literal["2sfca", "e2sfca", "3sfca"]


class Catchment(NamedTuple):
    """What `catchment` returns: the access of every place, and what it was made of.

    Attributes
    ----------
    access
        Supply per person in reach, by place.
    facilities
        By facility: `people` in reach, weighted, and `ratio`, supply per person.
    """

    access: pd.Series[Any]
    facilities: pd.DataFrame


def catchment(
    pairs: pd.DataFrame,
    *,
    demand: pd.Series[Any],
    supply: pd.Series[Any],
    method: Method,
    weights: Weights,
    cost: str = "distance_m",
    cost_back: str | None = None,
) -> Catchment:
    """Measure access to supply that has to be shared, by floating catchment areas.

    Each facility's supply is divided among the people in its reach; each place adds up what the
    facilities in its own reach have for a person.

    Parameters
    ----------
    pairs
        A row a pair, as `pairs_within` returns them: index of places, `id` of the facility, and
        its cost. A pair that is not there, or has an infinite cost, is out of reach.
    demand
        People by place. Places that no pair names are in it too.
    supply
        Capacity by facility, for example 1 for each organization.
    method
        `2sfca` (Luo and Wang 2003): everybody up to a cost counts alike. `e2sfca` (Luo and Qi
        2009): the farther, the less. `3sfca` (Wan, Zou and Sternberg 2012): beside that, people
        share themselves out among the facilities in their reach.
    weights
        In the unit of the cost. For `2sfca` a number, the largest cost in reach. For `e2sfca`
        steps, such as ``{10: 1, 20: 0.68, 30: 0.22}``, or a function of an array of costs that
        returns weights. For `3sfca` any of these. A cost at exactly a limit is within it.
    cost
        Column of `pairs` with the cost from the place to the facility.
    cost_back
        Column with the cost from the facility to the place, if the supply goes to the people: it
        then decides in step 1 whom a facility reaches. When not given, people go to the supply,
        and `cost` decides in every step.

    Returns
    -------
    Catchment
        `access`, a float Series with the index of `demand`: supply per person; 0 where nothing is
        in reach; NaN where there is something in reach and none of it has a ratio. `facilities`,
        with the index of `supply`: `people`, those in reach, weighted, and `ratio`, supply per
        person, NaN where nobody is in reach. Such supply adds nothing to any place.

    Raises
    ------
    InputError
        With every problem of the rows: see `pair_rows`; a pair that is there twice.
    SettingsError
        The method is none of the three, or the weights do not fit it, are negative, or rise.

    Examples
    --------
    Three towns, two facilities, minutes; worked by hand in ``docs/methods/catchment.md``.

    >>> towns = pd.Index(["A", "B", "B", "C"])
    >>> pairs = pd.DataFrame({"id": list("xxyy"), "travel_min": [5, 15, 8, 25]}, index=towns)
    >>> people = pd.Series({"A": 6000, "B": 4000, "C": 10000})
    >>> seats = pd.Series({"x": 2, "y": 1})
    >>> found = catchment(
    ...     pairs, demand=people, supply=seats, method="2sfca", weights=30, cost="travel_min"
    ... )
    >>> (found.access * 100_000).round(1).to_dict()
    {'A': 20.0, 'B': 27.1, 'C': 7.1}
    >>> found.facilities["people"].to_dict()
    {'x': 10000.0, 'y': 14000.0}
    """
    _check_method(method, weights)
    rows = pair_rows(pairs, demand, supply, [cost] if cost_back is None else [cost, cost_back])
    ordered = _by_place(rows)
    pattern = _pattern(ordered)
    # Places rise from entry to entry of a facility, unless one is there twice.
    if not pattern.tocsc().has_canonical_format:
        raise InputError(repeated(rows, pairs))
    there, *back = [_filled(pattern, weights_at(costs, weights)) for costs in ordered.costs]
    reach = back[0] if back else there
    if method == "3sfca":
        chosen = selection(there)
        there, reach = (_filled(pattern, kind.data * chosen) for kind in (there, reach))
    people, ratio, access = shared_out(there, reach, rows.demand, rows.supply)
    facilities = pd.DataFrame({"people": people, "ratio": ratio}, index=supply.index)
    return Catchment(pd.Series(access, index=demand.index, name="access"), facilities)


def selection(weights: csr_array) -> Floats:
    """Return the share of a place that chooses each facility, for each entry of the weights.

    Wan, Zou and Sternberg (2012): its weight over the sum of the weights in reach of the place.
    """
    total = weights @ np.ones(weights.shape[1])
    chosen: Floats = np.zeros(weights.nnz)
    totals = np.repeat(total, np.diff(weights.indptr))
    np.divide(weights.data, totals, out=chosen, where=weights.data > 0)
    return chosen


def shared_out(
    there: csr_array, back: csr_array, demand: Floats, supply: Floats
) -> tuple[Floats, Floats, Floats]:
    """Divide supply among the people in reach, and add it up again by place.

    Parameters
    ----------
    there, back
        Weights of what places reach and of whom facilities reach; a row a place, a column a
        facility.
    demand, supply
        People by place, capacity by facility.

    Returns
    -------
    people, ratio, access
        By facility, by facility, and by place; see `catchment`.
    """
    people = back.T @ demand
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        ratio = supply / people
    rated = np.isfinite(ratio)
    access = there @ np.where(rated, ratio, 0)
    if not rated.all():
        ratio[~rated] = np.nan
        reached, with_ratio = there @ np.ones(supply.size), there @ rated.astype(float)
        access[(reached > 0) & (with_ratio == 0)] = np.nan
    return people, ratio, access


def _check_method(method: str, weights: Weights) -> None:
    if method not in get_args(Method):
        raise SettingsError(f"method: {method!r} is none of {', '.join(get_args(Method))}.")
    one = not isinstance(weights, Mapping) and not callable(weights)
    if method == "2sfca" and not one:
        raise SettingsError("weights: 2sfca has one, the largest cost. With steps it is e2sfca.")
    if method == "e2sfca" and one:
        raise SettingsError("weights: e2sfca has steps or a function. With one cost it is 2sfca.")


def _by_place(rows: PairRows) -> PairRows:
    """Return the pairs in the order of their places, as `pairs_within` gives them."""
    if (rows.place[1:] >= rows.place[:-1]).all():
        return rows
    order = np.argsort(rows.place, kind="stable")
    costs = tuple(cost[order] for cost in rows.costs)
    return rows._replace(place=rows.place[order], facility=rows.facility[order], costs=costs)


def _pattern(rows: PairRows) -> csr_array:
    """Return a 1 for each pair in the order of their places; a row a place, a column a facility.

    Pairs in this order need no sorting, which would take more time than all the sums.
    """
    from scipy.sparse import csr_array

    ends = np.cumsum(np.bincount(rows.place, minlength=rows.demand.size))
    facility, ends = rows.facility.astype(np.int32), np.append(0, ends).astype(np.int32)
    entries = np.ones(facility.size, dtype=np.int8), facility, ends
    return csr_array(entries, shape=(rows.demand.size, rows.supply.size))


def _filled(pattern: csr_array, weights: Floats) -> csr_array:
    """Return the weights, entry by entry where the pattern has its own."""
    from scipy.sparse import csr_array

    return csr_array((weights, pattern.indices, pattern.indptr), shape=pattern.shape)
