"""Filters to the records they choose, each with its count under the chosen basis."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from geodata.basis import ADOPTED, ALL, ENTRIES, entries
from geodata.countries import country_codes
from geodata.counts import hull
from geodata.dates import span
from geodata.filters import PEOPLE, Filters, LinkNotice, figure_of_country
from geodata.load import Dataset
from geodata.reconcile import Reconciled, reconcile, whole_of
from geodata.schema import STATUSES, Status

__all__ = ["Selection", "honour", "select"]


@dataclass(frozen=True, eq=False)
class Selection:
    """The records that some filters choose from a dataset, with counts.

    Parameters
    ----------
    dataset
        Where they come from.
    filters
        What chose them.
    counted
        The one status whose transfers are counted; all chosen transfers are listed and drawn.
    events
        Chosen events (never of kind ``series``): the columns of `Dataset.events`, count_min and count_max
        (Int64; missing = open), reported (whether any claim counts), own (whether the event itself is inside
        the filters, and not only one of its transfers).
    transfers
        Chosen transfers: the columns of `Dataset.transfers`, count_min, count_max, reported, superseded (a
        plan that every source has given up), counted (whether it enters totals), whole (the event or transfer
        whose people these are part of, "" where none bounds them) and whole_max (how many those are at most).
    claims
        Claims on chosen events and transfers: the columns of `Dataset.claims`, and entry, the key of
        `geodata.basis.ENTRIES` that says how each enters.
    groups
        Parts of the people of the dataset's subjects under this basis: subject_id, group, count_min,
        count_max.
    reconciled
        What the counts of the whole dataset imply under this basis, with reasons and contradictions.
    contradictory
        Ids of chosen events whose claims cannot all hold; their figures are shown as claimed.
    """

    dataset: Dataset
    filters: Filters
    counted: Status
    events: pd.DataFrame
    transfers: pd.DataFrame
    claims: pd.DataFrame
    groups: pd.DataFrame
    reconciled: Reconciled
    contradictory: tuple[str, ...]

    @property
    def locations(self) -> pd.DataFrame:
        """All places of the dataset."""
        return self.dataset.locations

    @property
    def sources(self) -> pd.DataFrame:
        """Publications that the chosen claims come from."""
        return self.dataset.sources[self.dataset.sources.index.isin(self.claims["source_id"])]


def honour(filters: Filters, dataset: Dataset) -> tuple[Filters, list[LinkNotice]]:
    """Return filters that this dataset can honour, and a notice for each value that it cannot.

    Unknown events, countries and sources are taken out; another dataset or hash is replaced by this one's.
    """
    notices = []
    name, _, asked_hash = filters.data.partition("@")
    if name and name != dataset.name:
        notices.append(LinkNotice("data", filters.data, dataset.reference, "this dataset is not here"))
    elif asked_hash and asked_hash != dataset.hash:
        reason = "the data has changed since the link was made, and figures may differ"
        notices.append(LinkNotice("data", filters.data, dataset.reference, reason))
    places = {*country_codes(), "between", "unlocated"}
    known = {"event": set(dataset.events.index), "origin": places, "destination": places}
    found: dict[str, Any] = {"data": dataset.reference}
    for field, key in (("event", "event"), ("origin", "from"), ("destination", "to")):
        held = getattr(filters, field)
        left = tuple(value for value in held if value in known[field])
        for value in held:
            if value not in left:
                got = "the other values of this key" if left else "no filter here"
                notices.append(LinkNotice(key, value, got, f"the dataset has no such {field}"))
        found[field] = left
    for key, default in (("basis", ADOPTED), ("compare", "")):
        if (held := getattr(filters, key)) not in {ADOPTED, ALL, *dataset.sources.index, default}:
            got = default or "one basis alone"
            notices.append(LinkNotice(key, held, got, "the dataset has no such source"))
            found[key] = default
    if filters.compare and filters.compare == filters.basis:
        notices.append(LinkNotice("compare", filters.compare, "one basis alone", "it is the basis itself"))
        found["compare"] = ""
    figure = filters.figure
    known_figure = figure in {"", PEOPLE, *dataset.events.index, *dataset.transfers.index}
    if not known_figure and (figure_of_country(figure) or ("",))[0] not in places:
        notices.append(LinkNotice("figure", figure, "no number open", "the dataset has no such number"))
        found["figure"] = ""
    return replace(filters, **found), notices


def select(dataset: Dataset, filters: Filters) -> Selection:
    """Return the records that `filters` choose, with their counts.

    A transfer is chosen by its event, its own days, its countries and its status. An event is chosen where it
    is inside the filters itself, or where one of its transfers is. The counts are the same whatever the
    filters choose: they depend on the basis and on ``asof`` alone. With one source as the basis, or with
    ``asof``, what no such source mentions is not chosen.
    """
    counts = _counts(dataset, filters.basis, filters.asof)
    events, transfers = counts.reconciled.events, counts.transfers
    if filters.asof or filters.basis not in (ADOPTED, ALL):
        transfers = transfers[transfers["mentioned"]]
        events = events[events["mentioned"] | events.index.isin(transfers["event_id"])]
    events = events[_in(events.index, filters.event) & _in(events["kind"], filters.kind)]
    chosen = (
        transfers["event_id"].isin(events.index)
        & _overlaps(transfers, filters.date)
        & _in(transfers["origin_country"], filters.origin)
        & _in(transfers["destination_country"], filters.destination)
        & _in(transfers["status"], filters.status)
    )
    transfers = transfers[chosen]
    statuses = filters.status or STATUSES
    # Countries are those of transfers, so an event is chosen by them only through a transfer.
    by_itself = not (filters.origin or filters.destination) and "done" in statuses
    events = events.assign(own=_overlaps(events, filters.date) & ("done" in statuses))
    events = events[(events["own"] & by_itself) | events.index.isin(transfers["event_id"])]
    counted = next(status for status in STATUSES if status in statuses)
    transfers = transfers.assign(counted=(transfers["status"] == counted) & ~transfers["superseded"])
    claims = dataset.claims["subject_id"].isin(events.index.append(transfers.index))
    contradictory = counts.reconciled.contradictory
    return Selection(
        dataset=dataset,
        filters=filters,
        counted=counted,
        events=events,
        transfers=transfers,
        claims=dataset.claims[claims].assign(entry=counts.entry[claims]),
        groups=counts.groups,
        reconciled=counts.reconciled,
        contradictory=tuple(contradictory[contradictory.isin(events.index)]),
    )


def _in(values: pd.Series | pd.Index, wanted: tuple[str, ...]) -> pd.Series:
    """Return which values are wanted; nothing wanted means everything."""
    flags = values.isin(wanted) if wanted else [True] * len(values)
    return pd.Series(flags, index=values.index if isinstance(values, pd.Series) else values, dtype=bool)


def _overlaps(records: pd.DataFrame, date: str) -> pd.Series:
    """Return which records' spans share a day with an EDTF date."""
    if not date:
        return pd.Series(True, index=records.index)
    earliest, latest = (pd.Timestamp(day).as_unit("s") for day in span(date))
    return (records["earliest"] <= latest) & (records["latest"] >= earliest)


