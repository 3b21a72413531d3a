"""What every figure of the analyses has: texts that fit, and room to draw."""

from __future__ import annotations

from hotspot_gaps.outputs.sheet import sheet


def test_long_texts_are_wrapped_and_stay_inside():
    long = "a text of many words that goes on and on, " * 12
    figure, bottom, top = sheet(3.0, title=long, warning=long, lines=[long], sources=long)
    assert 0 < bottom < top < 1
    assert (top - bottom) * figure.get_figheight() == 3.0 or abs(
        (top - bottom) * figure.get_figheight() - 3.0
    ) < 1e-9
    figure.canvas.draw()
    for text in figure.texts:
        box = text.get_window_extent().transformed(figure.transFigure.inverted())
        assert 0 <= box.x0 < box.x1 <= 1.0, text.get_text()
        assert 0 <= box.y0 < box.y1 <= 1.0, text.get_text()


def test_the_note_on_kosovo_is_on_every_sheet():
    figure, *_ = sheet(1.0, title="A", warning="", lines=[], sources="Roads: ©.")
    assert figure.texts[-1].get_text().startswith("Roads: ©. * This designation")
