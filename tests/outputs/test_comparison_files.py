"""Files of a comparison: together, and never where a run is."""

from __future__ import annotations

import json

import pandas as pd
import pytest

import hotspot_gaps as hg
from hotspot_gaps.errors import InputError, OutputError
from hotspot_gaps.outputs.comparison_files import NAMES, judged_side, past_side, write_comparison
from hotspot_gaps.sources.past_runs import PastRun
from results import result_of


@pytest.fixture(scope="module")
def sides(hotspots, organizations, countries):
    made = []
    for radius in (50.0, 200.0):
        settings = hg.Settings(radius_km=radius)
        gaps = hg.find_gaps(hotspots, organizations, settings=settings)
        made.append(judged_side(result_of(gaps, organizations, countries, settings), settings))
    return tuple(made)


def test_restricted_organizations_do_not_enter(sides):
    for side in sides:
        assert len(side.finding.organizations) == 134
        assert side.finding.withheld == 53
        assert "sensitivity" not in side.finding.organizations


def test_table_figure_and_paragraph_are_written(sides, tmp_path):
    found = write_comparison(*sides, tmp_path / "out")
    assert [path.name for path in found.outputs] == list(NAMES)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(NAMES)
    table = pd.read_csv(tmp_path / "out" / "changes.csv")
    assert table["change"].tolist() == ["closed_gap"] * 5
    told = (tmp_path / "out" / "changes.txt").read_text(encoding="utf-8")
    assert told == f"{found.paragraph}\n"
    assert found.headline == "6 gaps now, 11 before: 5 covered now"
    assert "12 of the 13 supported organizations cannot be placed" in told
    first = {path.name: path.read_bytes() for path in found.outputs}
    again = write_comparison(*sides, tmp_path / "again")
    assert {path.name: path.read_bytes() for path in again.outputs} == first


@pytest.mark.parametrize("out", ["old", "old/inside", "other/../old"])
def test_a_run_that_is_compared_stays_as_it_is(sides, tmp_path, out):
    (tmp_path / "old").mkdir()
    (tmp_path / "other").mkdir()
    with pytest.raises(OutputError, match="stays as it is"):
        write_comparison(*sides, tmp_path / out, beside=[tmp_path / "old"])
    assert list((tmp_path / "old").iterdir()) == []


def test_counts_of_another_version_are_told(sides):
    finding = sides[0].finding
    past = PastRun(
        finding.gaps, finding.organizations, sides[0].countries, finding.settings, {}, {}, "0.0.1"
    )
    with pytest.raises(InputError, match=r"version 0\.0\.1, without hotspots_listed"):
        past_side(past)


def test_two_versions_are_named(sides, tmp_path):
    from dataclasses import replace

    found = write_comparison(replace(sides[0], version="0.0.1"), sides[1], tmp_path / "out")
    assert "two versions of the package" in found.paragraph


def test_a_date_without_any_support_is_no_data(sides, hotspots, organizations, countries, tmp_path):
    settings = hg.Settings(as_of="2019-12-31")
    none = organizations.assign(support=None, supported=False)
    gaps = hg.find_gaps(hotspots, none, settings=settings)
    before = judged_side(result_of(gaps, none, countries, settings), settings)
    told = write_comparison(before, sides[0], tmp_path / "out").paragraph
    assert "Before: No documented support can be placed on 31 December 2019. " in told
    assert " Now: 12 of the 13 supported organizations cannot be placed" in told


@pytest.mark.parametrize(
    "spoiled", [{"gaps": "11"}, {"gaps": None}, {"programmes_silent": "x"}, {"stated_note": 3}]
)
def test_counts_of_another_kind_are_named(sides, spoiled):
    from dataclasses import asdict

    one = sides[0]
    counts = {**json.loads(json.dumps(asdict(one.known))), **spoiled}
    past = PastRun(
        one.finding.gaps, one.finding.organizations, one.countries, one.finding.settings, counts,
        {}, "0.0.1",
    )  # fmt: skip
    with pytest.raises(InputError, match=f"not what a run counts: {next(iter(spoiled))}"):
        past_side(past)
