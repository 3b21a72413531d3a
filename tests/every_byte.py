"""Every byte of a file, unpacked: what a reader with the right tools would find in it."""

from __future__ import annotations

import base64
import re
import shutil
import sqlite3
import struct
import subprocess
import zipfile
import zlib
from contextlib import closing
from pathlib import Path


def unpacked(path: Path):
    """Yield what is in a file, with its name and its raw bytes, by a word for each part."""
    raw = path.read_bytes()
    yield "name", path.name.encode()
    yield "raw", raw
    yield from {
        ".xlsx": _zip, ".pdf": _pdf, ".gpkg": _sqlite, ".parquet": _parquet, ".tif": _tiff,
        ".png": _png, ".html": _page,
    }.get(path.suffix, lambda _: ())(path)  # fmt: skip


def _zip(path):
    with zipfile.ZipFile(path) as archive:
        for entry in archive.infolist():
            yield entry.filename, entry.filename.encode() + entry.extra + entry.comment
            yield entry.filename, archive.read(entry)


def _pdf(path):
    for at, found in enumerate(re.finditer(rb"stream\r?\n(.*?)endstream", path.read_bytes(), re.S)):
        try:
            yield f"stream {at}", zlib.decompressobj().decompress(found[1])
        except zlib.error:
            yield f"stream {at}", found[1]
    from pypdf import PdfReader

    reader = PdfReader(path)
    yield "metadata", repr((reader.metadata, reader.xmp_metadata)).encode()
    yield "pages", "\n".join(page.extract_text() for page in reader.pages).encode()
    program = shutil.which("pdftotext")
    if program:
        done = subprocess.run([program, "-q", path, "-"], capture_output=True, check=True)
        yield "pdftotext", done.stdout


def _sqlite(path):
    with closing(sqlite3.connect(path)) as file:
        for name, sql in file.execute("SELECT name, sql FROM sqlite_master").fetchall():
            yield "schema", f"{name} {sql}".encode()
        tables = "SELECT name FROM sqlite_master WHERE type = 'table'"
        for (name,) in file.execute(tables).fetchall():
            try:
                rows = file.execute(f'SELECT * FROM "{name}"').fetchall()  # noqa: S608
            except sqlite3.OperationalError:  # an index whose functions only GDAL has
                continue
            for row in rows:
                for cell in row:
                    yield name, cell if isinstance(cell, bytes) else str(cell).encode()


def _parquet(path):
    import pyarrow.parquet as pq

    file = pq.ParquetFile(path)
    yield "schema", repr((file.schema_arrow.metadata, file.schema)).encode()
    for group in range(file.num_row_groups):
        for column in range(file.metadata.num_columns):
            yield "statistics", repr(file.metadata.row_group(group).column(column)).encode()
    for name, values in file.read().to_pydict().items():
        for value in values:
            yield name, value if isinstance(value, bytes) else str(value).encode()


def _tiff(path):
    import rasterio

    with rasterio.open(path) as raster:
        for space in (None, *raster.tag_namespaces()):
            yield "tags", repr(raster.tags(ns=space) if space else raster.tags()).encode()
        for band in raster.indexes:
            yield "tags", repr((raster.tags(band), raster.descriptions)).encode()
            yield "values", raster.read(band).tobytes()


def _png(path):
    from PIL import Image

    with Image.open(path) as image:
        yield "chunks", repr(image.info).encode()


def _page(path):
    for at, found in enumerate(re.finditer(rb"base64,([A-Za-z0-9+/=]+)", path.read_bytes())):
        yield f"embedded {at}", base64.b64decode(found[1])


def spellings(text: str):
    """Return a text as bytes in the encodings that files use."""
    return {text.lower().encode(), text.lower().encode("utf-16-le")}


def number_spellings(number: float, places: int):
    """Return a number as text, cut and rounded to some decimals, and as floating point."""
    import numpy as np

    texts = {f"{number:.{some}f}" for some in range(places, 9)}
    texts |= {repr(number)[: repr(number).index(".") + 1 + some] for some in range(places, 8)}
    texts |= {text.replace(".", ",") for text in texts}
    degrees, rest = divmod(abs(number) * 3600, 3600)
    texts.add(f"{degrees:.0f}°{rest // 60:.0f}'{rest % 60:.2f}")
    found = {text.encode() for text in texts if len(text) > places + 3}
    single = np.float32(number)
    singles = {
        single,
        np.nextafter(single, np.float32(999)),
        np.nextafter(single, np.float32(-999)),
    }
    for order in "<>":
        found |= {struct.pack(f"{order}d", number), *(struct.pack(f"{order}f", s) for s in singles)}
    return found
