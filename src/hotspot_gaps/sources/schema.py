"""The rules for tables that users bring: one door, every problem at once, each with its fix.

A table is checked as text, as the user wrote it, against a pandera schema made of `_FIELDS` (what a
cell may hold) and `_ROW_RULES` (how the cells of a row, and rows, must agree). Only a table without
a problem is converted to numbers, codes and dates.
"""

from __future__ import annotations

import calendar
import datetime as dt
import difflib
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hotspot_gaps.errors import InputError, Problem
from hotspot_gaps.sources.gazetteer import fold
from hotspot_gaps.sources.readers import plain_text, read_table

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

# A rule that a million rows break is told this often, then counted.
MAX_TOLD = 1_000
# Coasts and borders of Natural Earth 1:10m are generalised; nearer than this counts as inside.
BORDER_TOLERANCE_M = 5_000


@dataclass(frozen=True)
class _Field:
    """What one column means, and what its cells may hold."""

    meaning: str
    kind: str = "text"
    required: bool = False
    choices: tuple[str, ...] = ()
    default: str | None = None


_SOURCE = {
    "source_title": _Field("title of the source; fill in this or source_url, for every row"),
    "source_url": _Field("address of the source"),
    "source_date": _Field("date of the source, as it states it"),
}
_COUNTRY = _Field("ISO code (AL, BA, ME, MK, RS, XK for Kosovo) or name", "country", required=True)
_COORDINATES = {
    "lat": _Field("latitude in decimal degrees (WGS84), together with lon", "number"),
    "lon": _Field("longitude in decimal degrees (WGS84), together with lat", "number"),
}
_GEONAMES = _Field("GeoNames number of the town, if the name alone is not clear", "whole")
_FIELDS: dict[str, dict[str, _Field]] = {
    "hotspots": {
        "name": _Field("name of the place, in any spelling or script", required=True),
        "country": _COUNTRY,
        **_SOURCE,
        "hotspot_id": _Field("your own id, unique; made of country and name when empty"),
        "kind": _Field(
            "what it is", "choice", default="town",
            choices=("town", "city", "port", "region", "border_crossing", "airport"),
        ),
        "evidence": _Field(
            "how the source names it", "choice", default="reported",
            choices=("direct", "reported", "related"),
        ),
        "alt_names": _Field("other names, separated by semicolons", "list"),
        "crime_markets": _Field("crime markets, separated by semicolons", "list"),
        "geonames_id": _GEONAMES,
        **_COORDINATES,
        "location_source": _Field("where the coordinates come from"),
        "extent": _Field("of a region: districts it covers, separated by semicolons"),
        "extent_source": _Field("who says that the region covers these districts"),
        "wording": _Field("how the source describes the place"),
        "neighbours": _Field("countries it borders on, separated by semicolons", "list"),
        "population": _Field("inhabitants; empty when not known, never 0", "population"),
        "capital": _Field("yes or no; empty to take it from the gazetteer", "yes_no"),
    },
    "organizations": {
        "name": _Field("name of the organization", required=True),
        "country": _COUNTRY,
        **_SOURCE,
        "organization_id": _Field("your own id, unique; made of country, town and name when empty"),
        "town": _Field("the town it sits in, never an address"),
        "geonames_id": _GEONAMES,
        **_COORDINATES,
        "town_basis": _Field(
            "how the town is known; stated when empty", "choice",
            choices=("stated", "registered", "activity_area", "from_name"),
        ),
        "name_local": _Field("name in the local language"),
        "themes": _Field("what it works on, separated by semicolons", "list"),
        "sensitivity": _Field(
            "restricted keeps its name and town out of every output", "choice", default="public",
            choices=("public", "restricted"),
        ),
    },
    "supports": {
        "organization_id": _Field("id of the organization; fill in this or organization"),
        "organization": _Field("name of the organization, as its table has it"),
        "programme": _Field("what supported it", required=True),
        "from": _Field("first day: 2020-10-01, 1.10.2020, 2020-10 or 2020", "first", required=True),
        **_SOURCE,
        "to": _Field("last day, written likewise; empty when it still runs", "last"),
        "certainty": _Field(
            "how sure the support is", "choice", default="documented",
            choices=("documented", "probable"),
        ),
    },
    "places": {
        "geonames_id": _Field("a whole number, unique", "whole", required=True),
        "name": _Field("name of the place", required=True),
        "country": _COUNTRY,
        "lat": _Field("latitude in decimal degrees (WGS84)", "number", required=True),
        "lon": _Field("longitude in decimal degrees (WGS84)", "number", required=True),
        "population": _Field("inhabitants; empty or 0 when not known", "whole"),
        "alt_names": _Field("other names, separated by semicolons", "list"),
        "is_capital": _Field("yes or no; no when empty", "yes_no", default="no"),
    },
}  # fmt: skip
_ALIASES = {
    **dict.fromkeys(("latitude", "y"), "lat"),
    **dict.fromkeys(("longitude", "long", "lng", "x"), "lon"),
    **dict.fromkeys(("iso2", "iso3", "country_code", "country_name", "iso_a2"), "country"),
    **dict.fromkeys(("place_name", "place", "cso_name"), "name"),
    **dict.fromkeys(("start", "start_date", "from_date", "valid_from"), "from"),
    **dict.fromkeys(("end", "end_date", "to_date", "valid_to"), "to"),
    **dict.fromkeys(("programme_id", "program", "programme_name"), "programme"),
    **dict.fromkeys(("source", "source_name"), "source_title"),
    **dict.fromkeys(("source_link", "source_address", "url", "link"), "source_url"),
    **dict.fromkeys(("geonameid", "geoname_id"), "geonames_id"),
    **dict.fromkeys(("alternate_names", "alternatenames", "other_names"), "alt_names"),
    **dict.fromkeys(("place_kind", "place_type"), "kind"),
    **dict.fromkeys(("cso_id", "org_id", "organisation_id"), "organization_id"),
    "city": "town",
    "pop": "population",
    "evidence_strength": "evidence",
}
_OWN_ALIASES = {
    "hotspots": {"id": "hotspot_id", "is_capital": "capital", "town": "name", "city": "name"},
    "organizations": {
        "id": "organization_id",
        **dict.fromkeys(("organization", "organisation", "organization_name", "cso"), "name"),
    },
    "supports": dict.fromkeys(
        ("organisation", "organization_name", "organisation_name", "cso", "cso_name", "name"),
        "organization",
    ),
    "places": {"id": "geonames_id", "capital": "is_capital"},
}


