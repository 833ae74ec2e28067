"""People by country, each counted once (design, section 4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from geodata.basis import ENTRIES
from geodata.countries import country_name
from geodata.counts import Bounds, FloatArray, bounds, columns, maxima, minima, to_nullable
from geodata.filters import MEASURES, PEOPLE
from geodata.load import IntArray
from geodata.schema import EVENT_KINDS, STATUSES
from geodata.selection import Selection, steps

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
    "totals_table",
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
    claims = selection.claims[known]
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
        Index record id; measure, country_code, min and max (floats; infinity where open), whole (number of
        the record whose people these are part of) and whole_max (how many those are at most). Terms of one
        whole carry together at most its people. What remained is what arrived less what passed on.
    """
    legs, released = counted(selection)
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
    that follow no chosen one.
    """
    dataset = selection.dataset
    legs, released = counted(selection)
    every = dataset.transfers
    opening = (every["status"] == selection.counted) & ~dataset.flags(dataset.links[0])[every["record"]]
    left_out = every[opening & ~dataset.flags(legs["record"])[every["record"]]]
    cut = dataset.flags(left_out["event_record"])
    whole = released[released["reported"] & ~cut[released["record"]]]
    first = legs[~_following(selection, legs)]
    rest = first[~dataset.flags(whole["record"])[first["event_record"]]]
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
        first = chosen[~_following(selection, chosen)]
        rows["moved" if status == "done" else status] = len(chosen), _terms(status, first["status"], first)
    silent = events[~selection.dataset.flags(selection.dataset.transfers["event_record"])[events["record"]]]
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
    own = records["record"].to_numpy()
    bounded = "whole" in records
    whole = np.where(records["whole"] < 0, own, records["whole"]) if bounded else own
    return pd.DataFrame(
        {
            "measure": measure,
            "country_code": country.array,
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
