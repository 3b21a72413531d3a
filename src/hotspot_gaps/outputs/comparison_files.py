"""Files of a comparison: a table, a figure and a paragraph, written together."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hotspot_gaps.errors import InputError, OutputError, Problem
from hotspot_gaps.gaps.comparison import compare
from hotspot_gaps.gaps.differences import Finding
from hotspot_gaps.gaps.discretion import is_restricted
from hotspot_gaps.gaps.missing import Known
from hotspot_gaps.outputs.comparison_figure import DPI, comparison_figure
from hotspot_gaps.outputs.comparison_words import comparison_title, paragraph
from hotspot_gaps.outputs.folder import written_together
from hotspot_gaps.outputs.privacy import public_organizations
from hotspot_gaps.outputs.tables import write_csv
from hotspot_gaps.outputs.words import day, subline
from hotspot_gaps.sources.manifests import AGAIN

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    import pandas as pd

    from hotspot_gaps.gaps.result import Result
    from hotspot_gaps.settings import Settings
    from hotspot_gaps.sources.past_runs import PastRun

NAMES = ("changes.csv", "changes.png", "changes.txt")


@dataclass(frozen=True)
class Side:
    """One of the two results of a comparison, and what is drawn and said beside it."""

    finding: Finding
    countries: gpd.GeoDataFrame
    known: Known
    version: str = ""


@dataclass(frozen=True)
class Comparison:
    """What changed.

    Attributes
    ----------
    changes
        As `compare` returns it.
    headline, paragraph
        The same in a line, and in a paragraph.
    outputs
        Paths of the files written.
    """

    changes: pd.DataFrame
    headline: str
    paragraph: str
    outputs: tuple[Path, ...]


def past_side(past: PastRun) -> Side:
    """Make a side of what a run left in its folder.

    Raises
    ------
    InputError
        Another version wrote it, without the counts that this one needs.
    """
    counts = past.counts
    absent = [each.name for each in fields(Known) if each.name not in counts]
    if absent:
        what = f"written by version {past.version}, without {', '.join(absent)}."
        raise InputError([Problem("run.json", 0, "counts", "", what, AGAIN)])
    told = {each.name: _as(each.type, counts[each.name]) for each in fields(Known)}
    wrong = [name for name, value in told.items() if value is ...]
    if wrong:
        what = f"not what a run counts: {', '.join(wrong)}."
        raise InputError([Problem("run.json", 0, "counts", "", what, AGAIN)])
    known = Known(**told)
    finding = Finding(
        gaps=past.gaps,
        organizations=_shown(past.organizations),
        settings=past.settings,
        withheld=known.organizations_restricted,
        supported_withheld=known.supported_restricted,
        tables=past.tables,
    )
    return Side(finding, past.countries, known, past.version)


def _as(kind: Any, value: Any) -> Any:
    """Return a count as the kind that it is; an ellipsis where it is of another kind."""
    if value is None and "None" in kind:
        return None
    if kind.startswith("tuple"):
        good = isinstance(value, list) and all(isinstance(one, str) for one in value)
        return tuple(value) if good else ...
    right = str if kind == "str" else int
    return value if isinstance(value, right) and not isinstance(value, bool) else ...


def judged_side(result: Result, settings: Settings) -> Side:
    """Make a side of what was just judged, from tables that both sides share."""
    tables = dict.fromkeys(("organizations", "supports"), "as given")
    finding = Finding(
        gaps=result.gaps,
        organizations=_shown(public_organizations(result.organizations)),
        settings=settings,
        withheld=int(is_restricted(result.organizations).sum()),
        supported_withheld=result.known.supported_restricted,
        tables=tables,
    )
    return Side(finding, result.countries, result.known)


def write_comparison(old: Side, new: Side, out: Path, *, beside: Sequence[Path] = ()) -> Comparison:
    """Compare two results and write what changed: a table, a figure and a paragraph.

    Parameters
    ----------
    old, new
        The earlier and the later result.
    out
        Folder that the three files are written to, together or not at all.
    beside
        Folders that must stay as they are.

    Raises
    ------
    InputError
        The results cannot be compared.
    OutputError
        The folder is one of `beside`, or cannot be written.
    """
    for folder in beside:
        if out.resolve() == folder.resolve() or folder.resolve() in out.resolve().parents:
            what = f"{out.name}: this is a run that is compared, and stays as it is."
            raise OutputError(f"{what} Name another folder with --out.")
    changes = compare(old.finding, new.finding)
    trust = _trust(old), _trust(new)
    told = paragraph(old.finding, new.finding, changes, trust=trust)
    versions = ""
    if old.version != new.version:
        versions = f" Written by two versions of the package, {old.version} and {new.version}."
    with written_together(out, NAMES) as folder:
        write_csv(changes, folder / "changes.csv")
        figure = comparison_figure(
            old.finding,
            new.finding,
            changes,
            countries=new.countries,
            trust=(trust[0], trust[1] + versions),
        )
        options: dict[str, Any] = {"metadata": {"Software": None}}
        figure.savefig(
            folder / "changes.png", dpi=DPI, pil_kwargs={"compress_level": 1}, **options
        )  # fmt: skip
        (folder / "changes.txt").write_text(f"{told}{versions}\n", encoding="utf-8")
    headline = comparison_title(old.finding, new.finding, changes)
    return Comparison(changes, headline, told + versions, tuple(out / name for name in NAMES))


def _trust(side: Side) -> str:
    """Say how far a result can be trusted; no support that is placed is no data, not an answer."""
    settings = side.finding.settings
    said = subline(side.known, settings)
    if side.known.supported_placed:
        return said
    return f"No documented support can be placed on {day(settings)}. {said}"


def _shown(organizations: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return organizations as a comparison needs them; a file tells yes and no as numbers too."""
    supported = organizations["supported"].astype("boolean").fillna(value=False).astype(bool)
    return organizations.assign(supported=supported)
