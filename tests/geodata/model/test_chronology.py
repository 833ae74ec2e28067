"""Days of transfers bound each other, and no day that is possible is ever left out."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata import DataError, Dataset, load
from geodata.model.chronology import DAYS, in_order
from tests.examples import examples
from tests.worlds import CASES, COUNTRIES, event, leg, write_world

PACIFIC = [
    *COUNTRIES,
    *(
        {"location_id": code.lower(), "name": code, "precision": "country", "country_code": code}
        for code in ("PH", "US")
    ),
    {"location_id": "hawaii", "name": "Honolulu", "precision": "settlement", "longitude": "-157.86", "latitude": "21.31"},
    {"location_id": "kiritimati", "name": "Kiritimati", "precision": "settlement", "longitude": "-157.47", "latitude": "1.87"},
]  # fmt: skip


def days(dataset: Dataset, transfer: str) -> list[str]:
    """Return first and last possible day of departure, first and last possible day of arrival."""
    return [str(day.date()) for day in dataset.transfers.loc[transfer, DAYS]]


def world(folder: Path, *transfers: dict[str, object], **tables: object) -> Dataset:
    return load(write_world(folder, events=[event()], transfers=transfers, **tables))  # type: ignore[arg-type]


def test_an_arrival_is_bound_by_its_departure() -> None:
    dataset = load(CASES / "c60_arrival_month")
    assert days(dataset, "a") == ["2025-12-20", "2025-12-20", "2025-12-20", "2025-12-31"]


def test_a_departure_is_bound_by_its_arrival(tmp_path: Path) -> None:
    dataset = world(tmp_path, leg("a", "by", "lt", departed="2025-12", arrived="2025-12-05"))
    assert days(dataset, "a") == ["2025-12-01", "2025-12-05", "2025-12-05", "2025-12-05"]


def test_a_span_of_departure_is_kept_beside_a_day_of_arrival() -> None:
    dataset = load(CASES / "num_departed_interval_lost")
    assert dataset.transfers["date"].tolist() == ["2025-01-01/2025-01-20"]
    assert days(dataset, "t1") == ["2025-01-01", "2025-01-10", "2025-01-20", "2025-01-20"]


@pytest.mark.parametrize(
    ("departed", "arrived", "date"),
    [
        ("2025-12-13", "", "2025-12-13"),
        ("", "2025-12-13/2025-12-14", "2025-12-13/2025-12-14"),
        ("2025-12-13", "2025-12-13", "2025-12-13"),
        ("2025-12-13", "2025-12-13/2025-12-14", "2025-12-13/2025-12-14"),
        ("2025-12~", "2025-12~", "2025-12~"),
        ("../2025-12", "2025-12-20", "../2025-12-20"),
        ("2025-12", "2025-12-20/..", "2025-12/.."),
        ("", "", "2025-12-13"),
    ],
)
def test_the_date_of_a_transfer_runs_from_departure_to_arrival(
    tmp_path: Path, departed: str, arrived: str, date: str
) -> None:
    dataset = world(tmp_path, leg("a", "by", "lt", departed=departed, arrived=arrived))
    assert dataset.transfers["date"].tolist() == [date]


def test_nobody_sets_out_before_the_earliest_arrival_of_any_transfer_that_brought_people(
    tmp_path: Path,
) -> None:
    dataset = world(
        tmp_path,
        leg("a", "by", "ua", departed="2025-12-13", arrived="2025-12-16/2025-12-17"),
        leg("b", "by", "ua", departed="2025-12-14", arrived="2025-12-19"),
        leg("c", "ua", "pl", departed="2025-12", follows="a;b"),
        leg("d", "pl", "lt", departed="2025", follows="c"),
        leg("f", "ua", "lt", departed="2025-12", follows="b"),
    )
    assert days(dataset, "c") == ["2025-12-16", "2025-12-31", "2025-12-16", "2025-12-31"]
    assert days(dataset, "d") == ["2025-12-16", "2025-12-31", "2025-12-16", "2025-12-31"]
    assert days(dataset, "f") == ["2025-12-19", "2025-12-31", "2025-12-19", "2025-12-31"]
    assert days(dataset, "a") == ["2025-12-13", "2025-12-13", "2025-12-16", "2025-12-17"]
    assert dataset.transfers["came"].dt.strftime("%F").fillna("").tolist() == [
        "", "", "2025-12-16", "2025-12-16", "2025-12-19",
    ]  # fmt: skip


def test_who_stayed_longer_is_not_bound_by_who_went_on(tmp_path: Path) -> None:
    dataset = world(
        tmp_path,
        leg("a", "by", "ua", departed="2025-12"),
        leg("b", "ua", "pl", departed="2025-12-05", follows="a"),
    )
    assert days(dataset, "a") == ["2025-12-01", "2025-12-31", "2025-12-01", "2025-12-31"]


def test_a_plan_does_not_bind_what_took_place(tmp_path: Path) -> None:
    dataset = world(
        tmp_path,
        leg("plan", "by", "ua", departed="2025-12-20", status="planned"),
        leg("a", "ua", "pl", departed="2025-12", follows="plan"),
        leg("b", "ua", "pl", departed="2025-12-19", status="planned", follows="plan"),
    )
    assert days(dataset, "a")[0] == "2025-12-01"
    assert dataset.transfers["disordered"].tolist() == [False, False, True]


def test_who_leaves_before_having_come_keeps_the_days_as_written() -> None:
    dataset = load(CASES / "c62_leaves_before_it_came")
    assert days(dataset, "b") == ["2025-12-14", "2025-12-14", "2025-12-15", "2025-12-15"]
    assert dataset.transfers["disordered"].tolist() == [False, True]
    assert str(dataset.transfers.loc["b", "came"].date()) == "2025-12-16"


def test_a_transfer_without_a_date_took_place_after_its_people_had_come(tmp_path: Path) -> None:
    dataset = world(
        tmp_path,
        leg("a", "by", "ua", departed="2025-12-13", arrived="2025-12-16"),
        leg("b", "ua", "pl", follows="a"),
        leg("c", "pl", "lt", departed="2025-12-20", follows="b"),
    )
    assert days(dataset, "b") == ["2025-12-16", "9999-12-31", "2025-12-16", "9999-12-31"]
    assert dataset.transfers.loc["b", "date"] == "2025-12-16/.."
    assert not dataset.transfers["disordered"].any()
    assert list(map(str, dataset.notes)) == [
        "transfers.csv:3:departed: is blank, and the date of the event is before the people can have come (it is "
        "taken as 2025-12-16/..; give a date)"
    ]


def test_over_the_date_line_people_arrive_a_calendar_day_early() -> None:
    dataset = load(CASES / "c06_dateline")
    assert days(dataset, "a") == ["2025-12-13", "2025-12-14", "2025-12-13", "2025-12-14"]
    assert dataset.transfers["date"].tolist() == ["2025-12-13/2025-12-14"]
    assert list(map(str, dataset.notes)) == [
        "transfers.csv:2:arrived: is the day before departed (it is taken as over the date line; correct one of the "
        "dates if it is not)"
    ]


@pytest.mark.parametrize(
    ("origin", "destination", "arrived", "taken"),
    [
        ("ph", "us", "2025-12-12", False),
        ("us", "ph", "2025-12-13", False),
        ("by", "lt", "2025-12-13", False),
        ("kiritimati", "hawaii", "2025-12-13", True),
        ("hawaii", "kiritimati", "2025-12-13", False),
        ("ph", "hawaii", "2025-12-13", True),
    ],
)
def test_a_day_early_is_taken_only_where_the_way_leads_east_over_the_date_line(
    tmp_path: Path, origin: str, destination: str, arrived: str, taken: bool
) -> None:
    row = leg("a", origin, destination, departed="2025-12-14", arrived=arrived)
    if taken:
        assert days(world(tmp_path, row, locations=PACIFIC), "a")[0] == arrived
    else:
        with pytest.raises(DataError, match="arrived: is before departed"):
            world(tmp_path, row, locations=PACIFIC)


def test_an_arrival_in_a_month_may_be_a_day_early_over_the_date_line(tmp_path: Path) -> None:
    dataset = world(
        tmp_path, leg("a", "ph", "us", departed="2025-12-14", arrived="2025-12"), locations=PACIFIC
    )
    assert days(dataset, "a") == ["2025-12-13", "2025-12-14", "2025-12-13", "2025-12-31"]
    assert dataset.notes == ()


@pytest.mark.parametrize(
    "name", ["c07_open_end", "c08_1863", "c09_quarter", "c11_yearXX", "c50_span_1945", "decades"]
)
def test_years_and_forms_of_every_kind_load(name: str) -> None:
    wanted = {
        "c07_open_end": ["2025-12-13", "9999-12-31"],
        "c08_1863": ["1863-06-01", "1863-06-30"],
        "c09_quarter": ["2025-01-01", "2025-03-31"],
        "c11_yearXX": ["2025-01-15", "2025-12-15"],
        "c50_span_1945": ["1945-01-01", "1945-12-31"],
        "decades": ["1900-01-01", "1900-01-01"],
    }
    dataset = load(CASES / name)
    found = days(dataset, str(dataset.transfers.index[0]))
    assert [found[0], found[3]] == wanted[name]
    assert (dataset.transfers[DAYS].dtypes == "datetime64[s]").all()


@pytest.mark.parametrize(("name", "row"), [("us_dates", 2), ("time_of_day", 2), ("time_of_day", 13)])
def test_dates_of_other_forms_are_refused_with_what_to_write(name: str, row: int) -> None:
    with pytest.raises(DataError) as caught:
        load(CASES / name)
    wanted = {
        ("us_dates", 2): "'1942-05-26 00:00:00' is not an EDTF date: it has a time of day (write the day alone, as it was where it happened: 1942-05-26)",
        ("time_of_day", 2): "'2020-01-01T10:30:00Z' is not an EDTF date: it has a time of day (write the day alone, as it was where it happened: 2020-01-01)",
        ("time_of_day", 13): "'2020-21' has two meanings: it is a season in EDTF, and elsewhere a year over two calendar years (write 2020/2021 for a year over two calendar years, or its months, like 2020-04/2021-03; write a season by its months, like 2020-03/2020-06)",
    }  # fmt: skip
    assert f"transfers.csv:{row}:departed: {wanted[name, row]}" in str(caught.value).splitlines()


def spread(draw: st.DrawFn, first: int, last: int) -> tuple[int, int]:
    """Return first and last day of a date that holds all days from `first` to `last`."""
    return first - draw(st.integers(0, 3)), last + draw(st.integers(0, 3))


@settings(max_examples=examples(400))
@given(st.data())
def test_whatever_took_place_lies_within_the_days(data: st.DataObject) -> None:
    """People take journeys, each on days of their own; every date holds the days of all of them."""
    number = data.draw(st.integers(1, 7))
    follows = [data.draw(st.sets(st.integers(0, k - 1), max_size=2)) if k else set() for k in range(number)]
    trips: list[list[tuple[int, int]]] = [[] for _ in range(number)]  # days on which people left and arrived
    for _ in range(data.draw(st.integers(1, 8))):
        day, at = 0, None
        while ways := [k for k in range(number) if (not follows[k] if at is None else at in follows[k])]:
            at = data.draw(st.sampled_from(ways))
            left = day + data.draw(st.integers(0, 4))
            day = left + data.draw(st.integers(0, 4))
            trips[at].append((left, day))
            if data.draw(st.booleans()):
                break
    rows = []
    for taken in trips:
        left, came = zip(*(taken or [(0, 99)]), strict=True)
        departure = spread(data.draw, min(left), max(left))
        arrival = spread(data.draw, min(came), max(came))
        one = min(departure[0], arrival[0]), max(departure[1], arrival[1])
        rows.append((*departure, *arrival) if data.draw(st.booleans()) else (*one, *one))
    written = pd.DataFrame(np.array(rows).astype("datetime64[D]").astype("datetime64[s]"), columns=DAYS)
    written = written.assign(status="done", date="2025")
    links = (
        np.array([(k, before) for k in range(number) for before in follows[k]], dtype=int).reshape(-1, 2).T
    )
    never = np.zeros(number, dtype=bool)
    taken = in_order(written, (links[0], links[1]), dated=pd.Series(True, written.index), early=never)
    found = taken[DAYS].to_numpy("datetime64[D]").astype(int)
    left_from, left_by, reached_from, reached_by = found.T
    assert (left_from <= left_by).all()
    assert (reached_from <= reached_by).all()
    assert (left_from <= reached_from).all()
    assert (left_by <= reached_by).all()
    for k, ways in enumerate(trips):
        assert not (ways and taken["disordered"].iloc[k])
        for left, came in ways:
            assert left_from[k] <= left <= left_by[k]
            assert reached_from[k] <= came <= reached_by[k]


def bound(follows: list[list[int]]) -> pd.DataFrame:
    """Return transfers of 2025, of which the first was on 5 March, with links as given."""
    links = [(k, before) for k, several in enumerate(follows) for before in several]
    following, followed = (np.array(ends) for ends in zip(*links, strict=True))
    year = {
        name: np.datetime64(day, "s")
        for name, day in zip(DAYS, ["2025-01-01", "2025-12-31"] * 2, strict=True)
    }
    frame = pd.DataFrame(year, range(len(follows))).assign(status="done", date="2025")
    frame.loc[0, DAYS] = pd.Timestamp("2025-03-05").as_unit("s")
    never = np.zeros(len(frame), dtype=bool)
    return in_order(frame, (following, followed), dated=pd.Series(True, frame.index), early=never)


@pytest.mark.parametrize(
    "follows",
    [
        [[], *([k] for k in range(5_000))],
        [[], *([0] for _ in range(10_000))],
        [[], *([max(0, (k - 1) // 2)] for k in range(1, 10_000))],
    ],
    ids=["a chain", "all after one", "a tree"],
)
def test_a_day_is_handed_on_at_any_depth_and_width(follows: list[list[int]]) -> None:
    found = bound(follows)
    assert (found["earliest"] == pd.Timestamp("2025-03-05")).all()
    assert (found["latest"].iloc[1:] == pd.Timestamp("2025-12-31")).all()
