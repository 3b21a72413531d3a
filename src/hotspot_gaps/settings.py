"""Settings of a run: one frozen object, from defaults, one TOML file, or the command line."""

from __future__ import annotations

import datetime as dt
import difflib
import re
import stat
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_core import PydanticCustomError

from hotspot_gaps.errors import MissingInputError, SettingsError

TABLES = ("hotspots", "organizations", "supports", "places", "boundaries", "themes")
LAYERS = ("roads", "population", "districts", "checkpoints")
EVIDENCE_LEVELS = ("direct", "reported", "related")
MAX_BYTES = 100_000  # of a file of settings
MAX_SHOWN = 200  # letters of what is wrong
# tomllib takes ever longer over longer keys: with 50,000 parts, a minute.
_DEEP_KEY = re.compile(
    r"(?:(?:[\w-]{1,99}|\"[^\"\n]{0,99}\"|'[^'\n]{0,99}')[ \t]{0,9}\.[ \t]{0,9}){10}"
)
SPEEDS_KM_H = {
    "motorway": 110.0, "trunk": 85.0, "primary": 65.0, "secondary": 55.0, "tertiary": 40.0,
}  # fmt: skip


class Travel(BaseModel):
    """How fast one travels, and what a border costs.

    Parameters
    ----------
    speeds_km_h
        Kilometres an hour on each class of road, 1 or more.
    link_factor
        Speed on ramps and slip roads, as a share of the speed of their class.
    access_km_h
        Kilometres an hour between a place and the nearest road.
    detour
        That way, as a multiple of the straight line.
    farthest_road_km
        A place farther than this many kilometres from a road is too far from it.
    border_delay_min
        Minutes lost at each border.
    closed_borders
        Borders that are closed: pairs as `RS-XK`, `all`, or `without_checkpoint`. The last closes
        crossings that the table of checkpoints does not have.

    Raises
    ------
    SettingsError
        An unknown key, or a value that cannot be.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    speeds_km_h: dict[str, Annotated[float, Field(ge=1, le=300, strict=True)]] = SPEEDS_KM_H
    link_factor: float = Field(default=0.6, ge=0.01, le=1, strict=True)
    access_km_h: float = Field(default=25.0, ge=1, le=300, strict=True)
    detour: float = Field(default=1.3, ge=1, le=10, strict=True)
    farthest_road_km: float = Field(default=10.0, ge=0.001, le=1000, strict=True)
    border_delay_min: float = Field(default=20.0, ge=0, le=10_000, strict=True)
    closed_borders: tuple[str, ...] = ()

    def __init__(self, /, **values: Any) -> None:
        try:
            super().__init__(**values)
        except ValidationError as error:
            lines = [_explain(problem, "travel.") for problem in error.errors()]
            raise SettingsError("\n".join(lines)) from None

    @field_validator("speeds_km_h")
    @classmethod
    def _every_class(cls, value: dict[str, float]) -> dict[str, float]:
        others = ", ".join(sorted(set(value) - set(SPEEDS_KM_H)))
        if others:
            known = ", ".join(SPEEDS_KM_H)
            message = "there is no class {others} of roads; known: {known}"
            raise PydanticCustomError("road_class", message, {"others": others, "known": known})
        return {**SPEEDS_KM_H, **value}

    @field_validator("closed_borders")
    @classmethod
    def _pairs(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for border in value:
            if border not in {"all", "without_checkpoint"} and not re.fullmatch(
                "[A-Z]{2}-[A-Z]{2}", border
            ):
                message = "write RS-XK, all, or without_checkpoint"
                raise PydanticCustomError("border", message)
        return tuple(
            sorted({"-".join(sorted(b.split("-"))) if b[2:3] == "-" else b for b in value})
        )


class Settings(BaseModel):
    """Everything that a run can be told, with its default.

    Parameters
    ----------
    hotspots
        Your table of hotspots; the built-in one when not given.
    organizations
        Your table of organizations, with `supports` beside it; the built-in one when not given.
    supports
        Your table of who supported whom, and when; the built-in one when not given.
    places
        Your table of towns and their inhabitants; the built-in one when not given.
    boundaries
        Your polygons of countries; the built-in ones when not given.
    themes
        Your table of which themes answer which crime markets; the built-in one when not given.
    roads
        Roads, a file or a folder; what `hotspot-gaps fetch` has brought when not given. Without
        either no minutes are told.
    population
        Raster of people, or a folder of them; what `fetch` has brought when not given.
    districts
        Polygons of districts; what `fetch` has brought when not given.
    checkpoints
        Points of border crossings; what `fetch` has brought when not given.
    as_of
        Date on which support must be valid to count.
    radius_km
        A supported organization counts as nearby within this many kilometres, on the ellipsoid.
    partner_radius_km
        A known organization without support counts as a possible partner within this many km.
    radius_min
        A supported organization counts as nearby by road within this many minutes.
    smaller_below
        Inhabitants below which a town is a smaller town. 50,000 is the urban-centre threshold of
        the Degree of Urbanisation (UN Statistical Commission, 2020).
    evidence
        Weakest evidence that is asked of: `direct`, `reported` (with direct) or `related` (all).
    new_grants
        How many sites for new support are proposed.
    link_km
        Towns of organizations this many kilometres apart or less make one island.
    travel
        Speeds and borders, a `Travel`.
    figures
        Whether the analyses and a page of each country are drawn as well. Certainty, robustness,
        sites, islands, markets and concentration: their tables are always written.
    hxl
        Whether `gaps.csv` has a row of HXL hashtags below its header.
    out
        Folder that the outputs are written to.
    basemap
        Address of tiles for a live background; the built-in relief when not given. For example
        `https://tile.openstreetmap.org/{z}/{x}/{y}.png`.

    Raises
    ------
    SettingsError
        An unknown key, told with the nearest known one, or a value that cannot be.

    Examples
    --------
    >>> Settings(radius_km=30).radius_km
    30.0
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    hotspots: Path | None = None
    organizations: Path | None = None
    supports: Path | None = None
    places: Path | None = None
    boundaries: Path | None = None
    themes: Path | None = None
    roads: Path | None = None
    population: Path | None = None
    districts: Path | None = None
    checkpoints: Path | None = None
    as_of: dt.date = dt.date(2020, 12, 31)
    radius_km: float = Field(default=50.0, ge=0.001, le=20_004, strict=True)
    partner_radius_km: float = Field(default=25.0, ge=0.001, le=20_004, strict=True)
    radius_min: float = Field(default=60.0, ge=0.1, le=100_000, strict=True)
    smaller_below: int = Field(default=50_000, gt=0, strict=True)
    evidence: Literal["direct", "reported", "related"] = "reported"
    new_grants: int = Field(default=5, ge=1, le=1000, strict=True)
    link_km: float = Field(default=50.0, ge=0, le=20_004, strict=True)
    travel: Travel = Travel()
    figures: bool = False
    hxl: bool = False
    out: Path = Path("data/processed")
    basemap: str | None = None

    def __init__(self, /, **values: Any) -> None:
        try:
            super().__init__(**values)
        except ValidationError as error:
            lines = [_explain(problem) for problem in error.errors()]
            raise SettingsError("\n".join(lines)) from None

    @field_validator(*TABLES, *LAYERS, "out")
    @classmethod
    def _possible_path(cls, value: Path | None) -> Path | None:
        if "\0" in str(value):
            raise PydanticCustomError("path", "a path cannot hold a NUL")
        return value

    @field_validator("radius_km", "partner_radius_km", "radius_min", "smaller_below", "new_grants",
                     "link_km", mode="before")  # fmt: skip
    @classmethod
    def _plain_number(cls, value: Any) -> Any:
        return value.item() if getattr(value, "shape", None) == () else value  # of numpy

    @field_validator("as_of", mode="before")
    @classmethod
    def _iso_date(cls, value: Any) -> Any:
        iso = isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value)
        if not iso and not isinstance(value, dt.date):
            raise PydanticCustomError("iso_date", "write the date as 2020-12-31")
        return value

    @field_validator("basemap")
    @classmethod
    def _tile_address(cls, value: str | None) -> str | None:
        parts = value is None or all(part in value for part in ("{z}", "{x}", "{y}"))
        if not parts or not re.match(r"https?://[^/]+/", value or "https://none/"):
            message = "give a tile address, https://…/{z}/{x}/{y}.png, or leave it out"
            raise PydanticCustomError("tile_address", message)
        return value

    @classmethod
    def from_toml(cls, path: str | Path, **overrides: Any) -> Settings:
        """Read settings from a TOML file; relative paths in it are relative to the file.

        Parameters
        ----------
        path
            The file.
        **overrides
            Settings that take precedence over the file.

        Raises
        ------
        MissingInputError
            There is no such file.
        SettingsError
            It is not TOML, a key is unknown, or a value cannot be.
        """
        path = Path(path)
        name = _shown(path.name)
        try:
            values = tomllib.loads(_text_of(path))
        except FileNotFoundError:
            raise MissingInputError(f"{name}: there is no such file.") from None
        except (ValueError, OSError, RecursionError) as error:
            reason = _shown(str(error).replace(str(path), path.name))
            how = "Write a date as 2020-12-31, a number as 2.5, and text in quotation marks."
            hint = f". {how}" if isinstance(error, tomllib.TOMLDecodeError) else ""
            raise SettingsError(f"{name}: not readable as TOML: {reason}{hint}") from None
        for key in (*TABLES, *LAYERS, "out"):
            if isinstance(values.get(key), str) and "://" not in values[key]:
                values[key] = path.parent / values[key]
        if "self" in values:
            raise SettingsError("setting self: there is no such setting.")
        return cls(**{**values, **overrides})

    @property
    def evidence_levels(self) -> tuple[str, ...]:
        """Levels of evidence that the question is asked of, strongest first."""
        return EVIDENCE_LEVELS[: EVIDENCE_LEVELS.index(self.evidence) + 1]


