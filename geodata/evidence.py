"""What stands behind one number: the records that add up to it, their claims, and how each claim entered."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from geodata.counts import Bounds, bounds, columns, maxima, minima, to_nullable
from geodata.filters import OUTCOME, PEOPLE, PRESENT, figure_parts
from geodata.presence import last_day, present_terms
from geodata.reconcile import Step
from geodata.selection import Selection
from geodata.totals import outcome_terms, people_terms, record_terms, sums, terms

__all__ = ["COUNT", "Evidence", "behind"]

COUNT = "count"
"""Measure of the figure of one record."""


@dataclass(frozen=True, eq=False)
class Evidence:
    """Everything that one number rests on.

    Parameters
    ----------
    figure
        Its name in links: ``people``; row and measure, ``UA.arrived``; or the id of an event or transfer.
    measure
        ``people``, a measure of `geodata.filters.MEASURES`, ``present``, ``outcome`` or `COUNT`.
    row
        The row it stands in, such as a country's code; "" where it is in none.
    count
        The number.
    terms
        Index record id; sign (1 where people are added, -1 where they are taken off), count_min, count_max
        (Int64; missing = open), whole (id of the record that bounds several terms together, else "").
    """

    figure: str
    measure: str
    row: str
    count: Bounds
    terms: pd.DataFrame
    _selection: Selection = field(repr=False)

    def claims(self, records: pd.Index) -> pd.DataFrame:
        """Return the claims on some of the records, whatever their standing: rows of `Selection.claims`."""
        claims = self._selection.claims
        return claims[claims["subject_id"].isin(records)]

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
        code, measure = "", PEOPLE
        added, taken = people_terms(selection), None
    elif parts:
        code, measure = parts
        added, taken = _terms_of(selection, measure, code, day)
    else:
        code, measure = "", COUNT
        own = pd.concat(
            [records[records.index == figure] for records in (selection.events, selection.transfers)]
        )
        own = own.drop(columns="whole")  # one record alone is bounded by itself
        added, taken = record_terms(COUNT, pd.Series("", own.index), own, minima(own), maxima(own)), None
    signed = [(1, added)] if taken is None else [(1, added), (-1, taken)]
    found = pd.concat([_shown(selection, part, sign) for sign, part in signed])
    if found.empty:
        return None
    return Evidence(figure, measure, code, _count(added, taken), found, selection)


def _terms_of(
    selection: Selection, measure: str, code: str, day: dt.date | None
) -> tuple[pd.DataFrame, pd.DataFrame | None]:
    """Return the terms that a measure of a country adds, and those that it takes off."""
    if measure == PRESENT:
        shown = day or last_day(selection)
        every = present_terms(selection, shown) if shown else terms(selection)[:0]
    elif measure == OUTCOME:
        every = outcome_terms(selection)
    else:
        every = terms(selection)
    every = every[(every["country_code"] == code) & (every["max"] > 0)]
    if measure == "remained":
        return every[every["measure"] == "arrived"], every[every["measure"] == "passed_on"]
    return every[every["measure"] == measure], None


def _count(added: pd.DataFrame, taken: pd.DataFrame | None) -> Bounds:
    """Return the sum of terms, as the totals have it."""
    plus = sums(added).sum()
    least, most = plus["min"], plus["max"]
    if taken is not None and len(taken):
        minus = sums(taken).sum()
        least, most = max(plus["min"] - minus["max"], 0.0), max(plus["max"] - minus["min"], 0.0)
    return bounds(least, most)


def _shown(selection: Selection, part: pd.DataFrame, sign: int) -> pd.DataFrame:
    """Return terms by record, with the whole that bounds several of them together."""
    together = part.groupby("whole")["max"].transform("sum") > part["whole_max"]
    low, high = columns("count")
    ids = selection.dataset.events.index.append(selection.dataset.transfers.index)
    return pd.DataFrame(
        {
            "sign": sign,
            low: to_nullable(part["min"].to_numpy(dtype=float), part.index),
            high: to_nullable(part["max"].to_numpy(dtype=float), part.index),
            "whole": np.where(together, ids[part["whole"]], ""),
        }
    )
