"""People by country, each counted once (design, section 4)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geodata.countries import country_name
from geodata.counts import Bounds, FloatArray, bounds, columns, maxima, minima, to_nullable
from geodata.filters import MEASURES
from geodata.selection import Selection

__all__ = ["NOWHERE", "country_totals", "people"]

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
    legs = selection.transfers[selection.transfers["counted"]]
    released = (
        selection.events[selection.events["own"]] if selection.counted == "done" else selection.events[:0]
    )
    origin, destination = legs["origin_country"], legs["destination_country"]
    within = (origin == destination) & ~origin.isin(NOWHERE)
    sums = _sums(
        _terms("released", released["country_code"], released),
        _terms("departed", origin[~within], legs[~within]),
        _terms("arrived", destination[~within], legs[~within]),
        _terms("passed_on", origin, _passing(legs, within)),
        _terms("moved_within", origin[within], legs[within]),
    )
    codes = pd.Index(np.unique([*released["country_code"], *origin, *destination]), dtype=str)
    codes = codes[~codes.isin(NOWHERE)].append(codes[codes.isin(NOWHERE)]).rename("country_code")
    every = sums.reindex(pd.MultiIndex.from_product([MEASURES, codes]), fill_value=0.0)
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
    counted = touched[touched.index.isin(legs.index)].value_counts()
    claims = selection.claims.set_index("subject_id")["source_id"]
    cited = touched.rename("country_code").to_frame().join(claims, how="inner")
    sources = cited.groupby("country_code")["source_id"].agg(lambda ids: ";".join(sorted(set(ids))))
    totals["transfers"] = counted.reindex(codes, fill_value=0)
    totals["sources"] = sources.reindex(codes, fill_value="")
    return pd.DataFrame(totals, index=codes)


def people(selection: Selection) -> Bounds:
    """Return how many people the selection is about, each once.

    For an event that is chosen whole, its own count where a source gives one; else the sum of the counted
    transfers that follow no chosen one.
    """
    legs = selection.transfers[selection.transfers["counted"]]
    first = legs[~_follows(legs, legs.index)]
    every = selection.dataset.transfers
    opening = every[(every["status"] == selection.counted) & (every["follows"].str.len() == 0)]
    cut = opening.loc[opening.index.difference(legs.index), "event_id"]
    events = selection.events
    whole = events[
        events["own"] & (selection.counted == "done") & events["reported"] & ~events.index.isin(cut)
    ]
    rest = first[~first["event_id"].isin(whole.index)]
    sums = _sums(_terms("people", whole["kind"], whole), _terms("people", rest["status"], rest)).sum()
    return bounds(sums["min"], sums["max"])


def _terms(measure: str, country: pd.Series, records: pd.DataFrame) -> pd.DataFrame:
    """Return what records add to a measure of countries; ``whole`` names whose people they are part of."""
    own = records.index.to_series()
    whole = records["whole"].where(records["whole"] != "", own) if "whole" in records else own
    most = maxima(records, "whole") if "whole" in records else np.inf
    return pd.DataFrame(
        {
            "measure": measure,
            "country_code": country.to_numpy(dtype=str),
            "whole": whole.to_numpy(dtype=str),
            "min": minima(records),
            "max": maxima(records),
            "whole_max": most,
        }
    )


def _sums(*terms: pd.DataFrame) -> pd.DataFrame:
    """Return ``min`` and ``max`` (floats) by measure and country; one open bound opens the sum.

    Legs that are part of one whole carry together at most its people.
    """
    by = ["measure", "country_code"]
    parts = pd.concat(terms).groupby([*by, "whole"]).agg({"min": "sum", "max": "sum", "whole_max": "first"})
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
