"""The built-in tables: complete, sourced, and without what must not be in them."""

from __future__ import annotations

import csv
import hashlib
import os
import re
from pathlib import Path

import pandas as pd
import pytest
from pyproj import Geod

import hotspot_gaps as hg
from hotspot_gaps.sources.builtin import builtin_path, read_builtin
from hotspot_gaps.sources.gazetteer import fold

EVIDENCE = Path(__file__).resolve().parents[3] / "shared" / "evidence"
# Published areas, km2 (national statistical offices, as given in the specification of the data).
AREAS_KM2 = {"AL": 28_302, "BA": 51_859, "XK": 10_903, "ME": 13_713, "MK": 25_376, "RS": 77_554}
RESTRICTED = {"violence_against_women", "human_trafficking"}

needs_evidence = pytest.mark.skipif(
    not EVIDENCE.is_dir() and "CI" not in os.environ,
    reason="the evidence tables are not beside this checkout",
)


def evidence(name):
    with (EVIDENCE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("country", AREAS_KM2)
def test_areas_are_within_two_percent(countries, country):
    shape = countries.loc[countries["country"] == country, "geometry"].item()
    area_km2 = abs(Geod(ellps="WGS84").geometry_area_perimeter(shape)[0]) / 1e6
    assert area_km2 == pytest.approx(AREAS_KM2[country], rel=0.02)


def test_the_six_do_not_overlap(countries):
    six = countries[countries["country"].isin(AREAS_KM2)].to_crs("EPSG:3035")
    shapes = list(six.geometry)
    overlaps = [a.intersection(b).area for i, a in enumerate(shapes) for b in shapes[:i]]
    assert max(overlaps) < 1e4  # square metres: rounding along shared borders


def test_names_and_neighbours(countries):
    names = countries.set_index("country")["name"]
    assert names["MK"] == "North Macedonia"
    assert names["XK"] == "Kosovo"
    assert names["BA"] == "Bosnia and Herzegovina"
    assert {"HR", "HU", "RO", "BG", "GR", "SI", "IT"} <= set(names.index)


def test_admin1_covers_each_country(countries):
    admin1 = hg.load_boundaries(level="admin1")
    for country in AREAS_KM2:
        parts = admin1[admin1["country"] == country].to_crs("EPSG:3035").union_all()
        whole = countries[countries["country"] == country].to_crs("EPSG:3035").union_all()
        assert parts.area == pytest.approx(whole.area, rel=0.01)


def test_places_leave_unknown_population_empty():
    places = hg.load_places()
    unknown = places[places["population"].isna()]
    assert len(unknown) == 328
    assert {"Preševo", "Bujanovac", "Šid"} <= set(unknown["name"])
    assert (places["population"].dropna() > 0).all()
    assert places.loc[places["is_capital"], "country"].nunique() == 6
    assert places["is_capital"].sum() == 6


@needs_evidence
def test_every_hotspot_of_the_evidence_is_there_and_none_else():
    rows = evidence("hotspots_evidence.csv")
    table = read_builtin("hotspots.csv")
    wanted = {(r["place_name"], r["iso2"], r["evidence_strength"], r["source_url"]) for r in rows}
    found = set(
        zip(table["name"], table["country"], table["evidence"], table["source_url"], strict=True)
    )
    assert found == wanted
    assert len(table) == len(rows) == 38


def test_every_hotspot_has_a_source_and_says_where_it_is(hotspots):
    assert hotspots["source_title"].notna().all()
    assert hotspots["source_url"].str.startswith("http").all()
    assert hotspots["location_source"].notna().all()
    lost = hotspots[hotspots.geometry.isna()]
    assert sorted(lost["kind"].unique()) == ["region"]
    assert lost["location_source"].str.startswith("not located").all()
    assert len(lost) == 4


def test_the_documented_list_is_18_points_and_one_extent(hotspots):
    documented = hotspots[hotspots["evidence"].isin(["direct", "reported"])]
    placed = documented[documented.geometry.notna()]
    assert len(documented) == 22
    assert (placed["represented_by"].isna()).sum() == 18
    extent = placed[placed["represented_by"].notna()]
    assert extent["name"].tolist() == ["Northern Kosovo"]
    assert "ours" in extent["location_source"].item()


def test_hotspots_lie_in_their_country(hotspots, countries):
    placed = hotspots[hotspots.geometry.notna()].to_crs("EPSG:3035")
    shapes = countries.to_crs("EPSG:3035").set_index("country").geometry
    for row in placed.itertuples():
        assert shapes[row.country].distance(row.geometry) < 5000, (
            row.name
        )  # borders at 1:10m are kilometres off


def test_populations_are_those_of_the_gazetteer(hotspots):
    known = hotspots.set_index("name")["population"]
    assert known["Bar"] == 17_727
    assert known["Bijeljina"] == 37_692
    assert known[["Kulla crossing", "Rača crossing", "Jahorina"]].isna().all()


@needs_evidence
def test_every_organization_is_there_once():
    rows = evidence("organizations_evidence.csv")
    table = read_builtin("organizations.csv")
    assert len(table) == len(rows) == 187
    assert table["organization_id"].is_unique
    assert table["source_title"].notna().all()
    public = table[table["sensitivity"] == "public"]
    assert set(public["name"]) <= {row["cso_name"] for row in rows}


@needs_evidence
def test_names_of_restricted_organizations_are_nowhere_in_data_raw():
    rows = [
        r
        for r in evidence("organizations_evidence.csv")
        if RESTRICTED & set(r["themes"].split(";"))
    ]
    assert len(rows) == 53
    table = read_builtin("organizations.csv")
    restricted = table[table["sensitivity"] == "restricted"]
    assert (restricted["name"] == "name withheld").all()
    assert len(restricted) == 53
    own = {
        f"org-{number:03d}": row
        for number, row in enumerate(evidence("organizations_evidence.csv"), 2)
    }

    def plain(text):
        return re.sub(r"[^a-z0-9]", "", fold(text))

    for row in restricted.itertuples():
        text = plain(" ".join(str(cell) for cell in row))
        for column in ("cso_name", "cso_name_local"):
            name = plain(own[row.organization_id][column])
            assert not name or name not in text, row.organization_id


@needs_evidence
def test_restricted_names_of_more_than_one_word_are_in_no_file_of_data_raw():
    rows = [
        r
        for r in evidence("organizations_evidence.csv")
        if RESTRICTED & set(r["themes"].split(";"))
    ]
    text = fold(" ".join(p.read_text(encoding="utf-8") for p in builtin_path("").glob("*.csv")))
    for row in rows:
        for column in ("cso_name", "cso_name_local"):
            name = fold(row[column])
            if " " in name:
                assert f" {name} " not in text


def test_restricted_rows_keep_town_themes_and_source():
    table = read_builtin("organizations.csv")
    restricted = table[table["sensitivity"] == "restricted"]
    assert restricted["themes"].notna().all()
    assert restricted["source_title"].notna().all()
    assert restricted["town"].notna().sum() > 40


def test_support_stands_on_rows_and_the_programme_says_13():
    supports, programmes = read_builtin("supports.csv"), read_builtin("programmes.csv")
    documented = supports[supports["certainty"] == "documented"]
    assert documented["organization_id"].tolist() == ["org-002"]
    fund = programmes.set_index("programme").loc["resilience_fund_2020"]
    assert fund["stated_count"] == 13
    assert fund["source_url"].startswith("https://riskbulletins.globalinitiative.net/see-obs-004/")
    assert set(supports["programme"]) <= set(programmes["programme"])
    assert (supports["from"] <= supports["to"]).all()


def test_no_personal_data_in_the_tables():
    text = "".join(p.read_text(encoding="utf-8") for p in builtin_path("").glob("*.csv"))
    assert not re.search(r"[\w.]+@[\w-]+\.\w", text)
    assert not re.search(r"\+\d{3}[\s\d/-]{6,}", text)


def test_sources_names_every_file():
    sources = builtin_path("SOURCES.md").read_text(encoding="utf-8")
    for path in builtin_path("").iterdir():
        assert path.name in sources or path.name == "SOURCES.md"


def test_builtin_reading_equals_pandas():
    table = read_builtin("places.csv")
    assert str(table["population"].dtype) == "Int64"
    assert pd.api.types.is_float_dtype(table["lat"])


@needs_evidence
def test_recorded_checksums_are_those_of_the_evidence():
    sources = builtin_path("packages.csv").read_text(encoding="utf-8")
    for name in ("hotspots_evidence.csv", "organizations_evidence.csv"):
        assert hashlib.sha256((EVIDENCE / name).read_bytes()).hexdigest() in sources
