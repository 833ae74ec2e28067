"""What stands behind a number: its records with their signs, all claims on them, and the reasons for its bounds."""

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest

from geodata import Dataset, Filters, behind, country_totals, load, select
from geodata.analysis.basis import ranked
from geodata.analysis.evidence import Evidence
from geodata.model.counts import columns
from geodata.query.filters import MEASURES
from tests.worlds import claim, event, leg, worked_case, write_world


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return load(worked_case(tmp_path_factory.mktemp("worlds") / "world"))


def opened(dataset: Dataset, query: str, figure: str, day: dt.date | None = None) -> Evidence:
    found = behind(select(dataset, Filters.parse(query)[0]), figure, day)
    assert found is not None
    return found


def terms(found: Evidence) -> dict[str, tuple[int, int, int | None]]:
    return {
        str(row.Index): (row.sign, row.count_min, None if row.count_max is pd.NA else row.count_max)
        for row in found.terms.itertuples()
    }


def test_what_remained_is_what_arrived_less_what_passed_on(worked: Dataset) -> None:
    found = opened(worked, "event=e&status=done", "UA.remained")
    assert found.count == (5, 5)
    assert terms(found) == {"by-ua": (1, 114, 114), "ua-pl": (-1, 89, 89), "ua-lt": (-1, 20, 20)}


def test_every_claim_on_the_records_is_there_those_that_count_first(worked: Dataset) -> None:
    found = opened(worked, "event=e&status=done", "UA.arrived")
    claims = ranked(found.claims(found.terms.index))
    assert claims["wording"].tolist() == ["114", "most", "115"]
    assert claims["entry"].tolist() == ["adopted", "agrees", "differs"]
    by_two = opened(worked, "event=e&status=done&basis=two", "UA.arrived")
    assert ranked(by_two.claims(by_two.terms.index))["wording"].tolist() == ["most", "114", "115"]
    assert found.reasons(found.terms.index) == ()


def test_all_people_are_behind_the_number_of_their_event(worked: Dataset) -> None:
    found = opened(worked, "event=e&status=done", "people")
    assert (found.count, terms(found)) == ((123, 123), {"e": (1, 123, 123)})
    # Of the onward legs alone nobody is counted in the event, so these themselves are behind the number.
    found = opened(worked, "status=done&date=2025-12-18", "people")
    assert (found.count, list(terms(found))) == ((109, 109), ["ua-pl", "ua-lt"])


def test_a_bound_that_is_narrower_than_its_claim_has_its_reason(worked: Dataset) -> None:
    """Of 123, at least 62 went to Ukraine: no more than 61 can have gone to Lithuania."""
    found = opened(worked, "event=e&status=done&basis=two", "LT.arrived")
    assert (found.count, terms(found)) == ((1, 61), {"by-lt": (1, 1, 61)})
    (reason,) = found.reasons(found.terms.index)
    assert (reason.bound.subject, reason.bound.side, reason.bound.count) == ("by-lt", "at most", 61)
    assert {(each.subject, each.side, each.count) for each in reason.because} == {
        ("e", "at most", 123),
        ("by-ua", "at least", 62),
    }


def test_one_record_is_a_number_too(worked: Dataset) -> None:
    found = opened(worked, "event=e&basis=all", "by-lt")
    assert (found.count, found.measure, terms(found)) == ((8, 9), "count", {"by-lt": (1, 8, 9)})
    assert opened(worked, "", "e").count == (123, 123)


def test_whereabouts_and_outcomes_are_numbers_too(worked: Dataset) -> None:
    found = opened(worked, "event=e&status=done", "UA.present", dt.date(2025, 12, 14))
    assert (found.count, found.row, terms(found)) == ((114, 114), "UA", {"by-ua": (1, 114, 114)})
    found = opened(worked, "event=e", "moved.outcome")
    assert (found.count, list(terms(found))) == ((123, 123), ["by-ua", "by-lt"])


@pytest.mark.parametrize(
    "figure", ["", "never", "RU.arrived", "UA.height", "BY.arrived", ".present", "e.outcome"]
)
def test_a_number_that_is_not_there_has_nothing_behind_it(worked: Dataset, figure: str) -> None:
    assert behind(select(worked, Filters()), figure) is None


def test_a_number_says_that_it_is_narrower_than_its_sum(tmp_path: Path) -> None:
    """Two open legs of 10 people: each may be 10, together they are at most 10."""
    world = write_world(
        tmp_path / "world",
        events=[event()],
        transfers=[leg("a", "by", "lt"), leg("b", "by", "lt")],
        claims=[claim("e", 10), claim("a", 1, ""), claim("b", 2, "")],
    )
    found = opened(load(world), "", "LT.arrived")
    assert found.count == (3, 10)
    assert terms(found) == {"a": (1, 1, 8), "b": (1, 2, 9)}
    # 1–8 and 2–9 would be 3–17; of the event's people there are ten.
    assert found.narrower
    assert not opened(load(world), "", "BY.released").narrower


@pytest.mark.parametrize("basis", ["adopted", "all", "two", "late"])
def test_every_number_of_the_table_opens_to_itself(worked: Dataset, basis: str) -> None:
    chosen = select(worked, Filters(basis=basis))
    totals = country_totals(chosen)
    for code in totals.index:
        for measure in MEASURES:
            low, high = totals.loc[code, columns(measure)]
            found = behind(chosen, f"{code}.{measure}")
            assert (found.count if found else (0, 0)) == (low, None if high is pd.NA else high)
