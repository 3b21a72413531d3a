"""The interface: one order of arguments, types that hold, errors that are told and true."""

from __future__ import annotations

import ast
import builtins
import importlib.util
import inspect
import os
import re
import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

import hotspot_gaps as hg
from conftest import make_hotspots, make_organizations, make_points, make_roads

ROOT = Path(__file__).resolve().parents[1]
PUBLIC = {name: getattr(hg, name) for name in hg.__all__ if name != "__version__"}
FUNCTIONS = {name: item for name, item in PUBLIC.items() if inspect.isfunction(item)}
ERRORS = {
    name: item
    for name, item in PUBLIC.items()
    if isinstance(item, type) and issubclass(item, hg.HotspotGapsError)
}
# Who is asked, what is there, what lies between; a word is in one of them.
ORDER = (
    {"places", "hotspots", "areas", "gaps", "pairs", "roads", "frame", "path", "settings"},
    {"facilities", "organizations"},
    {"network", "population", "candidates", "themes", "programmes", "places", "boundaries"},
)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_arguments_come_in_one_order_and_options_by_name(name):
    parameters = inspect.signature(FUNCTIONS[name]).parameters.values()
    at = -1
    for parameter in parameters:
        if parameter.kind is parameter.POSITIONAL_OR_KEYWORD:
            later = [k for k in range(at + 1, 3) if parameter.name in ORDER[k]]
            assert later, f"{name}: {parameter.name}"
            at = later[0]
        else:
            by_name = (parameter.KEYWORD_ONLY, parameter.VAR_POSITIONAL)  # or as many as one likes
            assert parameter.kind in by_name, f"{name}: {parameter.name}"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_argument_is_documented(name):
    text = inspect.getdoc(FUNCTIONS[name])
    for parameter in inspect.signature(FUNCTIONS[name]).parameters:
        assert re.search(rf"^[\w, *]*\b{parameter}\b[\w, ]*$", text, re.MULTILINE), parameter
    assert "Returns\n-------" in text


def test_every_name_is_in_the_page_of_the_library():
    page = (ROOT / "docs" / "library.md").read_text(encoding="utf-8")
    for name in PUBLIC:
        assert f"`{name}`" in page, name


@pytest.mark.parametrize("name", sorted(set(ERRORS) - {"HotspotGapsError"}))
def test_each_error_is_a_builtin_too_and_has_a_row_in_the_table(name):
    page = (ROOT / "docs" / "library.md").read_text(encoding="utf-8")
    others = [base for base in ERRORS[name].__mro__ if base.__module__ == "builtins"]
    builtin = others[0].__name__
    assert issubclass(ERRORS[name], hg.HotspotGapsError)
    assert getattr(builtins, builtin) not in {Exception, BaseException}
    assert re.search(rf"^\| `{name}` \| `{builtin}` \| .+ \|$", page, re.MULTILINE)
    used = [at for at, item in FUNCTIONS.items() if name in (inspect.getdoc(item) or "")]
    assert used, f"no public function says that it raises {name}"


def told(function):
    """Return the errors that a docstring says."""
    text = inspect.getdoc(function)
    section = re.search(r"\nRaises\n-+\n(.*?)(?:\n\n\w+\n-+\n|\Z)", text, re.DOTALL)
    lines = section[1].splitlines() if section else []
    return {name for line in lines if line[:1].strip() for name in line.split(", ")}


