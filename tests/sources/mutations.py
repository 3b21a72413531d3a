"""Mutations: ways to spoil the bytes of a file; the same number, the same way."""

from __future__ import annotations

import contextlib
import random
import struct
import zipfile
import zlib
from collections.abc import Callable
from io import BytesIO

NUMBERS = (0, 1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
WORDS = (
    b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"\r", b"\n\n", b'"', b"'", b",,,,", b";", b"\t",
    b"NaN", b"Infinity", b"-1e308", b"10000000", b"null", b"[", b"{", b"]", b"}", b"=cmd|' /C'!A0",
    b"/vsicurl/http://127.0.0.1:9/a", b"<!DOCTYPE a [", b"../../../etc/passwd", b"\x1b[31m",
    b"\xed\xa0\x80", b"\xe2\x80\xae", b"EPSG:999999", b"+nadgrids=/etc/passwd", b"\x9e\x8a",
)  # fmt: skip


def spoiled(content: bytes, chance: random.Random) -> bytes:
    """Return the bytes changed in one to four places."""
    if content[:4] == b"PK\x03\x04" and chance.random() < 0.8:
        with contextlib.suppress(zipfile.BadZipFile, ValueError, zlib.error):
            return _part_spoiled(content, chance)
    changed = bytearray(content)
    for _ in range(chance.randint(1, 4)):
        chance.choice(CHANGES)(changed, chance)
    return bytes(changed)


def _at(changed: bytearray, chance: random.Random) -> int:
    return chance.randrange(len(changed) + 1)


def _flip(changed: bytearray, chance: random.Random) -> None:
    if changed:
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)


def _cut(changed: bytearray, chance: random.Random) -> None:
    del changed[_at(changed, chance) :]


def _take_out(changed: bytearray, chance: random.Random) -> None:
    at = _at(changed, chance)
    del changed[at : at + chance.randint(1, 64)]


def _insert(changed: bytearray, chance: random.Random) -> None:
    at = _at(changed, chance)
    changed[at:at] = chance.choice(WORDS) * chance.choice((1, 1, 1, 50))


def _overwrite(changed: bytearray, chance: random.Random) -> None:
    at, word = _at(changed, chance), chance.choice(WORDS)
    changed[at : at + len(word)] = word


def _splice(changed: bytearray, chance: random.Random) -> None:
    start, at = _at(changed, chance), _at(changed, chance)
    changed[at:at] = changed[start : start + chance.randint(1, 512)]


def _number(changed: bytearray, chance: random.Random) -> None:
    """Write another number where a length may stand."""
    form = chance.choice(("<I", ">I", "<H", ">H", "<Q"))
    size = struct.calcsize(form)
    at = _at(changed, chance)
    most = (1 << (8 * size)) - 1
    changed[at : at + size] = struct.pack(form, min(chance.choice(NUMBERS), most))


def _swap(changed: bytearray, chance: random.Random) -> None:
    """Swap two numbers of four bytes."""
    one, other = (4 * (_at(changed, chance) // 4) for _ in range(2))
    if max(one, other) + 4 <= len(changed):
        kept = changed[one : one + 4]
        changed[one : one + 4] = changed[other : other + 4]
        changed[other : other + 4] = kept


CHANGES: tuple[Callable[[bytearray, random.Random], None], ...] = (
    _flip, _flip, _flip, _cut, _take_out, _insert, _overwrite, _splice, _number, _number, _swap,
)  # fmt: skip


def _part_spoiled(content: bytes, chance: random.Random) -> bytes:
    """Change a part of an archive and pack it again, with a checksum that is right."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = chance.choice(sorted(parts))
    changed = bytearray(parts[name])
    chance.choice(CHANGES)(changed, chance)
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, old in parts.items():
            archive.writestr(part, bytes(changed) if part == name else old)
    return packed.getvalue()
