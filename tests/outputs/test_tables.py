"""Tables: what is written is what was found."""

from __future__ import annotations

import json

import geopandas as gpd
import pandas as pd
import pyogrio
import pyproj
import pytest
from geopandas.testing import assert_geodataframe_equal
from pyarrow import parquet

from hotspot_gaps import Settings
from hotspot_gaps.gaps.flags import columns
from hotspot_gaps.outputs import tables


@pytest.fixture
def paths(full_run):
    return {path.name: path for path in full_run.outputs}


def test_csv_has_the_columns_and_a_row_a_hotspot(paths, gaps):
    table = pd.read_csv(paths["gaps.csv"])
    assert list(table) == [c for c in columns(Settings()) if c != "geometry"]
    assert table["hotspot_id"].tolist() == gaps["hotspot_id"].tolist()
    assert table["nearest_supported_km"].to_numpy() == pytest.approx(
        gaps["nearest_supported_km"].to_numpy(), abs=5e-4, nan_ok=True
    )


def test_parquet_keeps_everything(paths, full_run):
    assert_geodataframe_equal(
        gpd.read_parquet(paths["gaps.parquet"]), full_run.gaps, check_dtype=False
    )


def test_geoparquet_says_where_and_what_it_holds(paths, full_run):
    """Hold the metadata against https://geoparquet.org/releases/v1.1.0/."""
    schema = parquet.read_schema(paths["gaps.parquet"])
    geo = json.loads(schema.metadata[b"geo"])
    assert (geo["version"], geo["primary_column"]) == ("1.1.0", "geometry")
    assert list(geo["columns"]) == ["geometry"]
    column = geo["columns"]["geometry"]
    assert (column["encoding"], column["geometry_types"]) == ("WKB", ["Point"])
    assert pyproj.CRS.from_json_dict(column["crs"]) == "EPSG:4326"
    assert column["bbox"] == pytest.approx(full_run.gaps.total_bounds)
    said = {name: schema.field(name).metadata or {} for name in schema.names if name != "geometry"}
    assert [name for name, given in said.items() if not given.get(b"description")] == []
    assert b"inhabitants" in said["population"][b"description"].lower()


def test_geopackage_has_its_layers_in_4326_and_their_styles(paths, full_run):
    names = pyogrio.list_layers(paths["gaps.gpkg"])[:, 0].tolist()
    own = ["gaps", "organizations", "countries", "sites", "islands", "links"]
    assert names == [*own, "layer_styles"]
    layer = gpd.read_file(paths["gaps.gpkg"], layer="gaps")
    assert layer.crs == "EPSG:4326"
    assert len(layer) == len(full_run.gaps) == 38
    assert layer.geometry.isna().sum() == 4


def test_text_that_a_spreadsheet_would_run_is_defused(tmp_path, gaps):
    evil = gaps.copy()
    evil["name"] = ["=cmd()", "+1", "-1", "@x", *evil["name"].iloc[4:]]
    tables.write_csv(evil, tmp_path / "gaps.csv")
    written = pd.read_csv(tmp_path / "gaps.csv")["name"]
    assert written.iloc[:4].tolist() == ["'=cmd()", "'+1", "'-1", "'@x"]
    assert evil["name"].iloc[0] == "=cmd()"


def test_negative_numbers_stay_numbers(tmp_path, gaps):
    covered = gaps.assign(gap_margin_km=-3.5)
    tables.write_csv(covered, tmp_path / "gaps.csv")
    assert (pd.read_csv(tmp_path / "gaps.csv")["gap_margin_km"] == -3.5).all()
