"""Tiny datasets, built in code and read by the real loader."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from geodata.model.schema import TABLES

CASES = Path(__file__).parent / "cases"
"""Small datasets on which the product was wrong once."""
FIRST_VERSION = Path(__file__).parent / "fixtures" / "belarus-first"
"""The first version of the built-in dataset: the worked case of the design is exact on it."""

Rows = Iterable[Mapping[str, object]]

COUNTRIES = [
    {
        "location_id": code.lower(),
        "name": name,
        "kind": "country",
        "precision": "country",
        "country_code": code,
    }
    for code, name in {
        "BY": "Belarus",
        "UA": "Ukraine",
        "PL": "Poland",
        "LT": "Lithuania",
        "NA": "Namibia",
    }.items()
]
"""Places known only by their country; the id is the code in small letters."""

SOURCES = [
    {"source_id": "one", "publisher": "First Paper", "published": "2025-12-14"},
    {"source_id": "two", "publisher": "Second Paper", "published": "2025-12-13"},
    {"source_id": "plan", "publisher": "Third Paper", "published": "2025-12-17"},
    {"source_id": "late", "publisher": "Fourth Paper", "published": "2025-12-18"},
    {"source_id": "undated", "publisher": "Fifth Paper"},
]


def write_table(path: Path, columns: list[str], rows: Rows) -> None:
    """Write rows as CSV; a cell that a row lacks is blank."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def write_world(
    folder: Path,
    *,
    events: Rows = (),
    transfers: Rows = (),
    claims: Rows = (),
    locations: Rows = COUNTRIES,
    sources: Rows = SOURCES,
    people: Rows = (),
    name: str = "world",
    featured: str = "",
) -> Path:
    """Write a data package into `folder` and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = {"name": name, "title": name.title(), "featured": featured}
    (folder / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")
    tables = {
        "locations": locations,
        "events": events,
        "transfers": transfers,
        "claims": claims,
        "sources": sources,
        "people": people,
    }
    for table, rows in tables.items():
        write_table(folder / f"{table}.csv", TABLES[table].columns, rows)
    return folder


def event(event_id: str = "e", **cells: object) -> dict[str, object]:
    """Return a release in Belarus on 13 December 2025."""
    row = {"title": event_id, "kind": "release", "date": "2025-12-13", "location_id": "by"}
    return {"event_id": event_id, **row, **cells}


def leg(transfer_id: str, origin: str, destination: str, **cells: object) -> dict[str, object]:
    """Return a transfer of event ``e`` that happened."""
    ends = {"origin_id": origin, "destination_id": destination}
    return {"transfer_id": transfer_id, "event_id": "e", "status": "done", **ends, **cells}


def claim(
    subject_id: str, count_min: int | str, count_max: int | str | None = None, **cells: object
) -> dict[str, object]:
    """Return an adopted claim: exact with one number, a range with two, open with ``""`` as the second."""
    high = count_min if count_max is None else count_max
    number = f"{subject_id}:{cells.get('source_id', 'one')}:{count_min}:{cells.get('group', '')}"
    row = {"subject_id": subject_id, "count_min": count_min, "count_max": high, "wording": str(count_min)}
    return {"claim_id": number, **row, "source_id": "one", "standing": "adopted", **cells}


def worked_case(folder: Path) -> Path:
    """Write the case that every part is tested on (design, section 4): source ``two`` is the news article.

    Source ``one`` is of 14 December, ``plan`` of the 17th, ``late`` of the 18th.
    """
    plan = {"status": "planned", "departed": "2025-12-17", "follows": "by-ua"}
    onward = {"departed": "2025-12-18", "follows": "by-ua"}
    by_two = {"source_id": "two", "standing": "corroborating"}
    conflicting = {"source_id": "one", "standing": "conflicting"}
    return write_world(
        folder,
        events=[event()],
        transfers=[
            leg("by-ua", "by", "ua", departed="2025-12-13"),
            leg("by-lt", "by", "lt", departed="2025-12-13"),
            leg("ua-pl", "ua", "pl", **onward),
            leg("ua-lt", "ua", "lt", **onward),
            leg("plan-pl", "ua", "pl", **plan),
            leg("plan-lt", "pl", "lt", **{**plan, "follows": "plan-pl"}),
        ],
        claims=[
            claim("e", 123),
            claim("e", 123, **by_two),
            claim("by-ua", 114),
            claim("by-ua", 115, **conflicting),
            claim("by-ua", 62, 122, **by_two, wording="most"),
            claim("by-lt", 9),
            claim("by-lt", 8, **conflicting),
            claim("by-lt", 1, "", **by_two, wording="a small contingent"),
            claim("ua-pl", 89, source_id="late"),
            claim("ua-pl", 101, "", standing="conflicting", source_id="undated", wording="more than 100"),
            claim("ua-lt", 20, source_id="late"),
            claim("plan-pl", 109, standing="superseded", source_id="plan"),
            claim("plan-lt", 22, standing="superseded", source_id="plan"),
        ],
    )
