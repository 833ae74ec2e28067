"""An independent oracle of every figure: whole numbers of people on every path that they can have taken.

It enumerates people's paths and, for every figure, minimises and maximises the number of people that it
counts over all numbers that the claims allow (design, section 4), with scipy's mixed-integer solver. It
shares no rule with the product: only tables that are loaded and joined to countries and days, and `Filters`.
For tests: it is slow, and the number of paths grows with the number of ways to combine merges.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.optimize import Bounds as Box
from scipy.optimize import LinearConstraint, milp

from geodata import Dataset, Filters, country_totals, people, present, select, timeline
from geodata.model.dates import span

Bounds: TypeAlias = tuple[int, int | None]
"""Least and most, inclusive; None where the most is open."""
Row: TypeAlias = dict[str, Any]
Key: TypeAlias = tuple[str, str, str]
"""Of a figure: measure, row of its table ("" for none), ISO day ("" for none)."""
Sides: TypeAlias = tuple[frozenset[int], frozenset[int]]
"""Who is counted for certain, and who may be: numbers of units."""
Days: TypeAlias = tuple[int, int]
"""First and last day on which something can have happened, counted as numpy does."""

MEASURES = ("released", "departed", "arrived", "passed_on", "remained", "moved_within")
STATUSES = ("done", "planned", "attempted", "denied")
NOWHERE = ("between", "unlocated", "died")
_BATCH, _WHOLE_BATCH = 200, 8
"""How many figures are optimised at once, as fractions and as whole numbers: many small solves cost most."""
_CAP = 10**5
"""More people than any claim of a test, for what did not take place: as many stand for an open bound."""


@dataclass(frozen=True)
class Unit:
    """People of one kind: those who took one path, or those of one event of whom no transfer is known.

    Parameters
    ----------
    legs
        Transfers in the order taken; empty for an event's people without one.
    events
        The events whose people they are; the first set them in motion.
    points
        Days of departure and arrival, in turn, as far as the order along the path narrows them.
    """

    legs: tuple[str, ...]
    events: tuple[str, ...]
    points: tuple[Days, ...] = ()


@dataclass(frozen=True)
class Chosen:
    """What some filters choose: the status that is counted, events chosen themselves, and transfers."""

    status: str
    events: frozenset[str]
    transfers: frozenset[str]


@dataclass(frozen=True)
class Claimed:
    """What the counting claims say of one subject and group: between two numbers, the second may be open."""

    subject: str
    group: str
    low: int
    high: int | None


class Oracle:
    """Every figure of a dataset under any filters, each as the optimum over all worlds."""

    def __init__(self, dataset: Dataset) -> None:
        self.dataset = dataset
        self._worlds: dict[tuple[str, str], Worlds] = {}

    def worlds(self, filters: Filters) -> Worlds:
        """Return the worlds under the basis and the day of knowledge of some filters."""
        key = filters.basis, filters.asof
        if key not in self._worlds:
            self._worlds[key] = Worlds(self.dataset, *key)
        return self._worlds[key]

    def figures(self, filters: Filters, days: Iterable[dt.date] = ()) -> dict[Key, Bounds] | None:
        """Return every figure that is not 0 for certain; None where the claims cannot all hold.

        Whereabouts and timeline are figures of what took place: with another status they are left out.
        """
        return self.worlds(filters).figures(filters, days)


class Worlds:
    """All worlds of a dataset under one basis: units, and what the claims allow their numbers to be."""

    def __init__(self, dataset: Dataset, basis: str = "adopted", asof: str = "") -> None:
        self._read(dataset)
        self._weigh(basis, asof)
        self.in_world = self._in_world()
        self.units = self._units()
        self.ordered = all(first <= last for unit in self.units for first, last in unit.points)
        self.claimed = self._claimed_of(self.counting)
        self._system()
        self._found: dict[tuple[int, frozenset[int]], int | None] = {}
        nothing = (
            milp(np.zeros(self._width), constraints=self._holds(1), integrality=1) if self.units else None
        )
        self.possible = nothing.status == 0 if nothing else not any(each.low for each in self._told())

    # Reading: plain rows.

    def _read(self, dataset: Dataset) -> None:
        def rows(table: pd.DataFrame) -> dict[str, Row]:
            plain = table.reset_index().to_dict("records")
            return {str(row[table.index.name]): {str(k): v for k, v in row.items()} for row in plain}

        self.transfers, self.claims, self.sources = map(
            rows, (dataset.transfers, dataset.claims, dataset.sources)
        )
        self.events = {
            key: row for key, row in rows(dataset.events).items() if row["kind"] != "series"
        }  # a series is no flow
        self.locations = rows(dataset.locations)
        # As far as spans of the rows before and after bound each other, loading has narrowed them.
        self.spans = {
            key: (_days(row, "earliest", "left_by"), _days(row, "reached_from", "latest"))
            for key, row in self.transfers.items()
        }
        self.took_place = {key: self._status(key) for key in self.events}

    def _status(self, event: str) -> str:
        """Return the status of an event: its own, or done unless it has transfers of which none was."""
        own = str(self.events[event].get("status", "") or "")
        of_transfers = {row["status"] for row in self.transfers.values() if row["event_id"] == event}
        return own or next((status for status in STATUSES if status in of_transfers), "done")

    def country(self, location: object) -> str:
        """Return the row of a place: a country's code, or one of `NOWHERE`."""
        place = self.locations.get(str(location))
        if place is None:
            return "unlocated"
        if place["kind"] == "death":
            return "died"
        return "unlocated" if place["precision"] == "unknown" else str(place["country_code"])

    def ends(self, transfer: str) -> tuple[str, str]:
        """Return the rows of the places where a transfer begins and ends."""
        row = self.transfers[transfer]
        return self.country(row["origin_id"]), self.country(row["destination_id"])

    # Claims: which count, and which records they make known.

    def _weigh(self, basis: str, asof: str) -> None:
        """Find the claims that count and those that are known, under a basis, on a day."""
        self.restricted = bool(asof) or basis not in ("adopted", "all")
        day = np.datetime64(asof, "D").astype(int) if asof else None
        known = {}
        for key, row in self.claims.items():
            subject, source = str(row["subject_id"]), str(row["source_id"])
            if row["standing"] == "withdrawn" or (
                subject not in self.events and subject not in self.transfers
            ):
                continue
            published = _day(self.sources[source]["latest"])
            if day is not None and (published is None or published > day):
                continue
            if basis in ("adopted", "all", source):
                known[key] = row
        self.mentioned = {str(row["subject_id"]) for row in known.values()}
        adopted = {
            (row["subject_id"], row["group"]) for row in known.values() if row["standing"] == "adopted"
        }
        upheld = {
            row["subject_id"]
            for row in known.values()
            if row["standing"] != "superseded" and not row["group"]
        }
        # A plan that every source gave up is no plan any more; what took place cannot be given up.
        self.given_up = {
            str(row["subject_id"])
            for row in known.values()
            if row["standing"] == "superseded"
            and not row["group"]
            and basis in ("adopted", "all")
            and self.transfers.get(str(row["subject_id"]), {}).get("status", "done") != "done"
        } - upheld
        wanted = {"adopted": {"adopted"}, "all": {"adopted", "conflicting"}}.get(basis)
        self.counting = [
            row
            for row in known.values()
            if wanted is None
            or row["standing"] in wanted
            or (asof and (row["subject_id"], row["group"]) not in adopted)
        ]

    def _claimed_of(self, claims: Iterable[Row]) -> dict[tuple[str, str], Claimed]:
        """Return the hull of the claims on each subject and group."""
        found: dict[tuple[str, str], Claimed] = {}
        for row in claims:
            key = str(row["subject_id"]), str(row["group"])
            low, high = int(row["count_min"]), None if pd.isna(row["count_max"]) else int(row["count_max"])
            if key in found:
                before = found[key]
                low = min(low, before.low)
                high = None if high is None or before.high is None else max(high, before.high)
            found[key] = Claimed(*key, low, high)
        return found

    # Units.

    def _in_world(self, status: str = "done") -> frozenset[str]:
        """Return the transfers of a status that people can have taken, as far as they are known of."""
        every = {
            key
            for key, row in self.transfers.items()
            if row["status"] == status and key not in self.given_up and row["event_id"] in self.events
        }
        if not self.restricted:
            return frozenset(every)
        found: set[str] = set()
        todo = sorted(every & self.mentioned)
        while todo:
            key = todo.pop()
            if key not in found:
                found.add(key)
                todo += sorted(every.intersection(self.transfers[key]["follows"]))
        return frozenset(found)

    def _paths(self, among: Collection[str]) -> list[tuple[str, ...]]:
        """Return every path: from a transfer that follows none of them, on along `follows`, to any end."""
        after: dict[str, list[str]] = {key: [] for key in among}
        todo = []
        for key in sorted(among):
            before = set(self.transfers[key]["follows"]) & set(among)
            for each in before:
                after[each].append(key)
            todo += [] if before else [(key,)]
        found: list[tuple[str, ...]] = []
        while todo:
            path = todo.pop()
            found.append(path)
            todo += [(*path, key) for key in after[path[-1]]]
        return sorted(found)

    def _units(self) -> list[Unit]:
        paths = [
            Unit(
                path,
                tuple(dict.fromkeys(str(self.transfers[key]["event_id"]) for key in path)),
                _narrowed([point for key in path for point in self.spans[key]]),
            )
            for path in self._paths(self.in_world)
        ]
        spoken_of = {str(row["subject_id"]) for row in self.claims.values()}
        moving = {row["event_id"] for row in self.transfers.values()}
        # Of an event that nobody puts a number on, all that is known are the people of its transfers.
        rest = [
            Unit((), (key,))
            for key, status in self.took_place.items()
            if status == "done" and (key in spoken_of or key not in moving)
        ]
        return paths + rest

    def of(self, subject: str) -> frozenset[int]:
        """Return the numbers of the units whose people are those of an event or a transfer."""
        return frozenset(
            number for number, unit in enumerate(self.units) if subject in (*unit.events, *unit.legs)
        )

    # The system: one column for each unit, and one for each part of a unit that belongs to a group.

    def _told(self) -> list[Claimed]:
        """Return the claims that count on what took place."""
        return [
            each
            for each in self.claimed.values()
            if each.subject in self.in_world or self.took_place.get(each.subject) == "done"
        ]

    def _system(self) -> None:
        size = len(self.units)
        part: dict[tuple[str, int], int] = {}
        rows, low, high, bounded = [], [], [], set()
        for each in self._told():
            members = self.of(each.subject)
            columns = members
            if each.group:
                columns = frozenset(part.setdefault((each.group, k), size + len(part)) for k in members)
            elif each.high is not None:
                bounded |= members
            rows.append(dict.fromkeys(columns, 1.0))
            low.append(float(each.low))
            high.append(np.inf if each.high is None else float(each.high))
        for (_, unit), column in part.items():
            rows.append({unit: 1.0, column: -1.0})
            low.append(0.0)
            high.append(np.inf)
        self._width = size + len(part)
        matrix = sparse.lil_array((len(rows), self._width))
        for number, row in enumerate(rows):
            for column, weight in row.items():
                matrix[number, column] = weight
        self._matrix, self._low, self._high = matrix.tocsr(), np.array(low), np.array(high)
        self._bounded = bounded

    def _holds(self, copies: int) -> LinearConstraint:
        """Return what the claims demand, of so many worlds side by side."""
        matrix = sparse.block_diag([self._matrix] * copies, format="csr")
        return LinearConstraint(matrix, np.tile(self._low, copies), np.tile(self._high, copies))

    def optima(self, wanted: Collection[Sides]) -> dict[Sides, Bounds]:
        """Return how many people there are at least for certain, and at most perhaps, over all worlds."""
        goals = {(sign, side) for sides in wanted for sign, side in zip((1, -1), sides, strict=True)}
        todo = []
        for sign, side in sorted(goals - self._found.keys(), key=str):
            if not side:
                self._found[sign, side] = 0
            elif sign < 0 and not side <= self._bounded:
                # Whoever is in no bounded subject can be any number, whatever the claims say of others.
                self._found[sign, side] = None
            else:
                todo.append((sign, side))
        for at in range(0, len(todo), _BATCH):
            self._optimise(todo[at : at + _BATCH])
        least, most = ({side: self._found.get((sign, side)) for _, side in goals} for sign in (1, -1))
        return {sides: (least[sides[0]] or 0, most[sides[1]]) for sides in wanted}

    def _optimise(self, goals: list[tuple[int, frozenset[int]]], whole: bool = False) -> None:
        """Optimise figures side by side: as fractions first, which mostly are whole; the rest once more."""
        cost = np.zeros((len(goals), self._width))
        for number, (sign, side) in enumerate(goals):
            cost[number, list(side)] = sign
        result = milp(cost.ravel(), constraints=self._holds(len(goals)), integrality=int(whole))
        assert result.status == 0, result.message
        found = result.x.reshape(cost.shape)
        again = []
        for number, goal in enumerate(goals):
            if not whole and np.abs(found[number] - found[number].round()).max() > 1e-6:
                again.append(goal)
            else:
                self._found[goal] = round(float(np.abs(cost[number]) @ found[number]))
        for at in range(0, len(again), _WHOLE_BATCH):
            self._optimise(again[at : at + _WHOLE_BATCH], whole=True)

    # Filters: which records they choose.

    def chosen(self, filters: Filters) -> Chosen:
        """Return the records that filters choose."""
        days = _span(filters.date) if filters.date else None
        all_claims = self.claims.values()
        named = {str(row["subject_id"]) for row in all_claims if row["group"] in filters.group}
        telling = {str(row["subject_id"]) for row in all_claims if row["source_id"] in filters.source}

        def outside(key: str, first: int, last: int) -> bool:
            return (
                bool(filters.group and key not in named)
                or bool(filters.source and key not in telling)
                or (days is not None and (last < days[0] or first > days[1]))
            )

        def unwanted(event: str) -> bool:
            row = self.events[event]
            return bool(filters.event and event not in filters.event) or bool(
                filters.kind and row["kind"] not in filters.kind
            )

        transfers, events = set(), set()
        for key, row in self.transfers.items():
            ends, places = self.ends(key), {row["origin_id"], row["destination_id"], *row["via"]}
            if not (
                row["event_id"] not in self.events
                or unwanted(str(row["event_id"]))
                or outside(key, self.spans[key][0][0], self.spans[key][1][1])
                or (filters.transfer and key not in filters.transfer)
                or (filters.status and row["status"] not in filters.status)
                or (filters.origin and ends[0] not in filters.origin)
                or (filters.destination and ends[1] not in filters.destination)
                or (filters.country and not {*ends} & {*filters.country})
                or (filters.place and not places & {*filters.place})
                or (self.restricted and key not in self.mentioned)
            ):
                transfers.add(key)
        for key, row in self.events.items():
            of_transfers = any(
                each["event_id"] == key
                and each["status"]
                == self.took_place[key]  # a source of a plan does not say that it took place
                and number in self.mentioned
                for number, each in self.transfers.items()
            )
            if not (
                unwanted(key)
                or outside(key, *_days(row, "earliest", "latest"))
                or filters.origin
                or filters.destination
                or filters.transfer
                or (filters.status and self.took_place[key] not in filters.status)
                or (filters.country and self.country(row["location_id"]) not in filters.country)
                or (filters.place and row["location_id"] not in filters.place)
                or (self.restricted and key not in self.mentioned and not of_transfers)
            ):
                events.add(key)
        occurring = {self.transfers[key]["status"] for key in transfers - self.given_up}
        occurring |= {self.took_place[key] for key in events}
        status = next((each for each in STATUSES if each in occurring), "done")
        return Chosen(
            status,
            frozenset(key for key in events if self.took_place[key] == status),
            frozenset(key for key in transfers - self.given_up if self.transfers[key]["status"] == status),
        )

    # Figures.

    def figures(self, filters: Filters, days: Iterable[dt.date] = ()) -> dict[Key, Bounds] | None:
        """Return the figures of `Oracle.figures`."""
        if not self.possible:
            return None
        chosen = self.chosen(filters)
        if chosen.status != "done":
            return self._planned(chosen)
        sides = self.sides(chosen, days)
        optima = self.optima(set(sides.values()))
        return {key: optima[side] for key, side in sides.items()}

    def sides(self, chosen: Chosen, days: Iterable[dt.date] = ()) -> dict[Key, Sides]:
        """Return who is in each figure of what took place: for certain, and perhaps."""
        sure: dict[Key, set[int]] = {("people", "", ""): set()}
        perhaps: dict[Key, set[int]] = {("people", "", ""): set()}

        def add(number: int, measure: str, row: str, day: str = "", *, certain: bool = True) -> None:
            perhaps.setdefault((measure, row, day), set()).add(number)
            sure.setdefault((measure, row, day), set())
            if certain:
                sure[measure, row, day].add(number)

        numbered = [(day.isoformat(), int(np.datetime64(day, "D").astype(int))) for day in days]
        for number, unit in enumerate(self.units):
            freed = [key for key in unit.events if key in chosen.events]
            taken = [key for key in unit.legs if key in chosen.transfers]
            for measure, row in self._cells(unit, freed, taken):
                add(number, measure, row)
            if not freed and not taken:
                continue
            add(number, "people", "")
            for text, day in numbered if self.ordered else ():
                rows = self._whereabouts(unit, day)
                for row in rows:
                    add(number, "present", row, text, certain=len(rows) == 1)
                starts = [_days(self.events[key], "earliest", "latest") for key in freed]
                starts += [unit.points[2 * unit.legs.index(key)] for key in taken]
                if any(first <= day for first, _ in starts):
                    add(number, "timeline", "", text, certain=any(last <= day for _, last in starts))
        return {key: (frozenset(sure[key]), frozenset(perhaps[key])) for key in perhaps}

    def _cells(self, unit: Unit, freed: list[str], taken: list[str]) -> set[tuple[str, str]]:
        """Return the cells of the table of countries in which a unit's people are."""
        cells = {("released", self.country(self.events[key]["location_id"])) for key in freed}
        arrived = set()
        for origin, destination in map(self.ends, taken):
            if origin == destination and origin not in NOWHERE:
                cells.add(("moved_within", origin))
            else:
                cells |= {("departed", origin), ("arrived", destination)}
                arrived.add(destination)
        if unit.legs:
            last = self.ends(unit.legs[-1])[1]
            cells |= {("remained" if row == last else "passed_on", row) for row in arrived}
        return cells

    def _whereabouts(self, unit: Unit, day: int) -> set[str]:
        """Return the rows in which a person of a unit can be at the end of a day."""
        happened = _days(self.events[unit.events[0]], "earliest", "latest")
        begins = self.ends(unit.legs[0])[0] if unit.legs else "unreported"
        rows = set()
        for passed in range(len(unit.points) + 1):  # how many departures and arrivals lie behind
            if (passed and unit.points[passed - 1][0] > day) or (
                passed < len(unit.points) and unit.points[passed][1] <= day
            ):
                continue
            if passed == 0:
                rows |= {"before"} if happened[1] > day else set()
                rows |= {begins} if happened[0] <= day else set()
            elif passed % 2:
                rows.add("in_transit")
            else:
                rows.add(self.ends(unit.legs[passed // 2 - 1])[1])
        return rows

    def _planned(self, chosen: Chosen) -> dict[Key, Bounds]:
        """Return the figures of what did not take place: the first transfers of an event are alternatives."""
        paths = self._paths(self._in_world(chosen.status))
        units = [
            Unit(path, tuple(dict.fromkeys(str(self.transfers[key]["event_id"]) for key in path)))
            for path in paths
        ]
        members: dict[tuple[str, str], set[int]] = {("people", ""): set()}
        for number, unit in enumerate(units):
            taken = [key for key in unit.legs if key in chosen.transfers]
            cells = {
                cell
                for cell in self._cells(unit, [], taken)
                if cell[0] in ("departed", "arrived", "moved_within")
            }
            for cell in cells | ({("people", "")} if taken else set()):
                members.setdefault(cell, set()).add(number)
        found = {}
        for (measure, row), counted in members.items():
            itself = chosen.events if measure == "people" else frozenset()
            least, most = (
                self._alternatives(chosen.status, units, counted, itself, sign) for sign in (1, -1)
            )
            found[measure, row, ""] = least or 0, most
        return found

    def _alternatives(
        self, status: str, units: list[Unit], counted: set[int], itself: frozenset[str], sign: int
    ) -> int | None:
        """Return the least (sign 1) or the most (-1) people of plans that may stand for each other.

        Columns: people of each unit, of each event that is itself no more than planned, and of what counts
        of each event.
        """
        events = sorted({unit.events[0] for unit in units} | itself)
        own = [key for key in events if self.took_place[key] == status]
        whole = {key: len(units) + k for k, key in enumerate(own)}
        target = {key: len(units) + len(own) + k for k, key in enumerate(events)}
        width = len(units) + len(own) + len(events)
        rows: list[tuple[dict[int, float], float, float]] = []

        def holds(columns: Iterable[int], low: float, high: float, less: int | None = None) -> None:
            rows.append((dict.fromkeys(columns, 1.0) | ({} if less is None else {less: -1.0}), low, high))

        for each in self.claimed.values():
            high = np.inf if each.high is None else each.high
            if not each.group and each.subject in whole:
                holds([whole[each.subject]], each.low, high)
            elif not each.group:
                of = [number for number, unit in enumerate(units) if each.subject in unit.legs]
                if of:
                    holds(of, each.low, high)
        spoken_of = {str(row["subject_id"]) for row in self.claims.values()}
        for key in events:
            roots: dict[str, list[int]] = {}
            for number, unit in enumerate(units):
                if unit.events[0] == key:
                    roots.setdefault(unit.legs[0], []).append(number)
            everyone = list(chain.from_iterable(roots.values()))
            if key in whole:
                for root in roots.values():
                    holds(root, -np.inf, 0.0, whole[key])
                if roots and key not in spoken_of:
                    holds(everyone, 0.0, np.inf, whole[key])
            limit = [whole[key]] if key in whole else None
            if key in itself and limit:
                holds(limit, 0.0, 0.0, target[key])
            elif sign > 0:
                for root in roots.values():
                    holds(counted.intersection(root), -np.inf, 0.0, target[key])
            else:
                holds(counted.intersection(everyone), 0.0, np.inf, target[key])
                if limit:
                    holds(limit, 0.0, np.inf, target[key])
        if not rows:
            return 0
        matrix = np.zeros((len(rows), width))
        for number, (row, _, _) in enumerate(rows):
            for column, weight in row.items():
                matrix[number, column] += weight
        cost = np.zeros(width)
        cost[[*target.values()]] = sign
        limits = np.array([row[1:] for row in rows], dtype=float)
        result = milp(
            cost, constraints=LinearConstraint(matrix, *limits.T), integrality=1, bounds=Box(0, _CAP)
        )
        assert result.status == 0, result.message
        best = round(abs(result.fun))
        return None if best >= _CAP else best


def _day(value: Any) -> int | None:
    return (
        None if pd.isna(value) else int(np.datetime64(pd.Timestamp(value).to_datetime64(), "D").astype(int))
    )


def _days(row: Mapping[str, Any], first: str, last: str) -> Days:
    found = _day(row[first]), _day(row[last])
    assert found[0] is not None
    assert found[1] is not None
    return found[0], found[1]


def _span(text: str) -> Days:
    first, last = (int(np.datetime64(day, "D").astype(int)) for day in span(text))
    return first, last


def _narrowed(points: list[Days]) -> tuple[Days, ...]:
    """Return points in time of one person as far as their order narrows them: none is before the last one."""
    first = np.maximum.accumulate([point[0] for point in points])
    last = np.minimum.accumulate([point[1] for point in points][::-1])[::-1]
    return tuple((int(low), int(high)) for low, high in zip(first, last, strict=True))


# The product's figures in the same form.


def product_figures(dataset: Dataset, filters: Filters, days: Iterable[dt.date] = ()) -> dict[Key, Bounds]:
    """Return every figure as the product gives it, by the keys of `Oracle.figures`."""
    chosen = select(dataset, filters)
    totals = country_totals(chosen)
    found = {
        (measure, code, ""): bounds
        for measure in MEASURES
        for code, bounds in _column(totals, measure).items()
    }
    found["people", "", ""] = bounds_of_count(people(chosen))
    line = timeline(chosen)
    together = list(_column(line, "people").values())
    for day in days:
        text = day.isoformat()
        for row, bounds in _column(present(chosen, day), "present").items():
            found["present", row, text] = bounds
        until = int(line.index.searchsorted(pd.Timestamp(day), side="right"))
        found["timeline", "", text] = together[until - 1] if until else (0, 0)
    return found


def _column(table: pd.DataFrame, name: str) -> dict[str, Bounds]:
    low, high = table[f"{name}_min"], table[f"{name}_max"]
    return {
        str(row): (int(least), None if pd.isna(most) else int(most))
        for row, least, most in zip(table.index, low, high, strict=True)
    }


def bounds_of_count(value: Any) -> Bounds:
    """Return a count of the product as a pair."""
    low, high = value if isinstance(value, tuple) else (value.minimum, value.maximum)
    return int(low), None if high is None else int(high)
