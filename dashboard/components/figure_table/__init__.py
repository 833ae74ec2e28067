"""Numbers that open and names that pick: a Streamlit component that draws a table or a sentence."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import streamlit as st

from dashboard.components.cells import Content

__all__ = ["figures", "opened"]


def figures(
    content: Content, *, key: str, on_open: Callable[[], None], on_pick: Callable[[], None] | None = None
) -> None:
    """Draw a table or a sentence; each of its numbers is a button that opens a figure.

    Parameters
    ----------
    content
        What `table`, `sentence` or `listener` of `dashboard.components.cells` returned.
    key
        Identity on the page: the same key is written over in place and keeps the keyboard's focus.
    on_open
        Called at every choice of a number, before the page is drawn again; `opened` says which it was.
    on_pick
        Called at every choice of a name that filters; the session then holds ``pick`` under the key: ``kind``
        and ``id``.
    """
    _component()(key=key, data=content, on_figure_change=on_open, on_pick_change=on_pick or _nothing)


def opened(key: str) -> str:
    """Return the id of the figure that was just chosen, "" for none; to be asked in ``on_open``.

    Parameters
    ----------
    key
        Of a component on the page: figures or a player.
    """
    figure = (st.session_state.get(key) or {}).get("figure")
    return figure if isinstance(figure, str) else ""  # a browser may send anything


@cache
def _component() -> Callable[..., Any]:
    """Return what mounts the component; only a running server knows the files that it is packaged with."""
    return st.components.v2.component(
        "dashboard.figure_table",
        js="figure_table.js",
        isolate_styles=False,  # it looks like the page around it
    )


def _nothing() -> None:
    """Do nothing: Streamlit takes in only what has a listener."""
