"""Nothing of a restricted organization leaves the program but counts and bands."""

from __future__ import annotations

from collections import defaultdict
from itertools import product

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import box

from conftest import make_organizations
from hotspot_gaps import load_boundaries
from hotspot_gaps.outputs.privacy import (
    PUBLIC_COLUMNS,
    public_organizations,
    told_counts,
    withheld_by_district,
)
from hotspot_gaps.outputs.privacy_words import withheld_line
from hotspot_gaps.sources.builtin import read_builtin


def test_restricted_rows_and_hidden_columns_stay_inside(organizations):
    public = public_organizations(organizations)
    assert list(public) == list(PUBLIC_COLUMNS)
    assert len(public) == 187 - 53
    assert not public["name"].eq("name withheld").any()


def test_a_word_that_is_not_known_does_not_make_public(organizations):
    told = organizations.assign(sensitivity="secret")
    assert public_organizations(told).empty


def test_no_output_tells_where_a_restricted_organization_is(full_run):
    """Towns where only restricted organizations are known must not be in any text output."""
    table = read_builtin("organizations.csv").dropna(subset="town")
    restricted = set(table.loc[table["sensitivity"] == "restricted", "town"])
    public = set(table.loc[table["sensitivity"] == "public", "town"])
    hotspots = " ".join(read_builtin("hotspots.csv")["name"])
    secret = {town for town in restricted - public if town not in hotspots}
    assert {"Modriča", "Stolac", "Višegrad"} <= secret
    ids = set(table.loc[table["sensitivity"] == "restricted", "organization_id"])
    for path in full_run.outputs:
        if path.suffix in {".csv", ".json", ".gpkg", ".parquet"}:
            data = path.read_bytes()
            for word in [*secret, *ids]:
                assert word.encode() not in data, (path.name, word)


def test_builtin_counts(organizations):
    """Four in North Macedonia would be the rest of the sum, if the other five were told."""
    found = withheld_by_district(organizations, load_boundaries(level="admin1"))
    assert found.to_numpy().tolist() == [["BA", "all", 18]]


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ((), {}),
        ((0, 0), {}),
        ((4, 4, 4), {}),  # small
        ((9,), {0: 9}),  # the sum itself
        ((9, 7), {0: 9, 1: 7}),  # nothing small
        ((9, 2), {}),  # 2 would be the rest
        ((9, 0), {}),  # and so would 0
        ((20, 9, 3, 2, 1), {0: 20, 1: 9}),  # six over three small places tell of none
        ((20, 9, 4, 4, 4), {0: 20}),  # twelve over three small places tell that none is empty
        ((20, 9, 2), {0: 20}),  # 2 would be the rest
        ((40, 6, 6, 2), {0: 40}),  # 6 + 6 hidden with the 2
    ],
)
def test_small_counts_and_what_would_give_them_back(counts, told):
    assert told_counts({str(at): n for at, n in enumerate(counts)}) == {
        str(at): n for at, n in told.items()
    }


def worlds(places, total):
    """Return every way to spread so many organizations over so many places."""
    if places == 1:
        return [(total,)]
    return [(n, *rest) for n in range(total + 1) for rest in worlds(places - 1, total - n)]


@pytest.mark.parametrize(
    ("few", "places", "most"),
    [(2, 2, 14), (3, 2, 20), (3, 3, 20), (3, 4, 18), (4, 3, 24), (5, 4, 20)],
)
def test_whoever_knows_the_sum_and_the_rule_learns_nothing_of_a_hidden_count(few, places, most):
    """All worlds that give the same table: each hidden count is anything from 0 to few - 1."""
    hidden_cells = 0
    for total in range(most + 1):
        alike = defaultdict(list)
        for world in worlds(places, total):
            told = told_counts(dict(zip("abcdef", world, strict=False)), few=few)
            assert all(count >= few for count in told.values())
            alike[tuple(told.items())].append(world)
        for told, possible in alike.items():
            for at in (at for at in range(places) if "abcdef"[at] not in dict(told)):
                hidden_cells += 1
                values = {world[at] for world in possible}
                assert values >= set(range(min(few, total + 1))), (told, possible)
    assert hidden_cells > 0


DISTRICTS = gpd.GeoDataFrame(
    {"country": ["AA", "AA", "BB", "BB"], "name": ["a1", "a2", "b1", "b2"]},
    geometry=[box(x, 0, x + 1, 1) for x in range(4)],
    crs="EPSG:4326",
)


def spread(counts, public=1):
    """Put so many restricted organizations into each of the districts, and public ones beside."""
    rows = [
        (f"{at}-{n}", None, "restricted", at + 0.5, 0.5)
        for at, count in enumerate(counts)
        for n in range(count)
    ]
    rows += [(f"p{at}", None, "public", at + 0.5, 0.5) for at in range(4 * public)]
    found = make_organizations(rows)
    return found.assign(country=[("AA", "BB")[int(x >= 2)] for x in found.geometry.x])


