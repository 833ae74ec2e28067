"""No figure excludes a possible world, and hardly any is looser than the optimum over all of them.

`tests.exact` knows the optimum. It is checked itself here: against values worked out by hand, and against
every way in which a few people can have travelled, counted one by one.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields
from itertools import (
    combinations,
    combinations_with_replacement,
    cycle,
    islice,
    pairwise,
    permutations,
    product,
)
from pathlib import Path
from random import Random
from time import monotonic
from typing import Any

import numpy as np
import pytest

from geodata import Dataset, Filters, load
from tests.exact import Bounds, Chosen, Key, Oracle, Worlds, product_figures
from tests.examples import examples
from tests.truths import BEGIN, CUTS, DAYS, LOCATIONS, Choice, Person, Truth, invent, shown
from tests.worlds import FIRST_VERSION, claim, event, leg, worked_case, write_world

SEEDS = range(examples(48))
SINGLE, DOUBLE = 4, 4
"""Cuts of each dataset by one key and by two; the keys take turns."""
LOOSE = 0.01
"""The share of a measure's figures that may be looser than the optimum."""
VIEW = {"data", "compare", "measure", "t", "at", "figure", "lang", "tab"}
"""Fields of `Filters` that choose neither records nor claims."""
ON = {"departed": "2025-12-13"}
EVERYBODY = "people", "", ""


def reported(subject: str, count: int) -> dict[str, object]:
    """Return what the source ``one`` says of a subject."""
    return claim(subject, count)


def cell(measure: str, row: str) -> Key:
    return measure, row, ""


# Values worked out by hand.

