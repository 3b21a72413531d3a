"""`hotspot-gaps verify` does a run again and names what is not as it was."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

import hotspot_gaps as hg
from hotspot_gaps import pipeline
from hotspot_gaps.errors import InputError, MissingInputError, SettingsError
from hotspot_gaps.verification import verify
from test_cli import call

SUM = "a" * 64


@pytest.fixture
def folder(full_run, tmp_path):
    """Return a copy of a run, to be spoiled."""
    return Path(shutil.copytree(full_run.outputs[0].parent, tmp_path / "run"))


@pytest.fixture
def again(full_run, monkeypatch):
    """Have a run done again give what it gave, at no cost; return the settings it was asked for."""
    asked = []

    def copy(settings, **_):
        asked.append(settings)
        shutil.copytree(full_run.outputs[0].parent, settings.out)

    monkeypatch.setattr(pipeline, "run", copy)
    return asked


def spoil(folder, **changes):
    """Change parts of a manifest."""
    path = folder / "run.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    for part, change in changes.items():
        manifest[part] = {**manifest[part], **change} if isinstance(change, dict) else change
    path.write_text(json.dumps(manifest), encoding="utf-8")


def test_the_same_run_verifies(folder, monkeypatch, capsys):
    """Do it again indeed, from the manifest alone."""
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    code, out, err = call(monkeypatch, capsys, "verify", folder / "run.json")
    count = len(before) - 1
    assert (code, out.splitlines()) == (
        0, [f"{count} of {count} outputs come out the same, byte for byte. Nothing differs."],
    )  # fmt: skip
    assert "drawing pictures" in err
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_table_that_changed_since_is_named(tmp_path, monkeypatch, capsys):
    """Restricted rows have no checksum; a changed table of hotspots is named, and where from."""
    tables = {
        "hotspots": "name,country,source,kind\nRožaje,ME,t,town\nZvornik,BA,t,town\n",
        "organizations": "name,country,town,source,sensitivity\nPrva,BA,Trebinje,t,\n"
                         "Tajna,ME,Plav,t,restricted\n",
        "supports": "organization,programme,from,source\nPrva,p,2020,t\n",
    }  # fmt: skip
    (tmp_path / "mine").mkdir()
    for name, text in tables.items():
        (tmp_path / "mine" / f"{name}.csv").write_text(text, encoding="utf-8")
    paths = {name: tmp_path / "mine" / f"{name}.csv" for name in tables}
    hg.run(hg.Settings(**paths, out=tmp_path / "run"))
    code, out, err = call(monkeypatch, capsys, "verify", tmp_path / "run")
    assert (code, out) == (2, "")
    for name in tables:
        assert f"{name}: {name}.csv, which the run read, is not here; give it with --{name}" in err
    paths["hotspots"].write_text(tables["hotspots"].replace("Zvornik", "Bileća"), encoding="utf-8")
    (tmp_path / "c.toml").write_text("".join(f'{n} = "mine/{n}.csv"\n' for n in tables))
    words = ("verify", tmp_path / "run" / "run.json", tmp_path / "c.toml", "--json")
    code, out, _ = call(monkeypatch, capsys, *words)
    told = json.loads(out)
    assert code == 2
    assert not told["verified"]
    kinds = {one["kind"]: one for one in told["differences"]}
    assert {"input", "output"} <= set(kinds) <= {"input", "output", "finding"}
    assert kinds["input"]["name"] == "hotspots"
    names = {one["name"] for one in told["differences"]}
    assert {"gaps.csv", "gap_map.png"} <= names
    assert told["notes"] == [
        "input organizations: not comparable, its checksum is withheld for safety.",
        "input supports: not comparable, its checksum is withheld for safety.",
        "The input named here may be why.",
    ]
    assert "Tajna" not in out
    assert "Plav" not in out


def test_a_byte_of_an_output(folder, again):
    content = (folder / "gaps.csv").read_bytes()
    (folder / "gaps.csv").write_bytes(content[:-2] + b"?\n")
    (folder / "brief.pdf").unlink()
    (folder / "minutes_to_known.tif").write_bytes(b"of an earlier run")
    (folder / "notes.txt").write_text("mine")
    found = verify(folder / "run.json")
    assert [(one.name, one.now) for one in found.differences] == [
        ("brief.pdf", "missing beside run.json"),
        ("gaps.csv", "altered beside run.json"),
        ("minutes_to_known.tif", "beside run.json"),
    ]
    assert found.same == found.outputs
    assert found.notes == ()


def test_a_changed_built_in_table_is_named(folder, again):
    entry = {"file": "themes.csv", "bytes": 1, "sha256": SUM, "builtin": True}
    spoil(folder, inputs={"themes": [entry]})
    (only,) = verify(folder).differences
    assert (only.kind, only.name) == ("input", "themes")
    assert only.was == "built-in themes.csv (sha256 aaaaaaaaaaaa)"
    assert only.now.startswith("built-in themes.csv (sha256 ")


def test_another_version_is_named_and_may_be_why(folder, again):
    spoil(
        folder,
        hotspot_gaps="0.0.9",
        versions={"pandas": "1.0"},
        outputs={"gaps.csv": {"bytes": 1, "sha256": SUM}},
    )
    found = verify(folder)
    names = [(one.kind, one.name, one.was) for one in found.differences]
    assert names[:3] == [
        ("version", "hotspot_gaps", "0.0.9"), ("version", "pandas", "1.0"),
        ("output", "gaps.csv", f"sha256 {'a' * 12}"),
    ]  # fmt: skip
    assert found.notes == (
        "Only versions differ beside that, which may be why: install those of the run.",
    )
    assert found.same == found.outputs - 1


def test_settings_come_from_the_manifest_and_others_are_named(folder, again, tmp_path):
    spoil(folder, settings={"radius_km": 30.0})
    assert verify(folder).differences == ()
    assert (again[0].radius_km, again[0].figures) == (30.0, True)
    (only,) = verify(folder, radius_km=40.0).differences
    assert str(only) == "setting radius_km: 30.0 then, 40.0 now"
    (tmp_path / "c.toml").write_text("as_of = '2019-12-31'\n")
    found = verify(folder, tmp_path / "c.toml").differences
    assert [one.name for one in found] == ["as_of", "radius_km", "figures"]
    (tmp_path / "h.csv").write_text("x")
    (only,) = verify(folder, hotspots=tmp_path / "h.csv").differences
    assert (only.name, only.now) == ("hotspots", "a table of one's own")
    assert again[-1].hotspots is None


def test_an_altered_finding_is_named(folder, again):
    spoil(folder, counts={"gaps": 3})
    (only,) = verify(folder).differences
    assert str(only) == "finding counts.gaps: 3 then, 11 now"


def test_a_manifest_alone_is_enough(folder, again, tmp_path):
    (tmp_path / "sent").mkdir()
    shutil.copy(folder / "run.json", tmp_path / "sent" / "their.json")
    found = verify(tmp_path / "sent" / "their.json")
    assert found.differences == ()
    assert found.notes == ("No output lies beside run.json: only the run itself was compared.",)


def test_tables_beside_the_run_are_found(folder, again, tmp_path, monkeypatch):
    spoil(folder, settings={"hotspots": "h.csv"})
    with pytest.raises(MissingInputError, match=r"h\.csv, which the run read.*--hotspots"):
        verify(folder)
    (tmp_path / "else").mkdir()
    monkeypatch.chdir(tmp_path / "else")
    for place in (tmp_path / "else", tmp_path, folder):
        (place / "h.csv").write_text("x")
        verify(folder)
        used = again[-1].hotspots.resolve()
        assert used == place / "h.csv"
    spoil(folder, settings={"hotspots": None, "roads": "roads"})
    with pytest.raises(MissingInputError, match="`roads = …` in a TOML file"):
        verify(folder)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"basemap": "tiles.example.org"}, "live tiles"),
        ({"out": "/tmp/elsewhere"}, "tells no folder"),  # noqa: S108
        ({"hotspots": "../../etc/passwd"}, "not the name of a file"),
        ({"hotspots": ["h.csv"]}, "not the name of a file"),
        ({"radius_km": "far"}, "settings of version"),
        ({"radius_km": float("nan")}, "settings of version"),
        ({"travel": {"speeds_km_h": {"rail": 1}}}, "settings of version"),
        ({"nothing": 1}, "settings of version"),
    ],
)
def test_hostile_settings_are_refused_before_anything_runs(folder, again, settings, said):
    spoil(folder, settings=settings)
    with pytest.raises(InputError, match=said):
        verify(folder)
    assert again == []


def test_what_is_no_manifest(folder, again, tmp_path):
    with pytest.raises(MissingInputError, match="no such file"):
        verify(tmp_path / "none.json")
    (folder / "run.json").write_text("{")
    with pytest.raises(InputError, match="not readable as JSON"):
        verify(folder)


def test_a_setting_that_is_none_is_told(folder, again):
    with pytest.raises(SettingsError, match="nothing"):
        verify(folder, nothing=1)
    assert again == []
