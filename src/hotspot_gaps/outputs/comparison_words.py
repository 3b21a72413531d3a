"""Words about what changed: a title, a paragraph and lines, written from the table of changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hotspot_gaps.gaps.change_reasons import changed_support
from hotspot_gaps.gaps.comparison import CHANGES
from hotspot_gaps.gaps.counts import plural
from hotspot_gaps.gaps.flags import flagged_rows
from hotspot_gaps.outputs.phrases import ANSWERS, starred
from hotspot_gaps.outputs.words import EVIDENCE, day

if TYPE_CHECKING:
    import pandas as pd

    from hotspot_gaps.gaps.differences import Finding

WORDS = {
    "new_gap": "new gap",
    "closed_gap": "covered now",
    "no_longer_asked": "no longer asked",
    "no_longer_known": "no longer known",
    "gap_type_changed": "gap of another type",
    "answer_changed": "other answer, no gap",
    "added": "added to the list",
    "removed": "removed from the list",
    "corrected": "corrected, same answer",
    "town_changed": "measured from another town, same answer",
}
CAUSES = {
    "new_support": "new support",
    "ended_support": "ended support",
    "moved_threshold": "a moved threshold",
    "corrected_data": "corrected data",
    "known_organizations": "other known organizations",
    "list": "the list",
    "several": "several causes together",
    "not_told_apart": "causes not told apart",
}
STATES = {
    **ANSWERS,
    "outside": "outside the question",
    "not_listed": "not listed",
}
SETTINGS = {
    "as_of": ("date", ""), "radius_km": ("radius", " km"),
    "partner_radius_km": ("partners within", " km"), "radius_min": ("limit by road", " min"),
    "smaller_below": ("size cut-off", " inhabitants"),
    "evidence": ("weakest evidence", ""), "hotspots": ("table of hotspots", ""),
    "organizations": ("table of organizations", ""), "supports": ("table of support", ""),
}  # fmt: skip
NO_CHANGE = "No hotspot was added, removed, corrected or answered otherwise."
NAMED = 8


def comparison_title(old: Finding, new: Finding, changes: pd.DataFrame) -> str:
    """State how the number of gaps changed, in one line."""
    before, after = gap_count(old), gap_count(new)
    parts = [
        f"{count} {word}"
        for change, word in (
            ("new_gap", "new"), ("closed_gap", "covered now"),
            ("no_longer_asked", "no longer asked"), ("no_longer_known", "no longer known"),
        )
        if (count := int(changes["change"].eq(change).sum()))
    ]  # fmt: skip
    came, left = (_gaps_of_list(changes, column) for column in ("added", "removed"))
    parts += [f"{came} on places added to the list"] * bool(came)
    parts += [f"{left} on places removed from the list"] * bool(left)
    said = ", ".join(parts) or "the same ones"
    return f"{gaps_word(after)} now, {before} before: {said}"


def gap_count(finding: Finding) -> int:
    """Count the gaps of the question."""
    return int(flagged_rows(finding.gaps).sum())


def rule_words(finding: Finding) -> str:
    """Write the rule of a result shortly, for the head of its map."""
    settings = finding.settings
    return (
        f"{day(settings)}, {EVIDENCE[settings.evidence]} hotspots, under "
        f"{settings.smaller_below:,} inhabitants, radius {settings.radius_km:.10g} km"
    )


def differing_settings(old: Finding, new: Finding) -> list[str]:
    """Name the settings that differ, with both values; not where tables or outputs lie."""
    one, other = (
        finding.settings.model_dump(mode="json", exclude={"out", "basemap", "figures"})
        for finding in (old, new)
    )
    one, other = (_flat(values) for values in (one, other))
    told = []
    for key in one:
        if one[key] != other[key]:
            word, unit = SETTINGS.get(key, (key.replace("_", " ").replace(".", ", "), ""))
            told.append(f"{word} {_plain(other[key])}{unit}, before {_plain(one[key])}{unit}")
    return told


def paragraph(old: Finding, new: Finding, changes: pd.DataFrame, *, trust: tuple[str, str]) -> str:
    """Tell what changed in one paragraph.

    Parameters
    ----------
    old, new
        The two results.
    changes
        As `compare` returns it.
    trust
        How far the earlier and the later result can be trusted, in a sentence each.

    Returns
    -------
    str
        Sentences: the counts, the settings that differ, each change with its cause, and what is
        not known.
    """
    said = [f"{comparison_title(old, new, changes)}."]
    settings = differing_settings(old, new)
    if settings:
        said.append(f"What was asked differs: {'; '.join(settings)}.")
    else:
        said.append("What was asked is the same.")
    for change in CHANGES:
        some = changes[changes["change"].eq(change)]
        for cause in CAUSES:
            rows = some[some["cause"].eq(cause)]
            if len(rows):
                said.append(_group(rows, change, cause))
    if changes.empty:
        said.append(NO_CHANGE)
    said += support_lines(old, new)
    before, now = trust
    said.append(now if before == now else f"Before: {before} Now: {now}")
    return " ".join(said).strip()


def change_lines(changes: pd.DataFrame) -> list[str]:
    """Tell the changes in lines: those of one kind and one reason together."""
    lines = []
    kinds = ["change", "was", "now", "why"]
    for keys, rows in changes.groupby(kinds, sort=False):
        change, was, now, why = map(str, keys)
        lines.append(
            f"{WORDS[change].capitalize()}{_states(change, was, now)}: {_names(rows)}. {why}"
        )
    return lines


def support_lines(old: Finding, new: Finding) -> list[str]:
    """Say whose support is new or ended, whether or not it changes an answer."""
    came, went = changed_support(old, new)
    said = []
    for word, names in (("New documented support", came), ("No longer documented", went)):
        if names:
            more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
            said.append(f"{word}: {', '.join(names[:NAMED])}{more}.")
    if old.supported_withheld != new.supported_withheld:
        said.append(
            f"Supported organizations withheld: {new.supported_withheld} now, "
            f"{old.supported_withheld} before."
        )
    return said


def _group(rows: pd.DataFrame, change: str, cause: str) -> str:
    """Tell the rows of one change and one cause; the reason itself where it is one."""
    head = f"{WORDS[change].capitalize()}: {_names(rows)}"
    if change in {"added", "removed"}:
        return f"{head}."
    whys = rows["why"].unique()
    if len(whys) == 1:
        why: str = whys[0]
        return f"{head}. {why}"
    return f"{head}, by {CAUSES[cause]}."


def _names(rows: pd.DataFrame) -> str:
    """Name the first places of a group, and say how many more there are."""
    names = [f"{row['name']} ({starred(row['country'])})" for row in rows.to_dict("records")]
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


def _states(change: str, was: str, now: str) -> str:
    if change in {"added", "removed"}:
        return f", {STATES[now if change == 'added' else was]}"
    return f", {STATES[was]} → {STATES[now]}" * (was != now)


def _gaps_of_list(changes: pd.DataFrame, change: str) -> int:
    """Count the gaps among the hotspots that were added, or removed."""
    column = "now" if change == "added" else "was"
    states = changes.loc[changes["change"].eq(change), column]
    return int(states.isin(["unfunded_partner", "no_known_partner"]).sum())


def gaps_word(count: int) -> str:
    """Write a number of gaps."""
    return plural(count, "gap")


def _flat(values: dict[str, Any], start: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in values.items():
        if isinstance(value, dict):
            flat |= _flat(value, f"{start}{key}.")
        else:
            flat[f"{start}{key}"] = value
    return flat


def _plain(value: Any) -> str:
    if value is None:
        return "the built-in table"
    if isinstance(value, float):
        return f"{value:.10g}"
    if isinstance(value, int):
        return f"{value:,}"
    return (", ".join(map(str, value)) or "none") if isinstance(value, list) else str(value)
