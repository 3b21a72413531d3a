"""The blocks of code in README and docs, and how they are run: each page in a folder of its own."""

from __future__ import annotations

import contextlib
import doctest
import io
import re
import shlex
import sys
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
# A comment before a fence says what the block is: `not run: why`, `file: name`, `exit: code`.
BLOCK = re.compile(
    r"(?:<!-- (?P<mark>[a-z ]+): (?P<word>[^>]*?) -->\n\s*)?"
    r"^(?P<indent> *)```(?P<language>[^`\n]*)\n(?P<text>.*?)^(?P=indent)```$",
    re.DOTALL | re.MULTILINE,
)
MATCHES = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS


@dataclass
class Block:
    """A fenced block: what it is written in, what is in it, and what its comment says."""

    language: str
    text: str
    mark: str
    word: str


@dataclass
class Reader:
    """Somebody who does what a page says, block by block, and keeps what was printed."""

    page: Path
    names: dict[str, object] = field(default_factory=lambda: {"__name__": "__main__"})
    printed: str = ""
    ran: int = 0
    left: list[str] = field(default_factory=list)

    def follow(self) -> None:
        for block in blocks(self.page.read_text(encoding="utf-8")):
            if block.mark == "not run":
                assert len(block.word) > 10, f"{self.page.name}: say why it is not run"
                self.left.append(block.word)
            elif block.mark == "file":
                Path(block.word).write_text(block.text, encoding="utf-8")
            else:
                self.ran += block.language in ("", "python", "sh", "toml")
                getattr(self, f"do_{block.language or 'sh'}")(block)

    def do_python(self, block: Block) -> None:
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            exec(compile(block.text, str(self.page), "exec"), self.names)  # noqa: S102
        self.printed = out.getvalue()

    def do_sh(self, block: Block) -> None:
        self.printed = ""
        for line in block.text.splitlines():
            words = shlex.split(line, comments=True)
            if words[:1] == ["hotspot-gaps"]:
                self.printed += command(words[1:], wanted=int(block.word) if block.mark else 0)
            elif words[:1] == ["make"]:
                assert f"\n{words[1]}:" in (ROOT / "Makefile").read_text(encoding="utf-8"), line
            elif words[:2] == ["pip", "install"]:
                assert words[2] == "." or extra(words[2]) in extras(), line
            else:
                assert not words, f"{self.page.name}: {line} is no command that a reader has"

    def do_toml(self, block: Block) -> None:
        from hotspot_gaps import Settings

        Settings(**tomllib.loads(block.text))

    def do_text(self, block: Block) -> None:
        wanted = block.text.replace("…", "...")
        same = doctest.OutputChecker().check_output(wanted, self.printed, MATCHES)
        assert same, f"{self.page.name} shows\n{block.text}and the program printed\n{self.printed}"


def command(words: list[str], *, wanted: int) -> str:
    """Call the command line, hold its exit code against what is wanted, and return its output."""
    from hotspot_gaps import cli

    target = None
    if ">" in words:
        words, target = words[: words.index(">")], words[-1]
    out, err, code = io.StringIO(), io.StringIO(), 0
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["hotspot-gaps", *words])
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                cli.main()
            except SystemExit as stop:
                code = stop.code or 0
    assert code == wanted, (words, out.getvalue(), err.getvalue())
    if target is None:
        return out.getvalue()
    Path(target).write_text(out.getvalue(), encoding="utf-8")
    return ""


def blocks(text: str) -> list[Block]:
    """Return the blocks of a page, without directives of the site."""
    found = []
    for match in BLOCK.finditer(text):
        if match["language"].startswith("{"):
            continue
        lines = match["text"].splitlines(keepends=True)
        body = "".join(line.removeprefix(match["indent"]) for line in lines)
        found.append(Block(match["language"], body, match["mark"] or "", match["word"] or ""))
    return found


def extra(requirement: str) -> str:
    """Return the extra that is asked for in `hotspot_gaps[extra]`."""
    return re.fullmatch(r"hotspot_gaps\[(\w+)\]", requirement)[1]


def extras() -> set[str]:
    """Return the extras that the project has."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return set(project["optional-dependencies"])
