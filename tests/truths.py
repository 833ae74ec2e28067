"""Invented truths: people who really travelled, one by one, and claims that hold of them and say less than all.

Whatever is computed from such claims has to enclose what is counted person by person here, under every
filter. One generator serves hypothesis, which shrinks what fails, and loops over seeds, which are fast.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from hypothesis import strategies as st

from geodata import Dataset, load
from tests.worlds import COUNTRIES, claim, event, leg, write_world

CODES = ("BY", "UA", "PL")
"""Few countries, so that ways meet again."""
BEGIN = dt.date(2025, 3, 1)
DAYS = 12
"""Days, from `BEGIN` on, on which anything can happen."""
LOCATIONS = [
    *COUNTRIES,
    {"location_id": "brest", "name": "Brest", "precision": "region", "longitude": 23.7, "latitude": 52.1},
    {
        "location_id": "gate",
        "name": "A crossing",
        "kind": "crossing",
        "precision": "exact",
        "longitude": 23.65,
        "latitude": 52.08,
    },
    {"location_id": "somewhere", "name": "Not known", "precision": "unknown"},
    {"location_id": "grave", "name": "Died on the way", "kind": "death", "precision": "unknown"},
]
ROWS = {each["location_id"]: each.get("country_code", "") for each in LOCATIONS} | {
    "brest": "BY",
    "gate": "between",
    "somewhere": "unlocated",
    "grave": "died",
}
"""Location to the row in which people who are there are counted."""
NOWHERE = ("between", "unlocated", "died")
GROUPS = ("women", "ill")
"""Who somebody may be; one can be both."""
TRUTHFUL = "two"
"""The source whose every claim is true."""


@dataclass
class Leg:
    """A transfer as it was: when the first people left and arrived, in days from `BEGIN`.

    The last ones travelled `spread` days later. Places are ids of `LOCATIONS`.
    """

    event: str
    origin: str
    destination: str
    follows: tuple[str, ...]
    departed: int
    arrived: int
    spread: int = 0
    status: str = "done"
    via: str = ""

    @property
    def ends(self) -> tuple[str, str]:
        """Rows of the places where it began and ended."""
        return ROWS[self.origin], ROWS[self.destination]


@dataclass(frozen=True)
class Person:
    """Somebody of an event: the legs taken in order, how many days after the first ones, and the groups."""

    event: str
    legs: tuple[str, ...] = ()
    late: tuple[int, ...] = ()
    groups: frozenset[str] = frozenset()


Chosen = tuple[Collection[str], Collection[str]]
"""Events that are chosen themselves, and chosen legs."""


@dataclass
class Truth:
    """Events with place and day, legs in an order in which each stands behind those it follows, and people.

    `rows` are the dataset's tables. Of an event that no claim speaks of, `people` holds only those who took a
    leg, for nothing could be known of others.
    """

    events: dict[str, tuple[str, int]] = field(default_factory=dict)
    legs: dict[str, Leg] = field(default_factory=dict)
    people: list[Person] = field(default_factory=list)
    reported: set[str] = field(default_factory=set)
    rows: dict[str, list[dict[str, object]]] = field(default_factory=dict)

    def __repr__(self) -> str:
        """Return the rows, so that what fails can be written by hand."""
        return "\n".join([shown(self.rows), *map(str, self.people)])

    def dataset(self, folder: Path) -> Dataset:
        return load(write_world(folder, **{"locations": LOCATIONS, **self.rows}))

    @property
    def everything(self) -> Chosen:
        """All events, and all legs that took place."""
        return self.events, [key for key, one in self.legs.items() if one.status == "done"]

    def events_of(self, person: Person) -> list[str]:
        """Return the events whose people somebody is one of; the first set the person in motion."""
        return list(dict.fromkeys([person.event, *(self.legs[key].event for key in person.legs)]))

    def counted(self, chosen: Chosen | None = None) -> list[Person]:
        """Return the people on chosen legs and of events chosen themselves."""
        events, legs = chosen or self.everything
        return [
            person
            for person in self.people
            if {*person.legs} & {*legs} or {*self.events_of(person)} & {*events}
        ]

    def totals(self, chosen: Chosen | None = None) -> dict[str, Counter[str]]:
        """Return the country totals, measure by measure; each person is once in each cell."""
        events, legs = chosen or self.everything
        found: dict[str, Counter[str]] = {
            name: Counter()
            for name in ("released", "departed", "arrived", "passed_on", "remained", "moved_within")
        }
        for person in self.people:
            cells = {("released", ROWS[self.events[of][0]]) for of in self.events_of(person) if of in events}
            for key in person.legs:
                origin, destination = self.legs[key].ends
                if key not in legs:
                    continue
                if origin == destination and origin not in NOWHERE:
                    cells.add(("moved_within", origin))
                    continue
                cells |= {("departed", origin), ("arrived", destination)}
                stayed = self.legs[person.legs[-1]].ends[1] == destination
                cells.add(("remained" if stayed else "passed_on", destination))
            for measure, row in cells:
                found[measure][row] += 1
        return found

    def present(self, day: int, chosen: Chosen | None = None) -> Counter[str]:
        """Return where people are at the end of a day."""
        found: Counter[str] = Counter()
        for person in self.counted(chosen):
            place = "before"
            if self.events[person.event][1] <= day:
                place = self.legs[person.legs[0]].ends[0] if person.legs else "unreported"
            for key, late in zip(person.legs, person.late, strict=True):
                one = self.legs[key]
                if one.departed + late <= day:
                    place = one.ends[1] if one.arrived + late <= day else "in_transit"
            found[place] += 1
        return found

    def set_in_motion(self, day: int, chosen: Chosen | None = None) -> int:
        """Return how many people had been set in motion by the end of a day."""
        events, legs = chosen or self.everything
        return sum(
            any(self.events[of][1] <= day for of in self.events_of(person) if of in events)
            or any(
                self.legs[key].departed + late <= day
                for key, late in zip(person.legs, person.late, strict=True)
                if key in legs
            )
            for person in self.people
        )


def shown(rows: dict[str, list[dict[str, object]]]) -> str:
    """Return tables as text, a row a line, without blank cells."""
    lines = []
    for table, each in rows.items():
        if table != "locations":
            lines += [f"{table}: { ({k: v for k, v in row.items() if v != ''}) }" for row in each]
    return "\n".join(lines)


def date_of(day: int) -> str:
    """Return a day, counted from `BEGIN`, as ISO text."""
    return (BEGIN + dt.timedelta(days=day)).isoformat()


def _span(random: Random, first: int, last: int, begin: int = 0) -> tuple[int, str]:
    """Return an EDTF date or interval that holds `first` to `last`, and no day before `begin`; its first day."""
    low, high = max(begin, first - random.choice([0, 0, 1, 2])), last + random.choice([0, 0, 1, 2])
    return low, date_of(low) if low == high else f"{date_of(low)}/{date_of(high)}"


def _claim(random: Random, subject: str, truth: int, **cells: object) -> dict[str, object]:
    """Return a claim that the truth fits."""
    low = max(0, truth - random.choice([0, 0, 1, 3, 99]))
    high = random.choice([truth, truth, truth + 1, truth + 4, ""])
    return claim(subject, low, high, **cells)


def invent(
    random: Random, *, events: int = 3, legs: int = 7, people: int = 14, plans: int = 2, groups: bool = True
) -> Truth:
    """Return a truth of at most so many events, legs, people and plans, and claims that hold of it.

    Legs follow several others, legs of other events, lead back, end nowhere known or with death, and take
    several days. Sources other than `TRUTHFUL` may be wrong where their claim is not adopted; what a plan
    or a claim that was given up says is nobody's truth.
    """
    truth = Truth()
    for name in "efg"[: random.randint(1, events)]:
        place = random.choice(["by", "by", "ua", "pl", "brest"])
        truth.events[name] = place, random.choice([0, 0, 1, 2, 5])
    for number in range(random.randint(0, legs)):
        _add_leg(random, truth, f"t{number}")
    for _ in range(random.randint(0, people)):
        truth.people.append(_somebody(random, truth, groups))
    for number in range(random.choice([0, 0, plans])):
        _add_plan(random, truth, f"p{number}")
    _write(random, truth)
    return report(random, truth, groups=groups)


def _add_leg(random: Random, truth: Truth, key: str) -> None:
    """Add a leg that begins an event's journeys, or follows one or several earlier legs of any event."""
    of = random.choice([*truth.events])
    place, freed = truth.events[of]
    earlier = {
        name: one for name, one in truth.legs.items() if one.destination != "grave" and one.arrived < DAYS - 2
    }
    before = random.choice(["", *earlier, *earlier])
    follows: tuple[str, ...] = ()
    if before:
        place = earlier[before].destination
        joining = [name for name, one in earlier.items() if one.destination == place and name != before]
        more = random.sample(joining, min(len(joining), random.choice([0, 1, 1, 2])))
        follows = before, *more
        freed = max(freed, *(earlier[name].arrived + earlier[name].spread for name in follows))
    elif random.random() < 0.2:
        place = random.choice(["ua", "lt"])
    departed = freed + random.choice([0, 0, 1, 2])
    places = ["by", "ua", "ua", "pl", "pl", "brest", "gate", "somewhere", "grave"]
    destination = random.choice([each for each in places if each != place or ROWS[each] not in NOWHERE])
    truth.legs[key] = Leg(
        of,
        place,
        destination,
        follows,
        departed,
        arrived=departed + random.choice([0, 0, 1, 2]),
        spread=random.choice([0, 0, 0, 1]),
        via=random.choice(["", "", "", "gate", "pl"]),
    )


