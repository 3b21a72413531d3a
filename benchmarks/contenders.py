"""The contenders: each is given frames, makes ready, and returns the work that is timed.

What comes before `work` (imports, another projection, radians) is not in the seconds, which
favours whoever needs it. `answer` turns what the work returned into an array, after the clock.
"""

from __future__ import annotations

import sys
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Callable

    import geopandas as gpd

MEAN_RADIUS_M = 6_371_008.8  # of the sphere that stands for the earth
RADII_M = (25_000, 50_000, 100_000)
REACH_M = 50_000
PEOPLE_M = 25_000
PLANE = "EPSG:3035"
PARTITION_ROWS = 250_000
STEPS = {10_000: 1.0, 25_000: 0.68, REACH_M: 0.22}  # three zones, weights of Luo and Qi (2009)


class Ready(NamedTuple):
    """Work to be timed, what makes an array of its result, and what has to be closed."""

    work: Callable[[], Any]
    answer: Callable[[Any], np.ndarray]
    close: Callable[[], None] = lambda: None


def nearest_ours(places: gpd.GeoDataFrame, facilities: gpd.GeoDataFrame, **options: Any) -> Ready:
    """`hotspot_gaps.nearest`, from frames to a frame."""
    from hotspot_gaps import nearest

    return Ready(lambda: nearest(places, facilities, **options), _two_columns)


def nearest_sjoin(places: gpd.GeoDataFrame, facilities: gpd.GeoDataFrame) -> Ready:
    """`geopandas.sjoin_nearest` on a plane; bringing the frames there is not timed."""
    places, facilities = places.to_crs(PLANE), facilities.to_crs(PLANE)

    def answer(joined: Any) -> np.ndarray:
        joined = joined[~joined.index.duplicated()].sort_index()
        return joined[["index_right", "distance_m"]].to_numpy(dtype=float)

    return Ready(lambda: places.sjoin_nearest(facilities, distance_col="distance_m"), answer)


def nearest_ball_tree(places: gpd.GeoDataFrame, facilities: gpd.GeoDataFrame) -> Ready:
    """scikit-learn's BallTree on a sphere; reading the points out is not timed."""
    from sklearn.neighbors import BallTree

    here, there = _radians(places), _radians(facilities)

    def answer(found: Any) -> np.ndarray:
        radians, index = found
        return np.column_stack((index[:, 0], radians[:, 0] * MEAN_RADIUS_M))

    return Ready(lambda: BallTree(there, metric="haversine").query(here), answer)


def floor(places: gpd.GeoDataFrame, facilities: gpd.GeoDataFrame) -> Ready:
    """Do the least that any exact answer needs: read the points, one geodesic a row."""
    from pyproj import Geod

    geod = Geod(ellps="WGS84")

    def work() -> Any:
        here = shapely.get_coordinates(places.geometry.to_numpy())
        there = shapely.get_coordinates(facilities.geometry.to_numpy())
        there = there[np.arange(len(here)) % len(there)]
        return geod.inv(here[:, 0], here[:, 1], there[:, 0], there[:, 1])[2]

    return Ready(work, np.asarray)


def counts_ours(
    places: gpd.GeoDataFrame, facilities: gpd.GeoDataFrame, *, numba: bool, **options: Any
) -> Ready:
    """`hotspot_gaps.count_within`, with numba or as if it were not installed."""
    if numba:
        # Not timed, as no import is: Numba loads most of itself when it compiles something.
        # Loading our compiled code from the disk is.
        import_module("numba").njit(lambda: 0)()
    else:
        sys.modules["numba"] = None  # type: ignore[assignment]
    from hotspot_gaps import count_within

    def answer(counts: Any) -> np.ndarray:
        return counts.to_numpy(dtype=np.int64)

    return Ready(lambda: count_within(places, facilities, radii_m=RADII_M, **options), answer)


def counts_ball_tree(places: gpd.GeoDataFrame, facilities: gpd.GeoDataFrame) -> Ready:
    """scikit-learn's BallTree on a sphere: built once, asked once a radius."""
    from sklearn.neighbors import BallTree

    here, there = _radians(places), _radians(facilities)

    def work() -> Any:
        tree = BallTree(there, metric="haversine")
        return [tree.query_radius(here, r / MEAN_RADIUS_M, count_only=True) for r in RADII_M]

    return Ready(work, lambda counts: np.column_stack(counts).astype(np.int64))


