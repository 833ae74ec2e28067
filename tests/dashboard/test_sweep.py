"""Whatever a link can say, a page can show: every panel, every dialog and the offline page.

Many links are opened in one session, each with all panels drawn; what fails is collected and reported with
its link, so that one run shows the whole extent of a fault.
"""

from __future__ import annotations

import datetime as dt
import json
import random
import re
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from itertools import cycle
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

import pytest
import streamlit as st
from streamlit import config
from streamlit.delta_generator import DeltaGenerator
from streamlit.testing.v1 import AppTest

from dashboard import cache as kept
from dashboard import controls, panels
from dashboard.messages.days import date_text
from dashboard.messages.doubts import doubts
from dashboard.messages.figures import figure_text
from dashboard.messages.headline import headline
from dashboard.messages.phrases import text_of
from dashboard.messages.places import language_text, place_text
from dashboard.server import standalone as keep
from geodata import DataError, Dataset, Filters, Selection, country_totals, honour, select
from geodata.analysis.basis import ADOPTED, ALL
from geodata.geo.boundaries import country_codes
from geodata.model.dates import span
from geodata.model.schema import EVENT_KINDS, STATUSES
from geodata.query.filters import MAX_QUERY_BYTES, MAX_VALUES, MEASURES, PRESENT, languages
from tests.conftest import ROOT
from tests.worlds import COUNTRIES, SOURCES, claim, event, leg, worked_case, write_world

pytestmark = pytest.mark.thorough

TABS = tuple(panels.PANELS)
FIXTURE = ROOT / "tests" / "fixtures" / "belarus-first"
CASES = sorted(path for path in (ROOT / "tests" / "cases").iterdir() if (path / "datapackage.json").exists())


