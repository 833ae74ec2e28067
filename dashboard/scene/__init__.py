"""A selection as the map and its player need it: deck.gl layers without data, and the data.

The layers are built with pydeck and hold fixed column names, units and styles only. Whatever a dataset says
travels by itself, large tables as Arrow columns of plain numbers and texts: no cell of a dataset ever
reaches deck.gl's JSON converter, which would read one that begins with ``@@`` as an instruction.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from dashboard import theme
from dashboard.messages.days import date_text, precision_text
from dashboard.messages.figures import STATUS_WORDS
from dashboard.messages.player import texts
from dashboard.scene.comparison import Other, compared
from dashboard.scene.drawn import MAX_DOTS, Days, Drawn, drawn_transfers, moments
from dashboard.scene.fixed import deck
from dashboard.scene.lanes import bows_of, frame
from dashboard.scene.legend import MAX_WIDTH_PX, ONWARD, Scale, fills_of, legend_of
from dashboard.scene.parts import Counters, Scene, Sizes, Time, View
from dashboard.scene.times import counters, left, levels_of, standing
from dashboard.server import assets
from geodata.analysis.selection import Selection
from geodata.geo import boundaries, names
from geodata.geo.routes import BOWS
from geodata.model.counts import maxima, minima
from geodata.model.schema import STATUSES

__all__ = ["MAX_DOTS", "MAX_LINES", "MAX_WIDTH_PX", "Scene", "scene"]

MAX_LINES = 2_000
"""Transfers beyond which those with one origin, destination, days and status are drawn as one, and lines
neither part nor make a detour."""

STATES = "", *(STATUS_WORDS[status] for status in STATUSES[1:]), "overtaken plan", ONWARD
STYLES = ("done", "planned", "refused")
"""Looks of lines, and above what a text adds of a transfer that did not take place, by their numbers."""


def scene(
    selection: Selection,
    totals: pd.DataFrame,
    *,
    measure: str,
    other: tuple[Selection, pd.DataFrame] | None = None,
    about: Mapping[str, str] | None = None,
) -> Scene:
    """Return all that the player draws.

    Parameters
    ----------
    selection
        The chosen records; every transfer is drawn, those that are counted are animated and counted.
    totals
        `geodata.country_totals` of the selection.
    measure
        Which column pair of `totals` colours the countries, such as ``remained``.
    other
        The same filters under another basis, and its totals: what this map is compared with. The scene then
        marks the transfers whose bounds differ, and from when on counters and fills do; both maps have the
        same days, classes, widths and dots.
    about
        What the page says of this map: ``caption``, a heading on it; ``title`` and ``filters``, which a
        picture of it carries.
    """
    compared_with = (other,) if other is not None else ()
    days = Days.of(selection, *(theirs for theirs, _ in compared_with))
    transfers = drawn_transfers(selection, days)
    many = len(transfers) > MAX_LINES
    drawn, merged = _merged(transfers) if many else (transfers, [1] * len(transfers))
    few = [] if many else drawn
    bows = bows_of(selection.dataset, few) if few else [BOWS[0]] * len(drawn)
    places = _places(selection, transfers)
    place_row = {place: k for k, place in enumerate(places.index)}
    events = selection.events.sort_values(["earliest", "latest"], kind="stable")
    written = dict.fromkeys([*events["date"], *(transfer.date for transfer in drawn)])
    dates = {date: k for k, date in enumerate(written)}
    levels = levels_of(selection, totals, measure, days)
    running = counters(selection, days)
    others = [Other.of(*one, measure, days) for one in compared_with]
    scale = Scale.of(
        [transfers, *(one.transfers for one in others)],
        [*levels, *(level for one in others for level in one.levels)],
    )
    fills = fills_of(selection, levels, totals, scale)
    about = dict(about or {})
    words = texts(selection.dataset.counts) | about
    if len(drawn) < len(transfers):
        words["merged"] = (
            f"{len(transfers):,} transfers are drawn as {len(drawn):,}: those with one origin, destination, "
            "days and status together. Figures count each."
        )
    digest = _digest(
        [
            [
                [replace(one.filters, t="", at=None, figure="").query(), one.dataset.reference]
                for one in (selection, *(theirs for theirs, _ in compared_with))
            ],
            measure,
            about,
        ]
    )
    stands = selection.filters.t or None, selection.filters.at
    found = Scene(
        id=_digest([digest, *stands]),
        selection=digest,
        t=stands[0],
        at=stands[1],
        transfers=_transfers(drawn, merged, bows, events, places, dates),
        events=_events(events, dates),
        places=places.assign(id=places.index).reset_index(drop=True),
        counts=_steps(running.steps, "row"),
        standing=_steps(standing(selection, list(places.index), days), "place"),
        via={
            k: tuple(place_row[stop] for stop in transfer.stops[1:-1])
            for k, transfer in enumerate(drawn)
            if transfer.stops[1:-1]
        },
        dates=tuple((date_text(date), precision_text(date)) for date in dates),
        states=STATES,
        deck=deck(),
        urls={name: assets.url(name) for name in ("pydeck.js", "basemap.geojson", "disputed.geojson")},
        colors={"light": theme.LIGHT, "dark": theme.DARK},
        time=Time(days.first.isoformat(), days.end, moments(events, drawn, days, dates)),
        counters=Counters(running.rows),
        fills=fills,
        scale=Sizes(scale.per_dot, scale.pixels),
        legend=legend_of(scale, measure, fills, transfers, places, selection.dataset.counts),
        names=_names(selection.filters.lang),
        view=View(
            frame(selection.dataset, few, bows[: len(few)], places[["lon", "lat"]].to_numpy(dtype=float))
        ),
        texts=words,
    )
    for one in others:
        found = compared(found, drawn, levels, running, one)
    return found


def _merged(transfers: Sequence[Drawn]) -> tuple[list[Drawn], list[int]]:
    """Return transfers with those that look alike drawn as one, and how many each stands for."""
    alike: dict[tuple[object, ...], list[Drawn]] = {}
    waits = left(transfers)
    for transfer in transfers:
        key = (
            transfer.stops,
            transfer.status,
            transfer.superseded,
            transfer.counted,
            transfer.onward,
            transfer.moves,
            transfer.start,
            transfer.end,
        )
        alike.setdefault((*key, waits.get(transfer.id)), []).append(transfer)
    together = []
    for group in alike.values():
        if len(group) == 1:
            together.append(group[0])
            continue
        low, high = sum(transfer.low for transfer in group), sum(transfer.high for transfer in group)
        together.append(group[0]._replace(low=low, high=high))
    return together, [len(group) for group in alike.values()]


def _transfers(
    transfers: Sequence[Drawn],
    merged: Sequence[int],
    bows: Sequence[float],
    events: pd.DataFrame,
    places: pd.DataFrame,
    dates: Mapping[str, int],
) -> pd.DataFrame:
    """Return the transfers as drawn, in order of time; `Transfer` in payload.js types each column."""
    waits = left(transfers)
    place = {key: k for k, key in enumerate(places.index)}
    event = {key: k for k, key in enumerate(events.index)}
    return pd.DataFrame(
        {
            "id": [transfer.id for transfer in transfers],
            "event": np.array([event.get(transfer.event, -1) for transfer in transfers], dtype=np.int32),
            "from": np.array([place[transfer.origin] for transfer in transfers], dtype=np.int32),
            "to": np.array([place[transfer.destination] for transfer in transfers], dtype=np.int32),
            "waits_at": np.array(
                [place[waits.get(transfer.id, transfer.origin)] for transfer in transfers], dtype=np.int32
            ),
            "bow": np.array(bows, dtype=np.float32),
            "start": np.array([transfer.start for transfer in transfers], dtype=np.float64),
            "lasts": np.array([transfer.end - transfer.start for transfer in transfers], dtype=np.float64),
            **_bounds([transfer.low for transfer in transfers], [transfer.high for transfer in transfers]),
            "style": np.array([_style(transfer) for transfer in transfers], dtype=np.uint8),
            "superseded": np.array(
                [transfer.superseded or transfer.onward for transfer in transfers], dtype=np.uint8
            ),
            "moves": np.array([transfer.moves for transfer in transfers], dtype=np.uint8),
            "merged": np.array(merged, dtype=np.int32),
            "state": np.array([STATES.index(_state(transfer)) for transfer in transfers], dtype=np.uint8),
            "date": pd.Series([transfer.date for transfer in transfers], dtype=object)
            .map(dates)
            .to_numpy(dtype=np.int32),
        }
    )


def _state(transfer: Drawn) -> str:
    """Return what a text adds of a transfer that did not take place."""
    if transfer.onward:
        return ONWARD
    if transfer.superseded:
        return "overtaken plan"
    return "" if transfer.status == "done" else STATUS_WORDS[transfer.status]


def _style(transfer: Drawn) -> int:
    return STYLES.index("refused" if transfer.status in ("attempted", "denied") else transfer.status)


def _places(selection: Selection, transfers: Sequence[Drawn]) -> pd.DataFrame:
    """Return the places that the selection touches, by id."""
    ids = {stop for transfer in transfers for stop in transfer.stops} | set(selection.events["location_id"])
    places = selection.locations[selection.locations.index.isin(ids)]
    return pd.DataFrame(
        {
            "name": places["name"],
            "lon": places["longitude"].astype(np.float32),
            "lat": places["latitude"].astype(np.float32),
            "ring": places["precision"].isin(["country", "region"]).astype(np.uint8),
            "country_only": (places["precision"] == "country").astype(np.uint8),
            "country": places["country_code"],
        }
    )


def _events(events: pd.DataFrame, dates: Mapping[str, int]) -> pd.DataFrame:
    """Return the events in order of time."""
    return pd.DataFrame(
        {
            "id": events.index,
            "date": np.array([dates[date] for date in events["date"]], dtype=np.int32),
            "title": events["title"].to_numpy(),
            **_bounds(minima(events), maxima(events)),
        }
    )


def _steps(steps: Sequence[Sequence[float]], where: str) -> pd.DataFrame:
    """Return from which second on which bounds hold where."""
    second, row, low, high = np.array(steps, dtype=float).reshape(-1, 4).T
    return pd.DataFrame(
        {"second": second.astype(np.float64), where: row.astype(np.int32), **_bounds(low, high)}
    )


def _bounds(low: npt.ArrayLike, high: npt.ArrayLike) -> dict[str, npt.NDArray[np.int32]]:
    """Return bounds as they travel: the lower one, and what the upper one adds to it; -1 is an open one.

    What is mostly 0 takes next to no room once the table is compressed.
    """
    low, high = np.asarray(low, dtype=float), np.asarray(high, dtype=float)
    more = np.where(np.isinf(high), -1, high - low)
    return {"min": low.astype(np.int32), "more": more.astype(np.int32)}


@cache
def _names(language: str) -> dict[str, str]:
    return {code: names.country_name(code, language) for code in boundaries.country_codes()}


def _digest(content: object) -> str:
    """Return 12 hex digits that stand for a JSON value."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:12]
