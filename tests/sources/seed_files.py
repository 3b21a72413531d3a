"""Small valid files of every format, to be spoiled, and one way to read whatever comes of them."""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
import warnings
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import rasterio
from rasterio.transform import from_origin
from shapely import LineString, Point, box

from hotspot_gaps.errors import HotspotGapsError, InputError
from hotspot_gaps.settings import Settings
from hotspot_gaps.sources.boundaries import checked_polygons
from hotspot_gaps.sources.checking import check_files
from hotspot_gaps.sources.past_runs import FLAGS, NEEDED, NUMBERS, read_past_run
from hotspot_gaps.sources.population import opened_population
from hotspot_gaps.sources.readers import read_table
from hotspot_gaps.sources.roads import load_roads

TABLES = ("a.csv", "a.tsv", "a.txt", "a.xlsx", "a.geojson", "a.json", "a.gpkg", "a.shp",
          "a.parquet", "geo.parquet", "a.geoparquet")  # fmt: skip
OTHERS = ("a.tif", "a.osm.pbf", "roads", "a.toml", "run")
FORMATS = (*TABLES, *OTHERS)
ROWS = pd.DataFrame(
    {
        "name": ["Rožaje", "Bar", "Tuzi"],
        "country": ["ME", "ME", "ME"],
        "lat": [42.83, 42.1, 42.36],
        "lon": [20.16, 19.1, 19.33],
        "evidence": ["direct", "reported", "related"],
        "source_url": ["https://example.org/report"] * 3,
    }
)
TOML = """radius_km = 40
as_of = 2020-12-31
hotspots = "a.csv"
evidence = "reported"
[travel]
border_delay_min = 5
closed_borders = ["RS-XK"]
speeds_km_h = { trunk = 70 }
"""


def layer() -> gpd.GeoDataFrame:
    points = gpd.points_from_xy(ROWS["lon"], ROWS["lat"])
    return gpd.GeoDataFrame(ROWS.drop(columns=["lat", "lon"]), geometry=points, crs=4326)


def make_seed(name: str, folder: Path) -> Path:
    """Write the valid file, or folder, of that name."""
    path = folder / name
    if name in {"a.csv", "a.tsv", "a.txt"}:
        ROWS.to_csv(path, index=False, sep={".csv": ",", ".tsv": "\t", ".txt": ";"}[path.suffix])
    elif name == "a.xlsx":
        book = openpyxl.Workbook()
        for row in (list(ROWS), *ROWS.itertuples(index=False)):
            book.active.append(list(row))
        book.save(path)
    elif name in {"geo.parquet", "a.geoparquet"}:
        layer().to_parquet(path, compression="none")
    elif name == "a.parquet":
        ROWS.to_parquet(path, compression="none")
    elif name == "a.json":
        path.write_bytes(make_seed("a.geojson", folder).read_bytes())
    elif name in TABLES:
        layer().to_file(path, engine="pyogrio")
    else:
        _make_other(name, path)
    return path


def _make_other(name: str, path: Path) -> None:
    if name == "a.tif":
        place = {"crs": "EPSG:3035", "transform": from_origin(5e6, 2e6, 1000, 1000)}
        options = {"dtype": "int32", "nodata": -1, **place}
        with rasterio.open(path, "w", "GTiff", 20, 20, 1, **options) as new:
            new.write(np.arange(400, dtype="int32").reshape(1, 20, 20))
    elif name == "a.osm.pbf":
        _make_extract(path)
    elif name == "roads":
        _make_roads(path)
    elif name == "a.toml":
        path.write_text(TOML, encoding="utf-8")
    elif name == "run":
        _make_run(path)


def _make_extract(path: Path) -> None:
    import osmium
    from osmium.osm.mutable import Node, Way

    with contextlib.suppress(FileNotFoundError):
        path.unlink()
    target = osmium.io.File(str(path), "pbf,pbf_compression=none")
    with osmium.SimpleWriter(target) as writer:
        for number in range(1, 9):
            writer.add_node(Node(id=number, location=(20 + number / 100, 42)))
        for number in range(1, 8):
            tags = {"highway": "primary", "name": f"Road {number}", "oneway": "yes"}
            writer.add_way(Way(id=number, nodes=[number, number + 1], tags=tags))


