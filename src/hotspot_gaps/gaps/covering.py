"""Covering: where so many new sites reach most, the maximal covering model (MCLP)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from scipy import sparse

from hotspot_gaps.errors import InputError, Problem
from hotspot_gaps.gaps.benefit import best_of, exchanged, gains, one_at_a_time, slack
from hotspot_gaps.gaps.optimum import Choice, chosen, maximum

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from hotspot_gaps.access.ellipsoid import Floats, Ints

    Bools = NDArray[np.bool_]

PRODUCTS = 50_000_000  # of a matrix with itself, beyond which inclusion is not looked for


class Reduced(NamedTuple):
    """A smaller model with the same optimum: benefits, and the columns they stand for."""

    benefit: sparse.csc_array
    columns: Ints


def max_cover(
    cover: Any,
    weights: ArrayLike,
    new: int,
    *,
    covered: ArrayLike | None = None,
    groups: ArrayLike | None = None,
    limits: ArrayLike | None = None,
    time_limit_s: float | None = None,
) -> Choice:
    """Choose sites that cover the most weight: the maximal covering location problem.

    Parameters
    ----------
    cover
        Sparse matrix, places by candidates; what is not 0 is covered.
    weights
        Of each place, not negative.
    new
        How many sites at most.
    covered
        Places that are covered already and bring nothing more.
    groups, limits
        Number of the group of each candidate, from 0, and at most how many sites in each group.
    time_limit_s
        Seconds for the search; no limit when not given.

    Returns
    -------
    Choice
        Of covers of the same weight the one that is found one site at a time (`one_at_a_time`), if
        it is among them; otherwise one in which each site is the first candidate that does as well
        beside the others. Sites that add nothing are not chosen, so there may be fewer than `new`.

    Raises
    ------
    InputError
        A weight is negative or not finite, or lengths do not match.

    Notes
    -----
    Maximise the weight of y, where y of a place is at most the number of sites that cover it, sites
    are 0 or 1, and there are `new` of them. What can be left out without changing the optimum is:
    places without weight, covered already, or out of everyone's reach; of places that the same
    candidates cover, all but one, with the sum of their weights; candidates whose places another
    one covers too.

    References
    ----------
    Church, R. and ReVelle, C. (1974). The maximal covering location problem. Papers of the Regional
    Science Association 32, 101-118.

    Examples
    --------
    Five places in a row, sites that reach the next ones: two cover all.

    >>> from scipy.sparse import diags_array
    >>> reach = diags_array([1.0, 1.0, 1.0], offsets=[-1, 0, 1], shape=(5, 5))
    >>> found = max_cover(reach, [1, 1, 1, 1, 1], 2)
    >>> found.sites.tolist(), found.value, found.status
    ([1, 3], 5.0, 'optimal')
    """
    weight, group, most = _checked(cover, weights, covered, groups, limits)
    benefit = benefits(cover, weight)
    small = reduced(benefit, group)
    if not small.columns.size or new < 1:
        return chosen(np.empty(0, dtype=np.int64), 0.0, 0.0)
    sites, bound = _solve(small, new, group[small.columns], most, time_limit_s)
    return finished(benefit, sites, bound, new, group if groups is not None else None)


def benefits(cover: Any, weights: Floats) -> sparse.csc_array:
    """Return the weight of each place in every column that covers it, without empty entries."""
    binary = sparse.csc_array(cover)
    places = binary.indices[binary.data != 0]
    counts = np.bincount(_columns(binary)[binary.data != 0], minlength=binary.shape[1])
    kept = weights[places] > 0
    counts = np.bincount(np.repeat(np.arange(counts.size), counts)[kept], minlength=counts.size)
    starts = np.append(0, np.cumsum(counts))
    return sparse.csc_array((weights[places[kept]], places[kept], starts), shape=binary.shape)


def finished(
    benefit: sparse.csc_array, sites: Ints, bound: float, new: int, group: Ints | None = None
) -> Choice:
    """Settle ties: sites found one at a time if they do as well, else earlier ones that do."""
    if group is None:
        greedy = np.sort(np.array(one_at_a_time(benefit, new)[0], dtype=np.int64))
        value = float(best_of(benefit, greedy).sum())
        if value >= best_of(benefit, sites).sum() - slack(value):
            return chosen(greedy, value, bound)
    allowed = None
    if group is not None:
        allowed = [np.flatnonzero(group == group[site]) for site in sites]
    sites = exchanged(benefit, sites, allowed)
    for site in sites[::-1]:
        others = sites[sites != site]
        if gains(benefit, best_of(benefit, others))[site] <= 0:
            sites = others
    return chosen(sites, float(best_of(benefit, sites).sum()), bound)


def reduced(benefit: sparse.csc_array, groups: Ints) -> Reduced:
    """Merge places that the same candidates cover, and leave out candidates that another includes.

    Parameters
    ----------
    benefit
        The weight of each place in every column that covers it.
    groups
        Only a candidate of the same group can stand for another.

    Returns
    -------
    Reduced
        `columns` of the candidates that stay, ascending; of equal ones the first stays.
    """
    if not benefit.nnz:
        return Reduced(sparse.csc_array((0, 0)), np.empty(0, dtype=np.int64))
    binary = _merged_rows(benefit)
    columns = np.flatnonzero(np.diff(binary.indptr))
    columns = columns[_not_included(binary[:, columns], groups[columns])]
    return Reduced(_merged_rows(binary[:, columns]), columns)


def _merged_rows(benefit: sparse.csc_array) -> sparse.csc_array:
    """Make one row of those with entries in the same columns, with the sum of their weights."""
    rows = sparse.csr_array(benefit)
    rows.sort_indices()
    sizes = np.diff(rows.indptr)
    filled = np.flatnonzero(sizes)
    starts = rows.indptr[filled]
    # Rows that are equal have equal sums of random numbers; that those with equal sums are equal
    # is checked below, so that chance decides nothing.
    marks = np.random.default_rng(0).integers(0, 2**63, rows.shape[1], dtype=np.uint64)
    sums = np.add.reduceat(marks[rows.indices], starts)
    order = np.lexsort((filled, sums))
    same = np.append(False, sums[order][1:] == sums[order][:-1])
    same[1:] &= _equal_rows(rows, filled[order][1:], filled[order][:-1])
    number = np.cumsum(~same) - 1
    first = filled[order][~same]
    weight = np.bincount(number, weights=rows.data[starts][order], minlength=first.size)
    merged = rows[np.sort(first)]
    merged.data = np.repeat(weight[np.argsort(first)], np.diff(merged.indptr))
    return sparse.csc_array(merged)


def _equal_rows(rows: sparse.csr_array, one: Ints, other: Ints) -> Bools:
    """Say of pairs of rows whether they have entries in the same columns."""
    sizes = np.diff(rows.indptr)
    equal: Bools = sizes[one] == sizes[other]
    pairs = np.flatnonzero(equal)
    length = sizes[one[pairs]]
    step = np.arange(length.sum()) - np.repeat(np.cumsum(length) - length, length)
    left = rows.indices[np.repeat(rows.indptr[one[pairs]], length) + step]
    right = rows.indices[np.repeat(rows.indptr[other[pairs]], length) + step]
    differ = np.bincount(np.repeat(np.arange(pairs.size), length), left != right, pairs.size)
    equal[pairs] = differ == 0
    return equal


def _not_included(benefit: sparse.csc_array, groups: Ints) -> Bools:
    """Say which candidates cover something that no other one of their group covers as well."""
    sizes = np.diff(benefit.indptr).astype(np.int64)
    kept = np.ones(sizes.size, dtype=bool)
    each = np.bincount(benefit.indices, minlength=benefit.shape[0]).astype(np.float64)
    if float(each @ each) > PRODUCTS:
        return kept
    ones = sparse.csc_array(
        (np.ones(benefit.nnz, dtype=np.int32), benefit.indices, benefit.indptr), benefit.shape
    )
    shared = sparse.coo_array(ones.T @ ones)
    one, other = shared.coords
    inside = (shared.data == sizes[one]) & (one != other) & (groups[one] == groups[other])
    inside &= (sizes[other] > sizes[one]) | (other < one)
    kept[one[inside]] = False
    return kept


def _solve(
    small: Reduced, new: int, groups: Ints, limits: Ints, time_limit_s: float | None
) -> tuple[Ints, float]:
    """Solve the reduced model, beginning with the sites that are best one at a time."""
    benefit = small.benefit
    places, candidates = benefit.shape
    if limits.size == 1 and candidates <= min(new, int(limits[0])):
        return small.columns, float(best_of(benefit, np.arange(candidates)).sum())
    weight = benefit[:, :].max(axis=1).toarray().ravel()
    reach = sparse.csc_array(
        (-np.ones(benefit.nnz), benefit.indices, benefit.indptr), benefit.shape
    )
    rows = [sparse.hstack([reach, sparse.eye_array(places)])]
    which = sparse.csr_array(
        (np.ones(candidates), (groups, np.arange(candidates))), shape=(limits.size, candidates)
    )
    rows.append(sparse.hstack([which, sparse.csr_array((limits.size, places))]))
    rows.append(sparse.csr_array(np.append(np.ones(candidates), np.zeros(places))[None, :]))
    start = np.zeros(candidates)
    start[_first_sites(benefit, new, limits)] = 1.0
    met = best_of(benefit, np.flatnonzero(start)) > 0
    values, bound = maximum(
        np.append(np.zeros(candidates), weight),
        sparse.csc_array(sparse.vstack(rows)),
        np.concatenate((np.zeros(places), limits, [new])).astype(np.float64),
        binary=candidates,
        start=np.append(start, met),
        interior=True,
        time_limit_s=time_limit_s,
    )
    return small.columns[np.flatnonzero(values[:candidates] > 0.5)], bound


def _first_sites(benefit: sparse.csc_array, new: int, limits: Ints) -> Ints:
    """Return sites to begin with: one at a time, where there are no groups."""
    if limits.size > 1:
        return np.empty(0, dtype=np.int64)
    sites = one_at_a_time(benefit, min(new, int(limits[0])))[0]
    return exchanged(benefit, sites)


def _columns(matrix: sparse.csc_array) -> Ints:
    return np.repeat(np.arange(matrix.shape[1]), np.diff(matrix.indptr))


def _checked(
    cover: Any,
    weights: ArrayLike,
    covered: ArrayLike | None,
    groups: ArrayLike | None,
    limits: ArrayLike | None,
) -> tuple[Floats, Ints, Ints]:
    """Return the weights with 0 for covered places, the groups, and their limits."""
    places, candidates = cover.shape
    weight = np.asarray(weights, dtype=np.float64)
    done = np.zeros(places, bool) if covered is None else np.asarray(covered, dtype=bool)
    group = np.zeros(candidates, np.int64) if groups is None else np.asarray(groups, np.int64)
    most = np.array([candidates]) if limits is None else np.asarray(limits, dtype=np.int64)
    for what, got, wanted in (
        ("weights", weight.size, places),
        ("covered", done.size, places),
        ("groups", group.size, candidates),
    ):
        if got != wanted:
            told = f"there are {got} values for {wanted} rows."
            raise InputError([Problem(what, 0, "", "", told, "Give one each.")])
    bad = np.flatnonzero(~(np.isfinite(weight) & (weight >= 0)))
    if bad.size:
        value = str(weight[bad[0]])
        told = "is not a weight."
        fix = "Give finite numbers of at least 0."
        raise InputError([Problem("weights", int(bad[0]) + 1, "", value, told, fix)])
    if group.size and (group.min() < 0 or group.max() >= most.size):
        told, fix = "there is a group without a limit.", "Number groups from 0, a limit each."
        raise InputError([Problem("groups", 0, "", "", told, fix)])
    return np.where(done, 0.0, weight), group, most
