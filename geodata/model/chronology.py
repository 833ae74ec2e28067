"""Days of transfers in order: nobody arrives before leaving, or leaves before having come."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from geodata.model.dates import FIRST_DAY, LAST_DAY

__all__ = ["DAYS", "in_order", "may_arrive_a_day_early"]

DAYS = ["earliest", "left_by", "reached_from", "latest"]
"""First and last possible day of departure, first and last possible day of arrival."""

_Bools: TypeAlias = npt.NDArray[np.bool_]
_Ints: TypeAlias = npt.NDArray[np.int64]

_FIRST, _LAST = (int(np.datetime64(day, "D").astype(np.int64)) for day in (FIRST_DAY, LAST_DAY))
# Where the date line leaves the 180th meridian (IANA time zone database): land to its east whose clocks are
# those of the west, some only since 1995 or 2011, and the western Aleutians.
_A_DAY_AHEAD = ("FJ", "KI", "NZ", "RU", "TK", "TO", "TV", "WF", "WS")
_EAST_OF, _ALEUTIANS = -140, 170


def in_order(
    transfers: pd.DataFrame, links: tuple[_Ints, _Ints], *, dated: pd.Series, early: _Bools
) -> pd.DataFrame:
    """Return transfers whose days of departure and arrival bound each other and those of what follows them.

    Nobody arrives before leaving, and nobody sets out before the earliest possible arrival of any of the
    transfers that brought the people. The last days of a transfer are not bound by those that follow it: not
    everybody goes on. What a transfer of another status says binds nothing, since plans come otherwise. So no
    day that is possible is ever left out. A transfer that would have left before anybody can have come keeps
    its days; where these are only its event's, it took place at any time from then on.

    Parameters
    ----------
    transfers
        Columns `DAYS` (datetime64[s]), each as it is written; none is NaT, and no arrival is over before the
        departure begins, but for a day where `early` allows it. Columns status and date.
    links
        Positions of the following and of the followed transfers; they lead round in no circles.
    dated
        Whether a transfer has a date of its own.
    early
        Whether the arrival can be a calendar day before the departure, see `may_arrive_a_day_early`. Both
        then lie anywhere on the two days.

    Returns
    -------
    DataFrame
        The transfers with `DAYS` in order (``earliest <= left_by <= latest`` and ``earliest <= reached_from
        <= latest``), date, came (the day before which none of its people can have come; NaT where nothing
        says so) and disordered (whether it had left before that day, so that its days are as written).
    """
    first, left_by, reached, last = (_days(transfers[name]) for name in DAYS)
    slack, own = early.astype(np.int64), dated.to_numpy(dtype=bool)
    status = pd.factorize(transfers["status"].array)[0]
    came = np.full(len(transfers), _LAST + 1)
    disordered = np.zeros(len(transfers), dtype=bool)

    def settle(rows: _Ints) -> None:
        """Bind the days of some transfers, all of whose people have come."""
        too_late = came[rows] > left_by[rows]
        disordered[rows[too_late & own[rows]]] = True
        opened = rows[too_late & ~own[rows]]
        first[opened] = reached[opened] = came[opened]
        left_by[opened] = last[opened] = _LAST
        bound = rows[~too_late]
        first[bound] = np.maximum(first[bound], came[bound])
        reached[rows] = np.maximum(reached[rows], first[rows] - slack[rows])
        left_by[rows] = np.minimum(left_by[rows], last[rows] + slack[rows])
        first[rows] = np.minimum(first[rows], reached[rows])
        last[rows] = np.maximum(last[rows], left_by[rows])

    following, followed = links
    order = np.argsort(followed, kind="stable")
    number = np.bincount(followed, minlength=len(transfers))
    begin = np.cumsum(number) - number
    waiting = np.bincount(following, minlength=len(transfers))
    came[waiting == 0] = _FIRST
    ready = np.flatnonzero(waiting == 0)
    while len(ready):
        settle(ready)
        count = number[ready]
        steps = order[np.repeat(begin[ready] - np.cumsum(count) + count, count) + np.arange(count.sum())]
        after, before = following[steps], followed[steps]
        np.minimum.at(came, after, np.where(status[after] == status[before], reached[before], _FIRST))
        np.subtract.at(waiting, after, 1)
        ready = np.unique(after[waiting[after] == 0])

    days = {
        name: found.astype("datetime64[D]").astype("datetime64[s]")
        for name, found in zip([*DAYS, "came"], (first, left_by, reached, last, came), strict=True)
    }
    days["came"][came == _FIRST] = np.datetime64("NaT", "s")
    # Only where the calendar itself goes back, or a day was worked out, do the written dates not say it.
    back = np.flatnonzero(
        early & (reached < _days(transfers["earliest"])) & (_days(transfers["latest"]) < left_by)
    )
    opened = np.flatnonzero(~own & (last == _LAST) & (_days(transfers["latest"]) < _LAST))
    date = transfers["date"].tolist()
    for row in back:
        date[row] = "/".join(np.datetime_as_string([days["earliest"][row], days["latest"][row]], "D"))
    for row in opened:
        date[row] = f"{np.datetime_as_string(days['came'][row], 'D')}/.."
    texts = pd.Series(date, transfers.index, dtype=str)
    return transfers.assign(**days, disordered=disordered, date=texts)


def _days(dates: pd.Series) -> _Ints:
    """Return days as numbers."""
    return dates.to_numpy("datetime64[D]").astype(np.int64)


def may_arrive_a_day_early(origin: pd.DataFrame, destination: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Return for ways from origins to destinations whether they can end a calendar day before they began.

    They can where the shorter way leads east over the date line.

    Parameters
    ----------
    origin, destination
        Columns longitude (degrees; NaN where it is not known) and country_code.
    """
    eastward = np.zeros(len(origin), dtype=bool)
    for here in _longitudes(origin):
        for there in _longitudes(destination):
            eastward |= here - there > 180
    return eastward


def _longitudes(places: pd.DataFrame) -> list[npt.NDArray[np.float64]]:
    """Return longitudes as they are, and as seen from the side of the date line whose clocks they have."""
    plain, country = places["longitude"].to_numpy(dtype=float), places["country_code"]
    ahead = country.isin(_A_DAY_AHEAD).to_numpy() & (plain < _EAST_OF)
    behind = (country == "US").to_numpy() & (plain > _ALEUTIANS)
    return [plain, np.where(ahead, plain + 360, np.where(behind, plain - 360, plain))]
