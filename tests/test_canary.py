"""A canary in every column of every table: no byte of any output may hold one that must not.

Each cell has a word of its own that is nowhere else. A run, a comparison, an explanation, a
proposal and a check are made of the tables by the command line, and everything that they leave
behind is taken apart: output files, standard output and error, the home and the temporary folder.
"""

from __future__ import annotations

import os
import subprocess
import sys

import geopandas as gpd
import pandas as pd
import pytest

import hotspot_gaps as hg
from every_byte import number_spellings, spellings, unpacked
from hotspot_gaps.judging import judge
from hotspot_gaps.sources.fields import FIELDS

CLI = (sys.executable, "-c", "from hotspot_gaps.cli import main; main()")
# Coordinates finer than a town: of Mostar, which is told, and of Kalesija, which is not.
FINE = {"public": (43.3461278, 17.8130345), "restricted": (44.4461739, 18.8791357)}
TOWNS = {"public": "Mostar", "restricted": "Kalesija"}
SECRET_ID = 3198459  # of Kalesija
# Which cells are told, by design, and where a reader needs them.
TOLD = {
    "hotspots": {
        "name", "hotspot_id",  # the answer is about this place
        "alt_names",  # by which the page finds it
        "crime_markets",  # what is held against themes
        "location_source",  # where the point is from
        "source_title", "source_url", "source_date",  # who says so
    },
    "organizations": {
        "name", "organization_id", "town",  # public: who is near
        "themes",  # what is held against crime markets
        "source_title", "source_url", "source_date",  # who says so
    },
    "supports": {
        "organization", "organization_id",  # those of the organization
        "programme",  # who supports it
        "from", "to",  # dates on which the answer is asked again
    },
}  # fmt: skip
NEVER = {
    "hotspots": {"wording", "extent_source", "remark"},
    "organizations": {"name_local", "lat", "lon", "remark"},
    "supports": {"source_title", "source_url", "source_date", "remark"},
}


def canary(kind, who, column):
    """Make a word that is nowhere else."""
    return f"Qz{kind[:3]}{who[:3]}{column.replace('_', '')}zq"


def cells(table, who, /, **given):
    """Fill every column of a table, and one that it does not have."""
    row = {}
    for column, field in {**FIELDS[table], "remark": None}.items():
        words = field is None or field.kind in {"text", "list"}
        row[column] = canary(table, who, column) if words else None
    url = f"https://{canary(table, who, 'source_url')}.example/".lower()
    return row | {"source_url": url} | given


def tables():
    """Make the three tables: a public and a restricted organization, each with support."""
    hotspots = [
        cells("hotspots", "town", country="BA", lat=43.1, lon=17.9, population=9_000,
              kind="town", extent=None, neighbours=None),
        cells("hotspots", "cross", country="BA", lat=44.4, lon=18.7, kind="border_crossing",
              extent=None, neighbours="RS"),
    ]  # fmt: skip
    organizations, supports = [], []
    dates = {"public": ("2015-06-18", "2021-08-19"), "restricted": ("2014-05-17", "2021-09-21")}
    for who, (lat, lon) in FINE.items():
        number = {"restricted": str(SECRET_ID)}.get(who)
        organizations.append(
            cells("organizations", who, country="BA", town=TOWNS[who], lat=lat, lon=lon,
                  sensitivity=who, geonames_id=number)
        )  # fmt: skip
        of = organizations[-1]
        supports.append(
            cells("supports", who, organization_id=of["organization_id"], organization=of["name"],
                  **{"from": dates[who][0], "to": dates[who][1]})
        )  # fmt: skip
    made = {"hotspots": hotspots, "organizations": organizations, "supports": supports}
    return {kind: pd.DataFrame(rows) for kind, rows in made.items()}


