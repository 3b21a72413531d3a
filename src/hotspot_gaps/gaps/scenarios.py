"""Scenarios: the answers and ranks of many rules at once, on arrays.

A rule is a limit of distance, a size cut-off and a level of evidence, held against distances that
were measured once. Everything else is broadcasting.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]
    Answers: TypeAlias = NDArray[np.int8]
    Ranks: TypeAlias = NDArray[np.int32]

GAP, NO_GAP, NOT_KNOWN, OUTSIDE = 1, 0, -1, -2


class Reach(NamedTuple):
    """How far support is from each hotspot, in one way of measuring; any unit.

    `near` is the distance to the nearest organization that can be told, infinite where there is
    none. `inner` and `outer` are the edges of the band that another one is in which cannot:
    beyond `outer` it covers, up to `inner` it does not, between nothing is told. Both are infinite
    where there is none.
    """

    near: Floats
    inner: Floats
    outer: Floats

    @property
    def away(self) -> Floats:
        """The distance that the rank goes by."""
        nearest: Floats = np.minimum(self.near, self.outer)
        return nearest


class Rules(NamedTuple):
    """The rules as arrays: limits (r,), sizes (c, hotspots) and questions (e, hotspots).

    `limits` are in the unit of a `Reach`. `sizes` are `GAP` where the size allows a gap, `NO_GAP`
    where not, `NOT_KNOWN` where that is not known. `questions` say whether a level of evidence asks
    of a hotspot.
    """

    limits: Floats
    sizes: Answers
    questions: NDArray[np.bool_]


class Sizes(NamedTuple):
    """Which hotspots can be gaps: at no cut-off, at any, and how many people live there.

    `never` and `ever` are coded as the sizes in `Rules`; where they differ, people decide.
    """

    never: Answers
    ever: Answers
    people: Floats

    @property
    def by_people(self) -> NDArray[np.bool_]:
        """Say where the number of inhabitants decides."""
        differ: NDArray[np.bool_] = self.never != self.ever
        return differ

    def at(self, cut_offs: Any) -> Answers:
        """Return the sizes at cut-offs of any shape, a last axis of hotspots added."""
        below = self.people < np.asarray(cut_offs)[..., None]
        return np.where(self.by_people, below, self.ever).astype(np.int8)


def answers(reach: Reach, rules: Rules) -> Answers:
    """Answer whether each hotspot is a gap, by every combination of the rules.

    Parameters
    ----------
    reach
        Distances, (hotspots,).
    rules
        The limits in the unit of `reach`.

    Returns
    -------
    numpy.ndarray
        Shape (r, c, e, hotspots): `GAP`, `NO_GAP`, `NOT_KNOWN`, or `OUTSIDE` the question.

    Examples
    --------
    A town of 60 km from support, at 50 and 100 km:

    >>> none, sizes = np.array([np.inf]), np.array([[GAP]], dtype=np.int8)
    >>> rules = Rules(np.array([50.0, 100.0]), sizes, np.array([[True]]))
    >>> answers(Reach(np.array([60.0]), none, none), rules).ravel().tolist()
    [1, 0]
    """
    limits = rules.limits[:, None]
    covered = (reach.near <= limits) | (reach.outer <= limits)
    untold = ~covered & (reach.inner < limits) & (limits < reach.outer)
    near = np.where(covered, NO_GAP, np.where(untold, NOT_KNOWN, GAP)).astype(np.int8)
    sized = np.where(rules.sizes == GAP, near[:, None, :], rules.sizes)
    asked: Answers = np.where(rules.questions, sized[:, :, None, :], np.int8(OUTSIDE))
    return asked


def ranks(found: Answers, order: NDArray[np.intp]) -> Ranks:
    """Rank the gaps of each scenario.

    Parameters
    ----------
    found
        Answers, (..., hotspots).
    order
        Positions of all hotspots, the one that would rank first in front.

    Returns
    -------
    numpy.ndarray
        Shape of `found`: ranks from 1 on, 0 where a hotspot is no gap.

    Examples
    --------
    >>> ranks(np.array([[1, 0, 1]], dtype=np.int8), np.array([2, 1, 0])).tolist()
    [[2, 0, 1]]
    """
    gap = found == GAP
    numbers = np.empty(found.shape, dtype=np.int32)
    numbers[..., order] = gap[..., order].cumsum(axis=-1, dtype=np.int32)
    numbered: Ranks = numbers * gap
    return numbered


def ranking(away: Floats, people: Floats) -> NDArray[np.intp]:
    """Order hotspots, which come by id: farthest first, then the more populous, then by id."""
    order: NDArray[np.intp] = np.lexsort((np.arange(away.size), -people, -away))
    return order
