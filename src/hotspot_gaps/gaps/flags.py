"""Flags: which hotspots are gaps, of which type, by what margin, and why, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hotspot_gaps.access.partitions import by_partition, gathered, is_partitioned
from hotspot_gaps.errors import InputError, Problem
from hotspot_gaps.gaps.citations import citations
from hotspot_gaps.gaps.discretion import (
    count_shown,
    is_restricted,
    is_supported,
    may_be_within,
    nearest_shown,
)
from hotspot_gaps.gaps.own_frames import as_hotspots, as_organizations
from hotspot_gaps.gaps.reasons import reason
from hotspot_gaps.gaps.towns import can_be_gap, size_class

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from hotspot_gaps.settings import Settings

WGS84 = "EPSG:4326"
ASKED = ("covered", "unfunded_partner", "no_known_partner")  # types that have a yes or no


def find_gaps(
    hotspots: gpd.GeoDataFrame | Any,
    organizations: gpd.GeoDataFrame,
    *,
    settings: Settings | None = None,
) -> gpd.GeoDataFrame:
    """Flag smaller hotspot towns and crossings with no supported organization nearby.

    Parameters
    ----------
    hotspots
        As `load_hotspots` returns them; a row a hotspot, located or not. Of a frame of one's own
        points and `population` are enough: `as_hotspots` says what is taken for what is missing,
        and names other columns. Of a Dask frame each partition is judged on its own, where it
        lies; the table that comes back is the same.
    organizations
        As `load_organizations` returns them; `supported` says which ones count as support,
        `support` is `documented`, `probable` or None. Rows without geometry are not measured. Of a
        frame of one's own points and `supported` are enough; see `as_organizations`.
    settings
        Radii, size cut-off and evidence levels; the defaults when not given.

    Returns
    -------
    geopandas.GeoDataFrame
        A row a hotspot, in their order and with their index, EPSG:4326. `is_gap` is NA where it is
        not known. `gap_type` is `covered`, `unfunded_partner`, `no_known_partner`, `not_asked`
        (larger town, capital, airport) or `unknown`. `gap_margin_km` is the distance to the nearest
        supported organization minus the radius. `rank` orders the gaps of the question, farthest
        from support first. Distances are kilometres on the WGS84 ellipsoid. A restricted
        organization counts as at the outer edge of its band of distance (25, 50, 100 km); only the
        band is given, and neither name nor id. Shares and ranks over scenarios, minutes, people,
        the order of proposed sites, islands and who answers crime markets are empty:
        `with_robustness`, `with_roads`, `with_people` and `with_outlook` fill them in.

    Raises
    ------
    CRSError
        A frame has no coordinate reference system, or coordinates outside its range.
    InputError
        A column is missing or cannot be read, two rows of a frame have one id, or a geometry is
        not a point.

    Examples
    --------
    >>> from hotspot_gaps import find_gaps, load_hotspots, load_organizations
    >>> gaps = find_gaps(load_hotspots(), load_organizations())
    >>> int((gaps["is_gap"] & gaps["in_question"]).sum())
    11
    """
    import geopandas as gpd

    from hotspot_gaps.settings import Settings

    settings = settings or Settings()
    organizations = as_organizations(gathered(organizations))
    if is_partitioned(hotspots):
        judged = by_partition(_judge_rows, hotspots, organizations, settings=settings)
    else:
        judged = _judge_rows(hotspots, organizations, settings=settings)
    judged = gathered(judged)
    table = judged.reset_index(drop=True)
    if is_partitioned(hotspots):
        _check_ids(table)
    table["rank"] = _rank(table)
    frame = gpd.GeoDataFrame(table[columns(settings)], geometry="geometry", crs=WGS84)
    return frame.set_axis(judged.index, axis=0)


def _judge_rows(
    hotspots: gpd.GeoDataFrame, organizations: gpd.GeoDataFrame, *, settings: Settings
) -> pd.DataFrame:
    """Judge each hotspot on its own: everything but the rank, which is among all of them."""
    import pandas as pd

    own = as_hotspots(hotspots).reset_index(drop=True)
    asked = own["evidence"].isin(settings.evidence_levels) | own["evidence"].isna()
    judged = _judge(_measure(own, organizations, settings).assign(in_question=asked), settings)
    words = [reason(row, settings) for row in judged.itertuples()]
    judged["reason"] = pd.Series(words, index=judged.index, dtype="str")
    return _finish(judged, settings).set_axis(hotspots.index, axis=0)


def _check_ids(table: pd.DataFrame) -> None:
    """Refuse an id that is in two partitions."""
    ids = table.loc[table["hotspot_id"].duplicated(), "hotspot_id"].astype("str").unique()
    if len(ids):
        what, fix = "several rows have this id.", "Give each hotspot its own."
        raise InputError([Problem("hotspots", 0, "hotspot_id", i, what, fix) for i in ids[:20]])


def columns(settings: Settings) -> list[str]:
    """Return the columns of the gap table; the two counts carry their radius in the name."""
    return [
        "hotspot_id", "name", "country", "kind", "evidence", "in_question", "population",
        "population_source", "size_class", "is_gap", "gap_type", "gap_margin_km", "rank",
        "flag_share", "rank_best", "rank_worst", "nearest_flip", "nearest_supported_id",
        "nearest_supported_name", "nearest_supported_km", "nearest_supported_band",
        "nearest_known_id", "nearest_known_name", "nearest_known_km", "nearest_known_band",
        *count_columns(settings), "travel_min", "travel",
        "nearest_supported_by_road_id", "nearest_supported_by_road_name", "is_gap_by_road",
        people_column(settings), "people_known_share", "site_order", "island", "represented_by",
        "alt_names", "crime_markets", "answered_by_supported", "answered_by_known",
        "not_answered_by_known", "not_known_for_known", "reason", "source", "location_source",
        "lat", "lon", "geometry",
    ]  # fmt: skip


def count_columns(settings: Settings) -> tuple[str, str]:
    """Return the names of the columns that count supported and known organizations in reach."""
    return (
        f"supported_within_{settings.radius_km:.10g}km",
        f"known_within_{settings.partner_radius_km:.10g}km",
    )


def people_column(settings: Settings) -> str:
    """Return the name of the column that counts the people around a hotspot."""
    return f"people_within_{settings.partner_radius_km:.10g}km"


def _measure(
    hotspots: gpd.GeoDataFrame, organizations: gpd.GeoDataFrame, settings: Settings
) -> pd.DataFrame:
    """Measure the distances and counts that the judgement rests on."""
    import pandas as pd

    organizations = organizations.sort_values("organization_id")
    supported = is_supported(organizations)
    near = {
        "supported": organizations[supported],
        "probable": organizations[organizations["support"].eq("probable")],
        "unsupported": organizations[~supported],
        "known": organizations,
    }
    table = pd.DataFrame(hotspots.drop(columns=hotspots.geometry.name))
    for word, facilities in near.items():
        table = table.join(nearest_shown(hotspots, facilities).add_prefix(f"nearest_{word}_"))
    radius_m, partner_m = settings.radius_km * 1000, settings.partner_radius_km * 1000
    table["supported_within"] = count_shown(hotspots, near["supported"], radius_m)
    table["some_support_withheld"] = bool(is_restricted(near["supported"]).any())
    table["untold"] = may_be_within(hotspots, near["supported"], radius_m)
    table["partners_within"] = count_shown(hotspots, near["unsupported"], partner_m)
    table["known_within"] = count_shown(hotspots, organizations, partner_m)
    return table.assign(geometry=hotspots.geometry.to_crs(WGS84))


def _judge(table: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Apply the definitions of gap, gap type and margin."""
    import pandas as pd

    judged = table.copy()
    judged["size_class"] = size_class(table, smaller_below=settings.smaller_below)
    judged["asked"] = can_be_gap(table, judged["size_class"])
    judged["untold"] = judged["asked"].fillna(value=False) & table["untold"]
    judged["untold"] &= table["supported_within"].eq(0).fillna(value=False)
    judged["is_gap"] = (judged["asked"] & table["supported_within"].eq(0)).mask(
        judged["asked"].isna() | judged["untold"]
    )
    types = pd.Series("unknown", index=table.index, dtype="str")
    gap = gap_rows(judged)
    asked = judged["asked"].fillna(value=False).astype(bool) & ~judged["untold"].astype(bool)
    types = types.mask(
        judged["asked"].eq(other=False).fillna(value=False).astype(bool), "not_asked"
    )
    types = types.mask(asked & ~gap, "covered")
    types = types.mask(gap & table["partners_within"].gt(0).fillna(value=False), "unfunded_partner")
    types = types.mask(gap & table["partners_within"].eq(0).fillna(value=False), "no_known_partner")
    judged["gap_type"] = types
    judged["gap_margin_km"] = table["nearest_supported_km"] - settings.radius_km
    return judged


