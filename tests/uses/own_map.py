"""A map of one's own from `find_gaps`, with plain matplotlib, cell by cell as in a notebook."""

# %%
import matplotlib.pyplot as plt

import hotspot_gaps as hg

# %% Two tables, one rule
hotspots, organizations = hg.load_hotspots(), hg.load_organizations(as_of="2020-12-31")
gaps = hg.find_gaps(hotspots, organizations, settings=hg.Settings(radius_km=50))
gaps["gap_type"].value_counts()

# %% A frame is a frame: project it, cut it, group it
plane = "EPSG:3035"
countries = hg.load_boundaries().to_crs(plane)
asked = gaps[gaps["in_question"] & gaps.geometry.notna()].to_crs(plane)
colours = {
    "no_known_partner": "firebrick",
    "unfunded_partner": "darkorange",
    "covered": "seagreen",
    "not_asked": "grey",
    "unknown": "white",
}

# %% Draw
fig, ax = plt.subplots(figsize=(7, 8))
countries.plot(ax=ax, color="whitesmoke", edgecolor="grey", linewidth=0.5)
for kind, rows in asked.groupby("gap_type"):
    rows.plot(ax=ax, color=colours[kind], edgecolor="black", label=kind, zorder=3)
for row in asked[asked["rank"].le(3)].itertuples():
    ax.annotate(f"{row.rank}. {row.name}", (row.geometry.x, row.geometry.y), xytext=(5, 5),
                textcoords="offset points")  # fmt: skip
west, south, east, north = asked.total_bounds
ax.set(xlim=(west - 1e5, east + 1e5), ylim=(south - 1e5, north + 1e5))
ax.set_title(f"{int((asked['is_gap'] == True).sum())} gaps within 50 km")  # noqa: E712
ax.set_axis_off()
ax.legend()
fig.savefig("own_map.png", dpi=100)
