"""The sources of one number: the records whose people it counts, their claims, and how each claim enters."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from geodata.analysis.figures import END, Figure, end_of
from geodata.analysis.presence import last_day
from geodata.analysis.reconcile import Step
from geodata.analysis.selection import Selection
from geodata.analysis.totals import measure_figure, outcome_figures
from geodata.model.counts import Bounds, bounds, columns, maxima, minima, to_nullable
from geodata.model.measures import COUNT
from geodata.query.filters import OUTCOME, PEOPLE, PRESENT, figure_parts

__all__ = ["COUNT", "Evidence", "behind"]


@dataclass(frozen=True, eq=False)
class Evidence:
    """Everything that one number rests on.

    Parameters
    ----------
    figure
        Its name in links: ``people``; row and measure, ``UA.arrived``; or the id of an event or transfer.
    measure
        ``people``, a measure of `geodata.query.filters.MEASURES`, ``present``, ``outcome`` or `COUNT`.
    row
        The row it stands in, such as a country's code; "" where it is in none.
    count
        The number.
    terms
        Index record id; sign (1 where people are added, -1 where they are taken off), count_min, count_max
        (Int64; missing = open).
    narrower
        Whether the number's bounds are narrower than the sum of these, since claims bound each other.
    alternatives
        Whether these may be plans for the same people, so that the number is no sum.
    """

    figure: str
    measure: str
    row: str
    count: Bounds
    terms: pd.DataFrame
    narrower: bool
    alternatives: bool
    _selection: Selection = field(repr=False)

    def claims(self, records: pd.Index) -> pd.DataFrame:
        """Return the claims on some records, chosen or not, as `Selection.claims` has them."""
        claims = self._selection.dataset.claims
        return claims.assign(entry=self._selection.entry)[claims["subject_id"].isin(records)]

    def reasons(self, records: pd.Index) -> tuple[Step, ...]:
        """Return why bounds of some of the records are narrower than claimed, conclusions before premises."""
        why = self._selection.reconciled.why
        return tuple(dict.fromkeys(step for record in records for step in why(record)))


def behind(selection: Selection, figure: str, day: dt.date | None = None) -> Evidence | None:
    """Return what one number of a selection rests on, or None where the selection has no such number.

    Parameters
    ----------
    selection
        The chosen records.
    figure
        Name of the number, as in `Evidence`.
    day
        Of which the number of people present is asked; the last day of the selection where None.
    """
    parts = figure_parts(figure)
    if figure == PEOPLE:
        return _of_figure(selection, figure, PEOPLE, "", selection.travels.people(), PEOPLE, END)
    if parts is None:
        return _of_record(selection, figure)
    row, measure = parts
    moment = END
    if measure == OUTCOME:
        of_outcome = outcome_figures(selection).get(row)
        if of_outcome is None:
            return None
        found = of_outcome[1]
    elif measure == PRESENT:
        shown = day or last_day(selection)
        if shown is None:
            return None
        found, moment = selection.travels.present(), end_of(shown)
    else:
        of_measure = measure_figure(selection, measure)
        if of_measure is None:
            return None
        found = of_measure
    return _of_figure(selection, figure, measure, row, found, row, moment)


def _of_figure(
    selection: Selection, name: str, measure: str, row: str, figure: Figure, column: str, moment: int
) -> Evidence | None:
    """Return what a row of a figure rests on; None where nobody is in it."""
    if column not in figure.rows:
        return None
    low, high = (values[list(figure.rows).index(column)] for values in figure.at(moment))
    record, sign = figure.signs(column, moment)
    if not len(record) or high == 0:
        return None
    dataset = selection.dataset
    order = np.lexsort((record, -sign))
    record, sign = record[order], sign[order]
    kept = ~pd.DataFrame({"record": record, "sign": sign}).duplicated().to_numpy()
    record, sign = record[kept], sign[kept]
    least, most = selection.bounds
    ids = dataset.events.index.append(dataset.transfers.index)[record]
    added = sign > 0
    together = (
        least[record[added]].sum() - most[record[~added]].sum(),
        most[record[added]].sum() - least[record[~added]].sum(),
    )
    terms = pd.DataFrame(
        {
            "sign": sign,
            **{
                bound: to_nullable(values[record], ids)
                for bound, values in zip(columns("count"), (least, most), strict=True)
            },
        },
        ids,
    )
    narrower = bool(low > max(together[0], 0) or high < together[1])
    same = selection.counted != "done" and len(terms) > 1
    return Evidence(name, measure, row, bounds(low, high), terms, narrower and not same, same, selection)


def _of_record(selection: Selection, name: str) -> Evidence | None:
    """Return what the number of one chosen record rests on; None where it is not chosen."""
    own = pd.concat([records[records.index == name] for records in (selection.events, selection.transfers)])
    if own.empty:
        return None
    terms = own[columns("count")].assign(sign=1)[["sign", *columns("count")]]
    count = bounds(minima(own)[0], maxima(own)[0])
    return Evidence(name, COUNT, "", count, terms, False, False, selection)
