"""Every block of code in README and docs runs, and prints what the page says it prints."""

from __future__ import annotations

import json
import re

import matplotlib.pyplot as plt
import pytest

from guides import ROOT, Reader, blocks
from hotspot_gaps.sources.downloads import fetch

PAGES = sorted(
    path
    for path in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    if "generated" not in path.parts and blocks(path.read_text(encoding="utf-8"))
)
NOTEBOOKS = sorted((ROOT / "docs" / "notebooks").glob("*.ipynb"))
WITH_LAYERS = {"by-road.md": ("roads",), "people.md": ("population", "admin2")}


@pytest.fixture(scope="module")
def caches(tmp_path_factory, shared_data):
    """Return a cache of larger layers for each page that needs some."""
    folders = {}
    for page, layers in WITH_LAYERS.items():
        folders[page] = tmp_path_factory.mktemp("cache")
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("HOTSPOT_GAPS_CACHE", str(folders[page]))
            for layer in layers:
                fetch(layer, mirror=shared_data)
    return folders


@pytest.mark.filterwarnings("ignore:The inplace keyword")  # of Dask, about pandas
@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_a_reader_who_does_what_a_page_says(page, tmp_path, monkeypatch, request):
    if page.parent.name == "how-to" and page.name in WITH_LAYERS:
        caches = request.getfixturevalue("caches")
        monkeypatch.setenv("HOTSPOT_GAPS_CACHE", str(caches[page.name]))
    monkeypatch.chdir(tmp_path)
    reader = Reader(page)
    reader.follow()
    plt.close("all")
    assert reader.ran + len(reader.left) > 0


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_notebooks_run_and_are_kept_without_outputs(path, tmp_path, monkeypatch):
    text = path.read_text(encoding="utf-8")
    notebook = json.loads(text)
    assert text == json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"
    monkeypatch.chdir(tmp_path)
    names = {}
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            assert cell["outputs"] == []
            assert cell["execution_count"] is None
            exec(compile("".join(cell["source"]), path.name, "exec"), names)  # noqa: S102
    plt.close("all")
    assert "hg" in names


def test_every_page_is_in_a_table_of_contents():
    index = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"^([\w/-]+)$", index, re.MULTILINE))
    pages = {p.relative_to(ROOT / "docs").with_suffix("") for p in (ROOT / "docs").rglob("*.md")}
    pages |= {path.relative_to(ROOT / "docs").with_suffix("") for path in NOTEBOOKS}
    missing = {p.as_posix() for p in pages if "generated" not in p.parts} - listed - {"index"}
    assert not missing
