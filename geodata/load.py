"""Files to a `Dataset`, or one `DataError` that lists every problem in them."""

from __future__ import annotations

import csv
import hashlib
import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd
import pandera.pandas as pa

from geodata.chronology import in_order, may_arrive_a_day_early
from geodata.countries import anchor, country_codes, country_of
from geodata.dates import advice, spans
from geodata.filters import Filters
from geodata.formulas import unguarded
from geodata.problems import DataError, Problem
from geodata.schema import REMEDIES, SEPARATOR, TABLES, Table
from geodata.versions import VERSIONS, Version, read_versions

__all__ = [
    "DATA_FOLDER",
    "DESCRIPTOR",
    "OWN_SOURCE",
    "Dataset",
    "IntArray",
    "choose",
    "datasets",
    "load",
    "load_locations",
]

IntArray: TypeAlias = npt.NDArray[np.int64]

DATA_FOLDER = Path(__file__).parent / "data"
"""Folder of the built-in datasets."""
DESCRIPTOR = "datapackage.json"
OWN_SOURCE = "dataset"
"""Id of the source that stands for the dataset itself, where counts are written in its transfers."""
MAX_FILE_BYTES = 64 * 2**20
_COUNT_COLUMNS = ["count", "count_min", "count_max"]
_MISSING = "the file is missing"
# Words in the names of columns by which other people's tables are known.
_STOCK_WORDS = set("population stock held present inmates detainees prisoners occupancy capacity".split())  # noqa: SIM905  a list is longer
_STAY_WORDS = set("entry exit entered left admitted admission discharged stay start end until since".split())  # noqa: SIM905  a list is longer


@dataclass(frozen=True, eq=False)
class Dataset:
    """A dataset as loaded and validated; never changed afterwards. Every table is indexed by its id.

    Parameters
    ----------
    name
        Name of the data package, as it stands in links.
    title
        Title for readers.
    description
        What it covers, in its makers' words.
    populations
        Whose movements it covers, in its makers' words; "" where they do not say.
    gaps
        What its makers know to be missing; "" where they do not say.
    hash
        First 8 hex digits of the SHA-256 of the five tables in canonical form.
    featured
        Query string that a first visit opens on.
    locations
        name, kind, longitude, latitude (degrees; a country's anchor point where only the country is known),
        precision, country_code (``between`` or ``unlocated`` where no country has it), disputed (id or ""),
        note.
    events
        title, kind, date, location_id, summary, earliest, latest (datetime64[s], inclusive days),
        country_code, record (its number among events and transfers together, events first).
    transfers
        event_id, origin_id, destination_id, via and follows (tuples of ids), departed, arrived, status, note,
        date (EDTF: departure and arrival together, or the event's date where the transfer has none),
        earliest and left_by (first and last possible day of departure), reached_from and latest (first and
        last possible day of arrival; datetime64[s], all bound by each other as `geodata.chronology.in_order`
        does), came (the day before which none of its people can have come; NaT where nothing says so),
        disordered (whether it had left before that day: its days are as written), origin_country,
        destination_country, record, event_record.
    claims
        subject_id, group, count_min, count_max (Int64; missing = open), wording, source_id, quote,
        attribution, standing, record (of the subject).
    sources
        publisher, title, url, published, language, earliest, latest (datetime64[s]; NaT where no day of
        publication is known).
    people
        name, transfers (tuple of ids), source_id, note; public figures only.
    notes
        What loading found and could take without guessing; the remedy says how it was taken.
    licenses
        What the descriptor says of the licences: of each its name, title and path, as far as they are given.
    versions
        Versions that were given out before, oldest first, where the dataset's folder keeps them.
    texts
        The tables of `geodata.schema.TABLES` as they are written, cell by cell; of people the public ones.
    """

    name: str
    title: str
    description: str
    populations: str
    gaps: str
    hash: str
    featured: str
    locations: pd.DataFrame
    events: pd.DataFrame
    transfers: pd.DataFrame
    claims: pd.DataFrame
    sources: pd.DataFrame
    people: pd.DataFrame
    notes: tuple[Problem, ...] = ()
    licenses: tuple[Mapping[str, str], ...] = ()
    versions: tuple[Version, ...] = ()
    texts: Mapping[str, pd.DataFrame] = field(default_factory=dict, repr=False)

    @property
    def reference(self) -> str:
        """Return ``name@hash``, as links and file names write it."""
        return f"{self.name}@{self.hash}"

    @property
    def size(self) -> int:
        """Return how many records there are: events and transfers."""
        return len(self.events) + len(self.transfers)

    def flags(self, records: IntArray | pd.Series) -> npt.NDArray[np.bool_]:
        """Return for every record, by its number, whether it is among those of these numbers."""
        flags = np.zeros(self.size, dtype=bool)
        flags[_numbers(records)] = True
        return flags

    def among(self, records: IntArray | pd.Series, others: IntArray | pd.Series) -> npt.NDArray[np.bool_]:
        """Return which of some records, by their numbers, are among others."""
        return self.flags(others)[_numbers(records)]

    @cached_property
    def links(self) -> tuple[IntArray, IntArray]:
        """Return every link of ``follows``: the numbers of the following and of the followed transfers."""
        steps = self.transfers["follows"].explode().dropna()
        numbers = self.transfers["record"]
        leg, before = (
            numbers.to_numpy()[numbers.index.get_indexer(ends)] for ends in (steps.index, pd.Index(steps))
        )
        return leg, before

    @cached_property
    def titles(self) -> dict[str, str]:
        """Return what each event and transfer is called: its title, or its places in order."""
        place = self.locations["name"].to_dict()
        between = self.transfers["via"].map(lambda stops: "".join(f"{place[stop]} → " for stop in stops))
        origin, destination = (self.transfers[name].map(place) for name in ("origin_id", "destination_id"))
        ways = origin + " → " + between + destination
        every = pd.concat([self.events["title"], ways])
        return dict(zip(every.index, every, strict=True))


