import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from distributed import Client, LocalCluster

from geodata import DataError, Filters
from geodata.__main__ import main
from geodata.bulk.cluster import cluster_tallies
from geodata.bulk.flat import FlatFile, Tally, flat_totals, open_flat, tallies
from geodata.files.export import totals_csv

pytestmark = pytest.mark.thorough

GROUPS = 40


@pytest.fixture(scope="module", autouse=True)
def main_module() -> Iterator[None]:
    """A main module that new processes have nothing to run of: Streamlit's AppTest leaves a page in its place."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "__main__", ModuleType("__main__"))
        yield


@pytest.fixture(scope="module")
def cluster(main_module: None) -> Iterator[LocalCluster]:
    """Two worker processes that listen on this machine only."""
    with LocalCluster(
        n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address="127.0.0.1:0"
    ) as cluster:
        yield cluster


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A flat transfers file of many small row groups, with coordinates at one end."""
    rows = [
        {
            "origin_country": ("BY", "RU", None)[number % 3],
            "destination_longitude": (25.28, 17.06, -40.0)[number % 7 % 3],
            "destination_latitude": (54.69, -22.57, 30.0)[number % 7 % 3],
            "date": "2025-12" if number % 2 else "2025",
            "count_min": number,
            "count_max": None if number % 11 == 0 else number + 5,
        }
        for number in range(GROUPS * 25)
    ]
    path = tmp_path_factory.mktemp("flat") / "legs.parquet"
    pq.write_table(pa.Table.from_pylist(rows), path, row_group_size=25)
    return str(path)


def csv(file: FlatFile, parts: Iterator[Tally], date: str) -> bytes:
    return totals_csv(flat_totals(file, Filters(date=date), parts)[0])


@pytest.mark.parametrize("date", ["", "2025-11"])
def test_a_cluster_gives_the_bytes_of_one_process(cluster: LocalCluster, path: str, date: str) -> None:
    alone = csv(open_flat(path), tallies(open_flat(path), date), date)
    file = open_flat(f"file://{path}")
    assert len(file.groups) == GROUPS
    assert csv(file, cluster_tallies(file, cluster.scheduler_address, date), date) == alone


def test_a_relative_path_and_a_file_without_rows(
    cluster: LocalCluster, path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pq.write_table(pq.read_table(path)[:0], tmp_path / "none.parquet")
    monkeypatch.chdir(tmp_path)  # where the workers are not
    (tmp_path / "legs.parquet").symlink_to(path)
    for name in ("none.parquet", "legs.parquet"):
        file = open_flat(name)
        assert csv(file, cluster_tallies(file, cluster.scheduler_address), "") == csv(file, tallies(file), "")


def test_a_lost_worker_is_survived(cluster: LocalCluster, path: str) -> None:
    file = open_flat(path)
    with Client(cluster, set_as_default=False) as client:
        processes = client.run(os.getpid)

    def losing_one() -> Iterator[Tally]:
        parts = cluster_tallies(file, cluster.scheduler_address)
        yield next(parts)
        os.kill(processes.popitem()[1], signal.SIGKILL)
        yield from parts

    assert csv(file, losing_one(), "") == csv(file, tallies(file), "")


def test_what_a_worker_finds_wrong_reaches_the_reader(
    cluster: LocalCluster, path: str, tmp_path: Path
) -> None:
    content = bytearray(Path(path).read_bytes())
    content[40:400] = bytes(360)  # the first row group is spoilt, the footer is not
    spoilt = tmp_path / "spoilt.parquet"
    spoilt.write_bytes(content)
    with pytest.raises(DataError, match=r"^spoilt\.parquet: the file cannot be read: ") as raised:
        list(cluster_tallies(open_flat(str(spoilt)), cluster.scheduler_address))
    assert raised.value.problems[0].remedy == "give a Parquet file"


def test_the_command_line_starts_processes_of_its_own(
    path: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    out = {name: tmp_path / name for name in ("alone.csv", "local.csv")}
    assert main(["totals", "--data", path, "-o", str(out["alone.csv"])]) == 0
    alone = capfd.readouterr()
    assert main(["totals", "--data", path, "--scheduler", "local:2", "-o", str(out["local.csv"])]) == 0
    assert capfd.readouterr() == alone
    assert out["alone.csv"].read_bytes() == out["local.csv"].read_bytes()


@pytest.mark.parametrize("scheduler", ["tcp://127.0.0.1:1", "local:0", "nonsense"])
def test_no_scheduler_there(
    path: str, scheduler: str, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("geodata.bulk.cluster._PATIENCE_SECONDS", 1)
    assert main(["totals", "--data", path, "--scheduler", scheduler]) == 1
    assert f"--scheduler {scheduler}: no scheduler answers: " in capfd.readouterr().err


def test_without_dask_the_remedy_is_told(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(DataError, match=r"Dask is not installed \(pip install '\.\[cluster\]'\)"):
        next(cluster_tallies(open_flat(path), "local:2"))
