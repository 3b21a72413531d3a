"""Benefit: what sites bring to places when each place counts its best site only.

Covering and p-median are one problem seen this way (Cornuéjols, Fisher and Nemhauser 1977): a
matrix of benefits, a row a place and a column a candidate, and a set of sites is worth the sum over
places of the largest benefit that any of its sites brings. For covering, the benefit is the weight
of the place; for p-median, the way that is saved.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scipy.sparse import csc_array

    from hotspot_gaps.access.ellipsoid import Floats, Ints


def best_of(benefit: csc_array, sites: Sequence[int] | Ints) -> Floats:
    """Return what each place has from its best site, 0 where no site brings it anything.

    Parameters
    ----------
    benefit
        Places by candidates, nothing negative.
    sites
        Columns.

    Examples
    --------
    >>> from scipy.sparse import csc_array
    >>> best_of(csc_array([[1.0, 3.0], [2.0, 0.0]]), [0, 1]).tolist()
    [3.0, 2.0]
    """
    sites = np.asarray(sites, dtype=np.int64)
    best = np.zeros(benefit.shape[0])
    if sites.size:
        part = benefit[:, sites]
        np.maximum.at(best, part.indices, part.data)
    return best


def gains(benefit: csc_array, best: Floats) -> Floats:
    """Return what each candidate would add to what the places have already.

    >>> from scipy.sparse import csc_array
    >>> gains(csc_array([[1.0, 3.0], [2.0, 0.0]]), np.array([1.0, 0.0])).tolist()
    [2.0, 2.0]
    """
    more = np.maximum(benefit.data - best[benefit.indices], 0.0)
    column = np.repeat(np.arange(benefit.shape[1]), np.diff(benefit.indptr))
    added: Floats = np.bincount(column, weights=more, minlength=benefit.shape[1]).astype(np.float64)
    return added


def one_at_a_time(benefit: csc_array, new: int) -> tuple[list[int], list[float]]:
    """Choose sites one after the other, each the best addition to those before it.

    Of equally good ones the first is taken; it ends when nothing more can be added. The sum of what
    is added is at least 1 - 1/e, 63 percent, of what the best set of that size brings.

    Parameters
    ----------
    benefit
        Places by candidates, nothing negative.
    new
        How many sites at most.

    Returns
    -------
    sites, added
        Columns in their order, and what each adds to those before it.

    References
    ----------
    Nemhauser, G. L., Wolsey, L. A. and Fisher, M. L. (1978). An analysis of approximations for
    maximizing submodular set functions. Mathematical Programming 14, 265-294.

    Examples
    --------
    The first takes both middle places, and the two that are best together are not found.

    >>> from scipy.sparse import csc_array
    >>> reach = csc_array([[0.0, 1, 0], [1, 1, 0], [1, 0, 1.0], [0, 0, 1]])
    >>> one_at_a_time(reach, 2)
    ([0, 1], [2.0, 1.0])
    """
    best = np.zeros(benefit.shape[0])
    sites: list[int] = []
    added: list[float] = []
    for _ in range(min(new, benefit.shape[1])):
        more = gains(benefit, best)
        site = first_best(more)
        if more[site] <= 0:
            break
        sites.append(site)
        added.append(float(more[site]))
        best = np.maximum(best, best_of(benefit, [site]))
    return sites, added


def first_best(values: Floats) -> int:
    """Return the first of those that are largest, up to rounding."""
    largest = values.max(initial=0.0)
    return int(np.flatnonzero(values >= largest - slack(largest))[0]) if values.size else 0


def slack(value: float) -> float:
    """Return how much two equal sums may differ by rounding."""
    return 1e-9 * max(1.0, abs(value))


def exchanged(
    benefit: csc_array, sites: Sequence[int] | Ints, allowed: Sequence[Ints] | None = None
) -> Ints:
    """Exchange single sites as long as that brings more, or as much with an earlier candidate.

    This mends what a search cut short has left, and of sets that are equally good up to single
    exchanges it always ends at the same kind: each site is the first candidate of those that do as
    well beside the others.

    Parameters
    ----------
    benefit
        Places by candidates, nothing negative.
    sites
        Columns.
    allowed
        For each site the columns it may be exchanged for; all when not given.

    Returns
    -------
    numpy.ndarray
        As many columns, ascending, worth at least as much.
    """
    found = [int(site) for site in sites]
    changed = True
    while changed:
        changed = False
        for at, site in enumerate(found):
            others = [*found[:at], *found[at + 1 :]]
            more = gains(benefit, best_of(benefit, others))
            more[others] = -1.0
            if allowed is not None:
                barred = np.ones(more.size, dtype=bool)
                barred[allowed[at]] = False
                more[barred] = -1.0
            other = first_best(more)
            better = more[other] > more[site] + slack(more[site])
            if better or (other < site and more[other] >= more[site] - slack(more[site])):
                found[at], changed = other, True
    return np.sort(np.array(found, dtype=np.int64))
