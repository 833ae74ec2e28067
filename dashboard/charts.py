"""Selection to Altair charts (pure): they show bounds as bands, and never a line between them."""

from __future__ import annotations

from collections.abc import Mapping

import altair as alt
import pandas as pd

from geodata.counts import maxima, minima
from geodata.filters import PEOPLE

__all__ = ["cumulative"]

_HEIGHT = 240
_HEADROOM = 1.1
"""How far beyond the greatest bound the chart reaches; an open upper bound reaches its top."""
_MARGIN = 0.03
"""Share of the time shown that the lines run on before the first day and after the last."""
_MOST_DAYS, _TICKS = 90, 8
"""Up to how many days the ticks are days, and about how many ticks there are then."""


def cumulative(timeline: pd.DataFrame, colors: Mapping[str, str]) -> alt.LayerChart:
    """Return how many people had been set in motion by each day's end: a band from lower to upper bound.

    Parameters
    ----------
    timeline
        What `geodata.timeline` returned, with at least one row.
    colors
        `dashboard.theme.LIGHT` or `dashboard.theme.DARK`.
    """
    low, high = minima(timeline, PEOPLE), maxima(timeline, PEOPLE)
    top = _HEADROOM * max(1.0, low.max(), high[high < float("inf")].max(initial=0))
    days = timeline.index
    margin = max(_MARGIN * (days[-1] - days[0]), pd.Timedelta(days=1))
    steps = pd.DataFrame(
        {
            "day": [days[0] - margin, *days, days[-1] + margin],
            "low": [0.0, *low, low[-1]],
            "high": [0.0, *high.clip(max=top), min(high[-1], top)],
        }
    )
    x = alt.X("day:T", title=None, axis=_days(steps["day"].iloc[-1] - steps["day"].iloc[0]))
    y = alt.Y("low:Q", title="people", scale=alt.Scale(domain=[0, top]), axis=alt.Axis(tickMinStep=1))
    chart = alt.Chart(steps)
    band = chart.mark_area(interpolate="step-after", color=colors["movement"], opacity=0.25)
    edge = chart.mark_line(interpolate="step-after", color=colors["movement"], strokeWidth=1.5)
    lines = [
        band.encode(x=x, y=y, y2="high:Q"),
        edge.encode(x=x, y=y),
        edge.encode(x=x, y="high:Q").transform_filter(alt.datum.high < top),
    ]
    words = "People set in motion by the end of each day, at least and at most; the table lists them."
    return alt.LayerChart(layer=lines, height=_HEIGHT, description=words)


def _days(shown: pd.Timedelta) -> alt.Axis:
    """Return an axis whose ticks are days, never hours, and months where there are many days."""
    if shown.days > _MOST_DAYS:
        return alt.Axis(grid=False, format="%b %Y", labelOverlap=True)
    step = 1 + shown.days // _TICKS
    ticks = alt.TimeIntervalStep(interval="day", step=step)
    return alt.Axis(grid=False, format="%-d %b %Y", labelOverlap=True, tickCount=ticks)
