"""Reference systems: one that names a file or an address is told."""

from __future__ import annotations

import json

import numpy as np
import pyarrow.parquet as pq
import pytest
from seed_files import layer, outcome

GRID = "+proj=longlat +ellps=bessel +nadgrids={} +no_defs"


@pytest.mark.parametrize("name", ["a.gpkg", "a.shp", "geo.parquet", "a.tif"])
@pytest.mark.parametrize("grid", ["{}/secret.gsb", "http://127.0.0.1:9/a.gsb", "@/etc/passwd"])
def test_systems_that_name_files_or_addresses(tmp_path, name, grid):
    import rasterio
    from pyproj import CRS

    (tmp_path / "secret.gsb").write_text("secret")
    system = CRS(GRID.format(grid.format(tmp_path)))
    path = tmp_path / name
    points = layer().set_crs(system, allow_override=True)
    if name == "geo.parquet":
        points.to_parquet(path)
    elif name == "a.tif":
        place = rasterio.transform.from_origin(19, 43, 0.1, 0.1)
        options = {"dtype": "uint8", "crs": rasterio.CRS.from_wkt(system.to_wkt())}
        with rasterio.open(path, "w", "GTiff", 2, 2, 1, transform=place, **options) as new:
            new.write(np.ones((1, 2, 2), "uint8"))
    else:
        points.to_file(path)
    if name == "a.shp":
        text = system.to_wkt("WKT1_GDAL")
        (tmp_path / "a.prj").write_text(text)
    assert outcome(path) == "told" or (name == "a.tif" and grid.startswith("@"))


@pytest.mark.parametrize(
    "system",
    [
        "+proj=pipeline +step +proj=hgridshift +grids=/etc/passwd", "/etc/passwd",
        "+init=/etc/passwd:1", "http://127.0.0.1:9/a.prj", [], 7, {"type": "GeographicCRS"},
        {"$schema": "http://127.0.0.1:9/projjson.json", "type": "BoundCRS"},
    ],
)  # fmt: skip
def test_systems_of_geoparquet_that_are_none(tmp_path, system):
    layer().to_parquet(tmp_path / "a.parquet")
    table = pq.read_table(tmp_path / "a.parquet")
    geo = json.loads(table.schema.metadata[b"geo"])
    geo["columns"]["geometry"]["crs"] = system
    pq.write_table(table.replace_schema_metadata({"geo": json.dumps(geo)}), tmp_path / "a.parquet")
    assert outcome(tmp_path / "a.parquet") == "told"