@dataclass(frozen=True)
class _RowRule:
    """What the cells of a row, or rows with the same key, must fulfil."""

    columns: tuple[str, ...]
    what: str
    fix: str
    holds: Callable[[pd.DataFrame], pd.Series[bool]] | None = None
    # Rows must differ in these columns; {other} in `what` is the row that has the same.
    key: tuple[str, ...] = ()
    # At least one of `columns` must be filled.
    any_of: bool = False


def _unique(*columns: str) -> _RowRule:
    named = " and ".join(columns) if len(columns) < 3 else f"{', '.join(columns[:-1])} and {columns[-1]}"
    what = f"row {{other}} has the same {named}."
    return _RowRule(columns, what, "Delete one of the two, or tell them apart.", key=columns)


def _given(table: pd.DataFrame) -> pd.Series[bool]:
    return table["lat"].isna() == table["lon"].isna()


def _within(column: str, limit: float) -> Callable[[pd.DataFrame], pd.Series[bool]]:
    def holds(table: pd.DataFrame) -> pd.Series[bool]:
        return ~(_numbers(table[column]).abs() > limit) | _swapped(table)

    return holds


def _swapped(table: pd.DataFrame) -> pd.Series[bool]:
    return _numbers(table["lat"]).abs().between(90, 180, "right") & (_numbers(table["lon"]).abs() <= 90)


def _in_order(table: pd.DataFrame) -> pd.Series[bool]:
    # ISO dates sort as text.
    first, last = _first_day(table["from"]).fillna(""), _last_day(table["to"]).fillna("9999")
    return first <= last


_LOCATED = (
    _RowRule(("lat", "lon"), "only one of the two is given.", "Fill in both or neither.", _given),
    _RowRule(
        ("lat", "lon"), "lat and lon look swapped.", "Exchange the two columns.",
        lambda table: ~_swapped(table),
    ),
    _RowRule(("lat",), "a latitude lies between -90 and 90.", "Give degrees, not metres.", _within("lat", 90)),
    _RowRule(("lon",), "a longitude lies between -180 and 180.", "Give degrees, not metres.", _within("lon", 180)),
)  # fmt: skip
_SOURCED = _RowRule(
    ("source_title", "source_url"), "there is no row without a source.",
    "Fill in source_title or source_url.", any_of=True,
)  # fmt: skip
_ROW_RULES = {
    "hotspots": (*_LOCATED, _SOURCED, _unique("hotspot_id"), _unique("name", "country", "kind")),
    "organizations": (
        *_LOCATED, _SOURCED, _unique("organization_id"), _unique("name", "country", "town"),
    ),
    "supports": (
        _SOURCED,
        _RowRule(
            ("organization_id", "organization"), "this does not say which organization.",
            "Fill in organization_id or organization.", any_of=True,
        ),
        _RowRule(("to",), "this is before the first day.", "Correct from or to.", _in_order),
        _unique("organization_id", "organization", "programme", "from"),
    ),
    "places": (*_LOCATED, _unique("geonames_id")),
}  # fmt: skip


