"""Silence: a run opens no connection, and no file makes a library open one."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import threading
from pathlib import Path

import geopandas as gpd
import pyarrow.parquet as pq
import pytest
from shapely import Point

SOURCES = Path(__file__).parent / "sources"
GUARD = """
import os, sys

def guard(event, args):
    if event in {"socket.connect", "socket.getaddrinfo", "socket.sendto"}:
        if event == "socket.connect" and isinstance(args[1], (str, bytes)):
            return  # a socket of this computer's file system: how processes speak to each other
        with open(os.environ["HEARD"], "a") as heard:
            heard.write(f"{os.getpid()} {event} {args[1:]}\\n")

sys.addaudithook(guard)
with open(os.environ["HEARD"] + ".pids", "a") as pids:
    pids.write(f"{os.getpid()}\\n")
"""


CLI = "from hotspot_gaps.cli import main; main()"


class Listener:
    """Ports on loopback, IPv4 and IPv6, that note whoever calls."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.servers = [socket.create_server(("127.0.0.1", 0))]
        self.port = self.servers[0].getsockname()[1]
        if socket.has_ipv6:
            try:
                server = socket.create_server(("::1", self.port), family=socket.AF_INET6)
                self.servers.append(server)
            except OSError:
                pass  # no such loopback on this computer
        for server in self.servers:
            threading.Thread(target=self.listen, args=(server,), daemon=True).start()

    def listen(self, server: socket.socket) -> None:
        while True:
            try:
                opened, caller = server.accept()
            except OSError:
                return
            self.calls.append(str(caller))
            opened.close()

    def close(self) -> None:
        for server in self.servers:
            server.close()


@pytest.fixture
def listener():
    found = Listener()
    yield found
    found.close()


