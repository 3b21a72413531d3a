"""Stand-ins: a region judged from the town that stands for it at each size cut-off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotspot_gaps.gaps.flags import find_gaps

if TYPE_CHECKING:
    import geopandas as gpd

    from hotspot_gaps.settings import Settings


def judge_stand_ins(
    stand_ins: gpd.GeoDataFrame, organizations: gpd.GeoDataFrame, *, settings: Settings
) -> gpd.GeoDataFrame:
    """Measure regions from every town that stands for them at some cut-off.

    Parameters
    ----------
    stand_ins
        As `load_stand_ins` returns them.
    organizations
        As for `find_gaps`.
    settings
        The settings of the run.

    Returns
    -------
    geopandas.GeoDataFrame
        As `find_gaps` returns it, with a row a stand-in in the order given, `stands_above` and
        `told`. Restricted organizations count in bands, as they do there.

    Examples
    --------
    >>> import hotspot_gaps as hg
    >>> from hotspot_gaps.sources.hotspots import load_stand_ins
    >>> towns = judge_stand_ins(load_stand_ins(), hg.load_organizations(), settings=hg.Settings())
    >>> print(towns["represented_by"].iloc[1], round(towns["nearest_supported_km"].iloc[1], 1))
    Čabra 246.0
    """
    steps = stand_ins[["hotspot_id", "stands_above", "told"]].reset_index(drop=True)
    # A region has several rows here, and `find_gaps` asks for an id of each row's own.
    own = [f"{at:09}" for at in range(len(steps))]
    judged = find_gaps(stand_ins.assign(hotspot_id=own), organizations, settings=settings)
    return judged.assign(**{name: steps[name] for name in steps})


def run_alone(gaps: gpd.GeoDataFrame, settings: Settings) -> gpd.GeoDataFrame:
    """Make stand-ins that tell the run alone, for where those of other cut-offs are not given.

    Parameters
    ----------
    gaps
        As `find_gaps` returns it.
    settings
        The settings it was judged with.

    Returns
    -------
    geopandas.GeoDataFrame
        As `judge_stand_ins` returns it. A region's town stands for it from above its own size to
        the cut-off of the run; below that another stands, or none, and above that perhaps another.
    """
    import geopandas as gpd
    import pandas as pd

    regions = gaps[gaps["represented_by"].notna()]
    # A size given in the table is that of the region, and says nothing of its town.
    given = regions["population_source"].eq("given in the table") | regions["population"].isna()
    least = regions["population"].mask(given, settings.smaller_below - 1).astype("int64")
    empty = regions.assign(geometry=None, represented_by=None, told=False)
    parts = [
        empty.assign(stands_above=0),
        regions.assign(stands_above=least, told=True),
        empty.assign(stands_above=settings.smaller_below),
    ]
    rows = pd.concat(parts).sort_values(["hotspot_id", "stands_above", "told"], kind="stable")
    return gpd.GeoDataFrame(rows.reset_index(drop=True), geometry="geometry", crs=gaps.crs)
