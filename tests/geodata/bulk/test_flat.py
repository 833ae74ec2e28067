import csv
import io
import shutil
import subprocess
import sys
from operator import or_
from pathlib import Path
from typing import Any

import fsspec
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geodata import DataError, Dataset, Filters, load
from geodata.__main__ import main
from geodata.bulk import flat
from geodata.bulk.flat import Tally, flat_totals, honour_flat, open_flat, tallies
from geodata.files.export import countries_csv, replacing, totals_csv
from geodata.model.schema import TABLES
from tests.examples import examples
from tests.worlds import COUNTRIES, event, leg, write_table, write_world

Rows = list[dict[str, Any]]

# Each with what a flat file calls it: the country it is in.
PLACES: dict[str, tuple[str, dict[str, object]]] = {
    "minsk": ("BY", {"longitude": 27.56, "latitude": 53.9}),
    "kyiv": ("UA", {"longitude": 30.52, "latitude": 50.45}),
    "vilnius": ("LT", {"longitude": 25.28, "latitude": 54.69}),
    "windhoek": ("NA", {"longitude": 17.06, "latitude": -22.57}),
    "atlantic": ("unlocated", {"longitude": -40.0, "latitude": 30.0}),
    "gate": ("between", {"kind": "crossing", "longitude": 25.6, "latitude": 54.5}),
}
LOCATIONS = [
    {"location_id": key, "name": key, "precision": "exact"} | cells for key, (_, cells) in PLACES.items()
]
IN_COUNTRIES = [key for key in PLACES if key != "gate"]
EVERY_DAY = "date=1950/2100"
"""Leaves out the event below, so that its people are not counted as released: a flat file has no events."""

bounds = st.tuples(st.none() | st.integers(0, 9), st.none() | st.integers(9, 10**9))
legs = st.lists(
    st.tuples(
        st.sampled_from(IN_COUNTRIES),
        st.sampled_from(IN_COUNTRIES),
        bounds,
        st.sampled_from(["2025-12-13", "2025-12", "2024"]),
    ),
    max_size=9,
)


def write_flat(path: Path, rows: Rows, row_group_size: int = 1000) -> str:
    pq.write_table(pa.Table.from_pylist(rows), path, row_group_size=row_group_size)
    return str(path)


def flat_csv(path: str, query: str = "") -> bytes:
    file = open_flat(path)
    filters, notices = honour_flat(Filters.parse(query)[0], file)
    assert notices == []
    return totals_csv(flat_totals(file, filters, tallies(file, filters.date))[0])


def table(path: str, query: str = "") -> dict[str, dict[str, str]]:
    rows = csv.DictReader(io.StringIO(flat_csv(path, query).decode()))
    return {row["country_code"]: row for row in rows}


def problems(path: str, query: str = "") -> list[str]:
    with pytest.raises(DataError) as raised:
        flat_csv(path, query)
    return [str(problem) for problem in raised.value.problems]


def dataset_of(folder: Path, rows: Rows) -> Dataset:
    """Return legs of one event, with counts in its transfers, as the small path reads them."""
    write_world(folder, locations=LOCATIONS, events=[event(date="1900", location_id="")])
    columns = [*TABLES["transfers"].columns, "count_min", "count_max"]
    write_table(folder / "transfers.csv", columns, rows)
    (folder / "claims.csv").unlink()
    (folder / "sources.csv").unlink()
    return load(folder)


