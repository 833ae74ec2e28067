"""The one law of all figures: whatever really happened within the claims is within the bounds."""

import datetime as dt
from pathlib import Path

import pandas as pd
from hypothesis import HealthCheck, given, settings

from geodata import Filters, Selection, behind, country_totals, findings, people, present, select, timeline
from geodata.analysis.presence import history
from geodata.analysis.totals import outcomes
from geodata.model.counts import Bounds, columns, maxima, minima
from tests.exact import bounds_of_count
from tests.examples import examples
from tests.truths import BEGIN, DAYS, Truth, truths


def encloses(table: pd.DataFrame, measure: str, truth: dict[str, int]) -> None:
    """Assert that each row's bounds hold its truth, and that who is in no row is nobody."""
    low = dict(zip(table.index, minima(table, measure), strict=True))
    high = dict(zip(table.index, maxima(table, measure), strict=True))
    for row in {*truth, *low}:
        assert low.get(row, 0) <= truth.get(row, 0) <= high.get(row, 0), (measure, row)
    assert min(low.values(), default=0) >= 0


@settings(max_examples=examples(60), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(truths())
def test_every_figure_encloses_the_truth(tmp_path: Path, truth: Truth) -> None:
    chosen = select(truth.dataset(tmp_path / "world"), Filters(status=("done",)))
    totals = country_totals(chosen)
    _country_totals(chosen, totals, truth)
    _whereabouts(chosen, truth)
    _cumulative_line(chosen, truth)
    _findings(chosen, totals, truth)


def _country_totals(chosen: Selection, totals: pd.DataFrame, truth: Truth) -> None:
    for measure, counts in truth.totals().items():
        encloses(totals, measure, counts)
    least, most = bounds_of_count(people(chosen))
    assert least <= len(truth.counted()) <= (float("inf") if most is None else most)
    for code in totals.index:
        opened = behind(chosen, f"{code}.remained")
        assert opened is None or bounds_of_count(opened.count) == whole(totals.loc[code, columns("remained")])


def _whereabouts(chosen: Selection, truth: Truth) -> None:
    """The bounds of every day hold the truth, and the history tells the same bounds day by day."""
    told = history(chosen)
    for day in range(DAYS + 1):
        date = BEGIN + dt.timedelta(days=day)
        here = present(chosen, date)
        encloses(here, "present", truth.present(day))
        until = told[told["day"] <= pd.Timestamp(date)].drop_duplicates("row", keep="last")
        until = until[until["present_max"].fillna(1) > 0].set_index("row").rename_axis("country_code")
        pd.testing.assert_frame_equal(
            until[columns("present")].sort_index(),
            here[columns("present")].sort_index(),
            check_index_type=False,
        )


def _cumulative_line(chosen: Selection, truth: Truth) -> None:
    """The line holds the truth on every day, never falls, and ends at the number of all people."""
    line = timeline(chosen)
    low, high = minima(line, "people"), maxima(line, "people")
    assert (low[1:] >= low[:-1]).all()
    assert (high[1:] >= high[:-1]).all()
    for day in range(DAYS + 1):
        until = line.index.searchsorted(pd.Timestamp(BEGIN + dt.timedelta(days=day)), side="right") - 1
        least, most = (low[until], high[until]) if until >= 0 else (0, 0)
        assert least <= truth.set_in_motion(day) <= most
    assert line.empty or whole(line.iloc[-1]) == bounds_of_count(people(chosen))


def _findings(chosen: Selection, totals: pd.DataFrame, truth: Truth) -> None:
    """What can be true is never called contradictory or out of order, and nobody is a negative number."""
    assert chosen.contradictory == ()
    found = findings(chosen, totals).listed()
    assert not {"contradiction", "file"} & set(found["kind"])
    assert not found["message"].str.contains("-[0-9]").any()
    table = outcomes(chosen)
    moved = sum(bool(person.legs) for person in truth.people)
    encloses(table.loc[table.index == "moved"], "outcome", {"moved": moved} if moved else {})


def whole(bounds: pd.Series) -> Bounds:
    """Return a row of two bounds as they are written in code."""
    low, high = bounds
    return int(low), None if high is pd.NA else int(high)
