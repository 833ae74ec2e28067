"""People by country, each counted once (design, section 4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from geodata.analysis.basis import known
from geodata.analysis.figures import Figure
from geodata.analysis.selection import Selection
from geodata.geo.names import country_name
from geodata.model.counts import Bounds, FloatArray, bounds, columns, maxima, minima, to_nullable
from geodata.model.dataset import IntArray
from geodata.model.places import NOWHERE, UNREPORTED
from geodata.model.schema import EVENT_KINDS, STATUSES
from geodata.query.filters import MEASURES, OUTCOME, PEOPLE

__all__ = [
    "MOVED",
    "OUTCOMES",
    "country_totals",
    "measure_figure",
    "onward",
    "outcome_figures",
    "outcomes",
    "people",
    "people_records",
    "remained",
    "silent",
    "timeline",
    "totals_table",
]

MOVED = "moved"
"""Outcome of those who set out on a transfer that took place."""
OUTCOMES = (*EVENT_KINDS, MOVED, UNREPORTED, *STATUSES[1:])
"""Rows of `outcomes`; no two of them are ever added up."""
_LASTING = ("released", "remained", "passed_on")
"""Measures of what became of people: of nobody where nothing took place."""


def country_totals(selection: Selection) -> pd.DataFrame:
    """Return the people-counts of every country that the selection touches.

    Each is the least and the most people whom it counts, over all worlds that the claims allow
    (`geodata.analysis.journeys`).

    Parameters
    ----------
    selection
        Its counted events and transfers are counted; what became of people is asked of their whole journeys.

    Returns
    -------
    DataFrame
        Index ``country_code``, sorted, then the rows of `geodata.model.places.NOWHERE`. Columns: country
        (English name), then ``_min`` and ``_max`` (Int64; missing = open) of released, departed, arrived,
        passed_on, remained and moved_within, then transfers (how many are counted) and sources (ids, sorted,
        ``;`` between).
    """
    legs, released = selection.counted_transfers, selection.counted_events
    number, found = pd.factorize(
        pd.concat([legs["origin_country"], legs["destination_country"], released["country_code"]]).array
    )
    touched = number if selection.counted == "done" else number[: 2 * len(legs)]
    codes = pd.Index(found[: touched.max(initial=-1) + 1], dtype=str).sort_values()
    nowhere = [code for code in NOWHERE if code in codes]
    codes = codes[~codes.isin(nowhere)].append(pd.Index(nowhere, dtype=str)).rename("country_code")
    row = codes.get_indexer(pd.Index(found, dtype=str))[number]
    ends = row[: len(legs)], row[len(legs) : 2 * len(legs)]
    counts = {}
    for measure in MEASURES:
        low, high = _rows(measure_figure(selection, measure), codes)
        for column, values in zip(columns(measure), (low, high), strict=True):
            counts[column] = to_nullable(values, codes)
    crossing = ends[0] != ends[1]
    transfers = np.bincount(np.concatenate([ends[0], ends[1][crossing]]), minlength=len(codes))
    return totals_table(codes, counts, transfers, _sources(selection, ends, row[2 * len(legs) :], len(codes)))


def measure_figure(selection: Selection, measure: str) -> Figure | None:
    """Return a measure of countries; None where it is of nobody, since nothing took place."""
    if selection.counted != "done" and measure in _LASTING:
        return None
    return selection.travels.measure(measure)


def _rows(figure: Figure | None, rows: pd.Index) -> tuple[FloatArray, FloatArray]:
    """Return the least and the most people of some rows in the end; nobody is in others."""
    if figure is None:
        return np.zeros(len(rows)), np.zeros(len(rows))
    place = pd.Index(list(figure.rows)).get_indexer(rows)
    low, high = (np.append(values, 0.0)[place] for values in figure.at())
    return low, high


def totals_table(
    codes: pd.Index, counts: Mapping[str, pd.Series], transfers: IntArray, sources: Sequence[str]
) -> pd.DataFrame:
    """Return the table of `country_totals`.

    Parameters
    ----------
    codes
        Index of the table.
    counts
        The two columns of each measure (Int64), by name.
    transfers, sources
        As `country_totals` has them, one a code.
    """
    return pd.DataFrame(
        {
            "country": pd.Series([country_name(code) for code in codes], codes, dtype=str),
            **{column: counts[column] for measure in MEASURES for column in columns(measure)},
            "transfers": pd.Series(transfers, codes),
            "sources": pd.Series(sources, codes, dtype=object),
        },
        index=codes,
    )


def _sources(selection: Selection, ends: tuple[IntArray, IntArray], event: IntArray, rows: int) -> list[str]:
    """Return for each country the ids of the sources whose known claims are on its records.

    Parameters
    ----------
    ends
        Row of the origin and of the destination of each counted transfer.
    event
        Row of each counted event; -1 where it is in none.
    rows
        How many countries there are.
    """
    touched = np.full((2, selection.dataset.size), -1)
    touched[0, selection.counted_events["record"]] = event
    touched[:, selection.counted_transfers["record"]] = ends
    is_known = known(selection.claims["entry"])
    record = selection.claims["record"].to_numpy()[is_known]
    source, ids = pd.factorize(selection.claims["source_id"].array[is_known], sort=True)
    cited = np.zeros((rows + 1, len(ids)), dtype=bool)  # the last row is that of no country
    for row in touched:
        cited[row[record], source] = True
    return [";".join(ids[row]) for row in cited[:rows]]


def people(selection: Selection) -> Bounds:
    """Return how many people the selection is about, each once.

    That is everybody of an event that is chosen itself, and everybody on a chosen transfer.
    """
    return _alone(selection.travels.people())


def remained(selection: Selection) -> dict[str, Bounds]:
    """Return how many people remained in each country where anybody did, by its code."""
    totals = country_totals(selection).drop(list(NOWHERE), errors="ignore")
    each = zip(totals.index, minima(totals, "remained"), maxima(totals, "remained"), strict=True)
    return {code: bounds(low, high) for code, low, high in each if high > 0}


def people_records(selection: Selection) -> pd.Index:
    """Return the ids of the events and transfers by which `people` come to be counted."""
    records, _ = selection.travels.people().signs(PEOPLE)
    return pd.Index(pd.unique(selection.dataset.ids[records]), dtype=str)


def onward(selection: Selection) -> Bounds:
    """Return how many of `people` went on later with a transfer that took place and is not chosen."""
    if selection.counted != "done" or selection.partial:
        return 0, 0
    return _alone(selection.travels.onward())


def _alone(figure: Figure) -> Bounds:
    """Return the number of a figure of one row."""
    low, high = figure.at()
    return bounds(low.sum(), high.sum())


def silent(selection: Selection) -> Bounds:
    """Return of how many people of events that took place no source says where they went, if anywhere."""
    return _alone(selection.travels_of("done").silent())


def outcomes(selection: Selection) -> pd.DataFrame:
    """Return how many people each kind of event and each status is about; the rows are never added up.

    Returns
    -------
    DataFrame
        Index outcome, in the order of `OUTCOMES`; records (how many events or transfers they are people of),
        outcome_min and outcome_max (Int64; missing = open). ``unreported`` are people of events of whom no
        transfer is known.
    """
    found = {}
    for outcome, (records, figure) in outcome_figures(selection).items():
        low, high = figure.at()
        place = list(figure.rows).index(outcome) if outcome in figure.rows else -1
        bound = [np.append(values, 0.0)[place] for values in (low, high)]
        if outcome != UNREPORTED or bound[1] > 0:
            found[outcome] = (records, *bound)
    rows = [outcome for outcome in OUTCOMES if outcome in found]
    index = pd.Index(rows, dtype=str, name="outcome")
    values = np.array([found[row] for row in rows], dtype=float).reshape(-1, 3)
    bounds = {name: to_nullable(values[:, k], index) for k, name in enumerate(columns(OUTCOME), start=1)}
    return pd.DataFrame({"records": values[:, 0].astype(int), **bounds}, index)


def outcome_figures(selection: Selection) -> dict[str, tuple[int, Figure]]:
    """Return for each outcome how many records it is of, and the figure in which it is a row."""
    found: dict[str, tuple[int, Figure]] = {}
    dataset = selection.dataset
    for status in STATUSES:
        if status not in selection.statuses:
            continue
        own, chosen = selection.counted_records(status)
        travels = selection.travels_of(status)
        if status != "done":
            # People of other events are those of their transfers.
            alone = ~dataset.among(own, dataset.event_of[chosen])
            if len(own) + len(chosen):
                found[status] = len(chosen) + int(alone.sum()), travels.people().renamed(status)
            continue
        kind = dataset.kinds
        kinds = travels.of_kind(kind, EVENT_KINDS)
        counted = np.bincount(kind[own], minlength=len(EVENT_KINDS)).tolist()
        found |= {name: (count, kinds) for name, count in zip(EVENT_KINDS, counted, strict=True) if count}
        if len(chosen):
            found[MOVED] = len(chosen), travels.moved().renamed(MOVED)
        if len(own) + len(chosen):
            figure = travels.silent()
            found[UNREPORTED] = figure.journeys_in(UNREPORTED), figure
    return found


def timeline(selection: Selection) -> pd.DataFrame:
    """Return how many people, each counted once, had been set in motion by the end of each day.

    Somebody is set in motion by an event that is chosen itself, else by setting out on a chosen transfer. The
    day may be known only as a span: people are in the upper bound from its first day on, and in the lower
    bound from its last.

    Returns
    -------
    DataFrame
        Index day (datetime64[s], ascending): the days on which a bound rises. Columns people_min and
        people_max (Int64; missing = open); the last row is `people`.
    """
    figure = selection.travels.people()
    history = figure.history().assign(day=lambda known: known["moment"] // 2)
    history = history[~history["day"].duplicated(keep="last")]
    bounds = history[["low", "high"]].to_numpy()
    rises = np.ones(len(bounds), dtype=bool)
    rises[1:] = (bounds[1:] != bounds[:-1]).any(axis=1)
    rises[:1] = bounds[:1].any(axis=1)
    days = history["day"].to_numpy()[rises].astype("datetime64[D]").astype("datetime64[s]")
    index = pd.Index(days, name="day")
    pairs = zip(columns(PEOPLE), bounds[rises].T, strict=True)
    return pd.DataFrame({name: to_nullable(values, index) for name, values in pairs}, index)
