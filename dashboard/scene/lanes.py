"""Which way each line bows: clear of the country of origin and of the pins, and apart from its like."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cache, lru_cache

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from dashboard.scene.drawn import Drawn
from geodata.geo import boundaries, routes
from geodata.model.dataset import Dataset

__all__ = ["bows_of", "frame"]

_FAN_STEP, _FAN_WIDTH = 0.09, 0.42  # how far apart lines on one pair bow, and how far all of them together
_EUROPE = (-8.0, 40.0, 45.0, 62.0)  # west, south, east, north: the view of an empty selection


def bows_of(dataset: Dataset, transfers: Sequence[Drawn]) -> list[float]:
    """Return how far each line bows, as `geodata.geo.routes.bowed` takes it."""
    size = Counter((transfer.origin, transfer.destination) for transfer in transfers)
    drawn: Counter[tuple[str, str]] = Counter()
    spreads = []
    for transfer in transfers:
        pair = (transfer.origin, transfer.destination)
        spreads.append(round(drawn[pair] * min(_FAN_STEP, _FAN_WIDTH / max(size[pair] - 1, 1)), 4))
        drawn[pair] += 1
    return _lanes(dataset).bows(transfers, spreads)


class _Lanes:
    """The lines of a dataset, each looked for once: no filter moves a line that stays."""

    def __init__(self, dataset: Dataset) -> None:
        transfers, places = dataset.transfers, dataset.locations
        self.points = dict(
            zip(places.index, zip(places["longitude"], places["latitude"], strict=True), strict=True)
        )
        self.code = places["country_code"].to_dict()
        used = {*transfers["origin_id"], *transfers["destination_id"], *transfers["via"].explode().dropna()}
        self.pins = [self.points[place] for place in sorted(used)]
        self.released_in = _released_in(dataset)
        self.known: dict[tuple[tuple[str, ...], float, tuple[str, ...]], float] = {}

    def bows(self, transfers: Sequence[Drawn], spreads: Sequence[float]) -> list[float]:
        """Return the bows of some transfers' lines."""
        keys = [
            (transfer.stops, spread, self._left_behind(transfer))
            for transfer, spread in zip(transfers, spreads, strict=True)
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

    def _left_behind(self, transfer: Drawn) -> tuple[str, ...]:
        """Return the countries that its people were let out of and that it does not touch."""
        return tuple(
            sorted(self.released_in.get(transfer.event, set()) - {self.code[stop] for stop in transfer.stops})
        )


@lru_cache(maxsize=4)
def _lanes(dataset: Dataset) -> _Lanes:
    return _Lanes(dataset)


def _released_in(dataset: Dataset) -> dict[str, set[str]]:
    """Return for each event the countries that its people were let out of."""
    events, transfers = dataset.events, dataset.transfers
    first = transfers[transfers["follows"].str.len() == 0]
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
    dataset: Dataset, transfers: Sequence[Drawn], bows: Sequence[float], places: npt.NDArray[np.float64]
) -> tuple[float, float, float, float]:
    """Return what holds all lines and places: west, south, east, north (degrees; east may pass 180).

    Parameters
    ----------
    dataset
        Where the places are.
    transfers, bows
        The lines that are to be inside with their bows; the ends of others are places.
    places
        Longitude and latitude, one row a place.
    """
    if not len(places):
        return _EUROPE
    points = _lanes(dataset).points
    shapes = {(transfer.stops, bow) for transfer, bow in zip(transfers, bows, strict=True)}
    paths = routes.paths(
        [[points[stop] for stop in stops] for stops, _ in shapes], [bow for _, bow in shapes]
    )
    every = np.concatenate([*paths, places])
    around = np.sort(every[:, 0] % 360)
    widest = int(np.diff(around, append=around[0] + 360).argmax())  # the widest empty stretch is left out
    west, east = float(around[(widest + 1) % len(around)]), float(around[widest])
    east += 360 if east < west else 0
    turn = 360 if west + east > 360 else 0
    south, north = float(every[:, 1].min()), float(every[:, 1].max())
    return round(west - turn, 3), round(south, 3), round(east - turn, 3), round(north, 3)
