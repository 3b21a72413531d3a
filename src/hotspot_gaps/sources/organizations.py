"""Organizations, and who supported them when: placed at their towns, never finer."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hotspot_gaps.deprecation import first_is_keyword
from hotspot_gaps.errors import InputError, Problem, SettingsError
from hotspot_gaps.sources.boundaries import load_places
from hotspot_gaps.sources.builtin import read_builtin
from hotspot_gaps.sources.door import read_checked_places, same_ids
from hotspot_gaps.sources.gazetteer import Gazetteer, UnlocatableError, fold

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from hotspot_gaps.settings import Settings

COLUMNS = (
    "organization_id", "name", "country", "town", "town_basis", "themes", "sensitivity",
    "source_title", "source_url", "source_date",
)  # fmt: skip
WITHHELD = "name withheld"
DEFAULT_AS_OF = dt.date(2020, 12, 31)
# Coordinates farther than this from every town of the gazetteer cannot be reduced to a town.
TOWN_REACH_M = 25_000
MOST_DATES = 6  # beside the one that was asked for


def load_organizations(
    path: str | Path | None = None,
    *,
    supports: str | Path | None = None,
    as_of: str | dt.date = DEFAULT_AS_OF,
    places: gpd.GeoDataFrame | None = None,
    boundaries: gpd.GeoDataFrame | None = None,
) -> gpd.GeoDataFrame:
    """Load organizations with their support on a date, each placed at its town.

    Parameters
    ----------
    path
        A table with `name`, `country` and a source; `hotspot-gaps template organizations` lists
        all columns. Without it, the 187 organizations that public text supports.
    supports
        A table of who supported whom, from when to when; required with `path`, because an
        organization without a support row counts as not known to be supported.
    as_of
        The date, ISO 8601. A support counts if it is valid on this day.
    places, boundaries
        Gazetteer and countries as `load_places` and `load_boundaries` return them; built-in ones
        when not given.

    Returns
    -------
    geopandas.GeoDataFrame
        A row an organization, sorted by `organization_id`; points of towns in EPSG:4326, geometry
        None where no town is known. `support` is `documented`, `probable` or None; `supported` is
        True for documented support alone; `programmes` names them.

    Raises
    ------
    InputError
        Rows that cannot be used or located, all of them at once.
    MissingInputError
        There is no such file.
    SettingsError
        `as_of` is not a date.

    Notes
    -----
    Coordinates and the text of `town` in a user's table only tell which town is meant: the
    gazetteer's point and name take their place here, so that nothing leads back to a door.

    Examples
    --------
    >>> organizations = load_organizations(as_of="2020-12-31")
    >>> organizations.loc[organizations["supported"], "name"].tolist()
    ['Mutual Action for Strengthening Alternative (Klub MASA)']
    """
    table = read_organizations(path, places=places, boundaries=boundaries)
    return _on_date(table, _load_supports(path, supports, table), as_of)


def load_organizations_by_date(
    path: str | Path | None = None,
    *,
    supports: str | Path | None = None,
    as_of: dt.date = DEFAULT_AS_OF,
    places: gpd.GeoDataFrame | None = None,
    boundaries: gpd.GeoDataFrame | None = None,
) -> dict[dt.date, gpd.GeoDataFrame]:
    """Load organizations on a date, and on the dates around it on which documented support changes.

    Parameters
    ----------
    path, supports, as_of, places, boundaries
        As for `load_organizations`.

    Returns
    -------
    dict
        From dates, `as_of` first and then in order, to frames as `load_organizations` returns them.
        A date is the first day of another set of supported organizations: one on which a support
        begins, or the day after one ends. Sets that were there before are left out, and so are
        the days before the first support. Of many dates the six nearest to `as_of` are taken.
        Restricted organizations set no date and have on all of them the support of `as_of`: a
        date would tell which grant is theirs.

    Raises
    ------
    InputError, MissingInputError
        As for `load_organizations`.

    Examples
    --------
    >>> [str(day) for day in load_organizations_by_date()]
    ['2020-12-31', '2021-01-01']
    """
    table = read_organizations(path, places=places, boundaries=boundaries)
    supported = _load_supports(path, supports, table)
    secret = set(table.loc[table["sensitivity"].eq("restricted"), "organization_id"])
    days = _changes(supported[~supported["organization_id"].isin(secret)], as_of)
    today = _on_date(table, supported, as_of)
    return {as_of: today, **{day: _with_secret(table, supported, day, today) for day in days}}


def _with_secret(
    table: pd.DataFrame, supports: pd.DataFrame, day: dt.date, today: gpd.GeoDataFrame
) -> gpd.GeoDataFrame:
    """Join organizations with their support on a day, restricted ones with that of today."""
    frame = _on_date(table, supports, day)
    secret = frame["sensitivity"].eq("restricted")
    columns = ["support", "supported", "programmes"]
    return frame.assign(**{name: frame[name].mask(secret, today[name]) for name in columns})


@first_is_keyword("settings", since="0.1.0", removal="0.2.0")
def load_programmes(*, settings: Settings | None = None) -> pd.DataFrame:
    """Load what programmes say of how many organizations they supported.

    Parameters
    ----------
    settings
        With `supports` of one's own nothing is stated, and the table has no rows; the defaults
        when not given.

    Returns
    -------
    pandas.DataFrame
        A row a programme: `programme`, `from`, `to`, `title`, `stated_count`, `stated_wording`,
        `note`, and the source.
    """
    programmes = read_builtin("programmes.csv")
    own = settings is not None and settings.supports is not None
    return programmes.head(0) if own else programmes


def _changes(supports: pd.DataFrame, as_of: dt.date) -> list[dt.date]:
    """Return the dates of other sets of documented support, the nearest ones in order."""
    import pandas as pd

    sure = supports[supports["certainty"].eq("documented")]
    starts, ends = pd.to_datetime(sure["from"]), pd.to_datetime(sure["to"]).dropna()
    days = {*starts, *(ends + pd.Timedelta(days=1))}
    nearest = sorted(days, key=lambda day: (abs(day - pd.Timestamp(as_of)), day))
    seen = {frozenset(_support_on(sure, as_of).index)}
    kept: list[dt.date] = []
    for day in nearest:
        supported = frozenset(_support_on(sure, day.date()).index)
        if supported not in seen:
            seen.add(supported)
            kept.append(day.date())
        if len(kept) == MOST_DATES:
            break
    return sorted(kept)


def _on_date(table: pd.DataFrame, supports: pd.DataFrame, as_of: str | dt.date) -> gpd.GeoDataFrame:
    """Join placed organizations with their support on a date."""
    import geopandas as gpd

    read = table.attrs
    table = table.join(_support_on(supports, as_of), on="organization_id")
    table["supported"] = table["support"].eq("documented")
    frame = gpd.GeoDataFrame(table, geometry="geometry", crs="EPSG:4326")
    frame = frame[[*COLUMNS, "support", "supported", "programmes", "geometry"]]
    frame = frame.sort_values("organization_id", ignore_index=True)
    frame.attrs = {name: read[name] for name in ("moved", "unused") if name in read}
    return frame


def read_organizations(
    path: str | Path | None = None,
    *,
    places: gpd.GeoDataFrame | None = None,
    boundaries: gpd.GeoDataFrame | None = None,
) -> pd.DataFrame:
    """Read and place organizations without their support; arguments as for `load_organizations`."""
    places = load_places() if places is None else places
    file = Path(path or "organizations.csv").name
    problems: list[Problem] = []
    if path is None:
        table = read_builtin("organizations.csv")
    else:
        table, problems = read_checked_places(path, "organizations", boundaries)
    table = table.reindex(columns=[*COLUMNS, "geonames_id", "lat", "lon"])
    ids = table["organization_id"].fillna(_ids(table))
    problems += same_ids(ids, file, "organization_id")
    towns, unplaced = _towns(table, Gazetteer(places), file)
    if problems or unplaced:
        raise InputError([*problems, *unplaced])
    placed = table.assign(organization_id=ids, **towns)
    placed.attrs = {"unused": table.attrs.get("unused", 0), "moved": _moved(placed)}
    return placed


def _moved(table: pd.DataFrame) -> int:
    """Count the rows whose coordinates gave way to the point of their town."""
    given = table[table["lon"].notna() & table["lat"].notna()]
    points = zip(given["lon"], given["lat"], given["geometry"], strict=True)
    return sum((town.x, town.y) != (float(lon), float(lat)) for lon, lat, town in points)


def _ids(table: pd.DataFrame) -> pd.Series[str]:
    """Make an id of country, town and name; for a withheld name, of the row number."""
    names = table["name"].where(table["sensitivity"].ne("restricted"), "")
    towns = table["town"].fillna("").map(fold)
    words = table["country"].str.lower() + " " + towns + " " + names.map(fold)
    numbered = table.index.to_series().astype("str").str.zfill(3).radd("org-")
    return words.str.split().str.join("-").where(names.ne(""), numbered)


def _towns(
    table: pd.DataFrame, gazetteer: Gazetteer, file: str
) -> tuple[dict[str, list[Any]], list[Problem]]:
    """Place each organization: the town as the gazetteer names it, and its point."""
    problems: list[Problem] = []
    names: list[str | None] = []
    points: list[Any] = []
    town_names, town_points = (list(gazetteer.places[name]) for name in ("name", "geometry"))
    for number, row in table.iterrows():
        at = int(str(number))
        try:
            position = _town(row, gazetteer)
        except UnlocatableError as error:
            # A cell may hold a street, and a log is an output, too.
            problem = replace(error.problem(file, at), value="")
            if row["sensitivity"] == "restricted":  # a log is an output, too
                what = "the gazetteer does not settle the town of this restricted row."
                problem = Problem(file, at, error.column, "", what, "Write its geonames_id.")
            problems.append(problem)
            continue
        names.append(None if position is None else town_names[position])
        points.append(None if position is None else town_points[position])
    return {"town": names, "geometry": points}, problems


def _town(row: pd.Series[Any], gazetteer: Gazetteer) -> int | None:
    """Find the town of one organization by id, by name, or as the town nearest to coordinates."""
    import pandas as pd

    near = (float(row["lon"]), float(row["lat"])) if pd.notna(row["lat"]) else None
    if pd.notna(row["geonames_id"]):
        return gazetteer.by_id(int(row["geonames_id"]), row["country"])
    if pd.notna(row["town"]) and ";" not in row["town"]:
        found = gazetteer.settle("town", row["town"], row["country"], near)
        if near is not None and gazetteer.distance_m(found, near) > TOWN_REACH_M:
            away = gazetteer.distance_m(found, near) / 1000
            what = f"the coordinates are {away:.0f} km from {gazetteer.places['name'].iat[found]}."
            raise UnlocatableError(
                "town", row["town"], what, "Correct the town or the coordinates."
            )
        return found
    if near is None:
        return None
    nearest = gazetteer.nearest(near, row["country"])
    if nearest is None or nearest[1] > TOWN_REACH_M:
        what = (
            f"no town of the gazetteer lies within {TOWN_REACH_M / 1000:g} km of the coordinates."
        )
        raise UnlocatableError(
            "lat, lon",
            "",
            what,
            "Name the town, or give your own gazetteer as `places` in the TOML file.",
        )
    return nearest[0]


def _load_supports(
    path: str | Path | None, supports: str | Path | None, organizations: pd.DataFrame
) -> pd.DataFrame:
    if supports is None and path is None:
        return read_builtin("supports.csv")
    if supports is None:
        what = "organizations come without a table of supports, so none would count as supported."
        fix = "Give one with --supports; 'hotspot-gaps template supports' writes an empty one."
        raise InputError([Problem(Path(str(path)).name, 0, "", "", what, fix)])
    return read_supports(supports, organizations)


def read_supports(path: str | Path, organizations: pd.DataFrame) -> pd.DataFrame:
    """Read a table of supports and find its organizations, by id or by name.

    Parameters
    ----------
    path
        The table; it may be empty, which says that nobody is supported.
    organizations
        As `read_organizations` returns them.

    Returns
    -------
    pandas.DataFrame
        Columns of the table, `organization_id` filled in.

    Raises
    ------
    InputError
        Rows that cannot be used, or that name an organization that is not in the table.
    """
    import pandas as pd

    from hotspot_gaps.sources.schema import read_sifted

    table, problems = read_sifted(path, "supports", empty_ok=True)
    known = set(organizations["organization_id"])
    by_name = organizations.groupby(organizations["name"].map(fold))["organization_id"].agg(list)
    fix = "Write its organization_id, or its name as it stands there."
    # A cell may hold the name of a restricted organization, and a log is an output, too.
    secret = organizations["sensitivity"].eq("restricted").any()
    ids: list[str | None] = []
    for row, given in table["organization_id"].fillna(table["organization"]).items():
        found = [given] if given in known else by_name.get(fold(str(given)), [])
        ids.append(found[0] if len(found) == 1 else None)
        if len(found) != 1:
            what = f"{len(found) or 'no'} organizations have this id or name."
            file = Path(path).name
            value = "" if secret else str(given)
            problems.append(Problem(file, int(str(row)), "organization", value, what, fix))
    if problems:
        raise InputError(problems)
    return table.assign(organization_id=pd.Series(ids, index=table.index, dtype="str"))


def _support_on(supports: pd.DataFrame, as_of: str | dt.date) -> pd.DataFrame:
    """Reduce supports to one row an organization: best certainty, and the programmes that day."""
    import pandas as pd

    try:
        day = pd.Timestamp(as_of)
    except ValueError:
        raise SettingsError(f"as_of ({as_of!r}): write a date as 2020-12-31.") from None
    start = pd.to_datetime(supports["from"])
    end = pd.to_datetime(supports["to"]).fillna(day)
    valid: pd.DataFrame = supports[(start <= day) & (day <= end)]
    best = valid.groupby("organization_id")["certainty"].transform("min")
    # "documented" sorts before "probable", and alone names the programmes where there is any.
    grouped = valid[valid["certainty"].eq(best)].groupby("organization_id")
    names = grouped["programme"].agg(lambda names: ";".join(sorted(set(names))))
    return pd.DataFrame({"support": grouped["certainty"].min(), "programmes": names})
