"""What is filtered, each as a button that takes it away."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st

from dashboard.controls.sidebar import on_calendar
from dashboard.controls.state import show
from dashboard.messages.fields import WORDS
from geodata import Dataset, Filters
from geodata.model.fields import FIELDS, Field

__all__ = ["chips", "filtered"]


def filtered(chosen: Filters, dataset: Dataset) -> list[tuple[str, str, str]]:
    """Return what is filtered: key and value as a link writes them, and in words."""
    return [
        (field.key, value, text(value, dataset, chosen.lang))
        for name, field in FIELDS.items()
        if name in WORDS and (text := WORDS[name].chip)
        for value in chosen.values(field.key)
        if _has_chip(field, value)
    ]


def chips(chosen: Filters, dataset: Dataset) -> None:
    """Draw what is filtered, each as a button that takes it away, and one that takes all away."""
    held = filtered(chosen, dataset)
    for key, value, text in held:
        st.button(
            f"{_plain(text)} ✕",
            key=f"chip:{key}:{value}",
            help="Remove this filter",
            on_click=partial(show, chosen.without(key, value), dataset),
        )
    if held:
        kept = (name for name, field in FIELDS.items() if field.acts in ("data", "view"))
        values: dict[str, Any] = {name: getattr(chosen, name) for name in kept}
        everything = replace(Filters(**values), compare="")
        st.button(
            "Show everything", key="everything", type="tertiary", on_click=partial(show, everything, dataset)
        )


def _has_chip(field: Field, value: str) -> bool:
    """Return whether a value is shown as a chip: it filters, is compared, or no calendar can show it."""
    if field.name == "t":
        return on_calendar(value) is None
    return field.acts in ("records", "claims") or field.name == "compare"


def _plain(text: str) -> str:
    """Return text with all that Markdown could read taken literally; labels of buttons are Markdown."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", text)
