"""The report: figures against their limits, and the page they are written to."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmarks.measure import Runs

HEADER = ("line", "figure", "ours", "rival", "ratio", "limit", "met")
ABOUT = """\
Every measurement is made in a fresh process, contenders taking turns, so that neither a warm
cache nor another one's memory is in it. Imports and making the input are not in the seconds;
loading compiled code from the disk is. hotspot_gaps uses all cores, where it does not say one
core; `sjoin_nearest`, BallTree, access and the floor use one. Ratios are of medians; the least and
the most stand beside them. Points are spread evenly over 10 W to 35 E and 35 to 65 N, from a seed.
Memory is the peak of the process, with Python, libraries and input. `benchmarks/contenders.py` has
the contenders, `make bench` repeats it all."""


@dataclass(frozen=True)
class Figure:
    """One number to reach; without a `limit` it is only told."""

    line: str
    what: str
    ours: str
    rival: str
    value: float
    limit: float | None = None
    unit: str = "×"

    @property
    def met(self) -> bool:
        """Whether the limit is held; always, where there is none."""
        return self.limit is None or self.value <= self.limit

    def cells(self, *, judged: bool = True) -> tuple[str, ...]:
        """Return the row of the table."""
        limit = "" if self.limit is None else f"≤ {self.limit:g}{self._unit()}"
        met = "" if self.limit is None or not judged else "yes" if self.met else "NO"
        value = f"{number(self.value)}{self._unit()}"
        return self.line, self.what, self.ours, self.rival, value, limit, met

    def _unit(self) -> str:
        return f" {self.unit}" if self.unit else ""


@dataclass
class Section:
    """One line of the list of numbers: what was found, in sentences and tables."""

    title: str
    text: str
    figures: list[Figure]
    header: tuple[str, ...] = ()
    rows: list[tuple[str, ...]] = field(default_factory=list)
    after: str = ""


def ratio(
    line: str, what: str, ours: Runs, rival: Runs, limit: float | None = None, *, share: float = 1
) -> Figure:
    """Compare the medians of two contenders; `share` multiplies ours, for instance by its cores."""
    cells = [f"{number(runs.median)} s" for runs in (ours, rival)]
    return Figure(line, what, *cells, share * ours.median / rival.median, limit)


def number(value: float) -> str:
    """Write a number with three digits that count."""
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}" if abs(value) >= 0.001 else f"{value:.1e}"


def timing(runs: Runs) -> tuple[str, str]:
    """Return the median and the spread, in seconds."""
    return number(runs.median), f"{number(min(runs.seconds))} to {number(max(runs.seconds))}"


def megabytes(runs: Runs) -> str:
    """Return the peak memory."""
    return f"{runs.peak / 1e6:,.0f}"


def machine() -> str:
    """Describe the machine in general words."""
    cores = f"{os.cpu_count()} cores"
    try:
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
        size = f", {memory:.0f} GiB of memory"
    except (ValueError, OSError, AttributeError):
        size = ""
    model, info = platform.processor(), Path("/proc/cpuinfo")
    if info.exists():
        lines = info.read_text(encoding="utf-8", errors="replace").splitlines()
        named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
        model = named[0] if named else model
    return f"{cores}{size}, {model or platform.machine()}, {platform.system()}"


def markdown(header: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """Write a table."""
    lines = [header, ("---",) * len(header), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def page(
    sections: list[Section],
    *,
    command: str,
    repeats: int,
    versions: dict[str, str],
    judged: bool = True,
) -> str:
    """Write the whole page, in Markdown.

    Parameters
    ----------
    sections
        In the order in which they shall stand.
    command
        What was typed.
    repeats
        Runs of each case.
    versions
        Of every part that took part.
    judged
        Whether the sizes are those that the limits are for.

    Returns
    -------
    str
    """
    figures = [figure for section in sections for figure in section.figures]
    held = [figure for figure in figures if figure.limit is not None]
    missed = [f"{figure.line}: {figure.what}" for figure in held if not figure.met]
    parts = ", ".join(f"{name} {version}" for name, version in sorted(versions.items()))
    verdict = f"{len(held) - len(missed)} of {len(held)} limits are met."
    if not judged:
        verdict = "Small sizes, to see that everything runs: no limit is judged."
    elif missed:
        verdict += f" Missed: {'; '.join(missed)}."
    blocks = [
        "# Benchmarks",
        f"Written by `{command}`; do not edit. {verdict}",
        ABOUT,
        f"- Machine: {machine()}\n- Python {platform.python_version()}; {parts}\n"
        f"- Runs of each case: {repeats}, where a table does not say otherwise",
        "## Numbers to reach",
        markdown(HEADER, [figure.cells(judged=judged) for figure in figures]),
    ]
    for section in sections:
        blocks += [f"## {section.title}", section.text]
        if section.rows:
            blocks.append(markdown(section.header, section.rows))
        if section.after:
            blocks.append(section.after)
    return "\n\n".join(blocks) + "\n"
