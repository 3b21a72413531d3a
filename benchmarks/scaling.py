"""Scaling: past one machine, from files to files, and every populated place on Earth."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from benchmarks.measure import Bench, Case
from benchmarks.report import Figure, Section, number, ratio, timing

if TYPE_CHECKING:
    from benchmarks.distances import Sizes

REPEATS = 3
TIMES = ("contender", "median, s", "from, to")


def cluster(bench: Bench, sizes: Sizes) -> Section:
    """Compare a cluster of this machine's cores with one process on one core."""
    from dask.system import CPU_COUNT

    n, m = sizes.files
    cases = [
        Case("files_cluster", n, m),
        Case("files_one_process", n, m),
        Case("files_one_process", n, m, (("workers", -1),)),
    ]
    spread, alone, threads = bench.measure(cases, min(bench.repeats, REPEATS))
    bits = spread.answer.view(np.int64) != alone.answer.view(np.int64)
    differ = int(bits.any(axis=1).sum())
    rate = n / spread.median / CPU_COUNT / 1e3
    return Section(
        f"Past one machine: {n:,} places, {m:,} facilities",
        "From GeoParquet to Parquet. `hotspot_gaps.nearest` of `load_partitions` on "
        f"{CPU_COUNT} worker processes of one thread, with the index made and sent, against "
        "`geopandas.read_parquet`, `nearest`, `to_parquet` in one process. Starting the workers, "
        "some two seconds, is not in it: they stay for the next question. Work is seconds times "
        f"cores. Runs of each: {min(bench.repeats, REPEATS)}.",
        [
            ratio("cluster", "work against one process", spread, alone, 1.3, share=CPU_COUNT),
            Figure("cluster", "rows that differ in any bit", f"{differ} of {n:,}", "", differ, 0,
                   ""),
            Figure("cluster", "thousand rows a second a core", number(rate), "", rate, None, ""),
        ],
        TIMES,
        [
            (f"{CPU_COUNT} workers", *timing(spread)),
            ("one process, one core", *timing(alone)),
            ("one process, all cores (reading and writing use one)", *timing(threads)),
        ],
    )  # fmt: skip


def earth(bench: Bench, sizes: Sizes) -> Section:
    """Guess what 13 million places take from what one million takes, then measure them."""
    from dask.system import CPU_COUNT

    n, m = sizes.earth
    few = min(n, 1_000_000)
    repeats = min(bench.repeats, REPEATS)
    tree, some = bench.measure([Case("index", few, m), Case("files_one_process", few, m)], repeats)
    (every,) = bench.measure([Case("files_cluster", n, m)], 1)
    a_row = (some.median - tree.median) / few
    guess = tree.median + n * a_row / CPU_COUNT
    return Section(
        f"As many as the populated places on Earth: {n:,} places, {m:,} organizations",
        "From GeoParquet to Parquet as above. The guess: the seconds of the "
        f"index, and of each row of {few:,} on one core, shared by {CPU_COUNT} cores. The whole is "
        "measured once.",
        [
            Figure("earth", "all places, against the guess", f"{number(every.median)} s",
                   f"{number(guess)} s", every.median / guess),
        ],
        TIMES,
        [
            (f"index of {m:,}", *timing(tree)),
            (f"{few:,} places, one process, one core", *timing(some)),
            (f"{n:,} places, {CPU_COUNT} workers", *timing(every)),
        ],
    )  # fmt: skip
