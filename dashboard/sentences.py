"""What a selection says, in sentences: the headline, and what its reader must know to believe it.

Every sentence is one phrase, chosen for its case, whose named holes are filled: numbers, places and days. A
hole that stays empty takes the blank before it along.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from string import Formatter
from typing import NamedTuple, TypeAlias

import numpy as np
import pandas as pd
from babel.lists import format_list

from dashboard import theme
from dashboard.components.cells import Cell
from geodata import Dataset, Selection, people
from geodata.analysis.basis import ADOPTED, ALL, ENTRIES
from geodata.analysis.findings import died_after, known_to, partly_counted
from geodata.analysis.selection import steps
from geodata.analysis.totals import onward, outcomes
from geodata.model.counts import Count, amount_text, maxima, minima, who_text
from geodata.model.dates import FIRST_DAY, LAST_DAY
from geodata.model.places import DIED, NOWHERE, UNLOCATED, UNREPORTED
from geodata.model.schema import STATUSES, Status
from geodata.query.filters import OUTCOME, PEOPLE, RECORD_KEYS

__all__ = ["counts_of", "coverage", "doubts", "headline", "joined", "text_of"]

Parts: TypeAlias = list[Cell | str]
"""A sentence, or a piece of one: texts, and numbers that can be opened."""

_MOST_NAMED = 4
"""Places that a sentence names, where there are more than one more."""

CAUTION = "A map of reported cases is not a count of all cases."
_NOTHING = "No movement matches."


class _Phrase(NamedTuple):
    """A phrase for one of what it counts, and for any other number."""

    one: str
    other: str


_DEEDS: dict[str, str] = {
    "release": "released",
    "exchange": "exchanged",
    "pardon": "pardoned",
    "return": "returned",
    "transfer": "transferred",
    "deportation": "deported",
    "displacement": "displaced",
}
"""What was done to the people of an event, by its kind."""

_EVENT: dict[str, _Phrase] = {
    "release": _Phrase(
        "{people} was released {where} {when}{remained}.",
        "{people} were released {where} {when}{remained}.",
    ),
    "exchange": _Phrase(
        "{people} was exchanged {where} {when}{remained}.",
        "{people} were exchanged {where} {when}{remained}.",
    ),
    "pardon": _Phrase(
        "{people} was pardoned {where} {when}{remained}.",
        "{people} were pardoned {where} {when}{remained}.",
    ),
    "return": _Phrase(
        "{people} was returned in an event {where} {when}{remained}.",
        "{people} were returned in an event {where} {when}{remained}.",
    ),
    "transfer": _Phrase(
        "{people} was transferred in an event {where} {when}{remained}.",
        "{people} were transferred in an event {where} {when}{remained}.",
    ),
    "deportation": _Phrase(
        "{people} was deported in an event {where} {when}{remained}.",
        "{people} were deported in an event {where} {when}{remained}.",
    ),
    "displacement": _Phrase(
        "{people} was displaced in an event {where} {when}{remained}.",
        "{people} were displaced in an event {where} {when}{remained}.",
    ),
}
"""One event that is chosen itself. Of some kinds it is not said that they happened where the event lies."""

_EVENTS = _Phrase(
    "{people} was {deeds} in {number} events {where} {when}{again}{remained}.",
    "{people} were {deeds} in {number} events {where} {when}{again}{remained}.",
)
"""Several events that are chosen themselves, or some of them with the transfers of others."""

_MOVED = _Phrase(
    "{people} moved {ways} {events} {when}{again}{remained}.",
    "{people} moved {ways} {events} {when}{again}{remained}.",
)
"""Transfers alone."""

_MOVED_AS: dict[str, _Phrase] = {
    "return": _Phrase(
        "{people} was returned {ways} {events} {when}{again}{remained}.",
        "{people} were returned {ways} {events} {when}{again}{remained}.",
    ),
    "transfer": _Phrase(
        "{people} was transferred {ways} {events} {when}{again}{remained}.",
        "{people} were transferred {ways} {events} {when}{again}{remained}.",
    ),
    "deportation": _Phrase(
        "{people} was deported {ways} {events} {when}{again}{remained}.",
        "{people} were deported {ways} {events} {when}{again}{remained}.",
    ),
    "displacement": _Phrase(
        "{people} was displaced {ways} {events} {when}{again}{remained}.",
        "{people} were displaced {ways} {events} {when}{again}{remained}.",
    ),
}
"""First transfers of events of one kind, where the kind says how people move."""

_DIED = _Phrase(
    "{people} died on the way or in custody {events} {when}{again}.",
    "{people} died on the way or in custody {events} {when}{again}.",
)
"""Transfers that end in death alone."""

_MOVEMENTS = _Phrase(
    "{people} took place {where} {ways} {events} {when}{remained}.",
    "{people} took place {where} {ways} {events} {when}{remained}.",
)
"""Where the dataset counts movements and not people."""

_AGAIN = "; the same person may be in more than one event"
_AGAIN_UNLESS = (
    "; the same person may be counted in more than one event, unless a transfer of one follows a transfer of "
    "the other"
)
"""Where transfers of some of the events follow those of others: who is on both is counted once."""

_KINDS: dict[str, str] = {
    "release": "a release",
    "exchange": "an exchange",
    "pardon": "a pardon",
    "return": "a return",
    "transfer": "a transfer",
    "deportation": "a deportation",
    "displacement": "a displacement",
}
_NOT_DONE = "Nothing took place: "
"""Before the phrase of what did not take place, where what did was looked for."""
_NO_EVENT = "{kind} of {people} {where} was {done} {when}."
_NO_EVENTS = "{number} events with {people} in all were {done} {where} {when}{again}."
_NO_TRANSFER = "a transfer of {people} {ways} was {done} {when}."
_NO_TRANSFERS = "{number} transfers {ways} of {people} in all were {done} {events} {when}{again}."
_NO_MOVES = "movements of {people} were {done} {events} {when}{again}."
_NO_MOVEMENTS = _Phrase(
    "{people} {where} {ways} was {done} {events} {when}.",
    "{people} {where} {ways} were {done} {events} {when}.",
)
_OVERTAKEN = "Only plans that have been superseded match, and nobody is counted."


def joined(parts: Sequence[str], last: str = "and") -> str:
    """Return parts as an enumeration.

    Examples
    --------
    >>> joined(["89 in Poland", "29 in Lithuania", "5 in Ukraine"])
    '89 in Poland, 29 in Lithuania and 5 in Ukraine'
    """
    return format_list(list(parts), style="or" if last == "or" else "standard", locale="en_GB")


def text_of(parts: Iterable[Cell | str]) -> str:
    """Return a sentence as plain text."""
    return "".join(part if isinstance(part, str) else part.text for part in parts)


def headline(selection: Selection, totals: pd.DataFrame) -> Parts:
    """Return one true sentence on the selection, its numbers to be opened.

    Parameters
    ----------
    selection
        The chosen records.
    totals
        `geodata.country_totals` of the selection; the sentence agrees with it to the digit.
    """
    if selection.events.empty:
        return [_NOTHING]
    events, transfers = _chosen(selection)
    if events.empty and transfers.empty:
        return [_OVERTAKEN if len(selection.transfers) else _NOTHING]
    if selection.counted == "done":
        return _what_happened(selection, totals, events, transfers)
    return _what_did_not(selection, events, transfers)


def _what_happened(
    selection: Selection, totals: pd.DataFrame, events: pd.DataFrame, transfers: pd.DataFrame
) -> Parts:
    """Return the headline of what took place."""
    count, counts, language = _people(selection), counts_of(selection.dataset), selection.filters.lang
    number = _number_of_events(events, transfers)
    moving = transfers[~selection.dataset.among(transfers["event_record"], events["record"])]
    alone = moving if events.empty else moving[:0]
    holes: dict[str, str | Parts] = {
        "people": [_opened(_who(count, counts, begins=True))],
        "number": theme.number_text(number),
        "events": f"in {_counted(number, 'event')}" if number > 1 else "",
        "where": _where(events, language) if moving.empty else "",
        "ways": _ways(selection, alone),
        "when": _when(pd.concat([events, moving])),
        "again": _again(selection, events, transfers),
        "remained": _remained(totals, counts, language, onward_too=not Count(*onward(selection)).nothing),
    }
    if counts == "movements":
        phrase = _MOVEMENTS
    elif len(events) == number == 1:
        phrase = _EVENT[events["kind"].iloc[0]]
    elif len(events):
        deeds = [deed for kind, deed in _DEEDS.items() if (events["kind"] == kind).any()]
        holes["deeds"] = joined([*deeds, *(["moved"] if len(moving) else [])], "or")
        phrase = _EVENTS
    elif (moving["destination_country"] == DIED).all():
        phrase = _DIED
    else:
        phrase = _moved(selection, moving)
    return _filled(phrase.one if count.singular else phrase.other, holes)


def _moved(selection: Selection, transfers: pd.DataFrame) -> _Phrase:
    """Return the phrase of transfers: that of a kind only where they are the first ones of events of it."""
    kinds = selection.events["kind"].reindex(transfers["event_id"]).unique()
    dataset = selection.dataset
    first = not dataset.among(transfers["record"], dataset.links[0]).any()
    return _MOVED_AS.get(kinds[0], _MOVED) if first and len(kinds) == 1 else _MOVED


def _what_did_not(selection: Selection, events: pd.DataFrame, transfers: pd.DataFrame) -> Parts:
    """Return the headline of what was planned, attempted or denied."""
    count, counts, filters = _people(selection), counts_of(selection.dataset), selection.filters
    number = _number_of_events(events, transfers)
    moving = transfers[~selection.dataset.among(transfers["event_record"], events["record"])]
    # That one source tells of a plan alone does not say that nothing took place.
    looked_for = (not filters.status or "done" in filters.status) and not selection.partial
    holes: dict[str, str | Parts] = {
        "people": [_opened(_who(count, counts, begins=counts == "movements" and not looked_for))],
        "number": theme.number_text(len(events) or len(transfers)),
        "events": f"in {_counted(number, 'event')}" if number > 1 else "",
        "where": _where(events, filters.lang) if moving.empty else "",
        "ways": _ways(selection, moving if events.empty else moving[:0]),
        "done": theme.STATUS_WORDS[selection.counted],
        "when": _when(_dated(events, moving), planned=selection.counted == "planned"),
        "again": _again(selection, events, transfers),
    }
    if counts == "movements":
        phrase = _NO_MOVEMENTS.one if count.singular else _NO_MOVEMENTS.other
    elif len(events) and len(moving):
        phrase = _NO_MOVES
    elif len(events) == 1:
        phrase, holes["kind"] = _NO_EVENT, _KINDS[events["kind"].iloc[0]]
    elif len(events):
        phrase = _NO_EVENTS
    else:
        phrase = _NO_TRANSFER if len(transfers) == 1 else _NO_TRANSFERS
    found = _filled(phrase, holes)
    if looked_for:
        return [_NOT_DONE, *found]
    first, *rest = found
    return [first[:1].upper() + first[1:], *rest] if isinstance(first, str) else found


def _filled(phrase: str, holes: dict[str, str | Parts]) -> Parts:
    """Return a phrase with its holes filled; an empty one takes the blank before it along."""
    parts: Parts = [""]
    for text, hole, _, _ in Formatter().parse(phrase):
        filling = holes[hole] if hole else ""
        for part in [text, *([filling] if isinstance(filling, str) else filling)]:
            if isinstance(part, str) and isinstance(parts[-1], str):
                parts[-1] += part
            else:
                parts.append(part)
        if hole and not filling and isinstance(parts[-1], str):
            parts[-1] = parts[-1].removesuffix(" ")
    return [part for part in parts if part]


def _opened(text: str) -> Cell:
    return Cell(text, PEOPLE, f"{text}: show the claims")


def _who(count: Count, counts: str, *, begins: bool = False) -> str:
    """Return a number with its noun as a sentence says it, at its beginning or within it."""
    text = who_text(count, counts)
    return text[:1].upper() + text[1:] if begins else text


def _counted(number: int, noun: str) -> str:
    return f"{theme.number_text(number)} {noun}" if number == 1 else f"{theme.number_text(number)} {noun}s"


def _again(selection: Selection, events: pd.DataFrame, transfers: pd.DataFrame) -> str:
    """Return that people may recur, where they may."""
    if not _may_recur(selection.dataset, _number_of_events(events, transfers)):
        return ""
    return _AGAIN_UNLESS if _are_joined(selection, events, transfers) else _AGAIN


def _are_joined(selection: Selection, events: pd.DataFrame, transfers: pd.DataFrame) -> bool:
    """Return whether transfers of some of the counted events follow those of others."""
    dataset = selection.dataset
    of_event = np.arange(dataset.size)
    of_event[dataset.transfers["record"]] = dataset.transfers["event_record"]
    counted = dataset.flags(selection.every["record"][selection.every["status"] == selection.counted])
    there = dataset.flags(pd.concat([events["record"], transfers["event_record"]]))
    leg, before = dataset.links
    one, other = of_event[leg], of_event[before]
    return bool(((one != other) & there[one] & there[other] & counted[leg] & counted[before]).any())


def _may_recur(dataset: Dataset, number: int) -> bool:
    """Return whether the same person may be in several of so many events."""
    return number > 1 and counts_of(dataset) == "people" and dataset.recurrence != "none"


def _remained(totals: pd.DataFrame, counts: str, language: str, *, onward_too: bool) -> Parts:
    """Return where people remained, the most first: "; 89 remained in Poland, 29 in Lithuania".

    Where some of them went on by transfers that are not chosen, that is told of the chosen ones alone.
    """
    bounds = zip(minima(totals, "remained").tolist(), maxima(totals, "remained").tolist(), strict=True)
    every = {code: Count.of(*both) for code, both in zip(totals.index, bounds, strict=True)}
    every = {code: count for code, count in every.items() if not count.nothing}
    died = every.pop(DIED, None)
    stayed = sorted(every.items(), key=lambda found: -found[1].minimum)
    shown = stayed if len(stayed) <= _MOST_NAMED + 1 else stayed[:_MOST_NAMED]
    more = _others([count for _, count in stayed[len(shown) :]])
    verb = "ended" if counts == "movements" else "remained"
    begins = "; after the chosen transfers " if onward_too else "; "
    parts: Parts = []
    for k, (code, count) in enumerate(shown):
        last = k == len(shown) - 1 and not more
        place = f"in {theme.place_in_sentence(code, language)}"
        parts += [
            begins if k == 0 else " and " if last else ", ",
            _figure(count, code, counts, language),
            f" {verb} {place}" if k == 0 else f" {place}",
        ]
    if more:
        parts.append(f" and {more}")
    if died:
        parts += ["; ", _figure(died, DIED, counts, language), " died on the way or in custody"]
    return parts


def _figure(count: Count, code: str, counts: str, language: str) -> Cell:
    """Return how many remained somewhere, to be opened."""
    text = amount_text(count)
    said = theme.figure_text("remained", code, None, language, counts)
    return Cell(text, f"{code}.remained", f"{text}{said}: show the claims")


def _others(counts: Sequence[Count]) -> str:
    """Return in how many places more people remained, or may have."""
    if not counts:
        return ""
    certain = sum(count.minimum > 0 for count in counts)
    if not certain:
        return f"perhaps others in up to {len(counts)} more places"
    return f"others in {theme.count_text(Count(certain, len(counts)))} more places"


def _named(codes: Iterable[str], last: str, language: str) -> str:
    """Return places as an enumeration: countries by their codes, then those that are in none."""
    ordered = sorted(codes, key=lambda code: (code in NOWHERE, code))
    shown = ordered if len(ordered) <= _MOST_NAMED + 1 else ordered[:_MOST_NAMED]
    names = [theme.place_in_sentence(code, language) for code in shown]
    rest = len(ordered) - len(shown)
    return joined([*names, *([f"{rest} more places"] if rest else [])], last)


def _where(events: pd.DataFrame, language: str) -> str:
    """Return where events happened: "in Belarus and Türkiye"; nothing where that is not known."""
    codes = set(events["country_code"].unique())
    return f"in {_named(codes, 'and', language)}" if codes - {UNLOCATED} else ""


def _ways(selection: Selection, transfers: pd.DataFrame) -> str:
    """Return whence and where to transfers lead, as far as it is one place, or is what was asked for."""
    filters = selection.filters
    origins, ends = (set(transfers[end].unique()) for end in ("origin_country", "destination_country"))
    if len(origins) == 1 and origins == ends and not origins & set(NOWHERE):
        return f"within {_named(origins, 'or', filters.lang)}"
    named = [
        f"{preposition} {_named(codes, 'or', filters.lang)}"
        for preposition, codes, asked in (
            ("from", origins, filters.origin),
            ("to", ends, filters.destination),
        )
        if (len(codes) == 1 or asked) and codes - {UNLOCATED} and DIED not in codes
    ]
    return " ".join(named)


def _when(records: pd.DataFrame, *, planned: bool = False) -> str:
    """Return when records happened, or for when they were planned: "on 13 December 2025"."""
    dates = records["date"].unique()
    if len(dates) == 0:
        return ""
    if len(dates) == 1:
        return _on(dates[0], planned=planned)
    first, last = records["earliest"].min().date(), records["latest"].max().date()
    if first == FIRST_DAY and last == LAST_DAY:
        return ""
    if first == FIRST_DAY:
        text = f"until {theme.day_text(last)}"
    elif last == LAST_DAY:
        text = f"from {theme.day_text(first)} on"
    elif first == last:
        return f"{'for' if planned else 'on'} {theme.day_text(first)}"
    else:
        text = _between(first, last)
    return f"for days {text}" if planned else text


def _dated(events: pd.DataFrame, transfers: pd.DataFrame) -> pd.DataFrame:
    """Return the records that say when something was planned; an event's day is not that of its plans."""
    undated = (transfers["departed"] == "") & (transfers["arrived"] == "")
    return events[:0] if undated.any() else pd.concat([events, transfers])


