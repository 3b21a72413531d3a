"""Converting: grants as funders publish them, written as the tables that a run takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotspot_gaps.errors import OutputError
from hotspot_gaps.gaps.counts import plural
from hotspot_gaps.outputs import tables
from hotspot_gaps.outputs.folder import written_together

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from hotspot_gaps.sources.grant_tables import Converted

OUTPUTS = ("organizations.csv", "supports.csv", "conversion.csv")


def write_converted(converted: Converted, out: Path) -> list[Path]:
    """Write the tables into a folder, all of them or none, and return their paths.

    Raises
    ------
    OutputError
        They cannot be written, or a run or earlier tables lie in the folder; what was there is
        untouched.
    """
    if (out / "run.json").exists():
        raise OutputError(f"{out.name}: a run lies here, which stays as it is; name another --out.")
    if (out / OUTPUTS[0]).exists():
        what = "this is there already, and may hold your marks of who is restricted"
        raise OutputError(f"{OUTPUTS[0]}: {what}. Name another --out, or delete it.")
    with written_together(out, OUTPUTS) as folder:
        frames = (converted.organizations, converted.supports, converted.remarks)
        for name, frame in zip(OUTPUTS, frames, strict=True):
            tables.write_csv(frame, folder / name)
    return [out / name for name in OUTPUTS]


def told(converted: Converted, readings: Sequence[Path]) -> list[str]:
    """Say in a few lines what was carried over, and what was not."""
    organizations, supports, remarks = converted
    placed = int(organizations["geonames_id"].notna().sum())
    lines = [
        f"{plural(len(organizations), 'organization')} ({placed} placed at a town), "
        f"{plural(len(supports), 'support')} from {plural(len(readings), 'file')}.",
    ]
    for outcome, rows in remarks[remarks["outcome"] != "not used"].groupby("outcome"):
        reasons = rows.groupby("why")["count"].sum().sort_values(ascending=False, kind="stable")
        lines += [f"  {outcome}, {count} ×: {why}" for why, count in reasons.head(5).items()]
    fields = remarks.loc[remarks["outcome"].eq("not used"), "field"].nunique()
    if fields:
        lines.append(f"  not used: {fields} field{'' if fields == 1 else 's'}, in conversion.csv.")
    return [*lines, _to_go_through(len(organizations))]


def _to_go_through(number: int) -> str:
    """Say what only the user can do, before anything is shown."""
    whom = "it is marked public" if number == 1 else f"all {number} are marked public"
    return (
        f"BEFORE A RUN: {whom}, since no grant says who is in danger. Go through organizations.csv:"
        " set `sensitivity` to `restricted` for who may be attacked for what it does (shelters,"
        " work on violence against women, investigations), and delete rows that name a person."
    )
