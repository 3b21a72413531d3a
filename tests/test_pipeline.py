"""The whole run, from the user's own messy files to the outputs."""

from __future__ import annotations

import json

import geopandas as gpd
import pandas as pd
import pytest

import hotspot_gaps as hg
from hotspot_gaps import judging
from hotspot_gaps.sources.downloads import fetch

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
    assert {path.name for path in result.outputs} >= {"gaps.csv", "sites.csv", "run.json"}


def test_the_date_decides(own):
    late = own.model_copy(update={"as_of": pd.Timestamp("2022-01-01").date()})
    assert judging.judge(late).known.supported_known == 0
    assert judging.judge(own).known.supported_known == 1


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


LAYERED = {
    "border_scenarios.csv", "border_scenarios.png", "people_by_district.csv",
    *(f"{what}_to_{whom}.{ending}" for what in ("distance", "minutes")
      for whom in ("supported", "known") for ending in ("tif", "png")),
}  # fmt: skip


@pytest.fixture(scope="module")
def cache(shared_data, tmp_path_factory):
    """Fetch every layer from the folder that stands in for the internet."""
    folder = tmp_path_factory.mktemp("layers")
    for layer in ("roads", "population", "admin2"):
        fetch(layer, mirror=str(shared_data), cache=folder)
    return folder


