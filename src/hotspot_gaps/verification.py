"""Verification: do a run again from its manifest, and name what is not as it was."""

from __future__ import annotations

import hashlib
import json
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hotspot_gaps.errors import InputError, MissingInputError, Problem, SettingsError
from hotspot_gaps.outputs import agreement
from hotspot_gaps.settings import LAYERS, TABLES, Settings
from hotspot_gaps.sources.folder_moves import settle
from hotspot_gaps.sources.manifests import is_plain_name, read_manifest

if TYPE_CHECKING:
    from collections.abc import Callable

    from hotspot_gaps.outputs.agreement import Difference

PATHS = (*TABLES, *LAYERS)
OPTIONS = ("hotspots", "organizations", "supports")  # the others are named in a TOML file


@dataclass(frozen=True)
class Verification:
    """What became of a run that was done again.

    Attributes
    ----------
    differences
        What is not as it was; empty when all is the same.
    notes
        What could not be compared, and why outputs may differ.
    outputs, same
        How many outputs the manifest names, and how many of them came out byte for byte the same.
    """

    differences: tuple[Difference, ...]
    notes: tuple[str, ...]
    outputs: int
    same: int

    def record(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        told = asdict(self)
        return {"verified": not self.differences, **told}

    def lines(self) -> list[str]:
        """Return the verification in lines of text."""
        head = f"{self.same} of {self.outputs} outputs come out the same, byte for byte."
        count = len(self.differences)
        said = {0: "Nothing differs.", 1: "One thing differs."}.get(count, f"{count} differences.")
        return [f"{head} {said}", *map(str, self.differences), *self.notes]


def verify(
    manifest: str | Path,
    config: str | Path | None = None,
    *,
    progress: Callable[[str], None] = lambda _: None,
    **given: Any,
) -> Verification:
    """Do a run again as its manifest tells, into a folder that is thrown away, and compare.

    Parameters
    ----------
    manifest
        The `run.json` of the run. Only its settings are taken from it: it names files, not paths.
    config
        TOML file of the run. Its tables are read, and settings that it has otherwise are named.
    progress
        Called with a short line before each step.
    **given
        Settings as for `Settings`: tables of the run that lie neither beside its folder nor in the
        current one.

    Returns
    -------
    Verification

    Raises
    ------
    MissingInputError
        There is no such manifest, or a table that the run read is not found.
    InputError
        The manifest is none, the run drew live tiles, or an input cannot be used.
    SettingsError
        A setting that is given cannot be.
    OutputError
        A run is writing into the folder now.
    """
    from hotspot_gaps import pipeline

    path = Path(manifest)
    if path.is_dir():
        path /= "run.json"
    if path.parent.is_dir():
        settle(path.parent)
    if not path.is_file():
        raise MissingInputError(f"{path.name}: there is no such file.")
    old = read_manifest(path)
    asked = Settings.from_toml(config, **given) if config is not None else Settings(**given)
    settings = _settings_of(old, asked, path)
    with tempfile.TemporaryDirectory(prefix="hotspot_gaps-") as folder:
        out = Path(folder) / "again"
        pipeline.run(settings.model_copy(update={"out": out}), progress=progress)
        new = json.loads((out / "run.json").read_text(encoding="utf-8"))
    names = None if config is not None else sorted(given)
    return _compared(old, new, changed_settings(old, asked, names), _beside(path.parent, old))


def _compared(
    old: dict[str, Any], new: dict[str, Any], settings: list[Difference], beside: dict[str, str]
) -> Verification:
    """Compare two manifests part by part, and the files beside the old one."""
    inputs, silent = agreement.changed_inputs(old["inputs"], new["inputs"])
    before, again = (_sums(each["outputs"]) for each in (old, new))
    found = (
        *inputs,
        *settings,
        *agreement.changed_values("version", _versions(old), _versions(new)),
        *agreement.changed_outputs(before, again, beside),
        *agreement.changed_findings(old, new),
    )
    notes = [*silent, agreement.why(found)]
    if not beside:
        notes.append("No output lies beside run.json: only the run itself was compared.")
    same = sum(again.get(name) == digest for name, digest in before.items())
    return Verification(found, tuple(filter(None, notes)), len(before), same)


def changed_settings(
    old: dict[str, Any], asked: Settings, names: list[str] | None
) -> list[Difference]:
    """Name the settings that are given otherwise than the manifest has them.

    Parameters
    ----------
    old
        The manifest.
    asked
        What is given.
    names
        Which settings were given; None for all.
    """
    kept = {"out", "basemap"}
    told = {name: old["settings"].get(name) for name in Settings.model_fields}
    now = asked.model_dump(mode="json")
    for name in PATHS:  # whether it is the same table is for its checksum to say
        used, here = told[name] is not None, now[name] is not None
        told[name] = "a table of one's own" if used else "the built-in or fetched one"
        now[name] = told[name] if here is used or not here else "a table of one's own"
    listed = Settings.model_fields if names is None else names
    chosen = [name for name in listed if name not in kept]
    return agreement.changed_values("setting", told, now, chosen)


def _settings_of(old: dict[str, Any], asked: Settings, path: Path) -> Settings:
    """Make the settings of the manifest, with its tables where they are found."""
    place = f"{path.parent.name}/{path.name}"
    told = dict(old["settings"])
    if told.pop("basemap", None) is not None:
        what = "the run drew live tiles, which change, so it cannot be done again."
        fix = "Run without `basemap` to have outputs that can be verified."
        raise InputError([Problem(place, 0, "basemap", "", what, fix)])
    if "out" in told:
        what, fix = "a manifest tells no folder.", "Give the run.json that a run has written."
        raise InputError([Problem(place, 0, "out", "", what, fix)])
    tables = _tables(told, asked, path)
    try:
        return Settings(**{k: v for k, v in told.items() if k not in PATHS}, **tables)
    except (SettingsError, TypeError) as error:
        version = str(old["hotspot_gaps"])[:20]
        what = f"settings of version {version} are not those of this version: {error}"
        fix = f"Install hotspot_gaps {version} to verify it."
        raise InputError([Problem(place, 0, "", "", what, fix)]) from error


def _tables(told: dict[str, Any], asked: Settings, path: Path) -> dict[str, Path]:
    """Find the user's tables of a run: as given, beside its folder, in it, or where we are."""
    found: dict[str, Path] = {}
    lost = []
    for key in PATHS:
        name = told.get(key)
        if name is None:
            continue
        if not is_plain_name(name):
            what, fix = "not the name of a file.", "Give the run.json that a run has written."
            raise InputError([Problem(path.name, 0, key, str(name)[:80], what, fix)])
        beside = path.resolve().parent
        places = (getattr(asked, key), beside / name, beside.parent / name, Path(name))
        here = [each for each in places if each is not None and each.exists()]
        if here:
            found[key] = here[0]
        else:
            how = f"--{key}" if key in OPTIONS else f"`{key} = …` in a TOML file"
            lost.append(f"{key}: {name}, which the run read, is not here; give it with {how}.")
    if lost:
        raise MissingInputError("\n".join(lost))
    return found


def _beside(folder: Path, old: dict[str, Any]) -> dict[str, str]:
    """Return checksums of the outputs that lie in a folder, those of no run of ours left out."""
    from hotspot_gaps.writing import OUTPUTS

    pages = {page.name for page in folder.glob("gap_map_[A-Z][A-Z].png")}
    found = {}
    for name in sorted((OUTPUTS | pages | set(old["outputs"])) - {"run.json"}):
        path = folder / name
        if not path.is_file():
            continue
        size = old["outputs"].get(name, {}).get("bytes")
        if name in old["outputs"] and path.stat().st_size != size:
            found[name] = "of another size"
            continue
        with path.open("rb") as opened:
            found[name] = hashlib.file_digest(opened, "sha256").hexdigest()
    return found


def _versions(manifest: dict[str, Any]) -> dict[str, str]:
    return {"hotspot_gaps": manifest["hotspot_gaps"], **manifest.get("versions", {})}


def _sums(outputs: dict[str, Any]) -> dict[str, str]:
    return {name: entry["sha256"] for name, entry in outputs.items()}
