"""Growth: how seconds and memory rise with the number of places, and the picture of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from benchmarks.distances import CORE, FAST, ONE
from benchmarks.measure import Bench, Case, Runs
from benchmarks.report import Figure, Section, megabytes, number

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from benchmarks.distances import Sizes

REPEATS = 3
CONTENDERS: dict[str, dict[str, tuple[str, tuple[tuple[str, Any], ...]]]] = {
    "nearest": {
        "hotspot_gaps": ("nearest_ours", (ONE,)),
        "sjoin_nearest": ("nearest_sjoin", ()),
        "BallTree": ("nearest_ball_tree", ()),
        "floor": ("floor", ()),
    },
    "counts": {
        "hotspot_gaps, core": ("counts_ours", (*CORE, ONE)),
        "hotspot_gaps[fast]": ("counts_ours", (*FAST, ONE)),
        "BallTree": ("counts_ball_tree", ()),
    },
}
TITLES = {"nearest": "Nearest facility", "counts": "Counts within 25, 50 and 100 km"}
LOOKS = {
    "hotspot_gaps": {"color": "#000000", "marker": "o", "linestyle": "-"},
    "hotspot_gaps, core": {"color": "#000000", "marker": "o", "linestyle": "-"},
    "hotspot_gaps[fast]": {"color": "#000000", "marker": "s", "linestyle": "--"},
    "sjoin_nearest": {"color": "#6f97c9", "marker": "^", "linestyle": "-"},
    "BallTree": {"color": "#a8322a", "marker": "D", "linestyle": "-"},
    "floor": {"color": "#8c8c8c", "marker": None, "linestyle": ":"},
}


class Curve(NamedTuple):
    """What one contender took, size by size; `guess` is the seconds of a size left out."""

    sizes: list[int]
    runs: list[Runs]
    guess: float | None

    @property
    def seconds(self) -> list[float]:
        """Medians."""
        return [run.median for run in self.runs]

    @property
    def megabytes(self) -> list[float]:
        """Peaks."""
        return [run.peak / 1e6 for run in self.runs]


def slopes(sizes: Sequence[float], values: Sequence[float]) -> list[float]:
    """Return the power of the size that the values grow with, step by step."""
    steps: list[float] = (np.diff(np.log(values)) / np.diff(np.log(sizes))).tolist()
    return steps


def grown(bench: Bench, sizes: Sizes, kind: str) -> dict[str, Curve]:
    """Measure every contender at every size that will not take too long."""
    curves = {name: Curve([], [], None) for name in CONTENDERS[kind]}
    for n in sizes.growth:
        cases = {}
        for name, curve in curves.items():
            if len(curve.sizes) >= 2:
                power = slopes(curve.sizes, curve.seconds)[-1]
                guess = curve.seconds[-1] * (n / curve.sizes[-1]) ** power
                if guess > sizes.longest_s:
                    curves[name] = curve._replace(guess=guess)
                    continue
            contender, options = CONTENDERS[kind][name]
            cases[name] = Case(contender, n, n // 10, options)
        repeats = min(bench.repeats, REPEATS if n < max(sizes.growth) else 1)
        for name, run in zip(cases, bench.measure(list(cases.values()), repeats), strict=True):
            curves[name].sizes.append(n)
            curves[name].runs.append(run)
    return curves


def growth(bench: Bench, sizes: Sizes, picture: Path) -> Section:
    """Measure the growth of nearest and counts, and draw it."""
    measured = {kind: grown(bench, sizes, kind) for kind in CONTENDERS}
    draw(measured, picture)
    rows, figures = [], []
    for kind, curves in measured.items():
        for name, curve in curves.items():
            powers = slopes(curve.sizes, curve.seconds)
            cells = [f"{number(run.median)} s, {megabytes(run)} MB" for run in curve.runs]
            if curve.guess is not None:
                cells.append(f"left out (some {number(curve.guess)} s)")
            rows.append((kind, name, *cells, ", ".join(map(number, powers))))
            if name.startswith("hotspot_gaps"):
                what = f"{kind}: last power of n, {name}"
                rival = curves["BallTree"]
                cells = number(powers[-1]), number(slopes(rival.sizes, rival.seconds)[-1])
                figures.append(Figure("growth", what, *cells, powers[-1], None, ""))
    return Section(
        "How cost grows",
        "n places and n/10 facilities, everything on one core; for counts, the pairs in reach grow "
        "with n², and hotspot_gaps[fast] compiles from 50,000 places on. Runs of each "
        f"case: {min(bench.repeats, REPEATS)}, for the largest size 1, or as many as above. A size "
        f"that would have taken more than {sizes.longest_s:g} s, by the growth before it, is left "
        "out. The last column has the slopes in the picture, step by step: 1 is in "
        "proportion to n.",
        figures,
        ("work", "contender", *(f"n = {n:,}" for n in sizes.growth), "slopes"),
        rows,
        f"![Seconds and memory against the number of places, on logarithmic scales]"
        f"({picture.name})",
    )


def draw(measured: dict[str, dict[str, Curve]], path: Path) -> None:
    """Draw seconds above memory, nearest beside counts, each line named at its end."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure as Page

    style = {"font.size": 8, "axes.spines.top": False, "axes.spines.right": False}
    with rc_context(style):
        page = Page(figsize=(7.4, 5.6), layout="constrained")
        axes = page.subplots(2, len(measured), sharex=True, sharey="row", squeeze=False)
        for column, (kind, curves) in enumerate(measured.items()):
            _lines(axes[0, column], curves, "seconds")
            _lines(axes[1, column], curves, "megabytes")
            axes[0, column].set_title(TITLES[kind], fontsize=9, fontweight="bold", loc="left")
            axes[1, column].set_xlabel("places (facilities: a tenth)")
        axes[0, 0].set_ylabel("seconds")
        axes[1, 0].set_ylabel("peak memory of the process, MB")
        for column, curves in enumerate(measured.values()):  # when the limits are known
            _names(axes[0, column], curves, "seconds")
            _names(axes[1, column], curves, "megabytes")
        page.savefig(path, dpi=200, metadata={"Software": None})


