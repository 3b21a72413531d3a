"""Themes: hotspots that are covered by distance, but not by subject."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from hotspot_gaps.access.frames import need_columns
from hotspot_gaps.access.geodesic import pairs_within
from hotspot_gaps.gaps.discretion import FEW, is_restricted, is_supported, may_be_withheld

if TYPE_CHECKING:
    from collections.abc import Iterable

    import geopandas as gpd
    import pandas as pd

NAMED = ("hotspot_id", "name", "country")
LEVELS = ("known", "supported")
MOST_NAMES = 100  # told in one cell


class Judgement(NamedTuple):
    """Themes that answer each judged market, and every theme that is judged."""

    answers: dict[str, frozenset[str]]
    themes: frozenset[str]


class Town(NamedTuple):
    """Organizations at one point: names by theme, how many, and whether all themes are known."""

    names: dict[str, list[str]]
    total: int
    complete: bool


class Nearby(NamedTuple):
    """The towns of organizations in reach of a hotspot, and whether one is told as withheld."""

    towns: list[Town]
    withheld: bool

    @property
    def total(self) -> int:
        """How many organizations."""
        return sum(town.total for town in self.towns)

    @property
    def complete(self) -> bool:
        """Whether every theme of every organization is known and judged."""
        return not self.withheld and all(town.complete for town in self.towns)

    def names(self, themes: frozenset[str]) -> set[str]:
        """Names of those that have one of some themes."""
        return {name for town in self.towns for theme in themes
                for name in town.names.get(theme, ())}  # fmt: skip


def subject_cover(
    hotspots: gpd.GeoDataFrame,
    organizations: gpd.GeoDataFrame,
    themes: pd.DataFrame,
    *,
    radius_km: float = 50.0,
) -> pd.DataFrame:
    """Say of each hotspot which of its crime markets are answered by an organization in reach.

    Parameters
    ----------
    hotspots, organizations, themes, radius_km
        As for `market_cover`.

    Returns
    -------
    pandas.DataFrame
        A row a hotspot, in their order: `hotspot_id`, `name`, `country`, `in_question` if they
        have it, `crime_markets`; for
        `known` and for `supported` organizations `…_in_reach` (how many that can be shown),
        `answered_by_…`, `not_answered_by_…`, `not_known_for_…` (markets, separated by semicolons),
        and `distance_not_subject_…`: in reach of one, while none answers any of its markets. NA
        where it is not known, also where the only one in reach is told as withheld. The same in
        every row: `not_placed` and `withheld`, public organizations without a town and restricted
        ones, which are not counted here.

    Raises
    ------
    CRSError
        A frame has no coordinate reference system, or coordinates outside its range.
    InputError
        A column is missing, or a geometry is not a point.
    SettingsError
        The radius is negative or not finite.

    Examples
    --------
    >>> import hotspot_gaps as hg
    >>> from hotspot_gaps.sources.theme_table import load_themes
    >>> found = subject_cover(hg.load_hotspots(), hg.load_organizations(), load_themes())
    >>> found.set_index("name").loc["Bijeljina", "answered_by_known"]
    'drug_trafficking'
    """
    import pandas as pd

    long = market_cover(hotspots, organizations, themes, radius_km=radius_km)
    first = long.drop_duplicates("hotspot_id").set_index("hotspot_id")
    table = pd.DataFrame(hotspots[[*_named(hotspots), "crime_markets"]])
    ids, public = table["hotspot_id"], organizations[~is_restricted(organizations)]
    named = long.dropna(subset=["crime_market"])
    for level in LEVELS:
        table[f"{level}_in_reach"] = ids.map(first[f"{level}_in_reach"]).astype("Int64")
        answer = f"answered_by_{level}"
        words = {answer: True, f"not_{answer}": False, f"not_known_for_{level}": None}
        for column, value in words.items():
            chosen = named[answer].isna() if value is None else named[answer].eq(value)
            found = named[chosen.fillna(value=False).astype(bool)]
            lists = found.groupby("hotspot_id")["crime_market"].agg(";".join)
            table[column] = ids.map(lists).astype("str").replace("", None)
        none = table[answer].isna().astype("boolean")
        unsure = table["crime_markets"].isna() | table[f"not_known_for_{level}"].notna()
        near = table[f"{level}_in_reach"] > 0
        withheld_here = may_be_withheld(hotspots, _at(organizations, level), radius_km * 1000)
        near = near.mask(withheld_here & ~near.fillna(value=False))
        table[f"distance_not_subject_{level}"] = near & none.mask(none & unsure)
    placed = int(public.geometry.notna().sum())
    withheld = len(organizations) - len(public)
    return table.assign(not_placed=len(public) - placed, withheld=withheld)


def market_cover(
    hotspots: gpd.GeoDataFrame,
    organizations: gpd.GeoDataFrame,
    themes: pd.DataFrame,
    *,
    radius_km: float = 50.0,
) -> pd.DataFrame:
    """Say of each crime market of each hotspot who in reach answers it.

    Parameters
    ----------
    hotspots
        As `load_hotspots` or `find_gaps` returns them.
    organizations
        As `load_organizations` returns them. Only public ones count: restricted ones share few
        themes, so that a market that one answers would tell where it is.
    themes
        As `load_themes` returns them.
    radius_km
        In reach is what lies at this geodesic distance or less.

    Returns
    -------
    pandas.DataFrame
        A row a hotspot and market, in their order, and one with a missing `crime_market` where
        none is stated: `hotspot_id`, `name`, `country`, `in_question` if they have it,
        `crime_market`; for `known` and for
        `supported` organizations `…_in_reach` and `answered_by_…`, true, false, or NA: the hotspot
        is not placed, its market is not stated or not judged, or it would be false and somebody in
        reach has a theme that is not stated or not judged, or the nearest one that is told is
        withheld and may be in reach; `answering`, names of those that answer,
        the first 100 and how many more;
        `withheld_answer`, true where five restricted organizations or more, anywhere, have a theme
        that answers the market, so that a reader knows what false leaves out; false where there is
        no restricted one at all, and NA for few, whose themes are not told.

    Raises
    ------
    CRSError
        A frame has no coordinate reference system, or coordinates outside its range.
    InputError
        A column is missing, or a geometry is not a point.
    SettingsError
        The radius is negative or not finite.
    """
    import pandas as pd

    need_columns(hotspots, "hotspots", [*NAMED, "crime_markets"])
    need_columns(organizations, "organizations", ["name", "themes", "supported"])
    need_columns(themes, "themes", ["crime_market", "theme", "answers"])
    judged = judgement(themes)
    secret = [
        set(_split(cell)) for cell in organizations.loc[is_restricted(organizations), "themes"]
    ]
    hidden = {
        market: _told(sum(not themes.isdisjoint(own) for own in secret), len(secret))
        for market, themes in judged.answers.items()
    }
    nearby = {level: _nearby(hotspots, organizations, judged, level, radius_km) for level in LEVELS}
    kept = _named(hotspots)
    rows: list[dict[str, Any]] = []
    for number, row in enumerate(hotspots.to_dict("records")):
        here = {level: found[number] for level, found in nearby.items()}
        named = {column: row[column] for column in kept}
        for market in _split(row["crime_markets"]) or (None,):
            answers = {
                f"answered_by_{level}": _answered(market, seen, judged)
                for level, seen in here.items()
            }
            known = here["known"]
            rows.append(
                named
                | {"crime_market": market}
                | {
                    f"{level}_in_reach": seen.total if seen else None
                    for level, seen in here.items()
                }
                | answers
                | {"answering": _names(market, known, judged)}
                | {"withheld_answer": hidden.get(market or "")}
            )
    table = pd.DataFrame(rows, columns=[*kept, *_LONG])
    kinds = {c: "Int64" for c in _LONG if c.endswith("_in_reach")}
    kinds |= {c: "boolean" for c in _LONG if c.startswith(("answered_by_", "withheld"))}
    return table.astype(kinds | dict.fromkeys(("crime_market", "answering"), "str"))


_LONG = [
    "crime_market", *(f"{level}_in_reach" for level in LEVELS),
    *(f"answered_by_{level}" for level in LEVELS), "answering",
    "withheld_answer",
]  # fmt: skip


def _named(hotspots: gpd.GeoDataFrame) -> list[str]:
    """Return the columns that name a hotspot, and whether the question is asked of it."""
    return [*NAMED, *(["in_question"] if "in_question" in hotspots else [])]


def judgement(themes: pd.DataFrame) -> Judgement:
    """Turn a table of themes into the themes that answer each market, and those that are judged.

    >>> from hotspot_gaps.sources.theme_table import load_themes
    >>> judged = judgement(load_themes())
    >>> judged.answers["car_theft"], "other" in judged.answers, "other" in judged.themes
    (frozenset(), False, False)
    """
    told = themes[themes["answers"].isin(["yes", "no"])]
    answers: dict[str, set[str]] = {market: set() for market in told["crime_market"].dropna()}
    for market, theme in told[["crime_market", "theme"]].dropna().itertuples(index=False):
        answers[market].add(theme)
    frozen = {market: frozenset(found) for market, found in answers.items()}
    return Judgement(frozen, frozenset(told["theme"].dropna()))


def not_judged(
    hotspots: gpd.GeoDataFrame, organizations: gpd.GeoDataFrame, themes: pd.DataFrame
) -> dict[str, list[str]]:
    """List the words that the table of themes does not judge.

    Parameters
    ----------
    hotspots, organizations, themes
        As for `market_cover`; only themes of public organizations are looked at.

    Returns
    -------
    dict
        `crime_markets` and `themes`, sorted.
    """
    judged = judgement(themes)
    public = organizations[~is_restricted(organizations)]
    return {
        "crime_markets": sorted(_words(hotspots["crime_markets"]) - judged.answers.keys()),
        "themes": sorted(_words(public["themes"]) - judged.themes),
    }


def _nearby(
    hotspots: gpd.GeoDataFrame,
    organizations: gpd.GeoDataFrame,
    judged: Judgement,
    level: str,
    radius_km: float,
) -> list[Nearby | None]:
    """Gather for each hotspot what is in reach; None where it is not placed."""
    asked, radius_m = _at(organizations, level), radius_km * 1000
    points, towns = _towns(asked[~is_restricted(asked)], judged)
    pairs = pairs_within(hotspots.reset_index(drop=True), points, radius_m=radius_m, workers=1)
    found: dict[int, list[Town]] = {}
    for place, row in zip(pairs.index.tolist(), pairs["id"].tolist(), strict=True):
        found.setdefault(place, []).append(towns[row])
    withheld = may_be_withheld(hotspots, asked, radius_m).tolist()
    placed = hotspots.geometry.notna()
    return [
        Nearby(found.get(at, []), withheld[at]) if here else None for at, here in enumerate(placed)
    ]


def _at(organizations: gpd.GeoDataFrame, level: str) -> gpd.GeoDataFrame:
    """Return the organizations of a level: all that are known, or those that are supported."""
    return organizations[is_supported(organizations)] if level == "supported" else organizations


def _towns(
    organizations: gpd.GeoDataFrame, judged: Judgement
) -> tuple[gpd.GeoDataFrame, list[Town]]:
    """Gather organizations by their point: many share a town, and pairs of each would swell."""
    some = organizations[organizations.geometry.notna()]
    keys = some.geometry.to_wkb()
    rows: dict[bytes, list[tuple[str, list[str]]]] = {}
    for key, name, cell in zip(keys, some["name"], some["themes"], strict=True):
        rows.setdefault(key, []).append((name, _split(cell)))
    towns = []
    for here in rows.values():
        names: dict[str, list[str]] = {}
        for name, themes in here:
            for theme in themes:
                names.setdefault(theme, []).append(name)
        complete = all(themes and judged.themes.issuperset(themes) for _, themes in here)
        towns.append(Town(names, len(here), complete))
    first = some[~keys.duplicated()]
    return first.reset_index(drop=True), towns


def _answered(market: str | None, seen: Nearby | None, judged: Judgement) -> bool | None:
    if seen is None or market not in judged.answers:
        return None
    if any(judged.answers[market] & town.names.keys() for town in seen.towns):
        return True
    return False if seen.complete else None


def _told(answering: int, secret: int) -> bool | None:
    """Tell whether restricted organizations answer, as far as that may be told."""
    if not secret:
        return False
    return True if answering >= FEW else None


def _names(market: str | None, seen: Nearby | None, judged: Judgement) -> str | None:
    names = sorted(seen.names(judged.answers.get(market or "", frozenset())) if seen else ())
    more = len(names) - MOST_NAMES
    return "; ".join([*names[:MOST_NAMES], *([f"{more} more"] if more > 0 else [])]) or None


def _split(cell: Any) -> list[str]:
    return (
        [word.strip() for word in cell.split(";") if word.strip()] if isinstance(cell, str) else []
    )


def _words(cells: Iterable[Any]) -> set[str]:
    return {word for cell in cells for word in _split(cell)}
