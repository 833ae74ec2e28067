"""Where the people of the worked case, and of journeys with vague days, are at the end of a day."""

import datetime as dt
from pathlib import Path

import pytest

from geodata import Dataset, Filters, load, present, select
from geodata.analysis.presence import last_day
from geodata.model.counts import labels
from tests.worlds import claim, event, leg, worked_case, write_world


def where(dataset: Dataset, day: str, query: str = "status=done") -> dict[str, str]:
    found = present(select(dataset, Filters.parse(query)[0]), dt.date.fromisoformat(day))
    return dict(zip(found.index, labels(found, "present"), strict=True))


def test_the_worked_case_day_by_day(tmp_path: Path) -> None:
    worked = load(worked_case(tmp_path / "world"))
    assert last_day(select(worked, Filters(status=("done",)))) == dt.date(2025, 12, 18)
    assert where(worked, "2025-12-12") == {"before": "123"}
    # On the 13th and the 18th people arrive on the day on which they leave.
    assert where(worked, "2025-12-13") == {"LT": "9", "UA": "114"}
    assert where(worked, "2025-12-17") == {"LT": "9", "UA": "114"}
    assert where(worked, "2025-12-18") == {"LT": "29", "PL": "89", "UA": "5"}
    # "Most of 123" and "a small contingent" account for at least 63.
    by_two = {"LT": "1–61", "UA": "62–122", "unreported": "0–60"}
    assert where(worked, "2025-12-17", "status=done&basis=two") == by_two
    assert where(worked, "2025-12-17", "status=planned") == {}


@pytest.fixture
def slow(tmp_path: Path) -> Dataset:
    """Ten are freed on the 1st; six leave on the 3rd and arrive on the 5th; two of these go on in June."""
    return load(
        write_world(
            tmp_path / "world",
            events=[event(date="2025-05-01")],
            transfers=[
                leg("a", "by", "lt", departed="2025-05-03", arrived="2025-05-05"),
                leg("b", "lt", "pl", departed="2025-06", follows="a"),
            ],
            claims=[claim("e", 10), claim("a", 6), claim("b", 2)],
        )
    )


def test_people_are_where_they_set_out_then_under_way_then_where_they_arrived(slow: Dataset) -> None:
    assert where(slow, "2025-04-30") == {"before": "10"}
    # Four of the ten take no transfer that is known: who knows where they are.
    assert where(slow, "2025-05-01") == {"BY": "6", "unreported": "4"}
    assert where(slow, "2025-05-03") == {"in_transit": "6", "unreported": "4"}
    assert where(slow, "2025-05-05") == {"LT": "6", "unreported": "4"}


def test_a_day_that_is_known_as_a_month_is_any_of_its_days(slow: Dataset) -> None:
    assert where(slow, "2025-05-31")["LT"] == "6"
    assert where(slow, "2025-06-15") == {"LT": "4–6", "PL": "0–2", "in_transit": "0–2", "unreported": "4"}
    assert where(slow, "2025-06-30") == {"LT": "4", "PL": "2", "unreported": "4"}


def test_an_open_number_stays_open_wherever_it_may_be(tmp_path: Path) -> None:
    world = write_world(
        tmp_path / "world",
        events=[event()],
        transfers=[leg("a", "by", "lt"), leg("b", "lt", "pl", follows="a", departed="2025-12-20")],
        claims=[claim("a", 3, ""), claim("b", 2)],
    )
    assert where(load(world), "2025-12-14") == {"LT": "≥ 3"}
    assert where(load(world), "2025-12-20") == {"LT": "≥ 1", "PL": "2"}


def test_people_who_left_together_are_bounded_by_all_who_can_have_left(tmp_path: Path) -> None:
    """Ten came from abroad, three were there; eleven of these left, so that two stayed."""
    world = write_world(
        tmp_path / "world",
        events=[event(location_id="ua")],
        transfers=[
            leg("abroad", "by", "ua", departed="2025-12-13"),
            leg("at-home", "ua", "ua", departed="2025-12-13"),
            leg("out", "ua", "pl", follows="abroad;at-home", departed="2025-12-14"),
        ],
        claims=[claim("abroad", 10), claim("at-home", 3), claim("out", 11)],
    )
    assert where(load(world), "2025-12-13") == {"UA": "13"}
    assert where(load(world), "2025-12-14") == {"PL": "11", "UA": "2"}
