"""A figure of what changed: the map before and after, and a line a change."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd

from hotspot_gaps.gaps.change_reasons import hidden_ids
from hotspot_gaps.gaps.flags import flagged_rows
from hotspot_gaps.outputs import map_frame, style
from hotspot_gaps.outputs import map_layers as layers
from hotspot_gaps.outputs.comparison_legend import HALOS, SAME_ANSWER, draw_comparison_legend
from hotspot_gaps.outputs.comparison_words import (
    NO_CHANGE,
    change_lines,
    comparison_title,
    differing_settings,
    gap_count,
    gaps_word,
    rule_words,
    support_lines,
)
from hotspot_gaps.outputs.glyphs import make_all_drawable
from hotspot_gaps.outputs.labels import place_labels
from hotspot_gaps.outputs.map_panels import shortened
from hotspot_gaps.outputs.source_words import sources_note
from hotspot_gaps.outputs.words import KOSOVO_NOTE

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from hotspot_gaps.gaps.differences import Finding

WIDTH_IN, DPI = 12.8, 200
HEAD_IN, PANEL_IN, LEGEND_IN, FOOT_IN = 1.12, 6.9, 0.36, 0.62
PANEL_WIDE = 0.482
LINE_IN, LINE_CHARS, MOST_LINES = 0.165, 205, 20
TRUST_CHARS = 100  # of a line above one map
LABELLED = 25
HALO_AREA = 430


def comparison_figure(
    old: Finding,
    new: Finding,
    changes: pd.DataFrame,
    *,
    countries: gpd.GeoDataFrame,
    trust: tuple[str, str],
) -> Figure:
    """Draw two maps of one frame, before and after, with the changes marked and listed.

    Parameters
    ----------
    old, new
        The two results. Organizations that the later one may withhold are not drawn in either.
    changes
        As `compare` returns it.
    countries
        Polygons with `country` and `name`.
    trust
        How far the earlier and the later result can be trusted, in a sentence each.

    Returns
    -------
    matplotlib.figure.Figure
        The maps side by side; below them a line a change, as many as fit.
    """
    from matplotlib import rc_context

    with rc_context({"text.parse_math": False}):
        return _page(old, new, changes, countries, trust)


def _page(
    old: Finding,
    new: Finding,
    changes: pd.DataFrame,
    countries: gpd.GeoDataFrame,
    trust: tuple[str, str],
) -> Figure:
    from matplotlib.figure import Figure

    lines = _lines([*change_lines(changes), *support_lines(old, new)])
    list_in = 0.2 + LINE_IN * (len(lines) + changes.empty)
    frame = _Frame(old, new, countries)
    panel_in = min(PANEL_IN, PANEL_WIDE * WIDTH_IN * frame.ratio())
    trusts = [textwrap.wrap(text, TRUST_CHARS) for text in trust]
    head_in = HEAD_IN + 0.05 + LINE_IN * max(map(len, trusts))
    height = head_in + panel_in + LEGEND_IN + list_in + FOOT_IN
    figure = Figure(figsize=(WIDTH_IN, height), dpi=DPI, facecolor=style.PAPER)
    _head(figure, height, comparison_title(old, new, changes), _asked(old, new))
    said = ""
    bottom = (FOOT_IN + list_in + LEGEND_IN) / height
    for side, (left, word) in enumerate(((0.012, "Before"), (0.506, "After"))):
        ax = figure.add_axes((left, bottom, PANEL_WIDE, panel_in / height), anchor="NW")
        said = _draw_panel(ax, frame, changes, side)
        finding = frame.findings[side]
        head = f"{word}: {gaps_word(gap_count(finding))}"
        for down_in, name, words, size in (
            (0.32, "heading", head, 11), (0.14, "small", rule_words(finding), 8),
            (-0.02, "warning", "\n".join(trusts[side]), 8.5),
        ):  # fmt: skip
            look = style.text_look(style.TEXTS[name], largest=size)
            y = 1 - (HEAD_IN - down_in) / height
            figure.text(left, y, words, va="top", linespacing=1.35, **look)
    legend = figure.add_axes(
        (0.012, (FOOT_IN + list_in + 0.03) / height, 0.976, 0.8 * LEGEND_IN / height)
    )
    draw_comparison_legend(legend, changes, frame.findings, frame.organizations, frame.hidden)
    y = (FOOT_IN + list_in - 0.06) / height
    text = "\n".join([NO_CHANGE] * changes.empty + lines)
    figure.text(0.012, y, text, va="top", fontsize=8, color=style.INK, linespacing=1.42)
    _foot(figure, height, new, said, countries)
    make_all_drawable(figure)
    return figure


class _Frame:
    """What both panels share: projection, what is drawn of organizations, and the limits."""

    def __init__(self, old: Finding, new: Finding, countries: gpd.GeoDataFrame) -> None:
        self.findings = (old, new)
        self.countries = countries
        hidden = hidden_ids(old, new)
        self.hidden = len(hidden)
        self.organizations = [
            each.organizations[~each.organizations["organization_id"].isin(hidden)]
            for each in self.findings
        ]
        tables = [each.gaps.to_crs("EPSG:4326") for each in self.findings]
        kept = ["country", "nearest_supported_id", "nearest_supported_km", "geometry"]
        self.both: gpd.GeoDataFrame = pd.concat([t[kept] for t in tables], ignore_index=True)
        self.crs = map_frame.map_crs(self.both, countries)

    def ratio(self) -> float:
        """Return the height of the map as a share of its width."""
        from matplotlib.figure import Figure

        ax = Figure().add_subplot()
        self.set_limits(ax)
        (west, east), (south, north) = ax.get_xlim(), ax.get_ylim()
        return float((north - south) / (east - west))

    def set_limits(self, ax: Axes) -> None:
        """Set the same limits for both panels."""
        shown = pd.concat(self.organizations, ignore_index=True)
        map_frame.frame_map(ax, self.countries, self.both, shown, self.crs)


def _draw_panel(ax: Axes, frame: _Frame, changes: pd.DataFrame, side: int) -> str:
    """Draw one map; return what its background is, in words."""
    finding, organizations = frame.findings[side], frame.organizations[side]
    frame.set_limits(ax)
    said = layers.draw_background(ax, frame.crs, finding.settings.basemap)
    countries = map_frame.seen(frame.countries, ax, frame.crs)
    own = countries["country"].isin(frame.both["country"].unique())
    layers.draw_countries(ax, countries, own, frame.crs)
    layers.draw_organizations(ax, organizations, frame.crs, finding.settings)
    marked = _marked(finding, changes).to_crs(frame.crs)
    for row in marked.itertuples():
        fill, line, _ = HALOS[row.halo]
        ax.scatter(
            row.geometry.x, row.geometry.y, s=HALO_AREA, facecolor=fill, edgecolor=style.INK,
            linewidths=0.8, linestyles=line, zorder=3.5,
        )  # fmt: skip
    layers.draw_hotspots(ax, finding.gaps, frame.crs)
    gaps = finding.gaps[flagged_rows(finding.gaps)].sort_values("rank").to_crs(frame.crs)
    occupied = _labels(ax, gaps if changes.empty else marked, organizations, frame)
    layers.name_countries(ax, countries, own, occupied, frame.crs)
    map_frame.draw_scale_bar(ax, frame.crs)
    return said


def _marked(finding: Finding, changes: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return the placed hotspots of a result that changed, with their halo."""
    shown = changes[~changes["change"].isin(SAME_ANSWER)].set_index("hotspot_id")["change"]
    placed = finding.gaps[finding.gaps.geometry.notna()]
    some = placed[placed["hotspot_id"].isin(shown.index)][["hotspot_id", "name", "geometry"]]
    halo = some["hotspot_id"].map(shown)
    return some.assign(halo=halo.where(halo.isin(list(HALOS)), "other"))


