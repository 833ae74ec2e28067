"""What a selection says, in sentences: the headline, and what its reader must know to believe it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence

import pandas as pd

from dashboard import theme
from dashboard.cells import Cell
from geodata import Dataset, Selection, people
from geodata.basis import ADOPTED, ALL
from geodata.countries import country_name
from geodata.counts import bounds, label, labels, maxima, minima
from geodata.filters import PEOPLE
from geodata.schema import STATUSES
from geodata.selection import BoolArray

__all__ = ["coverage", "doubts", "headline", "joined", "text_of"]

_MOST_NAMED = 4
"""Countries that a sentence names, where there are more than one more."""
_DEEDS = {
    "release": "released",
    "exchange": "exchanged",
    "pardon": "pardoned",
    "return": "returned",
}
CAUTION = "A map of reported cases is not a count of all cases."


def joined(parts: Sequence[str], last: str = "and") -> str:
    """Return parts as an enumeration.

    Examples
    --------
    >>> joined(["89 in Poland", "29 in Lithuania", "5 in Ukraine"])
    '89 in Poland, 29 in Lithuania and 5 in Ukraine'
    """
    return f" {last} ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))


def headline(selection: Selection, totals: pd.DataFrame) -> list[Cell | str]:
    """Return one true sentence on the selection, its numbers to be opened; nothing where nothing is chosen.

    Parameters
    ----------
    selection
        The chosen records.
    totals
        `geodata.country_totals` of the selection; the sentence agrees with it to the digit.
    """
    events, counted = selection.events, selection.counted_transfers
    if events.empty:
        return []
    who = _people(*people(selection))
    opened = Cell(who, PEOPLE, f"{who}: show the claims")
    filters, language = selection.filters, selection.filters.lang
    if selection.counted != "done":
        done = f"{_were(len(counted))} {theme.STATUS_WORDS[selection.counted]}{_when(counted)}"
        return [f"{_number(len(counted), 'transfer')} of ", opened, f" {done}."]
    if filters.origin or filters.destination or not events["own"].all():
        deed = " ".join(
            ["moved", *_ways("from", filters.origin, language), *_ways("to", filters.destination, language)]
        )
        start = deed + _when(counted)
    else:
        kinds, places = events["kind"].unique(), events["country_code"].unique()
        deeds = joined([deed for kind, deed in _DEEDS.items() if kind in kinds], "or")
        where = _ways("in", [code for code in totals.index if code in places], language)
        start = " ".join([_were(1 if who.endswith("1 person") else 2), deeds, *where]) + _when(events)
    stayed = (totals["remained_max"].fillna(1) > 0).any()
    return [opened, f" {start}", *(["; ", *_remained(totals, language)] if stayed else []), "."]


def text_of(parts: Iterable[Cell | str]) -> str:
    """Return a sentence as plain text."""
    return "".join(part if isinstance(part, str) else part.text for part in parts)


def _remained(totals: pd.DataFrame, language: str) -> list[Cell | str]:
    """Return where people remained, the most first: "89 remained in Poland, 29 in Lithuania"."""
    stayed = totals[totals["remained_max"].fillna(1) > 0].sort_values(["remained_min"], ascending=False)
    shown = stayed if len(stayed) <= _MOST_NAMED + 1 else stayed[:_MOST_NAMED]
    more = len(stayed) - len(shown)
    parts: list[Cell | str] = []
    last = len(shown) - 1 + bool(more)
    for k, (code, count) in enumerate(zip(shown.index, labels(shown, "remained"), strict=True)):
        who = "an unreported number" if count == "not reported" else count
        place = _place(code, language)
        where = place if k else f"remained {place}"
        parts += ["" if not k else " and " if k == last else ", "]
        parts += [
            Cell(who, f"{code}.remained", f"{who} remained {place}: show the claims"),
            f" {where}",
        ]
    return [*(part for part in parts if part), *([f" and others in {more} more places"] if more else [])]


def _place(code: str, language: str) -> str:
    return {"between": "between countries", "unlocated": "where no country is known"}.get(
        code, f"in {country_name(code, language)}"
    )


def _ways(preposition: str, codes: Sequence[str], language: str) -> list[str]:
    """Return ``["to Latvia or Lithuania"]``, or nothing where there are no countries to name."""
    known = [country_name(code, language) for code in codes if code not in ("between", "unlocated")]
    if len(known) > _MOST_NAMED + 1:
        known = [*known[:_MOST_NAMED], f"{len(known) - _MOST_NAMED} more countries"]
    return [f"{preposition} {joined(known)}"] if known else []


def _were(number: int) -> str:
    return "was" if number == 1 else "were"


def _number(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _people(count_min: int, count_max: int | None) -> str:
    """Return a number of people as a sentence begins with it."""
    count = label(count_min, count_max)
    if count == "not reported":
        return "An unreported number of people"
    if count.startswith("≥"):
        return f"At least {theme.people_text(str(count_min))}"
    return theme.people_text(count)


def _when(records: pd.DataFrame) -> str:
    """Return when records happened: " on 13 December 2025", or the span of several."""
    if records.empty:
        return ""
    if len(dates := set(records["date"])) == 1:
        text = theme.date_text(dates.pop())
        if text.startswith(("about", "from", "until")):
            return f" {text}"
        names_a_day = re.match(r"[0-9]{1,2}\b", text)
        return f" {'on' if names_a_day else 'in'} {text}"
    earliest, latest = records["earliest"].min().date(), records["latest"].max().date()
    if (earliest.year, earliest.month) == (latest.year, latest.month):
        return f" on {theme.span_text(earliest, latest)}"
    return f" between {theme.day_text(earliest)} and {theme.day_text(latest)}"


def doubts(selection: Selection, totals: pd.DataFrame) -> list[str]:
    """Return what a reader must know to read the headline and the table rightly, most important first."""
    legs, claims = selection.transfers, selection.claims
    counted = selection.counted_transfers
    found = []
    if selection.contradictory:
        events = _number(len(selection.contradictory), "event")
        found.append(f"The claims on {events} contradict each other and are shown as they stand.")
    passed_on = _sum_label(totals, "passed_on")
    if passed_on != "0":
        found.append(f"Everybody is counted once, although {passed_on} crossed more than one border.")
    differing = (claims["group"] == "") & (claims["standing"] == "conflicting")
    conflicting = claims["record"][differing].nunique()
    if conflicting and selection.filters.basis in (ADOPTED, ALL):
        figures = "figure" if conflicting == 1 else "figures"
        handled = (
            "the adopted one is shown" if selection.filters.basis == ADOPTED else "the widest range is shown"
        )
        found.append(f"Sources differ on {conflicting} {figures}; {handled}.")
    unreported = int((~counted["reported"]).sum())
    if unreported:
        found.append(f"For {_number(unreported, 'transfer')} no source gives a number.")
    dataset = selection.dataset
    homeless = selection.events[~dataset.among(selection.events["record"], _told_of(selection))]
    if len(homeless) and selection.counted == "done":
        count = _sum_label(homeless, "count")
        found.append(f"Of {count} people no source says where they went ({_number(len(homeless), 'event')}).")
    drawn = legs[~legs["counted"]]
    statuses = drawn["status"].unique()
    kinds = [theme.STATUS_WORDS[status] for status in STATUSES if status in statuses]
    if kinds:
        plans = drawn["superseded"].all() and "superseded "
        found.append(f"Transfers that are {plans or ''}{joined(kinds)} are drawn and not counted.")
    inside, (leg, before) = dataset.flags(counted["record"]), dataset.links
    cut = len(set(leg[inside[leg] & ~inside[before]]))
    if cut and selection.counted == "done":
        found.append(f"The filters cut {_number(cut, 'journey')}: an earlier transfer is left out.")
    onward = _onward(selection, inside)
    if onward:
        found.append(
            f"They leave {_number(onward, 'onward transfer')} out: some are shown where they first arrived."
        )
    if selection.filters.group or selection.filters.source:
        by = " and ".join(name for name in ("group", "source") if getattr(selection.filters, name))
        found.append(f"Chosen by a {by}; figures count everybody in these movements.")
    if selection.filters.basis not in (ADOPTED, ALL):
        found.append("One source alone: what it does not mention is not shown.")
    if selection.filters.asof:
        found.append(_known_by(selection))
    return found


def _told_of(selection: Selection) -> pd.Series:
    """Return the numbers of the events of which it is known where people went, chosen or not."""
    filters, every = selection.filters, selection.dataset.transfers
    chosen: pd.Series = selection.transfers["event_record"]
    if filters.asof or filters.basis not in (ADOPTED, ALL):
        return chosen
    known: pd.Series = pd.concat([chosen, every["event_record"][every["status"] == "done"]])
    return known


def _onward(selection: Selection, inside: BoolArray) -> int:
    """Return how many transfers that took place follow a counted one and are not chosen."""
    filters, (leg, before) = selection.filters, selection.dataset.links
    if selection.counted != "done" or filters.asof or filters.basis not in (ADOPTED, ALL):
        return 0
    every = selection.dataset.transfers
    took_place = selection.dataset.flags(every["record"][every["status"] == "done"])
    chosen = selection.dataset.flags(selection.transfers["record"])
    return len(set(leg[inside[before] & took_place[leg] & ~chosen[leg]]))


def _known_by(selection: Selection) -> str:
    """Return what ``asof`` leaves out."""
    day = dt.date.fromisoformat(selection.filters.asof)
    sources = selection.dataset.sources
    late = int((sources["earliest"] > pd.Timestamp(day)).sum())
    unsure = int((~(sources["latest"] <= pd.Timestamp(day))).sum()) - late
    parts = [f"{_number(late, 'source')} published later"] if late else []
    parts += [f"{_number(unsure, 'source')} that may have been published later"] if unsure else []
    left_out = f": {joined(parts)} {_were(late + unsure)} left out" if parts else ""
    return f"As known on {theme.day_text(day)}{left_out}."


def coverage(dataset: Dataset) -> list[str]:
    """Return what a dataset covers and what not, in sentences for the reader of its totals."""
    events = dataset.events[dataset.events["kind"] != "series"]
    if events.empty:
        return ["The dataset has no events."]
    dated = pd.concat([events, dataset.transfers])
    earliest, latest = dated["earliest"].min().date(), dated["latest"].max().date()
    numbers = joined(
        [
            _number(len(events), "event"),
            _number(len(dataset.transfers), "transfer"),
            _number(len(dataset.claims), "claim"),
            _number(len(dataset.sources), "source"),
        ]
    )
    found = [f"This dataset runs from {theme.day_text(earliest)} to {theme.day_text(latest)}: {numbers}."]
    if dataset.populations:
        found.append(f"Whom it covers: {dataset.populations}")
    if dataset.gaps:
        found.append(f"Known gaps: {dataset.gaps}")
    return [*found, CAUTION]


def _sum_label(table: pd.DataFrame, measure: str) -> str:
    """Return the label of a measure summed over a table."""
    return label(*bounds(minima(table, measure).sum(), maxima(table, measure).sum()))
