import csv
import io
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata import DataError, load
from geodata.files.own_counts import read_count
from geodata.files.reading import MAX_RAGGED, read_csv
from geodata.model.places import NOWHERE
from geodata.model.problems import Problem
from geodata.model.schema import MAX_COUNT, TABLES
from tests.worlds import COUNTRIES, claim, event, leg, write_table, write_world


def test_cells_are_text_on_the_rows_that_an_editor_counts() -> None:
    read = read_csv("t.csv", b'\xef\xbb\xbf a ,b,\r\n\r\nNA,"x,\n""y""",\r\n,,\r\n1,,\r\n')
    assert read.cells.columns.tolist() == ["a", "b"]
    assert read.cells.to_dict("index") == {3: {"a": "NA", "b": 'x,\n"y"'}, 5: {"a": "1", "b": ""}}
    assert (read.problems, read.notes) == ([], [])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty"),
        (b'a,b\n"1,2\n', "the file is not CSV: unexpected end of data"),
        (b"a,b\n1,2,3\n", "the row has 3 cells, the header 2"),
        (b"a,a\n1,2\n", "column 'a' is a duplicate"),
        (b"a,\n1,2\n", "a column with cells has no name"),
        (b"PK\x03\x04xl/worksheets", "the file is a workbook or another zip file"),
        ("a,b\n1,2\n".encode("utf-16-le"), "the file holds zero bytes: it looks like UTF-16 without its byte order mark"),
        (b"a,b\n1,\x00\n" + b"1,2\n" * 9, "the file holds zero bytes: it looks like no text"),
        (b"\xff\xfea\x00,\x00b", "the file begins like UTF-16 and is none"),
        (b"a,b\n1,K\xf6ln\n", "the file is not UTF-8 (row 2): in Windows-1252 the cell would be 'Köln'"),
        (b"a\n" + b"x" * 200_000, "a cell is longer than 131,072 characters"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_named(content: bytes, message: str) -> None:
    assert [problem.message for problem in read_csv("t.csv", content).problems] == [message]


@pytest.mark.parametrize(
    ("content", "notes"),
    [
        (b"a;b\n1;2\n", ["semicolons stand between the cells"]),
        (b"a\tb\n1\t2\n", ["tabs stand between the cells"]),
        (b"a|b\n1|2\n", ["vertical bars stand between the cells"]),
        (b"sep=,\r\na,b\r\n1,2\r\n", ["the first line is 'sep=,'"]),
        (b"sep=\t\na\tb\n1\t2\n", ["the first line is 'sep=\\t'", "tabs stand between the cells"]),
        ("a,b\n1,2\n".encode("utf-16"), ["the file is UTF-16"]),
        ("a;b\n1;2\n".encode("utf-32"), ["the file is UTF-32", "semicolons stand between the cells"]),
    ],
)
def test_what_differs_from_the_standard_is_read_and_noted(content: bytes, notes: list[str]) -> None:
    read = read_csv("t.csv", content)
    assert read.cells.to_dict("index") == {2: {"a": "1", "b": "2"}}
    assert ([note.message for note in read.notes], read.problems) == (notes, [])


def test_many_rows_of_another_length_are_counted() -> None:
    read = read_csv("t.csv", b"a,b\n" + b"1,2,3\n" * 5000 + b"1,2\n")
    assert len(read.problems) == MAX_RAGGED + 1
    assert read.problems[-1].message == "5000 rows have more or fewer cells than the header"
    assert read.cells.index.tolist() == [5002]


@given(st.lists(st.lists(st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0\r")),
                         min_size=2, max_size=2), max_size=9))  # fmt: skip
def test_what_a_writer_of_csv_writes_is_read_again(rows: list[list[str]]) -> None:
    file = io.StringIO(newline="")
    csv.writer(file).writerows([["a", "b"], *rows])
    read = read_csv("t.csv", file.getvalue().encode())
    assert (read.problems, read.notes) == ([], [])
    kept = {number: row for number, row in enumerate(rows, start=2) if any(row)}
    assert dict(zip(read.cells.index, read.cells.to_numpy().tolist(), strict=True)) == kept


@pytest.mark.parametrize(
    ("cell", "bounds"),
    [
        ("0", (0, 0)),
        ("007", (7, 7)),
        ("١٢", (12, 12)),
        ("1 234 567", (1_234_567, 1_234_567)),
        ("1'234", (1234, 1234)),
        ("12.00", (12, 12)),
        ("between 3 and 5", (3, 5)),
        ("10–20", (10, 20)),
        ("fewer than 20", (0, 19)),
        (str(MAX_COUNT), (MAX_COUNT, MAX_COUNT)),
    ],
)
def test_a_cell_of_a_count_means_these_bounds(cell: str, bounds: tuple[int, int]) -> None:
    assert read_count(cell).bounds == bounds


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("9223372036854775808", "is more than 1,000,000,000 people"),
        ("9" * 5000, "is more than 1,000,000,000 people"),
        ("1000000001", "is more than 1,000,000,000 people"),
        ("over 1000000000", "is more than 1,000,000,000 people"),
        ("1.234", "may be 1234 or a decimal number"),
        ("12.000", "may be 12000 or a decimal number"),
        ("12.5", "is not a whole number of people"),
        ("12,5", "is not a whole number of people"),
        ("-5", "is not a whole number of people"),
        ("20-10", "is not a whole number of people"),
        ("5²", "is not a whole number of people"),
        ("1e3", "is not a whole number of people"),
        ("about 50", "is an approximate number without bounds"),
    ],
)
def test_a_cell_of_a_count_is_never_guessed(cell: str, message: str) -> None:
    found = read_count(cell)
    assert (found.bounds, found.message) == (None, message)
    assert found.remedy


