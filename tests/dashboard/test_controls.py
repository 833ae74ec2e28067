"""Widgets, chips and the address: whatever a link can say is kept, applied and shown."""

import datetime as dt
import json
from pathlib import Path
from urllib.parse import quote

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.controls.sidebar import on_calendar
from dashboard.messages.fields import WORDS
from dashboard.messages.figures import figure_text, measure_text
from dashboard.messages.places import place_text
from geodata import Filters
from geodata.model.fields import FIELDS
from geodata.model.measures import MEASURES, QUANTITIES
from geodata.model.places import BEFORE, IN_TRANSIT, NOWHERE, UNREPORTED
from geodata.query.filters import MAX_VALUES
from tests.dashboard.test_page import html, link, run
from tests.worlds import COUNTRIES, claim, event, leg, worked_case, write_world


def chips(page: AppTest) -> list[str]:
    """Return the chips of a page, without the mark that takes them away."""
    return [
        button.label.removesuffix(" ✕").replace("\\", "")
        for button in page.button
        if button.key.startswith("chip")
    ]


def test_each_key_that_chooses_has_its_words() -> None:
    for name, field in FIELDS.items():
        if field.acts in ("records", "claims"):
            assert WORDS[name].chip, name
        if field.offered or field.terms:
            assert WORDS[name].label, name
        if name not in WORDS:  # the panels, the map and the numbers set these themselves
            assert name in ("data", "tab", "at", "figure")
    assert WORDS.keys() <= FIELDS.keys()


def test_each_measure_has_its_words() -> None:
    day = dt.date(2025, 12, 13)
    for name, quantity in QUANTITIES.items():
        if quantity.kind in ("total", "present", "people"):
            assert figure_text(name, "UA", day), name
            assert figure_text(name, "UA", day, counts="movements"), name
    for measure in MEASURES:
        assert measure_text(measure)
        assert measure_text(measure, "movements")
    for row in (*NOWHERE, IN_TRANSIT, UNREPORTED, BEFORE):
        assert place_text(row) != row


KEPT = [
    ("date=1861", "1861"),
    ("date=1861-05/1863-07-04", "May 1861 – 4 July 1863"),
    ("date=2300", "2300"),
    ("date=../2025-12", "until December 2025"),
    ("date=2025-06/..", "from June 2025"),
    ("asof=2300-01-01", "as known on 1 January 2300"),
    ("asof=1850-01-01", "as known on 1 January 1850"),
    ("t=1850-01-01", "where people are at the end of 1 January 1850"),
    ("t=9999-12-31", "where people are at the end of 31 December 9999"),
]


@pytest.mark.parametrize(("query", "chip"), KEPT)
def test_what_a_calendar_cannot_show_is_kept_and_a_chip(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, query: str, chip: str
) -> None:
    data = worked_case(tmp_path / "world")
    page = run(monkeypatch, f"{query}&lang=uk", data=data)
    asked = Filters.parse(f"{query}&lang=uk")[0]
    key = query.partition("=")[0]
    assert link(page).values(key) == asked.values(key)
    assert chips(page) == [chip]
    assert 'class="ptm-notice"' not in html(page)
    # Another change leaves it where it is; the chip takes it away for good.
    page.selectbox(key="measure").select("arrived").run()
    assert not page.exception
    assert (link(page).values(key), link(page).measure) == (asked.values(key), "arrived")
    page.button(key=f"chip:{key}:{asked.values(key)[0]}").click().run()
    page.selectbox(key="measure").select("departed").run()
    assert not page.exception
    assert (link(page).values(key), chips(page)) == ((), [])


def test_an_unknown_panel_is_a_notice_and_the_first_one_is_open(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    page = run(monkeypatch, "tab=globe", data=worked_case(tmp_path / "world"))
    assert "tab=globe was ignored: there is no such panel; known are countries, movements," in html(page)
    assert link(page).tab == "countries"


def test_the_open_panel_stays_open_when_a_filter_is_removed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    page = run(monkeypatch, "tab=sources&to=LT", data=worked_case(tmp_path / "world"))
    page.button(key="chip:to:LT").click().run()
    assert not page.exception
    assert (link(page).destination, link(page).tab) == ((), "sources")
    assert page.session_state["tab"] == "Sources and method"


@pytest.mark.parametrize(("key", "before"), [("date", "1861"), ("date", "2025-09"), ("asof", "2300-01-01")])
def test_a_calendar_replaces_what_the_link_wrote(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, key: str, before: str
) -> None:
    page = run(monkeypatch, f"{key}={before}", data=worked_case(tmp_path / "world"))
    widget = {"date": "dates", "asof": "asof"}[key]
    chosen = (dt.date(2025, 12, 1), dt.date(2025, 12, 31)) if key == "date" else dt.date(2025, 12, 31)
    page.date_input(key=widget).set_value(chosen).run()
    expected = "2025-12-01/2025-12-31" if key == "date" else "2025-12-31"
    assert link(page).values(key) == (expected,)
    page.date_input(key=widget).set_value(() if key == "date" else None).run()
    assert link(page).values(key) == (), "what the link once wrote does not come back"


def test_a_calendar_shows_what_it_can() -> None:
    assert on_calendar("1900-01-01/2199-12-31") == (dt.date(1900, 1, 1), dt.date(2199, 12, 31))
    assert on_calendar("1899-12-31/1900-01-01") is None
    assert on_calendar("2199-12-31/2200-01-01") is None


@pytest.mark.parametrize("tag", ["ce", "aa", "tok", "uk", "pt-BR", "en-Shaw", "kxv-Deva-IN"])
def test_any_language_is_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, tag: str) -> None:
    page = run(monkeypatch, f"lang={tag}&from=BY", data=worked_case(tmp_path / "world"))
    assert link(page).lang == tag
    assert page.selectbox(key="lang").value == tag
    assert 'class="ptm-notice"' not in html(page)


