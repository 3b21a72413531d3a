"""Inequality: the Lorenz curve, Gini's coefficient and the location quotient, on arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from hotspot_gaps.access.ellipsoid import Floats, Ints


def lorenz_curve(amount: ArrayLike, people: ArrayLike) -> tuple[Ints, Floats, Floats]:
    """Cumulate what places have over the people who live there, those with least per head first.

    Parameters
    ----------
    amount
        What each place has, 0 or more.
    people
        Inhabitants of each place, more than 0.

    Returns
    -------
    order, people_share, amount_share
        Positions of the places from least to most per head, and the two cumulated shares, each
        starting with 0, so one entry longer; NaN where there is nothing to share.

    References
    ----------
    Lorenz, M. O. (1905). Methods of measuring the concentration of wealth. Publications of the
    American Statistical Association 9, 209-219.

    Examples
    --------
    >>> order, people_share, amount_share = lorenz_curve([3, 1], [20, 80])
    >>> order.tolist(), people_share.tolist(), amount_share.tolist()
    ([1, 0], [0.0, 0.8, 1.0], [0.0, 0.25, 1.0])
    """
    have, heads = np.asarray(amount, dtype=np.float64), np.asarray(people, dtype=np.float64)
    order = np.argsort(have / heads, kind="stable")
    with np.errstate(invalid="ignore"):
        shares = [
            np.concatenate([[0.0], np.cumsum(column[order])]) / column.sum()
            for column in (heads, have)
        ]
    return order, shares[0], shares[1]


def gini(amount: ArrayLike, people: ArrayLike) -> float:
    """Measure how unequally something is spread over people: 0 evenly, towards 1 in one place.

    Parameters
    ----------
    amount, people
        As for `lorenz_curve`.

    Returns
    -------
    float
        ``1 - sum((x[i] - x[i - 1]) * (y[i] + y[i - 1]))`` over the Lorenz curve, x of people and y
        of the amount; NaN where there is nothing to share.

    References
    ----------
    Gini, C. (1914). Sulla misura della concentrazione e della variabilità dei caratteri. Atti del
    Reale Istituto Veneto di Scienze, Lettere ed Arti 73, 1203-1248.

    Brown, M. C. (1994). Using Gini-style indices to evaluate the spatial patterns of health
    practitioners: theoretical considerations and an application based on Alberta data. Social
    Science & Medicine 38, 1243-1256.

    Examples
    --------
    A fifth of the people has three quarters: 1 - (0.8 × 0.25 + 0.2 × 1.25).

    >>> round(gini([3, 1], [20, 80]), 6)
    0.55
    """
    _, x, y = lorenz_curve(amount, people)
    if x.size == 1:
        return float("nan")
    return float(1 - np.sum(np.diff(x) * (y[1:] + y[:-1])))


def gini_by_chance(units: int, people: ArrayLike, *, draws: int = 499) -> tuple[float, float]:
    """Say how unequal it would look if chance alone placed units among people.

    Parameters
    ----------
    units
        How many there are to place.
    people
        Inhabitants of each place, more than 0.
    draws
        How often they are placed; each unit goes to a place with a chance in proportion to people.

    Returns
    -------
    low, high
        Gini's coefficient in the middle 95 % of the draws, the same on every call; NaN where there
        is nothing to place. Few units among many places look unequal however fair the draw.

    Examples
    --------
    One unit in one of two equal halves is always as unequal as can be.

    >>> gini_by_chance(1, [50, 50])
    (0.5, 0.5)
    """
    heads = np.asarray(people, dtype=np.float64)
    if units < 1 or not heads.size:
        return float("nan"), float("nan")
    placed = np.random.default_rng(0).multinomial(units, heads / heads.sum(), size=draws)
    found = [gini(have, heads) for have in placed]
    low, high = np.percentile(found, [2.5, 97.5]).tolist()
    return low, high


def location_quotient(
    part: ArrayLike, whole: ArrayLike, base_part: ArrayLike, base_whole: ArrayLike
) -> Floats:
    """Divide a share by the share of a base: above 1 there is more than the base would give.

    Parameters
    ----------
    part, whole
        For example organizations in a class of towns, and in all.
    base_part, base_whole
        For example people in the class, and in all.

    Returns
    -------
    numpy.ndarray
        ``(part / whole) / (base_part / base_whole)``; NaN where a share cannot be made, or where
        the base has none.

    References
    ----------
    Isserman, A. M. (1977). The location quotient approach to estimating regional economic impacts.
    Journal of the American Institute of Planners 43, 33-41.

    Examples
    --------
    Half of the organizations among a quarter of the people:

    >>> float(location_quotient(5, 10, 250, 1000))
    2.0
    """
    some, every, base, base_every = (
        np.asarray(column, dtype=np.float64) for column in (part, whole, base_part, base_whole)
    )
    with np.errstate(invalid="ignore", divide="ignore"):
        quotient = (some / every) / (base / base_every)
    told: Floats = np.where((every > 0) & (base > 0) & (base_every > 0), quotient, np.nan)
    return told
