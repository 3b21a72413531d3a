"""Maps of the brief: points and lines on the page, for the template to draw.

The brief draws its maps itself, as lines and symbols of the document: sharp at any size, light, and
much quicker than a picture. Here what `brief_ground` has is cut to the frame of a map, simplified
to what print can show, and told in points (1/72 inch) from the upper left corner.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from hotspot_gaps.outputs import style
from hotspot_gaps.outputs.brief_labels import Box, Label, placed_labels
from hotspot_gaps.outputs.map_frame import GEOD, emptiest_spot
from hotspot_gaps.outputs.map_panels import shortened
from hotspot_gaps.outputs.phrases import starred

if TYPE_CHECKING:
    from hotspot_gaps.outputs.brief_ground import Ground, Spot, Town

FINEST_PT = 0.35  # bends smaller than this are left out
PAD = 0.06
LEAST_M = 60_000.0  # of a frame, however near to each other the hotspots are
CRUMB_PT = 3.0  # islands whose shore is shorter than this are left out
MANY_GAPS = 40
NAMED_SHARE = 0.006  # of the map; a country of which less is seen has no name
LABEL_SIZES = (7.0, 6.5, 6.0, 5.5)  # gaps, support, others in question, others
BAR_HEIGHT_PT = 24.0
NICE_KM = [base * 10**power for power in range(-1, 5) for base in (1, 2, 5)]


class Frame(NamedTuple):
    """Which part of a projection a map shows, and how large."""

    west: float
    north: float
    scale: float  # points a metre
    width: float
    height: float

    def on_page(self, points: Any) -> Any:
        """Return points from the upper left corner, for coordinates of the projection."""
        at = np.asarray(points, dtype=float).reshape(-1, 2)
        return np.column_stack(
            [(at[:, 0] - self.west) * self.scale, (self.north - at[:, 1]) * self.scale]
        )

    def shows(self, points: Any) -> Any:
        """Say which points of the page are inside."""
        x, y = points[:, 0], points[:, 1]
        return (x >= 0) & (x <= self.width) & (y >= 0) & (y <= self.height)

    def clipped(self, shape: Any) -> Any:
        """Return what is seen of a shape of the projection, and a little more, on the page."""
        from shapely import clip_by_rect, transform

        more = 4 / self.scale
        east, south = self.west + self.width / self.scale, self.north - self.height / self.scale
        part = clip_by_rect(shape, self.west - more, south - more, east + more, self.north + more)
        return transform(part, self.on_page).simplify(FINEST_PT)


def brief_map(
    ground: Ground, *, size: tuple[float, float], focus: str | None = None
) -> dict[str, Any] | None:
    """Lay out a map of all hotspots, or of one country.

    Parameters
    ----------
    ground
        What there is to show.
    size
        Width and height in points.
    focus
        Code of the country to show; all hotspots and the support near them when not given.

    Returns
    -------
    dict or None
        Plain lists and numbers: `countries`, `reach`, `organizations`, `hotspots`, `labels`,
        `names` and `scale`; `counts`, how often each symbol is seen in the countries that the map
        is of, and `others`, which are seen in other countries. None where nothing has a place.
    """
    from shapely import box, transform

    own = ground.own if focus is None else [focus]
    frame = _frame(ground, own, size, whole=focus is None)
    if frame is None:
        return None
    shown = box(0, 0, frame.width, frame.height)
    spots = _seen(ground.spots, frame)
    towns = _seen(ground.towns, frame)
    shapes = [(code, name, frame.clipped(shape)) for code, name, shape in ground.countries]
    shapes = [row for row in shapes if row[2].area > 0]
    labels, boxes = _labels(spots, towns, own, frame, whole=focus is None)
    gaps = sum(bool(spot.ring) for spot, _ in spots)
    keep_off = [at for _, at in (*spots, *towns)]
    keep_off += [((box[0] + box[2]) / 2, (box[1] + box[3]) / 2) for box in boxes]
    symbols = [(_symbol(spot), spot.country in own) for spot, _ in spots]
    symbols += [(town.support, town.country in own) for town, _ in towns]
    reach = [transform(circle, frame.on_page) for circle in ground.circles]
    return {
        "width": frame.width,
        "height": frame.height,
        "sea": ground.sea,
        # Symbols shrink where there are more gaps than this.
        "symbols": round(min(1.0, (MANY_GAPS / max(gaps, 1)) ** 0.5), 3),
        "countries": [{"own": code in own, "rings": _rings(shape)} for code, _, shape in shapes],
        "reach": [_outline(circle) for circle in reach if circle.intersects(shown)],
        "organizations": [
            {"x": x, "y": y, "kind": town.support, "own": town.country in own}
            for town, (x, y) in towns
        ],
        "hotspots": [
            {"x": x, "y": y, "kind": spot.kind, "asked": spot.asked, "ring": spot.ring,
             "own": spot.country in own}
            for spot, (x, y) in spots
        ],
        "labels": [label._asdict() for label in labels],
        "names": _names(shapes, own, keep_off, boxes, frame),
        "scale": _scale(ground.crs, frame),
        "counts": dict(Counter(symbol for symbol, mine in symbols if mine)),
        "others": sorted({symbol for symbol, mine in symbols if not mine}),
    }  # fmt: skip


def _symbol(spot: Spot) -> str:
    if not spot.asked:
        return "apart_gap" if spot.ring else "apart"
    return spot.ring or "no_gap"


def _frame(
    ground: Ground, own: list[str], size: tuple[float, float], *, whole: bool
) -> Frame | None:
    """Frame the countries with hotspots, and on a whole map the support that is measured to."""
    bounds = [shape.bounds for code, _, shape in ground.countries if code in own]
    bounds += [(spot.x, spot.y) * 2 for spot in ground.spots if spot.country in own]
    bounds += [(town.x, town.y) * 2 for town in ground.towns if whole and town.measured_to]
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


def _seen(rows: list[Any], frame: Frame) -> list[tuple[Any, tuple[float, float]]]:
    """Return the rows that the frame shows, each with its point on the page."""
    points = frame.on_page([row[:2] for row in rows])
    return [
        (row, (x, y))
        for row, (x, y), inside in zip(rows, _plain(points), frame.shows(points), strict=True)
        if inside
    ]


def _plain(points: Any) -> list[list[float]]:
    rounded: list[list[float]] = np.round(points, 1).tolist()
    return rounded


def _rings(shape: Any) -> list[list[list[float]]]:
    """Return the outlines of a shape, holes too."""
    from shapely import get_parts

    parts = [part for part in get_parts(shape) if part.geom_type == "Polygon"]
    return [ring for part in parts for ring in _outline(part)]


def _outline(polygon: Any) -> list[list[list[float]]]:
    """Return the outer ring of a polygon, and its holes."""
    rings = [polygon.exterior, *polygon.interiors]
    return [_plain(np.array(ring.coords)) for ring in rings if ring.length > CRUMB_PT]


def _labels(
    spots: list[tuple[Spot, tuple[float, float]]],
    towns: list[tuple[Town, tuple[float, float]]],
    own: list[str],
    frame: Frame,
    *,
    whole: bool,
) -> tuple[list[Label], list[Box]]:
    """Place the names: gaps and support on a whole map, every hotspot on that of a country."""
    wanted = [
        (at, spot.name if whole else spot.label, (0 if spot.ring else 2) if spot.asked else 3)
        for spot, at in reversed(spots)
        if spot.country in own and (not whole or (spot.asked and spot.ring))
    ]
    for town, at in towns:
        abroad = "" if whole or town.country in own else f", {starred(town.country)}"
        if town.support != "known":
            wanted.append((at, f"{town.label}{abroad}", 1))
    # No text twice: a town with support may be a hotspot as well.
    order = sorted(wanted, key=lambda row: row[2])
    firsts = {text: (at, look) for at, text, look in reversed(order)}
    rows = sorted(firsts.items(), key=lambda row: order.index((row[1][0], row[0], row[1][1])))
    large = [at for _, at in spots] + [at for town, at in towns if town.support != "known"]
    return placed_labels(
        [at for _, (at, _) in rows],
        [text for text, _ in rows],
        [look for _, (_, look) in rows],
        sizes=LABEL_SIZES,
        symbols=large,
        small=[at for town, at in towns if town.support == "known"],
        reserved=[(0.0, frame.height - BAR_HEIGHT_PT, 0.22 * frame.width + 30, frame.height)],
        width=frame.width,
        height=frame.height,
    )


def _names(
    shapes: list[tuple[str, str, Any]],
    own: list[str],
    keep_off: list[tuple[float, float]],
    taken: list[Box],
    frame: Frame,
) -> list[dict[str, Any]]:
    """Return the name of each country at the emptiest place of the part that is shown."""
    from shapely import box, clip_by_rect

    names = []
    for code, name, shape in shapes:
        part = clip_by_rect(shape, 0, 0, frame.width, frame.height)
        share = part.area / (frame.width * frame.height)
        if share < NAMED_SHARE:
            continue
        x, y = emptiest_spot(part, np.array(keep_off, dtype=float).reshape(-1, 2), steps=24)
        text = style.COUNTRY_NAMES.get(code, shortened(name.upper(), 30))
        size = 6.5 if code in own and share > 5 * NAMED_SHARE else 5.2
        lines = text.split("\n")
        half, high = 0.4 * size * max(map(len, lines)), 0.6 * size * len(lines)
        room = box(x - half, y - high, x + half, y + high)
        # A name that the frame would cut, or a label cover, is left out.
        if half <= x <= frame.width - half and not any(room.intersects(box(*b)) for b in taken):
            spot = {"x": round(x, 1), "y": round(y, 1), "text": text, "size": size}
            names.append({**spot, "own": code in own})
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