class Session:
    """A reader's session in which one link after another is opened and every panel is drawn at once.

    Parameters
    ----------
    monkeypatch
        Undoes what opens all panels.
    folder
        The dataset.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
        monkeypatch.setattr(sys, "argv", ["page.py", "--data", str(folder)])
        monkeypatch.setattr(controls, "tabs", self._tabs)
        self._monkeypatch, self._panels = monkeypatch, TABS
        kept._data_path.cache_clear()
        st.cache_resource.clear()
        self.dataset = kept.dataset()
        self.page = AppTest.from_file(ROOT / "dashboard" / "page.py", default_timeout=120)

    def opened(self, link: str, drawn: tuple[str, ...] = TABS) -> list[str]:
        """Open a link and return what is wrong: an error on the page, or something that the link lost.

        Parameters
        ----------
        link
            Query string.
        drawn
            The panels that are drawn.
        """
        self._panels = drawn
        self.page.query_params.clear()
        for key, value in parse_qsl(link, keep_blank_values=True):
            self.page.query_params[key] = value
        self.page.run()
        self.trust_charts()
        if self.page.exception:
            error = self.page.exception[0]
            return [f"{error.message.splitlines()[0]} · {_place(error.stack_trace)}"]
        asked, unread = Filters.parse(link)
        wanted, unknown = honour(asked, self.dataset)
        address = urlencode({key: "".join(value) for key, value in self.page.query_params.items()})
        shown = Filters.parse(address)[0]
        wanted = replace(wanted, tab=wanted.tab or TABS[0])
        noticed = sum(body.count("<li>") for body in self.html() if 'class="ptm-notice"' in body)
        lost = [f"shows {shown.query()} for it"] if shown != wanted else []
        silent = noticed != len(unread) + len(unknown)
        return lost + ([f"says {noticed} notices of {len(unread) + len(unknown)}"] if silent else [])

    def trust_charts(self) -> None:
        """Make charts from now on without handing them to Vega.

        Whether it can read them depends on the dataset, hardly on the link, and is over half of the time.
        """
        self._monkeypatch.setattr(st, "altair_chart", lambda *_, **__: None)

    def _tabs(self, titles: Mapping[str, str]) -> Iterator[tuple[str, DeltaGenerator]]:
        """Yield panels as if each were open."""
        tabs = st.tabs(list(titles.values()), key="tab", on_change="rerun")
        yield from ((name, tab) for name, tab in zip(titles, tabs, strict=True) if name in self._panels)

    def html(self) -> list[str]:
        """Return all HTML of the page."""
        return [element.proto.body for element in self.page.get("html")]

    def contents(self) -> Iterator[dict[str, Any]]:
        """Yield the tables and sentences whose numbers open."""
        for element in self.page.get("bidi_component"):
            content = json.loads(element.proto.json or "{}")
            if content.get("kind") in ("table", "sentence"):
                yield content

    def unopened(self, most: int = 10**6) -> list[str]:
        """Return what is wrong with the dialogs of the numbers that the page shows: all, or a sample."""
        cells = [cell for content in self.contents() for cell in _figures(content)]
        shown = {cell["figure"]: cell["text"] for cell in reversed(cells)}
        figures = sorted(shown)[:: max(1, len(shown) // most)]
        address = urlencode({key: "".join(value) for key, value in self.page.query_params.items()})
        selection = select(self.dataset, Filters.parse(address)[0])
        return [
            f"{figure} ({shown[figure]}): {fault}"
            for figure in figures
            if (fault := undrawn(selection, figure, shown[figure]))
        ]


def _place(trace: list[str]) -> str:
    """Return where in our own code a trace ends."""
    found = [re.search(rf'File "{re.escape(str(ROOT))}/([^"]+)", line (\d+)', line) for line in trace]
    ours = [f"{each[1]}:{each[2]}" for each in found if each and not each[1].startswith(".venv")]
    return ours[-1] if ours else "not in our code"


def _figures(content: dict[str, Any]) -> list[dict[str, str]]:
    """Return the cells of a table or a sentence that open; those of groups open their whole record."""
    if "Group" in content.get("header", ()):
        return []
    cells = content["parts"] if content["kind"] == "sentence" else [c for row in content["rows"] for c in row]
    return [cell for cell in cells if isinstance(cell, dict) and cell.get("figure")]


def undrawn(selection: Selection, figure: str, text: str = "") -> str:
    """Return what is wrong with the dialog of a number: an error, or another number than the page shows."""
    with pytest.MonkeyPatch.context() as patch:
        said: list[str] = []
        patch.setattr(st, "html", said.append)
        patch.setattr(st, "write", said.append)
        try:
            panels.open_number.__wrapped__(
                replace(selection, filters=replace(selection.filters, figure=figure))
            )
        except Exception as error:
            return f"{error!r} · {_place(traceback.format_tb(error.__traceback__))}"
    if not text or text[0] == "0":  # nothing adds up to zero
        return ""
    count = re.search(r'<h3 class="ptm-proof">([^<a-zA-Z]*?) (people|person)', said[0])
    number = re.sub(" (people|person)$", "", text).replace("At least", "≥").replace("at least", "≥")
    same = count[1] == number if count else "reported" in text and "reported" in said[0][:300]
    return "" if same else f"its dialog says {said[0][:80]}"


def offline(dataset: Dataset, link: str, turn: int = 0) -> list[str]:
    """Return what is wrong with the page to download of a link; only its words where it is not its turn."""
    filters = honour(Filters.parse(link)[0], dataset)[0]
    try:
        if turn:
            selection = select(dataset, filters)
            totals = country_totals(selection)
            assert text_of(headline(selection, totals)) or selection.events.empty
            doubts(selection, totals)
            return []
        page = keep.web_page(dataset, filters).decode()
        scene = re.search(r'<script type="application/json" id="scene">(.*?)</script>', page, re.DOTALL)
        assert scene, "no scene"
        json.loads(scene[1], parse_constant=_no_number)
    except Exception as error:
        return [f"map.html: {error!r}"]
    return []


def _no_number(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


def report(faults: Iterable[tuple[str, list[str]]]) -> None:
    """Fail with all that is wrong, each with its link."""
    lines = [f"?{link}\n    {fault}" for link, found in faults for fault in found]
    assert not lines, f"{len(lines)} faults\n" + "\n".join(lines)


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Path], Session]]:
    """Give a function that starts a session on a dataset."""
    # The bundle is the same in every page, and its five megabytes are most of the time.
    monkeypatch.setattr(keep, "_bundle", str)
    # Errors in full on the page, and plain in the log: drawing them there takes longer than the page.
    wanted = {"client.showErrorDetails": "full", "logger.enableRich": False}
    before = {name: config.get_option(name) for name in wanted}
    for name, value in wanted.items():
        config.set_option(name, value)
    yield lambda folder: Session(monkeypatch, folder)
    for name, value in before.items():
        config.set_option(name, value)


# Every panel, for every number of records and every pair of bases.

LATER = {"standing": "conflicting", "source_id": "two"}


def events_alone(folder: Path, number: int) -> Path:
    """Write events without transfers: as many records in each list of the page."""
    every = [event(f"e{k}", date=f"2025-{1 + k % 12:02}-{1 + k % 28:02}") for k in range(number)]
    claims = [claim(f"e{k}", k + 1, "" if k % 3 == 0 else k + 2) for k in range(number)]
    claims += [claim(f"e{k}", k + 4, "", **LATER) for k in range(0, number, 2)]
    return write_world(folder, events=every, claims=claims)


def many(folder: Path) -> Path:
    """Write 5,000 records: events with one transfer each."""
    every = [event(f"e{k}", date=f"{1950 + k % 75}-{1 + k % 12:02}") for k in range(2500)]
    ends = cycle([("by", "lt"), ("by", "ua"), ("ua", "pl"), ("lt", "lt")])
    legs = [leg(f"t{k}", *next(ends), event_id=f"e{k}") for k in range(2500)]
    claims = [claim(f"t{k}", k % 90, "" if k % 7 == 0 else None) for k in range(2500)]
    claims += [claim(f"e{k}", k % 90, k % 90 + 9, **LATER) for k in range(0, 2500, 2)]
    return write_world(folder, events=every, transfers=legs, claims=claims)


def open_dates(folder: Path) -> Path:
    """Write records whose days are open at either end."""
    dates = ["../2025-12", "2025-12/..", "/1990", "1990/"]
    return write_world(
        folder,
        events=[event(f"e{k}", date=date) for k, date in enumerate(dates)],
        transfers=[
            leg("a", "by", "ua", event_id="e0"),
            leg("b", "ua", "pl", event_id="e0", follows="a", departed="2025-12/.."),
            leg("c", "by", "lt", event_id="e1", arrived="2026-01/.."),
            leg("d", "by", "lt", event_id="e2", departed="../1989"),
            leg("e", "by", "lt", event_id="e3", status="planned", departed="1991/.."),
        ],
        claims=[claim("e0", 9, ""), claim("a", 5), claim("b", 2, ""), claim("c", 4), claim("e", 1, **LATER)],
    )


def kinds(folder: Path) -> Path:
    """Write an event of each kind, and transfers of each status."""
    return write_world(
        folder,
        events=[event(kind, kind=kind) for kind in EVENT_KINDS],
        transfers=[
            leg(f"{kind}-{status}", "by", "lt", event_id=kind, status=status)
            for kind in EVENT_KINDS
            if kind != "series"
            for status in STATUSES
        ],
        claims=[claim(kind, 9) for kind in EVENT_KINDS],
    )


WORLDS: dict[str, Callable[[Path], Path]] = {
    "0 records": lambda folder: write_world(folder),
    "1 record": lambda folder: events_alone(folder, 1),
    "50 records": lambda folder: events_alone(folder, 50),
    "51 records": lambda folder: events_alone(folder, 51),
    "5,000 records": many,
    "open dates": open_dates,
    "no sources": lambda folder: write_world(
        folder,
        sources=(),
        events=[event()],
        transfers=[leg("a", "by", "lt"), leg("b", "lt", "pl", follows="a")],
    ),
    "no findings": lambda folder: write_world(
        folder, events=[event()], transfers=[leg("a", "by", "lt")], claims=[claim("a", 5)]
    ),
    "every kind": kinds,
    "worked case": worked_case,
}
BASES = ((ADOPTED, ""), (ALL, ""), ("one", ""), (ADOPTED, ALL), (ALL, ADOPTED), (ADOPTED, "two"))
BASES += (("one", ALL), (ALL, "two"), ("two", ADOPTED), ("one", "two"))
COMPARED = ("evidence",)
"""Panels that show a second basis; the others are drawn once for each first one."""


@pytest.mark.parametrize("world", WORLDS)
def test_every_panel_and_dialog_is_drawn_by_every_basis(
    opened: Callable[[Path], Session], tmp_path: Path, world: str
) -> None:
    session = opened(WORLDS[world](tmp_path / "world"))
    faults = []
    bases = BASES[:4] if world == "5,000 records" else BASES  # a second is a second more there
    for (basis, compare), measure in zip(bases, cycle(MEASURES), strict=False):
        sources = {ADOPTED, ALL, "", *session.dataset.sources.index}
        if {basis, compare} <= sources:
            link = f"basis={basis}&compare={compare}&measure={measure}"
            drawn = session.opened(link, COMPARED if compare else TABS)
            faults.append((link, drawn or session.unopened(4)))
    report(faults)


def test_every_panel_and_dialog_of_the_shipped_data(opened: Callable[[Path], Session]) -> None:
    session = opened(FIXTURE)
    sources = session.dataset.sources.index
    pairs = [(ADOPTED, ALL, 10**6), (ALL, ADOPTED, 12), *((source, "", 8) for source in sources[::15])]
    faults = []
    for basis, compare, most in pairs:
        link = f"basis={basis}&compare={compare}"
        faults.append((link, session.opened(link) or session.unopened(most)))
    report(faults)


FIGURES = (
    *(
        "people",
        "RU.arrived",
        "XX.arrived",
        "BY.flown",
        "never",
        ".arrived",
        "between.remained",
        "died.remained",
    ),
    *("in_transit.present", "unreported.present", "before.present", "died.present", "before.arrived"),
    *("XX.present", "moved.outcome", "flown.outcome", "unreported.outcome", "BY.outcome", "x" * 100),
)


def test_a_number_that_a_selection_does_not_have_is_a_sentence(
    opened: Callable[[Path], Session], tmp_path: Path
) -> None:
    session = opened(worked_case(tmp_path / "world"))
    named = [f"{row}.{measure}" for row in country_codes()[::60] for measure in (*MEASURES, PRESENT)]
    records = [*session.dataset.events.index, *session.dataset.transfers.index]
    faults = []
    for chosen in ("", "from=LT", "date=1999", "basis=two", "status=denied", "asof=2025-12-13"):
        selection = select(session.dataset, Filters.parse(chosen)[0])
        for figure in (*FIGURES, *records, *(named if not chosen else ())):
            if fault := undrawn(selection, figure):
                faults.append((f"{chosen}&figure={figure}", [fault]))
    links = [f"{chosen}&figure={figure}" for chosen in ("", "date=1999") for figure in FIGURES[:9:2]]
    report([*faults, *((link, session.opened(link)) for link in links)])


def test_a_page_of_a_list_that_became_shorter_is_its_last(
    opened: Callable[[Path], Session], tmp_path: Path
) -> None:
    """151 events, of 2025: 12 or 13 a month."""
    session = opened(events_alone(tmp_path / "world", 151))
    assert session.opened("") == []
    for widget in session.page.number_input:
        widget.set_value(4)
    session.page.run()
    assert {widget.value for widget in session.page.number_input} == {4}
    for link in ("date=2025-01/2025-06", "date=2025-01", "date=1999", ""):
        assert session.opened(link) == []
        assert all(1 <= widget.value <= widget.max for widget in session.page.number_input)
        assert sum("<details" in body for body in session.html()) == (2 if link != "date=1999" else 0)


# Every value that the codec accepts.

FORMS = (
    # Level 0: days, months, years, intervals of them.
    *(
        "2025-12-13",
        "2025-12",
        "2025",
        "2024-02-29",
        "2025-12-13/2025-12-18",
        "2024-07/2025-12",
        "2024/2025-12-13",
    ),
    *(
        "0001",
        "0001-01-01",
        "9999",
        "9999-12-31",
        "0001/9999",
        "0001-01-01/9999-12-31",
        "0000",
        "-0001",
        "-1985",
    ),
    # Level 1: years of more digits, seasons, qualified, unspecified digits, open and unknown ends.
    *("Y17000", "Y-17000", "2025-21", "2025-22", "2025-23", "2025-24", "2025-25", "2025-33", "2025-41"),
    *(
        "2025?",
        "2025-12~",
        "2025-12-13%",
        "2025-12-13?",
        "2025-21~",
        "2025~/2025-12%",
        "202X",
        "20XX",
        "2XXX",
    ),
    *("XXXX", "2025-XX", "2025-1X", "2025-12-XX", "2025-XX-XX", "2025-12-1X", "202X/2025", "-198X", "20XX?"),
    *(
        "../2025",
        "2025-12/..",
        "/2025-12-13",
        "2025/",
        "../2025-12~",
        "2025?/..",
        "../..",
        "/",
        "2025-22/2025-24",
    ),
    # Fiscal years, which look like seasons; times, which are no dates.
    *("2020-21", "2025-12-13T10:00:00", "2025-12-13T10:00:00Z", "13.12.2025"),
)
YEARS = (
    *(1, 2, 99, 100, 999, 1000, 1582, 1583, 1677, 1678, 1752, 1861, 1899, 1900, 1901, 1902, 1969, 1970, 2037),
    *(2038, 2039, 2106, 2107, 2199, 2200, 2261, 2262, 2263, 2300, 9998, 9999),
)
SPREAD = (
    "en",
    "ce",
    "aa",
    "be-tarask",
    "uk",
    "ar",
    "he",
    "zh-Hant-HK",
    "sr-Latn",
    "ja",
    "pt-BR",
    "en-001",
    "tok",
)


def test_a_form_of_a_date_is_read_or_said_to_be_ignored() -> None:
    for form in FORMS:
        filters, notices = Filters.parse(f"date={quote(form)}")
        assert filters.date == ("" if notices else form)
        assert [notice.key for notice in notices] in ([], ["date"])


@cache
def accepted() -> tuple[str, ...]:
    """Return the forms of dates that a link may hold."""
    return tuple(form for form in FORMS if not Filters.parse(f"date={quote(form)}")[1])


def ages(folder: Path) -> Path:
    """Write an event and a transfer for each form of a date, and for each of the years."""
    dates = [*accepted(), *(f"{year:04}" for year in YEARS)]
    return write_world(
        folder,
        events=[event(f"e{k}", date=date) for k, date in enumerate(dates)],
        transfers=[
            leg(f"t{k}", "by", "lt", event_id=f"e{k}", **{"arrived" if k % 2 else "departed": date})
            for k, date in enumerate(dates)
        ],
        claims=[claim(f"e{k}", k + 1, "" if k % 5 == 0 else None) for k in range(len(dates))],
        sources=[
            *SOURCES,
            *(
                {"source_id": f"s{k}", "publisher": "x", "published": date}
                for k, date in enumerate(dates[::3])
            ),
        ],
    )


def test_dates_of_every_form_and_year(opened: Callable[[Path], Session], tmp_path: Path) -> None:
    """As the days of records, as a filter, as the day of the player and as the day of knowledge."""
    session = opened(ages(tmp_path / "world"))
    tags = cycle([*SPREAD, *sorted(languages())[::97]])
    days = cycle([f"{year:04}-{day}" for year in YEARS for day in ("01-01", "12-31")])
    dates = [*accepted(), *(f"{year:04}" for year in YEARS[::3])]
    views = cycle(["", "-90,-180,0", "90,180,20", "0,0,0", "89.9999,-179.9999,19.99", "-0.0001,1e-4,0.01"])
    links = ["", f"t={next(days)}", "t=9999-12-31", "t=0001-01-01", "asof=0001-01-01", "asof=9999-12-31"]
    links += [
        urlencode({"date": date, "lang": tag, "t": day, "at": view, "measure": measure, "asof": known})
        for date, tag, day, view, measure, known in zip(
            dates, tags, days, views, cycle(MEASURES), cycle(["", "", "", next(days)]), strict=False
        )
    ]
    timed = cycle([("countries",), ("timeline",)])
    report(
        (link, session.opened(link, TABS if k < 3 else next(timed)) + offline(session.dataset, link, k % 3))
        for k, link in enumerate(links)
    )


def test_every_country_has_a_name_in_every_language() -> None:
    rows = [*country_codes(), "between", "unlocated", "died", "in_transit", "unreported", "before"]
    faults = []
    for tag in sorted(languages()):
        try:
            names = [place_text(row, tag) for row in rows]
            names += [figure_text(m, row, None, tag) for m in MEASURES for row in ("BY", "died")]
            names += [figure_text(PRESENT, row, dt.date(2025, 12, 13), tag) for row in ("BY", *rows[-6:])]
            names.append(language_text(tag))
        except Exception as error:
            faults.append((f"lang={tag}", [f"{error!r}"]))
        else:
            faults += [(f"lang={tag}", ["a name is empty"])] * (not all(names))
    report(faults)


def test_every_year_is_a_date_in_words() -> None:
    faults = []
    for year in [*range(1, 10_000, 97), *YEARS]:
        text = f"{year:04}"
        try:
            earliest, latest = span(text)
            assert (str(earliest)[:10], str(latest)[:10]) == (f"{text}-01-01", f"{text}-12-31")
            assert str(year) in date_text(text)
            assert str(year) in date_text(f"{text}-12-31")
        except Exception as error:
            faults.append((f"date={text}", [f"{error!r}"]))
    report(faults)


def full(folder: Path) -> Path:
    """Write as many records as one key of a link holds values, and ids and groups as long as they may be."""
    long, group = "x" * 100, "men, women % & + # ∀ " * 95
    numbers = range(MAX_VALUES + 1)
    return write_world(
        folder,
        locations=[
            *COUNTRIES,
            *(
                {**COUNTRIES[0], "location_id": place, "name": place}
                for place in (*(f"p{k}" for k in numbers), long, "ü" * 100)
            ),
        ],
        events=[event(long), event("ü" * 100), *(event(f"e{k}") for k in numbers)],
        transfers=[
            leg("y" * 100, long, "lt", event_id=long, via="ü" * 100),
            *(leg(f"t{k}", f"p{k}", "lt", event_id=f"e{k}") for k in numbers),
        ],
        claims=[
            claim(long, 7, group=group[:1900].strip(), source_id="z" * 100, claim_id="long"),
            *(claim(f"e{k}", 10**9 if k == 1 else k, group=f"g{k}", source_id=f"s{k}") for k in numbers),
        ],
        sources=[
            {"source_id": "z" * 100, "publisher": "z", "url": "http://[x"},
            *({"source_id": f"s{k}", "publisher": f"{k}", "url": "https://[::1/a]b"} for k in numbers),
        ],
    )


def test_every_key_at_its_limits(opened: Callable[[Path], Session], tmp_path: Path) -> None:
    session = opened(full(tmp_path / "world"))
    group = next(group for group in session.dataset.claims["group"] if len(group) > 1000)
    sets: dict[str, Callable[[int], str]] = {
        "event": lambda k: f"e{k}",
        "transfer": lambda k: f"t{k}",
        "place": lambda k: f"p{k}",
        "source": lambda k: f"s{k}",
        "group": lambda k: f"g{k}",
        "from": lambda k: country_codes()[k],
        "to": lambda k: country_codes()[-k],
        "country": lambda k: country_codes()[2 * k],
    }
    long = {"event": "x" * 100, "place": "ü" * 100, "transfer": "y" * 100, "source": "z" * 100}
    pairs: list[dict[str, str]] = [
        {key: ",".join(map(value, range(count)))} for key, value in sets.items() for count in (64, 65)
    ]
    pairs += [{key: value} for key, value in long.items()]
    pairs += [
        long,
        {"basis": "z" * 100, "compare": "s1", "figure": "x" * 100},
        {"group": group.replace(",", "%2C")},
    ]
    pairs += [{"kind": ",".join(EVENT_KINDS), "status": ",".join(STATUSES), "from": "between,unlocated"}]
    pairs += [
        {"event": ",".join(f"e{k}" for k in range(64)), "transfer": ",".join(f"t{k}" for k in range(64))}
    ]
    pairs += [{"event": "x" * MAX_QUERY_BYTES}]
    pairs += [{key: ",".join(map(value, range(25))) for key, value in sets.items()}]
    links = [urlencode(pair) for pair in pairs]
    short = ("movements", "share")
    report(
        (link, session.opened(link, short if k % 5 else TABS) + offline(session.dataset, link, k % 5))
        for k, link in enumerate(links)
    )


def test_keys_together(opened: Callable[[Path], Session]) -> None:
    """Links of several keys, each with values that the dataset has, drawn by a fixed seed."""
    session, chance = opened(FIXTURE), random.Random(11)
    dataset = session.dataset
    values: dict[str, list[str]] = {
        "from": sorted(dataset.transfers["origin_country"].unique()),
        "to": sorted(dataset.transfers["destination_country"].unique()),
        "country": sorted(dataset.transfers["destination_country"].unique()),
        "date": ["2025", "2025-12-13", "../2025-06", "2025-09/..", "2024-07/2025-12", "1999"],
        "event": list(dataset.events.index),
        "transfer": list(dataset.transfers.index),
        "place": list(dataset.locations.index),
        "kind": list(EVENT_KINDS),
        "status": list(STATUSES),
        "group": sorted(filter(None, dataset.claims["group"].unique())),
        "source": list(dataset.sources.index),
        "basis": [ADOPTED, ALL, *dataset.sources.index],
        "compare": [ADOPTED, ALL, *dataset.sources.index],
        "asof": ["2024-07-03", "2025-12-14", "2026-01-01"],
        "figure": ["people", "BY.departed", "UA.remained", "moved.outcome", "LT.present"],
        "tab": list(TABS),
    }
    links = [
        urlencode(
            {key: chance.choice(values[key]).replace(",", "%2C") for key in chance.sample(list(values), size)}
        )
        for size in (1, 2, 3, 4, 6) * 2
    ]
    report((link, session.opened(link) + offline(session.dataset, link)) for link in links)


def test_an_embedded_map_is_drawn(opened: Callable[[Path], Session], monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (controls, controls.state):
        monkeypatch.setattr(module, "embedded", lambda: True)
    session = opened(FIXTURE)
    for link in ("", "date=1999", "from=BY&basis=all&compare=adopted&t=1850-01-01", "figure=people&lang=ce"):
        session.page = AppTest.from_file(
            ROOT / "dashboard" / "page.py", default_timeout=120
        )  # it is read once
        session.page.query_params.update(dict(parse_qsl(link)))
        assert not session.page.run().exception, link


# The inputs that the product was once wrong on.


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_a_case_is_refused_with_reasons_or_drawn(opened: Callable[[Path], Session], folder: Path) -> None:
    try:
        session = opened(folder)
    except DataError as error:
        problems = error.problems
    else:
        problems = ()
    if problems:
        assert all(problem.message and problem.remedy for problem in problems)
        return
    link = f"compare={ALL}"
    report([(link, (session.opened(link) or session.unopened(6)) + offline(session.dataset, link))])
