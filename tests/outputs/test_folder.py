"""All outputs or none."""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from pyogrio.errors import DataSourceError

from hotspot_gaps import OutputError
from hotspot_gaps.outputs import folder as folder_module
from hotspot_gaps.outputs.folder import written_together
from hotspot_gaps.sources.folder_moves import settle

OLD = {"a": "old", "b": "old", "run.json": "old", "stale": "old"}
NEW = {"a": "new", "b": "new", "c": "new", "run.json": "new"}
NAMES = {*OLD, *NEW}
# Writes NEW over OLD, and is killed at the n-th rename, unlink or flush to the disk.
KILLED = """
import os, signal, sys
from pathlib import Path
from hotspot_gaps.outputs.folder import written_together

left = [int(sys.argv[2])]

def deadly(call):
    def made(*arguments, **options):
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return call(*arguments, **options)
    return made

with written_together(Path(sys.argv[1]), {"a", "b", "c", "run.json", "stale"}) as folder:
    for name in ("a", "b", "c", "run.json"):
        (folder / name).write_text("new")
    for name in ("replace", "unlink", "fsync", "rename"):
        setattr(os, name, deadly(getattr(os, name)))
"""


def test_files_appear_together_and_others_stay(tmp_path):
    (tmp_path / "mine.txt").write_text("kept")
    with written_together(tmp_path) as folder:
        (folder / "a").write_text("1")
        assert not (tmp_path / "a").exists()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a", "mine.txt"]


@pytest.mark.parametrize("below", ["", "run"])
def test_a_link_to_nowhere_is_told_as_that(tmp_path, below):
    link, target = tmp_path / "link", tmp_path / "moved"
    link.symlink_to(target)
    with pytest.raises(OutputError) as caught, written_together(link / below):
        pass
    assert str(caught.value) == (
        "link: this is a link, and what it leads to is not there. "
        "Make that folder, or name another with --out."
    )
    assert link.is_symlink()
    target.mkdir()
    with written_together(link / below) as folder:
        (folder / "a").write_text("1")
    assert (target / below / "a").read_text() == "1"


def test_what_an_earlier_run_left_goes_and_comes_back_on_failure(tmp_path, monkeypatch):
    for name in ("a", "stale", "mine.txt"):
        (tmp_path / name).write_text("old")
    with pytest.raises(RuntimeError), written_together(tmp_path, {"a", "stale"}):
        raise RuntimeError
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a", "mine.txt", "stale"]
    replace = Path.replace

    def stopped(self, target):
        if self.name == "stale" and target.parent.name.startswith("old-"):
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


@pytest.fixture
def out(tmp_path):
    """Return a folder with the outputs of an earlier run, and a file of the user."""
    folder = tmp_path / "out"
    folder.mkdir()
    for name, text in {**OLD, "mine.txt": "kept"}.items():
        (folder / name).write_text(text)
    return folder


def content(folder):
    """Return the outputs in a folder, and see that the user's file is as it was."""
    assert (folder / "mine.txt").read_text() == "kept"
    found = (path for path in folder.iterdir() if path.is_file() and path.name != "mine.txt")
    return {path.name: path.read_text() for path in found}


def write_new(out):
    with written_together(out, NAMES) as folder:
        for name, text in NEW.items():
            (folder / name).write_text(text)


def child(code, *words, **options):
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, words)], stdout=subprocess.PIPE, text=True, **options
    )


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no kill -9 here")
def test_a_kill_at_any_step_leaves_old_or_new(out, tmp_path):
    """Kill at the first step, the second, and so on, until one gets through."""
    seen = []
    for step in range(1, 200):
        folder = shutil.copytree(out, tmp_path / str(step))
        with child(KILLED, folder, step) as process:
            code = process.wait(timeout=60)
        before = content(folder)
        # Where there is a manifest, it is of the side that all others are of.
        if before.get("run.json"):
            assert before in (OLD, NEW)
        planned = (folder / ".hotspot_gaps" / "plan.json").exists()
        settle(folder)
        after = content(folder)
        assert after == (NEW if planned or before == NEW else OLD)
        assert sorted(path.name for path in folder.iterdir()) == sorted([*after, "mine.txt"])
        seen.append((before == OLD, before == NEW, planned))
        if code == 0:
            break
        assert code == -signal.SIGKILL
    assert len(seen) > 20, len(seen)
    assert {(True, False, False), (False, False, True), (False, True, False)} <= set(seen)


@pytest.mark.parametrize("stop", [OSError(errno.ENOSPC, "No space left"), KeyboardInterrupt()])
def test_a_failure_at_any_rename_is_taken_back(out, monkeypatch, stop):
    replace = os.replace
    for step in range(1, 50):
        left = [step]

        def failing(*words, left=left):
            left[0] -= 1
            if left[0] == 0:
                raise stop
            return replace(*words)

        with monkeypatch.context() as patch:
            patch.setattr(os, "replace", failing)
            try:
                write_new(out)
            except (OutputError, KeyboardInterrupt):
                assert content(out) == OLD
                assert not (out / ".hotspot_gaps").exists()
            else:
                break
    assert step == 9 + 1  # the plan, 3 away and 1 stale, 4 in; the tenth is none
    assert content(out) == NEW


