"""Drawing: pictures side by side, in processes of their own that start while inputs are read."""

from __future__ import annotations

import contextlib
import signal
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from hotspot_gaps.access.chunks import processors
from hotspot_gaps.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Draw = Callable[..., Future[Any]]

MOST = 4  # more processes than this wait for one another


@contextlib.contextmanager
def drawing() -> Iterator[Draw]:
    """Give a function that has pictures drawn: `draw(function, *arguments)`, with a future.

    The functions must be at the top of a module, and write their pictures themselves. On one
    processor they run at once, in this process. The pictures are the same.

    Yields
    ------
    Callable

    Raises
    ------
    OutputError
        A process was ended from outside, or there is not enough memory.
    """
    workers = min(processors(), MOST)
    if workers == 1:
        yield _at_once
        return
    from loky import ProcessPoolExecutor
    from loky.process_executor import BrokenProcessPool

    pool = ProcessPoolExecutor(max_workers=workers, initializer=_prepare)
    done = False
    try:
        for _ in range(workers):  # a pool starts with its first tasks
            pool.submit(_nothing)
        yield pool.submit
        done = True
    except BrokenProcessPool as error:
        what = "a picture was not drawn: its process was ended (memory?)."
        raise OutputError(what) from error
    finally:
        pool.shutdown(wait=True, kill_workers=not done)


def _at_once(function: Callable[..., Any], *arguments: Any) -> Future[Any]:
    found: Future[Any] = Future()
    found.set_result(function(*arguments))
    return found


def _nothing() -> None:
    """Do nothing; a process that has done it is ready."""


def _prepare() -> None:
    """Load what every picture needs; Ctrl-C is for the process that asked."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    import contextily  # noqa: F401
    import matplotlib.backends.backend_agg
    import matplotlib.backends.backend_pdf
    import matplotlib.figure  # noqa: F401