# Public functions.


def read_checked(
    path: str | Path, kind: str, *, empty_ok: bool = False, layer: str | None = None
) -> pd.DataFrame:
    """Read a file with `read_table` and check it with `check_table`."""
    return check_table(read_table(path, layer=layer), kind, Path(path).name, empty_ok=empty_ok)


def check_table(
    frame: pd.DataFrame, kind: str, file: str, *, empty_ok: bool = False
) -> pd.DataFrame:
    """Check a table against all rules of its kind, and convert it.

    Parameters
    ----------
    frame
        Table or layer as `read_table` returns it. Points of a layer give `lat` and `lon`.
    kind
        `"hotspots"`, `"organizations"`, `"supports"` or `"places"`.
    file
        Name of the file, for messages.
    empty_ok
        Accept a table without rows.

    Returns
    -------
    pandas.DataFrame
        All columns of the kind and no others, in the order of `columns(kind)`, with the index of
        `frame`; absent optional columns are empty. Coordinates are float64; ids of GeoNames and
        populations Int64, NA when not known; countries ISO 3166-1 alpha-2 codes; days ISO 8601
        text, the first or the last of a month or year; `capital` boolean; the rest text, NaN when
        empty. Columns that are not used are left out; `unknown_columns` lists them.

    Raises
    ------
    InputError
        Everything that is wrong. Values that look like personal data are not repeated.

    Examples
    --------
    >>> import pandas as pd
    >>> raw = pd.DataFrame({"Name": ["Bar"], "ISO2": ["me"], "source": ["a report"]}, index=[2])
    >>> check_table(raw, "hotspots", "mine.csv").loc[2, ["name", "country", "kind"]].tolist()
    ['Bar', 'ME', 'town']
    """
    table, problems = _text_table(frame, kind, file)
    if frame.empty and not empty_ok:
        fix = "Fill it in; 'hotspot-gaps template' prints the columns."
        problems.append(Problem(file, 0, "", "", "this table has no rows.", fix))
    problems += _personal_problems(frame, kind, file)
    problems += _rule_problems(table, kind, file, found=list(map(str, frame.columns)))
    if problems:
        raise InputError(problems)
    return _convert_table(table, kind)


def unknown_columns(frame: pd.DataFrame, kind: str) -> tuple[str, ...]:
    """Return the columns that `check_table` does not use, as the user named them."""
    used = {name for names in _assigned(frame, kind).values() for name in names}
    return tuple(str(name) for name in frame.columns if name not in {*used, "geometry"})


def columns(kind: str) -> dict[str, str]:
    """Return the columns of a kind of table with one line of meaning each, required ones first.

    >>> next(iter(columns("hotspots").items()))
    ('name', 'required: name of the place, in any spelling or script')
    """
    meanings = {}
    for name, field in sorted(_FIELDS[kind].items(), key=lambda item: not item[1].required):
        meaning = f"required: {field.meaning}" if field.required else field.meaning
        if field.choices:
            meaning += f"; one of {', '.join(field.choices)}"
            meaning += f"; {field.default} when empty" if field.default else ""
        meanings[name] = meaning
    return meanings


def normal_name(name: object, kind: str | None = None) -> str:
    """Return the name that a column goes by here: lower case, underscores, known synonyms.

    >>> normal_name(" Country Code "), normal_name("Organization name", "supports")
    ('country', 'organization')
    """
    normal = re.sub(r"[\s_-]+", "_", str(name).strip().lower()).strip("_")
    fields = _FIELDS.get(kind or "", {})
    if normal in fields:
        return normal
    normal = _OWN_ALIASES.get(kind or "", {}).get(normal) or _ALIASES.get(normal, normal)
    if len(normal) == 10:
        # A Shapefile cuts names here.
        return next((full for full in fields if full.startswith(normal)), normal)
    return normal


