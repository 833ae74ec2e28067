"""The one writer of CSV: fixed columns, fixed order, nothing that a spreadsheet would run."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pandas as pd

from geodata.filters import Filters
from geodata.load import Dataset
from geodata.selection import select
from geodata.totals import country_totals

__all__ = ["countries_csv", "countries_filename", "replacing", "totals_csv", "write_csv"]

# A cell that starts so is a formula to a spreadsheet; the full-width forms are too, in some of them.
_FORMULA = re.compile(r"^[=+\-@\t\n＝＋－＠]")


def _neutral(cell: object) -> object:
    """Return text that would run as a formula behind an apostrophe, which spreadsheets show as text.

    Line ends become line feeds: a lone carriage return would end a row for some readers.
    """
    if not isinstance(cell, str):
        return cell
    text = cell.replace("\r\n", "\n").replace("\r", "\n")
    return f"'{text}" if _FORMULA.match(text) else text


def write_csv(table: pd.DataFrame, target: IO[bytes]) -> None:
    r"""Write a table as UTF-8 CSV with ``\n`` line ends; missing values are empty cells.

    Parameters
    ----------
    table
        Its columns are written in order; put the index into a column to have it written.
    target
        Open for bytes.

    Examples
    --------
    >>> import io
    >>> out = io.BytesIO()
    >>> write_csv(pd.DataFrame({"place": ["=HYPERLINK(0)"], "count": pd.array([None], dtype="Int64")}), out)
    >>> out.getvalue()
    b"place,count\n'=HYPERLINK(0),\n"
    """
    text = table.select_dtypes(include=["object", "str", "category"]).columns
    table = table.assign(**{column: table[column].map(_neutral) for column in text})
    table.rename(columns=_neutral).to_csv(target, index=False, lineterminator="\n", encoding="utf-8")


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a file beside `path` to write, and move it into place once all is written.

    A run that fails or is killed leaves the file that stood at `path` as it was.
    """
    partial = path.with_name(f".{path.name}.partial")
    try:
        yield partial
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)


def countries_csv(dataset: Dataset, filters: Filters) -> bytes:
    """Return ``countries.csv`` of the records that `filters` choose."""
    return totals_csv(country_totals(select(dataset, filters)))


def totals_csv(totals: pd.DataFrame) -> bytes:
    """Return ``countries.csv`` of a table that `country_totals` made."""
    out = io.BytesIO()
    write_csv(totals.reset_index(), out)
    return out.getvalue()


def countries_filename(dataset: Dataset) -> str:
    """Return the name under which `countries_csv` is kept."""
    return f"countries_{dataset.reference}.csv"