def pairs_ours(places: gpd.GeoDataFrame, facilities: gpd.GeoDataFrame) -> Ready:
    """`pairs_within` of hotspot_gaps, from frames to a frame."""
    from hotspot_gaps import pairs_within

    def answer(pairs: Any) -> np.ndarray:
        ids, metres = pairs["id"].to_numpy(dtype=float), pairs["distance_m"].to_numpy()
        return np.column_stack((pairs.index.to_numpy(dtype=float), ids, metres))

    return Ready(lambda: pairs_within(places, facilities, radius_m=REACH_M), answer)


def pairs_access(
    places: gpd.GeoDataFrame, facilities: gpd.GeoDataFrame, *, product: bool = False
) -> Ready:
    """PySAL `access` on a plane; bringing the frames there is not timed.

    For points it measures all pairs, `product`, which needs some 100 GB for 1e5 x 1e4. A single
    multipoint among the facilities makes it join by circles first, so one facility is made one.
    The circles have 64 corners: they are asked for 0.2 percent wider, and the rest is dropped.
    """
    from access import Access

    places, facilities = places.to_crs(PLANE), facilities.to_crs(PLANE)
    if not product:
        shapes = facilities.geometry.to_numpy().copy()
        shapes[0] = shapely.MultiPoint([shapes[0]])
        facilities = facilities.set_geometry(shapes.copy(), crs=PLANE)
    places["demand"], facilities["supply"] = 1, 1

    def work() -> Any:
        asked = Access(
            demand_df=places, demand_value="demand", supply_df=facilities, supply_value="supply"
        )
        asked.create_euclidean_distance(threshold=REACH_M * 1.002)
        costs = asked.cost_df
        return costs[costs["euclidean"] <= REACH_M]

    return Ready(work, lambda costs: costs[["origin", "dest", "euclidean"]].to_numpy(dtype=float))


def catchment_ours(places: gpd.GeoDataFrame, facilities: gpd.GeoDataFrame, *, method: str) -> Ready:
    """`catchment` of hotspot_gaps, from a frame of pairs to a series; finding pairs is not timed.

    Both are given the same pairs; checking them is in the seconds.
    """
    import scipy.sparse  # noqa: F401

    from hotspot_gaps.access.catchment import catchment

    pairs, demand, supply = _catchment_input(places, facilities)
    weights = REACH_M if method == "2sfca" else STEPS

    def work() -> Any:
        return catchment(pairs, demand=demand, supply=supply, method=method, weights=weights)  # type: ignore[arg-type]

    return Ready(work, lambda found: found.access.to_numpy())


def catchment_access(
    places: gpd.GeoDataFrame, facilities: gpd.GeoDataFrame, *, method: str
) -> Ready:
    """PySAL `access` on the same pairs; naming their columns as it wants them is not timed."""
    from access import Access, weights

    pairs, demand, supply = _catchment_input(places, facilities)
    people = demand.rename("demand").rename_axis("place").reset_index()
    seats = supply.rename("supply").rename_axis("id").reset_index()
    costs = pairs.astype({"id": "int64"}).rename_axis("place").reset_index()

    def work() -> Any:
        asked = Access(
            demand_df=people, demand_index="place", demand_value="demand",
            supply_df=seats, supply_index="id", supply_value="supply",
            cost_df=costs, cost_origin="place", cost_dest="id", cost_name="distance_m",
        )  # fmt: skip
        if method == "2sfca":
            return asked.two_stage_fca(max_cost=REACH_M)
        step = weights.step_fn(STEPS)
        if method == "e2sfca":
            return asked.enhanced_two_stage_fca(weight_fn=step)
        return asked.three_stage_fca(weight_fn=step)

    def answer(found: Any) -> np.ndarray:
        return found.iloc[:, 0].reindex(demand.index).fillna(0).to_numpy()

    return Ready(work, answer)


