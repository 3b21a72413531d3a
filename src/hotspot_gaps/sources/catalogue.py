"""The catalogue of layers on request: where each file comes from, and what it must hash to."""

from __future__ import annotations

import csv
from dataclasses import dataclass, replace
from pathlib import Path

from hotspot_gaps.errors import MissingInputError, SettingsError
from hotspot_gaps.sources.addresses import is_address, is_web, longer
from hotspot_gaps.sources.builtin import builtin_path


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
    """Read a table of addresses and checksums; the built-in one when none is given."""
    with Path(path or builtin_path("downloads.csv")).open(encoding="utf-8", newline="") as table:
        return [Source(**row) for row in csv.DictReader(table)]


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
