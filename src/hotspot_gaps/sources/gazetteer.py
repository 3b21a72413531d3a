"""Match places given by name and country to a gazetteer, without ever guessing in silence.

The gazetteer is a table of places (`load_places`). A name is looked for in four tiers, and a later
tier is asked only when the earlier ones found nothing: the place's own name, its alternate names,
Albanian definite or indefinite forms of either (Shkodra for Shkodër, Fieri for Fier), and what
spellings in two scripts share (Сараево for Sarajevo).
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from pyproj import Geod

from hotspot_gaps.errors import HotspotGapsError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import geopandas as gpd

_GEOD = Geod(ellps="WGS84")
# Serbian and Macedonian Cyrillic, letter by letter; digraphs as their Latin alphabets write them.
_CYRILLIC = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "ђ": "d", "ѓ": "gj", "е": "e", "ж": "z",
    "з": "z", "ѕ": "dz", "и": "i", "ј": "j", "к": "k", "л": "l", "љ": "lj", "м": "m", "н": "n",
    "њ": "nj", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "ћ": "c", "ќ": "kj", "у": "u",
    "ф": "f", "х": "h", "ц": "c", "ч": "c", "џ": "dz", "ш": "s", "ѐ": "e", "ѝ": "i",
}  # fmt: skip
# Letters that Unicode does not decompose.
_LETTERS = str.maketrans({"đ": "d", "ð": "d", "ł": "l", "ø": "o", "ı": "i", **_CYRILLIC})


@lru_cache(maxsize=65_536)  # many places share a name, and a run folds each several times
def fold(name: str) -> str:
    """Reduce a place name to lower-case ASCII letters, so that spellings of one name agree.

    Latin diacritics are dropped, Serbian and Macedonian Cyrillic is transliterated, and dj, the
    usual makeshift for đ, counts as d.

    Parameters
    ----------
    name
        A name in Latin or Cyrillic script.

    Returns
    -------
    str
        The folded name, with single spaces between words.

    Examples
    --------
    >>> fold("Rožaje") == fold("Рожаје") == fold("ROZAJE")
    True
    >>> fold("Shkodër"), fold("Djakovica"), fold("Novi  Pazar")
    ('shkoder', 'dakovica', 'novi pazar')
    """
    lowered = unicodedata.normalize("NFKC", name).casefold().translate(_LETTERS)
    decomposed = unicodedata.normalize("NFKD", lowered)
    letters = "".join(c if c.isalnum() else " " for c in decomposed if not unicodedata.combining(c))
    return re.sub("dj+", "d", " ".join(letters.split()))


def across_scripts(folded: str) -> str:
    """Reduce a folded name further, to what Latin and Cyrillic spellings of it share.

    Macedonian writes no j between a vowel and e; Albanian and English write two letters for one.

    >>> across_scripts(fold("Сараево")) == across_scripts(fold("Sarajevo"))
    True
    >>> across_scripts(fold("Шенгин")) == across_scripts(fold("Shëngin"))
    True
    """
    return re.sub("([aeiou])j(?=e)", r"\1", re.sub("([csz])h", r"\1", folded))


def albanian_forms(folded: str) -> set[str]:
    """Return the definite forms that a folded indefinite Albanian name can take.

    >>> sorted(albanian_forms("shkoder")), sorted(albanian_forms("fier"))
    (['shkodera', 'shkoderi', 'shkodra'], ['fiera', 'fieri', 'fira'])
    """
    if folded.endswith("e"):
        return {folded[:-1] + "a"}
    forms = {folded + "i", folded + "a"}
    if folded.endswith(("k", "g", "h")):
        forms.add(folded + "u")
    if folded.endswith(("er", "el")):
        forms.add(folded[:-2] + folded[-1] + "a")
    return forms


class UnlocatableError(HotspotGapsError, LookupError):
    """One row cannot be located: which column, what is wrong with it, and how to mend it."""

    def __init__(self, column: str, value: str, what: str, fix: str) -> None:
        self.column, self.value, self.what, self.fix = column, value, what, fix
        super().__init__(f"{column} ({value!r}): {what} {fix}")

    def problem(self, file: str, row: int) -> Problem:
        """Return it as a problem of a row in a file."""
        return Problem(file, row, self.column, self.value, self.what, self.fix)


@dataclass(frozen=True)
class Match:
    """What the gazetteer says about one name: the place, or why there is none."""

    position: int | None
    candidates: tuple[int, ...] = ()


@dataclass
class Gazetteer:
    """An index of places by folded name and country.

    Parameters
    ----------
    places
        Table as `load_places` returns it: `geonames_id`, `name`, `alt_names`, `country`,
        `population`, point geometry in EPSG:4326.
    """

    places: gpd.GeoDataFrame

    def __post_init__(self) -> None:
        self.places = self.places.reset_index(drop=True)

    @cached_property
    def _row_of_id(self) -> dict[int, int]:
        """Rows by id, the first where one stands twice; a search for each of many would take long.

        An id that is missing is none.
        """
        ids = self.places["geonames_id"].dropna()[::-1]
        return {int(number): int(row) for row, number in ids.items()}

    @cached_property
    def _points(self) -> dict[str, tuple[Any, Any, Any]]:
        """Rows, longitudes and latitudes by country; a selection for each of many takes long."""
        points, rows = self.places.geometry, self.places.groupby("country").indices
        x, y = points.x.to_numpy(), points.y.to_numpy()
        return {str(country): (at, x[at], y[at]) for country, at in rows.items()}

    @cached_property
    def _tiers(self) -> tuple[dict[tuple[str, str], set[int]], ...]:
        """Rows by folded name and country, made when a name is asked for: ids need none of it."""
        own, alternate, forms, scripts = (defaultdict(set) for _ in range(4))
        columns = zip(
            self.places["name"],
            self.places["alt_names"].fillna(""),
            self.places["country"],
            strict=True,
        )
        for position, (name, alternates, country) in enumerate(columns):
            own[fold(name), country].add(position)
            names = [fold(name), *(fold(other) for other in alternates.split(";"))]
            for folded in filter(None, names):
                alternate[folded, country].add(position)
                scripts[across_scripts(folded), country].add(position)
                for form in albanian_forms(folded):
                    forms[form, country].add(position)
        return own, alternate, forms, scripts

    def find(self, name: str, country: str, near: tuple[float, float] | None = None) -> Match:
        """Find the one place of that name in that country.

        Parameters
        ----------
        name
            The place name as the user wrote it, in any script that `fold` knows.
        country
            ISO 3166-1 alpha-2 code; XK for Kosovo.
        near
            Longitude and latitude in degrees that settle which of several places is meant.

        Returns
        -------
        Match
            `position` is the row in `places`, or None; then `candidates` holds the rows of an
            ambiguous name, most populous first.
        """
        folded = fold(name)
        own, alternate, forms, scripts = self._tiers
        indefinite = {
            row for form in albanian_forms(folded) for row in alternate.get((form, country), ())
        }
        tiers = (
            own.get((folded, country), ()),
            alternate.get((folded, country), ()),
            {*forms.get((folded, country), ()), *indefinite},
            scripts.get((across_scripts(folded), country), ()),
        )
        for rows in tiers:
            found = self._most_populous_first(rows)
            if len(found) == 1:
                return Match(found[0])
            if found and near is not None:
                return Match(min(found, key=lambda row: self.distance_m(row, near)))
            if found:
                return Match(None, candidates=found)
        return Match(None)

    def similar(self, name: str, country: str) -> tuple[str, ...]:
        """Return up to three names of places of a country that are closest to an unknown one.

        It compares with each of them: some milliseconds, for a message alone.
        """
        known = {key[0]: rows for key, rows in self._tiers[0].items() if key[1] == country}
        close = difflib.get_close_matches(fold(name), list(known), n=3, cutoff=0.7)
        return tuple(self.places["name"].iat[min(known[key])] for key in close)

    def settle(
        self, column: str, name: str, country: str, near: tuple[float, float] | None = None
    ) -> int:
        """Return the row of the one place of that name; see `find`.

        Raises
        ------
        UnlocatableError
            No place, or several places, have this name; the message says what to write instead.
        """
        match = self.find(name, country, near)
        if match.position is not None:
            return match.position
        if match.candidates:
            what = f"several places have this name: {self.describe(match.candidates)}."
            raise UnlocatableError(column, name, what, "Write one of the ids in geonames_id.")
        similar = self.similar(name, country)
        hint = f" Is it {' or '.join(similar)}?" if similar else ""
        what = f"the gazetteer has no place of this name in {country}.{hint}"
        other = "give geonames_id or lat and lon"
        if near is not None and column == "town":
            other = "leave it empty, so that the point says which town it is, or give your own "
            other += "gazetteer as `places` in the TOML file"
        raise UnlocatableError(column, name, what, f"Correct it, or {other}.")

    def nearest(self, near: tuple[float, float], country: str) -> tuple[int, float] | None:
        """Return the row of the nearest place of a country and its distance in metres."""
        if country not in self._points:
            return None
        rows, x, y = self._points[country]
        lon, lat = np.full(len(rows), near[0]), np.full(len(rows), near[1])
        metres = _GEOD.inv(x, y, lon, lat)[2]
        best = int(metres.argmin())
        return int(rows[best]), float(metres[best])

    def by_id(self, geonames_id: int, country: str) -> int:
        """Return the row of a GeoNames id.

        Raises
        ------
        UnlocatableError
            The gazetteer does not have it, or has it in another country.
        """
        row = self._row_of_id.get(geonames_id)
        if row is None:
            what = "the gazetteer has no place of this number."
            raise UnlocatableError("geonames_id", str(geonames_id), what, "Give lat and lon.")
        there = self.places["country"].iat[row]
        if there != country:
            name = self.places["name"].iat[row]
            what = f"this is {name} in {there}, not a place in {country}."
            raise UnlocatableError("geonames_id", str(geonames_id), what, "Correct one of the two.")
        return row

    def distance_m(self, row: int, near: tuple[float, float]) -> float:
        """Return the distance in metres from a place to a longitude and latitude."""
        point = self.places.geometry.iat[row]
        return float(_GEOD.inv(point.x, point.y, *near)[2])

    def describe(self, rows: Iterable[int]) -> str:
        """List places for a message: id, name, inhabitants, coordinates."""
        parts = []
        for row in rows:
            place = self.places.iloc[row]
            people = (
                "population unknown" if place.isna()["population"] else f"{place['population']:,}"
            )
            parts.append(
                f"{place['geonames_id']} {place['name']} ({people}; "
                f"{place.geometry.y:.3f}, {place.geometry.x:.3f})"
            )
        return "; ".join(parts)

    def _most_populous_first(self, rows: Iterable[int]) -> tuple[int, ...]:
        population: Sequence[int] = self.places["population"].fillna(0).to_numpy()
        return tuple(sorted(rows, key=lambda row: (-population[row], row)))
