"""People by country, each counted once (design, section 4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from geodata.basis import ENTRIES
from geodata.countries import country_name
from geodata.counts import Bounds, FloatArray, bounds, columns, maxima, minima, to_nullable
from geodata.filters import MEASURES, OUTCOME, PEOPLE
from geodata.load import IntArray
from geodata.schema import EVENT_KINDS, STATUSES
from geodata.selection import Selection, steps

__all__ = [
    "MOVED",
    "NOWHERE",
    "OUTCOMES",
    "UNREPORTED",
    "country_totals",
    "outcome_terms",
    "outcomes",
    "people",
    "people_terms",
    "record_terms",
    "sums",
    "taken_along",
    "terms",
    "timeline",
    "totals_table",
]

UNREPORTED = "unreported"
"""Row of those who had been freed, and of whom no source says where they went."""
MOVED = "moved"
"""Outcome of those who set out on a transfer that took place."""
OUTCOMES = (*EVENT_KINDS, MOVED, UNREPORTED, *STATUSES[1:])
"""Rows of `outcomes`; no two of them are ever added up."""
NOWHERE = ("between", "unlocated")
"""Rows for legs whose place is between countries, or in none that is known."""


def country_totals(selection: Selection) -> pd.DataFrame:
    """Return the people-counts of every country that the selection touches.

    Parameters
    ----------
    selection
        Transfers of its counted status are counted, superseded plans are not.

    Returns
    -------
    DataFrame
        Index ``country_code``, sorted, then ``between`` and ``unlocated``. Columns: country (English name),
        then ``_min`` and ``_max`` (Int64; missing = open) of released, departed, arrived, passed_on, remained
        and moved_within, then transfers (how many are counted) and sources (ids, sorted, ``;`` between).
    """
    legs, released = selection.counted_transfers, selection.counted_events
    origin, destination = legs["origin_country"], legs["destination_country"]
    found = sums(terms(selection))
    codes = pd.Index(pd.concat([released["country_code"], origin, destination]).unique(), dtype=str)
    codes = codes.sort_values().rename("country_code")
    codes = codes[~codes.isin(NOWHERE)].append(codes[codes.isin(NOWHERE)])
    every = found.reindex(pd.MultiIndex.from_product([MEASURES, codes]), fill_value=0.0)
    shape = (len(MEASURES), len(codes))
    least = dict(zip(MEASURES, every["min"].to_numpy().reshape(shape), strict=True))
    most = dict(zip(MEASURES, every["max"].to_numpy().reshape(shape), strict=True))
    least["remained"] = np.maximum(least["arrived"] - most["passed_on"], 0)
    most["remained"] = np.maximum(most["arrived"] - least["passed_on"], 0)
    counts = {
        column: to_nullable(bound[measure], codes)
        for measure in MEASURES
        for column, bound in zip(columns(measure), (least, most), strict=True)
    }
    ends = codes.get_indexer(pd.Index(origin)), codes.get_indexer(pd.Index(destination))
    crossing = ends[0] != ends[1]
    transfers = np.bincount(np.concatenate([ends[0], ends[1][crossing]]), minlength=len(codes))
    return totals_table(codes, counts, transfers, _sources(selection, legs, released, codes, ends))


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


def _sources(
    selection: Selection,
    legs: pd.DataFrame,
    released: pd.DataFrame,
    codes: pd.Index,
    ends: tuple[IntArray, IntArray],
) -> list[str]:
    """Return for each country the ids of the sources whose known claims are on its records."""
    touched = np.full((2, selection.dataset.size), -1)
    touched[0, released["record"]] = codes.get_indexer(pd.Index(released["country_code"]))
    touched[:, legs["record"]] = ends
    known = np.array([entry.known for entry in ENTRIES.values()])[selection.claims["entry"].cat.codes]
    claims = selection.claims[["source_id", "record"]][known]
    source, ids = pd.factorize(claims["source_id"].array)
    pairs = np.unique(touched[:, claims["record"]] * len(ids) + source)
    cited = pd.Series(ids[pairs[pairs >= 0] % len(ids)]).groupby(pairs[pairs >= 0] // len(ids))
    texts = cited.agg(lambda found: ";".join(sorted(found))) if len(claims) else pd.Series(dtype=object)
    return [str(texts.get(number, "")) for number in range(len(codes))]


def terms(selection: Selection) -> pd.DataFrame:
    """Return what each record adds to each measure of each country; `country_totals` is their sum.

    Returns
    -------
    DataFrame
        Index record id; measure, country_code, min and max (floats; infinity where open), record (its
        number), whole (number of the record whose people these are part of) and whole_max (how many those are
        at most). Terms of one whole carry together at most its people. What remained is what arrived less
        what passed on.
    """
    legs, released = selection.counted_transfers, selection.counted_events
    origin, destination = legs["origin_country"], legs["destination_country"]
    within = ((origin == destination) & ~origin.isin(NOWHERE)).to_numpy(dtype=bool)
    return pd.concat(
        [
            _terms("released", released["country_code"], released),
            _terms("departed", origin[~within], legs[~within]),
            _terms("arrived", destination[~within], legs[~within]),
            _terms("passed_on", origin, _passing(selection, legs, within)),
            _terms("moved_within", origin[within], legs[within]),
        ]
    )


def people(selection: Selection) -> Bounds:
    """Return how many people the selection is about, each once: the sum of `people_terms`."""
    found = sums(people_terms(selection)).sum()
    return bounds(found["min"], found["max"])


def people_terms(selection: Selection) -> pd.DataFrame:
    """Return the records whose people are counted, each person once, in the form of `terms`.

    For an event that is chosen whole, its own count where a source gives one; else the counted transfers
    that follow no chosen one. An event is chosen whole with all its first transfers, and where it is itself
    what a country, a place, a group or a source chose.
    """
    dataset = selection.dataset
    legs, released = selection.counted_transfers, selection.counted_events
    every = dataset.transfers
    opening = (every["status"] == selection.counted) & ~dataset.among(every["record"], dataset.links[0])
    filters = selection.filters
    by_record = filters.country or filters.place or filters.group or filters.source
    by_leg = filters.origin or filters.destination or filters.transfer
    itself = bool(by_record) and not by_leg
    left_out = every[opening & ~dataset.among(every["record"], legs["record"])]
    cut = dataset.among(released["record"], left_out["event_record"])
    whole = released[released["reported"] & (~cut | itself)]
    first = legs[~_following(selection, legs)]
    rest = first[~dataset.among(first["event_record"], whole["record"])]
    return pd.concat([_terms(PEOPLE, whole["kind"], whole), _terms(PEOPLE, rest["status"], rest)])


def outcomes(selection: Selection) -> pd.DataFrame:
    """Return how many people each kind of event and each status is about; the rows are never added up.

    Returns
    -------
    DataFrame
        The sum of `outcome_terms`: index outcome, in the order of `OUTCOMES`; records (how many events or
        transfers add up), outcome_min and outcome_max (Int64; missing = open).
    """
    every = outcome_terms(selection)
    found = sums(every).droplevel("measure")
    found = found.reindex([outcome for outcome in OUTCOMES if outcome in found.index])
    index = found.index.rename("outcome")
    low, high = columns(OUTCOME)
    return pd.DataFrame(
        {
            "records": every["country_code"].value_counts().reindex(index).to_numpy(),
            low: to_nullable(found["min"].to_numpy(), index),
            high: to_nullable(found["max"].to_numpy(), index),
        },
        index,
    )


def outcome_terms(selection: Selection) -> pd.DataFrame:
    """Return the records whose people are behind each outcome, in the form of `terms`.

    That is every chosen event that took place, under its kind and, where no transfer of it is known, under
    `UNREPORTED` as well; and every first transfer, under `MOVED` where it took place and under its status
    where it did not. Superseded plans are left out.
    """
    dataset, events, legs = selection.dataset, selection.events, selection.transfers
    events = events[events["own"]]
    silent = events[~dataset.among(events["record"], dataset.transfers["event_record"])]
    legs = legs[~legs["superseded"]]
    leg, before = steps(selection, legs)
    status = legs["status"].to_numpy()
    first = np.ones(len(legs), dtype=bool)
    first[leg[status[leg] == status[before]]] = False
    legs = legs[first]
    return pd.concat(
        [
            _terms(OUTCOME, events["kind"], events),
            _terms(OUTCOME, legs["status"].replace("done", MOVED), legs),
            _terms(OUTCOME, pd.Series(UNREPORTED, silent.index), silent),
        ]
    )


def timeline(selection: Selection) -> pd.DataFrame:
    """Return how many people, each counted once, had been set in motion by the end of each day.

    The day of a record may be known only as a span: its people are in the upper bound from the first of its
    days on, and in the lower bound from the last.

    Returns
    -------
    DataFrame
        Index day (datetime64[s], ascending): the days on which a bound rises. Columns people_min and
        people_max (Int64; missing = open); the last row is `people`.
    """
    parts = people_terms(selection)
    dataset = selection.dataset
    first, last = (
        np.concatenate([dataset.events[day], dataset.transfers[day]])[parts["record"].to_numpy()]
        for day in ("earliest", "latest")
    )
    order = np.lexsort((first, parts["whole"]))
    parts, first, last = parts.iloc[order], first[order], last[order]
    # Parts of one whole are together at most that whole, so a later part may add less than its own people.
    whole = parts["whole"].to_numpy()
    together = parts["max"].groupby(whole).cumsum().clip(upper=parts["whole_max"])
    before = together.groupby(whole).shift(fill_value=0.0)
    added = (together - before).where(before < np.inf, 0.0)
    days = pd.Index(np.unique([first, last]), name="day")
    found = {}
    for name, day, count in zip(columns(PEOPLE), (last, first), (parts["min"], added), strict=True):
        rises = np.bincount(days.get_indexer(day), weights=count, minlength=len(days))
        found[name] = to_nullable(rises.cumsum().astype(float), days)
    return pd.DataFrame(found, days)


def record_terms(
    measure: str, country: pd.Series, records: pd.DataFrame, least: FloatArray, most: FloatArray
) -> pd.DataFrame:
    """Return what records add to a measure of countries, in the form of `terms`; nobody counts negative."""
    own = records["record"].to_numpy()
    bounded = "whole" in records
    whole = np.where(records["whole"] < 0, own, records["whole"]) if bounded else own
    return pd.DataFrame(
        {
            "measure": measure,
            "country_code": country.array,
            "record": own,
            "whole": whole,
            "min": np.maximum(least, 0.0),
            "max": np.maximum(most, 0.0),
            "whole_max": maxima(records, "whole") if bounded else np.inf,
        },
        index=records.index,
    )


def _terms(measure: str, country: pd.Series, records: pd.DataFrame) -> pd.DataFrame:
    """Return what records add to a measure of countries with all their people."""
    return record_terms(measure, country, records, minima(records), maxima(records))


def sums(terms: pd.DataFrame) -> pd.DataFrame:
    """Return ``min`` and ``max`` (floats) by measure and country; one open bound opens the sum.

    Terms that are part of one whole carry together at most its people.
    """
    keys = [pd.factorize(terms[name].array, sort=True) for name in ("measure", "country_code")]
    (measure, measures), (country, countries) = keys
    cell = measure * len(countries) + country
    rows: pd.MultiIndex = pd.MultiIndex.from_product([measures, countries], names=["measure", "country_code"])
    # One number for row and whole; the wholes of a row lie together.
    width = int(terms["whole"].max()) + 1 if len(terms) else 1
    part, parts = pd.factorize(cell * width + terms["whole"].to_numpy())
    row = parts // width
    most = np.full(len(parts), np.inf)
    most[part] = terms["whole_max"].to_numpy()
    most = np.minimum(most, np.bincount(part, weights=terms["max"].to_numpy(), minlength=len(parts)))
    bounds = {
        "min": np.bincount(cell, weights=terms["min"].to_numpy(), minlength=len(rows)),
        "max": np.bincount(row, weights=most, minlength=len(rows)),
    }
    return pd.DataFrame(bounds, rows, dtype=float)[np.bincount(row, minlength=len(rows)) > 0]


def taken_along(
    selection: Selection, legs: pd.DataFrame
) -> tuple[IntArray, IntArray, FloatArray, FloatArray]:
    """Return how many people of one transfer went on with a transfer that follows it.

    Where a transfer follows several, the others bound how many of its people came with each of them.

    Returns
    -------
    tuple
        One entry a link: positions in `legs` of the following and of the followed transfer, and how many of
        the latter's people the former took along, at least and at most.
    """
    leg, before = steps(selection, legs)
    low, high = minima(legs)[leg], maxima(legs)[leg]
    carried = maxima(legs)[before]
    endless = np.isinf(carried)

    def others(values: FloatArray) -> FloatArray:
        """Return the sum over the other transfers that the same one follows."""
        return np.bincount(leg, weights=values, minlength=len(legs))[leg] - values

    with_others = np.where(others(endless.astype(float)) > 0, np.inf, others(np.where(endless, 0.0, carried)))
    return leg, before, np.maximum(low - with_others, 0.0), np.minimum(high, carried)


def _following(selection: Selection, legs: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Return which legs follow at least one of them."""
    follows = np.zeros(len(legs), dtype=bool)
    follows[steps(selection, legs)[0]] = True
    return follows


def _passing(selection: Selection, legs: pd.DataFrame, within: npt.NDArray[np.bool_]) -> pd.DataFrame:
    """Return the legs with as many people as leave a country that a chosen leg had brought them to.

    A leg inside a country carries on: who arrived, moved inside and left has passed on. Where only some of
    the followed legs had entered the country, the others' people bound how many of the leg's passed on.
    """
    leg, before = steps(selection, legs)
    reached = ~within
    while (carrying_on := leg[within[leg] & ~reached[leg] & reached[before]]).size:
        reached[carrying_on] = True
    carried, entered = maxima(legs)[before], reached[before]

    def total(chosen: npt.NDArray[np.bool_]) -> FloatArray:
        return np.bincount(leg[chosen], weights=carried[chosen], minlength=len(legs)).astype(float)

    arrived, others = total(entered), total(~entered)
    most = np.where(~within, np.minimum(maxima(legs), arrived), 0.0)
    least = np.where(~within & (arrived > 0), np.maximum(minima(legs) - others, 0), 0.0)
    return legs.assign(
        count_min=to_nullable(np.minimum(least, most), legs.index), count_max=to_nullable(most, legs.index)
    )
