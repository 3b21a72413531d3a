"""Districts and checkpoints: from geoBoundaries, from one's own layers, and what is refused."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
from shapely import Point, box

import hotspot_gaps as hg
from conftest import make_points
from hotspot_gaps.sources.districts import areas_by_level, load_checkpoints, load_districts


def write(path, shapes, **columns):
    gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:4326").to_file(path)
    return path


def test_without_files_they_are_the_units_of_natural_earth():
    assert load_districts().equals(hg.load_boundaries(level="admin1"))


def test_of_several_files_the_one_with_the_most_districts_of_a_country_counts(shared_data):
    folder = shared_data / "admin_boundaries"
    paths = [folder / f"geoboundaries_{name}.geojson" for name in (
        "adm1", "BIH_adm2", "XKX_adm2_municipalities")]  # fmt: skip
    table = load_districts(paths)
    # SOURCES.md: ADM1 AL 12, MK 8, ME 23, RS 25 (BA 3, XK 7); BIH ADM2 12; XKX ADM2 38
    counts = {"AL": 12, "BA": 12, "ME": 23, "MK": 8, "RS": 25, "XK": 38}
    assert table["country"].value_counts().to_dict() == counts
    assert list(table.columns) == ["country", "name", "geometry"]
    assert table.equals(load_districts(paths[::-1]))


def test_own_layers_have_country_and_name(tmp_path):
    path = write(tmp_path / "own.gpkg", [box(0, 0, 1, 1)], country=["AL"], name=["Here"])
    assert load_districts([path])["name"].tolist() == ["Here"]


def test_countries_that_are_not_known_by_three_letters_are_left_out(tmp_path):
    path = write(
        tmp_path / "gb.geojson", [box(0, 0, 1, 1), box(1, 0, 2, 1)],
        shapeGroup=["ALB", "FRA"], shapeName=["Here", "There"],
    )  # fmt: skip
    assert load_districts([path])["name"].tolist() == ["Here"]


def test_a_layer_without_country_is_told(tmp_path):
    path = write(tmp_path / "own.gpkg", [box(0, 0, 1, 1)], name=["Here"])
    with pytest.raises(hg.InputError, match="column country: this column is missing"):
        load_districts([path])


def test_areas_are_countries_and_districts_of_those_asked(countries):
    codes = make_points((0, 0), (0, 0), country=["AL", "AL"])["country"]
    areas = areas_by_level(countries, load_districts(), codes)
    assert areas["level"].tolist() == ["country"] + ["district"] * 12
    assert set(areas["country"]) == {"AL"}


def test_checkpoints_of_the_mirror(shared_data):
    path = shared_data / "border_crossings" / "road_border_crossings.geojson"
    posts = load_checkpoints(path)
    # 62 on motorways, trunk and primary roads, and 6 more near a control post of OpenStreetMap.
    assert len(posts) == 68
    assert "RS-XK" in set(posts["border"])
    assert all(pair == "-".join(sorted(pair.split("-"))) for pair in posts["border"])


def test_own_checkpoints_need_no_class(tmp_path):
    path = write(tmp_path / "own.gpkg", [Point(20, 42)], country_a=["XK"], country_b=["RS"])
    assert load_checkpoints(path)["border"].tolist() == ["RS-XK"]


def test_bad_checkpoints_are_told(tmp_path):
    path = write(tmp_path / "a.gpkg", [Point(20, 42)], country_a=["XK"])
    with pytest.raises(hg.InputError, match="country_b"):
        load_checkpoints(path)
    areas = [box(0, 0, 1, 1)]
    path = write(tmp_path / "b.gpkg", areas, country_a=["XK"], country_b=["RS"])
    with pytest.raises(hg.InputError, match="row 1, column geometry: this is no point"):
        load_checkpoints(path)


@pytest.mark.parametrize("code", ["rs", "RSB", "", None, 7])
def test_countries_of_checkpoints_are_two_capitals(tmp_path, code):
    points = [Point(20, 42), Point(20, 43)]
    path = tmp_path / "a.geojson"
    frame = gpd.GeoDataFrame({"country_a": ["XK", code], "country_b": "ME"}, geometry=points)
    path.write_text(frame.set_crs("EPSG:4326").to_json())
    with pytest.raises(hg.InputError, match=r"row 2, column country_a.*two capitals"):
        load_checkpoints(path)


def test_checkpoints_in_a_table_of_text_are_told(tmp_path):
    path = tmp_path / "a.csv"
    table = {"country_a": ["XK"], "country_b": ["RS"], "geometry": ["POINT (20 42)"]}
    pd.DataFrame(table).to_csv(path, index=False)
    with pytest.raises(hg.InputError, match="column geometry"):
        load_checkpoints(path)


@pytest.mark.parametrize(
    ("flag", "count"), [(True, 1), (False, 0), ("true", 1), ("false", 0), ("False", 0)]
)
def test_local_crossings_count_where_a_post_is_near(tmp_path, flag, count):
    path = write(
        tmp_path / "a.gpkg", [Point(20, 42)], country_a=["XK"], country_b=["RS"],
        road_class=["tertiary"], osm_border_control_poi_within_3km=[flag],
    )  # fmt: skip
    assert len(load_checkpoints(path)) == count


@pytest.mark.parametrize("flag", ["maybe", 3, None])
def test_a_flag_that_is_neither_true_nor_false_is_told(tmp_path, flag):
    path = write(
        tmp_path / "a.gpkg", [Point(20, 42), Point(20, 42)], country_a="XK", country_b="RS",
        road_class="tertiary", osm_border_control_poi_within_3km=[flag, flag],
    )  # fmt: skip
    with pytest.raises(hg.InputError, match="row 1, column osm_border_control_poi_within_3km"):
        load_checkpoints(path)


def test_a_list_of_countries_is_told(tmp_path):
    path = tmp_path / "gb.geojson"
    frame = gpd.GeoDataFrame(
        {"shapeGroup": [["ALB"], "ALB"], "shapeName": ["Here", "There"]},
        geometry=[box(0, 0, 1, 1)] * 2, crs="EPSG:4326",
    )  # fmt: skip
    path.write_text(frame.to_json())
    with pytest.raises(hg.InputError, match="row 1, column shapeGroup"):
        load_districts([path])
