"""Past runs: what a folder that a run has written tells, checked against its own manifest."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hotspot_gaps.errors import InputError, MissingInputError, Problem, SettingsError
from hotspot_gaps.settings import LAYERS, TABLES, Settings
from hotspot_gaps.sources.files import check_inside
from hotspot_gaps.sources.folder_moves import settle
from hotspot_gaps.sources.manifests import AGAIN, read_manifest

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd

FILES = ("run.json", "gaps.parquet", "gaps.gpkg")
NEEDED = (
    "hotspot_id", "name", "country", "kind", "evidence", "in_question", "population",
    "size_class", "is_gap", "gap_type", "rank", "nearest_supported_id", "nearest_supported_km",
    "nearest_supported_band", "nearest_known_id", "nearest_known_name", "nearest_known_km",
    "nearest_known_band", "represented_by", "geometry",
)  # fmt: skip
NUMBERS = ("population", "rank", "nearest_supported_km", "nearest_known_km")
FLAGS = ("in_question", "is_gap")
OF_ORGANIZATIONS = ("organization_id", "name", "town", "supported", "geometry")
OF_COUNTRIES = ("country", "name", "geometry")
PATHS = (*TABLES, *LAYERS)


@dataclass(frozen=True)
class PastRun:
    """What a run left in its folder.

    Attributes
    ----------
    gaps, organizations, countries
        The frames of its outputs; organizations are those that can be shown.
    settings
        Its settings; the user's own tables are paths by file name alone.
    counts
        What is listed, placed and stated, as in `run.json`.
    tables
        SHA-256 of the tables read, by table, where the manifest tells them.
    version
        The version of hotspot_gaps that wrote it.
    """

    gaps: gpd.GeoDataFrame
    organizations: gpd.GeoDataFrame
    countries: gpd.GeoDataFrame
    settings: Settings
    counts: dict[str, Any]
    tables: dict[str, str]
    version: str


def read_past_run(folder: str | Path) -> PastRun:
    """Read what a run wrote: its manifest, the gaps, and the organizations it shows.

    Parameters
    ----------
    folder
        The output folder of a run.

    Returns
    -------
    PastRun

    Raises
    ------
    MissingInputError
        There is no such folder, or it has not all files of a run.
    InputError
        A file is not the one that the manifest describes, or another version wrote it in a way
        that cannot be compared.
    OutputError
        A run is writing into the folder now, or was killed and cannot be finished.

    Examples
    --------
    >>> read_past_run("no/such/folder")
    Traceback (most recent call last):
    hotspot_gaps.errors.MissingInputError: folder: there is no such folder.
    """
    from hotspot_gaps.sources.readers import read_table

    folder = Path(folder)
    if "\0" in str(folder) or not folder.is_dir():
        raise MissingInputError(f"{folder.name}: there is no such folder.")
    settle(folder)
    lost = [name for name in FILES if not (folder / name).is_file()]
    if lost:
        what = f"{folder.name}: not a folder of a run, as it has no {' and no '.join(lost)}."
        raise MissingInputError(f"{what} `hotspot-gaps run --out {folder.name}` writes one.")
    for name in FILES:
        check_inside(folder / name, folder)
    manifest = read_manifest(folder / "run.json")
    for name in FILES[1:]:
        _check_sum(folder / name, manifest)
    # Whoever made the folder made its checksums: the files are read as a stranger's.
    gaps = read_table(folder / "gaps.parquet").reset_index(drop=True)
    layers = {
        name: read_table(folder / "gaps.gpkg", layer=name).reset_index(drop=True)
        for name in ("organizations", "countries")
    }
    for name, frame, columns in (
        ("gaps.parquet", gaps, NEEDED),
        ("gaps.gpkg", layers["organizations"], OF_ORGANIZATIONS),
        ("gaps.gpkg", layers["countries"], OF_COUNTRIES),
    ):
        absent = [column for column in columns if column not in frame]
        wrong = [] if absent else _unlike(frame, columns)
        if absent or wrong:
            version = manifest["hotspot_gaps"]
            what = f"written by version {version}, without {', '.join(absent)}."
            if wrong:
                what = f"not what a run writes, in {', '.join(wrong)}."
            raise InputError([Problem(f"{folder.name}/{name}", 0, "", "", what, AGAIN)])
    return PastRun(
        gaps=gaps,
        **layers,
        settings=_settings(manifest, folder.name),
        counts=manifest["counts"],
        tables=_sums(manifest["inputs"]),
        version=str(manifest["hotspot_gaps"]),
    )


def _unlike(frame: gpd.GeoDataFrame, columns: Sequence[str]) -> list[str]:
    """Return the columns that hold values of another kind than a run writes."""
    wrong = []
    for column in columns:
        if column == "geometry":
            continue
        values = frame[column].dropna()
        if column in (*FLAGS, "supported"):
            good = bool(values.isin([True, False]).all())
        elif column in NUMBERS:
            good = all(isinstance(value, int | float) for value in values.tolist())
        else:
            good = all(isinstance(value, str) for value in values)
        if column in ("hotspot_id", "organization_id"):
            good &= bool(frame[column].notna().all() and frame[column].is_unique)
        wrong += [] if good else [column]
    return wrong


def _check_sum(path: Path, manifest: dict[str, Any]) -> None:
    """See that a file is the one that the run wrote."""
    entry = manifest["outputs"].get(path.name)
    with path.open("rb") as opened:
        found = hashlib.file_digest(opened, "sha256").hexdigest()
    if not isinstance(entry, dict) or entry.get("sha256") != found:
        what = "not the file that run.json beside it describes."
        name = f"{path.parent.name}/{path.name}"
        raise InputError([Problem(name, 0, "", "", what, AGAIN)])


def _settings(manifest: dict[str, Any], folder: str) -> Settings:
    """Make the settings of the manifest; live backgrounds are not asked for again."""
    told = {key: value for key, value in manifest["settings"].items() if key != "basemap"}
    told = {key: value for key, value in told.items() if value is not None or key not in PATHS}
    try:
        return Settings(**told)
    except (SettingsError, TypeError) as error:
        version = manifest["hotspot_gaps"]
        what = f"settings of version {version} are not those of this version: {error}"
        raise InputError([Problem(f"{folder}/run.json", 0, "", "", what, AGAIN)]) from error


def _sums(inputs: dict[str, Any]) -> dict[str, str]:
    """Return one checksum a table, of all its files; none where one is withheld."""
    sums = {}
    for table, files in inputs.items():
        listed = files if isinstance(files, list) else []
        told = [str(file.get("sha256", "")) for file in listed if isinstance(file, dict)]
        if told and all(told):
            sums[table] = ";".join(told)
    return sums
