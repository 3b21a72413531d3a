"""What differs between a run and the same run done again, by name."""

from __future__ import annotations

from hotspot_gaps.outputs.agreement import (
    Difference,
    changed_findings,
    changed_inputs,
    changed_outputs,
    changed_values,
    why,
)

ONE = {"file": "h.csv", "sha256": "a" * 64}
OTHER = {"file": "h.csv", "sha256": "b" * 64}


def said(differences):
    return [str(one) for one in differences]


def test_inputs_are_compared_by_content():
    same = changed_inputs({"hotspots": [ONE]}, {"hotspots": [{**ONE, "file": "renamed.csv"}]})
    assert same == ([], [])
    found, silent = changed_inputs(
        {"hotspots": [ONE], "roads": [ONE, OTHER]}, {"hotspots": [OTHER], "themes": [ONE]}
    )
    assert silent == []
    assert said(found) == [
        "input hotspots: h.csv (sha256 aaaaaaaaaaaa) then, h.csv (sha256 bbbbbbbbbbbb) now",
        "input roads: h.csv (sha256 aaaaaaaaaaaa), h.csv (sha256 bbbbbbbbbbbb) then, not there now",
        "input themes: not there then, h.csv (sha256 aaaaaaaaaaaa) now",
    ]


def test_a_file_twice_is_not_the_same_as_once():
    found, _ = changed_inputs({"roads": [ONE, ONE]}, {"roads": [ONE]})
    assert [one.name for one in found] == ["roads"]


def test_withheld_checksums_are_told_as_not_comparable():
    secret = {"file": "o.csv", "withheld": "no checksum"}
    found, silent = changed_inputs({"organizations": [secret]}, {"organizations": [ONE]})
    assert found == []
    assert silent == ["input organizations: not comparable, its checksum is withheld for safety."]
    found, silent = changed_inputs({"organizations": [ONE]}, {"organizations": [secret]})
    assert said(found) == [
        "input organizations: h.csv (sha256 aaaaaaaaaaaa) then, o.csv (sha256 withheld) now"
    ]


def test_values_are_named_with_both():
    old, new = {"pandas": "3.0.1", "gone": "1"}, {"pandas": "3.0.2", "come": "2"}
    assert said(changed_values("version", old, new)) == [
        "version come: none then, 2 now",
        "version gone: 1 then, none now",
        "version pandas: 3.0.1 then, 3.0.2 now",
    ]
    assert changed_values("version", old, new, []) == []


def test_outputs_of_the_run_again_and_beside():
    old = {"a": "1", "b": "2", "c": "3", "d": "4"}
    again = {"a": "1", "b": "other", "d": "4", "e": "5"}
    beside = {"a": "1", "b": "2", "c": "spoiled", "x": "9"}
    assert said(changed_outputs(old, again, beside)) == [
        "output b: sha256 2 then, other when run again now",
        "output c: written then, not written when run again now",
        "output e: not written then, written when run again now",
        "output c: as the run wrote it then, altered beside run.json now",
        "output d: written then, missing beside run.json now",
        "output x: not written then, beside run.json now",
    ]
    assert changed_outputs(old, old, {}) == changed_outputs(old, old, old) == []


def test_findings_are_named():
    new = {"counts": {"gaps": 11}, "findings": {}, "attributions": {}, "background": "relief"}
    new["withheld"] = {"organizations": 53}
    old = {**new, "counts": {"gaps": 12, "lost": {"deep": 1}}, "findings": [], "background": 3}
    old["withheld"] = {"organizations": 1}
    assert [(one.name, one.was, one.now) for one in changed_findings(old, new)] == [
        ("counts.gaps", "12", "11"),
        ("counts.lost", "{'deep': 1}", "none"),
        ("withheld.organizations", "1", "53"),
        ("background", "3", "relief"),
    ]


def test_why_is_said_only_where_the_run_came_out_otherwise():
    version = Difference("version", "pandas", "1", "2")
    altered = Difference("output", "a", "as the run wrote it", "altered beside run.json")
    anew = Difference("output", "a", "sha256 1", "2 when run again")
    assert why([]) == why([version]) == why([altered]) == ""
    assert why([version, anew]).startswith("Only versions differ beside that")
    assert "input and the version" in why([version, Difference("input", "h", "", ""), anew])
    assert "this is a defect" in why([anew])


def test_a_terminal_does_not_obey_what_is_told():
    assert "\x1b" not in str(Difference("version", "a\x1b[31m", "1\n", "2"))
