"""Filters to the records they choose, each with its count under the chosen basis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from geodata.analysis.basis import ADOPTED, ALL, counting, entries, known
from geodata.analysis.journeys import Journeys, Parts
from geodata.analysis.reconcile import Reconciled, reconcile
from geodata.analysis.travels import Travels
from geodata.analysis.ways import Ways
from geodata.model.counts import FloatArray, hull, maxima, minima, to_nullable
from geodata.model.dataset import Dataset, IntArray
from geodata.model.fields import events_mask, transfers_mask
from geodata.model.schema import STATUSES, Status
from geodata.query.filters import Filters

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
        Chosen events (never of kind ``series``): the columns of `Dataset.events`, with the status that it has
        in effect, count_min and count_max (Int64; missing = open), reported (whether any claim counts),
        mentioned (whether any is known, on it or on one of its transfers), own (whether the event itself is
        chosen, and not only one of its transfers).
    transfers
        Chosen transfers: the columns of `Dataset.transfers`, count_min, count_max, reported, superseded (a
        plan that every source has given up) and counted (whether it enters totals).
    claims
        Claims on chosen events and transfers: the columns of `Dataset.claims`, and entry, the key of
        `geodata.analysis.basis.ENTRIES` that says how each enters.
    groups
        Parts of the people of the dataset's subjects under this basis: subject_id, record (its number),
        group, count_min, count_max.
    reconciled
        What the counts of the whole dataset imply under this basis, with reasons and contradictions.
    ways
        The journeys of the whole dataset, and the worlds that its claims allow, by status.
    bounds
        The least and the most people of every record of the dataset, by number.
    every
        All transfers of the dataset, chosen or not: the columns of `transfers` but counted.
    entry
        The key of `geodata.analysis.basis.ENTRIES` of each claim of the dataset.
    contradictory
        Ids of chosen events whose claims allow no world.
    """

    dataset: Dataset
    filters: Filters
    counted: Status
    events: pd.DataFrame
    transfers: pd.DataFrame
    claims: pd.DataFrame
    groups: pd.DataFrame
    reconciled: Reconciled
    ways: Mapping[Status, Ways]
    bounds: tuple[FloatArray, FloatArray]
    every: pd.DataFrame
    entry: pd.Series
    contradictory: tuple[str, ...]

    @property
    def partial(self) -> bool:
        """Whether one source alone counts, or what was known on a day: the rest is not known to it."""
        return _partial(self.filters.basis, self.filters.asof)

    @cached_property
    def onward(self) -> pd.DataFrame:
        """Transfers on which nobody but the people of the selection went on, and that are not chosen."""
        if self.counted != "done" or self.partial:
            return self.every[:0]
        return self.every[self.dataset.among(self.every["record"], self.travels.onward_records())]

    @cached_property
    def statuses(self) -> set[str]:
        """The statuses of chosen transfers, and of events that are chosen themselves."""
        return _statuses(self.dataset, self.events, self.transfers)

    @cached_property
    def travels(self) -> Travels:
        """The journeys, and what of them is chosen: every figure is asked of it."""
        return self._travels(self.counted)

    def travels_of(self, status: Status) -> Travels:
        """Return the journeys where what has a status is counted."""
        return self.travels if status == self.counted else self._travels(status)

    def _travels(self, status: Status) -> Travels:
        own, chosen = (self.dataset.flags(record) for record in self.counted_records(status))
        return Travels(self.ways.get(status, self.ways["done"]), own, chosen)

    def counted_records(self, status: Status) -> tuple[IntArray, IntArray]:
        """Return the numbers of the events and transfers that enter totals where a status is counted."""
        counted, of_status = STATUSES.index(status), self.dataset.statuses
        events, transfers = (
            records["record"].to_numpy()[which.to_numpy()]
            for records, which in (
                (self.events, self.events["own"]),
                (self.transfers, ~self.transfers["superseded"]),
            )
        )
        return events[of_status[events] == counted], transfers[of_status[transfers] == counted]

    @cached_property
    def counted_transfers(self) -> pd.DataFrame:
        """The transfers that enter totals."""
        return self.transfers[self.transfers["counted"].to_numpy()]

    @cached_property
    def counted_events(self) -> pd.DataFrame:
        """The events that enter totals: those that are chosen themselves, and have the counted status."""
        counted = self.dataset.statuses[self.events["record"].to_numpy()] == STATUSES.index(self.counted)
        events: pd.DataFrame = self.events[counted & self.events["own"].to_numpy()]
        return events

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
    chosen itself where it is inside the filters and nothing is asked for that only transfers have; it is
    listed where it or one of its transfers is chosen. Whoever is in a chosen record is counted: a group or a
    source chooses records, and no part of their people. The counts are the same whatever the filters choose:
    they depend on the basis and on ``asof`` alone. With one source as the basis, or with ``asof``, what no
    such source mentions is not chosen.
    """
    counts = _counts(dataset, filters.basis, filters.asof)
    events, transfers = counts.events, counts.transfers
    own = events_mask(dataset, filters)[events["record"]]
    chosen = transfers_mask(dataset, filters)
    if _partial(filters.basis, filters.asof):
        chosen &= transfers["mentioned"].to_numpy()
        own &= events["mentioned"].to_numpy()
    chosen &= dataset.among(transfers["event_record"], events["record"])
    moving = dataset.among(events["record"], transfers["event_record"][chosen])
    events = events.assign(own=own)[own | moving]
    transfers = transfers[chosen]
    there = _statuses(dataset, events, transfers) & {*(filters.status or STATUSES)}
    counted: Status = next((status for status in STATUSES if status in there), "done")
    enters = dataset.statuses[transfers["record"].to_numpy()] == STATUSES.index(counted)
    transfers = transfers.assign(counted=enters & ~transfers["superseded"])
    claims = dataset.among(dataset.claims["record"], pd.concat([events["record"], transfers["record"]]))
    contradictory = counts.contradictory
    return Selection(
        dataset=dataset,
        filters=filters,
        counted=counted,
        events=events,
        transfers=transfers,
        claims=dataset.claims[claims].assign(entry=counts.entry[claims]),
        groups=counts.groups,
        reconciled=counts.reconciled,
        ways=counts.ways,
        bounds=counts.bounds,
        every=counts.transfers,
        entry=counts.entry,
        contradictory=tuple(contradictory[events.index.get_indexer(contradictory) >= 0]),
    )


def _partial(basis: str, asof: str) -> bool:
    """Return whether one source alone counts, or what was known on a day."""
    return bool(asof) or basis not in (ADOPTED, ALL)


def _statuses(dataset: Dataset, events: pd.DataFrame, transfers: pd.DataFrame) -> set[str]:
    """Return the statuses of transfers, and of events that are chosen themselves."""
    own = events["record"].to_numpy()[events["own"].to_numpy()]
    records = np.concatenate([own, transfers["record"].to_numpy()])
    there = np.bincount(dataset.statuses[records], minlength=len(STATUSES))
    return {status for status, count in zip(STATUSES, there.tolist(), strict=True) if count}


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


class _Counts(NamedTuple):
    """What a basis makes of a dataset.

    Parameters
    ----------
    entry
        How each claim enters.
    events, transfers
        Those of the dataset with counts; events without series.
    groups
        Parts of the people of the dataset's subjects.
    reconciled
        What the claims on what took place imply for each other.
    ways
        The journeys and the worlds that the claims allow, by status.
    bounds
        By number of the record.
    contradictory
        Ids of the events whose claims allow none.
    """

    entry: pd.Series
    events: pd.DataFrame
    transfers: pd.DataFrame
    groups: pd.DataFrame
    reconciled: Reconciled
    ways: dict[Status, Ways]
    bounds: tuple[FloatArray, FloatArray]
    contradictory: pd.Index


@lru_cache(maxsize=16)
def _counts(dataset: Dataset, basis: str, asof: str) -> _Counts:
    """Return how claims enter under a basis, the worlds that they allow, and the bounds of every record."""
    claims, entry = dataset.claims, entries(dataset, basis, asof)
    counts = counting(entry)
    everyone = counts & (claims["group"] == "").to_numpy()
    subject = claims["record"].to_numpy()
    low, high = np.full(dataset.size, np.inf), np.full(dataset.size, -np.inf)
    np.minimum.at(low, subject[everyone], minima(claims)[everyone])
    np.maximum.at(high, subject[everyone], maxima(claims)[everyone])
    reported = np.isfinite(low)
    low, high = np.where(reported, low, 0.0), np.where(reported, high, np.inf)
    mentioned = dataset.flags(subject[known(entry)])
    told = dataset.transfers[mentioned[dataset.transfers["record"]]]
    of_event = dataset.event_status.to_numpy()[told["event_record"]]
    mentioned[told["event_record"][(told["status"] == of_event).to_numpy()]] = True
    flags = {
        "reported": reported,
        "mentioned": mentioned,
        "superseded": dataset.flags(subject[(entry == "plan").to_numpy()]),
    }

    def counted(records: pd.DataFrame) -> pd.DataFrame:
        number = records["record"].to_numpy()
        return records.assign(
            count_min=to_nullable(low[number], records.index),
            count_max=to_nullable(high[number], records.index),
            **{name: values[number] for name, values in flags.items()},
        )

    events = dataset.events[dataset.events["kind"] != "series"].assign(status=dataset.event_status)
    transfers = dataset.transfers
    groups = hull(claims[counts & ~everyone], ["subject_id", "record", "group"]).reset_index()
    status = np.full(dataset.size, "", dtype=object)
    for records in (events, transfers):
        status[records["record"]] = records["status"]
    known_transfers = mentioned if _partial(basis, asof) else np.ones(dataset.size, dtype=bool)
    taken = transfers[_taken(dataset, known_transfers & ~flags["superseded"], status)]
    happened = counted(taken[taken["status"] == "done"])
    reconciled = reconcile(counted(events[events["status"] == "done"]), happened, groups)
    for records in (reconciled.events, reconciled.transfers):
        low[records["record"]], high[records["record"]] = minima(records), maxima(records)
    journeys, impossible = {}, dataset.flags(events["record"][events.index.isin(reconciled.contradictory)])
    for each in STATUSES:
        if each == "done" or (status == each).any():
            journeys[each] = _journeys(dataset, each, taken, (low, high), groups, status)
            impossible[list(journeys[each].contradictory)] = True
    for each, worlds in journeys.items():
        narrow = worlds.of_records((low, high))
        own = status == each
        low, high = (np.where(own, new, old) for new, old in zip(narrow, (low, high), strict=True))
    return _Counts(
        entry,
        counted(events),
        counted(transfers),
        groups,
        reconciled,
        {each: Ways.of(worlds, dataset) for each, worlds in journeys.items()},
        (low, high),
        events.index[impossible[events["record"]]],
    )


def _taken(dataset: Dataset, known: BoolArray, status: npt.NDArray[np.object_]) -> BoolArray:
    """Return which transfers people can have taken: known ones, and those that brought people there."""
    leg, before = dataset.links
    same = status[leg] == status[before]
    leg, before = leg[same], before[same]
    while True:
        found = known.copy()
        found[before[found[leg]]] = True
        if (found == known).all():
            return found[dataset.transfers["record"]]
        known = found


def _journeys(
    dataset: Dataset,
    status: Status,
    taken: pd.DataFrame,
    bounds: tuple[FloatArray, FloatArray],
    groups: pd.DataFrame,
    statuses: npt.NDArray[np.object_],
) -> Journeys:
    """Return the worlds of what has one status.

    Parameters
    ----------
    taken
        Transfers that people can have taken, of any status.
    bounds
        By number of the record.
    groups
        Parts of the people of records.
    statuses
        By number of the record; "" of series.
    """
    legs = taken[taken["status"] == status]
    own, of_event = legs["record"].to_numpy(), legs["event_record"].to_numpy()
    numbers = np.arange(dataset.size)
    is_event = numbers < len(dataset.events)
    itself = (statuses == status) & is_event
    here = itself.copy()
    here[own] = True
    low, high = np.where(here, bounds[0], 0.0), np.where(here, bounds[1], np.inf)
    parts = groups[here[groups["record"]]]
    return Journeys.of(
        (own, of_event),
        dataset.links,
        (low, high),
        Parts(
            parts["record"].to_numpy(dtype=np.int64),
            pd.factorize(parts["group"])[0].astype(np.int64),
            minima(parts),
            maxima(parts),
        ),
        events=np.union1d(np.flatnonzero(itself), of_event),
        silent=~itself | ~dataset.flags(dataset.claims["record"]),
        alternatives=status != "done",
    )