def test_what_cannot_be_taken_back_is_finished_by_the_next(out, monkeypatch):
    replace, calls = os.replace, []

    def failing(*words):
        calls.append(words)
        if len(calls) > 4:
            raise OSError(errno.EIO, "Input/output error")
        return replace(*words)

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", failing)
        with pytest.raises(OutputError, match=r"moved in only in part.*the next run"):
            write_new(out)
        with pytest.raises(OutputError, match="moved in only in part"):
            settle(out)
    assert "run.json" not in content(out)
    settle(out)
    assert content(out) == NEW


@pytest.mark.parametrize(
    "plan",
    [
        "", "[]", "{}", '{"new": 1, "arriving": [], "leaving": []}', "[" * 100_000,
        *(json.dumps({"new": "new-1", "arriving": [], "leaving": [name]})
          for name in ("../kept", "/etc/none", "", ".", "..", "a/b", "x\0", 3, ".hidden")),
        *(json.dumps({"new": name, "arriving": [], "leaving": []}) for name in ("..", "../new")),
    ],
)  # fmt: skip
def test_a_plan_of_a_stranger_moves_nothing(out, plan):
    (out.parent / "kept").write_text("kept")
    aside = out / ".hotspot_gaps"
    aside.mkdir()
    (aside / "plan.json").write_text(plan)
    with pytest.raises(OutputError, match=r"not what a run writes\. Remove the folder"):
        settle(out)
    assert content(out) == OLD
    assert (out.parent / "kept").exists()


def test_a_link_in_place_of_our_folder_is_not_followed(out, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "precious").write_text("kept")
    (out / ".hotspot_gaps").symlink_to(tmp_path / "elsewhere")
    for act in (write_new, settle):
        with pytest.raises(OutputError, match="is a link; remove it"):
            act(out)
    assert [path.name for path in (tmp_path / "elsewhere").iterdir()] == ["precious"]


HOLDS = """
import sys, time
from pathlib import Path
from hotspot_gaps.outputs.folder import written_together
with written_together(Path(sys.argv[1]), {"a"}) as folder:
    (folder / "a").write_text("of the other")
    print("holds", flush=True)
    sys.stdin.readline()
"""


def test_two_at_once_one_says_so(out):
    with child(HOLDS, out, stdin=subprocess.PIPE) as other:
        assert other.stdout.readline() == "holds\n"
        for act in (write_new, settle):
            with pytest.raises(OutputError, match=r"writing into this folder\. Wait"):
                act(out)
        other.stdin.close()
        assert other.wait(timeout=60) == 0
    assert content(out) == {**OLD, "a": "of the other"}
    write_new(out)
    assert content(out) == NEW


def test_a_killed_run_locks_nobody_out(out):
    with child(HOLDS, out, stdin=subprocess.PIPE) as other:
        other.stdout.readline()
        other.kill()
    assert [path.name for path in (out / ".hotspot_gaps").glob("new-*/*")] == ["a"]
    write_new(out)
    assert content(out) == NEW
    assert not (out / ".hotspot_gaps").exists()


def test_many_at_once_leave_one_whole(tmp_path):
    code = HOLDS.replace("sys.stdin.readline()", "").replace('"of the other"', "sys.argv[2]")
    children = [child(code, tmp_path, n, stderr=subprocess.DEVNULL) for n in range(8)]
    done = [
        n for n, each in enumerate(children) if each.communicate(timeout=60) and not each.returncode
    ]
    assert done
    assert (tmp_path / "a").read_text() in {str(n) for n in done}
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_folder_that_is_taken_away_is_told(out):
    with pytest.raises(OutputError, match=r"not written.*--out"):
        with written_together(out) as folder:
            shutil.rmtree(out)
            (folder / "a").write_text("new")
    with pytest.raises(OutputError, match="not written"), written_together(out) as folder:
        (folder / "a").write_text("new")
        shutil.rmtree(out)
    assert not out.exists()


def test_a_library_that_tells_a_full_disk_in_its_own_words(out, monkeypatch):
    def full(folder):
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(RuntimeError, match="own words"), written_together(out):
        raise RuntimeError("own words")
    with pytest.raises(OutputError, match=r"not written.*disk I/O error"), written_together(out):
        raise DataSourceError("disk I/O error")  # by then GDAL has made room again
    monkeypatch.setattr(folder_module, "_probe", full)
    with pytest.raises(OutputError, match=r"No space left on device.*Make room"):
        with written_together(out):
            raise RuntimeError("own words")
    with pytest.raises(OutputError, match="No space left on device"):
        write_new(out)  # all seemed well, but the end of a file may be lost
    assert content(out) == OLD


def test_a_read_only_folder_is_told(out):
    if os.name == "nt" or os.geteuid() == 0:
        pytest.skip("nothing is read-only for an administrator")
    out.chmod(0o555)
    with pytest.raises(OutputError, match="cannot write here"):
        write_new(out)
    settle(out)  # there is nothing to finish
    out.chmod(0o755)
    assert content(out) == OLD


def test_parents_made_for_nothing_are_taken_away(tmp_path):
    with pytest.raises(RuntimeError), written_together(tmp_path / "a" / "b" / "c"):
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []
