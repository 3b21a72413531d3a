"""The whole run, from the user's own messy files to the outputs."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest

import hotspot_gaps as hg
from hotspot_gaps import pipeline

HOTSPOTS = """Naziv;country;source;kind;lat;lon
Rožaje;ME;test;town;;
Bileća;BA;test;town;42,8760;18,4296
Šid;RS;test;town;;
Merdare;XK;test;border_crossing;42,95;21,24
Prostor;RS;test;region;;
"""
ORGANIZATIONS = (
    "name;country;town;source\nPrva;BA;Trebinje;test\nDruga;ME;Plav;test\nTreća;RS;;test\n"
)
SUPPORTS = "organization;programme;from;to;source\nPrva;mine;2020;2021;test\n"


@pytest.fixture
def own(tmp_path):
    files = {
        "hotspots": HOTSPOTS.replace("Naziv", "name"),
        "organizations": ORGANIZATIONS,
        "supports": SUPPORTS,
    }
    for name, text in files.items():
        (tmp_path / f"{name}.csv").write_bytes(text.encode("cp1250"))
    paths = {name: tmp_path / f"{name}.csv" for name in files}
    return hg.Settings(**paths, out=tmp_path / "out")


def test_own_tables_in_cp1250_with_semicolons(own):
    result = hg.run(own)
    table = pd.read_csv(own.out / "gaps.csv").set_index("name")
    assert table.loc["Rožaje", "gap_type"] == "no_known_partner"
    assert table.loc["Bileća", "gap_type"] == "covered"
    assert table.loc["Bileća", "population"] > 0
    assert table.loc["Šid", "gap_type"] == "unknown"
    assert table.loc["Merdare", "gap_type"] == "no_known_partner"
    assert table.loc["Prostor", "reason"].startswith("Not located")
    assert result.known.hotspots_stated is None
    assert result.known.supported_stated is None
    assert len(result.outputs) == 6


def test_the_date_decides(own):
    late = own.model_copy(update={"as_of": pd.Timestamp("2022-01-01").date()})
    assert pipeline.judge(late).known.supported_known == 0
    assert pipeline.judge(own).known.supported_known == 1


def test_bad_input_writes_nothing(own):
    own.hotspots.write_text("name,country,source\nNowhere at all,ME,test\n")
    with pytest.raises(hg.InputError, match="row 2"):
        hg.run(own)
    assert not own.out.exists()


def test_organizations_without_supports_are_refused(own):
    with pytest.raises(hg.InputError, match="without a table of supports"):
        hg.load_organizations(own.organizations)


def test_a_finer_coordinate_becomes_the_point_of_the_town(tmp_path):
    mostar = gpd.GeoDataFrame(
        {"name": ["Prva", "Druga"], "country": "BA", "source": "t", "town": ["Mostar", None]},
        geometry=gpd.points_from_xy([17.81234, 17.82345], [43.34567, 43.35678]), crs="EPSG:4326",
    )  # fmt: skip
    mostar.to_file(tmp_path / "o.gpkg", driver="GPKG")
    (tmp_path / "s.csv").write_text("organization,programme,from,source\nPrva,p,2020,t\n")
    loaded = hg.load_organizations(tmp_path / "o.gpkg", supports=tmp_path / "s.csv")
    places = hg.load_places().set_index("name").geometry
    assert loaded.geometry.eq(places["Mostar"]).all()


def test_an_unknown_supported_organization_is_a_problem(own):
    own.supports.write_text("organization,programme,from,source\nNobody,p,2020,t\n")
    with pytest.raises(hg.InputError, match=r"supports\.csv, row 2"):
        hg.load_organizations(own.organizations, supports=own.supports)


def test_restricted_user_rows_are_banded(own):
    own.organizations.write_text(
        "name,country,town,source,sensitivity\nTajna,ME,Plav,t,restricted\nPrva,BA,Trebinje,t,\n"
    )
    hg.run(own)
    for path in own.out.iterdir():
        if path.suffix in {".csv", ".json", ".gpkg", ".parquet"}:
            assert b"Tajna" not in path.read_bytes()
            assert b"Plav" not in path.read_bytes()
    row = pd.read_csv(own.out / "gaps.csv").set_index("name").loc["Rožaje"]
    assert row["nearest_known_name"] == "name withheld"
    assert row["nearest_known_band"] == "25-50 km"


@pytest.mark.parametrize("kind", ["csv", "xlsx", "geojson", "gpkg", "shp", "parquet"])
def test_every_format_gives_the_same_hotspots(tmp_path, kind):
    table = pd.DataFrame(
        {"name": ["Rožaje", "Zvornik"], "country": ["ME", "BA"], "source": "t",
         "lat": [42.833, 44.386], "lon": [20.1665, 19.1025]}
    )  # fmt: skip
    path = tmp_path / f"h.{kind}"
    if kind == "csv":
        table.to_csv(path, index=False)
    elif kind == "xlsx":
        table.to_excel(path, index=False)
    else:
        points = gpd.points_from_xy(table.pop("lon"), table.pop("lat"))
        frame = gpd.GeoDataFrame(table, geometry=points, crs=4326).to_crs(
            "EPSG:32634" if kind in {"gpkg", "shp", "parquet"} else 4326
        )
        frame.to_parquet(path) if kind == "parquet" else frame.to_file(path)
    loaded = hg.load_hotspots(path).sort_values("hotspot_id")
    assert loaded["hotspot_id"].tolist() == ["ba-zvornik", "me-rozaje"]
    assert loaded["population"].tolist() == [8026, 9121]
    assert loaded.geometry.x.tolist() == pytest.approx([19.1025, 20.1665], abs=1e-6)
