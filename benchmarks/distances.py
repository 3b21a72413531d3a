"""Distances: what is measured against what, a function a line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from benchmarks import errors, inputs
from benchmarks.contenders import RADII_M, REACH_M
from benchmarks.measure import Bench, Case, Runs
from benchmarks.report import Figure, Section, megabytes, number, ratio, timing

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

CORE, FAST = (("numba", False),), (("numba", True),)
ONE = ("workers", 1)
TIMES = ("contender", "median, s", "from, to", "peak MB")


@dataclass(frozen=True)
class Sizes:
    """How much of everything; the defaults are the numbers to reach."""

    nearest: tuple[int, int] = (1_000_000, 100_000)
    counts: tuple[int, int] = (100_000, 10_000)
    product: tuple[int, int] = (10_000, 1_000)
    catchment: tuple[int, int] = (134_000, 10_000)  # 1,009,001 pairs within 50 km
    nearest_checked: int = 300
    counts_checked: int = 2_000
    exactness_checked: int = 20_000
    files: tuple[int, int] = (4_000_000, 100_000)
    earth: tuple[int, int] = (13_000_000, 1_000_000)
    people: tuple[int, int] = (1_000, 4_000)
    searches: int = 50
    robustness: tuple[int, int] = (10_000, 1_000)
    scenarios_checked: int = 20
    mclp: tuple[int, int, int] = (10_000, 1_000, 20)
    growth: tuple[int, ...] = (1_000, 10_000, 100_000, 1_000_000)
    longest_s: float = 60


def nearest(bench: Bench, sizes: Sizes) -> Section:
    """Find the nearest: against a plane, a sphere, and the least work there is."""
    n, m = sizes.nearest
    ours, alone, plane, sphere, floor = cases = [
        Case("nearest_ours", n, m),
        Case("nearest_ours", n, m, (ONE,)),
        Case("nearest_sjoin", n, m),
        Case("nearest_ball_tree", n, m),
        Case("floor", n, m),
    ]
    runs = dict(zip(cases, bench.measure(cases), strict=True))
    places, facilities = _points(n, m)
    rows = errors.sample(sizes.nearest_checked, n)
    measured = errors.all_distances(places[rows], facilities)
    truth = np.column_stack((measured.argmin(axis=1), measured.min(axis=1)))
    checked = errors.wrong_nearest(runs[ours].answer[rows], truth, places[rows], facilities)
    names = {
        ours: "hotspot_gaps, all cores", alone: "hotspot_gaps, one core",
        plane: "sjoin_nearest, EPSG:3035", sphere: "BallTree, haversine",
    }  # fmt: skip
    table = []
    for case, name in names.items():
        wrong = errors.wrong_nearest(runs[case].answer, runs[ours].answer, places, facilities)
        share = f"{wrong.count:,} ({100 * wrong.count / wrong.of:.2g} %)"
        table.append((name, *_times(runs[case]), share, number(wrong.largest)))
    table.append(("floor, one core", *_times(runs[floor]), "", ""))
    memory = runs[ours].peak / runs[floor].peak
    peaks = (f"{megabytes(runs[ours])} MB", f"{megabytes(runs[floor])} MB")
    line = "nearest"
    return Section(
        f"Nearest: {n:,} places, {m:,} facilities",
        "`hotspot_gaps.nearest`, frames in, frame out. Favouring the rivals, bringing the frames "
        "to EPSG:3035 and reading radians out of them is not in their seconds. The floor reads "
        "the points and measures one geodesic a row, to any facility.",
        [
            ratio(line, "against sjoin_nearest", runs[ours], runs[plane], 0.25),
            ratio(line, "against BallTree", runs[ours], runs[sphere], 0.2),
            ratio(line, "against the floor", runs[ours], runs[floor], 2),
            Figure(line, "peak memory against the floor", *peaks, memory, 1.5),
            _none_wrong(line, "wrong facilities", checked),
            ratio(line, "one core against sjoin_nearest", runs[alone], runs[plane]),
            ratio(line, "one core against BallTree", runs[alone], runs[sphere]),
            ratio(line, "one core against the floor", runs[alone], runs[floor]),
        ],
        (*TIMES, "wrong facilities", "largest error, m"),
        table,
        f"Wrong: another facility is nearer. The answer of hotspot_gaps was held against all "
        f"{m:,} facilities for {checked.of:,} of the places: {checked.count} wrong, largest error "
        f"{number(checked.largest)} m. The others are held against it.",
    )


def counts(bench: Bench, sizes: Sizes) -> Section:
    """Count within three radii: with and without the `fast` extra, against a sphere."""
    n, m = sizes.counts
    core, fast, core_one, fast_one, sphere = cases = [
        Case("counts_ours", n, m, CORE),
        Case("counts_ours", n, m, FAST),
        Case("counts_ours", n, m, (*CORE, ONE)),
        Case("counts_ours", n, m, (*FAST, ONE)),
        Case("counts_ball_tree", n, m),
    ]
    bench.rehearse([fast])
    runs = dict(zip(cases, bench.measure(cases), strict=True))
    places, facilities = _points(n, m)
    rows = errors.sample(sizes.counts_checked, n)
    measured = errors.all_distances(places[rows], facilities)
    truth = np.column_stack([(measured <= radius).sum(axis=1) for radius in RADII_M])
    checked = [errors.wrong_counts(runs[case].answer[rows], truth) for case in (core, fast)]
    names = {
        core: "hotspot_gaps, all cores", fast: "hotspot_gaps[fast], all cores",
        core_one: "hotspot_gaps, one core", fast_one: "hotspot_gaps[fast], one core",
        sphere: "BallTree, three queries",
    }  # fmt: skip
    table = []
    for case, name in names.items():
        wrong = errors.wrong_counts(runs[case].answer, runs[core].answer)
        share = f"{wrong.count:,} ({100 * wrong.count / wrong.of:.2g} %)"
        table.append((name, *_times(runs[case]), share, number(wrong.largest)))
    return Section(
        f"Counts within 25, 50 and 100 km: {n:,} places, {m:,} facilities",
        "`hotspot_gaps.count_within` with and without numba, against one BallTree that is asked "
        "once a radius (`query_radius(count_only=True)`). Loading the compiled code from the disk "
        "is in the seconds; numba loading itself, some 0.2 s once in a process, is not, as no "
        "import is.",
        [
            ratio("counts", "core against BallTree", runs[core], runs[sphere], 0.45),
            ratio("counts", "fast against BallTree", runs[fast], runs[sphere], 0.12),
            ratio("counts", "core, one core, against BallTree", runs[core_one], runs[sphere]),
            ratio("counts", "fast, one core, against BallTree", runs[fast_one], runs[sphere]),
            _none_wrong("counts", "wrong counts, core", checked[0]),
            _none_wrong("counts", "wrong counts, fast", checked[1]),
        ],
        (*TIMES, "wrong counts", "off by up to"),
        table,
        f"Every pair of {len(rows):,} places was measured: {checked[0].count} and "
        f"{checked[1].count} of {checked[0].of:,} counts are wrong in the core and with `fast`. "
        "The others are held against the core.",
    )


def pairs(bench: Bench, sizes: Sizes) -> Section:
    """List pairs within a radius: against PySAL access."""
    (n, m), (few_n, few_m) = sizes.counts, sizes.product
    ours, plane, few, product = cases = [
        Case("pairs_ours", n, m),
        Case("pairs_access", n, m),
        Case("pairs_ours", few_n, few_m),
        Case("pairs_access", few_n, few_m, (("product", True),)),
    ]
    runs = dict(zip(cases, bench.measure(cases), strict=True))
    rows = errors.sample(sizes.counts_checked, n)
    places, facilities = _points(n, m)
    measured = errors.all_distances(places[rows], facilities)
    near = np.nonzero(measured <= REACH_M)
    truth = np.column_stack((rows[near[0]], near[1], measured[near])).astype(float)
    found = runs[ours].answer
    checked = errors.wrong_pairs(found[np.isin(found[:, 0], rows)], truth)
    names = {
        ours: f"hotspot_gaps, {n:,} x {m:,}", plane: f"access, EPSG:3035, {n:,} x {m:,}",
        few: f"hotspot_gaps, {few_n:,} x {few_m:,}",
        product: f"access as it treats points, {few_n:,} x {few_m:,}",
    }  # fmt: skip
    table = []
    for case, name in names.items():
        held = runs[ours if case.places == n else few].answer
        wrong = errors.wrong_pairs(runs[case].answer, held)
        off = (f"{wrong.missing:,}", f"{wrong.extra:,}", number(wrong.largest))
        table.append((name, *_times(runs[case]), f"{wrong.of:,}", *off))
    ours_wrong = checked.missing + checked.extra
    cells = (f"{ours_wrong} of {checked.of:,}", "")
    return Section(
        "Pairs within 50 km, with their distances",
        "`pairs_within` of hotspot_gaps against `Access.create_euclidean_distance` of PySAL "
        "access in EPSG:3035, the frames brought there before. For points, access measures every "
        "pair, which no memory holds at the full size; there it is given one multipoint, so that "
        "it joins by circles first.",
        [
            ratio("pairs", "against access, its fastest way", runs[ours], runs[plane]),
            ratio("pairs", "against access as it treats points", runs[few], runs[product]),
            Figure("pairs", "missing and extra pairs", *cells, ours_wrong, 0, ""),
        ],
        (*TIMES, "pairs", "missing", "extra", "largest error, m"),
        table,
        f"Every pair of {len(rows):,} places was measured: {checked.missing} missing, "
        f"{checked.extra} extra. The others are held against hotspot_gaps.",
    )


def _points(n: int, m: int) -> tuple[Floats, Floats]:
    return inputs.coordinates(n, inputs.PLACES), inputs.coordinates(m, inputs.FACILITIES)


def _times(runs: Runs) -> tuple[str, str, str]:
    return (*timing(runs), megabytes(runs))


def _none_wrong(line: str, what: str, wrong: errors.Wrong) -> Figure:
    return Figure(line, what, f"{wrong.count} of {wrong.of:,}", "", wrong.count, 0, "")