def _somebody(random: Random, truth: Truth, groups: bool) -> Person:
    """Return somebody who took some legs, each following the one before."""
    first = {key: one for key, one in truth.legs.items() if not one.follows}
    way = random.choice(["", *first, *first])
    of = truth.legs[way].event if way else random.choice([*truth.events])
    taken: tuple[str, ...] = ()
    while way:
        taken = (*taken, way)
        on = [key for key, one in truth.legs.items() if way in one.follows]
        way = random.choice(["", *on, *on, *on])
    late = tuple(random.randint(0, truth.legs[key].spread) for key in taken)
    who = frozenset(name for name in GROUPS if groups and random.random() < 0.3)
    return Person(of, taken, late, who)


def _add_plan(random: Random, truth: Truth, key: str) -> None:
    """Add a leg that did not take place, of an event's own place, or after one that did or did not."""
    of = random.choice([*truth.events])
    before = random.choice(
        ["", *(name for name, one in truth.legs.items() if one.event == of and one.destination != "grave")]
    )
    place, day = (
        truth.events[of] if not before else (truth.legs[before].destination, truth.legs[before].arrived)
    )
    truth.legs[key] = Leg(
        of,
        place,
        random.choice([each for each in ("pl", "lt", "by") if each != place]),
        (before,) if before else (),
        day + 3,
        day + 3,
        status=random.choice(["planned", "planned", "attempted", "denied"]),
    )