def _between(first: dt.date, last: dt.date) -> str:
    same_month = (first.year, first.month) == (last.year, last.month)
    return f"between {first.day if same_month else theme.day_text(first)} and {theme.day_text(last)}"


def _on(date: str, *, planned: bool = False) -> str:
    """Return an EDTF date with the preposition that its precision asks for.

    Examples
    --------
    >>> _on("2025-12-13"), _on("2025-09"), _on("2025-12-13~"), _on("2025-12/..")
    ('on 13 December 2025', 'in September 2025', 'about 13 December 2025', 'from December 2025')
    >>> _on("2025-12-13/2025-12-18"), _on("2024-07/2025-12"), _on("2026-01-10", planned=True)
    ('between 13 and 18 December 2025', 'between July 2024 and December 2025', 'for 10 January 2026')
    """
    text = theme.date_text(date)
    begin, slash, end = date.partition("/")
    if slash:
        if {begin, end} & {"", ".."}:
            between = text
        elif {len(begin), len(end)} == {10} and (begin + end).replace("-", "").isdecimal():
            between = _between(dt.date.fromisoformat(begin), dt.date.fromisoformat(end))
        else:
            between = f"between {theme.date_text(begin)} and {theme.date_text(end)}"
        return f"for days {between}" if planned else between
    if planned:
        return f"for {text}"
    if date[-1:] in ("~", "%"):
        return text
    return f"on {text}" if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\??", date) else f"in {text}"