def _labels(
    ax: Axes, named: gpd.GeoDataFrame, organizations: gpd.GeoDataFrame, frame: _Frame
) -> np.ndarray:
    """Label what changed, or the gaps if nothing did, then towns with support.

    Returns what names of countries avoid.
    """
    support = organizations[organizations["supported"].astype(bool)]
    support = support[support.geometry.notna()].to_crs(frame.crs).drop_duplicates("town")
    parts = [
        (row.name, row.geometry, "gap") for row in named.head(LABELLED).itertuples(index=False)
    ]
    parts += [(row.town, row.geometry, "supported") for row in support.itertuples(index=False)]
    said = {text for text, *_ in parts[: len(named)]}
    parts = [part for part in parts if part[2] == "gap" or part[0] not in said]
    points = [(point.x, point.y) for _, point, _ in parts]
    texts = [shortened(str(text), layers.LABEL_LETTERS) for text, *_ in parts]
    styles = [style.text_look(style.LABELS[look], largest=8.5) for *_, look in parts]
    hotspots = gpd.GeoSeries(frame.both.geometry.dropna(), crs=frame.both.crs).to_crs(frame.crs)
    others = [(point.x, point.y) for point in hotspots]
    boxes = place_labels(ax, points, texts, avoid=others, styles=styles)
    return np.array([*points, *boxes, *others]).reshape(-1, 2)


def _head(figure: Figure, height: float, title: str, asked: str) -> None:
    """Write the finding, and which settings differ."""
    for y_in, name, text, letters in ((0.12, "title", title, 88), (0.48, "rule", asked, 175)):
        look = style.TEXTS[name]
        size = look.size * min(1.0, letters / max(len(text), 1))
        figure.text(
            0.012, 1 - y_in / height, text, va="top", **style.text_look(look, largest=size)
        )  # fmt: skip


def _asked(old: Finding, new: Finding) -> str:
    settings = differing_settings(old, new)
    return f"Asked otherwise: {'; '.join(settings)}." if settings else "Asked the same."


def _lines(lines: list[str]) -> list[str]:
    """Wrap the lines of the changes, as many as fit, and say that there are more."""
    wrapped: list[str] = []
    for number, line in enumerate(lines):
        rows = textwrap.wrap(line, LINE_CHARS, initial_indent="•  ", subsequent_indent="    ")
        if len(wrapped) + len(rows) > MOST_LINES:
            return [*wrapped, f"and {len(lines) - number} lines more, in changes.csv"]
        wrapped += rows
    return wrapped


def _foot(
    figure: Figure, height: float, new: Finding, background: str, countries: gpd.GeoDataFrame
) -> None:
    notes = textwrap.wrap(sources_note(new.settings, background), 228)
    if countries["country"].eq("XK").any():
        notes += textwrap.wrap(KOSOVO_NOTE, 228)
    small = style.text_look(style.TEXTS["note"])
    figure.text(0.012, 0.08 / height, "\n".join(notes), va="bottom", linespacing=1.35, **small)
