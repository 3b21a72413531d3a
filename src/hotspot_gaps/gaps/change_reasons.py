"""Reasons of changes: the difference that flips an answer, in words, without names to withhold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from hotspot_gaps.access.geodesic import nearest, pairs_within
from hotspot_gaps.gaps.counts import plural
from hotspot_gaps.gaps.differences import Finding
from hotspot_gaps.gaps.rejudging import (
    COVERED,
    DATA,
    GAP,
    THRESHOLDS,
    Rejudging,
    Sufficient,
)

if TYPE_CHECKING:
    import geopandas as gpd

NOT_TOLD = "not_told_apart"
NAMED = 3  # organizations in one sentence
WITHHELD = "an organization whose name is withheld"
EVIDENCE = {
    "direct": "direct evidence alone",
    "reported": "reported or direct evidence",
    "related": "evidence of any level",
}


class Reasons:
    """Sentences about the differences between two results, a hotspot at a time."""

    def __init__(self, rejudged: Rejudging) -> None:
        self._rejudged = rejudged
        self._old, self._new = rejudged.findings
        self._hidden = hidden_ids(self._old, self._new)
        sides = ((self._old, self._new), (self._new, self._old))
        self._unlike = tuple(unlike_support(one, other) for one, other in sides)

    def cause(self, at: int, factor: str) -> str:
        """Name the kind of cause that a difference is."""
        if factor in THRESHOLDS:
            return "moved_threshold"
        if factor in DATA:
            return "corrected_data"
        if factor == "known":
            return "known_organizations"
        who = self._who(at)
        if len(who) and who["id"].isin(self._hidden).all():
            return NOT_TOLD
        if len(who) and who["status"].eq("moved").all():
            return "corrected_data"
        return "new_support" if self._nearer(at) else "ended_support"

    def of(self, at: int, found: Sufficient) -> str:
        """Say what flips the answer, or what cannot be told apart."""
        differ = self._rejudged.differences(at)
        if not found.sets:
            nothing = "Nothing that the two tables tell of it explains the change"
            return f"Not told apart. {nothing}; the rule or withheld data may differ."
        said = [
            " And: ".join(self.sentence(at, f) for f in differ if f in each) for each in found.sets
        ]
        if len(said) > 1:
            return f"Not told apart; either alone would do. {' Or: '.join(said)}"
        if not found.sure:
            others = "others may do so too, which withheld places do not let be told"
            return f"Not told apart: this leads there, {others}. {said[0]}"
        together = len(found.sets[0]) > 1
        return f"It takes these together. {said[0]}" if together else said[0]

    def sentence(self, at: int, factor: str) -> str:
        """Say how one thing differs."""
        old, new = self._old.settings, self._new.settings
        was, now = (table.iloc[at] for table in self._rejudged.tables)
        if factor == "support":
            return self._support(at)
        if factor == "known":
            return self._known(was, now)
        if factor == "place":
            return self._place(at)
        told = {
            "radius_km": f"The radius is {new.radius_km:.10g} km; it was {old.radius_km:.10g} km.",
            "smaller_below": (
                f"A smaller town has fewer than {new.smaller_below:,} inhabitants; the cut-off was "
                f"{old.smaller_below:,}.{self._stand_in(at)}"
            ),
            "evidence_asked": (
                f"The question is asked of hotspots with {EVIDENCE[new.evidence]}; it was "
                f"{EVIDENCE[old.evidence]}."
            ),
            "partner_radius_km": (
                f"A partner counts within {new.partner_radius_km:.10g} km; it was "
                f"{old.partner_radius_km:.10g} km."
            ),
            "population": f"Its size is {_size(now)}; it was {_size(was)}.",
            "kind": f"It is listed as {_kind(now)}; it was {_kind(was)}.",
            "evidence": f"Its evidence is {now['evidence']}; it was {was['evidence']}.",
        }
        return told[factor]

    def _stand_in(self, at: int) -> str:
        """Say which towns stand for a region, where the cut-off makes it another one."""
        if not self._rejudged.by_cut_off[at]:
            return ""
        was, now = (_town(table.iloc[at]) for table in self._rejudged.tables)
        return f" So it is measured from {now}; it was from {was}."

    def _place(self, at: int) -> str:
        one, other = (table.iloc[[at]] for table in self._rejudged.tables)
        if one.geometry.isna().any() or other.geometry.isna().any():
            placed = other.geometry.notna().all()
            return "It is placed now." if placed else "It is not placed any more."
        metres = nearest(other, one.reset_index(drop=True))["distance_m"].iloc[0]
        return f"Its point is {metres / 1000:.1f} km from where it was."

    def _known(self, was: pd.Series[Any], now: pd.Series[Any]) -> str:
        told = f"The nearest known organization is {self._nearest_known(now)}"
        return f"{told}; it was {self._nearest_known(was)}."

    def _nearest_known(self, row: pd.Series[Any]) -> str:
        band = row["nearest_known_band"]
        if not isinstance(band, str):
            return "none"
        if pd.isna(row["nearest_known_km"]):
            return f"{WITHHELD} ({band})"
        if row["nearest_known_id"] in self._hidden:
            return "one that the later run does not show"
        return f"{row['nearest_known_name']} ({row['nearest_known_km']:.1f} km)"

    def _support(self, at: int) -> str:
        """Say whose support began or ended within the radius."""
        nearer = self._nearer(at)
        finding = self._new if nearer else self._old
        radius = f"{finding.settings.radius_km:.10g} km"
        who = self._who(at)
        shown = who[~who["id"].isin(self._hidden)]
        if len(who) and shown.empty:
            return f"The later run lacks, or does not show, documented support within {radius}."
        named = [_named(row) for row in shown.head(NAMED).itertuples()]
        if len(shown) > NAMED:
            named.append(f"{len(shown) - NAMED} more")
        if not named:
            named = [WITHHELD if finding.supported_withheld else "which one is not told"]
        change = "that was not there before" if nearer else "that is not there any more"
        moved = bool(who["status"].eq("moved").any())
        where = " (placed elsewhere in the other run)" if moved else ""
        said = f"Documented support within {radius} {change}: {', '.join(named)}{where}."
        return said + self._because(moved=moved)

    def _because(self, *, moved: bool) -> str:
        """Say whether the date or the table makes the difference, as far as checksums tell."""
        old, new = self._old.settings.as_of, self._new.settings.as_of
        tables = ("organizations", "supports")
        one, other = ([f.tables.get(t) for t in tables] for f in (self._old, self._new))
        if moved:
            return ""
        if old == new:
            return " The date is the same; the table differs."
        dates = f" The date is {new.isoformat()}; it was {old.isoformat()}"
        if None in one or None in other:
            return f"{dates}; whether the table differs too is not told."
        if one == other:
            return f"{dates}; the tables are the same."
        return f"{dates}, and the tables differ; which of them it is is not told apart."

    def _nearer(self, at: int) -> bool:
        """Say whether the later table has support nearer to the hotspot than the earlier one."""
        for place in (1, 0):
            one, other = (self._rejudged.supported[place, side] for side in (0, 1))
            if one.told[at] and other.told[at]:
                return _km(other, at) < _km(one, at)
        after = self._rejudged.actual(at, 1)
        return after.state == COVERED or self._rejudged.actual(at, 0).state == GAP

    def _who(self, at: int) -> pd.DataFrame:
        """List the support that one result has within its radius, and the other has not there."""
        side = int(self._nearer(at))
        place, finding = self._rejudged.tables[side].iloc[[at]], self._rejudged.findings[side]
        unlike, radius_m = self._unlike[side], finding.settings.radius_km * 1000
        pairs = pairs_within(place, unlike, radius_m=radius_m)
        who = unlike.iloc[pairs["id"].to_numpy(dtype=int)].drop(columns="geometry")
        who = who.assign(km=pairs["distance_m"].to_numpy(dtype=float) / 1000)
        return pd.DataFrame(who).sort_values(["km", "id"], ignore_index=True)


def hidden_ids(old: Finding, new: Finding) -> frozenset[str]:
    """Return the organizations that the earlier run shows and the later one may withhold.

    An organization that is not in the later table of those that can be shown may have become
    restricted, so it is neither named nor drawn if that run withholds any.
    """
    if not new.withheld:
        return frozenset()
    return frozenset(old.organizations["organization_id"]) - frozenset(
        new.organizations["organization_id"]
    )


def unlike_support(finding: Finding, against: Finding) -> gpd.GeoDataFrame:
    """List the organizations that one result has as supported, and the other has otherwise.

    Parameters
    ----------
    finding, against
        The result with the support, and the other one.

    Returns
    -------
    geopandas.GeoDataFrame
        `id`, `name`, `town`, the point, and `status`: `other` (not supported there, or not in its
        table) or `moved` (supported there, at another point).
    """
    supported, there = (
        each.organizations[each.organizations["supported"].astype(bool)].reset_index(drop=True)
        for each in (finding, against)
    )
    points = dict(zip(there["organization_id"], there.geometry, strict=True))
    status = pd.Series("other", index=supported.index, dtype=object)
    for at, (name, point) in enumerate(
        zip(supported["organization_id"], supported.geometry, strict=True)
    ):
        if name in points:
            status[at] = "same" if point == points[name] else "moved"
    table = supported[["organization_id", "name", "town", "geometry"]]
    table = table.rename(columns={"organization_id": "id"}).assign(status=status)
    return table[status.ne("same")].reset_index(drop=True)


def listed_reason(*, now: bool) -> str:
    """Say that a hotspot is in one of the two lists alone."""
    if now:
        return "It is on the list now, and was not before."
    return "It is not on the list any more; that is not to say that it is cleared."


def _km(reach: Any, at: int) -> float:
    km = reach.km[at] if reach.km[at] >= 0 else reach.edge_km[at]
    return float(km) if km >= 0 else float("inf")


def _named(row: Any) -> str:
    town = f"{row.town}, " if isinstance(row.town, str) else ""
    return f"{row.name} ({town}{row.km:.1f} km)"


def _size(row: pd.Series[Any]) -> str:
    if row["size_class"] == "capital":
        return "that of a capital"
    return (
        "not known" if pd.isna(row["population"]) else plural(int(row["population"]), "inhabitant")
    )


def _town(row: pd.Series[Any]) -> str:
    if not isinstance(row["represented_by"], str):
        return "no town"
    return f"{row['represented_by']} ({_size(row)})"


def _kind(row: pd.Series[Any]) -> str:
    kind = str(row["kind"]).replace("_", " ")
    town = row["represented_by"]
    return f"{kind}, represented by {town}" if isinstance(town, str) else kind


def changed_support(old: Finding, new: Finding) -> tuple[list[str], list[str]]:
    """Name the organizations that are supported in one result alone, as far as they are shown.

    Returns
    -------
    tuple of list of str
        Those that the later result has, and those that the earlier one had, in order of their
        names; never one that the later run may withhold.
    """
    hidden = hidden_ids(old, new)
    rows = []
    for finding in (old, new):
        supported = finding.organizations[finding.organizations["supported"].astype(bool)]
        rows.append(supported[~supported["organization_id"].isin(hidden)])
    names = []
    for one, other in ((rows[1], rows[0]), (rows[0], rows[1])):
        only = one[~one["organization_id"].isin(other["organization_id"])]
        told = [
            f"{row.name} ({row.town})" if isinstance(row.town, str) else str(row.name)
            for row in only.itertuples(index=False)
        ]
        names.append(sorted(told))
    return names[0], names[1]