def doubts(selection: Selection, totals: pd.DataFrame) -> list[str]:
    """Return what a reader must know to read the headline and the table rightly, most important first."""
    filters = selection.filters
    if selection.events.empty:
        return [_what_to_do(selection)]
    found = [
        _contradictions(len(selection.contradictory)),
        "Figures count movements, not people." if counts_of(selection.dataset) == "movements" else "",
        _once(selection, totals),
        _onward(selection),
        _last_reported(selection, totals),
        _differing(selection),
        *_uncounted(selection),
        _unknown_destinations(selection),
        _alternatives(selection),
        _drawn(selection),
        _other_events(selection),
        _chosen_by(selection),
        "" if filters.basis in (ADOPTED, ALL) else "One source alone: what it does not mention is not shown.",
        _known_by(selection) if filters.asof else "",
    ]
    return [sentence for sentence in found if sentence]


def _what_to_do(selection: Selection) -> str:
    """Return what to do where nothing is chosen."""
    held = [key for key in (*RECORD_KEYS, "basis", "asof") if selection.filters.values(key)]
    return f"Remove one of the filters: {', '.join(held)}." if held else "The dataset has no events."


def _contradictions(number: int) -> str:
    if number == 0:
        return ""
    return (
        f"The claims on {_counted(number, 'event')} contradict each other: figures follow the greater ones, "
        "and each event or transfer keeps the number that was claimed."
    )


