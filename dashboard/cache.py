"""What is kept between runs: the only caches of the dashboard, keyed by plain values."""

from __future__ import annotations

import argparse
import sys
from functools import lru_cache
from pathlib import Path

import streamlit as st

from dashboard.server.response_cache import ResponseCache
from geodata import DataError, Dataset, load
from geodata.files.load import DATA_FOLDER, choose, datasets

__all__ = ["dataset", "names", "responses"]

responses = ResponseCache(limit=64 * 1024 * 1024)
"""Downloads, keyed by kind, dataset, canonical query string and encoding."""


@lru_cache(maxsize=1)
def _data_path() -> Path:
    """Return what ``--data`` names on the command line; the built-in datasets where it is not there."""
    parser = argparse.ArgumentParser(
        prog="streamlit run dashboard/app.py --", description="Prisoner Transfer Map"
    )
    parser.add_argument(
        "--data", type=Path, default=DATA_FOLDER, help="a data package folder, or a folder of them"
    )
    path: Path = parser.parse_args(sys.argv[1:]).data
    return path


@st.cache_resource(show_spinner=False)
def _loaded(folder: str) -> Dataset | DataError:
    """Return a dataset, or what is wrong with it: a broken one is read once, too."""
    try:
        return load(folder)
    except DataError as error:
        return error


def names() -> list[str]:
    """Return the names of the datasets that can be opened."""
    return list(datasets(_data_path()))


def dataset(name: str = "") -> Dataset:
    """Return the dataset of that name, or the first where there is none.

    Raises
    ------
    DataError
        With every problem of the dataset.
    """
    found = _loaded(str(choose(_data_path(), name)))
    if isinstance(found, DataError):
        raise found
    return found
