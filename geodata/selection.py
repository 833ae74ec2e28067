"""Filters to the records they choose, each with its count under the chosen basis."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from geodata.basis import ADOPTED, ALL, ENTRIES, entries
from geodata.counts import hull, maxima, minima, to_nullable
from geodata.dates import span
from geodata.filters import Filters
from geodata.load import Dataset, IntArray
from geodata.reconcile import Reconciled, reconcile
from geodata.schema import STATUSES, Status

__all__ = ["BoolArray", "Selection", "select", "steps"]

BoolArray: TypeAlias = npt.NDArray[np.bool_]


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
        (Int64; missing = open), reported (whether any claim counts), mentioned (whether any is known), own
        (whether the event itself is inside the filters, and not only one of its transfers).
    transfers
        Chosen transfers: the columns of `Dataset.transfers`, count_min, count_max, reported, superseded (a
        plan that every source has given up), counted (whether it enters totals), whole (number of the event
        or transfer whose people these are part of, -1 where none bounds them) and whole_max (how many those
        are at most).
    claims
        Claims on chosen events and transfers: the columns of `Dataset.claims`, and entry, the key of
        `geodata.basis.ENTRIES` that says how each enters.
    groups
        Parts of the people of the dataset's subjects under this basis: subject_id, record (its number),
        group, count_min, count_max.
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

    @cached_property
    def counted_transfers(self) -> pd.DataFrame:
        """The transfers that enter totals."""
        return self.transfers[self.transfers["counted"]]

    @cached_property
    def counted_events(self) -> pd.DataFrame:
        """The events that enter totals: they take place, so only with transfers that did."""
        return self.events[self.events["own"] & (self.counted == "done")]

    @property
    def locations(self) -> pd.DataFrame:
        """All places of the dataset."""
        return self.dataset.locations

    @property
    def sources(self) -> pd.DataFrame:
        """Publications that the chosen claims come from."""
        return self.dataset.sources[self.dataset.sources.index.isin(self.claims["source_id"])]


def select(dataset: Dataset, filters: Filters) -> Selection:
    """Return the records that `filters` choose, with their counts.

    A transfer is chosen by its event, its own days, its places, its status and the claims on it. An event is
    chosen where it is inside the filters itself, or where one of its transfers is. Whoever is in a chosen
    record is counted: a group or a source chooses records, and no part of their people. The counts are the
    same whatever the filters choose: they depend on the basis and on ``asof`` alone. With one source as the
    basis, or with ``asof``, what no such source mentions is not chosen.
    """
    counts = _counts(dataset, filters.basis, filters.asof)
    events, transfers = counts.events, counts.transfers
    of_event = transfers["event_record"].to_numpy()
    # Countries are those of transfers, so an event is chosen by them only through a transfer.
    statuses = filters.status or STATUSES
    named = dataset.flags(dataset.claims["record"][_in(dataset.claims["group"], filters.group)])
    told = dataset.flags(dataset.claims["record"][_in(dataset.claims["source_id"], filters.source)])
    claimed = (named | (not filters.group)) & (told | (not filters.source))
    own = (
        _overlaps(events, filters.date)
        & ("done" in statuses)
        & _in(events["country_code"], filters.country)
        & _in(events["location_id"], filters.place)
        & claimed[events["record"]]
    )
    by_itself = own & (not (filters.origin or filters.destination or filters.transfer))
    wanted = _in(events.index.to_series(), filters.event) & _in(events["kind"], filters.kind)
    chosen = (
        _overlaps(transfers, filters.date)
        & _in(transfers["origin_country"], filters.origin)
        & _in(transfers["destination_country"], filters.destination)
        & (
            _in(transfers["origin_country"], filters.country)
            | _in(transfers["destination_country"], filters.country)
        )
        & _calls_at(transfers, filters.place)
        & _in(transfers.index.to_series(), filters.transfer)
        & _in(transfers["status"], filters.status)
        & claimed[transfers["record"]]
    )
    if filters.asof or filters.basis not in (ADOPTED, ALL):
        chosen &= transfers["mentioned"].to_numpy()
        by_itself &= events["mentioned"].to_numpy()
    chosen &= dataset.among(of_event, events["record"][wanted])
    moving = dataset.among(events["record"], transfers["event_record"][chosen])
    events = events.assign(own=own)[wanted & (by_itself | moving)]
    counted = next(status for status in STATUSES if status in statuses)
    transfers = transfers[chosen]
    transfers = transfers.assign(counted=(transfers["status"] == counted) & ~transfers["superseded"])
    claims = dataset.among(dataset.claims["record"], pd.concat([events["record"], transfers["record"]]))
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
        contradictory=tuple(contradictory[events.index.get_indexer(contradictory) >= 0]),
    )


def steps(selection: Selection, legs: pd.DataFrame) -> tuple[IntArray, IntArray]:
    """Return the links of ``follows`` among some transfers, as positions in `legs` of both ends.

    Parameters
    ----------
    selection
        Where they come from.
    legs
        Rows of its transfers.
    """
    dataset = selection.dataset
    place = np.full(dataset.size, -1)
    place[legs["record"].to_numpy()] = np.arange(len(legs))
    leg, before = (place[ends] for ends in dataset.links)
    inside = (leg >= 0) & (before >= 0)
    return leg[inside], before[inside]


def _in(values: pd.Series, wanted: tuple[str, ...]) -> BoolArray:
    """Return which values are wanted; nothing wanted means everything."""
    return values.isin(wanted).to_numpy(dtype=bool) if wanted else np.ones(len(values), dtype=bool)


def _calls_at(transfers: pd.DataFrame, places: tuple[str, ...]) -> BoolArray:
    """Return which transfers leave, pass or reach one of some places; no place means everything."""
    on_the_way = transfers["via"].explode()
    passing = on_the_way.index[on_the_way.isin(places)]
    found = transfers["origin_id"].isin(places) | transfers["destination_id"].isin(places)
    return (found | transfers.index.isin(passing) | (not places)).to_numpy(dtype=bool)


def _overlaps(records: pd.DataFrame, date: str) -> BoolArray:
    """Return which records' spans share a day with an EDTF date."""
    if not date:
        return np.ones(len(records), dtype=bool)
    earliest, latest = (pd.Timestamp(day).as_unit("s") for day in span(date))
    overlaps = (records["earliest"] <= latest) & (records["latest"] >= earliest)
    return overlaps.to_numpy(dtype=bool)


