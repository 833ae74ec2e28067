"""People by country, each counted once (design, section 4)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geodata.basis import ENTRIES
from geodata.countries import country_name
from geodata.counts import Bounds, FloatArray, bounds, columns, maxima, minima, to_nullable
from geodata.filters import MEASURES, PEOPLE
from geodata.schema import EVENT_KINDS, STATUSES
from geodata.selection import Selection

__all__ = [
    "NOWHERE",
    "UNREPORTED",
    "counted",
    "country_totals",
    "outcomes",
    "people",
    "people_terms",
    "record_terms",
    "sums",
    "terms",
]

UNREPORTED = "unreported"
"""Row of those who had been freed, and of whom no source says where they went."""
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
    legs, released = counted(selection)
    origin, destination = legs["origin_country"], legs["destination_country"]
    found = sums(terms(selection))
    codes = pd.Index(np.unique([*released["country_code"], *origin, *destination]), dtype=str)
    codes = codes[~codes.isin(NOWHERE)].append(codes[codes.isin(NOWHERE)]).rename("country_code")
    every = found.reindex(pd.MultiIndex.from_product([MEASURES, codes]), fill_value=0.0)
    shape = (len(MEASURES), len(codes))
    least = dict(zip(MEASURES, every["min"].to_numpy().reshape(shape), strict=True))
    most = dict(zip(MEASURES, every["max"].to_numpy().reshape(shape), strict=True))
    least["remained"] = np.maximum(least["arrived"] - most["passed_on"], 0)
    most["remained"] = np.maximum(most["arrived"] - least["passed_on"], 0)
    totals = {"country": pd.Series([country_name(code) for code in codes], codes)}
    for measure in MEASURES:
        low, high = columns(measure)
        totals[low], totals[high] = to_nullable(least[measure], codes), to_nullable(most[measure], codes)
    touched = pd.concat([released["country_code"], origin, destination[origin != destination]])
    transfers = touched[touched.index.isin(legs.index)].value_counts()
    known = selection.claims["entry"].map({key: entry.known for key, entry in ENTRIES.items()}).astype(bool)
    claims = selection.claims[known].set_index("subject_id")["source_id"]
    cited = touched.rename("country_code").to_frame().join(claims, how="inner")
    sources = cited.groupby("country_code")["source_id"].agg(lambda ids: ";".join(sorted(set(ids))))
    totals["transfers"] = transfers.reindex(codes, fill_value=0)
    totals["sources"] = sources.reindex(codes, fill_value="")
    return pd.DataFrame(totals, index=codes)


def terms(selection: Selection) -> pd.DataFrame:
    """Return what each record adds to each measure of each country; `country_totals` is their sum.

    Returns
    -------
    DataFrame
        Index record id; measure, country_code, min and max (floats; infinity where open), whole (the record
        whose people these are part of) and whole_max (how many those are at most). Terms of one whole carry
        together at most its people. What remained is what arrived less what passed on.
    """
    legs, released = counted(selection)
    origin, destination = legs["origin_country"], legs["destination_country"]
    within = (origin == destination) & ~origin.isin(NOWHERE)
    return pd.concat(
        [
            _terms("released", released["country_code"], released),
            _terms("departed", origin[~within], legs[~within]),
            _terms("arrived", destination[~within], legs[~within]),
            _terms("passed_on", origin, _passing(legs, within)),
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
    that follow no chosen one.
    """
    legs, released = counted(selection)
    first = legs[~_follows(legs, legs.index)]
    every = selection.dataset.transfers
    opening = every[(every["status"] == selection.counted) & (every["follows"].str.len() == 0)]
    cut = opening.loc[opening.index.difference(legs.index), "event_id"]
    whole = released[released["reported"] & ~released.index.isin(cut)]
    rest = first[~first["event_id"].isin(whole.index)]
    return pd.concat([_terms(PEOPLE, whole["kind"], whole), _terms(PEOPLE, rest["status"], rest)])


