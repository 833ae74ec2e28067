"""What a reader should check: sums that close or do not, sources that differ, plans overtaken, odd dates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

import numpy as np
import pandas as pd

from geodata.countries import country_name
from geodata.counts import FloatArray, bounds, label, labels, maxima, minima
from geodata.reconcile import Bound, Step
from geodata.selection import Selection, steps
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

_LISTED = 8
"""Bounds of one contradiction that are written out."""

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
    names, chosen = selection.dataset.titles, {*selection.events.index, *selection.transfers.index}
    for claimed in selection.reconciled.contradictions:
        records = tuple(dict.fromkeys(bound.subject for bound in claimed))
        if chosen.intersection(records):
            listed = [said(bound, names) for bound in claimed[:_LISTED]]
            more = [f"and {len(claimed) - _LISTED} more"] if len(claimed) > _LISTED else []
            yield "contradiction", f"These cannot all hold: {'; '.join([*listed, *more])}.", records


def _balances(selection: Selection) -> Iterator[_Finding]:
    """Yield for every event and country how its sum closes."""
    legs, events = counted(selection)
    first = legs[~selection.dataset.flags(selection.dataset.links[0])[legs["record"]]]
    low, high = (
        _of_event(selection, first, values)[events["record"]] for values in (minima(first), maxima(first))
    )
    rest_low, rest_high = np.maximum(minima(events) - high, 0), np.maximum(maxima(events) - low, 0)
    moving = selection.dataset.flags(first["event_record"])[events["record"]]
    members = _members(first)
    for event, title, count, moved, left, shown in zip(
        _texts(events.index),
        _texts(events["title"]),
        labels(events),
        _labels(low, high),
        _labels(rest_low, rest_high),
        moving & events["reported"].to_numpy(),
        strict=True,
    ):
        if shown:
            message = (
                f"{title}: {count} freed = {moved} on first transfers + {left} without one that took place."
            )
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
    onward = selection.dataset.flags(selection.dataset.links[0])[legs["record"]]
    first = legs[~onward]
    journeys = legs[selection.dataset.flags(legs["event_record"][onward])[legs["event_record"]]]
    members, names = _members(journeys), selection.dataset.titles
    number = journeys.drop_duplicates("event_record")["event_record"].to_numpy()
    added, once = (
        _labels(*(_of_event(selection, some, values)[number] for values in (minima(some), maxima(some))))
        for some in (legs, first)
    )
    for event, naive, people in zip(members, added, once, strict=True):
        message = (
            f"{names[event]}: adding up its {len(members[event])} transfers would give {naive} people; "
            f"{people} set out, and some of them made more than one transfer."
        )
        yield "legs", message, (event, *members[event])


def _conflicts(selection: Selection) -> Iterator[_Finding]:
    """Yield subjects whose known claims name different numbers, and claims called agreeing that do not."""
    claims = selection.claims[selection.claims["standing"].isin(["adopted", "corroborating", "conflicting"])]
    claims = claims[~claims["entry"].isin(["undated", "later"])]
    part = pd.factorize(claims["record"] + selection.dataset.size * pd.factorize(claims["group"])[0])[0]
    low, high = np.zeros(len(claims)), np.full(len(claims), np.inf)
    np.maximum.at(low, part, minima(claims))
    np.minimum.at(high, part, maxima(claims))
    disputed = np.zeros(len(claims), dtype=bool)
    disputed[part[claims["standing"] == "conflicting"]] = True
    several = np.bincount(part, minlength=len(claims)) > 1
    wanted = (several & (disputed | (low > high)))[part]
    claims, names = claims[wanted], selection.dataset.titles
    told: dict[int, list[str]] = {}
    for key, count, source, standing in zip(
        part[wanted],
        labels(claims),
        _texts(claims["source_id"].map(selection.dataset.sources["publisher"].to_dict())),
        _texts(claims["standing"]),
        strict=True,
    ):
        told.setdefault(key, []).append(f"{count} ({source}, {standing})")
    heads = claims[~pd.Series(part[wanted]).duplicated().to_numpy()]
    for listed, subject, group in zip(
        told.values(), _texts(heads["subject_id"]), _texts(heads["group"]), strict=True
    ):
        yield "conflict", f"{names[subject]}{_part(group)}: {', '.join(listed)}.", (subject,)


def _silences(selection: Selection) -> Iterator[_Finding]:
    legs, events = counted(selection)
    dataset = selection.dataset
    for leg in legs.index[~legs["reported"]]:
        yield "silent", f"{dataset.titles[leg]}: no source gives a number.", (leg,)
    staying = events[~dataset.flags(dataset.transfers["event_record"])[events["record"]]]
    for event, title, count in zip(staying.index, staying["title"], labels(staying), strict=True):
        yield "silent", f"{title}: no source says where people went ({count}).", (event,)


def _claims_out(selection: Selection) -> Iterator[_Finding]:
    """Yield superseded and withdrawn claims."""
    claims = selection.claims[selection.claims["standing"].isin(["superseded", "withdrawn"])]
    names, publisher = selection.dataset.titles, selection.dataset.sources["publisher"].to_dict()
    for subject, group, standing, wording, source, count in zip(
        claims["subject_id"],
        claims["group"],
        claims["standing"],
        claims["wording"],
        claims["source_id"].map(publisher),
        labels(claims),
        strict=True,
    ):
        kind = "withdrawn" if standing == "withdrawn" else "overtaken"
        yield kind, f"{names[subject]}{_part(group)}: {count} (“{wording}”, {source}).", (subject,)


def _dates(selection: Selection) -> Iterator[_Finding]:
    """Yield transfers before those they follow or before their event, and reports before what they report."""
    legs, events, names = selection.transfers, selection.events, selection.dataset.titles
    leg, before = steps(selection, legs)
    early = (legs["latest"].to_numpy()[leg] < legs["earliest"].to_numpy()[before]).nonzero()[0]
    for this, that in zip(_texts(legs.index[leg[early]]), _texts(legs.index[before[early]]), strict=True):
        yield "dates", f"{names[this]} is over before {names[that]}, which it follows, begins.", (this, that)
    begins = np.full(selection.dataset.size, np.datetime64("NaT", "s"))
    begins[events["record"]] = events["earliest"]
    event = begins[legs["event_record"]]
    hasty = legs.loc[(legs["latest"] < event) & (legs["status"] == "done"), "event_id"]
    for hasty_leg, of in hasty.items():
        yield "dates", f"{names[str(hasty_leg)]} is over before its event begins.", (str(hasty_leg), of)
    done = legs[legs["status"] == "done"]
    begins[done["record"]] = done["earliest"]
    published = selection.claims["source_id"].map(selection.dataset.sources["latest"]).to_numpy()
    prophetic = selection.claims[published < begins[selection.claims["record"]]]
    publisher = selection.dataset.sources["publisher"].to_dict()
    for told, source in zip(_texts(prophetic["subject_id"]), _texts(prophetic["source_id"]), strict=True):
        message = f"{names[told]}: {publisher[source]} was published before it took place."
        yield "dates", message, (told,)


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


def _texts(values: pd.Series | pd.Index) -> list[str]:
    """Return texts as a list; to iterate over the column itself is ten times slower."""
    found: list[str] = values.to_numpy(dtype=object).tolist()
    return found


def _part(group: str) -> str:
    return f" ({group})" if group else ""


def _members(legs: pd.DataFrame) -> dict[str, list[str]]:
    """Return the ids of the transfers of each event, in order of the first."""
    members: dict[str, list[str]] = {}
    for leg, event in zip(_texts(legs.index), _texts(legs["event_id"]), strict=True):
        members.setdefault(event, []).append(leg)
    return members


def _of_event(selection: Selection, legs: pd.DataFrame, values: FloatArray) -> FloatArray:
    """Return the sum of the values of each event's legs, by the number of the event."""
    return np.bincount(legs["event_record"], weights=values, minlength=selection.dataset.size).astype(float)


def _labels(low: FloatArray, high: FloatArray) -> list[str]:
    return [label(*bounds(least, most)) for least, most in zip(low.tolist(), high.tolist(), strict=True)]
