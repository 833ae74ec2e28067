"""The totals of a flat transfers file on a Dask cluster: one task a row group, the same result bit for bit.

Dask is an extra (``pip install '.[cluster]'``): it is imported where a cluster is asked for, nowhere else.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from functools import reduce
from operator import add
from typing import Any

from geodata.bulk.flat import FlatFile, Tally, tallies
from geodata.model.problems import DataError, Problem

__all__ = ["cluster_tallies"]

_PATIENCE_SECONDS = 10
"""How long a scheduler may take to answer."""


def cluster_tallies(file: FlatFile, scheduler: str, date: str = "") -> Iterator[Tally]:
    """Yield the tally of each row group as it is done; what a lost worker was doing is done again elsewhere.

    Parameters
    ----------
    file
        What to read: every worker opens it by its path, and the boundary layer by itself.
    scheduler
        Address of a Dask scheduler (``tcp://HOST:8786``), or ``local:N`` for N processes on this machine.
    date
        As for `geodata.bulk.flat.tallies`.

    Raises
    ------
    DataError
        If Dask is not installed, the scheduler does not answer, workers are lost again and again over the
        same row group, or one cannot read the file.
    """

    def failed(message: str, remedy: str) -> DataError:
        return DataError([Problem(f"--scheduler {scheduler}", 0, "", message, remedy)])

    try:
        from distributed import Client, KilledWorker, LocalCluster, as_completed
    except ImportError as error:
        raise failed("Dask is not installed", "pip install '.[cluster]'") from error
    if "://" not in file.path:  # workers may stand in another folder
        file = replace(file, path=os.path.abspath(file.path))
    with ExitStack() as stack:
        address: Any = scheduler
        if local := re.fullmatch(r"local:([1-9][0-9]?)", scheduler):
            # All of it listens on this machine only, at free ports.
            cluster = LocalCluster(
                n_workers=int(local[1]),
                threads_per_worker=1,
                host="127.0.0.1",
                dashboard_address="127.0.0.1:0",
                silence_logs=logging.CRITICAL,
            )
            address = stack.enter_context(cluster)
        try:
            client = stack.enter_context(Client(address, timeout=_PATIENCE_SECONDS, set_as_default=False))
        except (OSError, ValueError) as error:
            remedy = "start it with `dask scheduler`, and give the address it prints, or local:N"
            raise failed(f"no scheduler answers: {error}", remedy) from error
        futures = client.map(_group_tally, range(len(file.groups)), file=file, date=date, pure=False)
        try:
            for future in as_completed(futures, loop=client.loop):
                yield future.result()
                future.release()  # else the workers would keep every tally to the end
        except KilledWorker as error:
            remedy = "give each worker more memory, or write smaller row groups"
            raise failed(f"several workers were lost over one row group: {error}", remedy) from error


def _group_tally(group: int, file: FlatFile, date: str) -> Tally:
    """Return the tally of one row group; this is what a worker does."""
    return reduce(add, tallies(file, date, [group]), Tally.empty())
