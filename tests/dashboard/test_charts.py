"""Charts: what their marks are told, never a line between two bounds."""

import json
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest

from dashboard import charts, theme
from geodata.model.counts import columns


def line(rows: dict[str, tuple[int, int | None]]) -> pd.DataFrame:
    days = pd.Index(np.array(list(rows), dtype="datetime64[s]"), name="day")
    return pd.DataFrame(list(rows.values()), days, columns("people"), dtype="Int64")


def drawn(rows: dict[str, tuple[int, int | None]]) -> tuple[dict[str, Any], list[tuple[str, float, float]]]:
    """Return the chart's specification, and its steps: day, lower and upper edge."""
    known = line(rows)
    chart = json.loads(charts.cumulative(known, charts.time_of(known), theme.LIGHT).to_json())
    (steps,) = chart["datasets"].values()
    return chart, [(day_of(step["day"]), step["low"], step["high"]) for step in steps]


def day_of(milliseconds: float) -> str:
    """Return the UTC day that Vega reads from a number."""
    assert milliseconds % 86_400_000 == 0
    return str(np.datetime64(int(milliseconds), "ms").astype("datetime64[D]"))


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
    axis = chart["layer"][0]["encoding"]["x"]["axis"]
    assert (axis["format"], axis["tickCount"]) == ("%b %Y", {"interval": "month", "step": 3})
    chart, _ = drawn({"1900-01-01": (5, 5), "1970-01-01": (12, 12)})
    axis = chart["layer"][0]["encoding"]["x"]["axis"]
    assert (axis["format"], axis["tickCount"]) == ("%Y", {"interval": "year", "step": 10})


@pytest.mark.parametrize("year", ["0001", "0099", "0987", "1863", "1945", "1970", "2025", "9999"])
def test_days_of_any_year_are_counted_in_utc(year: str) -> None:
    chart, steps = drawn({f"{year}-06-01": (0, 5), f"{year}-06-30": (5, 5)})
    assert [day for day, _, _ in steps] == [
        f"{year}-05-31",
        f"{year}-06-01",
        f"{year}-06-30",
        f"{year}-07-01",
    ]
    for layer in chart["layer"]:
        scale = layer["encoding"]["x"]["scale"]
        assert scale["type"] == "utc"
        assert [day_of(float(end["expr"])) for end in scale["domain"]] == [f"{year}-05-31", f"{year}-07-01"]


def test_an_open_end_is_no_day_of_the_axis() -> None:
    chart, steps = drawn({"2025-12-13": (0, 5), "9999-12-31": (5, 5)})
    assert steps == [("2025-12-12", 0, 0), ("2025-12-13", 0, 5), ("2025-12-14", 0, 5)]
    ends = chart["layer"][0]["encoding"]["x"]["scale"]["domain"]
    assert [day_of(float(end["expr"])) for end in ends] == [
        "2025-12-12",
        "2025-12-14",
    ]
    _, steps = drawn({"0001-01-01": (0, 5), "2025-12-13": (5, 5)})
    assert steps == [("2025-12-12", 0, 0), ("2025-12-12", 0, 5), ("2025-12-13", 5, 5), ("2025-12-14", 5, 5)]
    _, steps = drawn({"0001-01-01": (0, 5), "9999-12-31": (5, 5)})
    assert len(steps) == 4, "nothing but open ends is drawn all the same"


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


def stems(
    rows: list[tuple[str, str, int, int]], first: str, last: str
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return the chart of events with these days and bounds on an axis of some days, and its marks."""
    earliest, latest, low, high = zip(*rows, strict=True)
    records = pd.DataFrame(
        {
            "event": ["e", *(f"e{k}" for k in range(1, len(rows)))],
            "title": "@@ <b>",
            "when": "when",
            "earliest": pd.Series(earliest).astype("datetime64[s]"),
            "latest": pd.Series(latest).astype("datetime64[s]"),
            "count_min": pd.array(low, dtype="Int64"),
            "count_max": pd.array(high, dtype="Int64"),
        }
    )
    time = charts.time_of(line({first: (0, 1), last: (1, 1)}))
    chart = json.loads(charts.by_event(records, time, theme.LIGHT).to_json())
    (marks,) = chart["datasets"].values()
    return chart, list(marks)


def test_stems_of_one_day_stand_side_by_side_within_the_axis_and_are_never_stacked() -> None:
    rows = [("2020-01-01", "2020-01-01", n, n) for n in (50, 60, 70)] + [("2020-01-09", "2020-01-09", 40, 40)]
    chart, marks = stems(rows, "2020-01-01", "2020-01-09")
    left, right = (float(end["expr"]) for end in chart["layer"][0]["encoding"]["x"]["scale"]["domain"])
    top = chart["layer"][0]["encoding"]["y"]["scale"]["domain"][1]
    places = sorted(mark["day"] for mark in marks)
    assert min(b - a for a, b in pairwise(places)) >= 0.01 * (right - left)
    assert left <= places[0] < places[-1] <= right
    assert max(mark["high"] for mark in marks) <= top < 180
    assert all(
        layer["encoding"]["y"].get("stack", 0) is None
        for layer in chart["layer"]
        if "axis" in layer["encoding"]["y"]
    )
    assert {mark["uncertain"] for mark in marks} == {False}


def test_hundreds_of_one_day_stay_within_the_axis() -> None:
    chart, marks = stems([("2020-01-01", "2020-01-01", 1, 1)] * 300, "2020-01-01", "2020-01-01")
    left, right = (float(end["expr"]) for end in chart["layer"][0]["encoding"]["x"]["scale"]["domain"])
    assert all(left <= mark["day"] <= right for mark in marks)


def test_an_open_end_is_an_arrow_at_the_edge_and_the_stem_stands_on_the_day_that_is_known() -> None:
    rows = [
        ("2025-12-13", "9999-12-31", 5, 5),
        ("0001-01-01", "2025-12-20", 4, 4),
        ("0001-01-01", "9999-12-31", 3, 3),
    ]
    chart, marks = stems(rows, "2025-12-13", "2025-12-20")
    left, right = (float(end["expr"]) for end in chart["layer"][0]["encoding"]["x"]["scale"]["domain"])
    assert [(mark["earlier"], mark["later"]) for mark in marks] == [
        (False, True),
        (True, False),
        (True, True),
    ]
    assert [day_of(mark["day"]) for mark in marks[:2]] == ["2025-12-13", "2025-12-20"]
    assert [mark["last"] == right for mark in marks] == [True, False, True]
    assert [mark["first"] == left for mark in marks] == [False, True, True]
    shapes = [layer["mark"].get("shape") for layer in chart["layer"] if isinstance(layer["mark"], dict)]
    assert {"triangle-left", "triangle-right"} <= set(shapes)


def test_an_event_stands_on_its_days_with_its_bounds_and_is_picked_by_its_id() -> None:
    chart, marks = stems([("2025-09-01", "2025-09-30", 50, 52)], "2025-09-01", "2025-09-30")
    assert [(mark["event"], mark["low"], mark["high"], mark["label"]) for mark in marks] == [
        ("e", 50, 52, "50–52")
    ]
    assert [day_of(mark[day]) for mark in marks for day in ("first", "last")] == ["2025-09-01", "2025-09-30"]
    (pick,) = chart["params"]
    assert (pick["name"], pick["select"]["fields"]) == (charts.PICK, ["event"])
