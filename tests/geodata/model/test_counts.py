import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.model.counts import (
    WORDINGS,
    Bounds,
    Count,
    bounds_of,
    columns,
    compare,
    hull,
    label,
    labels,
    maxima,
    minima,
    to_nullable,
)


@pytest.mark.parametrize(
    ("wording", "bounds"),
    [
        ("123", (123, 123)),
        ("nine", (9, 9)),
        ("1,000", (1000, 1000)),
        ("over 50", (51, None)),
        ("more than 430", (431, None)),
        ("More than a thousand", (1001, None)),
        ("at least 10", (10, None)),
        ("up to 20", (0, 20)),
        ("most of 123", (62, 122)),
        ("most of 4", (3, 3)),
        ("a small contingent", (1, None)),
    ],
)
def test_a_wording_means_these_bounds(wording: str, bounds: Bounds) -> None:
    assert bounds_of(wording) == bounds


@pytest.mark.parametrize("wording", ["", "several", "dozens", "about 50", "not given", "nine or ten", "-3"])
def test_a_wording_that_the_table_does_not_know_is_never_guessed(wording: str) -> None:
    assert bounds_of(wording) is None


def test_every_example_of_the_table_is_read_by_the_table() -> None:
    for family in WORDINGS:
        for example in family.example.split(", "):
            assert bounds_of(example) is not None, example


@given(st.integers(0, 10**6), st.one_of(st.none(), st.integers(0, 10**6)))
def test_a_label_names_both_bounds_and_never_one_between(low: int, width: int | None) -> None:
    text = label(low, None if width is None else low + width)
    if width is None:
        assert text == (f"≥ {low}" if low else "not reported")
    else:
        assert [int(part) for part in text.split("–")] == ([low, low + width] if width else [low])


@given(
    st.lists(st.tuples(st.integers(0, 99), st.one_of(st.none(), st.integers(0, 99))), min_size=1, max_size=6)
)
def test_a_hull_holds_every_claim_and_nothing_it_need_not(claims: list[tuple[int, int | None]]) -> None:
    frame = pd.DataFrame(
        {
            "subject": "s",
            "count_min": pd.array([low for low, _ in claims], dtype="Int64"),
            "count_max": pd.array(
                [None if width is None else low + width for low, width in claims], dtype="Int64"
            ),
        }
    )
    found = hull(frame, ["subject"]).loc["s"]
    assert found["count_min"] == min(low for low, _ in claims)
    if any(width is None for _, width in claims):
        assert found["count_max"] is pd.NA
    else:
        assert found["count_max"] == max(low + (width or 0) for low, width in claims)


def test_an_open_bound_is_infinite_inside_and_missing_outside() -> None:
    frame = pd.DataFrame(
        {"count_min": pd.array([5], "Int64"), "count_max": pd.array([None], "Int64")}, index=["a"]
    )
    assert (minima(frame)[0], maxima(frame)[0]) == (5.0, float("inf"))
    assert to_nullable(maxima(frame), frame.index).isna().tolist() == [True]
    assert labels(frame) == ["≥ 5"]


BOUNDS = st.tuples(st.integers(0, 50), st.one_of(st.none(), st.integers(0, 50))).map(
    lambda drawn: (drawn[0], None if drawn[1] is None else drawn[0] + drawn[1])
)


def within(bounds: Bounds) -> st.SearchStrategy[int]:
    low, high = bounds
    return st.integers(low, low + 60 if high is None else high)


@given(st.data(), BOUNDS, BOUNDS)
def test_how_far_two_counts_are_apart_holds_whatever_the_truth_in_them(
    data: st.DataObject, one: Bounds, other: Bounds
) -> None:
    one_true, other_true = data.draw(within(one)), data.draw(within(other))
    tables = (pd.DataFrame([both], ["x"], columns("count"), dtype="Int64") for both in (one, other))
    low, high = compare(*tables).loc["x", columns("apart")]
    assert low <= abs(one_true - other_true)
    assert high is pd.NA or abs(one_true - other_true) <= high


def test_what_only_one_side_counts_is_apart_by_nothing() -> None:
    one = pd.DataFrame([(5, 5)], ["x"], columns("count"), dtype="Int64")
    other = pd.DataFrame([(1, None)], ["y"], columns("count"), dtype="Int64")
    found = compare(one, other)
    assert found[["in_one", "in_other"]].to_numpy().tolist() == [[True, False], [False, True]]
    assert found[columns("apart")].to_numpy().tolist() == [[0, 0], [0, 0]]


def test_a_count_knows_what_it_is() -> None:
    nothing, exact, wide, least, unknown = (
        Count.of(low, high)
        for low, high in [(0, 0), (9, 9), (62, 122), (51, float("inf")), (0, float("inf"))]
    )
    every = (nothing, exact, wide, least, unknown)
    assert [count.label for count in every] == ["0", "9", "62–122", "≥ 51", "not reported"]
    assert [count.nothing for count in every] == [True, False, False, False, False]
    assert [count.exact for count in every] == [True, True, False, False, False]
    assert [count.open for count in every] == [False, False, False, True, True]
    assert [count.unknown for count in every] == [False, False, False, False, True]
    ones = [Count(1, 1), Count(1, None), Count(0, 1), Count(1, 2), Count(2, 2)]
    assert [count.singular for count in ones] == [True, True, False, False, False]
    assert Count.of(5, float("nan")) == Count(5, None)