CHAIN = [leg("a", "by", "ua", **ON), leg("b", "ua", "pl", follows="a", departed="2025-12-15")]
CASES: dict[str, tuple[dict[str, Any], str, dict[Key, Bounds]]] = {
    "a gap between two chosen transfers": (
        {
            "events": [event()],
            "transfers": [*CHAIN, leg("c", "pl", "lt", follows="b", departed="2025-12-17")],
            "claims": [reported(key, 10) for key in "abc"],
        },
        "from=BY,PL&place=by,lt&transfer=a,c",
        {EVERYBODY: (10, 10), cell("arrived", "LT"): (10, 10), cell("passed_on", "UA"): (10, 10)},
    ),
    "a merge cut before it": (
        {
            "events": [event(), event("f", location_id="pl")],
            "transfers": [
                leg("a", "by", "ua", **ON),
                leg("b", "pl", "ua", **ON, event_id="f"),
                leg("c", "ua", "lt", departed="2025-12-15", follows="a;b"),
            ],
            "claims": [reported("a", 4), reported("b", 6), reported("c", 5)],
        },
        "from=BY,UA",
        {
            EVERYBODY: (5, 9),
            cell("departed", "BY"): (4, 4),
            cell("departed", "UA"): (5, 5),
            cell("passed_on", "UA"): (0, 4),
            cell("remained", "UA"): (0, 4),
        },
    ),
    "one source that speaks of the event and one way": (
        {
            "events": [event()],
            "transfers": [leg("a", "by", "ua"), leg("b", "by", "lt")],
            "claims": [reported("e", 123), claim("a", 114, source_id="two"), reported("b", 9)],
        },
        "basis=one",
        {EVERYBODY: (123, 123), cell("released", "BY"): (123, 123), cell("departed", "BY"): (9, 9)},
    ),
    "the day of the event alone": (
        {
            "events": [event()],
            "transfers": [leg("a", "by", "lt", departed="2025-12-14")],
            "claims": [reported("e", 123), reported("a", 123)],
        },
        "date=2025-12-13",
        {EVERYBODY: (123, 123), cell("released", "BY"): (123, 123), cell("departed", "BY"): (0, 0)},
    ),
    "a superseded number of what took place": (
        {
            "events": [event()],
            "transfers": [leg("a", "by", "lt"), leg("b", "by", "ua")],
            "claims": [reported("e", 123), reported("a", 9), claim("b", 115, standing="superseded")],
        },
        "",
        {EVERYBODY: (123, 123), cell("arrived", "UA"): (0, 114), cell("departed", "BY"): (9, 123)},
    ),
    "three borders": (
        {
            "events": [event()],
            "transfers": [*CHAIN, leg("c", "pl", "lt", follows="b", departed="2025-12-16")],
            "claims": [reported(key, 10) for key in "eabc"],
        },
        "",
        {EVERYBODY: (10, 10), cell("passed_on", "UA"): (10, 10), cell("remained", "LT"): (10, 10)},
    ),
    "a journey across two events": (
        {
            "events": [event(), event("f", kind="return", location_id="lt", date="2025-12-20")],
            "transfers": [
                leg("a", "by", "lt", **ON),
                leg("b", "lt", "by", departed="2025-12-20", event_id="f", follows="a"),
            ],
            "claims": [reported("e", 5), reported("a", 5), reported("f", 3), reported("b", 3)],
        },
        "",
        {
            EVERYBODY: (5, 5),
            cell("released", "LT"): (3, 3),
            cell("remained", "LT"): (2, 2),
            cell("remained", "BY"): (3, 3),
            ("present", "BY", "2025-12-21"): (3, 3),
            ("present", "LT", "2025-12-21"): (2, 2),
            ("present", "unreported", "2025-12-21"): (0, 0),
            ("present", "before", "2025-12-12"): (5, 5),
        },
    ),
    "there and back and there": (
        {
            "events": [event()],
            "transfers": [
                leg("a", "by", "lt", **ON),
                leg("b", "lt", "by", departed="2025-12-14", follows="a"),
                leg("c", "by", "lt", departed="2025-12-15", follows="b"),
            ],
            "claims": [reported(key, 5) for key in "eabc"],
        },
        "",
        {
            EVERYBODY: (5, 5),
            cell("arrived", "LT"): (5, 5),
            cell("departed", "BY"): (5, 5),
            cell("remained", "LT"): (5, 5),
            cell("passed_on", "LT"): (0, 0),
            cell("passed_on", "BY"): (5, 5),
        },
    ),
    "plans that may be alternatives": (
        {
            "events": [event()],
            "transfers": [
                leg("a", "by", "ua"),
                leg("p", "ua", "pl", status="planned", follows="a"),
                leg("q", "ua", "lt", status="planned", follows="a"),
            ],
            "claims": [reported(key, 123) for key in "eapq"],
        },
        "status=planned",
        {EVERYBODY: (123, 246), cell("arrived", "PL"): (123, 123), cell("departed", "UA"): (123, 246)},
    ),
    "nothing but a plan": (
        {
            "events": [event()],
            "transfers": [leg("p", "by", "lt", status="planned")],
            "claims": [reported("p", 50)],
        },
        "",
        {EVERYBODY: (50, 50), cell("released", "BY"): (0, 0), cell("arrived", "LT"): (50, 50)},
    ),
    "an attempt": (
        {
            "events": [event()],
            "transfers": [leg("p", "by", "ua", status="attempted")],
            "claims": [reported("e", 1), reported("p", 1)],
        },
        "",
        {EVERYBODY: (1, 1), cell("released", "BY"): (0, 0), cell("remained", "UA"): (0, 0)},
    ),
    "a merge that splits": (
        {
            "events": [event()],
            "transfers": [
                leg("a", "by", "ua", **ON),
                leg("b", "na", "ua", **ON),
                leg("c", "ua", "pl", departed="2025-12-14", follows="a;b"),
                leg("d", "pl", "na", departed="2025-12-15", follows="c"),
                leg("f", "pl", "lt", departed="2025-12-15", follows="c"),
            ],
            "claims": [
                reported(key, count) for key, count in zip("eabcdf", (150, 100, 50, 120, 70, 30), strict=True)
            ],
        },
        "",
        {cell("remained", "UA"): (30, 30), cell("remained", "PL"): (20, 20), EVERYBODY: (150, 150)},
    ),
    "a death": (
        {
            "events": [event()],
            "transfers": [*CHAIN, leg("c", "ua", "grave", follows="a", departed="2025-12-14")],
            "claims": [reported("e", 10), reported("a", 10), reported("b", 9), reported("c", 1)],
        },
        "",
        {
            cell("remained", "died"): (1, 1),
            cell("remained", "UA"): (0, 0),
            ("present", "died", "2025-12-20"): (1, 1),
        },
    ),
    "a date without an end": (
        {
            "events": [event(date="2025-12-13/..")],
            "transfers": [leg("a", "by", "lt")],
            "claims": [reported("e", 5), reported("a", 5)],
        },
        "",
        {
            ("present", "before", "2025-12-13"): (0, 5),
            ("present", "BY", "2025-12-13"): (0, 5),
            ("present", "LT", "2025-12-13"): (0, 5),
            ("timeline", "", "2025-12-13"): (0, 5),
            ("timeline", "", "2025-12-12"): (0, 0),
        },
    ),
    "women of two ways, who are at most so many in all": (
        {
            "events": [event()],
            "transfers": [leg("a", "by", "ua"), leg("b", "by", "lt")],
            "claims": [
                reported("e", 12),
                claim("e", 0, 5, group="women"),
                claim("a", 0, 8),
                claim("a", 4, "", group="women"),
                claim("b", 1, "", group="women"),
            ],
        },
        "",
        {cell("arrived", "UA"): (4, 8), cell("arrived", "LT"): (1, 8), EVERYBODY: (12, 12)},
    ),
    "a cut of the first way follows its people to the end": (
        {
            "events": [event()],
            "transfers": [
                leg("a", "by", "ua", **ON),
                leg("b", "ua", "pl", follows="a", departed="2025-12-18"),
                leg("c", "ua", "lt", follows="a", departed="2025-12-18"),
            ],
            "claims": [
                reported("e", 123), reported("a", 114), reported("b", 89), reported("c", 20)
            ],
        },
        "from=BY",
        {
            EVERYBODY: (114, 114),
            cell("released", "BY"): (0, 0),
            cell("remained", "UA"): (5, 5),
            cell("passed_on", "UA"): (109, 109),
            cell("arrived", "PL"): (0, 0),
            ("present", "PL", "2025-12-18"): (89, 89),
            ("present", "UA", "2025-12-18"): (5, 5),
            ("timeline", "", "2025-12-13"): (114, 114),
        },
    ),
    "a source that speaks of the second way alone": (
        {
            "events": [event()],
            "transfers": [*CHAIN, leg("c", "by", "lt", **ON)],
            "claims": [
                reported("e", 12), reported("a", 9), reported("c", 3),
                claim("b", 7, source_id="two"),
            ],
        },
        "basis=two&date=2025-12-13/2025-12-15",
        {
            EVERYBODY: (7, None),
            cell("released", "BY"): (7, None),
            cell("departed", "BY"): (0, 0),
            cell("departed", "UA"): (7, 7),
            cell("arrived", "PL"): (7, 7),
            cell("arrived", "LT"): (0, 0),
            ("present", "UA", "2025-12-14"): (7, None),
            ("present", "unreported", "2025-12-14"): (0, None),
        },
    ),
    "what was known on a day": (
        {
            "events": [event()],
            "transfers": [leg("a", "by", "ua"), leg("b", "by", "lt")],
            "claims": [
                reported("e", 12), reported("a", 9),
                claim("e", 10, 11, source_id="two", standing="corroborating"),
                claim("b", 2, "", source_id="two", standing="conflicting"),
            ],
        },
        "asof=2025-12-13",
        {EVERYBODY: (10, 11), cell("arrived", "LT"): (2, 11), cell("arrived", "UA"): (0, 0)},
    ),
    "an event that nobody puts a number on": (
        {
            "events": [event(), event("f", location_id="pl")],
            "transfers": [leg("a", "by", "ua"), leg("b", "by", "lt")],
            "claims": [reported("a", 5), claim("b", 2, 3)],
        },
        "event=e",
        {EVERYBODY: (7, 8), cell("released", "BY"): (7, 8)},
    ),
    "an event that nothing else is known of": (
        {"events": [event("f", location_id="pl")], "transfers": [], "claims": []},
        "",
        {EVERYBODY: (0, None), ("present", "unreported", "2025-12-13"): (0, None)},
    ),
    "days that are known as spans": (
        {
            "events": [event()],
            "transfers": [
                leg("a", "by", "lt", departed="2025-12-14/2025-12-16", arrived="2025-12-15/2025-12-18")
            ],
            "claims": [reported("e", 5), reported("a", 5)],
        },
        "from=BY",
        {
            ("present", "before", "2025-12-12"): (5, 5),
            ("present", "BY", "2025-12-13"): (5, 5),
            ("present", "BY", "2025-12-15"): (0, 5),
            ("present", "in_transit", "2025-12-15"): (0, 5),
            ("present", "LT", "2025-12-15"): (0, 5),
            ("present", "BY", "2025-12-16"): (0, 0),
            ("present", "LT", "2025-12-18"): (5, 5),
            ("timeline", "", "2025-12-13"): (0, 0),
            ("timeline", "", "2025-12-14"): (0, 5),
            ("timeline", "", "2025-12-16"): (5, 5),
        },
    ),
    "an event that was planned, by its own word": (
        {
            "events": [event(), event("f", location_id="pl", status="planned")],
            "transfers": [leg("a", "by", "ua")],
            "claims": [reported("e", 12), reported("a", 9), reported("f", 30)],
        },
        "",
        {EVERYBODY: (12, 12), cell("released", "BY"): (12, 12), cell("released", "PL"): (0, 0)},
    ),
    "the same, asked for plans": (
        {
            "events": [event(), event("f", location_id="pl", status="planned")],
            "transfers": [leg("a", "by", "ua")],
            "claims": [reported("e", 12), reported("a", 9), reported("f", 30)],
        },
        "status=planned",
        {EVERYBODY: (30, 30), cell("released", "BY"): (0, 0), cell("released", "PL"): (0, 0)},
    ),
    "plans beside what took place": (
        {
            "events": [event()],
            "transfers": [leg("a", "by", "ua"), leg("p", "ua", "pl", status="planned", follows="a")],
            "claims": [reported("e", 12), reported("a", 9), reported("p", 50)],
        },
        "status=done,planned",
        {EVERYBODY: (12, 12), cell("arrived", "PL"): (0, 0), cell("released", "BY"): (12, 12)},
    ),
}  # fmt: skip


