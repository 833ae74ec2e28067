"""The command line: ``python -m geodata check | release | totals | locate | crossings``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pandas as pd

from geodata.analysis.findings import findings
from geodata.analysis.selection import select
from geodata.analysis.totals import country_totals
from geodata.bulk.cluster import cluster_tallies
from geodata.bulk.flat import Tally, flat_totals, honour_flat, is_flat, open_flat, tallies
from geodata.files.export import countries_csv, replacing, totals_csv, write_csv
from geodata.files.load import DATA_FOLDER, choose, datasets, load
from geodata.files.reading import read_csv
from geodata.files.release import release
from geodata.geo.countries import locate
from geodata.geo.crossings import crossings
from geodata.model.counts import label
from geodata.model.dataset import Dataset
from geodata.model.problems import DataError, Problem
from geodata.query.filters import Filters
from geodata.query.links import honour


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0, or 1 where the data is at fault.

    Parameters
    ----------
    arguments
        Words after ``python -m geodata``; those of the process where None.
    """
    parser = argparse.ArgumentParser(prog="python -m geodata", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    check = commands.add_parser("check", help="list every problem of a dataset; exit 1 if there is one")
    check.add_argument("path", type=Path, help="a data package folder, or a folder of them")
    check.add_argument(
        "--findings", action="store_true", help="list what there is to check in the figures, with the records"
    )
    check.set_defaults(run=_check)

    releaser = commands.add_parser(
        "release",
        help="keep what a dataset figures now in its versions.json, for links that are opened later",
    )
    releaser.add_argument("path", type=Path, help="a data package folder")
    releaser.add_argument("--date", required=True, help="the day on which it is given out: YYYY-MM-DD")
    releaser.set_defaults(run=_release)

    totals = commands.add_parser("totals", help="write countries.csv for a query string to standard output")
    totals.add_argument(
        "--data",
        default=str(DATA_FOLDER),
        help="a data package folder, a folder of them, or a flat transfers file (.parquet)",
    )
    totals.add_argument(
        "--scheduler", help="count a flat transfers file on Dask: tcp://HOST:8786, or local:N for N processes"
    )
    totals.add_argument("-o", "--output", type=Path, help="CSV to write; standard output if absent")
    totals.add_argument("query", nargs="?", default="", help="what stands behind the ? of a link")
    totals.set_defaults(run=_totals)

    finder = commands.add_parser(
        "locate", help="add country_code, match, distance_km, disputed to coordinates"
    )
    finder.add_argument(
        "input", type=Path, help="CSV or Parquet with columns longitude and latitude (degrees)"
    )
    finder.add_argument(
        "-o", "--output", type=Path, help="CSV or Parquet to write; CSV to standard output if absent"
    )
    finder.set_defaults(run=_locate)

    crosser = commands.add_parser(
        "crossings", help="list the countries that routes cross, in order, with kilometres"
    )
    crosser.add_argument(
        "input",
        type=Path,
        help="CSV or Parquet with columns origin_longitude, origin_latitude, destination_longitude, "
        "destination_latitude (degrees), and perhaps via ('longitude latitude', with ; between two places)",
    )
    crosser.add_argument(
        "-o", "--output", type=Path, help="CSV or Parquet to write; CSV to standard output if absent"
    )
    crosser.set_defaults(run=_crossings)

    chosen = parser.parse_args(arguments)
    try:
        code: int = chosen.run(chosen)
    except DataError as error:
        print(error, file=sys.stderr)
        return 1
    return code


def _check(chosen: argparse.Namespace) -> int:
    folders = datasets(chosen.path)
    failed = False
    for name, folder in folders.items():
        prefix = f"{name}/" if len(folders) > 1 else ""
        try:
            dataset = load(folder)
        except DataError as error:
            failed = True
            print("\n".join(f"{prefix}{problem}" for problem in error.problems))
        else:
            sizes = ", ".join(
                f"{len(getattr(dataset, name))} {name}" for name in ("events", "transfers", "claims")
            )
            lines = [str(note) for note in dataset.notes] + (_findings(dataset) if chosen.findings else [])
            print(
                "\n".join([prefix + line for line in lines] + [f"{dataset.reference}: {sizes}, no problem"])
            )
    return int(failed)


def _findings(dataset: Dataset) -> list[str]:
    """Return the findings of a whole dataset as lines, but those that are notes on its files."""
    selection = select(dataset, Filters())
    found = findings(selection, country_totals(selection)).listed()
    found = found[found["kind"] != "file"]
    return [
        f"{kind}: {message} [{', '.join(records)}]"
        for kind, message, records in zip(found["kind"], found["message"], found["records"], strict=True)
    ]


def _release(chosen: argparse.Namespace) -> int:
    version = release(chosen.path, chosen.date)
    figure = f"{len(version.events)} events, people: {label(*version.people)}"
    print(f"{version.hash} is kept as the version of {version.date}: {figure}")
    return 0


def _totals(chosen: argparse.Namespace) -> int:
    filters, notices = Filters.parse(chosen.query)
    _tell(notices)
    if is_flat(chosen.data):
        csv = _flat_csv(chosen.data, filters, chosen.scheduler)
    else:
        if chosen.scheduler:
            remedy = "leave --scheduler out, or give a flat transfers file (.parquet)"
            problem = Problem(Path(chosen.data).name, 0, "", "a dataset is counted here, not on Dask", remedy)
            raise DataError([problem])
        dataset = load(choose(Path(chosen.data), filters.data))
        filters, notices = honour(filters, dataset)
        _tell(notices)
        csv = countries_csv(dataset, filters)
    if chosen.output is None:
        sys.stdout.buffer.write(csv)
    else:
        with replacing(chosen.output) as partial:
            partial.write_bytes(csv)
    return 0


def _flat_csv(path: str, filters: Filters, scheduler: str | None) -> bytes:
    """Return ``countries.csv`` of a flat transfers file."""
    file = open_flat(path)
    filters, notices = honour_flat(filters, file)
    _tell(notices)
    parts = cluster_tallies(file, scheduler, filters.date) if scheduler else tallies(file, filters.date)
    totals, notes = flat_totals(file, filters, _shown(parts, file.rows))
    _tell(notes)
    return totals_csv(totals)


def _tell(notices: Iterable[object]) -> None:
    for notice in notices:
        print(notice, file=sys.stderr)


def _shown(parts: Iterable[Tally], rows: int) -> Iterator[Tally]:
    """Pass tallies on; on a terminal, show how many rows they have covered."""
    if not sys.stderr.isatty():
        yield from parts
        return
    done = 0
    try:
        for part in parts:
            done += part.rows
            bar = "█" * (40 * done // max(rows, 1))
            print(f"\r{bar:░<40} {done:,} of {rows:,} rows", end="", file=sys.stderr, flush=True)
            yield part
    finally:
        print(file=sys.stderr)


def _locate(chosen: argparse.Namespace) -> int:
    _write(locate(_read(chosen.input), file=chosen.input.name), chosen.output)
    return 0


def _crossings(chosen: argparse.Namespace) -> int:
    _write(crossings(_read(chosen.input), file=chosen.input.name), chosen.output)
    return 0


def _write(table: pd.DataFrame, path: Path | None) -> None:
    """Write a table to a file, or as CSV to standard output."""
    if path is None:
        write_csv(table, sys.stdout.buffer)
        return
    with replacing(path) as partial:
        if path.suffix == ".parquet":
            table.to_parquet(partial, index=False)
        else:
            with partial.open("wb") as file:
                write_csv(table, file)


def _read(path: Path) -> pd.DataFrame:
    """Return a table as it stands in a file; text stays text."""
    if path.suffix != ".parquet":
        try:
            read = read_csv(path.name, path.read_bytes())
        except OSError as error:
            message = f"the file cannot be read: {error.strerror}"
            raise DataError([Problem(path.name, 0, "", message, "correct its path")]) from error
        _tell(read.notes)
        if read.problems:
            raise DataError(read.problems)
        return read.cells.reset_index(drop=True)
    try:
        return pd.read_parquet(path)
    except Exception as error:  # a file can make its reader raise anything
        message = (str(error).splitlines() or [type(error).__name__])[0]
        problem = Problem(
            path.name, 0, "", f"the file cannot be read: {message}", "give a CSV in UTF-8, or Parquet"
        )
        raise DataError([problem]) from error


if __name__ == "__main__":
    sys.exit(main())
