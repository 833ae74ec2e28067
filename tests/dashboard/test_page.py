"""The page as Streamlit runs it, without a browser: what it says for every kind of link and dataset."""

import sys
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard import cache
from geodata import Filters
from tests.conftest import ROOT
from tests.geodata.test_load import FAULTS, faulty_world
from tests.worlds import claim, event, leg, worked_case, write_world


def run(monkeypatch: pytest.MonkeyPatch, query: str = "", data: Path | None = None) -> AppTest:
    """Return the page after its first run on a link."""
    monkeypatch.setattr(sys, "argv", ["page.py", *(["--data", str(data)] if data else [])])
    cache._data_path.cache_clear()
    st.cache_resource.clear()
    page = AppTest.from_file(ROOT / "dashboard" / "page.py", default_timeout=60)
    for key, value in parse_qsl(query, keep_blank_values=True):
        page.query_params[key] = value
    page.run()
    assert not page.exception
    return page


def html(page: AppTest) -> str:
    """Return all HTML of the page."""
    return "\n".join(element.proto.body for element in page.get("html"))


def panel(page: AppTest, name: str) -> str:
    """Return all HTML of the page with one of its panels open."""
    page.session_state["tab"] = name
    page.run()
    assert not page.exception
    return html(page)


def link(page: AppTest) -> Filters:
    """Return the filters that the address bar holds."""
    query = urlencode({key: "".join(value) for key, value in page.query_params.items()})
    filters, notices = Filters.parse(query)
    assert notices == []
    return filters


def test_the_first_visit_opens_on_what_the_dataset_features(monkeypatch: pytest.MonkeyPatch) -> None:
    page = run(monkeypatch)
    assert "123 people were released in Belarus on 13 December 2025; 89 remained in Poland" in html(page)
    assert (link(page).event, link(page).status) == (("2025-12-13",), ("done",))
    assert [chip.label for chip in page.button] == [
        "Release of 13 December 2025 ✕",
        "took place ✕",
        "Show everything",
    ]


def test_a_link_restores_every_widget(monkeypatch: pytest.MonkeyPatch) -> None:
    query = "v=1&from=BY&to=LT,UA&date=2025-09/2025-12-13&kind=release&status=done&basis=all&measure=arrived"
    page = run(monkeypatch, f"{query}&t=2025-12-13&at=52.9,26.1,4.6")
    assert [widget.value for widget in page.multiselect] == [[], ["BY"], ["LT", "UA"], ["release"]]
    assert [day.isoformat() for day in page.date_input[0].value] == ["2025-09-01", "2025-12-13"]
    assert [widget.value for widget in page.selectbox] == ["all", "arrived"]
    expected = Filters.parse(f"{query}&t=2025-12-13&at=52.9,26.1,4.6")[0]
    assert link(page).query().partition("&from")[2] == expected.query().partition("&from")[2]
    assert link(page).data.startswith("belarus-2024-2025@")


def test_every_change_is_written_to_the_address(monkeypatch: pytest.MonkeyPatch) -> None:
    page = run(monkeypatch, "status=done&t=2025-12-13")
    page.multiselect(key="destination").select("LT").run()
    assert link(page).destination == ("LT",)
    assert link(page).t == "", "the day belonged to the selection before"
    page.selectbox(key="measure").select("arrived").run()
    assert link(page).measure == "arrived"
    page.button(key="chip:to:LT").click().run()
    assert link(page).destination == ()
    assert link(page).measure == "arrived"
    page.button(key="everything").click().run()
    assert (link(page).status, link(page).measure) == ((), "arrived")


def test_a_link_that_is_opened_later_in_the_session_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    page = run(monkeypatch, "status=done")
    page.query_params["to"] = "LT"
    page.run()
    assert page.multiselect(key="destination").value == ["LT"]
    assert link(page).destination == ("LT",)


@pytest.mark.parametrize(
    "query",
    [
        "event=never&colour=red&status=flown&from=XX&basis=nobody&data=elsewhere@00000000&v=9",
        "at=1,2&t=soon&date=2025-13&measure=<b>&event=" + "x" * 101,
        "event=" + "x" * 5000,
        "from=" + ",".join(["BY"] * 70),
        "t=" + "%00%e2%80%ae",
    ],
)
def test_a_hostile_or_outdated_link_shows_notices_and_the_rest_works(
    monkeypatch: pytest.MonkeyPatch, query: str
) -> None:
    page = run(monkeypatch, query)
    assert 'class="ptm-notice"' in html(page) or "BY" in link(page).origin
    assert 'class="ptm-headline"' in html(page)


def test_notices_say_what_was_asked_and_what_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    page = run(monkeypatch, "event=never&data=belarus-2024-2025@00000000")
    assert "The link asked for event=never; shown is no filter here: the dataset has no such event." in html(
        page
    )
    assert "the data has changed since the link was made, and figures may differ" in html(page)


def test_an_empty_selection_says_what_to_remove(monkeypatch: pytest.MonkeyPatch) -> None:
    page = run(monkeypatch, "date=2031&status=done")
    assert "No movement matches." in html(page)
    assert "Remove one of the filters: date, status." in html(page)


def test_a_faulty_dataset_shows_the_same_list_as_the_command_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    page = run(monkeypatch, data=faulty_world(tmp_path / "world"))
    assert [text.value for text in page.text] == FAULTS
    assert page.header[0].value == "This dataset cannot be shown yet"


def test_a_folder_without_a_dataset_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    page = run(monkeypatch, data=tmp_path)
    assert "no datapackage.json here or one folder below" in page.text[0].value


def test_one_of_several_datasets_is_chosen_by_link_or_by_hand(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    worked_case(tmp_path / "world")
    write_world(tmp_path / "another", name="another")
    page = run(monkeypatch, "data=world", data=tmp_path)
    assert "123 people were released" in html(page)
    page.selectbox(key="data").select("another").run()
    assert "The dataset has no events." in html(page)
    assert link(page).data.startswith("another@")


def test_texts_of_a_dataset_are_never_markup(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    mark = "<img src=x onerror=alert(1)> ![](http://example.org/a.png) **b** @@="
    folder = write_world(
        tmp_path / "world",
        events=[event(title=mark, summary=mark)],
        transfers=[leg("a", "by", "lt", note=mark)],
        claims=[claim("a", 1, quote=mark, wording=mark, attribution=mark)],
        sources=[{"source_id": "one", "publisher": mark, "title": mark, "url": "javascript:alert(1)"}],
    )
    page = run(monkeypatch, "event=e", data=folder)
    shown = panel(page, "Movements") + panel(page, "Sources and method")
    assert "<img" not in shown
    assert shown.count("&lt;img src=x onerror=alert(1)&gt;") >= 6
    assert "javascript:" not in shown
    assert page.button(key="chip:event:e").label.startswith(r"\<img src\=x")
    assert r"\!\[\]\(http\:\/\/example" in page.button(key="chip:event:e").label


def test_claims_open_under_each_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    page = run(monkeypatch)
    shown = panel(page, "Movements")
    assert "114 civilians were handed over to Ukraine" in shown
    assert "Most of the freed prisoners" in shown
    assert 'href="https://en.interfax.com.ua/news/general/1128238.html"' in shown
    shown = panel(page, "Sources and method")
    assert "UN-recognised borders" in shown
    assert "Borders © OpenStreetMap contributors (ODbL 1.0), modified" in shown
    assert "Political prisoners still held" in shown
