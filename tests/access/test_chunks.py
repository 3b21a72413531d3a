"""Work in pieces: what fits, and what is refused."""

from __future__ import annotations

import os
import tracemalloc

import numpy as np
import pytest
from globe import near, pairs, sphere, within

from hotspot_gaps.access import reach
from hotspot_gaps.access.chunks import Budget, budget
from hotspot_gaps.errors import SettingsError


@pytest.mark.parametrize("workers", [1, 3])
def test_every_row_is_worked_on_once(workers):
    done = np.zeros(1_000, dtype=int)

    def work(chunk):
        done[chunk] += 1

    Budget(workers, 700).in_chunks(work, done.size, 10)
    assert (done == 1).all()
    Budget(workers, 1).in_chunks(work, 3, 10)
    assert done.sum() == 1_003


def test_an_error_in_a_thread_is_told():
    with pytest.raises(ZeroDivisionError):
        Budget(2, 10).in_chunks(lambda chunk: 1 // chunk.start, 100, 1)


@pytest.mark.parametrize("workers", [0, -2, 1.5, True, float("nan"), "2", None])
def test_workers_that_cannot_be_are_refused(workers):
    with pytest.raises(SettingsError, match="workers"):
        budget(workers, None)


@pytest.mark.parametrize("max_bytes", [0, 999_999, -1, float("nan"), float("inf")])
def test_too_few_bytes_are_refused(max_bytes):
    with pytest.raises(SettingsError, match=r"max_bytes: .* 1,000,000 or more"):
        budget(1, max_bytes)


def test_all_processors_by_default():
    assert budget(-1, None).workers == len(os.sched_getaffinity(0))
    assert budget(-1, None).bytes_each == budget(1, None).bytes_each


@pytest.mark.no_cover
@pytest.mark.parametrize("max_bytes", [2_000_000, 20_000_000])
def test_the_bytes_are_kept_to(max_bytes, monkeypatch):
    monkeypatch.setattr(reach, "GRID_ROWS", 200_000)
    rng = np.random.default_rng(1)
    places, facilities = sphere(rng, 100_000), sphere(rng, 1_000)
    share = {"workers": 2, "max_bytes": max_bytes}
    dense = {"workers": 2, "max_bytes": max_bytes + 24 * 460_000}
    for work, answer in (
        (lambda some: near(some, facilities, k=3, **share), 3 * 16),
        (lambda some: within(some, facilities, (5e5, 5e6), **share), 2 * 8),
        (lambda some: pairs(some, facilities, 430_000, **dense), 8 + 24 * 4.6),
    ):
        work(places[:1_000])  # what it imports does not count
        tracemalloc.start()
        work(places)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        # The answer, 40 bytes a place for checks and the order, and a million for facilities.
        assert peak < (answer + 40) * len(places) + 1_000_000 + max_bytes