@settings(max_examples=examples(30), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(legs)
def test_same_bytes_as_the_dataset_of_the_same_legs(tmp_path: Path, drawn: list[Any]) -> None:
    every = [*drawn, ("minsk", "gate", (2, 3), "2025"), ("gate", "kyiv", (1, 1), "2025-12-01")]
    transfers = [
        leg(str(number), origin, destination, departed=day)
        | {"count_min": "" if low is None else low, "count_max": "" if high is None else high}
        for number, (origin, destination, (low, high), day) in enumerate(every)
    ]
    counts = [{"count_min": low, "count_max": high, "date": day} for _, _, (low, high), day in every]
    ends = [{"origin": origin, "destination": destination} for origin, destination, *_ in every]
    by_id = [{f"{end}_id": key for end, key in row.items()} for row in ends]
    by_code = [{f"{end}_country": PLACES[key][0] for end, key in row.items()} for row in ends]
    # What lies between countries has no coordinates that say so.
    by_point = [
        {f"{end}_country": "between" if key == "gate" else None for end, key in row.items()}
        | {
            f"{end}_{axis}": PLACES[key][1][axis]
            for end, key in row.items()
            for axis in ("longitude", "latitude")
        }
        for row in ends
    ]
    dataset = dataset_of(tmp_path / "world", transfers)
    shutil.copy(tmp_path / "world" / "locations.csv", tmp_path)
    files = [
        write_flat(tmp_path / f"{k}.parquet", list(map(or_, places, counts)), row_group_size=4)
        for k, places in enumerate((by_id, by_code, by_point))
    ]
    for query in (
        EVERY_DAY,
        "date=2025-12-02/2100",
        f"{EVERY_DAY}&from=BY,unlocated",
        f"{EVERY_DAY}&to=LT,between",
    ):
        expected = countries_csv(dataset, Filters.parse(query)[0])
        for file in files:
            assert flat_csv(file, query) == expected


def test_each_leg_is_counted_once_where_it_left_and_where_it_arrived(tmp_path: Path) -> None:
    ends = [("BY", "UA"), ("BY", "UA"), ("UA", "UA"), ("UA", None)]
    counts = [(114, 115), (9, None), (3, 3), (None, None)]
    path = write_flat(
        tmp_path / "legs.parquet",
        [
            {
                "origin_country": origin,
                "destination_country": destination,
                "count_min": low,
                "count_max": high,
            }
            for (origin, destination), (low, high) in zip(ends, counts, strict=True)
        ],
    )
    found = table(path)
    assert list(found) == ["BY", "UA", "unlocated"]
    assert [found["BY"][f"departed_{bound}"] for bound in ("min", "max")] == ["123", ""]
    assert [found["UA"][f"arrived_{bound}"] for bound in ("min", "max")] == ["123", ""]
    assert found["UA"]["remained_min"] == "123"
    assert found["UA"]["moved_within_max"] == "3"
    assert [found["UA"][f"departed_{bound}"] for bound in ("min", "max")] == ["0", ""]  # not reported
    assert [found["UA"]["transfers"], found["unlocated"]["transfers"]] == ["4", "1"]
    assert [found["UA"]["sources"], found["unlocated"]["sources"]] == ["dataset", ""]
    assert {row["released_max"] for row in found.values()} == {"0"}


def test_counts_may_be_one_column_and_of_any_kind_of_number(tmp_path: Path) -> None:
    ends = pd.DataFrame({"origin_country": ["BY", "BY"], "destination_country": ["UA", "UA"]})
    for kind in ("int8", "uint64", "float32", "Int64"):
        ends.assign(count=pd.array([5, 7], kind)).to_parquet(tmp_path / "legs.parquet")
        assert table(str(tmp_path / "legs.parquet"))["UA"]["arrived_max"] == "12"
    ends.assign(count_min=[5.0, np.nan], count_max=pd.Series([None, None])).to_parquet(
        tmp_path / "legs.parquet"
    )
    found = table(str(tmp_path / "legs.parquet"))["UA"]
    assert [found["arrived_min"], found["arrived_max"]] == ["5", ""]


@pytest.mark.parametrize("kind", [pa.date32(), pa.date64(), pa.timestamp("ns"), pa.large_string()])
def test_dates_are_days_of_any_kind(tmp_path: Path, kind: pa.DataType) -> None:
    days = pa.array(["1969-12-31", "2025-12-13", None]).cast(pa.date32())
    text = pa.types.is_large_string(kind)
    columns = {
        "origin_country": ["BY"] * 3,
        "destination_country": ["LT", "UA", "PL"],
        "count": [1, 2, 3],
        "date": days.cast(pa.string()).cast(kind) if text else days.cast(kind),
    }
    path = str(tmp_path / "legs.parquet")
    pq.write_table(pa.table(columns), path)
    assert list(table(path, "date=1969-12-31")) == ["BY", "LT"]
    assert list(table(path, "date=2025-12")) == ["BY", "UA"]
    assert list(table(path)) == ["BY", "LT", "PL", "UA"]
    file = open_flat(path)
    notes = flat_totals(file, Filters(date="2025"), tallies(file, "2025"))[1]
    assert [str(note) for note in notes] == [
        "legs.parquet:date: legs without a date: 1 (they are left out, as a filter of days is set)"
    ]


def test_what_is_in_no_country_is_counted_with_its_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    points = [
        (27.56, 53.9),
        (None, 53.9),
        (27.56, float("nan")),
        (0.0, 90.5),
        (float("inf"), 0.0),
        (-40.0, 30.0),
    ]
    rows = [
        {
            "origin_longitude": longitude,
            "origin_latitude": latitude,
            "destination_country": "LT",
            "count": 1,
        }
        for longitude, latitude in points
    ]
    file = open_flat(write_flat(tmp_path / "legs.parquet", rows))
    totals, notes = flat_totals(file, Filters(), tallies(file))
    assert totals["departed_max"].to_dict() == {"BY": 1, "LT": 0, "unlocated": 5}
    assert [str(note) for note in notes] == [
        "legs.parquet:origin: legs without a place: 2 (they are counted as unlocated)",
        "legs.parquet:origin: legs with coordinates out of range: 2 (they are counted as unlocated)",
        "legs.parquet:origin: legs with coordinates in no country: 1 (they are counted as unlocated)",
    ]
    assert flat_totals(file, Filters(origin=("BY",)), tallies(file))[1] == ()
    monkeypatch.setattr(flat, "BATCH_ROWS", 3)
    monkeypatch.setattr(flat, "MAX_LOCATED", 2)  # fewer than the points of a batch
    again, notes_again = flat_totals(file, Filters(), tallies(file))
    pd.testing.assert_frame_equal(again, totals)
    assert notes_again == notes


def test_all_faults_of_columns_at_once(tmp_path: Path) -> None:
    rows = [{"origin_latitude": "x", "date": 2025, "count": 1, "count_max": 2}]
    assert problems(write_flat(tmp_path / "legs.parquet", rows)) == [
        "legs.parquet:1:count: count and bounds are both given (keep one of them)",
        "legs.parquet:1:date: the column is of type int64 (write a day without a time zone, or EDTF text)",
        "legs.parquet:1:destination_country: the column is missing "
        "(add it, or destination_id, or destination_longitude and destination_latitude)",
        "legs.parquet:1:origin_latitude: the column is of type string (write a number)",
        "legs.parquet:1:origin_longitude: the column is missing (add it, in WGS 84 degrees)",
    ]
    rows = [{"origin_id": "minsk", "destination_country": "BY"}]
    assert problems(write_flat(tmp_path / "legs.parquet", rows)) == [
        "legs.parquet:1:count: the column is missing (add it, or count_min and count_max)",
        "locations.csv: the file is missing (add the table of locations)",
    ]


def test_all_faults_of_rows_at_once_each_with_its_first_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flat, "BATCH_ROWS", 2)
    write_table(tmp_path / "locations.csv", TABLES["locations"].columns, COUNTRIES)
    ends = [("BY", "ua"), ("by", "ua"), ("XX", "xx"), ("by", ""), (None, "ua")]
    counts: list[tuple[Any, Any]] = [(1, 2), (2, 1), (-1, 0), (0.5, 10**9 + 1), (-1, float("inf"))]
    days = ["2025", "2025-13", "", None, "soon"]
    rows = [
        {"origin_country": origin, "destination_id": place, "count_min": low, "count_max": high, "date": day}
        for (origin, place), (low, high), day in zip(ends, counts, days, strict=True)
    ]
    path = write_flat(tmp_path / "legs.parquet", rows, row_group_size=3)
    whole = "is not a whole number of people (write digits only, 0 to 1000000000)"
    expected = [
        "legs.parquet:3:count_max: 1.0 is below count_min (swap or correct the bounds)",
        "legs.parquet:3:origin_country: 'by' is no country of the boundary layer (use an ISO 3166-1 alpha-2 code (Kosovo: XK))",
        f"legs.parquet:4:count_min: -1.0 {whole}",
        "legs.parquet:4:destination_id: 'xx' is unknown (add it to locations.csv, or correct the id)",
        "legs.parquet:4:origin_country: 'XX' is no country of the boundary layer (use an ISO 3166-1 alpha-2 code (Kosovo: XK))",
        f"legs.parquet:5:count_max: 1000000001.0 {whole}",
        f"legs.parquet:5:count_min: 0.5 {whole}",
        f"legs.parquet:6:count_max: inf {whole}",
    ]
    assert problems(path) == expected
    dates = [problem for problem in problems(path, "date=2025") if problem not in expected]
    assert [problem.partition(" (")[0] for problem in dates] == [
        "legs.parquet:3:date: '2025-13' is not an EDTF date",
        "legs.parquet:6:date: 'soon' is not an EDTF date",
    ]