def _text_of(path: Path) -> str:
    """Read a small text file; a pipe or a device, which may never end, is none."""
    if not stat.S_ISREG(path.stat().st_mode):
        raise OSError("this is not a regular file")
    if path.stat().st_size > MAX_BYTES:
        raise OSError(f"this has more than {MAX_BYTES:,} bytes")
    text = path.read_text(encoding="utf-8-sig")
    if _DEEP_KEY.search(text):
        raise ValueError("a key has more than ten parts")
    return text


def _shown(text: str) -> str:
    """Return what a terminal may show of a text that a file holds."""
    return "".join(sign if sign.isprintable() else "·" for sign in text[:MAX_SHOWN])


def _explain(problem: Any, within: str = "") -> str:
    told = problem.get("ctx", {}).get("error")
    if isinstance(told, SettingsError):  # of a `Travel` inside
        return str(told)
    key = within + _shown(".".join(str(part) for part in problem["loc"]))
    if problem["type"] == "extra_forbidden":
        names = [*Settings.model_fields, *(f"travel.{name}" for name in Travel.model_fields)]
        close = difflib.get_close_matches(key, names, n=1, cutoff=0.4)
        known = ", ".join(names)
        hint = f"Did you mean {close[0]}?" if close else f"Known: {known}."
        return f"setting {key}: there is no such setting. {hint}"
    return f"setting {key} ({_shown(repr(str(problem['input'])[:MAX_SHOWN]))}): {problem['msg']}."