@pytest.fixture(scope="module")
def refused(tmp_path_factory):
    """Make for each public function, and each error that it tells, a call that ends in it."""
    town, org = make_hotspots([("a", "town", 9, 18, 43)]), make_organizations([])
    org = make_organizations([("o", "documented", "public", 18, 43)])
    roads = make_roads([((18.0, 43.0), (18.5, 43.0), "primary", 41, False)])
    net, gaps, sites = hg.road_network(roads), hg.find_gaps(town, org), make_points((18, 43))
    lost, none, rule = town.set_crs(None, allow_override=True), "no_such_file.csv", hg.Settings()
    wide = areas = town.set_geometry(town.to_crs("EPSG:3035").buffer(9_000).to_crs("EPSG:4326"))
    bad = tmp_path_factory.mktemp("bad") / "bad.csv"
    bad.write_text("colour\nred\n", encoding="utf-8")
    pairs = hg.pairs_within(town.set_index("hotspot_id"), org, radius_m=10, id="organization_id")
    one, seat = pd.Series({"a": 1.0}), pd.Series({"o": 1.0})
    people = {"radius_m": 1000.0}
    wrong_areas = areas.set_crs(None, allow_override=True)
    hidden = gaps.drop(columns="is_gap")
    lost_themes = lost.assign(crime_markets="x")
    themes, places = hg.load_themes(), hg.load_places()
    ask = {"demand": one, "supply": seat, "weights": 10}
    return {
        "as_hotspots": {"CRSError": lambda f: f(lost), "InputError": lambda f: f(sites)},
        "as_organizations": {"CRSError": lambda f: f(lost), "InputError": lambda f: f(sites)},
        "candidate_sites": {
            "InputError": lambda f: f(hidden, org, places, kind="towns"),
            "SettingsError": lambda f: f(gaps, org, places, kind="moons"),
        },
        "catchment": {
            "InputError": lambda f: f(pairs, **ask, method="2sfca", cost="minutes"),
            "SettingsError": lambda f: f(pairs, **ask, method="4sfca"),
        },
        "certain_gaps": {
            "CRSError": lambda f: f(gaps, lost, missing=1, radius_km=50),
            "InputError": lambda f: f(hidden, places, missing=1, radius_km=50),
            "SettingsError": lambda f: f(gaps, places, missing=1, radius_km=50, spread={"QQ": 1}),
        },
        "concentration": {"InputError": lambda f: f(sites, org, places)},
        "count_within": {
            "CRSError": lambda f: f(lost, org), "InputError": lambda f: f(wide, org),
            "SettingsError": lambda f: f(town, org, radii_m=(-1,)),
        },
        "find_gaps": {"CRSError": lambda f: f(lost, org), "InputError": lambda f: f(sites, org)},
        "islands": {
            "CRSError": lambda f: f(lost), "InputError": lambda f: f(wide),
            "SettingsError": lambda f: f(org, within_km=-1),
        },
        "isochrones": {
            "CRSError": lambda f: f(lost, net), "InputError": lambda f: f(wide, net),
            "SettingsError": lambda f: f(town, net, minutes=(0,)),
        },
        "load_boundaries": {
            "InputError": lambda f: f(bad), "MissingInputError": lambda f: f(none),
        },
        "load_grants": {"InputError": lambda f: f(bad), "MissingInputError": lambda f: f(none)},
        "load_hotspots": {"InputError": lambda f: f(bad), "MissingInputError": lambda f: f(none)},
        "load_organizations": {
            "InputError": lambda f: f(bad), "MissingInputError": lambda f: f(none),
            "SettingsError": lambda f: f(as_of="yesterday"),
        },
        "load_organizations_by_date": {
            "InputError": lambda f: f(bad), "MissingInputError": lambda f: f(none),
        },
        "load_partitions": {
            "InputError": lambda f: f(bad), "MissingInputError": lambda f: f(none),
        },
        "load_places": {"InputError": lambda f: f(bad), "MissingInputError": lambda f: f(none)},
        "load_roads": {"InputError": lambda f: f(bad), "MissingInputError": lambda f: f(none)},
        "load_themes": {"InputError": lambda f: f(bad), "MissingInputError": lambda f: f(none)},
        "market_cover": {
            "CRSError": lambda f: f(lost_themes, org.assign(themes=""), themes),
            "InputError": lambda f: f(sites, org, themes),
            "SettingsError": lambda f: f(town, org.assign(themes=""), themes, radius_km=-1),
        },
        "nearest": {
            "CRSError": lambda f: f(town, lost), "InputError": lambda f: f(town, org, id="x"),
            "SettingsError": lambda f: f(town, org, k=0),
        },
        "pairs_within": {
            "CRSError": lambda f: f(town, lost, radius_m=1),
            "InputError": lambda f: f(wide, org, radius_m=1),
            "SettingsError": lambda f: f(town, org, radius_m=-1),
        },
        "people_beyond": {
            "CRSError": lambda f: f(wrong_areas, org, none, **people),
            "InputError": lambda f: f(town, org, none, **people),
            "MissingInputError": lambda f: f(areas, org, none, **people),
            "SettingsError": lambda f: f(areas, org, none, radius_m=-1),
        },
        "people_in": {
            "CRSError": lambda f: f(wrong_areas, none), "InputError": lambda f: f(town, none),
            "MissingInputError": lambda f: f(areas, none),
            "SettingsError": lambda f: f(areas, none, max_bytes=-1),
        },
        "people_within": {
            "CRSError": lambda f: f(lost, none, **people),
            "InputError": lambda f: f(wide, none, **people),
            "MissingInputError": lambda f: f(town, none, **people),
            "SettingsError": lambda f: f(town, none, radius_m=-1),
        },
        "propose_sites": {
            "CRSError": lambda f: f(gaps, org, lost, new=1, radius_km=50),
            "InputError": lambda f: f(gaps, org, sites, new=1, radius_km=30),
            "SettingsError": lambda f: f(gaps, org, sites, new=0, radius_km=50),
        },
        "plot_gap_map": {"CRSError": lambda f: f(lost), "InputError": lambda f: f(hidden)},
        "road_network": {
            "CRSError": lambda f: f(hg.Roads(lost, roads.nodes)),
            "InputError": lambda f: f(hg.Roads(roads.nodes, roads.edges)),
            "SettingsError": lambda f: f(roads, travel=hg.Travel(closed_borders=("RS-XK",))),
        },
        "robustness": {
            "CRSError": lambda f: f(lost, org), "InputError": lambda f: f(sites, org),
            "SettingsError": lambda f: f(town, {}, settings=rule),
        },
        "subject_cover": {
            "CRSError": lambda f: f(lost_themes, org.assign(themes=""), themes),
            "InputError": lambda f: f(sites, org, themes),
            "SettingsError": lambda f: f(town, org.assign(themes=""), themes, radius_km=-1),
        },
        "travel_time": {
            "CRSError": lambda f: f(lost, org, net),
            "InputError": lambda f: f(town, org, net, id="x"),
        },
    }  # fmt: skip