@pytest.mark.thorough
def test_each_key_survives_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a link says of each key stands in the address again, whether a widget shows it or not."""
    examples = {
        "from": "BY",
        "to": "LT",
        "country": "LT",
        "place": "vilnius",
        "date": "2025-12",
        "event": "2025-12-13",
        "transfer": "2025-12-13-by-lt",
        "kind": "release",
        "status": "done",
        "group": "U.S. citizens",
        "source": "wikipedia-ankara-2024",
        "basis": "all",
        "compare": "all",
        "asof": "2025-12-31",
        "measure": "arrived",
        "t": "2025-12-13",
        "at": "52.9,26.1,4.6",
        "figure": "people",
        "lang": "uk",
        "tab": "share",
    }
    assert examples.keys() == {field.key for field in FIELDS.values()} - {"data"}
    for key, text in examples.items():
        page = run(monkeypatch, f"{key}={quote(text)}")
        assert 'class="ptm-notice"' not in html(page), key
        asked, _ = Filters.parse(f"{key}={quote(text)}")
        assert link(page).values(key) == asked.values(key) != (), key


def copied(page: AppTest) -> dict[str, str]:
    """Return why each button that copies has nothing to copy; "" where it has."""
    found = {}
    for element in page.get("bidi_component"):
        content = json.loads(element.proto.json or "{}")
        if "whyNot" in content:
            assert bool(content["parts"]) != bool(content["whyNot"])
            found[content["label"]] = content["whyNot"]
    return found


def test_a_selection_too_long_for_a_link_is_shown_and_cannot_be_copied(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    every = [f"e{k:02}" for k in range(MAX_VALUES + 6)]
    data = write_world(
        tmp_path / "world",
        events=[event(name) for name in every],
        claims=[claim(name, 10) for name in every],
    )
    page = run(monkeypatch, f"event={','.join(every[:MAX_VALUES])}&tab=share", data=data)
    assert copied(page)["Copy link"] == ""
    assert "640 people were released" in html(page)
    assert "countries.csv?" in html(page)
    page.multiselect(key="event").set_value(every[: MAX_VALUES + 1]).run()
    assert not page.exception
    assert "650 people were released" in html(page)
    why = "There is no link to this selection: a link holds at most 64 values of a key, and event has 65."
    assert {label: reason for label, reason in copied(page).items() if reason} == dict.fromkeys(
        (
            "Copy link",
            "Copy for the command line",
            "Copy for pandas",
            "Copy for R",
            "Copy address",
            "Copy frame",
        ),
        why,
    )
    assert "countries.csv?" not in html(page)
    page.selectbox(key="measure").select("arrived").run()
    assert "650 people were released" in html(page)
    page.button(key="chip:event:e00").click().run()
    assert copied(page)["Copy link"] == ""
    assert link(page).event == tuple(every[1 : MAX_VALUES + 1])


def test_the_basis_is_never_compared_with_itself(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    page = run(monkeypatch, "compare=two", data=worked_case(tmp_path / "world"))
    page.selectbox(key="basis").select("two").run()
    assert (link(page).basis, link(page).compare) == ("two", "")
    assert "compare=two was ignored: it is the basis itself. Shown: one basis alone." in html(page)


def test_rows_that_are_no_country_are_chips(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    grave = {"location_id": "grave", "name": "Grave", "kind": "death", "precision": "unknown"}
    data = write_world(
        tmp_path / "world",
        locations=[*COUNTRIES, grave],
        events=[event()],
        transfers=[leg("a", "by", "ua"), leg("b", "ua", "grave", follows="a")],
        claims=[claim("e", 10), claim("a", 10), claim("b", 1)],
    )
    page = run(monkeypatch, "to=died&from=between", data=data)
    assert link(page).destination == ("died",)
    assert chips(page) == ["from a place between countries", "died on the way or in custody"]