def _numbers(records: IntArray | pd.Series) -> IntArray:
    """Return numbers as an array; numpy would first look for names of its own in a Series' index."""
    return records.to_numpy() if isinstance(records, pd.Series) else records


def datasets(path: Path) -> dict[str, Path]:
    """Return the data packages that `path` stands for, by name: the folder itself, or the folders in it.

    Raises
    ------
    DataError
        If there is none.
    """
    folders = (
        [path] if (path / DESCRIPTOR).is_file() else [file.parent for file in path.glob(f"*/{DESCRIPTOR}")]
    )
    if not folders:
        remedy = "name a folder that holds a data package"
        raise DataError([Problem(path.name, 0, "", f"no {DESCRIPTOR} here or one folder below", remedy)])
    # A package whose descriptor cannot be read goes by its folder, so that its problems can be shown.
    return {
        _read_descriptor(folder / DESCRIPTOR)[0]["name"] or folder.name: folder for folder in sorted(folders)
    }


def choose(path: Path, wanted: str = "") -> Path:
    """Return the folder of one data package of those that `path` stands for.

    Parameters
    ----------
    path
        A data package folder, or a folder of them.
    wanted
        Dataset as a link names it (``name``, or ``name@hash``). Where it is not there the first by folder
        name is returned, and `geodata.honour` says so.

    Raises
    ------
    DataError
        If `path` holds no data package.
    """
    found = datasets(path)
    return found.get(wanted.partition("@")[0], next(iter(found.values())))


