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

import numpy as np

from hotspot_gaps.errors import InputError, Problem
from hotspot_gaps.sources.gazetteer import fold
from hotspot_gaps.sources.readers import plain_text, read_table

if TYPE_CHECKING:
    import geopandas as gpd
    import numpy.typing as npt
    import pandas as pd

# A rule that a million rows break is told this often, then counted.
MAX_TOLD = 1_000
# Coasts and borders of Natural Earth 1:10m are generalised; nearer than this counts as inside.
BORDER_TOLERANCE_M = 5_000
_FARTHEST_M = 20_000_000.0


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
    holds: Callable[[pd.DataFrame], pd.Series[bool]]
    # Rows must differ in `columns`; {other} in `what` is the row that has the same.
    unique: bool = False
    # At least one of `columns` must be filled.
    any_of: bool = False


def _unique(kind: str, *columns: str) -> _RowRule:
    def holds(table: pd.DataFrame) -> pd.Series[bool]:
        keys = _keys(table, columns, kind)
        return keys.isna() | ~keys.duplicated()

    what = f"row {{other}} has the same {' and '.join(columns)}."
    return _RowRule(columns, what, "Delete one of the two, or tell them apart.", holds, unique=True)


def _any_of(*columns: str, what: str) -> _RowRule:
    def holds(table: pd.DataFrame) -> pd.Series[bool]:
        return table[list(columns)].notna().any(axis=1)

    return _RowRule(columns, what, f"Fill in {' or '.join(columns)}.", holds, any_of=True)


def _given(table: pd.DataFrame) -> pd.Series[bool]:
    return table["lat"].isna() == table["lon"].isna()


def _within(column: str, limit: float) -> Callable[[pd.DataFrame], pd.Series[bool]]:
    def holds(table: pd.DataFrame) -> pd.Series[bool]:
        return ~(_numbers(table[column]).abs() > limit) | _swapped(table)

    return holds


def _swapped(table: pd.DataFrame) -> pd.Series[bool]:
    lat, lon = _numbers(table["lat"]).abs(), _numbers(table["lon"]).abs()
    return lat.between(90, 180, "right") & (lon <= 90)


def _in_order(table: pd.DataFrame) -> pd.Series[bool]:
    # ISO dates sort as text.
    first, last = _first_day(table["from"]).fillna(""), _last_day(table["to"]).fillna("9999")
    return first <= last


_DEGREES = "Give decimal degrees, not metres."
_LOCATED = (
    _RowRule(("lat", "lon"), "only one of the two is given.", "Fill in both or neither.", _given),
    _RowRule(
        ("lat", "lon"), "lat and lon look swapped.", "Exchange the two.",
        lambda table: ~_swapped(table),
    ),
    _RowRule(("lat",), "this is not between -90 and 90.", _DEGREES, _within("lat", 90)),
    _RowRule(("lon",), "this is not between -180 and 180.", _DEGREES, _within("lon", 180)),
)  # fmt: skip
_SOURCED = _any_of("source_title", "source_url", what="there is no row without a source.")
_ROW_RULES = {
    "hotspots": (
        *_LOCATED,
        _SOURCED,
        _unique("hotspots", "hotspot_id"),
        _unique("hotspots", "name", "country", "kind"),
    ),
    "organizations": (
        *_LOCATED,
        _SOURCED,
        _unique("organizations", "organization_id"),
        _unique("organizations", "name", "country", "town"),
    ),
    "supports": (
        _SOURCED,
        _any_of("organization_id", "organization", what="this does not say which organization."),
        _RowRule(("to",), "this is before the first day.", "Correct from or to.", _in_order),
        _unique("supports", "organization_id", "organization", "programme", "from"),
    ),
    "places": (*_LOCATED, _unique("places", "geonames_id")),
}


# Public functions.


