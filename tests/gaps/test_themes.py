"""Covered by distance and by subject: three answers, true, false and not known."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

import hotspot_gaps as hg
from conftest import make_hotspots, make_organizations
from hotspot_gaps.gaps.themes import judgement, market_cover, not_judged, subject_cover
from hotspot_gaps.sources.theme_table import load_themes

HERE = (18.0, 43.0)
THEMES = pd.DataFrame(
    [
        ("drugs", "youth", "yes", "x"),
        ("drugs", "care", "yes", "x"),
        ("gangs", "youth", "yes", "x"),
        ("cars", None, "no", "x"),
        (None, "trees", "no", "x"),
        ("other", None, "unknown", "x"),
        (None, "other", "unknown", "x"),
    ],
    columns=["crime_market", "theme", "answers", "why"],
)


def away(km):
    return Geod(ellps="WGS84").fwd(*HERE, 70, km * 1000)[:2]


def towns(*markets):
    rows = [(f"t{number}", "town", 9, *HERE) for number in range(len(markets))]
    return make_hotspots(rows).assign(crime_markets=list(markets))


def groups(*rows):
    """Make organizations of (km, themes, support, sensitivity)."""
    made = [
        (f"o{number}", support, sensitivity, *away(km))
        for number, (km, _, support, sensitivity) in enumerate(rows)
    ]
    return make_organizations(made).assign(themes=[row[1] for row in rows])


def known(markets, *rows, level="known", radius_km=50.0):
    """Answer one hotspot's only market."""
    found = market_cover(towns(markets), groups(*rows), THEMES, radius_km=radius_km)
    answer = found[f"answered_by_{level}"].item()
    return None if answer is pd.NA else bool(answer)


def plain(km, themes):
    return (km, themes, None, "public")


@pytest.mark.parametrize(
    ("market", "themes", "answer"),
    [
        ("drugs", "youth", True),
        ("drugs", "trees;care", True),
        ("drugs", "trees", False),
        ("gangs", "care", False),
        ("cars", "youth;trees", False),
        ("drugs", "other", None),  # what is not judged may answer
        ("drugs", "other;youth", True),
        ("drugs", None, None),  # nor is what is not stated
        ("drugs", "a word of its own", None),
        ("cars", "other", None),
        ("other", "youth", None),
        ("a word of its own", "youth", None),
        (None, "youth", None),
    ],
)
def test_three_answers(market, themes, answer):
    assert known(market, plain(10, themes)) is answer


def test_only_who_is_in_reach_counts():
    assert known("drugs", plain(49.9, "youth")) is True
    assert known("drugs", plain(50.1, "youth")) is False
    assert known("drugs", plain(50.1, "youth"), radius_km=51) is True
    assert known("drugs", plain(50.1, None), plain(5, "trees")) is False


def test_supported_ones_are_asked_apart():
    rows = [plain(5, "youth"), (6, "trees", "documented", "public")]
    assert known("gangs", *rows) is True
    assert known("gangs", *rows, level="supported") is False
    assert known("gangs", (6, "youth", "documented", "public"), level="supported") is True
    assert known("gangs", (6, "youth", "probable", "public"), level="supported") is False


def test_what_a_withheld_one_works_on_changes_nothing():
    public = [plain(10, "trees"), plain(60, "youth")]
    secrets = [(70, "youth;care", "documented", "restricted"), (90, "trees", None, "restricted"),
               (55, None, "documented", "restricted")]  # fmt: skip
    tables = [
        subject_cover(towns("drugs;gangs"), groups(*public, *rows), THEMES)
        for rows in ([], secrets[:1], secrets[1:2], secrets[2:])
    ]
    assert [table["withheld"].item() for table in tables] == [0, 1, 1, 1]
    for table in tables[1:]:
        pd.testing.assert_frame_equal(*(t.drop(columns="withheld") for t in (tables[0], table)))


def test_of_few_withheld_ones_it_is_not_told_what_they_answer():
    public, secret = [plain(60, "youth")], (1, "youth;care", "documented", "restricted")
    rows = market_cover(towns("drugs;cars;other"), groups(*public, secret), THEMES)
    assert rows["withheld_answer"].isna().all()
    for several, told in ((4, None), (5, True)):
        rows = market_cover(towns("drugs;cars"), groups(*public, *[secret] * several), THEMES)
        assert rows["withheld_answer"].tolist() == [told or pd.NA, pd.NA]
    rows = market_cover(towns("drugs;cars;other"), groups(*public), THEMES)
    assert rows["withheld_answer"].tolist() == [False, False, pd.NA]


@pytest.mark.parametrize("themes", ["youth", "trees", None])
@pytest.mark.parametrize(
    ("km", "radius_km", "publics", "answer"),
    [
        (30, 50, [], None),
        (30, 50, [plain(60, "trees")], None),
        (30, 50, [plain(60, "youth")], None),
        (30, 60, [plain(55, "trees")], None),  # its band is told, beside a public one farther off
        (30, 60, [plain(55, "youth")], True),
        (30, 50, [plain(49, "trees")], False),  # it is not told beside a public one in its band
        (30, 26, [], None),  # the radius cuts its band
        (30, 25, [], False),
        (0, 0, [], None),
        (60, 50, [], False),
        (300, 200, [], None),
    ],
)
def test_where_the_nearest_one_told_is_withheld_it_is_not_known(
    km, radius_km, publics, answer, themes
):
    rows = [*publics, (km, themes, "documented", "restricted")]
    assert known("drugs", *rows, radius_km=radius_km) is answer
    row = subject_cover(towns("drugs"), groups(*rows), THEMES, radius_km=radius_km).iloc[0]
    assert pd.notna(row["not_known_for_known"]) == (answer is None)
    assert pd.isna(row["distance_not_subject_known"]) == (answer is None)


