"""The whole story on one screen: read and judge, then write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotspot_gaps.ceiling import held_below
from hotspot_gaps.outputs.drawing import drawing, processes
from hotspot_gaps.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from hotspot_gaps.gaps.result import Result


def _silent(_: str) -> None:
    """Say nothing."""


def run(
    settings: Settings | None = None,
    *,
    progress: Callable[[str], None] = _silent,
    scheduler: str | None = None,
    memory_mb: int | None = None,
) -> Result:
    """Run everything: read, judge, and write all outputs together.

    Parameters
    ----------
    settings
        Inputs, rule and output folder; the defaults when not given.
    progress
        Called with a short line before each step.
    scheduler
        As for `judge`. No byte of the outputs depends on it.
    memory_mb
        Megabytes that this process and those that draw may take together; no limit when not
        given. No byte of the outputs depends on it, and it is no setting. A scheduler's workers
        are not counted.

    Returns
    -------
    Result
        With the paths of the files written.

    Raises
    ------
    InputError, MissingInputError
        An input cannot be used; nothing is written.
    SchedulerError, MissingExtraError
        The cluster cannot be used; nothing is written.
    OutputError
        The outputs cannot be written, or not below that limit; earlier ones are untouched.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     result = run(Settings(out=folder))
    >>> sorted(path.name for path in result.outputs)
    ['brief.pdf', 'certainty.csv', 'concentration.csv', ...]
    """
    settings = settings or Settings()
    progress("reading and judging")
    judging = "hotspot_gaps.judging"
    with held_below(memory_mb, processes()) as most, drawing(most, load=judging) as shown:
        # Loaded while the processes that draw start.
        from hotspot_gaps.judging import judge
        from hotspot_gaps.writing import write_outputs

        result = judge(settings, scheduler=scheduler)
        return write_outputs(result, settings, shown, progress)
