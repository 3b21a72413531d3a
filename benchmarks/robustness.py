"""Robustness: every scenario in one call, against one scenario, and against asking one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.measure import Bench, Case
from benchmarks.report import Figure, Section, megabytes, ratio, timing

if TYPE_CHECKING:
    from benchmarks.distances import Sizes

LIMIT = 3


def robustness(bench: Bench, sizes: Sizes) -> Section:
    """Ask all scenarios of the built-in data and of a larger table: against one of them."""
    n, m = sizes.robustness
    checked = (("scenarios", sizes.scenarios_checked),)
    names = {(0, 0): "built-in data", (n, m): f"{n:,} hotspots"}
    figures, table, wrong, told, scenarios = [], [], 0, 0, 0
    for size, name in names.items():
        ours, one, loop = cases = [
            Case("robustness_ours", *size, checked),
            Case("robustness_find_gaps", *size, (("scenarios", 1),)),
            Case("robustness_find_gaps", *size, checked),
        ]
        runs = dict(zip(cases[:2], bench.measure(cases[:2]), strict=True))
        truth = bench.measure([loop], repeats=1)[0].answer
        scenarios = int(runs[ours].answer[0, 0])
        answer = runs[ours].answer[1:]
        wrong, told = wrong + int((answer != truth[1:]).sum()), told + answer.size
        what = f"{name}, against one scenario"
        figures.append(ratio("robustness", what, runs[ours], runs[one], LIMIT))
        for case, who in ((ours, f"robustness, {scenarios:,} scenarios"), (one, "find_gaps, one")):
            row = f"{who}, {name}"
            table.append((row, *timing(runs[case]), megabytes(runs[case])))
    every = f"{wrong} of {told:,}"
    figures.append(
        Figure("robustness", "wrong answers and ranks", every, "find_gaps", wrong, 0, "")
    )
    return Section(
        f"Robustness: the built-in data, and {n:,} hotspots with {m:,} organizations",
        "`robustness` of hotspot_gaps, from frames to answers, ranks, shares and flips, against "
        "one call of `find_gaps`, which also writes its reasons. In the larger table half of the "
        "hotspots have fewer than 20,000 inhabitants and none more than 40,000, and one in ten "
        "organizations is restricted.",
        figures,
        ("contender", "median, s", "from, to", "peak MB"),
        table,
        f"Answers and ranks are held against `find_gaps`, asked once for each of "
        f"{sizes.scenarios_checked} scenarios of each table.",
    )
