"""The output folder: everything is written aside, then moved in together, or not at all."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from hotspot_gaps.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextlib.contextmanager
def written_together(out: Path) -> Iterator[Path]:
    """Give a folder to write into; move its files to `out` at the end, all or none.

    Parameters
    ----------
    out
        The output folder; made when it does not exist. Files of other names in it are left alone.

    Yields
    ------
    pathlib.Path
        An empty folder beside `out`, on the same file system.

    Raises
    ------
    OutputError
        Writing or moving failed; what was in `out` before is still there.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=".hotspot_gaps-", dir=out))
    except OSError as error:
        raise OutputError(f"{out.name}: cannot write here ({error.strerror}).") from error
    try:
        new = aside / "new"
        new.mkdir()
        yield new
        _move(new, out, aside)
    except OSError as error:
        what = f"{out.name}: not written ({error}); the earlier outputs are as they were."
        raise OutputError(what) from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _move(new: Path, out: Path, aside: Path) -> None:
    """Move new files in, keeping the ones they replace until all have arrived."""
    old = aside / "old"
    old.mkdir()
    moved: list[str] = []
    try:
        for path in sorted(new.iterdir()):
            target = out / path.name
            if target.exists():
                target.replace(old / path.name)
            moved.append(path.name)
            path.replace(target)
    except OSError:
        for name in moved:
            (out / name).unlink(missing_ok=True)
            if (old / name).exists():
                (old / name).replace(out / name)
        raise
