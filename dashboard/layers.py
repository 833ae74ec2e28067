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
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import pandas as pd
import pydeck as pdk
import shapely
from shapely.geometry.base import BaseGeometry

from dashboard import assets, theme
from geodata import countries, routes
from geodata.counts import columns, label, maxima, minima
from geodata.selection import Selection

__all__ = ["MAX_DOTS", "MAX_WIDTH_PX", "scene"]

Json: TypeAlias = dict[str, Any]
Point: TypeAlias = tuple[float, float]

MAX_WIDTH_PX = 15.0
"""Width of the widest line."""
MAX_DOTS = 500
"""People beyond which a dot stands for more than one of them."""

_DAY = 86_400  # seconds
_FAN_STEP, _FAN_WIDTH = 0.09, 0.42  # how far apart lines on one pair bow, and how far all of them together
_EUROPE = (-25.0, 34.0, 60.0, 70.0)  # west, south, east, north: the view of an empty selection


def scene(selection: Selection, totals: pd.DataFrame, *, measure: str) -> Json:
    """Return all that the player draws, ready for JSON.

    Parameters
    ----------
    selection
        The chosen records; every transfer is drawn, those that are counted are animated and counted.
    totals
        `geodata.country_totals` of the selection.
    measure
        Which column pair of `totals` colours the countries, such as ``remained``.

    Returns
    -------
    dict
        ``id`` and ``selection`` (digests: of everything, and of everything but where the reader stands),
        ``deck`` (layers for deck.gl's JSON converter, without data), ``time`` (seconds from an epoch),
        ``transfers``, ``places``, ``counters``, ``fills``, ``legend``, ``steps``, ``view``, ``texts``,
        ``colors``, ``urls`` and the reader's ``t`` and ``at``. `dashboard/player/payload.js` types each part.
    """
    legs = selection.transfers.assign(moves=_moves(selection.transfers), date=_dates(selection))
    legs["sentence"] = [_sentence(selection, leg) for leg in _rows(legs)]
    placed = selection.locations.dropna(subset=["longitude", "latitude"])
    drawn = legs[legs["origin_id"].isin(placed.index) & legs["destination_id"].isin(placed.index)]
    days = _Days.of(selection)
    paths = _paths(selection, drawn, placed)
    places = _places(selection, drawn, placed)
    fills = _fills(totals, measure)
    content: Json = {
        "deck": _deck(),
        "urls": {name: assets.url(name) for name in ("pydeck.js", "basemap.geojson", "disputed.geojson")},
        "colors": {"light": theme.LIGHT, "dark": theme.DARK},
        "time": {
            "epoch": days.first.isoformat(),
            "end": days.end,
            "moments": _moments(selection, legs, days),
        },
        "transfers": _transfers(drawn, paths, days),
        "places": places,
        "people": {"per_dot": _per_dot(legs)},
        "counters": _counters(legs, totals, days),
        "standing": _standing(legs, days, [place["id"] for place in places]),
        "fills": fills,
        "legend": _legend(totals, measure, fills, drawn, places),
        "names": _names(),
        "steps": _steps(selection.events, legs),
        "view": {"bounds": _bounds(paths, places)},
        "texts": _texts(selection.counted, off_map=len(legs) - len(drawn)),
    }
    digest = _digest(content)
    stands: Json = {"t": selection.filters.t or None, "at": list(selection.filters.at or ()) or None}
    return {"id": _digest([digest, stands]), "selection": digest, **content, **stands}


def _rows(frame: pd.DataFrame) -> Iterator[Any]:
    """Return the rows of a table as named tuples."""
    return iter(frame.itertuples())


# ---- dates and words


