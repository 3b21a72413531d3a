"""Moves into an output folder: planned, written down, made, and finished after a kill.

Files are made aside. Then a plan of all moves is put beside them, in one step and on the disk:
from then on the new outputs count. Whoever next opens the folder finishes a plan that it finds, and
drops what has none. So after a kill at any instant the folder holds the old outputs, or is about to
hold the new ones. The manifest leaves first and arrives last: without `run.json` it is no run.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from hotspot_gaps.errors import OutputError
from hotspot_gaps.sources.folder_lock import ASIDE, LOCK, alone

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

MANIFEST = "run.json"
PLAN = "plan.json"
MAX_PLAN_BYTES = 1_000_000


@contextlib.contextmanager
def place_aside(out: Path) -> Iterator[Path]:
    """Be alone in a folder, finish what a killed run left in it, and give a place for new files.

    Yields
    ------
    pathlib.Path
        An empty folder inside `out`, of a name of its own: a process that outlives a killed run
        must not draw into the next one.

    Raises
    ------
    OutputError
        Another run is writing into the folder, or a plan in it cannot be finished.
    OSError
        The folder cannot be written.
    """
    with alone(out) as aside:
        _tidy(out, aside)
        try:
            yield Path(tempfile.mkdtemp(prefix="new-", dir=aside))
        finally:
            if not (aside / PLAN).exists():  # else the next one finishes it
                _clear(aside)


def settle(folder: Path) -> None:
    """Finish what a killed run left in a folder that is about to be read.

    Parameters
    ----------
    folder
        An output folder. Where no run was killed, nothing is touched.

    Raises
    ------
    OutputError
        A run is writing into the folder now, or was killed and cannot be finished.
    """
    if not (folder / ASIDE).is_dir():
        return
    try:
        with alone(folder) as aside:
            _tidy(folder, aside)
    except OutputError:
        raise
    except OSError as error:
        if (folder / ASIDE / PLAN).exists():
            raise OutputError(_unfinished(folder, error)) from error


def move_in(out: Path, new: Path, leaving: Collection[str] = ()) -> None:
    """Move files in and others out, all or none.

    Parameters
    ----------
    out
        The output folder.
    new
        What `place_aside` gave, with the files in it.
    leaving
        Names of files that go.

    Raises
    ------
    OutputError
        A move failed, and could not be taken back; the next run finishes it.
    OSError
        A move failed; all were taken back.
    """
    aside = new.parent
    names = sorted((path.name for path in new.iterdir()), key=_last)
    gone = [name for name in sorted(leaving) if (out / name).is_file()]
    old = Path(tempfile.mkdtemp(prefix="old-", dir=aside))
    for path in (*(new / name for name in names), new, out):
        _to_disk(path)
    _write_plan(aside, {"new": new.name, "arriving": names, "leaving": gone})
    try:
        _make(_steps(out, new, old, names, gone), aside / PLAN)
    except OSError as error:
        if (aside / PLAN).exists():
            raise OutputError(_unfinished(out, error)) from error
        raise
    _finish(out, aside)


def _steps(
    out: Path, new: Path, old: Path, names: list[str], gone: list[str]
) -> list[tuple[Path, Path]]:
    """List the moves: the manifest leaves first and arrives last."""
    replaced = [name for name in names if (out / name).exists()]
    first = [MANIFEST] if MANIFEST in (*replaced, *gone) else []
    others = [name for name in gone if name not in first]
    steps = [(out / name, old / name) for name in (*first, *others)]
    for name in names:
        if name in replaced and name not in first:
            steps.append((out / name, old / name))
        steps.append((new / name, out / name))
    return steps


def _last(name: str) -> tuple[bool, str]:
    """Sort names, the manifest last."""
    return name == MANIFEST, name


def _make(steps: list[tuple[Path, Path]], plan: Path) -> None:
    """Make the moves; whatever interrupts them, Ctrl-C as well, take them back, then the plan."""
    begun: list[tuple[Path, Path]] = []
    try:
        for source, target in steps:
            begun.append((source, target))
            source.replace(target)
    except BaseException:
        for source, target in reversed(begun):
            if target.exists() and not source.exists():
                target.replace(source)
        plan.unlink()
        raise


def _write_plan(aside: Path, plan: dict[str, str | list[str]]) -> None:
    """Put the plan down in one step."""
    draft = aside / f"{PLAN}.part"
    draft.write_text(json.dumps(plan), encoding="utf-8")
    _to_disk(draft)
    draft.replace(aside / PLAN)
    _to_disk(aside)


def _tidy(out: Path, aside: Path) -> None:
    """Finish a plan, and drop what has none."""
    if (aside / PLAN).exists():
        try:
            _go_on(out, aside)
        except OutputError:
            raise
        except OSError as error:
            raise OutputError(_unfinished(out, error)) from error
    _clear(aside)


def _go_on(out: Path, aside: Path) -> None:
    """Make those moves of a plan that were not made."""
    new, arriving, leaving = _read_plan(out, aside)
    waiting = [name for name in sorted(arriving, key=_last) if (new / name).is_file()]
    for name in [MANIFEST] if MANIFEST in waiting else []:
        (out / name).unlink(missing_ok=True)
    for name in leaving:
        (out / name).unlink(missing_ok=True)
    for name in waiting:
        (new / name).replace(out / name)
    _finish(out, aside)


def _finish(out: Path, aside: Path) -> None:
    """Have the moves on the disk before the plan goes."""
    _to_disk(out)
    (aside / PLAN).unlink()


def _read_plan(out: Path, aside: Path) -> tuple[Path, list[str], list[str]]:
    """Read a plan; one that names anything outside its folder is not one of ours."""
    path = aside / PLAN
    try:
        if path.stat().st_size > MAX_PLAN_BYTES:
            raise ValueError(path)
        plan = json.loads(path.read_text(encoding="utf-8"))
        new, arriving, leaving = plan["new"], plan["arriving"], plan["leaving"]
        names = [new, *arriving, *leaving]
        if not all(_is_plain(name) for name in names) or (aside / new).is_symlink():
            raise ValueError(path)
    except (ValueError, TypeError, LookupError, RecursionError):
        what = f"{out.name}: {ASIDE}/{PLAN} in it is not what a run writes."
        raise OutputError(f"{what} Remove the folder {ASIDE}, and run again.") from None
    return aside / new, arriving, leaving


def _is_plain(name: str) -> bool:
    """Say whether a name is that of a file in a folder, and no way out of it."""
    return name == Path(name).name and name.isprintable() and name[:1] not in {"", "."}


def _clear(aside: Path) -> None:
    """Remove everything aside but the lock."""
    with contextlib.suppress(OSError):
        for path in aside.iterdir():
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)
            elif path.name != LOCK:
                path.unlink(missing_ok=True)


def _to_disk(path: Path) -> None:
    """Have a file or folder written to the disk, where the system can be asked to."""
    if path.is_dir() and os.name == "nt":
        return
    opened = os.open(path, os.O_RDONLY if os.name != "nt" else os.O_RDWR)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _unfinished(out: Path, error: OSError) -> str:
    """Say that a folder is in between, and what mends it."""
    why = f"the outputs of a run are moved in only in part ({error.strerror})."
    return f"{out.name}: {why} Mend that; the next run into this folder, or verify, finishes it."
