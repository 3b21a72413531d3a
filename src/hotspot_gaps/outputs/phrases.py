"""Phrases: numbers, shares, names of countries and sources, as every output writes them."""

from __future__ import annotations

import re

# The answers by code; the page has the same in its own file of words. Codes are for tables.
ANSWERS = {
    "unfunded_partner": "gap, known organization",
    "no_known_partner": "gap, no known organization",
    "covered": "covered",
    "not_asked": "not asked",
    "unknown": "not known",
}
# How a source names a hotspot, as the page has it in its own file of words.
EVIDENCES = {"direct": "named directly", "reported": "reported", "related": "later texts"}
# The same in a legend: what is known, and within how far.
NEAR = {
    "unfunded_partner": f"{ANSWERS['unfunded_partner']} without support{{}}",
    "no_known_partner": f"{ANSWERS['no_known_partner']}{{}}",
}
NO_GAP = "hotspot, no gap or not judged"
NUMBERS = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def number(count: int) -> str:
    """Write a small number as a word.

    >>> number(5), number(11)
    ('five', '11')
    """
    return NUMBERS[count] if count < len(NUMBERS) else str(count)


def about(number: float) -> str:
    """Write a number that is an estimate with three digits, and no more than it can say.

    >>> about(96_443), about(1_234_567), about(85)
    ('96,400', '1,230,000', '85')
    """
    return f"{float(f'{number:.3g}'):,.0f}"


def percent(share: float) -> str:
    """Write a share in percent; all and none are written only where it is all or none.

    >>> [percent(share) for share in (1, 0.9999, 0.889, 0.0001, 0)]
    ['100 %', '> 99 %', '89 %', '< 1 %', '0 %']
    """
    if share not in (0, 1) and not 0.005 <= share < 0.995:
        return "> 99 %" if share > 0.5 else "< 1 %"
    return f"{share:.0%}".replace("%", " %")


def starred(code: str, name: str | None = None) -> str:
    """Write the code of a country, or its name, with the star of the note where it is Kosovo.

    >>> starred("XK"), starred("XK", "Kosovo"), starred("AL", "Albania")
    ('XK*', 'Kosovo*', 'Albania')
    """
    return f"{name or code}{'*' if code == 'XK' else ''}"


def source_parts(source: str) -> dict[str, str]:
    """Part a source into its words and its address; only the web is linked to.

    >>> source_parts("A report, 2019, https://example.org/a")
    {'text': 'A report, 2019', 'url': 'https://example.org/a'}
    >>> source_parts("javascript:alert(1)")
    {'text': 'javascript:alert(1)', 'url': ''}
    """
    found = re.fullmatch(r"(?s)(.*?),? ?(https?://[^\s<>\"]+)", source)
    if not found:
        return {"text": source, "url": ""}
    return {"text": found[1], "url": found[2]}