def with_counts(folder: Path, rows: list[dict[str, object]], **tables: object) -> Path:
    """Write a world with a column for counts in its transfers."""
    folder = write_world(folder, events=[event()], **tables)  # type: ignore[arg-type]  # rows of tables
    columns = [*TABLES["transfers"].columns, "count", "count_min", "count_max"]
    write_table(folder / "transfers.csv", columns, rows)
    return folder


def refused(folder: Path) -> list[str]:
    with pytest.raises(DataError) as caught:
        load(folder)
    return [
        f"{problem.file}:{problem.row}:{problem.column}: {problem.message}"
        for problem in caught.value.problems
    ]


def test_each_fault_of_a_count_stands_once_at_its_cell(tmp_path: Path) -> None:
    rows = [
        leg("a", "by", "lt", count="9223372036854775808"),
        leg("b", "by", "lt", count="7", count_min="7"),
        leg("c", "by", "lt", count_min="9", count_max="8"),
        leg("d", "by", "lt", count_min="over 50"),
        leg("d", "by", "lt", count="4"),
    ]
    assert refused(with_counts(tmp_path / "world", rows)) == [
        "transfers.csv:2:count: '9223372036854775808' is more than 1,000,000,000 people",
        "transfers.csv:3:count: count and bounds are both given",
        "transfers.csv:4:count_max: is below count_min",
        "transfers.csv:5:count_min: 'over 50' is not a whole number of people",
        "transfers.csv:6:transfer_id: 'd' is a duplicate",
    ]


def test_a_count_beside_an_adopted_claim_is_a_problem_and_beside_another_none(tmp_path: Path) -> None:
    rows = [leg("a", "by", "lt", count="7")]
    folder = with_counts(tmp_path / "one", rows, claims=[claim("a", 8)])
    assert refused(folder) == ["transfers.csv:2:count: claims.csv has an adopted claim of this transfer too"]
    folder = with_counts(
        tmp_path / "two", rows, claims=[claim("a", 8, standing="conflicting", claim_id="a:count")]
    )
    claims = load(folder).claims
    assert claims["count_min"].tolist() == [8, 7]
    assert claims.index.is_unique


def test_counts_of_transfers_with_long_ids_have_ids_that_fit(tmp_path: Path) -> None:
    claims = load(with_counts(tmp_path / "world", [leg("x" * 100, "by", "lt", count="7")])).claims
    assert (claims.index.str.len() <= 100).all()


def test_a_count_of_claims_that_64_bits_do_not_hold_is_a_problem(tmp_path: Path) -> None:
    for number in ("9223372036854775808", "9" * 1999, "1000000001"):
        folder = write_world(
            tmp_path / number[:20], events=[event()], claims=[claim("e", number, claim_id="c")]
        )
        assert [line.partition(": ")[0] for line in refused(folder)] == [
            "claims.csv:2:count_max",
            "claims.csv:2:count_min",
        ]


def test_an_address_that_is_none_is_noted(tmp_path: Path) -> None:
    urls = ["http://[x", "javascript:alert(1)", "https://", "example.org", "https://example.org/a", ""]
    sources = [{"source_id": f"s{k}", "publisher": "P", "url": url} for k, url in enumerate(urls)]
    dataset = load(write_world(tmp_path / "world", sources=sources))
    assert [(note.file, note.row, note.column, note.message) for note in dataset.notes] == [
        ("sources.csv", row, "url", f"{url!r} is no web address") for row, url in enumerate(urls[:4], start=2)
    ]


@pytest.mark.parametrize(
    ("cells", "country", "drawn"),
    [
        ({"kind": "death", "precision": "unknown"}, "died", False),
        ({"kind": "death", "precision": "country", "country_code": "LT"}, "died", True),
        ({"kind": "death", "precision": "exact", "longitude": "25.28", "latitude": "54.69"}, "died", True),
        ({"precision": "unknown"}, "unlocated", False),
        ({"kind": "crossing", "precision": "unknown"}, "unlocated", False),
    ],
)
def test_where_nobody_knows_and_where_people_died_are_no_countries(
    tmp_path: Path, cells: dict[str, str], country: str, drawn: bool
) -> None:
    place = {"location_id": "x", "name": "X", **cells}
    transfers = [leg("a", "by", "x")]
    folder = write_world(
        tmp_path / "world", locations=[*COUNTRIES, place], events=[event()], transfers=transfers
    )
    dataset = load(folder)
    assert dataset.locations.loc["x", "country_code"] == country in NOWHERE
    assert dataset.transfers["destination_country"].tolist() == [country]
    assert dataset.locations.loc["x", ["longitude", "latitude"]].notna().tolist() == [drawn, drawn]
    assert dataset.notes == ()