def check_location(
    frame: pd.DataFrame, countries: gpd.GeoDataFrame, file: str
) -> list[Problem]:
    """Find points that lie outside their country.

    Parameters
    ----------
    frame
        A checked table with `country`, `lat` and `lon`. Rows without coordinates, or whose country
        is not in `countries`, are not judged.
    countries
        Polygons in EPSG:4326 with the column `country`.
    file
        Name of the file, for messages.

    Returns
    -------
    list of Problem
        One a point that is more than 5 km outside, which the coarse coast and borders of the
        built-in boundaries may be off. It says so if exchanging lat and lon would put it inside.

    Notes
    -----
    Distances are planar in an azimuthal equidistant projection around the middle of the country:
    at 1,000 km from there, 5 km come out at most 0.5 % wrong.
    """
    import pandas as pd

    located = frame[frame["lat"].notna() & frame["lon"].notna()]
    problems = []
    for country, rows in located.groupby("country"):
        outline = countries.geometry[countries["country"] == country]
        if outline.empty:
            continue
        lon, lat = rows["lon"].astype(float), rows["lat"].astype(float)
        distance = _outside_m(outline, lon, lat)
        away = distance[distance > BORDER_TOLERANCE_M]
        swapped = _outside_m(outline, lat[away.index], lon[away.index]) <= BORDER_TOLERANCE_M
        for row, metres in away.items():
            what = f"this point is {metres / 1000:,.0f} km outside {country}."
            fix = "Correct the coordinates or the country."
            if swapped[row]:
                what, fix = "lat and lon look swapped.", "Exchange the two."
            value = f"{lat[row]:g}, {lon[row]:g}"
            problems.append(Problem(file, int(str(row)), "lat, lon", value, what, fix))
    return problems


def _outside_m(outline: gpd.GeoSeries, lon: pd.Series[float], lat: pd.Series[float]) -> pd.Series[float]:
    """Return how many metres each point lies outside an outline: 0 inside."""
    import numpy as np
    import pandas as pd
    import shapely
    from pyproj import CRS, Transformer

    west, south, east, north = outline.total_bounds
    crs = CRS.from_proj4(f"+proj=aeqd +lat_0={(south + north) / 2} +lon_0={(west + east) / 2} +datum=WGS84")
    shape = shapely.union_all(outline.to_crs(crs).to_numpy())
    shapely.prepare(shape)
    possible = lat.abs().le(90) & lon.abs().le(180)
    to_plane = Transformer.from_crs("EPSG:4326", crs, always_xy=True)
    x, y = to_plane.transform(lon.where(possible, 0).to_numpy(), lat.where(possible, 0).to_numpy())
    near = np.isfinite(x) & np.isfinite(y) & possible.to_numpy()
    points = shapely.points(np.where(near, x, 0), np.where(near, y, 0))
    metres = np.zeros(len(points))
    outside = ~shapely.intersects(shape, points)
    metres[outside] = shapely.distance(shape, points[outside])
    return pd.Series(np.where(near, metres, np.inf), index=lon.index)


# Columns and text.


def _assigned(frame: pd.DataFrame, kind: str) -> dict[str, list[str]]:
    """Tell which columns of the user's mean which of ours; an exact name outdoes its synonyms."""
    found: dict[str, list[str]] = {}
    for name in frame.columns:
        found.setdefault(normal_name(name, kind), []).append(name)
    for ours, theirs in found.items():
        exact = [name for name in theirs if re.sub(r"[\s_-]+", "_", str(name).strip().lower()) == ours]
        found[ours] = exact or theirs
    return {ours: theirs for ours, theirs in found.items() if ours in _FIELDS[kind]}


def _text_table(frame: pd.DataFrame, kind: str, file: str) -> tuple[pd.DataFrame, list[Problem]]:
    """Return the known columns as text under our names, with points as lat and lon."""
    import pandas as pd

    assigned, problems = _assigned(frame, kind), []
    for ours, theirs in assigned.items():
        if len(theirs) > 1:
            what = f"the columns {', '.join(map(repr, theirs))} mean the same."
            problems.append(Problem(file, 0, ours, "", what, f"Keep one, and name it {ours!r}."))
    table = pd.DataFrame(index=frame.index)
    for ours, theirs in assigned.items():
        table[ours] = _as_text(frame[theirs[0]])
    if "geometry" in frame and "lat" in _FIELDS[kind]:
        problems += _points_to_columns(frame, table, file)
    return table, problems


def _as_text(cells: pd.Series[Any]) -> pd.Series[str]:
    import pandas as pd

    return pd.Series([plain_text(cell) for cell in cells], index=cells.index, dtype=str)


def _points_to_columns(frame: pd.DataFrame, table: pd.DataFrame, file: str) -> list[Problem]:
    """Write points into the columns lat and lon of the table, which give way to them."""
    import shapely

    geometry = frame["geometry"]
    shapes = geometry.to_numpy()
    filled = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    point = filled & (shapely.get_type_id(shapes) == shapely.GeometryType.POINT)
    for name, values in (("lat", shapely.get_y(shapes)), ("lon", shapely.get_x(shapes))):
        given = _as_text(geometry.index.to_series().map(dict(zip(frame.index, values, strict=True))))
        table[name] = given.where(point, table[name]) if name in table else given
    return [
        Problem(
            file, int(str(row)), "geometry", shapes[at].geom_type, "this is not a point.",
            "Replace it by a point, such as a point on its surface.",
        )
        for at, row in enumerate(frame.index)
        if filled[at] and not point[at]
    ]  # fmt: skip
