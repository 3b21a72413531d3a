"""Privacy words: what was withheld and coarsened, in plain words."""

from __future__ import annotations

from typing import Any


def withheld_line(report: dict[str, Any]) -> str:
    """Say what was withheld and coarsened; nothing where nothing was.

    Parameters
    ----------
    report
        As `withheld_report` returns it.

    Examples
    --------
    >>> withheld_line({"organizations": 1, "fewer_are_not_told": 5, "told": [],
    ...     "in_other_places": 1, "moved_to_their_town": 2, "columns_not_used": 0,
    ...     "distances_in_bands": 3})
    'Withheld: 1 organization, counted and not shown; 3 distances told as bands. 2 finer ...
    """
    said = [_organizations(report)] if report["organizations"] else []
    moved, unused = report["moved_to_their_town"], report["columns_not_used"]
    if moved:
        said.append(f"{moved} finer coordinate{_s(moved)} moved to the town.")
    if unused:
        said.append(f"{unused} column{_s(unused)} of the organizations not used.")
    return f"Withheld: {' '.join(said)}" if said else ""


def by_place(report: dict[str, Any]) -> str:
    """Say how many are withheld where, as far as that is told.

    >>> told = [{"country": "BA", "district": "all", "organizations": 18}]
    >>> by_place({"told": told, "in_other_places": 35, "fewer_are_not_told": 5})
    'BA 18, elsewhere 35; fewer than 5 are not told by place'
    """
    few = f"fewer than {report['fewer_are_not_told']} are not told by place"
    parts = []
    for row in report["told"]:
        place = row["country"]
        place += "" if row["district"] == "all" else f" ({row['district']})"
        parts.append(f"{place} {row['organizations']}")
    if parts and report["in_other_places"]:
        parts.append(f"elsewhere {report['in_other_places']}")
    return f"{', '.join(parts)}; {few}" if parts else few


def _organizations(report: dict[str, Any]) -> str:
    number, bands = report["organizations"], report["distances_in_bands"]
    where = f" ({by_place(report)})" if report["told"] else ""
    line = f"{number} organization{_s(number)}, counted and not shown{where}"
    return f"{line}; {bands} distance{_s(bands)} told as band{_s(bands)}." if bands else f"{line}."


def _s(count: int) -> str:
    return "" if count == 1 else "s"
