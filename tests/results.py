"""Results for tests: what a run would have found of made-up or built-in tables."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd

import hotspot_gaps as hg
from hotspot_gaps.gaps.certainty import Certainty
from hotspot_gaps.gaps.flags import flagged_rows
from hotspot_gaps.gaps.missing import what_is_known
from hotspot_gaps.gaps.result import Result
from hotspot_gaps.gaps.robustness import Robustness
from hotspot_gaps.sources.builtin import read_builtin

UNTRIED = Robustness(
    pd.DataFrame(columns=["hotspot_id", "nearest_flip", "scenarios"], dtype="str"),
    pd.DataFrame(), pd.DataFrame(), pd.DataFrame(),
)  # fmt: skip


def known_of(gaps, organizations, settings=None, *, hotspots_stated=40):
    """Count what is known, as a run does."""
    return what_is_known(
        gaps,
        organizations,
        read_builtin("programmes.csv"),
        settings=settings or hg.Settings(),
        hotspots_stated=hotspots_stated,
    )


def certainty(gaps, missing=12):
    """Return a certainty that nothing was searched for: no gap is certain."""
    flagged = gaps[flagged_rows(gaps)]
    counts = flagged.groupby("country").size()
    by_country = pd.DataFrame(
        {"country": counts.index, "flagged": counts.to_numpy(), "coverable": counts.to_numpy()}
    ).assign(certain=0)
    number = len(flagged)
    return Certainty(number, missing, number, 0, None, None, pd.DataFrame(), by_country, False)


def result_of(gaps, organizations, countries=None, settings=None, *, told=None, **parts):
    """Make the result that gaps and organizations are of, without a search or a scenario.

    `told` are attributions by layer; `sites`, `candidates` and `certainty` are those of the
    outlook; other parts are those of `Result`.
    """
    outlook = SimpleNamespace(
        sites=parts.pop("sites", None),
        candidates=parts.pop("candidates", None),
        certainty=parts.pop("certainty", None) or certainty(gaps),
    )
    made = {
        "countries": hg.load_boundaries() if countries is None else countries,
        "known": known_of(gaps, organizations, settings),
        "headline": "", "scenarios": UNTRIED, "outlook": outlook,
        "layers": SimpleNamespace(attributions=told or {}), "network": None, "roads": None,
        "withheld": {}, "stand_ins": gaps.iloc[:0].assign(stands_above=0, told=True), "notes": (),
    }  # fmt: skip
    return Result(gaps, organizations, **(made | parts))
