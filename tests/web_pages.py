"""Pages for tests: the built-in one, and ones of made-up towns."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

import hotspot_gaps as hg
from conftest import make_hotspots, make_organizations
from hotspot_gaps.gaps.stand_ins import judge_stand_ins
from hotspot_gaps.outputs.web_map import write_web_map
from hotspot_gaps.sources.hotspots import load_stand_ins
from results import known_of, result_of

HOSTILE = (
    "</script><img src=x onerror=alert(1)>",
    "${7*7} {{7*7}} {radius}",
    '=HYPERLINK("http://127.0.0.1/","a")',
    "\u202eעברית العربية\u202c",
    "N" * 300,
    "$x$ & <b>bold</b> \u2028 'quote' \"double\"",
)


def write(path, hotspots, organizations, countries, *, settings=None, certainty=None, **more):
    """Judge and write a page; return its address. `stand_ins` are as they are loaded."""
    settings = settings or hg.Settings()
    gaps = hg.find_gaps(hotspots, organizations, settings=settings)
    write_web_map(
        path, page_of(gaps, organizations, countries, settings, certainty, **more), settings
    )
    return path.as_uri()


def page_of(gaps, organizations, countries=None, settings=None, certainty=None, *, stand_ins=None):
    """Make the result of a page; what certain gaps there are is told where it is given."""
    settings = settings or hg.Settings()
    if stand_ins is None:
        stand_ins = load_stand_ins()
    stand_ins = stand_ins[stand_ins["hotspot_id"].isin(gaps["hotspot_id"])]
    sure = None if certainty is None else certainty.sure
    return result_of(
        gaps,
        organizations,
        countries,
        settings,
        known=replace(known_of(gaps, organizations, settings), gaps_certain=sure),
        certainty=certainty,
        stand_ins=judge_stand_ins(stand_ins, organizations, settings=settings),
    )


def as_shown(organizations):
    """Add the columns that the page shows of an organization."""
    blank = {"themes": None, "source_title": None, "source_url": None, "source_date": None}
    return organizations.assign(**blank)


def mixed_towns(seed=7, towns=60, organizations=14):
    """Make towns of every kind and organizations of every sort, restricted ones among them."""
    random = np.random.default_rng(seed)
    kinds = ["town", "city", "port", "border_crossing", "airport", "region"]
    kind = random.choice(kinds, towns)
    people = [None if random.random() < 0.2 else int(random.integers(500, 120_000)) for _ in kind]
    kind[:2] = "region"  # what cannot be placed
    people = [None if k == "border_crossing" else p for k, p in zip(kind, people, strict=True)]
    lon, lat = random.uniform(19, 21.5, towns), random.uniform(42, 44.5, towns)
    lon[:2] = np.nan
    rows = zip([f"t{at:02}" for at in range(towns)], kind, people, lon, lat, strict=True)
    hotspots = make_hotspots(list(rows))
    hotspots["evidence"] = random.choice(["direct", "reported", "related"], towns)
    hotspots["is_capital"] = random.random(towns) < 0.05
    support = random.choice(["documented", "probable", None], organizations, p=[0.5, 0.15, 0.35])
    secret = random.choice(["public", "restricted"], organizations)
    where = random.uniform(19, 21.5, organizations), random.uniform(42, 44.5, organizations)
    # One of each that counts, and towns of equal distance and size.
    support[:3], secret[:3] = "documented", ["public", "restricted", "public"]
    hotspots.loc[10:11, ["kind", "evidence", "is_capital"]] = ["town", "direct", False]
    hotspots.loc[10:11, "population"] = 9_000
    hotspots.loc[11, "geometry"] = hotspots.loc[10, "geometry"]
    rows = zip([f"o{at:02}" for at in range(organizations)], support, secret, *where, strict=True)
    return hotspots, as_shown(make_organizations(list(rows)))


def hostile_towns():
    """Make a town and an organization of each hostile name."""
    number = len(HOSTILE)
    rows = [(f"h{at}", "town", 9_000 + at, 19 + at / 3, 43) for at in range(number)]
    hotspots = make_hotspots(rows)
    hotspots["name"] = HOSTILE
    hotspots["alt_names"] = [f"{name};x" for name in HOSTILE]
    hotspots["source_title"] = HOSTILE
    hotspots["source_url"] = [
        "javascript:alert(1)", "https://example.org/a?b=1&c=2", "data:text/html,x", "file:///etc",
        "HTTP://EXAMPLE.ORG/x.", "//example.org",
    ]  # fmt: skip
    rows = [
        (f"o{at}", "documented" if not at else None, "public", 19 + at / 3, 44)
        for at in range(number)
    ]
    organizations = as_shown(make_organizations(rows))
    organizations["name"] = HOSTILE
    organizations["town"] = HOSTILE
    return hotspots, organizations


def many_towns(number=5_000):
    random = np.random.default_rng(1)
    people = random.integers(500, 120_000, number)
    lon, lat = random.uniform(16, 23, number), random.uniform(40, 46, number)
    ids = [f"m{at:04}" for at in range(number)]
    hotspots = make_hotspots(list(zip(ids, ["town"] * number, people, lon, lat, strict=True)))
    rows = [(f"o{at}", "documented", "public", 17 + at, 43) for at in range(5)]
    return hotspots, as_shown(make_organizations(rows))


def answers_in_python(hotspots, organizations, settings):
    """Return what the page must say: a tuple a hotspot, and the counts.

    `hotspots` is a frame, or a function that loads the list again for a cut-off: which town stands
    for a region is decided there.
    """
    if callable(hotspots):
        hotspots = hotspots(settings.smaller_below)
    gaps = hg.find_gaps(hotspots, organizations, settings=settings)
    known = known_of(gaps, organizations, settings)

    def plain(value):
        return None if pd.isna(value) else value

    rows = [
        [row.size_class, plain(row.is_gap), row.gap_type, plain(row.rank)]
        for row in gaps.itertuples()
    ]
    return rows, known