def test_support_that_is_withheld_leaves_support_not_known():
    rows = [plain(3, "youth"), (6, "youth", "documented", "restricted")]
    assert known("drugs", *rows) is True
    assert known("drugs", *rows, level="supported") is None
    assert known("drugs", rows[0], (6, "youth", None, "restricted"), level="supported") is False


def test_covered_by_distance_but_not_by_subject():
    table = subject_cover(
        towns("cars;gangs", "drugs;cars", "cars;other", None, "gangs"),
        groups(plain(5, "care")),
        THEMES,
    )
    asked = table["distance_not_subject_known"].tolist()
    assert asked == [True, False, pd.NA, pd.NA, True]
    assert table["answered_by_known"].fillna("").tolist() == ["", "drugs", "", "", ""]
    assert table["not_answered_by_known"].fillna("").tolist() == [
        "cars;gangs", "cars", "cars", "", "gangs",
    ]  # fmt: skip
    assert table["not_known_for_known"].fillna("").tolist() == ["", "", "other", "", ""]
    assert table["distance_not_subject_supported"].tolist() == [False] * 5  # nobody is in reach


def test_a_hotspot_without_a_place_is_not_known():
    nowhere = make_hotspots([("r", "region", None, None, None)]).assign(crime_markets="drugs")
    row = subject_cover(nowhere, groups(plain(5, "youth")), THEMES).iloc[0]
    assert row["known_in_reach"] is pd.NA
    assert row["distance_not_subject_known"] is pd.NA
    assert row["not_known_for_known"] == "drugs"


def test_who_answers_is_named():
    found = market_cover(towns("drugs"), groups(plain(5, "youth;care"), plain(6, "trees")), THEMES)
    assert found["answering"].tolist() == ["Organization o0"]


def test_of_very_many_the_first_hundred_are_named_and_the_rest_counted():
    many = groups(*[plain(5, "youth")] * 103)
    told = market_cover(towns("drugs"), many, THEMES)["answering"].item().split("; ")
    assert told == [*sorted(many["name"])[:100], "3 more"]


@pytest.mark.no_cover
@given(
    st.lists(st.sampled_from([None, "youth", "care", "trees", "other"]), max_size=4),
    st.sampled_from(["youth", "care", "trees"]),
)
@settings(deadline=None, max_examples=30)
def test_one_more_organization_never_takes_an_answer_away(before, more):
    rows = [plain(5, themes) for themes in before]
    fewer, all_of_them = known("drugs", *rows), known("drugs", *rows, plain(7, more))
    assert fewer is not True or all_of_them is True
    assert fewer is not None or all_of_them is not False


def test_words_that_are_not_judged_are_listed():
    found = not_judged(towns("drugs;art"), groups(plain(5, "youth;chess;other")), THEMES)
    assert found == {"crime_markets": ["art"], "themes": ["chess", "other"]}


def test_a_market_that_only_no_names_has_no_theme():
    assert judgement(THEMES).answers["cars"] == frozenset()
    assert "other" not in judgement(THEMES).themes


def test_the_built_in_case(gaps, organizations):
    table = subject_cover(gaps, organizations, load_themes())
    assert table["withheld"].unique().tolist() == [53]
    assert table["not_placed"].unique().tolist() == [36]
    odd = table["distance_not_subject_known"].fillna(value=False)
    assert table.loc[odd, "name"].tolist() == ["Sarajevo"]
    long = market_cover(gaps, organizations, load_themes())
    drugs = long[long["crime_market"].eq("drug_trafficking")]["answered_by_known"]
    cars = long[long["crime_market"].eq("car_theft")]["answered_by_known"]
    assert (drugs.eq(other=True).sum(), drugs.eq(other=False).sum()) == (16, 1)
    assert (drugs.isna().sum(), cars.eq(other=False).sum(), cars.isna().sum()) == (4, 2, 2)
    assert not long["answered_by_supported"].any()


def test_inputs_stay_as_they_are():
    hotspots, organizations = towns("drugs"), groups(plain(5, "youth"))
    before = hotspots.copy(), organizations.copy()
    subject_cover(hotspots, organizations, THEMES)
    pd.testing.assert_frame_equal(pd.DataFrame(hotspots), pd.DataFrame(before[0]))
    pd.testing.assert_frame_equal(pd.DataFrame(organizations), pd.DataFrame(before[1]))


def test_no_hotspots_give_no_rows():
    assert subject_cover(towns().assign(crime_markets=None), groups(plain(5, "x")), THEMES).empty


def test_the_radius_is_checked():
    with pytest.raises(hg.SettingsError):
        market_cover(towns("drugs"), groups(plain(5, "youth")), THEMES, radius_km=-1)
