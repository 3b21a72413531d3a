"""Styles for QGIS: every value has a rule, every column an alias, and QGIS itself takes them."""

from __future__ import annotations

import json
import re
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

import hotspot_gaps as hg
from conftest import make_points
from hotspot_gaps.gaps.flags import ASKED, columns
from hotspot_gaps.gaps.networks import islands
from hotspot_gaps.outputs import style, tables
from hotspot_gaps.outputs.gis_styles import GAP_TYPES, STYLES, layer_style
from hotspot_gaps.outputs.privacy import public_organizations
from hotspot_gaps.outputs.qml import colour

SYSTEM_PYTHON = Path("/usr/bin/python3")


@pytest.fixture(scope="module")
def layers(gaps, organizations, countries):
    found = islands(organizations, within_km=50)
    sites = make_points((19.0, 43.0), (20.0, 42.0), order=[1, 2], site_id=["a", "b"]).assign(
        name="Site", country="ME", gain=1.0, lost_without=1.0, towns="x"
    )
    return {
        "gaps": gaps,
        "organizations": public_organizations(organizations),
        "countries": countries,
        "sites": sites,
        "islands": found.towns,
        "links": found.links,
    }


@pytest.fixture(scope="module")
def geopackage(layers, tmp_path_factory):
    path = tmp_path_factory.mktemp("gis") / "gaps.gpkg"
    tables.write_geopackage(layers, path)
    return path


def root_of(name, layer):
    shown = [c for c in layer.columns if c != "geometry"]
    return ET.fromstring(layer_style(name, shown))  # noqa: S314 - we wrote it


@pytest.mark.parametrize("name", STYLES)
def test_a_style_is_well_formed_and_names_every_column(layers, name):
    root = root_of(name, layers[name])
    fields = [alias.get("field") for alias in root.findall("aliases/alias")]
    assert fields == [c for c in layers[name].columns if c != "geometry"]
    assert all(alias.get("name") for alias in root.findall("aliases/alias"))
    assert root.findtext("previewExpression") == f'"{STYLES[name].title}"'


@pytest.mark.parametrize("name", STYLES)
def test_a_style_asks_for_columns_that_are_there(layers, name):
    root = root_of(name, layers[name])
    asked = [rule.get("filter") or "" for rule in root.iter("rule")]
    asked += [text.get("fieldName") for text in root.iter("text-style")]
    asked += [option.get("value", "") for option in root.iter("Option")]
    asked += [root.findtext(".//orderByClause") or "", root.findtext("previewExpression")]
    used = {column for text in asked for column in re.findall(r'"(\w+)"', text)}
    assert used <= set(layers[name].columns)


def test_a_table_without_a_style_has_none():
    assert layer_style("mine", ["name"]) is None


def test_rules_cover_every_gap_type_and_kind(layers):
    filters = [rule.get("filter") for rule in root_of("gaps", layers["gaps"]).iter("rule")]
    given = {
        value for text in filters for value in re.findall(r"\"gap_type\" = '(\w+)'", text or "")
    }
    assert given == set(GAP_TYPES) == {*ASKED, "not_asked", "unknown"}
    for kind in set(style.MARKERS) - {"town"}:
        assert f"\"kind\" = '{kind}'" in filters
    assert filters.count("ELSE") == 2  # towns, and what is no gap outside the question


def test_the_radius_of_the_legend_is_that_of_the_table():
    settings = hg.Settings(partner_radius_km=30.5)
    assert "Gap, no known organization within 30.5 km" in layer_style("gaps", columns(settings))


def test_colours_are_those_of_the_maps(layers):
    gaps = layer_style("gaps", list(layers["gaps"]))
    assert colour(style.HOTSPOT) in gaps
    organizations = layer_style("organizations", list(layers["organizations"]))
    assert colour(style.SUPPORTED) in organizations
    assert len(set(style.ISLANDS)) == len(style.ISLANDS)