def written(folder, made, ending="csv"):
    """Write the tables, organizations also as a layer of points; return options that name them."""
    options = []
    for kind, table in made.items():
        path = folder / f"{kind}.{ending if kind == 'organizations' else 'csv'}"
        if path.suffix == ".gpkg":
            points = gpd.points_from_xy(table["lon"], table["lat"], crs=4326)
            gpd.GeoDataFrame(table.drop(columns=["lat", "lon"]), geometry=points).to_file(path)
        else:
            table.to_csv(path, index=False)
        options += [f"--{kind}", str(path)]
    return options


class Kept:
    """What the command line left behind: by command, its text and every file."""

    def __init__(self, folder):
        self.folder, self.texts, self.codes = folder, {}, {}

    def call(self, *words):
        """Run a command in a home and a temporary folder of its own."""
        for name in ("home", "tmp", "work"):
            (self.folder / name).mkdir(exist_ok=True)
        home, tmp = str(self.folder / "home"), str(self.folder / "tmp")
        env = os.environ | {"HOME": home, "TMPDIR": tmp, "XDG_CACHE_HOME": home,
                            "MPLCONFIGDIR": home, "SOURCE_DATE_EPOCH": "1609372800"}  # fmt: skip
        done = subprocess.run(
            [*CLI, *map(str, words)], capture_output=True, env=env, cwd=self.folder / "work",
            check=False, timeout=600,
        )  # fmt: skip
        self.texts[" ".join(map(str, words))] = done.stdout + done.stderr
        self.codes[" ".join(map(str, words))] = done.returncode
        return done

    def parts(self):
        """Yield every part of everything, with its place."""
        yield from self.texts.items()
        for root in ("home", "tmp", "work"):
            for path in sorted((self.folder / root).rglob("*")):
                place = str(path.relative_to(self.folder))
                yield place, place.encode()
                if path.is_file() and "fontlist" not in path.name:
                    for part, data in unpacked(path):
                        yield f"{place}: {part}", data


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """Let the command line do everything that it can do with the planted tables."""
    folder = tmp_path_factory.mktemp("canary")
    (folder / "in").mkdir()
    made = tables()
    options = written(folder / "in", made)
    found = Kept(folder)
    found.call("run", *options, "--figures", "--out", "a")
    (folder / "layer").mkdir()
    # The support of the restricted one has ended, and it comes as a layer.
    later = made | {"supports": made["supports"].assign(to=["2021-08-19", "2020-09-22"])}
    layer = written(folder / "layer", later, "gpkg")
    found.call("run", *layer, "--json", "--out", "b", "--radius-km", "60")
    found.call("compare", "a", "b", "--out", "changes")
    found.call("compare", "a", "b", "--out", "changes", "--json")
    found.call("compare", "2014-01-01", "2020-12-31", *options, "--out", "dates")
    town = canary("hotspots", "town", "name")
    for more in ((), ("--json",)):
        found.call("explain", town, *options, *more)
        found.call("site", "--new", "1", *options, "--out", "site", *more)
        found.call("check", *options[1::2], *more)
    wrong = {command: code for command, code in found.codes.items() if code}
    assert not wrong, found.texts
    return found


@pytest.fixture(scope="module")
def parts(kept):
    return [(place, data.lower()) for place, data in kept.parts()]


def where(parts, words):
    """Return the places that hold one of some words."""
    return {place for place, data in parts if any(word in data for word in words)}


def test_everything_was_made_and_taken_apart(parts):
    places = " ".join(place for place, _ in parts)
    for part in (
        "work/a/run.json", "work/a/gaps.csv: raw", "gaps.xlsx: xl/worksheets", "gap_map.svg",
        "gaps.gpkg: rtree_gaps_geom", "gaps.gpkg: gpkg_contents", "gaps.gpkg: layer_styles",
        "gaps.parquet: statistics", "gap_map.html: embedded", "brief.pdf: stream",
        "brief.pdf: metadata", "gap_map.pdf: pages", "distance_to_supported.tif: tags",
        "gap_map_BA.png: chunks", "work/changes/", "work/dates/", "work/site/", "explain",
    ):  # fmt: skip
        assert part in places, part
    assert sum(len(data) for _, data in parts) > 20_000_000


