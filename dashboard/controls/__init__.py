"""Widgets <-> Filters <-> address bar."""

from dashboard.controls.chips import chips, filtered
from dashboard.controls.clicks import chart_picker, close, opener, pick, picker, remember
from dashboard.controls.sidebar import look_at
from dashboard.controls.state import embedded, filters, open_dataset, other, tabs
from dashboard.messages.fields import basis_text

__all__ = [
    "basis_text",
    "chart_picker",
    "chips",
    "close",
    "embedded",
    "filtered",
    "filters",
    "look_at",
    "open_dataset",
    "opener",
    "other",
    "pick",
    "picker",
    "remember",
    "tabs",
]
