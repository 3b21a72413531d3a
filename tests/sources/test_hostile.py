"""Hostile files: whatever is spoiled, it is read or told in words; nothing hangs, nothing ends."""

from __future__ import annotations

import json
import os
import random
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from files_of_towns import problem, workbook, write
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mutations import spoiled
from seed_files import (
    FORMATS,
    OTHERS,
    ROWS,
    TABLES,
    copy_seed,
    layer,
    main_files,
    make_seed,
    outcome,
    seal,
)
from shapely import LineString, MultiPoint, Point, box

from hotspot_gaps.sources import files
from hotspot_gaps.sources.readers import read_table

GOOD = {"read", "told"}
PLACES = (
    "/vsicurl/http://127.0.0.1:9/a.csv", "/vsizip/a.zip/a.csv", "/vsistdin/", "PG:dbname=a",
    "<VRTDataset/>", "http://127.0.0.1:9/a.csv", "file:///etc/passwd", "../../../etc/passwd",
)  # fmt: skip


@pytest.fixture(scope="module")
def seeds(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("seeds")
    for name in FORMATS:
        make_seed(name, folder)
    return folder


@pytest.mark.parametrize("name", FORMATS)
def test_what_is_not_spoiled_is_read(seeds, tmp_path, name):
    assert outcome(copy_seed(seeds / name, tmp_path)) == "read"


@pytest.mark.parametrize("name", FORMATS)
def test_cut_short_at_any_length(seeds, tmp_path, name):
    found = []
    for part in main_files(seeds / name):
        content = part.read_bytes()
        for share in (0, 1, 3, len(content) // 3, len(content) // 2, len(content) - 1):
            folder = tmp_path / f"{part.name}_{len(found)}"
            folder.mkdir()
            path = copy_seed(seeds / name, folder)
            next(p for p in main_files(path) if p.name == part.name).write_bytes(content[:share])
            if name == "run":
                seal(path)
            found.append(outcome(path))
    assert set(found) <= GOOD
    assert "told" in found


@pytest.mark.parametrize("name", [*TABLES, "a.tif", "a.osm.pbf", "a.toml"])
def test_any_format_under_the_name_of_another(seeds, tmp_path, name):
    for other in (*TABLES, "a.tif", "a.osm.pbf", "a.toml"):
        assert outcome(write(tmp_path / name, (seeds / other).read_bytes())) in GOOD, other


@pytest.mark.parametrize("name", FORMATS)
def test_no_content_at_all(seeds, tmp_path, name):
    path = copy_seed(seeds / name, tmp_path)
    for part in main_files(path):
        part.write_bytes(b"")
    assert outcome(path) == ("read" if name == "a.toml" else "told")


@pytest.mark.parametrize("name", FORMATS)
def test_a_pickle_is_not_opened(seeds, tmp_path, name):
    evil = b"cos\nsystem\n(S'touch " + bytes(tmp_path / "ran") + b"'\ntR."
    path = copy_seed(seeds / name, tmp_path)
    for part in main_files(path):
        part.write_bytes(evil)
    assert outcome(path) in GOOD
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("name", [name for name in FORMATS if name not in {"roads", "run"}])
def test_pipes_devices_and_loops_are_not_waited_for(tmp_path, name):
    os.mkfifo(tmp_path / name)
    assert outcome(tmp_path / name) == "told"
    (tmp_path / name).unlink()
    for target in ("/dev/zero", name):
        (tmp_path / name).symlink_to(target)
        assert outcome(tmp_path / name) == "told"
        (tmp_path / name).unlink()


@pytest.mark.parametrize("name", ["a.shp", "roads", "run"])
def test_a_link_out_of_a_folder_is_not_followed(seeds, tmp_path, name):
    (tmp_path / "mine").mkdir()
    path = copy_seed(seeds / name, tmp_path / "mine")
    for part in main_files(path)[1:2]:
        part.rename(tmp_path / "outside")
        part.symlink_to(tmp_path / "outside")
    assert outcome(path) == "told"


def test_a_link_that_is_named_is_followed(seeds, tmp_path):
    (tmp_path / "b.csv").symlink_to(seeds / "a.csv")
    assert len(read_table(tmp_path / "b.csv")) == 3


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("end", ["", ".csv", ".gpkg", ".tif", ".osm.pbf", ".toml"])
def test_addresses_in_place_of_a_path(place, end):
    # An address may hold a password, so that its beginning alone is told.
    found = outcome(Path(place + end))
    assert found == "told" or "this is not a local file" in found


@pytest.mark.parametrize("name", [*TABLES, "a.tif", "a.osm.pbf"])
@pytest.mark.parametrize(
    "content",
    [
        '<VRTDataset rasterXSize="1" rasterYSize="1"><SRS>EPSG:4326</SRS></VRTDataset>',
        '<OGRVRTDataSource><OGRVRTLayer name="a"><SrcDataSource>/etc/passwd</SrcDataSource>'
        "</OGRVRTLayer></OGRVRTDataSource>",
        '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><svg>&b;</svg>',
        '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bb">]><gml:a xmlns:gml="g">&b;</gml:a>',
        "<script>alert(1)</script>",
        "GDAL_DESCRIPTION=http://127.0.0.1:9/",
    ],
)
def test_documents_that_name_other_files(tmp_path, name, content):
    assert outcome(write(tmp_path / name, content)) in GOOD


CELLS = (
    "=HYPERLINK(\"http://127.0.0.1:9\")", "=cmd|' /C calc'!A0", "<script>alert(1)</script>",
    "@SUM(1)", "${7*7}", "\u202eevil", "NaN", "Infinity", "-inf", "1e400", "x" * 40_000, "\ud7ff",
)  # fmt: skip


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("cell", CELLS, ids=range(len(CELLS)))
def test_cells_that_are_programs_are_text(tmp_path, name, cell):
    rows = ROWS.assign(name=[cell, "Bar", "Tuzi"])
    if name.endswith((".csv", ".tsv", ".txt")):
        rows.to_csv(tmp_path / name, index=False, quoting=1)
    elif name == "a.xlsx":
        workbook(
            tmp_path / name,
            [list(rows), [cell[:32_767], "ME", 42, 20, "direct", "https://example.org/a"]],
        )
    else:
        points = layer().assign(name=rows["name"])
        if name == "a.parquet":
            rows.to_parquet(tmp_path / name)
        elif name.endswith("parquet"):
            points.to_parquet(tmp_path / name)
        elif name == "a.shp":
            points["name"] = points["name"].str[:200]
            points.to_file(tmp_path / name)
        else:
            points.to_file(tmp_path / name, driver="GPKG" if name == "a.gpkg" else "GeoJSON")
    assert outcome(tmp_path / name) in GOOD


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1250", "utf-16", "utf-32", "utf-7"])
@pytest.mark.parametrize("name", ["a.csv", "a.txt", "a.geojson", "a.toml"])
def test_other_ways_to_write_letters_and_lines(seeds, tmp_path, name, encoding, newline):
    text = (seeds / name).read_text(encoding="utf-8").replace("\n", newline)
    assert outcome(write(tmp_path / name, text.encode(encoding))) in GOOD


NOWHERE = (np.nan, np.inf, -np.inf, 1e7, -1e7, 1e308, 181.0)


@pytest.mark.parametrize("name", ["a.csv", "a.geojson", "a.gpkg", "a.shp", "geo.parquet"])
@pytest.mark.parametrize("value", NOWHERE)
@pytest.mark.filterwarnings("ignore")
def test_places_off_the_earth_are_told(tmp_path, name, value):
    if name == "a.csv":
        ROWS.assign(lon=[value, 19.1, 19.3]).to_csv(tmp_path / name, index=False)
    else:
        points = layer().set_geometry([Point(value, 42), Point(19, 42), Point(19, 41)], crs=4326)
        if name == "geo.parquet":
            points.to_parquet(tmp_path / name)
        elif name == "a.geojson":
            text = layer().to_json().replace("20.16", str(value).replace("nan", "NaN"))
            write(tmp_path / name, text.replace("inf", "Infinity"))
        elif name == "a.shp":
            layer().to_file(tmp_path / name)
            content = (tmp_path / name).read_bytes()
            written = content.replace(struct.pack("<d", 20.16), struct.pack("<d", value))
            write(tmp_path / name, written)
        else:
            points.to_file(tmp_path / name)
    # A point of NaN is what some programs write for "no point".
    assert outcome(tmp_path / name) in ({"told"} if np.isfinite(value) else GOOD)


@pytest.mark.parametrize("name", ["a.geojson", "a.gpkg", "geo.parquet"])
def test_mixed_geometries(tmp_path, name):
    shapes = [box(19, 42, 20, 43), LineString([(19, 42), (20, 43)]), MultiPoint([(19, 42)])]
    mixed = layer().set_geometry(shapes, crs=4326)
    path = tmp_path / name
    mixed.to_parquet(path) if name == "geo.parquet" else mixed.to_file(path)
    assert len(read_table(path)) == 3
    assert outcome(path) == "told"  # as hotspots


@pytest.mark.parametrize("name", ["a.csv", "a.geojson"])
def test_more_cells_than_are_borne_are_counted_before_they_are_made(tmp_path, name, monkeypatch):
    monkeypatch.setattr(files, "MAX_CELLS", 1_000)
    text = {"a.csv": "a,b\n" * 2_000, "a.geojson": '{"x": [' + "[]," * 2_000 + "0]}"}[name]
    assert "more than 1,000 cells" in problem(write(tmp_path / name, text)).what


@pytest.mark.parametrize("path", sorted((Path(__file__).parent / "seeds").iterdir()), ids=str)
def test_files_that_once_ended_the_process(path):
    assert outcome(path) in GOOD


def test_an_index_that_points_to_one_shape_again_and_again(tmp_path):
    layer().to_file(tmp_path / "a.shp")
    index = tmp_path / "a.shx"
    index.write_bytes(index.read_bytes() + index.read_bytes()[100:108] * 1_000)
    assert problem(tmp_path / "a.shp").file == "a.shx"


# Settings.


@pytest.mark.parametrize(
    "text",
    [
        "a = " + "[" * 50_000, "a." * 20_000 + "b = 1",
        '"!".' * 20_000 + "b = 1", "'!' . " * 15_000 + "b = 1",
        "smaller_below = " + "9" * 5_000,
        "self = 1", '"\\u001b[31m" = 1', 'hotspots = "a\\u0000b"', 'out = "a\\u0000b"',
        f'radius_km = "{"x" * 90_000}"', f'"{"k" * 90_000}" = 1', "x" * 200_000, "radius_km = nan",
        "radius_km = inf", "as_of = 9999-99-99", "[travel]\nself = 1", "travel = 3",
        "[[hotspots]]\na = 1", "radius_km = 1e999", "[travel]\nspeeds_km_h = []",
    ],
    ids=lambda text: text[:12].encode("ascii", "ignore"),
)  # fmt: skip
def test_settings_that_are_an_attack(tmp_path, text):
    assert outcome(write(tmp_path / "a.toml", text)) == "told"


@pytest.mark.parametrize(
    "manifest",
    [
        "[" * 100_000, '{"a": ' + "9" * 5_000 + "}", " " * 21_000_000, '"x"', "null", "\x00",
        json.dumps({"hotspot_gaps": "1", "settings": {"self": 1}, "inputs": {}, "counts": {},
                    "outputs": {}}),
        json.dumps({"hotspot_gaps": "1", "settings": {"hotspots": "a\0b"}, "inputs": {},
                    "counts": {}, "outputs": {"gaps.parquet": {"sha256": ["x"]}}}),
    ],
    ids=range(8),
)  # fmt: skip
def test_manifests_that_are_an_attack(seeds, tmp_path, manifest):
    path = copy_seed(seeds / "run", tmp_path)
    (path / "run.json").write_text(manifest, encoding="utf-8")
    seal(path)
    assert outcome(path) == "told"


@pytest.mark.parametrize("name", ["gaps.gpkg", "gaps.parquet"])
def test_the_layers_of_a_past_run_are_a_strangers(seeds, tmp_path, name):
    path = copy_seed(seeds / "run", tmp_path)
    source = f"<SrcDataSource>{seeds / 'a.gpkg'}</SrcDataSource><SrcLayer>a</SrcLayer>"
    layers = "".join(
        f'<OGRVRTLayer name="{n}">{source}</OGRVRTLayer>' for n in ("organizations", "countries")
    )
    (path / name).write_text(f"<OGRVRTDataSource>{layers}</OGRVRTDataSource>")
    seal(path)
    assert outcome(path) == "told"


# Chance.

BY_CHANCE = settings(
    max_examples=12, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip


@pytest.mark.parametrize("name", FORMATS)
def test_spoiled_by_chance(seeds, tmp_path_factory, name):
    @BY_CHANCE
    @given(number=st.integers(0, 2**32))
    def one(number):
        chance = random.Random(number)  # noqa: S311
        path = copy_seed(seeds / name, tmp_path_factory.mktemp("now"))
        part = chance.choice(main_files(path))
        part.write_bytes(spoiled(part.read_bytes(), chance))
        if name == "run":
            seal(path)
        assert outcome(path) in GOOD

    one()


@pytest.mark.parametrize("name", sorted(set(OTHERS) & {"a.tif"}))
def test_a_raster_of_absurd_size_in_its_header(seeds, tmp_path, name):
    content = (seeds / name).read_bytes()
    at = struct.unpack_from("<I", content, 4)[0]
    for wide, high in ((2**31 - 1, 2**31 - 1), (2**31 - 1, 90), (1, 2**31 - 1), (0, 0)):
        changed = bytearray(content)
        for entry in range(struct.unpack_from("<H", content, at)[0]):
            start = at + 2 + 12 * entry
            tag = struct.unpack_from("<H", content, start)[0]
            if tag in {256, 257}:
                struct.pack_into("<H", changed, start + 2, 4)
                struct.pack_into("<I", changed, start + 8, wide if tag == 256 else high)
        assert outcome(write(tmp_path / name, bytes(changed))) == "told"


PEAK = """
import sys
from hotspot_gaps.sources.readers import read_table
import pandas, pyarrow.parquet, geopandas
def peak():  # ru_maxrss would be handed down from the process that started this one
    return int(open("/proc/self/status").read().split("VmHWM:")[1].split()[0])
before = peak()
try:
    read_table(sys.argv[1])
except ValueError as error:
    print(error)
print(peak() - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is of Linux alone")
@pytest.mark.parametrize(
    ("row", "rows", "what"),
    [
        (b"a,b,c\n", 10_000_000, "more than 20,000,000 cells"),
        (b"1\n", 10_000_000, "more than 1,000,000 rows"),
        (b"", 0, "MB, more than 200"),
    ],
)
def test_ten_million_rows_are_refused_within_bounds(tmp_path, row, rows, what):
    path = write(tmp_path / "a.csv", row * rows)
    if not rows:
        with path.open("wb") as opened:
            opened.truncate(40_000_000_000)  # no block of it is written
    done = subprocess.run(
        [sys.executable, "-c", PEAK, path], capture_output=True, text=True, check=True
    )
    message, peak = done.stdout.splitlines()
    assert what in message
    assert int(peak) < 600_000  # kilobytes
