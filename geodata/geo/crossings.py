"""Countries crossed: through which a route passes, in what order, and for how many kilometres each.

A route is laid as *steps* along the geodesic. A step with no border near it is passed over; any other is cut
where it meets the edges of the countries. A *stretch* from one cut to the next is in one country: the one on
the far side of the edge crossed, or, where that is not plain, what `country_of` says of a point inside.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import Geod

from geodata.geo.boundaries import country_codes, country_parts
from geodata.geo.countries import country_of
from geodata.model.places import UNLOCATED
from geodata.model.problems import DataError, Problem, column_problems

__all__ = ["STEP_KM", "crossings"]

STEP_KM = 100.0
"""Greatest distance between two knots of a route."""

_ENDS = ("origin_longitude", "origin_latitude", "destination_longitude", "destination_latitude")
_ADDED = ("stretch", "country_code", "from_km", "km")
_LIMITS = {"longitude": 540, "latitude": 90}  # degrees; more is a slip, or metres of a projection
_TOUCH, _TOUCH_KM = 1e-10, 1e-8  # a hundredth of a millimetre, in degrees too: what is as near is on a border
_BATCH = 512  # routes; bounds the memory, whatever their number
_RUN = 8  # edges in one box of the tree: fewer make it large, more make the boxes loose
_CELLS = 4  # a degree
_EARTH = Geod(ellps="WGS84")

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]
BoolArray = NDArray[np.bool_]


def crossings(routes: pd.DataFrame, *, file: str = "the table") -> pd.DataFrame:
    """Return the countries that each route crosses, in order, with kilometres.

    A route is the geodesic (WGS 84) from origin to destination, or from place to place of ``via``. It has
    knots at most `STEP_KM` apart, and is straight in longitude and latitude between two knots. This line is
    joined with the boundary polygons exactly: no country is too small to be found.

    Parameters
    ----------
    routes
        With columns ``origin_longitude``, ``origin_latitude``, ``destination_longitude`` and
        ``destination_latitude`` in WGS 84 degrees, as numbers or as text; longitudes up to ±540 are wrapped.
        A column ``via`` may hold places on the way as text, ``longitude latitude`` with ``;`` between two.
    file
        What to call the table in a message.

    Returns
    -------
    DataFrame
        One row a stretch, on the index label of its route: the columns of `routes`, coordinates as numbers;
        ``stretch`` (1, 2, … along the route), ``country_code`` (categorical; ``unlocated`` outside all
        countries), ``from_km`` (where the stretch begins, counted from the origin) and ``km`` (its length).

    Raises
    ------
    DataError
        With every column that is missing or would be overwritten, and every cell that holds no coordinate.

    Notes
    -----
    Kilometres are measured along the geodesic; those of a route add up to its length. A route that runs along
    a border is in the alphabetically first of its countries, as a point on it is for `country_of`. A border
    that is only touched is not crossed. A route without length is one stretch of 0 km.

    The way back crosses the same as the way there. Between antipodal points many lines are equally short, and
    which one is taken is arbitrary: name a place on the way. Between its knots a route is off the geodesic by
    up to 0.25 km at 50° of latitude, 0.35 km at 60° and 2.3 km at 85°; closer to a pole there is no country.

    Examples
    --------
    >>> route = {"origin_longitude": 27.57, "origin_latitude": 53.9}  # Minsk
    >>> route |= {"destination_longitude": 25.28, "destination_latitude": 54.69}  # Vilnius
    >>> crossings(pd.DataFrame([route]))[["stretch", "country_code", "from_km", "km"]].round(1)
       stretch country_code  from_km     km
    0        1           BY      0.0  141.2
    0        2           LT    141.2   31.9
    """
    ends, via = _read(routes, file)
    route, longitude, latitude = _places(ends, via)
    batches = []
    for first in range(0, max(len(routes), 1), _BATCH):
        batch = slice(*np.searchsorted(route, [first, first + _BATCH]))
        batches.append(_stretches(_Steps.of(route[batch], longitude[batch], latitude[batch])))
    stretches = _Stretches(*map(np.concatenate, zip(*batches, strict=True)))

    codes = [*country_codes(), UNLOCATED]
    country = stretches.country
    unknown = country < 0
    found = country_of(*stretches.middle[unknown].T, near_km=0)["country_code"].cat.codes
    country[unknown] = found.where(found >= 0, len(codes) - 1)

    # What follows in the same country is one stretch.
    new = np.flatnonzero(np.diff(stretches.route, prepend=-1) | np.diff(country, prepend=-1))
    route = stretches.route[new]
    table = routes.assign(**ends).iloc[route]
    return table.assign(
        stretch=np.arange(len(route)) - np.searchsorted(route, route) + 1,
        country_code=pd.Categorical.from_codes(country[new], categories=pd.Index(codes, dtype="str")),
        from_km=stretches.from_km[new],
        km=np.add.reduceat(stretches.km, new),
    )


def _read(routes: pd.DataFrame, file: str) -> tuple[dict[str, FloatArray], pd.DataFrame]:
    """Read coordinates of origins and destinations by column, and places on the way as `_via` does."""
    if problems := column_problems(routes.columns, file, needed=_ENDS, added=_ADDED):
        raise DataError(problems)
    axis = {column: column.rpartition("_")[2] for column in _ENDS}
    ends = {column: _degrees(routes[column], axis[column]) for column in _ENDS}
    via = _via(routes["via"] if "via" in routes else pd.Series(dtype="str"))
    problems = [
        Problem(
            file,
            int(row) + 2,
            column,
            f"'{routes[column].iloc[row]}' is no {axis[column]}",
            "write decimal degrees, longitudes within ±540 and latitudes within ±90",
        )
        for column in _ENDS
        for row in np.flatnonzero(np.isnan(ends[column]))
    ]
    wrong = via[via.isna().any(axis=1)]
    problems += [
        Problem(
            file, row + 2, "via", f"'{place}' is no place", "write 'longitude latitude', with ; between two"
        )
        for row, place in zip(wrong.index.tolist(), wrong["place"], strict=True)
    ]
    if problems:
        raise DataError(problems)
    return ends, via


def _degrees(cells: pd.Series, axis: str) -> FloatArray:
    """Read coordinates; NaN where a cell holds none."""
    numbers = pd.to_numeric(cells, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    return np.where(np.abs(numbers) <= _LIMITS[axis], numbers, np.nan)


def _via(cells: pd.Series) -> pd.DataFrame:
    """Read places on the way, on the position of their route: as written, longitude, latitude."""
    texts = enumerate(cells.astype("str").fillna(""))
    places = [(row, place.strip()) for row, text in texts if text.strip() for place in text.split(";")]
    words = [place.split() for _, place in places]
    pairs = pd.DataFrame([pair if len(pair) == 2 else ["", ""] for pair in words], columns=[*_LIMITS])
    return pd.DataFrame(
        {"place": [place for _, place in places]} | {axis: _degrees(pairs[axis], axis) for axis in _LIMITS},
        index=pd.Index([row for row, _ in places], dtype=np.intp),
    )


def _places(ends: dict[str, FloatArray], via: pd.DataFrame) -> tuple[IntArray, FloatArray, FloatArray]:
    """Put the places of all routes in order: position of the route, longitude, latitude."""
    rows = np.arange(len(ends[_ENDS[0]]))
    route = np.concatenate([rows, via.index, rows])
    order = np.argsort(route, kind="stable")
    longitude, latitude = (
        np.concatenate([ends[f"origin_{axis}"], via[axis], ends[f"destination_{axis}"]])[order]
        for axis in ("longitude", "latitude")
    )
    return route[order], longitude, latitude


@dataclass(frozen=True)
class _Steps:
    """All routes in order, in steps that are straight in longitude and latitude."""

    route: IntArray
    """Position of the route, one a step, ascending."""
    start: FloatArray
    """Longitude and latitude, one row a step."""
    end: FloatArray
    """Its longitude runs on past ±180° where the step does."""
    from_km: FloatArray
    """Where the step begins, counted from the origin."""
    km: FloatArray
    backwards: BoolArray
    """Whether kilometres are measured from the end of the step."""

    @classmethod
    def of(cls, route: IntArray, longitude: FloatArray, latitude: FloatArray) -> _Steps:
        """Lay steps along the geodesics from place to place of each route."""
        place = np.column_stack([_turned(longitude, np.zeros(len(longitude))), latitude])
        leg = np.flatnonzero(route[1:] == route[:-1])
        # Both ways between two places are laid from the same one, so that both cross the same.
        backwards = _after(place[leg], place[leg + 1])
        near, far = place[leg + backwards], place[leg + ~backwards]
        azimuth, _, metres = map(np.asarray, _EARTH.inv(*near.T, *far.T))
        count = np.maximum(np.ceil(metres / 1000 / STEP_KM).astype(np.intp), 1)
        step_m = metres / count
        leg_km = pd.Series(metres / 1000)
        leg_from_km = (leg_km.groupby(route[leg]).cumsum() - leg_km).to_numpy()

        # A leg has one knot more than steps; its first and last are the places as given.
        of, number = _ranges(count + 1)
        first, last = number == 0, number == count[of]
        distance = np.where(backwards[of], count[of] - number, number) * step_m[of]
        knot = np.column_stack(_EARTH.fwd(near[of, 0], near[of, 1], azimuth[of], distance)[:2])
        knot[first], knot[last] = place[leg], place[leg + 1]
        start, end, of, number = knot[~last], knot[~first], of[~last], number[~last]

        # All meridians meet at a pole: the step keeps to that of its other end.
        for here, there in ((start, end), (end, start)):
            polar = np.abs(here[:, 1]) == 90
            here[polar, 0] = there[polar, 0]
        end[:, 0] = _turned(end[:, 0], start[:, 0])
        km = step_m[of] / 1000
        return cls(route[leg][of], start, end, leg_from_km[of] + number * km, km, backwards[of])

    def at(self, step: IntArray, share: FloatArray) -> FloatArray:
        """Return longitude and latitude of points at shares of steps."""
        points: FloatArray = self.start[step] + share[:, None] * (self.end[step] - self.start[step])
        return points

    def km_at(self, step: IntArray, share: FloatArray) -> FloatArray:
        """Return how far from the origin points at shares of steps are."""
        backwards, km = self.backwards[step], self.km[step]
        knot = np.where(backwards[:, None], self.end[step], self.start[step])
        *_, metres = _EARTH.inv(*knot.T, *self.at(step, share).T)
        from_knot = np.minimum(np.asarray(metres) / 1000, km)
        from_origin: FloatArray = self.from_km[step] + np.where(backwards, km - from_knot, from_knot)
        return from_origin


class _Cuts(NamedTuple):
    """Where steps meet edges: all crossings, then where edges along a step begin, then where those end."""

    step: IntArray
    share: FloatArray
    """Of the step that lies before the cut."""
    ahead: IntArray
    """Country on the far side, one a crossing; -1 at a corner."""
    along: IntArray
    """The alphabetically first country beside it, one an edge along a step."""


@dataclass(frozen=True)
class _Borders:
    """The edges of all countries, each once, in runs of neighbours."""

    start: FloatArray
    """Longitude and latitude, one row an edge."""
    end: FloatArray
    left: IntArray
    """Position of the code of the country to its left, the number of codes where there is none."""
    right: IntArray
    first: IntArray
    """Position of its first edge, one a run; one more for the end."""
    low: FloatArray
    """South-western corner of its box, one row a run."""
    high: FloatArray
    tree: shapely.STRtree
    """Over the boxes."""
    cells: NDArray[np.int32]
    """How many cells south and west of a row and a column hold an edge, twice around the Earth."""

    @classmethod
    def of(cls, parts: NDArray[np.object_], country: IntArray, nowhere: int) -> _Borders:
        """Collect the edges of polygons, whose neighbours share their corners."""
        rings, part = shapely.get_rings(shapely.orient_polygons(parts), return_index=True)
        corners, ring = shapely.get_coordinates(rings, return_index=True)
        edge = np.flatnonzero(ring[1:] == ring[:-1])
        start, end, country = corners[edge], corners[edge + 1], country[part[ring[edge]]]

        # Each country is left of its edges, so that neighbours go along a shared one in opposite ways.
        back = _after(start, end)
        ends = np.where(back[:, None], np.hstack([end, start]), np.hstack([start, end]))
        shared = pd.DataFrame(ends).groupby([0, 1, 2, 3], sort=False).ngroup().to_numpy()
        once = np.unique(shared, return_index=True)[1]
        left, right = np.full((2, len(once)), nowhere)
        left[shared[~back]], right[shared[back]] = country[~back], country[back]
        start, end = ends[once, :2], ends[once, 2:]

        place = np.arange(len(once))
        torn = np.diff(edge[once], prepend=-2) != 1
        first = np.flatnonzero((place - np.maximum.accumulate(np.where(torn, place, 0))) % _RUN == 0)
        low = np.minimum.reduceat(np.minimum(start, end), first)
        high = np.maximum.reduceat(np.maximum(start, end), first)
        tree = shapely.STRtree(_boxes(low, high))
        return cls(start, end, left, right, np.append(first, len(once)), low, high, tree, _summed(low, high))

    def near(self, low: FloatArray, high: FloatArray) -> BoolArray:
        """Return whether any cell that a box reaches into holds an edge."""
        west, south = _cell(low, -360)
        east, north = _cell(high, -360)
        inside = self.cells[north + 1, east + 1] - self.cells[north + 1, west]
        return inside > self.cells[south, east + 1] - self.cells[south, west]

    def cuts(self, steps: _Steps) -> _Cuts:
        """Return where steps meet edges, a step that reaches the antimeridian on both of its sides."""
        low = np.minimum(steps.start, steps.end) - _TOUCH
        high = np.maximum(steps.start, steps.end) + _TOUCH
        step = np.flatnonzero(self.near(low, high) & (steps.km > 0))
        past, before = step[high[step, 0] >= 180], step[low[step, 0] <= -180]
        turn = np.repeat([0.0, -360.0, 360.0], [len(step), len(past), len(before)])
        shift = np.column_stack([turn, np.zeros(len(turn))])
        step = np.concatenate([step, past, before])
        start, way = steps.start[step] + shift, steps.end[step] - steps.start[step]
        touch = _TOUCH * np.hypot(*way.T)

        # Of the boxes near a step, those that its line passes through.
        at, run = self.tree.query(_boxes(low[step] + shift, high[step] + shift))
        aside = np.abs(_cross(way[at], (self.low[run] + self.high[run]) / 2 - start[at]))
        half = (self.high[run] - self.low[run]) / 2
        through = aside <= (np.abs(way[at]) * half[:, ::-1]).sum(axis=1) + touch[at]
        at, run = at[through], run[through]

        # Of the edges in them, those with an end on either side of the line, or on it.
        of, number = _ranges(np.diff(self.first)[run])
        at, edge = at[of], self.first[run][of] + number
        left = _cross(way[at], self.start[edge] - start[at])
        left_end = _cross(way[at], self.end[edge] - start[at])
        met = (np.minimum(left, left_end) <= touch[at]) & (np.maximum(left, left_end) >= -touch[at])
        at, edge, left, left_end = at[met], edge[met], left[met], left_end[met]
        way, touch = way[at], touch[at]

        # An edge on the line cuts at both of its ends, any other where it crosses.
        corner, corner_end = np.abs(left) <= touch, np.abs(left_end) <= touch
        along = corner & corner_end
        square = (way**2).sum(axis=1)
        share = ((self.start[edge] - start[at]) * way).sum(axis=1) / square
        share_end = ((self.end[edge] - start[at]) * way).sum(axis=1) / square
        part = np.clip(left / np.where(along, 1, left - left_end), 0, 1)
        crossed = share + part * (share_end - share)
        low_share = np.where(along, np.minimum(share, share_end), crossed)
        high_share = np.where(along, np.maximum(share, share_end), crossed)
        within = (low_share <= 1 + touch / square) & (high_share >= -touch / square)
        crossing, along = within & ~along, within & along
        ahead = np.where(left > left_end, self.left[edge], self.right[edge])
        return _Cuts(
            step=step[np.concatenate([at[crossing], at[along], at[along]])],
            share=np.clip(np.concatenate([crossed[crossing], low_share[along], high_share[along]]), 0, 1),
            ahead=np.where(corner | corner_end, -1, ahead)[crossing],
            along=np.minimum(self.left, self.right)[edge[along]],
        )


@cache
def _borders() -> _Borders:
    return _Borders.of(*country_parts(), nowhere=len(country_codes()))


class _Stretches(NamedTuple):
    """Parts of routes that no edge cuts, in order."""

    route: IntArray
    country: IntArray
    """Position of the code, the number of codes where there is none; -1 where it is not known yet."""
    middle: FloatArray
    """Longitude and latitude of a point inside."""
    from_km: FloatArray
    km: FloatArray


def _stretches(steps: _Steps) -> _Stretches:
    """Cut routes where they meet borders."""
    cuts = _borders().cuts(steps)
    begin = np.flatnonzero(np.diff(steps.route, prepend=-1))
    end = np.flatnonzero(np.diff(steps.route, append=-1))
    route_km = steps.from_km[end] + steps.km[end]
    unknown = np.full(len(begin) + len(end), -1)
    step = np.concatenate([begin, end, cuts.step])
    share = np.concatenate([np.zeros(len(begin)), np.ones(len(end)), cuts.share])
    km = np.concatenate([np.zeros(len(begin)), route_km, steps.km_at(cuts.step, cuts.share)])
    country = np.concatenate([unknown, cuts.ahead, np.full(2 * len(cuts.along), -1)])
    order = np.lexsort((share, step))
    place = np.argsort(order)
    step, share, km, country = step[order], share[order], km[order], country[order]

    # A stretch goes from point to point; one of no length stands only for a route of none.
    real = np.diff(km, append=0) > _TOUCH_KM
    real[place[: len(begin)]] |= route_km <= _TOUCH_KM
    country[1:][~real[:-1]] = -1  # where edges meet, none alone tells what is ahead

    # Along an edge, the first of the countries beside it.
    first, last = place[len(step) - 2 * len(cuts.along) :].reshape(2, -1)
    of, number = _ranges(last - first)
    beside = np.full(len(step), np.iinfo(np.intp).max)
    np.minimum.at(beside, first[of] + number, cuts.along[of])
    country = np.where(beside < np.iinfo(np.intp).max, beside, country)

    here = np.flatnonzero(real)
    route = steps.route[step[here]]
    from_km = np.where(np.diff(route, prepend=-1), 0, km[here])
    to_km = np.roll(from_km, -1)
    to_km[np.diff(route, append=-1) != 0] = route_km

    # A point half way, counted in steps.
    whole, odd = np.divmod(step[here] + step[here + 1], 2)
    half = (odd + share[here] + share[here + 1]) / 2
    middle = steps.at(whole + (half > 1), half - (half > 1))
    return _Stretches(route, country[here], middle, from_km, to_km - from_km)


def _ranges(lengths: IntArray) -> tuple[IntArray, IntArray]:
    """Return, for each member of ranges of these lengths, the range it is in and its place there."""
    of = np.repeat(np.arange(len(lengths)), lengths)
    return of, np.arange(len(of)) - np.repeat(np.cumsum(lengths) - lengths, lengths)


def _cross(one: FloatArray, other: FloatArray) -> FloatArray:
    """Return the cross product, positive where the other is to the left."""
    product: FloatArray = one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0]
    return product


def _after(one: FloatArray, other: FloatArray) -> BoolArray:
    """Return whether a point lies east of another, or due north of it."""
    after: BoolArray = (one[:, 0] > other[:, 0]) | ((one[:, 0] == other[:, 0]) & (one[:, 1] > other[:, 1]))
    return after


def _turned(longitude: FloatArray, towards: FloatArray) -> FloatArray:
    """Turn longitudes to within 180 degrees of others; those that are keep their last bit."""
    away = longitude - towards
    turned: FloatArray = longitude - 360 * np.round(np.where(np.abs(away) > 180, away, 0) / 360)
    return turned


def _boxes(low: FloatArray, high: FloatArray) -> NDArray[np.object_]:
    boxes: NDArray[np.object_] = np.asarray(shapely.box(*low.T, *high.T))
    return boxes


def _cell(lonlat: FloatArray, west: int) -> tuple[IntArray, IntArray]:
    """Return column and row of the cells that points are in, counted from a meridian and the south pole."""
    column, row = np.floor((lonlat - [west, -90]) * _CELLS).astype(np.intp).T
    return np.clip(column, 0, -2 * west * _CELLS - 1), np.clip(row, 0, 180 * _CELLS - 1)


def _summed(low: FloatArray, high: FloatArray) -> NDArray[np.int32]:
    """Return a summed-area table (Crow 1984) of the cells that boxes reach into."""
    west, south = _cell(low, -180)
    east, north = _cell(high, -180)
    # How many boxes reach into a cell: the sum of what changes at their corners.
    change = np.zeros((180 * _CELLS + 1, 360 * _CELLS + 1), dtype=np.int32)
    for row, column, by in (
        (south, west, 1),
        (south, east + 1, -1),
        (north + 1, west, -1),
        (north + 1, east + 1, 1),
    ):
        np.add.at(change, (row, column), by)
    held = change.cumsum(axis=0).cumsum(axis=1)[:-1, :-1] > 0
    twice = np.roll(np.tile(held, 2), 180 * _CELLS, axis=1)
    return np.pad(twice.cumsum(axis=0, dtype=np.int32).cumsum(axis=1, dtype=np.int32), ((1, 0), (1, 0)))
