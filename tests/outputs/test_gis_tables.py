"""Tables beside the layers: whole, described, the same bytes, and quietly read."""

from __future__ import annotations

import sqlite3
import warnings
from contextlib import closing

import geopandas as gpd
import pyogrio
import pytest

from conftest import make_points
from hotspot_gaps.outputs import tables
from hotspot_gaps.outputs.privacy import public_organizations

EVIL = "</script><img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def layers(gaps, organizations, countries):
    return {
        "gaps": gaps,
        "organizations": public_organizations(organizations),
        "countries": countries,
    }


@pytest.fixture(scope="module")
def geopackage(layers, tmp_path_factory):
    path = tmp_path_factory.mktemp("gis") / "gaps.gpkg"
    tables.write_geopackage(layers, path)
    return path


def ask(path, question, *values):
    with closing(sqlite3.connect(path)) as file:
        return file.execute(question, values).fetchall()


def test_the_file_is_whole(geopackage):
    assert ask(geopackage, "PRAGMA integrity_check") == [("ok",)]
    assert ask(geopackage, "PRAGMA foreign_key_check") == []
    assert ask(geopackage, "PRAGMA application_id") == [(0x47504B47,)]  # "GPKG"


def test_every_column_is_described(geopackage, layers):
    for name, layer in layers.items():
        rows = ask(
            geopackage,
            "SELECT column_name, name, title, description FROM gpkg_data_columns "
            "WHERE table_name = ? ORDER BY rowid",
            name,
        )
        assert [row[0] for row in rows] == [c for c in layer.columns if c != "geometry"]
        assert all(all(row) for row in rows)


def test_the_extension_is_registered(geopackage):
    rows = ask(
        geopackage,
        "SELECT table_name FROM gpkg_extensions WHERE extension_name = 'gpkg_schema' ORDER BY 1",
    )
    assert [row[0] for row in rows] == ["gpkg_data_column_constraints", "gpkg_data_columns"]


def test_every_layer_has_one_style_by_default(geopackage, layers):
    rows = ask(geopackage, "SELECT f_table_name, f_geometry_column, useAsDefault FROM layer_styles")
    assert rows == [(name, "geom", 1) for name in layers]


def test_layers_say_what_they_hold(geopackage):
    about = dict(ask(geopackage, "SELECT table_name, description FROM gpkg_contents"))
    assert "it is not cleared" in about["gaps"]
    assert "UNSCR 1244/1999" in about["countries"]


def test_nothing_carries_a_clock(geopackage, layers, tmp_path):
    tables.write_geopackage(layers, tmp_path / "gaps.gpkg")
    assert (tmp_path / "gaps.gpkg").read_bytes() == geopackage.read_bytes()
    assert set(ask(geopackage, "SELECT last_change FROM gpkg_contents")) == {(tables.FIXED_DATE,)}
    assert set(ask(geopackage, "SELECT update_time FROM layer_styles")) == {(tables.FIXED_DATE,)}


def test_gdal_reads_every_layer_without_a_warning(geopackage, layers):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for name, layer in layers.items():
            assert len(gpd.read_file(geopackage, layer=name)) == len(layer)
            pyogrio.read_info(geopackage, layer=name)
        assert len(pyogrio.read_dataframe(geopackage, layer="layer_styles")) == len(layers)


def test_a_layer_of_another_name_is_written_plainly(tmp_path):
    path = tmp_path / "mine.gpkg"
    tables.write_geopackage({"mine": make_points((19, 43), **{EVIL[:20]: [EVIL]})}, path)
    assert ask(path, "SELECT count(*) FROM layer_styles") == [(0,)]
    assert gpd.read_file(path, layer="mine").iloc[0, 0] == EVIL


def test_the_name_of_a_layer_is_no_sql(tmp_path):
    path, name = tmp_path / "mine.gpkg", "it's; DROP TABLE layer_styles"
    tables.write_geopackage({name: make_points((19, 43), a=[1])}, path)
    rows = ask(path, "SELECT table_name, column_name FROM gpkg_data_columns")
    assert rows == [(name, "a")]
