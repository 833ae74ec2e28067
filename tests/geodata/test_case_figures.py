"""Figures that were once wrong, each with its right value; `tests/cases` holds their inputs."""

import datetime as dt
from pathlib import Path

import pytest

from geodata import (
    DataError,
    Dataset,
    Filters,
    country_totals,
    findings,
    load,
    people,
    present,
    select,
    timeline,
)
from geodata.analysis.presence import last_day
from geodata.analysis.totals import onward
from geodata.model.counts import Bounds, label, labels
from tests.worlds import CASES, FIRST_VERSION


def totals_of(dataset: Dataset, query: str, measure: str) -> dict[str, str]:
    found = country_totals(select(dataset, Filters.parse(query)[0]))
    return {
        code: count for code, count in zip(found.index, labels(found, measure), strict=True) if count != "0"
    }


def people_of(name: str, query: str = "") -> Bounds:
    filters, notices = Filters.parse(query)
    assert notices == []
    return people(select(load(CASES / name), filters))


def there(name: str, day: str, query: str = "") -> dict[str, str]:
    found = present(select(load(CASES / name), Filters.parse(query)[0]), dt.date.fromisoformat(day))
    return dict(zip(found.index, labels(found, "present"), strict=True))


@pytest.mark.parametrize(
    ("name", "query", "count"),
    [
        # Ten people on three transfers in a row: the middle one left out, they are ten still.
        ("num_gap_double", "from=BY,PL", (10, 10)),
        ("num_gap_double", "place=minsk,vilnius", (10, 10)),
        ("num_gap_double", "transfer=t1,t3", (10, 10)),
        # Four from Minsk; five of these and of six from Warsaw went on, so one to five of them others.
        ("num_merge_cut", "from=BY,UA", (5, 9)),
        ("num_one_source_cut", "basis=s1", (123, 123)),
        ("num_date_of_event", "date=2025-01-13", (123, 123)),
        ("c02_cross_event", "", (5, 5)),
        ("c03_round", "", (5, 5)),
        # Plans of one event may be alternatives.
        ("c33_alt_plans", "status=planned", (123, 246)),
        ("c30_planned_only", "", (50, 50)),
        ("c32_attempted", "", (1, 1)),
    ],
)
def test_people_are_counted_once(name: str, query: str, count: Bounds) -> None:
    assert people_of(name, query) == count


@pytest.mark.parametrize(
    ("name", "query", "measure", "found"),
    [
        ("num_merge_cut", "from=BY,UA", "passed_on", {"UA": "0–4"}),
        ("num_done_superseded", "", "arrived", {"LT": "9", "UA": "0–114"}),
        ("c01_three_borders", "", "passed_on", {"PL": "10", "UA": "10"}),
        ("c02_cross_event", "", "remained", {"BY": "3", "LT": "2"}),
        ("c03_round", "", "arrived", {"BY": "5", "LT": "5"}),
        ("c03_round", "", "remained", {"LT": "5"}),
        ("c04_follows_twice", "", "remained", {"PL": "60", "UA": "40"}),
        ("c73_merge", "", "remained", {"DE": "70", "LT": "30", "PL": "20", "UA": "30"}),
        ("c30_planned_only", "", "remained", {}),
        ("c30_planned_only", "", "arrived", {"LT": "50"}),
        ("c32_attempted", "", "released", {}),
        ("c33_alt_plans", "status=planned", "arrived", {"LT": "123", "PL": "123"}),
        ("c33_alt_plans", "status=planned", "departed", {"UA": "123–246"}),
    ],
)
def test_countries_of_the_cases(name: str, query: str, measure: str, found: dict[str, str]) -> None:
    assert totals_of(load(CASES / name), query, measure) == found


def test_a_transfer_that_took_place_stays_though_its_claim_was_superseded() -> None:
    chosen = select(load(CASES / "num_done_superseded"), Filters())
    assert chosen.counted_transfers.index.tolist() == ["t1", "t2"]
    assert chosen.transfers["reported"].tolist() == [True, False]


