"""Manifests of runs, read as what anybody may have written."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from hotspot_gaps.errors import InputError, Problem

KINDS = {"settings": dict, "inputs": dict, "counts": dict, "outputs": dict, "hotspot_gaps": str}
MAX_BYTES = 5_000_000
MAX_ENTRIES = 1000  # of outputs, inputs or versions; a run has some forty
AGAIN = "Run it again with this version of hotspot_gaps."


def read_manifest(path: Path) -> dict[str, Any]:
    """Read the manifest of a run, and see that it is one.

    Parameters
    ----------
    path
        A `run.json`.

    Returns
    -------
    dict
        With settings, inputs, counts, outputs and the version. Outputs and inputs are as
        `outputs/manifest.py` makes them; names in them are those of files in a folder. What the
        settings are is for `Settings` to say.

    Raises
    ------
    InputError
        It is not JSON, is too large, or is not what a run writes.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise _problem(path, f"larger than {MAX_BYTES:,} bytes, which no manifest is.")
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError, RecursionError) as error:
        if isinstance(error, InputError):
            raise
        what = f"not readable as JSON ({type(error).__name__})."
        raise _problem(path, what) from error
    parts = manifest if isinstance(manifest, dict) else {}
    absent = [key for key, kind in KINDS.items() if not isinstance(parts.get(key), kind)]
    if absent:
        raise _problem(path, f"not the manifest of a run: {', '.join(absent)} is missing.")
    if not re.fullmatch(r"[0-9A-Za-z.+-]{1,40}", parts["hotspot_gaps"]):
        raise _problem(path, "not the manifest of a run: its version is none.")
    wrong = [
        part
        for part, check in (("outputs", _is_output), ("inputs", _is_table))
        if len(parts[part]) > MAX_ENTRIES or not all(map(check, *_columns(parts[part])))
    ]
    versions = parts.get("versions", {})
    if not isinstance(versions, dict) or not all(isinstance(v, str) for v in versions.values()):
        wrong.append("versions")
    if wrong or len(versions) > MAX_ENTRIES:
        raise _problem(path, f"not the manifest of a run: {', '.join(wrong)} cannot be.")
    return parts


def is_plain_name(name: object) -> bool:
    """Say whether something is the name of a file in a folder, and no way out of it."""
    return (
        isinstance(name, str)
        and len(name) <= 255
        and name not in {"", ".", ".."}
        and name.isprintable()
        and not set(name) & set("/\\:")
    )


def _columns(entries: dict[str, Any]) -> tuple[list[str], list[Any]]:
    return list(entries), list(entries.values())


def _is_output(name: str, entry: object) -> bool:
    return is_plain_name(name) and isinstance(entry, dict) and _is_sum(entry.get("sha256"))


def _is_table(_: str, files: object) -> bool:
    if not isinstance(files, list) or len(files) > MAX_ENTRIES:
        return False
    return all(
        isinstance(file, dict)
        and is_plain_name(file.get("file"))
        and (_is_sum(file.get("sha256")) or isinstance(file.get("withheld"), str))
        for file in files
    )


def _is_sum(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch("[0-9a-f]{64}", value) is not None


def _problem(path: Path, what: str) -> InputError:
    return InputError([Problem(f"{path.parent.name}/{path.name}", 0, "", "", what, AGAIN)])
