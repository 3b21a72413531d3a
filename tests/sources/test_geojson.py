"""GeoJSON: however deep and however wide, it is told in words."""

from __future__ import annotations

import json

import pytest
from files_of_towns import problem, write
from seed_files import outcome


@pytest.mark.parametrize("depth", [10, 900, 100_000])
def test_deep_json(tmp_path, depth):
    nested = '{"type":"GeometryCollection","geometries":[' * depth + "]}" * depth
    text = f'{{"type":"FeatureCollection","features":[{{"properties":{{}},"geometry":{nested}}}]}}'
    assert outcome(write(tmp_path / "a.geojson", text)) == "told"
    text = '{"a":' * depth + "1" + "}" * depth
    assert outcome(write(tmp_path / "b.geojson", text)) == "told"


def test_each_feature_with_names_of_its_own(tmp_path):
    features = [
        {"type": "Feature", "geometry": None, "properties": {f"a{i}_{j}": 1 for j in range(100)}}
        for i in range(50)
    ]
    text = json.dumps({"type": "FeatureCollection", "features": features})
    assert "1,000 columns" in problem(write(tmp_path / "a.geojson", text)).what
