"""Words on roads: what minutes rest on, and where road and straight line disagree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotspot_gaps.gaps.flags import ASKED

if TYPE_CHECKING:
    import geopandas as gpd

    from hotspot_gaps.settings import Settings


def road_line(gaps: gpd.GeoDataFrame, settings: Settings, *, measured: bool) -> str:
    """Say of the hotspots that are asked how many are gaps by road, and where air disagrees."""
    if not measured:
        return "Minutes by road are not measured: `hotspot-gaps fetch roads` brings the roads."
    asked = gaps[gaps["in_question"] & gaps["gap_type"].isin(ASKED)]
    told = asked[asked["is_gap_by_road"].notna()].astype({"is_gap": bool, "is_gap_by_road": bool})
    if told.empty:
        return "By road nothing can be told: no support that can be shown was measured to."
    lost = int((told["is_gap_by_road"] & told["travel"].eq("unreachable")).sum())
    far = int(told["is_gap_by_road"].sum()) - lost
    some = f"; {lost} cannot be reached" if lost else ""
    unknown = len(asked) - len(told)
    some += f"; {unknown} not known" if unknown else ""
    odd = told[told["is_gap"] != told["is_gap_by_road"]]
    same = f"disagree for {', '.join(sorted(odd['name']))}" if len(odd) else "agree everywhere"
    return (
        f"By road {far} of {len(asked)} {'is' if far == 1 else 'are'} more than "
        f"{settings.radius_min:.10g} min from documented support that can be shown{some} "
        f"({border_rule(settings)}). Road and straight line {same}."
    )


def minutes_rule(gaps: gpd.GeoDataFrame, settings: Settings) -> str:
    """Say what minutes on a map rest on; nothing where there are none."""
    if gaps["travel"].isna().all():
        return ""
    return f"Minutes: assumed speeds by class of road, {border_rule(settings)}."


def border_rule(settings: Settings) -> str:
    """Say what borders cost, and which are closed."""
    travel = settings.travel
    if "all" in travel.closed_borders:
        return "no border can be crossed"
    pairs = [border for border in travel.closed_borders if "-" in border]
    closed = f"; closed: {', '.join(pairs)}" if pairs else ""
    local = "without_checkpoint" in travel.closed_borders
    closed += "; crossings without a checkpoint closed" if local else ""
    return f"{travel.border_delay_min:.10g} min at each border{closed}"
