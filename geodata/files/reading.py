"""CSV files as tables of text, cell by cell as written, or what keeps them from being read."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO, TextIOWrapper
from itertools import islice
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
import pyarrow as pa  # type: ignore[import-untyped]  # pyarrow carries no types

from geodata.model.problems import Problem

__all__ = ["MAX_RAGGED", "TextTable", "read_csv"]

MAX_RAGGED = 100
"""Rows with too many or too few cells that are named one by one."""

_BATCH_ROWS = 1 << 10  # more would live so long that the garbage collector looks at them again and again
_DELIMITERS = {";": "semicolons", "\t": "tabs", "|": "vertical bars"}
# UTF-32 stands first, as its mark begins with that of UTF-16.
_MARKS = {
    codecs.BOM_UTF32_LE: "UTF-32",
    codecs.BOM_UTF32_BE: "UTF-32",
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}
_AS_UTF_8 = "save it as UTF-8 (in a spreadsheet: CSV UTF-8)"

Row: TypeAlias = list[str]


@dataclass(frozen=True, eq=False)
class TextTable:
    """A CSV file as it was read.

    Parameters
    ----------
    cells
        Text (dtype ``str``), a column for each name of the header; the index is the row as the author's
        editor counts it, with the header as row 1. Rows without any text are left out.
    problems
        What is wrong with the file; where there is any, `cells` may lack rows and columns.
    notes
        In what it differs from comma-separated UTF-8 and could be read nevertheless.
    """

    cells: pd.DataFrame
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)


@dataclass
class _Faults:
    """Problems and notes of one file."""

    file: str
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)

    def refuse(self, row: int, message: str, remedy: str) -> None:
        self.problems.append(Problem(self.file, row, "", message, remedy))

    def note(self, message: str, remedy: str) -> None:
        self.notes.append(Problem(self.file, 0, "", message, remedy))


def read_csv(name: str, content: bytes) -> TextTable:
    """Return a CSV file as text.

    Parameters
    ----------
    name
        Of the file, for its problems.
    content
        What is in it: commas between cells, in UTF-8. Semicolons, tabs or vertical bars between cells, a
        first line ``sep=;`` as spreadsheets write it, and UTF-16 or UTF-32 with a byte order mark are read
        too, and noted. Text in any other encoding, rows with more or fewer cells than the header, and
        duplicate columns are problems; no cell is ever guessed or shifted.
    """
    faults = _Faults(name)
    nothing = pd.DataFrame()
    try:
        if not (encoding := _encoding(content, faults)):
            return TextTable(nothing, faults.problems)
        lines = TextIOWrapper(BytesIO(content), encoding=encoding, newline="")
        delimiter, skipped = _delimiter(lines.readline(), faults)
        lines.seek(0)
        records = csv.reader(lines, delimiter=delimiter, strict=True)
        if skipped:
            next(records)
        header = [column.strip() for column in next(records, [])]
        if not header:
            faults.refuse(0, "the file is empty", "write at least the header")
            return TextTable(nothing, faults.problems)
        cells = _cells(header, records, faults)
    except UnicodeDecodeError:
        _refuse_encoding(content, encoding, faults)
    except csv.Error as error:
        limit = f"a cell is longer than {csv.field_size_limit():,} characters"
        message = limit if "field larger" in str(error) else f"the file is not CSV: {error}"
        faults.refuse(0, message, "close every quotation mark; save it as CSV")
    except Exception as error:
        # Whatever else a file does to its readers: it is named, and the others are read.
        message = (str(error).splitlines() or [type(error).__name__])[0][:200]
        faults.refuse(0, f"the file cannot be read: {message}", "save it as CSV in UTF-8")
    else:
        return TextTable(cells, faults.problems, faults.notes)
    return TextTable(nothing, faults.problems)


def _encoding(content: bytes, faults: _Faults) -> str:
    """Return how a file's text is encoded; "" where it is no text that can be read."""
    start = content[:4096]
    if start.startswith(b"PK\x03\x04"):
        faults.refuse(0, "the file is a workbook or another zip file", "save the sheet as CSV UTF-8")
        return ""
    for mark, name in _MARKS.items():
        if start.startswith(mark):
            faults.note(f"the file is {name}", f"it is read as {name}; {_AS_UTF_8}")
            return name
    if b"\x00" in start:
        likely = "UTF-16 without its byte order mark" if start.count(b"\x00") > len(start) // 4 else "no text"
        faults.refuse(0, f"the file holds zero bytes: it looks like {likely}", _AS_UTF_8)
        return ""
    return "utf-8-sig"


