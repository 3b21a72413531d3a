"""Cluster: worker processes of this machine or of others, for as long as they are needed."""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from hotspot_gaps.errors import SchedulerError, missing_extra

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd
    from distributed import Client

PATIENCE_S = 5
# A partition must be worth sending: measuring this many rows takes longer than that.
ROWS = 10_000
# Dask has its workers give back memory at every turn, to take it again at the next, which makes
# measuring a third slower. These are the most that the C library would come to by itself.
KEEP = {"MALLOC_TRIM_THRESHOLD_": 64 * 2**20, "MALLOC_MMAP_THRESHOLD_": 32 * 2**20}
# What decides numbers and words on a worker.
LIBRARIES = (
    "hotspot_gaps", "geopandas", "numba", "numpy", "pandas", "pyarrow", "pyproj", "scipy",
    "shapely",
)  # fmt: skip


@contextmanager
def cluster(address: str) -> Iterator[Client]:
    """Connect to a Dask cluster; what is computed inside the `with` block is computed there.

    Parameters
    ----------
    address
        Address of a scheduler, such as `tcp://127.0.0.1:8786`, or `local` for one worker process
        a core of this machine, which end with the block. A script that asks for `local` starts
        its work under ``if __name__ == "__main__":``, because each worker imports it.

    Yields
    ------
    distributed.Client
        The connection.

    Raises
    ------
    MissingExtraError
        Dask is not installed.
    SchedulerError
        Nobody answers, there are no workers, they have other versions of a library that decides
        numbers, or the cluster was lost on the way.

    Examples
    --------
    >>> with cluster("local") as client:
    ...     client.submit(max, 1, 2).result()
    2
    """
    try:
        import dask
        from distributed import KilledWorker
        from distributed.client import FutureCancelledError
        from distributed.comm import CommClosedError
    except ImportError as error:
        raise missing_extra("Dask", "scale") from error
    with _local() if address == "local" else _existing(address) as client:
        _check_versions(client, address)
        try:
            # Facilities are sent to all, and many at that; it is no mistake to warn of.
            with dask.config.set({"distributed.admin.large-graph-warning-threshold": "1TB"}):
                yield client
        except (KilledWorker, FutureCancelledError, CommClosedError) as error:
            reason = str(error).splitlines()[0]
            fix = "Check that the scheduler is still running, and start again."
            if isinstance(error, KilledWorker):
                fix = "Give each worker more memory, or take smaller partitions."
            raise SchedulerError(
                f"scheduler {address!r}: the work was lost there. {reason} {fix}"
            ) from error


def in_partitions(frame: pd.DataFrame, rows: int | None = None) -> Any:
    """Cut a frame into a Dask frame of that many rows a partition, changing no row and no type.

    Parameters
    ----------
    frame
        Rows in the order to keep.
    rows
        Rows of a partition; `ROWS` when not given.

    Returns
    -------
    dask.dataframe.DataFrame
    """
    import dask
    import dask.dataframe as dd

    # Dask would turn columns of objects into text.
    with dask.config.set({"dataframe.convert-string": False}):
        return dd.from_pandas(frame, chunksize=rows or ROWS, sort=False)


@contextmanager
def _local() -> Iterator[Client]:
    """Start one worker process a core, and end them afterwards."""
    import dask
    from distributed import Client, LocalCluster

    with (
        dask.config.set({f"distributed.nanny.pre-spawn-environ.{k}": v for k, v in KEEP.items()}),
        LocalCluster(
            threads_per_worker=1, processes=True,
            # No pages; what is left of them listens to this machine alone, on any free port.
            dashboard_address="127.0.0.1:0", scheduler_kwargs={"dashboard": False},
            silence_logs=logging.CRITICAL,
        ) as started,
        Client(started) as client,
    ):  # fmt: skip
        yield client


@contextmanager
def _existing(address: str) -> Iterator[Client]:
    """Connect to a scheduler that has workers."""
    with _connection(address) as client:
        try:
            client.wait_for_workers(1, timeout=PATIENCE_S)
        except TimeoutError as error:
            raise SchedulerError(
                f"scheduler {address!r}: it has no workers. Start some with "
                f"`dask worker --nthreads 1 {address}`."
            ) from error
        yield client


def _connection(address: str) -> Client:
    """Connect, or say within a few seconds why not."""
    from distributed import Client

    try:
        # A client waits for ever for a peer that is no scheduler, so exchange greetings first; in a
        # thread, because a notebook has an event loop already.
        with ThreadPoolExecutor(1) as thread:
            thread.submit(asyncio.run, _knock(address)).result()
        return Client(address, timeout=PATIENCE_S)
    except Exception as error:
        # Whatever is wrong with an address, or with who listens there, it is no scheduler.
        reason = (str(error).splitlines() or ["no greeting"])[0]
        raise SchedulerError(
            f"scheduler {address!r}: nobody answers there ({reason}). Start one with "
            "`dask scheduler` and give the address that it prints, or give `local`."
        ) from error


async def _knock(address: str) -> None:
    """Exchange greetings with a scheduler."""
    from distributed.comm import connect
    from distributed.security import Security

    how = Security().get_connection_args("client")
    greeted = await asyncio.wait_for(connect(address, PATIENCE_S, **how), PATIENCE_S)
    await greeted.close()


def _check_versions(client: Client, address: str) -> None:
    """Refuse workers that might compute other numbers, or could not be talked to."""
    told: Any = client.get_versions(packages=LIBRARIES)
    here = told["client"]["packages"]
    problems = set()
    for worker in told["workers"].values():
        there = worker["packages"]
        for name in ("python", "dask", "distributed", *LIBRARIES):
            if there.get(name) != here[name]:
                one, other = there.get(name) or "missing", here[name] or "missing"
                problems.add(f"{name} {one} there, {other} here")
    if problems:
        which = "; ".join(sorted(problems))
        raise SchedulerError(
            f"scheduler {address!r}: its workers have other versions: {which}. "
            "Install the same on all machines, extras too, from one constraints.txt."
        )
