"""The map of a proposal: its numbers are those of the proposal, and it names no organization."""

from __future__ import annotations

import io

import pytest
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.colors import to_hex

import hotspot_gaps as hg
from conftest import make_hotspots, make_organizations
from hotspot_gaps.gaps.candidates import candidate_sites
from hotspot_gaps.gaps.siting import propose_sites
from hotspot_gaps.outputs import style
from hotspot_gaps.outputs.map_panels import INDENT
from hotspot_gaps.outputs.siting_map import siting_figure
from hotspot_gaps.outputs.siting_words import amount
from hotspot_gaps.sources.boundaries import load_places
from results import result_of


def page(gaps, organizations, countries, *, kind="towns", new=5, **how):
    settings = hg.Settings()
    candidates = candidate_sites(gaps, organizations, load_places(), kind=kind)
    proposal = propose_sites(gaps, organizations, candidates, new=new, radius_km=50, **how)
    result = result_of(
        gaps, organizations, countries, settings, sites=proposal, candidates=candidates
    )
    figure = siting_figure(result, settings)
    texts = [t.get_text() for ax in figure.axes for t in ax.texts]
    return figure, [*texts, *(t.get_text() for t in figure.texts)], proposal


@pytest.fixture(scope="module")
def drawn(gaps, organizations, countries):
    return page(gaps, organizations, countries)


def test_the_title_and_the_list_are_the_proposal(drawn):
    figure, texts, proposal = drawn
    assert texts[-4] == "Five grants would bring support within 50 km of 10 of 11 gaps"
    left = proposal.total
    rows = iter(texts[texts.index("still open") + 1 :])
    for row in proposal.sites.to_dict("records"):
        left -= row["gain"]
        number, place, gain, rest, served = (next(rows) for _ in range(5))
        assert number == str(row["order"])
        assert place == f"{row['name']} ({row['country']})"
        assert served == row["towns"].replace(";", ",")
        assert (gain, rest) == (f"{row['gain']:.0f}", f"{left:.0f}")
    assert left == 1
    assert "gap that stays open afterwards (1)" in texts
    # Northern Kosovo, near-equal to two of the sites, is one place.
    assert "near-equal alternative to a site (4)" in texts
    assert sum(t.startswith("1 Budva: Kotor, Bar") for t in "\n".join(texts).split("\n")) == 1
    assert figure.dpi == 150


def test_alternatives_are_seen_around_the_hotspots_that_they_are(drawn):
    """Open, on top of the hotspot, and larger than its symbol."""
    ax = drawn[0].axes[0]
    (rings,) = [c for c in ax.collections if c.get_zorder() == 6.2]
    assert len(rings.get_facecolor()) == 0
    assert rings.get_sizes()[0] > style.MARKS["gap"].area
    assert rings.get_zorder() > max(
        c.get_zorder()
        for c in ax.collections
        if len(c.get_facecolor()) and to_hex(c.get_facecolor()[0]) == style.HOTSPOT
    )


def test_it_says_what_it_is_not(drawn):
    text = " ".join(drawn[1]).replace("\n" + INDENT, " ").replace("\n", " ")
    for needed in (
        "it does not say whom to fund", "12 of the 13 supported organizations", "What is not known",
        "may be at a proposed site already", "22 listed of about 40", "UNSCR 1244/1999",
        "A hotspot that is not listed counts nothing here", "no choice of as many brings more",
    ):  # fmt: skip
        assert needed in text


def test_a_ring_has_the_radius_and_a_pin_hides_no_hotspot(drawn, gaps):
    """Each pin is 16 points wide; no flagged point is under one."""
    figure, _, proposal = drawn
    ax = figure.axes[0]
    renderer = RendererAgg(*figure.bbox.size, figure.dpi)
    numbers = proposal.sites["order"].astype(str).tolist()
    pins = [t for t in ax.texts if t.get_text() in numbers]
    assert [t.get_text() for t in pins] == numbers
    at = gaps.set_index("hotspot_id").geometry.to_crs(gaps.estimate_utm_crs())
    flagged = gaps.loc[gaps["is_gap"].fillna(value=False) & gaps["in_question"], "hotspot_id"]
    spots = ax.transData.transform([(at[one].x, at[one].y) for one in flagged])
    for pin in pins:
        square = pin.get_bbox_patch().get_window_extent(renderer)
        assert not any(square.contains(*spot) for spot in spots)


def test_seats_are_told_by_their_towns(gaps, organizations, countries):
    _, texts, proposal = page(gaps, organizations, countries, kind="organizations")
    text = "\n".join(texts)
    assert "Chosen from 97 seats of known organizations" in text
    chosen = [*proposal.sites["site_id"], *proposal.alternatives["instead_id"]]
    for name in organizations.set_index("organization_id").loc[chosen, "name"]:
        assert name not in text
    assert "Cetinje (ME)" in texts
    assert "Zubin Potok (XK*)" in texts
    # Another organization in Lezhë is no other place.
    assert "4 Lezhë: Ulcinj, Shkodër, Pukë" in text
    assert len(proposal.alternatives) == 9


def test_any_populated_place(gaps, organizations, countries):
    _, texts, proposal = page(gaps, organizations, countries, kind="places")
    assert any("of all 11 gaps" in t for t in texts)
    assert texts.count("Zapadni Mojstir") == 1
    assert not any("stays open" in t for t in texts)
    alternatives = len(proposal.alternatives.drop_duplicates(["name", "country"]))
    assert f"near-equal alternative to a site ({alternatives})" in texts


