import itertools

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from geodata.counts import Bounds, columns
from geodata.reconcile import tighten, whole_of


def table(rows: dict[str, tuple[str, tuple[str, ...], int, int | None]]) -> pd.DataFrame:
    """Return records by id: event, followed transfers, bounds."""
    frame = pd.DataFrame.from_dict(rows, "index", columns=["event_id", "follows", "count_min", "count_max"])
    return frame.astype(dict.fromkeys(columns("count"), "Int64"))


def bounds(frame: pd.DataFrame) -> dict[str, Bounds]:
    return {
        str(key): (int(low), None if high is pd.NA else int(high))
        for key, (low, high) in zip(
            frame.index, frame[columns("count")].astype(object).to_numpy(), strict=True
        )
    }


def test_bounds_move_down_a_journey_and_up_again() -> None:
    """Of 10 at most 4 are elsewhere, so 6 to 10 arrived; 7 went on, so 7 to 10 did."""
    events = table({"e": ("", (), 10, 10)})
    legs = table({"a": ("e", (), 6, None), "b": ("e", (), 0, 4), "c": ("e", ("a",), 7, None)})
    _, tightened, contradictory = tighten(events, legs)
    assert bounds(tightened) == {"a": (7, 10), "b": (0, 3), "c": (7, 10)}
    assert contradictory.empty


def test_an_event_without_a_count_gets_the_least_its_legs_need() -> None:
    events, legs, _ = tighten(
        table({"e": ("", (), 0, None)}), table({"a": ("e", (), 3, 3), "b": ("e", (), 2, None)})
    )
    assert bounds(events) == {"e": (5, None)}
    assert bounds(legs) == {"a": (3, 3), "b": (2, None)}


def test_a_contradiction_stays_in_its_event() -> None:
    events = table({"e": ("", (), 5, 5), "f": ("", (), 4, 4)})
    legs = table({"a": ("e", (), 9, 9), "b": ("f", (), 1, None), "c": ("f", (), 1, None)})
    tight_events, tight_legs, contradictory = tighten(events, legs)
    assert contradictory.tolist() == ["e"]
    assert bounds(tight_events) == {"e": (5, 5), "f": (4, 4)}
    assert bounds(tight_legs) == {"a": (9, 9), "b": (1, 3), "c": (1, 3)}


def test_a_leg_that_follows_several_has_no_single_whole() -> None:
    legs = table({"a": ("e", (), 1, 1), "b": ("e", ("a",), 1, 1), "c": ("e", ("a", "b"), 9, 9)})
    assert whole_of(legs).tolist() == ["e", "a", ""]


SMALL = st.tuples(st.integers(0, 4), st.one_of(st.none(), st.integers(0, 2)))


@given(SMALL, SMALL, SMALL, SMALL)
def test_no_possible_truth_is_cut_off_and_none_left_that_is_not(
    whole: tuple[int, int | None],
    first: tuple[int, int | None],
    second: tuple[int, int | None],
    onward: tuple[int, int | None],
) -> None:
    """Against every truth with at most 9 people: an event, two first legs, and one that follows the first."""

    def claimed(pair: tuple[int, int | None]) -> Bounds:
        return pair[0], None if pair[1] is None else pair[0] + pair[1]

    names = ["e", "a", "b", "c"]
    given_bounds = dict(zip(names, map(claimed, (whole, first, second, onward)), strict=True))
    truths = [
        dict(zip(names, (e, a, b, c), strict=True))
        for e, a, b, c in itertools.product(range(10), repeat=4)
        if a + b <= e and c <= a
        and all(low <= n and (high is None or n <= high) for n, (low, high) in zip((e, a, b, c), given_bounds.values(), strict=True))
    ]  # fmt: skip
    events = table({"e": ("", (), *given_bounds["e"])})
    legs = table(
        {
            "a": ("e", (), *given_bounds["a"]),
            "b": ("e", (), *given_bounds["b"]),
            "c": ("e", ("a",), *given_bounds["c"]),
        }
    )
    tight_events, tight_legs, contradictory = tighten(events, legs)
    found = bounds(tight_events) | bounds(tight_legs)
    if not truths:
        assert contradictory.tolist() == ["e"] or any(high is None for _, high in given_bounds.values())
        return
    assert contradictory.empty
    for name, (low, high) in found.items():
        seen = {truth[name] for truth in truths}
        assert low == min(seen)
        if high is not None:
            assert high == max(seen)
