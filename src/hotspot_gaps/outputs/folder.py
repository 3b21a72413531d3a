"""The output folder: everything is written aside, then moved in together, or not at all."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

from hotspot_gaps.errors import HotspotGapsError, OutputError
from hotspot_gaps.sources.folder_moves import move_in, place_aside

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

PROBE_BYTES = 1 << 20
WRITERS = ("pyogrio", "rasterio")  # what GDAL cannot write is told by classes of these
MEND = "Make room or mend that, or name another folder with --out."


@contextlib.contextmanager
def written_together(out: Path, names: Collection[str] = ()) -> Iterator[Path]:
    """Give a folder to write into; move its files to `out` at the end, all or none.

    A run that is killed leaves the earlier outputs, or a plan that the next one finishes
    (`sources/folder_moves.py`).

    Parameters
    ----------
    out
        The output folder; made when it does not exist. Files of other names in it are left alone.
    names
        Every name that a run may write. Those that this one does not write are removed, so that
        nothing of an earlier run is taken for a part of it.

    Yields
    ------
    pathlib.Path
        An empty folder inside `out`, so on the same file system.

    Raises
    ------
    OutputError
        The folder is a link to nowhere, another run is writing into it, or writing or moving
        failed; what was in `out` before is still there.
    """
    for link in (out, *out.parents):
        if link.is_symlink() and not link.exists():
            what = f"{link.name}: this is a link, and what it leads to is not there."
            raise OutputError(f"{what} Make that folder, or name another with --out.")
    done = False
    made: list[Path] = []
    try:
        made += [folder for folder in (out, *out.parents) if not folder.exists()]
        with contextlib.ExitStack() as stack:
            try:
                new = stack.enter_context(place_aside(out))
            except OSError as error:
                if isinstance(error, OutputError):
                    raise
                what = f"{out.name}: cannot write here ({error.strerror})."
                raise OutputError(f"{what} {MEND}") from error
            with _told(out, new):
                yield new
                _probe(new)
                _look(new, out)
                written = {path.name for path in new.iterdir()}
                move_in(out, new, set(names) - written)
            done = True
    finally:
        for folder in () if done else made:
            with contextlib.suppress(OSError):
                folder.rmdir()


@contextlib.contextmanager
def _told(out: Path, new: Path) -> Iterator[None]:
    """Tell what fails for want of room, rights or folder as that, whoever met it."""
    try:
        yield
    except HotspotGapsError:
        raise
    except OSError as error:
        raise OutputError(_not_written(out, _reason(error))) from error
    except Exception as error:
        # Libraries tell a full disk in words of their own, and may have made room since.
        if type(error).__module__.partition(".")[0] in WRITERS:
            raise OutputError(_not_written(out, str(error)[:200])) from error
        try:
            _probe(new)
        except OSError as reason:
            raise OutputError(_not_written(out, _reason(reason))) from error
        raise


def _reason(error: OSError) -> str:
    return error.strerror or str(error)


def _not_written(out: Path, why: str) -> str:
    return f"{out.name}: not written ({why}); the earlier outputs are as they were. {MEND}"


def _probe(folder: Path) -> None:
    """See that there is room: a library may have lost the end of a file on a full disk."""
    path = folder.parent / "probe"
    try:
        with path.open("wb") as opened:
            opened.write(bytes(PROBE_BYTES))
            opened.flush()
            os.fsync(opened.fileno())
        if not folder.is_dir():
            raise FileNotFoundError(2, "the folder was removed while it was written", str(folder))
    finally:
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)


def _look(new: Path, out: Path) -> None:
    """See that no folder has the name of an output."""
    for path in sorted(new.iterdir()):
        if (out / path.name).is_dir():
            raise OutputError(f"{path.name}: a folder of this name is in the way; rename it.")
