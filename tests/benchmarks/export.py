"""Writing a million transfers as CSV: the project's writer against pandas alone, in time and in memory.

The rows are what `transfers_table` gives for a dataset of that size: 30 columns, of them text, whole numbers that may be
missing, degrees and flags. pandas writes the same table as it is: it guards no cell against spreadsheets.
"""

import ctypes
import gc
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import IO

import numpy as np
import pandas as pd
import pyarrow as pa

from geodata import Filters, load, select
from geodata.files.export import transfers_table, write_csv
from geodata.files.load import DATA_FOLDER

RUNS = 5
ROWS = 1_000_000
GUARDED_EVERY = 1000
"""One note in so many starts like a formula."""


def with_pandas(table: pd.DataFrame, target: IO[bytes]) -> None:
    table.to_csv(target, index=False, lineterminator="\n", encoding="utf-8")


WRITERS: dict[str, Callable[[pd.DataFrame, IO[bytes]], None]] = {
    "write_csv": write_csv,
    "pandas.to_csv": with_pandas,
}


def transfers(rows: int) -> pd.DataFrame:
    """Return the built-in dataset's transfers for files, drawn again and again until there are so many, each with an id of its own."""
    table = transfers_table(select(load(DATA_FOLDER / "belarus-2024-2025"), Filters()))
    random = np.random.default_rng(0)
    table = table.iloc[random.integers(0, len(table), rows)].reset_index(drop=True)
    number = pd.Series(range(rows)).astype(str)
    flags = table.select_dtypes("bool").columns
    notes = table["note"].mask(pd.Series(range(rows)) % GUARDED_EVERY == 0, "=1+1")
    texts = {name: np.where(table[name], "true", "false") for name in flags}
    return table.assign(transfer_id="t" + number, note=notes, **texts)


def held_mb(field: str) -> float:
    """Return what this process holds (``VmRSS``) or has held at most (``VmHWM``), MB."""
    return int(re.search(rf"{field}:\s+(\d+) kB", Path("/proc/self/status").read_text())[1]) / 1024


def peak_above(writer: str, rows: int) -> float:
    """Return by how many MB writing to a file raises this process above the table that it holds."""
    table = transfers(rows)
    # What making the table left behind goes back to the system, lest it be used again unseen.
    gc.collect()
    pa.default_memory_pool().release_unused()
    ctypes.CDLL(None).malloc_trim(0)
    Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
    before = held_mb("VmRSS")
    with open(os.devnull, "wb") as target:
        WRITERS[writer](table, target)
    return held_mb("VmHWM") - before


def peak_of(writer: str, rows: int) -> float:
    """Return the same of a process that does nothing else."""
    code = f"from tests.benchmarks.export import *; print(peak_above({writer!r}, {rows}))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return float(run.stdout)


def run(quick: bool) -> None:
    """Print a table of both writers; fail where what they wrote reads differently but for guarded cells."""
    rows = ROWS // 10 if quick else ROWS
    table = transfers(rows)
    seconds: dict[str, list[float]] = {name: [] for name in WRITERS}
    with tempfile.TemporaryDirectory() as folder:
        paths = {name: Path(folder) / f"{number}.csv" for number, name in enumerate(WRITERS)}
        for turn in range(RUNS + 1):
            for name, write in WRITERS.items():
                start = perf_counter()
                with paths[name].open("wb") as target:
                    write(table, target)
                if turn:  # the first turn warms caches and imports
                    seconds[name].append(perf_counter() - start)
        ours, theirs = (paths[name].read_bytes() for name in WRITERS)
    assert ours == theirs.replace(b",=1+1\n", b",'=1+1\n") != theirs
    print(
        f"{rows:,} transfers of {len(table.columns)} columns, {len(ours) / 1e6:.0f} MB, medians of {RUNS} turns, {os.cpu_count()} cores"
    )
    print("\n| | seconds (least, most) | / pandas | peak MB above the table |\n|---|---|---|---|")
    for name, times in seconds.items():
        ratio = median(times) / median(seconds["pandas.to_csv"])
        spread = f"{median(times):.2f} ({min(times):.2f}, {max(times):.2f})"
        print(f"| {name} | {spread} | {ratio:.2f} | {peak_of(name, rows):.0f} |", flush=True)