@pytest.fixture(scope="module", params=CASES)
def case(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Dataset, str, dict[Key, Bounds]]:
    rows, query, expected = CASES[request.param]
    folder = write_world(tmp_path_factory.mktemp("case") / "world", locations=LOCATIONS, **rows)
    return load(folder), query, expected


def asked(expected: Iterable[Key]) -> list[dt.date]:
    return sorted({dt.date.fromisoformat(day) for _, _, day in expected if day})


def test_the_oracle_agrees_with_values_worked_out_by_hand(
    case: tuple[Dataset, str, dict[Key, Bounds]],
) -> None:
    dataset, query, expected = case
    found = Oracle(dataset).figures(Filters.parse(query)[0], asked(expected))
    assert found is not None
    assert {key: found.get(key, (0, 0)) for key in expected} == expected


def test_the_product_agrees_with_values_worked_out_by_hand(
    case: tuple[Dataset, str, dict[Key, Bounds]],
) -> None:
    dataset, query, expected = case
    found = product_figures(dataset, Filters.parse(query)[0], asked(expected))
    assert {key: found.get(key, (0, 0)) for key in expected} == expected


def test_the_oracle_agrees_with_the_worked_case(tmp_path: Path) -> None:
    oracle = Oracle(load(worked_case(tmp_path / "world")))
    adopted = oracle.figures(Filters.parse("event=e&status=done")[0])
    assert adopted == {
        EVERYBODY: (123, 123),
        cell("released", "BY"): (123, 123),
        cell("departed", "BY"): (123, 123),
        cell("arrived", "UA"): (114, 114),
        cell("departed", "UA"): (109, 109),
        cell("passed_on", "UA"): (109, 109),
        cell("remained", "UA"): (5, 5),
        cell("arrived", "PL"): (89, 89),
        cell("remained", "PL"): (89, 89),
        cell("arrived", "LT"): (29, 29),
        cell("remained", "LT"): (29, 29),
    }
    article = oracle.figures(Filters.parse("event=e&status=done&basis=two")[0])
    assert article is not None
    assert article[cell("arrived", "UA")] == (62, 122)
    assert article[cell("arrived", "LT")] == (1, 61)