def _once(selection: Selection, totals: pd.DataFrame) -> str:
    """Return that people on several of the chosen transfers are counted once, as far as that is so."""
    passing = totals[maxima(totals, "passed_on") > 0]
    following, _ = steps(selection, selection.counted_transfers)
    if passing.empty or not len(following) or selection.counted != "done":
        return ""
    if counts_of(selection.dataset) == "movements":
        once = "Each movement is counted once"
    elif _may_recur(selection.dataset, _number_of_events(*_chosen(selection))):
        once = "Within an event a person is counted once"
        if _are_joined(selection, *_chosen(selection)):
            once = (
                "Within an event, and in events whose transfers follow each other, a person is counted once"
            )
    else:
        once = "Everybody is counted once"
    some, every = died_after(selection)
    if len(passing) > 1:
        several = "some" if (minima(passing, "passed_on") > 0).any() else "some may have"
        onward = "passed on to another or died" if some & {*passing.index} else "passed on to another"
        return f"{once}, although {several} arrived in one country and {onward}."
    count = Count.of(minima(passing, "passed_on")[0], maxima(passing, "passed_on")[0])
    code = passing.index[0]
    place = theme.place_in_sentence(code, selection.filters.lang)
    onward = "died" if code in every else "passed on or died" if code in some else "passed on"
    return f"{once}, although {amount_text(count)} arrived in {place} and {onward}."