def test_of_very_many_problems_the_first_are_told(tmp_path: Path) -> None:
    rows = [
        {"origin_country": f"Q{number}", "destination_country": "BY", "count": 1} for number in range(300)
    ]
    found = problems(write_flat(tmp_path / "legs.parquet", rows, row_group_size=70))
    assert found[0] == (
        "legs.parquet: there are more problems than the first 100 (mend these, and run it again)"
    )
    assert len(found) == 101
    assert found[-1].startswith("legs.parquet:101:origin_country: 'Q99' ")


def test_what_does_not_fit_into_64_bits_is_refused(tmp_path: Path) -> None:
    rows = [{"origin_country": "BY", "destination_country": "LT", "count": 10**9}]
    file = open_flat(write_flat(tmp_path / "legs.parquet", rows))
    (part,) = tallies(file)
    great = Tally(0, part.flows * 2**31, 0, {})  # as many as a row group can hold
    with pytest.raises(DataError, match="add up to more than 4611686018427387904"):
        flat_totals(file, Filters(), [great] * 3)
    totals, _ = flat_totals(file, Filters(), [great, part, great])
    assert totals.loc["LT", "arrived_max"] == 10**9 * (2**32 + 1)


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path: Path) -> None:
    rows = [{"origin_country": "BY", "destination_country": "LT", "count": 1}] * 5
    file = open_flat(write_flat(tmp_path / "legs.parquet", rows, row_group_size=3))
    with pytest.raises(DataError, match=r"legs\.parquet: 3 of 5 rows were read"):
        flat_totals(file, Filters(), tallies(file, groups=[0]))


