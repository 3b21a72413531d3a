"""The gap map on one page: the finding, the map, the list, and what is not known."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from hotspot_gaps.outputs import map_layers as layers
from hotspot_gaps.outputs import style
from hotspot_gaps.outputs.words import headline, not_known, rule_line, subline
from hotspot_gaps.settings import Settings
from hotspot_gaps.sources.boundaries import load_boundaries

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from hotspot_gaps.gaps.missing import Known

WIDTH_IN, HEIGHT_IN, DPI = 12.8, 10.0, 200
LISTED = 14


def plot_gap_map(
    gaps: gpd.GeoDataFrame,
    *,
    organizations: gpd.GeoDataFrame | None = None,
    countries: gpd.GeoDataFrame | None = None,
    settings: Settings | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the map of gaps, without page furniture, on one pair of axes.

    Parameters
    ----------
    gaps
        As `find_gaps` returns it.
    organizations
        As `load_organizations` returns them; restricted ones are never drawn. None drawn when
        not given.
    countries
        Polygons with `country` and `name`; the built-in ones when not given.
    settings
        Radius and background; the defaults when not given.
    ax
        Axes to draw on; new ones when not given.

    Returns
    -------
    matplotlib.axes.Axes
        With the projection's coordinates (UTM zone of the centre of the gaps).

    Examples
    --------
    >>> import matplotlib; matplotlib.use("Agg")
    >>> import hotspot_gaps as hg
    >>> gaps = hg.find_gaps(hg.load_hotspots(), hg.load_organizations())
    >>> ax = hg.plot_gap_map(gaps)
    """
    import matplotlib.pyplot as plt

    settings = settings or Settings()
    countries = load_boundaries() if countries is None else countries
    if ax is None:
        _, ax = plt.subplots(figsize=(8, 9))
    draw_map(ax, gaps, organizations, countries, settings)
    return ax


def draw_map(
    ax: Axes,
    gaps: gpd.GeoDataFrame,
    organizations: gpd.GeoDataFrame | None,
    countries: gpd.GeoDataFrame,
    settings: Settings,
) -> str:
    """Draw every layer of the map and return what the background is, in words."""
    crs = gaps.estimate_utm_crs()
    layers.frame_map(ax, countries, gaps, crs)
    said = layers.draw_background(ax, crs, settings.basemap)
    own = countries["country"].isin(gaps["country"].unique())
    layers.draw_countries(ax, countries, own, crs)
    public = None
    if organizations is not None:
        public = organizations[organizations["sensitivity"].ne("restricted")]
        layers.draw_organizations(ax, public, crs, settings)
    layers.draw_hotspots(ax, gaps, crs)
    occupied = layers.draw_labels(ax, gaps, public, crs)
    layers.name_countries(ax, countries, own, occupied, crs)
    layers.draw_scale_bar(ax, crs)
    return said


