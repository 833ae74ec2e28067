"""What a reader must know to read the headline and the table rightly."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from dashboard.messages.days import day_text
from dashboard.messages.figures import STATUS_WORDS
from dashboard.messages.phrases import Phrase, joined, with_noun
from dashboard.messages.places import place_in_sentence
from dashboard.messages.selected import are_joined, chosen, may_recur, number_of_events, people_of
from geodata import Selection
from geodata.analysis.basis import ADOPTED, ALL
from geodata.analysis.findings import died_after, differing, known_to, left_out, partly_counted
from geodata.analysis.selection import steps
from geodata.analysis.totals import onward, silent
from geodata.model.counts import Count, amount_text, maxima, minima, number_text, who_text
from geodata.model.places import DIED
from geodata.model.schema import STATUSES, Status
from geodata.query.filters import PEOPLE, RECORD_KEYS

__all__ = ["doubts"]


def doubts(selection: Selection, totals: pd.DataFrame) -> list[str]:
    """Return what a reader must know to read the headline and the table rightly, most important first."""
    filters = selection.filters
    if selection.events.empty:
        return [_what_to_do(selection)]
    found = [
        _contradictions(len(selection.contradictory)),
        "Figures count movements, not people." if selection.dataset.counts == "movements" else "",
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
        f"The claims on {with_noun(number, 'event')} contradict each other: figures follow the greater ones, "
        "and each event or transfer keeps the number that was claimed."
    )


def _once(selection: Selection, totals: pd.DataFrame) -> str:
    """Return that people on several of the chosen transfers are counted once, as far as that is so."""
    passing = totals[maxima(totals, "passed_on") > 0]
    following, _ = steps(selection, selection.counted_transfers)
    if passing.empty or not len(following) or selection.counted != "done":
        return ""
    if selection.dataset.counts == "movements":
        once = "Each movement is counted once"
    elif may_recur(selection.dataset, number_of_events(*chosen(selection))):
        once = "Within an event a person is counted once"
        if are_joined(selection, *chosen(selection)):
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
    place = place_in_sentence(code, selection.filters.lang)
    onward = "died" if code in every else "passed on or died" if code in some else "passed on"
    return f"{once}, although {amount_text(count)} arrived in {place} and {onward}."


def _last_reported(selection: Selection, totals: pd.DataFrame) -> str:
    """Return what the headline means by remaining, where it speaks of it."""
    stayed = maxima(totals.drop(DIED, errors="ignore"), "remained") > 0
    if selection.counted != "done" or not stayed.any():
        return ""
    if selection.dataset.counts == "movements":
        return "Where movements ended is as last reported."
    return "“Remained” means as last reported."


_ONWARD = {
    (True, "no"): Phrase("{some} of them went on later.", "{some} of them went on later."),
    (True, "some"): Phrase("{some} of them went on later or died.", "{some} of them went on later or died."),
    (True, "all"): Phrase("{some} of them died later.", "{some} of them died later."),
    (False, "no"): Phrase(
        "{some} of them moved on a transfer that the filters leave out.",
        "{some} of them moved on transfers that the filters leave out.",
    ),
    (False, "some"): Phrase(
        "{some} of them moved or died on a transfer that the filters leave out.",
        "{some} of them moved or died on transfers that the filters leave out.",
    ),
    (False, "all"): Phrase(
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
    following, before = dataset.links
    chosen = following[dataset.among(before, selection.counted_transfers["record"])]
    left_out = dataset.transfers[dataset.among(dataset.transfers["record"], first)]
    died = left_out["destination_country"] == DIED
    deaths = "all" if died.all() else "some" if died.any() else "no"
    phrase = _ONWARD[bool(dataset.among(first, chosen).all()), deaths]
    some = amount_text(count)
    return (phrase.one if count.singular else phrase.other).format(some=some[:1].upper() + some[1:])


def _differing(selection: Selection) -> str:
    """Return on how many figures sources differ that are known, and what is shown."""
    basis = selection.filters.basis
    if basis not in (ADOPTED, ALL):
        return ""
    number, adopted, ranges = differing(selection)
    if number == 0:
        return ""
    if basis == ALL or ranges == number:
        shown = "the widest range is shown" if number == 1 else "the widest ranges are shown"
    elif adopted == number:
        shown = "the adopted one is shown" if number == 1 else "the adopted ones are shown"
    elif adopted + ranges == 0:
        shown = "none of them is adopted, and none is shown"
    else:
        shown = "an adopted one is shown where there is one"
    return f"Sources differ on {with_noun(number, 'figure')}; {shown}."


def _uncounted(selection: Selection) -> list[str]:
    """Return for how many transfers there is no number, and who gives none."""
    transfers = selection.counted_transfers
    transfers = transfers[~transfers["reported"].to_numpy()]
    partly = int(partly_counted(selection, transfers).sum())
    nobody = {
        "": "No source gives a number",
        "source": "This source gives no number",
        "asof": "No source known by then gives a number",
    }[known_to(selection)]
    numbers = ((nobody, len(transfers) - partly), ("No claim that counts gives a full number", partly))
    return [f"{words} for {with_noun(number, 'transfer')}." for words, number in numbers if number]


def _unknown_destinations(selection: Selection) -> str:
    """Return of how many people no source says where they went: the number that `outcomes` has."""
    if selection.counted != "done":
        return ""
    count = Count(*silent(selection))
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
    counts = selection.dataset.counts
    if count.unknown:
        return (
            f"There may be more {counts}, of which {known}."
            if counts == "movements"
            else (f"There may be more people, of whom {known}.")
        )
    return f"{says.format(who_text(count, counts))}."


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
    transfers = selection.counted_transfers
    if (
        selection.counted == "done"
        or not transfers["event_id"].duplicated().any()
        or people_of(selection).exact
    ):
        return ""
    return _ALTERNATIVES[selection.counted]


def _drawn(selection: Selection) -> str:
    """Return which transfers are drawn and not counted."""
    drawn = selection.transfers[~selection.transfers["counted"]]
    statuses = set(drawn["status"][~drawn["superseded"]])
    words = [STATUS_WORDS[status] for status in STATUSES if status in statuses]
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
            else f"{number_text(number)} events did not take place and are not counted."
        )
    return (
        "1 event of another status is not counted."
        if number == 1
        else f"{number_text(number)} events of another status are not counted."
    )


def _chosen_by(selection: Selection) -> str:
    """Return that a group or a source chooses records, and no part of their people."""
    by = [name for name in ("group", "source") if getattr(selection.filters, name)]
    who = (
        "these movements in full"
        if selection.dataset.counts == "movements"
        else "all people in these movements"
    )
    return f"Chosen by a {' and '.join(by)}; figures count {who}." if by else ""


def _known_by(selection: Selection) -> str:
    """Return which sources on the chosen events and their transfers ``asof`` leaves out."""
    day = dt.date.fromisoformat(selection.filters.asof)
    late, unsure = left_out(selection)
    known = f"As known on {day_text(day)}"
    if late + unsure == 0:
        return f"{known}."
    verb = "was left out" if late + unsure == 1 else "were left out"
    if unsure == 0:
        return f"{known}: {with_noun(late, 'source')} published later {verb}."
    perhaps = f"{with_noun(unsure, 'source')} that may have been published later"
    if late == 0:
        return f"{known}: {perhaps} {verb}."
    return f"{known}: {with_noun(late, 'source')} published later and {perhaps} {verb}."