def read_checked(
    path: str | Path, kind: str, *, empty_ok: bool = False, layer: str | None = None
) -> pd.DataFrame:
    """Read a file with `read_table` and check it with `check_table`.

    Parameters
    ----------
    path, layer
        As for `read_table`.
    kind, empty_ok
        As for `check_table`.

    Returns
    -------
    pandas.DataFrame
        The checked table.

    Raises
    ------
    InputError
        Everything that is wrong with the file or, if it can be read, with the table.
    MissingInputError
        There is no such file.
    """
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
    if not len(frame) and not empty_ok:
        fix = "Fill it in; 'hotspot-gaps template' prints the columns."
        problems.append(Problem(file, 0, "", "", "this table has no rows.", fix))
    problems += _personal_problems(frame, kind, file)
    problems += _rule_problems(table, kind, file, found=list(map(str, frame.columns)))
    if problems:
        raise InputError(problems)
    return _convert_table(table, kind)


def unknown_columns(frame: pd.DataFrame, kind: str) -> tuple[str, ...]:
    """Return the columns that `check_table` does not use.

    Parameters
    ----------
    frame, kind
        As for `check_table`.

    Returns
    -------
    tuple of str
        Their names, as the user wrote them.
    """
    used = {name for names in _assigned(frame, kind).values() for name in names}
    return tuple(str(name) for name in frame.columns if name not in {*used, "geometry"})


def columns(kind: str) -> dict[str, str]:
    """Return the columns of a kind of table with one line of meaning each.

    Parameters
    ----------
    kind
        `"hotspots"`, `"organizations"`, `"supports"` or `"places"`.

    Returns
    -------
    dict of str to str
        Meanings by column, required columns first; their meanings begin with "required: ".

    Examples
    --------
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

    Parameters
    ----------
    name
        The name as the user wrote it.
    kind
        Kind of table, whose own synonyms and names that a Shapefile cut count, too.

    Returns
    -------
    str
        Our name, or the tidied name of a column that is not known.

    Examples
    --------
    >>> normal_name(" Country Code "), normal_name("Organization name", "supports")
    ('country', 'organization')
    """
    normal = _plain_name(name)
    fields = _FIELDS.get(kind or "", {})
    if normal in fields:
        return normal
    normal = _OWN_ALIASES.get(kind or "", {}).get(normal) or _ALIASES.get(normal, normal)
    if len(normal) == 10:
        # A Shapefile cuts names here.
        return next((full for full in fields if full.startswith(normal)), normal)
    return normal


def check_location(frame: pd.DataFrame, countries: gpd.GeoDataFrame, file: str) -> list[Problem]:
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
    Distances are planar in an azimuthal equidistant projection around the middle of the country's
    largest part: at 1,000 km from there, 5 km come out at most 0.5 % wrong.
    """
    located = frame[frame["lat"].notna() & frame["lon"].notna()]
    problems = []
    for country, rows in located.groupby("country"):
        outline = countries.geometry[countries["country"] == country].dropna()
        if outline.empty:
            continue
        lon, lat = rows["lon"].astype(float), rows["lat"].astype(float)
        metres = _outside_m(outline, lon, lat)
        swapped = _outside_m(outline, lat, lon) <= BORDER_TOLERANCE_M
        for row, x, y, away, exchange in zip(rows.index, lon, lat, metres, swapped, strict=True):
            if away <= BORDER_TOLERANCE_M:
                continue
            what = f"this point is {away / 1000:,.0f} km outside {country}."
            fix = "Correct the coordinates or the country."
            if exchange:
                what, fix = "lat and lon look swapped.", "Exchange the two."
            problems.append(Problem(file, int(str(row)), "lat, lon", f"{y:g}, {x:g}", what, fix))
    return sorted(problems)


def _outside_m(
    outline: gpd.GeoSeries, lon: pd.Series[float], lat: pd.Series[float]
) -> npt.NDArray[np.float64]:
    """Return how many metres each point lies outside an outline: 0 inside."""
    import shapely
    from pyproj import CRS, Transformer

    # The bounds of a country on both sides of the antimeridian have no middle.
    parts = shapely.get_parts(outline.to_numpy())
    middle = shapely.centroid(parts[shapely.area(parts).argmax()])
    crs = CRS.from_proj4(f"+proj=aeqd +lat_0={middle.y} +lon_0={middle.x} +datum=WGS84")
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
    return np.where(near, metres, _FARTHEST_M)


# Columns and text.


def _plain_name(name: object) -> str:
    return re.sub(r"[\s_-]+", "_", str(name).strip().lower()).strip("_")


def _assigned(frame: pd.DataFrame, kind: str) -> dict[str, list[str]]:
    """Tell which columns of the user's mean which of ours; an exact name outdoes its synonyms."""
    found: dict[str, list[str]] = {}
    for name in frame.columns:
        found.setdefault(normal_name(name, kind), []).append(name)
    for ours, theirs in found.items():
        exact = [name for name in theirs if _plain_name(name) == ours]
        found[ours] = exact or theirs
    return {ours: theirs for ours, theirs in found.items() if ours in _FIELDS[kind]}


