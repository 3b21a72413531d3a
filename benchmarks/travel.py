"""Travel: minutes by road from every junction, against one bare search of scipy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from benchmarks import inputs
from benchmarks.measure import Bench, Case
from benchmarks.report import Figure, Section, megabytes, number, ratio, timing

if TYPE_CHECKING:
    from benchmarks.distances import Sizes

LIMIT = 1.5
LARGEST_MIN = 1e-9  # difference that is rounding


def travel(bench: Bench, sizes: Sizes) -> Section:
    """Search from all organizations over real roads; without the roads, say so."""
    if inputs.roads_folder() is None:
        what = "Not measured: the roads are not there (../shared/data/roads beside the repository)."
        return Section("Travel time", what, [])
    times = (("searches", sizes.searches),)
    ours, rival = searches = [
        Case("travel_ours", 0, 0, times),
        Case("travel_dijkstra", 0, 0, times),
    ]
    one_by_one = Case("travel_one_by_one", 0, 0)
    network, places = told = [Case("travel_network", 0, 0), Case("travel_places", 0, 0)]
    cases = [*searches, *told]
    runs = dict(zip(cases, bench.measure(cases), strict=True))
    truth = bench.measure([one_by_one], repeats=1)[0].answer
    off = largest_difference(runs[ours].answer, truth)
    names = {
        ours: f"hotspot_gaps, {sizes.searches} searches",
        rival: f"dijkstra, {sizes.searches} searches",
        network: "hotspot_gaps, `road_network` with borders",
        places: f"hotspot_gaps, `travel_time` of {runs[places].answer.size:,} places",
    }
    return Section(
        f"Travel time: {truth.size:,} junctions, every public organization at once",
        "`search_from` of hotspot_gaps, which joins the built-in public organizations to real "
        "roads, adds them to the graph, and returns minutes and the organization for every "
        "junction, against one bare `scipy.sparse.csgraph.dijkstra(min_only=True)` on the same "
        "graph from the junctions nearest to them, for minutes alone. One search is short, so each "
        "is made many times in a row. Loading roads, making the graph and turning it round are not "
        "in these seconds.",
        [
            ratio("travel", "against one bare dijkstra", runs[ours], runs[rival], LIMIT),
            Figure(
                "travel", "largest difference at a junction", f"{number(off)} min",
                "one by one", off, LARGEST_MIN, "min",
            ),
        ],
        ("contender", "median, s", "from, to", "peak MB"),
        [(names[case], *timing(runs[case]), megabytes(runs[case])) for case in cases],
        "The difference is from a bare search for each end of each organization's road alone, plus "
        "the minutes from there to the organization, and the least of them.",
    )  # fmt: skip


def largest_difference(ours: np.ndarray, theirs: np.ndarray) -> float:
    """Return the largest difference; infinite if only one of the two is reached."""
    reached = np.isfinite(ours)
    if (reached != np.isfinite(theirs)).any():
        return np.inf
    return float(np.abs(ours[reached] - theirs[reached]).max(initial=0))
