"""The cumulative chart: what its marks are told, never a line between two bounds."""

import json
from typing import Any

import pandas as pd

from dashboard import charts, theme
from geodata.counts import columns


def line(rows: dict[str, tuple[int, int | None]]) -> pd.DataFrame:
    days = pd.Index(pd.to_datetime(list(rows)).as_unit("s"), name="day")
    return pd.DataFrame(list(rows.values()), days, columns("people"), dtype="Int64")


def drawn(rows: dict[str, tuple[int, int | None]]) -> tuple[dict[str, Any], list[tuple[str, float, float]]]:
    """Return the chart's specification, and its steps: day, lower and upper edge."""
    chart = json.loads(charts.cumulative(line(rows), theme.LIGHT).to_json())
    (steps,) = chart["datasets"].values()
    return chart, [(step["day"][:10], step["low"], step["high"]) for step in steps]


def test_the_band_runs_from_the_least_to_the_most_and_on_after_the_last_day() -> None:
    chart, steps = drawn({"2025-07-01": (0, 7), "2025-07-31": (5, 7)})
    assert steps == [
        ("2025-06-30", 0, 0),
        ("2025-07-01", 0, 7),
        ("2025-07-31", 5, 7),
        ("2025-08-01", 5, 7),
    ]
    band, least, most = chart["layer"]
    assert (band["mark"]["type"], band["encoding"]["y"]["field"], band["encoding"]["y2"]["field"]) == (
        "area",
        "low",
        "high",
    )
    assert [edge["encoding"]["y"]["field"] for edge in (least, most)] == ["low", "high"]
    assert {mark["mark"]["interpolate"] for mark in chart["layer"]} == {"step-after"}


def test_an_open_bound_reaches_the_top_and_has_no_edge() -> None:
    chart, steps = drawn({"2025-07-01": (50, None)})
    top = chart["layer"][0]["encoding"]["y"]["scale"]["domain"][1]
    assert steps[1:] == [("2025-07-01", 50, top), ("2025-07-02", 50, top)]
    assert top > 50
    assert chart["layer"][2]["transform"] == [{"filter": f"(datum.high < {top})"}]


def test_ticks_are_days_and_never_hours() -> None:
    chart, _ = drawn({"2025-12-13": (123, 123)})
    axis = chart["layer"][0]["encoding"]["x"]["axis"]
    assert (axis["format"], axis["tickCount"]) == ("%-d %b %Y", {"interval": "day", "step": 1})
    chart, _ = drawn({"2024-07-03": (4, 18), "2025-12-30": (573, 587)})
    assert chart["layer"][0]["encoding"]["x"]["axis"]["format"] == "%b %Y"
