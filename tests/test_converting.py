"""Converting: what funders publish becomes tables that `check` passes and `run` takes."""

from __future__ import annotations

import csv
import json

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

import hotspot_gaps as hg
from hotspot_gaps.cli import app
from hotspot_gaps.converting import write_converted
from hotspot_gaps.errors import InputError, OutputError
from hotspot_gaps.sources.boundaries import load_places
from hotspot_gaps.sources.checking import check_files
from hotspot_gaps.sources.countries import to_country
from hotspot_gaps.sources.published_grants import load_grants
from published_grants import (
    HXL,
    SECRETS,
    activity,
    grant,
    location,
    write_json,
    write_xml,
)

TABLES = ("organizations.csv", "supports.csv")


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    folder = tmp_path_factory.mktemp("published")
    person = grant(2, recipientIndividual={"name": "Petar Petrovic"}, title="Petar Petrovic")
    exact = location(name="Ulica Marsala 7", pos="42.2139 20.7397", exactness="1", kind="3")
    (folder / "who.csv").write_text(HXL, encoding="utf-8")
    return [
        write_json(folder / "grants.json", grant(), person),
        write_xml(folder / "activities.xml", activity(exact)),
        folder / "who.csv",
    ]


@pytest.fixture(scope="module")
def written(published, tmp_path_factory):
    out = tmp_path_factory.mktemp("out") / "tables"
    done = CliRunner().invoke(app, ["convert", *map(str, published), "--out", str(out)])
    assert done.exit_code == 0, done.output
    return out, done.output


def test_check_finds_nothing_and_every_column_is_used(written):
    reports = check_files([written[0] / name for name in TABLES])
    assert [(report.problems, report.unused) for report in reports] == [((), ())] * 2
    assert [report.rows for report in reports] == [4, 4]


def test_organizations_stand_at_towns_with_their_support(written):
    loaded = hg.load_organizations(
        written[0] / "organizations.csv", supports=written[0] / "supports.csv"
    )
    table = loaded.set_index("name")[["town", "town_basis", "support"]].astype(object)
    assert table.where(table.notna(), None).to_numpy().tolist() == [
        ["Bar", "stated", "documented"],
        ["Prizren", "activity_area", "documented"],
        [None, None, "probable"],
        ["Nikšić", "activity_area", None],
    ]
    assert loaded.geometry.notna().tolist() == [True, True, False, True]


def test_exactness_and_reach_are_kept_beside_the_town(written):
    table = pd.read_csv(written[0] / "organizations.csv").set_index("name")
    told = table[["location_exactness", "location_of"]]
    assert told.loc["Example Club"].tolist() == ["exact", "activity"]
    assert told.loc["Klub Primjer"].tolist() == ["approximate", "seat"]
    assert told.loc["Nema Mjesta"].tolist() == ["area", "activity"]


def test_no_person_no_street_and_no_point_is_written_or_printed(written):
    out, printed = written
    texts = [printed, *(path.read_text(encoding="utf-8") for path in out.iterdir())]
    assert [secret for secret in SECRETS for text in texts if secret in text] == []


def test_the_report_says_what_was_left_and_why(written):
    remarks = pd.read_csv(written[0] / "conversion.csv", keep_default_na=False)
    assert set(remarks["file"]) == {"grants.json", "activities.xml", "who.csv"}
    why = set(remarks["why"])
    assert {"a grant to an individual: no person enters", "the tables hold no money"} <= why
    assert (remarks["count"] > 0).all()
    assert "4 organizations (3 placed at a town), 4 supports from 3 files." in written[1]


def test_the_same_input_gives_the_same_bytes(published, written, tmp_path):
    write_converted(load_grants(*published), tmp_path / "again")
    for path in written[0].iterdir():
        assert (tmp_path / "again" / path.name).read_bytes() == path.read_bytes()