class _Counts(NamedTuple):
    """What a basis makes of a dataset."""

    entry: pd.Series
    transfers: pd.DataFrame
    groups: pd.DataFrame
    reconciled: Reconciled


@lru_cache(maxsize=16)
def _counts(dataset: Dataset, basis: str, asof: str) -> _Counts:
    """Return how claims enter under a basis, and events and transfers with counts tightened by each other."""
    entry = entries(dataset, basis, asof)
    codes = entry.cat.codes.to_numpy()
    counting = dataset.claims[np.array([each.counts for each in ENTRIES.values()])[codes]]
    mentioned = dataset.claims["subject_id"][np.array([each.known for each in ENTRIES.values()])[codes]]
    superseded = dataset.claims["subject_id"][(entry == "plan").to_numpy()]
    bounds = hull(counting[counting["group"] == ""], ["subject_id"])
    groups = hull(counting[counting["group"] != ""], ["subject_id", "group"]).reset_index()

    def counted(records: pd.DataFrame) -> pd.DataFrame:
        found = bounds.reindex(records.index)
        return records.assign(
            count_min=found["count_min"].fillna(0),
            count_max=found["count_max"],
            reported=records.index.isin(bounds.index),
            mentioned=records.index.isin(mentioned),
            superseded=records.index.isin(superseded),
        )

    events = counted(dataset.events[dataset.events["kind"] != "series"])
    transfers = counted(dataset.transfers)
    done = (transfers["status"] == "done") & ~transfers["superseded"]
    reconciled = reconcile(
        events, transfers[done], groups[groups["subject_id"].isin(events.index.append(transfers.index[done]))]
    )
    transfers = pd.concat([reconciled.transfers, transfers[~done]]).reindex(transfers.index)
    whole = whole_of(transfers).mask(transfers["event_id"].isin(reconciled.contradictory) | ~done, "")
    whole_max = pd.concat([reconciled.events["count_max"], transfers["count_max"]])
    transfers = transfers.assign(whole=whole, whole_max=whole.map(whole_max).astype("Int64"))
    return _Counts(entry, transfers, groups, reconciled)
