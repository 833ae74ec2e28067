"""How each claim of the worked case enters, and what follows for the figures on the days after the release."""

from pathlib import Path

import pytest

from geodata import Dataset, Filters, country_totals, load, select
from geodata.analysis.basis import ADOPTED, ALL, ENTRIES, entries
from geodata.model.counts import labels
from tests.worlds import claim, event, leg, worked_case, write_world


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return load(worked_case(tmp_path_factory.mktemp("worlds") / "world"))


def figures(dataset: Dataset, query: str, measure: str) -> dict[str, str]:
    totals = country_totals(select(dataset, Filters.parse(query)[0]))
    return {
        code: count for code, count in zip(totals.index, labels(totals, measure), strict=True) if count != "0"
    }


@pytest.mark.parametrize(
    ("basis", "asof", "entered"),
    [
        (
            ADOPTED,
            "",
            "adopted agrees adopted differs agrees adopted differs agrees adopted differs adopted plan plan",
        ),
        (ALL, "", "adopted agrees adopted spans agrees adopted spans agrees adopted spans adopted plan plan"),
        ("two", "", "other alone other other alone other other alone other other other other other"),
        ("plan", "", "other other other other other other other other other other other alone alone"),
        # 13 December: only source two has written.
        (
            ADOPTED,
            "2025-12-13",
            "later first later later first later later first later undated later later later",
        ),
        # The 14th: source one has, too; nothing is known of plans.
        (
            ADOPTED,
            "2025-12-14",
            "adopted agrees adopted differs agrees adopted differs agrees later undated later later later",
        ),
        # The 17th: the plan is out and nothing has overtaken it.
        (
            ADOPTED,
            "2025-12-17",
            "adopted agrees adopted differs agrees adopted differs agrees later undated later open open",
        ),
        # The 18th: it has been overtaken.
        (
            ADOPTED,
            "2025-12-18",
            "adopted agrees adopted differs agrees adopted differs agrees adopted undated adopted plan plan",
        ),
    ],
)
def test_every_claim_of_the_worked_case_enters_so(
    worked: Dataset, basis: str, asof: str, entered: str
) -> None:
    assert list(entries(worked, basis, asof)) == entered.split()


def test_what_was_known_day_by_day(worked: Dataset) -> None:
    query = "event=e&status=done&asof=2025-12-"
    # By the 13th: "most of 123" to Ukraine, "a small contingent" to Lithuania.
    assert figures(worked, f"{query}13", "remained") == {"LT": "1–61", "UA": "62–122"}
    assert figures(worked, f"{query}14", "remained") == {"LT": "9", "UA": "114"}
    assert figures(worked, f"{query}14&basis=all", "remained") == {"LT": "8–9", "UA": "114–115"}
    assert figures(worked, f"{query}14", "departed") == {"BY": "123"}
    assert figures(worked, f"{query}17", "remained") == {"LT": "9", "UA": "114"}
    assert figures(worked, f"{query}18", "remained") == {"LT": "29", "PL": "89", "UA": "5"}
    assert figures(worked, f"{query}12", "remained") == {}


def test_a_plan_counts_as_planned_until_it_is_overtaken(worked: Dataset) -> None:
    assert figures(worked, "status=planned&asof=2025-12-16", "arrived") == {}
    # 109 were to go to Poland, and 22 of them on to Lithuania.
    assert figures(worked, "status=planned&asof=2025-12-17", "arrived") == {"LT": "22", "PL": "109"}
    # A plan is no journey: nobody remained anywhere.
    assert figures(worked, "status=planned&asof=2025-12-17", "remained") == {}
    assert figures(worked, "status=planned&asof=2025-12-18", "arrived") == {}


def test_a_source_whose_day_is_known_only_as_a_month_is_not_known_within_it(tmp_path: Path) -> None:
    sources = [{"source_id": "one", "publisher": "Monthly", "published": "2025-12"}]
    world = write_world(
        tmp_path / "world",
        events=[event()],
        transfers=[leg("a", "by", "lt")],
        claims=[claim("a", 5)],
        sources=sources,
    )
    found = {
        day: entries(load(world), ADOPTED, day).iloc[0] for day in ("2025-11-30", "2025-12-30", "2025-12-31")
    }
    assert found == {"2025-11-30": "later", "2025-12-30": "undated", "2025-12-31": "adopted"}


def test_what_is_withdrawn_or_gathers_many_events_never_counts(tmp_path: Path) -> None:
    world = write_world(
        tmp_path / "world",
        events=[event(), event("many", kind="series")],
        claims=[claim("e", 5, standing="withdrawn"), claim("many", 400, "")],
    )
    dataset = load(world)
    for basis in (ADOPTED, ALL, "one"):
        assert list(entries(dataset, basis)) == ["withdrawn", "series"]
        assert select(dataset, Filters(basis=basis)).events["reported"].sum() == 0


def test_only_what_is_known_can_count() -> None:
    assert all(entry.known for entry in ENTRIES.values() if entry.counts)
    assert {key for key, entry in ENTRIES.items() if entry.counts} == {
        *("alone", "open", "plan", "first", "adopted", "spans")
    }


def test_a_day_can_be_asked_for_where_there_is_no_source(tmp_path: Path) -> None:
    dataset = load(write_world(tmp_path / "world", events=[event()], sources=()))
    assert select(dataset, Filters(asof="2025-12-13")).events.empty
