"""A proposal of sites: what they bring, how good that is, and how it is told."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from hotspot_gaps.gaps.counts import plural
from hotspot_gaps.gaps.optimum import OPTIMAL

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Proposal:
    """Where the next grants reach most, and how good that is.

    Attributes
    ----------
    sites
        A row a site, the one that adds most first: `order`, `site_id`, `name`, `country`,
        `gain` (what it adds to those before it; they sum up to `value`), `lost_without` (what is
        lost if it alone is left out), `towns` (names of the hotspots that it is the best site of).
    value, bound, gap, status
        What the sites bring together, what no choice exceeds, the share between the two, and
        `optimal` or `time_limit`.
    total
        What all hotspots together would bring; for p-median, the weighted way without new sites.
    unit
        What the numbers count: `towns`, `people`, or these times `km`.
    alternatives
        A row an exchange of one site for another candidate, the others staying, that keeps at least
        99 percent of `value`: `site_id`, `instead_id`, `name`, `country`, `value`, `share`.
    nested
        A row a step, if grants come one at a time and each is given where it adds most then:
        `step`, `site_id`, `name`, `country`, `gain`, `value`, `best` (what as many sites chosen
        together bring, at least), `cost` (best less value).
    candidates
        From how many candidates the sites are chosen.
    not_counted
        Hotspots that are asked for and not in the weights, as nobody knows how many people live
        there; names.
    notes
        What is not known, a line each.
    """

    sites: pd.DataFrame
    value: float
    bound: float
    gap: float
    status: str
    total: float
    unit: str
    alternatives: pd.DataFrame
    nested: pd.DataFrame
    candidates: int
    not_counted: tuple[str, ...]
    notes: tuple[str, ...]

    def record(self) -> dict[str, Any]:
        """Return everything as plain values, for JSON."""
        tables = ("sites", "alternatives", "nested")
        plain = {name: json.loads(getattr(self, name).to_json(orient="records")) for name in tables}
        others = {each.name: getattr(self, each.name) for each in fields(self)}
        return {**others, **plain}

    @property
    def _what(self) -> str:
        return self.unit.replace("towns", "towns and crossings")

    def lines(self) -> list[str]:
        """Tell the proposal in lines of text."""
        several = plural(self.candidates, "candidate site")
        if self.sites.empty:
            none = (
                f"None of {several} brings support near any of {_number(self.total)} {self._what}."
            )
            return [none if self.total else "There is no gap to bring support to.", *self.notes]
        proven = (
            "no other choice of them does more."
            if self.status == OPTIMAL
            else f"the search was cut short: no choice does more than {_number(self.bound)}."
        )
        count = len(self.sites)
        start = f"{count} of {several} {'bring' if count != 1 else 'brings'} support near"
        if self.unit.endswith("km"):
            start = f"{count} of {several} {'shorten' if count != 1 else 'shortens'} the ways by"
        said = [f"{start} {_number(self.value)} of {_number(self.total)} {self._what}; {proven}"]
        said += [
            f"  {row['order']}. {_place(row)}: {_number(row['gain'])} more "
            f"({row['towns']}); {_number(row['lost_without'])} lost without it"
            for row in self.sites.to_dict("records")
        ]
        exchanges = len(self.alternatives)
        said.append(f"{exchanges} exchanges of one site for another candidate keep at least 99 %.")
        steps = ", ".join(
            f"{row['name']} {_number(row['gain'])}" for row in self.nested.to_dict("records")
        )
        cost = float(self.nested["cost"].max())
        dear = f"costs up to {_number(cost)} {self.unit}" if cost else "costs nothing"
        said.append(f"One grant at a time: {steps}; that {dear} against choosing together.")
        if self.not_counted:
            said.append(f"Not counted, people not known: {', '.join(self.not_counted)}.")
        return [*said, *self.notes]


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 or value == round(value) else f"{value:.1f}"


def _place(row: Any) -> str:
    return f"{row['name']}, {row['country']}" if isinstance(row["country"], str) else row["name"]
