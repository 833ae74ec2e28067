"""A button that copies: a Streamlit component that says what it copied, or shows it to be copied by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import streamlit as st

__all__ = ["Address", "copying"]


@dataclass(frozen=True)
class Address:
    """An address of this server, which only the browser knows in full.

    Parameters
    ----------
    path
        Relative to the page, such as ``?v=2`` or ``countries.csv?v=2``.
    """

    path: str


def copying(label: str, *parts: str | Address, key: str, shown: bool = False, why_not: str = "") -> None:
    """Draw a button that copies a text to the clipboard.

    Parameters
    ----------
    label
        What the button says: "Copy link".
    *parts
        The text, in pieces; the browser completes addresses.
    key
        Identity on the page.
    shown
        Whether the text stands under the button from the start.
    why_not
        Why there is nothing to copy: the button is disabled, and this is written next to it.
    """
    pieces = [{"path": part.path} if isinstance(part, Address) else part for part in parts]
    if why_not:
        pieces, shown = [], False
    _component()(key=key, data={"label": label, "parts": pieces, "shown": shown, "whyNot": why_not})


@cache
def _component() -> Callable[..., Any]:
    """Return what mounts the component; only a running server knows the files that it is packaged with."""
    return st.components.v2.component(
        "dashboard.copying",
        js="copying.js",
        isolate_styles=False,  # it looks like the page around it
    )
