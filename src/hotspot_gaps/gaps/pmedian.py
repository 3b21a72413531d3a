"""p-median: where so many new sites shorten the way to the nearest most, the old ones staying."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from hotspot_gaps.errors import InputError, Problem
from hotspot_gaps.gaps.benefit import best_of, exchanged, one_at_a_time
from hotspot_gaps.gaps.covering import finished
from hotspot_gaps.gaps.optimum import Choice, chosen, maximum

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from hotspot_gaps.access.ellipsoid import Floats, Ints

COMPARISONS = 200_000_000  # beyond which nobody looks which candidate is better everywhere


def savings(
    places: Ints,
    candidates: Ints,
    distances: Floats,
    *,
    shape: tuple[int, int],
    weights: ArrayLike,
    existing: ArrayLike | None = None,
) -> tuple[sparse.csc_array, Floats]:
    """Say how much each candidate shortens the way of each place, and from which way on.

    Parameters
    ----------
    places, candidates, distances
        A pair an entry: row, column, and the way between them. Pairs may be left out where the way
        is not shorter than to what exists.
    shape
        How many places and candidates there are.
    weights
        Of each place, not negative.
    existing
        The way of each place to the nearest existing site; infinite where there is none, and
        everywhere when not given.

    Returns
    -------
    benefit, before
        Weight times the way that is saved, places by candidates; and the way from which it is
        saved: to the nearest existing site or, where there is none, to the farthest candidate.

    Raises
    ------
    InputError
        A place has no existing site, and no way to some candidate.
    """
    before = np.full(shape[0], np.inf) if existing is None else np.array(existing, np.float64)
    none = np.flatnonzero(~np.isfinite(before))
    if none.size:
        counts = np.bincount(places, minlength=shape[0])
        lost = none[counts[none] < shape[1]]
        if lost.size:
            what = "has no existing site, and no way to some candidates."
            fix = "Give its distances to all candidates."
            raise InputError([Problem("distances", int(lost[0]) + 1, "", "", what, fix)])
        farthest = np.zeros(shape[0])
        np.maximum.at(farthest, places, distances)
        before[none] = farthest[none]
    saved = np.asarray(weights, dtype=np.float64)[places] * (before[places] - distances)
    kept = saved > 0
    entries = saved[kept], (places[kept], candidates[kept])
    return sparse.csc_array(sparse.coo_array(entries, shape=shape)), before


def p_median(benefit: sparse.csc_array, new: int, *, time_limit_s: float | None = None) -> Choice:
    """Choose sites that save the most way: the p-median problem, existing sites staying.

    Parameters
    ----------
    benefit
        As `savings` returns it.
    new
        How many sites at most.
    time_limit_s
        Seconds for the search; no limit when not given.

    Returns
    -------
    Choice
        `value` is the way that is saved, weighted. Ties as in `max_cover`.

    Notes
    -----
    Maximise the savings of y, where a place is served by one site at most, by a site only if it is
    chosen, and sites are 0 or 1 and at most `new`. Where everything starts from the farthest
    candidate, that is the p-median problem of Hakimi as ReVelle and Swain wrote it.

    References
    ----------
    Hakimi, S. L. (1964). Optimum locations of switching centers and the absolute centers and
    medians of a graph. Operations Research 12, 450-459.
    ReVelle, C. S. and Swain, R. W. (1970). Central facilities location. Geographical Analysis 2,
    30-42.

    Examples
    --------
    Places and candidates at 0, 1, 2, 9 and 10 on a line, nothing there yet: the medians are 1 and
    9 (or 10), and the ways 1 + 0 + 1 + 0 + 1 = 3.

    >>> at = np.array([0.0, 1, 2, 9, 10])
    >>> place, candidate = (each.ravel() for each in np.indices((5, 5)))
    >>> way = abs(at[place] - at[candidate])
    >>> saved, before = savings(place, candidate, way, shape=(5, 5), weights=np.ones(5))
    >>> found = p_median(saved, 2)
    >>> found.sites.tolist(), float(before.sum() - found.value)
    ([1, 3], 3.0)
    """
    if not benefit.nnz or new < 1:
        return chosen(np.empty(0, dtype=np.int64), 0.0, 0.0)
    columns = _not_dominated(benefit)
    sites, bound = _solve(benefit[:, columns], new, time_limit_s)
    return finished(benefit, columns[sites], bound, new)


def _not_dominated(benefit: sparse.csc_array) -> Ints:
    """Return the candidates that are better than any other for some place; the first if equal."""
    places, candidates = benefit.shape
    every = np.arange(candidates)
    if places * candidates * candidates > COMPARISONS:
        return every
    table = benefit.toarray()
    kept: NDArray[np.bool_] = np.array(table.any(axis=0))
    for one in np.flatnonzero(kept):
        over = kept & (table >= table[:, [one]]).all(axis=0)
        equal = over & (table == table[:, [one]]).all(axis=0)
        kept[one] = not (over & ~(equal & (every >= one))).any()
    return np.flatnonzero(kept)


def _solve(benefit: sparse.csc_array, new: int, time_limit_s: float | None) -> tuple[Ints, float]:
    """Solve the model, beginning with the sites that are best one at a time."""
    places, candidates = benefit.shape
    pairs = benefit.nnz
    column = np.repeat(np.arange(candidates), np.diff(benefit.indptr))
    each, ones = np.arange(pairs), np.ones(pairs)
    served = sparse.csc_array((ones, (benefit.indices, each)), shape=(places, pairs))
    opened = sparse.csc_array((-ones, (each, column)), shape=(pairs, candidates))
    rows = [
        sparse.hstack([sparse.csc_array((places, candidates)), served]),
        sparse.hstack([opened, sparse.eye_array(pairs)]),
        sparse.csr_array(np.append(np.ones(candidates), np.zeros(pairs))[None, :]),
    ]
    first = exchanged(benefit, one_at_a_time(benefit, new)[0])
    start = np.zeros(candidates)
    start[first] = 1.0
    values, bound = maximum(
        np.append(np.zeros(candidates), benefit.data),
        sparse.csc_array(sparse.vstack(rows)),
        np.concatenate((np.ones(places), np.zeros(pairs), [new])),
        binary=candidates,
        start=np.append(start, _serving(benefit, column, first)),
        time_limit_s=time_limit_s,
    )
    return np.flatnonzero(values[:candidates] > 0.5), bound


def _serving(benefit: sparse.csc_array, column: Ints, sites: Ints) -> Floats:
    """Return 1 for the pair that serves each place best, the first of equal ones, and else 0."""
    best = best_of(benefit, sites)
    serves = np.isin(column, sites) & (benefit.data == best[benefit.indices])
    pairs = np.flatnonzero(serves)
    _, first = np.unique(benefit.indices[pairs], return_index=True)
    flow = np.zeros(column.size)
    flow[pairs[first]] = 1.0
    return flow