def load(path: str | Path) -> Dataset:
    """Return the dataset in a data package folder.

    Parameters
    ----------
    path
        Folder with ``datapackage.json`` and one UTF-8 CSV a table of `geodata.schema.TABLES`. Where
        ``transfers.csv`` has a column ``count``, or ``count_min`` and ``count_max``, each count becomes one
        adopted claim of the dataset itself, and the tables of claims and sources may be left out. Where the
        descriptor says ``"guarded": true``, as packages that `geodata.package` wrote do, the apostrophe that
        `geodata.write_csv` puts before formulas is taken off again. ``versions.json``, where it is there, is
        read too.

    Raises
    ------
    DataError
        With every problem of every file, if there is any.
    """
    folder = Path(path)
    descriptor, problems = _read_descriptor(folder / DESCRIPTOR)
    versions, found = read_versions(folder / VERSIONS)
    problems += found
    texts: dict[str, pd.DataFrame] = {}
    notes: list[Problem] = []
    for table in TABLES.values():
        texts[table.name], found = _read_table(folder / f"{table.name}.csv", table)
        if descriptor["guarded"]:
            texts[table.name] = texts[table.name].apply(unguarded)
        own_counts = table.name in ("claims", "sources") and _has_counts(texts["transfers"])
        problems += [problem for problem in found if not (own_counts and problem.message == _MISSING)]
    problems += _check_flows(texts["transfers"])
    problems += _own_claims(texts)
    for table in TABLES.values():
        notes += [
            Problem(f"{table.name}.csv", 1, column, "is not a column of this table", "it is kept unread")
            for column in texts[table.name].columns.difference(table.columns, sort=False)
        ]
        problems += _check_cells(table, texts[table.name])
        texts[table.name] = texts[table.name].reindex(columns=table.columns, fill_value="")
    problems += [problem for table in TABLES.values() for problem in _check_keys(table, texts)]

    tables = {
        "locations": _locations(texts["locations"]),
        "events": _events(texts["events"]),
        "transfers": _transfers(texts["transfers"], texts["events"]),
        "claims": _claims(texts["claims"]),
        "sources": texts["sources"].join(spans(texts["sources"]["published"])),
        "people": _people(texts["people"]),
    }
    problems += [*_check_locations(tables["locations"], texts["locations"]), *_check_claims(tables["claims"])]
    tables["transfers"], found = _without_circles(tables["transfers"])
    notes += found
    if not any(problem.file == "locations.csv" for problem in problems):
        tables["locations"], found = _located(tables["locations"])
        notes += found
        _join_countries(tables)
        problems += _check_journeys(tables["transfers"])
    early = _early(tables)
    problems += _check_transfers(tables["transfers"], early)
    if problems:
        raise DataError(dict.fromkeys(problems))

    tables["transfers"], found = _in_order(tables["transfers"], early)
    notes += found
    for name, frame in tables.items():
        tables[name] = frame.set_index(TABLES[name].key)
    _number_records(tables)
    return Dataset(
        name=descriptor["name"],
        title=descriptor["title"],
        description=descriptor["description"],
        populations=descriptor["populations"],
        gaps=descriptor["gaps"],
        hash=_hash(texts),
        featured=descriptor["featured"],
        notes=tuple(sorted(notes)),
        licenses=descriptor["licenses"],
        versions=versions,
        texts=texts | {"people": texts["people"][texts["people"]["public"] == "true"]},
        **tables,
    )


def load_locations(path: Path) -> pd.DataFrame:
    """Return the table of locations in one CSV, as `Dataset.locations` has it.

    Raises
    ------
    DataError
        With every problem of the file, if there is any.
    """
    table = TABLES["locations"]
    text, problems = _read_table(path, table)
    problems += _check_cells(table, text)
    text = text.reindex(columns=table.columns, fill_value="")
    problems += [*_check_keys(table, {table.name: text}), *_check_locations(_locations(text), text)]
    if problems:
        raise DataError(dict.fromkeys(problems))
    return _located(_locations(text))[0].set_index(table.key)


# Reading: files to tables of text, cell by cell as written.


