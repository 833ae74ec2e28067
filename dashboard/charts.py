"""Selection to Altair charts (pure): bounds are whiskers and bands, and never a line between them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import altair as alt
import numpy as np
import numpy.typing as npt
import pandas as pd

from dashboard.messages.figures import count_texts
from geodata.model.counts import FloatArray, columns, maxima, minima
from geodata.model.dates import FIRST_DAY, LAST_DAY
from geodata.query.filters import PEOPLE

__all__ = [
    "MOST_BARS",
    "MOST_EVENTS",
    "PICK",
    "Time",
    "by_country",
    "by_event",
    "cumulative",
    "most_first",
    "time_of",
]

PICK = "pick"
"""Name of the selection by which a click on a mark filters."""
MOST_BARS = 12
"""Countries that are drawn; the table lists all."""
MOST_EVENTS = 300
"""Events that are drawn, the greatest first; the table lists all."""

_ROW = 28
"""Pixels from one bar to the next."""
_AXIS = 28
"""Pixels under the bars for the numbers of their axis."""
_HEIGHT = 150
_HEADROOM = 1.1
"""How far beyond the greatest bound a chart reaches; an open upper bound reaches its edge."""
_ROOM = 1.22
"""The same for the bars, whose numbers stand at their ends."""
_MARGIN = 0.03
"""Share of the time shown that the lines run on before the first day and after the last."""
_DAY = 86_400_000.0
"""Milliseconds."""
_TICKS = 8
"""About how many ticks an axis of days has."""
_INTERVALS: Final[tuple[tuple[Literal["day", "month", "year"], float, str], ...]] = (
    ("day", 1, "%-d %b %Y"),
    ("month", 30.4, "%b %Y"),
    ("year", 365.2, "%Y"),
)
"""What ticks are apart by, how many days that is, and how they are written."""
_MOST_TICKED = 100
"""Up to how many days the ticks are days, and up to how many months they are months."""
_LEFT = 56
"""Pixels to the left of what is drawn over time, so that one chart stands exactly over another."""
_APART = 0.06
"""Share of the time shown by which two written numbers are apart at least."""
_BESIDE, _MOST_BESIDE = 0.014, 0.2
"""Share of the time shown from one stem to the next of one day, and the most that all of a day take."""
_DIM = 0.3
"""Opacity of what is not picked while something is."""
_FONT = "Source Sans, sans-serif"


@dataclass(frozen=True)
class Time:
    """The days that charts over time show, the same in each.

    Parameters
    ----------
    first, last
        Where the axis begins and ends (milliseconds since 1970, UTC).
    """

    first: float
    last: float

    @property
    def scale(self) -> alt.Scale:
        """The scale of the axis."""
        # Expressions: Vega's interpreter, which needs no eval, takes a plain number here for a year.
        return alt.Scale(type="utc", domain=[alt.ExprRef(f"{day:.0f}") for day in (self.first, self.last)])

    def axis(self, *, labels: bool = True) -> alt.Axis:
        """Return an axis whose ticks are days, never hours; months where there are many days, then years."""
        days = (self.last - self.first) / _DAY
        plain: dict[str, Any] = {"grid": False, "labels": labels, "ticks": labels, "labelOverlap": True}
        interval, length, written = next(
            (each for each in _INTERVALS if days <= each[1] * _MOST_TICKED), _INTERVALS[-1]
        )
        # Each tick is a whole interval, so that no label stands under two of them.
        ticks = alt.TimeIntervalStep(interval=interval, step=1 + int(days / length) // _TICKS)
        return alt.Axis(format=written, tickCount=ticks, **plain)


def time_of(timeline: pd.DataFrame) -> Time:
    """Return the days that a timeline spans, with some room on both sides; an open end is none of them.

    Parameters
    ----------
    timeline
        What `geodata.timeline` returned, with at least one row.
    """
    every = _milliseconds(timeline.index)
    closed = every[~_open(timeline.index)]
    days = closed if len(closed) else every
    margin = max(np.ceil(_MARGIN * (days[-1] - days[0]) / _DAY), 1) * _DAY
    return Time(float(days[0] - margin), float(days[-1] + margin))


def _milliseconds(days: pd.Index | pd.Series) -> FloatArray:
    """Return days as charts count them, whatever the clock of the reader: milliseconds since 1970, UTC."""
    return days.to_numpy(dtype="datetime64[ms]").astype(np.float64)


def _open(days: pd.Index | pd.Series) -> npt.NDArray[np.bool_]:
    """Return which days stand for an open end."""
    ends = np.array([FIRST_DAY, LAST_DAY], dtype="datetime64[D]")
    return np.isin(days.to_numpy(dtype="datetime64[D]"), ends)


def most_first(totals: pd.DataFrame, measure: str) -> pd.DataFrame:
    """Return countries by their lower bounds, the greatest first; of equal ones the open, then by name."""
    low, high = columns(measure)
    return totals.assign(open=totals[high].isna()).sort_values(
        [low, "open", "country"], ascending=[False, False, True]
    )


def by_country(
    totals: pd.DataFrame,
    measure: str,
    colors: Mapping[str, str],
    *,
    name: Callable[[str], str],
    picked: Collection[str] = (),
) -> alt.LayerChart | None:
    """Return people by country: a bar up to the lower bound, a whisker up to the upper one.

    Parameters
    ----------
    totals
        What `geodata.country_totals` returned.
    measure
        Which of its numbers.
    colors
        `dashboard.theme.LIGHT` or `dashboard.theme.DARK`.
    name
        Says what a country is called.
    picked
        Codes of the countries that are filtered by; the others are dimmed.

    Returns
    -------
    LayerChart
        With a point selection `PICK` over ``code``; None where all numbers are zero.
    """
    low, high = columns(measure)
    some = totals[(totals[low] > 0) | (totals[high].fillna(1) > 0)]
    if some.empty:
        return None
    some = most_first(some, measure)[:MOST_BARS]
    least, most = minima(some, measure), maxima(some, measure)
    top = _top(least, most)
    rows = pd.DataFrame(
        {
            "code": some.index,
            "name": [name(code) for code in some.index],
            "low": least,
            "high": most.clip(max=top),
            "open": most > top,
            "label": count_texts(some, measure),
            "described": [
                f"{name(code)}: {count}"
                for code, count in zip(some.index, count_texts(some, measure), strict=True)
            ],
            "strength": _strength(some.index, picked),
            "end": top * _ROOM / _HEADROOM,
        }
    )
    x = alt.X("low:Q", title=None, axis=_values(colors), scale=alt.Scale(domain=[0, rows["end"][0]]))
    y = alt.Y(
        "name:N",
        title=None,
        sort=None,
        axis=alt.Axis(
            domain=False, ticks=False, labelPadding=10, labelLimit=170, labelFontSize=13, grid=False
        ),
    )
    chart = alt.Chart(rows).encode(y=y, opacity=alt.Opacity("strength:Q", scale=None))
    whisker = chart.encode(x=x, x2="high:Q").transform_filter(alt.datum.high > alt.datum.low)
    ink = colors["ink"]
    layers = [
        chart.mark_bar(aria=False, color=colors["class4"], height=14).encode(x=x),
        whisker.mark_rule(aria=False, color=ink, strokeWidth=1.5),
        chart.mark_tick(aria=False, color=ink, size=11, thickness=1.5)
        .encode(x=alt.X("high:Q"))
        .transform_filter((alt.datum.high > alt.datum.low) & ~alt.datum.open),
        chart.mark_point(aria=False, shape="triangle-right", filled=True, size=60, color=ink)
        .encode(x="high:Q")
        .transform_filter(alt.datum.open),
        chart.mark_text(aria=False, align="left", dx=9, color=ink, fontSize=13).encode(
            x="high:Q", text="label:N"
        ),
        chart.mark_bar(color="transparent", height=_ROW, cursor="pointer")
        .encode(
            x=x,
            x2="end:Q",
            tooltip=[alt.Tooltip("name:N", title=" "), alt.Tooltip("label:N", title="people")],
        )
        .encode(description="described:N")
        .transform_calculate(low="0")
        .add_params(_pick("code")),
    ]
    words = "People by country: bars reach the lower bound, whiskers the upper one; the table lists them."
    return _calm(alt.LayerChart(layer=layers, height=_ROW * len(rows) + _AXIS, description=words), colors)


def by_event(
    records: pd.DataFrame,
    time: Time,
    colors: Mapping[str, str],
    *,
    picked: Collection[str] = (),
) -> alt.LayerChart:
    """Return the people of each event on its day: a stem to the lower bound, a whisker to the upper one.

    Parameters
    ----------
    records
        Columns event (its id), title, when (its date in words), earliest, latest, count_min and count_max; at
        least one row. A day that is not known for certain is a line from the first to the last it may be; an
        open end is an arrow at the edge. Records of one day stand side by side.
    time
        What `time_of` returned.
    colors
        `dashboard.theme.LIGHT` or `dashboard.theme.DARK`.
    picked
        Ids of the events that are filtered by; the others are dimmed.

    Returns
    -------
    LayerChart
        With a point selection `PICK` over ``event``.
    """
    records = records.sort_values("count_min", ascending=False, kind="stable")[:MOST_EVENTS]
    least, most = minima(records), maxima(records)
    top = _top(least, most)
    since, until = ~_open(records["earliest"]), ~_open(records["latest"])
    first, last = (
        np.clip(_milliseconds(records[name]), time.first, time.last) for name in ("earliest", "latest")
    )
    # Of a day that is open on one side the other one is known.
    middle = np.select([since & ~until, until & ~since], [first, last], (first + last) / 2)
    middle = _beside(middle, time)
    counts = count_texts(records)
    rows = pd.DataFrame(
        {
            "event": records["event"].to_numpy(),
            "title": records["title"].to_numpy(),
            "when": records["when"].to_numpy(),
            "first": np.minimum(first, middle),
            "last": np.maximum(last, middle),
            "earlier": ~since,
            "later": ~until,
            "uncertain": last > first,
            "day": middle,
            "low": least,
            "high": most.clip(max=top),
            "open": most > top,
            "label": counts,
            "written": _spread(middle, counts, time),
            "described": [
                f"{title}, {when}: {count}"
                for title, when, count in zip(records["title"], records["when"], counts, strict=True)
            ],
            "strength": _strength(records["event"], picked),
        }
    )
    x = alt.X("day:T", title=None, scale=time.scale, axis=time.axis(labels=False))
    y = _people("low:Q", top, colors)
    edge: dict[str, Any] = {"aria": False, "filled": True, "size": 55, "color": colors["movement"]}
    tooltip = [
        alt.Tooltip("title:N", title=" "),
        alt.Tooltip("when:N", title="when"),
        alt.Tooltip("label:N", title="people"),
    ]
    chart = alt.Chart(rows).encode(x=x, opacity=alt.Opacity("strength:Q", scale=None))
    movement, ink = colors["movement"], colors["ink"]
    layers = [
        chart.mark_bar(aria=False, color=movement, width=3).encode(y=y),
        chart.mark_rule(aria=False, color=movement, strokeWidth=1.5)
        .encode(x=alt.X("first:T"), x2="last:T", y=y)
        .transform_filter(alt.datum.uncertain),
        chart.mark_point(shape="triangle-left", **edge)
        .encode(x=alt.X("first:T"), y=y)
        .transform_filter(alt.datum.earlier),
        chart.mark_point(shape="triangle-right", **edge)
        .encode(x=alt.X("last:T"), y=y)
        .transform_filter(alt.datum.later),
        chart.mark_rule(aria=False, color=ink, strokeWidth=1.5)
        .encode(y=y, y2="high:Q")
        .transform_filter(alt.datum.high > alt.datum.low),
        chart.mark_tick(aria=False, orient="horizontal", color=ink, size=9, thickness=1.5)
        .encode(y="high:Q")
        .transform_filter((alt.datum.high > alt.datum.low) & ~alt.datum.open),
        chart.mark_point(aria=False, shape="triangle-up", filled=True, size=55, color=ink)
        .encode(y="high:Q")
        .transform_filter(alt.datum.open),
        chart.mark_text(aria=False, dy=-10, color=ink, fontSize=12).encode(y="high:Q", text="written:N"),
        chart.mark_circle(color=movement, size=60, cursor="pointer")
        .encode(y=y, tooltip=tooltip, description="described:N")
        .add_params(_pick("event")),
    ]
    words = "People of each event on its day, at least and at most; the table lists them."
    return _calm(alt.LayerChart(layer=layers, height=_HEIGHT, description=words), colors)


def cumulative(timeline: pd.DataFrame, time: Time, colors: Mapping[str, str]) -> alt.LayerChart:
    """Return how many people had been set in motion by each day's end: a band from lower to upper bound.

    Parameters
    ----------
    timeline
        What `geodata.timeline` returned, with at least one row.
    time
        What `time_of` returned.
    colors
        `dashboard.theme.LIGHT` or `dashboard.theme.DARK`.
    """
    low, high = minima(timeline, PEOPLE), maxima(timeline, PEOPLE)
    top = _top(low, high)
    days = _milliseconds(timeline.index)
    drawn = days <= time.last  # what an open end adds comes on no day that is drawn
    days, low, high = np.maximum(days[drawn], time.first), low[drawn], high[drawn].clip(max=top)
    steps = pd.DataFrame(
        {
            "day": [time.first, *days, time.last],
            "low": [0.0, *low, *low[-1:]] if len(low) else [0.0, 0.0],
            "high": [0.0, *high, *high[-1:]] if len(high) else [0.0, 0.0],
        }
    )
    x = alt.X("day:T", title=None, scale=time.scale, axis=time.axis())
    y = _people("low:Q", top, colors)
    chart = alt.Chart(steps)
    band = chart.mark_area(aria=False, interpolate="step-after", color=colors["movement"], opacity=0.25)
    edge = chart.mark_line(aria=False, interpolate="step-after", color=colors["movement"], strokeWidth=1.5)
    layers = [
        band.encode(x=x, y=y, y2="high:Q"),
        edge.encode(x=x, y=y),
        edge.encode(x=x, y="high:Q").transform_filter(alt.datum.high < top),
    ]
    words = "People set in motion by the end of each day, at least and at most; the table lists them."
    return _calm(alt.LayerChart(layer=layers, height=_HEIGHT, description=words), colors)


def _top(low: np.ndarray[Any, Any], high: np.ndarray[Any, Any]) -> float:
    """Return where an axis of people ends."""
    return float(_HEADROOM * max(1.0, low.max(), high[high < np.inf].max(initial=0)))


def _strength(ids: Collection[str], picked: Collection[str]) -> list[float]:
    """Return how strongly each mark is drawn: dimmed is what is not picked while something is."""
    some = set(ids) & set(picked)
    return [1.0 if not some or each in some else _DIM for each in ids]


def _beside(days: FloatArray, time: Time) -> FloatArray:
    """Return where stems stand: those of one day side by side around it, within the time shown."""
    shown = time.last - time.first
    day, number = np.unique(days, return_inverse=True)
    many = np.bincount(number, minlength=len(day))
    place = pd.Series(number).groupby(number).cumcount().to_numpy()
    apart = np.minimum(_BESIDE, _MOST_BESIDE / np.maximum(many, 1)) * shown
    moved = days + (place - (many[number] - 1) / 2) * apart[number]
    return np.clip(moved, time.first, time.last)


def _spread(days: FloatArray, counts: list[str], time: Time) -> list[str]:
    """Return the numbers that fit without touching each other, the first ones first; "" for the others."""
    gap = _APART * (time.last - time.first)
    written: list[float] = []
    texts = []
    for day, count in zip(days, counts, strict=True):
        free = count != "not reported" and all(abs(day - other) >= gap for other in written)
        texts.append(count if free else "")
        if free:
            written.append(day)
    return texts


def _pick(field: str) -> alt.Parameter:
    return alt.selection_point(name=PICK, fields=[field], toggle=False, empty=False)


def _values(colors: Mapping[str, str]) -> alt.Axis:
    """Return a quiet axis of people: few lines, whole numbers."""
    return alt.Axis(tickCount=4, tickMinStep=1, domain=False, ticks=False, gridColor=colors["rule"])


def _people(field: str, top: float, colors: Mapping[str, str]) -> alt.Y:
    axis = alt.Axis(
        tickCount=3,
        tickMinStep=1,
        domain=False,
        ticks=False,
        gridColor=colors["rule"],
        minExtent=_LEFT,
        maxExtent=_LEFT,
    )
    return alt.Y(field, title=None, stack=None, scale=alt.Scale(domain=[0, top]), axis=axis)


def _calm(chart: alt.LayerChart, colors: Mapping[str, str]) -> alt.LayerChart:
    """Return a chart in the page's type and colours, without frame or ground."""
    styled: alt.LayerChart = (
        chart.configure(background="transparent", font=_FONT)
        .configure_view(stroke=None)
        .configure_axis(
            labelColor=colors["muted"],
            labelFontSize=12,
            domainColor=colors["border"],
            tickColor=colors["border"],
            grid=True,
        )
    )
    return styled
