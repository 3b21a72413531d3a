"""Pictures of the site: one run on the built-in data, and one comparison of two dates."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from PIL import Image

import hotspot_gaps as hg
from hotspot_gaps import judging
from hotspot_gaps.outputs.comparison_files import judged_side, write_comparison

WIDTH = 1400
SHOWN = (
    "gap_map", "gap_map_ME", "certainty", "robustness", "sites", "islands", "markets",
    "concentration",
)  # fmt: skip
WHOLE = ("gap_map.html", "brief.pdf")


def make(folder: Path) -> None:
    """Write the pictures into a folder, and the page and the brief into its `extra`."""
    (folder / "extra").mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as aside:
        hg.run(hg.Settings(out=Path(aside, "run"), figures=True))
        for name in WHOLE:
            shutil.copy(Path(aside, "run", name), folder / "extra")
        write_comparison(*map(_side, ("2019-12-31", "2020-12-31")), Path(aside, "changes"))
        pictures = [Path(aside, "run", f"{name}.png") for name in SHOWN]
        for picture in (*pictures, Path(aside, "changes", "changes.png")):
            _shrink(picture, folder / f"{picture.stem}.jpg")


def _side(date: str):
    settings = hg.Settings(as_of=date)
    return judged_side(judging.judge(settings), settings)


def _shrink(source: Path, target: Path) -> None:
    with Image.open(source) as picture:
        whole = picture.convert("RGB")
    height = round(WIDTH * whole.height / whole.width)
    whole.resize((WIDTH, height), Image.Resampling.LANCZOS).save(target, quality=85)