def test_an_open_end_stays_open() -> None:
    # From 13 December on, nobody knows until when: some day five people moved.
    for day in ("2025-12-13", "2026-12-13"):
        assert there("c07_open_end", day) == {"BY": "0–5", "LT": "0–5", "before": "0–5", "in_transit": "0–5"}
    chosen = select(load(CASES / "c07_open_end"), Filters())
    assert last_day(chosen) == dt.date(2025, 12, 13)
    assert people(chosen) == (5, 5)


def test_who_leaves_before_coming_is_a_finding_and_nobody_is_lost() -> None:
    chosen = select(load(CASES / "c62_leaves_before_it_came"), Filters())
    assert present(chosen, dt.date(2025, 12, 16)).loc["PL", ["present_min", "present_max"]].tolist() == [5, 5]
    found = findings(chosen, country_totals(chosen)).listed()
    assert (found["kind"] == "dates").any()


def test_a_death_has_a_row_of_its_own(tmp_path: Path) -> None:
    """Of ten who came to Ukraine nine went on; one died."""
    world = tmp_path / "world"
    world.mkdir()
    for file in (CASES / "c74_death").iterdir():
        text = file.read_text(encoding="utf-8")
        if file.name == "locations.csv":
            header = text.splitlines()[0].split(",")
            cells = {"location_id": "died", "name": "Died", "kind": "death", "precision": "unknown"}
            text += ",".join(cells.get(name, "") for name in header) + "\n"
        if file.name == "transfers.csv":
            text += "d,e,ua,died,,2025-12-14,,done,a,\n"
        if file.name == "claims.csv":
            text += "d:one,d,,1,1,one,one,,,adopted\n"
        (world / file.name).write_text(text, encoding="utf-8")
    dataset = load(world)
    assert totals_of(dataset, "", "remained") == {"PL": "9", "died": "1"}
    found = country_totals(select(dataset, Filters()))
    assert found.index[-1] == "died"
    assert found.loc["died", "country"] == "Died"


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("to=LT", "97"),
        ("from=BY", "224"),
        ("transfer=2025-12-13-by-ua", "114"),
        ("transfer=2025-12-13-ua-pl", "89"),
        ("basis=dorzeczy-778113", "52"),
        ("basis=wikipedia-ankara-2024", "26"),
        ("basis=euronews-2025-12-18", "≥ 89"),
        ("basis=article-2025-12", "123"),
        ("status=attempted", "1"),
    ],
)
def test_people_of_the_first_version(query: str, count: str) -> None:
    assert label(*people(select(load(FIRST_VERSION), Filters.parse(query)[0]))) == count


@pytest.mark.parametrize(
    ("query", "code", "measure", "count"),
    [
        ("from=BY", "UA", "remained", "36"),
        ("transfer=2025-12-13-by-ua", "UA", "remained", "5"),
        ("date=2025-12-13", "UA", "remained", "5"),
        ("basis=all", "UA", "remained", "31–37"),
        ("basis=article-2025-12", "BY", "departed", "63–123"),
        ("status=attempted", "LT", "remained", "0"),
    ],
)
def test_countries_of_the_first_version(query: str, code: str, measure: str, count: str) -> None:
    assert totals_of(load(FIRST_VERSION), query, measure).get(code, "0") == count


def test_who_went_on_outside_the_filters_is_said() -> None:
    dataset = load(FIRST_VERSION)
    for query, count in {
        "from=BY": 109,
        "transfer=2025-12-13-by-ua": 109,
        "event=2025-12-13": 0,
        "to=LT": 0,
    }.items():
        assert onward(select(dataset, Filters.parse(query)[0])) == (count, count)
    # What one source does not tell of is not outside the filters: it is not known to it.
    assert onward(select(dataset, Filters(basis="euronews-2025-12-18"))) == (0, 0)


@pytest.mark.parametrize(
    "name", sorted(folder.name for folder in CASES.iterdir() if folder.name.startswith("c"))
)
def test_the_line_ends_with_all_people_in_every_case(name: str) -> None:
    try:
        chosen = select(load(CASES / name), Filters())
    except DataError:
        return  # tests/geodata/test_cases.py asks why
    line = timeline(chosen)
    if len(line):
        assert labels(line, "people")[-1] == label(*people(chosen))
