"""The lock of an output folder: who writes into it is alone, and a killed process locks nobody out.

The system holds the lock for a process and lets it go when that ends, however it ends.
"""

from __future__ import annotations

import contextlib
import errno
import os
from typing import TYPE_CHECKING

from hotspot_gaps.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ASIDE = ".hotspot_gaps"  # inside the folder, so on the same file system
LOCK = "lock"
TRIES = 100
HELD = {errno.EACCES, errno.EAGAIN, errno.EDEADLK}


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[Path]:
    """Be the only process that writes into a folder; give the place aside for its work.

    Parameters
    ----------
    folder
        The output folder; made when it does not exist.

    Yields
    ------
    pathlib.Path
        The folder `.hotspot_gaps` inside. It holds what a killed run left, and must be empty at the
        end to go.

    Raises
    ------
    OutputError
        Another process is writing into the folder.
    OSError
        The folder cannot be made, or there are no locks on its file system.
    """
    aside = folder / ASIDE
    opened = _lock(folder)
    try:
        yield aside
    finally:
        _let_go(opened, aside)


def _lock(folder: Path) -> int:
    """Open and lock the lock file; the one before may take it away between the two."""
    path = folder / ASIDE / LOCK
    for _ in range(TRIES):
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.parent.is_symlink():
            raise OutputError(f"{folder.name}: {ASIDE} in it is a link; remove it.")
        try:
            opened = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o666)
        except FileNotFoundError:
            continue
        try:
            _ask(opened)
            if _is_at(opened, path):
                return opened
        except OSError as error:
            os.close(opened)
            if error.errno not in HELD:
                raise
            break
        os.close(opened)
    what = f"{folder.name}: another run is writing into this folder."
    raise OutputError(f"{what} Wait until it is done, or name another folder with --out.")


def _ask(opened: int) -> None:
    """Ask the system for the lock, without waiting."""
    if os.name == "nt":
        import msvcrt

        msvcrt.locking(opened, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
    else:
        import fcntl

        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _is_at(opened: int, path: Path) -> bool:
    """Say whether an open file is still the one of this name."""
    try:
        return os.path.samestat(os.fstat(opened), path.stat())
    except FileNotFoundError:
        return False


def _let_go(opened: int, aside: Path) -> None:
    """Take the lock file away, then the lock; whoever waits for it sees that the file is gone."""
    try:
        if {path.name for path in aside.iterdir()} == {LOCK}:
            if os.name != "nt":
                (aside / LOCK).unlink()
            else:  # an open file cannot be removed; one that another has opened stays
                os.close(opened)
                opened = -1
                (aside / LOCK).unlink()
            aside.rmdir()
    except OSError:
        pass  # the folder is gone, or another run is using it already
    finally:
        if opened >= 0:
            os.close(opened)
