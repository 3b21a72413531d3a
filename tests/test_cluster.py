"""A million places on two worker processes: the rows and bytes of one process, whatever happens."""

from __future__ import annotations

import contextlib
import io
import logging
import os
import re
import signal
import socket
import sys
import threading
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import hotspot_gaps as hg
from hotspot_gaps.access.partitions import gathered
from hotspot_gaps.cluster import cluster, in_partitions
from test_cli import call

pytest.importorskip("dask.dataframe")
distributed = pytest.importorskip("distributed")

PLACES, FACILITIES, GROUP = 1_000_000, 5_000, 62_500
RADII_M = (25_000, 50_000)
PAGE = Path(__file__).resolve().parents[1] / "docs" / "scaling.md"


def points(count, seed):
    """Make that many points over Europe."""
    random = np.random.default_rng(seed)
    shapes = shapely.points(random.uniform(-10, 35, count), random.uniform(35, 65, count))
    return gpd.GeoDataFrame(geometry=shapes, crs="EPSG:4326")


@pytest.fixture(scope="module")
def two_workers():
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0",
        silence_logs=logging.CRITICAL,
    ) as started:  # fmt: skip
        yield started.scheduler_address


@pytest.fixture(scope="module")
def facilities():
    frame = points(FACILITIES, 2)
    return frame.assign(name=[f"organization {row}" for row in range(FACILITIES)])


@pytest.fixture(scope="module")
def million(tmp_path_factory):
    """Write a million places as GeoParquet; every thousandth is not located."""
    frame = points(PLACES, 1)
    frame.loc[::1000, "geometry"] = None
    path = tmp_path_factory.mktemp("million") / "places.parquet"
    frame.to_parquet(path, row_group_size=GROUP)
    return path


@pytest.fixture(scope="module")
def alone(million, facilities):
    """Ask the same questions in one process."""
    return ask(gpd.read_parquet(million), facilities)


def ask(places, facilities):
    """Ask every question about the places."""
    return [
        hg.nearest(places, facilities, id="name"),
        hg.nearest(places, facilities, id="name", k=3),
        hg.count_within(places, facilities, radii_m=RADII_M),
        hg.pairs_within(places, facilities, id="name", radius_m=10_000),
    ]


def same(one, other):
    """Say whether two frames have the same index, types, values and bytes."""
    pd.testing.assert_frame_equal(one, other, check_exact=True)
    files = io.BytesIO(), io.BytesIO()
    for frame, file in zip((one, other), files, strict=True):
        frame.to_parquet(file)
    return files[0].getvalue() == files[1].getvalue()


def test_a_million_places_on_two_workers_as_in_one_process(two_workers, million, facilities, alone):
    places = hg.load_partitions(million)
    assert places.npartitions == PLACES // GROUP
    asked = ask(places, facilities)
    with cluster(two_workers) as client:
        assert len(client.nthreads()) == 2
        for future, expected in zip(client.compute(asked), alone, strict=True):
            assert same(future.result(), expected)


def test_a_worker_that_dies_in_the_middle_changes_nothing(two_workers, million, facilities, alone):
    parts = hg.nearest(hg.load_partitions(million), facilities, id="name").to_delayed()
    with cluster(two_workers) as client:
        before = client.run(os.getpid)
        futures = client.compute(parts)
        done = distributed.as_completed(futures)
        for _ in range(3):
            next(done)
        victim = next(future for future in futures if future.status == "finished")
        (address, *_) = client.who_has([victim])[victim.key]
        assert not all(future.done() for future in futures)
        os.kill(before[address], signal.SIGKILL)
        found = pd.concat(client.gather(futures))
        client.wait_for_workers(2, timeout=20)
        after = set(client.run(os.getpid).values())
    assert len(after - set(before.values())) == 1
    assert same(found, alone[0])


