"""Decay: how much a facility counts at a cost, from a radius, from steps, or from a function."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from hotspot_gaps.errors import SettingsError

if TYPE_CHECKING:
    from typing import Any

    from hotspot_gaps.access.ellipsoid import Floats

Weights: TypeAlias = "float | Mapping[float, float] | Callable[[Floats], Any]"

# Rounding of a function that falls may make it rise by this much of its largest weight.
ROUNDING = 1e-12


def weights_at(costs: Floats, weights: Weights) -> Floats:
    """Return the weight at each cost.

    Parameters
    ----------
    costs
        In any one unit, none negative, none missing; at an infinite one the weight is 0.
    weights
        A number: 1 up to this cost, at exactly this cost too, and 0 beyond. Steps, a mapping of
        costs to weights such as ``{10: 1, 20: 0.68, 30: 0.22}``: each weight holds up to its cost,
        at exactly this cost too, and beyond the last cost it is 0. A function of an array of costs
        that returns an array of weights. No weight may be negative or rise with the cost; their
        scale does not matter.

    Returns
    -------
    numpy.ndarray
        Of the shape of `costs`.

    Raises
    ------
    SettingsError
        The weights are none of these.

    Examples
    --------
    >>> weights_at(np.array([0.0, 10, 10.5, 31]), {10: 1, 20: 0.68, 30: 0.22}).tolist()
    [1.0, 1.0, 0.68, 0.0]
    """
    if isinstance(weights, Mapping):
        return _stepped(costs, weights)
    if isinstance(weights, int | float | np.number) and not isinstance(weights, bool):
        if not (np.isfinite(float(weights)) and weights >= 0):
            raise SettingsError(f"weights: {weights} is no radius. Give a cost of 0 or more.")
        return (costs <= weights).astype(float)
    if callable(weights):
        found, reached = np.zeros(costs.shape), np.isfinite(costs)
        found[reached] = _function(costs[reached], weights)
        return found
    raise SettingsError(
        f"weights: {weights!r} is neither a radius, nor steps such as {{10: 1, 20: 0.68}}, "
        "nor a function of an array of costs."
    )


def _stepped(costs: Floats, steps: Mapping[float, float]) -> Floats:
    try:
        pairs = sorted((float(limit), float(weight)) for limit, weight in steps.items())
    except (TypeError, ValueError) as error:
        raise SettingsError(f"weights: {dict(steps)} are not all numbers.") from error
    limits, heights = np.array(pairs).reshape(-1, 2).T
    if not np.isfinite(pairs).all() or (limits < 0).any():
        raise SettingsError(f"weights: {dict(steps)}: give costs of 0 or more, and finite numbers.")
    if not heights.any():
        raise SettingsError(f"weights: {dict(steps)}: every weight is 0. Give one that is more.")
    _check_falling(heights, limits, "weights")
    return np.append(heights, 0.0)[np.searchsorted(limits, costs)]


def _function(costs: Floats, function: Callable[[Floats], Any]) -> Floats:
    name = f"weights, {getattr(function, '__name__', 'function')}"
    try:
        with np.errstate(all="ignore"):  # what is not finite is told below
            found = np.asarray(function(costs.copy()), dtype=float)
    except (TypeError, ValueError) as error:
        what = f"{name}: this does not take an array of costs ({error})."
        raise SettingsError(f"{what} numpy.vectorize makes a function that does.") from error
    if found.shape != costs.shape:
        what = f"{name}: {costs.size} costs gave {found.size} weights."
        raise SettingsError(f"{what} Return a weight for each cost.")
    odd = np.flatnonzero(~np.isfinite(found))
    if odd.size:
        what = f"{name}: the weight at the cost {costs[odd[0]]:g} is {found[odd[0]]}."
        raise SettingsError(f"{what} Give finite weights, for example with a least cost.")
    order = np.argsort(costs, kind="stable")
    if costs.size:
        _check_falling(found[order], costs[order], name)
    return found


def _check_falling(weights: Floats, costs: Floats, name: str) -> None:
    """Refuse weights, in the order of their costs, that are negative or rise."""
    if (weights < 0).any():
        at = int(np.argmax(weights < 0))
        what = f"{name}: the weight at the cost {costs[at]:g} is {weights[at]:g}."
        raise SettingsError(f"{what} Give weights of 0 or more.")
    rises = np.flatnonzero(np.diff(weights) > ROUNDING * weights.max())
    if rises.size:
        near, far = rises[0], rises[0] + 1
        raise SettingsError(
            f"{name}: the weight rises from {weights[near]:g} at the cost {costs[near]:g} to "
            f"{weights[far]:g} at {costs[far]:g}. What is farther must not count for more."
        )