def test_countries_and_districts_together_tell_nothing_of_a_hidden_one():
    """Every world of up to nine organizations in two districts of two countries each."""
    few = 3
    alike = defaultdict(list)
    for world in product(range(10), repeat=4):
        if sum(world) <= 9:
            table = withheld_by_district(spread(world), DISTRICTS, few=few)
            key = (sum(world), *table.itertuples(index=False, name=None))
            alike[key].append(world)
    assert len(alike) > 10
    for (total, *told), possible in alike.items():
        shown = {(country, district) for country, district, _ in told}
        whole = {
            (c, "all"): [w[at] + w[at + 1] for w in possible] for c, at in (("AA", 0), ("BB", 2))
        }
        cells = {
            key: [w[at] for w in possible]
            for at, key in enumerate(
                DISTRICTS[["country", "name"]].itertuples(index=False, name=None)
            )
        }
        for key, values in {**whole, **cells}.items():
            if key not in shown:
                assert set(values) >= set(range(min(few, total + 1))), (told, key)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 40), min_size=4, max_size=4), st.randoms(use_true_random=False))
def test_counts_are_true_add_up_and_do_not_hang_on_order(counts, random):
    organizations = spread(counts)
    table = withheld_by_district(organizations, DISTRICTS)
    true = dict(zip(DISTRICTS["name"], counts, strict=True))
    for row in table.itertuples():
        expected = sum(n for name, n in true.items() if row.district in ("all", name)
                       and name.startswith(row.country[0].lower()))  # fmt: skip
        assert row.organizations == expected >= 5
    order = random.sample(range(len(organizations)), len(organizations))
    again = withheld_by_district(organizations.iloc[order], DISTRICTS)
    pd.testing.assert_frame_equal(table, again)


def test_districts_are_told_where_there_are_enough_for_it():
    told = withheld_by_district(spread((9, 7, 30, 8)), DISTRICTS)
    assert told.to_numpy().tolist() == [
        ["AA", "all", 16], ["AA", "a1", 9], ["AA", "a2", 7],
        ["BB", "all", 38], ["BB", "b1", 30], ["BB", "b2", 8],
    ]  # fmt: skip


def test_a_town_outside_all_districts_counts_in_the_nearest_and_one_without_a_town_in_none():
    rows = [(f"o{n}", None, "restricted", -0.01, 0.5) for n in range(6)]
    rows += [(f"x{n}", None, "restricted", 1.5, 0.5) for n in range(5)]
    rows += [(f"y{n}", None, "restricted", 2.5, 0.5) for n in range(9)]
    found = make_organizations(rows).assign(country=["AA"] * 11 + ["BB"] * 9)
    found.loc[10, "geometry"] = None
    table = withheld_by_district(found, DISTRICTS)
    told = [["AA", "all", 11], ["BB", "all", 9]]  # 6 and 4, and 4 is few
    assert table.to_numpy().tolist() == told
    found.loc[10, "geometry"] = found.geometry[9]
    table = withheld_by_district(found, DISTRICTS)
    assert table["organizations"].tolist() == [11, 6, 5, 9]


def test_which_countries_are_listed_does_not_hang_on_what_is_withheld():
    """BB has no public organization, in one world none withheld, in the others up to four."""
    tables = []
    for few in range(5):
        rows = [(f"a{n}", None, "restricted", 0.5, 0.5) for n in range(18)]
        rows += [(f"b{n}", None, "restricted", 2.5, 0.5) for n in range(few)]
        rows += [(f"c{n}", None, "restricted", 9.0, 0.5) for n in range(4 - few)]
        rows += [("p", None, "public", 0.5, 0.5), ("q", None, "public", 9.0, 0.5)]
        country = ["AA"] * 18 + ["BB"] * few + ["CC"] * (4 - few) + ["AA", "CC"]
        found = make_organizations(rows).assign(country=country)
        tables.append(withheld_by_district(found, DISTRICTS).to_numpy().tolist())
    assert all(table == tables[0] for table in tables)


def test_the_line_says_what_was_done_and_nothing_else():
    report = {
        "organizations": 30, "fewer_are_not_told": 5, "in_other_places": 0, "told": [
            {"country": "AA", "district": "all", "organizations": 30},
            {"country": "AA", "district": "a1", "organizations": 9}],
        "moved_to_their_town": 0, "columns_not_used": 2, "distances_in_bands": 1,
    }  # fmt: skip
    assert withheld_line(report) == (
        "Withheld: 30 organizations, counted and not shown (AA 30, AA (a1) 9; fewer than 5 are not "
        "told by place); 1 distance told as band. 2 columns of the organizations not used."
    )
    nothing = dict.fromkeys(report, 0) | {"told": []}
    assert withheld_line(nothing) == ""
