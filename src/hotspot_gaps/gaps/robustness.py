"""Robustness: the answer over every combination of radius, size, evidence, date, place and road.

Distances are measured once (`support_distances`); `scenarios` broadcasts the rules over them, and
`flips` says what would change an answer. `docs/methods/robustness.md` has the definitions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from hotspot_gaps.access.partitions import gathered
from hotspot_gaps.errors import SettingsError
from hotspot_gaps.gaps.flags import gap_rows
from hotspot_gaps.gaps.flips import flips
from hotspot_gaps.gaps.own_frames import as_hotspots, as_organizations
from hotspot_gaps.gaps.scenario_grid import AXES, Grid, list_scenarios, minutes_of, rows_along
from hotspot_gaps.gaps.scenarios import (
    GAP,
    NO_GAP,
    NOT_KNOWN,
    OUTSIDE,
    Rules,
    Sizes,
    answers,
    ranking,
    ranks,
)
from hotspot_gaps.gaps.support_distances import (
    ROAD,
    STRAIGHT_LINE,
    groups_of,
    road_reaches,
    straight_reaches,
)
from hotspot_gaps.gaps.towns import can_be_gap, size_class
from hotspot_gaps.settings import EVIDENCE_LEVELS, Settings

if TYPE_CHECKING:
    import datetime as dt

    import geopandas as gpd

    from hotspot_gaps.access.road_network import RoadNetwork
    from hotspot_gaps.gaps.scenarios import Answers, Floats, Ranks, Reach

NO_LIMIT = 2**62  # inhabitants
KM = 1000  # metres
FILLED = ("flag_share", "rank_best", "rank_worst", "nearest_flip")  # columns of the gap table


@dataclass(frozen=True)
class Robustness:
    """What became of each hotspot over the scenarios.

    Attributes
    ----------
    towns
        A row a hotspot, by `hotspot_id`. By the settings, as in `find_gaps`: `in_question`,
        `is_gap`, `rank`. Over the scenarios: `scenarios`, in how many the question is asked of it;
        `flag_share`, of those with a known answer the share in which it is a gap;
        `flag_unknown_share`, the share of `scenarios` in which it is not known; `rank_best` and
        `rank_worst` over those in which it is a gap. What flips it: `nearest_flip` in words,
        `flip_axis`, and for each axis the value at which it comes on the list of gaps or leaves it,
        everything else as in the settings: `flip_radius_km`, `flip_smaller_below`,
        `flip_evidence`, `flip_as_of`, `flip_distance`, `flip_location`. NA where nothing is known
        or nothing flips it.
    scenarios
        A row a scenario, by its number: `distance` (`straight_line` or `road`), `as_of`, `location`
        (`as_placed`, or every organization `nearer` or `farther` by its error), `radius_km`,
        `radius_min` (by road), `smaller_below`, `evidence`, `is_default`, and how many hotspots are
        in the question (`in_question`), and of those `gaps`, `no_gaps` and `not_known`.
    answers
        Whole numbers, hotspots by scenarios: 1 a gap, 0 no gap, -1 not known, -2 outside the
        question.
    ranks
        The rank in each scenario, 0 where a hotspot is no gap of the question.
    """

    towns: pd.DataFrame
    scenarios: pd.DataFrame
    answers: pd.DataFrame
    ranks: pd.DataFrame

    def along(self, axis: str) -> pd.DataFrame:
        """Return the answers along one axis, everything else as in the settings.

        Parameters
        ----------
        axis
            One of `distance`, `as_of`, `location`, `radius_km`, `smaller_below`, `evidence`.

        Returns
        -------
        pandas.DataFrame
            Hotspots by values of the axis, as in `answers`.
        """
        rows = rows_along(self.scenarios, axis)
        return self.answers[rows.index].set_axis(rows[axis], axis=1)


def robustness(
    hotspots: gpd.GeoDataFrame | Any,
    organizations: gpd.GeoDataFrame | Mapping[dt.date, gpd.GeoDataFrame],
    *,
    settings: Settings | None = None,
    grid: Grid | None = None,
    network: RoadNetwork | None = None,
) -> Robustness:
    """Ask the question of `find_gaps` in every combination of its settings, in one call.

    Parameters
    ----------
    hotspots
        As `find_gaps` takes them. The town that stands for a region is taken as it is.
    organizations
        As `find_gaps` takes them, or by date as `load_organizations_by_date` does; a
        single frame is that of `settings.as_of`.
    settings
        The rule that the scenarios depart from; the defaults when not given.
    grid
        The values that are combined; those of `Grid` when not given.
    network
        As `road_network` returns it; with it every scenario is asked by road as well.

    Returns
    -------
    Robustness
        The scenario of the settings has the answers and ranks of `find_gaps`. The matrices take
        five bytes for each hotspot and scenario.

    Raises
    ------
    CRSError
        A frame has no coordinate reference system, or coordinates outside its range.
    InputError
        As for `find_gaps`, or the frames by date are not of one table.
    SettingsError
        There is no frame for `settings.as_of`.

    Notes
    -----
    The shares count scenarios. They are no probabilities, because nobody knows how likely a radius
    is. Restricted organizations count at the edges of their bands of distance, in every scenario.

    Examples
    --------
    >>> import hotspot_gaps as hg
    >>> from hotspot_gaps.gaps.robustness import Grid, robustness
    >>> small = Grid(radii_km=(50, 100), smaller_below=(20_000, 50_000), error_km={})
    >>> found = robustness(hg.load_hotspots(), hg.load_organizations(), grid=small)
    >>> len(found.scenarios)
    12
    >>> sarande = found.towns.set_index("hotspot_id").loc["al-sarande"]
    >>> print(sarande["flag_share"], sarande["nearest_flip"])
    0.5 size cut-off 22,613 inhabitants
    """
    settings = settings or Settings()
    grid = (grid or Grid()).around(settings)
    places = as_hotspots(gathered(hotspots)).sort_values("hotspot_id", ignore_index=True)
    # Where no evidence is told the question is asked, at every level.
    places["evidence"] = places["evidence"].fillna(EVIDENCE_LEVELS[0])
    by_date = _by_date(organizations, settings)
    sizes = _sizes(places)
    rules = _rules(places, sizes, grid)
    measured = _measured(places, by_date, grid, network)
    limits = {STRAIGHT_LINE: rules.limits * KM, ROAD: minutes_of(rules.limits, settings)}
    people = places["population"].fillna(0).to_numpy(dtype=float)
    parts = [
        _asked(reach, rules._replace(limits=limits[way]), people, KM if way == STRAIGHT_LINE else 1)
        for way, reaches in measured.items()
        for reach in reaches
    ]
    codes = np.concatenate([found for found, _ in parts]).T
    numbers = np.concatenate([ranked for _, ranked in parts]).T
    scenarios = list_scenarios(list(measured), list(by_date), grid, settings)
    straight = measured[STRAIGHT_LINE][list(by_date).index(settings.as_of) * len(grid.locations)]
    shape = {"index": pd.Index(places["hotspot_id"]), "columns": scenarios.index}
    frames = pd.DataFrame(codes, **shape), pd.DataFrame(numbers, **shape)
    table = scenarios.assign(**_counts(codes))
    found = Robustness(_judged(places, straight, sizes, settings), table, *frames)
    profiles = {axis: found.along(axis) for axis in AXES}
    now = scenarios["is_default"].to_numpy().argmax()
    towns = found.towns.assign(rank=_ranked(numbers[:, now]), **_over_scenarios(codes, numbers))
    towns = towns.join(flips(straight, sizes, profiles, settings))
    return Robustness(towns, table, *frames)


def sure_gaps(found: Robustness) -> int:
    """Count the gaps of the settings that are gaps in every scenario that asks of them."""
    towns = found.towns[found.towns["in_question"]]
    gap = gap_rows(towns)
    return int((gap & towns["flag_share"].eq(1) & towns["flag_unknown_share"].eq(0)).sum())


def with_robustness(gaps: gpd.GeoDataFrame, found: Robustness) -> gpd.GeoDataFrame:
    """Fill `flag_share`, `rank_best` and `rank_worst` of a table of gaps.

    Parameters
    ----------
    gaps
        As `find_gaps` returns it, of the same hotspots.
    found
        As `robustness` returns it.
    """
    towns = found.towns.set_index("hotspot_id").loc[gaps["hotspot_id"]].set_axis(gaps.index)
    return gaps.assign(**{name: towns[name] for name in FILLED})


def _by_date(
    organizations: gpd.GeoDataFrame | Mapping[dt.date, gpd.GeoDataFrame], settings: Settings
) -> dict[dt.date, gpd.GeoDataFrame]:
    if not isinstance(organizations, Mapping):
        return {settings.as_of: as_organizations(gathered(organizations))}
    if settings.as_of not in organizations:
        days = ", ".join(map(str, organizations)) or "none"
        raise SettingsError(
            f"as_of ({settings.as_of}): the organizations come for other dates, {days}. Load them "
            "with this as_of, or set one of theirs."
        )
    return {day: as_organizations(frame) for day, frame in organizations.items()}


def _measured(
    places: gpd.GeoDataFrame,
    by_date: dict[dt.date, gpd.GeoDataFrame],
    grid: Grid,
    network: RoadNetwork | None,
) -> dict[str, list[Reach]]:
    """Measure once, in a straight line and by road: a `Reach` for each date and location."""
    groups, days = groups_of(by_date, grid.error_km), len(by_date)
    measured = {STRAIGHT_LINE: straight_reaches(places, groups, days, grid.locations)}
    if network is not None:
        measured[ROAD] = road_reaches(places, groups, network, days, grid.locations)
    return measured


def _rules(places: gpd.GeoDataFrame, sizes: Sizes, grid: Grid) -> Rules:
    """Make arrays of the rules; the limits are kilometres."""
    levels = [EVIDENCE_LEVELS[: EVIDENCE_LEVELS.index(each) + 1] for each in grid.evidence]
    questions = np.array([places["evidence"].isin(asked).to_numpy() for asked in levels])
    return Rules(np.array(grid.radii_km), sizes.at(grid.smaller_below), questions)


def _sizes(places: gpd.GeoDataFrame) -> Sizes:
    """Say which hotspots can be gaps at no cut-off, and at any."""
    table = pd.DataFrame(places.drop(columns=places.geometry.name)).assign(geometry=places.geometry)
    never, ever = (
        can_be_gap(table, size_class(table, smaller_below=most))
        .astype("Int8")
        .fillna(NOT_KNOWN)
        .to_numpy()
        .astype(np.int8)
        for most in (0, NO_LIMIT)
    )
    return Sizes(never, ever, table["population"].to_numpy(dtype=float, na_value=np.nan))


def _asked(reach: Reach, rules: Rules, people: Floats, unit: int) -> tuple[Answers, Ranks]:
    """Return answers and ranks by one way of measuring, a row a rule.

    `find_gaps` holds metres against the radius and ranks by kilometres; so does this, to the bit.
    """
    found = answers(reach, rules)
    found = found.reshape(np.prod(found.shape[:-1]), people.size)
    return found, ranks(found, ranking(reach.away / unit, people))


def _counts(codes: Answers) -> dict[str, Any]:
    """Count the hotspots of each scenario by their answer."""
    named = {"gaps": GAP, "no_gaps": NO_GAP, "not_known": NOT_KNOWN}
    counts = {name: (codes == code).sum(axis=0) for name, code in named.items()}
    return {"in_question": (codes != OUTSIDE).sum(axis=0), **counts}


def _judged(
    places: gpd.GeoDataFrame, straight: Reach, sizes: Sizes, settings: Settings
) -> pd.DataFrame:
    """Judge every hotspot by the settings, in the question or not, as `find_gaps` does."""
    small = sizes.at([settings.smaller_below])
    asked = np.ones(small.shape, dtype=bool)
    judged = answers(straight, Rules(np.array([settings.radius_km * KM]), small, asked))[0, 0, 0]
    table = pd.DataFrame({name: places[name] for name in ("hotspot_id", "name", "country")})
    gap = pd.Series(judged == GAP, dtype="boolean").mask(judged == NOT_KNOWN)
    return table.assign(in_question=places["evidence"].isin(settings.evidence_levels), is_gap=gap)


def _over_scenarios(codes: Answers, numbers: Ranks) -> dict[str, Any]:
    """Count the scenarios of each hotspot by their answer, and find its best and worst rank."""
    flagged, known = (codes == GAP).sum(axis=1), (codes >= NO_GAP).sum(axis=1)
    asked, last = (codes != OUTSIDE).sum(axis=1), np.iinfo(np.int32).max
    best = np.where(numbers > 0, numbers, last).min(axis=1, initial=last)
    return {
        "scenarios": asked,
        "flag_share": _share(flagged, known),
        "flag_unknown_share": _share(asked - known, asked),
        "rank_best": _ranked(np.where(flagged > 0, best, 0)),
        "rank_worst": _ranked(numbers.max(axis=1, initial=0)),
    }


def _ranked(numbers: Any) -> pd.Series[int]:
    """Return ranks, NA for 0."""
    ranked: pd.Series[int] = pd.Series(numbers, dtype="Int64")
    return ranked.mask(ranked.eq(0))


def _share(part: Any, whole: Any) -> pd.Series[float]:
    """Divide counts; NA where there is nothing to divide by."""
    of = pd.Series(whole, dtype="Float64")
    share: pd.Series[float] = pd.Series(part, dtype="Float64") / of.mask(of.eq(0))
    return share
