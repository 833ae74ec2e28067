"""The headline: one true sentence on a selection."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from dashboard.components.cells import Cell
from dashboard.messages.figures import STATUS_WORDS, figure_text
from dashboard.messages.phrases import Parts, Phrase, filled, joined, with_noun
from dashboard.messages.places import place_in_sentence
from dashboard.messages.selected import are_joined, chosen, may_recur, number_of_events, people_of
from dashboard.messages.when import dated, when
from geodata import Selection
from geodata.analysis.totals import onward
from geodata.model.counts import Count, amount_text, count_text, maxima, minima, number_text, who_text
from geodata.model.places import DIED, NOWHERE, UNLOCATED
from geodata.query.filters import PEOPLE

__all__ = ["headline"]

_MOST_NAMED = 4
"""Places that a sentence names, where there are more than one more."""

_NOTHING = "No movement matches."

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

_EVENT: dict[str, Phrase] = {
    "release": Phrase(
        "{people} was released {where} {when}{remained}.",
        "{people} were released {where} {when}{remained}.",
    ),
    "exchange": Phrase(
        "{people} was exchanged {where} {when}{remained}.",
        "{people} were exchanged {where} {when}{remained}.",
    ),
    "pardon": Phrase(
        "{people} was pardoned {where} {when}{remained}.",
        "{people} were pardoned {where} {when}{remained}.",
    ),
    "return": Phrase(
        "{people} was returned in an event {where} {when}{remained}.",
        "{people} were returned in an event {where} {when}{remained}.",
    ),
    "transfer": Phrase(
        "{people} was transferred in an event {where} {when}{remained}.",
        "{people} were transferred in an event {where} {when}{remained}.",
    ),
    "deportation": Phrase(
        "{people} was deported in an event {where} {when}{remained}.",
        "{people} were deported in an event {where} {when}{remained}.",
    ),
    "displacement": Phrase(
        "{people} was displaced in an event {where} {when}{remained}.",
        "{people} were displaced in an event {where} {when}{remained}.",
    ),
}
"""One event that is chosen itself. Of some kinds it is not said that they happened where the event lies."""

_EVENTS = Phrase(
    "{people} was {deeds} in {number} events {where} {when}{again}{remained}.",
    "{people} were {deeds} in {number} events {where} {when}{again}{remained}.",
)
"""Several events that are chosen themselves, or some of them with the transfers of others."""

_MOVED = Phrase(
    "{people} moved {ways} {events} {when}{again}{remained}.",
    "{people} moved {ways} {events} {when}{again}{remained}.",
)
"""Transfers alone."""

_MOVED_AS: dict[str, Phrase] = {
    "return": Phrase(
        "{people} was returned {ways} {events} {when}{again}{remained}.",
        "{people} were returned {ways} {events} {when}{again}{remained}.",
    ),
    "transfer": Phrase(
        "{people} was transferred {ways} {events} {when}{again}{remained}.",
        "{people} were transferred {ways} {events} {when}{again}{remained}.",
    ),
    "deportation": Phrase(
        "{people} was deported {ways} {events} {when}{again}{remained}.",
        "{people} were deported {ways} {events} {when}{again}{remained}.",
    ),
    "displacement": Phrase(
        "{people} was displaced {ways} {events} {when}{again}{remained}.",
        "{people} were displaced {ways} {events} {when}{again}{remained}.",
    ),
}
"""First transfers of events of one kind, where the kind says how people move."""

_DIED = Phrase(
    "{people} died on the way or in custody {events} {when}{again}.",
    "{people} died on the way or in custody {events} {when}{again}.",
)
"""Transfers that end in death alone."""

_MOVEMENTS = Phrase(
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

_NO_MOVEMENTS = Phrase(
    "{people} {where} {ways} was {done} {events} {when}.",
    "{people} {where} {ways} were {done} {events} {when}.",
)

_OVERTAKEN = "Only plans that have been superseded match, and nobody is counted."


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
    events, transfers = chosen(selection)
    if events.empty and transfers.empty:
        return [_OVERTAKEN if len(selection.transfers) else _NOTHING]
    if selection.counted == "done":
        return _what_happened(selection, totals, events, transfers)
    return _what_did_not(selection, events, transfers)


def _what_happened(
    selection: Selection, totals: pd.DataFrame, events: pd.DataFrame, transfers: pd.DataFrame
) -> Parts:
    """Return the headline of what took place."""
    count, counts, language = people_of(selection), selection.dataset.counts, selection.filters.lang
    number = number_of_events(events, transfers)
    moving = transfers[~selection.dataset.among(transfers["event_record"], events["record"])]
    alone = moving if events.empty else moving[:0]
    holes: dict[str, str | Parts] = {
        "people": [_opened(_who(count, counts, begins=True))],
        "number": number_text(number),
        "events": f"in {with_noun(number, 'event')}" if number > 1 else "",
        "where": _where(events, language) if moving.empty else "",
        "ways": _ways(selection, alone),
        "when": when(pd.concat([records[["date", "earliest", "latest"]] for records in (events, moving)])),
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
    return filled(phrase.one if count.singular else phrase.other, holes)


def _moved(selection: Selection, transfers: pd.DataFrame) -> Phrase:
    """Return the phrase of transfers: that of a kind only where they are the first ones of events of it."""
    kinds = selection.events["kind"].reindex(transfers["event_id"]).unique()
    dataset = selection.dataset
    first = not dataset.among(transfers["record"], dataset.links[0]).any()
    return _MOVED_AS.get(kinds[0], _MOVED) if first and len(kinds) == 1 else _MOVED


def _what_did_not(selection: Selection, events: pd.DataFrame, transfers: pd.DataFrame) -> Parts:
    """Return the headline of what was planned, attempted or denied."""
    count, counts, filters = people_of(selection), selection.dataset.counts, selection.filters
    number = number_of_events(events, transfers)
    moving = transfers[~selection.dataset.among(transfers["event_record"], events["record"])]
    # That one source reports a plan alone does not say that nothing took place.
    looked_for = (not filters.status or "done" in filters.status) and not selection.partial
    holes: dict[str, str | Parts] = {
        "people": [_opened(_who(count, counts, begins=counts == "movements" and not looked_for))],
        "number": number_text(len(events) or len(transfers)),
        "events": f"in {with_noun(number, 'event')}" if number > 1 else "",
        "where": _where(events, filters.lang) if moving.empty else "",
        "ways": _ways(selection, moving if events.empty else moving[:0]),
        "done": STATUS_WORDS[selection.counted],
        "when": when(dated(events, moving), planned=selection.counted == "planned"),
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
    found = filled(phrase, holes)
    if looked_for:
        return [_NOT_DONE, *found]
    first, *rest = found
    return [first[:1].upper() + first[1:], *rest] if isinstance(first, str) else found


def _opened(text: str) -> Cell:
    return Cell(text, PEOPLE, f"{text}: show the claims")


def _who(count: Count, counts: str, *, begins: bool = False) -> str:
    """Return a number with its noun as a sentence says it, at its beginning or within it."""
    text = who_text(count, counts)
    return text[:1].upper() + text[1:] if begins else text


def _again(selection: Selection, events: pd.DataFrame, transfers: pd.DataFrame) -> str:
    """Return that people may recur, where they may."""
    if not may_recur(selection.dataset, number_of_events(events, transfers)):
        return ""
    return _AGAIN_UNLESS if are_joined(selection, events, transfers) else _AGAIN


def _remained(totals: pd.DataFrame, counts: str, language: str, *, onward_too: bool) -> Parts:
    """Return where people remained, the most first: "; 89 remained in Poland, 29 in Lithuania".

    Where some of them went on by transfers that are not chosen, the sentence is about the chosen ones alone.
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
        place = f"in {place_in_sentence(code, language)}"
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
    said = figure_text("remained", code, None, language, counts)
    return Cell(text, f"{code}.remained", f"{text}{said}: show the claims")