def _make_roads(path: Path) -> None:
    path.mkdir()
    nodes = pd.DataFrame({"node": [1, 2], "lon": [20.0, 20.1], "lat": [42.0, 42.0]})
    nodes.to_parquet(path / "road_nodes.parquet", compression="none")
    edges = {
        "u": [1],
        "v": [2],
        "road_class": ["primary"],
        "link": [False],
        "oneway": [True],
        "length_m": [8272.0],
    }
    lines = [LineString([(20, 42), (20.1, 42)])]
    frame = gpd.GeoDataFrame(edges, geometry=lines, crs=4326)
    frame.to_parquet(path / "roads_a.parquet", compression="none")


def _make_run(path: Path) -> None:
    path.mkdir()
    cells = dict.fromkeys(NEEDED, "a") | dict.fromkeys(NUMBERS, 9.5) | dict.fromkeys(FLAGS, True)
    gaps = pd.DataFrame([cells]).drop(columns="geometry")
    frame = gpd.GeoDataFrame(gaps, geometry=[Point(20, 42)], crs=4326)
    frame.to_parquet(path / "gaps.parquet", compression="none")
    for name, shape in (("organizations", Point(20, 42)), ("countries", box(19, 41, 21, 43))):
        cells = {"name": "a", "country": "BA", "organization_id": "a", "town": "b"}
        one = gpd.GeoDataFrame([{**cells, "supported": True}], geometry=[shape], crs=4326)
        one.to_file(path / "gaps.gpkg", layer=name, engine="pyogrio")
    manifest = {
        "hotspot_gaps": "0.1.0", "settings": {"radius_km": 50.0}, "inputs": {}, "counts": {},
    }  # fmt: skip
    (path / "run.json").write_text(json.dumps({**manifest, "outputs": {}}), encoding="utf-8")
    seal(path)


def seal(run: Path) -> None:
    """Make the checksums of a run those of its files, as whoever spoils it would."""
    with contextlib.suppress(ValueError, KeyError, TypeError, RecursionError):
        manifest = json.loads((run / "run.json").read_text(encoding="utf-8"))
        for name in ("gaps.parquet", "gaps.gpkg"):
            digest = hashlib.sha256((run / name).read_bytes()).hexdigest()
            manifest["outputs"][name] = {"sha256": digest}
        (run / "run.json").write_text(json.dumps(manifest), encoding="utf-8")


def copy_seed(seed: Path, folder: Path) -> Path:
    """Copy a seed with all that belongs to it into an empty folder."""
    if seed.is_dir():
        return Path(shutil.copytree(seed, folder / seed.name))
    parts = seed.parent.glob("a.*") if seed.suffix == ".shp" else [seed]
    for part in parts:
        shutil.copy(part, folder / part.name)
    return folder / seed.name


def main_files(path: Path) -> list[Path]:
    """List the files of a seed that may be spoiled."""
    if path.is_dir():
        return sorted(path.iterdir())
    if path.suffix == ".shp":
        return [path.with_suffix(end) for end in (".shp", ".shx", ".dbf", ".prj", ".cpg")]
    return [path]


def read_any(path: Path) -> object:
    """Read a file as the package would that is given it."""
    name = path.name
    if name == "run":
        return read_past_run(path)
    if name == "roads" or name.endswith(".osm.pbf"):
        return load_roads(path)
    if name.endswith(".toml"):
        return Settings.from_toml(path)
    if name.endswith(".tif"):
        with opened_population(path) as raster:
            return raster.read((0, min(50, raster.shape[0]), 0, min(50, raster.shape[1])))
    frame = read_table(path)
    if len(frame) < 100:
        problems = [found for report in check_files([path]) for found in report.problems]
        if problems:
            raise InputError(problems)
        with contextlib.suppress(HotspotGapsError):
            checked_polygons(frame, name)
    return frame


def outcome(path: Path) -> str:
    """Read a file and say how it went: `read`, `told`, or what went wrong."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            read_any(path)
    except HotspotGapsError as error:
        message = str(error)
        named = any(part.name[:20] in message for part in (path, *main_files(path)))
        fine = bool(message) and (named or message.startswith("setting ")) and "\x1b" not in message
        return "told" if fine else f"badly told: {message[:200]}"
    except Exception as error:
        return f"{type(error).__name__}: {str(error)[:200]}"
    return "read"


def rezipped(path: Path, changes: dict[str, bytes]) -> Path:
    """Change parts of a workbook."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {**parts, **changes}.items():
            archive.writestr(name, content)
    return path
