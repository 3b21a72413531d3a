"""Nothing of a restricted organization leaves the program but counts and bands."""

from __future__ import annotations

from hotspot_gaps.outputs.privacy import PUBLIC_COLUMNS, public_organizations, withheld_by_country
from hotspot_gaps.sources.builtin import read_builtin


def test_restricted_rows_and_hidden_columns_stay_inside(organizations):
    public = public_organizations(organizations)
    assert list(public) == list(PUBLIC_COLUMNS)
    assert len(public) == 187 - 53
    assert not public["name"].eq("name withheld").any()


def test_counts_by_country(organizations):
    assert sum(withheld_by_country(organizations).values()) == 53


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
