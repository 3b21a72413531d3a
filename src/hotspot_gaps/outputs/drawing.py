"""Drawing: pictures side by side, in processes of their own that start while inputs are read."""

from __future__ import annotations

import collections
import contextlib
import importlib
import multiprocessing
import os
import shutil
import signal
import sys
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
    others
        How many processes the pool has.
    """

    def __init__(self, pool: Executor | None = None, others: int = 0) -> None:
        self._pool, self._idle = pool, others
        self._asked: list[tuple[Callable[..., Any], tuple[Any, ...]]] = []
        self._waiting: collections.deque[int] = collections.deque()
        self._futures: dict[int, Future[Any]] = {}
        self._lock = threading.RLock()

    def draw(self, function: Callable[..., Any], *arguments: Any) -> None:
        """Have a function of the top of a module draw and save a picture."""
        self._waiting.append(len(self._asked))
        self._asked.append((function, arguments))
        self._hand_out()

    def finish(self) -> list[Any]:
        """Wait until all are drawn, and return what the functions returned.

        What nobody has begun is drawn here, the last one first, so that nobody waits idly.
        """
        here = {}
        while (number := self._take(last=True)) is not None:
            function, arguments = self._asked[number]
            here[number] = function(*arguments)
        there = {number: future.result() for number, future in self._futures.items()}
        if self._pool:
            self._pool.shutdown(wait=False)
        return [found for _, found in sorted((here | there).items())]

    def _take(self, *, last: bool) -> int | None:
        with self._lock:
            if not self._waiting:
                return None
            return self._waiting.pop() if last else self._waiting.popleft()

    def _hand_out(self, done: Future[Any] | None = None) -> None:
        """Give the next picture to a process that has none; a pool would queue some ahead."""
        if done is not None and done.exception() is not None:
            return  # `finish` will tell
        with self._lock:
            self._idle += done is not None
            while self._pool and self._idle and (number := self._take(last=False)) is not None:
                self._idle -= 1
                function, arguments = self._asked[number]
                self._futures[number] = self._pool.submit(function, *arguments)
                self._futures[number].add_done_callback(self._hand_out)


def processes() -> int:
    """Return how many processes draw at most: one a processor, this one counted."""
    import loky

    return min(int(loky.cpu_count()), MOST)


@contextlib.contextmanager
def drawing(most: int = MOST, *, load: str = __name__) -> Iterator[Pictures]:
    """Have pictures drawn by as many processes as there are processors, this one counted.

    The pictures are the same, however many.

    Parameters
    ----------
    most
        How many processes there may be.
    load
        Name of a module that each loads beforehand: what is handed over is made of it.

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

    others = min(processes(), most) - 1
    if not others or multiprocessing.current_process().daemon:  # which may have no children
        yield Pictures()
        return
    pool = loky.ProcessPoolExecutor(
        max_workers=others, initializer=_prepare, initargs=(os.getpid(), load)
    )
    interrupted = True
    try:
        for _ in range(others):  # a pool starts with its first tasks
            pool.submit(_nothing)
        yield Pictures(pool, others)
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


def load_contextily() -> Any:
    """Load contextily without the folder for tiles that it makes at once: a kill would leave it.

    Where tiles are asked for, it makes the folder again, and removes it at its end.
    """
    loaded = "contextily" in sys.modules
    import contextily

    if not loaded:
        shutil.rmtree(contextily.tile.tmpdir, ignore_errors=True)
    return contextily


def _prepare(parent: int, load: str) -> None:
    """Load what maps need; Ctrl-C is for the process that asked, and nobody outlives it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    load_contextily()
    importlib.import_module(load)
