"""Session <-> Filters <-> address bar.

Widgets are the state: a link sets them, every run reads them into one frozen `Filters`, and the address bar
is written from that. In addition to the widgets' own keys the session holds ``shown``, the filters of the run
before, and ``written``, the query strings before that, which distinguish an address that somebody opens or
goes back to from our own; ``notices``, what of that address was ignored; ``texts``, the dates as a link wrote
them, which a calendar may be unable to show; ``country``, ``place`` and ``transfer``, what was picked by a
click; ``day`` and ``view``, where the reader stands in the player; and ``figure``, the number whose sources
are open.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import cache
from dashboard.controls.sidebar import draw, on_calendar
from geodata import Dataset, Filters, Selection, honour, select
from geodata.model.fields import FIELDS
from geodata.query.filters import LinkNotice

__all__ = ["embedded", "filters", "open_dataset", "other", "show", "tabs"]

_STATE = {"t": "day", "at": "view"}
"""Fields that the session holds under another name than their own."""


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


def filters(dataset: Dataset, panels: Mapping[str, str]) -> tuple[Filters, list[LinkNotice]]:
    """Draw the sidebar and return what it says, with a notice for all of a link that was ignored.

    Parameters
    ----------
    dataset
        What is shown.
    panels
        Title of each panel, by its id; the first is open where a link names none.
    """
    state = st.session_state
    state.setdefault("written", [])
    if _somebody_else_wrote_the_address(dataset, panels):
        asked, notices = Filters.parse(_address() or dataset.featured)
        kept, more = honour(asked, dataset)
        if kept.tab not in ("", *panels):
            reason = f"there is no such panel; known are {', '.join(panels)}"
            more.append(LinkNotice("tab", kept.tab, FIELDS["tab"].without, reason))
            kept = replace(kept, tab="")
        state["notices"] = notices + more
        show(kept, dataset)
        state["tab"] = panels[kept.tab or next(iter(panels))]
        state["shown"] = kept
    if not embedded():
        draw(dataset)
    before: Filters = state["shown"]
    chosen = _chosen(dataset, panels)
    if not _same_records(before, chosen):
        # A day, a view and an open number belong to the records they were chosen for.
        stands: dict[str, Any] = {
            name: field.default for name, field in FIELDS.items() if field.acts == "stands"
        }
        for name, value in stands.items():
            state[_STATE.get(name, name)] = value
        chosen = replace(chosen, **stands)
    if chosen != before:
        state["written"] = [*state["written"][-8:], _encoded(before.query())]
        state["shown"] = chosen
    state["texts"] = {"date": chosen.date, "asof": chosen.asof}
    query = chosen.query()
    # In a frame each address would be a step in the history of the page around it.
    if not embedded() and _address() != _encoded(query):
        st.query_params.from_dict(dict(parse_qsl(query)))
    return chosen, state["notices"]


def other(selection: Selection) -> Selection | None:
    """Return the same records by the basis that the reader compares with; None where none is."""
    filters = selection.filters
    if not filters.compare:
        return None
    return select(selection.dataset, replace(filters, basis=filters.compare, compare=""))


def tabs(panels: Mapping[str, str]) -> Iterator[tuple[str, DeltaGenerator]]:
    """Draw the panels' titles; yield the id of the open one, and what it is drawn into."""
    for name, tab in zip(panels, st.tabs(list(panels.values()), key="tab", on_change="rerun"), strict=True):
        if tab.open:
            yield name, tab


def show(wanted: Filters, dataset: Dataset) -> None:
    """Set the widgets to some filters."""
    state = st.session_state
    for name, field in FIELDS.items():
        value = getattr(wanted, name)
        if name not in ("data", "tab"):
            state[_STATE.get(name, name)] = list(value) if field.several else value
    state["texts"] = {"date": wanted.date, "asof": wanted.asof}
    state["dates"], state["asof"] = _days(wanted.date), _day(wanted.asof)


def _address() -> str:
    """Return the query string of the address bar, in one encoding."""
    return urlencode([(key, value) for key in st.query_params for value in st.query_params.get_all(key)])


def _encoded(query: str) -> str:
    """Return a query string in the encoding of `_address`."""
    return urlencode(parse_qsl(query))


def _somebody_else_wrote_the_address(dataset: Dataset, panels: Mapping[str, str]) -> bool:
    """Return whether the address is a link that was opened or gone back to, and not the echo of our own.

    A reader who is quicker than the address bar sends a widget's change with an address that we wrote before
    the last one; then the widgets differ from the last link, and they are right. In a frame the address is
    only read once.
    """
    state = st.session_state
    if "shown" not in state:
        return True
    before: Filters = state["shown"]
    if embedded() or _address() == _encoded(before.query()):
        return False
    return _address() not in state["written"] or _chosen(dataset, panels) == before


def _same_records(one: Filters, other: Filters) -> bool:
    """Return whether two filters differ at most in where the reader stands and in how it is shown."""
    choosing = [name for name, field in FIELDS.items() if field.acts not in ("view", "stands")]
    return all(getattr(one, name) == getattr(other, name) for name in choosing)


def _chosen(dataset: Dataset, panels: Mapping[str, str]) -> Filters:
    """Return what the widgets say; what a calendar cannot show is as the link wrote it."""
    state = st.session_state
    chosen: dict[str, Any] = {}
    for name, field in FIELDS.items():
        if name != "data":
            value = state[_STATE.get(name, name)]
            chosen[name] = tuple(value) if field.several else value
    tab = next((name for name, title in panels.items() if title == state["tab"]), "")
    return Filters(**chosen | {"data": dataset.reference, "date": _date(), "asof": _asof(), "tab": tab})


def _days(date: str) -> tuple[dt.date, ...]:
    """Return the first and last day of an EDTF date for the calendar; nothing where it cannot show them."""
    return (on_calendar(date) or ()) if date else ()


def _day(day: str) -> dt.date | None:
    """Return a day for the calendar; nothing where it cannot show it."""
    return next(iter(_days(day)), None)


def _date() -> str:
    """Return the calendar's days as an EDTF date, and as the link wrote it where it means the same days."""
    days, before = tuple(st.session_state["dates"]), st.session_state["texts"]["date"]
    if len(days) == 1 or days == _days(before):  # one: the reader has yet to pick the second
        return str(before)
    return "/".join(day.isoformat() for day in dict.fromkeys(days))


def _asof() -> str:
    """Return the day as known on which all is shown."""
    day, before = st.session_state["asof"], st.session_state["texts"]["asof"]
    if day == _day(before):
        return str(before)
    return day.isoformat() if day else ""
