"""Inputs on which the product was once wrong, each with its right value; `tests/cases` holds them."""

import csv
import json
import shutil
from pathlib import Path

import pytest
import shapely

from geodata import DataError, Dataset, Filters, load, select
from geodata.__main__ import main
from geodata.files.export import transfers_geojson, transfers_parquet
from tests.worlds import CASES


def case(name: str) -> Dataset:
    """Return a case that can be read."""
    return load(CASES / name)


def problems(name: str | Path) -> list[str]:
    """Return what is said of a case that cannot be read."""
    with pytest.raises(DataError) as caught:
        load(CASES / name)
    return list(map(str, caught.value.problems))


def notes(dataset: Dataset) -> list[str]:
    return list(map(str, dataset.notes))


def changed(name: str, folder: Path, file: str, old: str, new: str) -> Path:
    """Return a copy of a case with something replaced in one file."""
    copy = folder / name
    shutil.copytree(CASES / name, copy)
    text = (copy / file).read_text(encoding="utf-8")
    assert old in text
    (copy / file).write_text(text.replace(old, new), encoding="utf-8")
    return copy


# What loading says.


def test_a_transfer_that_follows_another_twice_follows_it_once() -> None:
    dataset = case("c04_follows_twice")
    assert dataset.transfers.loc["b", "follows"] == ("a",)
    assert notes(dataset) == [
        "transfers.csv:3:follows: names an id twice (it counts once; remove the repeat)"
    ]


def test_a_series_has_no_transfers() -> None:
    assert problems("num_series_leg") == [
        "transfers.csv:2:event_id: 'e1' is a series: it gathers claims about many events, and has no transfers (name "
        "the one event that set these people in motion, or change the kind of that event)"
    ]


def test_a_count_in_digits_of_another_script_is_read_and_noted_once() -> None:
    dataset = case("c40_counts")
    assert dataset.claims[["subject_id", "count_min", "count_max", "wording"]].to_numpy().tolist() == [
        ["a", 5, 5, "５"]
    ]
    assert notes(dataset) == [
        "transfers.csv:2:count: '５' is read as 5 (write digits only, or leave the cell blank where there is no number)"
    ]


def test_a_wording_of_a_count_is_read_or_refused_once_at_its_cell(tmp_path: Path) -> None:
    refused = (
        "is an approximate number without bounds (write its bounds in count_min and count_max, or a wording "
    )
    assert problems("counts") == [
        f"transfers.csv:2:count: '2?' {refused}such as 'over 50' or '40-60')",
        f"transfers.csv:8:count: '~50' {refused}such as 'over 50' or '40-60')",
    ]
    folder = changed("counts", tmp_path, "transfers.csv", "2?", "2")
    (folder / "transfers.csv").write_text(
        (folder / "transfers.csv").read_text(encoding="utf-8").replace("~50", "50"), encoding="utf-8"
    )
    dataset = load(folder)
    bounds = dataset.claims.set_index("subject_id")[["count_min", "count_max"]].astype(object)
    assert bounds.where(bounds.notna(), None).to_numpy().tolist() == [
        [2, 2],
        [1234, 1234],
        [12, 12],
        [51, None],
        [10, 20],
        [50, None],
        [50, 50],
        [5, 5],
        [0, 0],
    ]
    assert bounds.index.tolist() == ["t1", "t2", "t3", "t4", "t5", "t6", "t7", "t9", "t13"]
    assert [(note.row, note.message) for note in dataset.notes] == [
        (3, "'1,234' is read as 1234"),
        (4, "'12.0' is read as 12"),
        (5, "'over 50' is read as ≥ 51"),
        (6, "'10-20' is read as 10–20"),
        (7, "'50+' is read as ≥ 50"),
        (9, "'N/A' is read as no number"),
        (10, "' 5' is read as 5"),
        (12, "'-' is read as no number"),
        (13, "'NA' is read as no number"),
    ]


def test_counts_without_ids_of_transfers_are_a_problem() -> None:
    found = problems("count_no_transfer_id")
    assert (
        "transfers.csv:1:transfer_id: the column is missing (add it, or rename the column that holds it (origin, dest))"
        in found
    )
    assert not [line for line in found if line.startswith("claims.csv")]


def test_a_table_with_two_columns_of_places_holds_movements() -> None:
    found = problems("fp_prisoners")
    assert not [line for line in found if "looks like" in line]
    named = "rename the column that holds it (from, to, date, prisoners)"
    assert f"transfers.csv:1:origin_id: the column is missing (add it, or {named})" in found


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("stock_headcount", "people present at a time (a stock): n; the difference between two stocks"),
        ("stay_ice", "stays in one place: stay_id, book_in_date, book_out_date; a stay says"),
    ],
)
def test_what_is_no_movement_is_refused_with_the_reason_alone(name: str, kind: str) -> None:
    said = [line for line in problems(name) if line.startswith("transfers.csv")]
    assert len(said) == 1
    assert said[0].startswith(f"transfers.csv:1: looks like a table of {kind}")


def test_an_unknown_end_is_a_location_of_precision_unknown(tmp_path: Path) -> None:
    assert problems("unknown_place") == [
        "transfers.csv:2:origin_id: must not be blank (fill the cell in; where the place is not known, name a location "
        "of precision unknown)"
    ]
    folder = changed(
        "unknown_place", tmp_path, "locations.csv", "x,Unknown,region,0,0,", "x,Unknown,unknown,,,"
    )
    transfers = (folder / "transfers.csv").read_text(encoding="utf-8")
    (folder / "transfers.csv").write_text(transfers.replace("e1,,y", "e1,x,y"), encoding="utf-8")
    dataset = load(folder)
    assert dataset.transfers.loc["t1", ["origin_country", "destination_country"]].tolist() == [
        "unlocated",
        "PL",
    ]
    assert dataset.locations.loc["x", ["longitude", "latitude"]].isna().all()
    selection = select(dataset, Filters())
    (feature,) = json.loads(transfers_geojson(selection))["features"]
    assert feature["geometry"] is None
    assert transfers_parquet(selection)


