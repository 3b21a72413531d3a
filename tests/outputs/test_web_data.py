"""The data of the page: what a browser needs to answer as `find_gaps` does, and nothing more."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as tries
from hypothesis import strategies as st
from pyproj import Geod

import hotspot_gaps as hg
from conftest import make_hotspots, make_organizations
from hotspot_gaps.outputs.web_data import answers_by_radius, numbers, page_data, rank_order, shared
from web_pages import as_shown, mixed_towns, page_of

GEOD = Geod(ellps="WGS84")
EDGES_M = (25_000.0, 50_000.0, 100_000.0)


pytest_plugins = ("web_browser",)


def data_of(hotspots, organizations, **changes):
    settings = hg.Settings(**changes)
    gaps = hg.find_gaps(hotspots, organizations, settings=settings)
    return page_data(page_of(gaps, organizations, settings=settings), settings)


def beside(km, *, at=(20.0, 43.0), azimuth=90.0):
    """Return the point some kilometres from another."""
    lon, lat, _ = GEOD.fwd(*at, azimuth, km * 1000)
    return lon, lat


def one_town(*organizations):
    town = make_hotspots([("a", "town", 9_000, 20.0, 43.0)])
    rows = [
        (f"o{at}", support, sensitivity, *beside(km))
        for at, (support, sensitivity, km) in enumerate(organizations)
    ]
    return town, as_shown(make_organizations(rows))


@pytest.mark.parametrize(
    ("organizations", "covered_m", "untold_m"),
    [
        ([("documented", "public", 60.0)], 60_000, None),
        ([("documented", "restricted", 60.0)], 100_000, 50_000),
        ([("documented", "restricted", 10.0)], 25_000, 0),
        ([("documented", "restricted", 400.0)], None, 100_000),
        # A public one in front: the band of the other one changes nothing and is not in the data.
        ([("documented", "public", 20.0), ("documented", "restricted", 60.0)], 20_000, None),
        # A public one in the band: it covers first, and before it nothing can be told.
        ([("documented", "public", 70.0), ("documented", "restricted", 60.0)], 70_000, 50_000),
        ([("probable", "public", 10.0), (None, "public", 1.0)], None, None),
    ],
)
def test_one_distance_says_from_where_on_a_town_is_covered(organizations, covered_m, untold_m):
    town, rows = one_town(*organizations)
    found = answers_by_radius(hg.find_gaps(town, rows), rows)
    covered, untold = found.iloc[0]
    assert covered == pytest.approx(covered_m or np.inf, abs=1e-6)
    assert (None if np.isnan(untold) else untold) == untold_m


@tries(deadline=None, max_examples=25)
@given(
    seed=st.integers(0, 10_000),
    radius=st.one_of(st.sampled_from([25.0, 50.0, 100.0]), st.floats(1, 300)),
)
def test_it_answers_as_find_gaps_does_at_any_radius(seed, radius):
    hotspots, organizations = mixed_towns(seed, towns=15, organizations=6)
    found = answers_by_radius(hg.find_gaps(hotspots, organizations), organizations)
    gaps = hg.find_gaps(hotspots, organizations, settings=hg.Settings(radius_km=radius))
    metres = radius * 1000
    covered = found["covered_m"] <= metres
    untold = ~covered & (found["untold_m"] < metres)
    told = gaps["gap_type"].isin(["covered", "unfunded_partner", "no_known_partner"])
    assert covered[told].equals(gaps.loc[told, "gap_type"].eq("covered"))
    assert not untold[told].any()
    small = gaps["size_class"].eq("smaller_town") | gaps["kind"].eq("border_crossing")
    asked = small & gaps.geometry.notna()
    assert untold[asked].equals(gaps.loc[asked, "gap_type"].eq("unknown"))


@pytest.mark.parametrize("seed", range(4))
def test_gaps_keep_their_order_at_every_setting(seed):
    hotspots, organizations = mixed_towns(seed)
    order = rank_order(hg.find_gaps(hotspots, organizations))
    for radius, below in [(1.0, 10_000), (50.0, 50_000), (90.0, 120_000)]:
        settings = hg.Settings(radius_km=radius, smaller_below=below)
        ranks = hg.find_gaps(hotspots, organizations, settings=settings)["rank"].iloc[order]
        found = ranks.dropna().tolist()
        assert found == list(range(1, len(found) + 1))


def test_without_any_support_gaps_are_ordered_by_people():
    towns = make_hotspots([(k, "town", n, 20, 43) for k, n in [("a", 5), ("b", 9), ("c", 9)]])
    organizations = as_shown(make_organizations([("o", None, "public", 20, 43)]))
    assert rank_order(hg.find_gaps(towns, organizations)) == [1, 2, 0]


def test_a_restricted_organization_can_move_in_its_band_and_nothing_changes():
    def written(km):
        _, organizations = mixed_towns()
        towns = make_hotspots(
            [("a", "town", 9_000, 20.0, 43.0), ("b", "city", 70_000, 20.0, 43.01)]
        )
        secret = make_organizations([("s", "documented", "restricted", *beside(km))])
        public = organizations[organizations["sensitivity"].eq("public")]
        return json.dumps(data_of(towns, as_shown(pd.concat([public, secret]))))

    assert written(31.0) == written(48.0)
    assert written(31.0) != written(52.0)


def test_no_restricted_organization_is_named_and_distances_to_it_are_edges():
    hotspots, organizations = mixed_towns()
    secret = organizations["sensitivity"].eq("restricted")
    organizations.loc[secret, "name"] = "Secret name"
    organizations.loc[secret, "town"] = "Secret town"
    data = data_of(hotspots, organizations)
    text = json.dumps(data)
    assert "Secret" not in text
    for name in organizations.loc[secret, "organization_id"]:
        assert f'"{name}"' not in text
    public = organizations[~secret & organizations["supported"]]
    near = hg.nearest(hotspots, public, id="organization_id")["distance_m"]
    for covered, metres in zip(data["hotspots"]["covered_m"], near, strict=True):
        assert covered is None or covered in EDGES_M or covered == metres
    assert {m for m in data["hotspots"]["untold_m"] if m is not None} <= {0.0, *EDGES_M}


def test_of_what_is_never_asked_no_radius_is_told():
    towns = make_hotspots(
        [
            ("air", "airport", None, 20, 43),
            ("big", "city", 90_000, 20, 43),
            ("x", "town", None, 20, 43),
        ]
    )
    organizations = as_shown(make_organizations([("o", "documented", "public", 20, 43.1)]))
    columns = data_of(towns, organizations)["hotspots"]
    assert [metres is None for metres in columns["covered_m"]] == [True, False, True]
    assert columns["fixed_size"] == {"values": ["not_a_town", "unknown"], "at": [0, -1, 1]}


def test_the_data_tell_the_run(gaps, organizations, judged):
    data = page_data(judged, hg.Settings())
    assert data["run"]["radius_km"] == 50
    assert data["run"]["sublines"][2].startswith("12 of the 13 supported")
    assert data["run"]["scenarios"] == 1620
    rows = data["hotspots"]
    assert rows["id"] == gaps["hotspot_id"].tolist()
    assert all(isinstance(n, int) for n in rows["scenarios"])
    flips = judged.scenarios.towns["nearest_flip"].tolist()
    assert [rows["flip"]["values"][at] if at >= 0 else None for at in rows["flip"]["at"]] == [
        None if pd.isna(flip) else flip for flip in flips
    ]
    public = organizations[organizations["sensitivity"].ne("restricted")]
    assert len(data["organizations"]["lat"]["at"]) == public.geometry.notna().sum()
    assert data["organizations"]["support"] == {
        "values": ["documented", "probable"],
        "at": [0, 1, *([-1] * (public.geometry.notna().sum() - 2))],
    }


def test_texts_and_numbers_are_written_once_and_plainly():
    assert shared(pd.Series([None, None])) == {"values": [], "at": -1}
    assert shared(["a"]) == {"values": ["a"]}
    assert shared(["a", "a"]) == {"values": ["a"], "at": 0}
    assert shared([]) == {"values": []}
    assert shared([1.5, 2.5, None, 1.5]) == {"values": [1.5, 2.5], "at": [0, 1, -1, 0]}
    assert numbers(pd.Series([np.inf, 1 / 3]), None) == [None, 1 / 3]
    assert json.dumps(numbers(pd.Series([7, None], dtype="Int64"), 0)) == "[7, null]"


def test_minutes_are_rounded_once_as_in_the_other_outputs():
    """297.46 on the page with one decimal was 297.5, and shown as 298 beside 297 in the brief."""
    hotspots, organizations = mixed_towns()
    gaps = hg.find_gaps(hotspots, organizations)
    minutes = pd.Series(297.46, gaps.index, dtype="Float64")
    minutes.iloc[0] = 387.6
    gaps = gaps.assign(travel_min=minutes, travel=pd.Series("reached", gaps.index, dtype="str"))
    found = page_data(page_of(gaps, organizations), hg.Settings())["hotspots"]["travel_min"]
    assert found == [388, *[297] * (len(gaps) - 1)]


def test_inputs_are_left_as_they_were():
    hotspots, organizations = mixed_towns()
    gaps = hg.find_gaps(hotspots, organizations)
    before = gaps.copy(), organizations.copy()
    page_data(page_of(gaps, organizations), hg.Settings())
    pd.testing.assert_frame_equal(gaps, before[0])
    pd.testing.assert_frame_equal(organizations, before[1])