def _read_descriptor(path: Path) -> tuple[dict[str, Any], list[Problem]]:
    """Return what a descriptor says of its data package, and what is wrong with it."""
    blank = dict.fromkeys(("name", "title", "description", "populations", "gaps", "featured"), "")
    rest: dict[str, Any] = {"licenses": (), "guarded": False}

    def fault(message: str, remedy: str) -> tuple[dict[str, Any], list[Problem]]:
        return blank | rest, [Problem(path.name, 0, "", message, remedy)]

    try:
        content: Any = json.loads(path.read_bytes())
        json.dumps(content, ensure_ascii=False).encode()  # an escape can stand for half a character
    except FileNotFoundError:
        return fault(_MISSING, "add a data package descriptor with a name and a title")
    except (OSError, ValueError, RecursionError) as error:
        return fault(f"the file cannot be read: {error}", "write valid JSON in UTF-8")
    if not isinstance(content, dict):
        return fault("the file holds no JSON object", "write an object with name and title")
    found = {key: content.get(key, "") for key in blank}
    if not all(isinstance(value, str) for value in found.values()):
        return fault(f"{', '.join(blank)} must be text", "put them in double quotes")
    try:
        Filters(data=f"{found['name']}@00000000")
    except ValueError:
        return fault(f"{found['name']!r} is no name", "use small letters, digits, '.', '_' and '-'")
    licenses = content.get("licenses", [])
    if not isinstance(licenses, list) or not all(isinstance(each, dict) for each in licenses):
        return fault("licenses must be a list of objects", "write name, title and path of each licence")
    rest["guarded"] = content.get("guarded") is True
    rest["licenses"] = tuple(
        {key: each[key] for key in ("name", "title", "path") if isinstance(each.get(key), str)}
        for each in licenses
    )
    _, notices = Filters.parse(found["featured"])
    remedy = "write a query string that a link of the page could carry"
    problems = [Problem(path.name, 0, "featured", str(notice), remedy) for notice in notices]
    return found | rest | {"title": found["title"] or found["name"]}, problems


def _read_table(path: Path, table: Table) -> tuple[pd.DataFrame, list[Problem]]:
    """Return a CSV as text, row for row; a missing or unreadable file gives an empty table and a problem."""
    nothing = pd.DataFrame(columns=table.columns).astype(str)

    def fault(row: int, message: str, remedy: str) -> Problem:
        return Problem(path.name, row, "", message, remedy)

    if not path.is_file():
        missing = [] if table.optional else [fault(0, _MISSING, f"add the table of {table.name}")]
        return nothing, missing
    if path.stat().st_size > MAX_FILE_BYTES:
        return nothing, [fault(0, f"the file is larger than {MAX_FILE_BYTES >> 20} MiB", "split the dataset")]
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            records = list(csv.reader(file, strict=True))
    except UnicodeDecodeError as error:
        return nothing, [fault(0, f"the file is not UTF-8 (byte {error.start})", "save it as UTF-8")]
    except csv.Error as error:
        return nothing, [
            fault(0, f"the file is not CSV: {error}", "close every quotation mark; save it as CSV")
        ]
    if not records:
        return nothing, [fault(0, "the file is empty", "write at least the header")]
    header, *rows = records
    twice = sorted({column for column in header if header.count(column) > 1})
    problems = [fault(1, f"column {column!r} stands twice", "rename or remove one") for column in twice]
    ragged = [number for number, row in enumerate(rows, start=2) if row and len(row) != len(header)]
    problems += [
        fault(
            number,
            f"the row has {len(rows[number - 2])} cells, the header {len(header)}",
            "quote cells with commas",
        )
        for number in ragged
    ]
    width = len(header)
    # A blank line is no record, yet it counts as a row in the author's editor: the index keeps the count.
    kept = {number: (row + [""] * width)[:width] for number, row in enumerate(rows, start=2) if row}
    frame = pd.DataFrame(list(kept.values()), columns=header, index=list(kept)).astype(str)
    return frame.loc[:, ~frame.columns.duplicated()], problems


def _check_flows(transfers: pd.DataFrame) -> list[Problem]:
    """Refuse a table of people present, or of stays, where movements are expected; say what it is."""
    if {"origin_id", "destination_id"} & set(transfers.columns):
        return []
    words = {column: set(re.split(r"[^a-z]+", column.lower())) for column in transfers.columns}
    dated = [column for column in transfers.columns if re.fullmatch(r"\d{4}([-/]\d{2}){0,2}", column)]
    stocks = [column for column, found in words.items() if found & _STOCK_WORDS]
    if len(dated) > 1:
        stocks += dated
    stays = [column for column, found in words.items() if found & _STAY_WORDS]
    if stocks:
        kind, columns = "people present at a time (a stock)", stocks
        reason = "the difference between two stocks is no movement: it hides all who came and went between"
    elif len(stays) > 1:
        kind, columns = "stays in one place", stays
        reason = "a stay says when somebody was there, and not from where or to where they went"
    else:
        return []
    message = f"looks like a table of {kind}: {', '.join(columns)}; {reason}"
    remedy = (
        "write one row a movement, with origin_id and destination_id; "
        "put numbers of people held into claims on an event of kind series"
    )
    return [Problem("transfers.csv", 1, "", message, remedy)]


