"""Pictures are drawn side by side, and are the same as one after the other."""

from __future__ import annotations

import os
import signal

import pytest

import hotspot_gaps as hg
from hotspot_gaps import pipeline
from hotspot_gaps.errors import OutputError
from hotspot_gaps.outputs import drawing, pictures
from hotspot_gaps.outputs.drawing import drawing as draw_side_by_side


def test_one_processor_draws_in_this_process(monkeypatch):
    monkeypatch.setattr(drawing, "processors", lambda: 1)
    with draw_side_by_side() as draw:
        assert draw(os.getpid).result() == os.getpid()


def test_more_processors_draw_in_others(monkeypatch):
    monkeypatch.setattr(drawing, "processors", lambda: 2)
    with draw_side_by_side() as draw:
        assert draw(os.getpid).result() != os.getpid()


@pytest.mark.parametrize("processors", [1, 2])
def test_an_error_of_a_picture_reaches_the_caller(monkeypatch, processors):
    monkeypatch.setattr(drawing, "processors", lambda: processors)
    with pytest.raises(ValueError, match="invalid literal"), draw_side_by_side() as draw:
        draw(int, "no number").result()


def test_a_process_that_is_killed_is_told(monkeypatch):
    monkeypatch.setattr(drawing, "processors", lambda: 2)
    with pytest.raises(OutputError, match="was not drawn"), draw_side_by_side() as draw:
        draw(os.kill, draw(os.getpid).result(), signal.SIGKILL).result()
        draw(os.getpid).result()


def test_every_picture_is_the_same_in_another_process(monkeypatch, tmp_path):
    settings = hg.Settings()
    result = pipeline.judge(settings)
    for processors in (1, 2):
        monkeypatch.setattr(drawing, "processors", lambda count=processors: count)
        folder = tmp_path / str(processors)
        folder.mkdir()
        with draw_side_by_side() as draw:
            for picture in (pictures.draw_gap_map, *pictures.ANALYSES.values()):
                draw(picture, result, settings, folder)
    names = sorted(path.name for path in (tmp_path / "1").iterdir())
    assert names == sorted(
        ["gap_map.pdf", "gap_map.png", *(f"{name}.png" for name in pictures.ANALYSES)]
    )
    for name in names:
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "2" / name).read_bytes(), name
