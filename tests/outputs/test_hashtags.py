"""Hashtags: libhxl as a witness that the gap table with its row of them is HXL."""

from __future__ import annotations

import hxl
import pandas as pd
import pytest

import hotspot_gaps as hg
from hotspot_gaps.gaps.flags import columns
from hotspot_gaps.outputs.hashtags import add_tag_row, hashtags
from hotspot_gaps.outputs.tables import write_csv


def test_libhxl_reads_the_table_back(tmp_path, full_run):
    path = tmp_path / "gaps.csv"
    write_csv(full_run.gaps, path)
    plain = pd.read_csv(path, dtype=str, keep_default_na=False)
    add_tag_row(path)
    with hxl.data(str(path), hxl.InputOptions(allow_local=True)) as dataset:
        tags = [column.display_tag for column in dataset.columns]
        headers = [column.header for column in dataset.columns]
        rows = [list(row.values) for row in dataset]
    assert headers == list(plain)
    assert tags == hashtags(plain)
    assert rows == plain.to_numpy().tolist()


@pytest.mark.parametrize("radius", [0.5, 25.0, 33.25, 20004.0])
def test_hashtags_differ_and_are_hashtags(radius):
    settings = hg.Settings(radius_km=radius, partner_radius_km=12.0)
    tags = hashtags(name for name in columns(settings) if name != "geometry")
    assert len(set(tags)) == len(tags)
    for tag in tags:
        column = hxl.model.Column.parse(tag)
        assert column is not None, tag
        assert column.display_tag == tag
