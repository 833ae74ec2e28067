"""The worlds where they are large, tangled beyond what is followed, or impossible: bounds stay true, and end."""

import datetime as dt
from pathlib import Path
from random import Random

import numpy as np
import pandas as pd
import pytest

from geodata import Dataset, Filters, country_totals, load, people, present, select, timeline
from geodata.analysis import forest
from geodata.analysis import selection as selections
from geodata.analysis.tangles import Row, Tangle
from geodata.model.counts import labels, maxima, minima
from geodata.query.filters import MEASURES
from tests.examples import examples
from tests.truths import invent
from tests.worlds import claim, event, leg, write_world

DAY = dt.date(2025, 3, 4)


def figures(dataset: Dataset) -> dict[tuple[str, str], tuple[float, float]]:
    """Return the bounds of every figure of a dataset, by measure and row."""
    selections._counts.cache_clear()
    chosen = select(dataset, Filters())
    tables = [(measure, country_totals(chosen)) for measure in MEASURES]
    tables.append(("present", present(chosen, DAY)))
    least, most = people(chosen)
    found = {("people", ""): (float(least), np.inf if most is None else float(most))}
    for measure, table in tables:
        bounds = zip(table.index, minima(table, measure), maxima(table, measure), strict=True)
        found |= {(measure, row): (low, high) for row, low, high in bounds}
    return found


def test_what_is_too_tangled_to_be_followed_is_bounded_more_widely_and_never_wrongly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loose = 0
    for seed in range(examples(40)):
        dataset = invent(Random(seed), legs=9).dataset(tmp_path / str(seed))
        exact = figures(dataset)
        with monkeypatch.context() as patch:
            patch.setattr(forest, "EXACT_NODES", 1)
            wide = figures(dataset)
            loose += int(selections._counts(dataset, "adopted", "").ways["done"].journeys.loose.any())
        for cell in {*exact, *wide}:
            (low, high), (least, most) = exact.get(cell, (0, 0)), wide.get(cell, (0, 0))
            assert 0 <= least <= low <= high <= most, (seed, cell, (low, high), (least, most))
    assert loose > examples(40) // 8


def ladder(folder: Path, rungs: int) -> Dataset:
    """Write journeys that part and meet again: a thousand people, two ways at every rung."""
    legs, claims = [], [claim("e", 1000)]
    before = ""
    for rung in range(rungs):
        here, there = ("by", "ua") if rung % 2 == 0 else ("ua", "by")
        day = f"2025-03-{1 + rung % 28:02}"
        for side in "ab":
            legs.append(leg(f"{side}{rung}", here, there, follows=before, departed=day))
            claims.append(claim(f"{side}{rung}", 500))
        before = f"a{rung};b{rung}"
    return load(write_world(folder, events=[event(date="2025-03-01")], transfers=legs, claims=claims))


def test_ways_that_part_and_meet_again_and_again_end_in_true_bounds(tmp_path: Path) -> None:
    """Of twenty rungs there are a million ways: nobody follows these, and nobody is lost."""
    few, many = ladder(tmp_path / "few", 4), ladder(tmp_path / "many", 20)
    assert people(select(few, Filters())) == people(select(many, Filters())) == (1000, 1000)
    assert labels(country_totals(select(few, Filters())), "remained") == ["1000", "0"]
    found = country_totals(select(many, Filters()))
    assert (minima(found, "remained") <= [1000, 0]).all()
    assert (maxima(found, "remained") >= [1000, 0]).all()
    assert (maxima(found, "remained") <= 1000).all()


def test_ten_thousand_transfers_that_follow_one(tmp_path: Path) -> None:
    """Of 20,000 people who came, each of 10,000 transfers took one or two on."""
    legs = [leg("in", "by", "ua", departed="2025-12-13")]
    legs += [leg(f"t{k}", "ua", "pl", follows="in", departed="2025-12-14") for k in range(10_000)]
    claims = [claim("e", 20_000), claim("in", 20_000), *(claim(f"t{k}", 1, 2) for k in range(10_000))]
    chosen = select(
        load(write_world(tmp_path / "world", events=[event()], transfers=legs, claims=claims)), Filters()
    )
    found = country_totals(chosen)
    assert labels(found, "arrived") == ["0", "10000–20000", "20000"]
    assert labels(found, "remained") == ["0", "10000–20000", "0–10000"]