class _Counts(NamedTuple):
    """What a basis makes of a dataset."""

    entry: pd.Series
    events: pd.DataFrame
    transfers: pd.DataFrame
    groups: pd.DataFrame
    reconciled: Reconciled


@lru_cache(maxsize=16)
def _counts(dataset: Dataset, basis: str, asof: str) -> _Counts:
    """Return how claims enter under a basis, and events and transfers with counts tightened by each other."""
    entry = entries(dataset, basis, asof)
    claims, codes = dataset.claims, entry.cat.codes.to_numpy()
    counting, known = (
        np.array([getattr(each, name) for each in ENTRIES.values()])[codes] for name in ("counts", "known")
    )
    everyone = counting & (claims["group"] == "").to_numpy()
    subject = claims["record"].to_numpy()
    low, high = np.full(dataset.size, np.inf), np.full(dataset.size, -np.inf)
    np.minimum.at(low, subject[everyone], minima(claims)[everyone])
    np.maximum.at(high, subject[everyone], maxima(claims)[everyone])
    reported = np.isfinite(low)
    low, high = np.where(reported, low, 0.0), np.where(reported, high, np.inf)
    flags = {
        "reported": reported,
        "mentioned": dataset.flags(subject[known]),
        "superseded": dataset.flags(subject[(entry == "plan").to_numpy()]),
    }

    def counted(records: pd.DataFrame) -> pd.DataFrame:
        number = records["record"].to_numpy()
        return records.assign(
            count_min=to_nullable(low[number], records.index),
            count_max=to_nullable(high[number], records.index),
            **{name: values[number] for name, values in flags.items()},
        )

    events = counted(dataset.events[dataset.events["kind"] != "series"])
    transfers = counted(dataset.transfers)
    done = ((transfers["status"] == "done") & ~transfers["superseded"]).to_numpy()
    groups = hull(claims[counting & ~everyone], ["subject_id", "record", "group"]).reset_index()
    reconciled = reconcile(events, transfers[done], groups)
    for records in (reconciled.events, reconciled.transfers):
        low[records["record"]], high[records["record"]] = minima(records), maxima(records)
    whole = _whole(dataset)
    if len(reconciled.contradictory):
        whole[transfers["event_id"].isin(reconciled.contradictory.tolist()).to_numpy()] = -1
    whole[~done] = -1
    transfers = counted(transfers).assign(
        whole=whole, whole_max=to_nullable(np.where(whole < 0, np.inf, high[whole]), transfers.index)
    )
    return _Counts(entry, reconciled.events, transfers, groups, reconciled)


def _whole(dataset: Dataset) -> IntArray:
    """Return for each transfer the number of the record whose people its own are part of.

    That is the one transfer that it follows, or its event where it follows none; -1 where it follows several.
    """
    whole = dataset.transfers["event_record"].to_numpy().copy()
    leg, before = dataset.links
    leg = leg - len(dataset.events)
    whole[leg] = before
    whole[np.bincount(leg, minlength=len(whole)) > 1] = -1
    return whole
