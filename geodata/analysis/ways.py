"""The journeys of a dataset with their places and days: what no filter changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from geodata.analysis.journeys import BoolArray, IntArray, Journeys
from geodata.model.dataset import Dataset
from geodata.model.places import BEFORE, IN_TRANSIT, NOWHERE, UNREPORTED

__all__ = ["NO_PLACE", "Ways"]

NO_PLACE = (BEFORE, UNREPORTED, IN_TRANSIT)
"""Rows of who is in no place."""


@dataclass(frozen=True, eq=False)
class Ways:
    """The journeys of a dataset with their places and days: what no filter changes.

    Parameters
    ----------
    journeys
        Of one status.
    countries, places
        Names of rows: of countries and the like, and of places; both end with those of `NO_PLACE`.
    ends, begins
        For each node the row of the country where its transfer ends and begins; of an event, where it was.
    end_places, begin_places
        The same of places.
    of_event
        The row of the country of each node's event.
    within
        Whether a node's transfer stays inside one country.
    opens
        Whether a node's transfer follows none of the dataset, whatever its status.
    moments
        First and last moment of each node's event, departure and arrival.
    """

    journeys: Journeys
    countries: Sequence[str]
    places: Sequence[str]
    ends: IntArray
    begins: IntArray
    end_places: IntArray
    begin_places: IntArray
    of_event: IntArray
    within: BoolArray
    opens: BoolArray
    moments: Mapping[str, tuple[IntArray, IntArray]]

    @classmethod
    def of(cls, journeys: Journeys, dataset: Dataset) -> Ways:
        """Return the ways of journeys through a dataset."""
        record, event = journeys.record, journeys.event
        events, transfers = dataset.events, dataset.transfers
        blank = pd.Series("", events.index)
        ends = pd.concat([events["country_code"], transfers["destination_country"]])
        begins = pd.concat([events["country_code"], transfers["origin_country"]])
        countries, codes = _numbered(pd.concat([ends, begins]))
        places, spots = _numbered(
            pd.concat([blank, transfers["destination_id"], blank, transfers["origin_id"]])
        )
        nowhere = np.array([name in NOWHERE for name in countries])
        end, begin = codes[: dataset.size], codes[dataset.size :]
        days = [
            pd.concat([events[of_event], transfers[of_transfer]]).to_numpy().astype("datetime64[D]")
            for of_event, of_transfer in zip(
                ("earliest", "latest", "earliest", "latest"),
                ("earliest", "left_by", "reached_from", "latest"),
                strict=True,
            )
        ]
        moment = [2 * day.astype(np.int64) for day in days]

        def moments(first: IntArray, last: IntArray, at: IntArray, more: int) -> tuple[IntArray, IntArray]:
            return first[at] + more, np.maximum(first, last)[at] + more

        return cls(
            journeys,
            *(countries, places, end[record], begin[record]),
            *(spots[: dataset.size][record], spots[dataset.size :][record], end[event]),
            ((end == begin) & ~nowhere[end])[record],
            (record != event) & ~dataset.among(record, dataset.links[0]),
            {
                "event": moments(moment[0], moment[1], event, 0),
                "departs": moments(moment[0], moment[1], record, 0),
                "arrives": moments(moment[2], moment[3], record, 1),
            },
        )

    @cached_property
    def is_transfer(self) -> BoolArray:
        """Whether each node is a transfer, and no event."""
        found: BoolArray = self.journeys.record != self.journeys.event
        return found

    @cached_property
    def above(self) -> IntArray:
        """The node above each; of roots the first node, which stands for nothing."""
        return np.maximum(self.journeys.parent, 0)

    @cached_property
    def follows(self) -> BoolArray:
        """Whether each node's transfer follows another."""
        found: BoolArray = self.is_transfer & (self.journeys.parent >= 0) & self.is_transfer[self.above]
        return found

    @cached_property
    def moves_on(self) -> BoolArray:
        """Whether each node's transfer ends in another country than the one it follows."""
        found: BoolArray = self.follows & (self.ends[self.above] != self.ends)
        return found


def _numbered(names: pd.Series) -> tuple[list[str], IntArray]:
    """Return the names of rows, those of nobody's place in the end, and the row of each name."""
    codes, found = pd.factorize(names)
    return [*map(str, found), *NO_PLACE], codes.astype(np.int64)
