"""Maps of the brief: points and lines on the page, for the template to draw.

The brief draws its maps itself, as lines and symbols of the document: sharp at any size, light, and
a hundred times quicker than a picture. Here everything is projected, cut to the frame, simplified
to what print can show, and told in points (1/72 inch) from the upper left corner of the map.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from hotspot_gaps.outputs import style
from hotspot_gaps.outputs.brief_labels import Label, placed_labels
from hotspot_gaps.outputs.map_frame import FAR_KM, GEOD, circle, emptiest_spot, map_crs
from hotspot_gaps.outputs.map_layers import list_labels
from hotspot_gaps.outputs.map_panels import shortened

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from hotspot_gaps.settings import Settings

FINEST_PT = 0.35  # bends smaller than this are left out
PAD = 0.06
LEAST_M = 60_000.0  # of a frame, however near to each other the hotspots are
CRUMB_PT = 3.0  # islands and corners of countries smaller than this have no name
LETTERS = 30
LABEL_SIZES = (7.0, 6.5, 6.0, 5.5)  # by the styles of `list_labels`
NICE_KM = [base * 10**power for power in range(-1, 5) for base in (1, 2, 5)]


class Frame(NamedTuple):
    """Which part of a projection a map shows, and how large."""

    west: float
    north: float
    scale: float  # points a metre
    width: float
    height: float

    def on_page(self, x: Any, y: Any) -> Any:
        """Return points from the upper left corner, for coordinates of the projection."""
        return np.column_stack([(x - self.west) * self.scale, (self.north - y) * self.scale])


def brief_map(
    gaps: gpd.GeoDataFrame,
    organizations: gpd.GeoDataFrame,
    countries: gpd.GeoDataFrame,
    settings: Settings,
    *,
    size: tuple[float, float],
    focus: str | None = None,
) -> dict[str, Any] | None:
    """Lay out a map of all hotspots, or of one country.

    Parameters
    ----------
    gaps
        As `find_gaps` returns it; all of them are drawn where they fall into the frame.
    organizations
        Public ones, as `load_organizations` returns them.
    countries
        Polygons with `country` and `name`.
    settings
        The radius drawn around documented support.
    size
        Width and height in points.
    focus
        Code of the country to show; all hotspots and the support near them when not given.

    Returns
    -------
    dict or None
        Plain lists and numbers: `countries`, `rings`, `organizations`, `hotspots`, `labels`,
        `names` and `scale`. None where nothing has a place.
    """
    crs = map_crs(gaps, countries)
    here = gaps if focus is None else gaps[gaps["country"] == focus]
    frame = _frame(here, organizations, countries, crs, size, whole=focus is None)
    if frame is None:
        return None
    points = gaps[gaps.geometry.notna()].to_crs(crs)
    others = organizations[organizations.geometry.notna()].to_crs(crs)
    labels = _labels(gaps, organizations, crs, frame, whole=focus is None, focus=focus)
    own = [focus] if focus else sorted(set(gaps["country"]))
    shapes = _shapes(countries, crs, frame)
    hotspots = _hotspots(points, frame)
    keep_off = [(spot["x"], spot["y"]) for spot in hotspots]
    keep_off += [((box[0] + box[2]) / 2, (box[1] + box[3]) / 2) for box in labels[1]]
    return {
        "width": frame.width,
        "height": frame.height,
        # Where the neighbours are not known, what lies outside cannot be told from the sea.
        "sea": settings.boundaries is None,
        "countries": [
            {"own": code in own, "rings": _rings(shape)} for code, _, shape in shapes
        ],
        "rings": _circles(others, crs, frame, settings),
        "organizations": _organizations(others, frame),
        "hotspots": hotspots,
        "labels": [label._asdict() for label in labels[0]],
        "names": _names(shapes, own, keep_off, frame),
        "scale": _scale(crs, frame),
    }


def _frame(
    gaps: gpd.GeoDataFrame,
    organizations: gpd.GeoDataFrame,
    countries: gpd.GeoDataFrame,
    crs: Any,
    size: tuple[float, float],
    *,
    whole: bool,
) -> Frame | None:
    """Frame the countries with hotspots, and on a whole map the support that is measured to."""
    shown = [
        countries.geometry[countries["country"].isin(gaps["country"].unique())],
        gaps.geometry[gaps.geometry.notna()],
    ]
    if whole:
        reach = gaps["nearest_supported_km"].le(FAR_KM)
        near = organizations["organization_id"].isin(gaps.loc[reach, "nearest_supported_id"])
        shown.append(organizations.geometry[near & organizations.geometry.notna()])
    bounds = [shapes.to_crs(crs).total_bounds for shapes in shown if len(shapes)]
    if not bounds:
        return None
    west, south = np.array(bounds)[:, :2].min(axis=0)
    east, north = np.array(bounds)[:, 2:].max(axis=0)
    width, height = size
    span_x = max((east - west) * (1 + 2 * PAD), LEAST_M)
    span_y = max((north - south) * (1 + 2 * PAD), LEAST_M)
    scale = min(width / span_x, height / span_y)
    left = (west + east) / 2 - width / scale / 2
    top = (south + north) / 2 + height / scale / 2
    return Frame(float(left), float(top), float(scale), float(width), float(height))


def _shapes(countries: gpd.GeoDataFrame, crs: Any, frame: Frame) -> list[tuple[str, str, Any]]:
    """Return code, name and shape on the page of every country that the frame shows."""
    from shapely import box, transform

    edge = box(-4, -4, frame.width + 4, frame.height + 4)
    found = []
    for row in countries.to_crs(crs).itertuples():
        shape = transform(row.geometry, lambda at: frame.on_page(at[:, 0], at[:, 1]))
        shape = shape.simplify(FINEST_PT).intersection(edge)
        if shape.area > 0:
            found.append((str(row.country), str(row.name), shape))
    return found


def _rings(shape: Any) -> list[list[list[float]]]:
    """Return the outlines of a shape, holes too."""
    from shapely import get_parts

    rings = []
    for part in get_parts(shape):
        if part.geom_type == "Polygon":
            rings += [part.exterior, *part.interiors]
    return [_plain(np.array(ring.coords)) for ring in rings if ring.length > CRUMB_PT]


def _plain(points: Any) -> list[list[float]]:
    rounded: list[list[float]] = np.round(points, 1).tolist()
    return rounded


def _circles(
    organizations: gpd.GeoDataFrame, crs: Any, frame: Frame, settings: Settings
) -> list[list[list[float]]]:
    """Return the radius around each town with documented support."""
    supported = organizations.geometry[organizations["supported"]].drop_duplicates()
    circles = []
    for point in supported.to_crs("EPSG:4326"):
        ring = circle(point.x, point.y, settings.radius_km * 1000).to_crs(crs).iloc[0]
        corners = np.array(ring.exterior.coords)
        circles.append(_plain(frame.on_page(corners[:, 0], corners[:, 1])))
    return circles


def _inside(points: Any, frame: Frame) -> Any:
    x, y = points[:, 0], points[:, 1]
    return (x >= 0) & (x <= frame.width) & (y >= 0) & (y <= frame.height)


def _organizations(organizations: gpd.GeoDataFrame, frame: Frame) -> list[dict[str, Any]]:
    """Return one symbol a town and kind of support, the strongest last."""
    found = []
    kinds = (
        ("known", organizations["support"].isna()),
        ("probable", organizations["support"].eq("probable")),
        ("supported", organizations["supported"]),
    )
    for kind, rows in kinds:
        towns = organizations.geometry[rows].drop_duplicates()
        points = frame.on_page(towns.x, towns.y)
        found += [
            {"x": x, "y": y, "kind": kind} for x, y in _plain(points[_inside(points, frame)])
        ]
    return found


def _hotspots(hotspots: gpd.GeoDataFrame, frame: Frame) -> list[dict[str, Any]]:
    """Return a symbol a hotspot: by kind, hollow outside the question, ringed where a gap."""
    # Gaps last, so that nothing covers them.
    order = hotspots.sort_values(["rank", "hotspot_id"], na_position="first")
    points = frame.on_page(order.geometry.x, order.geometry.y)
    gap = order["is_gap"].fillna(value=False).astype(bool)
    rows = zip(
        np.round(points, 1).tolist(), _inside(points, frame), order["kind"], order["in_question"],
        gap, order["gap_type"], strict=True,
    )  # fmt: skip
    return [
        {
            "x": x,
            "y": y,
            "kind": kind if kind in style.MARKERS else "town",
            "asked": bool(asked),
            "ring": (gap_type if asked else "apart") if is_gap else "",
        }
        for (x, y), inside, kind, asked, is_gap, gap_type in rows
        if inside
    ]


def _labels(
    gaps: gpd.GeoDataFrame,
    organizations: gpd.GeoDataFrame,
    crs: Any,
    frame: Frame,
    *,
    whole: bool,
    focus: str | None,
) -> tuple[list[Label], list[tuple[float, float, float, float]]]:
    """Place the names: gaps and support on a whole map, every hotspot on that of a country."""
    shown = gaps if focus is None else gaps[gaps["country"] == focus]
    labels = list_labels(shown, organizations).to_crs(crs)
    if whole:
        labels = labels[labels["style"] <= 1]
    points = frame.on_page(labels.geometry.x, labels.geometry.y)
    inside = _inside(points, frame)
    labels, points = labels[inside], points[inside]
    every = gaps.geometry[gaps.geometry.notna()].to_crs(crs)
    symbols = frame.on_page(every.x, every.y)
    towns = organizations.geometry[organizations.geometry.notna()].drop_duplicates().to_crs(crs)
    return placed_labels(
        points,
        [shortened(text, LETTERS) for text in labels["text"]],
        [int(kind) for kind in labels["style"]],
        sizes=LABEL_SIZES,
        symbols=symbols[_inside(symbols, frame)],
        small=frame.on_page(towns.x, towns.y),
        reserved=[(0.0, frame.height - 24, 0.22 * frame.width + 30, frame.height)],
        width=frame.width,
        height=frame.height,
    )


def _names(
    shapes: list[tuple[str, str, Any]],
    own: list[str],
    keep_off: list[tuple[float, float]],
    frame: Frame,
) -> list[dict[str, Any]]:
    """Return the name of each country at the emptiest place of the part that is shown."""
    from shapely import box

    names = []
    edge = box(0, 0, frame.width, frame.height)
    for code, name, shape in shapes:
        part = shape.intersection(edge)
        if part.area < 0.006 * edge.area:
            continue
        x, y = emptiest_spot(part, np.array(keep_off, dtype=float).reshape(-1, 2), steps=24)
        text = style.COUNTRY_NAMES.get(code, name.upper())
        # A name that would be cut by the frame is left out.
        half = 2.6 * max(map(len, text.split("\n")))
        if half <= x <= frame.width - half:
            spot = {"x": round(x, 1), "y": round(y, 1), "text": text, "own": code in own}
            names.append(spot)
    return names


def _scale(crs: Any, frame: Frame) -> dict[str, float]:
    """Return the length of a bar in points, and the kilometres it stands for at the centre."""
    from pyproj import Transformer

    x = frame.west + frame.width / frame.scale / 2
    y = frame.north - frame.height / frame.scale / 2
    to_geographic = Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
    step = frame.width / frame.scale / 100
    lon, lat = to_geographic.transform([x - step, x + step], [y, y])
    metres_a_unit = GEOD.inv(lon[0], lat[0], lon[1], lat[1])[2] / (2 * step)
    longest = 0.22 * frame.width / frame.scale * metres_a_unit / 1000
    km = max(number for number in NICE_KM if number <= max(longest, NICE_KM[0]))
    return {"km": km, "length": round(km * 1000 / metres_a_unit * frame.scale, 2)}


def counted(map_: dict[str, Any] | None) -> pd.Series[int]:
    """Count what a map shows, by the words of the legend."""
    import pandas as pd

    drawn = [] if map_ is None else map_["hotspots"] + map_["organizations"]
    words = [_word(symbol) for symbol in drawn]
    return pd.Series(words, dtype="str").value_counts()


def _word(symbol: dict[str, Any]) -> str:
    if "asked" not in symbol:
        return str(symbol["kind"])
    if not symbol["asked"]:
        return "apart_gap" if symbol["ring"] else "apart"
    return symbol["ring"] or "no_gap"
