"""Who is where as the clock runs: people at places, counters of countries, the measure that colours them."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import NamedTuple, TypeAlias

import pandas as pd

from dashboard import theme
from dashboard.layers.legs import DAY, Days, Json, Leg
from geodata.counts import maxima, minima
from geodata.filters import PRESENT
from geodata.presence import IN_TRANSIT, history
from geodata.selection import Selection

__all__ = ["Level", "counters", "left", "levels_of", "standing"]

Level: TypeAlias = tuple[int, str, int, float]
"""Second, where, bounds on the people there from then on."""


_AFTER_MIDNIGHT = 1
"""Seconds: the midnight at which a transfer begins is the end of the day before, on which nobody had left."""


class _Change(NamedTuple):
    """People who come to a place or leave it."""

    second: int
    comes: bool  # who leaves in the same second leaves first
    where: str
    low: int
    high: float


def _changes(
    legs: Iterable[Leg], arrive: Mapping[str, str], leave: Mapping[str, str], *, delay: int = 0
) -> list[_Change]:
    """Return who leaves where a delay (seconds) after a transfer begins, and who arrives where at its end."""
    changes = []
    for leg in legs:
        if leg.id in leave:
            changes.append(_Change(leg.start + delay, False, leave[leg.id], leg.low, leg.high))
        if leg.id in arrive:
            changes.append(_Change(leg.end, True, arrive[leg.id], leg.low, leg.high))
    return sorted(changes)


def _present(changes: Iterable[_Change]) -> Iterator[Level]:
    """Yield second, place and the bounds of the people there, whenever they change."""
    nobody = (0, 0.0)
    came: dict[str, tuple[int, float]] = {}
    left: dict[str, tuple[int, float]] = {}
    for second, comes, where, low, high in changes:
        sums = came if comes else left
        before = sums.get(where, nobody)
        sums[where] = before[0] + low, before[1] + high
        (in_low, in_high), (out_low, out_high) = came.get(where, nobody), left.get(where, nobody)
        yield second, where, int(max(in_low - out_high, 0)), max(in_high - out_low, 0)


def _remained(abroad: Sequence[Leg]) -> Iterator[Level]:
    """Yield second, country and the bounds of the people who have come to it and not gone on."""
    arrive = {leg.id: leg.destination_country for leg in abroad}
    leave = {leg.id: leg.origin_country for leg in abroad if leg.before}
    return _present(_changes(abroad, arrive, leave, delay=_AFTER_MIDNIGHT))


def left(legs: Sequence[Leg]) -> dict[str, str]:
    """Return for each leg that follows another the place to which that one had brought its people."""
    reached = {leg.id: leg.destination for leg in legs}
    return {leg.id: reached[leg.before[0]] for leg in legs if leg.before and leg.before[0] in reached}


def counters(selection: Selection, legs: Sequence[Leg], totals: pd.DataFrame, days: Days) -> Json:
    """Return who is where: `geodata.presence.history` of the countries that people came to.

    ``rows`` names the countries, and in the end those on the way, with the figure that each number is at the
    end of a day; ``steps`` lists second, row and both bounds in order of time. During a day those who set out
    on it are on the way, and no longer where they were.
    """
    reached = totals[totals["arrived_max"].fillna(1) > 0]
    reached = reached.sort_values("remained_min", ascending=False, kind="stable")
    language = selection.filters.lang
    names = {code: theme.place_text(code, language) for code in map(str, reached.index)}
    names |= {IN_TRANSIT: "on the way"}
    row = {code: k for k, code in enumerate(names)}
    known = _at_day_ends(selection, days)
    steps = [(second, row[code], low, high) for code in names for second, low, high in known.get(code, [])]
    most_of_event = dict(zip(selection.events.index, maxima(selection.events), strict=True))
    start = attrgetter("start")
    for second, setting_out in groupby(sorted((leg for leg in legs if leg.counted), key=start), key=start):
        fresh = list(setting_out)
        added: dict[str, tuple[float, float]] = {IN_TRANSIT: _together(fresh, most_of_event)}
        for code in {leg.origin_country for leg in fresh if leg.before} & row.keys():
            gone = [leg for leg in fresh if leg.before and leg.origin_country == code]
            added[code] = -sum(leg.high for leg in gone), -sum(leg.low for leg in gone)
        for code, (least, most) in added.items():
            low, high = _level_at(known.get(code, []), second)
            steps.append((second + 1, row[code], max(low + least, 0), max(high + most, 0)))
            steps.append((second + DAY, row[code], *_level_at(known.get(code, []), second + DAY)))
    return {
        "rows": [{"code": code, "name": name, "figure": f"{code}.{PRESENT}"} for code, name in names.items()],
        "steps": [list(step) for step in sorted(steps, key=itemgetter(0))],
    }


def _at_day_ends(selection: Selection, days: Days) -> dict[str, list[tuple[int, float, float]]]:
    """Return who is where at the ends of days: second and bounds by row of `geodata.presence.history`."""
    told = history(selection)
    found: dict[str, list[tuple[int, float, float]]] = {}
    ends = days.offsets(told["day"], days.last) + DAY
    rows = zip(told["country_code"], ends.tolist(), minima(told, PRESENT), maxima(told, PRESENT), strict=True)
    for code, end, low, high in rows:
        found.setdefault(code, []).append((end, low, high))
    return found


def _level_at(levels: Sequence[tuple[int, float, float]], second: int) -> tuple[float, float]:
    """Return the bounds that hold at a time; nobody before the first."""
    until = bisect_right(levels, second, key=itemgetter(0))
    return levels[until - 1][1:] if until else (0.0, 0.0)


def _together(legs: Iterable[Leg], most_of_event: Mapping[str, float]) -> tuple[float, float]:
    """Return how many people set out on some transfers; first ones carry at most their event's people."""
    low, most = 0, Counter[tuple[str, bool]]()
    for leg in legs:
        low += leg.low
        most[leg.event, not leg.before] += leg.high  # type: ignore[assignment]  # infinity where open
    high = sum(min(n, most_of_event.get(event, n)) if first else n for (event, first), n in most.items())
    return low, high


