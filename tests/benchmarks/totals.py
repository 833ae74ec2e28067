"""Time from a query string to country totals, on the built-in dataset."""

from statistics import median
from time import perf_counter

from geodata import Filters, country_totals, load, select
from geodata.load import DATA_FOLDER, choose

RUNS = 21
QUERIES = ("event=2025-12-13&status=done", "", "basis=all")


def run(*, quick: bool = False) -> None:
    """Print the median of `RUNS` runs of each query."""
    dataset = load(choose(DATA_FOLDER))
    print(f"totals of {dataset.reference}, median of {RUNS} runs, milliseconds")
    for query in QUERIES:
        times = []
        for _ in range(RUNS):
            start = perf_counter()
            country_totals(select(dataset, Filters.parse(query)[0]))
            times.append(perf_counter() - start)
        print(f"{median(times) * 1000:8.1f}  {query or '(everything)'}")
