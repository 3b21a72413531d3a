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


def test_a_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot write here"), written_together(tmp_path / "file"):
        pass