def _write(random: Random, truth: Truth) -> None:
    """Write the tables of events and transfers."""
    # An event sets people in motion: as written, too, no leg begins before it.
    happened = {name: _span(random, day, day) for name, (_, day) in truth.events.items()}
    transfers = []
    for key, one in truth.legs.items():
        last_left, last_came = one.departed + one.spread, one.arrived + one.spread
        begin = happened[one.event][0]
        dates = {"departed": _span(random, one.departed, last_came, begin)[1]}
        if random.random() < 0.6:
            dates = {
                "departed": _span(random, one.departed, last_left, begin)[1],
                "arrived": _span(random, one.arrived, last_came, begin)[1],
            }
        cells = {
            "event_id": one.event,
            "follows": ";".join(one.follows),
            "via": one.via,
            "status": one.status,
        }
        transfers.append(leg(key, one.origin, one.destination, **cells, **dates))
    kinds = ["release", "exchange", "return"]
    moving = {one.event for one in truth.legs.values()}
    truth.rows = {
        "events": [
            event(
                name,
                location_id=place,
                kind=random.choice(kinds),
                date=happened[name][1],
                status="" if name in moving else random.choice(["", "", "done", "planned", "attempted"]),
            )
            for name, (place, _) in truth.events.items()
        ],
        "transfers": transfers,
    }


def report(random: Random, truth: Truth, *, groups: bool = True) -> Truth:
    """Return the truth with claims of some of it, and without people of whom nothing could be known."""
    done = {one.event for one in truth.legs.values() if one.status == "done"}
    # An event of which only plans are known did not take place: nobody is of it, and nobody puts a number on it.
    # One that says so itself did not either; sources may say how many it was to be.
    with_plans = {one.event for one in truth.legs.values()} - done
    announced = {
        str(row["event_id"]) for row in truth.rows["events"] if row["status"] in ("planned", "attempted")
    }
    planned = with_plans | announced
    silent = with_plans | {name for name in truth.events if name in done and random.random() < 0.4}
    claims: list[dict[str, object]] = []
    people_of: dict[str, list[Person]] = {key: [] for key in (*truth.events, *truth.legs)}
    for person in truth.people:
        for key in (*truth.events_of(person), *person.legs):
            people_of[key].append(person)
    given_up = random.random() < 0.1
    for subject, those in people_of.items():
        if subject not in silent:
            real = subject not in planned and (
                subject not in truth.legs or truth.legs[subject].status == "done"
            )
            number = len(those) if real else random.randint(1, 9)
            named = those if groups and real else []
            _claims_of(random, claims, subject, number, named, given_up and subject in truth.legs)
    reported = {str(each["subject_id"]) for each in claims} & {*truth.events}
    known = [
        person
        for person in truth.people
        if person.event not in planned
        and (person.legs or person.event in reported or person.event not in done)
    ]
    numbered = [{**each, "claim_id": f"c{number}"} for number, each in enumerate(claims)]
    return Truth(truth.events, truth.legs, known, reported, {**truth.rows, "claims": numbered})


