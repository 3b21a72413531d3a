"""The output folder: everything is written aside, then moved in together, or not at all."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from hotspot_gaps.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator


@contextlib.contextmanager
def written_together(out: Path, names: Collection[str] = ()) -> Iterator[Path]:
    """Give a folder to write into; move its files to `out` at the end, all or none.

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
        Writing or moving failed; what was in `out` before is still there.
    """
    made = not out.exists()
    try:
        out.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=".hotspot_gaps-", dir=out))
    except OSError as error:
        raise OutputError(f"{out.name}: cannot write here ({error.strerror}).") from error
    done = False
    try:
        new = aside / "new"
        new.mkdir()
        yield new
        _move(new, out, aside, names)
        done = True
    except OutputError:
        raise
    except OSError as error:
        what = f"{out.name}: not written ({error.strerror}); the earlier outputs are as they were."
        raise OutputError(what) from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)
        if made and not done:
            with contextlib.suppress(OSError):
                out.rmdir()


def _move(new: Path, out: Path, aside: Path, names: Collection[str]) -> None:
    """Move new files in, keeping the ones they replace until all have arrived."""
    old = aside / "old"
    old.mkdir()
    paths = sorted(new.iterdir())
    for path in paths:
        if (out / path.name).is_dir():
            raise OutputError(f"{path.name}: a folder of this name is in the way; rename it.")
    moved: list[str] = []
    written = {path.name for path in paths}
    stale = [out / name for name in sorted(set(names) - written) if (out / name).is_file()]
    try:
        for path in paths:
            moved.append(path.name)
            target = out / path.name
            if target.exists():
                target.replace(old / path.name)
            path.replace(target)
        for path in stale:
            moved.append(path.name)
            path.replace(old / path.name)
    except BaseException:  # Ctrl-C as well: what was there must come back
        for name in moved:
            if (old / name).exists():
                (old / name).replace(out / name)
            elif name in written and not (new / name).exists():
                (out / name).unlink(missing_ok=True)
        raise
