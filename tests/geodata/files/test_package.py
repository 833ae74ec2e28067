import io
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata import DataError, Dataset, Filters, Selection, country_totals, honour, load, people, select
from geodata.files.citing import citation
from geodata.files.export import claims_csv, claims_table, totals_csv, transfers_csv, transfers_table
from geodata.files.load import DATA_FOLDER
from geodata.files.package import dataset_zip, selection_zip
from geodata.model.schema import TABLES
from geodata.query.filters import RECORD_KEYS
from tests.conftest import ROOT
from tests.examples import examples
from tests.worlds import COUNTRIES, SOURCES, claim, event, leg, worked_case, write_world

VALIDATE = """
import socket, sys

def refuse(*_, **__):
    raise AssertionError("the network is asked")

socket.socket.connect = socket.getaddrinfo = refuse
from frictionless import validate
for path in sys.argv[1:]:
    report = validate(path)
    assert report.valid, report.flatten(["title", "note", "message"])
"""
ENDS = ("by", "ua", "lt")


def unpacked(content: bytes, folder: Path) -> Path:
    with ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        archive.extractall(folder)
    return folder


def descriptor_of(folder: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads((folder / "datapackage.json").read_text("utf-8"))
    return found


def valid(*folders: Path) -> None:
    """Fail unless Frictionless, without a network, finds nothing wrong with packages."""
    paths = [str(folder / "datapackage.json") for folder in folders]
    subprocess.run([sys.executable, "-c", VALIDATE, *paths], check=True, timeout=120)


def figures(selection: Selection) -> dict[str, bytes]:
    return {
        "countries": totals_csv(country_totals(selection)),
        "transfers": transfers_csv(selection),
        "claims": claims_csv(selection),
    }


@st.composite
def worlds(draw: st.DrawFn) -> dict[str, list[dict[str, object]]]:
    """Return tables of up to four events, joined by journeys within and across them."""
    kinds = st.sampled_from(["release", "exchange", "series"])
    names = [*"efgh"[: draw(st.integers(1, 4))]]
    events = [
        event(name, kind=draw(kinds), title="=e", date=f"2025-0{draw(st.integers(1, 4))}") for name in names
    ]
    movers = [str(each["event_id"]) for each in events if each["kind"] != "series"]
    legs: dict[str, dict[str, object]] = {}
    for number in range(draw(st.integers(0, 6)) if movers else 0):
        before = draw(st.lists(st.sampled_from([*legs]), max_size=2, unique=True)) if legs else []
        origin = str(legs[before[0]]["destination_id"]) if before else draw(st.sampled_from(ENDS))
        before = [key for key in before if legs[key]["destination_id"] == origin]
        cells = {
            "event_id": draw(st.sampled_from(movers)),
            "follows": " ; ".join(before),
            "status": draw(st.sampled_from(["done", "done", "planned"])),
            "via": draw(st.sampled_from(["", "pl"])),
            "note": draw(st.sampled_from(["", "'=x", "-1", 'a "b", c'])),
        }
        legs[f"t{number}"] = leg(f"t{number}", origin, draw(st.sampled_from(ENDS)), **cells)
    claims = {}
    for subject in [*names, *legs]:
        for group in ("", *draw(st.sampled_from([(), ("women", "men, old")]))):
            low = draw(st.integers(0, 9))
            source = draw(st.sampled_from(["one", "two"]))
            cells = {
                "source_id": source,
                "group": group,
                "standing": draw(st.sampled_from(["adopted", "superseded"])),
            }
            row = claim(subject, low, draw(st.sampled_from([low, low + 3, ""])), **cells)
            claims[str(row["claim_id"])] = row | {"claim_id": f"c{len(claims)}"}
    person = {
        "person_id": "p",
        "name": "A",
        "source_id": "late",
        "public": "true",
        "transfers": ";".join(legs),
    }
    return {"events": events, "transfers": [*legs.values()], "claims": [*claims.values()], "people": [person]}


@st.composite
def chosen(draw: st.DrawFn, dataset: Dataset) -> Filters:
    """Return filters that a dataset can honour, of which few keys are set."""
    sets = {
        "event": dataset.events.index,
        "transfer": dataset.transfers.index,
        "place": dataset.locations.index,
        "source": dataset.sources.index,
        "group": dataset.claims["group"][dataset.claims["group"] != ""].unique(),
        "origin": ["BY", "UA", "LT"],
        "country": ["LT", "NA"],
        "status": ["done", "planned"],
    }
    keys = draw(st.lists(st.sampled_from([*sets]), max_size=2, unique=True))
    found = {
        key: tuple(draw(st.lists(st.sampled_from([*sets[key]]), max_size=2)))
        for key in keys
        if len(sets[key])
    }
    basis = draw(st.sampled_from(["adopted", "all", "two", "undated"]))
    asof = draw(st.sampled_from(["", "2025-12-13"]))
    date = draw(st.sampled_from(["", "2025-02"]))
    return Filters(data=dataset.reference, basis=basis, asof=asof, date=date, figure="people", **found)


@settings(max_examples=examples(40))
@given(rows=worlds(), data=st.data())
def test_a_package_gives_the_same_figures_under_the_same_filters(
    rows: dict[str, list[dict[str, object]]], data: st.DataObject
) -> None:
    with TemporaryDirectory() as folder:
        dataset = load(write_world(Path(folder) / "world", **rows))
        filters = data.draw(chosen(dataset))
        selection = select(dataset, filters)
        again = load(unpacked(selection_zip(selection), Path(folder) / "again"))
        featured, unread = Filters.parse(again.featured)
        assert featured == replace(filters, data="", figure="")
        _, notices = honour(featured, again)
        assert [*unread, *notices] == []
        found = select(again, featured)
        assert figures(found) == figures(selection)
        assert people(found) == people(selection)
        for name, content in figures(selection).items():
            assert (Path(folder) / "again" / "figures" / f"{name}.csv").read_bytes() == content
        if not any(filters.values(key) for key in RECORD_KEYS):
            assert again.hash == dataset.hash


def test_the_part_holds_what_journeys_join_and_what_filters_name(tmp_path: Path) -> None:
    rows = {
        "events": [event("e"), event("f"), event("g"), event("h"), event("i")],
        "transfers": [
            leg("a", "by", "ua"),
            leg("b", "ua", "pl", event_id="f", follows="a"),
            leg("c", "pl", "na", event_id="g", follows="b", via="lt"),
            leg("d", "by", "ua", event_id="h"),
        ],
        "claims": [
            claim("b", 5),
            claim("d", 1, group="women", source_id="two"),
            claim("i", 1, group="men", source_id="late"),
        ],
        "people": [
            {"person_id": "p", "name": "P", "transfers": "c;d", "source_id": "plan", "public": "true"},
            {"person_id": "q", "name": "Q", "transfers": "d", "source_id": "plan", "public": "true"},
            {"person_id": "r", "name": "R", "transfers": "c", "source_id": "plan", "public": "false"},
        ],
    }
    dataset = load(write_world(tmp_path / "world", **rows))

    def held(number: int, **keys: object) -> dict[str, list[str]]:
        content = selection_zip(select(dataset, Filters(**keys)))  # type: ignore[arg-type]  # any key
        again = load(unpacked(content, tmp_path / f"part{number}"))
        return {name: sorted(getattr(again, name).index) for name in TABLES}

    found = held(0, destination=("UA",), date="2025-12-13", event=("e",))
    assert found == {
        "locations": ["by", "lt", "na", "pl", "ua"],
        "events": ["e", "f", "g"],
        "transfers": ["a", "b", "c"],
        "claims": ["b:one:5:"],
        "sources": ["one", "plan"],
        "people": ["p"],
    }
    folder = tmp_path / "part0"
    assert load(folder).people.loc["p", "transfers"] == ("c",)
    assert (folder / "figures" / "transfers.csv").read_text("utf-8").count("\n") == 2
    none = held(1, date="2031", event=("i",), place=("lt",), source=("undated",), compare="two", basis="one")
    assert none["events"] == ["i"]
    assert none["locations"] == ["by", "lt"]
    assert none["sources"] == ["late", "one", "two", "undated"]
    # A group that nothing chosen names still has to be known, and so does a transfer.
    assert held(2, date="2031", group=("men",))["events"] == ["i"]
    assert held(3, date="2031", transfer=("d",))["events"] == ["h"]


def test_the_descriptor_says_what_is_in_the_package(tmp_path: Path) -> None:
    dataset = load(DATA_FOLDER / "belarus-2024-2025")
    filters = Filters(
        data=dataset.reference, event=("2025-12-13",), status=("done",), basis="all", figure="people"
    )
    selection = select(dataset, filters)
    said = descriptor_of(unpacked(selection_zip(selection), tmp_path / "part"))
    assert said["title"] == dataset.title
    assert said["dataset"] == dataset.reference
    assert said["filters"] == filters.query()
    assert said["featured"] == "v=2&event=2025-12-13&status=done&basis=all&measure=remained&lang=en"
    assert said["basis"] == "all"
    assert said["guarded"] is True
    assert said["citation"] == citation(selection)
    assert said["licenses"] == [dict(licence) for licence in dataset.licenses]
    assert "OpenStreetMap" in str(said["attribution"])
    resources = {resource["name"]: resource for resource in said["resources"]}  # type: ignore[attr-defined]
    for name, table in TABLES.items():
        meanings = {field["name"]: field["description"] for field in resources[name]["schema"]["fields"]}
        assert meanings == {key: column.description for key, column in table.schema.columns.items()}
    types = {field["name"]: field["type"] for field in resources["locations"]["schema"]["fields"]}
    assert (types["name"], types["longitude"]) == ("string", "number")
    keys = {
        key["fields"]: key["reference"]["resource"] for key in resources["transfers"]["schema"]["foreignKeys"]
    }
    assert keys == {"event_id": "events", "origin_id": "locations", "destination_id": "locations"}
    for name, made in {
        "countries": country_totals(selection).reset_index(),
        "transfers": transfers_table(selection),
        "claims": claims_table(selection),
    }.items():
        fields = resources[f"figures-{name}"]["schema"]["fields"]
        assert [field["name"] for field in fields] == made.columns.tolist()
        assert all(field["description"] for field in fields)

    whole = descriptor_of(unpacked(dataset_zip(dataset), tmp_path / "whole"))
    assert whole["featured"] == dataset.featured
    assert not {"filters", "basis"} & whole.keys()
    assert load(tmp_path / "whole").hash == dataset.hash
    assert load(tmp_path / "whole").licenses == dataset.licenses


@pytest.mark.thorough
def test_frictionless_accepts_the_packages(tmp_path: Path) -> None:
    dataset = load(DATA_FOLDER / "belarus-2024-2025")
    rows = {
        "locations": [
            *COUNTRIES,
            {"location_id": "x", "name": "=x", "longitude": "+1.5", "latitude": "-0.5", "precision": "exact"},
        ],
        "events": [event(title='-1+1, "so"', location_id="")],
        "transfers": [leg("a", "x", "by", note="'=x"), leg("b", "by", "ua", follows="a", via="lt;pl")],
        "claims": [claim("a", "007", "")],
        "sources": [{**SOURCES[0], "url": "javascript:alert(1)"}],
    }
    odd = load(write_world(tmp_path / "odd", **rows))
    packages = {
        "whole": dataset_zip(dataset),
        "part": selection_zip(select(dataset, Filters(event=("2025-12-13",)))),
        "nothing": selection_zip(select(dataset, Filters(date="1999"))),
        "cells": selection_zip(select(odd, Filters())),
        "points": dataset_zip(load(write_world(tmp_path / "points", sources=()))),
    }
    valid(*[unpacked(content, tmp_path / "packages" / name) for name, content in packages.items()])
    assert "javascript" not in json.dumps(descriptor_of(tmp_path / "packages" / "cells")["sources"])
    assert load(tmp_path / "packages" / "cells").hash == odd.hash
    broken = tmp_path / "packages" / "part" / "claims.csv"
    broken.write_bytes(broken.read_bytes() + b"x\n")
    with pytest.raises(subprocess.CalledProcessError):
        valid(broken.parent)


WRITE = """
import sys
from hashlib import sha256
from pathlib import Path
from geodata import Filters, country_totals, load, select
from geodata.files.export import *
from geodata.files.package import dataset_zip, selection_zip
dataset = load(sys.argv[1])
print(dataset.hash, sha256(dataset_zip(dataset)).hexdigest())
for query in ("basis=all", "event=e&group=women,men&source=one,two&status=done"):
    selection = select(dataset, Filters.parse(query)[0])
    totals = country_totals(selection)
    for content in (
        selection_zip(selection), totals_csv(totals), transfers_csv(selection), claims_csv(selection),
        transfers_geojson(selection), countries_geojson(selection, totals),
        transfers_parquet(selection), countries_parquet(selection, totals),
    ):
        print(sha256(content).hexdigest())
"""


@pytest.mark.thorough
def test_the_order_of_rows_and_the_hash_seed_change_no_byte_of_any_file(tmp_path: Path) -> None:
    people = [
        {"person_id": key, "name": key, "transfers": "by-ua", "source_id": "one", "public": "true"}
        for key in "pq"
    ]
    groups = [claim("e", 5, group=group, source_id=source, standing="conflicting") for group in ("women", "men") for source in ("one", "two")]  # fmt: skip
    written = set()
    for seed, turn in (("1", 1), ("2", -1)):
        folder = worked_case(tmp_path / seed / "world")
        for file, rows in {"people": people, "claims": groups}.items():
            text = "".join(
                ",".join(str(row.get(name, "")) for name in TABLES[file].columns) + "\n" for row in rows
            )
            with (folder / f"{file}.csv").open("a", encoding="utf-8") as target:
                target.write(text)
        for file in TABLES:
            header, *lines = (folder / f"{file}.csv").read_text("utf-8").splitlines(keepends=True)
            (folder / f"{file}.csv").write_text("".join([header, *lines[::turn]]), "utf-8")
        run = subprocess.run(
            [sys.executable, "-c", WRITE, folder],
            cwd=ROOT, env=os.environ | {"PYTHONHASHSEED": seed}, check=True, capture_output=True,
        )  # fmt: skip
        assert run.stdout.count(b"\n") == 17
        written.add(run.stdout)
    assert len(written) == 1


def test_guarded_cells_are_taken_as_they_were_where_the_descriptor_says_so(tmp_path: Path) -> None:
    cells = ["=1+1", "'=1", "-1", "'tis", "@a"]
    rows = [leg(f"t{number}", "by", "ua", note=cell) for number, cell in enumerate(cells)]
    folder = write_world(tmp_path / "world", events=[event()], transfers=rows)
    dataset = load(folder)
    assert dataset.transfers["note"].tolist() == cells
    again = unpacked(dataset_zip(dataset), tmp_path / "again")
    assert "'=1+1" in (again / "transfers.csv").read_text("utf-8")
    assert load(again).transfers["note"].tolist() == cells
    assert load(again).hash == dataset.hash
    for said in (False, "true", 1, None):
        (again / "datapackage.json").write_text(json.dumps(descriptor_of(again) | {"guarded": said}), "utf-8")
        assert load(again).transfers["note"].tolist() == ["'=1+1", "''=1", "-1", "'tis", "'@a"]


def test_licences_are_read_as_far_as_they_are_text(tmp_path: Path) -> None:
    folder = write_world(tmp_path / "world")

    def described(licences: object) -> Dataset:
        (folder / "datapackage.json").write_text(json.dumps({"name": "world", "licenses": licences}), "utf-8")
        return load(folder)

    dataset = described(
        [{"title": "T", "path": 5, "more": "x"}, {}, {"name": "CC0-1.0", "path": "https://x.org"}]
    )
    assert dataset.licenses == ({"title": "T"}, {}, {"name": "CC0-1.0", "path": "https://x.org"})
    again = unpacked(dataset_zip(dataset), tmp_path / "again")
    # The standard asks for a name or an address of each.
    assert descriptor_of(again)["licenses"] == [
        {"name": "other", "title": "T"},
        {"name": "CC0-1.0", "path": "https://x.org"},
    ]
    assert "licenses" not in descriptor_of(unpacked(dataset_zip(described([])), tmp_path / "none"))
    for wrong in ({}, "MIT", ["MIT"], None):
        with pytest.raises(DataError, match="licenses must be a list of objects"):
            described(wrong)


def test_half_a_character_in_the_descriptor_is_a_fault(tmp_path: Path) -> None:
    folder = write_world(tmp_path / "world")
    (folder / "datapackage.json").write_text(r'{"name": "world", "title": "\ud800"}', "utf-8")
    with pytest.raises(DataError, match=r"the file cannot be read: .* surrogates not allowed"):
        load(folder)
