"""Errors of hotspot_gaps: few, and each also the builtin that a caller would expect."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong with an input, and how to mend it.

    Attributes
    ----------
    file
        Name of the file as the user gave it, without folders.
    row
        Row as the user sees it: the line of a table with its header as row 1, the feature number
        (from 1) of a layer; 0 when the whole file is meant.
    column
        Column name, empty when the whole row is meant.
    value
        The offending value as text.
    what
        What is wrong.
    fix
        What to write instead.
    """

    file: str
    row: int
    column: str
    value: str
    what: str
    fix: str

    def __str__(self) -> str:
        place = [self.file]
        if self.row:
            place.append(f"row {self.row}")
        if self.column:
            place.append(f"column {self.column}")
        value = f" ({self.value!r})" if self.value else ""
        text = f"{', '.join(place)}{value}: {self.what} {self.fix}"
        # A message goes to a terminal, which must not obey what a file holds.
        return "".join(sign if sign.isprintable() else "·" for sign in text)


class HotspotGapsError(Exception):
    """Any error that the package raises on purpose."""


class InputError(HotspotGapsError, ValueError):
    """The input is not usable; `problems` lists everything that is wrong with it, at once."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def __reduce__(self) -> tuple[type[InputError], tuple[tuple[Problem, ...]]]:
        """Come back whole from another process, with the problems and not their text."""
        return type(self), (self.problems,)


class MissingInputError(HotspotGapsError, FileNotFoundError):
    """A file that was named does not exist."""


class SettingsError(HotspotGapsError, ValueError):
    """A setting is unknown or has a value that cannot be."""


class CRSError(HotspotGapsError, ValueError):
    """A layer has no coordinate reference system, or coordinates outside its range."""


class UnknownPlaceError(HotspotGapsError, LookupError):
    """A town that was asked for is not in the table."""


class MissingExtraError(HotspotGapsError, ImportError):
    """Something was asked for that needs an extra which is not installed."""


def missing_extra(part: str, extra: str) -> MissingExtraError:
    """Say that a part is not installed, and how it comes."""
    what = f'{part} is not installed. Install it: pip install "hotspot_gaps[{extra}]"'
    return MissingExtraError(what)


class SchedulerError(HotspotGapsError, ConnectionError):
    """A cluster does not answer, has no fitting workers, or was lost."""


class DownloadError(HotspotGapsError, ConnectionError):
    """A layer could not be fetched; what was in the cache before is untouched."""


class OutputError(HotspotGapsError, OSError):
    """The outputs could not be written; what was there before is untouched."""
