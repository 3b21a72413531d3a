"""Pictures: what they say of the layers that were used."""

from __future__ import annotations

from types import SimpleNamespace

from hotspot_gaps.outputs.pictures import said_of_layers


def test_every_layer_that_was_used_is_attributed():
    told = {"population": "WorldPop (CC BY 4.0)", "districts": "geoBoundaries"}
    result = SimpleNamespace(layers=SimpleNamespace(attributions=told))
    assert said_of_layers(result) == "People: WorldPop (CC BY 4.0)."
    text = said_of_layers(result, drawn=False)
    assert text == "People: WorldPop (CC BY 4.0). Districts: geoBoundaries."
    assert said_of_layers(SimpleNamespace(layers=SimpleNamespace(attributions={}))) == ""
