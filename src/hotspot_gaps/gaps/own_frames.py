"""Own frames: anybody's places and services in the words of the package, the rest filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hotspot_gaps.access.frames import points_of
from hotspot_gaps.errors import InputError, Problem
from hotspot_gaps.gaps.towns import KINDS
from hotspot_gaps.settings import EVIDENCE_LEVELS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import geopandas as gpd
    import pandas as pd

    Column = pd.Series[Any]

MOST_TOLD = 20  # problems of a column
HOTSPOTS = (
    "hotspot_id", "name", "alt_names", "country", "kind", "evidence", "crime_markets",
    "population", "population_source", "is_capital", "location_source", "represented_by",
    "source_title", "source_url", "source_date",
)  # fmt: skip
ORGANIZATIONS = (
    "organization_id", "name", "country", "town", "town_basis", "themes", "sensitivity",
    "support", "supported", "programmes",
)  # fmt: skip
_NEEDED = {
    "population": "Without inhabitants nobody knows which towns are small; count_within needs none",
    "supported": "Where all of them count, write organizations.assign(supported=True)",
}


def as_hotspots(
    frame: gpd.GeoDataFrame,
    *,
    id: str | None = None,  # noqa: A002
    name: str | None = None,
    country: str | None = None,
    kind: str | None = None,
    evidence: str | None = None,
    population: str | None = None,
    is_capital: str | None = None,
) -> gpd.GeoDataFrame:
    """Put places of one's own into the words that `find_gaps` and `robustness` ask for.

    Each argument names a column of the frame. When it is not given, the column that is called as
    in the result is taken if there is one. The least is points and `population`.

    Parameters
    ----------
    frame
        Points in any coordinate reference system, with any index; rows without a point stay.
    id
        Column that names each row, `hotspot_id`; without one the index does.
    name, country
        Columns of names, and of codes of countries; without one the id, and nothing.
    kind
        Column of `town`, `city`, `port`, `border_crossing`, `airport` or `region`; without one all
        are towns.
    evidence
        Column of `direct`, `reported` or `related`; where it is missing the question is asked.
    population
        Column of inhabitants; missing where they are not known.
    is_capital
        Column of true and false; without one there is no capital, except where a gap table is
        given again, whose `size_class` tells.

    Returns
    -------
    geopandas.GeoDataFrame
        A row for each, with its index, points in EPSG:4326, and columns as of `load_hotspots`;
        what the frame does not say is missing, and other columns of it are left out.

    Raises
    ------
    CRSError
        The frame has no coordinate reference system, or coordinates outside its range.
    InputError
        There is no such column, two rows have one id, a geometry is not a point, inhabitants are
        no number of 0 or more, `is_capital` is neither true nor false, or `kind` or `evidence` is
        another word.

    Examples
    --------
    >>> import geopandas as gpd
    >>> mine = {"town": ["Kolašin", "Rožaje"], "people": [2725, 9121]}
    >>> towns = gpd.GeoDataFrame(
    ...     mine, geometry=gpd.points_from_xy([19.52, 20.17], [42.82, 42.83]), crs=4326
    ... )
    >>> as_hotspots(towns, id="town", population="people")[["hotspot_id", "population", "kind"]]
      hotspot_id  population  kind
    0    Kolašin        2725  town
    1     Rožaje        9121  town
    """
    given = {"hotspot_id": id, "name": name, "country": country, "kind": kind,
             "evidence": evidence, "population": population, "is_capital": is_capital}  # fmt: skip
    own = _Own(frame, "hotspots", "as_hotspots", given)
    columns: dict[str, Column] = {word: own.text(word) for word in HOTSPOTS}
    columns["hotspot_id"] = own.ids("hotspot_id")
    columns["name"] = columns["name"].fillna(columns["hotspot_id"].astype("str"))
    columns["kind"] = own.read("kind", _one_of(*KINDS)).fillna("town")
    columns["evidence"] = own.read("evidence", _one_of(*EVIDENCE_LEVELS))
    columns["population"] = own.needed("population", _people)
    capital = own.read("is_capital", _flags)
    if "is_capital" not in frame and is_capital is None:
        capital = own.text("size_class").eq("capital")
    columns["is_capital"] = capital.fillna(value=False).astype(bool)
    return own.frame(columns)


def as_organizations(
    frame: gpd.GeoDataFrame,
    *,
    id: str | None = None,  # noqa: A002
    name: str | None = None,
    country: str | None = None,
    town: str | None = None,
    supported: str | None = None,
    sensitivity: str | None = None,
) -> gpd.GeoDataFrame:
    """Put services of one's own into the words that `find_gaps` and the analyses ask for.

    Each argument names a column of the frame. When it is not given, the column that is called as
    in the result is taken if there is one. The least is points and `supported`.

    Parameters
    ----------
    frame
        Points in any coordinate reference system, with any index; rows without a point stay.
    id
        Column that names each row, `organization_id`; without one the index does.
    name, country, town
        Columns of names, of codes of countries, and of names of towns; without one the id, and
        nothing.
    supported
        Column of true and false: which ones count as support. What is missing does not count.
    sensitivity
        Column of `public` and `restricted`; without one all are public.

    Returns
    -------
    geopandas.GeoDataFrame
        A row for each, with its index, points in EPSG:4326, and columns as of
        `load_organizations`; `support` is `documented` where `supported` is true, if the frame does
        not say it. What else it does not say is missing, and other columns of it are left out.

    Raises
    ------
    CRSError
        The frame has no coordinate reference system, or coordinates outside its range.
    InputError
        There is no such column, two rows have one id, a geometry is not a point, `supported` is
        neither true nor false, or `sensitivity` is neither `public` nor `restricted`.

    Examples
    --------
    >>> import geopandas as gpd
    >>> clinics = gpd.GeoDataFrame(
    ...     {"open": [True, False]}, geometry=gpd.points_from_xy([19.3, 20], [42.4, 43]), crs=4326
    ... )
    >>> as_organizations(clinics, supported="open")[["organization_id", "support"]]
       organization_id     support
    0                0  documented
    1                1         NaN
    """
    given = {"organization_id": id, "name": name, "country": country, "town": town,
             "supported": supported, "sensitivity": sensitivity}  # fmt: skip
    own = _Own(frame, "organizations", "as_organizations", given)
    columns: dict[str, Column] = {word: own.text(word) for word in ORGANIZATIONS}
    columns["organization_id"] = own.ids("organization_id")
    columns["name"] = columns["name"].fillna(columns["organization_id"].astype("str"))
    known = own.needed("supported", _flags)
    columns["supported"] = known.fillna(value=False).astype(bool)
    if "support" not in frame:
        columns["support"] = columns["support"].mask(columns["supported"], "documented")
    columns["sensitivity"] = own.read("sensitivity", _one_of("public", "restricted")).fillna(
        "public"
    )
    return own.frame(columns)


class _Own:
    """A frame of somebody's own, and which of its columns stands for which of our words."""

    def __init__(
        self, frame: gpd.GeoDataFrame, kind: str, function: str, given: Mapping[str, str | None]
    ) -> None:
        self.source, self.kind, self.function = frame, kind, function
        self.points = points_of(frame, kind)
        self.named = {word: column for word, column in given.items() if column is not None}
        problems = [
            self._problem(column, "there is no such column.", f"There are: {self._there()}.")
            for column in self.named.values()
            if column not in frame
        ]
        if problems:
            raise InputError(problems)

    def _there(self) -> str:
        return ", ".join(str(c) for c in self.source if c != self.source.geometry.name) or "none"

    def _problem(self, column: str, what: str, fix: str, row: int = 0, value: str = "") -> Problem:
        return Problem(self.kind, row, column, value, what, fix)

    def _column(self, word: str) -> Column | None:
        """Return the column of the frame that stands for a word, on a plain index."""
        column = self.named.get(word, word)
        if column not in self.source:
            return None
        found: Column = self.source[column].reset_index(drop=True)
        return found

    def read(self, word: str, reader: Callable[[Column], tuple[Column, Column, str]]) -> Column:
        """Return a column through a reader that says which values it cannot read, and why."""
        found = self._column(word)
        column = self.text(word) if found is None else found
        values, wrong, fix = reader(column)
        if wrong.any():
            what, told = "this cannot be read.", self.named.get(word, word)
            rows = wrong[wrong].index[:MOST_TOLD].tolist()
            raise InputError(
                [self._problem(told, what, fix, at + 1, str(column.iloc[at])) for at in rows]
            )
        return values

    def needed(self, word: str, reader: Callable[[Column], tuple[Column, Column, str]]) -> Column:
        """Return a column that has to be there."""
        if self._column(word) is None:
            fix = f'Say which column it is: {self.function}({self.kind}, {word}="…"). There are: '
            fix += f"{self._there()}. {_NEEDED[word]}."
            raise InputError([self._problem(word, "there is no such column.", fix)])
        return self.read(word, reader)

    def text(self, word: str) -> Column:
        """Return a column as text; missing where there is none."""
        import pandas as pd

        column = self._column(word)
        if column is None:
            return pd.Series(pd.NA, index=range(len(self.source)), dtype="str")
        return column.astype("str")

    def ids(self, word: str) -> Column:
        """Return the ids, from the index where there is no column; each row has its own."""
        import pandas as pd

        column = self._column(word)
        if column is None:
            index = self.source.index
            several = isinstance(index, pd.MultiIndex)
            column = pd.Series([", ".join(map(str, k)) for k in index] if several else list(index))
        wrong = column.isna() | column.duplicated()
        if wrong.any():
            named = self.named.get(word, word)
            fix = f'Give each row its own: {self.function}({self.kind}, id="…") names their column.'
            told = [
                self._problem(named, "this row has no id.", fix, at + 1)
                if pd.isna(column.iloc[at])
                else self._problem(
                    named, "several rows have this id.", fix, at + 1, str(column.iloc[at])
                )
                for at in wrong[wrong].index[:MOST_TOLD].tolist()
            ]
            raise InputError(told)
        return column

    def frame(self, columns: Mapping[str, Column]) -> gpd.GeoDataFrame:
        """Make the frame, with the index of the source and points in degrees."""
        import geopandas as gpd
        import numpy as np
        import shapely

        shapes = np.full(len(self.source), None, dtype=object)
        shapes[self.points.rows] = shapely.points(self.points.lon, self.points.lat)
        made = gpd.GeoDataFrame(dict(columns), geometry=shapes, crs="EPSG:4326")
        return made.set_axis(self.source.index, axis=0)


def _people(column: Column) -> tuple[Column, Column, str]:
    """Read inhabitants; a part of one, as in an estimate, does not count."""
    import numpy as np
    import pandas as pd

    numbers = pd.to_numeric(column, errors="coerce").astype("Float64")
    good = (numbers >= 0) & (numbers < 2**53)
    wrong = column.notna() & ~good.fillna(value=False).astype(bool)
    people = pd.Series(np.floor(numbers.mask(wrong)), dtype="Int64")
    return people, wrong, "Write inhabitants as a number of 0 or more; leave out what is not known."


def _flags(column: Column) -> tuple[Column, Column, str]:
    """Read true and false."""
    import pandas as pd

    wrong = column.notna() & ~column.isin([True, False])
    flags = column.astype("object").mask(wrong | column.isna(), pd.NA).astype("boolean")
    return flags, wrong, "Write True or False, for example with .eq(the word that means yes)."


def _one_of(*words: str) -> Callable[[Column], tuple[Column, Column, str]]:
    """Make a reader of one of some words."""

    def read(column: Column) -> tuple[Column, Column, str]:
        wrong = column.notna() & ~column.isin(words)
        return column.astype("str"), wrong, f"Write {', '.join(words[:-1])} or {words[-1]}."

    return read
