"""Who the people were: parts of an event's or a transfer's people, as far as claims name them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geodata.analysis.selection import Selection
from geodata.model.counts import columns, maxima, minima, to_nullable

__all__ = ["composition"]


def composition(selection: Selection) -> pd.DataFrame:
    """Return the groups that counting claims name, and for each subject the rest of whom none says.

    A group belongs to the subject that its claim names, and is never carried over to another place. Groups
    may overlap, unless a source says that they do not: so as few people as all groups together leave, and as
    many as the largest group leaves, are not stated.

    Returns
    -------
    DataFrame
        In the order of the records; subject_id, group ("" for those not stated), count_min, count_max (Int64;
        missing = open).
    """
    records = [records[["record", *columns("count")]] for records in (selection.events, selection.transfers)]
    number = np.concatenate([part["record"].to_numpy() for part in records])
    least, most = (np.concatenate([bound(part) for part in records]) for bound in (minima, maxima))
    place = np.full(selection.dataset.size, -1)
    place[number] = np.arange(len(number))
    of_group = place[selection.groups["record"].to_numpy()]
    chosen = of_group >= 0
    groups, of_group = selection.groups[chosen], of_group[chosen]
    low, high = minima(groups), np.minimum(maxima(groups), most[of_group])
    largest = np.zeros(len(number))
    np.maximum.at(largest, of_group, low)
    together = np.bincount(of_group, high, len(number))
    subject = np.flatnonzero(np.bincount(of_group, minlength=len(number)))
    places = np.concatenate([of_group, subject])
    order = np.argsort(places, kind="stable")
    names = np.concatenate([groups["group"].to_numpy(dtype=object), np.full(len(subject), "", dtype=object)])
    not_stated = (
        np.maximum(least[subject] - together[subject], 0),
        np.maximum(most[subject] - largest[subject], 0),
    )
    index = pd.RangeIndex(len(order))
    return pd.DataFrame(
        {
            "subject_id": pd.Series(selection.dataset.ids[number[places[order]]], index, dtype=str),
            "group": pd.Series(names[order], index, dtype=str),
            **{
                name: to_nullable(np.concatenate(bounds)[order], index)
                for name, *bounds in zip(columns("count"), (low, high), not_stated, strict=True)
            },
        }
    )