@pytest.mark.parametrize("kind", TOLD)
def test_public_cells_are_told_where_they_must_be_and_nowhere_else(parts, kind):
    columns = {*FIELDS[kind], "remark"}
    free = {c for c in columns if c == "remark" or FIELDS[kind][c].kind in {"text", "list"}}
    free -= {"town", "extent", "neighbours"}  # places that must exist
    assert free <= TOLD[kind] | NEVER[kind]  # a new column has its canary
    who = {"hotspots": "town"}.get(kind, "public")
    for column in sorted(free):
        word = canary(kind, who, column)
        if kind == "supports" and column.startswith("organization"):
            word = canary("organizations", who, {"organization": "name"}.get(column, column))
        found = where(parts, spellings(word))
        assert bool(found) == (column in TOLD[kind]), (column, found)


def test_no_cell_of_a_restricted_row_is_anywhere(parts):
    for kind in ("organizations", "supports"):
        for column in (*FIELDS[kind], "remark"):
            found = where(parts, spellings(canary(kind, "restricted", column)))
            assert not found, (kind, column, found)
    for date in ("2014-05-17", "2021-09-21", "2020-09-22"):
        assert not where(parts, spellings(date)), date


def test_the_town_of_a_restricted_row_is_nowhere(parts):
    place = hg.load_places().set_index("name").loc[TOWNS["restricted"]]
    found = where(parts, spellings(TOWNS["restricted"]) | {str(SECRET_ID).encode()})
    assert not found
    assert place["geonames_id"] == SECRET_ID
    for number in (place.geometry.x, place.geometry.y):
        assert not where(parts, number_spellings(number, 4) | number_spellings(number, 5)), number


@pytest.mark.parametrize("who", FINE)
def test_coordinates_finer_than_a_town_are_nowhere(parts, who):
    for number in FINE[who]:
        assert not where(parts, number_spellings(number, 5)), number
    town = hg.load_places().set_index("name").geometry[TOWNS["public"]]
    assert where(parts, number_spellings(town.x, 5))  # what is searched for would be found


def test_what_was_withheld_is_told_in_numbers(kept):
    import json

    report = json.loads((kept.folder / "work/a/run.json").read_text())["withheld"]
    assert report["organizations"] == 1
    assert report["told"] == []
    assert report["moved_to_their_town"] == 2
    assert report["columns_not_used"] == 1
    said = next(text for words, text in kept.texts.items() if words.startswith("run"))
    assert b"Withheld: 1 organization, counted and not shown" in said
    assert b"2 finer coordinates moved to the town. 1 column of the organizations" in said


@pytest.mark.parametrize("kind", TOLD)
def test_personal_data_in_any_column_stops_the_run_and_is_not_repeated(tmp_path, kind):
    """One column at a time, an e-mail in the public row and a phone in the restricted one."""
    import typer.testing

    from hotspot_gaps.cli import app

    secrets = ["jane.qzcanary@example.org", "+387 61 987 654"]
    numbers = spellings(secrets[0]) | {b"61 987 654", b"61987654", b"987 654"}
    for column in tables()[kind].columns:
        made = tables()
        made[kind][column] = pd.Series(secrets, dtype="str")
        options = written(tmp_path, made)
        result = typer.testing.CliRunner().invoke(app, ["check", *options[1::2]])
        assert result.exit_code == 2, column
        said = result.output.lower().encode()
        assert not any(number in said for number in numbers), (column, result.output)
        assert f"{kind}.csv, row 2, column" in result.output, column
        assert column in result.output
        with pytest.raises(hg.InputError) as error:
            judge(hg.Settings(**dict(zip(made, options[1::2], strict=True))))
        assert not any(number in str(error.value).lower().encode() for number in numbers)


