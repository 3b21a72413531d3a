"""Stand-ins: a region at every cut-off, as a run with that cut-off measures it."""

from __future__ import annotations

import pandas as pd
import pytest

import hotspot_gaps as hg
from hotspot_gaps.gaps.stand_ins import judge_stand_ins
from hotspot_gaps.sources.hotspots import load_stand_ins

CUT_OFFS = (1, 1_000, 1_300, 1_301, 5_000, 10_000, 19_000, 19_001, 50_000, 100_000)
MEASURED = [
    "hotspot_id", "population", "represented_by", "location_source", "nearest_supported_km",
    "nearest_known_id", "nearest_known_km", "known_within_25km", "lat", "lon",
]  # fmt: skip


def list_of(tmp_path, *extents):
    rows = "".join(f"R{at},XK,t,region,{extent}\n" for at, extent in enumerate(extents))
    path = tmp_path / "list.csv"
    path.write_text("name,country,source,kind,extent\n" + rows, encoding="utf-8")
    return path


def at_cut_off(rows, below):
    return rows[rows["stands_above"] < below].drop_duplicates("hotspot_id", keep="last")


@pytest.mark.parametrize("below", CUT_OFFS)
def test_each_is_what_a_run_with_that_cut_off_finds(tmp_path, organizations, below):
    path = list_of(tmp_path, "Leposavić;Zubin Potok;Zvečan", "Zubin Potok;Prizren", "Priština")
    rows = judge_stand_ins(load_stand_ins(path), organizations, settings=hg.Settings())
    found = at_cut_off(rows, below)
    settings = hg.Settings(smaller_below=below)
    gaps = hg.find_gaps(
        hg.load_hotspots(path, smaller_below=below), organizations, settings=settings
    )
    assert found["told"].all()
    for column in MEASURED:
        here, there = (list(map(plain, frame[column])) for frame in (found, gaps))
        assert here == there, column


def plain(value):
    return None if pd.isna(value) else value


def test_a_list_without_regions_has_none(tmp_path, organizations):
    path = tmp_path / "list.csv"
    path.write_text("name,country,source\nPrizren,XK,t\n", encoding="utf-8")
    rows = judge_stand_ins(load_stand_ins(path), organizations, settings=hg.Settings())
    assert rows.empty


@pytest.mark.parametrize("most", [1, 2, 3])
@pytest.mark.parametrize("around", [1, 10_000, 15_000, 50_000])
def test_beyond_the_most_it_says_so_and_holds_the_cut_off_asked_for(most, around):
    whole, few = load_stand_ins(), load_stand_ins(most=most, smaller_below=around)
    assert few["told"].sum() == most
    for below in (*CUT_OFFS, around):
        (full,), (some,) = (
            at_cut_off(rows, below).to_dict("records") for rows in (whole, few)
        )  # fmt: skip
        if below == around:
            assert some["told"]
        if some["told"]:
            assert plain(some["represented_by"]) == plain(full["represented_by"])
        else:
            assert some["geometry"] is None
            assert "not told" in some["location_source"]
