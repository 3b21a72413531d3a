"""Organizations and their support on a date, from the user's own files."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

import hotspot_gaps as hg
from hotspot_gaps.sources import organizations as organizations_module
from hotspot_gaps.sources.organizations import load_organizations_by_date


@pytest.fixture
def load(tmp_path):
    def read(organizations, supports="organization,programme,from,source\n", **options):
        (tmp_path / "o.csv").write_text(organizations, encoding="utf-8")
        (tmp_path / "s.csv").write_text(supports, encoding="utf-8")
        return hg.load_organizations(tmp_path / "o.csv", supports=tmp_path / "s.csv", **options)

    return read


def test_built_in_organizations_pass_the_door_themselves(tmp_path, organizations):
    from hotspot_gaps.sources.builtin import builtin_path

    for name in ("organizations.csv", "supports.csv"):
        (tmp_path / name).write_bytes(builtin_path(name).read_bytes())
    own = hg.load_organizations(tmp_path / "organizations.csv", supports=tmp_path / "supports.csv")
    pd.testing.assert_frame_equal(pd.DataFrame(own), pd.DataFrame(organizations))


@pytest.mark.parametrize(
    ("day", "support"),
    [("2019-12-31", None), ("2020-01-01", "documented"), ("2020-12-31", "documented"),
     ("2021-03-01", None), ("2023-06-01", None)],
)  # fmt: skip
def test_support_is_valid_from_the_first_to_the_last_day(day, support):
    table = hg.load_organizations(as_of=day).set_index("organization_id")["support"]
    found = table["org-002"]
    assert found == support or (support is None and pd.isna(found))


def test_open_ended_support_still_runs(load):
    text = "name,country,town,source\nPrva,BA,Mostar,t\n"
    supports = "organization,programme,from,to,source\nPrva,p,2020,,t\n"
    assert load(text, supports, as_of="2030-01-01")["supported"].all()


def test_documented_support_beats_probable_and_names_the_programmes(load):
    text = "name,country,town,source\nPrva,BA,Mostar,t\n"
    supports = (
        "organization,programme,from,certainty,source\n"
        "Prva,b,2020,probable,t\nPRVA,a,2020,documented,t\n"
    )
    row = load(text, supports).iloc[0]
    assert row["support"] == "documented"
    assert row["programmes"] == "a"


def test_unknown_is_never_no(load):
    loaded = load("name,country,town,source\nPrva,BA,Mostar,t\n")
    assert loaded["support"].isna().all()
    assert not loaded["supported"].any()


def test_without_a_town_it_stays_unplaced(load):
    loaded = load("name,country,town,source\nPrva,BA,,t\nDruga,BA,Mostar; Tuzla,t\n")
    assert loaded.geometry.isna().all()


def test_coordinates_far_from_any_town(load, monkeypatch):
    monkeypatch.setattr("hotspot_gaps.sources.organizations.TOWN_REACH_M", 10)
    with pytest.raises(hg.InputError, match="no town of the gazetteer lies within"):
        load("name,country,source,lat,lon\nPrva,BA,t,43.5,17.9\n")


def test_a_wrong_town(load):
    with pytest.raises(hg.InputError, match="Is it Mostar"):
        load("name,country,town,source\nPrva,BA,Mostarr,t\n")


def test_a_town_and_far_coordinates_contradict_each_other(load):
    with pytest.raises(hg.InputError, match="km from Mostar"):
        load("name,country,town,source,lat,lon\nPrva,BA,Mostar,t,44.7,17.2\n")


def test_the_text_of_the_town_gives_way_to_the_gazetteer(load):
    text = "name,country,town,geonames_id,source\nPrva,ME,Neka Ulica 12,3193044,t\n"
    assert load(text)["town"].tolist() == ["Podgorica"]


def test_two_organizations_of_one_name_need_an_id(load):
    text = "organization_id,name,country,town,source\na,Zora,AL,Tirana,t\nb,Zora,ME,Bar,t\n"
    with pytest.raises(hg.InputError, match="2 organizations have this id or name"):
        load(text, "organization,programme,from,source\nZora,p,2020,t\n")


def test_messages_about_restricted_rows_do_not_repeat_them(load):
    text = "name,country,town,sensitivity,source\nTajna,BA,Skriveno,restricted,t\n"
    with pytest.raises(hg.InputError) as caught:
        load(text)
    assert "Tajna" not in str(caught.value)
    assert "Skriveno" not in str(caught.value)


def test_messages_about_supports_do_not_repeat_names_beside_restricted_rows(load):
    text = "name,country,town,sensitivity,source\nTajna,BA,Mostar,restricted,t\n"
    with pytest.raises(hg.InputError) as caught:
        load(text, "organization,programme,from,source\nTajnaa,p,2020,t\n")
    assert "Tajna" not in str(caught.value)


def test_problems_of_cells_and_of_names_of_supports_come_together(load):
    text = "name,country,town,source\nPrva,BA,Mostar,t\n"
    with pytest.raises(hg.InputError) as caught:
        load(text, "organization,programme,from,source\nPrva,p,soon,t\nOther,p,2020,t\n")
    assert [problem.row for problem in caught.value.problems] == [2, 3]


def test_a_date_that_is_none():
    with pytest.raises(hg.SettingsError, match="write a date as"):
        hg.load_organizations(as_of="soon")


def test_ids_of_restricted_rows_do_not_spell_the_name(load):
    loaded = load("name,country,town,sensitivity,source\nTajna kuća,BA,Mostar,restricted,t\n")
    assert loaded["organization_id"].tolist() == ["org-002"]


def test_ids_are_made_of_country_town_and_name(load):
    loaded = load("name,country,town,source\nPrva kuća,BA,Mostar,t\n")
    assert loaded["organization_id"].tolist() == ["ba-mostar-prva-kuca"]


@pytest.fixture
def by_date(tmp_path):
    def read(supports, day, text=None):
        text = text or "name,country,town,source\nPrva,BA,Mostar,t\nDruga,BA,Mostar,t\n"
        (tmp_path / "o.csv").write_text(text, encoding="utf-8")
        header = "organization,programme,from,to,certainty,source\n"
        (tmp_path / "s.csv").write_text(header + supports, encoding="utf-8")
        return load_organizations_by_date(
            tmp_path / "o.csv", supports=tmp_path / "s.csv", as_of=dt.date.fromisoformat(day)
        )

    return read


def test_by_date_each_set_of_supported_organizations_comes_once(by_date):
    supports = (
        "Prva,a,2020-01-01,2020-12-31,documented,t\n"
        "Druga,b,2020-07-01,2020-09-30,documented,t\n"
        "Druga,c,2020-11-01,2020-11-30,probable,t\n"
    )
    found = by_date(supports, "2020-12-01")
    # In October Prva is alone again, and probable support does not count.
    assert [str(day) for day in found] == ["2020-12-01", "2020-07-01", "2021-01-01"]
    supported = [frame["supported"].sum() for frame in found.values()]
    assert supported == [1, 2, 0]
    assert all(frame.columns.equals(next(iter(found.values())).columns) for frame in found.values())


def test_by_date_the_frame_of_a_date_is_that_of_the_date():
    found = load_organizations_by_date(as_of=dt.date(2023, 6, 1))
    assert [str(day) for day in found] == ["2023-06-01", "2020-01-01"]
    for day, frame in found.items():
        pd.testing.assert_frame_equal(
            pd.DataFrame(frame), pd.DataFrame(hg.load_organizations(as_of=day))
        )


def test_dates_of_restricted_support_are_not_told(by_date):
    supports = "Prva,a,2020-01-01,2020-12-31,documented,t\nDruga,b,{},{},documented,t\n"
    text = "name,country,town,source,sensitivity\n"
    text += "Prva,BA,Mostar,t,\nDruga,BA,Bihać,t,restricted\n"
    told = []
    for start, end in (("2020-03-17", "2021-02-09"), ("2019-06-05", "2022-10-02")):
        found = by_date(supports.format(start, end), "2020-06-01", text)
        assert [str(day) for day in found] == ["2020-06-01", "2021-01-01"]
        assert [frame["supported"].sum() for frame in found.values()] == [2, 1]
        told.append(pd.DataFrame(pd.concat(found.values())))
    pd.testing.assert_frame_equal(*told)


def test_by_date_of_many_dates_the_nearest_are_taken(by_date, monkeypatch):
    supports = "".join(
        f"{who},p{year},{year}-01-01,{year}-06-30,documented,t\n"
        for year in range(2010, 2020)
        for who in ("Prva", "Druga")[: 1 + year % 2]
    )
    found = by_date(supports, "2015-03-01")
    assert [str(day) for day in found] == ["2015-03-01", "2015-07-01", "2016-01-01"]
    monkeypatch.setattr(organizations_module, "MOST_DATES", 1)
    found = by_date(supports, "2015-03-01")
    assert [str(day) for day in found] == ["2015-03-01", "2015-07-01"]
