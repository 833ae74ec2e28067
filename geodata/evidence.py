"""What stands behind one number: the records that add up to it, their claims, and how each claim entered."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geodata.basis import ENTRIES
from geodata.counts import Bounds, bounds, columns, maxima, minima, to_nullable
from geodata.filters import PEOPLE, figure_of_country
from geodata.presence import last_day, present_terms
from geodata.reconcile import Step
from geodata.selection import Selection
from geodata.totals import people_terms, record_terms, sums, terms

__all__ = ["COUNT", "PRESENT", "Evidence", "behind"]

PRESENT = "present"
"""Measure of the figures of `geodata.presence.present`."""
COUNT = "count"
"""Measure of the figure of one record."""


@dataclass(frozen=True, eq=False)
class Evidence:
    """Everything that one number rests on.

    Parameters
    ----------
    figure
        Its name in links: ``people``; country and measure, ``UA.arrived``; or the id of an event or transfer.
    measure
        ``people``, a measure of `geodata.filters.MEASURES`, `PRESENT` or `COUNT`.
    country_code
        The row it stands in; "" where it is no country's.
    count
        The number.
    terms
        Index record id; sign (1 where people are added, -1 where they are taken off), count_min, count_max
        (Int64; missing = open), whole (id of the record that bounds several terms together, else "").
    claims
        Claims on these records, whatever their standing: the columns of `Selection.claims`, those that count
        first.
    reasons
        Why bounds are narrower than claimed, conclusions before their premises.
    """

    figure: str
    measure: str
    country_code: str
    count: Bounds
    terms: pd.DataFrame
    claims: pd.DataFrame
    reasons: tuple[Step, ...]


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
    country = _country_figure(figure)
    records = pd.concat([selection.events, selection.transfers])
    if figure == PEOPLE:
        code, measure = "", PEOPLE
        added, taken = people_terms(selection), None
    elif country:
        code, measure = country
        added, taken = _terms_of(selection, measure, code, day)
    elif figure in records.index:
        code, measure = "", COUNT
        own = records.loc[[figure]].drop(columns="whole")
        added = record_terms(COUNT, pd.Series("", own.index), own, minima(own), maxima(own))
        taken = None
    else:
        return None
    parts = [(1, added)] if taken is None else [(1, added), (-1, taken)]
    found = pd.concat([_shown(selection, part, sign) for sign, part in parts])
    if found.empty:
        return None
    claims = selection.claims[selection.claims["subject_id"].isin(found.index)]
    counts = claims["entry"].map({key: entry.counts for key, entry in ENTRIES.items()}).astype(bool)
    known = claims["entry"].map({key: entry.known for key, entry in ENTRIES.items()}).astype(bool)
    claims = claims.assign(_counts=counts, _known=known, _part=claims["group"] != "")
    order = ["_part", "_counts", "_known"]
    claims = claims.sort_values(order, ascending=[True, False, False], kind="stable").drop(columns=order)
    reasons = dict.fromkeys(step for record in found.index for step in selection.reconciled.why(record))
    return Evidence(figure, measure, code, _count(added, taken), found, claims, tuple(reasons))


def _country_figure(figure: str) -> tuple[str, str] | None:
    code, _, measure = figure.partition(".")
    return (code, measure) if measure == PRESENT else figure_of_country(figure)


def _terms_of(
    selection: Selection, measure: str, code: str, day: dt.date | None
) -> tuple[pd.DataFrame, pd.DataFrame | None]:
    """Return the terms that a measure of a country adds, and those that it takes off."""
    if measure == PRESENT:
        shown = day or last_day(selection)
        every = present_terms(selection, shown) if shown else terms(selection)[:0]
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
