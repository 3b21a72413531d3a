"""GeoPackages: a database that computes what it holds is told, and no trigger runs."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from files_of_towns import problem
from seed_files import layer

from hotspot_gaps.sources.readers import read_table


def database(path: Path, *commands: str) -> Path:
    layer().to_file(path, layer="t")
    with sqlite3.connect(path) as opened:
        for command in commands:
            opened.execute(command)
    opened.close()
    return path


ENDLESS = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c"


@pytest.mark.parametrize(
    "commands",
    [
        [f"CREATE VIEW v AS {ENDLESS}", "UPDATE gpkg_contents SET table_name = 'v'"],
        ["CREATE VIRTUAL TABLE v USING fts4(a)"],
        ["ALTER TABLE t ADD COLUMN big AS (zeroblob(900000000))"],
        [f"ALTER TABLE t ADD COLUMN big DEFAULT '{'x' * 1_000}'"],
        [
            "DROP TABLE gpkg_ogr_contents",
            f"CREATE VIEW gpkg_ogr_contents AS SELECT 't' AS table_name, x FROM ({ENDLESS})",  # noqa: S608
        ],
    ],
)
def test_a_geopackage_that_computes_what_it_holds(tmp_path, commands):
    path = database(tmp_path / "a.gpkg", *commands)
    assert "computed when it is read" in problem(path).what


def test_triggers_of_a_geopackage_do_not_run(tmp_path):
    command = "CREATE TRIGGER g AFTER INSERT ON t BEGIN DELETE FROM t; END"
    path = database(tmp_path / "a.gpkg", command)
    before = path.read_bytes()
    assert len(read_table(path)) == 3
    assert path.read_bytes() == before
