"""Files to a `Dataset`, or one `DataError` that lists every problem in them."""

from __future__ import annotations

import hashlib
import json
from importlib.resources.abc import Traversable
from pathlib import Path

import pandas as pd

from geodata.files import checks, columns
from geodata.files.descriptor import DESCRIPTOR, read_descriptor
from geodata.files.follows import without_circles, without_repeats
from geodata.files.formulas import unguarded
from geodata.files.hints import no_movements
from geodata.files.joins import bind_days, early_arrivals, join_countries, located, number_records
from geodata.files.opening import content_of, opened
from geodata.files.own_counts import COUNT_COLUMNS, OWN_SOURCE, own_claims
from geodata.files.reading import read_csv
from geodata.files.versions import VERSIONS, read_versions
from geodata.model.dataset import Dataset
from geodata.model.problems import DataError, Problem
from geodata.model.schema import TABLES, Table

__all__ = ["DATA_FOLDER", "choose", "datasets", "load", "load_locations"]

DATA_FOLDER = Path(__file__).parents[1] / "data"
"""Folder of the built-in datasets."""
_MISSING = "the file is missing"


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
    return {read_descriptor(folder)[0].name or folder.name: folder for folder in sorted(folders)}


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


def load(place: str | Path | bytes | Traversable) -> Dataset:
    """Return the dataset in a data package.

    Parameters
    ----------
    place
        Folder with ``datapackage.json`` and one UTF-8 CSV a table of `geodata.model.schema.TABLES`; a zip
        file of one, its bytes, or whatever else opens files by name (`geodata.files.opening.opened`). Where
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
    folder = opened(place)
    descriptor, problems = read_descriptor(folder)
    versions, found = read_versions(folder / VERSIONS)
    problems += found
    texts, own, found, notes = _texts(folder, guarded=descriptor.guarded)
    problems += found
    tables, found, noted = _tables(texts)
    problems += found
    notes += noted
    if not any(problem.file == "locations.csv" for problem in problems):
        tables["locations"], noted = located(tables["locations"])
        notes += noted
        join_countries(tables)
        problems += [*checks.death_problems(tables), *checks.journey_problems(tables["transfers"])]
    early = early_arrivals(tables)
    problems += checks.order_problems(tables["transfers"], early)
    if problems:
        raise DataError(dict.fromkeys(problems))

    tables["transfers"], noted = bind_days(tables["transfers"], early)
    notes += noted
    if len(own):
        texts["claims"] = pd.concat([texts["claims"], own], ignore_index=True)
        tables["claims"] = columns.claims(texts["claims"])
    for name, frame in tables.items():
        tables[name] = frame.set_index(TABLES[name].key)
    number_records(tables)
    return Dataset(
        name=descriptor.name,
        title=descriptor.title,
        description=descriptor.description,
        populations=descriptor.populations,
        gaps=descriptor.gaps,
        hash=_hash(texts),
        featured=descriptor.featured,
        notes=tuple(sorted(notes)),
        licenses=descriptor.licenses,
        versions=versions,
        texts=texts | {"people": texts["people"][texts["people"]["public"] == "true"]},
        counts=descriptor.counts,
        recurrence=descriptor.recurrence,
        **tables,
    )


def _texts(
    folder: Traversable, *, guarded: bool
) -> tuple[dict[str, pd.DataFrame], pd.DataFrame, list[Problem], list[Problem]]:
    """Return the tables as text with the schema's columns, the file's own claims, problems and notes."""
    texts: dict[str, pd.DataFrame] = {}
    faults: dict[str, list[Problem]] = {}
    problems: list[Problem] = []
    notes: list[Problem] = []
    for table in TABLES.values():
        texts[table.name], faults[table.name], noted = _read_table(folder / f"{table.name}.csv", table)
        notes += noted
        if guarded:
            texts[table.name] = texts[table.name].apply(unguarded)
    # Of a table that could not be read whole, nothing is known to be missing.
    unread = {name for name, found in faults.items() if found}
    own = texts["claims"].iloc[:0]
    if texts["transfers"].columns.intersection(COUNT_COLUMNS).size:
        own, problems, noted = own_claims(texts["transfers"], texts["claims"])
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
        problems += [*faults[table.name], *checks.cell_problems(table, texts[table.name])]
        texts[table.name] = texts[table.name].reindex(columns=table.columns, fill_value="").astype("str")
    for table in TABLES.values():
        problems += checks.key_problems(table, texts, unread)
    notes += checks.address_notes(texts["sources"])
    return texts, own, problems, notes


def _tables(
    texts: dict[str, pd.DataFrame],
) -> tuple[dict[str, pd.DataFrame], list[Problem], list[Problem]]:
    """Return tables of text with the columns of `Dataset`, problems and notes."""
    tables = {
        "locations": columns.locations(texts["locations"]),
        "events": columns.events(texts["events"]),
        "transfers": columns.transfers(texts["transfers"], texts["events"]),
        "claims": columns.claims(texts["claims"]),
        "sources": columns.sources(texts["sources"]),
        "people": columns.people(texts["people"]),
    }
    problems = [
        *checks.location_problems(tables["locations"], texts["locations"]),
        *checks.claim_problems(tables["claims"]),
        *checks.series_problems(tables["transfers"], texts["events"]),
    ]
    notes: list[Problem] = []
    for name, column in (("transfers", "follows"), ("people", "transfers")):
        tables[name], noted = without_repeats(name, tables[name], column)
        notes += noted
    tables["transfers"], noted = without_circles(tables["transfers"])
    return tables, problems, [*notes, *noted]


def load_locations(path: Path) -> pd.DataFrame:
    """Return the table of locations in one CSV, as `Dataset.locations` has it.

    Raises
    ------
    DataError
        With every problem of the file, if there is any.
    """
    table = TABLES["locations"]
    text, problems, _ = _read_table(path, table)
    problems += checks.cell_problems(table, text)
    text = text.reindex(columns=table.columns, fill_value="").astype("str")
    problems += checks.key_problems(table, {table.name: text}, set())
    locations = columns.locations(text)
    problems += checks.location_problems(locations, text)
    if problems:
        raise DataError(dict.fromkeys(problems))
    return located(locations)[0].set_index(table.key)


def _read_table(file: Traversable, table: Table) -> tuple[pd.DataFrame, list[Problem], list[Problem]]:
    """Return a CSV as text, problems and notes; a missing or unreadable file gives an empty table."""
    nothing = pd.DataFrame(columns=table.columns, dtype="str")
    try:
        read = read_csv(file.name, content_of(file))
    except FileNotFoundError:
        missing = Problem(file.name, 0, "", _MISSING, f"add the table of {table.name}")
        return nothing, [] if table.optional else [missing], []
    except DataError as error:
        return nothing, [*error.problems], []
    return read.cells if read.cells.columns.size else nothing, read.problems, read.notes


def _add_own_source(texts: dict[str, pd.DataFrame]) -> None:
    """Add the source that the dataset itself is, where it is not there; change `texts` in place."""
    sources = texts["sources"].reindex(columns=TABLES["sources"].columns, fill_value="")
    if OWN_SOURCE not in set(sources["source_id"]):
        own = pd.DataFrame({"source_id": [OWN_SOURCE], "publisher": ["the dataset itself"]}, dtype="str")
        texts["sources"] = pd.concat([texts["sources"], own], ignore_index=True).fillna("").astype("str")


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
