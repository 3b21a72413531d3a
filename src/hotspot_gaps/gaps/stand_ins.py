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