FIRST: dict[str, dict[Key, Bounds]] = {
    "to=LT": {EVERYBODY: (97, 97)},
    "from=BY": {EVERYBODY: (224, 224), cell("remained", "UA"): (36, 36)},
    "transfer=2025-12-13-ua-pl": {EVERYBODY: (89, 89), cell("released", "BY"): (0, 0)},
    "basis=dorzeczy-778113": {EVERYBODY: (52, 52)},
    "basis=wikipedia-ankara-2024": {EVERYBODY: (26, 26)},
    "basis=euronews-2025-12-18": {EVERYBODY: (89, None)},
    "basis=all": {cell("remained", "UA"): (31, 37)},
    "basis=article-2025-12": {cell("departed", "BY"): (63, 123), cell("remained", "UA"): (62, 122)},
    "status=attempted": {EVERYBODY: (1, 1), cell("remained", "LT"): (0, 0)},
    "event=2025-12-13&date=2025-12-13": {cell("remained", "UA"): (5, 5), cell("passed_on", "UA"): (109, 109)},
}
"""Of the dataset as it was first built in: figures that were wrong once, and what they are."""


@pytest.mark.parametrize("query", FIRST)
def test_the_first_dataset_has_the_figures_that_were_worked_out(query: str) -> None:
    dataset, (filters, _) = (
        load(FIRST_VERSION),
        Filters.parse(query),
    )
    exact = Oracle(dataset).figures(filters)
    assert exact is not None
    for found in (exact, product_figures(dataset, filters)):
        assert {key: found.get(key, (0, 0)) for key in FIRST[query]} == FIRST[query]


