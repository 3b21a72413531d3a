"""How long is the way from each school to the nearest library, and whom does an hour leave out?

Run it in the folder of `schools.csv` and `libraries.csv`, each with the columns label, lon and lat,
and name the folder of roads: `python schools.py ROADS`.
"""

import sys

import geopandas as gpd
import pandas as pd

import hotspot_gaps as hg


def points_of(file: str) -> gpd.GeoDataFrame:
    table = pd.read_csv(file)
    return gpd.GeoDataFrame(
        table[["label"]], geometry=gpd.points_from_xy(table["lon"], table["lat"]), crs="EPSG:4326"
    )


schools, libraries = points_of("schools.csv"), points_of("libraries.csv")

# Roads become a network once. Borders cost 20 minutes; here they cost five.
roads = hg.load_roads(sys.argv[1])
travel = hg.Travel(border_delay_min=5)
network = hg.road_network(roads, boundaries=hg.load_boundaries(), travel=travel)

# Three answers: minutes, `unreachable`, and `too_far_from_a_road`.
found = hg.travel_time(schools, libraries, network, id="label")
table = schools[["label"]].join(found.rename(columns={"id": "library"}))
straight = hg.nearest(schools, libraries, id="label")
table["km"] = straight["distance_m"] / 1000
table["other_by_road"] = table["library"] != straight["id"]
print(table.round(1))

# The area from which half an hour is enough, as polygons for any GIS.
reached = hg.isochrones(libraries, network, minutes=(30,))
covered = schools.within(reached.union_all())
print(f"{int(covered.sum())} of {len(schools)} schools lie in the area of 30 minutes.")
