"""Widgets <-> Filters <-> address bar.

Widgets are the state: a link sets them, every run reads them into one frozen `Filters`, and the address bar
is written from that. Beside the widgets' own keys the session holds ``link``, the query string last written,
by which an address that somebody opens or goes back to is told from our own; ``notices``, what that address
could not get; ``day`` and ``view``, where the reader stands in the player; and ``figure``, the number that
is open to its claims.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pandas as pd
import streamlit as st

from dashboard import cache, theme
from dashboard.figures import opened
from geodata import Dataset, Filters, Selection, honour, select
from geodata.basis import ADOPTED, ALL
from geodata.countries import country_name
from geodata.dates import span
from geodata.filters import MEASURES, LinkNotice
from geodata.schema import STATUSES

__all__ = [
    "basis_text",
    "chips",
    "close",
    "filters",
    "look_at",
    "open_dataset",
    "opener",
    "other",
    "remember",
]

_SETS = ("event", "origin", "destination", "kind", "status")
_BASIS_WORDS = {ADOPTED: "adopted figures", ALL: "all sources, where they differ"}
# The calendar widget needs limits that do not move with the clock.
_EARLIEST, _LATEST = dt.date(1900, 1, 1), dt.date(2199, 12, 31)


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
    return cache.dataset(st.sidebar.selectbox("Dataset", names, key="data"))


def filters(dataset: Dataset) -> tuple[Filters, list[LinkNotice]]:
    """Draw the sidebar and return what it says, with a notice for all that a link asked and could not get."""
    state = st.session_state
    if _somebody_else_wrote_the_address(dataset):
        asked, notices = Filters.parse(_address() or dataset.featured)
        honoured, more = honour(asked, dataset)
        state["notices"] = notices + more
        _show(honoured, dataset)
        state["link"] = honoured.query()
    _draw(dataset)
    before = Filters.parse(state["link"])[0]
    chosen = _chosen(dataset, before)
    if not _same_records(before, chosen):
        # A day, a view and an open number belong to the records they were chosen for.
        state["day"], state["view"], state["figure"] = "", None, ""
        chosen = replace(chosen, t="", at=None, figure="")
    state["link"] = chosen.query()
    if _address() != _encoded(state["link"]):
        st.query_params.from_dict(dict(parse_qsl(state["link"])))
    return chosen, state["notices"]


def remember() -> None:
    """Keep where the player says that the reader stands, for the link."""
    told = st.session_state["player"]
    with suppress(ValueError, TypeError):  # a browser may send anything
        stands = Filters(t=told["t"] or "", at=tuple(told["at"]) if told["at"] else None)
        st.session_state["day"], st.session_state["view"] = stands.t, stands.at


def opener(key: str) -> Callable[[], None]:
    """Return what a component of that key calls when the reader chooses one of its numbers."""

    def keep() -> None:
        with suppress(ValueError):
            st.session_state["figure"] = Filters(figure=opened(key)).figure

    return keep


def other(selection: Selection) -> Selection | None:
    """Return the same records by the basis that the reader wants beside the first; None where none is."""
    filters = selection.filters
    if not filters.compare:
        return None
    return select(selection.dataset, replace(filters, basis=filters.compare, compare=""))


def close() -> None:
    """Put the claims of the open number away."""
    st.session_state["figure"] = ""


def look_at(default: dt.date) -> dt.date:
    """Draw a choice of the day on which people are looked for, and return it; the map's clock follows."""

    def keep() -> None:
        st.session_state["day"] = st.session_state["looked_at"].isoformat()

    shown = st.session_state["day"]
    st.session_state["looked_at"] = dt.date.fromisoformat(shown) if shown else default
    st.date_input(
        "Where they are at the end of",
        key="looked_at",
        min_value=_EARLIEST,
        max_value=_LATEST,
        format="YYYY-MM-DD",
        on_change=keep,
        width=220,
    )
    day: dt.date = st.session_state["looked_at"]
    return day


def chips(chosen: Filters, dataset: Dataset) -> None:
    """Draw what is filtered, each as a button that takes it away, and one that takes all away."""
    titles = dataset.events["title"]
    texts: dict[str, Callable[[str], Any]] = {
        "from": lambda code: f"from {country_name(code)}",
        "to": lambda code: f"to {country_name(code)}",
        "date": theme.date_text,
        "event": titles.get,
        "kind": str,
        "status": lambda status: theme.STATUS_WORDS[status],
        "basis": lambda basis: basis_text(basis, dataset),
        "compare": lambda basis: f"beside {basis_text(basis, dataset)}",
        "asof": lambda day: f"as known on {theme.date_text(day)}",
    }
    held = [(key, value) for key in texts for value in chosen.values(key)]
    for key, value in held:
        st.button(
            f"{_plain(texts[key](value))} ✕",
            key=f"chip:{key}:{value}",
            help="Remove this filter",
            on_click=partial(_show, chosen.without(key, value), dataset),
        )
    if held:
        everything = Filters(data=chosen.data, measure=chosen.measure)
        st.button(
            "Show everything", key="everything", type="tertiary", on_click=partial(_show, everything, dataset)
        )


