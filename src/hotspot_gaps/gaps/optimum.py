"""Optimum: a sparse mixed-integer model straight into HiGHS, and what is proven about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from hotspot_gaps.errors import HotspotGapsError

if TYPE_CHECKING:
    from scipy.sparse import csc_array

    from hotspot_gaps.access.ellipsoid import Floats, Ints

OPTIMAL, TIME_LIMIT = "optimal", "time_limit"
LARGE = 1_000  # rows


@dataclass(frozen=True)
class Choice:
    """Sites that were chosen, and what is proven about them.

    Attributes
    ----------
    sites
        Columns of the candidates, ascending.
    value
        What they bring.
    bound
        No choice brings more than this.
    status
        `optimal`: the bound is reached. `time_limit`: the search was cut short; the sites are the
        best found.
    """

    sites: Ints
    value: float
    bound: float
    status: str

    @property
    def gap(self) -> float:
        """By which share of the bound a better choice might still exceed this one; 0 if optimal."""
        return 0.0 if self.status == OPTIMAL else (self.bound - self.value) / self.bound


def maximum(
    objective: Floats,
    rows: csc_array,
    row_upper: Floats,
    *,
    binary: int,
    start: Floats,
    interior: bool = False,
    time_limit_s: float | None = None,
) -> tuple[Floats, float]:
    """Maximise over variables between 0 and 1, subject to upper limits of rows.

    Parameters
    ----------
    objective
        A coefficient a variable.
    rows, row_upper
        Constraints by variables, and their upper limits.
    binary
        The first so many variables are 0 or 1; the others may be fractions.
    start
        A solution that is kept unless a better one is found.
    interior
        Solve large relaxations by an interior point: several times as fast for covering, and
        slower for p-median.
    time_limit_s
        Seconds of the search; no limit when not given, and none at all with 0.

    Returns
    -------
    values, bound
        The best solution found, which is never worse than `start`, and a bound on all of them.

    Raises
    ------
    HotspotGapsError
        HiGHS does not take the model.

    References
    ----------
    Huangfu, Q. and Hall, J. A. J. (2018). Parallelizing the dual revised simplex method.
    Mathematical Programming Computation 10, 119-142.
    """
    values, least = start, float(objective @ start)
    bound = float(objective[objective > 0].sum())
    if time_limit_s == 0:
        return start, bound
    import highspy

    # The class above this one adds a modelling layer, and a banner on stdout that no option stops.
    solver = highspy._core._Highs()
    size, limits = objective.size, row_upper.size
    whole = bool(np.all(objective == np.round(objective)))
    options = {
        "output_flag": False,
        # One thread, so that a search is the same whatever else the machine does.
        "parallel": "off",
        # With whole coefficients, less than 1 from the bound is at the optimum.
        "mip_abs_gap": 0.999 if whole else 1e-9 * max(1.0, float(objective.sum())),
        "mip_rel_gap": 0.0,
        "mip_lp_solver": "ipx" if interior and limits > LARGE else "choose",
        **({} if time_limit_s is None else {"time_limit": float(time_limit_s)}),
    }
    for name, value in options.items():
        solver.setOptionValue(name, value)
    kinds = np.zeros(size, dtype=np.int32)
    kinds[:binary] = 1
    columnwise, maximise = int(highspy.MatrixFormat.kColwise), int(highspy.ObjSense.kMaximize)
    passed = solver.passModel(
        size, limits, rows.nnz, columnwise, maximise, 0.0,
        objective, np.zeros(size), np.ones(size),
        np.full(limits, -highspy.kHighsInf), row_upper,
        rows.indptr.astype(np.int32), rows.indices.astype(np.int32), rows.data, kinds,
    )  # fmt: skip
    if passed == highspy.HighsStatus.kError:
        raise HotspotGapsError("HiGHS does not take this model; this is an error of the package.")
    # HiGHS is not given `start`: version 1.16 has then called a worse solution optimal.
    solver.run()
    information = solver.getInfo()
    if np.isfinite(information.mip_dual_bound):
        bound = min(bound, float(information.mip_dual_bound))
    if information.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible:
        found = np.array(solver.getSolution().col_value)
        found[:binary] = np.round(found[:binary])
        # Only what is better is a reason to leave the start.
        values = found if objective @ found > least + 1e-9 * max(1.0, least) else start
    return values, float(np.floor(bound + 1e-6)) if whole else bound


def chosen(sites: Ints, value: float, bound: float) -> Choice:
    """Return a choice whose status says whether its value reaches the bound, up to rounding."""
    reached = value >= bound - 1e-7 * max(1.0, abs(bound))
    bound = value if reached else bound
    return Choice(sites, value, bound, OPTIMAL if reached else TIME_LIMIT)
