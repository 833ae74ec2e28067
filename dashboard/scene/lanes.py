"""Which way each line bows: clear of the country of origin and of the pins, and apart from its like."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cache, lru_cache

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from dashboard.scene.legs import Leg
from geodata.geo import boundaries, routes
from geodata.model.dataset import Dataset

__all__ = ["bows_of", "frame"]

_FAN_STEP, _FAN_WIDTH = 0.09, 0.42  # how far apart lines on one pair bow, and how far all of them together
_EUROPE = (-8.0, 40.0, 45.0, 62.0)  # west, south, east, north: the view of an empty selection


def bows_of(dataset: Dataset, legs: Sequence[Leg]) -> list[float]:
    """Return how far each line bows, as `geodata.geo.routes.bowed` takes it."""
    size = Counter((leg.origin, leg.destination) for leg in legs)
    drawn: Counter[tuple[str, str]] = Counter()
    spreads = []
    for leg in legs:
        pair = (leg.origin, leg.destination)
        spreads.append(round(drawn[pair] * min(_FAN_STEP, _FAN_WIDTH / max(size[pair] - 1, 1)), 4))
        drawn[pair] += 1
    return _lanes(dataset).bows(legs, spreads)


class _Lanes:
    """The lines of a dataset, each looked for once: no filter moves a line that stays."""

    def __init__(self, dataset: Dataset) -> None:
        legs, places = dataset.transfers, dataset.locations
        self.points = dict(
            zip(places.index, zip(places["longitude"], places["latitude"], strict=True), strict=True)
        )
        self.code = places["country_code"].to_dict()
        used = {*legs["origin_id"], *legs["destination_id"], *legs["via"].explode().dropna()}
        self.pins = [self.points[place] for place in sorted(used)]
        self.released_in = _released_in(dataset)
        self.known: dict[tuple[tuple[str, ...], float, tuple[str, ...]], float] = {}

    def bows(self, legs: Sequence[Leg], spreads: Sequence[float]) -> list[float]:
        """Return the bows of some transfers' lines."""
        keys = [
            (leg.stops, spread, self._left_behind(leg)) for leg, spread in zip(legs, spreads, strict=True)
        ]
        fresh = list({key for key in keys if key not in self.known})
        if fresh:
            found = routes.bows(
                [[self.points[stop] for stop in stops] for stops, _, _ in fresh],
                spreads=[spread for _, spread, _ in fresh],
                avoid=[_land(codes) for _, _, codes in fresh],
                pins=self.pins,
            )
            self.known.update(zip(fresh, found.round(4).tolist(), strict=True))
        return [self.known[key] for key in keys]

    def _left_behind(self, leg: Leg) -> tuple[str, ...]:
        """Return the countries that its people were let out of and that it does not touch."""
        return tuple(sorted(self.released_in.get(leg.event, set()) - {self.code[stop] for stop in leg.stops}))


@lru_cache(maxsize=4)
def _lanes(dataset: Dataset) -> _Lanes:
    return _Lanes(dataset)


def _released_in(dataset: Dataset) -> dict[str, set[str]]:
    """Return for each event the countries that its people were let out of."""
    events, legs = dataset.events, dataset.transfers
    first = legs[legs["follows"].str.len() == 0]
    let_out = [
        *zip(events.index, events["country_code"], strict=True),
        *zip(first["event_id"], first["origin_country"], strict=True),
    ]
    known = set(boundaries.country_codes())
    found: dict[str, set[str]] = {}
    for event, code in let_out:
        found.setdefault(event, set()).update({code} & known)
    return found


@cache
def _land(codes: tuple[str, ...]) -> BaseGeometry | None:
    """Return the land of some countries in one geometry that is quick to test against."""
    if not codes:
        return None
    land: BaseGeometry = shapely.union_all([boundaries.land(code) for code in codes])
    shapely.prepare(land)
    return land


def frame(
    dataset: Dataset, legs: Sequence[Leg], bows: Sequence[float], places: npt.NDArray[np.float64]
) -> list[float]:
    """Return what holds all lines and places: west, south, east, north (degrees; east may pass 180).

    Parameters
    ----------
    dataset
        Where the places are.
    legs, bows
        The lines that are to be inside with their bows; the ends of others are places.
    places
        Longitude and latitude, one row a place.
    """
    if not len(places):
        return list(_EUROPE)
    points = _lanes(dataset).points
    shapes = {(leg.stops, bow) for leg, bow in zip(legs, bows, strict=True)}
    paths = routes.paths(
        [[points[stop] for stop in stops] for stops, _ in shapes], [bow for _, bow in shapes]
    )
    every = np.concatenate([*paths, places])
    around = np.sort(every[:, 0] % 360)
    widest = int(np.diff(around, append=around[0] + 360).argmax())  # the widest empty stretch is left out
    west, east = around[(widest + 1) % len(around)], around[widest]
    east += 360 if east < west else 0
    turn = 360 if west + east > 360 else 0
    south, north = every[:, 1].min(), every[:, 1].max()
    return [round(float(edge), 3) for edge in (west - turn, south, east - turn, north)]
