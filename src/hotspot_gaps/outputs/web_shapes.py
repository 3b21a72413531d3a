"""Web shapes: symbols, outlines of countries and the relief, as the page carries them.

The page is drawn in Web Mercator, because Leaflet is; nothing is measured in it.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import numpy as np

from hotspot_gaps.outputs import style
from hotspot_gaps.outputs.map_frame import FAR_KM, emptiest_spot
from hotspot_gaps.sources.builtin import builtin_path

if TYPE_CHECKING:
    import geopandas as gpd

MERCATOR = "EPSG:3857"
MERCATOR_LIMIT = 85.0  # degrees of latitude that Web Mercator can show
PAD = 0.8  # of the longer side: on a wide screen there is more to see than what must be shown
DEGREE_STEPS = 10_000  # outlines are written to a ten-thousandth of a degree
FINEST_DEGREES = 0.0004
RELIEF_PIXELS = 1_700
RELIEF_QUALITY = 78
_LETTER = {1: "M", 2: "L", 3: "Q", 4: "C", 79: "Z"}


def look() -> dict[str, Any]:
    """Return colours, symbols and rings of `style` as the page draws them.

    Examples
    --------
    >>> look()["marks"]["gap"]
    ['o', 46, '#e0352b', '#ffffff', 0.7]
    """
    return {
        "colours": style.palette(),
        "veil_opacity": style.VEIL_OPACITY,
        "kinds": dict(style.MARKERS),
        "marks": {name: list(mark) for name, mark in style.MARKS.items()},
        "rings": {name: [list(ring) for ring in rings] for name, rings in style.RINGS.items()},
        "radius": dict(style.RADIUS),
        "symbols": symbols(),
    }


def symbols() -> dict[str, list[list[Any]]]:
    """Return the outlines of the markers in `style`, as steps of an SVG path of unit size.

    Returns
    -------
    dict
        By matplotlib's letter of the marker; steps of a letter and coordinates, y downwards.

    Examples
    --------
    >>> symbols()["s"][0]
    ['M', -0.5, 0.5]
    """
    from matplotlib.markers import MarkerStyle

    paths = {}
    for letter in sorted(
        {*style.MARKERS.values(), *(mark.marker for mark in style.MARKS.values())}
    ):
        look = MarkerStyle(letter)
        path = look.get_path().transformed(look.get_transform())
        steps = []
        for points, code in path.iter_segments(simplify=False):
            flipped = np.round(points.reshape(-1, 2) * (1, -1), 4).ravel() + 0.0
            steps.append([_LETTER[int(code)], *(flipped.tolist() if int(code) != 79 else [])])
        paths[letter] = steps
    return paths


def view(
    gaps: gpd.GeoDataFrame, organizations: gpd.GeoDataFrame, countries: gpd.GeoDataFrame
) -> Any:
    """Return west, south, east, north of what the page shows first.

    Countries with hotspots, all hotspots, and the public support that is measured to, unless it is
    far away.

    Parameters
    ----------
    gaps, countries
        As `find_gaps` and `load_boundaries` return them.
    organizations
        As `public_organizations` returns them.
    """
    own = countries[countries["country"].isin(gaps["country"].unique())]
    near = gaps.loc[gaps["nearest_supported_km"].le(FAR_KM), "nearest_supported_id"]
    support = organizations[organizations["organization_id"].isin(near)]
    shown = [f.geometry[f.geometry.notna()].to_crs("EPSG:4326") for f in (own, gaps, support)]
    bounds = np.array([f.total_bounds for f in shown if len(f)] or [countries.total_bounds])
    west, south = bounds[:, :2].min(axis=0)
    east, north = bounds[:, 2:].max(axis=0)
    limit = MERCATOR_LIMIT
    return float(west), max(float(south), -limit), float(east), min(float(north), limit)


def outlines(
    countries: gpd.GeoDataFrame, gaps: gpd.GeoDataFrame, bounds: tuple[float, ...]
) -> list[dict[str, Any]]:
    """Return the countries around what is shown, simplified together, with a place for the name.

    Parameters
    ----------
    countries, gaps
        As `load_boundaries` and `find_gaps` return them.
    bounds
        As `view` returns them.

    Returns
    -------
    list of dict
        `country`, `name`, `own` (whether it has hotspots), `label` (latitude and longitude of the
        name, None without one) and `rings`: per polygon its rings, per ring longitude and latitude
        in ten-thousandths of a degree, each as the difference to the one before.
    """
    from shapely import box

    west, south, east, north = bounds
    reach = 0.5 * max(east - west, north - south) + 1
    frame = box(
        max(west - reach, -180), max(south - reach, -MERCATOR_LIMIT),
        min(east + reach, 180), min(north + reach, MERCATOR_LIMIT),
    )  # fmt: skip
    near = (
        countries.to_crs("EPSG:4326")
        .clip(frame, keep_geom_type=True)
        .sort_values(["country", "name"])
    )
    tolerance = max(FINEST_DEGREES, (east - west) / 20_000)
    near = near.set_geometry(near.geometry.simplify_coverage(tolerance))
    own = near["country"].isin(gaps["country"].unique())
    points = _mercator_points(gaps)
    shown = box(west, south, east, north)
    rows = []
    for row, is_own in zip(near.itertuples(), own, strict=True):
        rows.append(
            {
                "country": row.country,
                "name": str(row.name),
                "label": style.COUNTRY_NAMES.get(row.country, str(row.name).upper()),
                "own": int(is_own),
                "at": _label_spot(row.geometry.intersection(shown), points, 0.004 * shown.area),
                "rings": [_rings(polygon) for polygon in _polygons(row.geometry)],
            }
        )
    return rows


def _mercator_points(gaps: gpd.GeoDataFrame) -> Any:
    placed = gaps.geometry[gaps.geometry.notna()].to_crs(MERCATOR)
    return np.column_stack([placed.x, placed.y]) if len(placed) else np.empty((0, 2))


def _label_spot(area: Any, points: Any, least: float) -> list[float] | None:
    """Return latitude and longitude of the emptiest spot of a country, for its name."""
    import geopandas as gpd
    from shapely import Point

    if area.area < least:
        return None
    flat = gpd.GeoSeries([area], crs="EPSG:4326").to_crs(MERCATOR)
    spot = gpd.GeoSeries([Point(emptiest_spot(flat.iloc[0], points))], crs=MERCATOR)
    place = spot.to_crs("EPSG:4326").iloc[0]
    return [round(place.y, 3), round(place.x, 3)]


def _polygons(shape: Any) -> list[Any]:
    parts = getattr(shape, "geoms", [shape])
    return [part for part in parts if part.geom_type == "Polygon" and not part.is_empty]


def _rings(polygon: Any) -> list[list[int]]:
    return [_steps(ring.coords) for ring in (polygon.exterior, *polygon.interiors)]


def _steps(coordinates: Any) -> list[int]:
    """Return whole numbers, each point as the difference to the one before."""
    whole = np.rint(np.array(coordinates)[:, :2] * DEGREE_STEPS).astype(int)
    steps = np.diff(whole, axis=0, prepend=np.zeros((1, 2), dtype=int))
    return [int(step) for step in steps.ravel()]


def relief(bounds: tuple[float, ...]) -> dict[str, Any] | None:
    """Return the built-in relief of a region, warped to Web Mercator, as a picture in a text.

    Parameters
    ----------
    bounds
        As `view` returns them.

    Returns
    -------
    dict or None
        `image`, a JPEG as a data address, and `bounds`, its south, west, north, east. None where
        the relief does not reach.
    """
    import rasterio
    from rasterio.enums import Resampling
    from rasterio.transform import from_bounds
    from rasterio.warp import reproject, transform_bounds

    with rasterio.open(builtin_path("relief.tif")) as source:
        west, south, east, north = bounds
        pad = PAD * max(east - west, north - south)
        there = source.bounds
        west, south = max(west - pad, there.left), max(south - pad, there.bottom)
        east, north = min(east + pad, there.right), min(north + pad, there.top)
        if east - west < 0.1 or north - south < 0.1:
            return None
        left, bottom, right, top = transform_bounds(source.crs, MERCATOR, west, south, east, north)
        scale = RELIEF_PIXELS / max(right - left, top - bottom)
        size = max(round((top - bottom) * scale), 1), max(round((right - left) * scale), 1)
        picture = np.zeros((source.count, *size), dtype=np.uint8)
        reproject(
            rasterio.band(source, list(range(1, source.count + 1))),
            picture,
            dst_transform=from_bounds(left, bottom, right, top, size[1], size[0]),
            dst_crs=MERCATOR,
            resampling=Resampling.average,
        )
    image = base64.b64encode(_jpeg(picture)).decode("ascii")
    corners = [round(float(value), 6) for value in (south, west, north, east)]
    return {"image": f"data:image/jpeg;base64,{image}", "bounds": corners}


def _jpeg(picture: Any) -> bytes:
    """Return the bytes of a picture of bands, rows and columns."""
    import warnings

    import rasterio
    from rasterio.errors import NotGeoreferencedWarning

    bands, rows, columns = picture.shape
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        with rasterio.MemoryFile() as memory:
            with memory.open(
                driver="JPEG", width=columns, height=rows, count=bands, dtype="uint8",
                quality=RELIEF_QUALITY, progressive=True,
            ) as target:  # fmt: skip
                target.write(picture)
            return bytes(memory.read())
