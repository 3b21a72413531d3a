"""By road: whether a hotspot is a gap in minutes too, and what borders have to do with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hotspot_gaps.access.travel_time import REACHED, TOO_FAR, UNREACHABLE, joins, travel_time
from hotspot_gaps.gaps.discretion import is_restricted, is_supported
from hotspot_gaps.gaps.flags import ASKED

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from hotspot_gaps.access.road_network import RoadNetwork
    from hotspot_gaps.settings import Settings


def with_roads(
    gaps: gpd.GeoDataFrame,
    organizations: gpd.GeoDataFrame,
    network: RoadNetwork,
    *,
    settings: Settings,
) -> gpd.GeoDataFrame:
    """Add minutes by road to a table of gaps, and say where road and straight line disagree.

    Parameters
    ----------
    gaps
        As `find_gaps` returns it.
    organizations
        As `load_organizations` returns them. Only public ones are measured to: minutes to a
        restricted one, with speeds of one's choice, would tell where it is.
    network
        As `road_network` returns it.
    settings
        `radius_min` is the limit.

    Returns
    -------
    geopandas.GeoDataFrame
        The same rows with `travel_min`, `travel` (`reached`, `unreachable`,
        `too_far_from_a_road`), `nearest_supported_by_road_id`, `nearest_supported_by_road_name` and
        `is_gap_by_road` filled in, and a sentence more in `reason`. `is_gap_by_road` is NA where it
        is not asked or not known, as where a supported organization was not measured to: a
        restricted one, or one that is too far from a road.
    """
    import pandas as pd

    found = _minutes(gaps, organizations, network, settings)
    filled = gaps.assign(**found)
    missed = _not_measured(organizations[is_supported(organizations)], network)
    words = [_sentence(row, settings, missed) for row in filled.itertuples()]
    told = gaps["reason"] + pd.Series(words, index=gaps.index, dtype="str")
    return filled.assign(reason=told)[gaps.columns]


def border_scenarios(
    gaps: gpd.GeoDataFrame,
    organizations: gpd.GeoDataFrame,
    network: RoadNetwork,
    *,
    settings: Settings,
) -> pd.DataFrame:
    """Measure minutes with open borders, with the delay of the settings, and with closed borders.

    Parameters
    ----------
    gaps, organizations, network, settings
        As for `with_roads`.

    Returns
    -------
    pandas.DataFrame
        A row a hotspot, located or not, by `hotspot_id`; for each of `open`, `default` and
        `closed` the columns `travel_min_…`, `travel_…`, `nearest_supported_id_…` and
        `is_gap_by_road_…`. Open borders cost no time, closed ones cannot be crossed.
    """
    import pandas as pd

    travel = network.travel
    networks = {
        "open": network.with_borders(0.0),
        "default": network,
        "closed": network.with_borders(travel.border_delay_min, ("all",)),
    }
    kept = ["hotspot_id", "name", "country", "in_question", "gap_type"]
    table = pd.DataFrame(gaps[kept])
    for scenario, roads in networks.items():
        found = _minutes(gaps, organizations, roads, settings)
        for column, short in (
            ("travel_min", "travel_min"), ("travel", "travel"),
            ("nearest_supported_by_road_id", "nearest_supported_id"),
            ("is_gap_by_road", "is_gap_by_road"),
        ):  # fmt: skip
            table[f"{short}_{scenario}"] = found[column]
    ordered: pd.DataFrame = table.sort_values("hotspot_id", ignore_index=True)
    return ordered


def _minutes(
    gaps: gpd.GeoDataFrame,
    organizations: gpd.GeoDataFrame,
    network: RoadNetwork,
    settings: Settings,
) -> dict[str, pd.Series[Any]]:
    """Measure to public supported organizations, and hold the minutes against the limit."""
    supported = organizations[is_supported(organizations)]
    secret = is_restricted(supported)
    public = supported[~secret]
    found = travel_time(gaps, public, network, id="organization_id")
    if not public.geometry.notna().any():  # nobody to measure to is not the same as no road
        found = found.assign(travel=found["travel"].where(found["travel"].eq(TOO_FAR)))
    names = public.set_index(public["organization_id"].astype("str"))["name"]
    ids = found["id"].astype("str")
    far = (found["travel_min"] > settings.radius_min) | found["travel"].eq(UNREACHABLE)
    answer = far.astype("boolean").mask(~found["travel"].isin([REACHED, UNREACHABLE]))
    if _not_measured(supported, network):
        answer = answer.mask(far)
    return {
        "travel_min": found["travel_min"].astype("Float64"),
        "travel": found["travel"],
        "road_km": found["road_km"],
        "nearest_supported_by_road_id": ids,
        "nearest_supported_by_road_name": ids.map(names).astype("str"),
        "is_gap_by_road": answer.where(gaps["gap_type"].isin(ASKED)),
    }


def _not_measured(supported: gpd.GeoDataFrame, network: RoadNetwork) -> int:
    """Count the placed organizations that are restricted, or join no road."""
    placed = supported[supported.geometry.notna()]
    return int((is_restricted(placed) | ~joins(placed, network)).sum())


def _sentence(row: Any, settings: Settings, missed: int) -> str:
    """Say what the road adds to the reason; `missed` is how many with support are not measured."""
    import pandas as pd

    if row.travel == TOO_FAR:
        return f" By road: not known, {row.road_km:.1f} km from a road."
    if row.travel == UNREACHABLE:
        way = " By road no supported organization that was measured can be reached"
    elif row.travel == REACHED:
        same = row.nearest_supported_by_road_id == row.nearest_supported_id
        who = "" if same else f" to {row.nearest_supported_by_road_name}"
        way = f" By road it is {row.travel_min:.0f} min{who}"
    else:
        return ""
    limit = f"{settings.radius_min:.10g} min"
    if pd.isna(row.is_gap_by_road):
        others = "withheld, or too far from a road, and not measured"
        rest = f"; {missed} more with support {'is' if missed == 1 else 'are'} {others}"
        return f"{way}{rest if missed else ''}."
    gap = row.gap_type != "covered"
    if row.is_gap_by_road:
        beyond = "" if row.travel == UNREACHABLE else f", more than {limit}"
        return f"{way}{beyond}: a gap by road{' too' if gap else ', though not by air'}."
    return f"{way}, within {limit}: covered by road{', though not by air' if gap else ' too'}."
