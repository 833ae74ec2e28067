"""A selection as the map and its player need it: deck.gl layers without data, and the data beside them.

The layers are built with pydeck and hold fixed column names, units and styles only. Whatever a dataset says
travels beside them, large tables as Arrow columns of plain numbers and texts: no cell of a dataset ever
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
from dashboard.scene.fixed import deck
from dashboard.scene.lanes import bows_of, frame
from dashboard.scene.legend import MAX_WIDTH_PX, ONWARD, Scale, fills_of, legend_of
from dashboard.scene.legs import MAX_DOTS, Days, Json, Leg, legs_of, moments
from dashboard.scene.times import counters, left, levels_of, standing
from dashboard.server import assets
from geodata.analysis.selection import Selection
from geodata.geo import boundaries, names
from geodata.geo.routes import BOWS
from geodata.model.counts import maxima, minima
from geodata.model.schema import STATUSES

__all__ = ["MAX_DOTS", "MAX_LINES", "MAX_WIDTH_PX", "scene"]

MAX_LINES = 2_000
"""Transfers beyond which those with one origin, destination, days and status are drawn as one, and lines
neither part nor make a detour."""

STATES = ["", *(STATUS_WORDS[status] for status in STATUSES[1:]), "overtaken plan", ONWARD]
STYLES = ("done", "planned", "refused")
"""Looks of lines, and above what a text adds of a transfer that did not take place, by their numbers."""


def scene(
    selection: Selection,
    totals: pd.DataFrame,
    *,
    measure: str,
    other: tuple[Selection, pd.DataFrame] | None = None,
    about: Mapping[str, str] | None = None,
) -> Json:
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
        The same filters under another basis, and its totals: what this map is compared with. It then lists
        the transfers whose bounds differ, and counters and fills list which of them do and from when on;
        both maps have the same days, classes, widths and dots.
    about
        What the page says of this map: ``caption``, a heading on it; ``title`` and ``filters``, which a
        picture of it carries.

    Returns
    -------
    dict
        Tables (DataFrame): ``transfers``, ``events``, ``places``, ``counts``, ``standing``. JSON: ``id`` and
        ``selection`` (digests: of everything, and of everything but where the reader stands), ``deck``
        (layers for deck.gl's JSON converter, without data), ``time`` (seconds from an epoch), ``via``,
        ``counters``, ``fills``, ``scale``, ``legend``, ``view``, ``texts``, ``colors``, ``urls`` and the
        reader's ``t`` and ``at``. `dashboard/player/payload.js` types each part.
    """
    compared_with = (other,) if other is not None else ()
    days = Days.of(selection, *(theirs for theirs, _ in compared_with))
    legs = legs_of(selection, days)
    drawn, merged = _merged(legs) if len(legs) > MAX_LINES else (legs, [1] * len(legs))
    few = drawn if len(legs) <= MAX_LINES else []
    bows = bows_of(selection.dataset, few) if few else [BOWS[0]] * len(drawn)
    places = _places(selection, legs)
    events = selection.events.sort_values(["earliest", "latest"], kind="stable")
    levels = levels_of(selection, totals, measure, days)
    others = [Other.of(*one, measure, days) for one in compared_with]
    scale = Scale.of(
        [legs, *(one.legs for one in others)], [*levels, *(level for one in others for level in one.levels)]
    )
    fills = fills_of(selection, levels, totals, scale)
    told = counters(selection, days)
    told_dates = dict.fromkeys([*events["date"], *(leg.date for leg in drawn)])
    dates = {date: k for k, date in enumerate(told_dates)}
    place_row = {place: k for k, place in enumerate(places.index)}
    via = {k: [place_row[stop] for stop in leg.stops[1:-1]] for k, leg in enumerate(drawn) if leg.stops[1:-1]}
    content: Json = {
        "deck": deck(),
        "urls": {name: assets.url(name) for name in ("pydeck.js", "basemap.geojson", "disputed.geojson")},
        "colors": {"light": theme.LIGHT, "dark": theme.DARK},
        "time": {
            "epoch": days.first.isoformat(),
            "end": days.end,
            "moments": moments(events, drawn, days, dates),
        },
        "via": via,
        "dates": [[date_text(date), precision_text(date)] for date in dates],
        "states": STATES,
        "counters": told,
        "fills": fills,
        "scale": {"per_dot": scale.per_dot, "pixels": scale.pixels},
        "legend": legend_of(scale, measure, fills, legs, places, selection.dataset.counts),
        "names": _names(selection.filters.lang),
        "view": {
            "bounds": frame(
                selection.dataset, few, bows[: len(few)], places[["lon", "lat"]].to_numpy(dtype=float)
            )
        },
        "texts": {**texts(selection.dataset.counts), **(about or {})},
        "differs": [],
    }
    if len(drawn) < len(legs):
        content["texts"]["merged"] = (
            f"{len(legs):,} transfers are drawn as {len(drawn):,}: those with one origin, destination, days "
            "and status together. Figures count each."
        )
    for one in others:
        content = compared(content, drawn, levels, one)
    tables = {
        "transfers": _transfers(drawn, merged, bows, events, places, dates),
        "events": _events(events, dates),
        "places": places.assign(id=places.index),
        "counts": _steps(content["counters"].pop("steps"), "row"),
        "standing": _steps(standing(selection, list(places.index), days), "place"),
    }
    tables = {name: table.reset_index(drop=True) for name, table in tables.items()}
    stands: Json = {
        "t": selection.filters.t or None,
        "at": list(selection.filters.at or ()) or None,
    }
    asked = [
        [replace(one.filters, t="", at=None, figure="").query(), one.dataset.reference]
        for one in (selection, *(theirs for theirs, _ in compared_with))
    ]
    digest = _digest([asked, measure, dict(about or {})])
    return {"id": _digest([digest, stands]), "selection": digest, **tables, **content, **stands}


