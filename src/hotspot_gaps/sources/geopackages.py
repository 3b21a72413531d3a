"""GeoPackages: a database may compute what it seems to hold; only what it stores is read.

And it says in tables of its own what is a layer: what these leave out would be lost.
"""

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
SHAPES = {
    "geometry", "point", "linestring", "polygon", "multipoint", "multilinestring", "multipolygon",
    "geometrycollection", "circularstring", "compoundcurve", "curvepolygon", "multicurve",
    "multisurface", "curve", "surface",
}  # fmt: skip


def check_database(path: Path) -> None:
    """Refuse a GeoPackage with views, virtual tables, computed columns or points in no layer.

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
        _check_layers(database, [table for table, kind in listed if kind == "table"], path.name)


def _check_layers(database: sqlite3.Connection, tables: list[str], file: str) -> None:
    """Refuse a table with geometries that the file does not list as a layer: they would be lost."""
    stored = {table.lower() for table in tables}
    features = _names(
        database, stored, "gpkg_contents", "SELECT table_name FROM gpkg_contents "
        "WHERE data_type = 'features' LIMIT ?",
    )  # fmt: skip
    shaped = _names(
        database, stored, "gpkg_geometry_columns", "SELECT table_name FROM gpkg_geometry_columns "
        "LIMIT ?",
    )  # fmt: skip
    for table in tables:
        holds = table.lower() in shaped or SHAPES & _types(database, table)
        if holds and table.lower() not in features & shaped:
            of = "gpkg_contents" if table.lower() not in features else "gpkg_geometry_columns"
            what = f"{table!r} holds geometries, but {of} does not name it as a layer with them."
            raise file_error(file, what, FIX)


def _names(database: sqlite3.Connection, stored: set[str], table: str, query: str) -> set[str]:
    """Return the tables that one of the file's own tables names; none where it has no such one."""
    rows = database.execute(query, [MAX_TABLES + 1]).fetchall() if table in stored else []
    return {str(name).lower() for (name,) in rows}


def _types(database: sqlite3.Connection, table: str) -> set[str]:
    """Return the types that the columns of a table are declared with."""
    rows = database.execute("SELECT type FROM pragma_table_xinfo(?)", [table]).fetchall()
    return {str(kind).lower() for (kind,) in rows}


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
