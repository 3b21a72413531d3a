"""Tables of a GeoPackage beside its layers: styles for QGIS, and what the columns mean.

The schema extension (OGC 12-128r18, annex F.9) has the columns; `layer_styles` is where QGIS
keeps styles, and takes the one marked as default when a layer is opened.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from hotspot_gaps.outputs.field_meanings import meanings
from hotspot_gaps.outputs.gis_styles import STYLES, layer_style

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

SCHEMA = "http://www.geopackage.org/spec121/#extension_schema"
TABLES = """
CREATE TABLE layer_styles (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256),
    f_table_schema TEXT(256), f_table_name TEXT(256), f_geometry_column TEXT(256),
    styleName TEXT(30), styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN, description TEXT,
    owner TEXT(30), ui TEXT(30), update_time DATETIME
);
CREATE TABLE gpkg_data_columns (
    table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT, description TEXT,
    mime_type TEXT, constraint_name TEXT,
    CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name),
    CONSTRAINT gdc_tn UNIQUE (table_name, name)
);
CREATE TABLE gpkg_data_column_constraints (
    constraint_name TEXT NOT NULL, constraint_type TEXT NOT NULL, value TEXT, min NUMERIC,
    min_is_inclusive BOOLEAN, max NUMERIC, max_is_inclusive BOOLEAN, description TEXT,
    CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value)
);
"""
EXTENDED = ("gpkg_data_columns", "gpkg_data_column_constraints")


def describe_layers(path: Path, layers: Mapping[str, Sequence[str]], *, date: str) -> None:
    """Add styles, aliases and descriptions to a GeoPackage.

    Parameters
    ----------
    path
        The file, with its layers written.
    layers
        Columns by layer, without the geometry.
    date
        The date to store as that of the change, ISO 8601 in UTC.
    """
    with closing(sqlite3.connect(path)) as file, file:
        file.executescript(f"BEGIN; {TABLES}")
        known = "INSERT INTO gpkg_extensions VALUES (?, NULL, 'gpkg_schema', ?, 'read-write')"
        file.executemany(known, [(table, SCHEMA) for table in EXTENDED])
        file.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, last_change) "
            "VALUES ('layer_styles', 'attributes', 'layer_styles', ?)",
            (date,),
        )
        for name, columns in layers.items():
            _describe(file, name, columns, date)


def _describe(file: sqlite3.Connection, name: str, columns: Sequence[str], date: str) -> None:
    rows = [
        (name, column, said.alias, said.alias, said.description)
        for column, said in meanings(name, columns).items()
    ]
    file.executemany(
        "INSERT INTO gpkg_data_columns (table_name, column_name, name, title, description) "
        "VALUES (?, ?, ?, ?, ?)",
        rows,
    )
    look = STYLES.get(name)
    if look is None:
        return
    about = "UPDATE gpkg_contents SET description = ? WHERE table_name = ?"
    file.execute(about, (look.about, name))
    (geometry,) = file.execute(
        "SELECT column_name FROM gpkg_geometry_columns WHERE table_name = ?", (name,)
    ).fetchone()
    file.execute(
        "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, "
        "f_geometry_column, styleName, styleQML, styleSLD, useAsDefault, description, owner, "
        "update_time) VALUES ('', '', ?, ?, ?, ?, '', 1, ?, '', ?)",
        (name, geometry, name, layer_style(name, columns), look.about, date),
    )
