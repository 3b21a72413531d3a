"""Partitions: the same functions on Dask frames, whose rows may be on many machines.

Every row is measured on its own, so that a function of places and facilities is mapped over the
partitions of the places, with all the facilities at hand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd


def is_partitioned(frame: object) -> bool:
    """Say whether a frame is a Dask frame, without loading Dask."""
    return hasattr(frame, "map_partitions")


def by_partition(
    function: Callable[..., pd.DataFrame], places: Any, facilities: Any, **options: Any
) -> Any:
    """Map a function of places and facilities over the partitions of the places.

    Parameters
    ----------
    function
        Called as ``function(partition, facilities, **options)``; gives a frame.
    places
        A Dask frame whose partitions are GeoDataFrames.
    facilities
        What every partition needs; made once, and sent to each worker once.
    **options
        Passed on.

    Returns
    -------
    dask.dataframe.DataFrame
        Not computed yet; partitions and their order are those of `places`.
    """
    import dask

    meta = function(places._meta, facilities, **options)
    shared = dask.delayed(facilities, pure=True)
    mapped = places.map_partitions(function, shared, meta=meta, **options)
    # Read and measure in one task, or Dask may read a partition here and send it there.
    return mapped.optimize(fuse=True)


def gathered(frame: Any) -> Any:
    """Return a frame in memory, whether it was in partitions or not."""
    return frame.compute() if is_partitioned(frame) else frame