class _Days(NamedTuple):
    """The days of a selection, to be counted in seconds from the first midnight."""

    first: dt.date
    last: dt.date

    @classmethod
    def of(cls, selection: Selection) -> _Days:
        """Return the span of all records, without the open ends of intervals."""
        found = [
            day.date()
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

    def spans(self, records: pd.DataFrame) -> list[tuple[int, int]]:
        """Return for each record its first midnight and the midnight after its last day."""
        return [
            (self._offset(earliest, self.first), self._offset(latest, self.last) + _DAY)
            for earliest, latest in zip(records["earliest"], records["latest"], strict=True)
        ]

    def _offset(self, day: pd.Timestamp, unknown: dt.date) -> int:
        known = unknown if pd.isna(day) else min(max(day.date(), self.first), self.last)
        return (known - self.first).days * _DAY


def _moves(legs: pd.DataFrame) -> pd.Series:
    """Return which transfers' people are drawn as dots: they moved, and somebody says how many."""
    return legs["counted"] & (legs["status"] == "done") & legs["reported"] & (legs["count_max"].fillna(1) > 0)


def _dates(selection: Selection) -> list[str]:
    """Return the EDTF date of each transfer: its own, else its event's."""
    legs = selection.transfers
    of_event = selection.dataset.events["date"].reindex(legs["event_id"]).fillna("")
    dates = []
    for departed, arrived, event in zip(legs["departed"], legs["arrived"], of_event, strict=True):
        both = departed and arrived and departed != arrived and "/" not in departed + arrived
        dates.append(f"{departed}/{arrived}" if both else arrived or departed or event)
    return dates


def _people_text(count_min: int, count_max: int | None) -> str:
    """Return a count with its noun."""
    count = label(count_min, count_max)
    if count == "not reported":
        return "people, number not reported"
    return f"{count} {'person' if count == '1' else 'people'}"


def _sentence(selection: Selection, leg: Any) -> str:
    """Return one transfer as a line of the step list."""
    names = selection.locations["name"]
    way = " → ".join(str(names.get(stop, stop)) for stop in (leg.origin_id, *leg.via, leg.destination_id))
    state = "overtaken plan" if leg.superseded else theme.STATUS_WORDS[leg.status]
    return f"{_people_text(leg.count_min, leg.count_max)}: {way}" + (
        f" ({state})" if leg.status != "done" else ""
    )


def _moments(selection: Selection, legs: pd.DataFrame, days: _Days) -> list[Json]:
    """Return the distinct spans of events and transfers, with the titles that belong to each."""
    events = selection.events
    of_events = zip(days.spans(events), events["date"], events["title"], strict=True)
    of_legs = zip(days.spans(legs), legs["moves"], legs["date"], legs["sentence"], strict=True)
    rows = [
        *((span, 0, date, title) for span, date, title in of_events),
        *((span, 1 if moves else 2, date, sentence) for span, moves, date, sentence in of_legs),
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
            moment["titles"].append(str(title))
    return list(moments.values())


def _steps(events: pd.DataFrame, legs: pd.DataFrame) -> list[Json]:
    """Return the movements in words: events in order of time, each with its transfers."""
    legs = legs.sort_values("earliest", kind="stable")
    return [
        {
            "date": theme.date_text(event.date),
            "title": str(event.title),
            "count": _people_text(event.count_min, event.count_max),
            "legs": [
                {"date": theme.date_text(leg.date), "text": leg.sentence}
                for leg in _rows(legs[legs["event_id"] == event.Index])
            ],
        }
        for event in _rows(events.sort_values(["earliest", "latest"], kind="stable"))
    ]


# ---- lines and places


def _paths(selection: Selection, drawn: pd.DataFrame, placed: pd.DataFrame) -> list[routes.Path]:
    """Return the lane of each drawn transfer."""
    point = {str(row.Index): (float(row.longitude), float(row.latitude)) for row in _rows(placed)}
    stops = [
        tuple(stop for stop in (leg.origin_id, *leg.via, leg.destination_id) if stop in point)
        for leg in _rows(drawn)
    ]
    used = sorted({stop for way in stops for stop in way})
    pair = drawn.groupby(["origin_id", "destination_id"], sort=False)["event_id"]
    released_in = _released_in(selection)
    return [
        _lane(
            tuple(point[stop] for stop in way),
            int(k) * min(_FAN_STEP, _FAN_WIDTH / max(int(n) - 1, 1)),
            tuple(sorted(released_in.get(event, set()) - set(placed["country_code"].loc[list(way)]))),
            tuple(point[place] for place in used if place not in way),
        )
        for way, event, k, n in zip(
            stops, drawn["event_id"], pair.cumcount(), pair.transform("size"), strict=True
        )
    ]


@lru_cache(maxsize=4096)
def _lane(
    stops: tuple[Point, ...], spread: float, avoid: tuple[str, ...], pins: tuple[Point, ...]
) -> routes.Path:
    return routes.lane(stops, spread=spread, avoid=_land(avoid), pins=pins)


def _released_in(selection: Selection) -> Mapping[str, set[str]]:
    """Return for each event the countries that its people were let out of."""
    events, legs = selection.dataset.events, selection.dataset.transfers
    first = legs[legs["follows"].str.len() == 0]
    known = set(countries.country_codes())
    found: dict[str, set[str]] = {}
    for event, code in [
        *events["country_code"].items(),
        *zip(first["event_id"], first["origin_country"], strict=True),
    ]:
        found.setdefault(str(event), set()).update({code} & known)
    return found


@cache
def _land(codes: tuple[str, ...]) -> BaseGeometry | None:
    """Return the land of some countries in one geometry that is quick to test against."""
    if not codes:
        return None
    land: BaseGeometry = shapely.union_all([countries.land(code) for code in codes])
    shapely.prepare(land)
    return land


def _transfers(drawn: pd.DataFrame, paths: Sequence[routes.Path], days: _Days) -> list[Json]:
    """Return the drawn transfers, each with its path as flat longitude, latitude, … (degrees, 3 decimals)."""
    least, most = minima(drawn), maxima(drawn)
    widest = max(np.where(np.isinf(most), least, most), default=1)
    pixels = min(1.0, MAX_WIDTH_PX / math.sqrt(max(widest, 1)))
    waits = _left(drawn)
    return [
        {
            "id": str(leg.Index),
            "path": [round(float(degrees), 3) for degrees in path.ravel()],
            "start": start,
            "end": end,
            "min": int(low),
            "max": None if math.isinf(high) else int(high),
            "width_min": round(pixels * math.sqrt(low), 2),
            "width_max": None if math.isinf(high) else round(pixels * math.sqrt(high), 2),
            "style": "refused" if leg.status in ("attempted", "denied") else str(leg.status),
            "superseded": bool(leg.superseded),
            "moves": bool(leg.moves),
            "from": str(leg.origin_id),
            "to": str(leg.destination_id),
            "waits_at": waits.get(str(leg.Index), str(leg.origin_id)),
            "label": label(leg.count_min, leg.count_max),
            "text": leg.sentence,
            "date": theme.date_text(leg.date),
        }
        for leg, path, (start, end), low, high in zip(
            _rows(drawn), paths, days.spans(drawn), least, most, strict=True
        )
    ]


def _places(selection: Selection, drawn: pd.DataFrame, placed: pd.DataFrame) -> list[Json]:
    """Return the places that the selection touches and the map can show."""
    on_the_way = drawn["via"].explode().dropna()
    ids = [*drawn["origin_id"], *drawn["destination_id"], *on_the_way, *selection.events["location_id"]]
    return [
        {
            "id": str(place.Index),
            "name": str(place.title),
            "lon": round(float(place.longitude), 4),
            "lat": round(float(place.latitude), 4),
            "ring": place.precision in ("country", "region"),
            "country_only": place.precision == "country",
            "country": str(place.country_code),
        }
        # A row's own `name` is taken by pandas.
        for place in _rows(placed[placed.index.isin(ids)].rename(columns={"name": "title"}))
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


def _per_dot(legs: pd.DataFrame) -> int:
    """Return how many people a dot stands for: 1, 2, 5, 10, …, so that no more than `MAX_DOTS` are drawn."""
    moving = legs[legs["moves"]]
    most = maxima(moving)
    people = float(np.where(np.isinf(most), minima(moving), most).sum())
    steps: Iterator[int] = (step * 10**power for power in range(12) for step in (1, 2, 5))
    return next(step for step in steps if people <= step * MAX_DOTS)


class _Change(NamedTuple):
    """People who come to a place or leave it."""

    second: int
    where: str
    low: float
    high: float
    comes: bool


def _changes(
    legs: pd.DataFrame, arrive: Mapping[str, str], leave: Mapping[str, str], days: _Days
) -> list[_Change]:
    """Return who leaves where when a transfer begins, and who arrives where when it has ended."""
    changes = []
    for leg, (start, end), low, high in zip(
        legs.index, days.spans(legs), minima(legs), maxima(legs), strict=True
    ):
        if leg in leave:
            changes.append(_Change(start, leave[leg], low, high, False))
        if leg in arrive:
            changes.append(_Change(end, arrive[leg], low, high, True))
    return sorted(changes)


def _present(changes: Iterable[_Change]) -> Iterator[tuple[int, str, int, int | None]]:
    """Yield second, place and the bounds of the people there, whenever they change."""
    came: dict[str, tuple[float, float]] = {}
    left: dict[str, tuple[float, float]] = {}
    for second, where, low, high, comes in changes:
        sums = came if comes else left
        before = sums.get(where, (0.0, 0.0))
        sums[where] = before[0] + low, before[1] + high
        (in_low, in_high), (out_low, out_high) = came.get(where, (0.0, 0.0)), left.get(where, (0.0, 0.0))
        most = None if math.isinf(in_high) else int(max(in_high - out_low, 0))
        yield second, where, int(max(in_low - out_high, 0)), most


def _followed(legs: pd.DataFrame) -> dict[str, list[str]]:
    """Return for each leg the chosen legs that brought its people."""
    known = set(legs.index)
    return {str(leg): [str(b) for b in before if b in known] for leg, before in legs["follows"].items()}


def _left(legs: pd.DataFrame) -> dict[str, str]:
    """Return for each leg that follows another the place to which that one had brought its people."""
    reached = legs["destination_id"]
    return {leg: str(reached[before[0]]) for leg, before in _followed(legs).items() if before}


def _counters(legs: pd.DataFrame, totals: pd.DataFrame, days: _Days) -> Json:
    """Return who is where on each day, by country, ending with `totals` to the digit.

    ``rows`` names the countries; ``steps`` lists second, row and text in order of time. The row after the
    last country counts those on the way: transfers that have begun and not ended.
    """
    legs = legs[legs["counted"]]
    abroad = legs[legs["origin_country"] != legs["destination_country"]]
    followed = _followed(legs)
    arrive = {str(leg): str(code) for leg, code in abroad["destination_country"].items()}
    leave = {str(leg): str(code) for leg, code in abroad["origin_country"].items() if followed[str(leg)]}
    reached = totals[totals["arrived_max"].fillna(1) > 0]
    row = {str(code): k for k, code in enumerate(reached.index)}
    steps = [
        (second, row[code], label(low, high))
        for second, code, low, high in _present(_changes(abroad, arrive, leave, days))
        if code in row
    ]
    last = zip(row.values(), reached["remained_min"], reached["remained_max"], strict=True)
    steps += [(days.end, k, label(low, high)) for k, low, high in last]
    spans = days.spans(legs)
    for second in sorted({second for span in spans for second in span}):
        moving = legs[[start <= second < end for start, end in spans]]
        most = maxima(moving).sum()
        text = label(int(minima(moving).sum()), None if math.isinf(most) else int(most))
        steps.append((second, len(row), text))
    return {
        "rows": [{"code": code, "name": name} for code, name in reached["country"].items()],
        "steps": sorted(steps, key=lambda step: step[0]),
    }


def _standing(legs: pd.DataFrame, days: _Days, place_ids: Sequence[str]) -> list[list[int]]:
    """Return how many people stand at each place: second, index of the place, lower and upper bound.

    People leave from where the leg before had brought them, though a source may name the next leg's
    origin differently ("Ukraine", "Chernihiv"). An open upper bound is not drawn; the lower one is.
    """
    legs = legs[legs["moves"]]
    index = {place: k for k, place in enumerate(place_ids)}
    reached = {str(leg): str(place) for leg, place in legs["destination_id"].items()}
    return [
        [second, index[place], low, low if high is None else high]
        for second, place, low, high in _present(_changes(legs, reached, _left(legs), days))
        if place in index
    ]


# ---- countries and legend


def _limits(totals: pd.DataFrame, measure: str) -> tuple[list[int], int]:
    """Return the lowest value of each class, and the greatest value there is."""
    known = [int(value) for name in columns(measure) for value in totals[name].dropna()]
    return theme.class_limits(known), max(known, default=0)


def _fills(totals: pd.DataFrame, measure: str) -> Json:
    """Return each country's class, the class that its upper bound may reach, and the countries of origin."""
    limits, _ = _limits(totals, measure)
    classes, reach = {}, {}
    for code, low, high in zip(totals.index, *(totals[name] for name in columns(measure)), strict=True):
        found = theme.class_of(int(low), limits)
        highest = len(limits) if pd.isna(high) else theme.class_of(int(high), limits)
        if found:
            classes[code] = found
        if highest > found:
            reach[code] = highest
    left = (totals["released_max"].fillna(1) > 0) | (totals["departed_max"].fillna(1) > 0)
    return {
        "classes": classes,
        "reach": reach,
        "origins": [code for code in totals.index[left] if code not in classes],
    }


def _legend(
    totals: pd.DataFrame, measure: str, fills: Json, drawn: pd.DataFrame, places: Sequence[Json]
) -> Json:
    """Return what the legend explains: only what this map shows."""
    limits, greatest = _limits(totals, measure)
    moving = drawn[drawn["moves"]]
    dot = _per_dot(drawn)
    wide = drawn["reported"] & (drawn["count_max"].fillna(0) > drawn["count_min"])
    items = {
        "line": ("width: number of people", (drawn["count_min"] > 0).any()),
        "band": ("at least … at most", wide.any()),
        "open": ("this many or more", (drawn["reported"] & drawn["count_max"].isna()).any()),
        "unreported": ("number not reported", not drawn["reported"].all()),
        "planned": ("planned", (drawn["status"] == "planned").any()),
        "refused": ("attempted or denied", drawn["status"].isin(["attempted", "denied"]).any()),
        "person": ("one person" if dot == 1 else f"{dot} people", len(moving) > 0),
        "perhaps": (f"{'one' if dot == 1 else dot} more, perhaps", (wide & drawn["moves"]).any()),
        "ring": ("place not reported, only the country", any(place["ring"] for place in places)),
        "origin": ("country of origin", bool(fills["origins"])),
        "reach": ("may belong to a higher class", bool(fills["reach"])),
        "disputed": ("disputed area", True),
    }  # fmt: skip
    labels = theme.class_labels(limits, greatest)
    return {
        "title": theme.MEASURE_WORDS[measure],
        "classes": [{"class": k, "label": text} for k, text in enumerate(labels, start=1)],
        "items": [{"kind": kind, "label": text} for kind, (text, present) in items.items() if present],
    }


@cache
def _names() -> dict[str, str]:
    return {code: countries.country_name(code) for code in countries.country_codes()}


# ---- the fixed parts


@cache
def _deck() -> Json:
    """Return the layers, bottom to top, without data: the player gives each its rows and its colours.

    There is no map style and no map provider, so nothing is fetched from a tile server.
    """
    pixels = '"pixels"'  # pydeck reads a bare string as the name of a column
    line: Json = {"get_path": "path", "get_color": "color", "width_units": pixels, "joint_rounded": True}
    band: Json = {**line, "get_width": "width", "pickable": True}
    spot: Json = {
        "get_position": "position", "radius_units": pixels, "line_width_units": pixels, "stroked": True,
    }  # fmt: skip
    layers = {
        "countries": ("GeoJsonLayer", {"line_width_units": pixels, "get_line_width": 0.8}),
        "hatching": ("PathLayer", {**line, "get_width": 1.1}),
        "outer": ("PathLayer", band),
        "inner": ("PathLayer", band),
        "heads": ("SolidPolygonLayer", {"get_polygon": "polygon", "get_fill_color": "color"}),
        "rings": ("ScatterplotLayer", {**spot, "filled": False, "get_radius": 10, "get_line_width": 1.8}),
        "pins": ("ScatterplotLayer", {**spot, "get_radius": 4.5, "get_line_width": 1.6}),
        "people": ("ScatterplotLayer", {**spot, "get_radius": 2.6, "get_line_width": 0.9}),
    }
    deck = pdk.Deck(
        layers=[pdk.Layer(kind, id=name, data=[], **style) for name, (kind, style) in layers.items()],
        initial_view_state=None,
        views=None,
        map_provider=None,
    )
    return {"layers": json.loads(deck.to_json())["layers"]}


def _texts(counted: str, *, off_map: int) -> dict[str, str]:
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
        "legend": "Legend",
        "zoom_in": "Zoom in",
        "zoom_out": "Zoom out",
        "whole": "Show the whole selection",
        "wheel": "Ctrl + scroll zooms the map",
        "quiet": "no movement reported on this day",
        "where": f"Where people {'are' if counted == 'done' else 'would be'} on this day",
        "on_the_way": "on the way",
        "place_unknown": "place not reported",
        "empty": "No movement matches",
        "off_map": f"Movements without a place on the map, listed under Steps: {off_map}." if off_map else "",
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