# Every way in which a few people can have travelled.


def kinds_of(truth: Truth) -> list[Person]:
    """Return everybody that there can be, by event, legs and groups: all orders of legs that could be taken."""
    groups = sorted({str(each["group"]) for each in truth.rows["claims"] if each.get("group")})
    sets = [frozenset(part) for size in range(len(groups) + 1) for part in combinations(groups, size)]
    spoken_of = {each["subject_id"] for each in truth.rows["claims"]}
    taken = []
    for size in range(1, len(truth.legs) + 1):
        for legs in permutations(truth.legs, size):
            first, rest = legs[0], pairwise(legs)
            if not truth.legs[first].follows and all(one in truth.legs[on].follows for one, on in rest):
                taken.append(legs)
    moving = {one.event for one in truth.legs.values()}
    silent = [key for key in truth.events if key not in spoken_of and key in moving]
    return [
        Person(truth.legs[legs[0]].event, legs, (0,) * len(legs), who) for legs in taken for who in sets
    ] + [Person(key, groups=who) for key in truth.events if key not in silent for who in sets]


def counted_one_by_one(truth: Truth, chosen: Chosen, most: int) -> dict[Key, Bounds]:
    """Return the least and the most of every figure over all worlds of at most so many people."""
    kinds = kinds_of(truth)
    worlds = np.array(
        [
            np.bincount(np.array(who, dtype=int), minlength=len(kinds))
            for size in range(most + 1)
            for who in combinations_with_replacement(range(len(kinds)), size)
        ]
    )
    holds = np.ones(len(worlds), dtype=bool)
    for each in truth.rows["claims"]:
        if each["standing"] != "adopted":
            continue
        subject, group = each["subject_id"], each.get("group", "")
        among = [
            subject in (*truth.events_of(one), *one.legs) and (not group or group in one.groups)
            for one in kinds
        ]
        people = worlds[:, among].sum(axis=1)
        high = each["count_max"]
        holds &= (people >= int(str(each["count_min"]))) & (high == "" or people <= int(str(high)))
    worlds = worlds[holds]
    assert len(worlds)
    cells: dict[Key, list[int]] = {}
    for number, one in enumerate(kinds):
        alone = Truth(truth.events, truth.legs, [one])
        parts = chosen.events, chosen.transfers
        found = {
            (measure, row): count
            for measure, rows in alone.totals(parts).items()
            for row, count in rows.items()
        }
        found["people", ""] = len(alone.counted(parts))
        for (measure, row), count in found.items():
            assert count in (0, 1)
            cells.setdefault((measure, row, ""), []).extend([number] * count)
    numbers = {key: worlds[:, members].sum(axis=1) for key, members in cells.items()}
    return {key: (int(people.min()), int(people.max())) for key, people in numbers.items()}


