"""Catchments: supply per person in reach, against PySAL access."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from benchmarks import inputs
from benchmarks.contenders import REACH_M
from benchmarks.measure import Bench, Case
from benchmarks.report import Figure, Section, megabytes, number, ratio, timing

if TYPE_CHECKING:
    from benchmarks.distances import Sizes

METHODS = {"2sfca": "2SFCA", "e2sfca": "E2SFCA", "3sfca": "3SFCA"}
LIMIT = 0.1
LARGEST = 1e-9  # relative difference that is still the same number


def catchment(bench: Bench, sizes: Sizes) -> Section:
    """Measure access to shared supply on about a million pairs, in the three ways."""
    n, m = sizes.catchment
    cases = {
        (method, who): Case(f"catchment_{who}", n, m, (("method", method),))
        for method in METHODS
        for who in ("ours", "access")
    }
    runs = dict(zip(cases, bench.measure(list(cases.values())), strict=True))
    figures, table, largest = [], [], 0.0
    for method, name in METHODS.items():
        ours, rival = runs[method, "ours"], runs[method, "access"]
        what = f"{name} against access"
        figures.append(ratio("catchment", what, ours, rival, LIMIT))
        difference = _difference(ours.answer, rival.answer)
        largest = max(largest, difference)
        for who, run in (("hotspot_gaps", ours), ("access", rival)):
            told = number(difference) if who == "access" else ""
            table.append((f"{name}, {who}", *timing(run), megabytes(run), told))
    cells = (number(largest), "access")
    what = "largest relative difference"
    figures.append(Figure("catchment", what, *cells, largest, LARGEST, ""))
    return Section(
        f"Catchment: {_pairs(n, m):,} pairs of {n:,} places and {m:,} facilities",
        f"Supply per person within {REACH_M // 1000} km: `catchment` of hotspot_gaps against "
        "`two_stage_fca`, `enhanced_two_stage_fca` and `three_stage_fca` of PySAL access, on the "
        "same pairs and with the same steps of weights. Both go from a frame of pairs to access by "
        "place: making the pairs is in neither's seconds, making its object of them is in those of "
        "access, and checks are in those of hotspot_gaps: unknown ids, wrong costs, and pairs that "
        "are there twice, for which it orders them by facility. access calls the function of "
        "weights once a pair; for 2SFCA it has none.",
        figures,
        ("contender", "median, s", "from, to", "peak MB", "largest relative difference"),
        table,
    )


def _difference(ours: np.ndarray, theirs: np.ndarray) -> float:
    """Return the largest difference relative to the larger of the two; infinite if one has none."""
    if not (np.isfinite(ours).all() and np.isfinite(theirs).all()):
        return np.inf
    most = np.maximum(np.abs(ours), np.abs(theirs))
    return float((np.abs(ours - theirs) / np.where(most > 0, most, 1)).max(initial=0))


def _pairs(n: int, m: int) -> int:
    from hotspot_gaps import count_within

    counts = count_within(*inputs.frames(n, m), radii_m=(REACH_M,))
    return int(counts.to_numpy(dtype=np.int64).sum())
