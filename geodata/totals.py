"""People by country, each counted once (design, section 4)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geodata.countries import country_name
from geodata.counts import Bounds, FloatArray, columns, maxima, minima, to_nullable
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
    passing = _passing(legs, within)

    found = {
        "released": _sums(released, released["country_code"]),
        "departed": _leg_sums(legs[~within], origin[~within]),
        "arrived": _leg_sums(legs[~within], destination[~within]),
        "passed_on": _leg_sums(passing, origin),
        "moved_within": _leg_sums(legs[within], origin[within]),
    }
    codes = pd.Index(np.unique([*released["country_code"], *origin, *destination]), dtype=str)
    codes = codes[~codes.isin(NOWHERE)].append(codes[codes.isin(NOWHERE)]).rename("country_code")
    found = {measure: sums.reindex(codes, fill_value=0.0) for measure, sums in found.items()}
    arrived, passed_on = found["arrived"], found["passed_on"]
    found["remained"] = pd.DataFrame(
        {
            "min": np.maximum(arrived["min"] - passed_on["max"], 0),
            # Nobody can pass on who did not arrive, so an open upper bound of both stays open.
            "max": np.maximum(arrived["max"] - passed_on["min"], 0),
        }
    )
    totals = pd.DataFrame({"country": [country_name(code) for code in codes]}, index=codes)
    for measure in MEASURES:
        for bound, name in zip(("min", "max"), columns(measure), strict=True):
            totals[name] = to_nullable(found[measure][bound].to_numpy(), codes)
    touched = pd.concat(
        [
            pd.DataFrame({"country_code": released["country_code"], "transfer": False}),
            pd.DataFrame({"country_code": origin, "transfer": True}),
            pd.DataFrame({"country_code": destination[origin != destination], "transfer": True}),
        ]
    )
    totals["transfers"] = touched.groupby("country_code")["transfer"].sum().reindex(codes, fill_value=0)
    cited = touched.join(selection.claims.set_index("subject_id")["source_id"], how="inner")
    sources = cited.groupby("country_code")["source_id"].agg(lambda ids: ";".join(sorted(set(ids))))
    totals["sources"] = sources.reindex(codes, fill_value="")
    return totals


def people(selection: Selection) -> Bounds:
    """Return how many people the selection is about, each once.

    For an event that is chosen whole, its own count where a source gives one; else the sum of the counted
    transfers that follow no chosen one.
    """
    legs = selection.transfers[selection.transfers["counted"]]
    first = legs[~_any_followed(legs, legs.index)]
    every = selection.dataset.transfers
    opening = every[(every["status"] == selection.counted) & (every["follows"].str.len() == 0)]
    cut = opening.loc[opening.index.difference(legs.index), "event_id"]
    events = selection.events
    whole = events[
        events["own"] & (selection.counted == "done") & events["reported"] & ~events.index.isin(cut)
    ]
    rest = first[~first["event_id"].isin(whole.index)]
    sums = pd.concat([_sums(whole, whole["kind"]), _leg_sums(rest, rest["status"])]).sum()
    return int(sums["min"]), None if np.isinf(sums["max"]) else int(sums["max"])


def _sums(records: pd.DataFrame, by: pd.Series) -> pd.DataFrame:
    """Return the sums of bounds by country as floats; one open bound opens the sum."""
    bounds = pd.DataFrame({"min": minima(records), "max": maxima(records)}, index=records.index)
    return bounds.groupby(by.to_numpy(dtype=str)).sum()


def _leg_sums(legs: pd.DataFrame, by: pd.Series) -> pd.DataFrame:
    """Return the sums of legs by country; legs that share one whole carry together at most its people."""
    bounds = pd.DataFrame(
        {
            "by": by.to_numpy(dtype=str),
            "whole": legs["whole"].where(legs["whole"] != "", legs.index.to_series()).to_numpy(dtype=str),
            "min": minima(legs),
            "max": maxima(legs),
            "whole_max": legs["whole_max"].to_numpy(dtype=float, na_value=np.inf),
        }
    )
    parts = bounds.groupby(["by", "whole"]).agg({"min": "sum", "max": "sum", "whole_max": "first"})
    parts["max"] = parts[["max", "whole_max"]].min(axis="columns")
    return parts[["min", "max"]].groupby(level="by").sum()


def _any_followed(legs: pd.DataFrame, among: pd.Index) -> pd.Series:
    """Return which legs follow at least one of `among`."""
    steps = legs["follows"].explode()
    return steps.isin(among).groupby(level=0).any().reindex(legs.index, fill_value=False)


def _passing(legs: pd.DataFrame, within: pd.Series) -> pd.DataFrame:
    """Return for each leg how many of its people leave a country that they had reached by a chosen leg.

    A leg inside a country carries on: who arrived, moved inside and left has passed on. Where only some of
    the followed legs had entered the country, the others' people bound how many of the leg's passed on.
    """
    reached = ~within
    for _ in range(len(legs)):
        following = within & _any_followed(legs, legs.index[reached])
        if not (following & ~reached).any():
            break
        reached |= following
    steps = legs["follows"].explode().dropna()
    steps = steps[steps.isin(legs.index)]
    bounds = pd.DataFrame({"max": maxima(legs), "reached": reached}, index=legs.index)
    parents = bounds.loc[steps].set_axis(steps.index)

    def carried(rows: pd.DataFrame) -> FloatArray:
        return rows.groupby(level=0)["max"].sum().reindex(legs.index, fill_value=0.0).to_numpy()

    entered, others = carried(parents[parents["reached"]]), carried(parents[~parents["reached"]])
    outward = (~within).to_numpy()
    least = np.where(outward & (entered > 0), np.maximum(minima(legs) - others, 0), 0.0)
    most = np.where(outward, np.minimum(maxima(legs), entered), 0.0)
    return legs.assign(
        count_min=to_nullable(np.minimum(least, most), legs.index), count_max=to_nullable(most, legs.index)
    )
