"""The panel Timeline, drawn alone: days of any year, open ends, several pages."""

import json

import pytest
from streamlit.testing.v1 import AppTest

from tests.dashboard.test_page import figures
from tests.worlds import CASES


def script(folder: str) -> None:
    from dashboard.panels import timeline
    from geodata import Filters, country_totals, load, select

    selection = select(load(folder), Filters())
    timeline(selection, country_totals(selection))


def drawn(name: str) -> tuple[list[str], list[dict[str, object]]]:
    """Return the first column of the panel's table, and what its two charts are."""
    page = AppTest.from_function(script, kwargs={"folder": str(CASES / name)}, default_timeout=60).run()
    assert not page.exception
    rows = figures(page)["timeline"].splitlines()[1:-1]
    found = page.get("vega_lite_chart") or page.get("arrow_vega_lite_chart")
    return [row.split(" | ")[0] for row in rows], [json.loads(chart.proto.spec) for chart in found]


@pytest.mark.parametrize(
    ("name", "dates"),
    [
        ("c06_dateline", ["14 December 2025"]),
        ("c07_open_end", ["from 13 December 2025"]),
        ("c08_1863", ["June 1863"]),
        ("c09_quarter", ["the first quarter of 2025"]),
        ("c11_yearXX", ["2025"]),
        ("c50_span_1945", ["1945", "13 December 2025"]),
        ("c62_leaves_before_it_came", ["13 December 2025"]),
        ("decades", ["1 January 1900", "1 January 1970"]),
        ("timeline_sameday", ["1 January 2020", "9 January 2020"]),
    ],
)
def test_days_of_any_year_are_listed_and_drawn(name: str, dates: list[str]) -> None:
    listed, charts = drawn(name)
    assert listed == dates
    assert len(charts) == 2
    for chart in charts:
        first, last = (float(end["expr"]) for end in chart["layer"][0]["encoding"]["x"]["scale"]["domain"])  # type: ignore[index]
        assert -3.4e12 < first < last < 1.9e12, "between 1862 and 2030"


def test_more_than_a_page_of_records_is_drawn() -> None:
    listed, charts = drawn("timeline_51")
    assert len(listed) == 50
    assert len(charts) == 2
