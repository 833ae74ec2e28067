"""Time from a query string to country totals: on the built-in dataset, and on a flat transfers file.

On the file, pandas, polars and DuckDB group the same rows by the same two ends. They are spared what this project does besides:
they check no value, locate no coordinates and make no table. Their answers are then brought to country totals, and must agree.
"""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from importlib.metadata import version
from pathlib import Path
from statistics import median
from time import perf_counter

import pandas as pd

from geodata import Filters, country_of, country_totals, load, select
from geodata.bulk.flat import flat_totals, open_flat, tallies
from geodata.files.load import DATA_FOLDER, choose
from tests.benchmarks.legs import KINDS, Kind, write_legs

RUNS = 21
FILE_RUNS = 5
QUERIES = ("event=2025-12-13&status=done", "", "basis=all")
SUMS = ["legs", "low", "high", "unbounded"]
KEYS: dict[Kind, list[str]] = {
    "codes": ["origin_country", "destination_country"],
    "coordinates": ["origin_longitude", "origin_latitude", "destination_longitude", "destination_latitude"],
}


def this_project(path: str, kind: Kind) -> pd.DataFrame:
    file = open_flat(path)
    return flat_totals(file, Filters(), tallies(file))[0]


def with_duckdb(path: str, kind: Kind) -> pd.DataFrame:
    import duckdb

    sums = "count(*) AS legs, sum(count_min) AS low, sum(count_max) AS high, count(*) - count(count_max) AS unbounded"
    query = f"SELECT {', '.join(KEYS[kind])}, {sums} FROM read_parquet($path) GROUP BY ALL"
    with duckdb.connect() as connection:
        return connection.execute(query, {"path": path}).df()


def with_polars(path: str, kind: Kind) -> pd.DataFrame:
    import polars as pl

    sums = [
        pl.len().alias("legs"),
        pl.sum("count_min").alias("low"),
        pl.sum("count_max").alias("high"),
        pl.col("count_max").null_count().alias("unbounded"),
    ]
    found = pl.scan_parquet(path).group_by(KEYS[kind]).agg(sums).collect(engine="streaming")
    return found.to_pandas()


def with_pandas(path: str, kind: Kind) -> pd.DataFrame:
    rows = pd.read_parquet(path, columns=[*KEYS[kind], "count_min", "count_max"])
    rows = rows.assign(legs=1, unbounded=rows["count_max"].isna())
    sums = rows.groupby(KEYS[kind], dropna=False, observed=True, sort=False).sum().reset_index()
    return sums.rename(columns={"count_min": "low", "count_max": "high"})


CONTENDERS: dict[str, Callable[[str, Kind], pd.DataFrame]] = {
    "this project": this_project,
    "duckdb": with_duckdb,
    "polars": with_polars,
    "pandas": with_pandas,
}


def totals_of(sums: pd.DataFrame, kind: Kind) -> pd.DataFrame:
    """Return the columns of country totals that follow from sums by origin and destination."""
    ends = {}
    for end in ("origin", "destination"):
        if kind == "codes":
            ends[end] = sums[f"{end}_country"].astype(object)
        else:
            points = sums[[f"{end}_longitude", f"{end}_latitude"]]
            different = points.drop_duplicates()
            code = country_of(*different.to_numpy().T)["country_code"].astype(object)
            ends[end] = pd.Series(
                points.merge(different.assign(code=code.to_numpy()), how="left")["code"].to_numpy()
            )
        ends[end] = ends[end].where(ends[end].notna(), "unlocated")
    within = (ends["origin"] == ends["destination"]) & (ends["origin"] != "unlocated")
    parts = {
        "departed": sums[SUMS][~within].groupby(ends["origin"][~within]).sum(),
        "arrived": sums[SUMS][~within].groupby(ends["destination"][~within]).sum(),
        "moved_within": sums[SUMS][within].groupby(ends["origin"][within]).sum(),
    }
    table = pd.DataFrame(index=pd.Index(sorted(set(ends["origin"]) | set(ends["destination"])), dtype=str))
    for measure, part in parts.items():
        part = part.reindex(table.index, fill_value=0).astype("Int64")
        table[f"{measure}_min"] = part["low"]
        table[f"{measure}_max"] = part["high"].mask(part["unbounded"] > 0)
    return table


def peak_mb() -> int:
    """Return the most memory this process has held (MB); unlike ru_maxrss it counts nothing of the parent's."""
    return int(re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())[1]) // 1024


def peak_of(contender: str, path: str, kind: Kind) -> int:
    """Return the peak memory (MB) of a process that does nothing else."""
    code = f"from tests.benchmarks.totals import *; CONTENDERS[{contender!r}]({path!r}, {kind!r}); print(peak_mb())"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return int(run.stdout.split()[-1])  # DuckDB shows its progress before


def in_turns(
    contenders: dict[str, Callable[[], pd.DataFrame]],
) -> tuple[dict[str, list[float]], dict[str, pd.DataFrame]]:
    """Return the seconds of each turn, and the last answers."""
    times: dict[str, list[float]] = {name: [] for name in contenders}
    answers: dict[str, pd.DataFrame] = {}
    for number in range(FILE_RUNS + 1):
        for name, contender in contenders.items():
            start = perf_counter()
            answers[name] = contender()
            if number:  # the first turn warms caches and imports
                times[name].append(perf_counter() - start)
    return times, answers


def agree(ours: pd.DataFrame, sums: pd.DataFrame, kind: Kind) -> None:
    """Fail where country totals are not those that follow from the sums of another."""
    theirs = totals_of(sums, kind)
    pd.testing.assert_frame_equal(ours[theirs.columns], theirs, check_names=False)


def spread(seconds: list[float]) -> str:
    """Return median, least and most."""
    return f"{median(seconds):.2f} ({min(seconds):.2f}, {max(seconds):.2f})"


def compare(path: str, kind: Kind) -> None:
    """Print a table of all contenders, in turns; fail where two answers differ."""
    times, answers = in_turns({name: partial(each, path, kind) for name, each in CONTENDERS.items()})
    ours = answers.pop("this project")
    for sums in answers.values():
        agree(ours, sums, kind)
    print(f"\n| by {kind} | seconds (least, most) | / duckdb | peak MB |\n|---|---|---|---|")
    for name, seconds in times.items():
        label = name if name == "this project" else f"{name} {version(name)}"
        ratio = median(seconds) / median(times["duckdb"])
        print(f"| {label} | {spread(seconds)} | {ratio:.2f} | {peak_of(name, path, kind)} |", flush=True)


def run(quick: bool) -> None:
    """Print the medians of the built-in dataset, and a table for each kind of file; answers must agree."""
    dataset = load(choose(DATA_FOLDER))
    print(f"totals of {dataset.reference}, median of {RUNS} runs, milliseconds")
    for query in QUERIES:
        times = []
        for _ in range(RUNS):
            start = perf_counter()
            country_totals(select(dataset, Filters.parse(query)[0]))
            times.append(perf_counter() - start)
        print(f"{median(times) * 1000:8.1f}  {query or '(everything)'}")
    rows = 1_000_000 if quick else 10_000_000
    print(f"\ntotals of {rows:,} legs, median of {FILE_RUNS} turns, {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory() as folder:
        for kind in KINDS:
            compare(str(write_legs(Path(folder) / f"{kind}.parquet", rows, kind)), kind)
