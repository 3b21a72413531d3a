"""A ceiling of memory: how much the program may take, those that draw counted.

Chunks of distances, windows of rasters and rows of tables have fixed sizes of a few megabytes
(`access/chunks.py`, `access/people.py`), far below any ceiling, and do not follow it; what is left
to bound is what grows with the user's rows. So each process gets an equal share, as a limit of the
operating system on what it may write to (`RLIMIT_DATA`); what does not fit is refused by the
system, and the run ends.
"""

from __future__ import annotations

import contextlib
import os
import re
from typing import TYPE_CHECKING

from hotspot_gaps.errors import HotspotGapsError, MissingExtraError, OutputError, SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterator

LEAST_MB = 700  # the built-in data, with figures, in one process
MOST_MB = 1_000_000_000
ELSEWHERE_MB = 60  # of the helper of those that draw, and code that all of them read
# Arrow's own pool would lay claim to a gigabyte at once, most of which nobody uses.
PLAIN_POOL = ("ARROW_DEFAULT_MEMORY_POOL", "system")
_SIZE = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,3})?) ?(MB|GB)", re.IGNORECASE)
# In libraries that run out, and say so in words of their own.
_SAID = re.compile(r"memory|bad_alloc|cannot allocate|start new thread", re.IGNORECASE)


def megabytes(text: str) -> int:
    """Return the megabytes that a size is.

    Parameters
    ----------
    text
        A number with MB or GB.

    Raises
    ------
    SettingsError
        It is no such size, or less than any run needs.

    Examples
    --------
    >>> megabytes("2GB"), megabytes("1.5 gb"), megabytes("900MB")
    (2000, 1500, 900)
    """
    found = _SIZE.fullmatch(text.strip())
    if not found:
        raise SettingsError(f"memory ({text[:30]!r}): write a size as 2GB or 1500MB.")
    size = int(float(found[1]) * (1000 if found[2].upper() == "GB" else 1))
    _check(size, text.strip())
    return size


def _check(memory_mb: int, told: str) -> None:
    """Refuse a ceiling below which nothing can run, and one that is none."""
    if not LEAST_MB <= memory_mb <= MOST_MB:
        what = f"memory ({told}): libraries and the built-in data take {LEAST_MB} MB;"
        raise SettingsError(f"{what} give --memory 2GB.")


def shares(memory_mb: int, processors: int) -> tuple[int, int]:
    """Return how many processes fit below a ceiling, and the megabytes of each.

    >>> shares(2000, 4), shares(900, 4), shares(8000, 2)
    ((2, 970), (1, 900), (2, 3970))
    """
    fit = max(1, min(processors, (memory_mb - ELSEWHERE_MB) // LEAST_MB))
    return fit, memory_mb if fit == 1 else (memory_mb - ELSEWHERE_MB) // fit


@contextlib.contextmanager
def held_below(memory_mb: int | None, processors: int) -> Iterator[int]:
    """Hold this process, and those that it starts, below a ceiling together.

    Parameters
    ----------
    memory_mb
        The ceiling; none when not given.
    processors
        How many processes there would be.

    Yields
    ------
    int
        How many processes there may be, this one counted.

    Raises
    ------
    SettingsError
        It is less than any run needs.
    OutputError
        More was needed; nothing was written.
    MissingExtraError
        The system has no such limit.
    """
    if memory_mb is None:
        yield processors
        return
    _check(memory_mb, f"{memory_mb} MB")
    try:
        import resource
    except ImportError:
        raise MissingExtraError("memory: this system sets no limits; leave --memory out.") from None
    # OpenBLAS asks again and again for what the system refuses, and would never end: it is loaded,
    # with all that it asks for, before there is a limit.
    import scipy.linalg  # noqa: F401

    fit, each = shares(memory_mb, processors)
    kind = resource.RLIMIT_DATA
    soft, hard = resource.getrlimit(kind)
    limit = each * 1_000_000
    if hard != resource.RLIM_INFINITY:
        limit = min(limit, hard)
    pool = os.environ.get(PLAIN_POOL[0])
    os.environ[PLAIN_POOL[0]] = PLAIN_POOL[1]
    resource.setrlimit(kind, (limit, hard))
    try:
        yield fit
    except Exception as error:
        if not _ran_out(error):
            raise
        size = f"{memory_mb / 1000:g} GB"
        twice = f"{memory_mb * 2 / 1000:g}GB"
        what = f"this run needs more than {size} of memory; nothing was written."
        raise OutputError(f"{what} Give --memory {twice}, or fewer rows.") from error
    finally:
        resource.setrlimit(kind, (soft, hard))
        os.environ.pop(PLAIN_POOL[0])
        if pool is not None:
            os.environ[PLAIN_POOL[0]] = pool


def _ran_out(error: BaseException | None) -> bool:
    """Say whether an error, or what it came from, is that of memory."""
    depth = 0
    while error is not None and depth < 20:
        ours = isinstance(error, HotspotGapsError) and not isinstance(error, OutputError)
        if isinstance(error, MemoryError) or (not ours and _SAID.search(str(error))):
            return True
        error, depth = error.__cause__ or error.__context__, depth + 1
    return False
