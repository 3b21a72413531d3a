"""People: within a radius of places, from a raster, against exactextract."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from benchmarks import inputs
from benchmarks.measure import Bench, Case
from benchmarks.report import Figure, Section, megabytes, number, ratio, timing

if TYPE_CHECKING:
    from benchmarks.distances import Sizes

CORNERS, MANY = 128, 1_024


def people(bench: Bench, sizes: Sizes) -> Section:
    """Count people within 25 km: against exactextract on the same circles."""
    n, size = sizes.people
    cells = ("cells", size)
    ours, rival, fine = cases = [
        Case("people_ours", n, 0, (cells,)),
        Case("people_exactextract", n, 0, (cells, ("corners", CORNERS))),
        Case("people_exactextract", n, 0, (cells, ("corners", MANY))),
    ]
    runs = dict(zip(cases, bench.measure(cases), strict=True))
    off = {
        case: 100 * float(np.abs(runs[case].answer / runs[fine].answer - 1).max())
        for case in (ours, rival)
    }
    names = {
        ours: "hotspot_gaps, one core", rival: f"exactextract, {CORNERS} corners",
        fine: f"exactextract, {MANY:,} corners",
    }  # fmt: skip
    west, south, east, north = inputs.REGION
    table = [
        (name, *timing(runs[case]), megabytes(runs[case]), number(off[case]) if case in off else "")
        for case, name in names.items()
    ]
    return Section(
        f"People within 25 km: {n:,} places, a raster of {size:,} × {size:,} cells",
        f"`people_within` of hotspot_gaps, from a frame and a GeoTIFF to a frame, on one core, "
        f"against `exact_extract` with sum and count. The raster has cells of "
        f"{(east - west) / size:.2g}° × {(north - south) / size:.2g}° over the Western Balkans, "
        f"{west} to {east} E and {south} to {north} N, of which one in ten is not known; it is not "
        f"compressed. The rival gets the same circles of {CORNERS} corners; drawing them is in our "
        "seconds and not in its.",
        [
            ratio("people", "against exactextract", runs[ours], runs[rival], 0.2),
            Figure(
                "people", "largest difference from exactextract", f"{number(off[ours])} %", "",
                off[ours], 0.1, "%",
            ),
        ],
        ("contender", "median, s", "from, to", "peak MB", "largest difference, %"),
        table,
        f"Differences are from exactextract with circles of {MANY:,} corners.",
    )  # fmt: skip
