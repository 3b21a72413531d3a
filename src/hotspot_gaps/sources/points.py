"""Users' tables as text under our column names, with the points of a layer as lat and lon."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hotspot_gaps.errors import Problem
from hotspot_gaps.sources.cells import as_text, converted, plain_text, to_numbers
from hotspot_gaps.sources.columns import assigned, doubled
from hotspot_gaps.sources.fields import FIELDS
from hotspot_gaps.sources.personal import personal_text

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd


# A tenth of a metre: where the same coordinate was written twice.
SAME_DEGREES = 1e-6


def text_table(frame: pd.DataFrame, kind: str, file: str) -> tuple[pd.DataFrame, list[Problem]]:
    """Return the known columns as text under our names, with points as lat and lon."""
    import geopandas as gpd
    import pandas as pd

    found, problems = assigned(frame, kind), []
    for ours, theirs in found.items():
        if len(theirs) > 1:
            what = f"the columns {', '.join(map(repr, theirs))} mean the same."
            problems.append(Problem(file, 0, ours, "", what, f"Keep one, and name it {ours!r}."))
    table = pd.DataFrame({ours: as_text(frame[theirs[0]]) for ours, theirs in found.items()})
    table = table.reindex(frame.index)
    for ours, names in doubled(frame, kind).items():
        problems += _differing(frame[names], ours, kind, file)
    if isinstance(frame, gpd.GeoDataFrame) and "lat" in FIELDS[kind]:
        problems += _points_to_columns(frame, table, file)
    return table, problems


def _differing(frame: pd.DataFrame, ours: str, kind: str, file: str) -> list[Problem]:
    """Find rows in which columns of one meaning differ."""
    field, names = FIELDS[kind][ours], list(frame.columns)
    texts = {name: as_text(frame[name]) for name in names}
    # A cell that cannot be converted stands for itself.
    meant = {
        name: converted(text, field).astype(object).where(lambda cells: cells.notna(), text)
        for name, text in texts.items()
    }
    first = meant[names[0]]
    problems = []
    for name in names[1:]:
        for row, one, other in zip(frame.index, first, meant[name], strict=True):
            if _same(one, other):
                continue
            value = ", ".join(plain_text(texts[column][row]) or "-" for column in (names[0], name))
            problems.append(
                Problem(
                    file, int(str(row)), f"{names[0]}, {name}",
                    "" if personal_text(value, ours) else value[:80],
                    "these columns mean the same, but differ.", "Delete the one that is wrong.",
                )
            )  # fmt: skip
    return problems


def _same(one: object, other: object) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return abs(one - other) <= SAME_DEGREES or (np.isnan(one) and np.isnan(other))
    return (plain_text(one) or "") == (plain_text(other) or "")


def _points_to_columns(frame: gpd.GeoDataFrame, table: pd.DataFrame, file: str) -> list[Problem]:
    """Write points into the columns lat and lon of the table, which give way to them."""
    import pandas as pd
    import shapely

    shapes = frame.geometry.to_numpy()
    multi = shapely.get_type_id(shapes) == shapely.GeometryType.MULTIPOINT
    single = multi & (shapely.get_num_geometries(shapes) == 1)
    shapes = np.where(single, shapely.get_geometry(shapes, 0), shapes)
    filled = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    point = filled & (shapely.get_type_id(shapes) == shapely.GeometryType.POINT)
    points = np.where(point, shapes, None)
    problems = []
    for name, values in (("lat", shapely.get_y(points)), ("lon", shapely.get_x(points))):
        given = as_text(pd.Series(values, index=frame.index))
        if name in table:
            written = to_numbers(table[name])
            apart = table[name].notna() & point & ~((written - values).abs() <= SAME_DEGREES)
            for row in table.index[apart]:
                value = f"{plain_text(table.at[row, name])}, {given[row]}"
                what = f"{name} and the point of the feature differ."
                problems.append(
                    Problem(
                        file, int(str(row)), f"{name}, geometry",
                        "" if personal_text(value) else value[:80], what,
                        f"Correct one of the two, or delete the column {name}.",
                    )
                )  # fmt: skip
            given = given.where(point, table[name])
        table[name] = given
    return problems + [
        Problem(
            file, int(str(row)), "geometry", shapes[at].geom_type, "this is not a point.",
            "Replace it by a point, such as a point on its surface.",
        )
        for at, row in enumerate(frame.index)
        if filled[at] and not point[at]
    ]  # fmt: skip
