"""Citations: title, date and address of a source, as one text."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


def citations(table: pd.DataFrame) -> list[str]:
    """Join what each row says of its source, leaving out what it does not say.

    >>> import pandas as pd
    >>> row = {"source_title": "A report", "source_date": None, "source_url": "https://example.org"}
    >>> citations(pd.DataFrame([row]))
    ['A report, https://example.org']
    """
    parts = table[["source_title", "source_date", "source_url"]].astype(object)
    return [", ".join(part for part in row if isinstance(part, str)) for row in parts.to_numpy()]
