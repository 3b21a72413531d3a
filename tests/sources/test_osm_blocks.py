"""Blocks of an extract: texts that are none, and more nodes than are borne."""

from __future__ import annotations

import pytest
from files_of_towns import write
from seed_files import make_seed

from hotspot_gaps.errors import InputError
from hotspot_gaps.sources import osm_blocks
from hotspot_gaps.sources.roads import load_roads


@pytest.mark.parametrize("key", ["high\0way", "\0", "name\0"])
def test_a_nul_in_a_text_of_an_extract(tmp_path, key):
    content = make_seed("a.osm.pbf", tmp_path).read_bytes()
    at = content.index(b"highway")
    changed = content[:at] + key.encode().ljust(7, b"\0")[:7] + content[at + 7 :]
    with pytest.raises(InputError, match="a text holds a NUL"):
        load_roads(write(tmp_path / "a.osm.pbf", changed))


def test_more_nodes_than_are_borne(tmp_path, monkeypatch):
    monkeypatch.setattr(osm_blocks, "MAX_NODES", 7)
    with pytest.raises(InputError, match="more than 7 nodes"):
        load_roads(make_seed("a.osm.pbf", tmp_path))