def standing(legs: Sequence[Leg], place_ids: Sequence[str]) -> list[list[int]]:
    """Return how many people stand at each place: second, index of the place, lower and upper bound.

    People leave from where the leg before had brought them, though a source may name the next leg's
    origin differently ("Ukraine", "Chernihiv"). An open upper bound is not drawn; the lower one is.
    """
    moving = [leg for leg in legs if leg.moves]
    index = {place: k for k, place in enumerate(place_ids)}
    changes = _changes(moving, {leg.id: leg.destination for leg in moving}, left(moving))
    last = {(second, place): (low, high) for second, place, low, high in _present(changes) if place in index}
    return [
        [second, index[place], low, low if math.isinf(high) else int(high)]
        for (second, place), (low, high) in last.items()
    ]


def levels_of(
    selection: Selection, legs: Sequence[Leg], totals: pd.DataFrame, measure: str, days: Days
) -> list[Level]:
    """Return the measure of each country from each second at which it changes, ending with `totals`."""
    counted = [leg for leg in legs if leg.counted]
    abroad = [leg for leg in counted if leg.crosses]
    begin = _AFTER_MIDNIGHT
    flows: dict[str, list[Level]] = {
        "departed": [(leg.start + begin, leg.origin_country, leg.low, leg.high) for leg in abroad],
        "passed_on": [
            (leg.start + begin, leg.origin_country, leg.low, leg.high) for leg in abroad if leg.before
        ],
        "arrived": [(leg.end, leg.destination_country, leg.low, leg.high) for leg in abroad],
        "moved_within": [(g.end, g.origin_country, g.low, g.high) for g in counted if not g.crosses],
        "released": _releases(selection, days),
    }
    levels = list(_remained(abroad)) if measure == "remained" else list(_summed(flows[measure]))
    ends = zip(totals.index, minima(totals, measure), maxima(totals, measure), strict=True)
    # What cannot be seen leg by leg, such as bounds implied by others, is in the totals.
    return sorted(levels, key=lambda level: level[0]) + [
        (days.end, code, int(low), high) for code, low, high in ends
    ]


def _releases(selection: Selection, days: Days) -> list[Level]:
    """Return when and where people were released."""
    own = selection.events[selection.events["own"]]
    rows = zip(days.spans(own), own["country_code"], minima(own), maxima(own), strict=True)
    return [(start, code, int(low), high) for (start, _), code, low, high in rows]


def _summed(flow: Iterable[Level]) -> Iterator[Level]:
    """Yield running sums by country."""
    sums: dict[str, tuple[int, float]] = {}
    for second, code, low, high in sorted(flow):
        before = sums.get(code, (0, 0.0))
        sums[code] = before[0] + low, before[1] + high
        yield second, code, *sums[code]