def test_people_and_what_is_not_counted(gaps, organizations, countries):
    _, texts, proposal = page(gaps, organizations, countries, weights="people", new=9)
    assert len(proposal.sites) == 6
    assert any(t.startswith("Six grants would") for t in texts)
    assert f"Counted in people, {proposal.total:,.0f} in all." in texts
    assert any("Not counted, people not known: Rača crossing" in t for t in texts)


def test_ways_are_shortened(gaps, organizations, countries):
    figure, texts, proposal = page(
        gaps, organizations, countries, method="p_median", weights="people", new=3
    )
    share = 100 * proposal.value / proposal.total
    assert (
        f"Three grants would shorten the ways to support by {share:.0f} % and leave 4 of 11 gaps"
        in texts
    )
    assert "proposed site (3); a town or crossing, not an organization" in texts
    assert "gap that stays open afterwards (4)" in texts
    figure.savefig(io.BytesIO())


def test_ways_without_any_support_have_no_share(hotspots, organizations, countries):
    none = organizations.assign(supported=False, support=None)
    bare = hg.find_gaps(hotspots, none)
    _, texts, _ = page(bare, none, countries, method="p_median", new=2)
    assert any(
        t.startswith("Two grants as near as can be to all hotspots would bring support and leave")
        for t in texts
    )


def test_no_gap_is_a_page_too(countries):
    hotspots = make_hotspots([("h", "town", 9, 18.0, 43.0)])
    organizations = make_organizations([("o", "documented", "public", 18.0, 43.0)])
    gaps = hg.find_gaps(hotspots, organizations)
    figure, texts, _ = page(gaps, organizations, countries)
    assert "No gap: there is nothing that a grant could cover" in texts
    assert "None: there is no site." in "\n".join(texts)
    figure.savefig(io.BytesIO())


def test_no_candidate_reaches_anything(countries):
    hotspots = make_hotspots([("h", "town", 9, 18.0, 43.0)])
    organizations = make_organizations([("o", None, "public", 20.0, 44.0)])
    gaps = hg.find_gaps(hotspots, organizations)
    _, texts, proposal = page(gaps, organizations, countries, kind="organizations")
    assert proposal.sites.empty
    assert "No candidate would bring support within 50 km of the one gap" in texts


def test_one_at_a_time_that_costs_something_is_told(countries):
    """The worked number of the method's page: L and R together; M, then L, one at a time."""
    kilometre = 1 / 110.574  # of latitude at the equator; near enough
    rows = [("a", 9000, 0), ("b", 10000, 33), ("c", 10000, 82), ("d", 9000, 115)]
    hotspots = make_hotspots(
        [(name, "town", people, 18.0, 43 + at * kilometre) for name, people, at in rows]
    )
    seats = [("l", 12), ("m", 57), ("r", 102)]
    organizations = make_organizations(
        [(name, None, "public", 18.0, 43 + at * kilometre) for name, at in seats]
    ).assign(town=["Left", "Middle", "Right"])
    gaps = hg.find_gaps(hotspots, organizations, settings=hg.Settings(radius_km=30))
    settings = hg.Settings(radius_km=30)
    candidates = candidate_sites(gaps, organizations, load_places(), kind="organizations")
    proposal = propose_sites(gaps, organizations, candidates, new=2, radius_km=30, weights="people")
    result = result_of(
        gaps, organizations, countries, settings, sites=proposal, candidates=candidates
    )
    figure = siting_figure(result, settings)
    text = " ".join(t.get_text() for ax in figure.axes for t in ax.texts).replace("\n", " ")
    assert "they would go to Middle, " in text
    assert "costs up to 9,000 people against choosing together" in text
    assert "Organization l" not in text
    assert "Organization m" not in text


def test_restricted_organizations_are_not_shown(countries):
    rows = [
        ("x", "documented", "restricted", 18.0, 43.0),
        ("y", None, "restricted", 20.0, 43.0),
        ("z", None, "public", 20.1, 43.0),
    ]
    organizations = make_organizations(rows).assign(town=["Skriveno", "Tajna", "Javno"])
    gaps = hg.find_gaps(make_hotspots([("h", "town", 9, 20.0, 43.0)]), organizations)
    _, texts, _ = page(gaps, organizations, countries, kind="organizations", new=1)
    text = "\n".join(texts)
    assert "Javno" in text
    assert "Skriveno" not in text
    assert "Tajna" not in text
    assert "documented support today" not in text


def test_text_of_users_is_text(gaps, organizations, countries):
    hostile = gaps.assign(name=[f"$x^{{$</script> {'long ' * 60}{n}" for n in range(len(gaps))])
    figure, texts, _ = page(hostile, organizations, countries)
    figure.savefig(io.BytesIO())
    # Neither a label nor a line of a panel runs over the page.
    assert max(len(line) for text in texts for line in text.split("\n")[:8]) < 240
    assert max(len(t.get_text()) for t in figure.axes[0].texts) <= 40


def test_the_page_is_the_same_every_time(gaps, organizations, countries):
    def once():
        data = io.BytesIO()
        figure, _, _ = page(gaps, organizations, countries, new=2)
        figure.savefig(data, metadata={"Software": None})
        return data.getvalue()

    assert once() == once()


@pytest.mark.parametrize(
    ("value", "text"), [(3.0, "3"), (2.54, "2.5"), (9121.0, "9,121"), (14608997.0, "14.6 M")]
)
def test_amounts_are_short(value, text):
    assert amount(value) == text
