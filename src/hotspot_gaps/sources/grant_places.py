"""Places of grants: the town an organization is placed at, or why it is at none."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass

from hotspot_gaps.sources.countries import to_country
from hotspot_gaps.sources.gazetteer import Gazetteer, UnlocatableError
from hotspot_gaps.sources.grants import Place
from hotspot_gaps.sources.organizations import TOWN_REACH_M

# A seat says where an organization is; an activity, or who it is for, only where it works.
_BASIS = {"seat": "stated", "activity": "activity_area", "beneficiaries": "activity_area"}


@dataclass(frozen=True)
class Found:
    """Where an organization is: rows of the gazetteer, one if it is placed."""

    towns: tuple[int, ...] = ()
    of: str = ""
    exactness: str = ""
    why: str = ""

    @property
    def basis(self) -> str:
        """How the town is known, as `town_basis` says it."""
        return _BASIS[self.of] if self.towns else ""


def place_organization(places: Iterable[Place], country: str, gazetteer: Gazetteer) -> Found:
    """Place an organization at the one town that its places lead to.

    Parameters
    ----------
    places
        All places given for it. Those of another country are not its own.
    country
        ISO code of the organization.
    gazetteer
        Towns. A point stands for the town nearest to it within 25 km.

    Returns
    -------
    Found
        The town of its seat, else of its activities, else of its beneficiaries. Of several towns
        none is chosen; an area or a country is no town.
    """
    whose, exactness, why = "", "", "no place is given"
    for of in _BASIS:
        told = list(dict.fromkeys(place for place in places if place.of == of))
        settled = [_settle(place, country, gazetteer) for place in told]
        rows = {row: said for row, said, _ in settled if row is not None}
        if rows:
            several = len(rows) > 1
            sure = "several" if several else next(iter(rows.values()))
            said = f"{len(rows)} towns are given, and none as its only one" if several else ""
            return Found(tuple(sorted(rows)), of, sure, said)
        if settled and not whose:
            whose, (_, exactness, why) = of, settled[0]
    return Found((), whose, exactness, why)


def _settle(place: Place, country: str, gazetteer: Gazetteer) -> tuple[int | None, str, str]:
    """Return the row of the town of a place, how exactly it is known, and why there is none."""
    given = to_country(place.country) if place.country else country
    if given != country:
        return None, "country", "its place is in another country"
    if place.level != "town" or (place.name and to_country(place.name) == country):
        level = "area" if place.level == "area" else "country"
        return None, level, f"only {'an area' if level == 'area' else 'a country'} is given"
    if place.geonames_id is not None:
        # Its number may be that of a region, which the gazetteer does not have.
        with contextlib.suppress(UnlocatableError):
            return gazetteer.by_id(place.geonames_id, country), place.exactness, ""
    if place.lon is None or place.lat is None:
        return _by_name(place, country, gazetteer)
    return _by_point(place, (place.lon, place.lat), country, gazetteer)


def _by_name(place: Place, country: str, gazetteer: Gazetteer) -> tuple[int | None, str, str]:
    """Settle a place that has a name alone."""
    if not place.name:
        return None, "", "neither a name nor a point of a town is given"
    match = gazetteer.find(place.name, country)
    if match.position is not None:
        return match.position, place.exactness, ""
    what = "several towns have this name" if match.candidates else "the gazetteer has no such town"
    return None, place.exactness, what


def _by_point(
    place: Place, near: tuple[float, float], country: str, gazetteer: Gazetteer
) -> tuple[int | None, str, str]:
    """Settle a point, which must be near the town that its name says, if it says one."""
    if not (abs(near[0]) <= 180 and abs(near[1]) <= 90):
        return None, "", "its point is not on earth"
    named = gazetteer.find(place.name, country, near).position if place.name else None
    if named is not None and gazetteer.distance_m(named, near) > TOWN_REACH_M:
        return None, "", "its name and its point are more than 25 km apart"
    if named is not None:
        return named, place.exactness, ""
    nearest = gazetteer.nearest(near, country)
    if nearest is None or nearest[1] > TOWN_REACH_M:
        return None, "", "no town of the gazetteer lies within 25 km of its point"
    return nearest[0], place.exactness or "approximate", ""
