"""The columns of users' tables: what they mean, and by which names they go."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING

from hotspot_gaps.sources.fields import FIELDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

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
    "neighbors": "neighbours",
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
# Columns of another name that would leave a field empty in silence.
_MEANT = {
    "organizations": dict.fromkeys(
        ("restricted", "confidential", "sensitive", "secret", "private", "protected", "withheld"),
        "sensitivity",
    ),
}
# Synonyms that may well stand beside the column itself and mean something else.
_VAGUE = frozenset(("x", "y", "id", "name", "town", "city", "place", "link", "capital"))


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
    for name, field in sorted(FIELDS[kind].items(), key=lambda item: not item[1].required):
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
    normal = plain_name(name)
    fields = FIELDS.get(kind or "", {})
    if normal in fields:
        return normal
    normal = _OWN_ALIASES.get(kind or "", {}).get(normal) or _ALIASES.get(normal, normal)
    if len(normal) == 10:
        # A Shapefile cuts names here.
        return next((full for full in fields if full.startswith(normal)), normal)
    return normal


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
    used = {name for names in assigned(frame, kind).values() for name in names}
    return tuple(str(name) for name in frame.columns if name not in {*used, "geometry"})


def assigned(frame: pd.DataFrame, kind: str) -> dict[str, list[str]]:
    """Tell which columns of the user's mean which of ours; an exact name outdoes its synonyms."""
    found: dict[str, list[str]] = {}
    for name in frame.columns:
        found.setdefault(normal_name(name, kind), []).append(name)
    for ours, theirs in found.items():
        exact = [name for name in theirs if plain_name(name) == ours]
        found[ours] = exact or theirs
    return {ours: theirs for ours, theirs in found.items() if ours in FIELDS[kind]}


def told_columns(names: Sequence[object]) -> str:
    """List column names for a message, unless none is known: then row 1 may be one of data.

    >>> told_columns(["name", "remark"]), told_columns(["Ana", "Main Road 5"])
    ('name, remark', '2 names, of which none is known; row 1 must hold the names of the columns')
    """
    known = {*_ALIASES}.union(*FIELDS.values(), *_OWN_ALIASES.values())
    if any(plain_name(name) in known for name in names) or not names:
        return ", ".join(map(str, names))
    told = f"{len(names)} name{'s' if len(names) != 1 else ''}, of which none is known"
    return f"{told}; row 1 must hold the names of the columns"


def plain_name(name: object) -> str:
    """Return a column name in lower case with single underscores."""
    return re.sub(r"[\s_-]+", "_", str(name).strip().lower()).strip("_")


def doubled(frame: pd.DataFrame, kind: str) -> dict[str, list[str]]:
    """Return the columns of ours that synonyms stand beside, with the user's names of both."""
    found = assigned(frame, kind)
    beside: dict[str, list[str]] = {}
    for name in frame.columns:
        ours = normal_name(name, kind)
        if ours in found and name not in found[ours] and plain_name(name) not in _VAGUE:
            beside.setdefault(ours, found[ours][:1]).append(name)
    return beside


def misspelt(frame: pd.DataFrame, kind: str) -> dict[str, str]:
    """Return columns that are not known, but close to one of ours that is not there.

    Parameters
    ----------
    frame, kind
        As for `check_table`.

    Returns
    -------
    dict of str to str
        Our name by the user's.

    Examples
    --------
    >>> import pandas as pd
    >>> misspelt(pd.DataFrame(columns=["name", "sensitivty", "remark"]), "organizations")
    {'sensitivty': 'sensitivity'}
    """
    found = set(assigned(frame, kind))
    if "geometry" in frame:
        found |= {"lat", "lon"}
    absent = {name: name for name in FIELDS[kind] if name not in found}
    # Short synonyms are close to too much: lang to lng.
    synonyms = {**_ALIASES, **_OWN_ALIASES[kind]}
    absent |= {name: ours for name, ours in synonyms.items() if ours in absent and len(name) > 4}
    meant = {}
    for name in unknown_columns(frame, kind):
        plain = plain_name(name)
        near = difflib.get_close_matches(plain, absent, 1, 0.8)
        ours = _MEANT.get(kind, {}).get(plain) or (absent[near[0]] if near else "")
        if ours in absent:
            meant[name] = ours
    return meant