def _catchment_input(places: gpd.GeoDataFrame, facilities: gpd.GeoDataFrame) -> tuple[Any, ...]:
    """Return the pairs within reach, people by place, and capacity by facility, from a seed."""
    import pandas as pd

    from hotspot_gaps import pairs_within

    numbers = np.random.default_rng(5)
    demand = pd.Series(numbers.integers(1, 10_000, len(places)), index=places.index)
    supply = pd.Series(numbers.integers(1, 10, len(facilities)), index=facilities.index)
    return pairs_within(places, facilities, radius_m=REACH_M), demand, supply


def people_ours(places: gpd.GeoDataFrame, _: gpd.GeoDataFrame, *, cells: int) -> Ready:
    """`people_within` of hotspot_gaps, from a frame and a GeoTIFF to a frame."""
    from benchmarks.inputs import in_region, population
    from hotspot_gaps.access.people import people_within

    folder, places = TemporaryDirectory(), in_region(places)
    population(f"{folder.name}/people.tif", cells)
    people_within(places[:1], f"{folder.name}/people.tif", radius_m=1_000)  # imports are not timed

    def work() -> Any:
        return people_within(places, f"{folder.name}/people.tif", radius_m=PEOPLE_M)

    return Ready(work, lambda found: found["people"].to_numpy(), folder.cleanup)


def people_exactextract(
    places: gpd.GeoDataFrame, _: gpd.GeoDataFrame, *, cells: int, corners: int
) -> Ready:
    """`exactextract` on the same GeoTIFF and the same circles; drawing the circles is not timed."""
    from exactextract import exact_extract

    from benchmarks.inputs import in_region, population

    folder, circles = TemporaryDirectory(), _circles(in_region(places), corners)
    population(f"{folder.name}/people.tif", cells)
    options = {"ops": ["sum", "count"], "output": "pandas"}
    exact_extract(f"{folder.name}/people.tif", circles[:1], **options)

    def work() -> Any:
        return exact_extract(f"{folder.name}/people.tif", circles, **options)

    return Ready(work, lambda found: found["sum"].to_numpy(), folder.cleanup)


def _circles(places: gpd.GeoDataFrame, corners: int) -> gpd.GeoDataFrame:
    """Draw geodesic circles, as polygons of the same area."""
    import geopandas as gpd
    from pyproj import Geod

    turn = 2 * np.pi / corners
    points = np.repeat(shapely.get_coordinates(places.geometry.to_numpy()), corners, axis=0)
    azimuth = np.tile(np.arange(corners) * (360 / corners), len(places))
    reach = np.full(len(points), PEOPLE_M * np.sqrt(turn / np.sin(turn)))
    lon, lat, _ = Geod(ellps="WGS84").fwd(*points.T, azimuth, reach)
    rings = np.column_stack((lon, lat)).reshape(-1, corners, 2)
    return gpd.GeoDataFrame(geometry=shapely.polygons(rings), crs="EPSG:4326")


def robustness_ours(
    places: gpd.GeoDataFrame, facilities: gpd.GeoDataFrame, *, scenarios: int
) -> Ready:
    """`robustness` of hotspot_gaps; the answer has those scenarios that are asked one by one."""
    from hotspot_gaps.gaps.robustness import robustness

    hotspots, organizations = _gap_input(places, facilities)
    robustness(hotspots[:1], organizations)  # imports are not timed

    def answer(found: Any) -> np.ndarray:
        picked = _picked(found.scenarios, scenarios).index
        both = (found.answers[picked].to_numpy(), found.ranks[picked].to_numpy())
        size = np.full((1, len(picked)), len(found.scenarios))
        return np.concatenate((size, *both), dtype=np.int64)

    return Ready(lambda: robustness(hotspots, organizations), answer)