def test_a_thousand_transfers_in_a_row(tmp_path: Path) -> None:
    """Each leaves one of a thousand people behind, by turns in Ukraine and in Poland."""
    legs, claims = [], [claim("e", 1000)]
    for k in range(1000):
        ends = ("by", "ua") if k == 0 else (("ua", "pl") if k % 2 else ("pl", "ua"))
        legs.append(leg(f"t{k}", *ends, follows=f"t{k - 1}" if k else ""))
        claims.append(claim(f"t{k}", 1000 - k))
    chosen = select(
        load(write_world(tmp_path / "world", events=[event()], transfers=legs, claims=claims)), Filters()
    )
    found = country_totals(chosen)
    assert labels(found, "remained") == ["0", "500", "500"]
    assert labels(found, "arrived") == ["0", "999", "1000"]
    assert labels(timeline(chosen), "people") == ["1000"]


def test_open_everything_is_open_and_never_zero(tmp_path: Path) -> None:
    legs = [leg("a", "by", "ua"), leg("b", "ua", "pl", follows="a"), leg("c", "pl", "by", follows="b")]
    chosen = select(load(write_world(tmp_path / "world", events=[event()], transfers=legs)), Filters())
    assert people(chosen) == (0, None)
    assert set(labels(country_totals(chosen), "arrived")) == {"not reported"}


def test_claims_that_allow_no_world_are_named_where_journeys_meet_again(tmp_path: Path) -> None:
    """Ten and ten came, of whom thirty went on: no interval of one record shows it, all together do."""
    legs = [leg("a", "by", "ua"), leg("b", "pl", "ua"), leg("c", "ua", "lt", follows="a;b")]
    claims = [claim("a", 10), claim("b", 10), claim("c", 30)]
    chosen = select(
        load(write_world(tmp_path / "world", events=[event()], transfers=legs, claims=claims)), Filters()
    )
    assert chosen.contradictory == ("e",)
    # Records keep what was claimed; figures follow the greater claim, and nobody is a negative number.
    assert chosen.transfers["count_min"].tolist() == [10, 10, 30]
    found = country_totals(chosen)
    assert (found.select_dtypes("number").fillna(0) >= 0).all(axis=None)
    assert labels(found, "remained")[list(found.index).index("LT")] == "30"


def test_people_of_several_ways_are_whole() -> None:
    """Three groups of which each two hold one person: by halves 1.5 people would do, whole ones take two."""
    nodes = np.arange(3)
    rows = [Row(np.array(pair), 1.0, np.inf) for pair in ([0, 1], [1, 2], [0, 2])]
    tangle = Tangle(nodes, np.full(3, -1), np.ones(3, dtype=bool), rows)
    assert tangle.extreme(np.ones(3, dtype=bool), least=True) == 2
    assert tangle.extreme(np.ones(3, dtype=bool), least=False) == np.inf


def test_journeys_of_which_no_claim_says_anything_hold_any_number() -> None:
    tangle = Tangle(np.arange(2), np.array([-1, 0]), np.ones(2, dtype=bool), [])
    assert tangle.feasible
    assert tangle.extreme(np.ones(2, dtype=bool), least=True) == 0
    assert tangle.extreme(np.ones(2, dtype=bool), least=False) == np.inf


def test_a_table_of_a_status_that_never_occurs_is_empty(tmp_path: Path) -> None:
    dataset = load(write_world(tmp_path / "world", events=[event()], transfers=[leg("a", "by", "lt")]))
    found = country_totals(select(dataset, Filters(status=("denied",))))
    assert isinstance(found, pd.DataFrame)
    assert found.empty