# Runs, a missing package, a cluster that does not answer and a full disk have tests of their own,
# and so have files in Parquet without a reference system.
ELSEWHERE = {
    "load_partitions": {"CRSError", "MissingExtraError"},
    "load_roads": {"MissingExtraError"},
    "run": set(ERRORS) - {"HotspotGapsError", "CRSError", "SettingsError"},
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_what_is_said_to_be_raised_is_raised(name, refused):
    calls = refused.get(name, {})
    assert told(FUNCTIONS[name]) == set(calls) | ELSEWHERE.get(name, set())
    for error, call in calls.items():
        with pytest.raises(ERRORS[error]) as found:
            call(FUNCTIONS[name])
        assert type(found.value) is ERRORS[error]
        assert len(str(found.value)) > 20


def test_own_classes_in_arguments_are_public_or_returned():
    returned = {inspect.signature(item).return_annotation for item in FUNCTIONS.values()}
    for name, item in FUNCTIONS.items():
        for parameter in inspect.signature(item).parameters.values():
            for word in re.findall(r"\b[A-Z]\w+", str(parameter.annotation)):
                if word in vars(sys.modules[item.__module__]) or word in PUBLIC:
                    ours = getattr(vars(sys.modules[item.__module__]).get(word), "__module__", "")
                    known = word in PUBLIC or word in returned or not ours.startswith("hotspot")
                    assert known, f"{name} takes {word}, which nobody can make"


def points(positions, index=None, **columns):
    """Make a frame with nothing but what is given."""
    shapes = gpd.points_from_xy(*zip(*positions, strict=True))
    return gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:4326", index=index)


def test_the_least_that_find_gaps_needs():
    people = [900.0, 90_000.5, np.nan]
    places = points([(18, 43), (19, 43), (20, 43)], ["x", "y", "z"], population=people)
    gaps = hg.find_gaps(places, points([(30, 50)], supported=[1]))
    assert gaps["gap_type"].to_dict() == {
        "x": "no_known_partner", "y": "not_asked", "z": "unknown",
    }  # fmt: skip
    assert gaps["hotspot_id"].tolist() == gaps["name"].tolist() == ["x", "y", "z"]
    assert gaps["in_question"].all()
    assert gaps["evidence"].isna().all()  # nothing is claimed that was not given
    assert gaps["population"].tolist()[:2] == [900, 90_000]
    assert gaps.loc["x", "nearest_supported_id"] == "0"
    assert hg.plot_gap_map(gaps).get_title() == ""


COUNTED, FUNDED = {"population": [1]}, {"supported": [True]}


@pytest.mark.parametrize(
    ("places", "services", "said"),
    [
        ({}, FUNDED, r'hotspots, column population: .*as_hotspots\(hotspots, population="…"\)'),
        (COUNTED, {"open": [True]}, r"organizations, column supported: .*are: open"),
        (COUNTED, {"open": [True]}, r'as_organizations\(organizations, supported="…"\)'),
        ({"population": ["many"]}, FUNDED, r"row 1, column population \('many'\)"),
        ({"population": [-1]}, FUNDED, "0 or more"),
        (COUNTED, {"supported": ["yes"]}, r"column supported \('yes'\).*True or False"),
        (COUNTED, FUNDED | {"sensitivity": ["Secret"]}, r"\('Secret'\): .*public or restricted"),
        (COUNTED | {"hotspot_id": [None]}, FUNDED, "has no id"),
    ],
)
def test_what_is_missing_or_not_readable_is_named_with_its_remedy(places, services, said):
    with pytest.raises(hg.InputError, match=said):
        hg.find_gaps(points([(18, 43)], **places), points([(18, 43)], **services))


def test_a_word_of_secrecy_that_is_not_known_is_taken_for_secret():
    organizations = make_organizations([("a", "documented", "Restricted", 18, 43)])
    assert hg.islands(organizations).shown == 0


BAD = "import hotspot_gaps as hg\nhg.find_gap()\nhg.Travel().speed\nhg.nearest(1, 2, 3)\n"


def test_a_caller_passes_strict_types_and_a_wrong_one_does_not(tmp_path):
    if importlib.util.find_spec("mypy") is None:
        pytest.skip("mypy is not installed; it is in the extra lint")
    (tmp_path / "wrong.py").write_text(BAD, encoding="utf-8")
    files = str(ROOT / "tests" / "typed_caller.py"), str(tmp_path / "wrong.py")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--config-file", "pyproject.toml", *files],
        cwd=ROOT, capture_output=True, text=True, check=False,
        env={**os.environ, "MYPYPATH": "src"},
    )  # fmt: skip
    *said, last = (line for line in done.stdout.splitlines() if ": note: " not in line)
    assert last.startswith("Found 3 errors in 1 file (checked 2 source files)"), done.stdout
    wrong = ("wrong.py:2: ", 'no attribute "find_gap"'), ("wrong.py:3: ", '"speed"')
    for line, (at, what) in zip(said, (*wrong, ("wrong.py:4: ", "positional")), strict=True):
        assert at in line
        assert what in line


def test_the_caller_uses_every_public_name():
    tree = ast.parse((ROOT / "tests" / "typed_caller.py").read_text(encoding="utf-8"))
    used = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == "hg"
    }
    assert used == set(hg.__all__)