def _has_counts(transfers: pd.DataFrame) -> bool:
    """Return whether counts are written in the transfers themselves."""
    return bool(transfers.columns.intersection(_COUNT_COLUMNS).size)


def _own_claims(texts: dict[str, pd.DataFrame]) -> list[Problem]:
    """Turn counts written in the transfers into adopted claims; change `texts` in place."""
    transfers = texts["transfers"]
    if not _has_counts(transfers):
        return []
    counts = transfers.reindex(columns=_COUNT_COLUMNS, fill_value="")
    both = (counts["count"] != "") & ((counts["count_min"] != "") | (counts["count_max"] != ""))
    problems = [
        Problem("transfers.csv", row, "count", "count and bounds are both given", "keep one of them")
        for row in counts.index[both]
    ]
    exact = counts["count"] != ""
    low = counts["count_min"].where(~exact, counts["count"])
    high = counts["count_max"].where(~exact, counts["count"])
    given = (low != "") | (high != "")
    claims = pd.DataFrame(
        {
            "claim_id": transfers["transfer_id"] + ":count",
            "subject_id": transfers["transfer_id"],
            "group": "",
            "count_min": low.where(low != "", "0"),
            "count_max": high,
            "wording": low.where(low == high, low + "–" + high),
            "source_id": OWN_SOURCE,
            "standing": "adopted",
        }
    )[given]
    own_source = pd.DataFrame({"source_id": [OWN_SOURCE], "publisher": ["the dataset itself"]})
    texts["claims"] = pd.concat([texts["claims"], claims]).fillna("")
    texts["sources"] = pd.concat([texts["sources"], own_source]).fillna("")
    texts["transfers"] = transfers.drop(columns=_COUNT_COLUMNS, errors="ignore")
    return problems


# Stage one: cells.


def _check_cells(table: Table, frame: pd.DataFrame) -> Iterator[Problem]:
    """Yield what the declared checks find, one problem a cell and check."""
    try:
        table.schema.validate(frame, lazy=True)
    except pa.errors.SchemaErrors as error:
        for case in error.failure_cases.itertuples():
            if case.check == "column_in_dataframe":
                yield Problem(
                    f"{table.name}.csv", 1, str(case.failure_case), "the column is missing", "add it"
                )
            elif case.check == "is not an EDTF date":
                place = f"{table.name}.csv", int(case.index), str(case.column)
                yield Problem(*place, *advice(str(case.failure_case)))
            else:
                shown = (
                    f"{str(case.failure_case)[:80]!r} {case.check}" if case.failure_case else str(case.check)
                )
                yield Problem(
                    f"{table.name}.csv", int(case.index), str(case.column), shown, REMEDIES[case.check]
                )


# Stage two: what cells say of each other. Unreadable cells were reported above and are passed over here.


def _check_keys(table: Table, texts: dict[str, pd.DataFrame]) -> Iterator[Problem]:
    """Yield duplicate ids and references to ids that are not there."""
    frame, file = texts[table.name], f"{table.name}.csv"
    keys = frame[table.key]
    for row, key in keys[keys.duplicated() & (keys != "")].items():
        yield Problem(
            file, int(str(row)), table.key, f"{key!r} stands twice", "give every row an id of its own"
        )
    for column, targets in table.references.items():
        known = set().union(*(texts[target][TABLES[target].key] for target in targets))
        cells = frame[column].str.split(SEPARATOR).explode().str.strip()
        for row, value in cells[~cells.isin(known) & (cells != "")].items():
            remedy = f"add it to {' or '.join(targets)}, or correct the id"
            yield Problem(file, int(str(row)), column, f"{str(value)[:80]!r} is not there", remedy)
    if table.name == "claims":
        shared = set(texts["events"]["event_id"]) & set(texts["transfers"]["transfer_id"]) - {""}
        for key in sorted(shared):
            yield Problem("transfers.csv", 0, "transfer_id", f"{key!r} is an event too", "rename one of them")


