"""The door: every rule has its message, and all problems come at once."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import MultiPoint, Point, Polygon, box

from hotspot_gaps.errors import InputError
from hotspot_gaps.sources import schema
from hotspot_gaps.sources.boundaries import load_boundaries
from hotspot_gaps.sources.builtin import builtin_path
from hotspot_gaps.sources.readers import read_table
from hotspot_gaps.sources.schema import (
    check_location,
    check_table,
    columns,
    normal_name,
    read_checked,
    unknown_columns,
)

GOOD = {
    "hotspots": {"name": "Bar", "country": "ME", "source_title": "a report"},
    "organizations": {"name": "Klub MASA", "country": "BA", "source_title": "a report"},
    "supports": {
        "organization_id": "org-1",
        "programme": "fund",
        "from": "2020",
        "source_title": "a report",
    },
    "places": {"geonames_id": "1", "name": "Bar", "country": "ME", "lat": "42.1", "lon": "19.1"},
}
KINDS = tuple(GOOD)


def table(*rows, kind="hotspots") -> pd.DataFrame:
    """Make rows that are good but for what is given; None leaves a column out."""
    full = [{**GOOD[kind], **row} for row in rows or [{}]]
    kept = list(dict.fromkeys(name for row in full for name in row))
    frame = pd.DataFrame(full, columns=kept, index=pd.RangeIndex(2, 2 + len(full), name="row"))
    return frame.drop(columns=[name for name in kept if frame[name].isna().all()])


def checked(*rows, kind="hotspots") -> pd.DataFrame:
    return check_table(table(*rows, kind=kind), kind, "mine.csv")


def problems(*rows, kind="hotspots"):
    with pytest.raises(InputError) as caught:
        checked(*rows, kind=kind)
    return caught.value.problems


def problem(*rows, kind="hotspots"):
    found = problems(*rows, kind=kind)
    assert len(found) == 1, found
    assert found[0].file == "mine.csv"
    return found[0]


# What passes.


@pytest.mark.parametrize("kind", KINDS)
def test_built_in_tables_pass_the_door(kind):
    frame = read_checked(builtin_path(f"{kind}.csv"), kind)
    assert len(frame) == len(pd.read_csv(builtin_path(f"{kind}.csv")))
    assert set(frame.columns) == set(columns(kind))


@pytest.mark.parametrize("kind", KINDS)
def test_a_filled_template_passes(tmp_path, kind):
    filled = [GOOD[kind].get(name, "") for name in columns(kind)]
    path = tmp_path / "mine.csv"
    path.write_text(",".join(columns(kind)) + "\n" + ",".join(filled) + "\n")
    assert len(read_checked(path, kind)) == 1
    required = [text.startswith("required: ") for text in columns(kind).values()]
    assert required == sorted(required, reverse=True)
    assert any(required)


def test_types_and_defaults_of_hotspots():
    frame = checked(
        {"hotspot_id": "a", "lat": "42,5", "lon": "19.1", "population": "12 500", "capital": "da"},
        {
            "name": "Ulcinj",
            "kind": "Border crossing",
            "evidence": "DIRECT",
            "alt_names": "Ulqin; ;x",
        },
    )
    assert frame.index.tolist() == [2, 3]
    assert frame["lat"].tolist()[0] == 42.5
    assert frame["lon"].dtype == np.float64
    assert frame["population"].dtype == frame["geonames_id"].dtype == "Int64"
    assert frame["population"].iat[0] == 12_500
    assert frame["capital"].dtype == "boolean"
    assert frame["capital"].isna().tolist() == [False, True]
    assert frame["kind"].tolist() == ["town", "border_crossing"]
    assert frame["evidence"].tolist() == ["reported", "direct"]
    assert frame["alt_names"].iat[1] == "Ulqin;x"


def test_defaults_of_organizations():
    frame = checked(
        {"town": "Mostar"}, {"name": "B", "sensitivity": "Restricted"}, kind="organizations"
    )
    assert frame["town_basis"].iat[0] == "stated"
    assert pd.isna(frame["town_basis"].iat[1])
    assert frame["sensitivity"].tolist() == ["public", "restricted"]


def test_places_of_unknown_size():
    frame = checked(
        {"population": "0", "is_capital": "yes"},
        {"geonames_id": "2", "population": "5"},
        kind="places",
    )
    assert frame["population"].isna().tolist() == [True, False]
    assert frame["is_capital"].tolist() == [True, False]


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2020", "2020-01-01", "2020-12-31"),
        ("2020-02", "2020-02-01", "2020-02-29"),
        ("2020-10-01", "2020-10-01", "2020-10-01"),
        ("1.10.2020.", "2020-10-01", "2020-10-01"),
        ("01. 10. 2020", "2020-10-01", "2020-10-01"),
    ],
)
def test_days_months_and_years(text, first, last):
    frame = checked({"from": text, "to": text}, kind="supports")
    assert (frame["from"].iat[0], frame["to"].iat[0]) == (first, last)


def test_support_without_an_end_by_name():
    frame = checked({"organization_id": None, "Organization name": "Klub MASA"}, kind="supports")
    assert frame["organization_id"].tolist() == ["Klub MASA"]
    assert frame["to"].isna().all()
    assert frame["certainty"].tolist() == ["documented"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("al", "AL"), ("ALB", "AL"), ("Albania", "AL"), ("KS", "XK"), ("RKS", "XK"), ("XKX", "XK"),
        ("UNK", "XK"), ("Kosovo", "XK"), ("Macedonia", "MK"), ("north macedonia", "MK"),
        ("Bosnia and Herzegovina", "BA"), ("Republic of Serbia", "RS"), ("NA", "NA"), ("de", "DE"),
    ],
)  # fmt: skip
def test_countries(text, code):
    assert checked({"country": text})["country"].tolist() == [code]


@pytest.mark.parametrize(
    ("name", "kind", "expected"),
    [
        ("Latitude", None, "lat"), ("y", "hotspots", "lat"), ("LNG", None, "lon"),
        ("ISO2", None, "country"),
        ("Country-Code", None, "country"), ("place_name", None, "name"), ("cso_name", None, "name"),
        ("cso_name", "supports", "organization"), ("Start", None, "from"), ("end", None, "to"),
        ("programme_id", None, "programme"), ("Source", None, "source_title"),
        ("source_tit", "hotspots", "source_title"), ("is_capital", "hotspots", "capital"),
        ("is_capital", "places", "is_capital"), ("remark", "hotspots", "remark"),
    ],
)  # fmt: skip
def test_synonyms(name, kind, expected):
    assert normal_name(name, kind) == expected


def test_unknown_columns_are_left_out_and_listed():
    frame = table({"Remark": "x", "y": "1", "x": "2", "lat": "42", "lon": "19"})
    assert unknown_columns(frame, "hotspots") == ("Remark", "y", "x")
    result = check_table(frame, "hotspots", "mine.csv")
    assert result["lat"].tolist() == [42]
    assert "Remark" not in result


def test_the_input_is_untouched():
    frame = table({"lat": "42,5", "lon": "19"})
    before = frame.copy()
    check_table(frame, "hotspots", "mine.csv")
    pd.testing.assert_frame_equal(frame, before)


@pytest.mark.parametrize("name", ["a.gpkg", "a.geojson", "a.shp", "a.parquet"])
def test_points_become_lat_and_lon(tmp_path, name):
    points = gpd.GeoDataFrame(
        {**{c: [v] for c, v in GOOD["organizations"].items()}, "geonames_id": [3194828]},
        geometry=[Point(17.8081, 43.3433)],
        crs="EPSG:4326",
    ).to_crs("EPSG:3035")
    path = tmp_path / name
    if name == "a.parquet":
        points.to_parquet(path)
    else:
        # Shapefiles cut names to ten letters, and pyogrio says so.
        points.rename(columns=lambda c: c[:10] if name == "a.shp" else c).to_file(path)
    frame = read_checked(path, "organizations")
    assert frame["geonames_id"].tolist() == [3194828]
    assert frame["source_title"].tolist() == ["a report"]
    np.testing.assert_allclose(
        frame[["lat", "lon"]].to_numpy(float), [[43.3433, 17.8081]], atol=1e-6
    )


def layer(*shapes) -> gpd.GeoDataFrame:
    rows = [{**GOOD["hotspots"], "name": f"n{i}"} for i in range(len(shapes))]
    index = pd.RangeIndex(1, len(shapes) + 1, name="row")
    return gpd.GeoDataFrame(rows, geometry=list(shapes), crs="EPSG:4326", index=index)


def test_features_without_a_point():
    frame = check_table(layer(MultiPoint([(19, 42)]), None, Point()), "hotspots", "a.gpkg")
    assert frame["lat"].isna().tolist() == [False, True, True]
    with pytest.raises(InputError) as caught:
        check_table(layer(Point(19, 42), box(19, 42, 20, 43)), "hotspots", "a.gpkg")
    assert str(caught.value).startswith(
        "a.gpkg, row 2, column geometry ('Polygon'): this is not a point."
    )


# What does not.


@pytest.mark.parametrize(
    ("kind", "cells", "column", "what", "fix"),
    [
        ("hotspots", {"name": ""}, "name", "this cell is empty.", "name of the place"),
        ("hotspots", {"lat": "abc", "lon": "19"}, "lat", "not a number", "42.4411"),
        ("hotspots", {"lat": "nan", "lon": "19"}, "lat", "not a number", "point or a comma"),
        ("hotspots", {"lat": "42", "lon": "inf"}, "lon", "not a number", "point or a comma"),
        ("hotspots", {"lat": "42°26'N", "lon": "19"}, "lat", "not a number", "decimal degrees"),
        ("hotspots", {"lat": "42.428.611", "lon": "19"}, "lat", "not a number", "decimal"),
        ("hotspots", {"lat": "1e99", "lon": "19"}, "lat", "not between -90 and 90", "degrees"),
        ("hotspots", {"lat": "4712345", "lon": "19"}, "lat", "not between -90 and 90", "metres"),
        ("hotspots", {"lat": "42", "lon": "-181"}, "lon", "not between -180 and 180", "degrees"),
        ("hotspots", {"lat": "119,1", "lon": "42"}, "lat, lon", "look swapped", "Exchange"),
        (
            "hotspots",
            {"lat": "42", "lon": ""},
            "lat, lon",
            "only one of the two",
            "both or neither",
        ),
        ("hotspots", {"population": "0"}, "population", "0 is not a population", "leave"),
        ("hotspots", {"population": "12.000"}, "population", "not a whole number", "12500"),
        ("hotspots", {"population": "12,000"}, "population", "not a whole number", "12500"),
        ("hotspots", {"population": "-5"}, "population", "not a whole number", "digits"),
        ("hotspots", {"population": "many"}, "population", "not a whole number", "digits"),
        ("hotspots", {"geonames_id": "3.5"}, "geonames_id", "not a whole number", "digits"),
        ("hotspots", {"country": "Albnia"}, "country", "not a country", "mean AL (Albania)"),
        ("hotspots", {"country": "QQ"}, "country", "not a country", "XK for Kosovo"),
        ("hotspots", {"kind": "prot"}, "kind", "not one of the choices", "mean port?"),
        ("hotspots", {"evidence": "?"}, "evidence", "not one of the choices", "direct, reported"),
        ("hotspots", {"capital": "maybe"}, "capital", "neither yes nor no", "yes or no"),
        ("hotspots", {"wording": "#REF!"}, "wording", "error of the spreadsheet", "Mend"),
        ("organizations", {"sensitivity": "secret"}, "sensitivity", "not one of", "restricted"),
        ("organizations", {"town_basis": "guess"}, "town_basis", "not one of", "from_name"),
        ("supports", {"from": "10/01/2020"}, "from", "not a date", "1.10.2020"),
        ("supports", {"from": "2020-13"}, "from", "not a date", "2020-10"),
        ("supports", {"from": "30.2.2020"}, "from", "not a date", "2020"),
        ("supports", {"to": "2500"}, "to", "not a date", "2020"),
        ("supports", {"from": "2020-10", "to": "2020-09"}, "to", "before the first day", "Correct"),
        ("supports", {"certainty": "sure"}, "certainty", "not one of", "probable"),
        ("places", {"geonames_id": ""}, "geonames_id", "this cell is empty", "unique"),
        ("places", {"lat": "", "lon": ""}, "lat", "this cell is empty", "latitude"),
    ],
)
def test_every_rule_has_its_message(kind, cells, column, what, fix):
    good = {"geonames_id": "9", "name": "other", "programme": "other"}
    frame = table(cells, {k: v for k, v in good.items() if k in GOOD[kind]}, kind=kind)
    frame = frame.replace("", None)
    with pytest.raises(InputError) as caught:
        check_table(frame, kind, "mine.csv")
    found = caught.value.problems[0]
    assert (found.file, found.row, found.column) == ("mine.csv", 2, column)
    assert what in found.what
    assert fix.lower() in found.fix.lower()
    assert found.value == (
        ", ".join(cells[c] or "-" for c in column.split(", ")) if any(cells.values()) else ""
    )
    assert len(caught.value.problems) == (2 if cells == {"lat": "", "lon": ""} else 1)


def test_no_row_without_a_source():
    found = problem({}, {"name": "Ulcinj", "source_title": None})
    assert (found.row, found.column) == (3, "source_title, source_url")
    assert found.what == "there is no row without a source."
    assert checked({"source_title": None, "source_url": "https://example.org"}) is not None
    found = problem({"source_title": None})
    assert (found.row, found.column) == (0, "source_title or source_url")


def test_support_of_nobody():
    found = problem({"organization_id": None, "organization": None}, kind="supports")
    assert (found.row, found.column) == (0, "organization_id or organization")
    found = problem({"organization": "x"}, {"organization_id": None}, kind="supports")
    assert (found.row, found.what) == (3, "this does not say which organization.")


def test_a_missing_column_lists_what_was_found():
    found = problem({"country": None, "Remark": "x"})
    assert (found.row, found.column) == (0, "country")
    assert found.what == "this column is missing; found: name, source_title, Remark."
    assert found.fix.startswith("Add it: ISO code")


def test_an_empty_table():
    empty = table().iloc[:0]
    with pytest.raises(InputError, match="this table has no rows"):
        check_table(empty, "hotspots", "mine.csv")
    assert len(check_table(empty, "hotspots", "mine.csv", empty_ok=True)) == 0


def test_two_columns_of_one_meaning():
    found = problem({"Latitude": "42", "y": "42", "lon": "19"})
    assert (found.column, found.what) == ("lat", "the columns 'Latitude', 'y' mean the same.")


@pytest.mark.parametrize(
    ("kind", "first", "second", "same"),
    [
        ("hotspots", {"name": "Rožaje"}, {"name": "ROZAJE", "country": "MNE"}, "name"),
        ("hotspots", {"hotspot_id": "a"}, {"hotspot_id": "a", "name": "x"}, "hotspot_id"),
        ("organizations", {"town": "Bar"}, {"town": "Бар"}, "town"),
        ("organizations", {"organization_id": "1"}, {"organization_id": "1", "name": "x"}, "_id"),
        ("supports", {"from": "2020"}, {"from": "1.1.2020", "to": "2021"}, "programme"),
        ("places", {}, {"name": "x"}, "geonames_id"),
    ],
)  # fmt: skip
def test_duplicates_name_the_other_row(kind, first, second, same):
    found = problem(first, second, kind=kind)
    assert found.row == 3
    assert found.what.startswith("row 2 has the same ")
    assert same in found.what


def test_what_is_no_duplicate():
    assert len(checked({"kind": "town"}, {"kind": "border_crossing"}, {"country": "AL"})) == 3
    withheld = {"name": "name withheld", "sensitivity": "restricted"}
    assert len(checked(withheld, withheld, kind="organizations")) == 2
    assert len(checked({"from": "2020"}, {"from": "2021"}, kind="supports")) == 2


def test_all_problems_come_at_once():
    found = problems(
        {"name": None, "lat": "x", "lon": "1", "population": "0"},
        {"name": "b", "country": "??", "kind": "?", "Phone number": "1"},
        {"name": "c", "source_title": None},
    )
    assert [(p.row, p.column) for p in found] == [
        (0, "Phone number"), (2, "lat"), (2, "name"), (2, "population"), (3, "country"),
        (3, "kind"), (4, "source_title, source_url"),
    ]  # fmt: skip


def test_many_rows_of_one_problem_are_counted(monkeypatch):
    monkeypatch.setattr(schema, "MAX_TOLD", 2)
    found = problems(*({"name": f"n{i}", "lat": "x", "lon": "1"} for i in range(5)))
    assert [p.row for p in found] == [0, 2, 3]
    assert found[0].what == "3 more rows have this problem: this is not a number."


# Personal data.


@pytest.mark.parametrize(
    "name",
    [
        "Contact", "contact_person", "ContactPerson", "director", "phone_number", "Tel", "telefon",
        "телефон", "mobile", "E-mail", "email", "mail", "street", "Address", "adresa", "Adresë",
        "kontakt", "ime_prezime", "birth_date", "Ulica", "Rruga", "first name",
    ],
)  # fmt: skip
def test_columns_that_look_like_persons_stop_the_run(name):
    found = problem({name: "Jane Doe"}, kind="organizations")
    assert (found.row, found.column) == (0, name)
    assert found.what.startswith("personal data must not enter")
    assert found.fix == "Delete the column."
    assert "Jane" not in str(found)


@pytest.mark.parametrize("name", ["name", "name_local", "ime", "persons_reached_total_x", "remark"])
def test_columns_that_do_not(name):
    if name != "persons_reached_total_x":
        assert len(checked({name: "Klub"}, kind="organizations")) == 1


@pytest.mark.parametrize(
    "secret",
    [
        "jane.doe@example.org", "jane (at) example.org", "+382 69 123 456", "+38344123456",
        "00381 11 1234 567", "069 123 456", "069/123-456", "(011) 123 4567", "tel. 2345 678",
    ],
)  # fmt: skip
@pytest.mark.parametrize("column", ["name", "wording", "Remark", "alt_names"])
def test_cells_that_hold_contacts_stop_the_run(secret, column):
    found = problem({column: f"ask {secret} first"})
    assert (found.row, found.column, found.value) == (2, column, "")
    assert "personal data must not enter" in found.what
    assert secret not in str(found)


@pytest.mark.parametrize(
    ("column", "secret"),
    [
        ("lat", "+38269123456"), ("country", "jane@example.org"), ("kind", "jane@example.org"),
        ("population", "069 123 456 1"), ("hotspot_id", "jane@example.org"),
        ("source_url", "mailto:jane@example.org"),
    ],
)  # fmt: skip
def test_secrets_are_never_repeated(column, secret):
    for problem_ in problems({column: secret}, {column: secret}):
        assert secret not in str(problem_)


@pytest.mark.parametrize(
    "text",
    [
        "2019-05 to 2020-12", "01.02.2020", "UNSCR 1244/1999", "ISSN 0350-1234", "about 1 200 000",
        "mobile 24/7 team", "E65, km 12.069123456", "2020-12/2021-01", "42.0691234, 19.0912345",
        "COVID-19 in 2020", "10 000 - 20 000",
    ],
)  # fmt: skip
def test_numbers_that_are_no_phones_pass(text):
    assert checked({"wording": text})["wording"].tolist() == [text]


def test_numbers_in_page_addresses_pass():
    url = "https://example.org/069123456/+38269123456?x=@y"
    assert checked({"source_url": url})["source_url"].tolist() == [url]


# Places in their countries.


@pytest.fixture(scope="module")
def countries():
    return load_boundaries()


def located(*points):
    return pd.DataFrame(
        points, columns=["country", "lat", "lon"], index=pd.RangeIndex(2, 2 + len(points))
    )


def test_points_in_their_country(countries):
    frame = located(
        ("ME", 42.093, 19.1), ("AL", 41.32, 19.45), ("XK", np.nan, np.nan), ("DE", 0.0, 0.0)
    )  # fmt: skip
    assert check_location(frame, countries, "mine.csv") == []
    assert check_location(frame.iloc[:0], countries, "mine.csv") == []


def test_points_outside_their_country(countries):
    frame = located(
        ("ME", 41.33, 19.82), ("ME", 42.093, 19.1), ("AL", 19.82, 41.33), ("RS", -44.8, -159.5)
    )
    found = check_location(frame, countries, "mine.csv")
    assert [p.row for p in found] == [2, 4, 5]
    assert found[0].what.startswith("this point is ")
    assert found[0].what.endswith("km outside ME.")
    assert found[0].value == "41.33, 19.82"
    assert found[1].what == "lat and lon look swapped."
    assert "Exchange" in found[1].fix
    assert "swapped" not in found[2].what


@pytest.mark.parametrize(("away_m", "count"), [(4_900, 0), (5_100, 1)])
@pytest.mark.parametrize(("lat", "east"), [(0.5, 0), (65, 0), (42, 179.5)])
def test_five_kilometres_are_geodesic(lat, east, away_m, count):
    from pyproj import Geod

    square = box(east - 0.1, lat - 0.1, east + 0.1, lat + 0.1)
    countries = gpd.GeoDataFrame({"country": ["ME"]}, geometry=[square], crs="EPSG:4326")
    lon, y, _ = Geod(ellps="WGS84").fwd(east, lat + 0.1, 0, away_m)
    assert len(check_location(located(("ME", y, lon)), countries, "mine.csv")) == count


def test_several_polygons_of_one_country():
    shapes = [box(0, 0, 1, 1), Polygon([(5, 5), (6, 5), (6, 6)])]
    countries = gpd.GeoDataFrame({"country": ["ME", "ME"]}, geometry=shapes, crs="EPSG:4326")
    assert check_location(located(("ME", 5.2, 5.9), ("ME", 0.5, 0.5)), countries, "x") == []


def test_a_country_across_the_antimeridian():
    shapes = [box(178, -18, 180, -16), box(-180, -17, -179, -16)]
    countries = gpd.GeoDataFrame({"country": ["FJ", "FJ"]}, geometry=shapes, crs="EPSG:4326")
    frame = located(("FJ", -17, 179), ("FJ", -16.5, -179.5), ("FJ", -17, 177))
    found = check_location(frame, countries, "x")
    assert [(p.row, p.what) for p in found] == [(4, "this point is 106 km outside FJ.")]


# Numbers, whatever they are.


@settings(max_examples=100, deadline=None)
@given(st.floats(-90, 90), st.sampled_from([".", ","]))
def test_any_latitude_comes_back(value, point):
    text = f"{value!r}".replace(".", point)
    assert schema._number(text) == value


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 10**12), st.sampled_from([" ", "\u00a0", "\u202f", ""]))
def test_any_count_comes_back(value, space):
    text = f"{value:,}".replace(",", space)
    assert schema._whole(text) == value


@settings(max_examples=5, deadline=None)
@given(st.lists(st.text(max_size=20), min_size=10, max_size=30))
def test_any_text_is_a_value_or_a_problem(texts):
    for kind in KINDS:
        rows = [dict.fromkeys(columns(kind), text) for text in texts]
        with pytest.raises(InputError):
            checked(*rows, {**GOOD[kind], "country": "??", "from": "??"}, kind=kind)


def test_every_format_gives_the_same_table(tmp_path):
    rows = table({"lat": "42,5", "lon": "19,1"}, {"name": "Ulcinj", "population": "20000"})
    rows.to_csv(tmp_path / "a.csv", index=False, sep=";")
    rows.to_excel(tmp_path / "a.xlsx", index=False)
    rows.reset_index(drop=True).to_parquet(tmp_path / "a.parquet")
    frames = [
        check_table(read_table(tmp_path / name), "hotspots", name)
        for name in ("a.csv", "a.xlsx", "a.parquet")
    ]
    pd.testing.assert_frame_equal(frames[0], frames[1])
    pd.testing.assert_frame_equal(
        frames[0].reset_index(drop=True), frames[2].reset_index(drop=True)
    )