def robustness_find_gaps(
    places: gpd.GeoDataFrame, facilities: gpd.GeoDataFrame, *, scenarios: int
) -> Ready:
    """`find_gaps` of hotspot_gaps, asked once for each of some scenarios."""
    from hotspot_gaps import Settings, find_gaps
    from hotspot_gaps.gaps.scenario_grid import Grid, list_scenarios

    hotspots, organizations = _gap_input(places, facilities)
    by_day = {day.isoformat(): frame for day, frame in organizations.items()}
    grid = Grid().around(Settings())
    every = list_scenarios(["straight_line"], list(organizations), grid, Settings())
    names = ["radius_km", "smaller_below", "evidence", "as_of"]
    rules = _picked(every, scenarios)[names].to_dict("records")
    find_gaps(hotspots[:1], by_day[rules[0]["as_of"]])

    def work() -> Any:
        return [find_gaps(hotspots, by_day[r["as_of"]], settings=Settings(**r)) for r in rules]

    def answer(tables: Any) -> np.ndarray:
        codes = [t["is_gap"].astype("Int8").fillna(-1).where(t["in_question"], -2) for t in tables]
        both = (np.column_stack(codes), np.column_stack([t["rank"].fillna(0) for t in tables]))
        size = np.full((1, len(tables)), len(every))
        return np.concatenate((size, *both)).astype(np.int64)

    return Ready(work, answer)


def _picked(scenarios: Any, count: int) -> Any:
    """Return the scenario of the settings, and others evenly from those that `find_gaps` knows."""
    placed = scenarios[(scenarios["location"] == "as_placed") & ~scenarios["is_default"]]
    others = placed.iloc[np.linspace(0, len(placed) - 1, count - 1).astype(int)]
    default = scenarios[scenarios["is_default"]]
    return scenarios.loc[[*default.index, *others.index]]


def _gap_input(places: gpd.GeoDataFrame, facilities: gpd.GeoDataFrame) -> tuple[Any, Any]:
    """Return hotspots, and organizations by date: the built-in ones, or made up from a seed."""
    import datetime as dt

    from benchmarks.inputs import in_region
    from hotspot_gaps import load_hotspots
    from hotspot_gaps.sources.organizations import load_organizations_by_date

    if places.empty:
        return load_hotspots(), load_organizations_by_date()
    numbers = np.random.default_rng(6)
    n, m = len(places), len(facilities)
    text = {
        "country": "BA", "population_source": "made up", "is_capital": False,
        "represented_by": None, "alt_names": None, "crime_markets": None,
        "location_source": "made up", "source_title": "made up", "source_url": None,
        "source_date": None, "kind": "town",
    }  # fmt: skip
    hotspots = in_region(places).assign(
        **text,
        hotspot_id=[f"h{at:07d}" for at in range(n)],
        name=[f"Town {at}" for at in range(n)],
        population=numbers.integers(0, 40_000, n),
        evidence=numbers.choice(["direct", "reported", "related"], n),
    )
    hotspots = hotspots.astype({"population": "Int64"})
    supported = numbers.random(m) < 0.5
    organizations = in_region(facilities).assign(
        organization_id=[f"o{at:07d}" for at in range(m)],
        name=[f"Organization {at}" for at in range(m)],
        country="BA",
        town_basis=numbers.choice(["stated", "activity_area", "from_name"], m),
        sensitivity=numbers.choice(["restricted", "public"], m, p=[0.1, 0.9]),
        supported=supported,
        support=np.where(supported, "documented", None),
    )
    later = organizations.assign(supported=numbers.random(m) < 0.3)
    return hotspots, {dt.date(2020, 12, 31): organizations, dt.date(2021, 1, 1): later}


def travel_ours(_: gpd.GeoDataFrame, __: gpd.GeoDataFrame, *, searches: int) -> Ready:
    """`search_from` of hotspot_gaps, from points to minutes and facilities at every junction."""
    from hotspot_gaps.access.travel_time import search_from

    network, organizations = _network(), _organizations()

    def work() -> Any:
        return [search_from(organizations, network) for _ in range(searches)]

    return Ready(work, lambda found: found[-1].minutes)


def travel_dijkstra(_: gpd.GeoDataFrame, __: gpd.GeoDataFrame, *, searches: int) -> Ready:
    """One bare search of scipy on the same graph, from the nearest junctions."""
    from scipy.sparse.csgraph import dijkstra

    network = _network()
    graph, (ends, minutes) = network.backwards, _ends(network)
    nearest = np.unique(ends[np.arange(len(ends)), minutes.argmin(axis=1)])

    def work() -> Any:
        return [dijkstra(graph, indices=nearest, min_only=True) for _ in range(searches)]

    return Ready(work, lambda found: found[-1])


