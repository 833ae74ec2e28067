"""Which claims count under a basis, and why the others do not.

The table `ENTRIES` is the rule: totals follow it, the claim view and the method panel print it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from geodata.model.dataset import Dataset
from geodata.model.fields import ADOPTED, ALL
from geodata.model.schema import STANDINGS

__all__ = ["ADOPTED", "ALL", "ENTRIES", "Entry", "counting", "entries", "known", "ranked"]


@dataclass(frozen=True)
class Entry:
    """How a claim enters the count of its subject and group.

    Parameters
    ----------
    counts
        Whether the count spans it.
    known
        Whether it was known at all: published by the day asked for, by the source asked for, and not taken
        back.
    meaning
        Why, for readers.
    """

    counts: bool
    known: bool
    meaning: str


ENTRIES: dict[str, Entry] = {
    "later": Entry(False, False, "left out: published later than the day asked for"),
    "undated": Entry(False, False, "left out: whether it was published by the day asked for is not known"),
    "withdrawn": Entry(False, False, "left out: its source took it back or qualified it"),
    "series": Entry(False, False, "listed, never counted: it gathers many events, or counts who is held"),
    "other": Entry(False, False, "left out: another source alone is asked for"),
    "alone": Entry(True, True, "counts: the source that is asked for says so"),
    "open": Entry(True, True, "counts as a plan: nothing published by then had overtaken it"),
    "plan": Entry(True, True, "shown as an overtaken plan; never added to what took place"),
    "first": Entry(True, True, "counts: known by then, and the adopted claim was not"),
    "adopted": Entry(True, True, "counts: the figure that the data's makers rely on"),
    "spans": Entry(True, True, "counts: the range spans it and the adopted figure"),
    "agrees": Entry(False, True, "not needed: it agrees, or says the same less exactly"),
    "overtaken": Entry(False, True, "left out: overtaken by a later report"),
    "differs": Entry(False, True, "left out: it conflicts, and is not the adopted claim"),
}  # fmt: skip
"""Every way for a claim to enter; the first that fits is its own."""


def entries(dataset: Dataset, basis: str, asof: str = "") -> pd.Series:
    """Return the key of `ENTRIES` for every claim (index claim_id; categorical).

    Parameters
    ----------
    dataset
        Whose claims.
    basis
        `ADOPTED`, `ALL`, or the id of a source.
    asof
        ISO day; only claims whose source was published by its end for certain are known. "" for all.
    """
    claims = dataset.claims
    standing, subject = claims["standing"], claims["record"].to_numpy()
    nothing = np.zeros(len(claims), dtype=bool)
    if asof:
        earliest, latest = (
            dataset.sources[day].reindex(claims["source_id"]) for day in ("earliest", "latest")
        )
        later = (earliest > pd.Timestamp(asof)).to_numpy()
        undated = ~(latest <= pd.Timestamp(asof)).to_numpy() & ~later
    else:
        later, undated = nothing, nothing
    withdrawn = (standing == "withdrawn").to_numpy()
    known = ~(later | undated | withdrawn)
    superseded, adopted = (standing == "superseded").to_numpy(), (standing == "adopted").to_numpy()

    # A plan that every source gave up keeps the number that was planned.
    everyone = (claims["group"] == "").to_numpy() & known
    upheld = dataset.flags(subject[everyone & ~superseded])
    given_up = dataset.flags(subject[everyone & superseded]) & ~upheld & _undone(dataset)
    plan = superseded & given_up[subject]
    still_open, first = nothing, nothing
    if asof:
        still_open = plan & ~_overtaken(dataset, dataset.flags(subject[known]))[subject]
        part = subject + len(given_up) * pd.factorize(claims["group"])[0]  # a number for subject and group
        first = known & ~plan & ~np.isin(part, part[known & adopted])

    conflicting = (standing == "conflicting").to_numpy()
    of_source = (claims["source_id"] == basis).to_numpy()
    alone = basis not in (ADOPTED, ALL)
    series = dataset.events["record"][dataset.events["kind"] == "series"]
    fits = {
        "later": later,
        "undated": undated,
        "withdrawn": withdrawn,
        "series": dataset.among(subject, series),
        "other": ~of_source & alone,
        "alone": of_source & alone,
        "open": still_open,
        "plan": plan,
        "first": first,
        "spans": conflicting & (basis == ALL),
        "adopted": adopted,
        "agrees": (standing == "corroborating").to_numpy(),
        "overtaken": superseded,
        "differs": conflicting,
    }
    codes = np.select([fits[key] for key in ENTRIES], list(range(len(ENTRIES))))
    return pd.Series(
        pd.Categorical.from_codes(codes, dtype=pd.CategoricalDtype(list(ENTRIES))),
        index=claims.index,
        name="entry",
    )


def counting(entry: pd.Series) -> npt.NDArray[np.bool_]:
    """Return whether each claim counts, from how it enters (categorical, of `ENTRIES`)."""
    return np.array([each.counts for each in ENTRIES.values()])[entry.cat.codes.to_numpy()]


def known(entry: pd.Series) -> npt.NDArray[np.bool_]:
    """Return whether each claim was known at all, from how it enters (categorical, of `ENTRIES`)."""
    return np.array([each.known for each in ENTRIES.values()])[entry.cat.codes.to_numpy()]


def ranked(claims: pd.DataFrame) -> pd.DataFrame:
    """Return claims as a reader wants them: of everyone before those of groups, those that count first.

    Parameters
    ----------
    claims
        With group, standing, and entry, the key of `ENTRIES`.
    """
    entry = claims["entry"].astype(object).map(ENTRIES)
    order = claims.assign(
        rejected=[not each.counts for each in entry],
        unknown=[not each.known for each in entry],
        rank=claims["standing"].map(STANDINGS.index),
    ).sort_values(["group", "rejected", "unknown", "rank"], kind="stable")
    return claims.loc[order.index]


def _undone(dataset: Dataset) -> npt.NDArray[np.bool_]:
    """Return which records did not take place: what did is never taken out by a later claim."""
    undone = [
        records["record"][status != "done"]
        for records, status in (
            (dataset.events, dataset.event_status),
            (dataset.transfers, dataset.transfers["status"]),
        )
    ]
    return dataset.flags(pd.concat(undone))


def _overtaken(dataset: Dataset, mentioned: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Return which records are planned transfers that were overtaken by what is known.

    A plan is overtaken once a transfer of its event that happened is known to have left the country that the
    plan, or the plan it follows, leads out of.
    """
    transfers = dataset.transfers
    planned = transfers[transfers["status"] == "planned"]
    root = planned["follows"].str[0]
    country = planned["origin_country"]
    while (deeper := root.isin(planned.index)).any():
        country = country.mask(deeper, root.map(planned["origin_country"]))
        root = root.where(~deeper, root.map(planned["follows"].str[0]))
    happened = transfers[(transfers["status"] == "done") & mentioned[transfers["record"]]]
    left = pd.MultiIndex.from_frame(happened[["event_id", "origin_country"]])
    ways = pd.MultiIndex.from_arrays([planned["event_id"], country])
    return dataset.flags(planned["record"][ways.isin(left)].to_numpy())