def test_a_term_that_is_none_is_answered_with_the_terms() -> None:
    assert problems("kind_term") == [
        "transfers.csv:2:status: 'completed' is not a term of the list (use one of: done, planned, attempted, denied)",
        "transfers.csv:3:origin_id: 'A' is unknown (write 'a', as it is in locations)",
    ]


def test_semicolons_between_cells_are_read_and_noted() -> None:
    dataset = case("semicolon")
    assert dataset.locations["longitude"].tolist() == [21.0, 13.4]
    told = "semicolons stand between the cells (they are read so; save it with commas)"
    assert notes(dataset) == [f"{name}.csv: {told}" for name in ("events", "locations", "transfers")]


def test_a_file_in_another_encoding_is_named_with_it_and_nothing_else_is_said() -> None:
    assert problems("cp1252") == [
        "locations.csv: the file is not UTF-8 (row 2): in Windows-1252 the cell would be 'Zürich' (find out its "
        "encoding, and save it as UTF-8 (in a spreadsheet: CSV UTF-8))"
    ]


def test_swapped_coordinates_are_said() -> None:
    assert notes(case("swapped")) == [
        "locations.csv:3:longitude: is in no country; with longitude and latitude swapped it would be in DE (if the two "
        "columns are swapped, correct the whole file)"
    ]


def test_those_who_died_are_counted_as_such_and_nobody_goes_on_from_there(tmp_path: Path) -> None:
    grave = "lv,Latvia,country,,,country,LV,\ngrave,Died on the way,death,27.5,53.9,settlement,BY,"
    folder = changed("c74_death", tmp_path, "locations.csv", "lv,Latvia,country,,,country,LV,", grave)
    transfers = (folder / "transfers.csv").read_text(encoding="utf-8")
    end = "d,e,ua,grave,,2025-12-14,,done,a,\n"
    (folder / "transfers.csv").write_text(transfers + end, encoding="utf-8")
    dataset = load(folder)
    assert dataset.transfers.loc["d", "destination_country"] == "died"
    assert dataset.locations.loc["grave", ["longitude", "latitude"]].tolist() == [27.5, 53.9]
    assert notes(dataset) == []
    (folder / "transfers.csv").write_text(transfers + end + "f,e,pl,lt,,,,done,d,\n", encoding="utf-8")
    assert problems(folder) == [
        "transfers.csv:5:follows: the people of the transfer it follows died (correct the link or the destination)"
    ]
    (folder / "transfers.csv").write_text(transfers + "f,e,grave,lt,,,,done,,\n", encoding="utf-8")
    assert problems(folder) == [
        "transfers.csv:4:origin_id: nobody goes on from a location of kind death (name the place that people left, or "
        "passed, and let only those who died end at that location)"
    ]


# What the commands say of single tables.


@pytest.mark.parametrize("command", ["locate", "crossings"])
@pytest.mark.parametrize(
    ("table", "said"),
    [
        (
            "decimal_commas_unquoted",
            [f"{row}: the row has 5 cells, the header 3 (put quotation marks around cells with commas; write decimals "
             "with a point)" for row in (2, 3)],
        ),
        ("dup_header", ["1: column 'longitude' is a duplicate (rename or remove one)"]),
    ],
)  # fmt: skip
def test_rows_never_shift(
    command: str, table: str, said: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    path = CASES / "tables" / f"{table}.csv"
    assert main([command, str(path)]) == 1
    out, error = capsys.readouterr()
    assert out == ""
    assert error.splitlines() == [f"{path.name}:{line}" for line in said]


@pytest.mark.parametrize(
    ("table", "note"),
    [
        ("tab", "tabs stand between the cells (they are read so; save it with commas)"),
        ("sepline", "the first line is 'sep=,' (it is no row; leave it out)"),
        (
            "utf16",
            "the file is UTF-16 (it is read as UTF-16; save it as UTF-8 (in a spreadsheet: CSV UTF-8))",
        ),
    ],
)
def test_tables_of_spreadsheets_are_located(
    table: str, note: str, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert main(["locate", str(CASES / "tables" / f"{table}.csv")]) == 0
    out, error = capfdbinary.readouterr()
    (row,) = csv.DictReader(out.decode().splitlines())
    assert (row["longitude"], row["latitude"], row["country_code"]) == ("27.5615", "53.9045", "BY")
    assert error.decode().splitlines() == [f"{table}.csv: {note}"]


def test_decimal_commas_are_refused_cell_by_cell(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["locate", str(CASES / "tables" / "semicolon.csv")]) == 1
    remedy = "is not a number (write decimal degrees with a point)"
    assert capsys.readouterr().err.splitlines() == [
        "semicolon.csv: semicolons stand between the cells (they are read so; save it with commas)",
        f"semicolon.csv:2:latitude: '53,9045' {remedy}",
        f"semicolon.csv:2:longitude: '27,5615' {remedy}",
    ]


# What is drawn and written.


def test_a_transfer_within_one_place_is_a_point() -> None:
    selection = select(case("c13_same_place"), Filters())
    (feature,) = json.loads(transfers_geojson(selection))["features"]
    place = selection.locations.loc["by", ["longitude", "latitude"]].tolist()
    assert feature["geometry"] == {"type": "Point", "coordinates": place}
    assert shapely.is_valid(shapely.from_geojson(json.dumps(feature["geometry"])))
    assert transfers_parquet(selection)