def test_nothing_is_written_when_a_file_cannot_be_used(published, tmp_path):
    broken = tmp_path / "broken.json"
    broken.write_text("{", encoding="utf-8")
    with pytest.raises(InputError):
        write_converted(load_grants(*published, broken), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_run_is_left_alone(published, tmp_path):
    (tmp_path / "run.json").write_text("{}")
    with pytest.raises(OutputError, match="a run lies here"):
        write_converted(load_grants(*published), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["run.json"]


def test_what_was_gone_through_is_not_written_over(published, tmp_path):
    """Whoever was marked as restricted there would be public again."""
    (path, *_) = write_converted(load_grants(*published), tmp_path)
    marked = path.read_text(encoding="utf-8").replace(",public,", ",restricted,")
    path.write_text(marked, encoding="utf-8")
    with pytest.raises(OutputError, match=r"organizations\.csv: .* marks"):
        write_converted(load_grants(*published), tmp_path)
    assert path.read_text(encoding="utf-8") == marked


def test_it_is_said_aloud_that_nobody_is_restricted(written):
    assert "all 4 are marked public" in written[1]
    assert "`restricted`" in written[1]


def test_json_for_machines(published, tmp_path):
    done = CliRunner().invoke(
        app, ["convert", str(published[2]), "--out", str(tmp_path / "o"), "--json"]
    )
    assert len(json.loads(done.output)["outputs"]) == 3


TOWNS = load_places()
TOWNS = TOWNS[~TOWNS.duplicated(["name", "country"], keep=False)].reset_index(drop=True)
NAMES = st.text("abcdefghijklmnop čšž", min_size=3, max_size=12).map(
    lambda name: " ".join(name.split())
).filter(lambda name: len(name) > 2 and to_country(name) is None)  # fmt: skip


@st.composite
def tables(draw):
    """Draw organizations with a town each, and a support of some."""
    names = draw(st.lists(NAMES, min_size=1, max_size=4, unique_by=str.casefold))
    rows = []
    for number, name in enumerate(names):
        town = TOWNS.iloc[draw(st.integers(0, len(TOWNS) - 1))]
        first = draw(st.dates(pd.Timestamp("2000-01-01").date(), pd.Timestamp("2030-01-01").date()))
        last = draw(st.sampled_from(["", "2031-05-06"]))
        rows.append(
            (f"org-{number}", name, town["country"], town["geonames_id"], town["name"],
             "Fund", str(first), last, "a report", "https://example.org/report")
        )  # fmt: skip
    return rows


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tables())
def test_a_table_written_as_hxl_comes_back(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("hxl") / "grants.csv"
    tags = ("#org+id", "#org+name", "#country+code", "#loc+geonames", "#loc+town", "#org+funder",
            "#date+start", "#date+end", "#meta+source", "#meta+url")  # fmt: skip
    with path.open("w", encoding="utf-8", newline="") as opened:
        csv.writer(opened).writerows([tags, *rows])
    found = load_grants(path)
    by_id = found.organizations[["organization_id", "name", "country", "geonames_id", "town"]]
    assert by_id.to_numpy().tolist() == [[*row[:3], str(row[3]), row[4]] for row in rows]
    told = found.supports.fillna("")[
        ["organization_id", "programme", "from", "to", "source_title", "source_url"]
    ]
    assert told.to_numpy().tolist() == [[row[0], *row[5:]] for row in rows]


FIELDS = st.sampled_from(
    ["description", "title", "recipientOrganization", "contact", "beneficiaryLocation", "x"]
)
JSON = st.recursive(
    st.sampled_from([*SECRETS, "Bar", None, 1, 42.09871]),
    lambda part: st.lists(part, max_size=2)
    | st.dictionaries(
        st.sampled_from(["contactName", "email", "postalCode", "notes", "streetAddress"]), part,
        max_size=3,
    ),
    max_leaves=6,
)  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(FIELDS.filter(lambda name: name not in {"recipientOrganization"}), JSON))
def test_whatever_a_grant_holds_no_secret_leaves(tmp_path_factory, extra):
    path = write_json(tmp_path_factory.mktemp("json") / "grants.json", grant(**extra))
    found = load_grants(path)
    texts = [frame.to_csv() for frame in found]
    assert [secret for secret in SECRETS for text in texts if secret in text] == []
