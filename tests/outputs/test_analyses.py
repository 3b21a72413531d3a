"""Tables, layers and records of the analyses tell what the frames hold, and no secret."""

from __future__ import annotations

import json

import pytest

import hotspot_gaps as hg
from hotspot_gaps import judging
from hotspot_gaps.outputs.analyses import analysis_layers, analysis_records, analysis_tables


@pytest.fixture(scope="module")
def result():
    return judging.judge(hg.Settings())


def test_tables_have_the_rows_of_their_frames(result):
    tables = analysis_tables(result.scenarios, result.outlook)
    assert {name: len(table) for name, table in tables.items()} == {
        "robustness": 38, "scenarios": 1620, "certainty": 21, "sites": 5, "islands": 14,
        "links": 61, "markets": 71, "concentration": 42,
    }  # fmt: skip


def test_layers_have_points_and_lines_in_wgs84(result):
    layers = analysis_layers(result.outlook)
    assert set(layers["sites"].geom_type) == set(layers["islands"].geom_type) == {"Point"}
    assert set(layers["links"].geom_type) == {"LineString"}
    assert all(layer.crs.to_epsg() == 4326 for layer in layers.values())
    budva = result.gaps.set_index("name").loc["Budva", "geometry"]
    assert layers["sites"].geometry.iloc[0] == budva


def test_records_are_json_with_the_numbers_of_the_frames(result):
    found = analysis_records(result.scenarios, result.outlook)
    json.dumps(found, allow_nan=False)
    assert found["robustness"]["scenarios"] == 1620
    shares = {row["hotspot_id"]: row["flag_share"] for row in found["robustness"]["gaps"]}
    assert shares["ba-bijeljina"] == 0.7778
    assert sum(share == 1 for share in shares.values()) == 9
    certainty = found["certainty"]
    assert (certainty["flagged"], certainty["missing"], certainty["certain"]) == (11, 12, 0)
    assert certainty["programmes_without_a_number"] == ["gitoc_grant_2020"]
    assert certainty["whole_list"]["at_most"] == 32
    assert found["sites"]["sites"][0]["site_id"] == "me-budva"
    assert found["islands"]["links_that_would_join_all"] == 13
    assert found["islands"]["length_of_these_km"] == pytest.approx(911.9, abs=0.05)
    assert found["themes"]["answered_by_known"] == {"yes": 14, "not_known": 12}
    assert found["concentration"]["gini"] == pytest.approx(0.8093)


def test_no_restricted_organization_is_told(result):
    from hotspot_gaps.gaps.discretion import is_restricted

    secret = result.organizations[is_restricted(result.organizations)]
    told = json.dumps(analysis_records(result.scenarios, result.outlook), ensure_ascii=False)
    told += "".join(
        table.to_csv() for table in analysis_tables(result.scenarios, result.outlook).values()
    )
    assert len(secret) == 53
    assert not [name for name in [*secret["name"], *secret["organization_id"]] if name in told]


def test_nothing_at_all_is_still_a_record(result, tmp_path):
    (tmp_path / "h.csv").write_text("name,country,source\nTirana,AL,t\n")
    (tmp_path / "o.csv").write_text("name,country,town,source\nPrva,AL,,t\n")
    (tmp_path / "s.csv").write_text("organization,programme,from,source\nPrva,p,2020,t\n")
    own = hg.Settings(
        hotspots=tmp_path / "h.csv", organizations=tmp_path / "o.csv", supports=tmp_path / "s.csv"
    )
    empty = judging.judge(own)
    found = analysis_records(empty.scenarios, empty.outlook)
    json.dumps(found, allow_nan=False)
    assert found["concentration"]["gini"] is None
    assert found["certainty"]["flagged"] == 0
    assert len(analysis_layers(empty.outlook)["sites"]) == 0