def _check_locations(locations: pd.DataFrame, text: pd.DataFrame) -> Iterator[Problem]:
    """Yield coordinates that are half given, out of range or missing, and countries likewise."""
    no_longitude, no_latitude = text["longitude"] == "", text["latitude"] == ""

    def faults(rows: pd.Series, column: str, message: str, remedy: str) -> Iterator[Problem]:
        for row in locations.index[rows]:
            yield Problem("locations.csv", int(row), column, message, remedy)

    longitude, latitude, country = (locations[name] for name in ("longitude", "latitude", "country_code"))
    at_country = locations["precision"] == "country"
    yield from faults(
        longitude.abs() > 180, "longitude", "is outside -180 to 180", "write degrees east, WGS 84"
    )
    yield from faults(latitude.abs() > 90, "latitude", "is outside -90 to 90", "write degrees north, WGS 84")
    yield from faults(
        no_longitude != no_latitude, "longitude", "only one of longitude and latitude is there", "give both"
    )
    yield from faults(
        no_longitude & no_latitude & ~at_country,
        "longitude",
        "a place needs coordinates",
        "give longitude and latitude, or set precision to country",
    )
    yield from faults(
        at_country & (country == ""),
        "country_code",
        "a country-precision location needs its country",
        "give the code",
    )
    yield from faults(
        country.str.fullmatch("[A-Z]{2}") & ~country.isin(country_codes()),
        "country_code",
        "is no country of the boundary layer",
        "use an ISO 3166-1 alpha-2 code (Kosovo: XK)",
    )


def _check_claims(claims: pd.DataFrame) -> Iterator[Problem]:
    """Yield bounds in the wrong order and second adopted claims."""
    for row in claims.index[(claims["count_min"] > claims["count_max"]).fillna(False)]:
        yield Problem("claims.csv", int(row), "count_max", "is below count_min", "swap or correct the bounds")
    adopted = claims[claims["standing"] == "adopted"]
    for row in adopted.index[adopted.duplicated(["subject_id", "group"])]:
        message = "a second adopted claim of this subject and group"
        yield Problem("claims.csv", int(row), "standing", message, "adopt one; set the others to conflicting")


def _check_transfers(transfers: pd.DataFrame, early: pd.Series) -> Iterator[Problem]:
    """Yield transfers that arrive before they depart; `early` ones may, by a calendar day."""
    over = transfers["latest"] + pd.to_timedelta(early.astype(int), unit="D")
    for row in transfers.index[transfers["earliest"] > over]:
        yield Problem("transfers.csv", int(row), "arrived", "is before departed", "correct one of the dates")


def _without_circles(transfers: pd.DataFrame) -> tuple[pd.DataFrame, list[Problem]]:
    """Return transfers without the links of `follows` that lead round in circles, and a note for each."""
    follows = dict(zip(transfers["transfer_id"], transfers["follows"], strict=True))
    circular: set[str] = set()
    while circle := _circle(follows):
        circular |= circle
        follows |= {key: tuple(id_ for id_ in follows[key] if id_ not in circle) for key in circle}
    if not circular:
        return transfers, []
    notes = [
        Problem(
            "transfers.csv",
            int(str(row)),
            "follows",
            f"{key!r} follows itself, or follows transfers that do",
            "it is counted as following none of the circle; remove one link",
        )
        for row, key in transfers.loc[transfers["transfer_id"].isin(circular), "transfer_id"].items()
    ]
    return transfers.assign(follows=transfers["transfer_id"].map(follows)), notes


