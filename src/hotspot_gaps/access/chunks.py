"""Chunks: work in pieces that fit a number of bytes, on several threads."""

from __future__ import annotations

import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from numbers import Real
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from hotspot_gaps.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

BYTES_EACH = 6_000_000  # of a thread, unless the caller says; a processor cache or two
LEAST_BYTES = 1_000_000


class Budget(NamedTuple):
    """How many threads, and how many bytes each may work with."""

    workers: int
    bytes_each: int

    def rows(self, bytes_a_row: int) -> int:
        """Return how many rows of a size fit."""
        return max(1, self.bytes_each // bytes_a_row)

    def in_chunks(self, work: Callable[[slice], None], size: int, bytes_a_row: int) -> None:
        """Do the work chunk by chunk; scipy, PROJ and Numba let go of the interpreter."""
        rows = self.rows(bytes_a_row)
        chunks = [slice(start, start + rows) for start in range(0, size, rows)]
        if self.workers == 1 or len(chunks) <= 1:
            for chunk in chunks:
                work(chunk)
            return
        with ThreadPoolExecutor(max_workers=self.workers) as threads:
            list(threads.map(work, chunks))


def budget(workers: int, max_bytes: int | None) -> Budget:
    """Share out threads and bytes.

    Parameters
    ----------
    workers
        Number of threads; -1 for one a processor, as in scipy.
    max_bytes
        Bytes for all of them together.

    Raises
    ------
    SettingsError
        Workers that cannot be, or too few bytes.

    Examples
    --------
    >>> budget(2, 10_000_000)
    Budget(workers=2, bytes_each=5000000)
    """
    if workers != -1 and not is_count(workers):
        raise SettingsError(f"workers: {workers} must be a whole number, or -1 for all processors.")
    threads = _processors() if workers == -1 else workers
    if max_bytes is None:
        return Budget(threads, BYTES_EACH)
    if not LEAST_BYTES <= max_bytes < float("inf"):
        raise SettingsError(f"max_bytes: {max_bytes} must be {LEAST_BYTES:,} or more, and finite.")
    return Budget(threads, int(max_bytes) // threads)


def is_count(value: Any) -> bool:
    """Say whether a value is a whole number from 1 up."""
    whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
    return whole and bool(value >= 1)


def is_number(value: Any) -> bool:
    """Say whether a value is a number, as an option must be."""
    return isinstance(value, Real) and not isinstance(value, bool | np.bool_)


def several_numbers(values: Sequence[float], name: str) -> tuple[float, ...]:
    """Return the numbers of an option that takes several."""
    found = tuple(values) if isinstance(values, Iterable) else ()
    if not isinstance(values, Iterable) or not all(map(is_number, found)):
        raise SettingsError(f"{name}: {values!r} must be several numbers, such as (30, 60).")
    return found


def _processors() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
