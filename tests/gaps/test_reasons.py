"""Reasons in words: each sentence whole, and each number on the side on which it is true."""

from __future__ import annotations

import pytest
from pyproj import Geod

from conftest import make_hotspots, make_organizations
from hotspot_gaps import Settings, find_gaps

HERE = (18.0, 43.0)
NONE = "No supported organization can be placed."
NOBODY = "No partner is known within 25 km, nor anywhere."
GAP = "Gap: 8,000 inhabitants, and no documented support within 50 km."


def at(km):
    lon, lat, _ = Geod(ellps="WGS84").fwd(*HERE, 90, km * 1000)
    return lon, lat


def supported(km, name="a", sensitivity="public"):
    return (name, "documented", sensitivity, *at(km))


def known(km, name="k", sensitivity="public", support=None):
    return (name, support, sensitivity, *at(km))


def reason(organizations, people=8_000, kind="town", rules=None, **columns):
    hotspots = make_hotspots([("here", kind, people, *HERE)]).assign(**columns)
    rules = Settings(**(rules or {}))
    return find_gaps(hotspots, make_organizations(organizations), settings=rules)["reason"].item()


@pytest.mark.parametrize(
    ("people", "kind", "columns", "said"),
    [
        (
            70_000, "city", {},
            f"Not asked: 70,000 inhabitants is not fewer than 50,000. {NONE}",
        ),
        (
            50_000, "town", {},
            f"Not asked: 50,000 inhabitants is not fewer than 50,000. {NONE} Near miss: 0 "
            "inhabitants above the cut-off; asked, it would be a gap.",
        ),
        (
            8_000, "city", {"is_capital": True},
            f"Not asked: a capital is never a smaller town. {NONE}",
        ),
        (
            None, "airport", {},
            "Not asked: a place of the kind airport is neither a town nor a border crossing. "
            f"{NONE}",
        ),
        (
            None, "border_crossing", {},
            "Gap: a border crossing, and no documented support within 50 km. "
            f"{NONE} {NOBODY}",
        ),
        (
            None, "town", {},
            "Not known: its population is not known, so it is neither above nor below 50,000; "
            f"asked, it would be a gap. {NONE}",
        ),
        (
            8_000, "region", {"represented_by": "Ay"},
            f"{GAP} {NONE} {NOBODY} Measured from Ay (8,000 inhabitants), the most populous "
            "smaller town in the extent we drew.",
        ),
    ],
)  # fmt: skip
def test_whether_it_is_asked(people, kind, columns, said):
    assert reason([], people, kind, **columns) == said


def test_of_a_place_not_asked_the_nearest_support_is_told_and_no_radius():
    said = reason([supported(60.04)], 70_000)
    assert said.endswith("The nearest supported organization is Organization a (60.0 km).")


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (
            [supported(60.01)],
            f"{GAP} The nearest supported organization is Organization a (60.0 km); only a radius "
            f"of 60.1 km or more would cover it. {NOBODY}",
        ),
        (
            [supported(40.09)],
            "Covered: 8,000 inhabitants, with documented support within 50 km. The nearest "
            "supported organization is Organization a (40.1 km), and nothing else supported is in "
            "reach; a radius below 40.0 km would leave it a gap.",
        ),
        (
            [supported(40.09), supported(45, "b")],
            "Covered: 8,000 inhabitants, with documented support within 50 km. The nearest "
            "supported organization is Organization a (40.1 km); a radius below 40.0 km would "
            "leave it a gap.",
        ),
        (
            [supported(0)],
            "Covered: 8,000 inhabitants, with documented support within 50 km. The nearest "
            "supported organization is Organization a (0.0 km), and nothing else supported is in "
            "reach.",
        ),
        (
            [supported(10, sensitivity="restricted")],
            "Covered: 8,000 inhabitants, with documented support within 50 km. The nearest "
            "supported organization is one whose name is withheld (0-25 km).",
        ),
        (
            [known(24)],
            f"{GAP} {NONE} 1 known organization without documented support within 25 km, nearest "
            "Organization k (24.0 km).",
        ),
        (
            [known(24), known(3, "m")],
            f"{GAP} {NONE} 2 known organizations without documented support within 25 km, nearest "
            "Organization m (3.0 km).",
        ),
        (
            [known(30)],
            f"{GAP} {NONE} No partner is known within 25 km; the nearest is Organization k "
            "(30.0 km).",
        ),
        (
            [known(30, support="probable")],
            f"{GAP} {NONE} No partner is known within 25 km; the nearest is Organization k "
            "(30.0 km). Near miss: support of Organization k (30.0 km) is probable, and would "
            "cover it if documented.",
        ),
        (
            [known(30, support="probable"), supported(45)],
            "Covered: 8,000 inhabitants, with documented support within 50 km. The nearest "
            "supported organization is Organization a (45.0 km), and nothing else supported is in "
            "reach; a radius below 45.0 km would leave it a gap.",
        ),
        (
            [known(30, sensitivity="restricted", support="probable")],
            f"{GAP} {NONE} No partner is known within 25 km; the nearest is one whose name is "
            "withheld (25-50 km). Near miss: support of one whose name is withheld (25-50 km) is "
            "probable, and would cover it if documented.",
        ),
        (
            [known(60, sensitivity="restricted", support="probable")],
            f"{GAP} {NONE} No partner is known within 25 km; the nearest is one whose name is "
            "withheld (50-100 km).",
        ),
        (
            [known(50.1, support="probable")],
            f"{GAP} {NONE} No partner is known within 25 km; the nearest is Organization k "
            "(50.1 km).",
        ),
    ],
)  # fmt: skip
def test_who_is_near(rows, said):
    assert reason(rows) == said


@pytest.mark.parametrize(
    ("people", "near_miss"),
    [
        (39_999, ""),
        (40_000, " Near miss: 10,000 inhabitants below the cut-off."),
        (49_998, " Near miss: 2 inhabitants below the cut-off."),
        (60_000, " Near miss: 10,000 inhabitants above the cut-off; asked, it would be a gap."),
        (60_001, ""),
    ],
)
def test_a_fifth_around_the_cut_off_is_a_near_miss(people, near_miss):
    asked = NOBODY if people < 50_000 else NONE
    assert reason([], people).endswith(f"{asked}{near_miss}")


def test_the_radii_of_the_settings_are_told():
    rules = {"radius_km": 12.5, "partner_radius_km": 7.5, "smaller_below": 12_000}
    assert reason([], rules=rules) == (
        "Gap: 8,000 inhabitants, and no documented support within 12.5 km. "
        f"{NONE} No partner is known within 7.5 km, nor anywhere."
    )
