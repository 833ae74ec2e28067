import json
from pathlib import Path

import pytest

from geodata import DataError, Dataset, load
from geodata.__main__ import main
from geodata.files.load import DATA_FOLDER, choose, datasets
from geodata.model.schema import TABLES, data_dictionary
from tests.worlds import COUNTRIES, SOURCES, claim, event, leg, worked_case, write_table, write_world


def faults(folder: Path) -> list[str]:
    """Return the lines of the one error that loading raises."""
    with pytest.raises(DataError) as caught:
        load(folder)
    return str(caught.value).splitlines()


def test_tables_are_typed_and_text_stays_text(tmp_path: Path) -> None:
    dataset = load(
        write_world(
            tmp_path / "world",
            events=[event(title="NA", summary="null"), event("00123", date="2025-09")],
            transfers=[
                leg("a", "by", "na", via="ua; pl"),
                leg("b", "na", "lt", departed="2025-12", follows="a"),
            ],
            claims=[claim("e", 51, "", wording="over 50")],
        )
    )
    assert dataset.events.loc["e", ["title", "summary", "country_code"]].tolist() == ["NA", "null", "BY"]
    assert "00123" in dataset.events.index
    assert dataset.transfers["destination_country"].tolist() == ["NA", "LT"]
    assert dataset.transfers["via"].tolist() == [("ua", "pl"), ()]
    assert dataset.transfers["follows"].tolist() == [(), ("a",)]
    assert dataset.transfers["earliest"].dt.strftime("%F").tolist() == ["2025-12-13", "2025-12-13"]
    assert dataset.transfers["latest"].dt.strftime("%F").tolist() == ["2025-12-13", "2025-12-31"]
    assert dataset.claims["count_max"].isna().all()
    assert dataset.claims["count_min"].tolist() == [51]


def test_a_place_known_only_by_its_country_gets_the_country_s_anchor(tmp_path: Path) -> None:
    dataset = load(write_world(tmp_path / "world", events=[event()]))
    lithuania = dataset.locations.loc["lt"]
    assert lithuania["country_code"] == "LT"
    assert 21 < lithuania["longitude"] < 27
    assert 53.8 < lithuania["latitude"] < 56.5


def test_a_dataset_may_hold_points_only(tmp_path: Path) -> None:
    minsk = {
        "location_id": "by",
        "name": "Minsk",
        "precision": "settlement",
        "longitude": "27.5",
        "latitude": "53.9",
    }
    dataset = load(write_world(tmp_path / "world", locations=[minsk], events=[event()]))
    assert dataset.locations.loc["by", ["longitude", "latitude", "country_code"]].tolist() == [
        27.5,
        53.9,
        "BY",
    ]


def test_only_public_figures_are_loaded(tmp_path: Path) -> None:
    people = [
        {"person_id": "p", "name": "Public Figure", "source_id": "one", "public": "true", "transfers": "a"},
        {"person_id": "q", "name": "Somebody", "source_id": "one", "public": "false"},
    ]
    dataset = load(
        write_world(tmp_path / "world", events=[event()], transfers=[leg("a", "by", "lt")], people=people)
    )
    assert dataset.people["name"].tolist() == ["Public Figure"]
    assert dataset.people.loc["p", "transfers"] == ("a",)


def test_the_hash_follows_the_data_and_not_its_order(tmp_path: Path) -> None:
    events = [event(), event("f")]
    first = load(write_world(tmp_path / "one", events=events))
    assert load(write_world(tmp_path / "two", events=events[::-1])).hash == first.hash
    assert load(write_world(tmp_path / "three", events=[event(), event("f", title="g")])).hash != first.hash
    assert first.reference == f"world@{first.hash}"


def test_counts_in_the_transfers_become_claims_of_the_dataset_itself(tmp_path: Path) -> None:
    folder = write_world(tmp_path / "world", events=[event()])
    (folder / "claims.csv").unlink()
    (folder / "sources.csv").unlink()
    columns = [*TABLES["transfers"].columns, "count", "count_min", "count_max"]
    rows = [leg("a", "by", "lt", count=7), leg("b", "by", "pl", count_min=51), leg("c", "by", "ua")]
    write_table(folder / "transfers.csv", columns, rows)
    dataset = load(folder)
    assert dataset.claims["subject_id"].tolist() == ["a", "b"]
    assert dataset.claims["count_min"].tolist() == [7, 51]
    assert dataset.claims["count_max"].isna().tolist() == [False, True]
    assert set(dataset.claims["source_id"]) == {"dataset"}
    assert dataset.sources.index.tolist() == ["dataset"]