def _last_reported(selection: Selection, totals: pd.DataFrame) -> str:
    """Return what the headline means by remaining, where it speaks of it."""
    stayed = maxima(totals.drop(DIED, errors="ignore"), "remained") > 0
    if selection.counted != "done" or not stayed.any():
        return ""
    if counts_of(selection.dataset) == "movements":
        return "Where movements ended is as last reported."
    return "“Remained” means as last reported."


_ONWARD = {
    (True, "no"): _Phrase("{some} of them went on later.", "{some} of them went on later."),
    (True, "some"): _Phrase("{some} of them went on later or died.", "{some} of them went on later or died."),
    (True, "all"): _Phrase("{some} of them died later.", "{some} of them died later."),
    (False, "no"): _Phrase(
        "{some} of them moved on a transfer that the filters leave out.",
        "{some} of them moved on transfers that the filters leave out.",
    ),
    (False, "some"): _Phrase(
        "{some} of them moved or died on a transfer that the filters leave out.",
        "{some} of them moved or died on transfers that the filters leave out.",
    ),
    (False, "all"): _Phrase(
        "{some} of them died, as a transfer says that the filters leave out.",
        "{some} of them died, as transfers say that the filters leave out.",
    ),
}
"""Who was on transfers that are not chosen: whether these all follow chosen ones, and which end in death."""


