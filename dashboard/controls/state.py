"""Session <-> Filters <-> address bar.

Widgets are the state: a link sets them, every run reads them into one frozen `Filters`, and the address bar
is written from that. Beside the widgets' own keys the session holds ``link``, the query string last written,
and ``written``, those before it, by which an address that somebody opens or goes back to is told from our
own; ``notices``, what that address could not get; ``country``, ``place`` and ``transfer``, what was picked
by a click; ``day`` and ``view``, where the reader stands in the player; and ``figure``, the number that is
open to its claims.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import cache
from dashboard.controls.picks import PICKED
from dashboard.controls.sidebar import EARLIEST, LATEST, draw
from geodata import Dataset, Filters, Selection, honour, select
from geodata.dates import span
from geodata.filters import LinkNotice

__all__ = ["embedded", "filters", "open_dataset", "other", "show", "tabs"]

_SETS = ("event", "origin", "destination", "kind", "status", "group", "source", *PICKED)
_TABS = {
    "countries": "Countries",
    "movements": "Movements",
    "timeline": "Timeline",
    "evidence": "Evidence",
    "sources": "Sources and method",
    "share": "Share and download",
}
"""`geodata.filters.TABS`, and what they are called."""


def embedded() -> bool:
    """Return whether the page is a part of another one: ``?embed=true``."""
    return bool(st.context.is_embedded)


def open_dataset() -> Dataset:
    """Return the dataset that the address names, or that the reader chose where there are several.

    Raises
    ------
    DataError
        With every problem of the dataset.
    """
    names = cache.names()
    linked = Filters.parse(_address())[0].data.partition("@")[0]
    if "data" not in st.session_state and linked in names:
        st.session_state["data"] = linked
    if len(names) == 1:
        return cache.dataset()
    if embedded():
        return cache.dataset(st.session_state.get("data", ""))
    return cache.dataset(st.sidebar.selectbox("Dataset", names, key="data"))


def filters(dataset: Dataset) -> tuple[Filters, list[LinkNotice]]:
    """Draw the sidebar and return what it says, with a notice for all that a link asked and could not get."""
    state = st.session_state
    state.setdefault("written", [])
    if _somebody_else_wrote_the_address(dataset):
        asked, notices = Filters.parse(_address() or dataset.featured)
        honoured, more = honour(asked, dataset)
        state["notices"] = notices + more
        show(honoured, dataset)
        state["link"] = honoured.query()
    if not embedded():
        draw(dataset)
    before = Filters.parse(state["link"])[0]
    chosen = _chosen(dataset, before)
    if not _same_records(before, chosen):
        # A day, a view and an open number belong to the records they were chosen for.
        state["day"], state["view"], state["figure"] = "", None, ""
        chosen = replace(chosen, t="", at=None, figure="")
    if chosen.query() != state["link"]:
        state["written"] = [*state["written"][-8:], _encoded(state["link"])]
        state["link"] = chosen.query()
    # In a frame each address would be a step in the history of the page around it.
    if not embedded() and _address() != _encoded(state["link"]):
        st.query_params.from_dict(dict(parse_qsl(state["link"])))
    return chosen, state["notices"]


def other(selection: Selection) -> Selection | None:
    """Return the same records by the basis that the reader wants beside the first; None where none is."""
    filters = selection.filters
    if not filters.compare:
        return None
    return select(selection.dataset, replace(filters, basis=filters.compare, compare=""))


def tabs() -> Iterator[tuple[str, DeltaGenerator]]:
    """Draw the panels' names; yield the open one, as the link names it, and what it is drawn into."""
    for name, tab in zip(_TABS, st.tabs(list(_TABS.values()), key="tab", on_change="rerun"), strict=True):
        if tab.open:
            yield name, tab


def show(wanted: Filters, dataset: Dataset) -> None:
    """Set the widgets to some filters."""
    state = st.session_state
    for name in _SETS:
        state[name] = list(getattr(wanted, name))
    state["basis"], state["compare"], state["measure"] = wanted.basis, wanted.compare, wanted.measure
    state["lang"], state["tab"] = wanted.lang, _TABS[wanted.tab or "countries"]
    state["asof"] = dt.date.fromisoformat(wanted.asof) if wanted.asof else None
    state["dates"] = _days(wanted.date, dataset)
    state["day"], state["view"], state["figure"] = wanted.t, wanted.at, wanted.figure


def _address() -> str:
    """Return the query string of the address bar, in one encoding."""
    return urlencode([(key, value) for key in st.query_params for value in st.query_params.get_all(key)])


def _encoded(query: str) -> str:
    """Return a query string in the encoding of `_address`."""
    return urlencode(parse_qsl(query))


def _somebody_else_wrote_the_address(dataset: Dataset) -> bool:
    """Return whether the address is a link that was opened or gone back to, and not the echo of our own.

    A reader who is quicker than the address bar sends a widget's change with an address that we wrote before
    the last one; then the widgets differ from the last link, and they are right. In a frame the address is
    only read once.
    """
    state = st.session_state
    if "link" not in state:
        return True
    before = Filters.parse(state["link"])[0]
    if embedded() or _address() == _encoded(state["link"]):
        return False
    return _address() not in state["written"] or _chosen(dataset, before) == before


def _same_records(one: Filters, other: Filters) -> bool:
    """Return whether two filters differ at most in where the reader stands and in how it is shown."""
    stands: dict[str, Any] = {
        "t": "",
        "at": None,
        "measure": "remained",
        "compare": "",
        "figure": "",
        "lang": "en",
        "tab": "",
    }
    return replace(one, **stands) == replace(other, **stands)


def _chosen(dataset: Dataset, before: Filters) -> Filters:
    """Return what the widgets say; `before` is what they said a run ago."""
    state = st.session_state
    chosen: dict[str, Any] = {name: tuple(state[name]) for name in _SETS}
    return Filters(
        data=dataset.reference,
        date=_date(before.date, dataset),
        basis=state["basis"],
        compare=state["compare"],
        asof=state["asof"].isoformat() if state["asof"] else "",
        measure=state["measure"],
        t=state["day"],
        at=state["view"],
        figure=state["figure"],
        lang=state["lang"],
        tab=next((name for name, label in _TABS.items() if label == state["tab"]), ""),
        **chosen,
    )


def _days(date: str, dataset: Dataset) -> tuple[dt.date, ...]:
    """Return the first and last day of an EDTF date for the widget; an open end is where the data ends."""
    if not date:
        return ()
    records = pd.concat([dataset.events, dataset.transfers])
    earliest, latest = span(date)
    if earliest < EARLIEST:
        earliest = records["earliest"].min().date()
    if latest > LATEST:
        latest = records["latest"].max().date()
    return min(earliest, latest), latest


def _date(before: str, dataset: Dataset) -> str:
    """Return the widget's days as an EDTF date, and as the link wrote it where it means the same days."""
    days = st.session_state["dates"]
    if len(days) == 1 or days == _days(before, dataset):  # one: the reader has yet to pick the second
        return before
    return "/".join(day.isoformat() for day in dict.fromkeys(days))