def _claims_of(
    random: Random,
    claims: list[dict[str, object]],
    subject: str,
    number: int,
    those: list[Person],
    given_up: bool,
) -> None:
    """Add claims on one record: of everyone, by one source or several, and of groups among `those`."""
    others = {"standing": random.choice(["corroborating", "conflicting"]), "source_id": TRUTHFUL}
    if given_up and random.random() < 0.5:
        claims.append(claim(subject, 7, standing="superseded", source_id="plan"))
    elif random.random() < 0.75:
        claims.append(_claim(random, subject, number, source_id=random.choice(["one", "late", "undated"])))
        if random.random() < 0.3:  # somebody errs, and is not believed
            wrong = number + random.choice([-1, 1, 2])
            claims.append(claim(subject, max(0, wrong), standing="conflicting", source_id="late"))
    if random.random() < 0.4:
        claims.append(_claim(random, subject, number, **others))
    if random.random() < 0.05:
        claims.append(claim(subject, 40, standing="withdrawn", source_id="one"))
    for name in GROUPS:
        some = sum(name in person.groups for person in those)
        if those and random.random() < 0.15:
            claims.append(
                _claim(random, subject, some, group=name, source_id=random.choice(["one", TRUTHFUL]))
            )


@st.composite
def truths(
    draw: st.DrawFn, *, events: int = 3, legs: int = 7, people: int = 14, plans: int = 2, groups: bool = True
) -> Truth:
    """Return a truth of `invent`, made by hypothesis."""
    random = draw(st.randoms(use_true_random=False, note_method_calls=False))
    return invent(random, events=events, legs=legs, people=people, plans=plans, groups=groups)


# Cuts: what a link can choose of a truth.

Choice = Callable[[Random, Truth], Any]


def _some(random: Random, items: Iterable[object], most: int = 2) -> tuple[str, ...]:
    known = sorted({str(each) for each in items})
    return tuple(random.sample(known, min(len(known), random.randint(1, most)))) or ("none",)


def _rows(truth: Truth, end: int) -> set[str]:
    """Return the rows in which legs begin (0) or end (1); those that a link can name."""
    return {one.ends[end] for one in truth.legs.values()} - {"died"} or {"BY"}


def _dates(random: Random, _: Truth) -> str:
    begin, end = map(date_of, sorted(random.choices(range(DAYS), k=2)))
    return random.choice([begin, f"{begin}/{end}", f"../{end}", f"{begin}/.."])


def _known_by(random: Random, truth: Truth) -> str:
    # What was published when a superseded claim had not been overtaken yet is a matter of the basis.
    given_up = any(each["standing"] == "superseded" for each in truth.rows["claims"])
    return "2025-12-13" if given_up else random.choice(["2025-12-13", "2025-12-14", "2025-12-18"])


CUTS: dict[str, Choice] = {
    "origin": lambda random, truth: _some(random, _rows(truth, 0)),
    "destination": lambda random, truth: _some(random, _rows(truth, 1)),
    "country": lambda random, truth: _some(random, _rows(truth, 0) | _rows(truth, 1)),
    "place": lambda random, truth: _some(
        random,
        [
            *(place for place, _ in truth.events.values()),
            *(one.destination for one in truth.legs.values()),
            "gate",
        ],
    ),
    "date": _dates,
    "event": lambda random, truth: _some(random, truth.events),
    "transfer": lambda random, truth: _some(random, truth.legs, 3),
    "kind": lambda random, truth: _some(random, (each["kind"] for each in truth.rows["events"])),
    "status": lambda random, truth: random.choice(
        [("done",), ("done", "planned"), ("planned",), ("attempted", "denied")]
    ),
    "group": lambda random, truth: _some(random, GROUPS),
    "source": lambda random, truth: _some(random, (each["source_id"] for each in truth.rows["claims"])),
    "basis": lambda random, truth: random.choice(["all", "one", "two", "late"]),
    "asof": _known_by,
}
"""A value of each field of `geodata.Filters` that chooses records or claims."""