def test_what_is_known_of_an_unknown_place_is_noted(tmp_path: Path) -> None:
    place = {"location_id": "x", "name": "X", "precision": "unknown", "country_code": "LT"}
    dataset = load(write_world(tmp_path / "world", locations=[*COUNTRIES, place]))
    assert dataset.locations.loc["x", "country_code"] == "unlocated"
    assert [str(note) for note in dataset.notes] == [
        "locations.csv:7:precision: is unknown, and a country or coordinates are given (it is counted as unlocated; set "
        "precision to what is known)"
    ]


def test_a_journey_may_go_on_from_an_unknown_place(tmp_path: Path) -> None:
    places = [*COUNTRIES, {"location_id": "x", "name": "X", "precision": "unknown"}]
    legs = [leg("a", "by", "x"), leg("b", "ua", "lt", follows="a"), leg("c", "x", "pl", follows="b")]
    dataset = load(write_world(tmp_path / "world", locations=places, events=[event()], transfers=legs))
    assert dataset.transfers["follows"].tolist() == [(), ("a",), ("b",)]


def test_the_descriptor_says_what_counts_are_and_whether_people_recur(tmp_path: Path) -> None:
    folder = write_world(tmp_path / "world")
    assert (load(folder).counts, load(folder).recurrence) == ("people", "possible")
    (folder / "datapackage.json").write_text(
        '{"name": "world", "counts": "movements", "recurrence": "none"}', encoding="utf-8"
    )
    assert (load(folder).counts, load(folder).recurrence) == ("movements", "none")
    (folder / "datapackage.json").write_text('{"name": "world", "counts": 3}', encoding="utf-8")
    assert refused(folder) == ["datapackage.json:0:counts: '3' is not a term of the list"]


def test_a_status_of_an_event_is_read_and_a_blank_one_leaves_the_hash(tmp_path: Path) -> None:
    blank = load(write_world(tmp_path / "blank", events=[event()]))
    without = write_world(tmp_path / "without", events=[event()])
    columns = [column for column in TABLES["events"].columns if column != "status"]
    write_table(without / "events.csv", columns, [event()])
    assert load(without).hash == blank.hash
    assert load(without).events["status"].tolist() == blank.events["status"].tolist() == [""]
    denied = load(write_world(tmp_path / "denied", events=[event(status="denied")]))
    assert denied.events["status"].tolist() == ["denied"]
    assert denied.hash != blank.hash


def test_circles_of_any_number_and_depth_are_opened(tmp_path: Path) -> None:
    pairs = [
        leg(f"{side}{k}", "by", "by", follows=f"{'a' if side == 'b' else 'b'}{k}")
        for k in range(2000)
        for side in "ab"
    ]
    ring = [leg(f"r{k}", "by", "by", follows=f"r{(k + 1) % 3000}") for k in range(3000)]
    chain = [leg(f"c{k}", "by", "by", follows=f"c{k - 1}" if k else "r0") for k in range(3000)]
    legs = [*pairs, *ring, *chain, leg("self", "by", "by", follows="self;r1")]
    dataset = load(write_world(tmp_path / "world", events=[event()], transfers=legs))
    follows = dataset.transfers["follows"]
    assert not any(
        follows[[*(f"{side}{k}" for k in range(2000) for side in "ab"), *(f"r{k}" for k in range(3000))]]
    )
    assert follows["self"] == ("r1",)
    assert follows[[f"c{k}" for k in range(3000)]].tolist() == [("r0",), *((f"c{k}",) for k in range(2999))]
    assert len(dataset.notes) == 4000 + 3000 + 1


WORDS = st.sampled_from(["", "e", "a", "by", "lt", "x;x", "done", "release", "series", "death", "unknown", "BY", "181",
                         "-90", "2025-12-13", "../2025", "1e400", "９", "over 5", "http://[", "true", "one", "adopted",
                         "\u202e", "NA", "9" * 30, " ", "a;b", "country", "exact"])  # fmt: skip


@given(st.data())
def test_whatever_tables_hold_is_read_or_refused_with_a_reason(data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = write_world(Path(name) / "world", events=[event()])
        for table in TABLES.values():
            columns = data.draw(
                st.lists(
                    st.sampled_from([*table.columns, *["count"] * (table.name == "transfers")]), unique=True
                )
            )
            rows = data.draw(st.lists(st.fixed_dictionaries(dict.fromkeys(columns, WORDS)), max_size=3))
            if columns and data.draw(st.booleans()):
                write_table(folder / f"{table.name}.csv", columns, rows)
        found: tuple[Problem, ...]
        try:
            found = load(folder).notes
        except DataError as error:
            found = error.problems
            refused_whole = True
        else:
            refused_whole = False
    assert found or not refused_whole
    assert all(problem.message and problem.remedy for problem in found)
