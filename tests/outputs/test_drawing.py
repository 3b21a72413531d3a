"""Pictures are drawn side by side, and are the same as one after the other."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys

import loky
import pytest
from loky.process_executor import BrokenProcessPool

import hotspot_gaps as hg
from hotspot_gaps import judging
from hotspot_gaps.errors import OutputError
from hotspot_gaps.outputs import pictures
from hotspot_gaps.outputs.drawing import drawing


@pytest.fixture(params=[1, 2, 3])
def processors(request, monkeypatch):
    monkeypatch.setattr(loky, "cpu_count", lambda: request.param)
    return request.param


def test_answers_come_in_the_order_that_was_asked(processors):
    with drawing() as shown:
        for number in range(12):
            shown.draw(abs, -number)
        assert shown.finish() == list(range(12))


def test_one_processor_draws_here_and_more_draw_elsewhere(processors):
    with drawing() as shown:
        shown.draw(os.getpid)
        if processors > 1:
            shown._futures[0].exception(timeout=60)  # wait until somebody else has drawn it
        assert (shown.finish() == [os.getpid()]) is (processors == 1)


def test_a_daemon_which_may_have_no_children_draws_by_itself(monkeypatch):
    monkeypatch.setattr(loky, "cpu_count", lambda: 2)
    monkeypatch.setattr(multiprocessing.current_process(), "_config", {"daemon": True})
    with drawing() as shown:
        shown.draw(os.getpid)
        assert shown.finish() == [os.getpid()]


def test_an_error_of_a_picture_reaches_the_caller(processors):
    with pytest.raises(ValueError, match="invalid literal"), drawing() as shown:
        shown.draw(int, "no number")
        shown.finish()


def test_a_process_that_is_killed_is_told(monkeypatch):
    monkeypatch.setattr(loky, "cpu_count", lambda: 2)
    with pytest.raises(OutputError, match="was not drawn"), drawing() as shown:
        shown.draw(end_this_process, os.getpid())
        shown.finish()


def end_this_process(unless: int) -> None:
    """End the process as the system does when memory is short; never the one that asked."""
    if os.getpid() != unless:
        os.kill(os.getpid(), signal.SIGKILL)
    raise BrokenProcessPool


def test_every_picture_is_the_same_in_another_process(monkeypatch, tmp_path):
    settings = hg.Settings()
    result = judging.judge(settings)
    for count in (1, 2):
        monkeypatch.setattr(loky, "cpu_count", lambda count=count: count)
        folder = tmp_path / str(count)
        folder.mkdir()
        with drawing() as shown:
            for picture in (pictures.draw_gap_map, *pictures.ANALYSES.values()):
                shown.draw(picture, result, settings, folder)
            shown.finish()
    names = sorted(path.name for path in (tmp_path / "1").iterdir())
    assert names == sorted(
        ["gap_map.pdf", "gap_map.png", *(f"{name}.png" for name in pictures.ANALYSES)]
    )
    for name in names:
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "2" / name).read_bytes(), name


def test_a_process_whose_asker_is_gone_already_ends():
    """It would wait for ever if it took whoever adopted it for the one that asked."""
    code = "from hotspot_gaps.outputs.drawing import _end_with; _end_with(2**30)"
    done = subprocess.run([sys.executable, "-c", code], check=False, timeout=60)
    assert done.returncode == 1


def test_a_process_is_told_who_asked(monkeypatch):
    monkeypatch.setattr(loky, "cpu_count", lambda: 2)
    told = {}
    pool = loky.ProcessPoolExecutor
    monkeypatch.setattr(
        loky, "ProcessPoolExecutor", lambda **given: pool(**told.update(given) or given)
    )
    with drawing(load="json") as shown:
        shown.finish()
    assert told["initargs"] == (os.getpid(), "json")