def _lines(ax: Any, curves: dict[str, Curve], what: str) -> None:
    from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

    for name, curve in curves.items():
        ax.plot(curve.sizes, getattr(curve, what), markersize=3.5, linewidth=1.2, **LOOKS[name])
    ax.set_xscale("log")
    ax.set_yscale("log")
    if what == "megabytes":
        ax.set_ylim(bottom=100)
    subs = (1, 2, 5) if what == "megabytes" else (1,)
    for axis, steps in ((ax.xaxis, (1,)), (ax.yaxis, subs)):
        axis.set_major_locator(LogLocator(subs=steps))
        axis.set_minor_locator(NullLocator())
        axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.9g}"))
    ax.grid(which="major", color="#e4e4e4", linewidth=0.5)
    ax.set_axisbelow(True)


def _names(ax: Any, curves: dict[str, Curve], what: str) -> None:
    """Name each line at its end, the names kept apart."""
    low, high = ax.get_ylim()
    apart, last = (high / low) ** 0.062, 0.0
    right = ax.get_xlim()[1]
    ends = sorted((getattr(curve, what)[-1], name) for name, curve in curves.items())
    for value, name in ends:
        size = curves[name].sizes[-1]
        last = max(value, last * apart)
        ax.annotate(
            name, (size, value), xytext=(max(right, size * 1.25), last), textcoords="data",
            va="center", fontsize=7.5, color=LOOKS[name]["color"], annotation_clip=False,
            arrowprops={"arrowstyle": "-", "color": "#b0b0b0", "linewidth": 0.5, "shrinkB": 4},
        )  # fmt: skip