def tiny(seed: int, folder: Path) -> tuple[Truth, Worlds] | None:
    """Return a small truth with its worlds; None where more than `MOST` people can be in one."""
    truth = invent(Random(seed), events=2, legs=3, people=3, plans=0, groups=seed % 3 == 0)
    limited = {each["subject_id"] for each in truth.rows["claims"] if each["count_max"] != ""}
    if len(limited) < len(truth.rows["transfers"]) or len(truth.rows["transfers"]) < 2:
        return None  # cheaper than loading it
    worlds = Worlds(truth.dataset(folder / f"world{seed}"))
    everybody = frozenset(range(len(worlds.units)))
    (bounds,) = worlds.optima([(everybody, everybody)]).values()
    small = bounds[1] is not None and bounds[1] <= MOST and bounds[0] < bounds[1]
    return (truth, worlds) if small else None


MOST, TINY = 5, 8
"""People in a world that is counted one by one, and worlds that are."""


def test_the_oracle_agrees_with_all_ways_counted_one_by_one(tmp_path: Path) -> None:
    several = 0
    found = filter(None, (tiny(seed, tmp_path) for seed in range(10_000)))
    for seed, (truth, worlds) in enumerate(islice(found, TINY)):
        random = Random(seed)
        chosen = Chosen(
            "done",
            frozenset(key for key in truth.events if random.random() < 0.6),
            frozenset(key for key in truth.legs if random.random() < 0.6),
        )
        one_by_one = counted_one_by_one(truth, chosen, MOST)
        sides = worlds.sides(chosen)
        optima = worlds.optima(set(sides.values()))
        exact = {key: optima[side] for key, side in sides.items()}
        exact |= dict.fromkeys(one_by_one.keys() - exact.keys(), (0, 0))
        assert exact == one_by_one, f"{chosen}\n{truth}"
        several += any(low < high for low, high in one_by_one.values())
    assert several > TINY // 2


def schedules(points: list[tuple[int, int]]) -> Iterator[tuple[int, ...]]:
    """Yield all days on which one person can have left and arrived, in order."""
    for days in product(*(range(low, high + 1) for low, high in points)):
        if list(days) == sorted(days):
            yield days


def test_the_oracle_agrees_with_all_days_on_which_somebody_can_have_travelled(tmp_path: Path) -> None:
    checked = 0
    for seed in range(14):
        truth = invent(Random(seed), events=2, legs=4, plans=0)
        worlds = Worlds(truth.dataset(tmp_path / f"world{seed}"))
        chosen = Chosen("done", *map(frozenset, truth.everything))
        days = [BEGIN + dt.timedelta(days=day) for day in range(0, DAYS, 3)]
        sides = worlds.sides(chosen, days)
        for number, unit in enumerate(worlds.units):
            first = int(np.datetime64(BEGIN, "D").astype(int))
            points = [(low - first, high - first) for key in unit.legs for low, high in worlds.spans[key]]
            row = worlds.events[unit.events[0]]
            freed = range((row["earliest"].date() - BEGIN).days, (row["latest"].date() - BEGIN).days + 1)
            for day in range(0, DAYS, 3):
                rows = set()
                for happened, schedule in product(freed, schedules(points)):
                    legs = {
                        key: truth.legs[key].__class__(
                            **{**vars(truth.legs[key]), "departed": left, "arrived": came, "spread": 0}
                        )
                        for key, left, came in zip(unit.legs, schedule[::2], schedule[1::2], strict=True)
                    }
                    someone = Person(unit.events[0], unit.legs, (0,) * len(unit.legs))
                    place = truth.events[unit.events[0]][0]
                    alone = Truth({**truth.events, unit.events[0]: (place, happened)}, legs, [someone])
                    rows |= set(alone.present(day, (truth.events, unit.legs)))
                text = (BEGIN + dt.timedelta(days=day)).isoformat()
                told = {
                    key[1]
                    for key, side in sides.items()
                    if key[::2] == ("present", text) and number in side[1]
                }
                sure = {
                    key[1]
                    for key, side in sides.items()
                    if key[::2] == ("present", text) and number in side[0]
                }
                assert told == rows, f"{unit} {text}\n{truth}"
                assert sure == (rows if len(rows) == 1 else set())
                checked += len(rows) > 1
    assert checked > 30