def test_links_across_a_border_are_dashed(layers):
    root = root_of("links", layers["links"])
    rules = {rule.get("filter"): rule.get("symbol") for rule in root.iter("rule")}
    looks = {symbol.get("name"): symbol for symbol in root.iter("symbol")}

    def drawn(rule):
        options = looks[rules[rule]].iter("Option")
        return next(each.get("value") for each in options if each.get("name") == "line_style")

    assert (drawn("ELSE"), drawn('"crosses_border"')) == ("solid", "dash")


LOOK = """
import json, sys
from qgis.core import *
app = QgsApplication([], False)
app.initQgis()
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor
path, names, told = sys.argv[1], sys.argv[2].split(","), {}
for name in names:
    layer = QgsVectorLayer(f"{path}|layername={name}", name, "ogr")
    layer.loadDefaultStyle()
    renderer, context = layer.renderer(), QgsRenderContext()
    renderer.startRender(context, layer.fields())
    placed = [f for f in layer.getFeatures() if f.hasGeometry()]
    told[name] = {
        "renderer": renderer.type(), "labels": layer.labelsEnabled(),
        "aliases": [field.alias() for field in layer.fields()][1:],
        "title": layer.displayExpression(),
        "rows": layer.featureCount(), "placed": len(placed),
        "drawn": sum(renderer.willRenderFeature(f, context) for f in placed),
        "legend": [item.label() for item in renderer.legendSymbolItems()],
    }
    renderer.stopRender(context)
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setBackgroundColor(QColor("white"))
    settings.setOutputSize(QSize(300, 300))
    settings.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:4326"))
    settings.setExtent(QgsRectangle(15, 39, 24, 47))
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    picture = job.renderedImage()
    points = [(x, y) for x in range(300) for y in range(300)]
    told[name]["ink"] = sum(picture.pixelColor(x, y).name() != "#ffffff" for x, y in points)
    told[name]["errors"] = [error.message for error in job.errors()]
    del job, layer, renderer, placed
print(json.dumps(told))
app.exitQgis()
"""


@pytest.fixture(scope="module")
def in_qgis(geopackage, tmp_path_factory):
    """Open the file in QGIS and tell what it makes of it."""
    if not SYSTEM_PYTHON.exists():
        pytest.skip("there is no QGIS here")
    home = tmp_path_factory.mktemp("home")
    environment = {
        "QT_QPA_PLATFORM": "offscreen", "HOME": str(home), "XDG_RUNTIME_DIR": str(home),
        "PATH": "/usr/bin",
    }  # fmt: skip
    there = subprocess.run(
        [SYSTEM_PYTHON, "-c", "import qgis.core"], env=environment, check=False, capture_output=True
    )
    if there.returncode:
        pytest.skip("there is no QGIS for Python here")
    done = subprocess.run(
        [SYSTEM_PYTHON, "-c", LOOK, geopackage, ",".join(STYLES)],
        env=environment, check=True, capture_output=True, text=True,
    )  # fmt: skip
    return json.loads(done.stdout)


@pytest.mark.parametrize("name", STYLES)
def test_qgis_takes_the_style_by_itself(in_qgis, layers, name):
    told = in_qgis[name]
    assert told["renderer"] == "RuleRenderer"
    assert told["labels"] is bool(STYLES[name].labels)
    assert told["title"] == f'"{STYLES[name].title}"'
    assert all(told["aliases"])
    assert len(told["aliases"]) == len(layers[name].columns) - 1
    assert told["rows"] == len(layers[name])
    assert told["placed"] == told["drawn"] == int(layers[name].geometry.notna().sum())
    assert told["ink"] > 100
    assert told["errors"] == []


def test_qgis_shows_the_legend_of_the_map(in_qgis):
    assert "Gap, no known organization within 25 km" in in_qgis["gaps"]["legend"]
    assert in_qgis["organizations"]["legend"][-1] == "Documented support"
