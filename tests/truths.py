"""Invented truths: people who really travelled, and claims that hold of them and say less than all.

Whatever is computed from such claims has to enclose what is counted person by person here.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import strategies as st

from geodata import Dataset, load
from tests.worlds import claim, event, leg, write_world

CODES = ("BY", "UA", "PL")
"""Few countries, so that ways meet again."""
BEGIN = dt.date(2025, 3, 1)
DAYS = 12
"""Days, from `BEGIN` on, on which anything can happen."""


@dataclass
class Leg:
    """A transfer as it was: when people left and arrived, counted in days from `BEGIN`."""

    event: str
    origin: str
    destination: str
    follows: tuple[str, ...]
    departed: int
    arrived: int


@dataclass
class Truth:
    """Events with place and day, legs in an order in which each stands behind those it follows, and people.

    `people` holds for each person the event and the legs taken, in order. `rows` are the dataset's tables.
    """

    events: dict[str, tuple[str, int]] = field(default_factory=dict)
    legs: dict[str, Leg] = field(default_factory=dict)
    people: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    reported: set[str] = field(default_factory=set)
    rows: dict[str, list[dict[str, object]]] = field(default_factory=dict)

    def dataset(self, folder: Path) -> Dataset:
        return load(write_world(folder, **self.rows))

    def sized(self, event: str) -> bool:
        """Return whether people of whom no leg is known count: where the event has a number, or no legs."""
        return event in self.reported or all(one.event != event for one in self.legs.values())

    def counted(self) -> list[tuple[str, tuple[str, ...]]]:
        """Return the people that anything could be known of."""
        return [(event, taken) for event, taken in self.people if taken or self.sized(event)]

    def totals(self) -> dict[str, Counter[str]]:
        """Return the country totals, measure by measure."""
        found: dict[str, Counter[str]] = {
            name: Counter()
            for name in ("released", "departed", "arrived", "passed_on", "remained", "moved_within")
        }
        for of, taken in self.people:
            found["released"][self.events[of][0]] += 1
            entered = False
            for one in map(self.legs.__getitem__, taken):
                if one.origin == one.destination:
                    found["moved_within"][one.origin] += 1
                    continue
                found["departed"][one.origin] += 1
                found["arrived"][one.destination] += 1
                found["passed_on"][one.origin] += entered
                entered = True
        found["remained"] = found["arrived"].copy()
        found["remained"].subtract(found["passed_on"])
        return found

    def present(self, day: int) -> Counter[str]:
        """Return where people are at the end of a day."""
        found: Counter[str] = Counter()
        for of, taken in self.counted():
            place = self.legs[taken[0]].origin if taken else "unreported"
            if self.events[of][1] > day:
                continue
            for one in map(self.legs.__getitem__, taken):
                if one.departed <= day:
                    place = one.destination if one.arrived <= day else "in_transit"
            found[place] += 1
        return found

    def set_in_motion(self, day: int) -> int:
        """Return how many people had been set in motion by the end of a day."""
        return sum(
            self.events[of][1] <= day if of in self.reported else self.legs[taken[0]].departed <= day
            for of, taken in self.people
            if taken or of in self.reported
        )


def _date(day: int) -> str:
    return (BEGIN + dt.timedelta(days=day)).isoformat()


@st.composite
def _span(draw: st.DrawFn, first: int, last: int) -> str:
    """Return an EDTF date or interval that holds all days from `first` to `last`."""
    low, high = max(0, first - draw(st.integers(0, 2))), last + draw(st.integers(0, 2))
    return _date(low) if low == high else f"{_date(low)}/{_date(high)}"


@st.composite
def _claim(draw: st.DrawFn, subject: str, truth: int) -> dict[str, object]:
    """Return an adopted claim that the truth fits."""
    low = max(0, truth - draw(st.sampled_from([0, 0, 1, 3, 99])))
    high = draw(st.sampled_from([truth, truth, truth + 1, truth + 4, ""]))
    return claim(subject, low, high)


@st.composite
def truths(draw: st.DrawFn, *, events: int = 2, legs: int = 7, people: int = 14) -> Truth:
    """Return a truth of at most so many events, legs and people, and claims that hold of it."""
    truth = Truth()
    for name in "ef"[: draw(st.integers(1, events))]:
        truth.events[name] = draw(st.sampled_from(CODES[:2])), draw(st.integers(0, 2))
    for number in range(draw(st.integers(0, legs))):
        of = draw(st.sampled_from([*truth.events]))
        place, freed = truth.events[of]
        earlier = {key: one for key, one in truth.legs.items() if one.event == of}
        before = draw(st.sampled_from(["", *earlier]))
        follows: tuple[str, ...] = ()
        if before:
            place = earlier[before].destination
            joining = [key for key, one in earlier.items() if one.destination == place and key != before]
            follows = (before, *([draw(st.sampled_from(joining))] if joining and draw(st.booleans()) else []))
            freed = max(earlier[key].arrived for key in follows)
        departed = min(DAYS, freed + draw(st.integers(0, 2)))
        arrived = min(DAYS, departed + draw(st.integers(0, 2)))
        destination = draw(st.sampled_from(CODES))
        truth.legs[f"t{number}"] = Leg(of, place, destination, follows, departed, arrived)
    for _ in range(draw(st.integers(0, people))):
        of = draw(st.sampled_from([*truth.events]))
        taken: tuple[str, ...] = ()
        while True:
            ways = [
                key
                for key, one in truth.legs.items()
                if one.event == of and (taken[-1] in one.follows if taken else not one.follows)
            ]
            way = draw(st.sampled_from(["", *ways]))
            if not way:
                break
            taken = (*taken, way)
        truth.people.append((of, taken))
    _report(draw, truth)
    return truth


def _report(draw: st.DrawFn, truth: Truth) -> None:
    """Write the tables: everything that took place, and claims of some of it."""
    carried = Counter(key for _, taken in truth.people for key in taken)
    freed = Counter(of for of, _ in truth.people)
    claims = []
    for name in truth.events:
        if draw(st.booleans()):
            truth.reported.add(name)
            claims.append(draw(_claim(name, freed[name])))
    transfers = []
    for key, one in truth.legs.items():
        dates = {"departed": draw(_span(one.departed, one.arrived))}
        if draw(st.booleans()):
            dates = {
                "departed": draw(_span(one.departed, one.departed)),
                "arrived": draw(_span(one.arrived, one.arrived)),
            }
        ends = one.origin.lower(), one.destination.lower()
        transfers.append(leg(key, *ends, event_id=one.event, follows=";".join(one.follows), **dates))
        if draw(st.integers(0, 3)):
            claims.append(draw(_claim(key, carried[key])))
    truth.rows = {
        "events": [
            event(name, location_id=place.lower(), date=draw(_span(day, day)))
            for name, (place, day) in truth.events.items()
        ],
        "transfers": transfers,
        "claims": claims,
    }
