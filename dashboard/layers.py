"""A selection as the map and its player need it: deck.gl layers without data, and the data beside them.

The layers are built with pydeck and hold fixed column names, units and styles only. Whatever a dataset says
travels beside them as plain numbers and texts: no cell of a dataset ever reaches deck.gl's JSON converter,
which would read one that begins with ``@@`` as an instruction.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import pandas as pd
import pydeck as pdk
import shapely
from shapely.geometry.base import BaseGeometry

from dashboard import assets, theme
from geodata import countries, routes
from geodata.counts import bounds, label, maxima, minima
from geodata.filters import PRESENT
from geodata.presence import IN_TRANSIT, history
from geodata.selection import Selection

__all__ = ["MAX_DOTS", "MAX_WIDTH_PX", "scene"]

Json: TypeAlias = dict[str, Any]
Point: TypeAlias = tuple[float, float]
_Level: TypeAlias = tuple[int, str, int, float]  # second, where, bounds on the people there from then on
_Told: TypeAlias = tuple[int, str, Any]  # second, where, what is told of it from then on

MAX_WIDTH_PX = 15.0
"""Width of the widest line."""
MAX_DOTS = 500
"""People beyond which a dot stands for more than one of them."""

_MANY = 60  # transfers beyond which all lines grow thinner together
_DAY = 86_400  # seconds
_FAN_STEP, _FAN_WIDTH = 0.09, 0.42  # how far apart lines on one pair bow, and how far all of them together
_LEG_COLUMNS = (
    "event_id", "origin_id", "destination_id", "via", "origin_country", "destination_country", "date",
    "status", "superseded", "counted", "reported", "follows", "earliest", "latest",
)  # fmt: skip
_DIFFERS = "differs from the other map"
_EUROPE = (-8.0, 40.0, 45.0, 62.0)  # west, south, east, north: the view of an empty selection


def scene(
    selection: Selection,
    totals: pd.DataFrame,
    *,
    measure: str,
    other: tuple[Selection, pd.DataFrame] | None = None,
    caption: str = "",
) -> Json:
    """Return all that the player draws, ready for JSON.

    Parameters
    ----------
    selection
        The chosen records; every transfer is drawn, those that are counted are animated and counted.
    totals
        `geodata.country_totals` of the selection.
    measure
        Which column pair of `totals` colours the countries, such as ``remained``.
    other
        The same filters under another basis, and its totals: what this map is compared with. Each transfer
        then says whether its bounds differ, and counters and fills list which of them do and from when on;
        both maps have the same days, classes, widths and dots.
    caption
        A heading on the map; "" for none.

    Returns
    -------
    dict
        ``id`` and ``selection`` (digests: of everything, and of everything but where the reader stands),
        ``deck`` (layers for deck.gl's JSON converter, without data), ``time`` (seconds from an epoch),
        ``transfers``, ``places``, ``counters``, ``fills``, ``legend``, ``steps``, ``view``, ``texts``,
        ``colors``, ``urls`` and the reader's ``t`` and ``at``. `dashboard/player/payload.js` types each part.
    """
    compared = (other,) if other is not None else ()
    days = _Days.of(selection, *(theirs for theirs, _ in compared))
    legs = _legs(selection, days)
    points = _points(selection)
    paths = _paths(selection, legs, points)
    places = _places(selection, legs)
    levels = _levels(selection, legs, totals, measure, days)
    others = [_Other.of(*one, measure, days) for one in compared]
    scale = _Scale.of(
        [legs, *(one.legs for one in others)], [*levels, *(level for one in others for level in one.levels)]
    )
    fills = _fills(levels, totals, scale)
    content: Json = {
        "deck": _deck(),
        "urls": {name: assets.url(name) for name in ("pydeck.js", "basemap.geojson", "disputed.geojson")},
        "colors": {"light": theme.LIGHT, "dark": theme.DARK},
        "time": {
            "epoch": days.first.isoformat(),
            "end": days.end,
            "moments": _moments(selection, legs, days),
        },
        "transfers": _transfers(legs, paths, points, scale),
        "places": places,
        "people": {"per_dot": scale.per_dot},
        "counters": _counters(selection, legs, totals, days),
        "standing": _standing(legs, [place["id"] for place in places]),
        "fills": fills,
        "legend": _legend(scale, measure, fills, legs, places),
        "names": _names(),
        "steps": _steps(selection, legs),
        "view": {"bounds": _bounds(paths, places)},
        "texts": {**_texts(selection.counted), **({"caption": caption} if caption else {})},
    }
    for one in others:
        content = _compared(content, levels, one)
    digest = _digest(content)
    stands: Json = {"t": selection.filters.t or None, "at": list(selection.filters.at or ()) or None}
    return {"id": _digest([digest, stands]), "selection": digest, **content, **stands}


# ---- dates and words


class _Days(NamedTuple):
    """The days of a selection, to be counted in seconds from the first midnight."""

    first: dt.date
    last: dt.date

    @classmethod
    def of(cls, *selections: Selection) -> _Days:
        """Return the span of all records, without the open ends of intervals."""
        found = [
            day.date()
            for selection in selections
            for records in (selection.events, selection.transfers)
            for name in ("earliest", "latest")
            for day in records[name].dropna().unique()
            if 1 < day.year < 9999
        ]
        return cls(min(found, default=dt.date(2000, 1, 1)), max(found, default=dt.date(2000, 1, 1)))

    @property
    def end(self) -> int:
        """Return the midnight after the last day."""
        return ((self.last - self.first).days + 1) * _DAY

    def span(self, earliest: pd.Timestamp, latest: pd.Timestamp) -> tuple[int, int]:
        """Return the first midnight of a record and the midnight after its last day."""
        return self._offset(earliest, self.first), self._offset(latest, self.last) + _DAY

    def _offset(self, day: pd.Timestamp, unknown: dt.date) -> int:
        known = unknown if pd.isna(day) else min(max(day.date(), self.first), self.last)
        return (known - self.first).days * _DAY


@dataclass(frozen=True)
class _Leg:
    """One transfer, as drawn.

    Parameters
    ----------
    id, event, origin, destination, stops
        Ids: the transfer's, its event's, its places', and all its places in order.
    origin_country, destination_country
        Country codes.
    status, superseded, counted, reported
        As in the selection.
    low, high
        Bounds on the number of people; infinity where open.
    start, end
        First midnight, and midnight after the last day (seconds from the epoch).
    date
        EDTF: its own, else its event's.
    text
        What moved, in words.
    before
        Ids of the chosen transfers that brought its people.
    """

    id: str
    event: str
    origin: str
    destination: str
    stops: tuple[str, ...]
    origin_country: str
    destination_country: str
    status: str
    superseded: bool
    counted: bool
    reported: bool
    low: int
    high: float
    start: int
    end: int
    date: str
    text: str
    before: tuple[str, ...]

    @property
    def moves(self) -> bool:
        """Whether people are drawn as dots: they moved, and somebody says how many."""
        return self.counted and self.status == "done" and self.reported and self.high > 0

    @property
    def crosses(self) -> bool:
        """Whether it leads from one country to another."""
        return self.origin_country != self.destination_country

    @property
    def label(self) -> str:
        """The number of people as it is written."""
        return _label(self.low, self.high)


def _legs(selection: Selection, days: _Days) -> list[_Leg]:
    """Return the chosen transfers in order of time."""
    legs = selection.transfers.sort_values(["earliest", "latest"], kind="stable")
    names = selection.locations["name"].to_dict()
    chosen = set(legs.index)
    rows = zip(
        legs.index, *(legs[name].tolist() for name in _LEG_COLUMNS), minima(legs), maxima(legs), strict=True
    )
    found = []
    for (
        key, event, origin, destination, via, origin_country, destination_country, date, status,
        superseded, counted, reported, follows, earliest, latest, low, high,
    ) in rows:  # fmt: skip
        stops = (origin, *via, destination)
        start, end = days.span(earliest, latest)
        state = "overtaken plan" if superseded else theme.STATUS_WORDS[status]
        way = " → ".join(str(names.get(stop, stop)) for stop in stops)
        found.append(
            _Leg(
                id=key,
                event=event,
                origin=origin,
                destination=destination,
                stops=stops,
                origin_country=origin_country,
                destination_country=destination_country,
                status=status,
                superseded=bool(superseded),
                counted=bool(counted),
                reported=bool(reported),
                low=int(low),
                high=float(high),
                start=start,
                end=end,
                date=date,
                text=f"{_people(int(low), high)}: {way}" + (f" ({state})" if status != "done" else ""),
                before=tuple(leg for leg in follows if leg in chosen),
            )
        )
    return found


def _label(low: float, high: float) -> str:
    return label(*bounds(low, high))


def _people(low: float, high: float) -> str:
    """Return a number of people with its noun."""
    count = _label(low, high)
    if count == "not reported":
        return "people, number not reported"
    return theme.people_text(count)


def _moments(selection: Selection, legs: Sequence[_Leg], days: _Days) -> list[Json]:
    """Return the distinct spans of events and transfers, with the titles that belong to each."""
    events = selection.events
    cells = (events[name].tolist() for name in ("earliest", "latest", "date", "title"))
    rows = [
        *((days.span(first, last), 0, date, title) for first, last, date, title in zip(*cells, strict=True)),
        *(((leg.start, leg.end), 1 if leg.moves else 2, leg.date, leg.text) for leg in legs),
    ]
    moments: dict[tuple[int, int], Json] = {}
    for (start, end), rank, date, title in sorted(rows):
        moment = moments.setdefault(
            (start, end),
            {
                "start": start,
                "end": end,
                "event": rank == 0,
                "moves": False,
                "date": theme.date_text(date),
                "precision": theme.precision_text(date),
                "titles": [],
            },
        )
        moment["moves"] = moment["moves"] or rank == 1
        if rank == 0 or not moment["event"]:  # where an event is named, its transfers need not be
            moment["titles"].append(title)
    return list(moments.values())


def _steps(selection: Selection, legs: Sequence[_Leg]) -> list[Json]:
    """Return the movements in words: events in order of time, each with the indexes of its transfers."""
    events = selection.events.sort_values(["earliest", "latest"], kind="stable")
    of_event: dict[str, list[int]] = {}
    for k, leg in enumerate(legs):
        of_event.setdefault(leg.event, []).append(k)
    rows = zip(events.index, events["date"], events["title"], minima(events), maxima(events), strict=True)
    return [
        {
            "id": key,
            "date": theme.date_text(date),
            "title": title,
            "count": _people(low, high),
            "transfers": of_event.get(key, []),
        }
        for key, date, title, low, high in rows
    ]


# ---- lines and places


def _points(selection: Selection) -> dict[str, Point]:
    """Return longitude and latitude of every place."""
    places = selection.locations
    return dict(zip(places.index, zip(places["longitude"], places["latitude"], strict=True), strict=True))


def _paths(selection: Selection, legs: Sequence[_Leg], points: Mapping[str, Point]) -> list[routes.Path]:
    """Return the lane of each transfer."""
    code = selection.locations["country_code"].to_dict()
    used = sorted({stop for leg in legs for stop in leg.stops})
    size = Counter((leg.origin, leg.destination) for leg in legs)
    drawn: Counter[tuple[str, str]] = Counter()
    released_in = _released_in(selection)
    paths = []
    for leg in legs:
        pair = (leg.origin, leg.destination)
        step = min(_FAN_STEP, _FAN_WIDTH / max(size[pair] - 1, 1))
        paths.append(
            _lane(
                tuple(points[stop] for stop in leg.stops),
                drawn[pair] * step,
                tuple(sorted(released_in.get(leg.event, set()) - {code[stop] for stop in leg.stops})),
                tuple(points[place] for place in used if place not in leg.stops),
            )
        )
        drawn[pair] += 1
    return paths


@lru_cache(maxsize=4096)
def _lane(
    stops: tuple[Point, ...], spread: float, avoid: tuple[str, ...], pins: tuple[Point, ...]
) -> routes.Path:
    return routes.lane(stops, spread=spread, avoid=_land(avoid), pins=pins)


def _released_in(selection: Selection) -> dict[str, set[str]]:
    """Return for each event the countries that its people were let out of."""
    events, legs = selection.dataset.events, selection.dataset.transfers
    first = legs[legs["follows"].str.len() == 0]
    let_out = [
        *zip(events.index, events["country_code"], strict=True),
        *zip(first["event_id"], first["origin_country"], strict=True),
    ]
    known = set(countries.country_codes())
    found: dict[str, set[str]] = {}
    for event, code in let_out:
        found.setdefault(event, set()).update({code} & known)
    return found


@cache
def _land(codes: tuple[str, ...]) -> BaseGeometry | None:
    """Return the land of some countries in one geometry that is quick to test against."""
    if not codes:
        return None
    land: BaseGeometry = shapely.union_all([countries.land(code) for code in codes])
    shapely.prepare(land)
    return land


def _transfers(
    legs: Sequence[_Leg], paths: Sequence[routes.Path], points: Mapping[str, Point], scale: _Scale
) -> list[Json]:
    """Return the transfers, each with its path.

    A path is flat longitude, latitude, … in thousandths of a degree: the first point, then the steps from
    point to point, which are short to write.
    """
    waits = _left(legs)
    return [
        {
            "id": leg.id,
            "path": np.diff(np.rint(1000 * path).astype(int), axis=0, prepend=0).ravel().tolist(),
            "start": leg.start,
            "end": leg.end,
            "min": leg.low,
            "max": None if math.isinf(leg.high) else int(leg.high),
            "width_min": round(scale.pixels * math.sqrt(leg.low), 2),
            "width_max": None if math.isinf(leg.high) else round(scale.pixels * math.sqrt(leg.high), 2),
            "style": "refused" if leg.status in ("attempted", "denied") else leg.status,
            "stop": _stop(leg, path, points),
            "superseded": leg.superseded,
            "moves": leg.moves,
            "from": leg.origin,
            "to": leg.destination,
            "waits_at": waits.get(leg.id, leg.origin),
            "label": leg.label,
            "text": leg.text,
            "date": theme.date_text(leg.date),
        }
        for leg, path in zip(legs, paths, strict=True)
    ]


def _stop(leg: _Leg, path: routes.Path, points: Mapping[str, Point]) -> int | None:
    """Return at which vertex an attempt ended, where a source names the place; -1 where none does."""
    if leg.status not in ("attempted", "denied"):
        return None
    on_the_way = [points[stop] for stop in leg.stops[1:-1]]
    return int(np.hypot(*(path - on_the_way[-1]).T).argmin()) if on_the_way else -1


def _places(selection: Selection, legs: Sequence[_Leg]) -> list[Json]:
    """Return the places that the selection touches."""
    ids = {stop for leg in legs for stop in leg.stops} | set(selection.events["location_id"])
    places = selection.locations[selection.locations.index.isin(ids)]
    cells = (places[name].tolist() for name in ("name", "longitude", "latitude", "precision", "country_code"))
    return [
        {
            "id": key,
            "name": name,
            "lon": round(longitude, 4),
            "lat": round(latitude, 4),
            "ring": precision in ("country", "region"),
            "country_only": precision == "country",
            "country": code,
        }
        for key, name, longitude, latitude, precision, code in zip(places.index, *cells, strict=True)
    ]


def _bounds(paths: Sequence[routes.Path], places: Sequence[Json]) -> list[float]:
    """Return what holds the selection: west, south, east, north (degrees; east past 180 where need be)."""
    if not places:
        return list(_EUROPE)
    points = np.concatenate([*paths, [[place["lon"], place["lat"]] for place in places]])
    around = np.sort(points[:, 0] % 360)
    widest = int(np.diff(around, append=around[0] + 360).argmax())  # the widest empty stretch is left out
    west, east = around[(widest + 1) % len(around)], around[widest]
    east += 360 if east < west else 0
    turn = 360 if west + east > 360 else 0
    south, north = points[:, 1].min(), points[:, 1].max()
    return [round(float(edge), 3) for edge in (west - turn, south, east - turn, north)]


# ---- people


def _per_dot(legs: Iterable[_Leg]) -> int:
    """Return how many people a dot stands for: 1, 2, 5, 10, …, so that no more than `MAX_DOTS` are drawn."""
    people = sum(leg.low if math.isinf(leg.high) else leg.high for leg in legs if leg.moves)
    steps: Iterator[int] = (step * 10**power for power in range(12) for step in (1, 2, 5))
    return next(step for step in steps if people <= step * MAX_DOTS)


class _Change(NamedTuple):
    """People who come to a place or leave it."""

    second: int
    comes: bool  # who leaves in the same second leaves first
    where: str
    low: int
    high: float


def _changes(legs: Iterable[_Leg], arrive: Mapping[str, str], leave: Mapping[str, str]) -> list[_Change]:
    """Return who leaves where when a transfer begins, and who arrives where when it has ended."""
    changes = []
    for leg in legs:
        if leg.id in leave:
            changes.append(_Change(leg.start, False, leave[leg.id], leg.low, leg.high))
        if leg.id in arrive:
            changes.append(_Change(leg.end, True, arrive[leg.id], leg.low, leg.high))
    return sorted(changes)


def _present(changes: Iterable[_Change]) -> Iterator[_Level]:
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


def _remained(abroad: Sequence[_Leg]) -> Iterator[_Level]:
    """Yield second, country and the bounds of the people who have come to it and not gone on."""
    arrive = {leg.id: leg.destination_country for leg in abroad}
    leave = {leg.id: leg.origin_country for leg in abroad if leg.before}
    return _present(_changes(abroad, arrive, leave))


def _left(legs: Sequence[_Leg]) -> dict[str, str]:
    """Return for each leg that follows another the place to which that one had brought its people."""
    reached = {leg.id: leg.destination for leg in legs}
    return {leg.id: reached[leg.before[0]] for leg in legs if leg.before and leg.before[0] in reached}


def _counters(selection: Selection, legs: Sequence[_Leg], totals: pd.DataFrame, days: _Days) -> Json:
    """Return who is where: `geodata.presence.history` of the countries that people came to.

    ``rows`` names the countries, and in the end those on the way, with the figure that each number is at the
    end of a day; ``steps`` lists second, row and text in order of time. During a day those who set out on it
    are on the way, and no longer where they were.
    """
    reached = totals[totals["arrived_max"].fillna(1) > 0]
    reached = reached.sort_values("remained_min", ascending=False, kind="stable")
    names = dict(zip(map(str, reached.index), reached["country"], strict=True)) | {IN_TRANSIT: "on the way"}
    row = {code: k for k, code in enumerate(names)}
    known = _at_day_ends(selection, days)
    steps = [
        (second, row[code], _label(low, high)) for code in names for second, low, high in known.get(code, [])
    ]
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
            steps.append((second + 1, row[code], _label(max(low + least, 0), max(high + most, 0))))
            steps.append((second + _DAY, row[code], _label(*_level_at(known.get(code, []), second + _DAY))))
    return {
        "rows": [{"code": code, "name": name, "figure": f"{code}.{PRESENT}"} for code, name in names.items()],
        "steps": [list(step) for step in sorted(steps, key=itemgetter(0))],
    }


def _at_day_ends(selection: Selection, days: _Days) -> dict[str, list[tuple[int, float, float]]]:
    """Return who is where at the ends of days: second and bounds by row of `geodata.presence.history`."""
    told = history(selection)
    found: dict[str, list[tuple[int, float, float]]] = {}
    for code, day, low, high in zip(
        told["country_code"], told["day"], minima(told, PRESENT), maxima(told, PRESENT), strict=True
    ):
        found.setdefault(code, []).append((days.span(day, day)[1], low, high))
    return found


def _level_at(levels: Sequence[tuple[int, float, float]], second: int) -> tuple[float, float]:
    """Return the bounds that hold at a time; nobody before the first."""
    until = bisect_right(levels, second, key=itemgetter(0))
    return levels[until - 1][1:] if until else (0.0, 0.0)


def _together(legs: Iterable[_Leg], most_of_event: Mapping[str, float]) -> tuple[float, float]:
    """Return how many people set out on some transfers; first ones carry at most their event's people."""
    low, most = 0, Counter[tuple[str, bool]]()
    for leg in legs:
        low += leg.low
        most[leg.event, not leg.before] += leg.high  # type: ignore[assignment]  # infinity where open
    high = sum(min(n, most_of_event.get(event, n)) if first else n for (event, first), n in most.items())
    return low, high


def _standing(legs: Sequence[_Leg], place_ids: Sequence[str]) -> list[list[int]]:
    """Return how many people stand at each place: second, index of the place, lower and upper bound.

    People leave from where the leg before had brought them, though a source may name the next leg's
    origin differently ("Ukraine", "Chernihiv"). An open upper bound is not drawn; the lower one is.
    """
    moving = [leg for leg in legs if leg.moves]
    index = {place: k for k, place in enumerate(place_ids)}
    return [
        [second, index[place], low, low if math.isinf(high) else int(high)]
        for second, place, low, high in _present(
            _changes(moving, {leg.id: leg.destination for leg in moving}, _left(moving))
        )
        if place in index
    ]


# ---- countries and legend


def _levels(
    selection: Selection, legs: Sequence[_Leg], totals: pd.DataFrame, measure: str, days: _Days
) -> list[_Level]:
    """Return the measure of each country from each second at which it changes, ending with `totals`."""
    counted = [leg for leg in legs if leg.counted]
    # The midnight at which a transfer begins is the end of the day before, on which nobody had left.
    abroad = [replace(leg, start=leg.start + 1) for leg in counted if leg.crosses]
    flows: dict[str, list[_Level]] = {
        "departed": [(leg.start, leg.origin_country, leg.low, leg.high) for leg in abroad],
        "passed_on": [(leg.start, leg.origin_country, leg.low, leg.high) for leg in abroad if leg.before],
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


def _releases(selection: Selection, days: _Days) -> list[_Level]:
    """Return when and where people were released."""
    own = selection.events[selection.events["own"]]
    cells = (own[name].tolist() for name in ("earliest", "latest", "country_code"))
    rows = zip(*cells, minima(own), maxima(own), strict=True)
    return [(days.span(first, last)[0], code, int(low), high) for first, last, code, low, high in rows]


def _summed(flow: Iterable[_Level]) -> Iterator[_Level]:
    """Yield running sums by country."""
    sums: dict[str, tuple[int, float]] = {}
    for second, code, low, high in sorted(flow):
        before = sums.get(code, (0, 0.0))
        sums[code] = before[0] + low, before[1] + high
        yield second, code, *sums[code]


class _Scale(NamedTuple):
    """How large numbers look: the same on two maps that are compared.

    Parameters
    ----------
    limits
        The lowest value of each class of the choropleth.
    greatest
        The greatest value that a country ever has.
    pixels
        Width of a line for one person; widths grow with the square root.
    per_dot
        People that a dot stands for.
    """

    limits: list[int]
    greatest: int
    pixels: float
    per_dot: int

    @classmethod
    def of(cls, maps: Sequence[Sequence[_Leg]], levels: Sequence[_Level]) -> _Scale:
        """Return the scale for the transfers of each map and the countries of all."""
        known = [int(n) for _, _, low, high in levels for n in (low, high) if math.isfinite(n)]
        widest = max(
            (leg.low if math.isinf(leg.high) else leg.high for legs in maps for leg in legs), default=1
        )
        most = max(len(legs) for legs in maps)
        return cls(
            limits=theme.class_limits(known),
            greatest=max(known, default=0),
            pixels=min(1.0, MAX_WIDTH_PX / math.sqrt(max(widest, 1)), math.sqrt(_MANY / max(most, 1))),
            per_dot=max(map(_per_dot, maps)),
        )


def _fills(levels: Sequence[_Level], totals: pd.DataFrame, scale: _Scale) -> Json:
    """Return how the countries are coloured.

    ``steps`` lists second, code, class, and the higher class that the upper bound may reach (0 for none), in
    order of time; ``origins`` the countries where journeys began.
    """
    limits = scale.limits
    steps: list[list[Any]] = []
    shown: dict[str, tuple[int, int]] = {}
    for second, code, low, high in levels:
        found = theme.class_of(low, limits)
        # How far an open bound reaches nobody knows: at least one class higher is possible.
        highest = min(found + 1, len(limits)) if math.isinf(high) else theme.class_of(int(high), limits)
        now = found, highest if highest > found else 0
        if now != shown.get(code, (0, 0)):
            shown[code] = now
            steps.append([second, code, *now])
    # Whoever left beyond those who had come began the journey there.
    began = maxima(totals, "departed") > maxima(totals, "passed_on")
    return {"steps": steps, "origins": totals.index[began | (maxima(totals, "released") > 0)].tolist()}


def _legend(scale: _Scale, measure: str, fills: Json, legs: Sequence[_Leg], places: Sequence[Json]) -> Json:
    """Return what the legend explains: only what this map shows."""
    dot = scale.per_dot
    told = [leg for leg in legs if leg.reported]
    wide = [leg for leg in told if leg.low < leg.high < math.inf]
    statuses = {leg.status for leg in legs}
    items = {
        "line": ("width: number of people", any(leg.low for leg in legs)),
        "band": ("at least … at most", bool(wide)),
        "open": ("this many or more", any(math.isinf(leg.high) for leg in told)),
        "unreported": ("number not reported", len(told) < len(legs)),
        "planned": ("planned", "planned" in statuses),
        "refused": ("attempted or denied", bool(statuses & {"attempted", "denied"})),
        "person": ("one person" if dot == 1 else f"up to {dot} people", any(leg.moves for leg in legs)),
        "perhaps": (f"{'one' if dot == 1 else f'up to {dot}'} more, perhaps", any(leg.moves for leg in wide)),
        "ring": ("only the country is known", any(place["ring"] for place in places)),
        "origin": ("country of origin", bool(fills["origins"])),
        "reach": ("may belong to a higher class", any(step[3] for step in fills["steps"])),
        "disputed": ("disputed area", True),
    }  # fmt: skip
    labels = theme.class_labels(scale.limits, scale.greatest)
    return {
        "title": theme.MEASURE_WORDS[measure] if scale.limits else "",
        "classes": [{"class": k, "label": text} for k, text in enumerate(labels, start=1)],
        "items": [{"kind": kind, "label": text} for kind, (text, present) in items.items() if present],
    }


@cache
def _names() -> dict[str, str]:
    return {code: countries.country_name(code) for code in countries.country_codes()}


# ---- two maps


class _Other(NamedTuple):
    """The map that this one is compared with."""

    legs: list[_Leg]
    levels: list[_Level]
    counters: Json

    @classmethod
    def of(cls, selection: Selection, totals: pd.DataFrame, measure: str, days: _Days) -> _Other:
        """Return what another selection tells, in seconds of the same days."""
        legs = _legs(selection, days)
        levels = _levels(selection, legs, totals, measure, days)
        return cls(legs, levels, _counters(selection, legs, totals, days))


def _compared(content: Json, levels: Sequence[_Level], other: _Other) -> Json:
    """Return a scene with marks on all that the other map tells differently, at every time."""
    told = {leg.id: bounds(leg.low, leg.high) for leg in other.legs}
    transfers = [
        {**leg, "differs": told.get(leg["id"]) != (leg["min"], leg["max"])} for leg in content["transfers"]
    ]
    row = {code: k for k, code in enumerate(_counted(content["counters"]))}
    counts = _unlike(_counts(content["counters"]), _counts(other.counters), nobody="0")
    fills = _unlike(_spans(levels), _spans(other.levels), nobody=(0, 0))
    differs = {
        "counters": [[second, row[code], unlike] for second, code, unlike in counts if code in row],
        "fills": [list(step) for step in fills],
    }
    marked = any(leg["differs"] for leg in transfers) or any(differs.values())
    item = {"kind": "differs", "label": _DIFFERS}
    return {
        **content,
        "transfers": transfers,
        **{part: {**content[part], "differs": steps} for part, steps in differs.items()},
        "legend": {**content["legend"], "items": content["legend"]["items"] + [item] * marked},
        "texts": {**content["texts"], "differs": _DIFFERS},
    }


def _counted(counters: Json) -> list[str]:
    """Return what each row of the counters counts."""
    return [row["code"] for row in counters["rows"]]


def _counts(counters: Json) -> list[_Told]:
    """Return what the counters say, and from when on."""
    counted = _counted(counters)
    return [(second, counted[row], text) for second, row, text in counters["steps"]]


def _spans(levels: Iterable[_Level]) -> list[_Told]:
    """Return the bounds of each country, and from when on they hold."""
    return [(second, code, (low, high)) for second, code, low, high in levels]


def _unlike(ours: Iterable[_Told], theirs: Iterable[_Told], *, nobody: Any) -> list[tuple[int, str, bool]]:
    """Return from which second on something is told differently, or alike again.

    Parameters
    ----------
    ours, theirs
        What each map tells, in order of time.
    nobody
        What holds where nothing has been told yet.
    """
    told: dict[str, list[Any]] = {}
    shown: dict[str, bool] = {}
    steps = []
    both = [(second, where, what, k) for k, map_ in enumerate((ours, theirs)) for second, where, what in map_]
    for second, group in groupby(sorted(both, key=itemgetter(0)), key=itemgetter(0)):
        for _, where, what, k in group:
            told.setdefault(where, [nobody, nobody])[k] = what
        now = {where: one != another for where, (one, another) in told.items()}
        steps += [
            (second, where, unlike) for where, unlike in now.items() if unlike != shown.get(where, False)
        ]
        shown = now
    return steps


# ---- the fixed parts


@cache
def _deck() -> Json:
    """Return the layers, bottom to top, without data: the player gives each its rows and its colours.

    The countries lie below them on a canvas of their own. There is no map style and no map provider, so
    nothing is fetched from a tile server.
    """
    pixels = '"pixels"'  # pydeck reads a bare string as the name of a column
    band: Json = {"get_polygon": "polygon", "pickable": True}
    spot: Json = {
        "get_position": "position",
        "radius_units": pixels,
        "line_width_units": pixels,
        "stroked": True,
    }
    mark = {**spot, "pickable": True}
    # Two kinds of layers in all: each is a program that the graphics card has to compile before it draws.
    layers = {
        "outer": ("SolidPolygonLayer", band),
        "inner": ("SolidPolygonLayer", band),
        "rings": ("ScatterplotLayer", {**mark, "filled": False, "get_radius": 10, "get_line_width": 1.8}),
        "pins": ("ScatterplotLayer", {**mark, "get_radius": 4.5, "get_line_width": 1.6}),
        "people": ("ScatterplotLayer", {**spot, "get_radius": 2.6, "get_line_width": 0.9}),
    }
    deck = pdk.Deck(
        layers=[pdk.Layer(kind, id=name, data=[], **style) for name, (kind, style) in layers.items()],
        initial_view_state=None,
        views=None,
        map_provider=None,
    )
    return {"layers": json.loads(deck.to_json())["layers"]}


def _texts(counted: str) -> dict[str, str]:
    """Return the words that the player writes."""
    return {
        "map": "Map of the movements",
        "player": "Player",
        "play": "Play",
        "pause": "Pause",
        "previous": "Previous event",
        "next": "Next event",
        "scrubber": "Day shown",
        "pace": "Pace",
        "skip": "Quiet days skipped",
        "skip_short": "skip quiet days,",
        "calendar": "Calendar time",
        "day_a_second": "day a second",
        "days_a_second": "days a second",
        "loop": "Play again and again",
        "full_screen": "Full screen",
        "leave_full_screen": "Leave full screen",
        "steps": "Steps",
        "steps_title": "Step by step",
        "show_claims": "show the claims",
        "legend": "Legend",
        "zoom_in": "Zoom in",
        "zoom_out": "Zoom out",
        "whole": "Show the whole selection",
        "wheel": "Ctrl + scroll zooms the map",
        "quiet": "no movement reported on this day",
        "where": f"Where people {'are' if counted == 'done' else 'would be'} on this day",
        "place_unknown": "place not reported",
        "empty": "No movement matches",
        "schematic": "Lines are schematic.",
        "attribution": countries.ATTRIBUTION,
        "point_of_view": countries.POINT_OF_VIEW,
        "no_webgl": "This browser cannot draw the map: WebGL is missing or off. The steps tell the same.",
        "blocked": "The drawing program could not be loaded. The steps tell the same.",
        "no_basemap": "The countries could not be loaded; movements are drawn without them.",
        "lost": "The browser took the map's drawing surface away. It comes back by itself if it can.",
    }


def _digest(content: Any) -> str:
    """Return 12 hex digits that stand for a JSON value."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:12]