def _circle(follows: dict[str, tuple[str, ...]]) -> set[str]:
    """Return the transfers of one circle, or nothing."""
    try:
        TopologicalSorter(follows).prepare()
    except CycleError as error:
        return set(error.args[1])
    return set()


def _check_journeys(transfers: pd.DataFrame) -> Iterator[Problem]:
    """Yield transfers that start in another country than the one where the transfer they follow ended."""
    steps = transfers[["follows", "origin_country"]].explode("follows").dropna()
    ended = transfers.drop_duplicates("transfer_id").set_index("transfer_id")["destination_country"]
    reached = steps["follows"].map(ended)
    for row, country in reached[reached.notna() & (reached != steps["origin_country"])].items():
        message = f"the transfer it follows ended in {country}, and this one starts elsewhere"
        yield Problem("transfers.csv", int(str(row)), "follows", message, "correct the origin or the link")


# Typing: text tables to the columns of `Dataset`.


def _number(cells: pd.Series) -> pd.Series:
    return pd.to_numeric(cells.where(cells != ""), errors="coerce")


def _count(cells: pd.Series) -> pd.Series:
    return _number(cells.where(cells.str.fullmatch("[0-9]+"), "")).astype("Int64")


def _ids(cells: pd.Series) -> pd.Series:
    """Return list cells as tuples of ids."""
    return cells.map(lambda cell: tuple(filter(None, map(str.strip, cell.split(SEPARATOR))))).astype(object)


def _locations(text: pd.DataFrame) -> pd.DataFrame:
    return text.assign(longitude=_number(text["longitude"]), latitude=_number(text["latitude"]))


def _events(text: pd.DataFrame) -> pd.DataFrame:
    return text.join(spans(text["date"]))


def _transfers(text: pd.DataFrame, events: pd.DataFrame) -> pd.DataFrame:
    """Read ids and days as they are written; a transfer without a date of its own has that of its event."""
    of_event = events.drop_duplicates("event_id").set_index("event_id")["date"]
    departed, arrived = text["departed"], text["arrived"]
    one = departed.where(arrived == "", arrived)
    one = one.where(one != "", text["event_id"].map(of_event).fillna(""))
    # With one date given, all that is known is that the transfer took place within it.
    both = (departed != "") & (arrived != "")
    left, reached = spans(departed.where(both, one)), spans(one)
    begin, end = departed.str.split("/").str[0], arrived.str.split("/").str[-1]
    return text.assign(
        via=_ids(text["via"]),
        follows=_ids(text["follows"]),
        date=one.mask(both & (begin != end) & (departed != arrived), begin + "/" + end),
        earliest=left["earliest"],
        left_by=left["latest"],
        reached_from=reached["earliest"],
        latest=reached["latest"],
    )


def _early(tables: dict[str, pd.DataFrame]) -> pd.Series:
    """Return whether transfers can arrive a calendar day before they depart."""
    places = tables["locations"].drop_duplicates("location_id").set_index("location_id")
    known = places["country_code"].where(places["country_code"].isin(country_codes()), "")
    centre = known.where(places["longitude"].isna(), "").map(
        lambda code: anchor(code)[0] if code else math.nan
    )
    places = places.assign(longitude=places["longitude"].fillna(centre.astype(float)))
    transfers = tables["transfers"]
    ends = (places.reindex(transfers[name]) for name in ("origin_id", "destination_id"))
    return pd.Series(may_arrive_a_day_early(*ends), transfers.index)


def _in_order(transfers: pd.DataFrame, early: pd.Series) -> tuple[pd.DataFrame, list[Problem]]:
    """Bind the days of transfers by each other; note where a day was not taken as it is written."""
    steps = transfers[["follows"]].set_axis(np.arange(len(transfers))).explode("follows").dropna()
    followed = pd.Index(transfers["transfer_id"]).get_indexer(pd.Index(steps["follows"]))
    dated = (transfers["departed"] != "") | (transfers["arrived"] != "")
    found = in_order(
        transfers, (steps.index.to_numpy(), followed), dated=dated, early=early.to_numpy(dtype=bool)
    )
    notes = [
        Problem(
            "transfers.csv",
            int(str(row)),
            "arrived",
            "is the day before departed",
            "it is taken as over the date line; correct one of the dates if it is not",
        )
        for row in transfers.index[transfers["earliest"] > transfers["latest"]]
    ]
    notes += [
        Problem(
            "transfers.csv",
            int(str(row)),
            "departed",
            "is blank, and the date of the event is before the people can have come",
            f"it is taken as {date}; give a date",
        )
        for row, date in found.loc[~dated & (found["date"] != transfers["date"]), "date"].items()
    ]
    return found, notes


