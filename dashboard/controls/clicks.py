"""What components and charts report: the number that opens, what is picked, where the player stands.

A browser may send anything, so all of it is untrusted.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import streamlit as st

from dashboard import cache
from dashboard.charts import PICK
from dashboard.components.figure_table import opened
from geodata import Filters, honour

__all__ = ["PICKED", "chart_picker", "close", "opener", "pick", "picker", "remember"]

PICKED = ("country", "place", "transfer")
"""Fields of `Filters` that only a click sets; their state is kept in the session under the same names."""


def opener(key: str) -> Callable[[], None]:
    """Return what a component of that key calls when the reader chooses one of its numbers."""

    def keep() -> None:
        with suppress(ValueError):
            st.session_state["figure"] = Filters(figure=opened(key)).figure

    return keep


def picker(key: str) -> Callable[[], None]:
    """Return what a component of that key calls when the reader picks something to filter by.

    The component reports it as ``pick``: ``{"kind": "country", "id": "UA"}``.
    """

    def keep() -> None:
        with suppress(ValueError, TypeError, KeyError):
            sent = st.session_state[key]["pick"]
            pick(sent["kind"], sent["id"])

    return keep


def chart_picker(key: str, kind: str) -> Callable[[], None]:
    """Return what a chart of that key calls when the reader clicks on one of its marks.

    Parameters
    ----------
    key
        Of the chart.
    kind
        What its marks stand for; the selection `dashboard.charts.PICK` holds one of their ids.
    """

    def keep() -> None:
        with suppress(ValueError, TypeError, KeyError, IndexError):
            (chosen,) = st.session_state[key]["selection"][PICK][0].values()
            pick(kind, chosen)

    return keep


def pick(kind: str, value: str) -> None:
    """Filter by one thing; where it is filtered by already, by it no more.

    Parameters
    ----------
    kind
        Field of `Filters`: country, place, transfer or event.
    value
        Its code or id. Where the dataset has none such, nothing changes and the page says so.

    Raises
    ------
    ValueError, TypeError, KeyError
        Where the two could not stand in a link.
    """
    state = st.session_state
    if kind not in (*PICKED, "event"):
        raise ValueError(f"{kind!r} is nothing that can be picked")
    wanted: dict[str, Any] = {kind: (value,)}
    resolved, notices = honour(Filters(**wanted), cache.dataset(state.get("data", "")))
    state["notices"] = notices
    if not getattr(resolved, kind):
        return
    held = state[kind]
    state[kind] = [other for other in held if other != value] if value in held else [value]


def remember() -> None:
    """Keep where the player says that the reader stands, for the link."""
    sent = st.session_state["player"]
    with suppress(ValueError, TypeError):  # a browser may send anything
        stands = Filters(t=sent["t"] or "", at=tuple(sent["at"]) if sent["at"] else None)
        st.session_state["day"], st.session_state["view"] = stands.t, stands.at


def close() -> None:
    """Put the claims of the open number away."""
    st.session_state["figure"] = ""
