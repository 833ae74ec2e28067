"""What a reader should check: sums that close or do not, sources that differ, plans overtaken, odd dates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

import numpy as np
import pandas as pd

from geodata.countries import country_name
from geodata.counts import FloatArray, bounds, label, labels, maxima, minima
from geodata.reconcile import Bound, Step
from geodata.selection import Selection
from geodata.totals import NOWHERE, counted, country_totals

__all__ = ["KINDS", "findings", "reason", "said"]

KINDS = {
    "contradiction": "Claims that cannot all hold; the figures of their journeys are shown as claimed",
    "balance": "Sums that must close: who was freed, who moved on, who remained",
    "legs": "People who would be counted more than once if transfers were added up",
    "conflict": "Sources that differ on a number",
    "silent": "Movements of which no source gives a number, or says where people went",
    "overtaken": "Plans and figures that later reports overtook",
    "withdrawn": "Claims that their source took back or qualified; never counted",
    "dates": "Days in an order that cannot be",
    "places": "Movements that no country could be given to",
    "file": "What the dataset's files say wrongly, and how it was taken",
}
"""Every kind of finding, most serious first, with its meaning."""

_Finding: TypeAlias = tuple[str, str, tuple[str, ...]]  # kind, message, ids of records


def findings(selection: Selection) -> pd.DataFrame:
    """Return what there is to check in a selection.

    Returns
    -------
    DataFrame
        One row a finding, in the order of `KINDS`: kind, message (a sentence) and records (ids of the events
        and transfers it is about; none for a finding on a file).
    """
    found: list[_Finding] = []
    for find in (
        _contradictions,
        _balances,
        _legs,
        _conflicts,
        _silences,
        _claims_out,
        _dates,
        _places,
        _files,
    ):
        found += find(selection)
    table = pd.DataFrame(found, columns=["kind", "message", "records"])
    order = {kind: rank for rank, kind in enumerate(KINDS)}
    return table.sort_values("kind", key=lambda kinds: kinds.map(order), kind="stable", ignore_index=True)


def said(bound: Bound, names: Mapping[str, str]) -> str:
    """Return a bound in words: "at most 122: Minsk → Ukraine"."""
    part = f" ({bound.group})" if bound.group else ""
    return f"{bound.side} {bound.count}: {names[bound.subject]}{part}"


def reason(step: Step, names: Mapping[str, str]) -> str:
    """Return a step of reasoning in words, what follows first."""
    return f"{said(step.bound, names)}; because {', and '.join(said(each, names) for each in step.because)}"


def _contradictions(selection: Selection) -> Iterator[_Finding]:
    names, ids = selection.dataset.titles, {*selection.events.index, *selection.transfers.index}
    for claimed in selection.reconciled.contradictions:
        records = tuple(dict.fromkeys(bound.subject for bound in claimed))
        if ids.intersection(records):
            listed = "; ".join(said(bound, names) for bound in claimed)
            yield "contradiction", f"These cannot all hold: {listed}.", records


def _balances(selection: Selection) -> Iterator[_Finding]:
    """Yield for every event and country how its sum closes."""
    legs, events = counted(selection)
    first = legs[legs["follows"].str.len() == 0]
    groups = first.groupby("event_id")
    low, high = (_by(first["event_id"], values, events.index) for values in (minima(first), maxima(first)))
    rest_low, rest_high = np.maximum(minima(events) - high, 0), np.maximum(maxima(events) - low, 0)
    shown = events["reported"].to_numpy() & events.index.isin(first["event_id"])
    members = {str(event): tuple(map(str, ids)) for event, ids in groups.groups.items()}
    for event, title, count, moved, left in zip(
        events.index[shown],
        events["title"][shown],
        np.array(labels(events))[shown],
        _labels(low, high, shown),
        _labels(rest_low, rest_high, shown),
        strict=True,
    ):
        message = f"{title}: {count} freed = {moved} on first transfers + {left} without one that took place."
        yield "balance", message, (event, *members[event])
    totals = country_totals(selection)
    busy = totals[totals["passed_on_max"].fillna(1) > 0]
    for code, arrived, passed_on, remained in zip(
        busy.index, *(labels(busy, name) for name in ("arrived", "passed_on", "remained")), strict=True
    ):
        touching = legs.index[(legs["origin_country"] == code) | (legs["destination_country"] == code)]
        message = f"{country_name(code)}: {arrived} arrived = {passed_on} passed on + {remained} remained."
        yield "balance", message, tuple(touching)


def _legs(selection: Selection) -> Iterator[_Finding]:
    """Yield for every event with onward transfers what adding up its transfers would say."""
    legs, _ = counted(selection)
    onward = legs["follows"].str.len() > 0
    first = legs[~onward]
    journeys = pd.Index(legs.loc[onward, "event_id"].unique())
    of_event = legs[legs["event_id"].isin(journeys)].groupby("event_id").groups
    every = _labels(*(_by(legs["event_id"], values, journeys) for values in (minima(legs), maxima(legs))))
    once = _labels(*(_by(first["event_id"], values, journeys) for values in (minima(first), maxima(first))))
    names = selection.dataset.titles
    for event, added, people in zip(journeys, every, once, strict=True):
        number = len(of_event[event])
        message = (
            f"{names[event]}: adding up its {number} transfers would give {added} people; "
            f"{people} set out, and some of them made more than one transfer."
        )
        yield "legs", message, (event, *of_event[event])


def _conflicts(selection: Selection) -> Iterator[_Finding]:
    """Yield subjects whose known claims name different numbers, and claims called agreeing that do not."""
    claims = selection.claims[selection.claims["standing"].isin(["adopted", "corroborating", "conflicting"])]
    claims = claims[~claims["entry"].isin(["undated", "later"])]
    several = claims[claims.duplicated(["subject_id", "group"], keep=False)]
    if several.empty:
        return
    low, high = minima(several), maxima(several)
    key = pd.MultiIndex.from_frame(several[["subject_id", "group"]])
    apart = pd.Series(low, key).groupby(level=[0, 1]).max() > pd.Series(high, key).groupby(level=[0, 1]).min()
    disputed = several["standing"].eq("conflicting").groupby([several["subject_id"], several["group"]]).any()
    wanted = several[key.isin(apart.index[apart | disputed.reindex(apart.index)])]
    names, publisher = selection.dataset.titles, selection.dataset.sources["publisher"]
    words = [
        f"{count} ({source}, {standing})"
        for count, source, standing in zip(
            labels(wanted), wanted["source_id"].map(publisher), wanted["standing"], strict=True
        )
    ]
    grouped = pd.Series(words, wanted.index).groupby([wanted["subject_id"], wanted["group"]], sort=False)
    for (subject, group), listed in grouped:
        part = f" ({group})" if group else ""
        yield "conflict", f"{names[str(subject)]}{part}: {', '.join(listed)}.", (str(subject),)


def _silences(selection: Selection) -> Iterator[_Finding]:
    legs, events = counted(selection)
    names = selection.dataset.titles
    for leg in legs.index[~legs["reported"]]:
        yield "silent", f"{names[leg]}: no source gives a number.", (leg,)
    staying = events[~events.index.isin(selection.dataset.transfers["event_id"])]
    for event, title, count in zip(staying.index, staying["title"], labels(staying), strict=True):
        yield "silent", f"{title}: no source says where people went ({count}).", (event,)


def _claims_out(selection: Selection) -> Iterator[_Finding]:
    """Yield superseded and withdrawn claims."""
    claims = selection.claims[selection.claims["standing"].isin(["superseded", "withdrawn"])]
    names, publisher = selection.dataset.titles, selection.dataset.sources["publisher"]
    for subject, group, standing, wording, source, count in zip(
        claims["subject_id"],
        claims["group"],
        claims["standing"],
        claims["wording"],
        claims["source_id"].map(publisher),
        labels(claims),
        strict=True,
    ):
        part = f" ({group})" if group else ""
        kind = "withdrawn" if standing == "withdrawn" else "overtaken"
        yield kind, f"{names[subject]}{part}: {count} (“{wording}”, {source}).", (subject,)


def _dates(selection: Selection) -> Iterator[_Finding]:
    """Yield transfers before those they follow or before their event, and reports before what they report."""
    legs, events, names = selection.transfers, selection.events, selection.dataset.titles
    steps = legs["follows"].explode().dropna()
    steps = steps[steps.isin(legs.index)]
    begun = legs["earliest"].reindex(steps).set_axis(steps.index)
    early = steps[(legs["latest"].reindex(steps.index) < begun).to_numpy()]
    for leg, before in early.items():
        message = f"{names[str(leg)]} is over before {names[before]}, which it follows, begins."
        yield "dates", message, (str(leg), before)
    event = events["earliest"].reindex(legs["event_id"]).to_numpy()
    hasty = legs.loc[(legs["latest"] < event) & (legs["status"] == "done"), "event_id"]
    for leg, of in hasty.items():
        yield "dates", f"{names[str(leg)]} is over before its event begins.", (str(leg), of)
    done = pd.concat([events["earliest"], legs.loc[legs["status"] == "done", "earliest"]])
    told = selection.claims[selection.claims["subject_id"].isin(done.index)]
    published = told["source_id"].map(selection.dataset.sources["latest"])
    prophetic = told[(published < told["subject_id"].map(done)).to_numpy()]
    publisher = selection.dataset.sources["publisher"]
    for subject, source in zip(prophetic["subject_id"], prophetic["source_id"], strict=True):
        message = f"{names[subject]}: {publisher[source]} was published before it took place."
        yield "dates", message, (subject,)


def _places(selection: Selection) -> Iterator[_Finding]:
    legs, names = selection.transfers, selection.dataset.titles
    words = {"between": "lies between countries", "unlocated": "lies in no country that is known"}
    for end in ("origin", "destination"):
        nowhere = legs[legs[f"{end}_country"].isin(NOWHERE)]
        for leg, code in nowhere[f"{end}_country"].items():
            yield (
                "places",
                f"{names[str(leg)]}: its {end} {words[code]}; it has a row of its own.",
                (str(leg),),
            )


def _files(selection: Selection) -> Iterable[_Finding]:
    return [("file", f"{note}.", ()) for note in selection.dataset.notes]


def _by(keys: pd.Series, values: FloatArray, index: pd.Index) -> FloatArray:
    """Return the sum of values by key, on `index`."""
    summed = pd.Series(values, keys.to_numpy()).groupby(level=0).sum()
    return np.asarray(summed.reindex(index, fill_value=0.0), dtype=np.float64)


def _labels(low: FloatArray, high: FloatArray, shown: np.ndarray | None = None) -> list[str]:
    pairs = zip(low, high, strict=True) if shown is None else zip(low[shown], high[shown], strict=True)
    return [label(*bounds(least, most)) for least, most in pairs]