# The product against the optimum, under cuts by every key alone and in pairs.


@dataclass(frozen=True)
class Figure:
    """One figure of one dataset under one cut: as it is, as the product has it, and as it was in truth."""

    truth: Truth
    filters: Filters
    key: Key
    exact: Bounds
    found: Bounds
    real: int | None

    @property
    def measure(self) -> str:
        return self.key[0]

    @property
    def excludes(self) -> bool:
        """Whether there is a world, or the truth, outside."""
        low, high = self.found
        out = low > self.exact[0] or wider(self.exact[1], high)
        return out or (self.real is not None and (low > self.real or (high is not None and high < self.real)))

    def __str__(self) -> str:
        at = " ".join(filter(None, self.key))
        return f"{at}: the product says {self.found}, the optimum is {self.exact}, the truth {self.real}"


def wider(high: int | None, other: int | None) -> bool:
    """Return whether one upper bound is above another."""
    return other is not None and (high is None or high > other)


def cuts() -> Iterator[dict[str, Choice]]:
    """Yield the keys of each cut, for one dataset after another: none, some alone, some pairs."""
    alone = cycle([name] for name in CUTS)
    pairs = [list(pair) for pair in combinations(CUTS, 2)]
    Random(0).shuffle(pairs)
    double = cycle(pairs)
    while True:
        for names in [[], *islice(alone, SINGLE), *islice(double, DOUBLE)]:
            yield {name: CUTS[name] for name in names}


def real(truth: Truth, chosen: Chosen, days: Iterable[dt.date]) -> dict[Key, int]:
    """Return what was true, person by person."""
    parts = chosen.events, chosen.transfers
    found: dict[Key, int] = {
        (measure, row, ""): count
        for measure, counts in truth.totals(parts).items()
        for row, count in counts.items()
    }
    found[EVERYBODY] = len(truth.counted(parts))
    for day in days:
        number, text = (day - BEGIN).days, day.isoformat()
        found["timeline", "", text] = truth.set_in_motion(number, parts)
        found |= {("present", row, text): count for row, count in truth.present(number, parts).items()}
    return found


def compared(truth: Truth, oracle: Oracle, filters: Filters, days: list[dt.date]) -> list[Figure]:
    """Return every figure under a cut that is not 0 in all three; nothing where no world is possible."""
    found = product_figures(oracle.dataset, filters, days)
    for key, (low, high) in found.items():
        assert low >= 0, key
        assert high is None or low <= high, f"{key} {low} {high}\n{filters.query()}\n{shown(truth.rows)}"
    exact = oracle.figures(filters, days)
    if exact is None:
        return []
    worlds = oracle.worlds(filters)
    chosen = worlds.chosen(filters)
    done = chosen.status == "done"
    every = {key for key, one in truth.legs.items() if one.status == "done"}
    holds = (
        done and filters.basis in ("adopted", "all", "two") and not filters.asof and every == worlds.in_world
    )
    was = real(truth, chosen, days) if holds and truth.people else {}
    figures = [
        Figure(
            truth,
            filters,
            key,
            exact.get(key, (0, 0)),
            found.get(key, (0, 0)),
            was.get(key, 0) if was else None,
        )
        for key in sorted({*exact, *found, *was})
        if not key[2] or (done and worlds.ordered)
    ]
    return [each for each in figures if (each.exact, each.found, each.real or 0) != ((0, 0), (0, 0), 0)]


