"""What is filtered, each as a button that takes it away."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any

import streamlit as st

from dashboard import theme
from dashboard.controls.sidebar import basis_text
from dashboard.controls.state import show
from geodata import Dataset, Filters
from geodata.basis import ADOPTED

__all__ = ["chips"]


def chips(chosen: Filters, dataset: Dataset) -> None:
    """Draw what is filtered, each as a button that takes it away, and one that takes all away."""
    named = partial(theme.place_text, language=chosen.lang)
    places = dataset.locations["name"]
    texts: dict[str, Callable[[str], Any]] = {
        "from": lambda code: f"from {named(code)}",
        "to": lambda code: f"to {named(code)}",
        "country": lambda code: f"in, from or to {named(code)}",
        "place": lambda place: f"in, from or to {places[place]}",
        "date": theme.date_text,
        "event": dataset.titles.__getitem__,
        "transfer": dataset.titles.__getitem__,
        "kind": str,
        "status": lambda status: theme.STATUS_WORDS[status],
        "group": lambda group: f"with {group}",
        "source": lambda source: f"told of by {basis_text(source, dataset)}",
        "basis": lambda basis: basis_text(basis, dataset),
        "compare": lambda basis: f"beside {basis_text(basis, dataset)}",
        "asof": lambda day: f"as known on {theme.date_text(day)}",
    }
    held = [
        (key, value) for key in texts for value in chosen.values(key) if (key, value) != ("basis", ADOPTED)
    ]
    for key, value in held:
        st.button(
            f"{_plain(texts[key](value))} ✕",
            key=f"chip:{key}:{value}",
            help="Remove this filter",
            on_click=partial(show, chosen.without(key, value), dataset),
        )
    if held:
        everything = Filters(data=chosen.data, measure=chosen.measure, lang=chosen.lang, tab=chosen.tab)
        st.button(
            "Show everything", key="everything", type="tertiary", on_click=partial(show, everything, dataset)
        )


def _plain(text: str) -> str:
    """Return text with all that Markdown could read taken literally; labels of buttons are Markdown."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", text)
