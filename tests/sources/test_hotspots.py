"""Hotspots from the user's own files: located, or a message that mends."""

from __future__ import annotations

import pandas as pd
import pytest

import hotspot_gaps as hg


def load(tmp_path, text, **options):
    path = tmp_path / "h.csv"
    path.write_text(text, encoding="utf-8")
    return hg.load_hotspots(path, **options)


def problems(tmp_path, text):
    with pytest.raises(hg.InputError) as caught:
        load(tmp_path, text)
    return caught.value.problems


def test_built_in_hotspots_pass_the_door_themselves(tmp_path, hotspots):
    from hotspot_gaps.sources.builtin import builtin_path

    copied = tmp_path / "hotspots.csv"
    copied.write_bytes(builtin_path("hotspots.csv").read_bytes())
    pd.testing.assert_frame_equal(pd.DataFrame(hg.load_hotspots(copied)), pd.DataFrame(hotspots))


def test_coordinates_win_and_the_population_comes_from_the_town_of_that_name(tmp_path):
    near = load(tmp_path, "name,country,source,lat,lon\nZvornik,BA,t,44.39,19.11\n").iloc[0]
    assert (near.geometry.x, near.geometry.y) == (19.11, 44.39)
    assert near["population"] == 8026
    assert near["location_source"] == "coordinates in the table"


def test_a_far_namesake_gives_no_population(tmp_path):
    far = load(tmp_path, "name,country,source,lat,lon\nZvornik,BA,t,43.35,17.8\n").iloc[0]
    assert pd.isna(far["population"])


def test_a_population_in_the_table_wins(tmp_path):
    row = load(tmp_path, "name,country,source,population\nZvornik,BA,t,60 000\n").iloc[0]
    assert row["population"] == 60_000
    assert row["population_source"] == "given in the table"


def test_a_geonames_id_settles_two_places_of_one_name(tmp_path):
    found = problems(tmp_path, "name,country,source\nBijelo Polje,ME,t\n")
    assert "several places have this name" in found[0].what
    row = load(tmp_path, "name,country,source,geonames_id\nBijelo Polje,ME,t,3204177\n").iloc[0]
    assert row["population"] == 765


def test_all_problems_come_at_once(tmp_path):
    found = problems(tmp_path, "name,country,source\nRožajee,ME,t\nAtlantis,RS,t\nZvornik,BA,t\n")
    assert [(p.file, p.row, p.column) for p in found] == [
        ("h.csv", 2, "name"),
        ("h.csv", 3, "name"),
    ]
    assert "Rožaje" in found[0].what


def test_problems_of_cells_of_points_and_of_names_come_together(tmp_path):
    found = problems(
        tmp_path,
        "name,country,source,lat,lon\nRožajee,ME,t,,\nZvornik,BAX,t,,\nBar,ME,t,19.1,42.1\n"
        "Budva,ME,t,47.0,19.0\nKotor,ME,,,\n",
    )
    assert [p.row for p in found] == [2, 3, 4, 5, 6]


def test_two_spellings_of_one_place_are_a_problem(tmp_path):
    found = problems(tmp_path, "name,country,source\nPeja,XK,t\nPejë,XK,t\n")
    assert "row 2 is the same place" in found[0].what


def test_two_rows_with_one_id_are_a_problem(tmp_path):
    found = problems(tmp_path, "hotspot_id,name,country,source\n,Bar,ME,t\nme-bar,Budva,ME,t\n")
    assert "another row has this id" in found[0].what


def test_places_of_any_index_give_the_same(hotspots):
    places = hg.load_places().sample(frac=1, random_state=3)
    again = hg.load_hotspots(places=places.set_axis(range(5000, 5000 + len(places))))
    pd.testing.assert_frame_equal(pd.DataFrame(again), pd.DataFrame(hotspots))


def test_a_geonames_id_with_coordinates_keeps_both(tmp_path):
    text = "name,country,source,geonames_id,lat,lon\nStari grad,ME,t,3204509,42.1,19.1\n"
    row = load(tmp_path, text).iloc[0]
    assert row["population"] == 17_727
    assert (row.geometry.y, row.geometry.x) == (42.1, 19.1)


def test_a_point_outside_its_country(tmp_path):
    found = problems(tmp_path, "name,country,source,lat,lon\nZvornik,BA,t,42.0,19.5\n")
    assert found[0].row == 2
    assert "outside" in found[0].what or "not in" in found[0].what


def test_swapped_coordinates_are_told_so(tmp_path):
    found = problems(tmp_path, "name,country,source,lat,lon\nZvornik,BA,t,19.1,44.39\n")
    assert "swapped" in str(found[0])


def test_an_extent_of_unknown_units(tmp_path):
    found = problems(
        tmp_path, "name,country,source,kind,extent\nNorth,XK,t,region,Nowhere;Zvečan\n"
    )
    assert "no unit Nowhere" in found[0].what


def test_an_extent_is_represented_by_its_most_populous_smaller_town(tmp_path):
    text = (
        "name,country,source,kind,extent,extent_source\nNorth,XK,t,region,Zvečan;Zubin Potok,we\n"
    )
    row = load(tmp_path, text).iloc[0]
    assert row["represented_by"] == "Zvečan"
    assert "(we)" in row["location_source"]
    lost = load(tmp_path, text, smaller_below=10).iloc[0]
    assert lost.geometry is None
    assert "no smaller town" in lost["location_source"]


def test_a_crossing_beside_the_town_of_its_name_gets_an_id_of_its_own(tmp_path):
    text = "name,country,source,kind,lat,lon\nBrod,XK,t,town,42.0,20.7\n"
    text += "Brod,XK,t,border_crossing,41.99,20.7\n"
    assert sorted(load(tmp_path, text)["hotspot_id"]) == ["xk-brod-border-crossing", "xk-brod-town"]


def test_of_a_crossing_without_a_point_no_town_is_guessed(tmp_path):
    (tmp_path / "h.csv").write_text(
        "name,country,kind,source\nBatrovci,RS,border_crossing,t\n", encoding="utf-8"
    )
    with pytest.raises(hg.InputError, match="this is no town") as caught:
        hg.load_hotspots(tmp_path / "h.csv")
    assert caught.value.problems[0].fix.startswith("Give lat and lon")
