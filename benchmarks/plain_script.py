"""What an analyst would write in an afternoon: nearest support, one GeoPackage, one map.

    python benchmarks/plain_script.py data/raw OUT

The rival of a whole run. It reads the same tables and answers the bare question, on a plane.
"""

from __future__ import annotations

import sys
from pathlib import Path

import geopandas as gpd
import matplotlib as mpl
import pandas as pd

mpl.use("Agg")
import matplotlib.pyplot as plt

AS_OF = "2020-12-31"
raw, out = Path(sys.argv[1]), Path(sys.argv[2])
out.mkdir(parents=True, exist_ok=True)

countries = gpd.read_file(raw / "countries.gpkg")
places = pd.read_csv(raw / "places.csv").set_index("geonames_id")
hotspots = pd.read_csv(raw / "hotspots.csv")
organizations = pd.read_csv(raw / "organizations.csv")
supports = pd.read_csv(raw / "supports.csv")
programmes = pd.read_csv(raw / "programmes.csv")


def with_points(table: pd.DataFrame) -> gpd.GeoDataFrame:
    """Take coordinates and inhabitants from the list of places, where there are none."""
    found = places.reindex(table["geonames_id"]).reset_index(drop=True)
    table["population"] = found["population"]
    for axis in ("lon", "lat"):
        table[axis] = table[axis].fillna(found[axis]) if axis in table else found[axis]
    points = gpd.points_from_xy(table["lon"], table["lat"])
    frame = gpd.GeoDataFrame(table, geometry=points, crs="EPSG:4326")
    return frame[frame["lon"].notna()].to_crs("EPSG:3035")


hotspots = with_points(hotspots)
organizations = with_points(organizations)
valid = (supports["from"] <= AS_OF) & (supports["to"] >= AS_OF)
documented = supports[valid & (supports["certainty"] == "documented")]
supported = organizations[organizations["organization_id"].isin(documented["organization_id"])]

nearest = hotspots.sjoin_nearest(
    supported[["organization_id", "name", "geometry"]],
    distance_col="distance_m",
    rsuffix="supported",
    lsuffix="hotspot",
)
nearest = nearest[~nearest.index.duplicated()]
small = (nearest["population"] < 50_000) | (nearest["kind"] == "border_crossing")
nearest["is_gap"] = small & (nearest["distance_m"] > 50_000) & (nearest["evidence"] != "related")
stated = int(programmes["stated_count"].max())

nearest.to_file(out / "gaps.gpkg", layer="gaps")
supported.to_file(out / "gaps.gpkg", layer="supported")

fig, ax = plt.subplots(figsize=(10, 10))
countries.to_crs("EPSG:3035").plot(ax=ax, color="#f4f4f0", edgecolor="#888888", linewidth=0.6)
shown = organizations[organizations["sensitivity"] != "restricted"]
shown.plot(ax=ax, color="#7fb09a", markersize=10, marker="x", label="organization")
supported.plot(ax=ax, color="#004422", markersize=80, marker="P", label="supported organization")
supported.buffer(50_000).boundary.plot(ax=ax, color="#004422", linewidth=0.8, linestyle="--")
gaps = nearest[nearest["is_gap"]]
nearest[~nearest["is_gap"]].plot(ax=ax, color="#cc3322", markersize=12, label="other hotspot")
gaps.plot(ax=ax, color="#cc3322", edgecolor="black", markersize=60, label="gap")
for row in nearest.itertuples():
    at = (row.geometry.x, row.geometry.y)
    weight = "bold" if row.is_gap else "normal"
    ax.annotate(
        row.name_hotspot, at, xytext=(6, 4), textcoords="offset points", size=8, weight=weight
    )
west, south, east, north = hotspots.total_bounds
ax.set_xlim(west - 60_000, east + 60_000)
ax.set_ylim(south - 60_000, north + 60_000)
ax.set_axis_off()
ax.legend(loc="lower left")
ax.set_title(f"{len(gaps)} gaps; {len(supported)} of {stated} supported organizations placed")
note = "Kosovo: without prejudice to positions on status, in line with UNSCR 1244/1999 and the ICJ."
ax.annotate(note, (0, -0.01), xycoords="axes fraction", va="top", size=7)
fig.savefig(out / "gap_map.png", dpi=300, bbox_inches="tight")
print(f"{len(gaps)} of {len(nearest)} hotspots are gaps")
