"""Charts: what their marks are told, never a line between two bounds."""

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
    known = line(rows)
    chart = json.loads(charts.cumulative(known, charts.time_of(known), theme.LIGHT).to_json())
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


def totals(rows: dict[str, tuple[int, int | None]]) -> pd.DataFrame:
    table = pd.DataFrame(list(rows.values()), list(rows), columns("remained"), dtype="Int64")
    return table.assign(country=list(rows))


def bars(rows: dict[str, tuple[int, int | None]], picked: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    chart = charts.by_country(totals(rows), "remained", theme.LIGHT, name=str.lower, picked=picked)
    assert chart is not None
    (marks,) = json.loads(chart.to_json())["datasets"].values()
    return list(marks)


def test_a_bar_reaches_the_least_and_its_whisker_the_most_or_the_edge() -> None:
    marks = bars({"LT": (1, 61), "UA": (62, 122), "PL": (89, 89), "BY": (51, None), "NA": (0, 0)})
    assert [(each["name"], each["low"], each["high"], each["open"], each["label"]) for each in marks] == [
        ("pl", 89, 89, False, "89"),
        ("ua", 62, 122, False, "62–122"),
        ("by", 51, 122 * 1.1, True, "≥ 51"),
        ("lt", 1, 61, False, "1–61"),
    ]


def test_what_is_not_picked_is_dimmed_and_a_pick_that_is_not_drawn_dims_nothing() -> None:
    rows: dict[str, tuple[int, int | None]] = {"LT": (29, 29), "PL": (89, 89)}
    assert [each["strength"] for each in bars(rows, ("LT",))] == [0.3, 1.0]
    assert [each["strength"] for each in bars(rows, ("RU",))] == [1.0, 1.0]


def test_no_bars_where_all_is_nought() -> None:
    assert charts.by_country(totals({"BY": (0, 0)}), "remained", theme.LIGHT, name=str) is None


def test_an_event_stands_on_its_days_with_its_bounds_and_is_picked_by_its_id() -> None:
    known = line({"2025-09-01": (0, 52), "2025-09-30": (50, 52)})
    records = pd.DataFrame(
        {
            "event": ["e"],
            "title": ["@@ <b>"],
            "when": ["September 2025"],
            "earliest": pd.to_datetime(["2025-09-01"]),
            "latest": pd.to_datetime(["2025-09-30"]),
            "count_min": pd.array([50], dtype="Int64"),
            "count_max": pd.array([52], dtype="Int64"),
        }
    )
    chart = json.loads(charts.by_event(records, charts.time_of(known), theme.LIGHT).to_json())
    (marks,) = chart["datasets"].values()
    assert [(mark["event"], mark["low"], mark["high"], mark["label"]) for mark in marks] == [
        ("e", 50, 52, "50–52")
    ]
    assert [mark[day][:10] for mark in marks for day in ("first", "last")] == ["2025-09-01", "2025-09-30"]
    (pick,) = chart["params"]
    assert (pick["name"], pick["select"]["fields"]) == (charts.PICK, ["event"])
