"""The brief: its text is the numbers, and whatever a user wrote is text on it."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
from pathlib import Path

import pandas as pd
import pypdf
import pytest
from briefs import HOSTILE, judged, with_secrets, with_sources
from matplotlib.font_manager import FontProperties, findfont
from matplotlib.ft2font import FT2Font

import hotspot_gaps as hg
from conftest import make_hotspots, make_organizations
from hotspot_gaps.errors import OutputError, SettingsError
from hotspot_gaps.gaps.certainty import certain_gaps
from hotspot_gaps.outputs import brief
from hotspot_gaps.outputs.brief_tables import MOST_HOTSPOTS
from hotspot_gaps.outputs.brief_words import _headed, people_line
from hotspot_gaps.outputs.phrases import EVIDENCES, NEAR, percent
from results import result_of

GAP_TYPES = ("unfunded_partner", "no_known_partner")


def set_pages(gaps, organizations, countries, settings=None, *, country=None, **parts):
    settings = settings or hg.Settings()
    result = result_of(gaps, organizations, countries, settings, **parts)
    data = brief.brief_data(result, settings, country=country)
    return data, pypdf.PdfReader(io.BytesIO(brief.set_brief(data)))


def texts(reader):
    """Return the text of each page, in one line and without what only breaks words."""
    pages = (page.extract_text().replace("\u200b", "") for page in reader.pages)
    return [re.sub(r"\s+", " ", text) for text in pages]


def squeezed(text):
    return re.sub(r"\s+", "", text)


@pytest.fixture(scope="module")
def built_in(full_run):
    sure = certain_gaps(full_run.gaps, hg.load_places(), missing=12, radius_km=50)
    return set_pages(
        full_run.gaps,
        full_run.organizations,
        full_run.countries,
        certainty=sure,
        notes=full_run.notes,
    )


@pytest.fixture(scope="module")
def pages(built_in):
    return texts(built_in[1])


def test_first_page_says_what_the_tables_say(pages, full_run):
    """Recompute each number of the first page from the gap table."""
    gaps, text = full_run.gaps, pages[0]
    flagged = gaps[gaps["in_question"] & gaps["is_gap"].fillna(value=False)].sort_values("rank")
    types = flagged["gap_type"].value_counts()
    assert f"None of {len(flagged)} smaller hotspot towns and crossings has documented" in text
    assert (
        "Gaps for certain, wherever the 12 supported organizations without a known place are: "
        f"0 of {len(flagged)}" in text
    )
    assert (
        f"gap, known organization without support within 25 km ({types['unfunded_partner']})"
        in text
    )
    assert f"gap, no known organization within 25 km ({types['no_known_partner']})" in text
    assert f"Five of the {len(flagged)} gaps, and why" in text
    for row in flagged.head(5).itertuples():
        assert row.reason in text
        assert f"{row.rank} {row.name} ({row.country}" in text
    assert flagged.iloc[5]["reason"] not in text
    assert "Together: 10 of 11 gaps. No other choice" in text
    known = full_run.known
    assert f"Hotspots: {known.hotspots_listed} listed of about {known.hotspots_stated}" in text
    assert f"{known.supported_placed} placed, of {known.supported_stated}" in text
    assert "12 of the 13 supported organizations cannot be placed" in text


def test_a_page_a_country_with_hotspots(built_in, pages, full_run):
    gaps, names = full_run.gaps, full_run.countries.set_index("country")["name"]
    titles = [page["title"].rstrip("*") for page in built_in[0]["pages"]]
    assert titles == sorted(names[code] for code in gaps["country"].unique())
    assert len(pages) in (1 + len(titles), 2 + len(titles))
    for page, text in zip(built_in[0]["pages"], pages[1:], strict=False):
        assert page["title"] in text[:80]
    assert "Kosovo*" in pages[3]
    assert all("UNSCR 1244/1999" in text for text in pages)


def test_tables_of_a_country_have_its_rows(built_in, full_run):
    gaps = full_run.gaps.set_index("name")
    rows = [row for page in built_in[0]["pages"] for row in page["rows"]]
    assert len(rows) == len(gaps)
    for row in rows:
        name, kind, evidence, answer, people, km, known, share, source = row["cells"]
        one = gaps.loc[name.replace("\u200b", "")]
        placed = one["geometry"] is not None
        town = one["kind"] not in ("border_crossing", "airport", "region")
        assert (kind, evidence) == (one["kind"].replace("border_", ""), EVIDENCES[one["evidence"]])
        assert answer.startswith("gap") == (one["is_gap"] is not pd.NA and bool(one["is_gap"]))
        assert people == (f"{one['population']:,}" if town or people != "–" else "–")
        assert km == (f"{one['nearest_supported_km']:.1f}" if placed else "–")
        hidden = placed and one["known_within_25km"] and one["nearest_known_id"] == "withheld"
        count = "withheld" if hidden else str(one["known_within_25km"])
        assert known == (count if placed else "–")
        assert share == ("–" if one["flag_share"] is pd.NA else percent(one["flag_share"]))
        assert source.isdigit()


def test_who_is_known_near_the_gaps_is_public_and_near(built_in, full_run):
    public = full_run.organizations
    public = public[public["sensitivity"].ne("restricted") & ~public["supported"]]
    rows = [row for page in built_in[0]["pages"] for row in page["partners"]]
    assert rows
    for gap, name, town, km, _ in rows:
        assert name in set(public["name"])
        assert town in set(public["town"])
        assert float(km) <= 25
        assert gap in set(full_run.gaps["name"])


@pytest.mark.parametrize(("radius", "partner"), [(150, 10), (235, 40), (1000, 25)])
def test_the_text_follows_the_settings(hotspots, organizations, countries, radius, partner):
    settings = hg.Settings(radius_km=radius, partner_radius_km=partner, smaller_below=20_000)
    gaps = hg.find_gaps(hotspots, organizations, settings=settings)
    asked = gaps[gaps["in_question"] & gaps["gap_type"].isin(["covered", *GAP_TYPES])]
    flagged = asked[asked["is_gap"].astype(bool)]
    text = texts(set_pages(gaps, organizations, countries, settings)[1])[0]
    if len(flagged):
        number = f"{len(flagged)} of {len(asked)} smaller hotspot towns and crossings"
        assert f"{number} {'has' if len(flagged) == 1 else 'have'} no documented" in text
    else:
        assert f"All {len(asked)} smaller hotspot towns and crossings have documented" in text
    assert "under 20,000 inhabitants" in text
    assert f"documented support, with {radius} km around (1)" in text
    for kind in GAP_TYPES:
        count = int(flagged["gap_type"].eq(kind).sum())
        words = NEAR[kind].format(f" within {partner} km")
        assert (f"{words} ({count})" in text) == bool(count)


def test_method_and_limits_are_at_the_end(pages):
    text = pages[-1]
    for needed in ("Method and limits", "WGS84", "maximal covering", "GeoNames (CC BY 4.0)",
                   "1,620 scenarios", "25, 50, 100 km", "under 50,000 inhabitants"):  # fmt: skip
        assert needed in text, needed


def test_the_same_bytes_twice_and_nothing_of_the_machine(tmp_path, gaps, organizations, countries):
    for name in ("a.pdf", "b.pdf"):
        result = result_of(gaps, organizations, countries)
        brief.write_brief(tmp_path / name, result, hg.Settings())
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()
    reader = pypdf.PdfReader(tmp_path / "a.pdf")
    assert set(reader.metadata) == {"/Title", "/Creator"}
    assert reader.metadata.creator.startswith("Typst ")
    xmp = reader.xmp_metadata.stream.get_data().decode()
    for word in ("CreateDate", "ModifyDate", "creator>", str(Path.cwd()), str(Path.home())):
        assert word not in xmp
    assert reader.trailer["/Root"]["/Lang"] == "en-GB"
    assert "/StructTreeRoot" in reader.trailer["/Root"]


def test_restricted_organizations_are_on_no_page(hotspots, organizations, countries):
    secrets = with_secrets(organizations)
    gaps = hg.find_gaps(hotspots, secrets)
    data, reader = set_pages(gaps, secrets, countries)
    assert "Secret" not in json.dumps(data, ensure_ascii=False)
    assert "53 organizations counted and never shown" in texts(reader)[-1]
    shown = data["front"]["map"]["counts"]
    public = organizations[organizations["sensitivity"].ne("restricted")]
    others = public[public.geometry.notna() & public["support"].isna()]
    assert shown["known"] == len(others.geometry.drop_duplicates())


def test_a_town_of_restricted_organizations_is_not_told(countries):
    rows = [("x", "documented", "restricted", 18.0, 43.0), ("y", None, "restricted", 18.1, 43.1)]
    organizations = with_sources(make_organizations(rows)).assign(town="Skriveno", name="Tajna")
    gaps = hg.find_gaps(make_hotspots([("h", "town", 9, 18.3, 43.0)]), organizations)
    data, _ = set_pages(gaps, organizations, countries)
    text = json.dumps(data, ensure_ascii=False)
    assert "Skriveno" not in text
    assert "Tajna" not in text
    assert data["front"]["map"]["organizations"] == []
    assert data["front"]["map"]["reach"] == []


def test_what_a_user_wrote_is_text(countries):
    gaps, organizations = judged(HOSTILE)
    gaps["source"] = [f"{name}, javascript:alert(1)" for name in HOSTILE]
    _, reader = set_pages(gaps, organizations.assign(name=HOSTILE[0]), countries)
    text = squeezed("".join(texts(reader)))
    for name in (*HOSTILE[:3], HOSTILE[4], "W" * 59 + "…", *HOSTILE[6:]):
        assert squeezed(name) in text, name
    for word in HOSTILE[3].split():  # extracted in the order in which it is drawn
        assert word in text or word[::-1] in text


@pytest.mark.parametrize("country", [None, "BA"])
def test_the_name_of_a_country_is_text(countries, country):
    gaps, organizations = judged(["Bar", "Ulcinj"])
    named = countries.assign(name=countries["name"].mask(countries["country"].eq("BA"), HOSTILE[1]))
    _, reader = set_pages(gaps, organizations, named, country=country)
    assert squeezed(HOSTILE[1]) in squeezed(" ".join(texts(reader)))
    assert country is None or squeezed(HOSTILE[1]) in squeezed(reader.metadata.title)


def test_links_lead_to_the_web_alone(built_in, countries):
    gaps, organizations = judged(["Bar", "Ulcinj"])
    gaps["source"] = ["file:///etc/hosts", "a, https://example.org/x"]
    for _, reader in (built_in, set_pages(gaps, organizations, countries)):
        links = [
            str(note.get_object()["/A"]["/URI"])
            for page in reader.pages
            for note in page.get("/Annots", [])
        ]
        assert links
        assert all(re.match("https?://", link) for link in links)


def test_every_letter_of_the_data_is_in_the_font(full_run):
    font = FT2Font(findfont(FontProperties(family="DejaVu Sans")))
    text = "".join(
        full_run.gaps[column].dropna().astype("str").str.cat()
        for column in ("name", "alt_names", "reason", "source")
    )
    text += "".join(full_run.organizations["name"]) + "ЉЊЂЋЏљњђћџ ĆĐŠŽçëÇË"
    missing = {letter for letter in text if not font.get_char_index(ord(letter))}
    assert not missing - {"\n"}


def test_no_gap_one_hotspot_and_none_placed(countries):
    gaps, organizations = judged(["Bar"], support=(17.0, 43.0))
    data, reader = set_pages(gaps, organizations, countries)
    text = texts(reader)[0]
    assert "The one smaller hotspot town or crossing has documented support" in text
    assert "No gap: who covers each place" in text
    assert "The nearest supported organization is Organization o (0.0 km)" in text
    assert [town["name"] for town in data["front"]["towns"]] == ["Bar"]
    assert "Where next" not in text
    lost = hg.find_gaps(make_hotspots([("lost", "region", None, None, None)]), organizations)
    text = " ".join(texts(set_pages(lost, organizations, countries)[1]))
    assert "Not known: of 1 hotspot, none can be judged" in text


def test_nothing_placed_where_no_country_is_drawn_has_no_map(countries):
    hotspots = make_hotspots([("lost", "region", None, None, None)]).assign(country="CL")
    organizations = with_sources(make_organizations([]))
    gaps = hg.find_gaps(hotspots, organizations)
    _, reader = set_pages(gaps, organizations, countries)
    assert "No hotspot here can be placed, so there is no map." in texts(reader)[0]


def test_one_gap(countries):
    gaps, organizations = judged(["Bar"])
    text = texts(set_pages(gaps, organizations, countries)[1])[0]
    assert "The gap, and why" in text
    assert "The next grant would reach most at Bar (BA): 1 of 1 gap." in text


def test_five_hundred_hotspots(countries):
    gaps, organizations = judged([f"Town {at}" for at in range(500)])
    data, reader = set_pages(gaps, organizations, countries)
    page = data["pages"][0]
    assert len(page["rows"]) == MOST_HOTSPOTS
    assert page["more"] == f"and {500 - MOST_HOTSPOTS} more, in gaps.csv"
    assert page["more"] in " ".join(texts(reader))
    assert len(reader.pages) <= 4


def test_no_word_is_cut_by_the_edge_of_the_page(tmp_path, countries):
    program = shutil.which("pdftotext")
    if program is None:
        pytest.skip("poppler's pdftotext is not installed")
    gaps, organizations = judged([*HOSTILE, "M" * 300, "Bar " * 75])
    gaps["source"] = "A text, https://example.org/" + "x" * 200
    data, _ = set_pages(gaps, organizations, countries)
    (tmp_path / "a.pdf").write_bytes(brief.set_brief(data))
    done = subprocess.run(
        [program, "-bbox", tmp_path / "a.pdf", "-"], capture_output=True, text=True, check=True
    )  # fmt: skip
    words = re.findall(r'xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.]+)" yMax="([\d.]+)"',
                       done.stdout)  # fmt: skip
    assert len(words) > 300
    for west, north, east, south in words:
        assert float(west) >= 40
        assert float(east) <= 595 - 40
        assert float(north) >= 20
        assert float(south) <= 842 - 10


def test_a_brief_for_one_country(built_in, full_run):
    data, reader = set_pages(
        full_run.gaps, full_run.organizations, full_run.countries, country="ME",
        certainty=certain_gaps(full_run.gaps, hg.load_places(), missing=12, radius_km=50),
    )  # fmt: skip
    own = full_run.gaps[full_run.gaps["country"] == "ME"]
    pages = texts(reader)
    assert pages[0].startswith("Brief for Montenegro, as of 31 December 2020")
    assert "Montenegro: none of 5 smaller hotspot towns" in pages[0]
    assert (
        "Gaps for certain, wherever the 12 supported organizations without a known place are: "
        "0 of 5." in pages[0]
    )
    assert [row["cells"][0] for row in data["pages"][0]["rows"]] == own.sort_values("rank")[
        "name"
    ].tolist()
    assert len(pages) == 2
    assert "Sarandë" not in " ".join(pages)
    assert f"{len(full_run.organizations)} known in all countries" in pages[0]


def test_a_country_without_hotspots_is_refused(full_run):
    with pytest.raises(SettingsError, match=r"country \('FR'\): no hotspot is there"):
        set_pages(full_run.gaps, full_run.organizations, full_run.countries, country="FR")


def test_pages_that_cannot_be_set_are_an_error_that_says_so():
    with pytest.raises(OutputError, match=r"brief\.pdf: the pages cannot be set"):
        brief.set_brief({})


def test_minutes_have_a_column_where_there_are_roads(countries):
    gaps, organizations = judged(["Bar", "Ulcinj", "Tivat"])
    gaps["travel"] = ["reached", "unreachable", "too_far_from_a_road"]
    gaps["travel_min"] = [61.6, None, None]
    gaps["travel_min"] = gaps["travel_min"].astype("Float64")
    data, _ = set_pages(gaps, organizations, countries)
    page = data["pages"][0]
    at = [column["title"] for column in page["columns"]].index("min by road")
    cells = {row["cells"][0]: row["cells"][at] for row in page["rows"]}
    assert cells == {"Bar": "62", "Ulcinj": "unreachable", "Tivat": "too far"}


NOT_DRAWABLE = (
    "Trešnja 1\ufe0f\u20e3", "Z\u036b\u0360a", "ff\u20dd", "北京市中心", "a\u0308\u200b\u202e",
    "\U0001f600", "თბილისი", "مدينة",
)  # fmt: skip


@pytest.mark.parametrize("name", NOT_DRAWABLE)
def test_a_name_that_no_font_has_is_marked_and_the_brief_is_set(countries, name):
    gaps, organizations = judged([name, "Bar"])
    _, reader = set_pages(gaps, organizations, countries)
    fonts = {
        str(font.get_object()["/BaseFont"])
        for page in reader.pages
        for font in page["/Resources"]["/Font"].values()
    }
    assert all("DejaVu" in font for font in fonts), fonts


def test_what_is_apart_and_not_placed_is_told(built_in, full_run):
    names = full_run.countries.set_index("name")["country"]
    for page in built_in[0]["pages"]:
        own = full_run.gaps[full_run.gaps["country"].eq(names[page["title"].rstrip("*")])]
        lost = int((~own["in_question"] & own.geometry.isna()).sum())
        told = " ".join(page["lines"])
        assert (f"and {lost} not placed" in told) == (lost > 0)


def test_notes_of_the_run_have_one_heading_each_and_no_marks():
    notes = ["Where next: at Bar.", "Minutes: `hotspot-gaps fetch roads` brings them.",
             "People: `hotspot-gaps fetch population` brings them."]  # fmt: skip
    assert _headed(notes) == [
        ["Where next", "at Bar."],
        ["Not measured", "Minutes: hotspot-gaps fetch roads brings them. "
         "People: hotspot-gaps fetch population brings them."],
    ]  # fmt: skip


def test_people_are_told_to_three_digits_with_the_share_known(gaps):
    settings = hg.Settings()
    assert people_line(gaps, settings) == ""
    counted = gaps.assign(people_within_25km=96_443, people_known_share=0.55)
    line = people_line(counted, settings)
    assert line.startswith("People within 25 km, about: Sarandë 96,400 (55 % of the circle known);")