def _text_table(frame: pd.DataFrame, kind: str, file: str) -> tuple[pd.DataFrame, list[Problem]]:
    """Return the known columns as text under our names, with points as lat and lon."""
    import geopandas as gpd
    import pandas as pd

    assigned, problems = _assigned(frame, kind), []
    for ours, theirs in assigned.items():
        if len(theirs) > 1:
            what = f"the columns {', '.join(map(repr, theirs))} mean the same."
            problems.append(Problem(file, 0, ours, "", what, f"Keep one, and name it {ours!r}."))
    table = pd.DataFrame(index=frame.index)
    for ours, theirs in assigned.items():
        table[ours] = _as_text(frame[theirs[0]])
    if isinstance(frame, gpd.GeoDataFrame) and "lat" in _FIELDS[kind]:
        problems += _points_to_columns(frame, table, file)
    return table, problems


def _as_text(cells: pd.Series[Any]) -> pd.Series[str]:
    import pandas as pd

    texts = [plain_text(cell) for cell in cells.to_numpy(dtype=object)]
    return pd.Series(texts, index=cells.index, dtype=str)


def _points_to_columns(frame: gpd.GeoDataFrame, table: pd.DataFrame, file: str) -> list[Problem]:
    """Write points into the columns lat and lon of the table, which give way to them."""
    import pandas as pd
    import shapely

    shapes = frame.geometry.to_numpy()
    multi = shapely.get_type_id(shapes) == shapely.GeometryType.MULTIPOINT
    single = multi & (shapely.get_num_geometries(shapes) == 1)
    shapes = np.where(single, shapely.get_geometry(shapes, 0), shapes)
    filled = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    point = filled & (shapely.get_type_id(shapes) == shapely.GeometryType.POINT)
    points = np.where(point, shapes, None)
    for name, values in (("lat", shapely.get_y(points)), ("lon", shapely.get_x(points))):
        given = _as_text(pd.Series(values, index=frame.index))
        table[name] = given.where(point, table[name]) if name in table else given
    return [
        Problem(
            file, int(str(row)), "geometry", shapes[at].geom_type, "this is not a point.",
            "Replace it by a point, such as a point on its surface.",
        )
        for at, row in enumerate(frame.index)
        if filled[at] and not point[at]
    ]  # fmt: skip


# Personal data.

_PERSONAL_WORDS = (
    "person", "persons", "director", "manager", "tel", "mob", "fax", "mobile", "mail", "dob",
    "surname", "firstname", "lastname", "fullname", "prezime", "mbiemer", "mbiemri", "jmbg",
    "passport",
)  # fmt: skip
_PERSONAL_STARTS = (
    "contact", "kontakt", "phone", "telefon", "telephone", "email", "imejl", "mejl", "street",
    "ulica", "rruga", "rruge", "address", "adres", "birth",
)  # fmt: skip
_PERSONAL_PAIRS = ("first name", "last name", "full name", "e mail", "date of birth")
_EMAIL = re.compile(r"[\w.+-]+\s?(?:@|\(at\)|\[at\])\s?[\w-]+\.\w")
_PHONE = re.compile(
    r"(?<![\w.,/-])(?:"
    r"(?:\+|00)[1-9](?:[\s()/.-]{0,2}[0-9]){7,13}"  # international
    r"|0[1-9][0-9](?:[\s/-]?[0-9]){6,7}"  # 069 123 456, 011/1234-567
    r"|\(0[1-9][0-9]\)(?:[\s/-]?[0-9]){6,7}"
    r")(?![0-9])|\b(?:tel|phone|mob|telefon|mobile)\b[.: ]*[+(]?(?:[0-9][\s()/.-]{0,2}){6}",
    re.IGNORECASE,
)


