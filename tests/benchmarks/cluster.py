"""Time and memory of the totals of a flat transfers file on Dask, against one process and against Dask's own DataFrame.

Both run on one cluster that stands already; how long it takes to start is not counted.
"""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from importlib.metadata import version
from pathlib import Path
from statistics import median

import pandas as pd

from geodata import Filters
from geodata.bulk.cluster import cluster_tallies
from geodata.bulk.flat import flat_totals, open_flat, tallies
from tests.benchmarks.legs import Kind, write_legs
from tests.benchmarks.totals import FILE_RUNS, KEYS, agree, in_turns, peak_mb, spread

KIND: Kind = "codes"
WORKERS = 2


def one_process(path: str, scheduler: str) -> pd.DataFrame:
    file = open_flat(path)
    return flat_totals(file, Filters(), tallies(file))[0]


def this_project(path: str, scheduler: str) -> pd.DataFrame:
    file = open_flat(path)
    return flat_totals(file, Filters(), cluster_tallies(file, scheduler))[0]


def with_dask(path: str, scheduler: str) -> pd.DataFrame:
    import dask.dataframe as dd
    from distributed import Client

    columns = [*KEYS[KIND], "count_min", "count_max"]
    with Client(scheduler):
        rows = dd.read_parquet(path, columns=columns, split_row_groups=1)
        rows = rows.assign(legs=1, unbounded=rows["count_max"].isna())
        sums = rows.groupby(KEYS[KIND], dropna=False, observed=True).sum().compute().reset_index()
    return sums.rename(columns={"count_min": "low", "count_max": "high"})


CONTENDERS: dict[str, Callable[[str, str], pd.DataFrame]] = {
    "one process": one_process,
    "this project": this_project,
    "dask.dataframe": with_dask,
}


@contextmanager
def workers() -> Iterator[str]:
    """Start a cluster and give its address."""
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=WORKERS, threads_per_worker=1, host="127.0.0.1", dashboard_address="127.0.0.1:0"
    ) as cluster:
        yield cluster.scheduler_address


def peak_of(contender: str, path: str) -> int:
    """Return the peak memory (MB) of the worker that needs most, on a cluster that does nothing else."""
    from distributed import Client

    with workers() as scheduler:
        CONTENDERS[contender](path, scheduler)
        with Client(scheduler) as client:
            return max(client.run(peak_mb).values())


def run(quick: bool) -> None:
    """Print a table for each of two sizes of file; answers must agree."""
    print(
        f"totals on {WORKERS} workers, Dask {version('distributed')}, median of {FILE_RUNS} turns, {os.cpu_count()} cores"
    )
    for rows in (1_000_000, 4_000_000) if quick else (10_000_000, 40_000_000):
        with tempfile.TemporaryDirectory() as folder:
            path = str(write_legs(Path(folder) / "legs.parquet", rows, KIND))
            with workers() as scheduler:
                times, answers = in_turns(
                    {name: partial(each, path, scheduler) for name, each in CONTENDERS.items()}
                )
            pd.testing.assert_frame_equal(answers["this project"], answers["one process"])
            agree(answers["one process"], answers["dask.dataframe"], KIND)
            print(f"\n| {rows:,} legs | seconds (least, most) | / one process | peak MB of a worker |")
            print("|---|---|---|---|")
            for name, seconds in times.items():
                ratio = median(seconds) / median(times["one process"])
                peak = "" if name == "one process" else peak_of(name, path)
                print(f"| {name} | {spread(seconds)} | {ratio:.2f} | {peak} |", flush=True)
