"""The settings file: it names every setting, and changes none."""

from __future__ import annotations

import tomllib

import pytest

from hotspot_gaps import Settings
from hotspot_gaps.settings import Travel
from hotspot_gaps.settings_file import meanings, settings_file


def test_a_run_with_it_is_a_run_with_the_defaults(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "hotspot_gaps.toml").write_text(settings_file(), encoding="utf-8")
    assert Settings.from_toml("hotspot_gaps.toml") == Settings()


def test_it_has_every_setting_once():
    lines = [line.removeprefix("# ").split(" = ")[0] for line in settings_file().splitlines()]
    for model in (Settings, Travel):
        for name in set(model.model_fields) - {"travel"}:
            assert lines.count(name) == 1, name


def test_a_setting_without_a_default_can_be_uncommented():
    text = settings_file().replace('# hotspots = ""', 'hotspots = "mine.csv"')
    assert tomllib.loads(text)["hotspots"] == "mine.csv"


@pytest.mark.parametrize("model", [Settings, Travel])
def test_every_setting_has_one_line_of_meaning(model):
    said = meanings(model)
    assert list(said) == list(model.model_fields)
    for name, meaning in said.items():
        assert 15 < len(meaning) < 95, name
        assert meaning.endswith("."), name


def test_the_command_prints_it(capsys, monkeypatch):
    from hotspot_gaps import cli

    monkeypatch.setattr("sys.argv", ["hotspot-gaps", "template", "settings"])
    with pytest.raises(SystemExit) as stop:
        cli.main()
    assert not stop.value.code
    assert capsys.readouterr().out == settings_file()