def _personal_name(name: object) -> bool:
    words = fold(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", str(name)))
    return (
        any(word in _PERSONAL_WORDS or word.startswith(_PERSONAL_STARTS) for word in words.split())
        or any(pair in words for pair in _PERSONAL_PAIRS)
    )  # fmt: skip


def _personal_text(text: str, ours: str = "") -> bool:
    # Addresses of pages are full of numbers.
    return bool(_EMAIL.search(text) or (ours != "source_url" and _PHONE.search(text)))


def _personal_problems(frame: pd.DataFrame, kind: str, file: str) -> list[Problem]:
    """Find columns and cells that tell of persons, without repeating what they say."""
    problems = []
    for name in frame.columns:
        ours = normal_name(name, kind)
        known = _FIELDS[kind].get(ours)
        if known is None and _personal_name(name):
            what = (
                "personal data must not enter: this looks like a person, phone, e-mail or street."
            )
            problems.append(Problem(file, 0, str(name), "", what, "Delete the column."))
            continue
        if name == "geometry" or (known and known.kind not in {"text", "list"}):
            continue
        what = "personal data must not enter: this cell holds an e-mail address or a phone number."
        problems += [
            Problem(file, int(str(row)), str(name), "", what, "Delete it, or delete the column.")
            for row, cell in zip(frame.index, frame[name].to_numpy(dtype=object), strict=True)
            if isinstance(cell, str) and _personal_text(cell, ours)
        ]
    return problems


# Rules.


def _rule_problems(table: pd.DataFrame, kind: str, file: str, found: list[str]) -> list[Problem]:
    """Validate text against the schema of its kind, and put what fails into words."""
    import pandas as pd
    import pandera.pandas as pa

    problems = [
        Problem(
            file, 0, name, "", f"this column is missing; found: {', '.join(found)}.",
            f"Add it: {field.meaning}.",
        )
        for name, field in _FIELDS[kind].items()
        if field.required and name not in table
    ]  # fmt: skip
    missing = {problem.column for problem in problems}
    absent = pd.Series(None, index=table.index, dtype=str)
    whole = pd.DataFrame({name: table.get(name, absent) for name in _FIELDS[kind]})
    rules: dict[str, _RowRule] = {}
    for rule in _ROW_RULES[kind]:
        if rule.any_of and not table.columns.intersection(list(rule.columns)).size:
            names = " or ".join(rule.columns)
            problems.append(Problem(file, 0, names, "", "this column is missing.", rule.fix))
        elif not missing.intersection(rule.columns):
            rules[rule.what] = rule
    try:
        _schema(whole, kind, missing, rules).validate(whole, lazy=True)
    except pa.errors.SchemaErrors as error:
        failures = error.failure_cases
        for (name, check), group in failures.groupby(["column", "check"], sort=False):
            rows = [int(str(row)) for row in group["index"]]
            broken = rules.get(check, str(check))
            problems += _told(whole, kind, file, name=str(name), broken=broken, rows=rows)
    return problems


def _schema(table: pd.DataFrame, kind: str, missing: set[str], rules: dict[str, _RowRule]) -> Any:
    """Make the pandera schema of one table; a check goes by the text of its problem.

    Columns without a value are left out unless they need one: no check can fail there.
    """
    import pandera.pandas as pa

    def cell_check(field: _Field, what: str) -> Any:
        def holds(cells: pd.Series[str]) -> Any:
            return _mapped(cells, lambda text: _CELL_RULES[what].holds(text, field), "bool")

        return pa.Check(holds, error=what)

    def row_check(rule: _RowRule) -> Any:
        held = rule.holds(table)
        return pa.Check(lambda _: held, error=rule.what, ignore_na=False)

    fields = _FIELDS[kind]
    needed = {name for name, field in fields.items() if field.required and name not in missing}
    used = needed.union(table.columns[table.notna().any()])
    checks: dict[str, list[Any]] = {
        name: [cell_check(fields[name], what) for what in _RULES_OF_KIND[fields[name].kind]]
        for name in used
    }
    for rule in rules.values():
        if used.intersection(rule.columns):
            checks.setdefault(rule.columns[0], []).append(row_check(rule))
    return pa.DataFrameSchema(
        {name: pa.Column(None, checks[name], nullable=name not in needed) for name in checks}
    )


def _keys(table: pd.DataFrame, names: tuple[str, ...], kind: str) -> pd.Series[str]:
    """Return what must differ between rows, as one text; NA for rows that need not differ."""
    import pandas as pd

    parts = []
    for name in names:
        meant = _converted(table[name], _FIELDS[kind][name]).astype(object)
        meant = meant.where(meant.notna(), table[name])
        parts.append(_mapped(meant.where(meant.notna(), ""), lambda text: fold(str(text))))
    keys = pd.Series(["|".join(row) for row in zip(*parts, strict=True)], table.index, dtype=str)
    needed = [name for name in names if _FIELDS[kind][name].required or len(names) == 1]
    compared = table[needed].notna().all(axis=1)
    if "sensitivity" in table and len(names) > 1:
        # Names that are withheld may well be the same.
        compared &= table["sensitivity"].str.lower().ne("restricted")
    return keys.where(compared)


def _told(
    table: pd.DataFrame, kind: str, file: str, *, name: str, broken: _RowRule | str, rows: list[int]
) -> list[Problem]:
    """Put one broken rule into words, for each row that breaks it."""
    field = _FIELDS[kind][name]
    others: dict[Any, Any] = {}
    if isinstance(broken, _RowRule) and broken.unique:
        keys = _keys(table, broken.columns, kind)
        first = keys.drop_duplicates()
        others = keys.map(dict(zip(first, first.index, strict=True))).to_dict()
    problems = []
    for row in rows[:MAX_TOLD]:
        column, value = name, plain_text(table.at[row, name]) or ""
        if isinstance(broken, _RowRule):
            column = ", ".join(broken.columns)
            value = ", ".join(plain_text(table.at[row, c]) or "-" for c in broken.columns)
            what, fix = broken.what.format(other=others.get(row)), broken.fix
            value = "" if broken.any_of else value
        elif broken == "not_nullable":
            what, fix = "this cell is empty.", f"Fill in: {field.meaning}."
        else:
            what, fix = broken, _CELL_RULES[broken].fix(value, field)
        if _personal_text(value, name):
            value, fix = "", fix.split(" Did you mean")[0]
        problems.append(Problem(file, row, column, value[:80], what, fix))
    if len(rows) > MAX_TOLD:
        what = f"{len(rows) - MAX_TOLD:,} more rows have this problem: {problems[-1].what}"
        problems.append(Problem(file, 0, problems[-1].column, "", what, problems[-1].fix))
    return problems


# Cells.

_SPACE = re.compile("[ \u00a0\u2009\u202f]")
_DIGITS = rf"(?:[0-9]{{1,15}}|[0-9]{{1,3}}(?:{_SPACE.pattern}[0-9]{{3}}){{1,4}})"
_WHOLE = re.compile(rf"\+?{_DIGITS}")
_NUMBER = re.compile(rf"[+-]?{_DIGITS}(?:[.,][0-9]+)?(?:[eE][+-]?[0-9]{{1,3}})?")
_SHEET_ERROR = re.compile(r"#(?:N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!)")
_YES_NO = {
    **dict.fromkeys(("yes", "y", "true", "1", "da", "po"), "yes"),
    **dict.fromkeys(("no", "n", "false", "0", "ne", "jo"), "no"),
}
_COUNTRIES = {
    "AL": "ALB Albania", "AT": "AUT Austria", "BA": "BIH Bosnia Bosnia-and-Herzegovina",
    "BG": "BGR Bulgaria", "GR": "GRC Greece", "HR": "HRV Croatia", "HU": "HUN Hungary",
    "IT": "ITA Italy", "ME": "MNE Montenegro", "MK": "MKD North-Macedonia Macedonia",
    "RO": "ROU Romania", "RS": "SRB Serbia", "SI": "SVN Slovenia",
    "XK": "XKX Kosovo RKS KS XKS UNK",
}  # fmt: skip
_CODES = {fold(name): code for code, names in _COUNTRIES.items() for name in names.split()}
# ISO 3166-1 alpha-2, and XK, which is in general use for Kosovo.
_ISO_3166 = frozenset(
    re.findall(
        r"\w\w",
        "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO "
        "BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ "
        "DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP "
        "GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG "
        "KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML "
        "MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE "
        "PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL "
        "SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM "
        "US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW ",
    )
)


def _mapped(cells: pd.Series[Any], change: Callable[[str], object], dtype: Any = str) -> Any:
    """Change each text once, however often it stands in the column; missing stays missing."""
    import pandas as pd

    texts = cells.to_numpy(dtype=object)
    changed = {text: change(text) for text in set(texts[cells.notna()])}
    return pd.Series([changed.get(text) for text in texts], index=cells.index, dtype=dtype)


def _number(text: str) -> float | None:
    return _float(text.replace("\u2212", "-"), _NUMBER)


def _whole(text: str) -> float | None:
    # 12.000 may mean twelve thousand, 12.0 is what spreadsheets make of 12.
    return _float(text.removesuffix(".0"), _WHOLE)


def _float(text: str, pattern: re.Pattern[str]) -> float | None:
    if not pattern.fullmatch(text):
        return None
    return float(_SPACE.sub("", text).replace(",", "."))


def _numbers(cells: pd.Series[str]) -> pd.Series[float]:
    return _mapped(cells, _number, "float64")  # type: ignore[no-any-return]


def _country(text: str) -> str | None:
    code = text.upper()
    return code if code in _ISO_3166 else _CODES.get(_country_name(text))


def _country_name(text: str) -> str:
    return fold(text).removeprefix("republic of ").removeprefix("the ")


def _country_fix(text: str, _: _Field) -> str:
    fix = "Write an ISO code: AL, BA, ME, MK, RS, or XK for Kosovo."
    near = difflib.get_close_matches(_country_name(text), _CODES, 1, 0.6)
    return f"{fix} Did you mean {_CODES[near[0]]} ({near[0].title()})?" if near else fix


def _choice(text: str, field: _Field) -> str | None:
    normal = re.sub(r"[\s_-]+", "_", text.lower())
    return normal if normal in field.choices else None


def _choice_fix(text: str, field: _Field) -> str:
    near = difflib.get_close_matches(text.lower(), field.choices, 1)
    fix = f"Write one of: {', '.join(field.choices)}."
    return f"{fix} Did you mean {near[0]}?" if near else fix


def _day(text: str, *, last: bool) -> str | None:
    """Read a day, a month or a year as its first or last day.

    >>> _day("2020", last=True), _day("2020-02", last=True), _day("1.10.2020.", last=False)
    ('2020-12-31', '2020-02-29', '2020-10-01')
    """
    iso = re.fullmatch(r"([12][0-9]{3})(?:-([0-9]{2})(?:-([0-9]{2}))?)?", text)
    local = re.fullmatch(r"([0-9]{1,2})\.\s?([0-9]{1,2})\.\s?([12][0-9]{3})\.?", text)
    parts = iso.groups() if iso else local.groups()[::-1] if local else None
    if parts is None:
        return None
    year, month, day = (int(part or 0) for part in parts)
    month = month or (12 if last else 1)
    try:
        day = day or (calendar.monthrange(year, month)[1] if last else 1)
        return dt.date(year, month, day).isoformat() if 1900 <= year <= 2100 else None
    except ValueError:
        return None


def _first_day(cells: pd.Series[str]) -> pd.Series[str]:
    return _mapped(cells, lambda text: _day(text, last=False))  # type: ignore[no-any-return]


def _last_day(cells: pd.Series[str]) -> pd.Series[str]:
    return _mapped(cells, lambda text: _day(text, last=True))  # type: ignore[no-any-return]


def _list(text: str) -> str | None:
    return ";".join(filter(None, (part.strip() for part in text.split(";")))) or None


@dataclass(frozen=True)
class _CellRule:
    """A test of a filled cell, and the advice for one that fails it."""

    holds: Callable[[str, _Field], bool]
    fix: Callable[[str, _Field], str]


_CELL_RULES = {
    "this is not a number.": _CellRule(
        lambda text, _: _number(text) is not None,
        lambda *_: "Write decimal degrees, with a point or a comma: 42.4411.",
    ),
    "this is not a whole number.": _CellRule(
        lambda text, _: _whole(text) is not None,
        lambda *_: "Write digits alone, such as 12500, or leave the cell empty.",
    ),
    "0 is not a population.": _CellRule(
        lambda text, _: _whole(text) != 0,
        lambda *_: "Leave the cell empty when the population is not known.",
    ),
    "this is not a country.": _CellRule(lambda text, _: _country(text) is not None, _country_fix),
    "this is not one of the choices.": _CellRule(
        lambda text, field: _choice(text, field) is not None, _choice_fix
    ),
    "this is neither yes nor no.": _CellRule(
        lambda text, _: text.lower() in _YES_NO, lambda *_: "Write yes or no."
    ),
    "this is not a date.": _CellRule(
        lambda text, _: _day(text, last=False) is not None,
        lambda *_: "Write 2020-10-01, 1.10.2020, 2020-10 or 2020.",
    ),
    "this is an error of the spreadsheet.": _CellRule(
        lambda text, _: not _SHEET_ERROR.fullmatch(text),
        lambda *_: "Mend the formula, or write the value.",
    ),
}
_RULES_OF_KIND = {
    "text": ("this is an error of the spreadsheet.",),
    "list": ("this is an error of the spreadsheet.",),
    "number": ("this is not a number.",),
    "whole": ("this is not a whole number.",),
    "population": ("this is not a whole number.", "0 is not a population."),
    "country": ("this is not a country.",),
    "choice": ("this is not one of the choices.",),
    "yes_no": ("this is neither yes nor no.",),
    "first": ("this is not a date.",),
    "last": ("this is not a date.",),
}


# Conversion.


def _converted(cells: pd.Series[str], field: _Field) -> pd.Series[Any]:
    """Convert a column; cells that break the rules become missing."""
    import pandas as pd

    change: dict[str, Callable[[pd.Series[str]], pd.Series[Any]]] = {
        "text": lambda text: text,
        "list": lambda text: _mapped(text, _list),
        "number": _numbers,
        "whole": lambda text: _mapped(text, _whole, "float64").astype("Int64"),
        "population": lambda text: _mapped(text, _whole, "float64").astype("Int64"),
        "country": lambda text: _mapped(text, _country),
        "choice": lambda text: _mapped(text, lambda cell: _choice(cell, field)),
        "yes_no": lambda text: _mapped(text, lambda cell: _YES_NO.get(cell.lower())),
        "first": _first_day,
        "last": _last_day,
    }
    changed = change[field.kind](cells)
    if field.default is not None:
        changed = changed.fillna(field.default)
    if field.kind == "yes_no":
        return changed.map({"yes": True, "no": False}).astype(
            "bool" if field.default else pd.BooleanDtype()
        )
    return changed


def _convert_table(table: pd.DataFrame, kind: str) -> pd.DataFrame:
    """Convert a table that broke no rule, with all columns of its kind."""
    import pandas as pd

    absent = pd.Series(None, index=table.index, dtype=str)
    result = pd.DataFrame(
        {
            name: _converted(table.get(name, absent), field)
            for name, field in sorted(_FIELDS[kind].items(), key=lambda item: not item[1].required)
        }
    )
    if kind == "places":
        result["population"] = result["population"].mask(result["population"].eq(0))
    elif kind == "organizations":
        stated = result["town_basis"].isna() & result["town"].notna()
        result["town_basis"] = result["town_basis"].mask(stated, "stated")
    elif kind == "supports":
        result["organization_id"] = result["organization_id"].fillna(result["organization"])
    return result
