"""Time to everything that is said of a selection: figures, their bounds and reasons, findings, whereabouts."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter

import pandas as pd

from dashboard.messages.doubts import doubts
from dashboard.messages.headline import headline
from geodata import (
    Dataset,
    Filters,
    Selection,
    behind,
    country_totals,
    findings,
    load,
    present,
    select,
    timeline,
)
from geodata.analysis import selection as selections
from geodata.analysis.groups import composition
from geodata.analysis.presence import history, last_day
from geodata.analysis.reconcile import reconcile
from geodata.analysis.totals import outcomes
from geodata.files.load import DATA_FOLDER, choose
from tests.worlds import claim, event, leg, write_world

RUNS = 7
EVENTS = 20_000
"""Events of the large world, each with 5 transfers and 15 claims."""
FILTERS = ("to=LT", "kind=exchange", "date=2025-06", "event=e7", "basis=all", "asof=2025-12-15")


def page(dataset: Dataset, query: str) -> tuple[Selection, pd.DataFrame]:
    """Compute what the page says above its panels and in the first of them; return selection and totals."""
    chosen = select(dataset, Filters.parse(query)[0])
    totals = country_totals(chosen)
    headline(chosen, totals)
    doubts(chosen, totals)
    outcomes(chosen)
    if day := last_day(chosen):
        present(chosen, day)
    return chosen, totals


def in_time(dataset: Dataset, query: str) -> None:
    """Compute what the map and the timeline draw of a selection as time runs."""
    chosen = select(dataset, Filters.parse(query)[0])
    timeline(chosen)
    history(chosen)
    history(chosen, places=True, drawn=True)


def everything(dataset: Dataset, query: str) -> None:
    """Compute what all panels say, and what is behind one number."""
    chosen, totals = page(dataset, query)
    timeline(chosen)
    findings(chosen, totals).listed(0, 50)
    composition(chosen)
    behind(chosen, "UA.remained")


def large_world(folder: Path, size: int) -> Path:
    """Write so many events: people go to Ukraine and to Lithuania, and from Ukraine on to three countries."""
    first_day = dt.date(2020, 1, 1)
    events, legs, claims = [], [], []
    for number in range(size):
        name, most = f"e{number}", 20 + number % 40
        day = first_day + dt.timedelta(days=number % 2000)
        later = day + dt.timedelta(days=5)
        kind = ("release", "exchange", "pardon")[number % 3]
        events.append(event(name, kind=kind, date=day.isoformat()))
        claims.append(claim(name, most + 5))
        claims.append(claim(name, 1, 5, group="women"))
        ways = [("by", "ua", "", most, day), ("by", "lt", "", 5, day)]
        ways += [
            ("ua", to, f"{name}-0", most // part, later) for to, part in (("pl", 3), ("lt", 5), ("na", 7))
        ]
        for k, (origin, destination, follows, count, departed) in enumerate(ways):
            key = f"{name}-{k}"
            ends = {"event_id": name, "follows": follows, "departed": departed.isoformat()}
            legs.append(leg(key, origin, destination, **ends))
            claims.append(claim(key, count))
            claims.append(claim(key, count, count + 1, source_id="two", standing="corroborating"))
            if k < 3:
                claims.append(claim(key, count + 1, source_id="late", standing="conflicting"))
    return write_world(folder, events=events, transfers=legs, claims=claims)


def seconds(work: Callable[[], object]) -> list[float]:
    """Return how long each of `RUNS` runs took."""
    found = []
    for _ in range(RUNS):
        start = perf_counter()
        work()
        found.append(perf_counter() - start)
    return found


def told(what: str, times: list[float]) -> None:
    print(f"{median(times) * 1000:8.0f} ms  {what} ({min(times) * 1000:.0f} to {max(times) * 1000:.0f})")


def cold(dataset: Dataset, query: str = "") -> None:
    selections._counts.cache_clear()
    everything(dataset, query)


def run(quick: bool) -> None:
    """Print medians of `RUNS` runs: the built-in dataset, the large world, `reconcile` at its worst."""
    events = EVENTS // 50 if quick else EVENTS
    print(f"what is said of a selection, median of {RUNS} runs (least to most)")
    built_in = load(choose(DATA_FOLDER))
    told(f"{built_in.reference}: everything, cold", seconds(lambda: cold(built_in)))
    told(f"{built_in.reference}: everything", seconds(lambda: everything(built_in, "")))
    with tempfile.TemporaryDirectory() as folder:
        world = large_world(Path(folder) / "world", events)
        start = perf_counter()
        large = load(world)
    print(f"{perf_counter() - start:8.1f} s   reading and checking the files of the large world, once")
    name = f"{len(large.transfers):,} transfers and {len(large.claims):,} claims"
    told(f"{name}: everything, cold", seconds(lambda: cold(large)))
    told(f"{name}: everything", seconds(lambda: everything(large, "")))
    for query in ("", *FILTERS):
        page(large, query)  # a basis is reconciled once, as on a server
        told(f"{name}: page on {query or 'all'}", seconds(lambda q=query: page(large, q)))
        told(f"{name}: map and timeline on {query or 'all'}", seconds(lambda q=query: in_time(large, q)))
    for shape, (released, legs) in shapes(events).items():
        told(f"reconcile, {shape}", seconds(lambda e=released, t=legs: reconcile(e, t)))


def shapes(size: int) -> dict[str, tuple[pd.DataFrame, pd.DataFrame]]:
    """Return events and transfers by the name of their shape: the three that journeys can take at worst."""
    legs = 5 * size
    chain = [("event 0", (str(number - 1),) if number else ()) for number in range(legs)]
    star = [("event 0", ()) for _ in range(legs)]
    # Each event: two first legs, and three that follow the first of them.
    many = [
        (f"event {number // 5}", (str(number // 5 * 5),) if number % 5 > 1 else ()) for number in range(legs)
    ]
    return {
        f"chain of {legs:,} legs": tables(1, chain),
        f"{legs:,} first legs of one event": tables(1, star),
        f"{size:,} events with 5 legs each": tables(size, many),
    }


def tables(event_count: int, legs: list[tuple[str, tuple[str, ...]]]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return events of at most as many people as legs, and these with at least one, from what they follow."""
    event_ids = [f"event {number}" for number in range(event_count)]
    events = pd.DataFrame({"count_min": 0, "count_max": len(legs)}, event_ids, dtype="Int64")
    transfers = pd.DataFrame(legs, [str(number) for number in range(len(legs))], ["event_id", "follows"])
    return events, transfers.assign(
        count_min=pd.array([1] * len(legs), "Int64"), count_max=pd.array([None] * len(legs), "Int64")
    )
