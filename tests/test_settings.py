"""Settings: frozen, checked, and helpful when a key is wrong."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from hotspot_gaps import MissingInputError, Settings, SettingsError


def test_defaults_are_those_of_the_question():
    settings = Settings()
    assert settings.as_of == dt.date(2020, 12, 31)
    assert (settings.radius_km, settings.partner_radius_km, settings.smaller_below) == (
        50,
        25,
        50_000,
    )
    assert settings.evidence_levels == ("direct", "reported")


def test_settings_are_frozen():
    with pytest.raises(ValueError, match="frozen"):
        Settings().radius_km = 3


def test_toml_paths_are_relative_to_the_file(tmp_path):
    config = tmp_path / "settings.toml"
    config.write_text('\ufeffhotspots = "mine.csv"\nradius_km = 30\nas_of = 2021-05-01\n')
    settings = Settings.from_toml(config, radius_km=40)
    assert settings.hotspots == tmp_path / "mine.csv"
    assert settings.radius_km == 40
    assert settings.as_of == dt.date(2021, 5, 1)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"radius": 3}, "Did you mean radius_km"),
        ({"zzz": 3}, "Known: hotspots"),
        ({"radius_km": -1}, "greater than or equal to 0.001"),
        ({"radius_km": float("nan")}, "radius_km"),
        ({"as_of": "soon"}, "write the date as 2020-12-31"),
        ({"as_of": 0}, "write the date as 2020-12-31"),
        ({"radius_km": True}, "radius_km"),
        ({"basemap": "/etc/passwd"}, "tile address"),
        ({"basemap": "/vsicurl/http://x/{z}/{x}/{y}"}, "tile address"),
        ({"evidence": "rumour"}, "'direct', 'reported' or 'related'"),
    ],
)
def test_wrong_settings(values, message):
    with pytest.raises(SettingsError, match=message):
        Settings(**values)


def test_wrong_files(tmp_path):
    with pytest.raises(MissingInputError):
        Settings.from_toml(tmp_path / "none.toml")
    (tmp_path / "bad.toml").write_text("= nonsense")
    with pytest.raises(SettingsError, match="not readable as TOML"):
        Settings.from_toml(tmp_path / "bad.toml")
    (tmp_path / "bad.toml").write_text("as_of = 31.12.2020")
    with pytest.raises(SettingsError, match="Write a date as 2020-12-31"):
        Settings.from_toml(tmp_path / "bad.toml")
    with pytest.raises(SettingsError, match="not readable"):
        Settings.from_toml(tmp_path)


def test_travel_is_a_table_of_its_own(tmp_path):
    text = 'roads = "my_roads"\n[travel]\nborder_delay_min = 5\nclosed_borders = ["XK-RS"]\n'
    (tmp_path / "run.toml").write_text(text + "speeds_km_h = { trunk = 70 }\n")
    settings = Settings.from_toml(tmp_path / "run.toml")
    assert settings.roads == tmp_path / "my_roads"
    assert settings.travel.border_delay_min == 5
    assert settings.travel.closed_borders == ("RS-XK",)
    assert settings.travel.speeds_km_h["trunk"] == 70
    assert settings.travel.speeds_km_h["primary"] == 65


@pytest.mark.parametrize(
    ("travel", "message"),
    [
        (
            {"border_dely_min": 3},
            r"travel.border_dely_min: .* Did you mean travel.border_delay_min",
        ),
        ({"speeds_km_h": {"footway": 5}}, "there is no class footway of roads; known: motorway"),
        ({"speeds_km_h": {"trunk": 0}}, "greater than or equal to 1"),
        ({"speeds_km_h": {"trunk": 1e-320}}, "greater than or equal to 1"),
        ({"speeds_km_h": {"trunk": True}}, "valid number"),
        ({"speeds_km_h": {"trunk": "70"}}, "valid number"),
        ({"access_km_h": 0.5}, "greater than or equal to 1"),
        ({"access_km_h": True}, "valid number"),
        ({"link_factor": 1e-320}, "greater than or equal to 0.01"),
        ({"link_factor": True}, "valid number"),
        ({"detour": True}, "valid number"),
        ({"farthest_road_km": True}, "valid number"),
        ({"farthest_road_km": 1e-320}, "greater than or equal to 0.001"),
        ({"border_delay_min": True}, "valid number"),
        ({"border_delay_min": "20"}, "valid number"),
        ({"closed_borders": ["Serbia"]}, "write RS-XK, all, or without_checkpoint"),
        ({"border_delay_min": -1}, "greater than or equal to 0"),
        ({"detour": 0.5}, "greater than or equal to 1"),
    ],
)
def test_impossible_travel_is_told(travel, message):
    with pytest.raises(SettingsError, match=message):
        Settings(travel=travel)


def test_numbers_of_numpy_are_numbers():
    assert Settings(smaller_below=np.int64(9), radius_km=np.float32(30)) == Settings(
        smaller_below=9, radius_km=30
    )