def _merged(legs: Sequence[Leg]) -> tuple[list[Leg], list[int]]:
    """Return transfers with those that look alike drawn as one, and how many each stands for."""
    alike: dict[tuple[object, ...], list[Leg]] = {}
    waits = left(legs)
    for leg in legs:
        key = (leg.stops, leg.status, leg.superseded, leg.counted, leg.onward, leg.moves, leg.start, leg.end)
        alike.setdefault((*key, waits.get(leg.id)), []).append(leg)
    together = []
    for group in alike.values():
        if len(group) == 1:
            together.append(group[0])
            continue
        low, high = sum(leg.low for leg in group), sum(leg.high for leg in group)
        together.append(group[0]._replace(low=low, high=high))
    return together, [len(group) for group in alike.values()]


def _transfers(
    legs: Sequence[Leg],
    merged: Sequence[int],
    bows: Sequence[float],
    events: pd.DataFrame,
    places: pd.DataFrame,
    dates: Mapping[str, int],
) -> pd.DataFrame:
    """Return the transfers as drawn, in order of time; `Transfer` in payload.js types each column."""
    waits = left(legs)
    place = {key: k for k, key in enumerate(places.index)}
    event = {key: k for k, key in enumerate(events.index)}
    return pd.DataFrame(
        {
            "id": [leg.id for leg in legs],
            "event": np.array([event.get(leg.event, -1) for leg in legs], dtype=np.int32),
            "from": np.array([place[leg.origin] for leg in legs], dtype=np.int32),
            "to": np.array([place[leg.destination] for leg in legs], dtype=np.int32),
            "waits_at": np.array([place[waits.get(leg.id, leg.origin)] for leg in legs], dtype=np.int32),
            "bow": np.array(bows, dtype=np.float32),
            "start": np.array([leg.start for leg in legs], dtype=np.float64),
            "lasts": np.array([leg.end - leg.start for leg in legs], dtype=np.float64),
            **_bounds([leg.low for leg in legs], [leg.high for leg in legs]),
            "style": np.array([_style(leg) for leg in legs], dtype=np.uint8),
            "superseded": np.array([leg.superseded or leg.onward for leg in legs], dtype=np.uint8),
            "moves": np.array([leg.moves for leg in legs], dtype=np.uint8),
            "merged": np.array(merged, dtype=np.int32),
            "state": np.array([STATES.index(_state(leg)) for leg in legs], dtype=np.uint8),
            "date": pd.Series([leg.date for leg in legs], dtype=object).map(dates).to_numpy(dtype=np.int32),
        }
    )


def _state(leg: Leg) -> str:
    """Return what a text adds of a transfer that did not take place."""
    if leg.onward:
        return ONWARD
    if leg.superseded:
        return "overtaken plan"
    return "" if leg.status == "done" else STATUS_WORDS[leg.status]


def _style(leg: Leg) -> int:
    return STYLES.index("refused" if leg.status in ("attempted", "denied") else leg.status)


def _places(selection: Selection, legs: Sequence[Leg]) -> pd.DataFrame:
    """Return the places that the selection touches, by id."""
    ids = {stop for leg in legs for stop in leg.stops} | set(selection.events["location_id"])
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
