"""Widgets <-> Filters <-> address bar."""

from dashboard.controls.chips import chips
from dashboard.controls.picks import chart_picker, close, opener, pick, picker, remember
from dashboard.controls.sidebar import basis_text, look_at
from dashboard.controls.state import embedded, filters, open_dataset, other, tabs

__all__ = [
    "basis_text",
    "chart_picker",
    "chips",
    "close",
    "embedded",
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