def test_what_a_link_asks_and_a_flat_file_has_not_is_said(tmp_path: Path) -> None:
    rows = [{"origin_country": "BY", "destination_country": "LT", "count": 1}]
    file = open_flat(write_flat(tmp_path / "legs.parquet", rows))
    asked = (
        "v=1&data=world&from=BY,ZZ&country=BY&place=minsk&date=2025&event=e&transfer=x&kind=release&status=planned"
        "&group=men&source=one&basis=one&asof=2025-12-13"
    )
    filters, notices = honour_flat(Filters.parse(asked)[0], file)
    assert filters == Filters(origin=("BY",))
    assert [(notice.key, notice.asked, notice.got) for notice in notices] == [
        ("from", "ZZ", "the other values of this key"),
        ("data", "world", "the dataset that is open"),
        ("country", "BY", "every country"),
        ("place", "minsk", "every place"),
        ("event", "e", "every event"),
        ("transfer", "x", "every transfer"),
        ("kind", "release", "every kind of event"),
        ("status", "planned", "every status"),
        ("group", "men", "every group"),
        ("source", "one", "every source"),
        ("basis", "one", "the adopted claims"),
        ("asof", "2025-12-13", "all that has been published"),
        ("date", "2025", "every day"),
    ]
    assert honour_flat(Filters.parse("status=done,planned&basis=all&measure=arrived")[0], file)[1] == []
    assert [notice.asked for notice in honour_flat(Filters(event=("all", "done")), file)[1]] == ["all,done"]