def _onward(selection: Selection) -> str:
    """Return how many people were on transfers that the filters leave out."""
    count, dataset = Count(*onward(selection)), selection.dataset
    if count.nothing:
        return ""
    first, _ = selection.travels.onward().signs(PEOPLE)
    leg, before = dataset.links
    chosen = leg[dataset.among(before, selection.counted_transfers["record"])]
    left_out = dataset.transfers[dataset.among(dataset.transfers["record"], first)]
    died = left_out["destination_country"] == DIED
    deaths = "all" if died.all() else "some" if died.any() else "no"
    phrase = _ONWARD[bool(dataset.among(first, chosen).all()), deaths]
    some = amount_text(count)
    return (phrase.one if count.singular else phrase.other).format(some=some[:1].upper() + some[1:])


def _differing(selection: Selection) -> str:
    """Return on how many figures sources differ that are known, and what is shown."""
    basis, claims = selection.filters.basis, selection.claims
    if basis not in (ADOPTED, ALL):
        return ""
    known = claims["entry"].isin([key for key, entry in ENTRIES.items() if entry.known])
    claims = claims[known & (claims["group"] == "") & (claims["standing"] != "superseded")]
    record = claims["record"]
    several = record[record.duplicated(keep=False)]
    differing = several[several.isin(record[claims["standing"] == "conflicting"])].unique()
    number = len(differing)
    if number == 0:
        return ""
    counted = claims["entry"].astype(object).isin([key for key, entry in ENTRIES.items() if entry.counts])
    adopted = int(pd.Series(differing).isin(record[claims["entry"] == "adopted"]).sum())
    ranges = int(pd.Series(differing).isin(record[counted]).sum()) - adopted
    if basis == ALL or ranges == number:
        shown = "the widest range is shown" if number == 1 else "the widest ranges are shown"
    elif adopted == number:
        shown = "the adopted one is shown" if number == 1 else "the adopted ones are shown"
    elif adopted + ranges == 0:
        shown = "none of them is adopted, and none is shown"
    else:
        shown = "an adopted one is shown where there is one"
    return f"Sources differ on {_counted(number, 'figure')}; {shown}."