def _plain(text: str) -> str:
    """Return text with all that Markdown could read taken literally; labels of buttons are Markdown."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", text)


def _address() -> str:
    """Return the query string of the address bar, in one encoding."""
    return urlencode([(key, value) for key in st.query_params for value in st.query_params.get_all(key)])


def _encoded(query: str) -> str:
    """Return a query string in the encoding of `_address`."""
    return urlencode(parse_qsl(query))


def _somebody_else_wrote_the_address(dataset: Dataset) -> bool:
    """Return whether the address is a link that was opened or gone back to, and not the echo of our own.

    A reader who is quicker than the address bar sends a widget's change with the address before the last one;
    then the widgets differ from the last link, and they are right.
    """
    state = st.session_state
    if "link" not in state:
        return True
    before = Filters.parse(state["link"])[0]
    return _address() != _encoded(state["link"]) and _chosen(dataset, before) == before


def _same_records(one: Filters, other: Filters) -> bool:
    """Return whether two filters differ at most in where the reader stands and in what is coloured."""
    stands: dict[str, Any] = {"t": "", "at": None, "measure": "remained", "compare": "", "figure": ""}
    return replace(one, **stands) == replace(other, **stands)


def _show(wanted: Filters, dataset: Dataset) -> None:
    """Set the widgets to some filters."""
    state = st.session_state
    for name in _SETS:
        state[name] = list(getattr(wanted, name))
    state["basis"], state["compare"], state["measure"] = wanted.basis, wanted.compare, wanted.measure
    state["asof"] = dt.date.fromisoformat(wanted.asof) if wanted.asof else None
    state["dates"] = _days(wanted.date, dataset)
    state["day"], state["view"], state["figure"] = wanted.t, wanted.at, wanted.figure


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
        **chosen,
    )


def _days(date: str, dataset: Dataset) -> tuple[dt.date, ...]:
    """Return the first and last day of an EDTF date for the widget; an open end is where the data ends."""
    if not date:
        return ()
    records = pd.concat([dataset.events, dataset.transfers])
    earliest, latest = span(date)
    if earliest < _EARLIEST:
        earliest = records["earliest"].min().date()
    if latest > _LATEST:
        latest = records["latest"].max().date()
    return min(earliest, latest), latest


def _date(before: str, dataset: Dataset) -> str:
    """Return the widget's days as an EDTF date, and as the link wrote it where it means the same days."""
    days = st.session_state["dates"]
    if len(days) == 1 or days == _days(before, dataset):  # one: the reader has yet to pick the second
        return before
    return "/".join(day.isoformat() for day in dict.fromkeys(days))


def _draw(dataset: Dataset) -> None:
    """Draw the widgets. Texts of a dataset appear as options only, which are never read as Markdown."""
    titles = dataset.events["title"]
    newest_first = dataset.events[dataset.events["kind"] != "series"].sort_values("earliest", ascending=False)
    origins, destinations = (
        dataset.transfers[f"{end}_country"].unique() for end in ("origin", "destination")
    )
    with st.sidebar:
        st.multiselect(
            "Event",
            _options("event", newest_first.index),
            key="event",
            format_func=lambda event: str(titles[event]),
            placeholder="All events",
        )
        st.date_input("Between", [], key="dates", min_value=_EARLIEST, max_value=_LATEST, format="YYYY-MM-DD")
        for key, label, codes in (("origin", "From", origins), ("destination", "To", destinations)):
            named = sorted(_options(key, codes), key=country_name)
            st.multiselect(label, named, key=key, format_func=country_name, placeholder="All countries")
        kinds = _options("kind", newest_first["kind"].unique())
        st.multiselect("Kind of event", kinds, key="kind", placeholder="All kinds")
        st.pills(
            "Status",
            STATUSES,
            key="status",
            selection_mode="multi",
            format_func=lambda status: theme.STATUS_WORDS[status],
        )
        bases = [ADOPTED, ALL, *dataset.sources["publisher"].sort_values().index]

        def text_of(basis: str) -> str:
            return basis_text(basis, dataset) if basis else "Nothing"

        st.selectbox("According to", bases, key="basis", format_func=text_of)
        if st.session_state["compare"] == st.session_state["basis"]:
            st.session_state["compare"] = ""
        st.selectbox("Beside it", ["", *bases], key="compare", format_func=text_of)
        st.date_input(
            "As known on",
            None,
            key="asof",
            min_value=_EARLIEST,
            max_value=_LATEST,
            format="YYYY-MM-DD",
            help="Only what sources had published by the end of that day",
        )
        st.selectbox(
            "Colour countries by",
            MEASURES,
            key="measure",
            format_func=lambda measure: theme.MEASURE_WORDS[measure],
        )


def _options(key: str, values: Iterable[str]) -> list[str]:
    """Return values to choose from, and those that are chosen though they do not occur."""
    return list(dict.fromkeys([*values, *st.session_state[key]]))


def basis_text(basis: str, dataset: Dataset) -> str:
    """Return what a basis is called."""
    if basis in _BASIS_WORDS:
        return _BASIS_WORDS[basis]
    source = dataset.sources.loc[basis]
    return f"{source['publisher']}: {source['title']}" if source["title"] else str(source["publisher"])
