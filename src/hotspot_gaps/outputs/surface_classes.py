"""Classes of a surface: where their limits are, and how much of the area is in each."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from hotspot_gaps.settings import Settings

# A window of rows that is counted at a time; a multiple of the tiles in the file.
ROWS_AT_ONCE = 512


class Kind(NamedTuple):
    """What a surface measures, and to whom."""

    unit: Literal["km", "min"]
    to: Literal["supported", "known"]


KINDS = {
    "distance_to_supported": Kind("km", "supported"),
    "distance_to_known": Kind("km", "known"),
    "minutes_to_supported": Kind("min", "supported"),
    "minutes_to_known": Kind("min", "known"),
}
MINUTES = (0.5, 1.0, 2.0, 3.0)  # of the limit


@dataclass(frozen=True)
class Shares:
    """How many cells of a surface have which answer; all cells are of one area.

    Attributes
    ----------
    limits
        Upper limits of all classes but the last; a value at a limit is in the class below.
    classes
        Cells in each class, nearest first; one more than there are limits.
    codes
        Meaning and cells of each code, by code.
    inside
        Cells in the countries, answered or not.
    cell_m
        Side of a cell in metres.
    """

    limits: tuple[float, ...]
    classes: tuple[int, ...]
    codes: dict[int, tuple[str, int]]
    inside: int
    cell_m: float

    @property
    def unanswered(self) -> int:
        """Cells in the countries without any answer."""
        return self.inside - sum(self.classes) - sum(cells for _, cells in self.codes.values())

    def within(self, limit: float) -> int:
        """Return how many cells have a value up to one of the limits."""
        return sum(self.classes[: self.limits.index(limit) + 1])


def limit_asked(kind: Kind, settings: Settings) -> float:
    """Return the limit that the title is about: the radius of the rule, in km or minutes."""
    if kind.unit == "min":
        return settings.radius_min
    return settings.radius_km if kind.to == "supported" else settings.partner_radius_km


def class_limits(kind: Kind, settings: Settings) -> tuple[float, ...]:
    """Return the limits of the classes, in the unit of the kind.

    Kilometres double from a quarter of the larger radius up to four times it, so that both radii
    of the rule are limits wherever one is twice the other, and the one that is asked about always.

    >>> from hotspot_gaps import Settings
    >>> class_limits(KINDS["distance_to_supported"], Settings())
    (25.0, 50.0, 100.0, 200.0)
    >>> class_limits(KINDS["distance_to_known"], Settings(radius_km=40))
    (25.0, 50.0, 100.0, 200.0)
    >>> class_limits(KINDS["distance_to_supported"], Settings(radius_km=40))
    (20.0, 40.0, 80.0, 160.0)
    """
    if kind.unit == "min":
        return tuple(settings.radius_min * share for share in MINUTES)
    first = limit_asked(kind, settings) / (2 if kind.to == "supported" else 1)
    return tuple(first * 2**step for step in range(4))


def count_shares(path: Path, limits: tuple[float, ...]) -> Shares:
    """Count the cells of a surface by class and code, in windows.

    Parameters
    ----------
    path
        As `write_surface` wrote it.
    limits
        Upper limits of the classes, rising.
    """
    import rasterio
    from rasterio.windows import Window

    classes = np.zeros(len(limits) + 1, dtype=np.int64)
    with rasterio.open(path) as surface:
        tags, cell_m = surface.tags(), float(surface.transform.a)
        codes = {int(code): text for code, text in json.loads(tags["codes"]).items()}
        cells = dict.fromkeys(codes, 0)
        for row in range(0, surface.height, ROWS_AT_ONCE):
            rows = min(ROWS_AT_ONCE, surface.height - row)
            values = surface.read(1, window=Window(0, row, surface.width, rows))
            found = classify(values[values >= 0], limits)
            classes += np.bincount(found, minlength=classes.size)
            for code in codes:
                cells[code] += int(np.count_nonzero(values == code))
    meanings = {code: (codes[code], cells[code]) for code in codes}
    return Shares(limits, tuple(classes.tolist()), meanings, int(tags["cells_inside"]), cell_m)


def classify(values: NDArray[Any], limits: tuple[float, ...]) -> NDArray[np.int64]:
    """Return the class of each value: the first one whose upper limit it does not pass.

    >>> classify(np.array([0, 25, 25.5, 900]), (25, 50)).tolist()
    [0, 0, 1, 2]
    """
    return np.asarray(np.digitize(values, np.asarray(limits), right=True), dtype=np.int64)
