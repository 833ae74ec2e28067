"""Truth held against claims: histories of people, told at random, and the figures that come of it."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter

import numpy as np
import pandas as pd

from geodata import Dataset, Filters
from geodata.model.schema import TABLES
from tests.exact import Bounds, Key, Oracle, product_figures
from tests.truths import BEGIN, CUTS, DAYS, Truth, invent, report

HISTORIES, SETS = 250, 40
"""Histories of people, and sets of claims that are made of each."""
COMPARED = 8
"""Of every so many sets one is compared with the optimum, which takes most of the time."""
CUT_BY = ("origin", "destination", "country", "place", "date", "event", "transfer", "kind")
"""Keys by one of which every second set of claims is cut."""


@dataclass
class Tally:
    """What was found of some sets of claims: figures by measure, and how wide they are."""

    sets: int = 0
    impossible: int = 0
    enclosing: int = 0
    figures: Counter[str] = field(default_factory=Counter)
    compared: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    excluding: Counter[str] = field(default_factory=Counter)
    looser: Counter[str] = field(default_factory=Counter)
    open: Counter[str] = field(default_factory=Counter)
    widths: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    naive: list[float] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Add what was found of other sets."""
        self.sets += other.sets
        self.impossible += other.impossible
        self.enclosing += other.enclosing
        for name in ("figures", "compared", "missed", "excluding", "looser", "open"):
            getattr(self, name).update(getattr(other, name))
        for measure, widths in other.widths.items():
            self.widths.setdefault(measure, []).extend(widths)
        self.naive += other.naive

    def take(self, key: Key, real: int, exact: Bounds | None, found: Bounds) -> bool:
        """Take in one figure, and its optimum where that is known; return whether it holds the truth."""
        measure = key[0]
        self.figures[measure] += 1
        holds = found[0] <= real and (found[1] is None or real <= found[1])
        self.missed[measure] += not holds
        if exact is None:
            return holds
        self.compared[measure] += 1
        narrower = found[0] > exact[0] or (found[1] is not None and (exact[1] is None or found[1] < exact[1]))
        self.excluding[measure] += narrower
        self.looser[measure] += found != exact and not narrower
        if exact[1] is None or found[1] is None:
            self.open[measure] += 1
        else:
            self.widths.setdefault(measure, []).append((found[1] - found[0], exact[1] - exact[0]))
        return holds


def claims_table(dataset: Dataset, truth: Truth) -> pd.DataFrame:
    """Return the claims of a truth as `geodata.load` makes them: reading files anew would take most of the time."""
    columns = TABLES["claims"].columns
    table = pd.DataFrame(
        [{name: str(row.get(name, "")) for name in columns} for row in truth.rows["claims"]], columns=columns
    ).astype(str)
    for name in ("count_min", "count_max"):
        table[name] = pd.to_numeric(table[name].where(table[name] != ""), errors="coerce").astype("Int64")
    records = dataset.events.index.append(dataset.transfers.index)
    table["record"] = records.get_indexer(pd.Index(table["subject_id"]))
    return table.set_index("claim_id")


def real(truth: Truth, events: frozenset[str], legs: frozenset[str], day: dt.date) -> dict[Key, int]:
    """Return what was true of chosen events and legs, person by person."""
    chosen, text, number = (events, legs), day.isoformat(), (day - BEGIN).days
    found: dict[Key, int] = {("people", "", ""): len(truth.counted(chosen))}
    for measure, counts in truth.totals(chosen).items():
        found |= {(measure, row, ""): count for row, count in counts.items()}
    found |= {("present", row, text): count for row, count in truth.present(number, chosen).items()}
    return found | {("timeline", "", text): truth.set_in_motion(number, chosen)}


def tally(history: int, sets: int) -> Tally:
    """Return what is found of so many sets of claims that hold of one history."""
    random, result = Random(history), Tally()
    first = invent(random, events=3, legs=8, people=60, plans=0)
    for row in first.rows["events"]:  # a history has no plans: nobody could say how many people those are
        row["status"] = ""
    with tempfile.TemporaryDirectory() as folder:
        loaded = first.dataset(Path(folder) / "world")
    rides = sum(len(person.legs) for person in first.people)
    if travellers := sum(bool(person.legs) for person in first.people):
        result.naive.append(rides / travellers)
    for number in range(sets):
        truth = report(random, first)
        dataset = replace(loaded, claims=claims_table(loaded, truth))
        names = [random.choice(CUT_BY)] if random.random() < 0.5 else []
        filters = Filters(**{name: CUTS[name](random, truth) for name in names})
        day = BEGIN + dt.timedelta(days=random.randrange(DAYS))
        oracle = Oracle(dataset)
        compared = (history * sets + number) % COMPARED == 0
        exact = oracle.figures(filters, [day]) if compared else {}
        found = product_figures(dataset, filters, [day])
        result.sets += 1
        if exact is None:  # the claims are true, so this would be the oracle's mistake
            result.impossible += 1
            continue
        chosen = oracle.worlds(filters).chosen(filters)
        was = real(truth, chosen.events, chosen.transfers, day)
        zero = 0, 0
        figures = [
            (key, was.get(key, 0), exact.get(key, zero) if compared else None, found.get(key, zero))
            for key in {*exact, *found, *was}
        ]
        holds = [result.take(*each) for each in figures if each[1:] not in ((0, zero, zero), (0, None, zero))]
        result.enclosing += all(holds)
    return result


def tallies(histories: int, sets: int) -> Iterator[Tally]:
    """Yield the tally of each history, computed on all processors."""
    with ProcessPoolExecutor() as pool:
        yield from pool.map(tally, range(histories), [sets] * histories, chunksize=5)


def run(quick: bool) -> None:
    """Print how often the truth is enclosed, how wide figures are, and how far a naive sum goes wrong."""
    start, result = perf_counter(), Tally()
    histories, sets = (10, 10) if quick else (HISTORIES, SETS)
    for each in tallies(histories, sets):
        result.add(each)
    print(f"{histories} generated histories of people, {sets} sets of true claims of each;")
    print(f"truth enclosed by every figure: {result.enclosing:,} of {result.sets:,} sets")
    print(f"sets that the oracle calls impossible: {result.impossible}")
    print(
        "| measure | figures | truth missed | compared | a world excluded | looser than the optimum | open | median width (optimum) | mean width (optimum) |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    for measure in sorted(result.figures):
        number, compared = result.figures[measure], max(result.compared[measure], 1)
        widths = np.array(result.widths.get(measure, [(0, 0)]))
        middle, mean = np.median(widths, axis=0), widths.mean(axis=0)
        print(
            f"| {measure} | {number:,} | {result.missed[measure]:,} | {compared:,} | {result.excluding[measure]:,} "
            f"| {result.looser[measure] / compared:.2%} | {result.open[measure] / compared:.0%} "
            f"| {middle[0]:g} ({middle[1]:g}) | {mean[0]:.2f} ({mean[1]:.2f}) |"
        )
    print(
        "all transfers added up, with every number known, for each person who travelled: "
        f"{median(result.naive):.2f} (median of histories), {max(result.naive):.2f} (most)"
    )
    print(f"{perf_counter() - start:.0f} s")