def test_an_unknown_column_is_kept_unread_and_said(tmp_path: Path) -> None:
    folder = write_world(tmp_path / "world")
    write_table(folder / "events.csv", [*TABLES["events"].columns, "weather"], [event(weather="snow")])
    assert list(map(str, load(folder).notes)) == [
        "events.csv:1:weather: is not a column of this table (it is kept unread)"
    ]


def faulty_world(folder: Path) -> Path:
    """Write a dataset with one fault of every kind that tables can have."""
    twenty = {"status": "done", "departed": "2025-12-20"}
    return write_world(
        folder,
        locations=[
            *COUNTRIES,
            {"location_id": "half", "name": "Half", "precision": "exact", "longitude": "27.5"},
            {
                "location_id": "far",
                "name": "Far",
                "precision": "exact",
                "longitude": "181",
                "latitude": "-91",
            },
            {"location_id": "none", "name": "None", "precision": "settlement"},
            {"location_id": "land", "name": "Land", "precision": "country"},
            {"location_id": "xx", "name": "Nowhere", "precision": "country", "country_code": "QQ"},
            {
                "location_id": "word",
                "name": "Word",
                "precision": "exact",
                "longitude": "east",
                "latitude": "53.9",
            },
            {
                "location_id": "kind",
                "name": "Kind",
                "kind": "castle",
                "precision": "country",
                "country_code": "BY",
            },
        ],
        events=[
            event(),
            event("e"),
            event("f", date="now"),
            event("g", title=" "),
            event("h", kind="flight"),
        ],
        transfers=[
            leg("a", "by", "atlantis"),
            leg("b", "by", "lt", follows="c"),
            leg("c", "lt", "by", follows="b"),
            leg("d", "by", "lt", **{**twenty, "arrived": "2025-12-19"}),
        ],
        claims=[
            claim("e", 9, 8),
            claim("e", 10, source_id="two"),
            claim("e", "-1", "", claim_id="x", standing="conflicting"),
            claim("e", "1.5", "", claim_id="y", standing="conflicting"),
            claim("nobody", 1, claim_id="z"),
            claim("e", 1, claim_id="long", quote="x" * 2001, standing="conflicting"),
            claim("e", 1, claim_id="mark", quote="a\u202eb", standing="conflicting"),
        ],
        sources=[*SOURCES, {"source_id": "three four", "publisher": "Third"}],
        people=[{"person_id": "p", "name": "P", "source_id": "one", "public": "yes"}],
    )