def _refuse_encoding(content: bytes, encoding: str, faults: _Faults) -> None:
    """Name the first line that is not in the file's encoding, and how it would read in another."""
    if encoding != "utf-8-sig":
        faults.refuse(0, f"the file begins like {encoding} and is none", _AS_UTF_8)
        return
    for row, line in enumerate(BytesIO(content), start=1):
        try:
            line.decode()
        except UnicodeDecodeError as error:
            word = line[: error.start].rpartition(b",")[2][-20:] + line[error.start :].partition(b",")[0]
            read = word[:40].decode("cp1252", errors="replace").strip()
            message = f"the file is not UTF-8 (row {row}): in Windows-1252 the cell would be {read!r}"
            faults.refuse(0, message, f"find out its encoding, and {_AS_UTF_8}")
            return


def _delimiter(first: str, faults: _Faults) -> tuple[str, bool]:
    """Return what stands between the cells, and whether the first line says so and is no header."""
    said = first.rstrip("\r\n").strip('"')
    if len(said) == 5 and said.lower().startswith("sep="):
        faults.note(f"the first line is {said!r}", "it is no row; leave it out")
        delimiter, skipped = said[-1], True
    else:
        skipped = False
        found = max(_DELIMITERS, key=first.count)
        delimiter = "," if "," in first or not first.count(found) else found
    if delimiter in _DELIMITERS:
        names = _DELIMITERS[delimiter]
        faults.note(f"{names} stand between the cells", "they are read so; save it with commas")
    return delimiter, skipped


def _cells(header: Row, records: Iterator[Row], faults: _Faults) -> pd.DataFrame:
    """Return the rows below a header; report duplicate columns, and rows of another length."""
    width, begin, ragged = len(header), 2, 0
    numbers: list[np.ndarray] = []
    batches: list[list[pa.Array]] = []
    while rows := list(islice(records, _BATCH_ROWS)):
        number = np.arange(begin, begin + len(rows))
        begin += len(rows)
        lengths = np.fromiter(map(len, rows), dtype=np.int64, count=len(rows))
        filled = np.fromiter(map(any, rows), dtype=bool, count=len(rows))
        wrong = filled & (lengths != width)
        for position in np.flatnonzero(wrong)[: max(MAX_RAGGED - ragged, 0)].tolist():
            faults.refuse(
                int(number[position]),
                f"the row has {lengths[position]} cells, the header {width}",
                "put quotation marks around cells with commas; write decimals with a point",
            )
        ragged += int(wrong.sum())
        # A blank line is no record, yet it counts as a row in the author's editor: the index keeps the count.
        kept = filled & ~wrong
        if not kept.all():
            rows = [row for row, keep in zip(rows, kept.tolist(), strict=True) if keep]
        if rows:
            numbers.append(number[kept])
            batches.append([pa.array(column, pa.large_string()) for column in zip(*rows, strict=True)])
    if ragged > MAX_RAGGED:
        faults.refuse(0, f"{ragged} rows have more or fewer cells than the header", "correct the delimiters")
    columns = zip(*batches, strict=True) if batches else ([] for _ in header)
    text: Any = pd.StringDtype(na_value=np.nan)
    arrays = [
        text.__from_arrow__(pa.chunked_array(list(chunks), pa.large_string()).combine_chunks())
        for chunks in columns
    ]
    index = pd.Index(np.concatenate(numbers) if numbers else [], dtype="int64")
    given: dict[str, pd.Series] = {}
    for name, array in zip(header, arrays, strict=True):
        if not name and not (array != "").any():
            continue  # a spreadsheet's empty column
        if name in given:
            faults.refuse(1, f"column {name!r} is a duplicate", "rename or remove one")
        elif not name:
            faults.refuse(1, "a column with cells has no name", "name it, or remove it")
        else:
            given[name] = pd.Series(array, index)
    return pd.DataFrame(given, index=index)
