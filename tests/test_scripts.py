"""Each script says what it is for and shows how it is called."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPTS = sorted((Path(__file__).resolve().parents[1] / "scripts").glob("*.py"))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda p: p.stem)
def test_help_explains_every_option_and_has_an_example(script):
    call = [sys.executable, script, "--help"]
    told = subprocess.run(call, capture_output=True, text=True, check=True).stdout
    assert f"python scripts/{script.name}" in told
    for option in re.split(r"^  (?=-)", told.partition("options:")[2], flags=re.MULTILINE)[1:]:
        said = re.sub(r"^(-h, )?--[\w-]+( [A-Z]+)?( \[[A-Z]+ \.{3}\])?", "", option)
        assert said.strip(), f"{option} says nothing"