def gap_map_figure(
    gaps: gpd.GeoDataFrame,
    organizations: gpd.GeoDataFrame,
    known: Known,
    *,
    countries: gpd.GeoDataFrame,
    settings: Settings,
) -> tuple[Figure, str]:
    """Draw the whole page.

    Parameters
    ----------
    gaps, organizations, countries, settings
        As for `plot_gap_map`.
    known
        Counts from `what_is_known`; the title and the box are written from them.

    Returns
    -------
    tuple
        The figure, and what the background is, in words.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH_IN, HEIGHT_IN), dpi=DPI, facecolor="white")
    ax = figure.add_axes((0.012, 0.062, 0.54, 0.822))
    said = draw_map(ax, gaps, organizations, countries, settings)
    ax.set_anchor("NW")
    figure.text(0.012, 0.972, headline(known, settings), fontsize=17, fontweight="bold", va="top")
    figure.text(0.012, 0.933, subline(known), fontsize=11.5, color=style.HOTSPOT, va="top")
    figure.text(0.012, 0.909, rule_line(settings), fontsize=9.5, color=style.MUTED, va="top")
    _legend(figure, known, settings)
    _list(figure, gaps, known, settings)
    _not_known(figure, known)
    notes = f"{style.SOURCES_NOTE} {said[0].upper()}{said[1:]}."
    lines = [*textwrap.wrap(notes, 215), *textwrap.wrap(style.KOSOVO_NOTE, 215)]
    figure.text(
        0.012,
        0.01,
        "\n".join(lines),
        fontsize=7.3,
        color=style.MUTED,
        va="bottom",
        linespacing=1.35,
    )
    return figure, said


def save_map(figure: Figure, png: Path, pdf: Path) -> None:
    """Save the page as PNG and PDF, without dates or versions in the files."""
    figure.savefig(png, dpi=DPI, metadata={"Software": None})
    dates = dict.fromkeys(("Creator", "Producer", "CreationDate"))
    figure.savefig(pdf, dpi=DPI, metadata=dates)


def _panel(figure: Figure, bottom: float, height: float) -> Axes:
    ax = figure.add_axes((0.56, bottom, 0.428, height))
    ax.set_xlim(0, 1)
    ax.set_ylim(0, 1)
    ax.axis("off")
    return ax


def _legend(figure: Figure, known: Known, settings: Settings) -> None:
    ax = _panel(figure, 0.628, 0.256)
    partner = settings.partner_radius_km
    gap = {
        "s": 42,
        "marker": "o",
        "facecolor": style.HOTSPOT,
        "edgecolor": "white",
        "linewidths": 0.7,
    }
    plus = {"s": 120, "marker": "P", "facecolor": style.SUPPORTED, "edgecolor": "white"}
    rows: list[tuple[list[dict[str, Any]], str]] = [
        ([_ring(170), gap], f"gap, {style.GAP_TYPES['unfunded_partner'].format(partner=partner)} ({known.unfunded_partner})"),
        ([_ring(170), _ring(320), gap], f"gap, {style.GAP_TYPES['no_known_partner'].format(partner=partner)} ({known.no_known_partner})"),
        ([{**gap, "s": 28}], f"hotspot, not a gap: larger town, capital or covered ({known.hotspots_placed - known.gaps})"),
        ([{**gap, "s": 28, "facecolor": "white", "edgecolor": style.HOTSPOT, "linewidths": 1.1}],
         f"called a hotspot in later texts, counted apart ({known.related_placed}, {known.related_gaps} of them gaps)"),
        ([plus], f"organization with documented support ({known.supported_placed}), and {settings.radius_km:g} km around it"),
        ([{**plus, "s": 80, "facecolor": "white", "edgecolor": style.SUPPORTED}], f"organization with probable support ({known.probable}), not counted"),
        ([{"s": 16, "color": style.KNOWN}], "town with other known organizations"),
    ]  # fmt: skip
    step = 1 / (len(rows) + 1.2)
    for number, (marks, text) in enumerate(rows):
        y = 1 - step * (number + 0.55)
        for mark in marks:
            ax.scatter(0.04, y, **mark)
        ax.text(0.09, y, text, va="center", fontsize=9)
    y = 1 - step * (len(rows) + 0.55)
    x = 0.04
    for kind in ("town", "port", "border_crossing", "airport", "region"):
        ax.scatter(x, y, s=34, marker=style.MARKERS[kind], color=style.MUTED)
        word = {"town": "town", "port": "port", "border_crossing": "crossing"}.get(kind, kind)
        ax.text(x + 0.03, y, word, va="center", fontsize=8.5, color=style.MUTED)
        x += 0.09 + 0.018 * len(word)


def _ring(size: float) -> dict[str, Any]:
    return {"s": size, "facecolor": "none", "edgecolor": style.INK, "linewidths": 1.3}


def _list(figure: Figure, gaps: gpd.GeoDataFrame, known: Known, settings: Settings) -> None:
    ax = _panel(figure, 0.282, 0.338)
    flagged = gaps[gaps["rank"].notna()].sort_values("rank")
    shown = flagged.head(LISTED)
    step = 1 / (max(len(shown), 8) + 2.4)
    ax.text(
        0,
        1 - step * 0.6,
        "The gaps, farthest from support first",
        fontsize=11,
        fontweight="bold",
        va="center",
    )
    y = 1 - step * 1.7
    columns = ((0.0, "left", ""), (0.045, "left", "place"), (0.56, "right", "inhabitants"))
    columns += (
        (0.73, "right", "km to support"),
        (1.0, "right", f"known orgs within {settings.partner_radius_km:g} km"),
    )
    for x, align, word in columns:
        ax.text(x, y, word, ha=align, va="center", fontsize=8, color=style.MUTED)
    ax.plot([0, 1], [y - step * 0.45] * 2, color=style.MUTED, linewidth=0.6)
    for number, row in enumerate(shown.itertuples()):
        cells = (
            f"{row.rank}",
            f"{row.name} ({row.country})",
            _people(row),
            _km(row),
            f"{_known(row, settings)}",
        )
        for (x, align, _), cell in zip(columns, cells, strict=True):
            ax.text(x, y - step * (number + 1.0), cell, ha=align, va="center", fontsize=9)
    if known.gaps > len(shown):
        ax.text(
            0,
            0.01,
            f"and {known.gaps - len(shown)} more, in gaps.csv",
            fontsize=8,
            color=style.MUTED,
        )


def _people(row: Any) -> str:
    return f"{row.population:,}" if row.size_class == "smaller_town" else "crossing"


def _km(row: Any) -> str:
    if row.nearest_supported_km == row.nearest_supported_km:  # noqa: PLR0124 - false for NaN alone
        return f"{row.nearest_supported_km:.1f}"
    return (
        row.nearest_supported_band if isinstance(row.nearest_supported_band, str) else "none placed"
    )


def _known(row: Any, settings: Settings) -> int:
    return int(getattr(row, f"known_within_{settings.partner_radius_km:g}km"))


def _not_known(figure: Figure, known: Known) -> None:
    from matplotlib.patches import FancyBboxPatch

    ax = _panel(figure, 0.062, 0.205)
    ax.add_patch(
        FancyBboxPatch(
            (0.0, 0.0),
            1,
            1,
            boxstyle="square,pad=0",
            facecolor=style.BOX,
            edgecolor="#c9b98a",
            linewidth=0.9,
        )
    )
    ax.text(0.025, 0.9, "What is not known", fontsize=11, fontweight="bold", va="center")
    lines = []
    for sentence in not_known(known):
        lines += textwrap.wrap(sentence, 88, initial_indent="•  ", subsequent_indent="    ")
    ax.text(0.025, 0.80, "\n".join(lines), fontsize=8.4, va="top", linespacing=1.42)
