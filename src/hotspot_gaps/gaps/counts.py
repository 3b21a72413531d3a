"""Counts: numbers with their nouns, as sentences say them."""

from __future__ import annotations


def plural(count: int, one: str, several: str = "") -> str:
    """Write a number with its noun.

    >>> plural(1, "gap"), plural(2, "gap"), plural(0, "country", "countries")
    ('1 gap', '2 gaps', '0 countries')
    """
    return f"{count:,} {one if count == 1 else several or one + 's'}"
