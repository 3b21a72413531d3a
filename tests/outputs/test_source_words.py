"""Words on sources: tables, background, and the layers that were used."""

from __future__ import annotations

from types import SimpleNamespace

import hotspot_gaps as hg
from hotspot_gaps.outputs.source_words import said_of_layers, sources_note


def test_every_layer_that_was_used_is_attributed():
    told = {"population": "WorldPop (CC BY 4.0)", "districts": "geoBoundaries"}
    result = SimpleNamespace(layers=SimpleNamespace(attributions=told))
    assert said_of_layers(result) == "People: WorldPop (CC BY 4.0)."
    text = said_of_layers(result, drawn=False)
    assert text == "People: WorldPop (CC BY 4.0). Districts: geoBoundaries."
    assert said_of_layers(SimpleNamespace(layers=SimpleNamespace(attributions={}))) == ""


def test_sources_of_own_tables_are_their_file_names(tmp_path):
    note = sources_note(hg.Settings(hotspots=tmp_path / "mine.csv"), "no background here")
    assert "Hotspots: mine.csv." in note
    assert "GI-TOC, Hotspots" not in note
    assert "NOAA" not in note
