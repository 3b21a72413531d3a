"""What the tests of brief and workbook share: made-up towns, and hostile rows."""

from __future__ import annotations

import pandas as pd

import hotspot_gaps as hg
from conftest import make_hotspots, make_organizations

HOSTILE = (
    "</script><img src=x onerror=alert(1)>",
    "${7*7} #panic(1) *b* _i_ `c` $x^2$ @a <l>",
    '=HYPERLINK("https://evil.example")',
    "קריית שמונה القدس",
    "Рожаје Ђаковица šđčćž ëç",
    "W" * 300,
    "= Heading // comment /* more",
    "\\u{48} \\ #sys.inputs #read(1)",
)


def judged(names, *, people=9, support=(15.0, 43.0)):
    """Judge made-up towns of these names, all of them gaps unless support is near."""
    rows = [(f"h{at:03d}", "town", people, 17 + at % 25 * 0.1, 43 + at // 25 * 0.1)
            for at in range(len(names))]  # fmt: skip
    organizations = make_organizations([("o", "documented", "public", *support)])
    hotspots = make_hotspots(rows)
    hotspots["name"] = pd.Series(list(names), index=hotspots.index, dtype="str")
    return hg.find_gaps(hotspots, organizations), with_sources(organizations)


def with_sources(organizations):
    """Add the columns that made-up organizations lack and loaded ones have."""
    return organizations.assign(
        themes=None, source_title="A text", source_url="https://example.org/a", source_date=None
    )


def with_secrets(organizations):
    """Give every restricted organization a name, id and town that must be told nowhere."""
    hidden = organizations["sensitivity"].eq("restricted")
    secret = "Secret" + organizations["organization_id"].str.removeprefix("org-")
    return organizations.assign(
        name=organizations["name"].mask(hidden, secret),
        town=organizations["town"].mask(hidden, secret),
        organization_id=organizations["organization_id"].mask(hidden, secret),
    )
