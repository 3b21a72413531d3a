"""Deprecation: what an importer still may write, what to write instead, and until when."""

from __future__ import annotations

import functools
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True)
class Deprecated:
    """Something that works until the version in which it is removed.

    Attributes
    ----------
    what
        What the importer wrote.
    instead
        What to write instead.
    since, removal
        The first version that warns, and the first one that does not have it.
    """

    what: str
    instead: str
    since: str
    removal: str

    def warn(self, stacklevel: int = 3) -> None:
        """Warn whoever called the function that calls this one."""
        text = (
            f"{self.what} is deprecated since {self.since} and will be removed in {self.removal}: "
            f"write {self.instead}."
        )
        warnings.warn(text, DeprecationWarning, stacklevel=stacklevel)


# Names that left the interface, with the module that they are in.
NAMES = {
    "DownloadError": Deprecated(
        "hotspot_gaps.DownloadError", "hotspot_gaps.errors.DownloadError", "0.1.0", "0.2.0"
    ),
    "UnknownPlaceError": Deprecated(
        "hotspot_gaps.UnknownPlaceError", "hotspot_gaps.errors.UnknownPlaceError", "0.1.0", "0.2.0"
    ),
    "gaps_on_the_list": Deprecated(
        "hotspot_gaps.gaps_on_the_list", "hotspot_gaps.gaps.certainty.gaps_on_the_list",
        "0.1.0", "0.2.0",
    ),
}  # fmt: skip
ARGUMENTS: list[Deprecated] = []  # of functions, filled in where they are defined


def first_is_keyword(
    name: str, *, since: str, removal: str
) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Go on taking an argument by position, before all others, that is now given by its name.

    Parameters
    ----------
    name
        Of the argument.
    since, removal
        As in `Deprecated`.
    """

    def decorate(function: Callable[P, T]) -> Callable[P, T]:
        positions = function.__code__.co_argcount
        old = Deprecated(
            f"{function.__name__} with {name} by position", f"{name}=…", since, removal
        )
        ARGUMENTS.append(old)

        @functools.wraps(function)
        def called(*args: P.args, **kwargs: P.kwargs) -> T:
            if len(args) > positions:
                old.warn()
                kwargs[name], *rest = args
                return function(*rest, **kwargs)  # type: ignore[arg-type]
            return function(*args, **kwargs)

        return called

    return decorate
