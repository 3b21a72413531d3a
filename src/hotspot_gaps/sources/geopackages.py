"""GeoPackages: a database may compute what it seems to hold; only what it stores is read."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from hotspot_gaps.sources.files import check_columns, file_error

if TYPE_CHECKING:
    from pathlib import Path

MAX_TABLES = 1_000
MAX_DEFAULT = 200  # letters of what stands in a column where a row has nothing
FIX = "Export the layer alone as GeoPackage."


def check_database(path: Path) -> None:
    """Refuse a GeoPackage with views, virtual tables or computed columns.

    These are programs: they may never end, or fill the memory from a file of a few kilobytes. The
    spatial index, a virtual table that every GeoPackage has, is let through.
    """
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as database:
        database.execute("PRAGMA trusted_schema = OFF")
        # As SQLite understands the schema, whatever its own table of tables says.
        listed = database.execute(
            "SELECT name, type FROM pragma_table_list WHERE schema = 'main' LIMIT ?",
            [MAX_TABLES + 1],
        ).fetchall()
        if len(listed) > MAX_TABLES:
            what = f"this has more than {MAX_TABLES:,} tables."
            raise file_error(path.name, what, FIX)
        for table, kind in listed:
            if kind == "view" or (kind == "virtual" and not _is_index(database, table)):
                what = f"{table!r} is computed when it is read, not stored."
                raise file_error(path.name, what, FIX)
            if kind == "table":
                _check_columns(database, table, path.name)


def _is_index(database: sqlite3.Connection, table: str) -> bool:
    """Say whether a virtual table is the index of a layer."""
    query = "SELECT count(*) FROM sqlite_master WHERE name = ? AND sql LIKE '%using%rtree%'"
    return table.startswith("rtree_") and database.execute(query, [table]).fetchone()[0] == 1


def _check_columns(database: sqlite3.Connection, table: str, file: str) -> None:
    """Refuse columns that are computed, or stand for more than they store."""
    columns = database.execute("SELECT * FROM pragma_table_xinfo(?)", [table]).fetchall()
    check_columns(len(columns), file)
    for _, name, _, _, default, _, hidden in columns:
        if hidden or len(str(default or "")) > MAX_DEFAULT:
            what = f"the column {name!r} of {table!r} is computed when it is read, not stored."
            raise file_error(file, what, FIX)
