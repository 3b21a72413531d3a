"""Hashtags of the Humanitarian Exchange Language for the columns of the gap table.

The standard: https://hxlstandard.org/standard/1-1final/dictionary/.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_TAGS = {
    "hotspot_id": "#loc+id", "name": "#loc+name", "country": "#country+code+v_iso2",
    "kind": "#loc+type", "alt_names": "#loc+alt+name", "represented_by": "#loc+represented_by",
    "lat": "#geo+lat", "lon": "#geo+lon", "population": "#population+num",
    "people_known_share": "#indicator+people_known+pct", "source": "#meta+source",
    "population_source": "#meta+source+population", "location_source": "#meta+source+geo",
    "reason": "#description+reason", "is_gap": "#status+gap", "gap_type": "#status+gap+type",
    "is_gap_by_road": "#status+gap+road",
    "nearest_supported_id": "#org+supported+id", "nearest_supported_name": "#org+supported+name",
    "nearest_known_id": "#org+known+id", "nearest_known_name": "#org+known+name",
    "nearest_supported_by_road_id": "#org+supported+road+id",
    "nearest_supported_by_road_name": "#org+supported+road+name",
}  # fmt: skip
_WITHIN = re.compile(r"(supported|known|people)_within_([0-9]+)(?:\.([0-9]+))?km")


def hashtags(columns: Iterable[str]) -> list[str]:
    """Return a hashtag for each column of the gap table.

    Parameters
    ----------
    columns
        Names of the columns; a radius in them becomes an attribute.

    Returns
    -------
    list of str
        One a column, all different.

    Examples
    --------
    >>> hashtags(["name", "supported_within_50km", "rank"])
    ['#loc+name', '#indicator+supported+within_50km', '#indicator+rank']
    """
    return [_TAGS.get(name) or _indicator(name) for name in columns]


def _indicator(name: str) -> str:
    found = _WITHIN.fullmatch(name)
    if found:
        radius = f"{found[2]}_{found[3]}" if found[3] else found[2]
        return f"#indicator+{found[1]}+within_{radius}km"
    return f"#indicator+{re.sub('[^a-z0-9_]', '_', name.lower())}"


def add_tag_row(path: Path) -> None:
    """Put the hashtags below the header of the gap table."""
    header, newline, rows = path.read_text(encoding="utf-8").partition("\n")
    tags = ",".join(hashtags(header.split(",")))
    path.write_text(f"{header}{newline}{tags}\n{rows}", encoding="utf-8", newline="")
