"""Agreement of a run with the same run done again: what differs, by name, and why that may be."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

NOT_THERE = "not there"
SECTIONS = ("counts", "findings", "attributions", "withheld")
LONGEST = 120


@dataclass(frozen=True)
class Difference:
    """One thing that is not as it was.

    Attributes
    ----------
    kind
        input, setting, version, output or finding.
    name
        Of the table, setting, library, file or finding.
    was, now
        What the manifest says, and what was found.
    """

    kind: str
    name: str
    was: str
    now: str

    def __str__(self) -> str:
        text = f"{self.kind} {self.name}: {self.was} then, {self.now} now"
        # It goes to a terminal, which must not obey what a file holds.
        return "".join(sign if sign.isprintable() else "·" for sign in text)


def changed_inputs(
    old: Mapping[str, Sequence[Mapping[str, Any]]], new: Mapping[str, Sequence[Mapping[str, Any]]]
) -> tuple[list[Difference], list[str]]:
    """Hold the inputs of two manifests against each other, by checksum.

    Parameters
    ----------
    old, new
        `inputs` of the two.

    Returns
    -------
    list of Difference
        A file that has the same content under another name is the same.
    list of str
        What cannot be compared, because the checksum is withheld.
    """
    found, silent = [], []
    for table in sorted({*old, *new}):
        was, now = old.get(table, ()), new.get(table, ())
        if any("withheld" in file for file in was):
            silent.append(f"input {table}: not comparable, its checksum is withheld for safety.")
            continue
        lost, come = Counter(map(_sum, was)), Counter(map(_sum, now))
        if lost != come:
            gone = [_told(file) for file in was if _sum(file) not in come]
            here = [_told(file) for file in now if _sum(file) not in lost]
            found.append(Difference("input", table, _joined(gone), _joined(here)))
    return found, silent


def changed_values(
    kind: str, old: Mapping[str, Any], new: Mapping[str, Any], names: Sequence[str] | None = None
) -> list[Difference]:
    """Hold settings or versions against each other.

    Parameters
    ----------
    kind
        setting or version.
    old, new
        Values by name.
    names
        Which are compared; all when not given.
    """
    chosen = sorted({*old, *new}) if names is None else names
    return [
        Difference(kind, name, _shown(old.get(name)), _shown(new.get(name)))
        for name in chosen
        if old.get(name) != new.get(name)
    ]


def changed_findings(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Difference]:
    """Hold counts, findings and the background of two manifests against each other."""
    found = []
    for section in SECTIONS:
        was = old.get(section)
        before = was if isinstance(was, dict) else {}
        found += [
            Difference("finding", f"{section}.{name}"[:LONGEST], _shown(one), _shown(other))
            for name in sorted({*before, *new[section]})
            if (one := before.get(name)) != (other := new[section].get(name))
        ]
    if old.get("background") != new["background"]:
        was, now = _shown(old.get("background")), _shown(new["background"])
        found.append(Difference("finding", "background", was, now))
    return found


def changed_outputs(
    old: Mapping[str, str], again: Mapping[str, str], beside: Mapping[str, str]
) -> list[Difference]:
    """Hold the outputs of a run against those of the run done again, and against the files.

    Parameters
    ----------
    old
        SHA-256 by file name, as the manifest tells them.
    again
        The same, of the outputs of the run done again.
    beside
        The same, of the outputs that lie beside the manifest; empty when none do.

    Examples
    --------
    >>> [str(one) for one in changed_outputs({"a": "1"}, {"a": "1"}, {"a": "2"})]
    ['output a: as the run wrote it then, altered beside run.json now']
    """
    found = []
    for name in sorted({*old, *again}):
        if name not in again:
            found.append(Difference("output", name, "written", "not written when run again"))
        elif name not in old:
            found.append(Difference("output", name, "not written", "written when run again"))
        elif old[name] != again[name]:
            was, now = old[name][:12], again[name][:12]
            found.append(Difference("output", name, f"sha256 {was}", f"{now} when run again"))
    for name in sorted({*old, *beside}) if beside else ():
        if name not in beside:
            found.append(Difference("output", name, "written", "missing beside run.json"))
        elif name not in old:
            found.append(Difference("output", name, "not written", "beside run.json"))
        elif old[name] != beside[name]:
            now = "altered beside run.json"
            found.append(Difference("output", name, "as the run wrote it", now))
    return found


def why(differences: Sequence[Difference]) -> str:
    """Say in a sentence what may have made the outputs differ; nothing when they do not."""
    made_anew = [d for d in differences if d.kind == "output" and "again" in d.now]
    kinds = {d.kind for d in differences} - {"output", "finding"}
    if not made_anew:
        return ""
    if kinds == {"version"}:
        return "Only versions differ beside that, which may be why: install those of the run."
    if kinds:
        return f"The {' and the '.join(sorted(kinds))} named here may be why."
    return (
        "No input, setting or version is seen to differ: the manifest was altered, an input that "
        "cannot be compared has changed, or this is a defect; please report it."
    )


def _sum(file: Mapping[str, Any]) -> str:
    return str(file.get("sha256", file.get("withheld", "")))


def _told(file: Mapping[str, Any]) -> str:
    own = "built-in " if file.get("builtin") is True else ""
    sums = str(file["sha256"])[:12] if "sha256" in file else "withheld"
    return f"{own}{str(file['file'])[:LONGEST]} (sha256 {sums})"


def _joined(files: list[str]) -> str:
    more = f" and {len(files) - 3} more" if len(files) > 3 else ""
    return ", ".join(files[:3]) + more or NOT_THERE


def _shown(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, dict):
        return "other values" if len(value) > 3 else str(value)[:LONGEST]
    return str(value)[:LONGEST]
