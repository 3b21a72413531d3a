"""Deprecation: what warns, says until when, and is gone in time."""

from __future__ import annotations

import pytest

import hotspot_gaps as hg
from hotspot_gaps.deprecation import ARGUMENTS, NAMES, first_is_keyword
from hotspot_gaps.gaps.candidates import candidate_sites


def version(text):
    return tuple(int(part) for part in text.split(".")[:3])


def test_nothing_outlives_the_version_in_which_it_is_removed():
    assert candidate_sites  # its old order is among the arguments once it is imported
    assert ARGUMENTS
    for old in (*NAMES.values(), *ARGUMENTS):
        assert version(old.since) < version(old.removal), old
        assert version(hg.__version__) < version(old.removal), f"remove it: {old.what}"


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_left_still_works_and_says_where_it_is(name):
    old = NAMES[name]
    with pytest.warns(DeprecationWarning, match="is deprecated since .* removed in") as told:
        found = getattr(hg, name)
    assert found.__name__ == name
    assert old.instead == f"{found.__module__}.{name}"
    assert str(told[0].message).endswith(f"write {old.instead}.")
    assert told[0].filename == __file__
    assert name not in hg.__all__
    assert name not in dir(hg)


def test_the_old_order_of_arguments_still_works(gaps, organizations):
    places = hg.load_places()
    with pytest.warns(DeprecationWarning, match=r"candidate_sites with kind by .* kind=…") as told:
        found = hg.candidate_sites("towns", gaps, organizations, places)
    assert told[0].filename == __file__
    assert found.equals(hg.candidate_sites(gaps, organizations, places, kind="towns"))
    with pytest.warns(DeprecationWarning, match="load_programmes"):
        stated = hg.load_programmes(hg.Settings())
    assert stated.equals(hg.load_programmes())


def test_the_decorator_keeps_what_help_shows():
    @first_is_keyword("how", since="0.1.0", removal="0.2.0")
    def measured(places, *, how):
        """Measure."""
        return places, how

    ARGUMENTS.pop()
    assert measured.__doc__ == "Measure."
    assert measured("a", how="b") == ("a", "b")
    with pytest.warns(DeprecationWarning, match="measured with how by position"):
        assert measured("b", "a") == ("a", "b")
    with pytest.raises(TypeError):
        measured("a")
