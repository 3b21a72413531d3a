"""Inputs: seeded points, the same in every process."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

WEST, EAST, SOUTH, NORTH = -10, 35, 35, 65
REGION = (13, 39, 24, 47)  # west, south, east, north of the Western Balkans
PLACES, FACILITIES = 1, 2  # seeds


def coordinates(count: int, seed: int) -> NDArray[np.float64]:
    """Return longitudes and latitudes spread evenly over Europe, a row a point."""
    numbers = np.random.default_rng([seed, count])
    return np.column_stack(
        (numbers.uniform(WEST, EAST, count), numbers.uniform(SOUTH, NORTH, count))
    )


def frames(places: int, facilities: int) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Return that many places and facilities in EPSG:4326."""
    return frame(coordinates(places, PLACES)), frame(coordinates(facilities, FACILITIES))


def frame(points: NDArray[np.float64]) -> gpd.GeoDataFrame:
    """Return points as a frame in EPSG:4326."""
    geometry = gpd.points_from_xy(points[:, 0], points[:, 1])
    return gpd.GeoDataFrame(geometry=geometry, crs="EPSG:4326")


def in_region(places: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return places of Europe, their box pressed onto that of the Western Balkans."""
    west, south, east, north = REGION
    share = shapely.get_coordinates(places.geometry.to_numpy()) - (WEST, SOUTH)
    share /= (EAST - WEST, NORTH - SOUTH)
    return frame(share * (east - west, north - south) + (west, south))


def population(path: str, cells: int) -> None:
    """Write people per cell over the Western Balkans, cells x cells, one in ten not known."""
    import rasterio
    from rasterio.transform import from_bounds

    numbers = np.random.default_rng([5, cells])
    people = numbers.exponential(50, (cells, cells)).astype("float32")
    people[numbers.random(people.shape) < 0.1] = -99_999
    with rasterio.open(
        path, "w", "GTiff", cells, cells, 1, dtype="float32", nodata=-99_999, crs="EPSG:4326",
        transform=from_bounds(*REGION, cells, cells),
    ) as new:  # fmt: skip
        new.write(people, 1)


def roads_folder() -> Path | None:
    """Return where the real roads are, if they are there."""
    beside = Path(__file__).resolve().parents[2] / "shared" / "data"
    folders = (beside, Path(os.environ.get("HOTSPOT_GAPS_SHARED_DATA", beside)))
    return next((each / "roads" for each in folders if (each / "roads").is_dir()), None)


def pairs(kind: str, facilities: int, each: int, seed: int = 3) -> list[tuple[NDArray, NDArray]]:
    """Return groups of places, each group with one facility, all over the earth.

    Parameters
    ----------
    kind
        `any`: everywhere; `short`: up to some kilometres, also a millimetre; `antipodal`: within
        2 degrees of the other side of the earth; `polar`: both within a degree of a pole.
    facilities, each
        How many facilities, and how many places with each.

    Returns
    -------
    list of tuple
        (longitude, latitude) of the facility, and a row a place.
    """
    numbers = np.random.default_rng([seed, *kind.encode()])
    lon = numbers.uniform(-180, 180, facilities)
    lat = np.degrees(np.arcsin(numbers.uniform(-1, 1, facilities)))
    if kind == "polar":
        lat = numbers.choice([-1, 1], facilities) * (90 - numbers.uniform(0, 1, facilities) ** 4)
    groups = []
    for at in zip(lon, lat, strict=True):
        there = np.column_stack(
            (
                numbers.uniform(-180, 180, each),
                np.degrees(np.arcsin(numbers.uniform(-1, 1, each))),
            )
        )
        if kind == "short":
            size = 10 ** numbers.uniform(-8, -1.5, (each, 1))
            there = at + size * numbers.uniform(-1, 1, (each, 2))
        elif kind == "antipodal":
            there = np.array([at[0] + 180, -at[1]]) + numbers.uniform(-2, 2, (each, 2))
        elif kind == "polar":
            side = numbers.choice([-1, 1], each)
            there[:, 1] = side * (90 - numbers.uniform(0, 1, each) ** 4)
        there[:, 0] = (there[:, 0] + 180) % 360 - 180
        there[:, 1] = np.clip(there[:, 1], -90, 90)
        groups.append((np.array(at), there))
    return groups