def run_guarded(tmp_path: Path, *command: str, **more: str) -> tuple[str, set[str]]:
    """Run Python with a hook in it and in every Python that it starts; return what they heard."""
    (tmp_path / "guard").mkdir(exist_ok=True)
    (tmp_path / "guard" / "sitecustomize.py").write_text(GUARD)
    heard = tmp_path / "heard"
    path = os.pathsep.join([str(tmp_path / "guard"), os.environ.get("PYTHONPATH", "")])
    environment = {**os.environ, "PYTHONPATH": path, "HEARD": str(heard), **more}
    done = subprocess.run(
        [sys.executable, *command], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode in {0, 2}, done.stderr
    processes = set((tmp_path / "heard.pids").read_text().split())
    return heard.read_text() if heard.exists() else "", processes


def test_the_hook_hears(tmp_path, listener):
    code = f"import socket; socket.create_connection(('localhost', {listener.port}))"
    heard, _ = run_guarded(tmp_path, "-c", code)
    assert "socket.connect" in heard
    assert listener.calls


def test_a_whole_run_is_silent_in_every_process(tmp_path):
    out = tmp_path / "out"
    run = ("-c", CLI, "run", "--figures", "--out", str(out))
    heard, processes = run_guarded(tmp_path, *run)
    assert (out / "gap_map.png").exists()
    assert not heard
    assert len(processes) >= 2, "the processes that draw were not heard"


# PROJ and GDAL open connections without Python: only the listener hears these. They are told to be
# allowed to, as a user's own environment may tell them.
ALLOWED = {"PROJ_NETWORK": "ON", "CPL_CURL_VERBOSE": "YES", "GDAL_HTTP_TIMEOUT": "2"}
READ = """
import sys; sys.path.insert(0, sys.argv[1])
from pathlib import Path
from seed_files import outcome
for path in sys.argv[2:]:
    print(path, outcome(Path(path)))
"""


def planted(folder: Path, address: str) -> list[Path]:
    """Write files that name an address wherever a library might follow it."""
    sys.path.insert(0, str(SOURCES))
    from seed_files import layer, make_seed, rezipped, seal

    (folder / "a.csv").write_text(f'name,country\n=WEBSERVICE("{address}"),ME\n')
    book = make_seed("a.xlsx", folder)
    links = f'<Relationships><Relationship Id="r1" TargetMode="External" Target="{address}"/>'
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    doctype = f'<!DOCTYPE a PUBLIC "a" "{address}" [<!ENTITY % b SYSTEM "{address}"> %b;]>'
    rezipped(book, {
        "xl/externalLinks/externalLink1.xml": f'<externalLink xmlns:r="{relations}"/>'.encode(),
        "xl/externalLinks/_rels/externalLink1.xml.rels": f"{links}</Relationships>".encode(),
        "xl/worksheets/_rels/sheet1.xml.rels": f"{links}</Relationships>".encode(),
    })  # fmt: skip
    shutil.copy(book, folder / "b.xlsx")
    rezipped(folder / "b.xlsx", {"xl/styles.xml": f"{doctype}<styleSheet/>".encode()})
    crs = {"type": "link", "properties": {"href": address, "type": "ogcwkt"}}
    features = {"type": "FeatureCollection", "crs": crs, "features": []}
    (folder / "a.geojson").write_text(json.dumps(features))
    crs = {"type": "name", "properties": {"name": address}}
    (folder / "b.geojson").write_text(json.dumps({**features, "crs": crs}))
    for number, text in enumerate((
        f'<VRTDataset rasterXSize="1" rasterYSize="1"><SRS>{address}</SRS><VRTRasterBand '
        f'dataType="Byte" band="1"><SimpleSource><SourceFilename>/vsicurl/{address}'
        "</SourceFilename></SimpleSource></VRTRasterBand></VRTDataset>",
        f'<OGRVRTDataSource><OGRVRTLayer name="a"><SrcDataSource>/vsicurl/{address}'
        "</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>",
        f"<GDAL_WMS><Service name='TMS'><ServerUrl>{address}</ServerUrl></Service></GDAL_WMS>",
        f'<osm version="0.6"><!-- {address} --></osm>',
    )):  # fmt: skip
        for end in ("tif", "gpkg", "shp", "geojson", "parquet", "osm.pbf", "xlsx"):
            (folder / f"v{number}.{end}").write_text(text)
    make_seed("a.shp", folder)
    (folder / "a.prj").write_text(f'GEOGCS["a",EXTENSION["PROJ4","+nadgrids={address}"]]')
    (folder / "c.shp").write_bytes((folder / "a.shp").read_bytes())
    for end in (".shx", ".dbf"):
        shutil.copy(folder / f"a{end}", folder / f"c{end}")
    (folder / "c.prj").write_text(address)
    grid = f"+proj=longlat +ellps=bessel +nadgrids={address} +no_defs"
    far = gpd.GeoDataFrame({"name": ["a"]}, geometry=[Point(20, 42)], crs=grid)
    far.to_file(folder / "n.gpkg", engine="pyogrio")
    far.to_parquet(folder / "n.parquet")
    layer().to_parquet(folder / "s.parquet")
    table = pq.read_table(folder / "s.parquet")
    for name, system in (("t", address), ("u", {"$schema": address, "type": "GeographicCRS"})):
        geo = json.loads(table.schema.metadata[b"geo"])
        geo["columns"]["geometry"]["crs"] = system
        changed = table.replace_schema_metadata({"geo": json.dumps(geo)})
        pq.write_table(changed, folder / f"{name}.parquet")
    make_seed("a.tif", folder)
    aside = f"<PAMDataset><SRS>{address}</SRS><Metadata domain='a'><MDI>x</MDI></Metadata>"
    (folder / "a.tif.aux.xml").write_text(f"{aside}</PAMDataset>")
    (folder / "a.tif.ovr").write_text(f"<VRTDataset>/vsicurl/{address}</VRTDataset>")
    for number, key in enumerate(("hotspots", "roads", "population", "basemap")):
        (folder / f"{number}.toml").write_text(f'{key} = "{address}"')
    run = make_seed("run", folder)
    (run / "gaps.gpkg").write_text((folder / "v1.gpkg").read_text())
    seal(run)
    kinds = ("csv", "xlsx", "geojson", "gpkg", "shp", "parquet", "tif", "osm.pbf", "toml")
    return [run, *sorted(p for kind in kinds for p in folder.glob(f"*.{kind}"))]


def test_addresses_in_files_are_not_called(tmp_path, listener):
    (tmp_path / "files").mkdir()
    paths = []
    for host in ("127.0.0.1", "localhost", "[::1]"):
        folder = tmp_path / "files" / host.strip("[]").replace(":", "_")
        folder.mkdir()
        paths += planted(folder, f"http://{host}:{listener.port}/a")
    heard, _ = run_guarded(tmp_path, "-c", READ, str(SOURCES), *map(str, paths), **ALLOWED)
    assert len(paths) > 120
    assert not heard
    assert not listener.calls
