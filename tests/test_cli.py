"""The command line, as a user types it."""

from __future__ import annotations

import contextlib
import io
import json
import sys

import pypdf
import pytest

from hotspot_gaps import cli


def call(monkeypatch, capsys, *words):
    """Call the command line and return exit code, stdout and stderr."""
    monkeypatch.setattr(sys, "argv", ["hotspot-gaps", *map(str, words)])
    code = 0
    try:
        cli.main()
    except SystemExit as stop:
        code = stop.code or 0
    out, err = capsys.readouterr()
    return code, out, err


@pytest.fixture
def gaps_cli(monkeypatch, capsys):
    return lambda *words: call(monkeypatch, capsys, *words)


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """Run once, and return exit code, stdout, stderr and the folder."""
    folder = tmp_path_factory.mktemp("told")
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sys, "argv", ["hotspot-gaps", "run", "--out", str(folder)])
            with pytest.raises(SystemExit) as stop:
                cli.main()
    return stop.value.code, out.getvalue(), err.getvalue(), folder


def test_run_writes_everything_and_says_so(told):
    code, out, err, folder = told
    assert code == 0
    assert out.startswith("None of 11 smaller hotspot towns and crossings")
    assert "drawing pictures" in err
    paths = {line.strip() for line in out.splitlines() if line.startswith("  ")}
    assert paths == {str(path) for path in folder.iterdir()}
    assert (folder / "sites.csv").stat().st_size > 0


def test_run_json(gaps_cli, tmp_path):
    code, out, _ = gaps_cli("run", "--out", tmp_path, "--radius-km", "30", "--json")
    assert code == 0
    assert "within 30 km" in json.loads(out)["headline"]


def test_explain_in_three_scripts(gaps_cli):
    answers = {gaps_cli("explain", name)[1] for name in ("Rožaje", "Rozaje", "Рожаје")}
    assert len(answers) == 1
    answer = answers.pop()
    assert "unfunded partner" in answer
    assert "how sure: 12 of the 13 supported organizations cannot be placed" in answer


def test_explain_a_place_that_is_not_listed(gaps_cli):
    code, out, err = gaps_cli("explain", "Atlantis")
    assert (code, out) == (2, "")
    assert "not in the list" in err


def test_site_says_where_next(gaps_cli):
    code, out, _ = gaps_cli("site", "--new", "5")
    assert code == 0
    assert out.startswith(
        "5 of 11 candidate sites bring support near 10 of 11 towns and crossings; no other choice "
        "of them does more.\n  1. Budva, ME: 3 more"
    )
    assert "3 hotspots in question could not be judged" in out
    assert "12 of the 13 supported organizations cannot be placed" in out


def test_site_json(gaps_cli):
    code, out, _ = gaps_cli("site", "--new", "2", "--candidates", "places", "--json")
    told = json.loads(out)
    assert code == 0
    assert (told["value"], told["status"], len(told["sites"])) == (6.0, "optimal", 2)
    assert told["notes"][0].startswith("12 of the 13 supported organizations cannot be placed")


def test_site_with_bad_settings_exits_2(gaps_cli):
    for words in (
        ("--new", "0"),
        ("--new", "1", "--weights", "x"),
        ("--new", "1", "--candidates", "x"),
    ):
        code, out, err = gaps_cli("site", *words)
        assert (code, out) == (2, "")
        assert "write" in err


@pytest.mark.parametrize("kind", ["hotspots", "organizations", "supports"])
def test_template_can_be_read_back(gaps_cli, kind, tmp_path):
    code, out, err = gaps_cli("template", kind)
    assert code == 0
    header = out.strip().split(",")
    assert "source_title" in header
    for column in header:
        assert column in err
    (tmp_path / "empty.csv").write_text(out)
    code, out, _ = gaps_cli("check", tmp_path / "empty.csv")
    assert code == 2
    assert "no rows" in out


def test_template_of_something_else(gaps_cli):
    code, _, err = gaps_cli("template", "people")
    assert code == 2
    assert "hotspots, organizations, supports" in err


def test_check_tells_every_problem_with_its_fix(gaps_cli, tmp_path):
    path = tmp_path / "moje.csv"
    path.write_bytes(
        "name;country;source;lat;lon\nRožaje;ME;t;;\nRožje;MNX;t;42,8;\n".encode("cp1250")
    )
    code, out, err = gaps_cli("check", path)
    assert code == 2
    assert err == ""
    assert "moje.csv, row 3, column country ('MNX')" in out
    assert "row 3" in out
    assert "lon" in out
    code, out, _ = gaps_cli("check", path, "--json")
    assert code == 2
    assert {problem["row"] for problem in json.loads(out)} == {3}


def test_check_of_good_tables(gaps_cli, tmp_path):
    hotspots, organizations = tmp_path / "h.csv", tmp_path / "o.csv"
    supports = tmp_path / "s.csv"
    hotspots.write_text("name,country,source,kind\nZvornik,BA,t,town\n")
    organizations.write_text("name,country,town,source\nPrva,BA,Mostar,t\n")
    supports.write_text("organization,programme,from,source\nPrva,p,2020,t\n")
    code, out, _ = gaps_cli("check", hotspots, organizations, supports)
    assert code == 0
    assert out.count("no problem found") == 3


