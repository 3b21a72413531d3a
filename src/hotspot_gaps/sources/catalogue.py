"""The catalogue of layers on request: where each file comes from, and what it must hash to."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, replace
from pathlib import Path

from hotspot_gaps.errors import InputError, MissingInputError, Problem, SettingsError
from hotspot_gaps.sources.addresses import is_address, is_web, longer
from hotspot_gaps.sources.builtin import builtin_path
from hotspot_gaps.sources.readers import read_table

# How a file of each kind begins, and from which byte on that shows.
SIGNATURES: dict[str, tuple[int, tuple[bytes, ...]]] = {
    ".tif": (0, (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")),
    ".pbf": (4, (b"\n\tOSMHeader",)),
    ".parquet": (0, (b"PAR1",)),
    ".geojson": (0, (b"{",)),
}
_PLAIN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


@dataclass(frozen=True)
class Source:
    """A row of the catalogue.

    Attributes
    ----------
    layer, route, country, file
        What it is: a file of the layer, by the route `upstream` or `mirror`; the country is empty
        when it is for all.
    address
        Where it is: an address, or a path below the mirror's.
    checksum
        `sha256:` and its digits; `.md5` when it is published beside the file; empty when none is.
    licence, attribution, note
        Terms of the data, and what else is to be known.
    place
        The address or path that it is asked for at.
    """

    layer: str
    route: str
    country: str
    file: str
    address: str
    checksum: str
    licence: str
    attribution: str
    note: str
    place: str = ""


def read_catalogue(path: str | Path | None) -> list[Source]:
    """Read a table of addresses and checksums; the built-in one when none is given.

    Raises
    ------
    InputError
        It has other columns than the built-in one, a row too short or too long, or a file whose
        name is not plain, has an unknown ending, or stands twice.
    MissingInputError
        There is no such table.
    """
    file = Path(path or builtin_path("downloads.csv"))
    table = read_table(file)
    columns = [field.name for field in fields(Source)][:-1]
    problems = [
        Problem(file.name, 0, str(name), "", f"this column is {what}.", f"Columns: {fix}.")
        for what, names in (
            ("missing", set(columns) - set(table.columns)),
            ("none of a catalogue", set(table.columns) - set(columns)),
        )
        for name in names
        for fix in (", ".join(columns),)
    ]
    if problems:
        raise InputError(problems)
    rows = [Source(*row) for row in table[columns].fillna("").itertuples(index=False)]
    problems = _name_problems(dict(zip(map(int, table.index), rows, strict=True)), file.name)
    if problems:
        raise InputError(problems)
    return rows


def _name_problems(rows: dict[int, Source], table: str) -> list[Problem]:
    """Find names that could lead out of the layer's folder or stand for another file of it."""
    problems, seen = [], set()
    for number, row in rows.items():
        # Many disks do not tell A.tif from a.tif.
        name = (row.layer, row.route, row.file.lower())
        if not _PLAIN_NAME.fullmatch(row.file) or Path(row.file).suffix not in SIGNATURES:
            what = "this is no plain name of a file of a known kind."
            endings = ", ".join(SIGNATURES)
            fix = f"Use letters, digits and . _ - only, and one of the endings {endings}."
            problems.append(Problem(table, number, "file", row.file, what, fix))
        elif name in seen:
            what = "this file stands twice for this layer and route."
            problems.append(Problem(table, number, "file", row.file, what, "Rename one of them."))
        seen.add(name)
    return problems


def layer_sources(catalogue: list[Source], layer: str, mirror: str | Path | None) -> list[Source]:
    """Return the files of a layer that are to be fetched, and the place of each.

    A folder may hold the mirror's files, or upstream's in a folder named as the layer.

    Raises
    ------
    MissingInputError
        The mirror's folder is not there, or holds no file of the layer.
    SettingsError
        The mirror is an address that is neither http nor https, or the catalogue has no such files.
    """
    upstream, mirrored = (
        [row for row in catalogue if row.layer == layer and row.route == route]
        for route in ("upstream", "mirror")
    )
    if not (upstream if mirror is None else mirrored):
        raise SettingsError(f"catalogue: it has no files of the layer {layer} for this route.")
    if mirror is None:
        return [replace(row, place=row.address) for row in upstream]
    base = str(mirror)
    if is_address(base):
        if not is_web(base):
            what = "this is not an http or https address."
            raise SettingsError(f"mirror: {what} Give such an address, or a folder.")
        return [replace(row, place=longer(base, f"/{row.address}")) for row in mirrored]
    folder = Path(base)
    if "\0" in base or not folder.is_dir():
        raise MissingInputError(f"mirror {base!r}: there is no such folder.")
    by_hand = [replace(row, address=f"{layer}/{row.file}") for row in upstream]
    for rows in (mirrored, by_hand):
        if any((folder / row.address).exists() for row in rows):
            return [replace(row, place=str(folder / row.address)) for row in rows]
    names = " nor ".join(rows[0].address for rows in (mirrored, by_hand) if rows)
    what = f"the folder has no {names}."
    raise MissingInputError(f"mirror {base!r}: {what} Its layout is in docs/downloads.md.")
