"""Files to a `Dataset`, or one `DataError` that lists every problem in them."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import urlsplit

import numpy as np
import numpy.typing as npt
import pandas as pd
import pandera.pandas as checks
import pyarrow as pa  # type: ignore[import-untyped]  # pyarrow carries no types
import pyarrow.compute as pc  # type: ignore[import-untyped]  # likewise

from geodata.files.formulas import unguarded
from geodata.files.hints import no_movements
from geodata.files.own_counts import COUNT_COLUMNS, OWN_SOURCE, own_claims
from geodata.files.reading import read_csv
from geodata.files.versions import VERSIONS, Version, read_versions
from geodata.geo.countries import anchor, country_codes, country_of
from geodata.model.chronology import in_order, may_arrive_a_day_early
from geodata.model.dates import advice, spans
from geodata.model.places import BETWEEN, DIED, UNLOCATED
from geodata.model.problems import DataError, Problem
from geodata.model.schema import COUNTS, RECURRENCE, REMEDIES, SEPARATOR, STATUSES, TABLES, Table
from geodata.query.filters import Filters

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

DATA_FOLDER = Path(__file__).parents[1] / "data"
"""Folder of the built-in datasets."""
DESCRIPTOR = "datapackage.json"
MAX_FILE_BYTES = 64 * 2**20
_MISSING = "the file is missing"


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
        precision, country_code (one of `geodata.model.places.NOWHERE` where no country has it), disputed (id
        or ""), note. Where a place is not known, or only that people died, longitude and latitude may be NaN.
    events
        title, kind, date, location_id, summary, status (as written; "" where blank), earliest, latest
        (datetime64[s], inclusive days), country_code, record (its number among events and transfers together,
        events first).
    transfers
        event_id, origin_id, destination_id, via and follows (tuples of ids), departed, arrived, status, note,
        date (EDTF: departure and arrival together, or the event's date where the transfer has none),
        earliest and left_by (first and last possible day of departure), reached_from and latest (first and
        last possible day of arrival; datetime64[s], all bound by each other as
        `geodata.model.chronology.in_order` does), came (the day before which none of its people can have
        come; NaT where nothing says so), disordered (whether it had left before that day: its days are as
        written), origin_country, destination_country, record, event_record.
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
        The tables of `geodata.model.schema.TABLES` as they are written, cell by cell; of people the
        public ones.
    counts
        What its counts are numbers of: ``people`` or ``movements``.
    recurrence
        Whether the same person may be in two events that nothing joins: ``possible`` or ``none``.
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
    counts: str = COUNTS[0]
    recurrence: str = RECURRENCE[0]

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
    def ids(self) -> npt.NDArray[np.object_]:
        """Return the id of each record, by its number."""
        return self.events.index.append(self.transfers.index).to_numpy(dtype=object)

    @cached_property
    def event_status(self) -> pd.Series:
        """Return of each event whether it took place: as it says, or as its transfers did, or it did."""
        said = self.events["status"]
        status = pd.Series("done", self.events.index)
        undone = self.events["record"].to_numpy()
        happened = self.transfers["event_record"][self.transfers["status"] == "done"]
        for each in reversed(STATUSES[1:]):
            others = self.transfers["event_record"][self.transfers["status"] == each]
            status[self.among(undone, others) & ~self.among(undone, happened)] = each
        return said.where(said != "", status)

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
        Folder with ``datapackage.json`` and one UTF-8 CSV a table of `geodata.model.schema.TABLES`. Where
        ``transfers.csv`` has a column ``count``, or ``count_min`` and ``count_max``, each count becomes one
        adopted claim of the dataset itself (`geodata.files.own_counts.read_count` says what a cell may
        hold), and the tables of claims and sources may be left out. Where the descriptor says
        ``"guarded": true``, as packages that `geodata.files.package` wrote do, the apostrophe that
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
    faults: dict[str, list[Problem]] = {}
    notes: list[Problem] = []
    for table in TABLES.values():
        texts[table.name], faults[table.name], found = _read_table(folder / f"{table.name}.csv", table)
        notes += found
        if descriptor["guarded"]:
            texts[table.name] = texts[table.name].apply(unguarded)
    # Of a table that could not be read whole, nothing is known to be missing.
    unread = {name for name, found in faults.items() if found}
    own = texts["claims"].iloc[:0]
    if texts["transfers"].columns.intersection(COUNT_COLUMNS).size:
        own, found, noted = own_claims(texts["transfers"], texts["claims"])
        problems += found
        notes += noted
        texts["transfers"] = texts["transfers"].drop(columns=COUNT_COLUMNS, errors="ignore")
        _add_own_source(texts)
        for name in ("claims", "sources"):
            faults[name] = [problem for problem in faults[name] if problem.message != _MISSING]
    if not faults["transfers"] and (reason := no_movements(texts["transfers"])):
        faults["transfers"] = [Problem("transfers.csv", 1, "", *reason)]
        texts["transfers"] = pd.DataFrame(columns=TABLES["transfers"].columns, dtype="str")
    for table in TABLES.values():
        unknown = texts[table.name].columns.difference(table.columns, sort=False)
        notes += [
            Problem(f"{table.name}.csv", 1, column, "is not a column of this table", "it is kept unread")
            for column in unknown
        ]
        problems += [*faults[table.name], *_check_cells(table, texts[table.name])]
        texts[table.name] = texts[table.name].reindex(columns=table.columns, fill_value="").astype("str")
    for table in TABLES.values():
        problems += _check_keys(table, texts, unread)
    notes += _check_addresses(texts["sources"])

    tables = {
        "locations": _locations(texts["locations"]),
        "events": _events(texts["events"]),
        "transfers": _transfers(texts["transfers"], texts["events"]),
        "claims": _claims(texts["claims"]),
        "sources": texts["sources"].join(spans(texts["sources"]["published"])),
        "people": _people(texts["people"]),
    }
    problems += [*_check_locations(tables["locations"], texts["locations"]), *_check_claims(tables["claims"])]
    problems += _check_series(tables["transfers"], texts["events"])
    for name, column in (("transfers", "follows"), ("people", "transfers")):
        tables[name], found = _without_repeats(name, tables[name], column)
        notes += found
    tables["transfers"], found = _without_circles(tables["transfers"])
    notes += found
    if not any(problem.file == "locations.csv" for problem in problems):
        tables["locations"], found = _located(tables["locations"])
        notes += found
        _join_countries(tables)
        problems += [*_check_deaths(tables), *_check_journeys(tables["transfers"])]
    early = _early(tables)
    problems += _check_transfers(tables["transfers"], early)
    if problems:
        raise DataError(dict.fromkeys(problems))

    tables["transfers"], found = _in_order(tables["transfers"], early)
    notes += found
    if len(own):
        texts["claims"] = pd.concat([texts["claims"], own], ignore_index=True)
        tables["claims"] = _claims(texts["claims"])
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
        counts=descriptor["counts"],
        recurrence=descriptor["recurrence"],
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
    text, problems, _ = _read_table(path, table)
    problems += _check_cells(table, text)
    text = text.reindex(columns=table.columns, fill_value="").astype("str")
    problems += [*_check_keys(table, {table.name: text}, set()), *_check_locations(_locations(text), text)]
    if problems:
        raise DataError(dict.fromkeys(problems))
    return _located(_locations(text))[0].set_index(table.key)


# Reading: files to tables of text, cell by cell as written.


def _read_descriptor(path: Path) -> tuple[dict[str, Any], list[Problem]]:
    """Return what a descriptor says of its data package, and what is wrong with it."""
    blank = dict.fromkeys(("name", "title", "description", "populations", "gaps", "featured"), "")
    terms = {"counts": COUNTS, "recurrence": RECURRENCE}
    rest: dict[str, Any] = {"licenses": (), "guarded": False}
    rest |= {key: allowed[0] for key, allowed in terms.items()}

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
        return fault(f"{found['name'][:80]!r} is no name", "use small letters, digits, '.', '_' and '-'")
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
    for key, allowed in terms.items():
        if (value := content.get(key, "") or allowed[0]) in allowed:
            rest[key] = value
        else:
            message = f"{str(value)[:80]!r} is not a term of the list"
            problems.append(Problem(path.name, 0, key, message, f"use one of: {', '.join(allowed)}"))
    return found | rest | {"title": found["title"] or found["name"]}, problems


def _read_table(path: Path, table: Table) -> tuple[pd.DataFrame, list[Problem], list[Problem]]:
    """Return a CSV as text, problems and notes; a missing or unreadable file gives an empty table."""
    nothing = pd.DataFrame(columns=table.columns, dtype="str")

    def fault(message: str, remedy: str) -> tuple[pd.DataFrame, list[Problem], list[Problem]]:
        return nothing, [Problem(path.name, 0, "", message, remedy)], []

    try:
        if not path.is_file():
            if table.optional and not path.exists():
                return nothing, [], []
            return fault(_MISSING, f"add the table of {table.name}")
        if path.stat().st_size > MAX_FILE_BYTES:
            return fault(f"the file is larger than {MAX_FILE_BYTES >> 20} MiB", "split the dataset")
    except OSError as error:
        return fault(f"the file cannot be read: {error.strerror}", "correct its path and its permissions")
    read = read_csv(path)
    return read.cells if read.cells.columns.size else nothing, read.problems, read.notes


def _add_own_source(texts: dict[str, pd.DataFrame]) -> None:
    """Add the source that the dataset itself is, where it is not there; change `texts` in place."""
    sources = texts["sources"].reindex(columns=TABLES["sources"].columns, fill_value="")
    if OWN_SOURCE not in set(sources["source_id"]):
        own = pd.DataFrame({"source_id": [OWN_SOURCE], "publisher": ["the dataset itself"]}, dtype="str")
        texts["sources"] = pd.concat([texts["sources"], own], ignore_index=True).fillna("").astype("str")


# Stage one: cells.


def _check_cells(table: Table, frame: pd.DataFrame) -> Iterator[Problem]:
    """Yield what the declared checks find, one problem a cell and check."""
    file = f"{table.name}.csv"
    unknown = frame.columns.difference(table.columns, sort=False)
    for column in table.required:
        if column not in frame.columns:
            rename = (
                f", or rename the column that holds it ({', '.join(unknown)[:200]})" if len(unknown) else ""
            )
            yield Problem(file, 1, column, "the column is missing", f"add it{rename}")
    try:
        table.schema.validate(frame, lazy=True)
    except checks.errors.SchemaErrors as error:
        for case in error.failure_cases.itertuples():
            if case.check != "column_in_dataframe":
                message, remedy = _said_of(table, str(case.column), str(case.failure_case), str(case.check))
                yield Problem(file, int(case.index), str(case.column), message, remedy)


def _said_of(table: Table, column: str, cell: str, check: str) -> tuple[str, str]:
    """Return message and remedy of a cell that a check refuses."""
    if check == "is not an EDTF date":
        return advice(cell)
    remedy = REMEDIES[check].format(terms=table.terms(column))
    if check == "must not be blank" and "locations" in table.references.get(column, ()):
        remedy += "; where the place is not known, name a location of precision unknown"
    return (f"{cell[:80]!r} {check}" if cell else check), remedy


# Stage two: what cells say of each other. Unreadable cells were reported above and are passed over here.


def _check_keys(table: Table, texts: dict[str, pd.DataFrame], unread: Container[str]) -> Iterator[Problem]:
    """Yield duplicate ids and references to unknown ids, but for those of tables that could not be read."""
    frame, file = texts[table.name], f"{table.name}.csv"
    keys = frame[table.key]
    for row, key in keys[keys.duplicated() & (keys != "")].items():
        message = f"{str(key)[:80]!r} is a duplicate"
        yield Problem(file, int(str(row)), table.key, message, "give every row an id of its own")
    for column, targets in table.references.items():
        if any(target in unread for target in targets):
            continue
        known = pd.concat([texts[target][TABLES[target].key] for target in targets])
        cells = _each_id(frame[column])
        missing = cells[~_among(cells, known) & (cells != "")]
        folded = dict(zip(known.str.casefold(), known, strict=True)) if len(missing) else {}
        for row, value in missing.items():
            remedy = f"add it to {' or '.join(targets)}, or correct the id"
            if other := folded.get(str(value).casefold()):
                remedy = f"write {other[:80]!r}, as it is in {' or '.join(targets)}"
            yield Problem(file, int(str(row)), column, f"{str(value)[:80]!r} is unknown", remedy)
    if table.name == "claims":
        shared = set(texts["events"]["event_id"]) & set(texts["transfers"]["transfer_id"]) - {""}
        for key in sorted(shared):
            message = f"{key[:80]!r} is an event too"
            yield Problem("transfers.csv", 0, "transfer_id", message, "rename one of them")


def _among(cells: pd.Series, known: pd.Series) -> npt.NDArray[np.bool_]:
    """Return which cells stand among others; `Series.isin` would look at the others one by one."""
    found: npt.NDArray[np.bool_] = np.asarray(pc.is_in(pa.array(cells), value_set=pa.array(known)))
    return found


def _each_id(cells: pd.Series) -> pd.Series:
    """Return the ids of list cells, each on the row of its cell; "" for none."""
    several = cells.str.contains(SEPARATOR, regex=False)
    if not several.any():
        return cells.str.strip()
    split = cells[several].str.split(SEPARATOR).explode().astype("str")
    each: pd.Series = pd.concat([cells[~several], split]).sort_index(kind="stable")
    return each.str.strip()


def _check_addresses(sources: pd.DataFrame) -> Iterator[Problem]:
    """Yield addresses of sources that cannot be followed."""
    urls = sources["url"]
    unfit = [url for url in urls.unique() if url and not _is_web_address(url)]
    for row, url in urls[urls.isin(unfit)].items():
        message = f"{str(url)[:80]!r} is no web address"
        remedy = "it is shown as text; write it like https://example.org/page"
        yield Problem("sources.csv", int(str(row)), "url", message, remedy)


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


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
    beyond, turned = latitude.abs() > 90, longitude.abs() <= 90
    yield from faults(beyond & ~turned, "latitude", "is outside -90 to 90", "write degrees north, WGS 84")
    yield from faults(
        beyond & turned,
        "latitude",
        "is outside -90 to 90",
        "swap longitude and latitude, or correct the degrees",
    )
    yield from faults(
        no_longitude != no_latitude, "longitude", "only one of longitude and latitude is there", "give both"
    )
    yield from faults(
        no_longitude & no_latitude & ~locations["precision"].isin(["country", "unknown"]),
        "longitude",
        "a place needs coordinates",
        "give longitude and latitude, or set precision to country or unknown",
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
    follows = {
        key: before
        for key, before in zip(transfers["transfer_id"], transfers["follows"], strict=True)
        if before
    }
    circle_of = _circles(follows)
    if not circle_of:
        return transfers, []
    notes = [
        Problem(
            "transfers.csv",
            int(str(row)),
            "follows",
            f"{key[:80]!r} follows itself, or follows transfers that do",
            "it is counted as following none of the circle; remove one link",
        )
        for row, key in transfers.loc[transfers["transfer_id"].isin(circle_of), "transfer_id"].items()
    ]
    opened = {
        key: tuple(id_ for id_ in follows[key] if circle_of.get(id_) != circle)
        for key, circle in circle_of.items()
    }
    links = zip(transfers["transfer_id"], transfers["follows"], strict=True)
    return transfers.assign(follows=pd.Series([opened.get(*link) for link in links], transfers.index)), notes


def _circles(follows: Mapping[str, tuple[str, ...]]) -> dict[str, int]:
    """Return the number of its circle for each transfer in one: all that lead to it and come from it.

    Tarjan's strongly connected components, without recursion: journeys can be of any depth.
    """
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    open_: list[str] = []
    found: dict[str, int] = {}
    closed: set[str] = set()
    for start in follows:
        if start in order:
            continue
        ahead = [(start, iter(follows[start]))]
        order[start] = low[start] = len(order)
        open_.append(start)
        while ahead:
            key, rest = ahead[-1]
            for other in rest:
                if other not in follows or other in closed:
                    continue
                if other in order:
                    low[key] = min(low[key], order[other])
                    continue
                order[other] = low[other] = len(order)
                open_.append(other)
                ahead.append((other, iter(follows[other])))
                break
            else:
                ahead.pop()
                if ahead:
                    low[ahead[-1][0]] = min(low[ahead[-1][0]], low[key])
                if low[key] == order[key]:
                    members = open_[open_.index(key) :] if open_[-1] != key else [key]
                    del open_[-len(members) :]
                    closed.update(members)
                    if len(members) > 1 or key in follows[key]:
                        found |= dict.fromkeys(members, order[key])
    return found


def _without_repeats(name: str, table: pd.DataFrame, column: str) -> tuple[pd.DataFrame, list[Problem]]:
    """Return a table whose list cells name each id once, and a note for each that did not."""
    repeated = table[column].map(lambda ids: len(set(ids)) < len(ids)).astype(bool)
    if not repeated.any():
        return table, []
    notes = [
        Problem(
            f"{name}.csv", int(str(row)), column, "names an id twice", "it counts once; remove the repeat"
        )
        for row in table.index[repeated]
    ]
    once = table[column].map(lambda ids: tuple(dict.fromkeys(ids))).astype(object)
    return table.assign(**{column: once}), notes


def _check_series(transfers: pd.DataFrame, events: pd.DataFrame) -> Iterator[Problem]:
    """Yield transfers of events that are series."""
    series = events.loc[events["kind"] == "series", "event_id"]
    for row, key in transfers.loc[transfers["event_id"].isin(series), "event_id"].items():
        message = f"{key[:80]!r} is a series: it gathers claims about many events, and has no transfers"
        remedy = "name the one event that set these people in motion, or change the kind of that event"
        yield Problem("transfers.csv", int(str(row)), "event_id", message, remedy)


def _check_deaths(tables: dict[str, pd.DataFrame]) -> Iterator[Problem]:
    """Yield transfers that lead on from where people died."""
    transfers, locations = tables["transfers"], tables["locations"]
    graves = set(locations.loc[locations["kind"] == "death", "location_id"])
    if not graves:
        return
    through = transfers["via"].map(lambda stops: not graves.isdisjoint(stops)).astype(bool)
    for column, rows in {"origin_id": transfers["origin_id"].isin(graves), "via": through}.items():
        for row in transfers.index[rows]:
            message = "nobody goes on from a location of kind death"
            remedy = (
                "name the place that people left, or passed, and let only those who died end at that location"
            )
            yield Problem("transfers.csv", int(row), column, message, remedy)


def _check_journeys(transfers: pd.DataFrame) -> Iterator[Problem]:
    """Yield transfers that follow one that ended in another country, or in death."""
    steps = transfers[["follows", "origin_country"]].explode("follows").dropna()
    ended = transfers.drop_duplicates("transfer_id").set_index("transfer_id")["destination_country"]
    reached = steps["follows"].map(ended)
    for row in steps.index[reached == DIED]:
        message, remedy = "the people of the transfer it follows died", "correct the link or the destination"
        yield Problem("transfers.csv", int(row), "follows", message, remedy)
    # Where a place is not known, nothing is known to be elsewhere.
    told = (
        reached.notna() & ~reached.isin([DIED, UNLOCATED]) & ~steps["origin_country"].isin([DIED, UNLOCATED])
    )
    for row, country in reached[told & (reached != steps["origin_country"])].items():
        message = f"the transfer it follows ended in {country}, and this one starts elsewhere"
        yield Problem("transfers.csv", int(str(row)), "follows", message, "correct the origin or the link")


# Typing: text tables to the columns of `Dataset`.


def _number(cells: pd.Series) -> pd.Series:
    return pd.to_numeric(cells.where(cells != ""), errors="coerce")


def _count(cells: pd.Series) -> pd.Series:
    # Longer ones were reported, and may not fit into 64 bits.
    return _number(cells.where(cells.str.fullmatch("[0-9]{1,10}"), "")).astype("Int64")


def _ids(cells: pd.Series) -> pd.Series:
    """Return list cells as tuples of ids."""
    number, different = pd.factorize(cells)
    lists = np.empty(len(different), dtype=object)
    for k, cell in enumerate(different):
        lists[k] = tuple(filter(None, map(str.strip, cell.split(SEPARATOR))))
    return pd.Series(lists[number], cells.index, dtype=object)


def _locations(text: pd.DataFrame) -> pd.DataFrame:
    return text.assign(longitude=_number(text["longitude"]), latitude=_number(text["latitude"]))


def _events(text: pd.DataFrame) -> pd.DataFrame:
    return text.join(spans(text["date"]))


def _transfers(text: pd.DataFrame, events: pd.DataFrame) -> pd.DataFrame:
    """Read ids and days as they are written; a transfer without a date of its own has that of its event."""
    of_event = events.drop_duplicates("event_id").set_index("event_id")["date"]
    departed, arrived = text["departed"], text["arrived"]
    one = departed.where(arrived == "", arrived)
    one = one.where(one != "", text["event_id"].map(of_event).astype("str").fillna(""))
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
    """Join places to countries; the given country counts, with a note where something contradicts it."""
    unknown, death = locations["precision"] == "unknown", locations["kind"] == "death"
    crossing = (locations["kind"] == "crossing") & ~unknown
    longitude, latitude = (locations[axis].mask(unknown) for axis in ("longitude", "latitude"))
    found = country_of(longitude, latitude)
    derived = _codes(found)
    given = locations["country_code"]
    contradicted = (given != "") & (derived != "") & (given != derived)
    at_sea = (found["match"] == "nowhere") & (given == "") & ~crossing
    # People who swap the columns do so in a whole file: some places then are in the sea, or elsewhere.
    doubtful = contradicted | at_sea
    swapped = _codes(country_of(latitude.where(doubtful), longitude.where(doubtful)))
    notes = []

    def note(row: object, column: str, message: str, remedy: str) -> None:
        notes.append(Problem("locations.csv", int(str(row)), column, message, remedy))

    for row in locations.index[contradicted & ~death]:
        message = f"{given[row]!r} is given, and the coordinates are in {derived[row]}"
        if swapped[row] == given[row]:
            message += "; with longitude and latitude swapped they would agree"
        remedy = f"it is counted in {given[row]}; correct the code or the coordinates"
        note(row, "country_code", message, remedy)
    for row in locations.index[at_sea & (swapped != "")]:
        message = f"is in no country; with longitude and latitude swapped it would be in {swapped[row]}"
        note(row, "longitude", message, "if the two columns are swapped, correct the whole file")
    for row in locations.index[unknown & ~death & ((given != "") | locations["longitude"].notna())]:
        message = "is unknown, and a country or coordinates are given"
        note(row, "precision", message, "it is counted as unlocated; set precision to what is known")
    # A crossing lies between two countries: which of them has a point there says nothing about the people.
    country = given.where(given != "", derived.mask(crossing, ""))
    country = country.where(country != "", pd.Series(UNLOCATED, locations.index).mask(crossing, BETWEEN))
    code = given.where(longitude.isna() & ~unknown, "")
    nowhere = (math.nan, math.nan)
    centre = code.map(lambda code: anchor(code) if code else nowhere)
    return (
        locations.assign(
            country_code=country.mask(unknown, UNLOCATED).mask(death, DIED),
            disputed=found["disputed"],
            longitude=longitude.fillna(centre.str[0].astype(float)),
            latitude=latitude.fillna(centre.str[1].astype(float)),
        ),
        notes,
    )


def _codes(found: pd.DataFrame) -> pd.Series:
    """Return the codes that `country_of` found; "" for none."""
    return found["country_code"].astype(str).where(found["country_code"].notna(), "")


def _join_countries(tables: dict[str, pd.DataFrame]) -> None:
    """Add the countries of events and transfers; change `tables` in place."""
    country = tables["locations"].drop_duplicates("location_id").set_index("location_id")["country_code"]

    def of(ids: pd.Series) -> pd.Series:
        return ids.map(country).fillna(UNLOCATED).astype(str)

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
            text = texts[table.name]
            columns = [name for name in table.columns if name not in table.added or (text[name] != "").any()]
            rows = text.sort_values(table.key)[columns].to_numpy().tolist()
            digest.update(json.dumps([table.name, columns, rows], ensure_ascii=False).encode())
    return digest.hexdigest()[:8]
