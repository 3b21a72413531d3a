"""Scenario grid: which values are combined, and the list of the scenarios that they make."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from hotspot_gaps.errors import SettingsError
from hotspot_gaps.gaps.support_distances import ROAD, STRAIGHT_LINE
from hotspot_gaps.settings import EVIDENCE_LEVELS, Settings

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from hotspot_gaps.gaps.scenarios import Floats

AXES = ("distance", "as_of", "location", "radius_km", "smaller_below", "evidence")
# Our judgement: a seat anywhere in its town; a town in a name, often meant with its surroundings;
# an organization that works in a town and has its seat elsewhere.
ERROR_KM = {"stated": 5.0, "registered": 5.0, "from_name": 10.0, "activity_area": 25.0}


@dataclass(frozen=True)
class Grid:
    """The values that are combined; those of the settings are always among them.

    Attributes
    ----------
    radii_km
        Radii in kilometres. By road each stands for minutes in the proportion of the settings.
    smaller_below
        Size cut-offs, inhabitants.
    evidence
        Weakest levels of evidence that the question is asked of.
    error_km
        How far an organization may be from the point of its town, by `town_basis`; one without a
        basis has the largest. Without any error all are where they are placed.

    Raises
    ------
    SettingsError
        A value that the setting of the same name cannot have, or an error below zero.
    """

    radii_km: tuple[float, ...] = (10, 20, 30, 40, 50, 60, 70, 80, 90, 100)
    smaller_below: tuple[int, ...] = tuple(range(20_000, 100_001, 10_000))
    evidence: tuple[str, ...] = EVIDENCE_LEVELS
    error_km: Mapping[str, float] = field(default_factory=lambda: dict(ERROR_KM))

    def __post_init__(self) -> None:
        axes = {"radius_km": self.radii_km, "smaller_below": self.smaller_below}
        for name, values in {**axes, "evidence": self.evidence}.items():
            for value in values:
                Settings(**{name: value})
        for basis, error in self.error_km.items():
            if not 0 <= error < np.inf:
                raise SettingsError(f"error_km ({basis}: {error!r}): write kilometres, 0 or more.")

    def around(self, settings: Settings) -> Grid:
        """Return the grid with the values of the settings among its own, in order, each once."""
        radii = {float(radius) for radius in self.radii_km} | {settings.radius_km}
        levels = {*self.evidence, settings.evidence}
        return replace(
            self,
            radii_km=tuple(sorted(radii)),
            smaller_below=tuple(sorted({*self.smaller_below, settings.smaller_below})),
            evidence=tuple(level for level in EVIDENCE_LEVELS if level in levels),
        )

    @property
    def locations(self) -> tuple[str, ...]:
        """What the scenarios do with the error of a place."""
        whole = any(self.error_km.values())
        return ("as_placed", "nearer", "farther") if whole else ("as_placed",)


def minutes_of(radii_km: Sequence[float] | Floats, settings: Settings) -> Floats:
    """Return the minutes by road that stand for radii, in the proportion of the settings.

    >>> minutes_of([10, 50], Settings()).tolist()
    [12.0, 60.0]
    """
    minutes: Floats = settings.radius_min * (np.asarray(radii_km) / settings.radius_km)
    return minutes


def list_scenarios(
    ways: Sequence[str], days: Sequence[dt.date], grid: Grid, settings: Settings
) -> pd.DataFrame:
    """List the scenarios in the order in which they are asked, and mark the one of the settings.

    Parameters
    ----------
    ways
        Kinds of distance.
    days
        Dates.
    grid
        With the values of the settings.
    settings
        The default.
    """
    dates = [day.isoformat() for day in days]
    rows = product(ways, dates, grid.locations, grid.radii_km, grid.smaller_below, grid.evidence)
    table = pd.DataFrame(rows, columns=list(AXES)).rename_axis("scenario")
    default: dict[str, Any] = {
        "distance": STRAIGHT_LINE,
        "as_of": settings.as_of.isoformat(),
        "location": "as_placed",
        "radius_km": settings.radius_km,
        "smaller_below": settings.smaller_below,
        "evidence": settings.evidence,
    }
    same = np.logical_and.reduce([table[axis].eq(value) for axis, value in default.items()])
    minutes = pd.Series(minutes_of(table["radius_km"].to_numpy(), settings), table.index)
    table.insert(4, "radius_min", minutes.where(table["distance"].eq(ROAD)))
    return table.assign(is_default=same)


def rows_along(scenarios: pd.DataFrame, axis: str) -> pd.DataFrame:
    """Return the scenarios that differ from the default along one axis alone."""
    others = [name for name in AXES if name != axis]
    default = scenarios.loc[scenarios["is_default"], others].iloc[0]
    same = np.logical_and.reduce([scenarios[name].eq(default[name]) for name in others])
    return scenarios[same]
