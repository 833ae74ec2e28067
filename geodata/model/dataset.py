"""The frozen value that holds a dataset's tables, their hash and what loading noted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from geodata.files.versions import Version
from geodata.model.problems import Problem
from geodata.model.schema import COUNTS, EVENT_KINDS, RECURRENCE, STATUSES

__all__ = ["Dataset", "IntArray"]

IntArray: TypeAlias = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Dataset:
    """A dataset as loaded and validated; never changed afterwards. Every table is indexed by its id.

    Parameters
    ----------
    name
        Name of the data package, as it stands in links.
    title
        Title for readers.
    description
        What it covers, in its makers' words.
    populations
        Whose movements it covers, in its makers' words; "" where they do not say.
    gaps
        What its makers know to be missing; "" where they do not say.
    hash
        First 8 hex digits of the SHA-256 of the five tables in canonical form.
    featured
        Query string that a first visit opens on.
    locations
        name, kind, longitude, latitude (degrees; a country's anchor point where only the country is known),
        precision, country_code (one of `geodata.model.places.NOWHERE` where no country has it), disputed (id
        or ""), note. Where a place is not known, or only that people died, longitude and latitude may be NaN.
    events
        title, kind, date, location_id, summary, status (as written; "" where blank), earliest, latest
        (datetime64[s], inclusive days), country_code, record (its number among events and transfers together,
        events first).
    transfers
        event_id, origin_id, destination_id, via and follows (tuples of ids), departed, arrived, status, note,
        date (EDTF: departure and arrival together, or the event's date where the transfer has none),
        earliest and left_by (first and last possible day of departure), reached_from and latest (first and
        last possible day of arrival; datetime64[s], all bound by each other as
        `geodata.model.chronology.in_order` does), came (the day before which none of its people can have
        come; NaT where nothing says so), disordered (whether it had left before that day: its days are as
        written), origin_country, destination_country, record, event_record.
    claims
        subject_id, group, count_min, count_max (Int64; missing = open), wording, source_id, quote,
        attribution, standing, record (of the subject).
    sources
        publisher, title, url, published, language, earliest, latest (datetime64[s]; NaT where no day of
        publication is known).
    people
        name, transfers (tuple of ids), source_id, note; public figures only.
    notes
        What loading found and could take without guessing; the remedy says how it was taken.
    licenses
        What the descriptor says of the licences: of each its name, title and path, as far as they are given.
    versions
        Versions that were given out before, oldest first, where the dataset's folder keeps them.
    texts
        The tables of `geodata.model.schema.TABLES` as they are written, cell by cell; of people the
        public ones.
    counts
        What its counts are numbers of: ``people`` or ``movements``.
    recurrence
        Whether the same person may be in two events that nothing joins: ``possible`` or ``none``.
    """

    name: str
    title: str
    description: str
    populations: str
    gaps: str
    hash: str
    featured: str
    locations: pd.DataFrame
    events: pd.DataFrame
    transfers: pd.DataFrame
    claims: pd.DataFrame
    sources: pd.DataFrame
    people: pd.DataFrame
    notes: tuple[Problem, ...] = ()
    licenses: tuple[Mapping[str, str], ...] = ()
    versions: tuple[Version, ...] = ()
    texts: Mapping[str, pd.DataFrame] = field(default_factory=dict, repr=False)
    counts: str = COUNTS[0]
    recurrence: str = RECURRENCE[0]

    @property
    def reference(self) -> str:
        """Return ``name@hash``, as links and file names write it."""
        return f"{self.name}@{self.hash}"

    @property
    def size(self) -> int:
        """Return how many records there are: events and transfers."""
        return len(self.events) + len(self.transfers)

    def flags(self, records: IntArray | pd.Series) -> npt.NDArray[np.bool_]:
        """Return for every record, by its number, whether it is among those of these numbers."""
        flags = np.zeros(self.size, dtype=bool)
        flags[_numbers(records)] = True
        return flags

    def among(self, records: IntArray | pd.Series, others: IntArray | pd.Series) -> npt.NDArray[np.bool_]:
        """Return which of some records, by their numbers, are among others."""
        return self.flags(others)[_numbers(records)]

    @cached_property
    def links(self) -> tuple[IntArray, IntArray]:
        """Return every link of ``follows``: the numbers of the following and of the followed transfers."""
        steps = self.transfers["follows"].explode().dropna()
        numbers = self.transfers["record"]
        leg, before = (
            numbers.to_numpy()[numbers.index.get_indexer(ends)] for ends in (steps.index, pd.Index(steps))
        )
        return leg, before

    @cached_property
    def ids(self) -> npt.NDArray[np.object_]:
        """Return the id of each record, by its number."""
        return self.events.index.append(self.transfers.index).to_numpy(dtype=object)

    @cached_property
    def event_of(self) -> IntArray:
        """Return the number of each record's event, by its number; of an event its own."""
        numbers = np.arange(self.size)
        numbers[self.transfers["record"]] = self.transfers["event_record"]
        return numbers

    @cached_property
    def kinds(self) -> IntArray:
        """Return the place in `EVENT_KINDS` of the kind of each record's event, by its number."""
        code, names = pd.factorize(self.events["kind"].array)
        of_events = np.zeros(self.size, dtype=np.int64)
        of_events[self.events["record"]] = pd.Index(EVENT_KINDS).get_indexer(pd.Index(names))[code]
        return of_events[self.event_of]

    @cached_property
    def event_status(self) -> pd.Series:
        """Return of each event whether it took place: as it says, or as its transfers did, or it did."""
        said = self.events["status"]
        status = pd.Series("done", self.events.index)
        undone = self.events["record"].to_numpy()
        happened = self.transfers["event_record"][self.transfers["status"] == "done"]
        for each in reversed(STATUSES[1:]):
            others = self.transfers["event_record"][self.transfers["status"] == each]
            status[self.among(undone, others) & ~self.among(undone, happened)] = each
        return said.where(said != "", status)

    @cached_property
    def statuses(self) -> IntArray:
        """Return the place in `STATUSES` of the status that each record has in effect, by its number."""
        return pd.Index(STATUSES).get_indexer(
            pd.Index(pd.concat([self.event_status, self.transfers["status"]]))
        )

    @cached_property
    def took_place_from(self) -> npt.NDArray[np.datetime64]:
        """Return the first possible day of each record, by its number; NaT where it did not take place."""
        earliest: npt.NDArray[np.datetime64] = np.concatenate(
            [self.events["earliest"].to_numpy(), self.transfers["earliest"].to_numpy()]
        )
        earliest[self.statuses != STATUSES.index("done")] = np.datetime64("NaT")
        return earliest

    @cached_property
    def titles(self) -> dict[str, str]:
        """Return what each event and transfer is called: its title, or its places in order."""
        place = self.locations["name"].to_dict()
        origin, destination = (
            self.transfers[end].to_numpy(dtype=object) for end in ("origin_id", "destination_id")
        )
        ways = [
            " → ".join([place[stop] for stop in (first, *between, last)])
            for first, between, last in zip(origin, self.transfers["via"], destination, strict=True)
        ]
        events = self.events["title"].to_numpy(dtype=object)
        return dict(zip(self.ids.tolist(), [*events, *ways], strict=True))


def _numbers(records: IntArray | pd.Series) -> IntArray:
    """Return numbers as an array; numpy would first look for names of its own in a Series' index."""
    return records.to_numpy() if isinstance(records, pd.Series) else records