def outcomes(selection: Selection) -> pd.DataFrame:
    """Return how many people each kind of event and each status is about; the rows are never added up.

    Returns
    -------
    DataFrame
        Index outcome: the kinds of the events that took place, ``moved`` (people on a first transfer that
        took place), ``unreported`` (people of events without a transfer), then the other statuses. Columns
        records (how many events or transfers) and count_min, count_max (Int64; missing = open).
    """
    rows: dict[str, tuple[int, pd.DataFrame]] = {}
    legs, events = selection.transfers, selection.events
    events = events[events["own"]]
    for kind in EVENT_KINDS:
        of_kind = events[events["kind"] == kind]
        rows[kind] = len(of_kind), _terms(kind, of_kind["kind"], of_kind)
    for status in STATUSES:
        chosen = legs[(legs["status"] == status) & ~legs["superseded"]]
        first = chosen[~_follows(chosen, chosen.index)]
        rows["moved" if status == "done" else status] = len(chosen), _terms(status, first["status"], first)
    silent = events[~events.index.isin(selection.dataset.transfers["event_id"])]
    order = [*EVENT_KINDS, "moved", UNREPORTED, *STATUSES[1:]]
    rows[UNREPORTED] = len(silent), _terms(UNREPORTED, silent["kind"], silent)
    found = {outcome: sums(rows[outcome][1]).sum() for outcome in order if rows[outcome][0]}
    index = pd.Index(found, dtype=str, name="outcome")
    bounds = {
        column: to_nullable(np.array([row[bound] for row in found.values()], dtype=float), index)
        for column, bound in zip(columns("count"), ("min", "max"), strict=True)
    }
    return pd.DataFrame({"records": [rows[outcome][0] for outcome in found], **bounds}, index)


def counted(selection: Selection) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the transfers and the events that are counted; events take place, so only with what is done."""
    events, legs = selection.events, selection.transfers
    return legs[legs["counted"]], events[events["own"] & (selection.counted == "done")]


def record_terms(
    measure: str, country: pd.Series, records: pd.DataFrame, least: FloatArray, most: FloatArray
) -> pd.DataFrame:
    """Return what records add to a measure of countries, in the form of `terms`; nobody counts negative."""
    own = records.index.to_series()
    bounded = "whole" in records
    whole = records["whole"].where(records["whole"] != "", own) if bounded else own
    return pd.DataFrame(
        {
            "measure": measure,
            "country_code": country.to_numpy(dtype=str),
            "whole": whole.to_numpy(dtype=str),
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

    Legs that are part of one whole carry together at most its people.
    """
    by = ["measure", "country_code"]
    parts = terms.groupby([*by, "whole"]).agg({"min": "sum", "max": "sum", "whole_max": "first"})
    parts["max"] = np.minimum(parts["max"], parts["whole_max"])
    return parts[["min", "max"]].groupby(level=by).sum()


def _follows(legs: pd.DataFrame, among: pd.Index) -> pd.Series:
    """Return which legs follow at least one of `among`."""
    steps = legs["follows"].explode()
    return pd.Series(legs.index.isin(steps.index[steps.isin(among)]), index=legs.index)


def _passing(legs: pd.DataFrame, within: pd.Series) -> pd.DataFrame:
    """Return the legs with as many people as leave a country that a chosen leg had brought them to.

    A leg inside a country carries on: who arrived, moved inside and left has passed on. Where only some of
    the followed legs had entered the country, the others' people bound how many of the leg's passed on.
    """
    reached = ~within
    while (following := within & ~reached & _follows(legs, legs.index[reached])).any():
        reached |= following
    steps = legs["follows"].explode().dropna()
    steps = steps[steps.isin(legs.index)]
    carried = pd.Series(maxima(legs), legs.index)[steps].set_axis(steps.index)
    entered = reached[steps].set_axis(steps.index)

    def total(rows: pd.Series) -> FloatArray:
        return rows.groupby(level=0).sum().reindex(legs.index, fill_value=0.0).to_numpy()

    arrived, others = total(carried[entered]), total(carried[~entered])
    outward = (~within).to_numpy()
    most = np.where(outward, np.minimum(maxima(legs), arrived), 0.0)
    least = np.where(outward & (arrived > 0), np.maximum(minima(legs) - others, 0), 0.0)
    return legs.assign(
        count_min=to_nullable(np.minimum(least, most), legs.index), count_max=to_nullable(most, legs.index)
    )
