"""Same input, same bytes: whatever else differs between two computers.

Four runs in processes of their own cover it in pairs: threads of numerical libraries, processes
that draw, hash seed, locale, time zone, order in folders, rights of new files, folders, home, the
cache of fonts, the width of the terminal, and the worker processes of `--scheduler local`.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import hotspot_gaps as hg
from hotspot_gaps.outputs.manifest import BUILTIN_FILES
from hotspot_gaps.sources.builtin import builtin_path

EPOCH = "1609372800"
LOCALES = ("sr_RS.UTF-8", "de_DE.UTF-8")
# What a user's machine may do before a program starts: use its locale, list folders in any order.
PRELUDE = """
import locale, os, random, sys
locale.setlocale(locale.LC_ALL, "")
sys.stderr.write(f"1.5 is {locale.str(1.5)} here\\n")
order = random.Random(os.environ["FOLDER_ORDER"])
def shuffled(call):
    def listed(*words):
        found = list(call(*words))
        order.shuffle(found)
        return found
    return listed
class Scandir:
    def __init__(self, *words):
        with scandir(*words) as found:
            listed = list(found)
        order.shuffle(listed)
        self.found = iter(listed)
    def __iter__(self):
        return self
    def __next__(self):
        return next(self.found)
    def __enter__(self):
        return self
    def __exit__(self, *_):
        pass
    close = __exit__
if os.environ["FOLDER_ORDER"] != "0":
    scandir, os.scandir, os.listdir = os.scandir, Scandir, shuffled(os.listdir)
os.umask(int(os.environ["NEW_FILES"], 8))
from hotspot_gaps.cli import main
main()
"""
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "GDAL_NUM_THREADS")
# threads, drawing processes, hash seed, locale, zone, order, umask, width, scheduler
MACHINES = {
    "plain": ("1", "1", "0", "C", "UTF", "0", "022", "80", None),
    "serbian": ("2", "2", "1", LOCALES[0], "Asia/Tokyo", "1", "077", "40", None),
    "german": ("1", "2", "2", LOCALES[1], "America/St_Johns", "2", "027", "300", "local"),
    "turned": ("2", "1", "3", "C.UTF-8", "Pacific/Apia", "3", "077", "10", None),
}


@pytest.fixture(scope="module")
def locales(tmp_path_factory):
    """Make the locales in a folder, of what Debian's package `locales` brings."""
    if shutil.which("localedef") is None or not Path("/usr/share/i18n/locales/de_DE").exists():
        return None
    folder = tmp_path_factory.mktemp("locales")
    for name in LOCALES:
        language, coding = name.split(".")
        words = ["localedef", "-i", language, "-f", coding, str(folder / name)]
        subprocess.run(words, check=True, capture_output=True)
    return folder


def machine(name, folder, locales):
    """Run on a machine of its own kind; return its outputs, and what it said."""
    threads, processes, seed, place, zone, order, rights, width, scheduler = MACHINES[name]
    home = folder / name
    for part in ("cwd", "tmp", "fonts"):
        (home / part).mkdir(parents=True)
    known = {
        key: os.environ[key]
        for key in ("PATH", "HOTSPOT_GAPS_CACHE", "PYTHONPATH")
        if key in os.environ
    }
    environment = {
        **known, **dict.fromkeys(THREADS, threads), "LOKY_MAX_CPU_COUNT": processes,
        "PYTHONHASHSEED": seed, "LC_ALL": place, "TZ": zone, "FOLDER_ORDER": order,
        "NEW_FILES": rights, "COLUMNS": width, "TMPDIR": str(home / "tmp"),
        "SOURCE_DATE_EPOCH": EPOCH, "MPLCONFIGDIR": str(home / "fonts"),
    }  # fmt: skip
    if name != "plain":
        environment["LOCPATH"] = str(locales or "")
    else:
        environment["HOME"] = str(home)  # the others have none
    if place in LOCALES and locales is None:
        environment["LC_ALL"] = "C.UTF-8"
    words = [sys.executable, "-c", PRELUDE, "run", "--figures", "--out", str(home / "out")]
    words += ["--scheduler", scheduler] if scheduler else []
    done = subprocess.run(
        words,
        check=False,
        env=environment,
        cwd=home / "cwd",
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    left = {path.name for path in (home / "tmp").iterdir()}
    assert left <= ({"dask-scratch-space"} if scheduler else set())
    return home / "out", done.stderr


def sums(folder):
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.iterdir())
    }


def test_every_machine_writes_the_same_bytes(full_run, locales, tmp_path):
    if locales is None and os.environ.get("CI") == "true":
        pytest.fail("the package `locales` is missing: no comma is tried in place of a point")
    expected = sums(full_run.outputs[0].parent)
    assert len(expected) > 30
    for name in MACHINES:
        out, said = machine(name, tmp_path, locales)
        if MACHINES[name][3] in LOCALES and locales is not None:
            assert "1.5 is 1,5 here" in said
        assert sums(out) == expected, name


@pytest.mark.parametrize("seed", [1, 2])
def test_the_order_of_rows_in_tables_changes_the_checksums_of_inputs_alone(
    own_run, seed, tmp_path, monkeypatch
):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", EPOCH)
    tables, first = own_run
    again = hg.run(hg.Settings(**written(tables, tmp_path, seed), out=tmp_path / "out"))
    one, other = sums(first.outputs[0].parent), sums(tmp_path / "out")
    manifests = [
        json.loads((folder / "run.json").read_text(encoding="utf-8"))
        for folder in (first.outputs[0].parent, tmp_path / "out")
    ]
    for manifest in manifests:
        del manifest["inputs"]
    assert manifests[0] == manifests[1]
    del one["run.json"], other["run.json"]
    assert one == other
    assert again.headline == first.headline


def written(tables, folder, seed):
    """Write tables with their rows in an order of a seed, and return their paths."""
    paths = {}
    for name, table in tables.items():
        order = list(range(len(table)))
        random.Random(seed).shuffle(order)  # noqa: S311
        paths[name] = folder / f"{name}.csv"
        table.iloc[order].to_csv(paths[name], index=False)
    return paths


@pytest.fixture(scope="module")
def own_run(tmp_path_factory):
    """Run on the built-in tables as if they were a user's."""
    folder = tmp_path_factory.mktemp("own")
    tables = {
        name: pd.read_csv(builtin_path(BUILTIN_FILES[name]), dtype=str, keep_default_na=False)
        for name in ("hotspots", "organizations", "supports")
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", EPOCH)
        paths = written(tables, folder, 0)
        return tables, hg.run(hg.Settings(**paths, out=folder / "out"))
