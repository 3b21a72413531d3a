"""Names in any script are drawn without a warning, and never as boxes."""

from __future__ import annotations

import io

import pytest
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.figure import Figure

import hotspot_gaps as hg
from hotspot_gaps.outputs.glyphs import (
    FROM_LEFT,
    NOT_SHOWN,
    fitted,
    make_all_drawable,
    make_drawable,
    name_rows,
    width_pt,
)

WEIGHTS = [{}, {"fontweight": "bold"}, {"style": "italic"}]


def drawn(said, **look):
    text = Figure().text(0.5, 0.5, said, **look)
    make_drawable(text)
    # A glyph that is missing is a warning, and warnings fail.
    text.figure.savefig(io.BytesIO())
    return text


@pytest.mark.parametrize("look", WEIGHTS)
@pytest.mark.parametrize(
    "name",
    [
        "Sarandë", "Rožaje", "Rača", "Đakovica", "Gjirokastër", "Kragujevac ĆČŠŽĐ ćčšžđ", "Ohër",
        "Београд Ђђ Љљ Њњ Ћћ Џџ Јј", "Скопје Ѓѓ Ѕѕ Ќќ", "Търново", "Αθήνα",
        "Gdańsk Łódź", "İstanbul", "Timișoara", "Győr", "a\nb",
    ],
)  # fmt: skip
def test_the_scripts_of_the_region_are_drawn_as_they_are(name, look):
    text = drawn(name, **look)
    assert text.get_text() == name
    assert text.get_fontstyle() == look.get("style", "normal")


@pytest.mark.parametrize("name", ["مدينة", "پچ"])
def test_arabic_is_set_upright_where_the_slanted_font_has_none(name):
    assert drawn(name).get_text() == FROM_LEFT + name
    text = drawn(name, style="italic")
    assert (text.get_text(), text.get_fontstyle()) == (FROM_LEFT + name, "normal")


def test_letters_that_no_font_has_become_a_sign():
    assert (
        drawn("Bar 中文 नगर", style="italic").get_text()
        == "Bar " + NOT_SHOWN * 2 + " " + NOT_SHOWN * 3
    )


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Bar\u202egnp.exe", "Bargnp.exe"),
        ("Bar\x00\x1b[31m", "Bar  [31m"),
        ("tab\tbed", "tab bed"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("می\u200cخواهم", FROM_LEFT + "می\u200cخواهم"),
        ("lone\ud800", "lone"),
    ],
)
def test_invisible_signs_do_not_turn_or_break_a_line(said, shown):
    assert drawn(said).get_text() == shown


def test_every_text_of_a_page_is_seen_to():
    figure = Figure()
    ax = figure.add_subplot()
    texts = [figure.text(0, 0, "中"), ax.text(0, 0, "中"), ax.annotate("中", (0, 0))]
    make_all_drawable(figure)
    assert [text.get_text() for text in texts] == [NOT_SHOWN] * 3


def test_a_map_of_names_in_other_scripts(hotspots, organizations):
    names = ["Сарајево", "مدينة الميناء", "中文", "Αθήνα", "עיר", "\u202eabc", "Երևան"]
    odd = hotspots.assign(name=[names[n % 7] + f" {n}" for n in range(len(hotspots))])
    gaps = hg.find_gaps(odd, organizations)
    ax = hg.plot_gap_map(gaps, organizations=organizations)
    ax.figure.savefig(io.BytesIO(), dpi=40)
    texts = [text.get_text() for text in ax.texts]
    assert any("Сарајево" in text for text in texts)
    assert any("مدينة الميناء" in text for text in texts)
    assert any(text.startswith(NOT_SHOWN * 2) for text in texts)
    assert not any("中" in text or "\u202e" in text for text in texts)


def test_rows_are_named_in_what_can_be_drawn():
    ax = Figure().subplots()
    name_rows(ax, [2, 5], ["Rožaje", "重庆"], 8)
    ax.figure.savefig(io.BytesIO())
    labels = ax.get_yticklabels()
    assert [label.get_text() for label in labels] == ["Rožaje", NOT_SHOWN * 2]
    assert [label.get_fontsize() for label in labels] == [8, 8]
    assert [label.get_position()[1] for label in labels] == [2, 5]


@pytest.mark.parametrize("name", ["W" * 300, "i" * 300, "Bar", "Rožaje \u200b漢字" * 9])
def test_a_name_is_cut_to_its_column_and_keeps_its_end(name):
    cut = fitted(name, 90, 9, end=" (XK*)")
    assert cut.endswith(" (XK*)")
    assert width_pt(cut, 9) <= 90
    assert ("…" in cut) == (width_pt(f"{name} (XK*)", 9) > 90)
    wider = fitted(name, 120, 9, end=" (XK*)")
    assert len(wider) >= len(cut)


def test_names_of_rows_stay_on_the_page():
    figure = Figure(figsize=(10, 4))
    ax = figure.add_axes((0.27, 0.1, 0.7, 0.8))
    name_rows(ax, range(2), ["W" * 300, "Bar"], 8.5, ends=[" (GE)", " (ME)"])
    renderer = RendererAgg(*figure.bbox.size, figure.dpi)
    long, short = ax.get_yticklabels()
    assert long.get_window_extent(renderer).x0 >= 0
    assert long.get_text().endswith("… (GE)")
    assert short.get_text() == "Bar (ME)"