def _uncounted(selection: Selection) -> list[str]:
    """Return for how many transfers there is no number, and who gives none."""
    transfers = selection.counted_transfers
    transfers = transfers[~transfers["reported"]]
    partly = int(partly_counted(selection, transfers).sum())
    nobody = {
        "": "No source gives a number",
        "source": "This source gives no number",
        "asof": "No source known by then gives a number",
    }[known_to(selection)]
    numbers = ((nobody, len(transfers) - partly), ("No claim that counts gives a full number", partly))
    return [f"{words} for {_counted(number, 'transfer')}." for words, number in numbers if number]


def _unknown_destinations(selection: Selection) -> str:
    """Return of how many people no source says where they went: the number that `outcomes` has."""
    if selection.counted != "done":
        return ""
    rows = outcomes(selection)
    if UNREPORTED not in rows.index:
        return ""
    row = rows.loc[[UNREPORTED]]
    count = Count.of(minima(row, OUTCOME)[0], maxima(row, OUTCOME)[0])
    if count.nothing:
        return ""
    says, known = {
        "": ("No source says where {} went", "no source says where they went"),
        "source": ("This source does not say where {} went", "this source does not say where they went"),
        "asof": (
            "No source known by then says where {} went",
            "no source known by then says where they went",
        ),
    }[known_to(selection)]
    counts = counts_of(selection.dataset)
    if count.unknown:
        return (
            f"There may be more {counts}, of which {known}."
            if counts == "movements"
            else (f"There may be more people, of whom {known}.")
        )
    return f"{says.format(_who(count, counts))}."


_ALTERNATIVES: dict[Status, str] = {
    "planned": "Plans of one event may be alternatives: "
    "at least the largest is counted, and at most all together.",
    "attempted": "Attempts of one event may concern the same people: "
    "at least the largest is counted, and at most all together.",
    "denied": "Refusals of one event may concern the same people: "
    "at least the largest is counted, and at most all together.",
}


def _alternatives(selection: Selection) -> str:
    """Return that plans of one event may be alternatives, where the number depends on it."""
    legs = selection.counted_transfers
    if selection.counted == "done" or not legs["event_id"].duplicated().any() or _people(selection).exact:
        return ""
    return _ALTERNATIVES[selection.counted]


def _drawn(selection: Selection) -> str:
    """Return which transfers are drawn and not counted."""
    drawn = selection.transfers[~selection.transfers["counted"]]
    statuses = set(drawn["status"][~drawn["superseded"]])
    words = [theme.STATUS_WORDS[status] for status in STATUSES if status in statuses]
    words += ["superseded"] if drawn["superseded"].any() else []
    if not words:
        return ""
    return f"{joined(words).capitalize()} transfers are drawn and not counted."


