"""Who is where as the clock runs: people at places, counters of countries, the measure that colours them.

Nothing is added up here: every number at every second is asked of `geodata.analysis.presence` and of the
figures of the selection (`geodata.analysis`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

import numpy as np
import pandas as pd

from dashboard.messages.places import place_text
from dashboard.scene.drawn import DAY, Days, Drawn
from dashboard.scene.parts import Counter
from geodata.analysis.presence import history, timed
from geodata.analysis.selection import Selection
from geodata.analysis.totals import measure_figure
from geodata.model.counts import maxima, minima
from geodata.model.places import BEFORE, IN_TRANSIT, UNREPORTED
from geodata.query.filters import PRESENT

__all__ = ["Level", "Running", "counters", "left", "levels_of", "standing"]

Level: TypeAlias = tuple[int, str, int, float]
"""Second, where, bounds on the people there from then on."""

_NAMES = {IN_TRANSIT: "on the way", UNREPORTED: "not reported", BEFORE: "not yet set in motion"}
"""Rows of the counters of people who are in no place."""
_AFTER_MIDNIGHT = 1
"""Seconds: the midnight at which a day begins is the end of the day before, on which nobody had left yet."""


def left(transfers: Sequence[Drawn]) -> dict[str, str]:
    """Return for each transfer that follows another the place to which that one had brought its people."""
    reached = {transfer.id: transfer.destination for transfer in transfers}
    return {
        transfer.id: reached[transfer.before[0]]
        for transfer in transfers
        if transfer.before and transfer.before[0] in reached
    }


class Running(NamedTuple):
    """Who is where as the clock runs: rows of the counters; second, row and both bounds in order of time."""

    rows: tuple[Counter, ...]
    steps: list[tuple[int, int, int, float]]


def counters(selection: Selection, days: Days) -> Running:
    """Return who is where: the rows of `geodata.analysis.presence.present`, which together are all people.

    During a day those who set out on it are on the way, and no longer where they were.
    """
    levels = _levels(history(selection), days)
    last = {code: (-low, -high) for _, code, low, high in levels}
    shown = dict.fromkeys(code for second, code, _, high in levels if high > 0 and second > _AFTER_MIDNIGHT)
    countries = sorted((code for code in shown if code not in _NAMES), key=lambda code: (last[code], code))
    language = selection.filters.lang
    names = {code: place_text(code, language) for code in countries}
    names |= {code: name for code, name in _NAMES.items() if code in shown or code == IN_TRANSIT}
    row = {code: k for k, code in enumerate(names)}
    return Running(
        tuple(Counter(code, name, f"{code}.{PRESENT}") for code, name in names.items()),
        [(second, row[code], low, high) for second, code, low, high in levels if code in row],
    )


def _levels(known: pd.DataFrame, days: Days, measure: str = PRESENT) -> list[Level]:
    """Return what a table of `geodata.analysis.presence.timed` says, by the seconds of the map.

    What happened before the map's first day has happened at its beginning; what may happen for ever after its
    last day does not happen on it.
    """
    known = known[known["day"] <= np.datetime64(days.last, "s")]
    second = days.offsets(known["day"], days.first) + np.where(known["ended"], DAY, _AFTER_MIDNIGHT)
    early = known["day"].to_numpy() < np.datetime64(days.first, "s")
    second = np.where(early, 0, second)
    rows = zip(second.tolist(), known["row"], minima(known, measure), maxima(known, measure), strict=True)
    last: dict[tuple[int, str], tuple[int, float]] = {}
    for at, row, low, high in rows:
        last[at, row] = int(low), high
    levels: list[Level] = []
    shown: dict[str, tuple[int, float]] = {}
    for (at, row), bounds in last.items():
        if bounds != shown.get(row, (0, 0.0)):
            shown[row] = bounds
            levels.append((at, row, *bounds))
    return levels


def standing(selection: Selection, place_ids: Sequence[str], days: Days) -> list[list[int]]:
    """Return how many people stand at each place: second, index of the place, lower and upper bound.

    Who may have set out is on the way, until everybody must have arrived: dots show each once. People leave
    from where the transfer before had brought them, though a source may name the next origin differently
    ("Ukraine", "Chernihiv"). An open upper bound is not drawn; the lower one is.
    """
    index = {place: k for k, place in enumerate(place_ids)}
    known = _levels(history(selection, places=True, drawn=True), days)
    return [
        [second, index[place], low, low if math.isinf(high) else int(high)]
        for second, place, low, high in known
        if place in index
    ]


def levels_of(selection: Selection, totals: pd.DataFrame, measure: str, days: Days) -> list[Level]:
    """Return the measure of each country from each second at which it changes, ending with `totals`."""
    figure = measure_figure(selection, measure)
    levels = [] if figure is None else _levels(timed(figure.history(), figure.rows, measure), days, measure)
    ends = zip(totals.index, minima(totals, measure), maxima(totals, measure), strict=True)
    return levels + [(days.end, code, int(low), high) for code, low, high in ends]
