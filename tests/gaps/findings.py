"""Findings as a run leaves them, for tests that compare two."""

from __future__ import annotations

import hotspot_gaps as hg
from hotspot_gaps.gaps.differences import Finding


def finding(hotspots, organizations, tables=None, **changes):
    """Make a finding as a run leaves it: restricted organizations are counted, not shown."""
    rules = hg.Settings(**changes)
    hidden = organizations["sensitivity"].eq("restricted")
    return Finding(
        gaps=hg.find_gaps(hotspots, organizations, settings=rules),
        organizations=organizations[~hidden].reset_index(drop=True),
        settings=rules,
        withheld=int(hidden.sum()),
        supported_withheld=int((hidden & organizations["supported"]).sum()),
        tables=tables or {},
    )
