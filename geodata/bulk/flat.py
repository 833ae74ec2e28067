"""Flat transfers files: one Parquet table of legs, counted batch by batch, from a thousand rows to billions.

Each row is one leg that took place, follows nothing and is followed by nothing. The totals are those that
`geodata.load` and `geodata.country_totals` give for the same legs with counts in their transfers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeAlias, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa  # type: ignore[import-untyped]  # pyarrow carries no types
import pyarrow.parquet as pq  # type: ignore[import-untyped]  # likewise

from geodata.analysis.selection import BoolArray
from geodata.analysis.totals import totals_table
from geodata.files.load import load_locations
from geodata.files.own_counts import OWN_SOURCE
from geodata.geo.boundaries import country_codes
from geodata.geo.countries import country_of
from geodata.model.counts import FloatArray, columns
from geodata.model.dataset import IntArray
from geodata.model.dates import span, spans
from geodata.model.fields import ALL, FIELDS
from geodata.model.places import NOWHERE, UNLOCATED
from geodata.model.problems import DataError, Problem
from geodata.model.schema import MAX_COUNT, REMEDIES
from geodata.query.filters import Filters, LinkNotice
from geodata.query.links import honour_known

__all__ = ["FlatFile", "Tally", "flat_totals", "honour_flat", "is_flat", "open_flat", "tallies"]

BATCH_ROWS = 1 << 18
"""Rows that are in memory at a time."""
MAX_LOCATED = 1 << 18
"""Different points whose country is kept in mind; beyond, those of the batch at hand are looked up anew."""
MAX_PROBLEMS = 100
"""Different problems of one file that are told; where there are more, that is said."""

End = Literal["origin", "destination"]
ENDS: tuple[End, ...] = get_args(End)
_UNLOCATED = {
    "missing": "without a place",
    "out_of_range": "with coordinates out of range",
    "nowhere": "with coordinates in no country",
}
"""Why an end is unlocated: what `country_of` says of its coordinates, and how it is told."""
_UNKNOWN_CODE = "is no country of the boundary layer", "use an ISO 3166-1 alpha-2 code (Kosovo: XK)"
_UNKNOWN_ID = "is unknown", "add it to locations.csv, or correct the id"
# Two numbers up to this can be added in 64 bits, and no row group (2^31 rows) holds more people.
_MAX_PEOPLE = 2**62

Fault: TypeAlias = tuple[str, str, str]
"""Column, message and remedy of a `Problem`."""


def _is_text(kind: pa.DataType) -> bool:
    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_null(kind))


def _is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_null(kind))


def _is_day(kind: pa.DataType) -> bool:
    stamp = pa.types.is_timestamp(kind) and kind.tz is None
    return bool(stamp or pa.types.is_date(kind) or _is_text(kind))


_KINDS = {"text": _is_text, "a number": _is_number, "a day without a time zone, or EDTF text": _is_day}
"""What a column may hold, and the Arrow types that do."""
_TEXT, _NUMBER, _DAY = _KINDS


@dataclass(frozen=True, eq=False)
class FlatFile:
    """A flat transfers file whose columns have been checked; its rows are checked as they are read.

    Parameters
    ----------
    path
        Local path, or the address of an object that fsspec opens (``s3://…``).
    groups
        Number of rows of each row group.
    columns
        Those of its columns that are known here.
    keys
        Column that names the place of each end: a country code, or else a location id; "" where only
        coordinates do.
    places
        What a key column may hold, to its position in the flows of a `Tally`; by column.
    """

    path: str
    groups: tuple[int, ...]
    columns: tuple[str, ...]
    keys: dict[End, str]
    places: dict[str, dict[str, int]]

    @property
    def name(self) -> str:
        """Return its name for messages."""
        return _name(self.path)

    @property
    def rows(self) -> int:
        """Return how many legs it holds."""
        return sum(self.groups)


@dataclass(frozen=True, eq=False)
class Tally:
    """What some rows of a flat transfers file add up to. Tallies add up exactly, in any order.

    Parameters
    ----------
    rows
        How many rows were read.
    flows
        By place of origin and of destination: legs, sum of lower bounds, sum of upper bounds, legs whose
        upper bound is open, legs with any bound. Shape (5, P, P); the places are all countries, the rows that
        are no country, and three more ways to be unlocated: without a place, with coordinates out of range,
        with coordinates in no country.
    undated
        Legs that a filter of days left out because they have no date.
    faults
        The first `MAX_PROBLEMS` different faults and one more, with the row of each as an editor counts it.
    """

    rows: int
    flows: IntArray
    undated: int
    faults: dict[Fault, int]

    @classmethod
    def empty(cls) -> Tally:
        """Return the tally of no rows."""
        size = len(_places())
        return cls(0, np.zeros((5, size, size), np.int64), 0, {})

    def __add__(self, other: Tally) -> Tally:
        """Return the tally of both."""
        first = self.faults | other.faults
        for fault in self.faults.keys() & other.faults.keys():
            first[fault] = min(self.faults[fault], other.faults[fault])
        by_row = sorted(first.items(), key=lambda item: (item[1], item[0]))
        return Tally(
            self.rows + other.rows,
            self.flows + other.flows,
            self.undated + other.undated,
            dict(by_row[: MAX_PROBLEMS + 1]),
        )


def is_flat(path: str) -> bool:
    """Return whether a path means a flat transfers file rather than a folder with a dataset.

    Examples
    --------
    >>> is_flat("s3://bucket/legs.parquet"), is_flat("geodata/data")
    (True, False)
    """
    return path.endswith(".parquet")


def open_flat(path: str) -> FlatFile:
    """Return a flat transfers file after a look at its columns.

    Parameters
    ----------
    path
        Parquet file: a local path, or the address of an object that fsspec opens. Its columns:

        - ``origin_country``, ``destination_country``: code of the boundary layer, ``between``,
          ``unlocated`` or ``died``; or ``origin_id``, ``destination_id``: location ids, with the table
          ``locations.csv`` of a dataset beside the file; or ``origin_longitude``, ``origin_latitude`` and so
          on: WGS 84 degrees. Coordinates tell the country only where the code or id is blank.
        - ``count``, or ``count_min`` and ``count_max``: people; missing is 0 and open.
        - ``date`` (optional): a day, or EDTF text.

    Raises
    ------
    DataError
        If the file cannot be read, or with every column that is missing or of another type.
    """
    with _parquet(path) as parquet:
        schema, metadata = parquet.schema_arrow, parquet.metadata
    keys: dict[End, str] = {
        end: next((key for key in (f"{end}_country", f"{end}_id") if key in schema.names), "") for end in ENDS
    }
    kinds = dict.fromkeys(("count", "count_min", "count_max"), _NUMBER) | {"date": _DAY}
    for end in ENDS:
        kinds |= dict.fromkeys(_degrees(end), _NUMBER) | {keys[end] or f"{end}_country": _TEXT}
    read = tuple(column for column in kinds if column in schema.names)
    faults = [*_missing(set(read), keys)]
    for column in read:
        if not _KINDS[kinds[column]](kind := schema.field(column).type):
            faults.append((column, f"the column is of type {kind}", f"write {kinds[column]}"))
    problems = [Problem(_name(path), 1, *fault) for fault in faults]
    codes = {code: position for position, code in enumerate(_countries())}
    places = {key: codes for key in keys.values() if key}
    if identified := [key for key in places if key.endswith("_id")]:
        try:
            located = _locations(path)
        except DataError as error:
            problems += error.problems
        else:
            ids = {id_: codes[code] for id_, code in located.items()}
            places |= dict.fromkeys(identified, ids)
    if problems:
        raise DataError(problems)
    groups = tuple(metadata.row_group(group).num_rows for group in range(metadata.num_row_groups))
    return FlatFile(path, groups, read, keys, places)


def honour_flat(filters: Filters, file: FlatFile) -> tuple[Filters, list[LinkNotice]]:
    """Return the filters that a flat transfers file can do, and a notice for each value that was ignored.

    It knows from, to and date; its legs are all done, and it has one source, itself.
    """
    places = _countries()
    known, notices = honour_known(filters, {"origin": places, "destination": places})
    reasons = {name: field.flat for name, field in FIELDS.items() if field.flat}
    if "date" not in file.columns:
        reasons["date"] = "the file has no column date"
    means_all = {"status": "done", "basis": ALL}
    for name, reason in reasons.items():
        field = FIELDS[name]
        asked = filters.values(field.key)
        if asked and means_all.get(name) not in asked:
            notices.append(LinkNotice(field.key, ",".join(asked), field.without, reason))
    date = "" if "date" in reasons else filters.date
    return Filters(origin=known.origin, destination=known.destination, date=date), notices


def tallies(file: FlatFile, date: str = "", groups: Iterable[int] | None = None) -> Iterator[Tally]:
    """Yield the tally of each batch of rows.

    Parameters
    ----------
    file
        What to read; only the columns that are needed are.
    date
        EDTF date or interval that a leg's date must overlap; "" for all.
    groups
        Numbers of the row groups to read; all where None.

    Raises
    ------
    DataError
        If the file cannot be read on.
    """
    read = [column for column in file.columns if date or column != "date"]
    text = [column for column in read if column in {"date", *file.keys.values()}]
    located = _Located()
    row = np.cumsum([2, *file.groups])  # of the first record of each group; the header is row 1
    with _parquet(file.path, read_dictionary=text) as parquet:
        for group in range(len(file.groups)) if groups is None else groups:
            first = int(row[group])
            for records in parquet.iter_batches(BATCH_ROWS, row_groups=[group], columns=read):
                yield _Batch(file, records, first, located).tally(date)
                first += records.num_rows


def flat_totals(
    file: FlatFile, filters: Filters, parts: Iterable[Tally]
) -> tuple[pd.DataFrame, tuple[Problem, ...]]:
    """Return the country totals of a flat transfers file.

    Parameters
    ----------
    file
        What was read.
    filters
        As `honour_flat` returns them.
    parts
        Tallies of all its rows in the days of the filters, in any order.

    Returns
    -------
    DataFrame
        As `geodata.country_totals` returns it; the source is the dataset itself.
    tuple of Problem
        What was found and could be counted without guessing; the remedy says how.

    Raises
    ------
    DataError
        With the problems of all rows, or if the counts are too many to add up in 64 bits.
    """
    whole = _sum(file, parts)
    countries = np.array(_countries())
    country = np.append(countries, [UNLOCATED] * len(_UNLOCATED))  # of each place
    wanted = np.ones((len(country), len(country)), dtype=bool)
    if filters.origin:
        wanted &= np.isin(country, filters.origin)[:, np.newaxis]
    if filters.destination:
        wanted &= np.isin(country, filters.destination)
    flows = whole.flows * wanted
    notes = _notes(file, flows[0], whole.undated)
    # Beyond the countries all places are unlocated, and add up.
    unlocated = _countries().index(UNLOCATED)
    flows[:, unlocated] += flows[:, len(countries) :].sum(axis=1)
    flows[:, :, unlocated] += flows[:, :, len(countries) :].sum(axis=2)
    return _table(flows[:, : len(countries), : len(countries)]), notes


def _sum(file: FlatFile, parts: Iterable[Tally]) -> Tally:
    """Return what all rows add up to, or raise what is wrong with them."""
    whole = Tally.empty()
    for part in parts:
        whole += part
        if whole.flows[1:3].sum(axis=(1, 2), dtype=float).max() > _MAX_PEOPLE:
            message = f"the counts add up to more than {_MAX_PEOPLE}"
            raise DataError([Problem(file.name, 0, "", message, "correct them, or split the file")])
    if whole.rows != file.rows:
        message = f"{whole.rows} of {file.rows} rows were read"
        raise DataError([Problem(file.name, 0, "", message, "leave the file alone while it is read")])
    problems = [Problem(file.name, row, *fault) for fault, row in whole.faults.items()]
    if len(problems) > MAX_PROBLEMS:
        message = f"there are more problems than the first {MAX_PROBLEMS}"
        problems[MAX_PROBLEMS:] = [Problem(file.name, 0, "", message, "mend these, and run it again")]
    if problems:
        raise DataError(problems)
    return whole


def _table(flows: IntArray) -> pd.DataFrame:
    """Return country totals of flows between the countries of the table."""
    countries = np.array(_countries())
    inside = flows * np.diag(~np.isin(countries, NOWHERE))
    across = flows - inside
    nobody = np.zeros(flows.shape[:2], dtype=np.int64)
    arrived = across.sum(axis=1)
    sums = {
        "released": nobody,
        "departed": across.sum(axis=2),
        "arrived": arrived,
        "passed_on": nobody,
        "remained": arrived,
        "moved_within": inside.sum(axis=2),
    }
    # A leg within one place has both its ends there, and is one.
    legs, given = (flow.sum(axis=0) + flow.sum(axis=1) - flow.diagonal() for flow in (flows[0], flows[4]))
    touched = legs > 0
    codes = pd.Index(countries[touched], dtype=str, name="country_code")
    counts: dict[str, pd.Series] = {}
    for measure, (_, low, high, unbounded, _) in sums.items():
        least, most = (pd.Series(bound[touched], codes, dtype="Int64") for bound in (low, high))
        counts |= dict(zip(columns(measure), (least, most.mask(unbounded[touched] > 0)), strict=True))
    sources = np.where(given[touched] > 0, OWN_SOURCE, "").tolist()
    return totals_table(codes, counts, legs[touched], sources)


@cache
def _countries() -> tuple[str, ...]:
    """Return the countries of a table, and the rows that are no country, in its order."""
    return *country_codes(), *NOWHERE


def _places() -> tuple[str, ...]:
    """Return what the rows and columns of flows stand for: countries, and why an end is unlocated."""
    return *_countries(), *_UNLOCATED


def _degrees(end: End) -> list[str]:
    """Return the columns of an end's coordinates."""
    return [f"{end}_longitude", f"{end}_latitude"]


def _missing(there: set[str], keys: dict[End, str]) -> Iterator[Fault]:
    """Yield what columns are missing, or stand in for each other."""
    if not there & {"count", "count_min", "count_max"}:
        yield "count", "the column is missing", "add it, or count_min and count_max"
    elif "count" in there and there & {"count_min", "count_max"}:
        yield "count", "count and bounds are both given", "keep one of them"
    for end in ENDS:
        absent = [column for column in _degrees(end) if column not in there]
        if len(absent) == 1:
            yield absent[0], "the column is missing", "add it, in WGS 84 degrees"
        elif absent and not keys[end]:
            remedy = f"add it, or {end}_id, or {' and '.join(_degrees(end))}"
            yield f"{end}_country", "the column is missing", remedy


def _locations(path: str) -> dict[str, str]:
    """Return the country code of each location id in the table beside a flat transfers file."""
    if "://" in path:
        message, remedy = "location ids are for local files", "write country codes, or copy it here"
        raise DataError([Problem(_name(path), 0, "", message, remedy)])
    codes = load_locations(Path(path).with_name("locations.csv"))["country_code"]
    return {str(id_): str(code) for id_, code in codes.items()}


def _name(path: str) -> str:
    return path.replace("\\", "/").rpartition("/")[2]


@contextmanager
def _parquet(path: str, **options: Any) -> Iterator[pq.ParquetFile]:
    """Open a Parquet file for reading in pieces; whatever goes wrong with the file is a `DataError`."""

    def unreadable(error: Exception, remedy: str) -> DataError:
        message = f"the file cannot be read: {(str(error).splitlines() or [type(error).__name__])[0]}"
        return DataError([Problem(_name(path), 0, "", message, remedy)])

    with ExitStack() as stack:
        try:
            source: Any = path
            if "://" in path:
                try:
                    import fsspec  # type: ignore[import-untyped]  # an extra, and it carries no types

                    source = stack.enter_context(fsspec.open(path))
                except (ImportError, ValueError) as error:
                    raise unreadable(error, "pip install '.[cluster]', and what the message names") from error
            # A buffer keeps Arrow from reading whole columns of a row group at once.
            yield stack.enter_context(pq.ParquetFile(source, buffer_size=1 << 20, **options))
        except (OSError, pa.ArrowException) as error:
            raise unreadable(error, "give a Parquet file") from error


class _Located:
    """Positions in flows of points that were looked up: legs repeat their places."""

    def __init__(self) -> None:
        self._points = pd.Index([], dtype=complex)
        self._positions = np.array([], dtype=np.int64)

    def of(self, points: npt.NDArray[np.complex128]) -> IntArray:
        """Return the positions of different points, longitude + latitude * 1j."""
        found = self._points.get_indexer(pd.Index(points))
        if len(new := points[found < 0]):
            if len(self._points) + len(new) > MAX_LOCATED:
                new, self._points, self._positions = points, self._points[:0], self._positions[:0]
            self._points = self._points.append(pd.Index(new))
            self._positions = np.append(self._positions, self._look_up(new))
            found = self._points.get_indexer(pd.Index(points))
        return self._positions[found]

    @staticmethod
    def _look_up(points: npt.NDArray[np.complex128]) -> IntArray:
        answer = country_of(points.real, points.imag)
        country = answer["country_code"].cat.set_categories(_countries()).cat.codes.to_numpy(np.int64)
        why = len(_countries()) + pd.Index(_UNLOCATED).get_indexer(pd.Index(answer["match"]))
        return np.where(country < 0, why, country)


@dataclass(frozen=True, eq=False)
class _Batch:
    """Some rows of a flat transfers file."""

    file: FlatFile
    records: pa.RecordBatch
    row: int
    """Of the first record, as an editor counts it."""
    located: _Located
    """Points that earlier batches have looked up."""
    faults: dict[Fault, int] = field(default_factory=dict)
    """What reading has found so far."""

    def tally(self, date: str) -> Tally:
        """Return what the rows add up to."""
        size = len(_places())
        origin, destination = (self.places(end) for end in ENDS)
        (low, no_low), (high, unbounded) = self.bounds()
        pair, given, undated = origin * size + destination, ~(no_low & unbounded), 0
        if date:
            chosen, no_date = self.overlap(date)
            undated = int(no_date.sum())
            pair, low, high, unbounded, given = (
                pair[chosen], low[chosen], high[chosen], unbounded[chosen], given[chosen]
            )  # fmt: skip

        def add(pair: IntArray, people: FloatArray | None = None) -> IntArray:
            # Exact: people are whole numbers, and those of one batch are fewer than 2^53.
            return np.bincount(pair, people, minlength=size * size).astype(np.int64).reshape(size, size)

        legs = add(pair)
        told = legs if given.all() else add(pair[given])
        flows = np.array([legs, add(pair, low), add(pair, high), add(pair[unbounded]), told])
        return Tally(self.records.num_rows, flows, undated, self.faults)

    def places(self, end: End) -> IntArray:
        """Return the position of each leg's place in flows."""
        missing, key = len(_countries()), self.file.keys[end]
        found = np.full(self.records.num_rows, missing)
        if key:
            cells, texts = self.texts(key)
            known = self.file.places[key] | {"": missing}
            positions = np.array([known.get(text, -1) for text in texts])
            found = positions[cells]
            if (positions < 0).any():
                message, remedy = _UNKNOWN_ID if key.endswith("_id") else _UNKNOWN_CODE
                self.refuse(key, found < 0, message, remedy)
                found[found < 0] = missing
        if set(_degrees(end)) <= set(self.file.columns):
            blank = np.flatnonzero(found == missing)
            point = np.empty(len(blank), dtype=complex)
            point.real, point.imag = (self.numbers(column)[blank] for column in _degrees(end))
            number, points = pd.factorize(point)  # -1, the last, where a coordinate is missing
            found[blank] = np.append(self.located.of(points), missing)[number]
        return found

    def bounds(self) -> tuple[tuple[FloatArray, BoolArray], tuple[FloatArray, BoolArray]]:
        """Return the lower and the upper bound of each leg, 0 where missing, and whether each is missing."""
        if "count" in self.file.columns:
            count = self.people("count")
            return count, count
        (low, no_low), (high, no_high) = self.people("count_min"), self.people("count_max")
        swapped = ~no_high & (high < low)
        self.refuse("count_max", swapped, "is below count_min", "swap or correct the bounds")
        return (low, no_low), (high, no_high)

    def people(self, column: str) -> tuple[FloatArray, BoolArray]:
        """Return a column of counts, 0 where missing, and whether each is missing."""
        if column not in self.file.columns:
            return np.zeros(self.records.num_rows), np.ones(self.records.num_rows, dtype=bool)
        people = self.numbers(column)
        missing = np.isnan(people)
        people[missing] = 0
        whole = pa.types.is_integer(self.records[column].type) or (people == np.floor(people)).all()
        if not whole or (people.size and (people.min() < 0 or people.max() > MAX_COUNT)):
            wrong = (people < 0) | (people > MAX_COUNT) | (people != np.floor(people))
            message = "is not a whole number of people"
            self.refuse(column, wrong, message, REMEDIES[message])
            people[wrong] = 0
        return people, missing

    def overlap(self, date: str) -> tuple[BoolArray, BoolArray]:
        """Return whether each leg's date overlaps an EDTF date, and whether it has none."""
        earliest, latest = (np.datetime64(day, "s") for day in span(date))
        cells = self.records["date"]
        if not _is_text(cells.type):
            days = cells.cast(pa.timestamp("s"), safe=False).to_numpy(zero_copy_only=False)
            days = days.astype("datetime64[D]")
            return (days >= earliest) & (days <= latest), np.isnat(days)
        number, texts = self.texts("date")
        days = spans(pd.Series(texts, dtype=str))
        blank, unread = np.array(texts) == "", days["earliest"].isna().to_numpy()
        message = "is not an EDTF date"
        self.refuse("date", (unread & ~blank)[number], message, REMEDIES[message])
        inside = (days["earliest"] <= latest) & (days["latest"] >= earliest)
        return inside.to_numpy()[number], blank[number]

    def numbers(self, column: str) -> FloatArray:
        """Return a column of numbers; NaN where missing."""
        cells = self.records[column].cast(pa.float64(), safe=False)
        numbers: FloatArray = np.array(cells.to_numpy(zero_copy_only=False))
        return numbers

    def texts(self, column: str) -> tuple[IntArray, list[str]]:
        """Return a column of text as positions in a list of its different texts; "" where missing."""
        cells = self.records[column]
        if pa.types.is_null(cells.type):
            cells = cells.cast(pa.string())
        if not pa.types.is_dictionary(cells.type):
            cells = cells.dictionary_encode()
        texts = [text or "" for text in cells.dictionary.to_pylist()]
        return cells.indices.fill_null(len(texts)).to_numpy(), [*texts, ""]

    def refuse(self, column: str, rows: BoolArray, message: str, remedy: str) -> None:
        """Note the first of each different cell among some rows as a fault."""
        positions = np.flatnonzero(rows)
        if len(positions):
            cells = self.records[column].take(pa.array(positions)).to_pylist()
            first = pd.Series(cells, positions, dtype=object).drop_duplicates()[: MAX_PROBLEMS + 1]
            for position, cell in first.items():
                self.faults[column, f"{repr(cell)[:80]} {message}", remedy] = self.row + int(str(position))


def _notes(file: FlatFile, legs: IntArray, undated: int) -> tuple[Problem, ...]:
    """Return what of the chosen rows of a file could be counted only so far."""
    numbers = [legs.sum(axis=axis)[len(_countries()) :].tolist() for axis in (1, 0)]
    notes = [
        Problem(file.name, 0, end, f"legs {why}: {number}", "they are counted as unlocated")
        for end, found in zip(ENDS, numbers, strict=True)
        for why, number in zip(_UNLOCATED.values(), found, strict=True)
        if number
    ]
    if undated:
        remedy = "they are left out, as a filter of days is set"
        notes.append(Problem(file.name, 0, "date", f"legs without a date: {undated}", remedy))
    return tuple(notes)