FAULTS = [
    "claims.csv:2:count_max: is below count_min (swap or correct the bounds)",
    "claims.csv:3:standing: a second adopted claim of this subject and group (adopt one; set the others to "
    "conflicting)",
    "claims.csv:4:count_min: '-1' is not a whole number of people (write digits only, 0 to 1000000000)",
    "claims.csv:5:count_min: '1.5' is not a whole number of people (write digits only, 0 to 1000000000)",
    "claims.csv:6:subject_id: 'nobody' is unknown (add it to events or transfers, or correct the id)",
    f"claims.csv:7:quote: {'x' * 80!r} is longer than 2000 characters (shorten the text)",
    "claims.csv:8:quote: 'a\\u202eb' contains control characters (remove line breaks, tabs and invisible direction "
    "marks)",
    "events.csv:3:event_id: 'e' is a duplicate (give every row an id of its own)",
    "events.csv:4:date: 'now' is not an EDTF date (write a date like 2025-12-13, 2025-09, 2025, 2025-12-13~ or "
    "2025-09/2025-12)",
    "events.csv:5:title: ' ' must not be blank (fill the cell in)",
    "events.csv:6:kind: 'flight' is not a term of the list (use one of: release, exchange, pardon, return, transfer, "
    "deportation, displacement, series)",
    "locations.csv:7:longitude: only one of longitude and latitude is there (give both)",
    "locations.csv:8:latitude: is outside -90 to 90 (write degrees north, WGS 84)",
    "locations.csv:8:longitude: is outside -180 to 180 (write degrees east, WGS 84)",
    "locations.csv:9:longitude: a place needs coordinates (give longitude and latitude, or set precision to country "
    "or unknown)",
    "locations.csv:10:country_code: a country-precision location needs its country (give the code)",
    "locations.csv:11:country_code: is no country of the boundary layer (use an ISO 3166-1 alpha-2 code (Kosovo: XK))",
    "locations.csv:12:longitude: 'east' is not a number of degrees (write decimal degrees with a point, like 27.5615)",
    "locations.csv:13:kind: 'castle' is not a term of the list (use one of: prison, city, crossing, airport, hospital, "
    "embassy, region, country, death)",
    "people.csv:2:public: 'yes' is neither true nor false (write true or false)",
    "sources.csv:7:source_id: 'three four' is not an id (use 1 to 100 characters without blanks, commas, semicolons "
    "or control characters)",
    "transfers.csv:2:destination_id: 'atlantis' is unknown (add it to locations, or correct the id)",
    "transfers.csv:5:arrived: is before departed (correct one of the dates)",
]


def test_all_faults_are_listed_at_once_each_with_its_place_and_remedy(tmp_path: Path) -> None:
    assert faults(faulty_world(tmp_path / "world")) == FAULTS


def test_a_broken_journey_is_a_fault(tmp_path: Path) -> None:
    legs = [leg("a", "by", "ua"), leg("b", "pl", "lt", follows="a")]
    assert faults(write_world(tmp_path / "world", events=[event()], transfers=legs)) == [
        "transfers.csv:3:follows: the transfer it follows ended in UA, and this one starts elsewhere (correct the "
        "origin or the link)",
    ]


def test_a_country_that_the_coordinates_contradict_counts_as_given_and_is_noted(tmp_path: Path) -> None:
    vilnius = {"location_id": "vno", "name": "Vilnius", "precision": "settlement", "longitude": "25.28"}
    places = [*COUNTRIES, {**vilnius, "latitude": "54.69", "country_code": "BY"}]
    dataset = load(write_world(tmp_path / "world", locations=places, events=[event(location_id="vno")]))
    assert dataset.events["country_code"].tolist() == ["BY"]
    assert list(map(str, dataset.notes)) == [
        "locations.csv:7:country_code: 'BY' is given, and the coordinates are in LT (it is counted in BY; correct "
        "the code or the coordinates)"
    ]


def test_circles_are_opened_and_noted(tmp_path: Path) -> None:
    legs = [
        leg("a", "by", "lt", follows="b"),
        leg("b", "lt", "by", follows="a"),
        leg("c", "lt", "by", follows="a"),
    ]
    dataset = load(write_world(tmp_path / "world", events=[event()], transfers=legs))
    assert dataset.transfers["follows"].to_dict() == {"a": (), "b": (), "c": ("a",)}
    assert [(note.row, note.message) for note in dataset.notes] == [
        (2, "'a' follows itself, or follows transfers that do"),
        (3, "'b' follows itself, or follows transfers that do"),
    ]


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("prison,date,inmates", "people present at a time (a stock): inmates;"),
        ("country,2024-01,2024-02", "people present at a time (a stock): 2024-01, 2024-02;"),
        ("person,prison,entry_date,exit_date", "stays in one place: entry_date, exit_date;"),
    ],
)
def test_stocks_and_stays_are_refused_as_movements_with_the_reason(
    tmp_path: Path, header: str, kind: str
) -> None:
    folder = write_world(tmp_path / "world", events=[event()])
    (folder / "transfers.csv").write_text(header + "\n", encoding="utf-8")
    line = next(line for line in faults(folder) if "looks like" in line)
    assert line.startswith(f"transfers.csv:1: looks like a table of {kind}")
    assert "write one row a movement, with origin_id and destination_id" in line


