"""Drawing: pictures side by side, in processes of their own that start while inputs are read."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
import time
from typing import TYPE_CHECKING, Any

from hotspot_gaps.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Executor, Future

MOST = 4  # processes; more would wait for one another


class Pictures:
    """Pictures that are being drawn, in the order in which they were asked for.

    Parameters
    ----------
    pool
        Who draws; this process alone when there is none.
    """

    def __init__(self, pool: Executor | None) -> None:
        self._pool = pool
        self._asked: list[tuple[Callable[..., Any], tuple[Any, ...], Future[Any] | None]] = []

    def draw(self, function: Callable[..., Any], *arguments: Any) -> None:
        """Have a function of the top of a module draw and save a picture."""
        future = self._pool.submit(function, *arguments) if self._pool else None
        self._asked.append((function, arguments, future))

    def finish(self) -> list[Any]:
        """Wait until all are drawn, and return what the functions returned.

        What nobody has begun is drawn here, the last one first, so that nobody waits idly.
        """
        here = {
            number: function(*arguments)
            for number, (function, arguments, future) in reversed(list(enumerate(self._asked)))
            if future is None or future.cancel()
        }
        return [
            here[number] if number in here or future is None else future.result()
            for number, (_, _, future) in enumerate(self._asked)
        ]


@contextlib.contextmanager
def drawing() -> Iterator[Pictures]:
    """Have pictures drawn by as many processes as there are processors, this one counted.

    The pictures are the same, however many.

    Yields
    ------
    Pictures

    Raises
    ------
    OutputError
        A process was ended from outside, or there is not enough memory.
    """
    import loky
    from loky.process_executor import BrokenProcessPool

    others = min(loky.cpu_count(), MOST) - 1
    if not others or multiprocessing.current_process().daemon:  # which may have no children
        yield Pictures(None)
        return
    pool = loky.ProcessPoolExecutor(max_workers=others, initializer=_prepare)
    interrupted = True
    try:
        for _ in range(others):  # a pool starts with its first tasks
            pool.submit(_nothing)
        yield Pictures(pool)
        interrupted = False
    except BrokenProcessPool as error:
        what = "a picture was not drawn: its process was ended (memory?)."
        raise OutputError(what) from error
    except Exception:
        interrupted = False  # the processes may end by themselves
        raise
    finally:
        pool.shutdown(kill_workers=interrupted)


def _nothing() -> None:
    """Do nothing; a process that has done it is ready."""


def _end_with(parent: int) -> None:
    """End this process when the one that asked is gone."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


def _prepare() -> None:
    """Load what maps need; Ctrl-C is for the process that asked, and nobody outlives it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    import contextily  # noqa: F401

    import hotspot_gaps.judging  # noqa: F401 - what a result is made of
