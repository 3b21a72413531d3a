"""The figure of changes: what is marked changed, what is drawn may be shown."""

from __future__ import annotations

import io

import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.text import Text

from conftest import make_hotspots, make_organizations
from hotspot_gaps import Settings, find_gaps
from hotspot_gaps.gaps.comparison import compare
from hotspot_gaps.gaps.differences import Finding
from hotspot_gaps.outputs import style
from hotspot_gaps.outputs.comparison_figure import MOST_LINES, comparison_figure
from hotspot_gaps.outputs.comparison_legend import HALOS
from hotspot_gaps.outputs.phrases import NO_GAP


def finding(rows, support, withheld=0, **rule):
    settings, organizations = Settings(**rule), make_organizations(support)
    gaps = find_gaps(make_hotspots(rows), organizations, settings=settings)
    public = organizations[organizations["sensitivity"].eq("public")]
    return Finding(gaps, public.reset_index(drop=True), settings, withheld, withheld, {})


ROWS = [
    ("a", "town", 9, 18.0, 43.0), ("b", "town", 9, 20.0, 43.0), ("c", "port", 9, 20.5, 42.0),
    ("lost", "region", None, None, None),
]  # fmt: skip
NEAR = [("o", "documented", "public", 18.1, 43.0)]
MOVED = [("o", "documented", "public", 20.1, 43.0)]


def drawn(old, new, countries):
    changes = compare(old, new)
    figure = comparison_figure(
        old, new, changes, countries=countries, trust=("No data.", "Trust it.")
    )
    texts = [text.get_text() for text in figure.findobj(Text)]
    return figure, texts, changes


def halos(ax):
    fills = {fill for fill, *_ in HALOS.values()}
    colours = [c.get_facecolor() for c in ax.collections]
    return sorted(to_hex(c[0]) for c in colours if len(c) and to_hex(c[0]) in fills)


def supported(ax):
    """Count the symbols of documented support."""
    filled = [c for c in ax.collections if len(c.get_offsets()) and len(c.get_facecolor())]
    return sum(
        len(c.get_offsets()) for c in filled if to_hex(c.get_facecolor()[0]) == style.SUPPORTED
    )


def test_where_nothing_changed_the_gaps_are_named_and_the_legend_speaks_as_the_map_does(countries):
    _, texts, changes = drawn(finding(ROWS, NEAR), finding(ROWS, NEAR), countries)
    assert changes.empty
    assert texts.count("B") == 2 or texts.count("b") == 2
    assert NO_GAP in texts


def test_both_panels_have_one_frame_and_mark_what_changed(countries):
    figure, texts, changes = drawn(finding(ROWS, NEAR), finding(ROWS, MOVED), countries)
    before, after = figure.axes[:2]
    assert before.get_xlim() == after.get_xlim()
    assert before.get_ylim() == after.get_ylim()
    marks = sorted(HALOS[change][0] for change in changes["change"])
    assert halos(before) == halos(after) == marks
    assert len(marks) == 2
    assert "Before: 2 gaps" in texts
    assert "After: 2 gaps" in texts
    for said, ax in (("No data.", before), ("Trust it.", after)):
        (line,) = [text for text in figure.texts if text.get_text() == said]
        assert line.get_position()[0] == pytest.approx(ax.get_position(original=True).x0)
        assert line.get_color() == style.WARNING
    assert "new gap (1)" in texts
    assert "documented support, its radius" in texts
    assert "probable, not counted" not in texts
    assert "outside the question" not in texts
    assert "covered now (1)" in texts
    assert "2 gaps now, 2 before: 1 new, 1 covered now" in texts
    assert "Trust it." in texts
    assert any("UNSCR 1244/1999" in text for text in texts)
    assert any("placed elsewhere in the other run" in text for text in texts)


def test_labels_do_not_overlap(countries):
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.text import Annotation
    from shapely import box

    figure, *_ = drawn(finding(ROWS, NEAR), finding(ROWS, NEAR, radius_km=300.0), countries)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    for ax in figure.axes[:2]:
        labels = [text for text in ax.texts if isinstance(text, Annotation)]
        boxes = [box(*text.get_window_extent(canvas.get_renderer()).extents) for text in labels]
        assert len(boxes) >= 3
        for i, one in enumerate(boxes):
            assert not any(one.intersects(other) for other in boxes[:i])


def test_an_organization_that_the_later_run_may_withhold_is_not_drawn(countries):
    old = finding(ROWS, NEAR)
    later = finding(ROWS, [("o", "documented", "restricted", 18.1, 43.0)], withheld=1)
    figure, texts, _ = drawn(old, later, countries)
    assert supported(figure.axes[0]) == 0
    assert not any("Town" in text or "Organization o" in text for text in texts)
    assert "1 not shown by the later run are not drawn" in texts
    figure, *_ = drawn(old, finding(ROWS, NEAR), countries)
    assert supported(figure.axes[0]) > 0


def test_nothing_changed_is_said(countries):
    same = finding(ROWS, NEAR)
    figure, texts, _ = drawn(same, same, countries)
    assert "No hotspot was added, removed, corrected or answered otherwise." in texts
    assert halos(figure.axes[0]) == []


def test_changes_without_a_place_are_counted_apart(countries):
    old = finding(ROWS, NEAR)
    gone = finding(ROWS[1:3], NEAR)
    _, texts, changes = drawn(old, gone, countries)
    assert changes["change"].tolist() == ["removed", "removed"]
    assert "other change (1 of 2 on this map)" in texts


def test_many_changes_are_cut_and_said_to_be(countries):
    rows = [(f"h{i:03d}", "town", 40_000 + i, 18 + i % 20 / 9, 42 + i // 20 / 4) for i in range(90)]
    old = finding(rows, NEAR)
    new = finding([(r[0], r[1], r[2] + 20_000, *r[3:]) for r in rows], NEAR)
    figure, texts, _ = drawn(old, new, countries)
    listed = max((text for text in texts if "lines more, in changes.csv" in text), key=len)
    assert listed.count("\n") <= MOST_LINES
    assert figure.get_figheight() < 15


@pytest.mark.parametrize("evil", ["$x^{$", "</script><img src=x onerror=alert(1)>", "a" * 300])
def test_names_of_users_are_text(countries, evil):
    old, new = (finding(ROWS, NEAR), finding(ROWS, MOVED))
    for each in (old, new):
        each.gaps["name"] = evil
    figure, texts, _ = drawn(old, new, countries)
    figure.savefig(io.BytesIO(), dpi=40)
    assert any(evil[:20] in text for text in texts)


def test_the_same_input_gives_the_same_bytes(countries):
    pictures = []
    for _ in range(2):
        figure, *_ = drawn(finding(ROWS, NEAR), finding(ROWS, MOVED), countries)
        file = io.BytesIO()
        figure.savefig(file, dpi=50, metadata={"Software": None})
        pictures.append(file.getvalue())
    assert pictures[0] == pictures[1]
    assert np.frombuffer(pictures[0], dtype=np.uint8).size > 10_000


def test_other_places_on_earth_can_be_compared(countries):
    rows = [("a", "town", 9, -70.0, -30.0), ("b", "town", 9, -69.0, -31.0)]
    near = [("o", "documented", "public", -70.1, -30.1)]
    figure, texts, _ = drawn(finding(rows, []), finding(rows, near), countries)
    assert "1 gap now, 2 before: 1 covered now" in texts
    assert figure.axes[0].get_xlim()[0] < figure.axes[0].get_xlim()[1]
