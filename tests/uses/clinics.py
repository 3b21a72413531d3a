"""Which small towns of one country have no open clinic near? From a CSV of one's own.

Run it in the folder of `clinics.csv`, which has the columns clinic, x, y (EPSG:32634) and open.
"""

import geopandas as gpd
import pandas as pd

import hotspot_gaps as hg

# The towns: here those of Montenegro from GeoNames; any frame of points with inhabitants will do.
places = hg.load_places()
towns = places[(places["country"] == "ME") & places["population"].gt(1_000)]
towns = towns.rename(columns={"name": "town", "population": "inhabitants"}).set_index("town")

# The clinics, in metres of UTM zone 34.
table = pd.read_csv("clinics.csv")
points = gpd.points_from_xy(table["x"], table["y"], crs="EPSG:32634")
clinics = gpd.GeoDataFrame(table, geometry=points)

# Distances need no more than points. The answer has the index of the towns.
towns["km"] = hg.nearest(towns, clinics, id="clinic")["distance_m"] / 1000

# Gaps need inhabitants, and which services count: say what your columns are called.
gaps = hg.find_gaps(
    hg.as_hotspots(towns, population="inhabitants"),
    hg.as_organizations(clinics, id="clinic", supported="open"),
    settings=hg.Settings(radius_km=20, partner_radius_km=10, smaller_below=20_000),
)
found = gaps[gaps["is_gap"].fillna(False)].sort_values("rank")
print(found[["nearest_supported_name", "nearest_supported_km", "gap_type"]].round(1))

# Where should the next two open? In two of the towns themselves.
sites = hg.propose_sites(
    gaps,
    hg.as_organizations(clinics, id="clinic", supported="open"),
    towns,
    new=2,
    radius_km=20,
)
print(sites.sites[["name", "gain", "towns"]])