def _others(counts: Sequence[Count]) -> str:
    """Return in how many places more people remained, or may have."""
    if not counts:
        return ""
    certain = sum(count.minimum > 0 for count in counts)
    if not certain:
        return f"perhaps others in up to {len(counts)} more places"
    return f"others in {count_text(Count(certain, len(counts)))} more places"


def _named(codes: Iterable[str], last: str, language: str) -> str:
    """Return places as an enumeration: countries by their codes, then those that are in none."""
    ordered = sorted(codes, key=lambda code: (code in NOWHERE, code))
    shown = ordered if len(ordered) <= _MOST_NAMED + 1 else ordered[:_MOST_NAMED]
    names = [place_in_sentence(code, language) for code in shown]
    rest = len(ordered) - len(shown)
    return joined([*names, *([f"{rest} more places"] if rest else [])], last)


def _where(events: pd.DataFrame, language: str) -> str:
    """Return where events happened: "in Belarus and Türkiye"; nothing where that is not known."""
    codes = set(events["country_code"].unique())
    return f"in {_named(codes, 'and', language)}" if codes - {UNLOCATED} else ""


def _ways(selection: Selection, transfers: pd.DataFrame) -> str:
    """Return from and to where transfers lead, as far as it is one place, or is what the filters name."""
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