@pytest.fixture(scope="module")
def with_layers(cache, tmp_path_factory):
    """Run on the built-in data with every layer."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOTSPOT_GAPS_CACHE", str(cache))
        patch.setenv("SOURCE_DATE_EPOCH", "1609372800")
        return hg.run(hg.Settings(out=tmp_path_factory.mktemp("layered"), figures=True))


def test_fetched_layers_are_picked_up(with_layers, full_run):
    names = {path.name for path in with_layers.outputs}
    assert names == LAYERED | {path.name for path in full_run.outputs}
    gaps = with_layers.gaps
    placed = gaps.geometry.notna()
    assert gaps["travel"].notna().equals(placed)
    assert gaps["people_within_25km"].notna().equals(placed)
    asked = gaps["gap_type"].isin(["covered", "unfunded_partner", "no_known_partner"])
    assert gaps["is_gap_by_road"].notna().equals(asked)
    assert full_run.gaps["travel"].isna().all()
    asked = full_run.gaps["in_question"] & full_run.gaps["is_gap"].fillna(value=False)
    assert full_run.gaps.loc[asked, "flag_share"].between(0.7, 1).all()
    assert (full_run.gaps["rank_best"] <= full_run.gaps["rank"])[asked].all()
    assert (full_run.gaps["rank"] <= full_run.gaps["rank_worst"])[asked].all()
    # What is asked in a straight line has the same answer.
    for column in ("is_gap", "gap_type", "rank", "nearest_supported_km"):
        assert gaps[column].equals(full_run.gaps[column])


def test_a_run_says_what_it_did_without(with_layers, full_run):
    assert full_run.notes[0].startswith("12 of the 13 supported organizations cannot be placed")
    assert full_run.notes[1] == (
        "9 of 11 gaps stay gaps in every scenario that asks of them, of 1,620 scenarios in all. "
        "That is about the settings, not about support that is not placed."
    )
    assert full_run.notes[2:5] == (
        "Where next: 5 of 11 candidate sites bring support near 10 of 11 towns and crossings; no "
        "other choice of them does more. In this order: Budva 3, Bijeljina 3, Kulla crossing 2, "
        "Lezhë 1, Sarandë 1.",
        "Organizations that can be shown are in 62 towns, in 14 islands at 50 km, 8 of one town "
        "alone.",
        "Crime markets: of 22 entries (a market at a hotspot in question) that can be judged, a "
        "known organization within 50 km answers 14, a supported one 0.",
    )
    assert "fetch roads" in full_run.notes[5]
    assert "fetch population" in full_run.notes[6]
    assert with_layers.notes[5:] == (
        "By road 11 of 11 are more than 60 min from documented support that can be shown (20 min "
        "at each border). Road and straight line agree everywhere.",
        "Roads: 65,110 roads of 78,603 km between 45,960 nodes, in 125 components, the largest "
        "with 98.7% of the length; left out: 0 with dead references, 0 without a class.",
        "Withheld: 53 organizations, counted and not shown (BA 18, elsewhere 35; fewer than 5 are "
        "not told by place); 9 distances told as bands.",
    )
    assert full_run.notes[7:] == with_layers.notes[7:]


def test_tables_with_restricted_rows_have_no_checksum(own, tmp_path):
    """Whoever knows the other cells could try towns until it fits."""
    table = own.organizations.read_text("cp1250").splitlines()
    lines = [f"{table[0]};sensitivity", f"{table[1]};", f"{table[2]};restricted", f"{table[3]};"]
    own.organizations.write_bytes("\n".join(lines).encode("cp1250"))
    hg.run(own)
    inputs = json.loads((own.out / "run.json").read_text("utf-8"))["inputs"]
    for name in ("organizations", "supports"):
        assert "sha256" not in inputs[name][0]
        assert "withheld" in inputs[name][0]
    assert "sha256" in inputs["hotspots"][0]


def test_the_manifest_names_every_file_of_the_layers(with_layers):
    document = json.loads((with_layers.outputs[0].parent / "run.json").read_text("utf-8"))
    assert [entry["file"] for entry in document["inputs"]["population"]] == [
        "worldpop_2020_5arcmin_epsg4326.tif"
    ]
    roads = [entry["file"] for entry in document["inputs"]["roads"]]
    assert roads[0] == "road_nodes.parquet"
    assert len(roads) == 8
    assert "OpenStreetMap" in document["attributions"]["roads"]
    assert document["counts"]["roads"]["components"] == 125
    assert set(document["outputs"]) == {p.name for p in with_layers.outputs} - {"run.json"}


def test_people_of_districts_add_up_to_their_country(with_layers):
    table = pd.read_csv(with_layers.outputs[0].parent / "people_by_district.csv")
    districts = table[table["level"] == "district"]
    countries = table[table["level"] == "country"].set_index("country")
    assert districts["country"].value_counts().to_dict() == {
        "XK": 38, "RS": 25, "ME": 23, "AL": 12, "BA": 12, "MK": 8,
    }  # fmt: skip
    added = districts.groupby("country")["people"].sum()
    # Districts and countries are drawn by two sources, coarsely.
    assert (added / countries["people"]).tolist() == pytest.approx([1] * 6, abs=0.03)
    assert countries["published_people"].notna().all()
    assert countries.loc["XK", "difference_share"] == pytest.approx(0.123, abs=0.01)  # too high
    assert (table["people_beyond_50km_of_documented"] >= table["people_beyond_50km_of_known"]).all()
    assert table["share_beyond_50km_of_documented"].between(0, 1).all()


@pytest.mark.no_cover
def test_the_same_input_gives_the_same_bytes_with_layers(with_layers, cache, monkeypatch, tmp_path):
    monkeypatch.setenv("HOTSPOT_GAPS_CACHE", str(cache))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1609372800")
    again = hg.run(hg.Settings(out=tmp_path, figures=True))
    for one, other in zip(with_layers.outputs, again.outputs, strict=True):
        assert one.read_bytes() == other.read_bytes(), one.name


@pytest.mark.no_cover
def test_nothing_of_a_run_with_layers_stays_beside_one_without(with_layers, tmp_path):
    for path in with_layers.outputs:
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "notes.txt").write_text("mine")
    result = hg.run(hg.Settings(out=tmp_path))
    written = {path.name for path in result.outputs}
    assert {path.name for path in tmp_path.iterdir()} == written | {"notes.txt"}


def test_settings_name_layers_of_ones_own(shared_data, tmp_path):
    settings = hg.Settings(
        roads=shared_data / "roads",
        population=shared_data / "population" / "pop_2018_5km_epsg3035.tif",
        travel={"border_delay_min": 0.0},
        out=tmp_path,
    )
    result = judging.judge(settings)
    assert result.gaps["travel"].eq("reached").sum() == result.gaps.geometry.notna().sum()
    assert result.layers.attributions == {
        "roads": "roads", "population": "pop_2018_5km_epsg3035.tif",
    }  # fmt: skip
    kotor = result.gaps.set_index("name").loc["Kotor"]
    assert kotor["travel_min"] == pytest.approx(182.9, abs=0.1)  # 20 less than with the delay


def test_a_layer_that_is_not_there_is_told(tmp_path):
    with pytest.raises(hg.MissingInputError, match=r"none\.tif: there is no such file or folder"):
        judging.judge(hg.Settings(population=tmp_path / "none.tif"))


def test_pictures_of_the_analyses_are_drawn_on_request(tmp_path):
    plain = {path.suffix for path in hg.run(hg.Settings(out=tmp_path)).outputs}
    names = {path.name for path in tmp_path.iterdir()}
    assert plain == {
        ".csv", ".gpkg", ".html", ".json", ".parquet", ".pdf", ".png", ".tif", ".xlsx",
    }  # fmt: skip
    assert {"certainty.csv", "sites.csv", "links.csv"} <= names
    assert not {"certainty.png", "sites.png", "gap_map.svg", "gap_map_AL.png"} & names


def test_hotspots_outside_the_countries_are_judged_without_a_surface(tmp_path):
    (tmp_path / "h.csv").write_text(
        "name,country,source,kind,lat,lon\nNyeri,KE,t,town,-0.42,36.95\n"
    )
    result = hg.run(hg.Settings(hotspots=tmp_path / "h.csv", out=tmp_path / "out"))
    assert "distance_to_supported.tif" not in {path.name for path in result.outputs}
    assert result.notes[-1].startswith("No surface: the hotspots lie outside the countries")


def test_nothing_is_certain_where_no_programme_says_how_many_it_supported(own):
    result = judging.judge(own)
    assert result.known.gaps_certain is None
    assert result.outlook.missing.silent == ("mine",)
    late = judging.judge(hg.Settings(as_of="2021-06-01"))
    assert late.known.gaps_certain is None
    assert "not stated" in late.notes[0]
