"""Worlds that a reader must not tell apart: restricted organizations in other towns, same output.

Whatever any table, sum or difference of tables tells of a withheld organization is told by a
change of the output when it moves. So it moves, within its bands of distance and within what is
counted by country and district, and nothing may change.
"""

from __future__ import annotations

import json

import pandas as pd
import pytest

import hotspot_gaps as hg
from hotspot_gaps.judging import judge
from hotspot_gaps.outputs.analyses import analysis_records, analysis_tables
from hotspot_gaps.outputs.manifest import row_counts
from hotspot_gaps.outputs.privacy import public_organizations
from hotspot_gaps.outputs.web_data import page_data
from hotspot_gaps.outputs.workbook_sheets import sheets

HOTSPOTS = "name,country,source,crime_markets\nSombor,RS,t,drug_trafficking\nSubotica,RS,t,\n"
PUBLIC = [
    ("Prva", "RS", "Sombor", "public"), ("Druga", "AL", "Tirana", "public"),
    ("Treća", "MK", "Bitola", "public"), ("Četvrta", "XK", "Pristina", "public"),
]  # fmt: skip
# Restricted ones by town, all farther than 100 km from both hotspots. Tirana is told, as 12.
WORLDS = [
    {"Tirana": 12, "Vlorë": 3, "Korçë": 2, "Bitola": 2, "Pristina": 3},
    {"Tirana": 12, "Kukës": 1, "Shkodër": 4, "Ohrid": 1, "Tetovo": 1, "Prizren": 3},
    {"Tirana": 12, "Vlorë": 4, "Elbasan": 1, "Bitola": 5},
    {"Tirana": 12, "Sarandë": 1, "Durrës": 1, "Fier": 1, "Berat": 1, "Lezhë": 1, "Peja": 5},
]
COUNTRIES = {
    "Subotica": "RS", "Bitola": "MK", "Ohrid": "MK", "Tetovo": "MK", "Pristina": "XK",
    "Prizren": "XK", "Peja": "XK",
}  # fmt: skip


def everything(folder, world, *, supported):
    """Judge a world, and return all that is written of it, as text."""
    folder.mkdir()
    secret = [
        (f"Tajna {town} {n}", COUNTRIES.get(town, "AL"), town, "restricted")
        for town, count in world.items()
        for n in range(count)
    ]
    rows = pd.DataFrame([*PUBLIC, *secret], columns=["name", "country", "town", "sensitivity"])
    rows = rows.assign(source="t", themes="drug_issues", id=[f"o{n:02}" for n in range(len(rows))])
    rows.to_csv(folder / "organizations.csv", index=False)
    grants = rows["id"].isin(["o00", *(["o05", "o22"] if supported else [])])
    supports = rows.loc[grants, ["id"]].rename(columns={"id": "organization_id"})
    supports.assign(programme="p", source="t", **{"from": "2020"}).to_csv(
        folder / "supports.csv", index=False
    )
    (folder / "hotspots.csv").write_text(HOTSPOTS)
    names = ("hotspots", "organizations", "supports")
    settings = hg.Settings(**{name: folder / f"{name}.csv" for name in names})
    result = judge(settings)
    records = analysis_records(result.scenarios, result.outlook)
    return {
        "gaps": result.gaps.to_json(),
        "organizations": public_organizations(result.organizations).to_json(),
        "known": str(result.known),
        "notes": "\n".join((result.headline, *result.notes)),
        "withheld": json.dumps(result.withheld),
        "rows": json.dumps(row_counts(result.gaps, result.organizations)),
        "records": json.dumps(records),
        "outlook": str({k: v for k, v in vars(result.outlook.concentration).items()
                        if k not in ("shares", "lorenz")}),
        "page": json.dumps(page_data(result, settings)),
        "sheets": str(sheets(result, settings)),
        **{name: table.to_csv() for name, table in
           analysis_tables(result.scenarios, result.outlook).items()},
    }  # fmt: skip


@pytest.mark.parametrize("supported", [False, True])
def test_worlds_with_the_same_bands_and_told_counts_give_the_same_output(tmp_path, supported):
    first, *others = (
        everything(tmp_path / str(at), world, supported=supported)
        for at, world in enumerate(WORLDS)
    )
    report = json.loads(first["withheld"])
    assert [row["organizations"] for row in report["told"]] == [17, 12]
    assert report["organizations"] == 22
    for other in others:
        for part, text in first.items():
            assert other[part] == text, part


def test_a_move_across_what_is_told_would_be_seen(tmp_path):
    here = everything(tmp_path / "a", WORLDS[0], supported=False)
    away = everything(tmp_path / "b", WORLDS[0] | {"Tirana": 11, "Vlorë": 4}, supported=False)
    near = everything(tmp_path / "c", WORLDS[0] | {"Vlorë": 2, "Subotica": 1}, supported=False)
    assert here["withheld"] != away["withheld"]
    assert here["gaps"] == away["gaps"] != near["gaps"]
