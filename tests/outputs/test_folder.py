"""All outputs or none."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from hotspot_gaps import OutputError
from hotspot_gaps.outputs.folder import written_together


def test_files_appear_together_and_others_stay(tmp_path):
    (tmp_path / "mine.txt").write_text("kept")
    with written_together(tmp_path) as folder:
        (folder / "a").write_text("1")
        assert not (tmp_path / "a").exists()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a", "mine.txt"]


def test_what_an_earlier_run_left_goes_and_comes_back_on_failure(tmp_path, monkeypatch):
    for name in ("a", "stale", "mine.txt"):
        (tmp_path / name).write_text("old")
    with pytest.raises(RuntimeError), written_together(tmp_path, {"a", "stale"}):
        raise RuntimeError
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a", "mine.txt", "stale"]
    replace = Path.replace

    def stopped(self, target):
        if self.name == "stale" and target.parent.name == "old":
            raise KeyboardInterrupt
        return replace(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", stopped)
        with (
            pytest.raises(KeyboardInterrupt),
            written_together(tmp_path, {"a", "stale"}) as folder,
        ):
            (folder / "a").write_text("new")
    assert {p.name: p.read_text() for p in tmp_path.iterdir()} == dict.fromkeys(
        ("a", "mine.txt", "stale"), "old"
    )
    with written_together(tmp_path, {"a", "stale"}) as folder:
        (folder / "a").write_text("new")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a", "mine.txt"]


def test_a_failure_while_writing_leaves_what_was_there(tmp_path):
    (tmp_path / "a").write_text("old")
    with pytest.raises(RuntimeError), written_together(tmp_path) as folder:
        (folder / "a").write_text("new")
        raise RuntimeError
    assert [p.name for p in tmp_path.iterdir()] == ["a"]
    assert (tmp_path / "a").read_text() == "old"


def test_a_failure_while_moving_takes_everything_back(tmp_path, monkeypatch):
    (tmp_path / "a").write_text("old")
    replace = Path.replace

    def full_disk(self, target):
        if self.name == "c":
            raise OSError(errno.ENOSPC, "No space left on device")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", full_disk)
    with pytest.raises(OutputError, match="earlier outputs are as they were"):
        with written_together(tmp_path) as folder:
            for name in "abc":
                (folder / name).write_text("new")
    assert [p.name for p in tmp_path.iterdir()] == ["a"]
    assert (tmp_path / "a").read_text() == "old"


@pytest.mark.parametrize("stop", [KeyboardInterrupt, SystemExit])
def test_ctrl_c_while_moving_takes_everything_back(tmp_path, monkeypatch, stop):
    for name in "abc":
        (tmp_path / name).write_text("old")
    replace, calls = Path.replace, []

    def interrupted(self, target):
        calls.append(self)
        if len(calls) == 4:
            raise stop
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", interrupted)
    with pytest.raises(stop):
        with written_together(tmp_path) as folder:
            for name in "abc":
                (folder / name).write_text("new")
    assert {p.name: p.read_text() for p in tmp_path.iterdir()} == dict.fromkeys("abc", "old")


def test_a_folder_in_the_way_is_left_alone(tmp_path):
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "mine").write_text("kept")
    with pytest.raises(OutputError, match="a folder of this name is in the way"):
        with written_together(tmp_path) as folder:
            (folder / "a").write_text("new")
            (folder / "b").write_text("new")
    assert [p.name for p in tmp_path.iterdir()] == ["b"]
    assert (tmp_path / "b" / "mine").read_text() == "kept"


def test_a_folder_made_for_nothing_is_taken_away(tmp_path):
    with pytest.raises(RuntimeError), written_together(tmp_path / "new"):
        raise RuntimeError
    assert not (tmp_path / "new").exists()


def test_a_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot write here"), written_together(tmp_path / "file"):
        pass