def test_a_run_on_a_cluster_writes_the_same_bytes(two_workers, full_run, tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1609372800")
    monkeypatch.setattr("hotspot_gaps.cluster.ROWS", 7)
    assert in_partitions(hg.load_hotspots()).npartitions == 6
    hg.run(hg.Settings(out=tmp_path, figures=True), scheduler=two_workers)
    here = {path.name: path.read_bytes() for path in full_run.outputs}
    there = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert len(here) > 7
    assert here == there


def test_run_with_a_local_cluster_from_the_command_line(monkeypatch, capfd, tmp_path):
    code, out, err = call(
        monkeypatch, capfd, "run", "--out", tmp_path / "out", "--scheduler", "local"
    )
    assert code == 0
    assert out.startswith("None of 11 smaller hotspot towns and crossings")
    assert err.splitlines() == [
        "· reading and judging",
        "· drawing pictures",
        "· writing tables",
        "· measuring surfaces",
    ]


def test_the_code_on_the_page_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    places, register = points(1000, 3), points(50, 4)
    register.assign(name=[f"n{row}" for row in range(50)]).to_parquet("register.parquet")
    (tmp_path / "settlements").mkdir()
    places.assign(name="x").to_parquet("settlements/part.0.parquet", row_group_size=300)
    code = re.search(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)[1]
    exec(compile(code, PAGE.name, "exec"), {"__name__": "__main__"})  # noqa: S102 - our own page
    written = pd.concat(map(pd.read_parquet, sorted((tmp_path / "nearest").glob("*.parquet"))))
    alone = hg.nearest(places, gpd.read_parquet("register.parquet"), id="name")
    assert written["distance_m"].tolist() == alone["distance_m"].tolist()
    assert written["id"].tolist() == alone["id"].tolist()


def test_local_workers_keep_their_memory(monkeypatch):
    monkeypatch.delenv("MALLOC_TRIM_THRESHOLD_", raising=False)  # Dask leaves its own there
    # 65,536 bytes, as Dask has it, makes measuring a third slower.
    with cluster("local") as client:
        told = client.run(lambda: os.environ["MALLOC_TRIM_THRESHOLD_"])
    assert set(told.values()) == {str(64 * 2**20)}


@contextlib.contextmanager
def listening(greeting):
    """Listen on a port, and greet as no scheduler does."""
    kept = []

    def greet(server):
        with contextlib.suppress(OSError):
            while True:
                kept.append(server.accept()[0])
                kept[-1].sendall(greeting)

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=greet, args=[server])
        thread.start()
        yield f"tcp://127.0.0.1:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)
        thread.join()
    for connection in kept:
        connection.close()


def test_nobody_answers(monkeypatch, capfd, tmp_path):
    monkeypatch.setattr("hotspot_gaps.cluster.PATIENCE_S", 1)
    for address in ("tcp://127.0.0.1:1", "nonsense", "ftp://127.0.0.1:8786", "", "inproc://x"):
        code, out, err = call(
            monkeypatch, capfd, "run", "--out", tmp_path / "out", "--scheduler", address
        )
        assert (code, out) == (2, "")
        assert f"scheduler {address!r}: nobody answers there" in err
        assert "Traceback" not in err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("greeting", [b"", b"SSH-2.0-OpenSSH_9.2\r\n" * 9, bytes(64)])
def test_something_else_answers(monkeypatch, greeting):
    monkeypatch.setattr("hotspot_gaps.cluster.PATIENCE_S", 1)
    with listening(greeting) as address:
        with pytest.raises(hg.SchedulerError, match="nobody answers there"):
            with cluster(address):
                pass


def test_a_scheduler_without_workers(monkeypatch):
    monkeypatch.setattr("hotspot_gaps.cluster.PATIENCE_S", 3)  # it has to greet, on busy cores
    with distributed.LocalCluster(
        n_workers=0, dashboard_address=":0", silence_logs=logging.CRITICAL
    ) as empty:
        with pytest.raises(hg.SchedulerError, match=r"no workers.*dask worker --nthreads 1"):
            with cluster(empty.scheduler_address):
                pass


def test_workers_with_other_versions_are_refused(two_workers, monkeypatch):
    monkeypatch.setattr("hotspot_gaps.cluster.LIBRARIES", ("numpy", "no-such-library"))
    told = distributed.Client.get_versions

    def older(self, **options):
        versions = told(self, **options)
        for worker in versions["workers"].values():
            worker["packages"]["numpy"] = "1.0"
        return versions

    monkeypatch.setattr(distributed.Client, "get_versions", older)
    with pytest.raises(hg.SchedulerError, match=r"other versions: numpy 1\.0 there, .* here"):
        with cluster(two_workers):
            pass


def die(*_, **__):
    """Take the worker down each time, as one that has too little memory does."""
    os._exit(1)


def test_work_that_takes_every_worker_down_is_told(two_workers):
    with pytest.raises(hg.SchedulerError, match="the work was lost there"):
        with cluster(two_workers) as client:
            client.submit(die, pure=False).result()


def test_without_dask_the_command_is_told(monkeypatch, capsys, tmp_path):
    monkeypatch.setitem(sys.modules, "distributed", None)
    code, _, err = call(monkeypatch, capsys, "run", "--out", tmp_path, "--scheduler", "local")
    assert code == 2
    assert 'pip install "hotspot_gaps[scale]"' in err


@pytest.mark.parametrize("rows", [1, 5, 37, 38, 1000])
def test_partitions_keep_rows_and_types(hotspots, rows):
    frame = in_partitions(hotspots, rows)
    assert frame.npartitions == -(-len(hotspots) // rows)
    back = gathered(frame)
    pd.testing.assert_frame_equal(pd.DataFrame(back), pd.DataFrame(hotspots))
