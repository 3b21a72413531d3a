"""The data package of a run: every file of it, and what each column says, for other programs.

Frictionless Data Package: https://specs.frictionlessdata.io/data-package/.
"""

from __future__ import annotations

import csv
import json
import re
from typing import TYPE_CHECKING, Any

from hotspot_gaps.outputs.manifest import file_entry
from hotspot_gaps.outputs.table_meanings import table_columns

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from hotspot_gaps.settings import Settings

NAME = "datapackage.json"
_MEDIA = {
    ".csv": "text/csv", ".gpkg": "application/geopackage+sqlite3",
    ".parquet": "application/vnd.apache.parquet", ".png": "image/png", ".pdf": "application/pdf",
    ".svg": "image/svg+xml", ".html": "text/html", ".tif": "image/tiff; application=geotiff",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}  # fmt: skip
_TABLES = ("hotspots", "organizations", "supports", "places", "boundaries", "themes")
_BUILTIN = (
    ("Places and populations: GeoNames (CC BY 4.0)", "https://www.geonames.org"),
    ("Boundaries: Natural Earth (public domain)", "https://www.naturalearthdata.com"),
    ("Relief: NOAA GLOBE (public domain)", "https://www.ngdc.noaa.gov/mgg/topo/globe.html"),
)
# Of the built-in tables alone; those of a user, and larger layers, have terms of their own.
_LICENCES = (
    ("CC-BY-4.0", "https://creativecommons.org/licenses/by/4.0/"),
    ("BSD-3-Clause", "https://opensource.org/license/bsd-3-clause"),
)
_WHOLE, _NUMBER = re.compile(r"-?[0-9]+"), re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?")
_DATE = re.compile(r"[12][0-9]{3}-[0-9]{2}-[0-9]{2}")


def write_data_package(
    folder: Path, settings: Settings, attributions: Mapping[str, str], *, tag_row: bool
) -> None:
    """Describe every file of a folder in its `datapackage.json`.

    Parameters
    ----------
    folder
        Holds the outputs of a run, and nothing else.
    settings
        Those of the run; of a user's tables the file names are told.
    attributions
        What must be said of the larger layers, by layer.
    tag_row
        Whether the second row of `gaps.csv` has hashtags.
    """
    own = {name: getattr(settings, name) for name in _TABLES}
    told = [f"{name}: {path.name}" for name, path in own.items() if path is not None]
    sources = [{"title": title, "path": path} for title, path in _BUILTIN]
    sources += [{"title": title} for title in (*told, *attributions.values())]
    document = {
        "profile": "data-package",
        "name": "hotspot-gaps",
        "title": f"Hotspots and documented support on {settings.as_of}",
        "licenses": [{"name": name, "path": path} for name, path in _LICENCES],
        "sources": sources,
        "resources": [_resource(path, tag_row=tag_row) for path in sorted(folder.iterdir())],
    }
    if told or attributions:
        del document["licenses"]
    text = json.dumps(document, indent=2, ensure_ascii=False)
    (folder / NAME).write_text(f"{text}\n", encoding="utf-8")


def _resource(path: Path, *, tag_row: bool) -> dict[str, Any]:
    entry = file_entry(path)
    name = re.sub(r"[^a-z0-9]+", "-", path.name.lower())
    found = {
        "name": name,
        "path": path.name,
        "format": path.suffix.removeprefix("."),
        "mediatype": _MEDIA.get(path.suffix, "application/octet-stream"),
        "bytes": entry["bytes"],
        "hash": f"sha256:{entry['sha256']}",
    }
    if path.suffix != ".csv":
        # A workbook is no table with a schema, whatever a program makes of its first sheet.
        return {**found, "type": "file", "profile": "data-resource"}
    tagged = tag_row and path.name == "gaps.csv"
    schema = {"fields": _fields(path, skip=1 if tagged else 0), "missingValues": [""]}
    table = {"type": "table", "profile": "tabular-data-resource", "encoding": "utf-8"}
    dialect = {"dialect": {"commentRows": [2]}} if tagged else {}
    return {**found, **table, **dialect, "schema": schema}


def _fields(path: Path, *, skip: int) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as opened:
        header, *rows = csv.reader(opened)
    said = table_columns(path.stem, header)
    fields = []
    cells: Sequence[tuple[str, ...]] = list(zip(*rows[skip:], strict=True)) or [()] * len(header)
    for name, column in zip(header, cells, strict=True):
        title, description, unit = said[name]
        field = {"name": name, "type": _type(column, unit), "title": title}
        field |= {"description": description} if description else {}
        fields.append({**field, **({"unit": unit} if unit else {})})
    return fields


def _type(cells: Iterable[str], unit: str) -> str:
    """Tell the type of a column by what its cells hold; measures are numbers in any case."""
    filled = {cell for cell in cells if cell}
    if unit and all(_NUMBER.fullmatch(cell) for cell in filled):
        return "number"
    if not filled:
        return "string"
    forms = (("boolean", re.compile("True|False")), ("integer", _WHOLE), ("number", _NUMBER),
             ("date", _DATE))  # fmt: skip
    fits = (kind for kind, form in forms if all(form.fullmatch(cell) for cell in filled))
    return next(fits, "string")