def _claims(text: pd.DataFrame) -> pd.DataFrame:
    return text.assign(count_min=_count(text["count_min"]), count_max=_count(text["count_max"]))


def _people(text: pd.DataFrame) -> pd.DataFrame:
    public = text[text["public"] == "true"]
    return public.assign(transfers=_ids(public["transfers"])).drop(columns="public")


def _located(locations: pd.DataFrame) -> tuple[pd.DataFrame, list[Problem]]:
    """Join places to countries; the given country counts, with a note where the coordinates contradict it."""
    found = country_of(locations["longitude"], locations["latitude"])
    derived = found["country_code"].astype(str).where(found["country_code"].notna(), "")
    given = locations["country_code"]
    notes = [
        Problem(
            "locations.csv",
            int(str(row)),
            "country_code",
            f"{given[row]!r} is given, and the coordinates are in {derived[row]}",
            f"it is counted in {given[row]}; correct the code or the coordinates",
        )
        for row in locations.index[(given != "") & (derived != "") & (given != derived)]
    ]
    unknown = pd.Series("unlocated", index=locations.index).mask(locations["kind"] == "crossing", "between")
    # A crossing lies between two countries: which of them has a point there says nothing about the people.
    derived = derived.mask(locations["kind"] == "crossing", "")
    country = given.where(given != "", derived)
    nowhere = (math.nan, math.nan)
    centre = country.where(locations["longitude"].isna(), "").map(
        lambda code: anchor(code) if code else nowhere
    )
    return (
        locations.assign(
            country_code=country.where(country != "", unknown),
            disputed=found["disputed"],
            longitude=locations["longitude"].fillna(centre.str[0].astype(float)),
            latitude=locations["latitude"].fillna(centre.str[1].astype(float)),
        ),
        notes,
    )


def _join_countries(tables: dict[str, pd.DataFrame]) -> None:
    """Add the countries of events and transfers; change `tables` in place."""
    country = tables["locations"].drop_duplicates("location_id").set_index("location_id")["country_code"]

    def of(ids: pd.Series) -> pd.Series:
        return ids.map(country).fillna("unlocated").astype(str)

    tables["events"] = tables["events"].assign(country_code=of(tables["events"]["location_id"]))
    tables["transfers"] = tables["transfers"].assign(
        origin_country=of(tables["transfers"]["origin_id"]),
        destination_country=of(tables["transfers"]["destination_id"]),
    )


def _number_records(tables: dict[str, pd.DataFrame]) -> None:
    """Add the numbers by which records, claims and events find each other; change `tables` in place."""
    events, transfers = tables["events"], tables["transfers"]
    records = events.index.append(transfers.index)
    numbers = np.arange(len(records))
    tables["events"] = events.assign(record=numbers[: len(events)])
    tables["transfers"] = transfers.assign(
        record=numbers[len(events) :], event_record=events.index.get_indexer(pd.Index(transfers["event_id"]))
    )
    subjects = tables["claims"]["subject_id"]
    tables["claims"] = tables["claims"].assign(record=records.get_indexer(pd.Index(subjects)))


def _hash(texts: dict[str, pd.DataFrame]) -> str:
    """Return the first 8 hex digits over the five tables: columns in order, rows by key, cells as written."""
    digest = hashlib.sha256()
    for table in TABLES.values():
        if not table.optional:
            rows = texts[table.name].sort_values(table.key).to_numpy().tolist()
            digest.update(json.dumps([table.name, table.columns, rows], ensure_ascii=False).encode())
    return digest.hexdigest()[:8]