def test_an_empty_file_gives_an_empty_table(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    columns = {"origin_country": pa.string(), "destination_country": pa.string(), "count": pa.int64()}
    path = tmp_path / "legs.parquet"
    pq.write_table(pa.table({name: pa.array([], kind) for name, kind in columns.items()}), path)
    assert main(["totals", "--data", str(path)]) == 0
    header, *rest = capfd.readouterr().out.splitlines()
    assert header.startswith("country_code,country,released_min")
    assert rest == []


def test_an_object_store_is_read_through_fsspec(tmp_path: Path) -> None:
    rows = [{"origin_country": "BY", "destination_country": "LT", "count": 1}]
    path = write_flat(tmp_path / "legs.parquet", rows)
    with fsspec.open("memory://bucket/legs.parquet", "wb") as file:
        file.write(Path(path).read_bytes())
    assert flat_csv("memory://bucket/legs.parquet") == flat_csv(f"file://{path}") == flat_csv(path)
    assert problems("memory://bucket/none.parquet")[0].startswith("none.parquet: the file cannot be read: ")
    write_flat(Path(path), [{"origin_country": "BY", "destination_id": "lt", "count": 1}])
    assert problems(f"file://{path}") == [
        "legs.parquet: location ids are for local files (write country codes, or copy it here)"
    ]
    assert problems("nosuch://bucket/legs.parquet") == [
        "legs.parquet: the file cannot be read: Protocol not known: nosuch (pip install '.[cluster]', and what the message names)"
    ]


def test_the_command_line_writes_the_same_bytes_whole_or_not_at_all(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    rows = [{"origin_country": "BY", "destination_country": "LT", "count": number} for number in range(9999)]
    path = write_flat(tmp_path / "legs.parquet", rows, row_group_size=5000)
    assert main(["totals", "--data", path, "from=BY&t=2025-12-13&event=e"]) == 0
    written, told = capfdbinary.readouterr()
    assert written == flat_csv(path, "from=BY")
    assert told.decode() == (
        "event=e was ignored: a flat transfers file has no events. Shown: every event.\n"
    )
    out = tmp_path / "countries.csv"
    assert main(["totals", "--data", path, "-o", str(out)]) == 0
    assert out.read_bytes() == written

    content = bytearray(Path(path).read_bytes())
    content[40:4000] = bytes(3960)  # the first row group is spoilt, the footer is not
    Path(path).write_bytes(content)
    assert main(["totals", "--data", path, "-o", str(out)]) == 1
    assert b"legs.parquet: the file cannot be read: " in capfdbinary.readouterr().err
    assert out.read_bytes() == written
    assert sorted(file.name for file in tmp_path.iterdir()) == ["countries.csv", "legs.parquet"]
    assert main(["totals", "--scheduler", "local:1"]) == 1
    assert b"a dataset is counted here, not on Dask" in capfdbinary.readouterr().err


def test_what_fails_while_it_is_written_leaves_the_old_file(tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    out.write_text("old")

    def fail() -> None:
        with replacing(out) as partial:
            partial.write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("out.csv", "old")]


def test_progress_is_shown_on_a_terminal_only(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [{"origin_country": "BY", "destination_country": "LT", "count": 1}] * 2000
    path = write_flat(tmp_path / "legs.parquet", rows, row_group_size=1000)
    main(["totals", "--data", path, "-o", str(tmp_path / "out.csv")])
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    main(["totals", "--data", path, "-o", str(tmp_path / "out.csv")])
    half, full = capsys.readouterr().err.strip().split("\r")
    assert half == "█" * 20 + "░" * 20 + " 1,000 of 2,000 rows"
    assert full == "█" * 40 + " 2,000 of 2,000 rows"


def test_neither_dask_nor_fsspec_is_imported_unasked() -> None:
    code = "import sys, geodata.__main__; print({'dask', 'distributed', 'fsspec'} & sys.modules.keys())"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout == "set()\n"
