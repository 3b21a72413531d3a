"""Tables with one fault each, for the tests of the door."""

import pandas as pd
import pytest

from hotspot_gaps.errors import InputError
from hotspot_gaps.sources.schema import check_table

GOOD = {
    "hotspots": {"name": "Bar", "country": "ME", "source_title": "a report"},
    "organizations": {"name": "Klub MASA", "country": "BA", "source_title": "a report"},
    "supports": {
        "organization_id": "org-1",
        "programme": "fund",
        "from": "2020",
        "source_title": "a report",
    },
    "places": {"geonames_id": "1", "name": "Bar", "country": "ME", "lat": "42.1", "lon": "19.1"},
}


KINDS = tuple(GOOD)


def table(*rows, kind="hotspots") -> pd.DataFrame:
    """Make rows that are good but for what is given; None leaves a column out."""
    full = [{**GOOD[kind], **row} for row in rows or [{}]]
    kept = list(dict.fromkeys(name for row in full for name in row))
    frame = pd.DataFrame(full, columns=kept, index=pd.RangeIndex(2, 2 + len(full), name="row"))
    return frame.drop(columns=[name for name in kept if frame[name].isna().all()])


def checked(*rows, kind="hotspots") -> pd.DataFrame:
    return check_table(table(*rows, kind=kind), kind, "mine.csv")


def problems(*rows, kind="hotspots"):
    with pytest.raises(InputError) as caught:
        checked(*rows, kind=kind)
    return caught.value.problems


def problem(*rows, kind="hotspots"):
    found = problems(*rows, kind=kind)
    assert len(found) == 1, found
    assert found[0].file == "mine.csv"
    return found[0]