TRIED = pytest.mark.xdist_group("trials")
"""Tests that share what takes long to make: on one processor."""


@pytest.fixture(scope="module")
def trials(tmp_path_factory: pytest.TempPathFactory) -> list[Figure]:
    """Every figure of all datasets under their cuts."""
    every, found = cuts(), []
    for seed in SEEDS:
        random = Random(seed)
        truth = invent(random)
        oracle = Oracle(truth.dataset(tmp_path_factory.mktemp("trial") / "world"))
        for names in islice(every, 1 + SINGLE + DOUBLE):
            filters = Filters(**{name: choice(random, truth) for name, choice in names.items()})
            days = [BEGIN + dt.timedelta(days=day) for day in sorted(random.sample(range(-1, DAYS + 2), 2))]
            found += compared(truth, oracle, filters, days)
    return found


def size(truth: Truth) -> int:
    return sum(map(len, truth.rows.values()))


def smaller(figure: Figure, wrong: Callable[[Figure], bool], folder: Path, seconds: float = 10) -> Figure:
    """Return the same fault in as few rows as can be found in some seconds, by leaving out one after another."""
    end, number = monotonic() + seconds, 0
    days = [dt.date.fromisoformat(figure.key[2])] if figure.key[2] else []
    again = True
    while again and monotonic() < end:
        again = False
        for table, rows in figure.truth.rows.items():
            for row in rows:
                fewer = {**figure.truth.rows, table: [each for each in rows if each is not row]}
                number += 1
                try:
                    dataset = load(write_world(folder / str(number), locations=LOCATIONS, **fewer))
                    found = compared(Truth(rows=fewer), Oracle(dataset), figure.filters, days)
                except Exception:  # another row needs this one
                    continue
                if same := [each for each in found if each.key == figure.key and wrong(each)]:
                    figure, again = same[0], True
                    break
            if again:
                break
    return figure


def told(faults: list[Figure], wrong: Callable[[Figure], bool], folder: Path) -> str:
    """Return what is wrong, one kind of figure after another, with the smallest world that shows it as rows."""
    lines = [f"{len(faults)} figures, by measure {dict(Counter(each.measure for each in faults))}"]
    first: dict[str, Figure] = {}
    for each in sorted(faults, key=lambda each: (size(each.truth), len(each.filters.query()))):
        first.setdefault(each.measure, each)
    for each in list(first.values())[:3]:
        least = smaller(each, wrong, folder / each.measure)
        lines += ["", str(least), least.filters.query(), shown(least.truth.rows)]
    return "\n".join(lines)


def test_every_key_that_chooses_is_tried() -> None:
    assert {*CUTS} == {each.name for each in fields(Filters)} - VIEW


@TRIED
def test_no_figure_excludes_a_possible_world(trials: list[Figure], tmp_path: Path) -> None:
    assert len(trials) > 80 * len(SEEDS)
    faults = [each for each in trials if each.excludes]
    assert not faults, told(faults, lambda each: each.excludes, tmp_path)


@TRIED
def test_hardly_a_figure_is_looser_than_the_optimum(trials: list[Figure], tmp_path: Path) -> None:
    total = Counter(each.measure for each in trials)
    loose = [each for each in trials if not each.excludes and each.exact != each.found]
    share = {
        measure: sum(each.measure == measure for each in loose) / count for measure, count in total.items()
    }
    for measure, part in share.items():
        print(f"{measure}: {part:.2%} of {total[measure]} figures are looser than the optimum")
    too_loose = [each for each in loose if share[each.measure] > LOOSE]
    assert not too_loose, told(too_loose, lambda each: each.exact != each.found, tmp_path)


@TRIED
def test_the_oracle_holds_the_truth(trials: list[Figure]) -> None:
    known = [each for each in trials if each.real is not None]
    assert len(known) > 30 * len(SEEDS)
    for each in known:
        low, high = each.exact
        assert low <= (each.real or 0) <= (10**9 if high is None else high), (
            f"{each}\n{each.filters.query()}\n{each.truth}"
        )
