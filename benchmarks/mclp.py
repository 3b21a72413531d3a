"""MCLP: the sites that cover most, against spopt with the same solver."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.contenders import REACH_M
from benchmarks.measure import Bench, Case
from benchmarks.report import Figure, Section, megabytes, number, ratio, timing

if TYPE_CHECKING:
    from benchmarks.distances import Sizes


def mclp(bench: Bench, sizes: Sizes) -> Section:
    """Build and solve the maximal covering model to the optimum."""
    places, candidates, new = sizes.mclp
    options = (("new", new),)
    ours, rival = cases = [
        Case("mclp_ours", places, candidates, options),
        Case("mclp_spopt", places, candidates, options),
    ]
    runs = dict(zip(cases, bench.measure(cases, repeats=min(bench.repeats, 3)), strict=True))
    value, bound = runs[ours].answer
    other = float(runs[rival].answer[0])
    off = max(abs(value - other), bound - value)
    names = {ours: "hotspot_gaps", rival: "spopt through PuLP"}
    covered = {ours: value, rival: other}
    return Section(
        f"MCLP: {places:,} places, {candidates:,} candidates, {new} sites",
        f"`max_cover` of hotspot_gaps from a sparse matrix, against `MCLP.from_cost_matrix` and "
        f"`solve` of spopt from a matrix of distances; both build and solve with HiGHS to a gap of "
        f"0. Places and candidates are spread evenly over the box of the Western Balkans, a site "
        f"covers what is within {REACH_M / 1000:.0f} km, weights are whole numbers below 10,000. "
        "Measuring the distances is in nobody's seconds. Runs of each: at most 3.",
        [
            ratio("mclp", "against spopt", runs[ours], runs[rival], 0.1),
            Figure(
                "mclp", "difference of the optima", number(value), number(other), off, 0, "",
            ),
        ],
        ("contender", "median, s", "from, to", "peak MB", "weight covered"),
        [
            (name, *timing(runs[case]), megabytes(runs[case]), number(covered[case]))
            for case, name in names.items()
        ],
        "The difference includes that between our value and our proven bound.",
    )  # fmt: skip