def test_check_of_a_missing_file(gaps_cli, tmp_path):
    code, out, _ = gaps_cli("check", tmp_path / "none.csv")
    assert code == 2
    assert "none.csv" in out


@pytest.fixture
def cache(monkeypatch, tmp_path):
    monkeypatch.setenv("HOTSPOT_GAPS_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_fetch_says_what_came_where_it_is_and_whose_it_is(gaps_cli, cache, shared_data):
    code, out, err = gaps_cli("fetch", "roads", "--mirror", shared_data)
    assert (code, err.strip()) == (0, "")
    assert out.startswith("roads: 9 files, 7.2 MB, fetched\n")
    assert f"{cache / 'roads' / 'roads_XK.parquet'}  378.1 kB" in out
    assert "Licence: ODbL 1.0. Attribution: © OpenStreetMap contributors" in out
    assert "`hotspot-gaps run` picks it up by itself" in out
    code, out, _ = gaps_cli("fetch", "roads", "--mirror", shared_data)
    assert code == 0
    assert "nothing to fetch" in out.splitlines()[0]


def test_fetch_json(gaps_cli, cache, shared_data):
    code, out, _ = gaps_cli("fetch", "population", "--mirror", shared_data, "--json")
    told = json.loads(out)
    assert code == 0
    assert told["folder"] == str(cache / "population")
    (file,) = told["files"]
    assert file["checked"] == f"sha256:{file['sha256']}"


def test_fetch_of_what_is_not_there_exits_2_and_keeps_nothing(gaps_cli, cache, tmp_path):
    for words, said in (
        (("raods",), "Did you mean roads?"),
        (("roads", "--mirror", tmp_path / "none"), "there is no such folder"),
        (("roads", "--mirror", "ftp://example.org"), "not an http or https address"),
        (("roads", "--mirror", tmp_path), "has no roads/road_nodes.parquet"),
    ):
        code, out, err = gaps_cli("fetch", *words)
        assert (code, out) == (2, "")
        assert said in err
    assert not cache.exists()


def test_bad_settings_exit_2(gaps_cli, tmp_path):
    assert gaps_cli("run", "--evidence", "rumour")[0] == 2
    assert gaps_cli("run", tmp_path / "none.toml")[0] == 2
    config = tmp_path / "x.toml"
    config.write_text("radius = 3")
    code, _, err = gaps_cli("run", config)
    assert code == 2
    assert "Did you mean radius_km?" in err


def test_an_output_folder_that_cannot_be_written_exits_2(gaps_cli, tmp_path):
    (tmp_path / "file").write_text("")
    code, _, err = gaps_cli("run", "--out", tmp_path / "file")
    assert code == 2
    assert "cannot write here" in err


def test_no_colour_without_a_terminal(told):
    _, out, err, _ = told
    assert err
    assert "\x1b" not in out + err


def test_site_writes_its_map_where_it_is_told(gaps_cli, tmp_path):
    code, out, _ = gaps_cli("site", "--new", "2", "--out", tmp_path / "p")
    assert code == 0
    assert out.startswith("2 of 11 candidate sites bring support near 6 of 11 towns and crossings")
    assert sorted(path.name for path in (tmp_path / "p").iterdir()) == ["sites.csv", "sites.png"]
    assert len((tmp_path / "p" / "sites.csv").read_text("utf-8").splitlines()) == 3


def test_brief_of_a_country_by_code_or_name(gaps_cli, tmp_path):
    for country, name in (("XK", "brief_XK.pdf"), ("montenegro", "brief_ME.pdf")):
        code, out, _ = gaps_cli("brief", country, "--out", tmp_path)
        assert (code, out.strip()) == (0, str(tmp_path / name))
        assert "UNSCR 1244" in pypdf.PdfReader(tmp_path / name).pages[0].extract_text()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["brief_ME.pdf", "brief_XK.pdf"]


@pytest.mark.parametrize("country", ["FR", "Atlantis", "../x", ""])
def test_brief_of_a_country_without_hotspots_exits_2(gaps_cli, tmp_path, country):
    code, out, err = gaps_cli("brief", country, "--out", tmp_path / "new")
    assert (code, out) == (2, "")
    assert "no hotspot is there. Known: AL, BA, ME, MK, RS, XK" in err
    assert not (tmp_path / "new").exists()


def test_site_by_road_needs_roads(gaps_cli):
    code, _, err = gaps_cli("site", "--new", "2", "--by-road")
    assert code == 2
    assert "fetch roads" in err


def test_site_by_road(monkeypatch, gaps_cli, shared_data, tmp_path):
    roads = tmp_path / "t.toml"
    roads.write_text(f'roads = "{shared_data / "roads"}"\n')
    code, out, _ = gaps_cli("site", roads, "--new", "1", "--by-road")
    assert code == 0
    assert out.startswith("1 of 11 candidate sites brings support near")


def test_what_is_written_beside_a_run_would_be_taken_for_a_part_of_it(gaps_cli, tmp_path):
    (tmp_path / "run.json").write_text("{}")
    for words in (("brief", "ME"), ("site", "--new", "1")):
        code, _, err = gaps_cli(*words, "--out", tmp_path)
        assert code == 2
        assert "a run lies here" in err
    assert [path.name for path in tmp_path.iterdir()] == ["run.json"]
