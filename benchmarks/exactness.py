"""Exactness: against published distances, and against GeographicLib itself."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import numpy as np

from benchmarks import errors, inputs
from benchmarks.measure import ROOT, Bench
from benchmarks.report import Figure, Section, number

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from benchmarks.distances import Sizes

    Floats = NDArray[np.float64]

PUBLISHED = ROOT / "tests" / "known_answers" / "geodesic_distances.csv"
KINDS = {
    "any": "anywhere",
    "short": "up to some kilometres",
    "antipodal": "nearly antipodal",
    "polar": "near the poles",
}
LIMIT_M = 1e-6
GROUPS = 40  # of pairs that share a facility
RADII_M = (100, 10_000, 1_000_000, 10_000_000, 19_990_000)


def exactness(_: Bench, sizes: Sizes) -> Section:
    """Errors in micrometres, and wrong answers, over pairs of every length."""
    rows = [_published()]
    each = max(1, sizes.exactness_checked // GROUPS // len(KINDS))
    for kind, name in KINDS.items():
        groups = inputs.pairs(kind, GROUPS, each)
        off = np.concatenate([_against_geographiclib(*group) for group in groups])
        rows.append((f"GeographicLib, {name}", off.size, float(off.max())))
    worst = max(error for _, _, error in rows)
    facilities, counts = _all_over_the_earth(10 * GROUPS, sizes.exactness_checked // 20)
    return Section(
        "Exactness",
        "Distances of `hotspot_gaps.nearest` with one facility, so that every pair is measured, "
        "against published values and against geographiclib, Karney's own implementation in "
        "Python. A published value counts only where it is stated to better than a micrometre. "
        "Facilities and counts are held against every pair, all over the earth: half of the "
        "points are near the poles or antipodal to others.",
        [
            Figure("exactness", "largest error", f"{number(worst * 1e6)} µm", "GeographicLib",
                   worst * 1e6, LIMIT_M * 1e6, "µm"),
            _none(facilities, "wrong facilities"),
            _none(counts, "wrong counts"),
        ],
        ("held against", "pairs", "largest error, µm"),
        [(name, f"{size:,}", number(error * 1e6)) for name, size, error in rows],
    )  # fmt: skip


def distances(places: Floats, facility: Floats) -> Floats:
    """Return the distances of places to one facility, as hotspot_gaps gives them."""
    from hotspot_gaps import nearest

    found = nearest(inputs.frame(places), inputs.frame(facility[None, :]))
    return found["distance_m"].to_numpy()


def _published() -> tuple[str, int, float]:
    """Return the largest error over the published distances that are stated well enough."""
    with PUBLISHED.open(encoding="utf-8", newline="") as file:
        lines = [row for row in csv.DictReader(file) if float(row["accuracy_m"]) < LIMIT_M]
    off = [
        abs(distances(_point(row, "1")[None, :], _point(row, "2"))[0] - float(row["distance_m"]))
        for row in lines
    ]
    return "published distances", len(off), float(max(off))


def _point(row: dict[str, str], number_: str) -> Floats:
    """Return one end of a published line, the longitude within ±180 degrees."""
    lon = (float(row[f"lon{number_}"]) + 180) % 360 - 180
    return np.array([lon, float(row[f"lat{number_}"])])


def _against_geographiclib(facility: Floats, places: Floats) -> Floats:
    from geographiclib.geodesic import Geodesic

    wgs84, mask = Geodesic.WGS84, Geodesic.DISTANCE
    lon, lat = facility.tolist()
    true = [wgs84.Inverse(y, x, lat, lon, mask)["s12"] for x, y in places.tolist()]
    return np.abs(distances(places, facility) - true)


def _all_over_the_earth(facilities: int, places: int) -> tuple[errors.Wrong, errors.Wrong]:
    """Count wrong facilities and counts where half of the points are in awkward places."""
    from hotspot_gaps import count_within, nearest

    kinds = [inputs.pairs(kind, facilities // 4, places // (facilities // 4) + 1) for kind in KINDS]
    there = np.array([at for groups in kinds for at, _ in groups])
    here = np.concatenate([at for groups in kinds for _, at in groups])
    here = here[errors.sample(places, len(here))]
    frames = inputs.frame(here), inputs.frame(there)
    measured = errors.all_distances(here, there)
    truth = np.column_stack((measured.argmin(axis=1), measured.min(axis=1)))
    found = nearest(*frames)
    answer = np.column_stack((found["id"].to_numpy(dtype=float), found["distance_m"].to_numpy()))
    counted = count_within(*frames, radii_m=RADII_M).to_numpy(dtype=np.int64)
    within = np.column_stack([(measured <= radius).sum(axis=1) for radius in RADII_M])
    return (
        errors.wrong_nearest(answer, truth, here, there),
        errors.wrong_counts(counted, within),
    )


def _none(wrong: errors.Wrong, what: str) -> Figure:
    return Figure("exactness", what, f"{wrong.count} of {wrong.of:,}", "", wrong.count, 0, "")