def _other_events(selection: Selection) -> str:
    """Return how many of the events that are chosen themselves are not counted."""
    events = selection.events
    number = int((events["own"] & (events["status"] != selection.counted)).sum())
    if number == 0:
        return ""
    if selection.counted == "done":
        return (
            "1 event did not take place and is not counted."
            if number == 1
            else f"{theme.number_text(number)} events did not take place and are not counted."
        )
    return (
        "1 event of another status is not counted."
        if number == 1
        else f"{theme.number_text(number)} events of another status are not counted."
    )


def _chosen_by(selection: Selection) -> str:
    """Return that a group or a source chooses records, and no part of their people."""
    by = [name for name in ("group", "source") if getattr(selection.filters, name)]
    who = (
        "these movements in full"
        if counts_of(selection.dataset) == "movements"
        else "all people in these movements"
    )
    return f"Chosen by a {' and '.join(by)}; figures count {who}." if by else ""


def _known_by(selection: Selection) -> str:
    """Return which sources on the chosen events and their transfers ``asof`` leaves out."""
    day, basis = dt.date.fromisoformat(selection.filters.asof), selection.filters.basis
    dataset = selection.dataset
    events = selection.events.index
    records = events.append(selection.every.index[selection.every["event_id"].isin(events)])
    claims = dataset.claims.assign(entry=selection.entry)[dataset.claims["subject_id"].isin(records)]
    if basis not in (ADOPTED, ALL):
        claims = claims[claims["source_id"] == basis]
    late, unsure = (claims["source_id"][claims["entry"] == entry].nunique() for entry in ("later", "undated"))
    known = f"As known on {theme.day_text(day)}"
    if late + unsure == 0:
        return f"{known}."
    left_out = "was left out" if late + unsure == 1 else "were left out"
    if unsure == 0:
        return f"{known}: {_counted(late, 'source')} published later {left_out}."
    perhaps = f"{_counted(unsure, 'source')} that may have been published later"
    if late == 0:
        return f"{known}: {perhaps} {left_out}."
    return f"{known}: {_counted(late, 'source')} published later and {perhaps} {left_out}."


def coverage(dataset: Dataset) -> list[str]:
    """Return what a dataset covers and what not, in sentences for the reader of its totals."""
    events = dataset.events[dataset.events["kind"] != "series"]
    if events.empty:
        return ["The dataset has no events."]
    dated = pd.concat([events, dataset.transfers])
    numbers = joined(
        [
            _counted(len(events), "event"),
            _counted(len(dataset.transfers), "transfer"),
            _counted(len(dataset.claims), "claim"),
            _counted(len(dataset.sources), "source"),
        ]
    )
    found = [f"{_runs(dated['earliest'].min().date(), dated['latest'].max().date())}: {numbers}."]
    if counts_of(dataset) == "movements":
        found.append("It counts movements, not people.")
    if dataset.populations:
        found.append(f"Whom it covers: {dataset.populations}")
    if dataset.gaps:
        found.append(f"Known gaps: {dataset.gaps}")
    return [*found, CAUTION]


def _runs(first: dt.date, last: dt.date) -> str:
    """Return which days a dataset covers; an open end is open."""
    if first == FIRST_DAY and last == LAST_DAY:
        return "This dataset has no first and no last day"
    if first == FIRST_DAY:
        return f"This dataset runs until {theme.day_text(last)}"
    if last == LAST_DAY:
        return f"This dataset runs from {theme.day_text(first)} on"
    return f"This dataset runs from {theme.day_text(first)} to {theme.day_text(last)}"


def _chosen(selection: Selection) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the events that are counted because they are chosen themselves, and the counted transfers."""
    return selection.counted_events, selection.counted_transfers


def _number_of_events(events: pd.DataFrame, transfers: pd.DataFrame) -> int:
    return len(pd.unique(pd.concat([events["record"], transfers["event_record"]])))


def _people(selection: Selection) -> Count:
    """Return the number of people, each once."""
    return Count(*people(selection))


def counts_of(dataset: Dataset) -> str:
    """Return what a dataset counts: ``people`` or ``movements``."""
    return dataset.counts
