"""Files: local paths, regular files and bearable sizes, before anything is read."""

from __future__ import annotations

import re
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from hotspot_gaps.errors import InputError, MissingInputError, Problem
from hotspot_gaps.sources.cells import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_BYTES = 200_000_000
MAX_UNPACKED_BYTES = 2_000_000_000
MAX_ROWS = 1_000_000
MAX_COLUMNS = 1_000
MAX_CELLS = 20_000_000  # as objects of Python they take about two gigabytes
# Two letters or more, so that the drive of a Windows path passes.
_PREFIX = re.compile(r"[A-Za-z][A-Za-z0-9_+.-]+:")


def file_error(file: str, what: str, fix: str, *, row: int = 0, column: str = "") -> InputError:
    """Make the error of one problem of a file."""
    return InputError([Problem(file, row, column, "", what, fix)])


def local_file(path: str | Path) -> Path:
    """Return the absolute path of a regular file of a bearable size, or say why not."""
    file = regular_file(path)
    size = file.stat().st_size
    if size > MAX_BYTES:
        raise file_error(
            Path(path).name, f"this has {size / 1e6:,.0f} MB, more than {MAX_BYTES / 1e6:,.0f}.",
            "Leave out what is not needed, or split it.",
        )  # fmt: skip
    return file


def found_file(path: Path, folder: Path) -> Path:
    """Return a regular file that was found in a folder; refuse a link that leads out of it."""
    check_inside(path, folder)
    return regular_file(path)


def check_inside(path: Path, folder: Path) -> None:
    """Refuse a link that leads out of the folder that it was found in.

    A link that the user names is followed. One that lies in a folder was not named, and the folder
    may come from anybody.
    """
    try:
        inside = path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError):
        inside = False
    if not inside:
        raise file_error(
            path.name, "this is a link that leads out of its folder.",
            "Put the file itself into the folder.",
        )  # fmt: skip


def regular_file(path: str | Path) -> Path:
    """Return the absolute path of a regular file of any size that is not empty, or say why not."""
    text = str(path)
    prefix = _PREFIX.match(text)
    if prefix or "://" in text or text.startswith("/vsi") or "\0" in text:
        name = f"{prefix[0]}…" if prefix else text.replace("\0", "")
        raise file_error(
            name, "this is not a local file.", "Give the path of a file on this computer."
        )
    name = Path(text).name
    try:
        file = Path(text).resolve()
        status = file.stat()
    except FileNotFoundError:
        raise MissingInputError(f"{printable(text)}: there is no such file.") from None
    except (OSError, RuntimeError) as error:
        raise file_error(name, "this cannot be opened.", f"Check the path ({error}).") from error
    if not stat.S_ISREG(status.st_mode):
        raise file_error(name, "this is not a regular file.", "Name the file itself, not a folder.")
    if not status.st_size:
        raise file_error(name, "this file is empty.", "Fill it in, with its column names in row 1.")
    return file


def check_rows(count: int, file: str) -> None:
    """Refuse more rows than are borne."""
    if count > MAX_ROWS:
        raise file_error(file, f"this has more than {MAX_ROWS:,} rows.", "Split it.")


def check_columns(count: int, file: str) -> None:
    """Refuse more columns than are borne."""
    if count > MAX_COLUMNS:
        what = f"this has more than {MAX_COLUMNS:,} columns."
        raise file_error(file, what, "Leave out what is not needed.")


def check_cells(count: int, file: str) -> None:
    """Refuse more cells than are borne."""
    if count > MAX_CELLS:
        raise file_error(
            file, f"this has more than {MAX_CELLS:,} cells.",
            "Leave out columns and rows that are not needed.",
        )  # fmt: skip


def check_layer(layer: str | None, names: Sequence[str], file: str, word: str) -> None:
    """Refuse a layer or sheet that is not there."""
    if layer is not None and layer not in names:
        raise file_error(file, f"this has no {word} {layer!r}.", f"It has: {', '.join(names)}.")


def check_ogr_path(path: Path) -> None:
    """Refuse signs that pyogrio reads as part of an address or an archive."""
    if set("!;?") & set(str(path)):
        raise file_error(
            path.name, "the path holds one of the signs ! ; ?", "Move or rename the file."
        )


def check_unpacked(size: float, file: str) -> None:
    """Refuse what would fill the memory when it is unpacked."""
    if size > MAX_UNPACKED_BYTES:
        raise file_error(
            file, "this unpacks to an unbearable size.", "Leave out what is not needed."
        )
