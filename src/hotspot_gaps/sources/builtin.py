"""The built-in tables: where they are, and reading them as they are.

They were checked when they were built, and the tests send them through the same door as a user's
tables; so they are read here without the cost of checking again.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


def builtin_path(name: str) -> Path:
    """Return the path of a built-in file: inside the wheel, or `data/raw` of a checkout."""
    package = Path(__file__).resolve().parents[1]
    shipped = package / "data"
    return (shipped if shipped.is_dir() else package.parents[1] / "data" / "raw") / name


def read_builtin(name: str) -> pd.DataFrame:
    """Read a built-in CSV: text, except for ids, counts and coordinates; empty means not known."""
    import pandas as pd

    numbers = {"lat": "float64", "lon": "float64"}
    counts = dict.fromkeys(("geonames_id", "population", "stated_count"), "Int64")
    table = pd.read_csv(builtin_path(name), dtype=str, keep_default_na=False, na_values=[""])
    kinds = {c: t for c, t in {**numbers, **counts}.items() if c in table}
    return table.astype(kinds)