@pytest.mark.parametrize(
    ("file", "content", "expected"),
    [
        ("datapackage.json", None, "datapackage.json: the file is missing"),
        ("datapackage.json", b"{", "datapackage.json: the file cannot be read"),
        ("datapackage.json", b"[]", "datapackage.json: the file holds no JSON object"),
        ("datapackage.json", b'{"name": "A B"}', "datapackage.json: 'A B' is no name"),
        (
            "datapackage.json",
            b'{"name": "a", "featured": "x=1"}',
            "datapackage.json:featured: x=1 was ignored: there is no such key",
        ),
        ("events.csv", None, "events.csv: the file is missing (add the table of events)"),
        ("events.csv", b"", "events.csv: the file is empty"),
        (
            "events.csv",
            b"event_id,title,kind,date\nM\xfcnchen,t,release,2025\n",
            "events.csv: the file is not UTF-8",
        ),
        ("events.csv", b'event_id,title,kind,date\n"e,t,release,2025\n', "events.csv: the file is not CSV"),
        ("events.csv", b"event_id,title,kind\n", "events.csv:1:date: the column is missing (add it)"),
        ("events.csv", b"event_id,title,kind,date,date\n", "events.csv:1: column 'date' is a duplicate"),
        (
            "events.csv",
            b"event_id,title,kind,date\ne,t,release,2025,x\n",
            "events.csv:2: the row has 5 cells",
        ),
    ],
)
def test_a_file_that_cannot_be_read_is_named(
    tmp_path: Path, file: str, content: bytes | None, expected: str
) -> None:
    folder = write_world(tmp_path / "world")
    (folder / file).unlink()
    if content is not None:
        (folder / file).write_bytes(content)
    assert [line for line in faults(folder) if line.startswith(expected)], faults(folder)


def test_rows_are_counted_as_an_editor_counts_them(tmp_path: Path) -> None:
    folder = write_world(tmp_path / "world")
    (folder / "events.csv").write_bytes(b"\xef\xbb\xbfevent_id,title,kind,date\r\n\r\ne,t,release,never\r\n")
    assert faults(folder)[0].startswith("events.csv:3:date: 'never' is not an EDTF date")


def test_check_prints_every_problem_and_exits_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(faulty_world(tmp_path / "world"))]) == 1
    assert capsys.readouterr().out.splitlines() == FAULTS
    assert main(["check", str(worked_case(tmp_path / "good"))]) == 0
    assert capsys.readouterr().out.endswith("1 events, 6 transfers, 13 claims, no problem\n")


def test_a_folder_of_datasets_is_searched_one_level_deep(tmp_path: Path) -> None:
    for name in ("b", "a"):
        write_world(tmp_path / name, name=name)
    assert datasets(tmp_path) == {"a": tmp_path / "a", "b": tmp_path / "b"}
    assert datasets(tmp_path / "a") == {"a": tmp_path / "a"}
    assert choose(tmp_path, "b@3f9a1c02") == tmp_path / "b"
    assert choose(tmp_path, "elsewhere") == tmp_path / "a"
    with pytest.raises(DataError, match=r"no datapackage\.json here"):
        datasets(tmp_path / "nothing")


@pytest.mark.parametrize("folder", datasets(DATA_FOLDER).values(), ids=lambda folder: folder.name)
def test_the_data_dictionary_of_a_built_in_dataset_is_current(folder: Path) -> None:
    readme = (folder / "README.md").read_text(encoding="utf-8")
    _, _, rest = readme.partition("<!-- data dictionary: begin -->\n")
    written, _, _ = rest.partition("<!-- data dictionary: end -->")
    assert written.strip() == data_dictionary().strip(), "paste what `python -m geodata.model.schema` prints"
    descriptor = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    for resource in descriptor["resources"]:
        fields = [field["name"] for field in resource["schema"]["fields"]]
        header = (folder / resource["path"]).read_text(encoding="utf-8").partition("\n")[0].split(",")
        table = TABLES[resource["name"]]
        assert fields == header == [name for name in table.columns if name not in {*table.added} - {*header}]


def test_the_built_in_datasets_have_no_problem() -> None:
    folders = datasets(DATA_FOLDER).values()
    assert all(isinstance(load(folder), Dataset) for folder in folders)