def travel_one_by_one(_: gpd.GeoDataFrame, __: gpd.GeoDataFrame) -> Ready:
    """Search from each end of each organization's road alone, add the way there, take the least."""
    from scipy.sparse.csgraph import dijkstra

    network = _network()
    graph, (ends, minutes) = network.backwards, _ends(network)

    def work() -> Any:
        found = np.full(network.size, np.inf)
        for end, way in zip(ends.ravel(), minutes.ravel(), strict=True):
            found = np.minimum(found, dijkstra(graph, indices=end) + way)
        return found

    return Ready(work, np.asarray)


def travel_network(_: gpd.GeoDataFrame, __: gpd.GeoDataFrame) -> Ready:
    """`road_network` of hotspot_gaps with borders; loading the roads is not timed."""
    from hotspot_gaps import load_boundaries
    from hotspot_gaps.access.road_network import road_network
    from hotspot_gaps.sources.roads import load_roads

    roads, countries = load_roads(_roads_folder()), load_boundaries()
    return Ready(lambda: road_network(roads, boundaries=countries), lambda network: network.minutes)


def travel_places(_: gpd.GeoDataFrame, __: gpd.GeoDataFrame) -> Ready:
    """`travel_time` of hotspot_gaps, from frames to a frame, for every built-in place."""
    from hotspot_gaps import load_organizations, load_places
    from hotspot_gaps.access.travel_time import travel_time

    network, places, organizations = _network(), load_places(), load_organizations()
    public = organizations[organizations["sensitivity"] == "public"]

    def work() -> Any:
        return travel_time(places, public, network, id="organization_id")

    return Ready(work, lambda found: found["travel_min"].to_numpy())


def mclp_ours(places: gpd.GeoDataFrame, facilities: gpd.GeoDataFrame, *, new: int) -> Ready:
    """`max_cover` of hotspot_gaps: from a sparse matrix, build and solve to the optimum."""
    from hotspot_gaps.gaps.covering import max_cover

    away, weights = _covering_input(places, facilities)
    cover = _sparse(away)
    max_cover(cover[:50, :5], weights[:50], 1)  # imports are not timed
    return Ready(lambda: max_cover(cover, weights, new), lambda found: _sites(found, weights, away))


def mclp_spopt(places: gpd.GeoDataFrame, facilities: gpd.GeoDataFrame, *, new: int) -> Ready:
    """`MCLP` of spopt with HiGHS, from a matrix of distances, to the optimum as ours.

    Its default lets HiGHS end within 0.01 percent; what covers what is not asked for afterwards.
    """
    import pulp
    from spopt.locate import MCLP

    away, weights = _covering_input(places, facilities)

    def work() -> Any:
        model = MCLP.from_cost_matrix(away, weights, REACH_M, p_facilities=new)
        return model.solve(pulp.HiGHS(msg=False, gapRel=0), results=False)

    def answer(model: Any) -> np.ndarray:
        chosen = [at for at, each in enumerate(model.fac_vars) if each.value() > 0.5]
        return _covered(np.array(chosen, dtype=int), weights, away)

    return Ready(work, answer)


def _covering_input(places: gpd.GeoDataFrame, facilities: gpd.GeoDataFrame) -> tuple[Any, Any]:
    """Return distances in the box of the Western Balkans, and weights, from a seed."""
    from benchmarks.errors import all_distances
    from benchmarks.inputs import in_region

    here, there = (
        shapely.get_coordinates(in_region(frame).geometry.to_numpy())
        for frame in (places, facilities)
    )
    return all_distances(here, there), np.random.default_rng(7).integers(1, 10_000, len(places))


def _sparse(away: np.ndarray) -> Any:
    from scipy.sparse import csc_array

    return csc_array(away <= REACH_M)


def _sites(found: Any, weights: np.ndarray, away: np.ndarray) -> np.ndarray:
    return np.append(_covered(found.sites, weights, away), found.bound)


def _covered(sites: np.ndarray, weights: np.ndarray, away: np.ndarray) -> np.ndarray:
    """Return the weight that the sites cover, counted from the distances."""
    return np.array([weights[(away[:, sites] <= REACH_M).any(axis=1)].sum()], dtype=float)


def _network() -> Any:
    """Return the network of the real roads, with borders."""
    from hotspot_gaps import load_boundaries
    from hotspot_gaps.access.road_network import road_network
    from hotspot_gaps.sources.roads import load_roads

    network = road_network(load_roads(_roads_folder()), boundaries=load_boundaries())
    network.backwards  # noqa: B018 (made when first asked for, and kept)
    return network