def test_a_street_stops_the_run_and_is_not_repeated(tmp_path):
    for column in ("name", "town", "name_local", "themes", "remark"):
        made = tables()
        made["organizations"].loc[0, column] = "Klub, Ulica Qzstreet 17"
        options = written(tmp_path, made)
        with pytest.raises(hg.InputError, match="a street with a number") as error:
            judge(hg.Settings(**dict(zip(made, options[1::2], strict=True))))
        assert f"row 2, column {column}" in str(error.value)
        assert "Qzstreet" not in str(error.value)


@pytest.mark.parametrize("ending", ["csv", "gpkg"])
def test_messages_repeat_no_place_of_an_organization(tmp_path, ending):
    """Places that cannot be right: the message has row and column, and no value."""
    for lat, lon, town in ((12.3456789, 17.8130345, "Mostar"), (43.3461278, 17.8130345, "Tuzla"),
                           (43.3461278, 17.8130345, "Qznowhere"), (17.8130345, 43.3461278, None),
                           (99.3456789, 17.8130345, "Mostar")):  # fmt: skip
        made = tables()
        made["organizations"] = made["organizations"].assign(lat=lat, lon=lon, town=town)
        options = written(tmp_path, made, ending)
        with pytest.raises(hg.InputError) as error:
            hg.load_organizations(options[3], supports=options[5])
        said = str(error.value)
        assert "row " in said
        assert "column" in said
        for word in ("12.34", "43.34", "17.81", "99.34", "Qznowhere"):
            assert word not in said, said


def test_with_roads_and_people_no_canary_is_anywhere_either(shared_data, tmp_path):
    (tmp_path / "in").mkdir()
    options = written(tmp_path / "in", tables())
    data = {
        "roads": "roads",
        "population": "population",
        "districts": "admin_boundaries/geoboundaries_adm1.geojson",
    }
    population = sorted((shared_data / "population").glob("*orldpop*.tif"))
    data["population"] = population[0].relative_to(shared_data)
    config = tmp_path / "in" / "layers.toml"
    config.write_text("".join(f'{k} = "{shared_data / v}"\n' for k, v in data.items()))
    found = Kept(tmp_path)
    assert found.call("run", config, *options, "--out", "c").returncode == 0, found.texts
    found.call("site", config, "--new", "1", "--by-road", *options, "--out", "site")
    place = hg.load_places().set_index("name").loc[TOWNS["restricted"]]
    words = spellings(TOWNS["restricted"])
    for kind in ("organizations", "supports"):
        for column in (*FIELDS[kind], "remark"):
            words |= spellings(canary(kind, "restricted", column))
    numbers = (place.geometry.x, place.geometry.y, *FINE["public"], *FINE["restricted"])
    words |= {word for number in numbers for word in number_spellings(number, 5)}
    parts = [(place, data.lower()) for place, data in found.parts()]
    assert {"work/c/people_by_district.csv", "work/c/minutes_to_supported.tif"} <= {
        place for place, _ in parts
    }
    assert not where(parts, words)


def test_texts_of_every_picture_hold_no_canary(tmp_path, monkeypatch):
    """A picture cannot be searched, so what is written on it is read before it is drawn."""
    from matplotlib.figure import Figure
    from matplotlib.text import Text

    from hotspot_gaps.outputs import pictures

    options = written(tmp_path, tables())
    settings = hg.Settings(**dict(zip(tables(), options[1::2], strict=True)), out=tmp_path / "o")
    texts: list[str] = []

    def savefig(figure, *_, **__):
        texts.extend(text.get_text() for text in figure.findobj(Text))

    monkeypatch.setattr(Figure, "savefig", savefig)
    result = judge(settings)
    for picture in pictures.ANALYSES.values():
        picture(result, settings, tmp_path)
    pictures.draw_country("BA", result, settings, tmp_path)
    said = "\n".join(texts).lower()
    assert canary("hotspots", "town", "name").lower() in said
    assert TOWNS["restricted"].lower() not in said
    assert "qzorgres" not in said
    assert "qzsupres" not in said
