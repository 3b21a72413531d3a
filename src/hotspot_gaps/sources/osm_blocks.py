"""Blocks of OSM extracts: gone through before osmium, which trusts the texts in them."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import BinaryIO

    Bytes = bytes | memoryview

MAX_HEADER, MAX_BLOB = 64 * 1024, 32 * 1024 * 1024  # as the format has them
MAX_NODES = 500_000_000  # of one extract; the place of each takes 16 bytes
VARINT, EIGHT_BYTES, TEXT, FOUR_BYTES = 0, 1, 2, 5


def check_blocks(file: Path) -> None:
    """Refuse an extract with a text that holds a NUL, or with more nodes than are borne.

    libosmium keeps keys and values one after the other, each ended by a NUL. One more, and it goes
    on past the last of them, until the process ends.

    Raises
    ------
    ValueError
        It says what is wrong.
    """
    nodes = 0
    with file.open("rb") as opened:
        for block in _blocks(opened):
            for number, value in _fields(block):
                if number == 1 and not isinstance(value, int):
                    _check_texts(bytes(value))
                elif number == 2 and not isinstance(value, int):
                    nodes += _dense_nodes(value)
            if nodes > MAX_NODES:
                raise ValueError(f"more than {MAX_NODES:,} nodes")


def _blocks(opened: BinaryIO) -> Iterator[memoryview]:
    """Give the blocks of data, unpacked."""
    while size := opened.read(4):
        length = int.from_bytes(size, "big")
        header = dict(_fields(opened.read(length if length <= MAX_HEADER else 0)))
        data = header.get(3)
        if len(size) < 4 or not isinstance(data, int) or data > MAX_BLOB:
            raise ValueError("no header of a block")
        content = opened.read(data)
        kind = header.get(1)
        if len(content) < data or isinstance(kind, int | None):
            raise ValueError("a block is cut off")
        if bytes(kind) == b"OSMData":
            yield memoryview(_unpacked(content))


def _unpacked(blob: bytes) -> Bytes:
    """Return what a blob holds, plain or packed with zlib."""
    fields = dict(_fields(blob))
    packed, plain = fields.get(3), fields.get(1)
    if packed is not None and not isinstance(packed, int):
        try:
            return zlib.decompressobj().decompress(packed, MAX_BLOB)
        except zlib.error as error:
            raise ValueError("a block cannot be unpacked") from error
    if plain is None or isinstance(plain, int):
        raise ValueError("a block is packed in a way that is not read")
    return plain


def _dense_nodes(group: Bytes) -> int:
    """Count the nodes of a group that are stored together: each id ends in a byte below 128."""
    count = 0
    for number, dense in _fields(group):
        if number == 2 and not isinstance(dense, int):
            for inner, ids in _fields(dense):
                if inner == 1 and not isinstance(ids, int):
                    count += int((np.frombuffer(ids, dtype=np.uint8) < 128).sum())
    return count


def _check_texts(table: bytes) -> None:
    """Refuse a text with a NUL; the first of a table is empty, which has its length as one."""
    if table.count(b"\0") <= 1 and table.startswith(b"\n\0"):
        return
    if any(not isinstance(text, int) and b"\0" in bytes(text) for _, text in _fields(table)):
        raise ValueError("a text holds a NUL")


def _fields(message: Bytes) -> Iterator[tuple[int, int | memoryview]]:
    """Give the number and value of each field of a message of protocol buffers."""
    view, at = memoryview(message), 0
    while at < len(view):
        key, at = _varint(view, at)
        kind = key & 7
        if kind == VARINT:
            value, at = _varint(view, at)
            yield key >> 3, value
            continue
        if kind == TEXT:
            size, at = _varint(view, at)
        elif kind in {EIGHT_BYTES, FOUR_BYTES}:
            size = 8 if kind == EIGHT_BYTES else 4
        else:
            raise ValueError("a field of no known kind")
        if at + size > len(view):
            raise ValueError("a field is cut off")
        yield key >> 3, view[at : at + size]
        at += size


def _varint(view: memoryview, at: int) -> tuple[int, int]:
    """Read a number of one to ten bytes; return it, and where it ends."""
    value = 0
    for shift in range(0, 70, 7):
        if at >= len(view):
            break
        byte = view[at]
        value |= (byte & 127) << shift
        at += 1
        if byte < 128:
            return value, at
    raise ValueError("a number is cut off")
