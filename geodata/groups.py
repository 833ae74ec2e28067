"""Who the people were: parts of an event's or a transfer's people, as far as claims name them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geodata.counts import columns, maxima, minima, to_nullable
from geodata.selection import Selection

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
    records = pd.concat([selection.events, selection.transfers])
    groups = selection.groups
    groups = groups[groups["subject_id"].isin(records.index)]
    whole = records.loc[groups["subject_id"]]
    low, high = minima(groups), np.minimum(maxima(groups), maxima(whole))
    subject = pd.Index(groups["subject_id"])
    named = groups.assign(count_max=to_nullable(high, groups.index))
    of_subject = pd.DataFrame({"low": low, "high": high}, subject).groupby(level=0, sort=False)
    rest = records.loc[of_subject["low"].max().index]
    rest_low = np.maximum(minima(rest) - of_subject["high"].sum().to_numpy(), 0)
    rest_high = np.maximum(maxima(rest) - of_subject["low"].max().to_numpy(), 0)
    not_stated = pd.DataFrame(
        {
            "subject_id": rest.index,
            "group": "",
            "count_min": to_nullable(rest_low, rest.index).to_numpy(),
            "count_max": to_nullable(rest_high, rest.index).array,
        }
    )
    place = {key: rank for rank, key in enumerate(records.index)}
    both = pd.concat([named[["subject_id", "group", *columns("count")]], not_stated], ignore_index=True)
    return both.sort_values("subject_id", key=lambda ids: ids.map(place), kind="stable", ignore_index=True)
