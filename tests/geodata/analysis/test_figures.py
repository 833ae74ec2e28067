"""Switches against their definition, asked one by one; what adds up over time; numbers that are ticked off."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from geodata.analysis.figures import END, Figure, Switches
from geodata.analysis.forest import FLAGS_A_NUMBER, Parts, distinct
from geodata.analysis.journeys import BoolArray, Journeys

SWITCHES = st.lists(
    st.tuples(
        *[st.integers(0, 3)] * 3,  # node, rank, column
        *[st.booleans()] * 2,  # on, below
        *[st.integers(-20, 20)] * 2,  # moments
    ),
    max_size=12,
    unique_by=lambda each: each[:3],
)


def switches(rows: list[tuple[int, int, int, bool, bool, int, int]]) -> Switches:
    """Return switches of node, rank, column, on, below and two moments, of which the first is the earlier."""
    ordered = [(*row[:5], min(row[5:]), max(row[5:])) for row in rows]
    kinds = (np.int64, np.int64, np.int64, bool, bool, np.int64, np.int64)
    parts = [np.array([row[k] for row in ordered], dtype=kind) for k, kind in enumerate(kinds)]
    return Switches(*parts).by_node()


@given(SWITCHES, st.integers(-25, 25) | st.just(END))
def test_the_latest_switch_that_is_due_decides(
    rows: list[tuple[int, int, int, bool, bool, int, int]], moment: int
) -> None:
    every = switches(rows)
    for sure, marks in zip((True, False), every.marks(moment), strict=True):
        expected = {}
        for node, _, column, on, below, one, other in sorted(rows, key=lambda row: row[1]):
            # Who counts for certain comes as late and goes as early as can be; who may count, the other way.
            due = max(one, other) if on == sure else min(one, other)
            if due <= moment:
                expected[node, column] = on, on and below
        found = zip(marks.node.tolist(), marks.column.tolist(), strict=True)
        assert dict(zip(found, zip(marks.here.tolist(), marks.below.tolist(), strict=True), strict=True)) == (
            expected
        )
        assert (np.diff(marks.node) >= 0).all()


def journeys(high: float) -> Journeys:
    """Return the worlds of two events: of the first 10 people leave by one transfer, of the second 5 … `high`."""
    nothing = np.empty(0, dtype=np.int64)
    nobody = np.empty(0)
    return Journeys.of(
        (np.array([2]), np.array([0])),
        (nothing, nothing),
        (np.array([10.0, 5.0, 10.0]), np.array([10.0, high, 10.0])),
        Parts(nothing, nothing, nobody, nobody),
        events=np.array([0, 1]),
        silent=np.zeros(3, dtype=bool),
    )


def counted_from(first: list[int], last: list[int]) -> Switches:
    """Return switches that count both events in one row from spans of moments on."""
    flags: BoolArray = np.ones(2, dtype=bool)
    numbers = np.zeros(2, dtype=np.int64)
    return Switches(np.array([0, 1]), numbers, numbers, flags, flags, np.array(first), np.array(last))


def test_a_history_has_the_sums_of_all_journeys_from_each_moment_on() -> None:
    figure = Figure(journeys(7.0), ["people"], True, counted_from([4, 6], [8, 6]))
    assert figure.history().to_numpy().tolist() == [[0, 4, 0, 10], [0, 6, 5, 17], [0, 8, 15, 17]]
    assert [list(map(float, bounds)) for bounds in figure.at(6)] == [[5.0], [17.0]]


def test_an_open_number_is_open_from_its_moment_on_and_not_before() -> None:
    figure = Figure(journeys(np.inf), ["people"], True, counted_from([4, 6], [4, 6]))
    assert figure.history().to_numpy().tolist() == [[0, 4, 10, 10], [0, 6, 15, np.inf]]


def test_a_figure_without_switches_has_no_history() -> None:
    every = counted_from([4, 6], [4, 6])
    figure = Figure(journeys(7.0), ["people"], True, every.chosen(slice(0)))
    assert figure.history().empty
    assert [bounds.tolist() for bounds in figure.at()] == [[0.0], [0.0]]


@given(st.lists(st.integers(0, 9), min_size=1))
def test_numbers_ticked_off_are_those_that_sorting_finds(numbers: list[int]) -> None:
    every = np.array(numbers)
    for size in (10, FLAGS_A_NUMBER * len(numbers) + 10):
        one, place = distinct(every, size)
        assert every[one].tolist() == sorted(set(numbers))
        assert every[one][place].tolist() == numbers
