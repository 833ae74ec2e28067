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
    counted = ["record", *columns("count")]
    records = pd.concat([selection.events[counted], selection.transfers[counted]])
    place = np.full(selection.dataset.size, -1)
    place[records["record"].to_numpy()] = np.arange(len(records))
    groups = selection.groups.assign(place=place[selection.groups["record"].to_numpy()])
    groups = groups[groups["place"] >= 0]
    whole = records.iloc[groups["place"]]
    low, high = minima(groups), np.minimum(maxima(groups), maxima(whole))
    named = groups.assign(count_max=to_nullable(high, groups.index))
    of_subject = pd.DataFrame({"low": low, "high": high}).groupby(groups["place"].to_numpy())
    most, every = of_subject.max()["low"], of_subject.sum()["high"]
    rest = records.iloc[most.index]
    not_stated = pd.DataFrame(
        {
            "subject_id": rest.index,
            "group": "",
            "place": most.index,
            "count_min": to_nullable(np.maximum(minima(rest) - every.to_numpy(), 0), most.index),
            "count_max": to_nullable(np.maximum(maxima(rest) - most.to_numpy(), 0), most.index),
        }
    )
    both = pd.concat([named, not_stated]).sort_values("place", kind="stable", ignore_index=True)
    return both[["subject_id", "group", *columns("count")]]