def flagged_rows(gaps: pd.DataFrame) -> pd.Series[bool]:
    """Say which rows of a gap table are gaps of the question."""
    rows: pd.Series[bool] = gap_rows(gaps) & gaps["in_question"]
    return rows


def gap_rows(gaps: pd.DataFrame) -> pd.Series[bool]:
    """Say which rows of a gap table are gaps, in question or not; what is not known is none."""
    return gaps["is_gap"].fillna(value=False).astype(bool)


def _rank(judged: pd.DataFrame) -> pd.Series[int]:
    """Rank the gaps in question: farthest from support first, the more populous, then by id."""
    import pandas as pd

    gaps = judged[flagged_rows(judged)]
    order = gaps.assign(
        people=gaps["population"].fillna(0),
        away=gaps["nearest_supported_km"].fillna(gaps["nearest_supported_edge_km"]),
    ).sort_values(
        ["away", "people", "hotspot_id"],
        ascending=[False, False, True],
        na_position="first",
    )
    ranks = pd.Series(range(1, len(order) + 1), index=order.index, dtype="Int64")
    return ranks.reindex(judged.index)


def _finish(judged: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Add the columns that are made of others, and those that are measured elsewhere."""
    import geopandas as gpd
    import pandas as pd

    table = judged.copy()
    within, known = count_columns(settings)
    table[within], table[known] = judged["supported_within"], judged["known_within"]
    empty = {
        "Float64": ("flag_share", "travel_min", "people_known_share"),
        "Int64": ("rank_best", "rank_worst", people_column(settings), "site_order", "island"),
        "str": (
            "travel", "nearest_supported_by_road_id", "nearest_supported_by_road_name",
            "answered_by_supported", "answered_by_known", "not_answered_by_known",
            "not_known_for_known", "nearest_flip",
        ),
        "boolean": ("is_gap_by_road",),
    }  # fmt: skip
    for kind, columns_of in empty.items():
        for column in columns_of:
            table[column] = pd.Series(pd.NA, index=table.index, dtype=kind)
    table["source"] = pd.Series(citations(judged), index=table.index, dtype="str")
    points = gpd.GeoSeries(judged["geometry"], crs=WGS84)
    table["lat"], table["lon"] = points.y, points.x
    return table