def _roads_folder() -> Path:
    from benchmarks.inputs import roads_folder

    folder = roads_folder()
    if folder is None:
        raise FileNotFoundError("roads")
    return folder


def _organizations() -> Any:
    """Return the points of the built-in public organizations."""
    from hotspot_gaps import load_organizations
    from hotspot_gaps.access.ellipsoid import check_points
    from hotspot_gaps.access.frames import points_of

    organizations = load_organizations()
    where = points_of(organizations[organizations["sensitivity"] == "public"], "facilities")
    return check_points(where.lon, where.lat, "facilities")


def _ends(network: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return both ends of the road of each organization, and the minutes from there to it."""
    from hotspot_gaps.access.joints import toward

    joined = network.join(_organizations())
    road = network.joints.road[joined.joint]
    ways = np.column_stack(toward(joined.joint, network.joints, network.ways))
    return np.column_stack((network.u[road], network.v[road])), ways + joined.minutes[:, None]


def index(places: gpd.GeoDataFrame, facilities: gpd.GeoDataFrame) -> Ready:
    """Only put the facilities into their tree; of the places, one is measured."""
    from hotspot_gaps import nearest

    _warm()
    return Ready(lambda: nearest(places[:1], facilities, workers=1), _two_columns)


def files_one_process(
    places: gpd.GeoDataFrame, facilities: gpd.GeoDataFrame, *, workers: int = 1
) -> Ready:
    """GeoParquet in, `hotspot_gaps.nearest`, Parquet out."""
    import geopandas as gpd

    from hotspot_gaps import nearest

    folder = TemporaryDirectory()
    there, back = f"{folder.name}/places.parquet", f"{folder.name}/nearest.parquet"
    places.to_parquet(there, row_group_size=PARTITION_ROWS)
    _warm()

    def work() -> Any:
        nearest(gpd.read_parquet(there), facilities, workers=workers).to_parquet(back)
        return back

    return Ready(work, _read, folder.cleanup)


def files_cluster(places: gpd.GeoDataFrame, facilities: gpd.GeoDataFrame) -> Ready:
    """GeoParquet in, `hotspot_gaps.nearest` on one worker process a core, Parquet out.

    Starting the workers is not timed; the index, sending it, and reading and writing are.
    """
    from hotspot_gaps import load_partitions, nearest
    from hotspot_gaps.cluster import cluster

    folder, stack = TemporaryDirectory(), ExitStack()
    there, back = f"{folder.name}/places.parquet", f"{folder.name}/nearest"
    places.to_parquet(there, row_group_size=PARTITION_ROWS)
    stack.callback(folder.cleanup)
    client = stack.enter_context(cluster("local"))
    client.run(_warm)

    def work() -> Any:
        nearest(load_partitions(there), facilities).to_parquet(back)
        return back

    return Ready(work, _read, stack.close)


def _warm() -> None:
    """Load what the work needs, by a small one."""
    from benchmarks.inputs import frames
    from hotspot_gaps import load_partitions, nearest

    places, facilities = frames(1000, 100)
    with TemporaryDirectory() as folder:
        places.to_parquet(f"{folder}/places.parquet")
        found = nearest(load_partitions(f"{folder}/places.parquet"), facilities)
        found.compute(scheduler="sync").to_parquet(f"{folder}/nearest.parquet")


def _read(path: str) -> np.ndarray:
    """Read the answer back; a folder of parts in the order of their numbers."""
    import pandas as pd

    parts = sorted(Path(path).glob("part.*"), key=lambda part: int(part.name.split(".")[1]))
    return _two_columns(pd.concat(map(pd.read_parquet, parts or [Path(path)])))


def _two_columns(found: Any) -> np.ndarray:
    ids = found["id"].to_numpy(dtype=float)
    return np.column_stack((ids, found["distance_m"].to_numpy()))


def _radians(frame: gpd.GeoDataFrame) -> np.ndarray:
    """Return latitudes and longitudes in radians."""
    points = shapely.get_coordinates(frame.geometry.to_numpy())
    return np.radians(points[:, ::-1])
