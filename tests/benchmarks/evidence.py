"""Time to reconcile the figures of 100,000 transfers, in the three shapes that journeys can take at worst."""

from statistics import median
from time import perf_counter

import pandas as pd

from geodata.reconcile import reconcile

RUNS = 5
LEGS = 100_000


def tables(event_count: int, legs: list[tuple[str, tuple[str, ...]]]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return events of at most `LEGS` people, and legs of at least one, from their events and what they follow."""
    event_ids = [f"event {number}" for number in range(event_count)]
    events = pd.DataFrame({"count_min": 0, "count_max": LEGS}, event_ids, dtype="Int64")
    transfers = pd.DataFrame(legs, [str(number) for number in range(len(legs))], ["event_id", "follows"])
    return events, transfers.assign(
        count_min=pd.array([1] * len(legs), "Int64"), count_max=pd.array([None] * len(legs), "Int64")
    )


def shapes() -> dict[str, tuple[pd.DataFrame, pd.DataFrame]]:
    """Return events and transfers by the name of their shape."""
    chain = [("event 0", (str(number - 1),) if number else ()) for number in range(LEGS)]
    star = [("event 0", ()) for _ in range(LEGS)]
    # Each event: two first legs, and three that follow the first of them.
    many = [
        (f"event {number // 5}", (str(number // 5 * 5),) if number % 5 > 1 else ()) for number in range(LEGS)
    ]
    return {
        "chain of 100,000 legs": tables(1, chain),
        "100,000 first legs of one event": tables(1, star),
        "20,000 events with 5 legs each": tables(LEGS // 5, many),
    }


def run() -> None:
    """Print the median of `RUNS` runs of each shape."""
    print(f"reconcile, median of {RUNS} runs, seconds (least, most)")
    for shape, (events, transfers) in shapes().items():
        seconds = []
        for _ in range(RUNS):
            start = perf_counter()
            reconcile(events, transfers)
            seconds.append(perf_counter() - start)
        print(f"{median(seconds):8.2f}  {shape} ({min(seconds):.2f}, {max(seconds):.2f})")
